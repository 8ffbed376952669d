"""Statutory tables as grids, read from pages and made from data, without the code that verifies pages."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from lxml import html

from reportkit.model import Table
from reportkit.publishing.docxtext import Grid, parsed, word_parts
from reportkit.publishing.docxtext import grids_of as grids_of_document
from reportkit.publishing.pdftext import Page, RuledGrid


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


def grids_of_word(docx: bytes) -> list[tuple[str, Grid]]:
    """The statutory tables of a Word file in their order: each caption with the cells by the place of their corner."""
    return list(grids_of_document(parsed(word_parts(docx), "word/document.xml")))


def grids_of(tables: Iterable[Table]) -> list[Grid]:
    """What tables are to show."""
    return [
        {(each.row, each.column): (each.cell.text, each.cell.rowspan, each.cell.colspan) for each in table.placed()}
        for table in tables
    ]


def joined(pages: Sequence[Page]) -> list[Page]:
    """Pages that also hold, as one, each table which ends one page and goes on at the top of the next."""
    found = list(pages)
    for number, (page, following) in enumerate(pairwise(pages)):
        above, below = _lowest(page), _highest(following)
        if above and below and _are_as_wide(above, below):
            found[number] = replace(page, grids=(*page.grids, _one_below_the_other(above, below)))
    return found


def _are_as_wide(one: RuledGrid, other: RuledGrid) -> bool:
    return max(abs(one.xs[0] - other.xs[0]), abs(one.xs[-1] - other.xs[-1])) < 1


def _lowest(page: Page) -> RuledGrid | None:
    return min(_ruled(page), key=lambda each: each.ys[-1], default=None)


def _highest(page: Page) -> RuledGrid | None:
    return max(_ruled(page), key=lambda each: each.ys[0], default=None)


def _ruled(page: Page) -> list[RuledGrid]:
    return [each for each in page.grids if min(each.shape) > 0]


def _one_below_the_other(above: RuledGrid, below: RuledGrid) -> RuledGrid:
    down = below.ys[0] - above.ys[-1]
    moved = [each._replace(baseline=each.baseline - down, bottom=each.bottom - down, top=each.top - down)
             for each in below.characters]  # fmt: skip
    ys = (*above.ys, *(each - down for each in below.ys[1:]))
    return RuledGrid(max(above.xs, below.xs, key=len), ys, (*above.characters, *moved))
