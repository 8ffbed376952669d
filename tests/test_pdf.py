"""The PDF: its typography, its tags, its fonts."""

import io
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest

from reportkit.errors import PublishingError
from reportkit.model import DocumentHead
from reportkit.publishing.pdf import ReportPDFExporter, creation_time
from reportkit.publishing.pdftext import Character, page_characters
from tests.documents import missing_figures, prose_cell, report

MM = 72 / 25.4


def pdf_of(notebook: object) -> bytes:
    pdf, _ = ReportPDFExporter().from_notebook_node(notebook)
    assert isinstance(pdf, bytes)
    return pdf


def characters(pdf: bytes) -> list[list[Character]]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [list(page_characters(document[number])) for number in range(len(document))]
    finally:
        document.close()


def page_texts(pdf: bytes) -> list[str]:
    return ["".join(each.text for each in page) for page in characters(pdf)]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return pdf_of(report())


@pytest.fixture
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


def test_it_states_both_standards(opened: pikepdf.Pdf) -> None:
    metadata = opened.open_metadata()
    assert metadata["pdfaid:part"] == "3"
    assert metadata["pdfaid:conformance"] == "A"
    assert metadata["pdfuaid:part"] == "1"


def test_it_states_title_author_language_and_day(opened: pikepdf.Pdf) -> None:
    metadata = opened.open_metadata()
    assert metadata["dc:title"] == "试验区数据局2024年政府信息公开工作年度报告"
    assert metadata["dc:creator"] == ["试验区数据局"]
    assert str(opened.Root.Lang) == "zh-CN"
    assert str(opened.docinfo["/CreationDate"]).startswith("D:20250120")


def test_its_bookmarks_are_the_headings(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        titles = [entry.title for entry in outline.root]
        assert len(titles) == 6
        assert titles[2] == "三、收到和处理政府信息公开申请情况"
        assert [child.title for child in outline.root[0].children] == ["（一）主动公开"]


def test_every_font_is_an_embedded_subset_and_none_is_type_three(opened: pikepdf.Pdf) -> None:
    fonts = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"]
    assert fonts
    assert all(font.Subtype != "/Type3" for font in fonts)
    descriptors = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
    assert descriptors
    assert all("+" in str(each.FontName) and ("/FontFile3" in each or "/FontFile2" in each) for each in descriptors)


def test_row_and_column_heads_are_tagged_with_their_scope(opened: pikepdf.Pdf) -> None:
    heads = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/TH"]
    scopes = []
    for head in heads:
        attributes = head.A if isinstance(head.A, pikepdf.Array) else [head.A]
        scopes += [str(each.Scope) for each in attributes if "/Scope" in each]
    # 25 rows of table 三 and 6 of 二 have a head, and 三 has four groups and 三、本年度办理结果 beside.
    assert scopes.count("/Row") == 25 + 5 + 6
    data = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/TD"]
    assert len(data) == 10 + 175 + 15


def test_table_three_stands_on_one_page_with_its_heads(pdf: bytes) -> None:
    holding = [page for page in page_texts(pdf) if "四、结转下年度继续办理" in page]
    assert len(holding) == 1
    assert all(text in holding[0] for text in ("申请人情况", "（本列数据的勾稽关系为", "一、本年新收", "（七）总计"))


def test_the_body_has_twenty_eight_characters_a_line_and_twenty_two_lines_a_page() -> None:
    page = characters(pdf_of(report(prose="\n\n".join(["公" * 28 * 40] * 2))))[1]
    body = [each for each in page if each.text == "公"]
    lines = sorted({round(each.baseline, 1) for each in body}, reverse=True)
    assert len(lines) == 22
    pitches = {round(above - below, 1) for above, below in pairwise(lines)}
    assert pitches == {29.0}
    assert max(sum(1 for each in body if round(each.baseline, 1) == line) for line in lines) == 28


def test_the_text_block_lies_where_the_standard_puts_it() -> None:
    page = characters(pdf_of(report(prose="公" * 28 * 60)))[1]
    body = [each for each in page if each.text == "公"]
    assert min(each.x for each in body) == pytest.approx(28 * MM, abs=1.5)
    assert 841.9 - max(each.middle_y for each in body) == pytest.approx(37 * MM + 8, abs=2)


def test_page_numbers_stand_at_the_outer_edge(pdf: bytes) -> None:
    for number, page in enumerate(characters(pdf), start=1):
        last = sorted(page, key=lambda each: each.baseline)[:3]
        assert "".join(each.text for each in sorted(last, key=lambda each: each.x)) == f"—{number}—"
        middle = sum(each.middle_x for each in last) / 3
        assert middle > 400 if number % 2 else middle < 200


def test_a_long_name_breaks_before_the_year() -> None:
    name = "某某省某某市某某区营商环境建设监督局"
    rest = "2024年政府信息公开工作年度报告"
    first = characters(pdf_of(report(title=name + rest, title_lines=[name, rest], name=name)))[0]
    tall = [each for each in first if each.baseline > 841.9 - 37 * MM - 70]
    lines = sorted({round(each.baseline) for each in tall}, reverse=True)[:2]
    assert "".join(each.text for each in tall if round(each.baseline) == lines[0]) == name
    assert "".join(each.text for each in tall if round(each.baseline) == lines[1]) == rest


def test_a_short_title_stays_on_one_line() -> None:
    first = characters(pdf_of(report(title="某市2024年报告", title_lines=["某市", "2024年报告"])))[0]
    top = max(each.baseline for each in first)
    assert "".join(each.text for each in first if abs(each.baseline - top) < 2) == "某市2024年报告"


def test_a_draft_is_marked_on_each_page() -> None:
    pages = page_texts(pdf_of(report(missing_figures(), draft=True, missing=200)))
    assert len(pages) > 2
    assert all("草稿尚未签发，不得公布" in page for page in pages)


def test_an_ordinary_report_bears_no_draft_mark(pdf: bytes) -> None:
    assert not any("草稿" in page for page in page_texts(pdf))


def test_the_same_notebook_gives_the_same_bytes(pdf: bytes) -> None:
    assert pdf_of(report()) == pdf


def test_a_character_that_no_font_has_is_refused() -> None:
    with pytest.raises(PublishingError, match="can't be made"):
        pdf_of(report(extra=[prose_cell("微笑😀", cell_id="smile")]))


def test_a_draft_shows_where_a_character_is_lacking() -> None:
    pages = page_texts(pdf_of(report(extra=[prose_cell("微笑😀", cell_id="smile")], draft=True)))
    assert any("微笑〓" in page for page in pages)


def test_source_date_epoch_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert (
        creation_time(DocumentHead("", (), published_on=date(2025, 1, 20))).isoformat() == "2023-11-14T22:13:20+00:00"
    )


def test_a_report_without_a_day_of_publication_states_the_end_of_its_year() -> None:
    assert creation_time(DocumentHead("", (), year=2024)).isoformat() == "2024-12-31T00:00:00+00:00"


def test_the_pdf_has_every_page_in_portrait_a4(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    sizes = {tuple(round(side) for side in document[number].get_size()) for number in range(len(document))}
    document.close()
    assert sizes == {(595, 842)}
