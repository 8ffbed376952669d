"""A cell's text in pieces, of which some are struck out or raised → what is read in it."""

import re
from collections.abc import Sequence

from reportkit.inputs.tables.numerals import is_like_a_number

Piece = tuple[str, bool, bool]
"""A part of a text, whether it is struck out, and whether it is raised or lowered."""
_NUMBER_WITH_UNIT = re.compile(r"[\d,.\s]+\D{0,3}")


def told_apart(pieces: Sequence[Piece]) -> tuple[str, str, bool]:
    """A text without what is struck out or raised in it, that, and whether no number can be read in it.

    A raised digit behind a number is a footnote's mark, and in words a part of them; elsewhere in a number nobody
    knows what it is.
    """
    plain = "".join(text for text, is_struck, is_raised in pieces if not (is_struck or is_raised))
    raised = [is_raised for text, _, is_raised in pieces if text.strip()]
    is_mark = raised == sorted(raised) and is_like_a_number(plain.strip())
    beside = [is_struck or (is_raised and is_mark) for _, is_struck, is_raised in pieces]
    seen = "".join(text for (text, _, _), is_beside in zip(pieces, beside, strict=True) if not is_beside)
    aside = "".join(text for (text, _, _), is_beside in zip(pieces, beside, strict=True) if is_beside)
    if not seen.strip():
        return "".join(text for text, _, _ in pieces), "", any(beside)
    return seen, aside.strip(), any(raised) and not is_mark and _NUMBER_WITH_UNIT.fullmatch(seen.strip()) is not None
