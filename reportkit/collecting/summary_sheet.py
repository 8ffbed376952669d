"""A sheet of the summary: to be looked at, filtered, sorted and copied, but not to be written on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from reportkit.model import Value, format_number
from reportkit.text.strings import printable
from reportkit.workbook.sheets import STYLES, Book, Sheet, lines_of

Shown = str | date | datetime | Value
"""What a cell shows: a text, a day, a moment, a number; nothing for None."""

_BOXED = {**STYLES["stub"], "locked": False}
_NUMBER = {**_BOXED, "align": "right", "text_wrap": False}
_MOST_PLACES = 6
SUMMARY_STYLES: dict[str, dict[str, Any]] = {
    "filter": {**STYLES["head"], "valign": "top"},
    "heading": {**STYLES["title"], "font_size": 13, "align": "left", "text_wrap": True},
    "shown": _BOXED,
    "day shown": {**_BOXED, "num_format": "yyyy-mm-dd", "align": "center"},
    "moment shown": {**_BOXED, "num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    "counted": {**_BOXED, "align": "center", "num_format": "0"},
    "figure": {**_NUMBER, "num_format": "0"},
    "change": {**_NUMBER, "num_format": "+0;-0;0"},
    "number in full": {**_NUMBER, "num_format": "General"},
    **{f"figure.{places}": {**_NUMBER, "num_format": f"0.{'0' * places}"} for places in range(1, _MOST_PLACES + 1)},
    "absent": {"bg_color": "#E7E6E6"},
}
"""Cells below the heads aren't locked, as spreadsheets sort no locked cell; what is typed there is refused instead."""
_PROTECTED = {
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_MOST_DIGITS = 15
"""That a spreadsheet keeps of a number; one with more is written as text."""
_NARROW = 6.3
FIRST = 5.5
"""How wide the first column is, which numbers the rows."""


def summary_book(book: Book) -> Book:
    """The book with the styles of a summary beside its own."""
    for name, style in SUMMARY_STYLES.items():
        book.styles[name] = book.workbook.add_format(style)
    return book


def summary_sheet(book: Book, name: str, widths: Sequence[float]) -> Sheet:
    """A new sheet across A4, one page wide, whose first column is seen; `widths` are those of the columns behind it."""
    sheet = book.sheet(name, widths, landscape=True)
    sheet.worksheet.set_column(0, 0, FIRST)
    sheet.worksheet.protect("", _PROTECTED)
    return sheet


def write_rows(
    sheet: Sheet,
    heads: Sequence[str],
    rows: Sequence[Sequence[Shown]],
    styles: Mapping[int, str] = MappingProxyType({}),
    *,
    frozen: int = 2,
) -> None:
    """Heads with a filter and the rows below them, which can be sorted; nothing may be typed there.

    The heads, and the first `frozen` columns, stay in sight; the heads are printed on every page. `styles` are those of
    columns of figures that have one of their own.
    """
    top, worksheet = sheet.row, sheet.worksheet
    widths = [_width(sheet, column) for column in range(len(heads))]
    for column, head in enumerate(heads):
        sheet.text(column, head, "filter")
    lines = max(lines_of(head, width) for head, width in zip(heads, widths, strict=True))
    sheet.height(lines + 1)  # the filter's buttons stand below the words
    sheet.row += 1
    for row in rows:
        for column, value in enumerate(row):
            write_shown(sheet, column, value, styles.get(column, "figure" if column else "counted"))
        texts = [(value, width) for value, width in zip(row, widths, strict=True) if isinstance(value, str)]
        sheet.height(max((lines_of(text, width) for text, width in texts), default=1))
        sheet.row += 1
    last = max(top + 1, sheet.row - 1)
    worksheet.autofilter(top, 0, last, len(heads) - 1)
    worksheet.freeze_panes(top + 1, frozen)
    worksheet.repeat_rows(0, top)
    worksheet.data_validation(
        *(top + 1, 0, last, len(heads) - 1),
        {
            "validate": "custom",
            "value": "=FALSE",
            "ignore_blank": False,
            "error_title": "这里不能填写",
            "error_message": "汇总表只供查看。数有变动的，改填报文件，再重新汇总。",
        },
    )


def write_shown(sheet: Sheet, column: int, value: Shown, figure: str = "figure") -> None:
    """A value in the sheet's current row; a text is never a formula, and None is blank, never 0."""
    worksheet, row, style = sheet.worksheet, sheet.row, sheet.book.style
    match value:
        case None | "":
            worksheet.write_blank(row, column, None, style("shown"))
        case str():
            worksheet.write_string(row, column, printable(value), style("shown"))
        case datetime():
            worksheet.write_datetime(row, column, value, style("moment shown"))
        case date():
            worksheet.write_datetime(row, column, datetime.combine(value, time()), style("day shown"))
        case _:
            _figure(sheet, column, value, figure)


def _figure(sheet: Sheet, column: int, value: int | Decimal, style: str) -> None:
    """A number as it is, with all its places; as text where it has more digits than a spreadsheet keeps."""
    places = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
    if places > 0:
        style = f"figure.{places}" if places <= _MOST_PLACES else "number in full"
    if sum(map(str.isdigit, format_number(value))) > _MOST_DIGITS:
        sheet.worksheet.write_string(sheet.row, column, format_number(value), sheet.book.style(style))
    else:
        sheet.worksheet.write_number(sheet.row, column, value, sheet.book.style(style))


def widest(heads: Sequence[str], values: Sequence[Value]) -> float:
    """How wide a column of figures is: every number is seen whole, its head in a few lines."""
    longest = max((len(format_number(value)) for value in values if value is not None), default=0)
    return max(_NARROW, longest + 2.0, *(2.0 + 2 * min(len(head), 4) for head in heads if len(head) > 6))


def shade(sheet: Sheet, first: int, last: int, formula: str, style: str, columns: tuple[int, int]) -> None:
    """Colours the cells of some rows for which a formula holds; it is written for the first of them."""
    how = {"type": "formula", "criteria": formula, "format": sheet.book.style(style), "stop_if_true": True}
    sheet.worksheet.conditional_format(first, columns[0], max(first, last), columns[1], how)


def _width(sheet: Sheet, column: int) -> float:
    return sheet.widths[column - 1] if column else FIRST
