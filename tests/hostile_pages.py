"""Files that look like published reports and mean harm: bombs, depth, scripts, entities, what leads elsewhere."""

import io
import zipfile
import zlib

import pikepdf

from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.word import ReportWordExporter
from tests.documents import report

ABOUT = {
    "title": "宿迁市人民政府2024年政府信息公开工作年度报告",
    "title_lines": ["宿迁市人民政府", "2024年政府信息公开工作年度报告"],
    "name": "宿迁市人民政府",
}
WORD = "word/document.xml"


def page() -> str:
    """A report's page that means no harm."""
    return str(ReportHTMLExporter().from_notebook_node(report(**ABOUT))[0])


def word(change: dict[str, bytes] | None = None) -> bytes:
    """A report's Word file, with some parts changed."""
    content, _ = ReportWordExporter().from_notebook_node(report(**ABOUT))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (change or {}).get(name, old.read(name)))
    return made.getvalue()


def document_of(old: bytes, before: bytes) -> bytes:
    """A Word document's XML with something before its root."""
    return old.replace(b"<w:document", before + b"<w:document", 1)


def pdf() -> bytes:
    content, _ = ReportPDFExporter().from_notebook_node(report(**ABOUT))
    assert isinstance(content, bytes)
    return content


def pdf_with(stream: bytes, *, pages: int = 1, packed: bool = True) -> bytes:
    """A PDF whose pages have some content."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
            document.pages[-1].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            if packed:
                content = pikepdf.Stream(document, zlib.compress(stream, 9))
                content.Filter = pikepdf.Name.FlateDecode
            else:
                content = pikepdf.Stream(document, stream)
            document.pages[-1].Contents = document.make_indirect(content)
        document.save(made)
    return made.getvalue()


def hostile() -> dict[str, bytes]:
    """By name, every file."""
    whole, a_word = page(), word()
    with zipfile.ZipFile(io.BytesIO(a_word)) as opened:
        document = opened.read(WORD)
    laughs = (
        b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]>"
    )
    cell = "<td>1</td>"
    return {
        "deep.html": (whole + "<div>" * 100_000).encode(),
        "deep tables.html": (whole + "<table><tr><td>" * 30_000).encode(),
        "marks.html": (whole + "".join(f"<b id={n}><p>" for n in range(5_000))).encode(),
        "many cells.html": (whole + f"<table>{'<tr>' + cell * 500 + '</tr>'}" * 300).encode(),
        "many tags.html": (whole + "<i></i>" * 400_000).encode(),
        "spans.html": (whole + "<table>" + "<tr><td colspan=1000 rowspan=65000>1</td></tr>" * 2_000).encode(),
        "large.html": b"<html>" + b"a" * 30_000_000,
        "attribute.html": (whole + f"<p {'a' * 5_000_000}=1>").encode(),
        "entities.docx": word({WORD: document_of(document, laughs)}),
        "elsewhere.docx": word(
            {WORD: document_of(document, b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>')}
        ),
        "bomb.docx": word({WORD: document.replace(b"</w:body>", b" " * 300_000_000 + b"</w:body>")}),
        "deep.docx": word({WORD: document.replace(b"</w:body>", b"<w:sdt>" * 100_000 + b"</w:body>")}),
        "cut.docx": a_word[: len(a_word) // 2],
        "cut.pdf": pdf()[:20_000],
        "bomb.pdf": pdf_with(b"q Q " * 50_000_000),
        "many pages.pdf": pdf_with(b"BT /F1 12 Tf (1) Tj ET", pages=500),
        "many lines.pdf": pdf_with(b"0 0 m 9 9 l S " * 200_000),
        "many letters.pdf": pdf_with(b"BT /F1 12 Tf (" + b"1" * 500_000 + b") Tj ET"),
        "deep.pdf": pdf_with(b"q " * 2_000_000),
        "noise.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 2_000,
        "noise.html": b"<html>" + bytes(range(256)) * 2_000,
        "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 1_000,
        "nothing.txt": b"",
        "long.txt": "一、本年新收政府信息公开申请数量 1 ".encode() * 100_000,
    }
