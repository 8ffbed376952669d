"""Words whose names were replaced by numbers, and where in them: what was computed and what was typed stay apart."""

import re
from collections.abc import Callable
from dataclasses import dataclass

NAME = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
"""A name in braces, or a brace that is printed."""


class Phrase(str):
    """Words whose names are already bound, as Markdown; `say` joins several into one paragraph.

    `computed` are the places of what replaced names, so that reviewers can be shown what was typed.
    """

    __slots__ = ("computed",)
    computed: tuple[tuple[int, int], ...]

    def __new__(cls, text: str, computed: tuple[tuple[int, int], ...] = ()) -> "Phrase":
        made = super().__new__(cls, text)
        made.computed = computed
        return made


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text with its names replaced; `places` say where, each with its name."""

    text: str
    places: tuple[tuple[int, int, str], ...]


def replaced(text: str, value_of: Callable[[re.Match[str]], str]) -> Replaced:
    """A text with what `value_of` gives for each name in braces; a doubled brace is one that is printed."""
    pieces: list[str] = []
    places: list[tuple[int, int, str]] = []
    last = length = 0
    for match in NAME.finditer(text):
        value = value_of(match)
        length += match.start() - last
        if match[1] is not None:
            places.append((length, length + len(value), match[1]))
        pieces += [text[last : match.start()], value]
        last, length = match.end(), length + len(value)
    return Replaced("".join([*pieces, text[last:]]), tuple(places))
