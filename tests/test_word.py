"""The Word file: its merges, styles, properties and marks, and that no text can break it."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from hypothesis import example, given
from lxml import etree
from nbconvert.exporters import get_exporter

from reportkit.errors import PublishingError
from reportkit.model import Figures, Table
from reportkit.publishing.docxtext import W, text_of, word_parts
from reportkit.publishing.read_back import verify_docx
from reportkit.publishing.word import ReportWordExporter
from reportkit.publishing.wordtext import run, word_url
from reportkit.text.strings import printable
from tests.documents import (
    bare_exhibit,
    markdown_cell,
    missing_figures,
    numbered_figures,
    output_cell,
    prose_cell,
    rendered_anyway,
    report,
    tables_of,
)
from tests.grids import grids_of_word
from tests.strategies import hostile_text

PNG = b"\x89PNG\r\n\x1a\n"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
FINDING = {"kind": "错误", "rule": "T3-1", "where": "表三", "what": "不等", "mend": "核对"}


def docx_of(notebook: object) -> bytes:
    content, _ = ReportWordExporter().from_notebook_node(notebook)
    assert isinstance(content, bytes)
    return content


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def changed(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The same file with one of its parts changed."""
    parts = word_parts(content)
    before = parts.get(name, b"").decode()
    after = change(before)
    assert after != before
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for each, part in {**parts, name: after.encode()}.items():
            archive.writestr(each, part)
    return output.getvalue()


@pytest.fixture(scope="module", params=["2019", "2021"])
def figures(request: pytest.FixtureRequest) -> Figures:
    return numbered_figures(request.param, first=1000)


@pytest.fixture(scope="module")
def content(figures: Figures) -> bytes:
    return docx_of(report(figures))


@pytest.fixture(scope="module")
def plain() -> bytes:
    return docx_of(report())


@pytest.fixture(scope="module")
def draft() -> bytes:
    return docx_of(report(missing_figures(), draft=True, missing=200, findings=[FINDING]))


def cells_of(table: Table) -> dict[tuple[int, int], tuple[str, int, int]]:
    return {
        (place.row, place.column): (place.cell.text, place.cell.rowspan, place.cell.colspan) for place in table.placed()
    }


def test_every_cell_and_merge_is_the_tables(content: bytes, figures: Figures) -> None:
    tables = tables_of(figures)
    assert grids_of_word(content) == [(table.caption, cells_of(table)) for table in tables]


def test_python_docx_reads_the_same_merges(content: bytes, figures: Figures) -> None:
    for table, found in zip(tables_of(figures), opened(content).tables, strict=True):
        assert (len(found.rows), len(found.columns)) == (len(table.rows), len(table.widths))
        for place in table.placed():
            corner = found.cell(place.row, place.column)
            last = found.cell(place.row + place.cell.rowspan - 1, place.column + place.cell.colspan - 1)
            assert corner.text == place.cell.text
            assert corner._tc is last._tc


def test_head_rows_are_repeated_and_no_row_is_split(content: bytes, figures: Figures) -> None:
    for table, found in zip(tables_of(figures), opened(content).tables, strict=True):
        rows = found._tbl.findall(f"{W}tr")
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert heads == [number < table.head_rows for number in range(len(rows))]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_a_table_is_as_wide_as_the_text_and_says_what_it_is(content: bytes, figures: Figures) -> None:
    for table, found in zip(tables_of(figures), opened(content).tables, strict=True):
        widths = [int(each.get(f"{W}w")) for each in found._tbl.tblGrid]
        assert sum(widths) == 8844
        shares = [width / sum(table.widths) for width in table.widths]
        assert [width / 8844 for width in widths] == pytest.approx(shares, abs=0.001)
        described = found._tbl.tblPr.find(f"{W}tblDescription")
        assert described.get(f"{W}val") == f"{table.caption}，单位：{table.unit}"


