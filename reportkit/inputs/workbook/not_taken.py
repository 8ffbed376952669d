"""Numbers beside labels of our tables that were taken for no figure, while figures are wanting; none is lost unseen."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from reportkit.editions import Edition
from reportkit.inputs.handed_in import FoundFigure, Place
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.heads import named_in
from reportkit.inputs.tables.labels import TableLabels, labels_of
from reportkit.inputs.tables.left_over import EXTRA
from reportkit.inputs.tables.located import Located
from reportkit.inputs.tables.numerals import is_a_count, is_like_a_number, is_of_marks
from reportkit.inputs.workbook.marks import FACT, FIELD, SLOT
from reportkit.messages.said import Said

_OTHER = re.compile(rf"{EXTRA}|原数|栏次|增长|变化|同期|累计|预计|计划|电话|联系|日期|时间|邮编|页码|[./][a-z]")
"""What a number is beside that is surely no figure of this year's table."""
_LONG = 4
"""Letters of a label that is one of our tables' by itself; a shorter one needs others near it."""
_FEWEST = 3
_MOST = 3
"""Numbers that are said of one table on a sheet; the others are lost for the same reason."""


def not_taken(
    edition: Edition,
    grids: Sequence[Grid],
    located: Sequence[Located],
    figures: Mapping[str, FoundFigure],
    others: tuple[str, ...],
) -> Iterator[tuple[Said, Place]]:
    """What must be refused: a number right of a row's label or below a column's, of which a figure is wanting."""
    places = {each.cell for each in located}
    taken = {str(each.grid.place(spot)) for each in located for spot in each.spots}
    for table in edition.tables:
        cells = [cell for cell, spec in edition.cells.items() if spec.table == table.id]
        absent = {edition.cells[cell].row for cell in cells if cell not in places}
        wanting = [cell for cell in cells if cell not in figures or figures[cell].value is None]
        labels = labels_of(table, others)
        for grid in grids if absent or (wanting and not labels.has_rows) else ():
            if any(text.startswith((SLOT, FACT, FIELD)) for _, text in grid.texts):
                continue
            found = [*_upright(labels, grid, absent), *_upright(labels, grid.turned(), absent)]
            told = [each for each in dict(found).items() if each[0] not in taken]
            missing = list(dict.fromkeys(edition.cells[cell].label for cell in wanting))[:3]
            for _, (spot, one, label) in told[:_MOST]:
                number = one[spot].text.strip()[:20]
                yield Said("figure_not_taken", text=number, label=label[:40], missing=missing), one.place(spot)


def _upright(labels: TableLabels, grid: Grid, absent: Collection[str]) -> Iterator[tuple[str, tuple[Spot, Grid, str]]]:
    """The numbers beside labels of a sheet as it is turned: their places, with the label that each is beside."""
    rows = named_in(grid, tuple(labels.rows), labels.others)
    named = [(spot, len(name) >= _LONG) for spot, name in rows if labels.rows[name] in absent]
    for spot in [spot for spot, is_long in named if is_long or len(named) > 1]:
        first = max(column for _, column in grid.area(spot)) + 1
        for column in range(first, grid.columns):
            at = (spot[0], column)
            if is_a_count(grid[at].text.strip()) and not _is_other(grid, at, first):
                yield str(grid.place(at)), (at, grid, grid[spot].text)
    if not labels.has_rows:
        yield from _below_heads(labels, grid)


def _below_heads(labels: TableLabels, grid: Grid) -> Iterator[tuple[str, tuple[Spot, Grid, str]]]:
    """The first number of each line below the heads of a table without labels of rows, until a blank line."""
    heads = [spot for spot, _ in named_in(grid, tuple(labels.columns), labels.others)]
    if len(heads) < _FEWEST:
        return
    columns, seen = {column: row for row, column in reversed(heads)}, False
    for row in range(min(columns.values()) + 1, grid.rows):
        line = [grid[row, column].text.strip() for column in sorted(columns) if columns[column] < row]
        numbers = [column for column in sorted(columns) if columns[column] < row and is_a_count(grid[row, column].text)]
        if seen and not any(line):
            return
        if not numbers or is_of_marks(line):
            continue
        seen = True
        for column in numbers:
            if not _is_other(grid, (row, column), min(columns)):
                yield str(grid.place((row, column))), ((row, column), grid, grid[columns[column], column].text)


def _is_other(grid: Grid, spot: Spot, first: int) -> bool:
    """Whether the head above a number, or a label left of its row's numbers, says that it is something else."""
    above = (grid.shown((row, spot[1])).text.strip() for row in range(spot[0] - 1, -1, -1))
    head = next((text for text in above if text and not is_like_a_number(text)), "")
    left = (grid.shown((spot[0], column)).text.strip() for column in range(first))
    return any(_OTHER.search(text) for text in (head, *left) if len(text) <= _LONGEST)


_LONGEST = 60
"""Characters of a label."""
