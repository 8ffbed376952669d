"""A PDF → its lines as paragraphs and its ruled tables as grids, page by page; one without text is told."""

import io
import logging
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from unicodedata import normalize

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import LINE, Piece, cell_of, squeezed
from reportkit.inputs.published.page import Block, Link, Page, Paragraph, Token, Tokens
from reportkit.inputs.published.pdf_bounds import refuse_bombs
from reportkit.inputs.published.shape import Span, grid_at
from reportkit.inputs.tables.grid import Grid, GridCell

_MOST_BYTES = 50_000_000
_SAME_PT = 2.0
"""Edges nearer than this are one."""
_NARROW_PT = 6.0
"""No column is narrower; on another page its sides may stand a little aside."""
_WIDE = 2.2
"""Widths of a character between two that are of different cells."""
_RAISED = 0.78
"""A character smaller than this part of the others is raised."""
_PAGE_NUMBER = re.compile(r"[\s—–\-―·第]*\d{1,3}[\s—–\-―·页]*(?:[/共]\s*\d{1,3}\s*页?)?")
_INDENT = 1.2
"""Characters by which a paragraph's first line is set in."""
_RADICALS = {
    code: normalize("NFKC", chr(code))
    for first, last in ((0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5))
    for code in range(first, last + 1)
}
"""Letters that some programs write as the radicals that look like them."""
_BBox = tuple[float, float, float, float]


def open_pdf(content: bytes, file: str) -> Page:
    """A PDF's blocks.

    Raises InputError where it is encrypted, broken, too large for a report, or scanned: then it has no words. Needs
    `reportkit[published]`.
    """
    if len(content) > _MOST_BYTES:
        raise InputError("published_too_large", where=file, size=len(content), most=_MOST_BYTES)
    try:
        import pdfplumber
        from pdfplumber.utils.exceptions import PdfminerException
    except ImportError as error:
        raise InputError("published_not_installed", where=file) from error
    refuse_bombs(content, file)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of each odd font, many times
    try:
        with pdfplumber.open(io.BytesIO(content), unicode_norm="NFC") as pdf:
            return _page(pdf, file)
    except InputError:
        raise
    except PdfminerException as error:
        encrypted = "password" in repr(error).lower() or "encrypt" in repr(error).lower()
        raise InputError("published_encrypted" if encrypted else "published_unreadable", where=file) from error
    except Exception as error:  # whatever a broken file makes the library raise
        raise InputError("published_unreadable", where=file) from error


def _page(pdf: Any, file: str) -> Page:
    links: list[Link] = []
    characters = pictures = 0
    lines_of_pages: list[list[_Line]] = []
    pages: list[list[tuple[float, _Ruled | _Line]]] = []
    for page in pdf.pages:
        characters += len(page.chars)
        pictures += sum(each["width"] > page.width / 2 for each in page.images)
        found = page.find_tables()
        boxes = [each.bbox for each in found]
        lines = [*_lines(page, boxes)]
        lines_of_pages.append(lines)
        placed: list[tuple[float, _Ruled | _Line]] = [(line.top, line) for line in lines]
        placed += [(table.bbox[1], _ruled(page, table)) for table in found]
        pages.append(sorted(placed, key=lambda each: each[0]))
        place = Place(f"第{page.page_number}页", "")
        links += [Link(each["uri"], "", place) for each in page.hyperlinks if each.get("uri")]
        page.close()
    if not characters:
        raise InputError("published_scanned" if pictures else "published_empty", where=file)
    repeated = _repeated(lines_of_pages)
    kept = [
        each for placed in pages for _, each in placed if not (isinstance(each, _Line) and each.is_beside(repeated))
    ]
    blocks = [*_blocks([*_over_pages(kept)])]
    meta = {"title": squeezed(str(pdf.metadata["Title"]))} if pdf.metadata.get("Title") else {}
    pieces = tuple(each for placed in pages for _, line in placed if isinstance(line, _Line) for each in line.pieces)
    return Page("pdf", (*blocks, Tokens(pieces)), meta, links, (), pictures)


