"""What there is to say of a row that isn't one: how it was written, which columns it has, which number is too many."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from reportkit.editions.tables import CellSpec
from reportkit.messages.said import Said
from reportkit.text.strings import plain_number
from reportkit.text.yaml_slips import wide_colon

_BRACKETS = str.maketrans("", "", "[]()【】［］（）")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_WIDE_SEPARATORS = "，、；"
_MOST_CUT = 8
"""Places at which a comma may have cut a number; of more nothing is said."""


def row_said(data: Any, specs: Sequence[CellSpec], name: str) -> Said:
    """What is wrong with a row that has another number of values than columns, or is no list at all."""
    parts = [spec for spec in specs if not spec.total]
    counts = tuple(sorted({len(parts), len(specs)}))
    columns = [Said("column", id=spec.column, label=spec.column_label) for spec in specs]
    if isinstance(data, str) and (said := wide_colon(data, name)):
        return said
    if isinstance(data, str) and len(parts) == 1 and (number := plain_number(data)):
        return Said("row_without_brackets", row=f"[{number}]", columns=columns)
    if isinstance(data, str) and (pasted := _with_label(data)) is not None:
        label, values = pasted
        row = f"[{', '.join(values)}]" if len(values) in counts else "[…]"
        return Said("row_pasted_with_label", label=label, row=row, columns=columns)
    if (numbers := _numbers(data)) is not None:
        row = f"[{', '.join(numbers)}]" if len(numbers) in counts else "[…]"
        typed = "".join(map(str, data)) if isinstance(data, list) else str(data)
        if any(each in typed for each in _WIDE_SEPARATORS):
            return Said("row_wide_commas", row=row, columns=columns)
        spaced = isinstance(data, list) or (len(numbers) > 1 and "," not in typed)
        return Said("row_pasted" if spaced else "row_without_brackets", row=row, columns=columns)
    if not isinstance(data, list):
        return Said("no_row", value=f"{data!r:.80}", columns=columns)
    found = len(data)
    if merged := _thousands(data, specs, counts):
        return Said(
            "row_thousands",
            numbers=merged,
            plain=[each.replace(",", "") for each in merged],
            found=found,
            expected=counts,
            columns=columns,
        )
    if len(data) == len(parts) - 1 and len(specs) > len(parts) and _ends_with_total(data):
        return Said("row_short_with_total", total=data[-1], found=found, expected=counts, columns=columns)
    if len(data) == len(parts) - 1:
        return Said("row_one_short", found=found, expected=counts, columns=columns)
    return Said("row_length", found=found, expected=counts, columns=columns)


def _with_label(text: str) -> tuple[str, list[str]] | None:
    """A row's own name and the numbers behind it, as a spreadsheet has them; None where it is nothing like that."""
    pieces = unicodedata.normalize("NFKC", text).split()
    names = [number for number, piece in enumerate(pieces) if not _NUMBER.match(piece)]
    if not names or names != [*range(len(names))] or len(names) == len(pieces):
        return None
    if not any(each.isalpha() for number in names for each in pieces[number]):
        return None
    return " ".join(text.split()[: len(names)]), pieces[len(names) :]


def _numbers(data: Any) -> list[str] | None:
    """The numbers of a row that was typed otherwise than as a list of numbers; None where there are no such."""
    if isinstance(data, int | Decimal) and not isinstance(data, bool):
        return [str(data)]
    if isinstance(data, str):
        typed = [data]
    elif isinstance(data, list) and any(isinstance(each, str) and _BETWEEN.search(each.strip()) for each in data):
        typed = [str(each) for each in data]
    else:
        return None
    pieces = [
        piece
        for each in typed
        for piece in _BETWEEN.split(unicodedata.normalize("NFKC", each).translate(_BRACKETS).strip())
        if piece
    ]
    return pieces if len(pieces) > 1 and all(map(_NUMBER.match, pieces)) else None


def _ends_with_total(values: Sequence[Any]) -> bool:
    return all(map(_is_count, values)) and bool(values[-1] == sum(values[:-1]) > 0)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def looks_short(values: Sequence[Any]) -> bool:
    """Whether the last part of a row without a total is what the others come to, and more than one of them counts."""
    return _ends_with_total(values) and sum(each != 0 for each in values[:-1]) > 1


def _thousands(values: Sequence[Any], specs: Sequence[CellSpec], counts: tuple[int, ...]) -> list[str]:
    """The numbers that a comma has cut (`3,746`), where that explains a row that is too long; those that add up first.

    Source: a comma in a list parts values, and Excel prints one behind the thousands.
    """
    excess = [len(values) - count for count in counts if len(values) > count]
    cuts = [place for place in range(len(values) - 1) if _may_be_cut(values, place)] if excess else []
    found: list[list[str]] = []
    for places in (each for number in excess for each in combinations(cuts, number) if len(cuts) <= _MOST_CUT):
        row, numbers = _merged(values, places)
        if len(row) == len(specs) > min(counts) and _ends_with_total(row):
            return numbers
        found.append(numbers)
    return found[0] if len(found) == 1 else []


def _may_be_cut(values: Sequence[Any], place: int) -> bool:
    before, after = values[place], values[place + 1]
    return _is_count(before) and _is_count(after) and 0 < before <= 999 and 100 <= after <= 999


def _merged(values: Sequence[Any], places: Sequence[int]) -> tuple[list[Any], list[str]]:
    """The row with the values at `places` joined to those behind them, and these as they were typed."""
    row: list[Any] = []
    numbers: list[str] = []
    cut = ""
    for place, value in enumerate(values):
        if place in places:
            cut += f"{value},"
        elif cut:
            numbers.append(f"{cut}{value}")
            row.append(int(numbers[-1].replace(",", "")))
            cut = ""
        else:
            row.append(value)
    return row, numbers
