"""A file of a published report → its blocks, by what it holds and not by its name; nothing is fetched or run."""

import re

from reportkit.errors import InputError
from reportkit.inputs.published.html_page import open_html
from reportkit.inputs.published.old_word import as_docx
from reportkit.inputs.published.page import Page
from reportkit.inputs.published.pdf_page import open_pdf
from reportkit.inputs.published.text_page import open_text
from reportkit.inputs.published.word_page import open_word

_ZIP, _OLE, _RTF, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"%PDF-"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p|h[1-6]|article|section|center)\b", re.I)
_LOOKED_AT = 4_000
"""Bytes at a file's beginning that say what it is."""


def open_page(content: bytes, file: str) -> Page:
    """The blocks of a web page, PDF, Word file or text. Raises InputError for any other, and for what is unsafe."""
    start = content[:_LOOKED_AT]
    if _PDF in start[:1024]:
        return open_pdf(content, file)
    if content.startswith(_ZIP):
        return open_word(content, file)
    if content.startswith((_OLE, _RTF)):
        return open_word(as_docx(content, file), file)
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")):
        raise InputError("published_scanned", where=file)
    if _HTML.search(start.replace(b"\0", b"")) or b"multipart/related" in start:
        return open_html(content, file)
    return open_text(content, file)
