"""What a figure can be: itself, or where it is missing anything that its kind allows. Conditions on such figures."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from reportkit.editions.edition import Edition
from reportkit.editions.grammar import Combination, Condition, Negation, Number, Relation, Sum, Term
from reportkit.editions.tables import CellSpec
from reportkit.model import MISSING, Figures, Value, format_number

INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest that a figure or a sum can be; equal where nothing of it is missing."""

    low: Number
    high: Number

    @property
    def known(self) -> bool:
        return self.low == self.high

    def __add__(self, other: "Bounds") -> "Bounds":
        return Bounds(self.low + other.low, self.high + other.high)

    def times(self, factor: Number) -> "Bounds":
        if factor == 0:
            return NOUGHT
        low, high = self.low * factor, self.high * factor
        return Bounds(low, high) if factor > 0 else Bounds(high, low)

    def absolute(self) -> "Bounds":
        if self.low >= 0:
            return self
        if self.high <= 0:
            return self.times(-1)
        return Bounds(0, max(-self.low, self.high))

    def __str__(self) -> str:
        """As people read it: 3525, 至少275, 至多3; （缺） where it may be any number that its kind allows."""
        if self.known:
            return format_number(self.low)
        if self.low > 0:
            return f"至少{format_number(self.low)}"
        return MISSING if self.high == INFINITE else f"至多{format_number(self.high)}"


NOUGHT = Bounds(0, 0)
UNKNOWN = Bounds(-INFINITE, INFINITE)


def exactly(value: Number) -> Bounds:
    return Bounds(value, value)


def bounds(edition: Edition, figures: Figures, spec: CellSpec) -> Bounds:
    """What a cell can be. A missing count or amount is at least 0, a missing total at least the sum of its parts."""
    value: Value = figures[spec.id]
    if value is not None:
        return exactly(value)
    if spec.kind == "change":
        return UNKNOWN
    least: Number = 0
    if spec.total:
        least = sum((figures[part.id] or 0 for part in edition.rows[spec.row] if not part.total), start=least)
    return Bounds(least, INFINITE)


def total(parts: Sum, value_of: Callable[[Term], Bounds]) -> Bounds:
    """What a sum can be."""
    found = exactly(parts.constant)
    for term in parts.terms:
        found += value_of(term).times(term.factor)
    for factor, inner in parts.absolute:
        found += total(inner, value_of).absolute().times(factor)
    return found


def holds(condition: Condition, value_of: Callable[[Term], Bounds]) -> bool | None:
    """Whether a condition holds; None where that depends on what is missing."""
    match condition:
        case Relation(left, operator, right):
            return _compare(total(left, value_of), operator, total(right, value_of))
        case Negation(part):
            found = holds(part, value_of)
            return None if found is None else not found
        case Combination(every, parts):
            results = [holds(part, value_of) for part in parts]
            decisive = not every
            if decisive in results:
                return decisive
            return None if None in results else every


def _compare(left: Bounds, operator: str, right: Bounds) -> bool | None:
    match operator:
        case "==" | "!=":
            if left.high < right.low or right.high < left.low:
                return operator == "!="
            return operator == "==" if left.known and right.known else None
        case "<=" | ">=":
            one, other = (left, right) if operator == "<=" else (right, left)
            return True if one.high <= other.low else False if one.low > other.high else None
        case _:
            one, other = (left, right) if operator == "<" else (right, left)
            return True if one.high < other.low else False if one.low >= other.high else None
