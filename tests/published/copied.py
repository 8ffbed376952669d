"""Published reports as plain text, as a clerk copies them out of a browser, a PDF viewer or an office program."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pypdfium2

from tests.published.figures import Report, invented, real
from tests.published.markup import Article, Look, nbsp_for_blank, plain, source_of, thousands, title_of
from tests.published.pdfs import cut_without_head, word_export
from tests.published.source import Source, Value
from tests.published.statutory import Grid, Row, disclosure, disputes, requests
from tests.published.words import OLD_NAMES, RUN_IN, USUAL, Headings, prose

_TABBED = Look(table="{rows}\n", row="{cells}", head="{text}\t", label="{text}\t", figure="{text}\t", labels=str)
_TEXT = Article(heading="{text}\n", part="{text}\n", paragraph="{text}\n", run_in="{text}")


def _source(
    name: str,
    report: Report,
    tables: Mapping[str, str],
    *,
    article: Article = _TEXT,
    headings: Headings = USUAL,
    told: frozenset[str] = frozenset(),
) -> Source:
    said = replace(article, headings=headings).written(report, prose(report), tables)
    text = f"{title_of(report)}\n\n{said}"
    return replace(source_of(name, report, text, headings=headings, told=told), kind="text")


def _grids(year: int) -> dict[str, Grid]:
    return {"disclosure": disclosure(year), "requests": requests(year), "disputes": disputes()}


def _tables(report: Report, look: Look) -> dict[str, str]:
    return {section: look.written(grid, report.cells) for section, grid in _grids(report.year).items()}


def _tabbed(report: Report, look: Look) -> dict[str, str]:
    """Rows whose cells have tabs between them, none behind the last."""
    return {section: text.replace("\t\n", "\n") for section, text in _tables(report, look).items()}


def browser_tabs() -> Source:
    """Chromium's copy of a table of bare cells: tabs between cells, a line a row; merged cells stand once."""
    report = real("suqian-2023", "市")
    return _source("browser_tabs", report, _tabbed(report, replace(_TABBED, shown=thousands)))


def browser_blanks() -> Source:
    """Chromium's copy with blank cells: two tabs in a row, no-break spaces from `&nbsp;`."""
    report = real("shuyang-fgj-2023")
    look = replace(_TABBED, shown=lambda cell, value: nbsp_for_blank(cell, value).replace("&nbsp;", "\xa0"))
    return _source("browser_blanks", report, _tabbed(report, look), headings=RUN_IN)


def browser_paragraphs() -> Source:
    """Chromium's copy of cells that hold paragraphs: a tab on a line of its own, blank lines around each cell's text.

    The form is `innerText` of such a table in Chromium.
    """
    report = invented("云川市民族宗教事务局", 2024)
    look = Look(
        table="{rows}",
        row="{cells}\n\n",
        head="{text}\n\n\t\n\n",
        label="{text}\n\n\t\n\n",
        figure="{text}\n\n\t\n\n",
        labels=str,
    )
    tables = {section: text.replace("\n\n\t\n\n\n\n", "\n\n\n\n") for section, text in _tables(report, look).items()}
    return _source("browser_paragraphs", report, tables, headings=OLD_NAMES)


def viewer_lines() -> Source:
    """A PDF viewer's copy line by line: spaces between numbers, long labels broken over lines around them."""
    report = invented("云川市乡村振兴局", 2022)
    told = frozenset(cell for row in requests(2022) if _is_broken(row) for cell in (each.id for each in row) if cell)
    tables = {section: "\n".join(_lines(grid, report.cells)) for section, grid in _grids(2022).items()}
    article = replace(_TEXT, paragraph="{text}")
    source = _source("viewer_lines", report, tables, article=article, told=told)
    lines = source.content.decode().split("\n")
    broken = [part for line in lines for part in ((line[:36], line[36:]) if len(line) > 60 else (line,))]
    return replace(source, content="\n".join(broken).encode())


def _lines(grid: Grid, cells: Mapping[str, Value]) -> Iterator[str]:
    for row in grid:
        labels = [cell.text for cell in row if cell.id is None]
        figures = " ".join(plain(cell.id, cells[cell.id]) for cell in row if cell.id is not None)
        if _is_broken(row):
            half = len(labels[-1]) // 2
            yield " ".join([*labels[:-1], labels[-1][:half]])
            yield figures
            yield labels[-1][half:]
        else:
            yield " ".join([*labels, figures]).strip()


def _is_broken(row: Row) -> bool:
    """Whether a row's last label is too long for its line."""
    labels = [cell.text for cell in row if cell.id is None]
    return 0 < len(labels) < len(row) and len(labels[-1]) > 20


def one_cell_a_line() -> Source:
    """Each cell on a line of its own, as phone browsers and chat programs paste a table."""
    report = invented("云川市退役军人事务局", 2024)
    look = Look(table="{rows}", row="{cells}", head="{text}\n", label="{text}\n", figure="{text}\n", labels=str)
    return _source("one_cell_a_line", report, _tables(report, look))


def spreadsheet_cells() -> Source:
    """Copied out of a spreadsheet: a tab for every covered cell, quotes around cells with a line end."""
    report = invented("云川市科学技术局", 2022)
    look = replace(_TABBED, labels=lambda text: f'"{text[:2]}\n{text[2:]}"' if len(text) == 4 else text)
    tables = {section: _with_covered_cells(grid, look, report.cells) for section, grid in _grids(2022).items()}
    return _source("spreadsheet_cells", report, tables)


def _with_covered_cells(grid: Grid, look: Look, cells: Mapping[str, Value]) -> str:
    width = sum(cell.right for cell in grid[0])
    lines = [[""] * width for _ in grid]
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(grid):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            taken.update((number + down, column + right) for down in range(cell.down) for right in range(cell.right))
            lines[number][column] = look.labels(cell.text) if cell.id is None else plain(cell.id, cells[cell.id])
    return "\n".join("\t".join(line) for line in lines)


def _of_a_pdf(source: Source, name: str) -> Source:
    """What the browser's own PDF viewer copies: PDFium's text of all pages."""
    with pypdfium2.PdfDocument(source.content) as document:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return replace(source, name=name, content="\n".join(pages).encode(), kind="text", told=frozenset(source.truth))


def viewer_of_ruled() -> Source:
    """All of a ruled PDF in the browser's viewer, copied: cells a line each or run together, as PDFium has them."""
    return _of_a_pdf(word_export(), "viewer_of_ruled")


def viewer_of_cut() -> Source:
    """The same of a PDF whose table 三 goes over a page's end, page numbers between its rows."""
    return _of_a_pdf(cut_without_head(), "viewer_of_cut")


COPIED = (
    browser_tabs,
    browser_blanks,
    browser_paragraphs,
    viewer_lines,
    one_cell_a_line,
    spreadsheet_cells,
    viewer_of_ruled,
    viewer_of_cut,
)
