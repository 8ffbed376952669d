"""The values of a workbook's cells, with python-calamine, which says nothing of formulas and formats."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid, GridCell, Raw
from reportkit.inputs.workbook.bounds import MOST_COLUMNS, MOST_ROWS


def read_values(content: bytes, file: str) -> Iterator[Grid]:
    """A file's values with python-calamine, which doesn't say which of them are of formulas."""
    calamine = library("python_calamine", file)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = calamine.SheetVisibleEnum.Visible
        hidden = {each.name for each in book.sheets_metadata if each.visible != shown}
        for number, name in enumerate(book.sheet_names):
            yield _of_calamine(book.get_sheet_by_index(number), name in hidden, file)
    except calamine.PasswordError as error:
        raise InputError("workbook_encrypted", where=file) from error
    except (InputError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # what is raised where the library's own code fails is no Exception
        raise InputError("workbook_broken", where=file) from error


def _of_calamine(sheet: Any, is_hidden: bool, file: str) -> Grid:
    if sheet.height > MOST_ROWS or sheet.width > MOST_COLUMNS:
        where = f"{file}, {sheet.name}"
        raise InputError("workbook_too_large", where=where, size=sheet.height, most=MOST_ROWS)
    cells = {
        (row, column): GridCell(raw(value))
        for row, values in enumerate(sheet.to_python(skip_empty_area=False))
        for column, value in enumerate(values)
        if value != ""
    }
    return Grid(sheet.name, cells, dict(sheet.merged_cell_ranges or ()), is_hidden=is_hidden)


def raw(value: Any) -> Raw:
    """A value as the grid knows it; rich texts and what else the library has as their words."""
    return value if type(value) in _RAW else str(value)


_RAW = (str, int, float, bool, date, datetime, time, type(None))


def library(name: str, file: str) -> Any:
    """A library of the extra. Raises InputError that says what to install."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise InputError("excel_not_installed", where=file) from error
