"""An .xlsx file → its sheets: cells and formulas, what is struck out, raised, white or hidden in them."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.workbook.bounds import MOST_COLUMNS, MOST_ROWS
from reportkit.inputs.workbook.marks import COMMENTS_BY
from reportkit.inputs.workbook.pieces import told_apart
from reportkit.inputs.workbook.values import library, raw, read_values

_NAME = re.compile(r'="?([^"]*)"?')


def read_xlsx(content: bytes, file: str) -> tuple[tuple[Grid, ...], dict[str, str]]:
    """The sheets of an .xlsx, and the texts that its names stand for.

    Cells and formulas are openpyxl's, what formulas were last computed as is python-calamine's.
    """
    openpyxl = library("openpyxl", file)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False, rich_text=True)
    except Exception as error:  # whatever a broken file makes the library raise
        raise InputError("workbook_broken", where=file) from error
    names = {
        name: match[1] for name, each in book.defined_names.items() if (match := _NAME.fullmatch(f"={each.value}"))
    }
    has_formulas = any(each.data_type == "f" for sheet in book.worksheets for each in sheet._cells.values())
    computed = {grid.name: grid for grid in read_values(content, file)} if has_formulas else {}
    return tuple(_of_openpyxl(book, computed, file)), names


def _of_openpyxl(book: Any, computed: Mapping[str, Grid], file: str) -> Iterator[Grid]:
    altered = {number for number, font in enumerate(book._fonts) if font.strike or font.vertAlign or _is_white(font)}
    for sheet in book.worksheets:
        known, cells = computed.get(sheet.title, Grid(sheet.title, {})), dict[Spot, GridCell]()
        for (row, column), each in sheet._cells.items():
            if row > MOST_ROWS or column > MOST_COLUMNS:
                if each.value is None:
                    continue
                raise InputError("workbook_too_large", where=f"{file}, {sheet.title}", size=row, most=MOST_ROWS)
            is_formula = each.data_type == "f"
            value, aside, is_unsure = _seen(known[row - 1, column - 1].value if is_formula else each.value)
            if value is not None or is_formula:
                is_altered = is_unsure or each._style.fontId in altered
                place = row - 1, column - 1
                said = "" if each.comment is None or each.comment.author == COMMENTS_BY else each.comment.text
                cells[place] = GridCell(raw(value), is_formula, each.number_format, is_altered, aside, said.strip())
        merged = {
            (each.min_row - 1, each.min_col - 1): (each.max_row - 1, each.max_col - 1)
            for each in sheet.merged_cells.ranges
        }
        rows = frozenset(_hidden_rows(sheet))
        widths = [each for each in sheet.column_dimensions.values() if each.hidden or each.width == 0]
        columns = frozenset(number - 1 for each in widths for number in range(each.min, each.max + 1))
        yield Grid(sheet.title, cells, merged, False, rows, columns, sheet.sheet_state != "visible")


def _hidden_rows(sheet: Any) -> Iterator[int]:
    """The rows, from 0, that are hidden: each by itself, or all that aren't given a height."""
    known, all_are = sheet.row_dimensions, bool(sheet.sheet_format.zeroHeight)
    for number in {*known, *(row for row, _ in sheet._cells if all_are)}:
        row = known.get(number)
        if (all_are and (row is None or row.height is None)) or (row and (row.hidden or row.height == 0)):
            yield number - 1


def _is_white(font: Any) -> bool:
    """Whether a text is as white as the sheet: by its colour, by the old palette's, or by the theme's first."""
    color = font.color
    if color is None:
        return False
    if color.type == "theme":
        return bool(color.theme == 0 and color.tint > _SEEN_TINT)
    return color.indexed in _WHITE if color.type == "indexed" else str(color.rgb).endswith("FFFFFF")


_WHITE = (1, 9)
"""In the palette of old."""
_SEEN_TINT = -0.1
"""How much darker than white a text is seen."""


def _seen(value: Any) -> tuple[Any, str, bool]:
    """A cell's content without what is struck out or raised in it, that, and whether no number can be read in it."""
    if not isinstance(value, list):
        return value, "", False
    fonts = [(str(each), getattr(each, "font", None)) for each in value]
    return told_apart([(text, bool(font and font.strike), bool(font and font.vertAlign)) for text, font in fonts])
