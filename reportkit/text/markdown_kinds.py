"""What of Markdown can't be published: what there is to say of each kind, and the lines on which things are."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from reportkit.messages.said import Said
from reportkit.text.strings import HALF, TURNED, printable

_SINGLE = {"turned": TURNED, "half": HALF}
_BOUND = re.compile("[\ue000-\ue003]")
_CODE = re.compile(r"(?<![`\\])(`+)(?!`)[\s\S]{1,2000}?(?<!`)\1(?!`)")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Unprintable:
    """Markup that no format can print: what there is to say of it, and its line from 1 (None where unknown)."""

    said: Said
    line: int | None


def described(text: str, problems: Sequence[tuple[str, str]]) -> list[Unprintable]:
    """What of a text can't be published, in its order, given the kind of each markup and how it was typed.

    Characters that no page can hold are found here.
    """
    problems = [*problems]
    problems += [(kind, each) for kind, pattern in _SINGLE.items() for each in pattern.findall(text)[:1]]
    if not problems:
        return []
    lines = _Lines(printable(text))
    found = []
    for kind, raw in problems:
        shown = " ".join(_BOUND.sub("", raw).split())
        if kind in _SINGLE:
            shown, raw = f"U+{ord(raw):04X}", text[: text.index(raw)].rsplit("\n", 1)[-1] or raw
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
        found.append(Unprintable(Said(f"unprintable_{kind}", shown=shown), lines.of(raw)))
    return sorted(found, key=lambda each: each.line or 0)


class _Lines:
    """The lines on which things are, each looked for after the one before."""

    def __init__(self, text: str) -> None:
        self.whole = text
        # What is in code isn't meant.
        self.text = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
        self.last: dict[str, int] = {}
        self.ends = [match.start() for match in re.finditer("\n", text)]

    def of(self, raw: str) -> int | None:
        if "\t" in raw:  # a table's head, as its cells
            cells = raw.split("\t")
            lines = enumerate(self.whole.split("\n"), 1)
            return next((number for number, line in lines if _is_row_of(line, cells)), None)
        first = raw.split("\n", 1)[0]
        place = self.text.find(first, self.last.get(first, 0)) if first else -1
        if place < 0 and (place := self.whole.find(raw.strip("\n"))) < 0:
            return None
        self.last[first] = place + max(len(first), 1)
        return bisect_left(self.ends, place) + 1


def _is_row_of(line: str, cells: Sequence[str]) -> bool:
    """Whether a line has these cells one after another, an upright line between two."""
    place = 0
    for number, cell in enumerate(cells):
        if number and (place := line.find("|", place) + 1) == 0:
            return False
        if (place := line.find(cell, place)) < 0:
            return False
        place += len(cell)
    return "|" in line