def test_missing_figures_are_coloured(draft: bytes) -> None:
    requests = opened(draft).tables[1]
    (shown,) = requests.cell(5, 3).paragraphs[0].runs
    assert shown.text == "（缺）"
    assert shown.style.style_id in ("Missing", "MissingSmall")
    assert opened(draft).styles["缺失数据"].font.color.rgb == docx.shared.RGBColor(0x8A, 0x1C, 0x1C)


def test_the_headings_are_real_ones(plain: bytes) -> None:
    headings = [(each.style.name, each.text) for each in opened(plain).paragraphs if each.style.name.startswith("Head")]
    assert headings[:3] == [
        ("Heading 1", "一、总体情况"),
        ("Heading 2", "（一）主动公开"),
        ("Heading 1", "二、主动公开政府信息情况"),
    ]
    assert len(headings) == 7


@pytest.mark.parametrize(
    ("style", "family", "size"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", None),
        ("Heading 2", "楷体_GB2312", None),
        ("Heading 3", "仿宋_GB2312", None),
        ("Footer", "宋体", 14),
        ("表格文字", "宋体", 9),
    ],
)
def test_the_styles_are_those_of_the_standard(plain: bytes, style: str, family: str, size: int | None) -> None:
    found = opened(plain).styles[style]
    assert found.element.rPr.rFonts.get(f"{W}eastAsia") == family
    assert (found.font.size.pt if found.font.size else None) == size
    assert bool(found.font.bold) is (style == "Heading 3")
    fonts = etree.fromstring(word_parts(plain)["word/fontTable.xml"])
    named = {each.get(f"{W}name"): each.find(f"{W}altName") for each in fonts}
    assert named[family] is not None


def test_twenty_two_lines_of_twenty_eight_characters_fit_on_a_page(plain: bytes) -> None:
    document = opened(plain)
    section, body = document.sections[0], document.styles["Normal"]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [each.mm for each in margins] == pytest.approx([37, 28, 26, 35], abs=0.3)
    lines = section.page_height - section.top_margin - section.bottom_margin
    assert lines // body.paragraph_format.line_spacing == 22
    narrowed = int(body.element.rPr.find(f"{W}spacing").get(f"{W}val")) / 20
    width = (section.page_width - section.left_margin - section.right_margin) / docx.shared.Pt(1)
    assert width // (body.font.size.pt + narrowed) == 28
    assert body.element.pPr.ind.get(f"{W}firstLineChars") == "200"


def test_page_numbers_stand_at_the_outer_edge(plain: bytes) -> None:
    document = opened(plain)
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.text, even.text) == ("— 1 —", "— 1 —")
    assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)


def test_it_states_title_author_language_and_day(plain: bytes) -> None:
    stated = opened(plain).core_properties
    assert stated.title == "试验区数据局2024年政府信息公开工作年度报告"
    assert (stated.author, stated.last_modified_by) == ("试验区数据局", "试验区数据局")
    assert (stated.language, stated.revision, stated.comments) == ("zh-CN", 1, "")
    assert stated.created == stated.modified
    assert stated.created.isoformat() == "2025-01-20T00:00:00+00:00"


def test_source_date_epoch_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert opened(docx_of(report())).core_properties.created.isoformat() == "2023-11-14T22:13:20+00:00"


def test_a_long_title_breaks_before_the_year_and_a_short_one_does_not() -> None:
    short = opened(docx_of(report(title="某市2024年报告", title_lines=["某市", "2024年报告"]))).paragraphs[0]
    assert (short.style.name, short.text) == ("Title", "某市2024年报告")
    name, rest = "某某省某某市某某区营商环境建设监督局", "2024年政府信息公开工作年度报告"
    long = opened(docx_of(report(title=name + rest, title_lines=[name, rest]))).paragraphs[0]
    assert (long.style.name, long.text) == ("Title", f"{name}\n{rest}")


