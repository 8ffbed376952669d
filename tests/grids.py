"""Statutory tables as grids, read from pages and made from data, without the code that verifies pages."""

from collections.abc import Iterable

from lxml import html

from reportkit.model import Table
from reportkit.publishing.docxtext import Grid


def grids_of_html(page: str) -> list[Grid]:
    """Each table with heads of rows or columns but those of charts, merges unfolded."""
    found = []
    for table in html.fragment_fromstring(page, create_parent="div").iter("table"):
        if table.find(".//th") is None or "data" in table.get("class", "").split():
            continue
        taken: set[tuple[int, int]] = set()
        grid: Grid = {}
        for row, line in enumerate(table.iter("tr")):
            column = 0
            for cell in line.iterchildren("td", "th"):
                while (row, column) in taken:
                    column += 1
                down, right = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
                grid[row, column] = ("".join(cell.itertext()), down, right)
                taken.update((row + y, column + x) for y in range(down) for x in range(right))
        found.append(grid)
    return found


def grids_of(tables: Iterable[Table]) -> list[Grid]:
    """What tables are to show."""
    return [
        {(each.row, each.column): (each.cell.text, each.cell.rowspan, each.cell.colspan) for each in table.placed()}
        for table in tables
    ]
