"""Finished pages read back: every figure of every statutory table, in its place; and what a page must not hold."""

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from lxml import etree
from lxml import html as lxml_html

from reportkit.errors import PublishingError
from reportkit.formats import FORMATS
from reportkit.model import Cell, Table
from reportkit.publishing.docxtext import WHERE as DOCX
from reportkit.publishing.docxtext import Grid, W, grids_of, parsed, text_of, word_parts
from reportkit.publishing.pdflayout import Placed, verify_layout
from reportkit.publishing.pdftext import Page, RuledGrid, pages_of
from reportkit.publishing.svg_allowed import SVG, loads, refuse_unknown
from reportkit.text.markdown import safe_url

HTML, PDF, FRAGMENT = (FORMATS[name].file for name in ("html", "pdf", "fragment"))
DRAFT_NOTE = "尚未签发，不得公布"
_PIXELS = ("data:image/png;", "data:image/jpeg;")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the finished files of a report must show: its statutory tables in order, whether it is a draft.

    `attachments` are the files that its PDF carries along, `texts` all that it prints, each with its place.
    """

    tables: Sequence[Table]
    draft: bool
    attachments: Mapping[str, bytes]
    texts: Sequence[Placed] = ()


def read_back_html(page: bytes, _beside: Mapping[str, bytes], expected: Expected) -> None:
    """Raises PublishingError as `verify_html` does."""
    verify_html(page.decode(), expected.tables)


def read_back_pdf(pdf: bytes, _beside: Mapping[str, bytes], expected: Expected) -> None:
    """Raises PublishingError where tables, attachments or the draft mark are not as they must be."""
    pages = pages_of(pdf)
    verify_pdf(pages, expected.tables)
    verify_layout(pages, expected.texts)
    verify_attachments(pdf, expected.attachments)
    verify_draft_mark(pages, expected.draft)


def read_back_docx(docx: bytes, _beside: Mapping[str, bytes], expected: Expected) -> None:
    """Raises PublishingError as `verify_docx` does."""
    verify_docx(docx, expected.tables, expected.draft)


def read_back_fragment(page: bytes, beside: Mapping[str, bytes], expected: Expected) -> None:
    """Raises PublishingError as `verify_fragment` does."""
    where = FORMATS["fragment-files"].file if beside else FRAGMENT
    verify_fragment(page.decode(), expected.tables, draft=expected.draft, pictures=beside.keys(), where=where)


def verify_html(page: str, tables: Sequence[Table], where: str = HTML) -> None:
    """Raises PublishingError where the page differs from the data, loads something, or lacks what readers need."""
    document = lxml_html.document_fromstring(page)
    _one_heading(document, where)
    _unique_ids(document, where)
    _nothing_outside(document, where)
    for image in document.iter("img"):
        if not (image.get("alt") or "").strip():
            raise PublishingError("page_picture_without_alt", where=where)
    for svg in document.iter("svg", "{http://www.w3.org/2000/svg}svg"):
        if not (svg.get("aria-label") or "").strip():
            raise PublishingError("page_chart_without_alt", where=where)
    for table in tables:
        found = document.xpath("//table[@id=$id]", id=f"table-{table.id}")
        if len(found) != 1:
            raise PublishingError("page_table_count", where=where, table=table.id, times=len(found))
        _compare(table, _html_grid(found[0]), where)


def verify_fragment(
    page: str, tables: Sequence[Table], *, draft: bool, pictures: Collection[str] = (), where: str = FRAGMENT
) -> None:
    """Raises PublishingError where the fragment differs from the data, or holds what a CMS strips or can't have.

    Its tables are the report's in their order; `pictures` are the files that lie beside it.
    """
    document = lxml_html.fragment_fromstring(page)
    _nothing_outside(document, where, beside=pictures)
    for element in document.iter():
        if element.tag in ("style", "script", "h1") or {"id", "class"} & set(element.attrib):
            raise PublishingError("fragment_element", where=where, tag=element.tag, attributes=dict(element.attrib))
        if element.tag == "img" and not (element.get("alt") or "").strip():
            raise PublishingError("fragment_picture_without_alt", where=where)
    found = [each for each in document.iter("table") if each.find(".//th[@scope]") is not None]
    grids = [_html_grid(each) for each in found]
    places = iter(grids)
    for table in tables:
        grid = next((each for each in places if len(each) == len(table.placed())), None)
        if grid is None:
            raise PublishingError("fragment_lacks_table", where=where, table=table.id)
        _compare(table, grid, where)
    if (DRAFT_NOTE in page) is not draft:
        raise PublishingError("fragment_lacks_mark" if draft else "fragment_bears_mark", where=where)


def _one_heading(document: Any, where: str) -> None:
    count = len(document.findall(".//h1"))
    if count != 1:
        raise PublishingError("page_headings", where=where, count=count)


def _unique_ids(document: Any, where: str) -> None:
    seen: set[str] = set()
    for identifier in document.xpath("//@id"):
        if identifier in seen:
            raise PublishingError("page_anchor_twice", where=where, anchor=identifier)
        seen.add(identifier)


def _nothing_outside(document: Any, where: str, beside: Collection[str] = ()) -> None:
    """No script, no event handler, no address that a browser would fetch by itself but for files `beside` it; in a
    picture nothing that a chart may not have."""
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if tag in ("script", "iframe", "object", "embed", "link", "base", "form", "video", "audio", "source", "track"):
            raise PublishingError("page_holds", where=where, tag=tag)
        for name, value in element.attrib.items():
            fetches = name in ("src", "srcset", "data", "poster", "background") and not value.startswith(_PIXELS)
            fetches = fetches and value not in beside
            fetched = tag in ("use", "image") and name.endswith("href") and not value.startswith(("#", "data:"))
            runs = name.startswith("on") or value.strip().lower().startswith(("javascript:", "vbscript:"))
            if fetches or fetched or runs:
                raise PublishingError("page_attribute_runs", where=where, tag=tag, name=name, value=value[:60])
    for meta in document.xpath("//meta[@http-equiv]"):
        if meta.get("http-equiv").lower() != "content-security-policy":
            raise PublishingError("page_http_equiv", where=where)
    styles = [(each, False) for each in document.xpath("//style/text()")]
    for style, declarations in (*styles, *((each, True) for each in document.xpath("//@style"))):
        if loads(str(style), declarations=declarations):
            raise PublishingError("page_style_loads", where=where)
    for number, picture in enumerate(document.iter("svg", f"{{{SVG}}}svg"), 1):
        refuse_unknown(picture, f"{where}, picture {number}")


def _html_grid(element: Any) -> Grid:
    grid: Grid = {}
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(element.iter("tr")):
        column = 0
        for cell in line.iterchildren("td", "th"):
            while (row, column) in taken:
                column += 1
            down, right = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            grid[row, column] = ("".join(cell.itertext()), down, right)
            taken.update((row + y, column + x) for y in range(down) for x in range(right))
            column += right
    return grid


def _compare(table: Table, grid: Grid, where: str) -> None:
    placed = table.placed()
    for place in placed:
        cell = place.cell
        found, *spans = grid.get((place.row, place.column), (None, 0, 0))
        if found is None or _bare(found) != _bare(cell.text):
            fault = f"reads '{found}', the data say '{cell.text}'"
        elif spans != [cell.rowspan, cell.colspan]:
            fault = f"spans {spans[0]} x {spans[1]} cells, not {cell.rowspan} x {cell.colspan}"
        else:
            continue
        raise PublishingError(
            "cell_differs",
            where=f"{where}, {_named(table, cell)}, row {place.row + 1}, column {place.column + 1}",
            table=table.caption,
            cell=cell.id or cell.text[:20],
            fault=fault,
        )
    if len(grid) != len(placed):
        place_of_all = f"{where}, {_named(table)}"
        raise PublishingError(
            "table_cells", where=place_of_all, table=table.caption, cells=len(grid), expected=len(placed)
        )


def _named(table: Table, cell: Cell | None = None) -> str:
    """A statutory table and a cell of it, as a person finds them: by the call that shows it, by the figure's id."""
    of = "" if cell is None else f" at {cell.id}" if cell.id else f" at '{cell.text[:20]}'"
    return f's.table("{table.id}"){of}'


