"""What a file may hold to be read at all: how much, and nothing that leads elsewhere, computes or runs."""

import re
import zipfile
from dataclasses import dataclass

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import column_of

MOST_BYTES = 20_000_000
"""Of a file."""
_MOST_UNPACKED = 60_000_000
_MOST_PARTS = 500
MOST_CELLS = 100_000
_MOST_TAGS = 600_000
_MOST_REPEATED = 1_100_000
"""Rows of a spreadsheet, which are repeated to the end of a blank sheet."""
MOST_ROWS, MOST_COLUMNS = 20_000, 500
_EXTERNAL = ("externallinks/", "embeddings/", "connections.xml", "activex/")
_MACROS = ("vbaproject.bin", "macrosheets/", "basic/", "scripts/")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)


def refuse_unsafe(archive: zipfile.ZipFile, names: list[str], file: str) -> None:
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
            self.cells += (int(bottom) - int(top) + 1) * (column_of(last.decode()) - column_of(first.decode()) + 1)
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
