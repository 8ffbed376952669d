"""Published reports as PDFs, made when a test asks for them.

TYPESET_PDFS need nothing but Typst; PRINTED_PDFS need Chromium, OFFICE_PDFS LibreOffice.
"""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pypdfium2

from tests.published.cms_pages import trs_editor, trs_ueditor
from tests.published.figures import Report, invented, real
from tests.published.file_pages import print_view, word_html
from tests.published.markup import nbsp_for_blank, renamed, signed, source_of
from tests.published.number_pages import hidden_elements
from tests.published.source import Source, Value
from tests.published.table_pages import flex_rows
from tests.published.typesetting import Sheet, typeset, with_filled_rules
from tests.published.word_files import word_document
from tests.published.words import OLD_NAMES, RUN_IN

_A4 = 'paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm)'
_DASHED_NUMBER = "footer: align(center, text(size: 12pt)[— #context counter(page).display() —])"


def _typeset(name: str, report: Report, sheet: Sheet, *, told: frozenset[str] = frozenset()) -> Source:
    source = source_of(name, report, typeset(report, sheet), headings=sheet.headings, told=told)
    return replace(source, kind="pdf")


@cache
def word_export() -> Source:
    """Word's export: every cell ruled by lines; table 二 goes on over a page's end; digits as typed."""
    return _typeset("word_export", real("suqian-2023", "市"), Sheet())


@cache
def wps_export() -> Source:
    """WPS's export: borders are thin filled rectangles; page numbers — 1 — at the foot."""
    sheet = Sheet(page=f"{_A4}, {_DASHED_NUMBER}")
    source = _typeset("wps_export", invented("云川市财政局", 2023), sheet)
    with TemporaryDirectory() as folder:
        return replace(source, content=with_filled_rules(source.content, Path(folder) / "ruled.pdf"))


@cache
def three_lines() -> Source:
    """Three-line tables: a rule above, below the head and below the table; no vertical rules."""
    sheet = Sheet(rules="three", headings=RUN_IN, page=f"{_A4}, {_DASHED_NUMBER}")
    return _typeset("three_lines", invented("云川市统计局", 2024), sheet)


@cache
def no_rules() -> Source:
    """Tables without any rule: columns by alignment alone."""
    return _typeset("no_rules", invented("云川市文物局", 2023), Sheet(rules="none"))


@cache
def unruled_right() -> Source:
    """Tables without upright rules, figures at the right of their columns, most of table 三 blank."""
    sheet = Sheet(rules="three", aligned="right + horizon", labels_aligned="left + horizon")
    return _typeset("unruled_right", real("shuyang-fgj-2023"), sheet)


@cache
def unruled_left() -> Source:
    """Tables without any rule, figures at the left of wide and narrow columns, labels at the top."""
    widths = {
        "disclosure": "(1.4fr, 1fr, 2fr, 1fr)",
        "requests": "(1fr, 1.4fr, 3fr, 2fr, 1fr, 1fr, 1.6fr, 1fr, 1fr, 1fr)",
        "disputes": "(1fr,) * 15",
    }
    sheet = Sheet(rules="none", aligned="left + top", labels_aligned="left + top", size_pt=8, widths=widths)
    return _typeset("unruled_left", invented("云川市林业局", 2024), sheet)


@cache
def unruled_cut_with_head() -> Source:
    """A three-line table 三 over two pages, its head repeated on the second."""
    sheet = Sheet(rules="three", repeated=True, space_before_requests="#v(9cm)\n", aligned="right + horizon")
    return _typeset("unruled_cut_with_head", real("suqian-2023", "市"), sheet)


@cache
def unruled_cut_without_head() -> Source:
    """Table 三 without rules over two pages, without a second head."""
    sheet = Sheet(rules="none", space_before_requests="#v(9cm)\n", page=f"{_A4}, {_DASHED_NUMBER}")
    return _typeset("unruled_cut_without_head", invented("云川市水利局", 2022), sheet)


@cache
def unruled_old_edition() -> Source:
    """The 2019 edition without rules, with blanks and signed changes."""
    report = real("shanghai-fgt-2019", "厅")
    sheet = Sheet(rules="none", shown=_signed_or_blank)
    return _typeset("unruled_old_edition", report, sheet)