class _Line:
    """A line of words outside tables: where it begins and ends, and its pieces with wide gaps between."""

    def __init__(self, page: Any, characters: Sequence[dict[str, Any]]) -> None:
        ordered = sorted(characters, key=lambda each: each["x0"])
        self.left, self.right = ordered[0]["x0"], ordered[-1]["x1"]
        self.top = min(each["top"] for each in ordered)
        self.size = max(each["size"] for each in ordered)
        self.text = squeezed(_said(ordered))
        box = (self.left, self.top, self.right, max(each["bottom"] for each in ordered))
        self.place = Place(f"第{page.page_number}页", _box(box))
        self.page = page.page_number
        self.pieces = [Token(squeezed(_said(part)), self.place) for part in _parted(ordered)]
        self.key = re.sub(r"\d+", "#", self.text), round(self.top / 4)
        self.is_in_margin = box[3] < page.bbox[1] + 0.08 * page.height or self.top > page.bbox[1] + 0.92 * page.height

    def is_beside(self, repeated: Collection[tuple[str, int]]) -> bool:
        """Whether it is a page's number, or stands on most pages."""
        return self.key in repeated or _PAGE_NUMBER.fullmatch(self.text) is not None


def _parted(ordered: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for each in ordered:
        if part and each["x0"] - part[-1]["x1"] > _WIDE * min(each["width"] or 1, 8):
            yield part
            part = []
        part.append(each)
    if part:
        yield part


def _said(ordered: Sequence[dict[str, Any]]) -> str:
    """Characters of a line, with a space where there is a gap."""
    text, last = "", None
    for each in ordered:
        if last is not None and each["x0"] - last > max(0.3 * each["size"], 2.0) and each["text"].strip():
            text += " "
        text += each["text"].translate(_RADICALS)
        last = each["x1"]
    return text


def _lines(page: Any, boxes: Sequence[_BBox]) -> Iterator[_Line]:
    """The lines of a page that are in none of its tables, from the top."""
    outside = [each for each in page.chars if each["text"].strip() and not any(_within(each, box) for box in boxes)]
    for line in _by_lines(outside):
        yield _Line(page, line)


def _by_lines(characters: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Characters on one line each: those whose middles are near each other."""
    ordered = sorted(characters, key=lambda each: (each["top"] + each["bottom"]) / 2)
    line: list[dict[str, Any]] = []
    for each in ordered:
        middle = (each["top"] + each["bottom"]) / 2
        if line and middle - (line[0]["top"] + line[0]["bottom"]) / 2 > max(0.45 * line[0]["size"], 2.0):
            yield line
            line = []
        line.append(each)
    if line:
        yield line


def _within(character: dict[str, Any], box: _BBox) -> bool:
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _box(box: _BBox) -> str:
    return ",".join(f"{each:.0f}" for each in box)


@dataclass(frozen=True)
class _Ruled:
    """A ruled table, or the part of one that is on a page: its cells with the boxes that their lines make."""

    page: int
    box: _BBox
    cells: tuple[tuple[_BBox, GridCell, str], ...]
    """Each with its box, and the name of where it stands."""

    def grid(self) -> Grid:
        """Its cells where its lines are."""
        xs = _distinct((edge for box, _, _ in self.cells for edge in (box[0], box[2])), _NARROW_PT)
        ys = _distinct((edge for box, _, _ in self.cells for edge in (box[1], box[3])), _SAME_PT)
        placed: dict[tuple[int, int], Span] = {}
        for box, cell, place in self.cells:
            row, column = _nearest(ys, box[1]), _nearest(xs, box[0])
            down, along = _nearest(ys, box[3]) - row, _nearest(xs, box[2]) - column
            placed[row, column] = Span(cell, max(down, 1), max(along, 1), Place(f"第{self.page}页表格", place))
        return grid_at(f"第{self.page}页表格", placed, len(ys) - 1)

    def with_below(self, other: "_Ruled") -> "_Ruled":
        """The table with its part on the next page."""
        down = self.box[3] - other.box[1]
        moved = tuple(((x0, y0 + down, x1, y1 + down), cell, place) for (x0, y0, x1, y1), cell, place in other.cells)
        box = (self.box[0], self.box[1], self.box[2], other.box[3] + down)
        return _Ruled(other.page, box, (*self.cells, *moved))


def _ruled(page: Any, table: Any) -> _Ruled:
    inside = [each for each in page.chars if _within(each, table.bbox)]
    cells = []
    for box in table.cells:
        cell = cell_of(_pieces([each for each in inside if _within(each, box)]))
        cells.append((box, cell, f"第{page.page_number}页（{_box(box)}）"))
    return _Ruled(page.page_number, table.bbox, tuple(cells))


def _over_pages(found: Sequence[_Ruled | _Line]) -> Iterator[Grid | _Line]:
    """Tables that the end of a page has parted as one: as wide, on the next page, with nothing between."""
    open_table: _Ruled | None = None
    for each in found:
        if isinstance(each, _Ruled) and open_table is not None and _goes_on(open_table, each):
            open_table = open_table.with_below(each)
            continue
        if open_table is not None:
            yield open_table.grid()
        open_table = each if isinstance(each, _Ruled) else None
        if isinstance(each, _Line):
            yield each
    if open_table is not None:
        yield open_table.grid()


def _goes_on(above: _Ruled, below: _Ruled) -> bool:
    sides = ((above.box[side], below.box[side]) for side in (0, 2))
    return below.page == above.page + 1 and all(abs(one - other) < _SAME_PT * 2 for one, other in sides)


def _pieces(characters: Sequence[dict[str, Any]]) -> Iterator[Piece]:
    """A cell's words line by line, small characters beside large ones as raised."""
    size = max((each["size"] for each in characters if each["text"].strip()), default=0)
    big = [each for each in characters if each["size"] >= size * _RAISED]
    for line in _by_lines(big):
        top, bottom = min(each["top"] for each in line), max(each["bottom"] for each in line)
        small = [each for each in characters if each["size"] < size * _RAISED and top - size <= each["top"] < bottom]
        ordered = sorted([*line, *small], key=lambda each: each["x0"])
        for is_raised, group in groupby(ordered, key=lambda each: each["size"] < size * _RAISED):
            yield Piece(_said([*group]), is_raised=is_raised)
        yield Piece(LINE)


def _distinct(edges: Iterator[float], same: float) -> list[float]:
    """Edges in rising order, of those nearer to each other than `same` the first."""
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > same:
            found.append(edge)
    return found


def _nearest(edges: Sequence[float], edge: float) -> int:
    return min(range(len(edges)), key=lambda number: abs(edges[number] - edge))


def _repeated(pages: Sequence[Sequence[_Line]]) -> set[tuple[str, int]]:
    """Lines that stand in the same place on most pages: heads and feet."""
    seen = Counter(key for lines in pages for key in {line.key for line in lines})
    in_margins = {line.key for lines in pages for line in lines if line.is_in_margin}
    return {key for key, count in seen.items() if count > (1 if key in in_margins else 2) and count * 2 > len(pages)}


def _blocks(found: Sequence[Grid | _Line]) -> Iterator[Block]:
    """Lines gathered to paragraphs, over the ends of pages too."""
    lines: list[_Line] = []
    sides: dict[int, tuple[float, float]] = {}
    for each in found:
        if isinstance(each, _Line):
            left, right = sides.get(each.page, (each.left, each.right))
            sides[each.page] = min(left, each.left), max(right, each.right)
    for each in found:
        if lines and (not isinstance(each, _Line) or _begins(each, lines[-1], sides)):
            yield _paragraph(lines)
            lines = []
        if isinstance(each, _Line):
            lines.append(each)
        else:
            yield each
    if lines:
        yield _paragraph(lines)


def _begins(line: _Line, before: _Line, sides: Mapping[int, tuple[float, float]]) -> bool:
    """Whether a line begins a paragraph: it is set in, the one before ends early, or is of another size."""
    is_set_in = line.left - sides[line.page][0] > _INDENT * line.size
    ended_early = sides[before.page][1] - before.right > 1.5 * before.size
    return bool(is_set_in or ended_early or abs(line.size - before.size) > 1.0)


def _paragraph(lines: Sequence[_Line]) -> Paragraph:
    return Paragraph("".join(each.text for each in lines), lines[0].place)
