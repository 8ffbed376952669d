"""Workbooks that mean harm, or are none: each must be refused soon, and nothing of it followed or computed."""

import io
import zipfile
from collections.abc import Mapping

from openpyxl import Workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def plain() -> bytes:
    """A workbook without harm, to which some is added."""
    book = Workbook()
    book.active["A1"] = "宿迁市人民政府2024年政府信息公开情况表"
    book.active["A2"] = 1
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def packed(parts: Mapping[str, bytes], start: bytes | None = None) -> bytes:
    """A zip file with these parts, those of a file that is given too where they aren't named."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        if start is not None:
            with zipfile.ZipFile(io.BytesIO(start)) as old:
                for name in old.namelist():
                    if name not in parts:
                        new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return made.getvalue()


def sheet(inside: str, *, before: str = "", behind: str = "", start: str = "") -> bytes:
    """A sheet's XML with rows of one's own."""
    return f"{start}<worksheet xmlns='{MAIN}'>{before}<sheetData>{inside}</sheetData>{behind}</worksheet>".encode()


def with_sheet(data: bytes) -> bytes:
    return packed({"xl/worksheets/sheet1.xml": data}, plain())


def ods(content: str) -> bytes:
    head = (
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>"
    )
    text = (
        f"{head}<office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/></manifest:manifest>"
    )
    parts = {"mimetype": kind, "content.xml": text, "META-INF/manifest.xml": manifest}
    return packed({name: data.encode() for name, data in parts.items()})


def encrypted_zip() -> bytes:
    data = bytearray(plain())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def hostile() -> dict[str, bytes]:
    """Files by name."""
    whole, many = plain(), 1_100_000
    cells = "".join(f"<row r='{row}'><c r='A{row}'><v>1</v></c></row>" for row in range(1, 250_000))
    return {
        "a bomb.xlsx": packed({"xl/workbook.xml": b"\0" * 1_000_000_000}),
        "a bomb in many parts.xlsx": packed({f"xl/media/{n}": b"\0" * 30_000_000 for n in range(20)}, whole),
        "too many parts.xlsx": packed({f"xl/{n}.xml": b"" for n in range(2_000)}, whole),
        "too many cells.xlsx": with_sheet(sheet(cells)),
        "too many rows.xlsx": with_sheet(sheet("<row/>" * 5_000_000)),
        "too many styles.xlsx": packed(
            {"xl/styles.xml": f"<styleSheet xmlns='{MAIN}'><cellXfs>{'<xf/>' * many}</cellXfs></styleSheet>".encode()},
            whole,
        ),
        "a merged area of everything.xlsx": with_sheet(
            sheet(
                "<row r='1'><c r='A1'><v>1</v></c></row>",
                behind="<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>",
            )
        ),
        "many merged areas.xlsx": with_sheet(
            sheet(
                "",
                behind="<mergeCells>"
                + "".join(f"<mergeCell ref='A{n}:XFD{n}'/>" for n in range(1, 999))
                + "</mergeCells>",
            )
        ),
        "a cell far away.xlsx": with_sheet(sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")),
        "laughs.xlsx": with_sheet(sheet("<row r='1'><c r='A1' t='str'><v>&j;</v></c></row>", start=LAUGHS)),
        "laughs in strings.xlsx": packed({"xl/sharedStrings.xml": f"{LAUGHS}<sst xmlns='{MAIN}'/>".encode()}, whole),
        "laughs in two bytes.xlsx": with_sheet(
            b"\xff\xfe" + f"{LAUGHS}<worksheet xmlns='{MAIN}'/>".encode("utf-16-le")
        ),
        "a file of elsewhere.xlsx": with_sheet(
            sheet("<row r='1'><c r='A1' t='str'><v>&a;</v></c></row>", start=OUTSIDE)
        ),
        "links.xlsx": packed({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, whole),
        "connections.xlsx": packed({"xl/connections.xml": b"<connections/>"}, whole),
        "dde.xlsx": with_sheet(sheet("<row r='1'><c r='A1'><f>cmd|' /C calc'!A0</f><v>1</v></c></row>")),
        "dde link.xlsx": packed({"xl/other.xml": b"<ddeLink/>"}, whole),
        "embedded.xlsx": packed({"xl/embeddings/oleObject1.bin": b"x"}, whole),
        "macros.xlsm": packed({"xl/vbaProject.bin": b"x"}, whole),
        "old macros.xlsx": packed({"xl/macrosheets/sheet1.xml": b"<x/>"}, whole),
        "encrypted.xlsx": OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "encrypted zip.xlsx": encrypted_zip(),
        "old with macros.xls": OLE + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le"),
        "noise.xls": OLE + bytes(range(256)) * 40,
        "nothing.xlsx": b"",
        "no workbook.xlsx": packed({"a.txt": b"x"}),
        **{f"cut off at {share}.xlsx": whole[: len(whole) * share // 100] for share in (2, 50, 98)},
        "a repeated row.ods": ods(
            "<table:table table:name='a'><table:table-row table:number-rows-repeated='2000000000'>"
            "<table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>"
        ),
        "repeated cells.ods": ods(
            "<table:table table:name='a'>"
            + (
                "<table:table-row table:number-rows-repeated='1000000'><table:table-cell "
                "table:number-columns-repeated='16000' office:value-type='float' office:value='1'><text:p>1</text:p>"
                "</table:table-cell></table:table-row>"
            )
            * 3
            + "</table:table>"
        ),
        "entities.ods": packed(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": f"{LAUGHS}<x>&j;</x>".encode(),
            }
        ),
        "scripts.ods": packed(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"<x/>",
                "Basic/Standard/Module1.xml": b"<x/>",
            }
        ),
        "very long.csv": b"1," * 12_000_000,
        "very wide.csv": b"a" + b",1" * 900_000,
        "a quote never closed.csv": b'"' + b"a,\n" * 500_000,
        "picture.csv": b"\x89PNG\r\n\x1a\n\0\0",
    }
