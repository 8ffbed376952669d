"""Figures by the names that sentences use: a cell, a group's sum, or a derived row."""

from collections.abc import Mapping, Sequence
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


def unit_of(edition: Edition, name: str) -> str:
    """The unit of a figure or sum by its name; empty for a fact, or what the edition lacks."""
    row, _, column = name.rpartition(".")
    table = f"{row.partition('.')[0]}."
    rows = edition.rows_of(row) or [each for each in edition.rows if row in edition.derived and each.startswith(table)]
    if not rows:
        return ""
    specs = edition.rows[rows[0]]
    return next((spec.unit for spec in specs if spec.column == column), specs[0].unit)


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
    """Whole names of figures, one for each row, group and derived row, in the table that a name begins with, or in all.

    Each has the column that the name ends with where it has that one, else its total, else its first.
    """
    table, column = name.partition(".")[0], name.rpartition(".")[2]
    columns = {row: [spec.column for spec in specs] for row, specs in edition.rows.items()}
    columns |= {group: _shared(columns, rows) for group, rows in edition.groups.items()}
    for derived, text in edition.derived.items():
        if "/" not in derived:
            below = derived.partition(".")[0]
            columns[derived] = _shared(columns, [f"{below}.{term.name}" for term in parse_sum(text).terms])
    named = {row: _column(column, of_row, f"{row.partition('.')[0]}/{column}" in edition.derived)
             for row, of_row in columns.items() if of_row}  # fmt: skip
    within = tuple(f"{row}.{named[row]}" for row in sorted(named) if row.partition(".")[0] == table)
    return within or tuple(f"{row}.{named[row]}" for row in sorted(named))


def _shared(columns: Mapping[str, list[str]], rows: Sequence[str]) -> list[str]:
    """The columns that all of some rows have."""
    return [each for each in columns.get(rows[0], []) if all(each in columns.get(row, []) for row in rows)]


def _column(asked: str, columns: Sequence[str], is_derived: bool) -> str:
    return asked if is_derived or asked in columns else "total" if "total" in columns else columns[0]


def _sum(values: list[tuple[Number, Value]]) -> Value:
    total: int | Decimal = 0
    for factor, value in values:
        if value is None:
            return None
        total += factor * value
    return total


def labels_below(edition: Edition, prefix: str) -> dict[str, str]:
    """The ids directly below a table's or a group's (of all tables where it is empty), and what the edition calls each.

    `labels_below(edition, "requests.refused")["state_secret"]` is `1.属于国家秘密`.
    """
    if not prefix:
        return {table.id: table.caption for table in edition.tables}
    found: dict[str, str] = {}
    above = prefix.split(".")
    for row, specs in edition.rows.items():
        ids = row.split(".")
        if ids[: len(above)] == above and len(ids) > len(above):
            found.setdefault(ids[len(above)], specs[0].row_label.split("·")[len(above)])
    return found


def row_label(edition: Edition, row: str) -> str:
    """What the edition calls a row, without the table and the groups that it is in."""
    return edition.rows[row][0].row_label.rpartition("·")[2]