@cache
def landscape_disputes() -> Source:
    """Table 四 on a landscape page between upright ones."""
    return _typeset("landscape_disputes", real("suqian-2024", "市"), Sheet(disputes_across=True, headings=OLD_NAMES))


@cache
def cut_with_head() -> Source:
    """Table 三 over two pages, its head repeated on the second."""
    sheet = Sheet(repeated=True, space_before_requests="#v(9cm)\n")
    return _typeset("cut_with_head", invented("云川市教育局", 2024), sheet)


@cache
def cut_without_head() -> Source:
    """Table 三 over two pages without a second head, its merged labels reach over the cut."""
    sheet = Sheet(space_before_requests="#v(11cm)\n", page=f"{_A4}, {_DASHED_NUMBER}")
    return _typeset("cut_without_head", invented("云川市人力资源和社会保障局", 2022), sheet)


@cache
def narrow_columns() -> Source:
    """Columns so narrow that labels stand a character or two a line and long numbers break after four digits."""
    report = real("suqian-2023", "市")
    widths = {
        "disclosure": "(30mm, 12mm, 12mm, 12mm)",
        "requests": "(7mm, 10mm, 30mm) + (9mm,) * 7",
        "disputes": "(8mm,) * 15",
    }
    sheet = Sheet(widths=widths, figure=_broken_after_four, size_pt=8)
    long = frozenset(cell for cell, value in report.cells.items() if len(str(value)) > 4)
    return _typeset("narrow_columns", report, sheet, told=long)


def _broken_after_four(text: str) -> str:
    digits = text.strip('"')
    lines = [f'#"{digits[start : start + 4]}"' for start in range(0, len(digits), 4)]
    return "#linebreak()".join(lines) or '#""'


@cache
def letter_spaced() -> Source:
    """Numbers with letter-spacing, as justified table styles of typesetting programs set them."""
    report = real("suqian-2024", "市")
    several = frozenset(cell for cell, value in report.cells.items() if len(str(value)) > 1)
    return _typeset("letter_spaced", report, Sheet(figure="#text(tracking: 1.5pt)[#{}]".format), told=several)


@cache
def founder_style() -> Source:
    """After 方正书版: 16开, running head on both sides, page number at the outer edge, fine rules."""
    page = (
        "width: 184mm, height: 260mm, margin: 20mm, "
        "header: text(size: 9pt)[云川市人民政府公报 #h(1fr) 2024年第3期 #h(1fr) 部门文件], "
        "footer: context align(if calc.odd(counter(page).get().first()) { right } else { left }, "
        "text(size: 10pt)[· #counter(page).display() ·])"
    )
    return _typeset("founder_style", invented("云川市审计局", 2023), Sheet(page=page, size_pt=7.5))


@cache
def blank_cells() -> Source:
    """A ruled PDF most of whose cells in table 三 are blank."""
    return _typeset("blank_cells", real("shuyang-fgj-2023"), Sheet())


@cache
def old_edition() -> Source:
    """The 2019 edition, ruled, with blanks, signed changes and a total in 元."""
    report = real("shanghai-fgt-2019", "厅")
    return _typeset("old_edition", report, Sheet(shown=_signed_or_blank))


def _signed_or_blank(cell: str, value: Value) -> str:
    return signed(cell, value).replace(nbsp_for_blank(cell, None), "")


@cache
def without_characters() -> Source:
    """A PDF whose fonts don't say which characters their glyphs are: it looks right and can't be read."""
    source = word_export()
    with pikepdf.open(BytesIO(source.content)) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary) and "/ToUnicode" in each:
                del each["/ToUnicode"]
        return _unreadable(source, "without_characters", _saved(document))


@cache
def scanned() -> Source:
    """A scan: each page is one grey picture, slightly turned."""
    source = word_export()
    pages = []
    with pypdfium2.PdfDocument(source.content) as document:
        for number in range(len(document)):
            picture = document[number].render(scale=1.4).to_pil().convert("L")
            pages.append(picture.rotate(0.4, fillcolor=255))
    written = BytesIO()
    pages[0].save(written, format="PDF", save_all=True, append_images=pages[1:])
    return _unreadable(source, "scanned", written.getvalue())


