"""Heads that are broken over rows, 商业 above 企业, put together where their parts make one label."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.tables.labels import plain
from reportkit.inputs.tables.numerals import is_like_a_number

_MOST_LINES = 4
"""Rows that a head may be broken over."""


def with_whole_heads(grid: Grid, known: Collection[str]) -> Grid:
    """A sheet with each label that is broken over rows in its uppermost cell, merged down to its last part.

    Its parts are right below each other and as wide, blanks between them aside; and there is one way to read them.
    """
    beginnings = {name[:end] for name in known for end in range(1, len(name))}
    cells, merged = {**grid.cells}, {**grid.merged}
    for spot, text in grid.texts:
        if spot not in cells or plain(text) not in beginnings:
            continue
        parts = [*_parts(grid, spot, beginnings, known)]
        if len(parts) > 1:
            whole = "".join(grid[part].text.strip() for part in parts)
            cells[spot] = GridCell(whole)
            merged[spot] = grid.last_of(parts[-1])
            for part in parts[1:]:
                cells.pop(part, None)
                merged.pop(part, None)
    return grid if cells == grid.cells else replace(grid, cells=cells, merged=merged)


def _parts(grid: Grid, spot: Spot, beginnings: Collection[str], known: Collection[str]) -> Iterator[Spot]:
    """The cells of the longest label that begins in a cell and goes on below it; none where there is none."""
    found, longest = [spot], 0
    said, at = plain(grid[spot].text), spot
    while at[0] - spot[0] < _MOST_LINES:
        last = grid.last_of(at)
        at = last[0] + 1, spot[1]
        text = grid[at].text.strip()
        if at[0] >= grid.rows or grid.last_of(at)[1] != last[1] or is_like_a_number(text):
            break
        if min(grid.area(at)) != at:
            break
        if not text:
            continue
        said += plain(text)
        if said in known:
            longest = len(found) + 1
        elif said not in beginnings:
            break
        found.append(at)
    yield from found[:longest]
