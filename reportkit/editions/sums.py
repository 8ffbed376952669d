"""Which figures are sums of others: totals of rows, and rows that a rule says are sums: `granted + … == concluded`."""

from collections.abc import Mapping

from reportkit.editions.edition import Edition
from reportkit.editions.grammar import Relation, Sum
from reportkit.editions.rules import Clause
from reportkit.model import Value


def sums_of(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Cell id → the ids of the cells of this year that it is the sum of.

    A total that both a row and a column add up to is that of its row, unless a rule says that its row is a sum.
    """
    found: dict[str, tuple[str, ...]] = {}
    for specs in edition.rows.values():
        parts = tuple(spec.id for spec in specs if not spec.total)
        found |= {spec.id: parts for spec in specs if spec.total}
    for row, rows in sum_rows(edition).items():
        for spec in edition.rows[row]:
            cells = tuple(f"{each}/{spec.column}" for each in rows)
            if all(each in edition.cells for each in cells):
                found[spec.id] = cells
    return found


def sum_rows(edition: Edition) -> dict[str, tuple[str, ...]]:
    """Each row that is the sum of others in every column, with these; by rules that block publication."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in edition.rulebook.values():
        for clause in rule.clauses if rule.severities[0] == "E" else ():
            condition = clause.condition
            if clause.each == "column" and not clause.only and isinstance(condition, Relation):
                sides = (condition.left, condition.right)
                for one, others in (sides, sides[::-1]) if condition.operator == "==" else ():
                    rows, parts = _rows(edition, clause, one), _rows(edition, clause, others)
                    if len(rows) == 1 < len(parts):
                        found[rows[0]] = parts
    return found


def _rows(edition: Edition, clause: Clause, side: Sum) -> tuple[str, ...]:
    """The rows that a side of an equation adds up; none where it is anything else than a sum of this year's rows."""
    if side.constant or side.absolute or any(term.factor != 1 or term.last_year for term in side.terms):
        return ()
    return tuple(row for term in side.terms for row in edition.rows_of(f"{clause.table}.{term.name}") or ())


def are_nought(edition: Edition, cells: Mapping[str, Value], rows: tuple[str, ...]) -> bool:
    """Whether all cells of some rows are 0: what is missing isn't."""
    return all(cells[spec.id] == 0 for row in rows for spec in edition.rows[row] if not spec.total)
