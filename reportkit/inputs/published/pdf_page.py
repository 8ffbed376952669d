"""A PDF → its lines as paragraphs and its ruled tables as grids, page by page; one without text is told."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import squeezed
from reportkit.inputs.published.page import Block, Link, Page, Paragraph, Tokens
from reportkit.inputs.published.pdf_bounds import refuse_bombs
from reportkit.inputs.published.pdf_lines import Line, lines_outside
from reportkit.inputs.published.pdf_ruled import Ruled, over_pages, ruled_of
from reportkit.inputs.tables.grid import Grid

_MOST_BYTES = 50_000_000
_HEADING = re.compile(r"[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)]")
_GOES_ON = re.compile(r"[、，,（(《“和与及或的第]$")
_INDENT = 1.2
"""Characters by which a paragraph's first line is set in."""


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
    lines_of_pages: list[list[Line]] = []
    pages: list[list[tuple[float, Ruled | Line]]] = []
    for page in pdf.pages:
        characters += len(page.chars)
        pictures += sum(each["width"] > page.width / 2 for each in page.images)
        found = ruled_of(page)
        lines = [*lines_outside(page, [each.box for each in found])]
        lines_of_pages.append(lines)
        placed: list[tuple[float, Ruled | Line]] = [(line.top, line) for line in lines]
        placed += [(table.box[1], table) for table in found]
        pages.append(sorted(placed, key=lambda each: each[0]))
        place = Place(f"第{page.page_number}页", "")
        links += [Link(each["uri"], "", place) for each in page.hyperlinks if each.get("uri")]
        page.close()
    if not characters:
        raise InputError("published_scanned" if pictures else "published_empty", where=file)
    repeated = _repeated(lines_of_pages)
    kept = [each for placed in pages for _, each in placed if not (isinstance(each, Line) and each.is_beside(repeated))]
    blocks = [*_blocks([*over_pages(kept)])]
    meta = {"title": squeezed(str(pdf.metadata["Title"]))} if pdf.metadata.get("Title") else {}
    pieces = tuple(each for placed in pages for _, line in placed if isinstance(line, Line) for each in line.pieces)
    words = (each for each in (line for lines in lines_of_pages for line in lines) if not each.is_aside(repeated))
    marks = tuple(mark for line in words for mark in line.marks)
    return Page("pdf", (*blocks, Tokens(pieces)), meta, links, (), pictures, marks)


def _repeated(pages: Sequence[Sequence[Line]]) -> set[tuple[str, int]]:
    """Lines that stand in the same place on most pages: heads and feet."""
    seen = Counter(key for lines in pages for key in {line.key for line in lines})
    in_margins = {line.key for lines in pages for line in lines if line.is_in_margin}
    return {key for key, count in seen.items() if count > (1 if key in in_margins else 2) and count * 2 > len(pages)}


def _blocks(found: Sequence[Grid | Line]) -> Iterator[Block]:
    """Lines gathered to paragraphs, over the ends of pages too."""
    lines: list[Line] = []
    sides: dict[int, tuple[float, float]] = {}
    for each in found:
        if isinstance(each, Line):
            left, right = sides.get(each.page, (each.left, each.right))
            sides[each.page] = min(left, each.left), max(right, each.right)
    for each in found:
        if lines and (not isinstance(each, Line) or _begins(each, lines[-1], sides)):
            yield _paragraph(lines)
            lines = []
        if isinstance(each, Line):
            lines.append(each)
        else:
            yield each
    if lines:
        yield _paragraph(lines)


def _begins(line: Line, before: Line, sides: Mapping[int, tuple[float, float]]) -> bool:
    """Whether a line begins a paragraph: a heading; set in; of another size; behind one that ends early."""
    if _HEADING.match(line.text) and not _GOES_ON.search(before.text):
        return True
    is_set_in = line.left - sides[line.page][0] > _INDENT * line.size
    ended_early = sides[before.page][1] - before.right > 1.5 * before.size
    return bool(is_set_in or ended_early or abs(line.size - before.size) > 1.0)


def _paragraph(lines: Sequence[Line]) -> Paragraph:
    return Paragraph("".join(each.text for each in lines), lines[0].place)
