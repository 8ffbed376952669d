"""Reports typeset as PDFs, after the exports of Word, WPS and 方正书版: rules, breaks, type, furniture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import typst
from pylopdf_fonts_zh_cn import serif_path

from tests.published.figures import Report
from tests.published.markup import Shown, plain, title_of
from tests.published.source import Value
from tests.published.statutory import Cell, Grid, disclosure, disputes, requests
from tests.published.words import TITLES, USUAL, Headings, Prose, preamble, prose

Wrapped = Callable[[str], str]


@dataclass(frozen=True)
class Sheet:
    """How a program sets pages and tables.

    rules: "all", "three" (a three-line table) or "none". repeated: heads come again on a table's next page.
    figure: what is put around a figure's Typst string. aligned: where figures and labels stand in their cells.
    disputes_across: table 四 on a landscape page.
    """

    rules: str = "all"
    repeated: bool = False
    size_pt: float = 9
    widths: Mapping[str, str] | None = None
    page: str = 'paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm)'
    figure: Wrapped = "#{}".format
    aligned: str = "center + horizon"
    labels_aligned: str = "center + horizon"
    shown: Shown = plain
    disputes_across: bool = False
    headings: Headings = USUAL
    space_before_requests: str = ""


_WIDTHS = {
    "disclosure": "(1.4fr, 1fr, 1fr, 1fr)",
    "requests": "(1.2fr, 1.6fr, 4fr) + (1fr,) * 7",
    "disputes": "(1fr,) * 15",
}


def typeset(report: Report, sheet: Sheet) -> bytes:
    """The report as a PDF."""
    return typst.compile(_document(report, sheet).encode(), font_paths=[str(Path(serif_path()).parent)])


def _document(report: Report, sheet: Sheet) -> str:
    said = prose(report)
    grids = {"disclosure": disclosure(report.year), "requests": requests(report.year), "disputes": disputes()}
    parts = [
        f'#set page({sheet.page})\n#set text(font: "Noto Serif SC", size: 14pt, lang: "zh")\n'
        "#set par(first-line-indent: (amount: 2em, all: true), leading: 0.9em, justify: true)\n",
        f"#align(center, text(size: 20pt)[#{_string(title_of(report))}])\n",
        _paragraph(preamble(report)),
    ]
    for section in TITLES:
        parts.append(_paragraph(sheet.headings.titles[section]))
        parts += [_paragraph(line) for line in _lines(section, said, sheet.headings)]
        if section in grids:
            parts.append(_table(section, grids[section], report.cells, sheet))
    return "\n".join(parts)


def _lines(section: str, said: Prose, headings: Headings) -> list[str]:
    slots = {
        "overview": ("proactive", "on_request", "management", "platform", "supervision"),
        "problems": ("problems", "improvements"),
        "other_matters": ("other_matters",),
    }
    found = []
    for slot in slots.get(section, ()):
        heading = headings.parts.get(slot, "")
        if heading and not headings.run_in:
            found.append(heading)
        found.append((heading if headings.run_in else "") + "".join(said[slot]))
    return found


def _table(section: str, grid: Grid, cells: Mapping[str, Value], sheet: Sheet) -> str:
    heads = 0 if section == "disclosure" else 3
    head = (
        f"table.header(repeat: {str(sheet.repeated).lower()},\n{_rows(grid[:heads], cells, sheet)}),\n" if heads else ""
    )
    stroke = "0.5pt + black" if sheet.rules == "all" else "none"
    line = "table.hline(stroke: 1pt), " if sheet.rules == "three" else ""
    middle = "table.hline(stroke: 0.5pt), " if sheet.rules == "three" and heads else ""
    table = (
        f"#[#set par(first-line-indent: 0em, leading: 0.4em, justify: false)\n#set text(size: {sheet.size_pt}pt)\n"
        f"#table(columns: {(sheet.widths or _WIDTHS)[section]}, stroke: {stroke}, inset: 3pt, "
        f"align: center + horizon,\n{line}{head}{middle}{_rows(grid[heads:], cells, sheet)}{line})]\n"
    )
    if section == "requests":
        table = sheet.space_before_requests + table
    return f"#page(flipped: true)[{table}]" if section == "disputes" and sheet.disputes_across else table


def _rows(grid: Grid, cells: Mapping[str, Value], sheet: Sheet) -> str:
    return "".join(_cell(cell, cells, sheet) for row in grid for cell in row)


def _cell(cell: Cell, cells: Mapping[str, Value], sheet: Sheet) -> str:
    shown = cell.text if cell.id is None else sheet.shown(cell.id, cells[cell.id])
    text = f"#{_string(shown)}" if cell.id is None else sheet.figure(_string(shown))
    aligned = sheet.aligned if cell.id is not None else sheet.labels_aligned if not cell.head else "center + horizon"
    return f"table.cell(rowspan: {cell.down}, colspan: {cell.right}, align: {aligned})[{text}],\n"


def _paragraph(text: str) -> str:
    return f"#{_string(text)}\n\n"


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def with_filled_rules(pdf: bytes, path: Path) -> bytes:
    """The PDF with each stroked line drawn as a thin filled rectangle, as WPS and browsers draw borders."""
    path.write_bytes(pdf)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for page in document.pages:
            page.Contents = document.make_stream(pikepdf.unparse_content_stream(_filled(page)))
        document.save(path)
    return path.read_bytes()


def _filled(page: pikepdf.Page) -> list[pikepdf.ContentStreamInstruction]:
    written: list[pikepdf.ContentStreamInstruction] = []
    start, end, width = (0.0, 0.0), (0.0, 0.0), 1.0
    for instruction in pikepdf.parse_content_stream(page):
        operator, numbers = str(instruction.operator), instruction.operands
        if operator == "w":
            width = float(numbers[0])
        elif operator == "m":
            start = (float(numbers[0]), float(numbers[1]))
        elif operator == "l":
            end = (float(numbers[0]), float(numbers[1]))
        if operator == "S":
            left, bottom = min(start[0], end[0]) - width / 2, min(start[1], end[1]) - width / 2
            across, up = abs(end[0] - start[0]) + width, abs(end[1] - start[1]) + width
            written.append(_instruction([left, bottom, across, up], "re"))
            written.append(_instruction([], "f"))
        elif operator not in ("m", "l"):
            written.append(pikepdf.ContentStreamInstruction(instruction))
    return written


def _instruction(numbers: list[float], operator: str) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction([round(each, 3) for each in numbers], pikepdf.Operator(operator))
