"""Which figures are sums of others: totals of rows, and what a rule that blocks publication says is a sum."""

from collections.abc import Mapping, Sequence

from reportkit.editions.edition import Edition
from reportkit.editions.grammar import Condition, Relation, Term
from reportkit.editions.rules import Clause


def sums_of(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Cell id → the ids of the cells of this year that it is the sum of.

    A total that both a row and a column add up to is that of its row, unless a rule says that its row is a sum.
    """
    found: dict[str, tuple[str, ...]] = {}
    for specs in edition.rows.values():
        parts = tuple(spec.id for spec in specs if not spec.total)
        found |= {spec.id: parts for spec in specs if spec.total}
    for rule in edition.rulebook.values():
        for clause in rule.clauses if rule.severities[0] == "E" else ():
            if clause.each == "column" and (sides := _whole_and_parts(clause.condition)) is not None:
                found |= _columns(edition, clause, *sides)
    return found


def _columns(edition: Edition, clause: Clause, whole: Term, parts: Sequence[Term]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column in dict.fromkeys(spec.column for spec in edition.cells.values() if spec.table == clause.table):
        rows = [row for term in parts for row in edition.rows_of(f"{clause.table}.{term.name}") or ()]
        cells = [f"{row}/{column}" for row in rows]
        if (cell := f"{clause.table}.{whole.name}/{column}") in edition.cells and all(
            each in edition.cells for each in cells
        ):
            found[cell] = tuple(cells)
    return found


def _whole_and_parts(condition: Condition) -> tuple[Term, Sequence[Term]] | None:
    """`a + b == c` as c and its parts; None for any other condition."""
    if not isinstance(condition, Relation) or condition.operator != "==":
        return None
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        plain = all(each.factor == 1 and not each.last_year for each in (*one.terms, *other.terms))
        bare = not (one.constant or other.constant or one.absolute or other.absolute)
        if plain and bare and len(one.terms) == 1 and len(other.terms) > 1:
            return one.terms[0], other.terms
    return None
