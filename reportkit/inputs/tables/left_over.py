"""Numbers beside those that were found: one may be what wasn't found, or have pushed others aside; that is told."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from reportkit.editions import Edition
from reportkit.editions.lookup import row_label
from reportkit.inputs.handed_in import Place
from reportkit.inputs.tables.grid import Grid
from reportkit.inputs.tables.located import Located
from reportkit.inputs.tables.numerals import is_like_a_number, is_of_marks
from reportkit.messages.said import Said

EXTRA = r"小计|其中|栏次|上年|去年|上一年|20\d\d|占比|比例|增减|同比|序号|行次|代码|备注|核对|rk:"
EXTRA_ROW = re.compile(rf"{EXTRA}|合计|总计")
EXTRA_COLUMN = re.compile(rf"{EXTRA}|原数|[./][a-z]")
_SUM = re.compile(r"[（(七）)\s]*(?:合计|总计)")
"""What rows and columns beside those of a table may be called."""


def left_over(edition: Edition, located: Iterable[Located]) -> Iterator[tuple[Said, Place]]:
    """What must be refused: a number in a row of figures below no head, and unknown rows or columns where one lacks."""
    by_table: dict[tuple[str, str, bool], list[Located]] = {}
    for each in located:
        key = edition.cells[each.cell].table, each.grid.name, each.grid.is_turned
        by_table.setdefault(key, []).append(each)
    for (table, _, _), places in by_table.items():
        grid = places[0].grid
        spots = {spot for each in places for spot in each.spots}
        yield from _without_head(grid, spots)
        cells = {each.cell for each in places}
        found = {edition.cells[cell].row for cell in cells}
        rows = [row for row, specs in edition.rows.items() if specs[0].table == table]
        absent = [
            spec.column_label for row in rows if row in found for spec in edition.rows[row] if spec.id not in cells
        ]
        if absent:
            yield from _unknown_columns(grid, spots, [*dict.fromkeys(absent)])
        if missing := [row_label(edition, row) for row in rows if row not in found]:
            yield from _unknown_rows(grid, spots, missing)


def _without_head(grid: Grid, spots: Collection[tuple[int, int]]) -> Iterator[tuple[Said, Place]]:
    """Numbers right of figures, in a column that is called nothing."""
    first = min(column for _, column in spots)
    for row in sorted({row for row, _ in spots}):
        for column in range(first, grid.columns):
            text = grid[row, column].text.strip()
            if (row, column) in spots or not is_like_a_number(text) or len(grid.area((row, column))) > 1:
                continue
            above = (grid.shown((line, column)).text.strip() for line in range(row))
            if not any(each and not is_like_a_number(each) for each in above):
                yield Said("figure_without_head", text=text[:20]), grid.place((row, column))


def _unknown_columns(
    grid: Grid, spots: Collection[tuple[int, int]], missing: list[str]
) -> Iterator[tuple[Said, Place]]:
    """Columns with figures in rows of the table, whose heads are none of the table's; the first of each."""
    first, told = min(column for _, column in spots), set[int]()
    for row in sorted({row for row, _ in spots}):
        for column in range(first, grid.columns):
            if column in told or (row, column) in spots or not is_like_a_number(grid[row, column].text.strip()):
                continue
            above = (grid.shown((line, column)).text.strip() for line in range(row - 1, -1, -1))
            head = next((text for text in above if text and not is_like_a_number(text)), "")
            if head and not EXTRA_COLUMN.search(head):
                told.add(column)
                yield Said("label_unknown", label=head[:40], missing=missing[:3]), grid.place((row, column))


def _unknown_rows(grid: Grid, spots: Collection[tuple[int, int]], missing: list[str]) -> Iterator[tuple[Said, Place]]:
    """Rows with figures below the heads, that are called as none of the table's is."""
    lines, columns = {row for row, _ in spots}, sorted({column for _, column in spots})
    first = min(lines)
    while first and _has_figures([grid[first - 1, column].text.strip() for column in columns]):
        first -= 1
    for row in range(first, min(max(lines) + len(missing), grid.rows - 1) + 1):
        if row in lines or not any(is_like_a_number(grid[row, column].text.strip()) for column in columns):
            continue
        texts = (grid.shown((row, column)).text.strip() for column in range(columns[0] - 1, -1, -1))
        label = next((text for text in texts if text), "")
        if not EXTRA_ROW.search(label) or (_SUM.fullmatch(label) and any(each.endswith("总计") for each in missing)):
            yield Said("label_unknown", label=label[:40], missing=missing[:3]), grid.place((row, columns[0]))


def _has_figures(line: Sequence[str]) -> bool:
    """Whether a line has numbers, and they don't number its columns."""
    numbers = [text for text in line if is_like_a_number(text)]
    return bool(numbers) and numbers != [str(number) for number in range(1, len(numbers) + 1)] and not is_of_marks(line)
