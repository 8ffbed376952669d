"""What a PDF may hold to be read at all: pages, and what is drawn on each, counted before it is looked at closely."""

import io
import zlib
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from reportkit.errors import InputError

MOST_PAGES = 80
_MOST_BYTES = 400_000
"""Of what draws one page, unpacked."""
_MOST_MARKS = 60_000
"""Characters, and other things that are drawn, on one page."""


def refuse_bombs(content: bytes, file: str) -> None:
    """Raises InputError for a PDF with more in it than a report can need, and one that is encrypted or broken."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if len(document.pages) > MOST_PAGES:
                raise InputError("published_too_large", where=file, size=len(document.pages), most=MOST_PAGES)
            for number, page in enumerate(document.pages, 1):
                size = sum(_unpacked(each) for each in _drawing(page.obj, depth=0))
                if size > _MOST_BYTES:
                    raise InputError("published_too_large", where=_page(file, number), size=size, most=_MOST_BYTES)
    except pikepdf.PasswordError as error:
        raise InputError("published_encrypted", where=file) from error
    except (pikepdf.PdfError, zlib.error, ValueError, TypeError) as error:
        raise InputError("published_unreadable", where=file) from error
    _refuse_crowded(content, file)


def _page(file: str, number: int) -> str:
    return f"{file}, 第{number}页"


def _drawing(owner: Any, depth: int) -> list[Any]:
    """The streams that draw a page, those of forms in it too."""
    contents = owner.get("/Contents")
    found = [*contents] if isinstance(contents, pikepdf.Array) else [contents] if contents is not None else []
    resources = owner.get("/Resources")
    forms = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if isinstance(forms, pikepdf.Dictionary) and depth < 3:
        for form in forms.values():
            if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == "/Form":
                found += [form, *_drawing(form, depth + 1)]
    return [each for each in found if isinstance(each, pikepdf.Stream)]


def _unpacked(stream: Any) -> int:
    """A stream's bytes once it is unpacked; no more than one page may have is ever unpacked."""
    raw = stream.read_raw_bytes()
    filters = stream.get("/Filter")
    if filters is None or (isinstance(filters, pikepdf.Array) and len(filters) == 0):
        return len(raw)
    if filters == "/FlateDecode" or (isinstance(filters, pikepdf.Array) and [*filters] == ["/FlateDecode"]):
        return len(zlib.decompressobj().decompress(raw, _MOST_BYTES + 1))
    return len(raw) * 20 if len(raw) * 20 > _MOST_BYTES else len(raw)


def _refuse_crowded(content: bytes, file: str) -> None:
    """Raises InputError for a page on which more is drawn than anybody could read."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise InputError("published_unreadable", where=file) from error
    try:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            marks = max(pdfium.FPDFPage_CountObjects(page.raw), text.count_chars())
            text.close()
            page.close()
            if marks > _MOST_MARKS:
                raise InputError("published_too_large", where=_page(file, number + 1), size=marks, most=_MOST_MARKS)
    finally:
        document.close()
