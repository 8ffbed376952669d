"""A file that was handed in → its sheets, within bounds: nothing of it is computed, followed or run."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from reportkit.errors import InputError
from reportkit.inputs.workbook.grid import Grid, GridCell, Raw, Spot
from reportkit.inputs.workbook.marks import COMMENTS_BY
from reportkit.inputs.workbook.numerals import is_like_a_number

MOST_BYTES = 20_000_000
"""Of a file."""
_MOST_UNPACKED = 60_000_000
_MOST_PARTS = 500
MOST_CELLS = 100_000
_MOST_TAGS = 600_000
_MOST_REPEATED = 1_100_000
"""Rows of a spreadsheet, which are repeated to the end of a blank sheet."""
_MOST_ROWS, _MOST_COLUMNS = 20_000, 500
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXTERNAL = ("externallinks/", "embeddings/", "connections.xml", "activex/")
_MACROS = ("vbaproject.bin", "macrosheets/", "basic/", "scripts/")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_NOT_TEXT = (".xlsx", ".xlsm", ".xls", ".ods", ".et")
"""Endings of files that are no plain text."""
_ENCODINGS = ("utf-8-sig", "gb18030")
_THOUSANDS, _THREE_DIGITS, _REMARKS = re.compile(r"[1-9]\d{0,2}"), re.compile(r"\d{3}"), ("备注", "说明", "注")
_NAME = re.compile(r'="?([^"]*)"?')


@dataclass(frozen=True)
class Opened:
    """A file's sheets in their order, and the texts that its defined names stand for.

    `has_formats`: how its numbers are shown, and what is struck out or hidden, is known.
    """

    grids: tuple[Grid, ...]
    names: Mapping[str, str]
    has_formats: bool = True


def open_sheets(content: bytes, file: str) -> Opened:
    """The sheets of an .xlsx, .xls, .ods or .csv file. Raises InputError for any other, and what is unsafe to read."""
    if len(content) > MOST_BYTES:
        raise InputError("workbook_too_large", where=file, size=len(content), most=MOST_BYTES)
    if content.startswith(_ZIP):
        return _zipped(content, file)
    if content.startswith(_OLE):
        return _old(content, file)
    if file.lower().endswith(_NOT_TEXT):
        raise InputError("workbook_not_what_it_is_called", where=file, ending=file.rpartition(".")[2])
    return Opened((_csv(content, file),), {})


def _zipped(content: bytes, file: str) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [each.filename.lower() for each in archive.infolist()]
            _refuse_unsafe(archive, names, file)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as error:
        raise InputError("workbook_broken", where=file) from error
    if "mimetype" in names and "content.xml" in names:
        return Opened(tuple(_calamine(content, file)), {}, has_formats=False)
    if "xl/workbook.xml" not in names:
        raise InputError("workbook_unknown", where=file)
    return _xlsx(content, file)


def _refuse_unsafe(archive: zipfile.ZipFile, names: list[str], file: str) -> None:
    """Raises InputError for a file with macros, links to elsewhere, entities, or more in it than a report can need."""
    for name in names:
        if any(each in name for each in _MACROS):
            raise InputError("workbook_macros", where=file)
        if any(each in name for each in _EXTERNAL):
            raise InputError("workbook_external", where=file, part=name)
    if len(names) > _MOST_PARTS:
        raise InputError("workbook_too_large", where=file, size=len(names), most=_MOST_PARTS)
    unpacked, most = 0, _Counted(file)
    for each in archive.infolist():
        if each.flag_bits & 1:
            raise InputError("workbook_encrypted", where=file)
        with archive.open(each) as part:
            data = part.read(_MOST_UNPACKED - unpacked + 1)
        unpacked += len(data)
        if unpacked > _MOST_UNPACKED:
            raise InputError("workbook_too_large", where=file, size=unpacked, most=_MOST_UNPACKED)
        if each.filename.lower().endswith((".xml", ".rels", ".vml")):
            if _ENTITY.search(data) or _ENTITY.search(data.replace(b"\0", b"")):
                raise InputError("workbook_entities", where=file, part=each.filename)
            if b"ddeLink" in data or _DDE.search(data):
                raise InputError("workbook_external", where=file, part=each.filename)
            most.add(data)


_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_AREA = re.compile(rb"<(?:\w+:)?mergeCell [^>]*ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_DDE = re.compile(rb"<(?:\w+:)?f[ >][^<]*\|[^<]*!|of:=DDE\(|table:formula=[\"'][^\"']*DDE\(", re.I)
_REPEATED = re.compile(
    rb"<table:table-row(?:[^>]*?number-rows-repeated=[\"'](?P<rows>\d+))?"
    rb"|<table:(?:covered-)?table-cell(?P<cell>[^>]*?)(?P<blank>/?)>"
)
_COLUMNS = re.compile(rb"number-columns-repeated=[\"'](\d+)")


@dataclass
class _Counted:
    """What the parts of a file have in them, each bounded: tags, cells, cells of merged areas and repeated ones."""

    file: str
    tags: int = 0
    cells: int = 0

    def add(self, data: bytes) -> None:
        """Adds one part. Raises InputError where there is more than a report can need."""
        self.tags += data.count(b"<")
        self.cells += len(_CELL.findall(data))
        for first, top, last, bottom in _AREA.findall(data):
            self.cells += (int(bottom) - int(top) + 1) * (_number(last) - _number(first) + 1)
            self._hold()
        self._add_repeated(data)
        self._hold()

    def _add_repeated(self, data: bytes) -> None:
        """Cells of an OpenDocument sheet that hold something, as often as they and their rows are repeated."""
        rows = 1
        for match in _REPEATED.finditer(data):
            if match["cell"] is None:
                rows = int((match["rows"] or b"1")[:9])
                if rows > _MOST_REPEATED:
                    raise InputError("workbook_too_large", where=self.file, size=rows, most=_MOST_REPEATED)
            elif not match["blank"]:
                columns = _COLUMNS.search(match["cell"])
                self.cells += rows * (int(columns[1][:9]) if columns else 1)
                self._hold()

    def _hold(self) -> None:
        for size, most in ((self.tags, _MOST_TAGS), (self.cells, MOST_CELLS)):
            if size > most:
                raise InputError("workbook_too_large", where=self.file, size=size, most=most)


def _number(letters: bytes) -> int:
    """A column's number by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xlsx(content: bytes, file: str) -> Opened:
    """An .xlsx: cells and formulas with openpyxl, what formulas were last computed as with python-calamine."""
    openpyxl = _library("openpyxl", file)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False, rich_text=True)
    except Exception as error:  # whatever a broken file makes the library raise
        raise InputError("workbook_broken", where=file) from error
    names = {
        name: match[1] for name, each in book.defined_names.items() if (match := _NAME.fullmatch(f"={each.value}"))
    }
    has_formulas = any(each.data_type == "f" for sheet in book.worksheets for each in sheet._cells.values())
    computed = {grid.name: grid for grid in _calamine(content, file)} if has_formulas else {}
    return Opened(tuple(_of_openpyxl(book, computed, file)), names)


