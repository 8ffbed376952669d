"""A web page → its paragraphs and tables in reading order, as a reader would see them; nothing is fetched or run."""

import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.boxes import (
    BLOCKS,
    FEWEST_CELLS,
    LONGEST_CELL,
    is_of_boxes,
    is_unseen,
    leaves,
    rows_of_boxes,
)
from reportkit.inputs.published.cells import LINE, Piece, cell_of, in_lines, squeezed
from reportkit.inputs.published.markup import as_browsers_do
from reportkit.inputs.published.page import Block, Link, Page, Paragraph, Token, Tokens
from reportkit.inputs.published.shape import Span, grid_of
from reportkit.inputs.published.text_page import blocks_of_lines
from reportkit.inputs.published.unseen import hide_unseen
from reportkit.inputs.tables.grid import Grid, GridCell

_MOST_BYTES = 20_000_000
_MOST_DEPTH = 250
_EMBEDDED = re.compile(rb"data:[a-z]+/[^\"'>\s]{200,}")
"""A picture in the page's own text."""
_ARCHIVE = re.compile(rb"\s*(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n", re.S)
"""The head of a page that was saved as one file."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030"}
_STRUCK = re.compile(r"line-through", re.I)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)", re.I)
_LARGE = 300
"""Pixels of a picture that may show a table."""


def open_html(content: bytes, file: str) -> Page:
    """A page's blocks. Raises InputError where it is too large or too deep to be a page, or can't be read as text."""
    if len(content) > _MOST_BYTES:
        raise InputError("published_too_large", where=file, size=len(content), most=_MOST_BYTES)
    text = _decoded(_EMBEDDED.sub(b"data:", _unpacked(content)), file)
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml_html.document_fromstring(as_browsers_do(text, file).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise InputError("published_unreadable", where=file) from error
    # What is deeper than the parser goes is lost without a word.
    if any(entry.level_name != "WARNING" and "depth" in entry.message.lower() for entry in parser.error_log):
        raise InputError("published_too_deep", where=file, most=_MOST_DEPTH)
    hide_unseen(root, file)
    walker = _Walker(root.getroottree())
    body = root.find("body")
    walker.walk(root if body is None else body, 0)
    walker.flush()
    return Page("html", walker.blocks, _meta(root), walker.links, (), walker.pictures)


def _unpacked(content: bytes) -> bytes:
    """The page itself where a browser has saved it with its pictures as one file (.mht)."""
    if not _ARCHIVE.match(content[:4000]):
        return content
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            said = part.get_payload(decode=True)
            return said if isinstance(said, bytes) else content
    return content


def _decoded(content: bytes, file: str) -> str:
    """A page's text: by its mark of order, else as UTF-8, else as it says, else as GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    stated = match[1].decode("ascii").lower() if (match := _CHARSET.search(content[:4000])) else ""
    for encoding in dict.fromkeys(("utf-8-sig", _CHINESE.get(stated, stated), "gb18030")):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    raise InputError("published_unreadable", where=file)


def _meta(root: Any) -> Mapping[str, str]:
    found = {"title": squeezed(root.findtext(".//title") or "")}
    for each in root.iter("meta"):
        name, said = (each.get("name") or "").strip().lower(), each.get("content")
        if name and said:
            found.setdefault(name, squeezed(said))
    return found


