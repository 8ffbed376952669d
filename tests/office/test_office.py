"""report.docx in a real LibreOffice: as many pages as the PDF, every figure and merge, headings, marks."""

import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import nbformat
import pikepdf
import pypdfium2
import pytest
from pylopdf_fonts_zh_cn import sans_path

from reportkit.model import Table
from reportkit.publishing.blocks import StatutoryTable, blocks
from reportkit.publishing.fonts import SANS, SERIF
from reportkit.publishing.pdflayout import BOTTOM, TOP
from reportkit.publishing.pdftext import page_characters, page_texts, pages_of
from reportkit.publishing.read_back import verify_draft_mark, verify_pdf
from tests.grids import joined

SERVED = {
    SERIF: ("方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "宋体", "Times New Roman"),
    SANS: ("黑体",),
}
"""The families that the styles name, by the bundled one that stands in for them here."""

OPTIONS = 'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean","value":"true"}}'
REPORTS = {"2024/suqian": False, "2023/nangang-ysj": True, "2019/shanghai-fgt": True}
"""Reports of both editions, and whether each is a draft."""


@dataclass(frozen=True)
class Opened:
    """A report as the project published it, and what LibreOffice made of its Word file."""

    pdf: bytes
    converted: bytes
    tables: list[Table]
    draft: bool


def fontconfig(folder: Path) -> Path:
    """A fontconfig file by which nothing but the bundled fonts is found, under the official names too."""
    aliases = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match>'
        for family, names in SERVED.items()
        for name in names
    )
    path = folder / "fonts.conf"
    fonts, cache = escape(str(sans_path().parent)), escape(str(folder / "fontcache"))
    path.write_text(f"<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>{aliases}</fontconfig>", "utf-8")
    return path


@pytest.fixture(scope="session")
def opened(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    """The shipped reports built, and their Word files converted by one LibreOffice with a profile of its own."""
    soffice = shutil.which("soffice")
    assert soffice is not None, "LibreOffice is needed: apt-get install libreoffice-writer-nogui"
    folder = tmp_path_factory.mktemp("office")
    places = {
        name: built_project / "outputs" / ("drafts" if draft else "") / name / "report.docx"
        for name, draft in REPORTS.items()
    }
    given = [folder / f"{name.replace('/', '-')}.docx" for name in REPORTS]
    for source, target in zip(places.values(), given, strict=True):
        shutil.copy(source, target)
    subprocess.run(
        [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", OPTIONS,
         "--outdir", str(folder / "converted"), *map(str, given)],
        env={"FONTCONFIG_FILE": str(fontconfig(folder)), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    found = {}
    for (name, place), each in zip(places.items(), given, strict=True):
        notebook = nbformat.read(place.parent / "report.ipynb", as_version=4)  # type: ignore[no-untyped-call]
        tables = [block.table for block in blocks(notebook) if isinstance(block, StatutoryTable)]
        converted = (folder / "converted" / f"{each.stem}.pdf").read_bytes()
        found[name] = Opened((place.parent / "report.pdf").read_bytes(), converted, tables, REPORTS[name])
    return found


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, opened: dict[str, Opened]) -> Opened:
    return opened[request.param]


def test_it_has_as_many_pages_as_the_pdf_give_or_take_one(report: Opened) -> None:
    assert abs(len(page_texts(report.converted)) - len(page_texts(report.pdf))) <= 1


def test_every_figure_and_merge_is_in_its_place(report: Opened) -> None:
    assert len(report.tables) == 3
    verify_pdf(joined(pages_of(report.converted)), report.tables)


def test_table_two_leaves_no_page_half_empty_before_it(report: Opened) -> None:
    """It goes on over the page, each of its blocks whole."""
    pages = pages_of(report.converted)
    number = next(n for n, each in enumerate(page_texts(report.converted)) if "第二十条第（一）项" in each)
    before = [each for page in pages[number - 1 : number] for each in page.characters if each.middle_y > 80]
    assert min(each.bottom for each in before) < (BOTTOM + TOP) / 2


def test_the_draft_mark_is_on_each_page_of_a_draft_alone(report: Opened) -> None:
    verify_draft_mark(pages_of(report.converted), report.draft)


def test_its_headings_are_those_of_the_pdf(report: Opened) -> None:
    outlines = []
    for content in (report.converted, report.pdf):
        with pikepdf.open(io.BytesIO(content)) as document, document.open_outline() as outline:
            outlines.append([(each.title, [below.title for below in each.children]) for each in outline.root])
    assert outlines[0] == outlines[1]
    assert len(outlines[0]) == 6


def test_page_numbers_stand_at_the_outer_edge(report: Opened) -> None:
    document = pypdfium2.PdfDocument(report.converted)
    for number in range(1, len(document) + 1):
        foot = [each for each in page_characters(document[number - 1]) if each.middle_y < 80]
        assert "".join(each.text for each in sorted(foot, key=lambda each: each.x)) == f"—{number}—"
        assert (min(each.x for each in foot) > 400) if number % 2 else (max(each.x for each in foot) < 200)
    document.close()


def test_a_page_of_words_has_twenty_two_lines_of_at_most_twenty_eight_characters(opened: dict[str, Opened]) -> None:
    document = pypdfium2.PdfDocument(opened["2024/suqian"].converted)
    words = [each for each in page_characters(document[1]) if each.middle_y > 80]
    document.close()
    lines = sorted({round(each.baseline) for each in words}, reverse=True)
    assert len(lines) == 22
    assert lines[0] - lines[-1] == pytest.approx(21 * 29, abs=1.5)
    full = [[each for each in words if round(each.baseline) == line and ord(each.text) > 0x2E80] for line in lines]
    assert 26 <= max(len(each) for each in full) <= 28


def test_only_the_bundled_fonts_served(report: Opened) -> None:
    with pikepdf.open(io.BytesIO(report.converted)) as document:
        names = {str(each.FontName) for each in document.objects
                 if isinstance(each, pikepdf.Dictionary) and "/FontName" in each}  # fmt: skip
    assert names
    assert all("NotoS" in name for name in names)