def _bare(text: str) -> str:
    return "".join(text.split())


def verify_pdf(pages: Sequence[Page], tables: Sequence[Table]) -> None:
    """Raises PublishingError where a table of a PDF's pages can't be read or differs from the data.

    pdfium reads the characters between the ruled lines.
    """
    grids = [grid for page in pages for grid in page.grids]
    for table in tables:
        fault = _fault(table, grids)
        if fault is not None:
            what, cell = fault
            where = f"{PDF}, {_named(table, cell)}"
            raise PublishingError("pdf_table_differs", where=where, table=table.caption, fault=what)


def verify_attachments(pdf: bytes, files: Mapping[str, bytes]) -> None:
    """Raises PublishingError where the PDF doesn't carry exactly these files, byte by byte."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
    if found != dict(files):
        raise PublishingError("pdf_attachments", where=PDF, names=f"{sorted(found)}")


def verify_draft_mark(pages: Sequence[Page], draft: bool) -> None:
    """Raises PublishingError where a page of a draft lacks the mark 草稿, or a page of another report bears it."""
    for number, page in enumerate(pages, start=1):
        if (DRAFT_NOTE in "".join(each.text for each in page.characters)) is not draft:
            raise PublishingError("pdf_lacks_mark" if draft else "pdf_bears_mark", where=PDF, number=number)


def _fault(table: Table, grids: Sequence[RuledGrid]) -> tuple[str, Cell | None] | None:
    """None where one ruled grid shows the table with every cell in its place; else the nearest one's first fault.

    With the cell where it is; None where no grid has the table's shape.
    """
    placed = table.placed()
    faults: list[tuple[int, str]] = []
    for grid in grids:
        if grid.shape != (len(table.rows), len(table.widths)):
            continue
        for number, place in enumerate(placed):
            cell = place.cell
            shown = grid.text(place.row, place.column, cell.rowspan, cell.colspan)
            if shown != _bare(cell.text):
                faults.append((number, f"{cell.id or cell.text[:20]} reads '{shown}', the data say '{cell.text}'"))
                break
        else:
            return None
    if not faults:
        return f"no page shows its {len(table.rows)} rows of {len(table.widths)} columns", None
    number, what = max(faults)
    return what, placed[number].cell


_DOCX_PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|word/_rels/(document|footnotes)\.xml\.rels"
    r"|word/(document|styles|settings|fontTable|theme|numbering|footnotes|(header|footer)-(odd|even))\.xml"
    r"|word/media/chart[0-9]+\.(png|jpeg|svg)"
)
_DOCX_ACTIVE = frozenset(
    ("object", "OLEObject", "control", "altChunk", "subDoc", "attachedTemplate", "dataSource", "script", "fldSimple")
)
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
_DOC_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def verify_docx(docx: bytes, tables: Sequence[Table], draft: bool) -> None:
    """Raises PublishingError where the Word file differs from the data, runs or loads something, or lacks a mark."""
    parts = word_parts(docx)
    _only_known_parts(parts)
    document = parsed(parts, "word/document.xml")
    for properties in document.iter(_DOC_PROPERTIES):
        if not (properties.get("descr") or "").strip():
            raise PublishingError("word_picture_without_alt", where=DOCX)
    _docx_draft_mark(parts, document, draft)
    shown = list(grids_of(document))
    for table in tables:
        found = [grid for caption, grid in shown if caption == table.caption]
        if len(found) != 1:
            raise PublishingError("word_table_count", where=DOCX, table=table.id, times=len(found))
        _compare(table, found[0], DOCX)


def _only_known_parts(parts: dict[str, bytes]) -> None:
    """No macro, nothing embedded, no field but the page's number, no address that Word would fetch by itself."""
    for name in parts:
        if not _DOCX_PART.fullmatch(name):
            raise PublishingError("word_holds_file", where=DOCX, name=name)
        if name.endswith((".png", ".jpeg")):
            continue
        root = parsed(parts, name)
        if name.endswith(".svg"):
            _nothing_outside(root, f"{DOCX}, {name}")
        for element in root.iter():
            tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if tag in _DOCX_ACTIVE or (tag == "instrText" and (element.text or "").strip() != "PAGE"):
                raise PublishingError("word_holds_tag", where=DOCX, name=name, tag=tag)
            if tag == "Relationship":
                _refuse_outside(element, name, parts)


def _refuse_outside(relationship: Any, name: str, parts: dict[str, bytes]) -> None:
    target = relationship.get("Target", "")
    if relationship.get("TargetMode", "Internal") == "Internal":
        folder = "word/" if name.startswith("word/") else ""
        if folder + target not in parts:
            raise PublishingError("word_target_missing", where=DOCX, name=name, target=target)
    elif not relationship.get("Type", "").endswith("/hyperlink") or safe_url(target) is None:
        raise PublishingError("word_loads", where=DOCX, name=name, target=target[:60])


def _docx_draft_mark(parts: dict[str, bytes], document: Any, draft: bool) -> None:
    """On a draft the headers of odd and even pages bear the mark; another report has no header at all."""
    heads = [parsed(parts, name) for name in parts if name.startswith("word/header-")]
    marked = [DRAFT_NOTE in text_of(head) and head.find(f".//{_WATERMARK}") is not None for head in heads]
    kinds = [each.get(f"{W}type") for each in document.iter(f"{W}headerReference")]
    if (marked, kinds) != (([True, True], ["default", "even"]) if draft else ([], [])):
        raise PublishingError("word_lacks_mark" if draft else "word_bears_mark", where=DOCX)