def test_a_correction_stands_below_the_title() -> None:
    told = [{"number": 1, "on": "2025-03-01", "reason": "更正表三。"}]
    second = opened(docx_of(report(corrections=told))).paragraphs[1]
    assert (second.style.name, second.text) == ("Subtitle", "（第1次更正，2025年3月1日：更正表三）")


def test_a_chart_is_png_and_svg_with_its_alt_text(plain: bytes) -> None:
    parts = word_parts(plain)
    assert parts["word/media/chart1.png"].startswith(PNG)
    assert parts["word/media/chart1.svg"].startswith(b"<svg width=")
    document = opened(plain)
    (picture,) = document.element.body.iter(f"{WP}docPr")
    assert picture.get("descr") == "条形图：予以公开12件，部分公开3件。"
    captions = [each.text for each in document.paragraphs if each.style.name == "Caption"]
    assert captions == ["图1　办理结果"]


def test_markdown_keeps_its_structure() -> None:
    text = "甲**乙***丙*“丁”\n\n- 一\n  - 二\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n[网站](https://example.org/甲?a=1)"
    cells = [prose_cell(text, cell_id="more"), markdown_cell("5. 五\n6. 六", "overview", "numbers")]
    document = opened(docx_of(report(extra=cells)))
    words = [(each.style.name, each.text) for each in document.paragraphs]
    assert [each for each in words if each[0] == "List Bullet"] == [("List Bullet", "一"), ("List Bullet", "二")]
    assert [each for each in words if each[0] == "List Number"] == [("List Number", "五"), ("List Number", "六")]
    (mixed,) = (each for each in document.paragraphs if each.text == "甲乙丙“丁”")
    assert [each.style.name for each in mixed.runs[1:3]] == ["Strong", "Emphasis"]
    assert [[cell.text for cell in row.cells] for row in document.tables[-1].rows] == [["甲", "乙"], ["1", "2"]]
    (link,) = document.element.body.iter(f"{W}hyperlink")
    assert document.part.rels[link.rId].target_ref == "https://example.org/%E7%94%B2?a=1"
    starts = word_parts(docx_of(report(extra=cells)))["word/numbering.xml"].decode()
    assert '<w:startOverride w:val="5"/>' in starts


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("https://example.org/a b?甲#乙", "https://example.org/a%20b?%E7%94%B2#%E4%B9%99"),
        ("http://中国.example:80/50%", "http://xn--fiqs8s.example:80/50%25"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("http://[1/", None),
        ("http://a:b@example.org/", None),
        ("http://甲 乙/", None),
        ("https://example.org:99999999/", None),
        ("mailto:甲 乙", None),
    ],
)
def test_an_address_that_word_could_not_read_is_no_link(given: str, told: str | None) -> None:
    assert word_url(given) == told


def test_a_draft_is_marked_on_odd_and_even_pages(draft: bytes) -> None:
    section = opened(draft).sections[0]
    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text.strip() == "草稿　尚未签发，不得公布"
    parts = word_parts(draft)
    assert all('string="草稿"' in parts[f"word/header-{side}.xml"].decode() for side in ("odd", "even"))


def test_a_draft_ends_with_its_findings_on_a_page_of_their_own(draft: bytes) -> None:
    *_, heading, finding = opened(draft).paragraphs
    assert (heading.style.name, heading.text) == ("核对结果", "核对结果")
    assert heading.style.paragraph_format.page_break_before
    assert finding.text == "错误 T3-1　表三：不等　核对"


def test_an_ordinary_report_bears_no_draft_mark(plain: bytes) -> None:
    assert not any("header" in name for name in word_parts(plain))


def test_a_character_that_no_bundled_font_has_stays() -> None:
    assert "微笑😀" in [
        each.text for each in opened(docx_of(report(extra=[prose_cell("微笑😀", cell_id="smile")]))).paragraphs
    ]


def test_nbconvert_finds_the_exporter() -> None:
    found = get_exporter("reportkit-docx")
    assert issubclass(found, ReportWordExporter)
    _, resources = found().from_notebook_node(report())
    assert resources["output_extension"] == ".docx"