@cache
def locked() -> Source:
    """A PDF that opens with a password only."""
    return _encrypted("locked", user="xxgk2023", readable=False)


@cache
def copying_forbidden() -> Source:
    """A PDF that anyone may open, but its owner forbids copying: its text is readable."""
    return _encrypted("copying_forbidden", user="", readable=True)


def _encrypted(name: str, *, user: str, readable: bool) -> Source:
    source = word_export()
    with pikepdf.open(BytesIO(source.content)) as document:
        rights = pikepdf.Permissions(extract=False, modify_other=False)
        content = _saved(document, encryption=pikepdf.Encryption(user=user, owner="owner", allow=rights))
    return replace(source, name=name, content=content) if readable else _unreadable(source, name, content)


def _saved(document: pikepdf.Pdf, **options: object) -> bytes:
    written = BytesIO()
    document.save(written, **options)
    return written.getvalue()


def _unreadable(source: Source, name: str, content: bytes) -> Source:
    return replace(source, name=name, content=content, truth={}, prose={})


def printed(source: Source, *, name: str) -> Source:
    """A page as Chromium prints it, with the browser's date, title, address and page numbers at the edges."""
    return _converted(
        source,
        name,
        lambda page, folder: (
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"),
            *(f"--print-to-pdf={folder / 'page.pdf'}", page.as_uri()),
        ),
    )


def exported(source: Source, *, name: str) -> Source:
    """A page or a Word file as LibreOffice exports it."""
    return _converted(
        source,
        name,
        lambda page, folder: (
            *("soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
            *("--convert-to", "pdf", "--outdir", str(folder), str(page)),
        ),
    )


def _converted(source: Source, name: str, command: Callable[[Path, Path], tuple[str, ...]]) -> Source:
    with TemporaryDirectory() as made:
        folder = Path(made)
        page = folder / f"page.{source.kind}"
        page.write_bytes(source.content)
        subprocess.run(command(page, folder), check=True, capture_output=True, timeout=240)
        return renamed(source, name, (folder / "page.pdf").read_bytes(), kind="pdf")


@cache
def printed_trs() -> Source:
    """The TRS page with all its furniture, printed."""
    return printed(trs_editor(), name="printed_trs")


@cache
def printed_ueditor() -> Source:
    """A page of 2024 whose cells hold paragraphs, printed."""
    return printed(trs_ueditor(), name="printed_ueditor")


@cache
def printed_view() -> Source:
    """The print view, printed: blocks of text without gaps, tables as wide as the page."""
    return printed(print_view(), name="printed_view")


@cache
def printed_hidden() -> Source:
    """The page with hidden elements, printed: what was hidden isn't there."""
    return printed(hidden_elements(), name="printed_hidden")


@cache
def printed_flex() -> Source:
    """Tables of flex rows, printed: lines between rows, none between columns, heads of table 四 run together.

    Two labels of table 三 are parted from their figures by a page's end.
    """
    source = printed(flex_rows(), name="printed_flex")
    parted = ("requests.received/", "requests.other.unpaid/", "disputes.")
    return replace(source, told=frozenset(cell for cell in source.truth if cell.startswith(parted)))


@cache
def office_from_word_html() -> Source:
    """Word's HTML, exported by LibreOffice."""
    return exported(word_html(), name="office_from_word_html")


@cache
def office_from_docx() -> Source:
    """A Word file, exported by LibreOffice: numbers of four digits break in columns of table 三 made for three."""
    source = exported(word_document(), name="office_from_docx")
    broken = (cell for cell, value in source.truth.items() if cell.startswith("requests.") and len(str(value)) > 3)
    return replace(source, told=frozenset(broken))


TYPESET_PDFS = (
    word_export,
    wps_export,
    three_lines,
    no_rules,
    unruled_right,
    unruled_left,
    unruled_cut_with_head,
    unruled_cut_without_head,
    unruled_old_edition,
    landscape_disputes,
    cut_with_head,
    cut_without_head,
    narrow_columns,
    letter_spaced,
    founder_style,
    blank_cells,
    old_edition,
    without_characters,
    scanned,
    locked,
    copying_forbidden,
)
PRINTED_PDFS = (printed_trs, printed_ueditor, printed_view, printed_hidden, printed_flex)
OFFICE_PDFS = (office_from_word_html, office_from_docx)
