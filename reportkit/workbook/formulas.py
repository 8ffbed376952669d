"""The edition's arithmetic as a spreadsheet's formulas: functions that every spreadsheet has had for long."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from reportkit.checks.arithmetic import HeldPlace, places_of
from reportkit.checks.evidence import Evidence
from reportkit.editions.grammar import Combination, Condition, Negation, Relation, Sum, Term, names_in
from reportkit.editions.rules import Clause
from reportkit.model import format_number

WAITING = "待填"
"""What a check says as long as one of its cells is blank."""
FINE = "√"
_DIGITS = 6
"""After the point: sums of decimals are compared so, as a spreadsheet counts in binary."""

Address = Callable[[str], str]
"""A cell id's address on the sheet: C7."""


def total_of(parts: Sequence[str]) -> str:
    """The sum of some cells; blank as long as one of them is."""
    return f'=IF(COUNT({",".join(parts)})<{len(parts)},"",SUM({",".join(parts)}))'


def check_of(place: HeldPlace, address: Address, breach: str) -> str | None:
    """A formula that says √, 待填 or what is wrong; None where last year's figures are wanting."""
    condition = place.clause.condition
    terms = [*names_in(condition)]
    if any(term.last_year and not place.bounds(term).known for term in terms):
        return None
    cells = [address(each) for each in place.cells()]
    holds = _condition(condition, lambda term: _term(place, term, address))
    return f'=IF(COUNT({",".join(cells)})<{len(cells)},"{WAITING}",IF({holds},"{FINE}",{_quoted(breach)}))'


def cancelling(evidence: Evidence, clause: Clause, address: Address, breach: str) -> str | None:
    """A formula that finds columns whose differences aren't 0 but add up to it, totals left out."""
    relation = clause.condition
    if clause.each != "column" or not isinstance(relation, Relation):
        return None
    differences, cells = [], []
    for place in places_of(evidence, clause):
        if evidence.edition.cells[place.cells()[0]].total:
            continue
        cells += [address(each) for each in place.cells()]
        differences.append(f"({_difference(place, relation, address)})")
    several = "+".join(f"({each}<>0)" for each in differences)
    found = f"AND({'+'.join(differences)}=0,{several}>1)"
    return f'=IF(COUNT({",".join(cells)})<{len(cells)},"{WAITING}",IF({found},{_quoted(breach)},"{FINE}"))'


def _condition(condition: Condition, term: Callable[[Term], str]) -> str:
    match condition:
        case Relation(left, operator, right):
            sign = {"==": "=", "!=": "<>"}.get(operator, operator)
            return f"ROUND(({_sum(left, term)})-({_sum(right, term)}),{_DIGITS}){sign}0"
        case Negation(part):
            return f"NOT({_condition(part, term)})"
        case Combination(every, parts):
            return f"{'AND' if every else 'OR'}({','.join(_condition(each, term) for each in parts)})"


def _sum(side: Sum, term: Callable[[Term], str]) -> str:
    parts = [f"{_factor(each.factor)}{term(each)}" for each in side.terms]
    parts += [f"{_factor(factor)}ABS({_sum(inner, term)})" for factor, inner in side.absolute]
    parts += [f"{side.constant}"] if side.constant else []
    return "+".join(parts) or "0"


def _factor(factor: int | Decimal) -> str:
    return "" if factor == 1 else f"({factor})*"


def _term(place: HeldPlace, term: Term, address: Address) -> str:
    if term.last_year:
        return f"({format_number(place.bounds(term).low)})"
    return f"({'+'.join(_addresses(address, (spec.id for spec in place.specs(term))))})"


def _difference(place: HeldPlace, relation: Relation, address: Address) -> str:
    left, right = (_sum(side, lambda term: _term(place, term, address)) for side in (relation.left, relation.right))
    return f"({left})-({right})"


def _addresses(address: Address, cells: Iterable[str]) -> list[str]:
    return [address(each) for each in cells]


def _quoted(text: str) -> str:
    """A text in a formula: at most 255 characters, its quotes doubled."""
    return '"' + text[:250].replace('"', '""') + '"'
