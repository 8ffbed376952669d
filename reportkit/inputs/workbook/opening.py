"""A file that was handed in → its sheets, within bounds: nothing of it is computed, followed or run."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid
from reportkit.inputs.workbook.bounds import MOST_BYTES, refuse_unsafe
from reportkit.inputs.workbook.ods_formats import with_formats
from reportkit.inputs.workbook.separated import read_separated
from reportkit.inputs.workbook.values import read_values
from reportkit.inputs.workbook.xlsx import read_xlsx

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TEXT = (".xlsx", ".xlsm", ".xls", ".ods", ".et")
"""Endings of files that are no plain text."""


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
    return Opened((read_separated(content, file),), {})


def _zipped(content: bytes, file: str) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [each.filename.lower() for each in archive.infolist()]
            refuse_unsafe(archive, names, file)
            is_ods = "mimetype" in names and "content.xml" in names
            parts = [archive.read(each) if is_ods and each in names else b"" for each in ("content.xml", "styles.xml")]
            grids = with_formats(tuple(read_values(content, file)), *parts) if is_ods else ()
    except (zipfile.BadZipFile, NotImplementedError, KeyError, EOFError, ValueError, OSError, RuntimeError) as error:
        raise InputError("workbook_broken", where=file) from error
    if is_ods:
        return Opened(grids, {})
    if "xl/workbook.xml" not in names:
        raise InputError("workbook_unknown", where=file)
    return Opened(*read_xlsx(content, file))


def _old(content: bytes, file: str) -> Opened:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError("workbook_encrypted", where=file)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise InputError("workbook_macros", where=file)
    return Opened(tuple(read_values(content, file)), {}, has_formats=False)
