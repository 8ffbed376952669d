"""A Word file → its paragraphs and tables in reading order, with tracked changes accepted and comments apart."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import Piece, cell_of, in_lines, squeezed
from reportkit.inputs.published.page import Block, Link, Page, Paragraph
from reportkit.inputs.published.shape import Span, grid_of
from reportkit.inputs.tables.grid import Grid

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
DOCUMENT, _COMMENTS, _RELATIONS, _CORE = (
    "word/document.xml",
    "word/comments.xml",
    "word/_rels/document.xml.rels",
    "docProps/core.xml",
)
_MOST_BYTES, _MOST_PARTS = 40_000_000, 1_000
_MOST_UNPACKED = 30_000_000
"""Of a part that is read; pictures aren't."""
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_DROPPED = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tcPr", "sectPr", "instrText"))
"""What isn't seen: words that were deleted, or moved from there; and what only says how others look."""
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])|^([1-6])$", re.I)


def open_word(content: bytes, file: str) -> Page:
    """A .docx file's blocks. Raises InputError where it isn't one, is encrypted, or holds more than a report can."""
    if len(content) > _MOST_BYTES:
        raise InputError("published_too_large", where=file, size=len(content), most=_MOST_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _Parts(archive, file)
            document = parts.read(DOCUMENT)
            if document is None:
                raise InputError("published_unknown", where=file)
            comments, relations = parts.read(_COMMENTS), parts.read(_RELATIONS)
            core = parts.read(_CORE)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as error:
        raise InputError("published_unreadable", where=file) from error
    targets = {} if relations is None else {each.get("Id"): each.get("Target") for each in relations.iter(_RELATION)}
    walker = _Walker(targets)
    body = document.find(f"{W}body")
    walker.walk(document if body is None else body)
    notes = [] if comments is None else [squeezed(_said(each)) for each in comments.iter(f"{W}comment")]
    titles = [] if core is None else [each.text for each in core if str(each.tag).endswith("}title") and each.text]
    meta = {"title": squeezed(titles[0])} if titles else {}
    pictures = sum(1 for name in _PICTURES for _ in document.iter(name))
    return Page("docx", walker.blocks, meta, walker.links, [each for each in notes if each], pictures)


@dataclass
class _Parts:
    """The parts of a file, each read within bounds."""

    archive: zipfile.ZipFile
    file: str

    def read(self, name: str) -> Any:
        """The root of a part; None where there is none."""
        if len(self.archive.infolist()) > _MOST_PARTS:
            raise InputError("published_too_large", where=self.file, size=_MOST_PARTS + 1, most=_MOST_PARTS)
        try:
            info = self.archive.getinfo(name)
        except KeyError:
            return None
        with self.archive.open(info) as part:
            data = part.read(_MOST_UNPACKED + 1)
        if len(data) > _MOST_UNPACKED:
            raise InputError("published_too_large", where=f"{self.file}, {name}", size=len(data), most=_MOST_UNPACKED)
        if _ENTITY.search(data) or _ENTITY.search(data.replace(b"\0", b"")):
            raise InputError("published_entities", where=f"{self.file}, {name}")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise InputError("published_unreadable", where=f"{self.file}, {name}") from error


def pieces(element: Any, *, struck: bool = False, raised: bool = False) -> Iterator[Piece]:
    """The words of an element as they are printed once all changes are accepted."""
    for child in element:
        tag = child.tag
        if tag in _DROPPED or not isinstance(tag, str):
            continue
        if tag == f"{W}t":
            yield Piece(child.text or "", struck, raised)
        elif tag in (f"{W}br", f"{W}cr"):
            yield Piece("\n", struck, raised)
        elif tag in (f"{W}tab", f"{W}noBreakHyphen"):
            yield Piece(" " if tag == f"{W}tab" else "-", struck, raised)
        elif tag == f"{W}r":
            look = child.find(f"{W}rPr")
            if look is not None and _is_on(look, "vanish"):
                continue
            aside = look is not None and (_is_on(look, "strike") or _is_on(look, "dstrike"))
            place = None if look is None else look.find(f"{W}vertAlign")
            up = place is not None and place.get(f"{W}val") in ("superscript", "subscript")
            yield from pieces(child, struck=struck or aside, raised=raised or up)
        elif tag == "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent":
            yield from pieces(child[0], struck=struck, raised=raised)  # the rest says the same for older programs
        else:
            yield from in_lines(pieces(child, struck=struck, raised=raised), is_block=tag == f"{W}p")


def _is_on(look: Any, name: str) -> bool:
    found = look.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "true") not in ("0", "false", "off", "none")


def _said(element: Any) -> str:
    return cell_of(pieces(element)).text


@dataclass
class _Walker:
    """Goes through a document once."""

    targets: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    _paragraphs: int = 0
    _tables: int = 0

    def walk(self, element: Any) -> None:
        for child in element:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _DROPPED:
                self.walk(child)  # a content control, a change that is accepted

    def _paragraph(self, paragraph: Any) -> None:
        self._paragraphs += 1
        place = Place("正文", f"第{self._paragraphs}段")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        match = _HEADING.search(style.get(f"{W}val", "")) if style is not None else None
        level = int(match[1] or match[2]) if match else 0
        for line in _said(paragraph).split("\n"):
            if line:
                self.blocks.append(Paragraph(line, place, level))
        for link in paragraph.iter(f"{W}hyperlink"):
            if target := self.targets.get(link.get(_R) or ""):
                self.links.append(Link(target, squeezed(_said(link)), place))

    def _table(self, table: Any) -> None:
        """A table of figures as a grid; one cell around words as those words."""
        lines = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
        lines = [row for row in lines if row.find(f"{W}trPr/{W}del") is None]
        if sum(len([*row.iterchildren(f"{W}tc")]) for row in lines) < 2 or table.find(f".//{W}tc//{W}tbl") is not None:
            for row in lines:
                for cell in row.iter(f"{W}tc"):
                    self.walk(cell)
            return
        self._tables += 1
        self.blocks.append(_grid(lines, f"表格{self._tables}"))


def _grid(lines: list[Any], name: str) -> Grid:
    """A table's cells; where one goes on from above, the one above is as tall."""
    rows: list[list[Span]] = []
    above: dict[int, tuple[int, int]] = {}
    """By column, the row and number of the cell that may go on."""
    for row, line in enumerate(lines):
        spans: list[Span] = []
        column = _skipped(line)
        for number, cell in enumerate(_cells(line)):
            along = int(_property(cell, "gridSpan") or 1)
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue" and column in above
            if goes_on:
                at, index = above[column]
                begun = rows[at][index]
                rows[at][index] = begun._replace(down=row - at + 1)
            else:
                place = Place(name, f"第{row + 1}行第{number + 1}格")
                spans.append(Span(cell_of(pieces(cell)), 1, along, place))
                above = {start: each for start, each in above.items() if start != column}
                if merge is not None:
                    above[column] = row, len(spans) - 1
            column += along
        rows.append(spans)
    return grid_of(name, rows)


def _cells(line: Any) -> Iterator[Any]:
    """A row's cells, those in content controls too."""
    return (each for each in line.iter(f"{W}tc") if next(each.iterancestors(f"{W}tr")) is line)


def _skipped(line: Any) -> int:
    """Columns before the first cell of a row that begins further right."""
    found = line.find(f"{W}trPr/{W}gridBefore")
    return int(found.get(f"{W}val", "0")) if found is not None else 0


def _property(cell: Any, name: str) -> str | None:
    found = cell.find(f"{W}tcPr/{W}{name}")
    return None if found is None else found.get(f"{W}val")
