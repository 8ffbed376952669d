"""The grammar of arithmetic rules: conditions on sums of rows and columns; parsed, never run as code."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from reportkit.errors import InputError
from reportkit.messages.said import Said

_LONGEST = 1000
_GREATEST = 10**15
_LAST_YEAR = "last_year"
_COMPARISONS: dict[type[ast.cmpop], "Operator"] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.Gt: ">",
}

Operator = Literal["==", "!=", "<=", ">=", "<", ">"]
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: a number times the id of a row, a group or a column, of this year or of the last."""

    factor: Number
    name: str
    last_year: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added up, and a constant; `absolute` sums within it count without their sign, times their factor."""

    terms: tuple[Term, ...] = ()
    constant: Number = 0
    absolute: tuple[tuple[Number, "Sum"], ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    left: Sum
    operator: Operator
    right: Sum


@dataclass(frozen=True, slots=True)
class Combination:
    """Conditions joined by `and` (every one holds) or by `or` (any one does)."""

    every: bool
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    part: "Condition"


Condition = Relation | Combination | Negation


def parse_condition(text: str) -> Condition:
    """`a + b == c - last_year.d` as a Condition.

    Sums of ids and whole or decimal numbers, `+ - *` by a number, `abs(…)`, compared by `== != <= >= < >`, joined by
    `and`, `or`, `not` and parentheses. Anything else is an InputError with its position.
    """
    return _condition(_parsed(text), text)


@cache
def parse_sum(text: str) -> Sum:
    """`a + b - c` as a Sum; anything else is an InputError with its position."""
    return _sum(_parsed(text), text)


def names_in(part: Condition | Sum) -> Iterator[Term]:
    """Every term of a condition or sum."""
    match part:
        case Sum():
            yield from part.terms
            for _, inner in part.absolute:
                yield from names_in(inner)
        case Relation():
            yield from names_in(part.left)
            yield from names_in(part.right)
        case Combination():
            for each in part.parts:
                yield from names_in(each)
        case Negation():
            yield from names_in(part.part)


def _parsed(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise InputError("formula_too_long", where=f"{text[:40]}…", length=len(text))
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise _refused(Said("formula_syntax", reason=error.msg), text, (error.offset or 1) - 1) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise _refused(Said("formula_syntax", reason=type(error).__name__), text, 0) from error


def _condition(node: ast.expr, text: str) -> Condition:
    match node:
        case ast.BoolOp(op=operator, values=values):
            return Combination(isinstance(operator, ast.And), tuple(_condition(each, text) for each in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Negation(_condition(operand, text))
        case ast.Compare(left=left, ops=operators, comparators=others):
            sides = [_sum(each, text) for each in (left, *others)]
            parts = tuple(
                Relation(sides[number], _operator(each, node, text), sides[number + 1])
                for number, each in enumerate(operators)
            )
            return parts[0] if len(parts) == 1 else Combination(True, parts)
    raise _refused(Said("formula_no_condition"), text, node.col_offset)


def _operator(node: ast.cmpop, within: ast.expr, text: str) -> Operator:
    found = _COMPARISONS.get(type(node))
    if found is None:
        raise _refused(Said("formula_comparison"), text, within.col_offset)
    return found


def _sum(node: ast.expr, text: str) -> Sum:
    match node:
        case ast.Name() | ast.Attribute():
            name, last_year = _name(node, text)
            return Sum((Term(1, name, last_year),))
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value) if abs(value) < _GREATEST:
            return Sum(constant=value if isinstance(value, int) else Decimal(str(value)))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _add(_sum(left, text), _sum(right, text))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _add(_sum(left, text), _scale(-1, _sum(right, text)))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            one, other = _sum(left, text), _sum(right, text)
            if one.terms or one.absolute:
                one, other = other, one
            if not (one.terms or one.absolute):
                return _scale(one.constant, other)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _scale(-1, _sum(operand, text))
        case ast.Call(func=ast.Name(id="abs"), args=[argument], keywords=[]):
            return Sum(absolute=((1, _sum(argument, text)),))
    raise _refused(Said("formula_no_sum"), text, node.col_offset)


def _name(node: ast.expr, text: str) -> tuple[str, bool]:
    parts: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name):
        raise _refused(Said("formula_no_id"), text, node.col_offset)
    parts.append(inner.id)
    parts.reverse()
    last_year = parts[0] == _LAST_YEAR
    if last_year and len(parts) == 1:
        raise _refused(Said("formula_bare_last_year"), text, node.col_offset)
    return ".".join(parts[1:] if last_year else parts), last_year


def _add(one: Sum, other: Sum) -> Sum:
    return Sum(one.terms + other.terms, one.constant + other.constant, one.absolute + other.absolute)


def _scale(factor: Number, part: Sum) -> Sum:
    return Sum(
        tuple(Term(factor * term.factor, term.name, term.last_year) for term in part.terms),
        factor * part.constant,
        tuple((factor * each, inner) for each, inner in part.absolute),
    )


def _refused(why: Said, text: str, offset: int) -> InputError:
    return InputError(
        "formula_unreadable", where=f"{text.strip()}, character {offset + 1}", formula=text.strip(), why=why
    )
