"""Text that was copied from a page → its lines as paragraphs, and as the pieces of tables that they may be."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import squeezed
from reportkit.inputs.published.page import Block, Page, Paragraph, Token, Tokens
from reportkit.inputs.published.shape import Span, grid_of
from reportkit.inputs.tables.grid import Grid, GridCell

_MOST_BYTES = 5_000_000
_ENCODINGS = ("utf-8-sig", "gb18030")
_BETWEEN = re.compile(r"\t|[ \u3000]{2,}|\s*\|\s*")
"""What stands between the cells of a line."""
_PAGE_NUMBER = re.compile(r"[—–―-]\s*\d{1,3}\s*[—–―-]")
_FEWEST_LINES = 4
"""Lines of as many cells that are a table."""
_QUOTED = re.compile(r'(?:(?<=\t)|(?<=\n))"(?P<cell>(?:[^"\n]|""|\n(?!\n)){1,200})"(?=\t|\n|$)')
_ROW = re.compile(r"(?P<label>.*?[^\s\d.,+-])?\s*(?P<numbers>(?:(?<!\S)[+-]?\d[\d,.]*(?:\s+|$)){1,})")
"""A line with one space before its numbers, and between them."""


def open_text(content: bytes, file: str) -> Page:
    """A text's blocks. Raises InputError where it is no text, or longer than a report can be."""
    if len(content) > _MOST_BYTES:
        raise InputError("published_too_large", where=file, size=len(content), most=_MOST_BYTES)
    said = _without_quotes(_decoded(content, file)).splitlines()
    lines = [
        (Place("文本", f"第{number}行"), line)
        for number, line in enumerate(said, 1)
        if not _PAGE_NUMBER.fullmatch(line.strip())
    ]
    return Page("text", tuple(blocks_of_lines(lines)))


def blocks_of_lines(lines: Sequence[tuple[Place, str]]) -> Iterator[Block]:
    """Lines as paragraphs, as the tables that they may be, and as pieces of such."""
    yield from (Paragraph(words, place) for place, line in lines if (words := squeezed(line)))
    yield from _grids(lines)
    yield Tokens(tuple(Token(each, place) for place, line in lines for each in pieces_of(line)))


def _grids(lines: Sequence[tuple[Place, str]]) -> Iterator[Grid]:
    """Lines below each other with as many cells, as a spreadsheet's copy has them."""
    for tabs, group in groupby(lines, key=lambda each: each[1].count("\t")):
        rows = [*group]
        if tabs and len(rows) >= _FEWEST_LINES:
            spans = [
                [Span(GridCell(squeezed(cell) or None), 1, 1, place) for cell in line.split("\t")]
                for place, line in rows
            ]
            yield grid_of(rows[0][0].cell, spans)


def _without_quotes(text: str) -> str:
    """A text with the cells that a spreadsheet has put in quotes, as they end a line, on one line."""
    return _QUOTED.sub(lambda cell: cell["cell"].replace('""', '"').replace("\n", ""), text.replace("\r\n", "\n"))


def _decoded(content: bytes, file: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError("published_unreadable", where=file)


def pieces_of(line: str) -> Iterator[str]:
    """The cells of a line: between tabs, bars or wide spaces; of numbers with one space between them each."""
    parts = [squeezed(each) for each in _BETWEEN.split(line.strip(" \u3000|\r\n"))]
    while parts and not parts[0]:
        parts.pop(0)  # below a label that spans lines
    for part in parts:
        if match := _ROW.fullmatch(part):
            if match["label"]:
                yield match["label"].strip()
            yield from match["numbers"].split()
        else:
            yield part
