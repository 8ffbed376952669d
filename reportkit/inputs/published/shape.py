"""Cells with spans → a grid, and which of its rows don't fit: there a figure may have slipped into another column."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.page import Block, Paragraph
from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.tables.numerals import is_like_a_number

_GOES_ON = re.compile(
    r"[（(]?(?:续表?|接上页?表?|表[二三四]?[（(]?续[）)]?)[一二三四\d]*[）)]?|[（(]?单位[:：].{1,12}[）)]?"
)
"""What may stand between the parts of one table."""
Edges = tuple[tuple[int, int], ...]
"""The first and last columns of a row's cells, from the left."""


class Span(NamedTuple):
    """A cell: what it says, the rows and columns that it spans, and where it stands."""

    cell: GridCell
    down: int
    along: int
    place: Place


@dataclass
class _Laid:
    """Cells as they were laid out: for each row its columns with the cell that is there, and what didn't fit."""

    rows: list[dict[int, Spot]] = field(default_factory=list)
    cells: dict[Spot, GridCell] = field(default_factory=dict)
    merged: dict[Spot, Spot] = field(default_factory=dict)
    places: dict[Spot, Place] = field(default_factory=dict)
    overlapping: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, span: Span) -> None:
        spot = row, column
        for line in range(row, min(row + span.down, len(self.rows))):
            for along in range(column, column + span.along):
                if along in self.rows[line]:
                    self.overlapping.add(line)
                self.rows[line][along] = spot
        if span.cell.text.strip():
            self.cells[spot] = span.cell
        if span.down > 1 or span.along > 1:
            self.merged[spot] = min(row + span.down, len(self.rows)) - 1, column + span.along - 1
        self.places[spot] = span.place

    def grid(self, name: str) -> Grid:
        unfit = unfit_rows(self.rows, self.cells) | self.overlapping
        return Grid(name, self.cells, self.merged, places=self.places, unfit=unfit)


def grid_of(name: str, rows: Sequence[Sequence[Span]]) -> Grid:
    """A grid of rows of cells, each put in the first column where there is room, as browsers do."""
    laid = _Laid([{} for _ in rows])
    for row, spans in enumerate(rows):
        column = 0
        for each in spans:
            while column in laid.rows[row]:
                column += 1
            laid.put(row, column, each)
            column += each.along
    return laid.grid(name)


def grid_at(name: str, spans: Mapping[Spot, Span], rows: int) -> Grid:
    """A grid of cells whose places are known."""
    laid = _Laid([{} for _ in range(rows)])
    for (row, column), each in spans.items():
        laid.put(row, column, each)
    return laid.grid(name)


def joined(blocks: Sequence[Block]) -> list[Grid]:
    """The grids of a page; one that goes on right below another, as wide and without heads of its own, is a part of it.

    So a table is read whole that a page's end has parted.
    """
    found: list[Grid] = []
    is_next = False
    for block in blocks:
        if isinstance(block, Grid):
            above = found[-1] if found and is_next else None
            if above is not None and above.columns == block.columns and not _has_heads(block):
                found[-1] = _below(above, block)
            else:
                found.append(block)
        is_next = isinstance(block, Grid) or (
            is_next and isinstance(block, Paragraph) and _GOES_ON.fullmatch(block.text) is not None
        )
    return found


def _has_heads(grid: Grid) -> bool:
    """Whether a grid begins with a row of words alone: heads, not figures."""
    for row in range(grid.rows):
        said = [text for (line, _), text in grid.texts if line == row]
        if any(map(is_like_a_number, said)):
            return False
        if len(said) > 2:
            return True
    return True


def _below(above: Grid, below: Grid) -> Grid:
    """One grid of two, one below the other."""
    down = max(above.rows, max((row for row, _ in above.places), default=-1) + 1)

    def moved(spot: Spot) -> Spot:
        return spot[0] + down, spot[1]

    return replace(
        above,
        cells={**above.cells, **{moved(spot): cell for spot, cell in below.cells.items()}},
        merged={**above.merged, **{moved(spot): moved(last) for spot, last in below.merged.items()}},
        places={**above.places, **{moved(spot): place for spot, place in below.places.items()}},
        unfit=above.unfit | {row + down for row in below.unfit},
    )


