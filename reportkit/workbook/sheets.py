"""One sheet of a workbook as it is written: its styles, texts that stay texts, hidden marks, heights of lines."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reportkit.inputs.workbook.marks import COMMENTS_BY, NO, YES

_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_BOXED = {**_FONT, "border": 1, "text_wrap": True}
STYLES: Mapping[str, dict[str, Any]] = {
    "title": {**_FONT, "font_size": 16, "bold": True, "align": "center"},
    "said": {**_FONT, "text_wrap": True, "valign": "top"},
    "small": {**_FONT, "font_size": 10, "text_wrap": True, "font_color": "#595959"},
    "head": {**_BOXED, "bold": True, "align": "center", "bg_color": "#E7E6E6"},
    "stub": {**_BOXED},
    "number": {**_BOXED, "align": "center", "locked": False, "bg_color": "#FFFBE6", "num_format": "0"},
    "amount": {**_BOXED, "align": "center", "locked": False, "bg_color": "#FFFBE6", "num_format": "General"},
    "given": {**_BOXED, "align": "center", "bg_color": "#F2F2F2", "num_format": "General"},
    "text": {**_BOXED, "locked": False, "bg_color": "#FFFBE6", "num_format": "@", "valign": "top"},
    "line": {**_BOXED, "locked": False, "bg_color": "#FFFBE6", "num_format": "@"},
    "day": {**_BOXED, "locked": False, "bg_color": "#FFFBE6", "num_format": "yyyy-mm-dd", "align": "left"},
    "before": {**_BOXED, "font_color": "#595959", "valign": "top"},
    "check": {**_BOXED, "font_size": 10, "align": "center"},
    "wrong": {"font_color": "#C00000", "bg_color": "#FDE9E7", "bold": True},
    "doubt": {"font_color": "#7F6000", "bg_color": "#FFF2CC"},
}
"""What may be filled in is yellow; what is given or computed is grey and locked."""
WRONG, DOUBT = "✗", "！"
"""What the words of a broken rule begin with: one that blocks publication, one that doesn't."""
_PROTECTED = {"format_columns": True, "format_rows": True, "format_cells": True, "insert_rows": False, "sort": False}
_POINTS_A_LINE = 15.0
_TALLEST = 400.0
"""Points of a row; spreadsheets allow 409."""


@dataclass
class Book:
    """A workbook being written: what is said beside its cells and places for words by id, and its styles by name."""

    workbook: Workbook
    comments: Mapping[str, str] = field(default_factory=dict)
    styles: dict[str, Format] = field(default_factory=dict)

    def style(self, name: str) -> Format:
        if name not in self.styles:
            self.styles[name] = self.workbook.add_format(STYLES[name])
        return self.styles[name]

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = False) -> "Sheet":
        """A new sheet that is one page wide, protected without a password; its first column is hidden."""
        made = self.workbook.add_worksheet(name)
        made.set_column(0, 0, 8, None, {"hidden": True})
        for number, width in enumerate(widths, 1):
            made.set_column(number, number, width)
        made.set_paper(9)  # A4
        if landscape:
            made.set_landscape()
        made.fit_to_pages(1, 0)
        made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        made.hide_gridlines(2)
        made.set_footer("&C&9&A　第&P页，共&N页")
        made.protect("", _PROTECTED)
        return Sheet(self, made, tuple(widths))


@dataclass
class Sheet:
    """A sheet being filled from the top; columns are counted from 1, as the first one is for marks."""

    book: Book
    worksheet: Worksheet
    widths: tuple[float, ...]
    row: int = 0

    @cached_property
    def last(self) -> int:
        return len(self.widths)

    def mark(self, text: str, row: int | None = None) -> None:
        """What the row's hidden first cell says."""
        self.worksheet.write_string(self.row if row is None else row, 0, text)

    def text(self, column: int, text: str, style: str, row: int | None = None, *, to: int | None = None) -> None:
        """Words in a cell, or over the columns up to `to`; never a formula, never a link."""
        row, format_ = self.row if row is None else row, self.book.style(style)
        if to is not None and to > column:
            self.worksheet.merge_range(row, column, row, to, "", format_)
        self.worksheet.write_string(row, column, text, format_)

    def line(self, text: str, style: str) -> None:
        """Words over the whole width, as high as they need."""
        self.text(1, text, style, to=self.last)
        self.height(lines_of(text, sum(self.widths)))
        self.row += 1

    def comment(self, column: int, of: str, row: int | None = None) -> None:
        """What is said of a cell or a place for words with this id, beside it; nothing where nothing is."""
        if text := self.book.comments.get(of):
            size = {"width": 300, "height": 24 + 20 * lines_of(text, 40), "font_name": "宋体", "font_size": 10}
            row = self.row if row is None else row
            self.worksheet.write_comment(row, column, text, {**size, "author": COMMENTS_BY})

    def height(self, lines: float, row: int | None = None, *, of: float = _POINTS_A_LINE) -> None:
        """How high a row is, in lines."""
        self.worksheet.set_row(self.row if row is None else row, min(_TALLEST, max(1.0, lines) * of + 5))

    def choice(self, column: int, row: int, chosen: str = "") -> None:
        """A cell that is 是 or 否, or blank."""
        self.text(column, chosen, "line", row)
        what = {"validate": "list", "source": [YES, NO], "error_title": "只能填是或否"}
        self.worksheet.data_validation(
            row, column, row, column, {**what, "error_message": "请填“是”或者“否”，或留空。"}
        )


def lines_of(text: str, width: float) -> int:
    """How many lines words take in a column of this width, in characters of half width."""
    return sum(max(1, -(-width_of(line) // max(1, int(width) - 1))) for line in text.split("\n"))


def width_of(text: str) -> int:
    """How wide a line is in characters of half width."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)
