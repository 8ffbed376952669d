"""Published reports as Word files: merged cells, tracked changes, comments, content controls; and as an old .doc."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from docx.shared import Mm, Pt
from docx.table import _Cell

from tests.published.figures import Report, invented, real
from tests.published.markup import plain, renamed, source_of, title_of
from tests.published.source import Source, Value
from tests.published.statutory import Grid, disclosure, disputes, requests
from tests.published.words import TITLES, USUAL, preamble, prose

# By the number of a table's columns.
_WIDTHS_MM = {4: (45, 35, 35, 35), 10: (16, 20, 46, *(11,) * 7), 15: (10,) * 15}

Written = Callable[[_Cell, str, Value], None]


def _figure(cell: _Cell, name: str, value: Value) -> None:
    cell.text = plain(name, value)


def _document(report: Report, figure: Written = _figure) -> WordDocument:
    """The report in Word's own headings, its tables merged by gridSpan and vMerge."""
    document = Document()
    document.styles["Normal"].font.size = Pt(9)
    document.add_heading(title_of(report), 0)
    document.add_paragraph(preamble(report))
    said = prose(report)
    slots = {"overview": list(said)[:5], "problems": ["problems", "improvements"], "other_matters": ["other_matters"]}
    grids = {"disclosure": disclosure(report.year), "requests": requests(report.year), "disputes": disputes()}
    for section, title in TITLES.items():
        document.add_heading(title, 1)
        for slot in slots.get(section, ()):
            if slot in USUAL.parts:
                document.add_heading(USUAL.parts[slot], 2)
            for line in said[slot]:
                document.add_paragraph(line)
        if section in grids:
            _add_table(document, grids[section], report.cells, figure)
    return document


def _add_table(document: WordDocument, grid: Grid, cells: Mapping[str, Value], figure: Written) -> None:
    table = document.add_table(len(grid), sum(cell.right for cell in grid[0]), "Table Grid")
    places = [row.cells for row in table.rows]
    for number, width in enumerate(_WIDTHS_MM[len(places[0])]):
        for place in (table.columns[number], *(row[number] for row in places)):
            place.width = Mm(width)
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(grid):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            covered = [(number + down, column + right) for down in range(cell.down) for right in range(cell.right)]
            taken.update(covered)
            (top, left), (bottom, right) = covered[0], covered[-1]
            corner = places[top][left]
            if len(covered) > 1:
                corner = corner.merge(places[bottom][right])
            if cell.id is None:
                corner.text = cell.text
            else:
                figure(corner, cell.id, cells[cell.id])


def _source(name: str, report: Report, document: WordDocument, *, told: frozenset[str] = frozenset()) -> Source:
    written = BytesIO()
    document.save(written)
    return replace(source_of(name, report, written.getvalue(), told=told), kind="docx")


@cache
def word_document() -> Source:
    """A Word file with merged cells, headings by style, a header, and page numbers in the footer."""
    report = real("suqian-2023", "市")
    document = _document(report)
    document.sections[0].header.paragraphs[0].text = "宿迁市政府信息公开工作年度报告（2023）"
    document.sections[0].footer.paragraphs[0].text = "— 1 —"
    return _source("word_document", report, document)


@cache
def tracked_changes() -> Source:
    """Figures changed with tracking on, old numbers in `w:del`, new ones in `w:ins`; a paragraph and a row deleted.

    Word's own display, with the changes shown or hidden, has the new numbers as the text.
    """
    report = invented("云川市住房和城乡建设局", 2023)
    changed = {
        "disclosure.licensing/decisions",
        "requests.received/natural_person",
        "requests.granted/total",
        "requests.carried_out/total",
        "disputes.review/total",
    }

    def figure(cell: _Cell, name: str, value: Value) -> None:
        cell.text = plain(name, value)
        if name in changed:
            _track(cell.paragraphs[0].runs[0]._r, before="8")

    document = _document(report, figure)
    paragraph = document.paragraphs[2].insert_paragraph_before("本段已删除：全年收到申请9999件。")
    _track(paragraph.runs[0]._r, before=None)
    row = deepcopy(document.tables[1].rows[3]._tr)
    row.get_or_add_trPr().append(_marked("w:del"))
    for run in list(row.iter(qn("w:r"))):
        _track(run, before=None)
    document.tables[1].rows[3]._tr.addprevious(row)
    return _source("tracked_changes", report, document, told=frozenset(changed))


def _track(run: CT_R, *, before: str | None) -> None:
    """Turns a run into an insertion behind a deleted run; with None, the run itself is what was deleted."""
    deleted = deepcopy(run)
    for text in deleted.findall(qn("w:t")):
        text.tag = qn("w:delText")
        text.text = before if before is not None else text.text
    deletion = _marked("w:del")
    run.addprevious(deletion)
    deletion.append(deleted)
    if before is None:
        run.getparent().remove(run)
        return
    insertion = _marked("w:ins")
    deletion.addnext(insertion)
    insertion.append(run)


def _marked(tag: str):
    element = OxmlElement(tag)
    for name, value in (("w:id", "1"), ("w:author", "经办"), ("w:date", "2024-01-10T09:00:00Z")):
        element.set(qn(name), value)
    return element


@cache
def commented() -> Source:
    """Comments with other numbers on figures, a soft line break and a tab in cells, numbers in several runs."""
    report = invented("云川市自然资源和规划局", 2024)

    def figure(cell: _Cell, name: str, value: Value) -> None:
        text = plain(name, value)
        paragraph = cell.paragraphs[0]
        for part in (text[:1], text[1:]):
            paragraph.add_run(part)
        if name.endswith("commercial"):
            paragraph.add_run("\t")

    document = _document(report, figure)
    for table, row, column in ((0, 3, 1), (1, 3, 3), (1, 27, 9)):
        runs = document.tables[table].cell(row, column).paragraphs[0].runs
        document.add_comment(runs, text="此处原为888件，请与台账核对。", author="复核", initials="复")
    return _source("commented", report, document)


@cache
def content_controls() -> Source:
    """A form template: figures in content controls, in a paragraph (二, 三) or around a whole cell (四)."""
    report = invented("云川市商务局", 2023)
    document = _document(report)
    for number, table in enumerate(document.tables):
        for cell in _figure_cells(table._tbl):
            _controlled(cell if number == 2 else cell.find(qn("w:p")).find(qn("w:r")))
    return _source("content_controls", report, document)


def _figure_cells(table) -> Iterator:
    for cell in table.iter(qn("w:tc")):
        text = "".join(each.text or "" for each in cell.iter(qn("w:t")))
        if text.replace(".", "").isdigit():
            yield cell


def _controlled(element) -> None:
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(OxmlElement("w:sdtPr"))
    control.append(content)
    element.addprevious(control)
    content.append(element)


def as_doc(source: Source) -> Source:
    """The Word file in the binary format of Word 97, by LibreOffice."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "report.docx").write_bytes(source.content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", "--headless", profile, "--convert-to", "doc", "--outdir", made, made + "/report.docx"]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return renamed(source, f"{source.name}_doc", (folder / "report.doc").read_bytes(), kind="doc")


WORD_FILES = (word_document, tracked_changes, commented, content_controls)
