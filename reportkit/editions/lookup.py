"""Figures by the names that sentences use: a cell, a group's sum, or a derived row."""

from decimal import Decimal

from reportkit.editions.edition import Edition
from reportkit.editions.grammar import Number, Term, parse_sum
from reportkit.model import Figures, Value


class UnknownFigure(LookupError):
    """No cell, group or derived row has that name; `accepted` are the names that could follow."""

    def __init__(self, name: str, accepted: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.accepted = name, accepted


def look_up(edition: Edition, figures: Figures, name: str) -> Value:
    """The figure called `requests.refused.total`: the row, group or derived row, then the column or derived column.

    Groups and derived rows and columns are sums; a sum with a missing cell is missing.
    """
    row, _, column = name.rpartition(".")
    table = row.partition(".")[0]
    if derived := edition.derived.get(f"{table}/{column}"):
        return _sum(
            [(term.factor, look_up(edition, figures, f"{row}.{term.name}")) for term in parse_sum(derived).terms]
        )
    if row in edition.derived:
        return add_up(edition, figures, table, parse_sum(edition.derived[row]).terms, column)
    rows = edition.rows_of(row)
    if rows is None:
        raise UnknownFigure(name, names_below(edition, name))
    if any(f"{each}/{column}" not in edition.cells for each in rows):
        raise UnknownFigure(name, tuple(f"{row}.{spec.column}" for spec in edition.rows[rows[0]]))
    return _sum([(1, figures[f"{each}/{column}"]) for each in rows])


def add_up(edition: Edition, figures: Figures, table: str, terms: tuple[Term, ...], column: str) -> Value:
    """A sum of rows and groups of one table in one column; missing where a cell of it is missing."""
    values: list[tuple[Number, Value]] = []
    for term in terms:
        rows = edition.rows_of(f"{table}.{term.name}")
        if rows is None or f"{rows[0]}/{column}" not in edition.cells:
            raise UnknownFigure(f"{table}.{term.name}.{column}", names_below(edition, f"{table}.{term.name}"))
        values.extend((term.factor, figures[f"{row}/{column}"]) for row in rows)
    return _sum(values)


def names_below(edition: Edition, name: str) -> tuple[str, ...]:
    """Names of rows, groups and derived rows in the table that a name begins with, or all tables' names."""
    table = name.partition(".")[0]
    names = {*edition.rows, *edition.groups, *(each for each in edition.derived if "/" not in each)}
    within = tuple(sorted(each for each in names if each.partition(".")[0] == table))
    return within or tuple(spec.id for spec in edition.tables)


def _sum(values: list[tuple[Number, Value]]) -> Value:
    total: int | Decimal = 0
    for factor, value in values:
        if value is None:
            return None
        total += factor * value
    return total