def _of_openpyxl(book: Any, computed: Mapping[str, Grid], file: str) -> Iterator[Grid]:
    altered = {number for number, font in enumerate(book._fonts) if font.strike or font.vertAlign or _is_white(font)}
    for sheet in book.worksheets:
        known, cells = computed.get(sheet.title, Grid(sheet.title, {})), dict[Spot, GridCell]()
        for (row, column), each in sheet._cells.items():
            if row > _MOST_ROWS or column > _MOST_COLUMNS:
                if each.value is None:
                    continue
                raise InputError("workbook_too_large", where=f"{file}, {sheet.title}", size=row, most=_MOST_ROWS)
            is_formula = each.data_type == "f"
            value, aside, is_unsure = _seen(known[row - 1, column - 1].value if is_formula else each.value)
            if value is not None or is_formula:
                is_altered = is_unsure or each._style.fontId in altered
                place = row - 1, column - 1
                said = "" if each.comment is None or each.comment.author == COMMENTS_BY else each.comment.text
                cells[place] = GridCell(_raw(value), is_formula, each.number_format, is_altered, aside, said.strip())
        merged = {
            (each.min_row - 1, each.min_col - 1): (each.max_row - 1, each.max_col - 1)
            for each in sheet.merged_cells.ranges
        }
        rows = frozenset(number - 1 for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0)
        widths = [each for each in sheet.column_dimensions.values() if each.hidden or each.width == 0]
        columns = frozenset(number - 1 for each in widths for number in range(each.min, each.max + 1))
        yield Grid(sheet.title, cells, merged, False, rows, columns, sheet.sheet_state != "visible")


