"""A table of an analyst's own: rows or a data frame as Markdown, with its names replaced and its sums checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from reportkit.errors import NotebookError
from reportkit.inputs.prose import escape_markdown
from reportkit.model import MISSING, format_number

SUMS = ("rows", "columns", "both")
_WHERE = "data_table()"


@dataclass(frozen=True, slots=True)
class BoundCell:
    """A cell that is a figure or fact: its row and column from 0 without the heads, its name, and what is printed."""

    row: int
    column: int
    name: str
    text: str

    def to_json(self) -> list[Any]:
        return [self.row, self.column, self.name, self.text]


@dataclass(frozen=True, slots=True)
class OwnTable:
    """Heads, and rows of words and numbers as they are printed; `bound` are the cells that names were replaced in."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bound: tuple[BoundCell, ...]

    def markdown(self, caption: str) -> tuple[str, list[tuple[int, int]]]:
        """The table below its caption, and the places of what replaced names."""
        numeric = [all(_number(row[place]) is not None for row in self.rows) for place in range(len(self.heads))]
        text = f"表：{escape_markdown(caption)}\n\n{_line(self.heads)}"
        text += _line("---:" if each else "---" for each in numeric)
        places: list[tuple[int, int]] = []
        named = {(each.row, each.column) for each in self.bound}
        for number, row in enumerate(self.rows):
            text += "|"
            for column, cell in enumerate(row):
                begin = len(text) + 1
                text += f" {_cell(cell)} |"
                if (number, column) in named:
                    places.append((begin, len(text) - 2))
            text += "\n"
        return text, places


def own_table(rows: Any, columns: Sequence[str] | None, value_of: Any) -> OwnTable:
    """A table from lists, mappings or a data frame; `value_of` gives the words for a name in braces.

    A cell that is `{name}` and nothing else is that figure or fact; numbers are printed as they are, missing ones as
    （缺）. Raises NotebookError where the rows are no table.
    """
    heads, plain = _plain(rows, columns)
    bound: list[BoundCell] = []
    printed: list[tuple[str, ...]] = []
    for number, row in enumerate(plain):
        cells: list[str] = []
        for column, value in enumerate(row):
            text = value.strip() if isinstance(value, str) else _printed(value)
            if text.startswith("{") and text.endswith("}") and text.count("{") == 1:
                name = text[1:-1].strip()
                text = value_of(name)
                bound.append(BoundCell(number, column, name, text))
            cells.append(text)
        printed.append(tuple(cells))
    return OwnTable(heads, tuple(printed), tuple(bound))


def check_sums(table: OwnTable, sums: str) -> None:
    """Raises NotebookError where a last column or row that shall be the sum of the others isn't."""
    if sums not in SUMS:
        raise NotebookError("table_sums_named", where=_WHERE, sums=sums, accepted=SUMS)
    if sums in ("rows", "both"):
        for row in table.rows:
            _check(row[1:], f"{row[0]}·{table.heads[-1]}")
    if sums in ("columns", "both"):
        for column, head in enumerate(table.heads[1:], 1):
            _check([row[column] for row in table.rows], f"{table.rows[-1][0]}·{head}")


def _check(cells: Sequence[str], cell: str) -> None:
    """Holds the last of some numbers against the sum of those before it; what is missing can't be held.

    Raises NotebookError too where there is nothing to add up, or something is no bare number.
    """
    if MISSING in cells:
        return
    values = [_number(each) for each in cells]
    if len(values) < 2 or None in values:
        odd = next((each for each, value in zip(cells, values, strict=True) if value is None), "")
        raise NotebookError("table_sum_of_nothing", where=_WHERE, cell=cell, odd=odd)
    *parts, total = (each for each in values if each is not None)
    expected = sum(parts, Decimal())
    if expected != total:
        raise NotebookError(
            "table_sum_wrong", where=_WHERE, cell=cell, stated=format_number(total), expected=format_number(expected)
        )


def _plain(rows: Any, columns: Sequence[str] | None) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Heads and rows of whatever is given as a table."""
    body: list[Any]
    if hasattr(rows, "itertuples") and hasattr(rows, "columns"):  # a data frame of pandas or of what is like it
        heads = [str(each) for each in rows.columns]
        body = [list(each) for each in rows.itertuples(index=False)]
    else:
        body = list(rows) if isinstance(rows, Iterable) and not isinstance(rows, str | Mapping) else []
        heads = list(columns or ())
        if body and all(isinstance(each, Mapping) for each in body):
            heads = heads or [str(key) for key in body[0]]
            body = [[row.get(head) for head in heads] for row in body]
        else:
            body = [list(each) if isinstance(each, Sequence) and not isinstance(each, str) else [] for each in body]
    heads = [str(each) for each in columns] if columns is not None else heads
    if len(heads) < 2 or not body or any(len(row) != len(heads) for row in body):
        raise NotebookError("table_no_table", where=_WHERE, columns=len(heads))
    return tuple(heads), body


def _printed(value: Any) -> str:
    if value is None or value != value:
        return MISSING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal):
        return format_number(value)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return str(value)
    return str(int(number)) if number.is_integer() else f"{number:.10g}"


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each if set(each) <= {'-', ':'} else _cell(each) for each in cells)} |\n"


def _cell(text: str) -> str:
    return escape_markdown(" ".join(text.split()))
