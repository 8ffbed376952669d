"""What one report with all additions says in each format, held against tests/goldens/additions/: in reading order."""

import base64
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from lxml import etree, html

from reportkit.model import Outcome
from tests.conftest import Golden
from tests.golden_scene import REPORT, write_scene
from tests.reviewing import build_one

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SAID = ("h1", "h2", "h3", "h4", "p", "li", "figcaption", "caption", "summary", "tr", "img", "svg")


@pytest.fixture(scope="module")
def folder(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one report, built and published."""
    root = write_scene(repository, tmp_path_factory.mktemp("additions") / "project")
    bundle = build_one(root, report=REPORT)
    assert bundle.failure is None
    assert bundle.outcome is Outcome.PUBLISHED, [str(each) for each in bundle.findings if each.blocks]
    return root / "outputs" / str(REPORT[0]) / REPORT[1]


def said_in_page(page: Any) -> Iterator[str]:
    """A line for each paragraph, row, caption and picture of a page or a fragment."""
    for style in page.xpath("//style | //script | //head"):
        style.getparent().remove(style)
    for element in page.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        inside = {etree.QName(each).localname for each in element.iterancestors()}
        if name not in _SAID or inside & {"svg", "p", "li", "tr", "figcaption"} - ({"p"} if name == "img" else set()):
            continue
        if name == "tr":
            cells = [" ".join(cell.text_content().split()) for cell in element if cell.tag in ("td", "th")]
            yield f"| {' | '.join(cells)} |"
        elif name in ("img", "svg"):
            yield f"[{element.get('alt') or element.get('aria-label')}]"
        elif text := " ".join(element.text_content().split()):
            yield f"{'#' * int(name[1])} {text}" if name[0] == "h" else text


def said_in_word(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))[0]

    def text(element: Any) -> str:
        return "".join(each.text or "" for each in element.iter(f"{WORD}t"))

    for element in body:
        if element.tag == f"{WORD}tbl":
            for row in element.iter(f"{WORD}tr"):
                yield f"| {' | '.join(text(cell) for cell in row.iter(f'{WORD}tc'))} |"
        elif element.tag == f"{WORD}p":
            yield from (f"[{each.get('descr')}]" for each in element.iter() if str(each.tag).endswith("}docPr"))
            if said := text(element).strip():
                yield said


def said_in_pdf(content: bytes) -> Iterator[str]:
    """The text of each page as its lines, then the alternative texts in the order of the structure tree."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        yield f"-- {page.get_width():.0f} × {page.get_height():.0f}"
        yield from filter(None, (line.strip() for line in page.get_textpage().get_text_bounded().splitlines()))
    document.close()
    with pikepdf.open(io.BytesIO(content)) as file:
        yield from (f"[{each}]" for each in _alternatives(file.Root.StructTreeRoot))


def _alternatives(node: Any) -> Iterator[str]:
    if isinstance(node, pikepdf.Dictionary):
        if "/Alt" in node:
            yield str(node.Alt)
        below = node.get("/K")
        for each in below if isinstance(below, pikepdf.Array) else [below]:
            yield from _alternatives(each)


def test_the_page_says_what_it_did(folder: Path, golden: Golden) -> None:
    page = html.document_fromstring((folder / "report.html").read_text(encoding="utf-8"))
    golden("additions/report.html.txt", "".join(f"{line}\n" for line in said_in_page(page)))


def test_the_fragment_says_what_it_did(folder: Path, golden: Golden) -> None:
    page = html.document_fromstring((folder / "report.fragment.html").read_text(encoding="utf-8"))
    golden("additions/report.fragment.txt", "".join(f"{line}\n" for line in said_in_page(page)))


def test_the_word_file_says_what_it_did(folder: Path, golden: Golden) -> None:
    lines = said_in_word((folder / "report.docx").read_bytes())
    golden("additions/report.docx.txt", "".join(f"{line}\n" for line in lines))


def test_the_pdf_says_what_it_did(folder: Path, golden: Golden) -> None:
    lines = said_in_pdf((folder / "report.pdf").read_bytes())
    golden("additions/report.pdf.txt", "".join(f"{line}\n" for line in lines))


def test_a_photo_is_its_own_pixels_in_word_and_in_the_fragment(folder: Path) -> None:
    """Drawn again it would be a PNG several times as large."""
    with zipfile.ZipFile(folder / "report.docx") as archive:
        files = {name.removeprefix("word/media/") for name in archive.namelist() if name.startswith("word/media/")}
        own = archive.read("word/media/chart6.jpeg")
    assert own.startswith(b"\xff\xd8\xff")
    assert {"chart3.png", "chart4.png", "chart4.svg", "chart6.jpeg"} <= files
    assert not {"chart3.svg", "chart6.svg", "chart6.png"} & files
    page = html.document_fromstring((folder / "report.fragment.html").read_text(encoding="utf-8"))
    assert page.xpath("//img/@src")[-1] == f"data:image/jpeg;base64,{base64.b64encode(own).decode()}"