def _is_white(font: Any) -> bool:
    return font.color is not None and font.color.type == "rgb" and str(font.color.rgb).endswith("FFFFFF")


def _seen(value: Any) -> tuple[Any, str, bool]:
    """A cell's content without what is struck out or raised in it, that, and whether no number can be read in it."""
    if not isinstance(value, list):
        return value, "", False
    fonts = [(str(each), getattr(each, "font", None)) for each in value]
    return told_apart([(text, bool(font and font.strike), bool(font and font.vertAlign)) for text, font in fonts])


def told_apart(pieces: Sequence[tuple[str, bool, bool]]) -> tuple[str, str, bool]:
    """A text without what is struck out or raised in it, that, and whether no number can be read in it.

    `pieces` are its parts, each with whether it is struck out and whether it is raised. A raised digit behind a number
    is a footnote's mark, and in words a part of them; elsewhere in a number nobody knows what it is.
    """
    plain = "".join(text for text, is_struck, is_raised in pieces if not (is_struck or is_raised))
    raised = [is_raised for text, _, is_raised in pieces if text.strip()]
    is_mark = raised == sorted(raised) and is_like_a_number(plain.strip())
    beside = [is_struck or (is_raised and is_mark) for _, is_struck, is_raised in pieces]
    seen = "".join(text for (text, _, _), is_beside in zip(pieces, beside, strict=True) if not is_beside)
    aside = "".join(text for (text, _, _), is_beside in zip(pieces, beside, strict=True) if is_beside)
    if not seen.strip():
        return "".join(text for text, _, _ in pieces), "", any(beside)
    return seen, aside.strip(), any(raised) and not is_mark and _NUMBER_WITH_UNIT.fullmatch(seen.strip()) is not None


_NUMBER_WITH_UNIT = re.compile(r"[\d,.\s]+\D{0,3}")


def _raw(value: Any) -> Raw:
    """A value as the grid knows it; rich texts and what else the library has as their words."""
    return value if type(value) in _RAW else str(value)


_RAW = (str, int, float, bool, date, datetime, time, type(None))


def _old(content: bytes, file: str) -> Opened:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError("workbook_encrypted", where=file)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise InputError("workbook_macros", where=file)
    return Opened(tuple(_calamine(content, file)), {}, has_formats=False)


def _calamine(content: bytes, file: str) -> Iterator[Grid]:
    """A file's values with python-calamine, which doesn't say which of them are of formulas."""
    calamine = _library("python_calamine", file)
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
    if sheet.height > _MOST_ROWS or sheet.width > _MOST_COLUMNS:
        where = f"{file}, {sheet.name}"
        raise InputError("workbook_too_large", where=where, size=sheet.height, most=_MOST_ROWS)
    cells = {
        (row, column): GridCell(_raw(value))
        for row, values in enumerate(sheet.to_python(skip_empty_area=False))
        for column, value in enumerate(values)
        if value != ""
    }
    return Grid(sheet.name, cells, dict(sheet.merged_cell_ranges or ()), is_hidden=is_hidden)


def _csv(content: bytes, file: str) -> Grid:
    """A text with separated values, as spreadsheets write it: UTF-8 or GB18030, commas, tabs or semicolons."""
    if b"\0" in content:
        raise InputError("workbook_unknown", where=file)
    for encoding in _ENCODINGS:
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
    if len(rows) > _MOST_ROWS or sum(map(len, rows)) > MOST_CELLS:
        raise InputError("workbook_too_large", where=file, size=len(rows), most=_MOST_ROWS)
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


def _library(name: str, file: str) -> Any:
    """A library of the extra. Raises InputError that says what to install."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise InputError("excel_not_installed", where=file) from error
