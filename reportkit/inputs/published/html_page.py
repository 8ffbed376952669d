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
from reportkit.inputs.published.cells import Piece, cell_of, in_lines, squeezed
from reportkit.inputs.published.markup import as_browsers_do
from reportkit.inputs.published.page import Block, Link, Page, Paragraph, Token, Tokens
from reportkit.inputs.published.shape import Span, grid_of
from reportkit.inputs.published.unseen import hide_unseen, is_hidden_by_style
from reportkit.inputs.tables.grid import Grid, GridCell
from reportkit.inputs.tables.numerals import is_like_a_number

_MOST_BYTES = 20_000_000
_MOST_DEPTH = 250
_EMBEDDED = re.compile(rb"data:[a-z]+/[^\"'>\s]{200,}")
"""A picture in the page's own text."""
_ARCHIVE = re.compile(rb"\s*(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n", re.S)
"""The head of a page that was saved as one file."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030"}
_UNSEEN_TAGS = frozenset(
    (
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "select",
        "option",
        "textarea",
        "button",
        "iframe",
        "object",
        "svg",
    )
)
_STRUCK = re.compile(r"line-through", re.I)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)", re.I)
_BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "li", "dl", "dt"),
        *("dd", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "form", "fieldset", "blockquote"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "figure", "figcaption", "address", "center", "body"),
        *("ucapcontent", "ucaptitle"),
    )
)
_AS_TABLE = re.compile(r"display\s*:\s*(?:inline-)?(?:table|grid|flex)(?!-)", re.I)
_LONGEST_CELL = 80
_FEWEST_CELLS, _FEWEST_NUMBERS = 8, 4
"""Short pieces, and numbers among them, that make boxes beside each other a table."""
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


def _is_unseen(element: Any) -> bool:
    style = element.get("style") or ""
    return element.tag in _UNSEEN_TAGS or element.get("hidden") is not None or is_hidden_by_style(style)


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
        if _is_unseen(element):
            return
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag == "br":
            self._words.append("\n")
            return
        if tag == "img":
            self._look_at(element)
            return
        block = self._table(element, tag)
        if block is not None:
            self.flush()
            self.blocks.append(block)
            self._find_links(element)
            return
        is_block = tag in _BLOCKS
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
        if tag in ("div", "ul", "ol", "dl", "section") and _is_of_boxes(element):
            rows = [*_rows_of_boxes(element)]
            if len({len(row) for row in rows}) == 1 and len(rows) > 1:
                return self._grid_of_boxes(rows)
            return Tokens(tuple(self._tokens(element)))
        return None

    def _grid(self, table: Any) -> Grid:
        """A table's cells where its spans put them."""
        rows = [row for row in _rows(table) if not _is_unseen(row)]
        spans: list[list[Span]] = []
        for number, row in enumerate(rows):
            cells = [cell for cell in row if cell.tag in ("td", "th") and not _is_unseen(cell)]
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
        for each in _leaves(element):
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
    if len(cells) < _FEWEST_CELLS // 2 or (table.find(".//table") is not None and len(cells) < _FEWEST_CELLS * 2):
        return False
    lengths = sorted(len(squeezed(cell.text_content())) for cell in cells)
    return lengths[len(lengths) * 3 // 4] <= _LONGEST_CELL and any(len([*row]) > 1 for row in _rows(table))


def _leaves(element: Any) -> Iterator[Any]:
    """The innermost boxes, in reading order; a box with words of its own beside boxes is told as those words."""
    boxes = [each for each in element if each.tag in _BLOCKS and not _is_unseen(each)]
    if not boxes:
        yield element
        return
    for each in element:
        if each.tag in _BLOCKS:
            if not _is_unseen(each):
                yield from _leaves(each)
        elif isinstance(each.tag, str) and not _is_unseen(each) and squeezed(each.text_content()):
            yield each


def _rows_of_boxes(element: Any) -> Iterator[list[Any]]:
    """The lines of a table that is made of boxes: each box with nothing but innermost boxes in it."""
    boxes = [each for each in element if isinstance(each.tag, str) and not _is_unseen(each)]
    if len(boxes) > 1 and all(_is_innermost(each) for each in boxes):
        yield boxes
        return
    for each in boxes:
        yield from [[each]] if _is_innermost(each) else _rows_of_boxes(each)


def _is_innermost(element: Any) -> bool:
    return not any(each.tag in _BLOCKS for each in element.iterdescendants() if isinstance(each.tag, str))


def _is_of_boxes(element: Any) -> bool:
    """Whether boxes make a table: many short ones, with numbers among them, and no paragraph or table."""
    said = len(element.text_content())
    if not _AS_TABLE.search(element.get("style") or "") and not _is_called_a_table(element):
        return False
    if element.find(".//table") is not None or said > 6000:
        return False
    texts = [squeezed(each.text_content()) for each in _leaves(element)]
    numbers = sum(is_like_a_number(text) for text in texts)
    return len(texts) >= _FEWEST_CELLS and numbers >= _FEWEST_NUMBERS and max(map(len, texts)) <= _LONGEST_CELL


_TABLE_WORDS = re.compile(r"table|grid|\bbg\b|biaoge|\btb\b|sheet|row|\btr\b|list", re.I)


def _is_called_a_table(element: Any) -> bool:
    """Whether a box or most of those in it say that they are a table or its rows."""
    own = [element, *element]
    named = sum(
        bool(_TABLE_WORDS.search(f"{each.get('class', '')} {each.get('id', '')} {each.get('role', '')}"))
        or bool(_AS_TABLE.search(each.get("style") or ""))
        or "table-row" in (each.get("style") or "")
        for each in own
        if isinstance(each.tag, str)
    )
    return named * 2 > len(own)


def pieces(element: Any, *, struck: bool = False, raised: bool = False) -> Iterator[Piece]:
    """A cell's words as they are seen: with the ends of its lines, and what is struck out or raised."""
    style = element.get("style") or ""
    struck = struck or element.tag in ("s", "strike", "del") or bool(_STRUCK.search(style))
    raised = raised or element.tag in ("sup", "sub") or bool(_RAISED.search(style))
    if element.text:
        yield Piece(element.text, struck, raised)
    for child in element:
        if isinstance(child.tag, str) and not _is_unseen(child):
            if child.tag == "br":
                yield Piece("\n", struck, raised)
            else:
                is_block = child.tag in _BLOCKS
                yield from in_lines(pieces(child, struck=struck, raised=raised), is_block=is_block)
        if child.tail:
            yield Piece(child.tail, struck, raised)
