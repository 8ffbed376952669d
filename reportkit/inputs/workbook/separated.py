"""A text with separated values, as spreadsheets write it → its sheet."""

import csv
import io
import re
from collections.abc import Sequence
from itertools import pairwise

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.workbook.bounds import MOST_CELLS, MOST_ROWS

_ENCODINGS = ("utf-8-sig", "gb18030")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""What a text in UTF-16 begins with, which spreadsheets call Unicode text."""
_THOUSANDS, _THREE_DIGITS, _REMARKS = re.compile(r"[1-9]\d{0,2}"), re.compile(r"\d{3}"), ("备注", "说明", "注")


def read_separated(content: bytes, file: str) -> Grid:
    """A text with separated values, as spreadsheets write it: UTF-8, UTF-16 or GB18030, with any separator."""
    is_wide = content.startswith(_WIDE)
    if b"\0" in content and not is_wide:
        raise InputError("workbook_unknown", where=file)
    for encoding in ("utf-16",) if is_wide else _ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError("workbook_unknown", where=file)
    first = text.split("\n", 20)[:20]
    separator = max(",\t;", key=lambda each: sum(line.count(each) for line in first))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputError("workbook_broken", where=file) from error
    if len(rows) > MOST_ROWS or sum(map(len, rows)) > MOST_CELLS:
        raise InputError("workbook_too_large", where=file, size=len(rows), most=MOST_ROWS)
    cells = {
        (row, column): GridCell(value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value.strip()
    }
    grid = Grid("CSV", cells)
    if separator == "," and (torn := _torn(grid, rows)) is not None:
        raise InputError("csv_torn_number", where=f"{file}, {grid.place(torn)}", one=grid[torn].text.strip())
    return grid


def _torn(grid: Grid, rows: Sequence[Sequence[str]]) -> Spot | None:
    """The first piece of a number that a comma between its thousands has torn in two; None where there is none.

    Its row is longer than those around it, or its second piece stands below what heads remarks.
    """
    width = 0
    for row, values in enumerate(rows):
        pairs = [
            column
            for column, (one, other) in enumerate(pairwise(values))
            if _THOUSANDS.fullmatch(one.strip()) and _THREE_DIGITS.fullmatch(other.strip())
        ]
        remarks = (
            column
            for column in pairs
            if any(grid[line, column + 1].text.strip().startswith(_REMARKS) for line in range(row))
        )
        if pairs and len(values) > width > 1:
            return row, pairs[0]
        if (found := next(remarks, None)) is not None:
            return row, found
        width = len(values) if len(values) > 1 else width
    return None
