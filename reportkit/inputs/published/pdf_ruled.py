"""The ruled tables of a PDF's pages, those too that the end of a page parts or leaves open."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import cell_of
from reportkit.inputs.published.pdf_lines import BBox, Line, named, pieces_of, within
from reportkit.inputs.published.shape import Span, grid_at
from reportkit.inputs.tables.grid import Grid, GridCell

_SAME_PT = 2.0
"""Edges nearer than this are one."""
_NARROW_PT = 6.0
"""No column is narrower; on another page its sides may stand a little aside."""
_SHORTEST_PT = 3.0
"""Of a rule; what is shorter is the end of one."""
_FEWEST = 3
"""Upright rules that end at one height where a table is left open."""


class _Box(NamedTuple):
    """A cell with the box that its rules make, and whether the page's end leaves it open."""

    box: BBox
    cell: GridCell
    place: str
    is_open_above: bool = False
    is_open_below: bool = False


@dataclass(frozen=True)
class Ruled:
    """A ruled table, or the part of one that is on a page."""

    page: int
    box: BBox
    cells: tuple[_Box, ...]

    def grid(self) -> Grid:
        """Its cells where its lines are."""
        boxes = [each.box for each in self.cells]
        xs = _distinct((edge for box in boxes for edge in (box[0], box[2])), _NARROW_PT)
        ys = _distinct((edge for box in boxes for edge in (box[1], box[3])), _SAME_PT)
        placed: dict[tuple[int, int], Span] = {}
        for box, cell, place, *_ in self.cells:
            row, column = _nearest(ys, box[1]), _nearest(xs, box[0])
            down, along = _nearest(ys, box[3]) - row, _nearest(xs, box[2]) - column
            placed[row, column] = Span(cell, max(down, 1), max(along, 1), Place(f"第{self.page}页表格", place))
        return grid_at(f"第{self.page}页表格", placed, len(ys) - 1)

    def with_below(self, other: "Ruled") -> "Ruled":
        """The table with its part on the next page; a cell that both pages leave open is one."""
        down = self.box[3] - other.box[1]
        cells = [*self.cells]
        for each in other.cells:
            x0, y0, x1, y1 = each.box
            moved = each._replace(box=(x0, y0 + down, x1, y1 + down))
            above = next((number for number, one in enumerate(cells) if _is_one(one, moved)), None)
            if above is None:
                cells.append(moved)
            else:
                cells[above] = _together(cells[above], moved)
        box = (self.box[0], self.box[1], self.box[2], other.box[3] + down)
        return Ruled(other.page, box, tuple(cells))


def _is_one(above: _Box, below: _Box) -> bool:
    if not (above.is_open_below and below.is_open_above):
        return False
    return all(abs(above.box[side] - below.box[side]) < _SAME_PT * 2 for side in (0, 2))


def _together(above: _Box, below: _Box) -> _Box:
    """A cell of its two parts; where both say something it is one text on two lines."""
    box = (*above.box[:3], below.box[3])
    if below.cell.is_blank or above.cell.is_blank:
        said = below if above.cell.is_blank else above
        return said._replace(box=box, is_open_above=above.is_open_above, is_open_below=below.is_open_below)
    altered, aside = above.cell.is_altered or below.cell.is_altered, above.cell.aside + below.cell.aside
    cell = replace(above.cell, value=f"{above.cell.text}\n{below.cell.text}", is_altered=altered, aside=aside)
    return above._replace(box=box, cell=cell, is_open_below=below.is_open_below)


def ruled_of(page: Any) -> list[Ruled]:
    """The ruled tables of a page; a frame around words, and rules between lines alone, make none."""
    top, bottom = (_closing(page, side) for side in ("top", "bottom"))
    rules = [each.rule for each in (top, bottom) if each is not None]
    found = page.find_tables({"explicit_horizontal_lines": rules} if rules else {})
    return [_ruled(page, each, top, bottom) for each in found if len({round(cell[0]) for cell in each.cells}) > 1]


class _Closing(NamedTuple):
    """A rule drawn where a page's end has left a table open, and from where to where there was one already."""

    at: float
    rule: dict[str, Any]
    drawn: tuple[tuple[float, float], ...]

    def leaves_open(self, left: float, right: float) -> bool:
        """Whether a cell had no rule there."""
        middle = (left + right) / 2
        return not any(one - _SAME_PT <= middle <= other + _SAME_PT for one, other in self.drawn)


def _closing(page: Any, side: str) -> _Closing | None:
    """The rule that is missing where the outermost upright rules of a page end; None where it is there."""
    upright = [each for each in page.edges if each["orientation"] == "v" and each["height"] >= _SHORTEST_PT]
    level = [each for each in page.edges if each["orientation"] == "h" and each["width"] >= _SHORTEST_PT]
    if not upright:
        return None
    at = (min if side == "top" else max)(each[side] for each in upright)
    ends = _distinct((each["x0"] for each in upright if abs(each[side] - at) < _SAME_PT), _NARROW_PT)
    drawn = tuple((each["x0"], each["x1"]) for each in level if abs(each["top"] - at) < _SAME_PT)
    rule = {"object_type": "line", "x0": ends[0], "x1": ends[-1] + _SAME_PT, "top": at, "bottom": at}
    closing = _Closing(at, {**rule, "width": ends[-1] + _SAME_PT - ends[0], "height": 0}, drawn)
    is_open = any(closing.leaves_open(one, other) for one, other in itertools.pairwise(ends))
    return closing if len(ends) >= _FEWEST and is_open else None


def _ruled(page: Any, table: Any, top: _Closing | None, bottom: _Closing | None) -> Ruled:
    inside = [each for each in page.chars if within(each, table.bbox)]
    cells = []
    for box in table.cells:
        cell = cell_of(pieces_of([each for each in inside if within(each, box)]))
        above = top is not None and abs(box[1] - top.at) < _SAME_PT and top.leaves_open(box[0], box[2])
        below = bottom is not None and abs(box[3] - bottom.at) < _SAME_PT and bottom.leaves_open(box[0], box[2])
        cells.append(_Box(box, cell, f"第{page.page_number}页（{named(box)}）", above, below))
    return Ruled(page.page_number, table.bbox, tuple(cells))


def over_pages(found: Sequence[Ruled | Line]) -> Iterator[Grid | Line]:
    """Tables that the end of a page has parted as one: as wide, on the next page, with nothing between."""
    open_table: Ruled | None = None
    for each in found:
        if isinstance(each, Ruled) and open_table is not None and _goes_on(open_table, each):
            open_table = open_table.with_below(each)
            continue
        if open_table is not None:
            yield open_table.grid()
        open_table = each if isinstance(each, Ruled) else None
        if isinstance(each, Line):
            yield each
    if open_table is not None:
        yield open_table.grid()


def _goes_on(above: Ruled, below: Ruled) -> bool:
    sides = ((above.box[side], below.box[side]) for side in (0, 2))
    return below.page == above.page + 1 and all(abs(one - other) < _SAME_PT * 2 for one, other in sides)


def _distinct(edges: Iterator[float], same: float) -> list[float]:
    """Edges in rising order, of those nearer to each other than `same` the first."""
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > same:
            found.append(edge)
    return found


def _nearest(edges: Sequence[float], edge: float) -> int:
    return min(range(len(edges)), key=lambda number: abs(edges[number] - edge))
