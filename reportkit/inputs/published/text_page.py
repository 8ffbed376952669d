"""Text that was copied from a page → its lines as paragraphs, and as the pieces of tables that they may be."""

import re
from collections.abc import Iterator

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import squeezed
from reportkit.inputs.published.page import Block, Page, Paragraph, Token, Tokens

_MOST_BYTES = 5_000_000
_ENCODINGS = ("utf-8-sig", "gb18030")
_BETWEEN = re.compile(r"\t|[ \u3000]{2,}|\s*\|\s*")
"""What stands between the cells of a line."""
_ROW = re.compile(r"(?P<label>.*?[^\s\d.,+-])?\s*(?P<numbers>(?:(?<!\S)[+-]?\d[\d,.]*(?:\s+|$)){1,})")
"""A line with one space before its numbers, and between them."""


def open_text(content: bytes, file: str) -> Page:
    """A text's blocks. Raises InputError where it is no text, or longer than a report can be."""
    if len(content) > _MOST_BYTES:
        raise InputError("published_too_large", where=file, size=len(content), most=_MOST_BYTES)
    lines = [
        (Place("文本", f"第{number}行"), line) for number, line in enumerate(_decoded(content, file).splitlines(), 1)
    ]
    blocks: list[Block] = [Paragraph(words, place) for place, line in lines if (words := squeezed(line))]
    pieces = tuple(Token(each, place) for place, line in lines for each in pieces_of(line))
    return Page("text", (*blocks, Tokens(pieces)))


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