def test_the_same_notebook_gives_the_same_bytes_anywhere(plain: bytes) -> None:
    program = "import sys; from tests.test_word import *; sys.stdout.buffer.write(docx_of(report()))"
    elsewhere = {"TZ": "America/New_York", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    printed = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **elsewhere}, capture_output=True, check=True
    )
    assert docx_of(report()) == plain
    assert printed.stdout == plain


def test_its_parts_bear_no_time_and_no_system(plain: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        entries = archive.infolist()
    assert entries[0].filename == "[Content_Types].xml"
    assert {(each.date_time, each.create_system) for each in entries} == {((1980, 1, 1, 0, 0, 0), 0)}


@given(hostile_text)
@example("\x00\ufffe]]>&amp;<w:p/>")
@example("[甲](http://[1/)[乙](http://example.org/\x01%)")
@example("公" * 5_000)
def test_hostile_prose_never_breaks_the_file(text: str) -> None:
    figures = numbered_figures()
    content = rendered_anyway(
        ReportWordExporter(), report(figures, prose=text, title=text, title_lines=[text], name=text)
    )
    verify_docx(content, tables_of(figures), False)
    assert opened(content).core_properties.title == printable(text).replace("\r", "")


def test_what_xml_forbids_is_left_out_of_a_run() -> None:
    forbidden = "\x00\x0b\x1f\ud800\udfff\ufffe\uffff\u202e"
    run_of = etree.fromstring(run(f"甲{forbidden}<乙>\n丙").replace("<w:r>", f'<w:r xmlns:w="{W[1:-1]}">', 1))
    assert text_of(run_of) == "甲<乙>\n丙"


@given(hostile_text.filter(lambda text: bool(printable(text).strip())))
@example('"><script>&quot;')
def test_hostile_captions_and_alt_texts_stay_text(text: str) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0 L9 9"/></svg>'
    chart = output_cell({"image/svg+xml": svg}, "requests", "more", bare_exhibit(alt=text, caption=text))
    content = docx_of(report(extra=[chart]))
    verify_docx(content, tables_of(numbered_figures()), False)
    *_, picture = opened(content).element.body.iter(f"{WP}docPr")
    assert picture.get("descr") == printable(text).replace("\n", " ")


def test_a_chart_that_is_no_picture_is_refused() -> None:
    chart = output_cell({"image/svg+xml": "<svg/>"}, "requests", "more", bare_exhibit())
    with pytest.raises(PublishingError):
        docx_of(report(extra=[chart]))


GRANTED = "requests.granted/natural_person"


def test_a_faithful_file_passes(content: bytes, figures: Figures) -> None:
    verify_docx(content, tables_of(figures), False)


def test_a_faithful_draft_passes(draft: bytes) -> None:
    verify_docx(draft, tables_of(missing_figures()), True)


def test_a_swapped_digit_is_refused(content: bytes, figures: Figures) -> None:
    shown = str(figures[GRANTED])
    swapped = shown[:-2] + shown[-1] + shown[-2]
    wrong = changed(content, "word/document.xml", lambda xml: xml.replace(f">{shown}<", f">{swapped}<", 1))
    with pytest.raises(PublishingError, match=rf"{GRANTED} reads '{swapped}', the data say '{shown}'"):
        verify_docx(wrong, tables_of(figures), False)


@pytest.mark.parametrize(
    ("fault", "found", "instead"),
    [
        ("a merge that goes on no further", "<w:vMerge/>", ""),
        ("a merge that never began", '<w:vMerge w:val="restart"/>', ""),
        ("a cell over fewer columns", '<w:gridSpan w:val="2"/>', ""),
        ("another table's caption", 'tblCaption w:val="表三', 'tblCaption w:val="表五'),
        ("one table twice", "表三　收到和处理政府信息公开申请情况", "表二　主动公开政府信息情况"),
    ],
)
def test_a_table_of_another_shape_is_refused(
    content: bytes, figures: Figures, fault: str, found: str, instead: str
) -> None:
    wrong = changed(content, "word/document.xml", lambda xml: xml.replace(found, instead, 1))
    with pytest.raises(PublishingError):
        verify_docx(wrong, tables_of(figures), False)


def test_a_figure_in_a_merge_of_another_size_is_refused(content: bytes, figures: Figures) -> None:
    def without_last_column(xml: str) -> str:
        return xml.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>', 1)

    with pytest.raises(PublishingError):
        verify_docx(changed(content, "word/document.xml", without_last_column), tables_of(figures), False)


def test_a_missing_table_is_refused(plain: bytes) -> None:
    def without_second(xml: str) -> str:
        start = xml.index("<w:tbl>", xml.index("<w:tbl>") + 1)
        return xml[:start] + xml[xml.index("</w:tbl>", start) + len("</w:tbl>") :]

    with pytest.raises(PublishingError, match="Table 'requests' appears 0 times"):
        verify_docx(changed(plain, "word/document.xml", without_second), tables_of(numbered_figures()), False)


def test_a_draft_without_its_mark_is_refused(plain: bytes, draft: bytes) -> None:
    with pytest.raises(PublishingError, match="lacks the draft mark"):
        verify_docx(plain, tables_of(numbered_figures()), True)
    unmarked = changed(draft, "word/header-even.xml", lambda xml: xml.replace("尚未签发", "业已签发"))
    with pytest.raises(PublishingError, match="lacks the draft mark"):
        verify_docx(unmarked, tables_of(missing_figures()), True)


def test_a_report_with_a_draft_mark_is_refused(draft: bytes) -> None:
    with pytest.raises(PublishingError, match="bears the draft mark"):
        verify_docx(draft, tables_of(missing_figures()), False)


OUTSIDE = '<Relationship Id="rId99" Type="http://x/{}" Target="{}" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("name", "found", "instead", "complaint"),
    [
        ("word/vbaProject.bin", "", "macro", "holds word/vbaProject.bin"),
        ("word/embeddings/oleObject1.bin", "", "x", "holds word/embeddings"),
        ("word/document.xml", "<w:sectPr>", "<w:p><w:r><w:object/></w:r></w:p><w:sectPr>", "holds <object>"),
        ("word/document.xml", "<w:sectPr>", "<w:altChunk/><w:sectPr>", "holds <altChunk>"),
        ("word/footer-odd.xml", " PAGE ", ' INCLUDEPICTURE "http://example.org/a.png" ', "holds <instrText>"),
        ("word/settings.xml", "<w:compat>", "<w:attachedTemplate/><w:compat>", "holds <attachedTemplate>"),
        (
            "word/_rels/document.xml.rels",
            "</Relationships>",
            OUTSIDE.format("image", "http://e.org/a.png"),
            "loads http",
        ),
        ("word/_rels/document.xml.rels", "</Relationships>", OUTSIDE.format("hyperlink", "file:///etc"), "loads file"),
        ("word/_rels/document.xml.rels", "media/chart1.png", "media/chart2.png", "which isn't there"),
        ("word/media/chart1.svg", "</svg>", "<script>1</script></svg>", "holds <script>"),
        ("word/document.xml", 'descr="条', 'descr="" x="条', "no alt text"),
        ("word/styles.xml", "</w:styles>", "", "is not XML"),
        ("word/settings.xml", "<w:settings", "<!DOCTYPE a><w:settings", "has a document type"),
    ],
)
def test_what_runs_loads_or_misleads_is_refused(
    plain: bytes, name: str, found: str, instead: str, complaint: str
) -> None:
    wrong = changed(plain, name, lambda part: part.replace(found, instead) if found else instead)
    with pytest.raises(PublishingError, match=complaint):
        verify_docx(wrong, tables_of(numbered_figures()), False)


def test_what_is_no_package_is_refused() -> None:
    with pytest.raises(PublishingError, match="no whole package"):
        verify_docx(b"PK", [], False)
