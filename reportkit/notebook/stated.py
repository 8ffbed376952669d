"""The data that are given with a chart: a table of words and plain numbers, whatever they were before."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from reportkit.errors import NotebookError
from reportkit.notebook.drawn import Plotted
from reportkit.text.strings import NUMERAL

_WHERE = "show(data=…)"


def stated(data: Mapping[str, Any], unit: str) -> Plotted:
    """Given data as they are printed: numbers of any library as Python's own, empty where there is none.

    Raises NotebookError where they are no table, or a value is no number that can be held against others.
    """
    columns = tuple(map(str, data.get("columns", ())))
    rows = tuple(tuple(row) for row in data.get("rows", ()))
    if not columns or not rows or any(len(row) != len(columns) for row in rows):
        raise NotebookError("chart_data_no_table", where=_WHERE)
    return Plotted(columns, tuple((_label(row[0]), *(_value(each, unit) for each in row[1:])) for row in rows))


def _label(value: Any) -> str | int | float:
    return value if isinstance(value, str) or type(value) in (int, float) else str(value)


def _value(value: Any, unit: str) -> str | int | float:
    """A value as a number; words stay words, but for a number that was written as such."""
    if value is None:
        return ""
    if isinstance(value, str):
        match = NUMERAL.fullmatch(value.strip())
        if match is None:
            return value
        if match["percent"] or match["unit"] not in ("", unit.strip()):
            raise _refused(value)
        return _value(float(f"{match['sign'] and '-'}{match['digits'].replace(',', '').replace('，', '')}"), unit)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _refused(value) from error
    if isinstance(value, bool | np.bool_) or math.isinf(number):
        raise _refused(value)
    if math.isnan(number):
        return ""
    return int(value) if number.is_integer() else number


def _refused(value: Any) -> NotebookError:
    return NotebookError("chart_data_no_number", where=_WHERE, value=f"{value!r:.60}")
