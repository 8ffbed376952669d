"""Where figures stand on a sheet by our own hidden ids, and whether the labels beside them are still theirs."""

from collections.abc import Iterator

from reportkit.editions import Edition
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import is_slip, plain
from reportkit.inputs.tables.located import Located
from reportkit.inputs.workbook.marks import COLUMNS, ROW


def marked(edition: Edition, grid: Grid) -> Iterator[Located]:
    """The figures that our own hidden ids name; labels beside them must be theirs, or be gone."""
    rows = {spot: text.removeprefix(ROW) for spot, text in grid.texts if text.startswith(ROW)}
    heads = [spot for spot, text in grid.texts if text == COLUMNS]
    for spot, row in rows.items():
        head = max((each for each in heads if each[0] < spot[0] and each[1] == spot[1]), default=None)
        if head is None:
            continue
        ends = {column: grid[head[0], column].text.strip() for column in range(head[1] + 1, grid.columns)}
        named = {column: f"{row}{end}" for column, end in ends.items() if f"{row}{end}" in edition.cells}
        for column, cell in named.items():
            at = (spot[0], column)
            label = edition.cells[cell].row_label.split("·")[-1]
            unlike = _unlike(_left_of(grid, at, min(named), spot[1]), label) if "/" in ends[column][:1] else ""
            unlike = unlike or _unlike(_above(grid, (head[0], column)), edition.cells[cell].column_label)
            yield Located(cell, grid, (at,), by_id=True, unlike=unlike)


def _left_of(grid: Grid, spot: Spot, first: int, last: int) -> str:
    """The nearest label left of a row's figures."""
    texts = (grid.shown((spot[0], column)).text.strip() for column in range(first - 1, last, -1))
    return next((text for text in texts if text), "")


def _above(grid: Grid, spot: Spot) -> str:
    """The nearest label above a cell."""
    texts = (grid.shown((row, spot[1])).text.strip() for row in range(spot[0] - 1, -1, -1))
    return next((text for text in texts if text), "")


def _unlike(text: str, label: str) -> str:
    """A label that is another one than it should be; empty where it is that one, a slip of it, or gone."""
    typed, wanted = plain(text), plain(label)
    return "" if not typed or typed == wanted or is_slip(typed, wanted) else text
