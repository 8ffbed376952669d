"""The words of a cell as they are seen, from pieces in other markup: struck out, raised, line by line."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reportkit.inputs.tables.grid import GridCell
from reportkit.inputs.tables.numerals import is_like_a_number

_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
LINE = "\u2028"
"""The end of a line of a cell, until spaces are squeezed."""


class Piece(NamedTuple):
    """Words of one kind within a cell."""

    text: str
    is_struck: bool = False
    is_raised: bool = False


def squeezed(text: str) -> str:
    """A text's words with one space between them, as a browser shows them."""
    return re.sub(r"[\s\u00a0\u3000]+", " ", _UNSEEN.sub("", text)).strip()


def in_lines(pieces: Iterable[Piece], *, is_block: bool) -> Iterator[Piece]:
    """The pieces of a box, which begins and ends a line."""
    if is_block:
        yield Piece(LINE)
    yield from pieces
    if is_block:
        yield Piece(LINE)


def cell_of(pieces: Iterable[Piece]) -> GridCell:
    """A cell of its pieces: what is struck out or raised behind a number isn't a part of it.

    Where nothing else is there, the whole is altered, and no figure.
    """
    kept = [
        Piece(_UNSEEN.sub("", each.text.replace("\n", LINE) if each.text == "\n" else each.text), *each[1:])
        for each in pieces
    ]
    seen = _joined(each for each in kept if not each.is_struck)
    plain = _joined(each for each in kept if not (each.is_struck or each.is_raised))
    if not seen:
        struck = _joined(kept)
        return GridCell(struck or None, is_altered=bool(struck))
    raised = [each for each in kept if each.is_raised and each.text.strip()]
    if not raised:
        aside = _joined(each for each in kept if each.is_struck)
        return GridCell(seen, aside=aside)
    last = (
        max(number for number, each in enumerate(kept) if not each.is_raised and each.text.strip(f" {LINE}\n"))
        if plain
        else -1
    )
    is_behind = all(number > last for number, each in enumerate(kept) if each in raised)
    if plain and is_like_a_number(plain) and is_behind:
        return GridCell(plain, aside=_joined(raised))
    if is_like_a_number(seen):  # a raised digit before or within a number
        return GridCell(seen, is_altered=True)
    return GridCell(seen)


def _joined(pieces: Iterable[Piece]) -> str:
    text = "".join(each.text for each in pieces)
    lines = (squeezed(line) for line in text.split(LINE))
    return "\n".join(line for line in lines if line)