def unfit_rows(rows: Sequence[Mapping[int, Spot]], cells: Mapping[Spot, GridCell]) -> frozenset[int]:
    """The rows of figures whose cells may stand below other heads than they belong to.

    A row must end where most rows do, or have the very columns of the one row of heads above it; between its figures
    nothing may reach down from above. Below heads on several lines of which one doesn't fit, nothing is sure any more.
    """
    widths = [len(row) if row and max(row) == len(row) - 1 else 0 for row in rows]
    common = Counter(width for width in widths if width > 1).most_common(1)
    width = common[0][0] if common else 0
    first = _first_column(rows, cells, widths, width)
    unfit: set[int] = set()
    heads: list[int] = []
    """The lines of heads above the figures."""
    is_open, is_sure = True, True
    for number, (row, below) in enumerate(zip(rows, (*rows[1:], {}), strict=True)):
        said = {spot: cells[spot].text.strip() for spot in row.values() if spot in cells and spot[0] == number}
        if any(map(is_like_a_number, said.values())):
            is_open = False
            odd = [line for line in heads if widths[line] != width and not _is_short_of_groups(rows, line, width)]
            own = len(heads) == 1 and bool(odd) and _edges(rows[heads[0]]) == _edges(row)
            fits = widths[number] == width or _is_full(row, cells, width, first)
            if (not own and (odd or not fits)) or _is_reached_into(number, row, below, cells):
                unfit.add(number)
                is_sure = is_sure and not odd
        elif len(said) > 1:
            # Below heads that didn't fit, a row without figures isn't surely one of other heads.
            if not is_open and is_sure:
                heads = []
            is_open = True
            heads.append(number)
    return frozenset(unfit | _first_is_a_number(rows, cells))


def _is_short_of_groups(rows: Sequence[Mapping[int, Spot]], line: int, width: int) -> bool:
    """Whether a line of heads lacks nothing but the rest of its last group, below which there are only groups again.

    What stands left of it is where it would be anyway, and what is below fits. Right above heads of single columns one
    of those may be lost instead.
    """
    row, below = rows[line], rows[line + 1] if line + 1 < len(rows) else {}
    if not row or len(row) >= width or max(row) != len(row) - 1 or {*below} != {*range(width)}:
        return False
    start = row[max(row)][1]
    is_group = max(row) > start and row[max(row)][0] == line
    spots = [below[column] for column in range(start, width)]
    return is_group and spots[0][1] == start and all(spot[0] > line and spots.count(spot) > 1 for spot in spots)


def _first_column(
    rows: Sequence[Mapping[int, Spot]], cells: Mapping[Spot, GridCell], widths: Sequence[int], width: int
) -> int:
    """The column where the numbers of most rows begin."""
    firsts = [
        min(_figures(row, cells))
        for row, own in zip(rows, widths, strict=True)
        if own == width and _figures(row, cells)
    ]
    return Counter(firsts).most_common(1)[0][0] if firsts else 0


def _figures(row: Mapping[int, Spot], cells: Mapping[Spot, GridCell]) -> list[int]:
    """The columns with a number in them."""
    return [column for column, spot in row.items() if spot in cells and is_like_a_number(cells[spot].text.strip())]


def _is_full(row: Mapping[int, Spot], cells: Mapping[Spot, GridCell], width: int, first: int) -> bool:
    """Whether a row is too long by nothing but empty cells behind as many numbers as there are columns."""
    rest = [spot for column, spot in row.items() if column >= width]
    is_empty = all(spot not in cells or not cells[spot].text.strip() for spot in rest)
    return bool(rest) and is_empty and sorted(_figures(row, cells)) == [*range(first, width)]


def _is_reached_into(
    number: int, row: Mapping[int, Spot], below: Mapping[int, Spot], cells: Mapping[Spot, GridCell]
) -> bool:
    """Whether one of the cells from a row's first figure on stands on another row too."""
    figures = _figures(row, cells)
    return any(
        column >= min(figures) and (spot[0] < number or below.get(column) == spot) for column, spot in row.items()
    )


def _first_is_a_number(rows: Sequence[Mapping[int, Spot]], cells: Mapping[Spot, GridCell]) -> set[int]:
    """The rows that begin with a number where most begin with words: it may have been one of the figures."""
    firsts: dict[int, bool] = {}
    for number, row in enumerate(rows):
        said = [cells[spot].text.strip() for spot in sorted({*row.values()}) if spot in cells and spot[0] == number]
        if any(map(is_like_a_number, said)) and len(said) > 1:
            firsts[number] = is_like_a_number(said[0])
    odd = {number for number, is_number in firsts.items() if is_number}
    return odd if len(odd) * 2 < len(firsts) else set()


def _edges(row: Mapping[int, Spot]) -> Edges:
    columns: dict[Spot, list[int]] = {}
    for column, spot in sorted(row.items()):
        columns.setdefault(spot, []).append(column)
    return tuple((each[0], each[-1]) for each in columns.values())
