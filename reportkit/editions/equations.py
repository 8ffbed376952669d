"""The grammar of arithmetic rules: sums of ids on both sides of one equals sign; parsed, never evaluated as code."""

import re
from dataclasses import dataclass

from reportkit.errors import InputError

_TOKEN = re.compile(r"\s*(?:(?P<name>[a-z][a-z0-9_.]*)|(?P<sign>[+\-=]))")


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: the id of a row, a group or a column, and whether it is added (1) or taken away (-1)."""

    sign: int
    name: str


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums that must be equal."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(term.name for term in (*self.left, *self.right))


def parse_equation(text: str) -> Equation:
    """`a + b = c - d` as an Equation; anything else is an InputError with its position."""
    left, equals, right = text.partition("=")
    if not equals or "=" in right:
        raise InputError(f"Rule '{text}' is not an equation.", where=text, mend="Write one '=' between two sums.")
    return Equation(parse_sum(left), parse_sum(right))


def parse_sum(text: str) -> tuple[Term, ...]:
    """`a + b - c` as terms."""
    terms: list[Term] = []
    sign, expects_name, position = 1, True, 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        name = match.group("name") if match else None
        if match is None or (name is not None) != expects_name or match.group("sign") == "=":
            raise InputError(
                f"Sum '{text.strip()}' can't be read at character {position + 1}.",
                where=text.strip(),
                mend="Write ids of rows or columns joined by + or -.",
            )
        if name is not None:
            terms.append(Term(sign, name))
        else:
            sign = 1 if match.group("sign") == "+" else -1
        expects_name, position = not expects_name, match.end()
    if expects_name:
        raise InputError(f"Sum '{text.strip()}' ends without an id.", where=text.strip(), mend="Add the missing id.")
    return tuple(terms)