@dataclass
class _Walker:
    """Goes through a page once; words that stand beside each other are gathered until something ends their block."""

    tree: Any
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: int = 0
    _words: list[str] = field(default_factory=list)
    _at: Any = None
    _level: int = 0

    def place(self, element: Any) -> Place:
        return Place("网页", self.tree.getpath(element))

    def say(self, text: str | None, element: Any) -> None:
        if text:
            if self._at is None and text.strip():
                self._at = element
            self._words.append(re.sub(r"\s+", " ", text.replace("\u00a0", " ")))

    def flush(self) -> None:
        """Ends the paragraphs that are gathered; a line's end within them begins another one."""
        text, self._words, at, self._at = "".join(self._words), [], self._at, None
        for line in text.split("\n"):
            if words := squeezed(line):
                self.blocks.append(Paragraph(words, self.place(at), self._level))

    def walk(self, element: Any, depth: int) -> None:
        if is_unseen(element):
            return
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag == "br":
            self._words.append("\n")
            return
        if tag == "img":
            self._look_at(element)
            return
        if tag == "pre" and "\t" in element.text_content():
            self.flush()
            self.blocks += blocks_of_lines([*self._lines(element)])
            return
        block = self._table(element, tag)
        if block is not None:
            self.flush()
            self.blocks.append(block)
            self._find_links(element)
            return
        is_block = tag in BLOCKS
        if is_block:
            self.flush()
        level, self._level = self._level, int(tag[1]) if re.fullmatch("h[1-6]", tag) else self._level
        if tag == "a" and element.get("href"):
            self.links.append(Link(element.get("href").strip(), squeezed(element.text_content()), self.place(element)))
        self.say(element.text, element)
        for child in element:
            self.walk(child, depth + 1)
            self.say(child.tail, element)
        if is_block:
            self.flush()
        self._level = level

    def _lines(self, element: Any) -> Iterator[tuple[Place, str]]:
        """The lines of preformatted text, each with its place."""
        at = self.tree.getpath(element)
        said = "".join(each.text for each in pieces(element) if not (each.is_struck or each.is_raised))
        for number, line in enumerate(said.replace(LINE, "\n").split("\n"), 1):
            yield Place("网页", f"{at}，第{number}行"), line

    def _find_links(self, element: Any) -> None:
        for each in element.iter("a"):
            if each.get("href"):
                self.links.append(Link(each.get("href").strip(), squeezed(each.text_content()), self.place(each)))

    def _look_at(self, element: Any) -> None:
        sizes = (re.match(r"\d+", element.get(side) or "") for side in ("width", "height"))
        known = [int(size[0]) for size in sizes if size]
        if not known or max(known) >= _LARGE:
            self.pictures += 1

    def _table(self, element: Any, tag: str) -> Block | None:
        if tag == "table":
            return self._grid(element) if _is_of_figures(element) else None
        if tag in ("div", "ul", "ol", "dl", "section") and is_of_boxes(element):
            rows = [*rows_of_boxes(element)]
            if len({len(row) for row in rows}) == 1 and len(rows) > 1:
                return self._grid_of_boxes(rows)
            return Tokens(tuple(self._tokens(element)))
        return None

    def _grid(self, table: Any) -> Grid:
        """A table's cells where its spans put them."""
        rows = [row for row in _rows(table) if not is_unseen(row)]
        spans: list[list[Span]] = []
        for number, row in enumerate(rows):
            cells = [cell for cell in row if cell.tag in ("td", "th") and not is_unseen(cell)]
            spans.append([self._span(cell, number, len(rows)) for cell in cells])
        number = sum(isinstance(each, Grid) for each in self.blocks) + 1
        return grid_of(f"表格{number}", spans)

    def _grid_of_boxes(self, rows: list[list[Any]]) -> Grid:
        """A table of boxes, as many on each line."""
        number = sum(isinstance(each, Grid) for each in self.blocks) + 1
        spans = [[Span(cell_of(pieces(cell)), 1, 1, self.place(cell)) for cell in row] for row in rows]
        return grid_of(f"表格{number}", spans)

    def _span(self, cell: Any, row: int, rows: int) -> Span:
        down, along = (_whole(cell.get(name)) for name in ("rowspan", "colspan"))
        down = rows - row if cell.get("rowspan", "").strip() == "0" else min(down, rows - row)
        return Span(cell_of(pieces(cell)), down, along, self.place(cell))

    def _tokens(self, element: Any) -> Iterator[Token]:
        """The innermost boxes of a table that is made of boxes; an empty one is an empty cell."""
        for each in leaves(element):
            yield Token(_text(cell_of(pieces(each))), self.place(each))


def _text(cell: GridCell) -> str:
    return cell.text.strip() if not cell.is_altered else f"{cell.text.strip()}（划去）"


def _whole(text: str | None) -> int:
    match = re.match(r"\s*(\d{1,3})", text or "")
    return max(1, min(int(match[1]), 200)) if match else 1


def _rows(table: Any) -> Iterator[Any]:
    """A table's own rows, not those of tables within it."""
    for each in table:
        if each.tag == "tr":
            yield each
        elif each.tag in ("tbody", "thead", "tfoot", "form"):
            yield from (row for row in each if row.tag == "tr")


def _is_of_figures(table: Any) -> bool:
    """Whether a table holds short cells beside each other; one that only lays out a page holds long ones."""
    cells = [cell for row in _rows(table) for cell in row if cell.tag in ("td", "th")]
    if len(cells) < FEWEST_CELLS // 2 or (table.find(".//table") is not None and len(cells) < FEWEST_CELLS * 2):
        return False
    lengths = sorted(len(squeezed(cell.text_content())) for cell in cells)
    return lengths[len(lengths) * 3 // 4] <= LONGEST_CELL and any(len([*row]) > 1 for row in _rows(table))


def pieces(element: Any, *, struck: bool = False, raised: bool = False) -> Iterator[Piece]:
    """A cell's words as they are seen: with the ends of its lines, and what is struck out or raised."""
    style = element.get("style") or ""
    struck = struck or element.tag in ("s", "strike", "del") or bool(_STRUCK.search(style))
    raised = raised or element.tag in ("sup", "sub") or bool(_RAISED.search(style))
    if element.text:
        yield Piece(element.text, struck, raised)
    for child in element:
        if isinstance(child.tag, str) and not is_unseen(child):
            if child.tag == "br":
                yield Piece("\n", struck, raised)
            else:
                is_block = child.tag in BLOCKS
                yield from in_lines(pieces(child, struck=struck, raised=raised), is_block=is_block)
        if child.tail:
            yield Piece(child.tail, struck, raised)
