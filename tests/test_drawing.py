"""What analysts add to a section: pictures, tables of their own, shares and years, alternative texts from the data."""

import base64
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from PIL import Image

from reportkit.build.charted import refuse_other_cells, refuse_other_numbers
from reportkit.build.inputs_of import asks_for_years
from reportkit.build.plan import check_report, plan_report
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.editions import STATUTORY
from reportkit.errors import InputError, InputErrors, NotebookError, PublishingError
from reportkit.inputs.pictures import in_notebook, picture_path
from reportkit.inputs.project import Project
from reportkit.inputs.reads import Reader
from reportkit.model import Exhibit, Outcome
from reportkit.notebook.alt import alt_from
from reportkit.notebook.own_table import check_sums, own_table
from reportkit.notebook.section import NotebookSection
from reportkit.publishing.blocks import Chart, Words, blocks
from reportkit.text.markdown import unprintable
from reportkit.text.markdown_pictures import Piece, pictures, pieces, without_pictures
from reportkit.text.picture_files import as_svg
from tests.building import write_shipped
from tests.corpus import evidence_of
from tests.reviewing import build_one

OUTCOMES = {"予以公开": "requests.granted.total", "部分公开": "requests.partial.total"}


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 120), mode: str = "RGB", **more: Any) -> bytes:
    written = io.BytesIO()
    image = Image.new(mode, size, 90)
    if mode == "RGB":
        image.putpixel((0, 0), (250, 0, 0))
    image.save(written, kind, **more)
    return written.getvalue()


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    made = write_shipped(repository, tmp_path / "project")
    (made / "params" / "2024" / "photos").mkdir()
    (made / "params" / "2024" / "photos" / "a.jpg").write_bytes(picture("JPEG", (640, 400)))
    (made / "params" / "2024" / "photos" / "b.png").write_bytes(picture())
    return made


def section(root: Path, year: int = 2024) -> NotebookSection:
    project = Project(root)
    return NotebookSection(Reader(project, project.submission(year, "suqian")), year)


def add_cells(root: Path, *cells: str, markdown: bool = False, notebook: str = "06-other-matters.ipynb") -> None:
    path = root / "notebooks" / notebook
    node = nbformat.read(path, as_version=4)
    make = nbformat.v4.new_markdown_cell if markdown else nbformat.v4.new_code_cell
    node.cells += [make(each, metadata={} if markdown else {"tags": ["remove-input"]}) for each in cells]
    nbformat.write(node, path)


def say(root: Path, words: str) -> None:
    """Puts words behind those of 政府信息管理."""
    path = root / "params" / "2024" / "suqian.yaml"
    text = path.read_text(encoding="utf-8")
    begin = text.index("  management: |")
    end = text.index("\n  platform:", begin)
    added = "".join(f"    {line}\n" if line else "\n" for line in words.split("\n"))
    path.write_text(f"{text[:end].rstrip()}\n\n{added}{text[end:]}", encoding="utf-8")


# Picture files


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (picture(), (590, 120)),
        (picture("JPEG", (640, 400)), (640, 400)),
        (picture("JPEG", (3200, 2000)), (1600, 1000)),
        (picture("PNG", (100, 4000)), (590, 2000)),
        (picture("PNG", mode="L"), (590, 120)),
        (picture("PNG", mode="1"), (590, 120)),
        (picture("JPEG", (640, 400), mode="CMYK"), (640, 400)),
        (picture("PNG", mode="I;16"), (590, 120)),
    ],
)
def test_a_picture_becomes_an_svg_no_larger_than_a_page_needs(content: bytes, size: tuple[int, int]) -> None:
    svg = as_svg(content, "x")
    assert f'viewBox="0 0 {size[0]} {size[1]}"' in svg
    assert svg == as_svg(content, "elsewhere")


def test_nothing_that_a_camera_has_noted_stays_and_the_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "GPS of my home", 6
    svg = as_svg(picture("JPEG", (640, 400), exif=exif), "x")
    assert 'width="400" height="640"' in svg
    kept = base64.b64decode(svg.partition("base64,")[2].partition('"')[0])
    assert b"GPS of my home" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_what_is_transparent_is_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(written, "PNG")
    svg = as_svg(written.getvalue(), "x")
    kept = Image.open(io.BytesIO(base64.b64decode(svg.partition("base64,")[2].partition('"')[0])))
    assert kept.convert("RGB").getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no PNG, JPEG or SVG"),
        (b"GIF89a" + b"\0" * 50, "no PNG, JPEG or SVG"),
        (b"%PDF-1.4", "no PNG, JPEG or SVG"),
        (picture()[:60], "can't be read to its end"),
        (b"\x89PNG" + b"\0" * (10 * 2**20), "10.0 MB; at most 10 MB"),
        (picture("PNG", (7000, 6000), mode="1"), "7000 × 6000 pixels; at most 40 million"),
        (picture("PNG", (20_000, 10_000), mode="1"), "20000 × 10000 pixels; at most 40 million"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        as_svg(content, "x.png")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading_of_pictures(content: bytes) -> None:
    for each in (content, picture()[:40] + content, b"\xff\xd8\xff\xe0" + content, b"<svg " + content):
        try:
            as_svg(each, "x")
        except InputError:
            continue


@pytest.mark.parametrize(
    "file", ["/etc/a.png", "../a.png", "params/../../a.png", "outputs/a.png", "C:/a.png", "http://x/a.png"]
)
def test_a_picture_lies_below_the_project(file: str) -> None:
    with pytest.raises(InputError, match="isn't a file below the project"):
        picture_path(file, 2024, "suqian", "x")


@pytest.mark.parametrize("file", ["photos\\x.jpg", "params\\2024\\photos/x.jpg", "photos\\\\x.jpg"])
def test_a_path_with_backslashes_is_told_to_be_written_with_slashes(file: str) -> None:
    with pytest.raises(InputError) as refused:
        picture_path(file, 2024, "suqian", "x")
    assert refused.value.code == "picture_backslash"
    assert "/x.jpg" in refused.value.fix
    assert "“/”" in refused.value.shown("zh").fix


def test_what_came_in_is_no_input_of_a_report() -> None:
    with pytest.raises(InputError, match="no input of a report") as refused:
        picture_path("params/{year}/received/a.png", 2024, "suqian", "x")
    assert "params/<年份>/photos/" in refused.value.shown("zh").fix
    assert picture_path("params/{year}/photos/received/a.png", 2024, "suqian", "x")


def test_a_link_out_of_the_project_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(picture())
    (root / "params" / "2024" / "photos" / "link.png").symlink_to(tmp_path / "secret.png")
    say(root, '![图](params/2024/photos/link.png "链接")')
    with pytest.raises(InputErrors, match="isn't a file below the project"):
        check_report(Project(root), 2024, "suqian")


def test_year_and_department_are_put_into_a_path() -> None:
    assert picture_path("params/{year}/photos/{department}.JPG", 2024, "suqian", "x") == "params/2024/photos/suqian.JPG"
    with pytest.raises(InputError, match="not named as a PNG"):
        picture_path("params/a.gif", 2024, "suqian", "x")


# Pictures in Markdown

LINE = '![培训现场](params/2024/photos/a.jpg "培训")'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"甲\n\n{LINE}\n\n乙", ["甲\n\n", "培训", "\n乙"]),
        (LINE, ["培训"]),
        (f"{LINE}\n\n{LINE}", ["培训", "培训"]),
        (f"甲\n{LINE}\n\n乙", None),
        (f"甲 {LINE}", None),
        (f"```\n\n{LINE}\n\n```", None),
        ("![图](a.png)", None),
        ('![](a.png "图")', None),
        ('![图](a.png "")', None),
    ],
)
def test_a_picture_stands_alone_with_its_words_and_caption(text: str, found: list[str] | None) -> None:
    parts = pieces(text)
    if found is None:
        assert parts == [Piece(text, 0)]
        return
    assert [each.text if isinstance(each, Piece) else each.caption for each in parts] == found


@pytest.mark.parametrize(
    "text",
    [
        "![图](a.png “题”)",
        '![图](a b.png "题")',
        "甲 ![图](a.png)",
        '甲\n![图](a.png "题")\n乙',
        "![图](a.png)",
    ],
)
def test_any_other_picture_cant_be_published(text: str) -> None:
    assert [each.said.code for each in unprintable(text, "prose")] == ["unprintable_image"]


@given(st.lists(st.sampled_from(["甲乙丙。", "", LINE, "```", "- 丁", "| 一 | 二 |"]), max_size=9))
def test_nothing_of_a_text_is_lost_between_its_pictures(lines: list[str]) -> None:
    text = "\n".join(lines)
    words = "".join(each.text for each in pieces(text) if isinstance(each, Piece))
    assert words.count("甲乙丙") == text.count("甲乙丙")
    assert words.count("![") + len(pictures(text)) == text.count("![")
    assert without_pictures(text).count("\n") == text.count("\n")


def test_pictures_are_inputs_of_the_reports_that_name_them(root: Path) -> None:
    say(root, LINE)
    add_cells(root, 's.picture("params/{year}/photos/b.png", caption="图", alt="图示", missing_ok=True)')
    inputs = plan_report(Project(root), 2024, "suqian").execution.inputs
    assert {name for name in inputs if "photos" in name} == {"params/2024/photos/a.jpg", "params/2024/photos/b.png"}
    assert not any("photos" in name for name in plan_report(Project(root), 2023, "suqian").execution.inputs)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('![图](params/2024/photos/none.png "题")', "There is no picture params/2024/photos/none.png"),
        ('![图](params/2024/suqian.yaml "题")', "not named as a PNG"),
        ('![图](/etc/passwd.png "题")', "isn't a file below"),
    ],
)
def test_a_picture_that_cant_be_used_is_told_with_its_line(root: Path, words: str, said: str) -> None:
    say(root, words)
    with pytest.raises(InputErrors, match=said) as refused:
        check_report(Project(root), 2024, "suqian")
    assert "params/2024/suqian.yaml, line " in str(refused.value)
    assert "prose.management" in str(refused.value)


SVGS = {
    "a script": ("<script>1</script>", "it holds <script>", "其中有<script>"),
    "an address": ('<image href="https://a/b.png"/>', "is no PNG or JPEG within", "不是嵌在图中的"),
    "a font": ('<rect style="z-index:9"/>', "sets 'z-index'", "设置了“z-index”"),
    "words over the edge": ('<text x="290" y="50">很长的说明文字</text>', "run over its edge", "超出了图的边缘"),
    "small words": ('<text x="10" y="50" font-size="1">说明</text>', "pt high", "太小"),
    "no end": ("<g>", "not valid SVG", "不是有效的SVG"),
}


@pytest.mark.parametrize("name", SVGS)
@pytest.mark.parametrize("by", ["words", "Markdown", "call"])
def test_an_svg_that_cant_be_published_is_told_with_its_file_before_anything_runs(
    root: Path, name: str, by: str
) -> None:
    body, said, chinese = SVGS[name]
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120">{body}</svg>'
    (root / "params" / "2024" / "photos" / "c.svg").write_text(drawn, encoding="utf-8")
    if by == "words":
        say(root, '![图](params/2024/photos/c.svg "题")')
    elif by == "Markdown":
        add_cells(root, '![图](../params/2024/photos/c.svg "题")', markdown=True)
    else:
        add_cells(root, 's.picture("params/2024/photos/c.svg", caption="图", alt="图示")')
    with pytest.raises(InputErrors) as refused:
        check_report(Project(root), 2024, "suqian")
    (error,) = refused.value.errors
    assert error.what.startswith("The picture params/2024/photos/c.svg can't be published: ")
    assert said in error.what
    assert "PNG" in error.fix
    assert "chart" not in f"{error.what} {error.fix}"
    assert chinese in error.shown("zh").what
    assert error.where.startswith("params/2024/suqian.yaml, line" if by == "words" else "notebooks/06-other")


def test_a_sound_svg_is_an_input(root: Path) -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120"><rect width="9" height="9"/></svg>'
    (root / "params" / "2024" / "photos" / "c.svg").write_text(drawn, encoding="utf-8")
    say(root, '![图](params/2024/photos/c.svg "题")')
    assert "params/2024/photos/c.svg" in plan_report(Project(root), 2024, "suqian").execution.inputs


def test_what_a_notebook_names_is_found() -> None:
    node = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell('![图](../params/a.png "题")', id="md"),
            nbformat.v4.new_code_cell('s.picture("params/b.png", caption="", alt="")\ns.picture(name)', id="code"),
            nbformat.v4.new_code_cell("picture = 1 +", id="bad"),
            nbformat.v4.new_markdown_cell('![图](..\\params\\c.png "题")', id="md-back"),
            nbformat.v4.new_code_cell(r's.picture("photos\x.jpg", caption="", alt="")', id="back"),
            nbformat.v4.new_code_cell(r's.picture("params\2024\d.png", caption="", alt="")', id="octal"),
        ]
    )
    content = nbformat.writes(node).encode()
    assert [(each.file, each.cell, each.is_call) for each in in_notebook(content)] == [
        ("params/a.png", "md", False),
        ("params/b.png", "code", True),
        (r"params\c.png", "md-back", False),
        (r"photos\x.jpg", "back", True),
        (r"params\2024\d.png", "octal", True),
    ]
    assert not asks_for_years(content)


# The whole document


def test_pictures_and_tables_are_in_every_format(root: Path) -> None:
    path = root / "params" / "report.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("fragment]", "fragment, fragment-files]"), encoding="utf-8")
    say(root, f"{LINE}\n\n以上为培训现场。")
    add_cells(root, '附图如下。\n\n![示意](../params/2024/photos/b.png "流程示意")', markdown=True)
    add_cells(
        root,
        's.picture("params/{year}/photos/a.jpg", caption="{year}年活动", alt="活动现场")',
        's.data_table([["予以公开", "{requests.granted.total}"], ["部分公开", "{requests.partial.total}"],'
        ' ["合计", 1902]], columns=["结果", "件数"], caption="公开类结果", sums="columns")',
        f's.show(s.share_chart({OUTCOMES!r}, whole="requests.concluded.total"), caption="办理结果构成")',
        f's.show(s.years_chart({OUTCOMES!r}), caption="近年公开情况")',
    )
    bundle = build_one(root)
    assert bundle.failure is None, bundle.failure
    assert bundle.outcome is Outcome.PUBLISHED, [each for each in bundle.findings if each.blocks]
    folder = root / "outputs" / "2024" / "suqian"
    page = html.document_fromstring((folder / "report.html").read_bytes())
    captions = [each.text_content() for each in page.iter("figcaption")]
    shown = [each for each in captions if any(word in each for word in ("培训", "流程示意", "年活动", "构成", "近年"))]
    assert [each.partition("　")[2] for each in shown] == [
        "培训", "流程示意", "2024年活动", "办理结果构成", "近年公开情况",
    ]  # fmt: skip
    table = next(each for each in page.iter("table") if "公开类结果" in each.text_content())
    assert ["".join(row.text_content().split()) for row in table.iter("tr")][-2:] == ["部分公开471", "合计1902"]
    with zipfile.ZipFile(folder / "report.docx") as docx:
        words = docx.read("word/document.xml").decode()
    pdf = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(folder / "report.pdf"))
    fragment = (folder / "report.fragment.html").read_text(encoding="utf-8")
    for shown_in in (words, "".join(pdf.split()), fragment):
        for word in ("以上为培训现场", "流程示意", "2024年活动", "公开类结果", "办理结果构成", "近年公开情况"):
            assert word in shown_in


def test_a_report_with_pictures_is_the_same_to_the_byte(root: Path) -> None:
    say(root, LINE)
    first = build_one(root)
    assert first.failure is None
    folder = root / "outputs" / "2024" / "suqian"
    before = {each.name: each.read_bytes() for each in folder.iterdir() if each.suffix in (".html", ".pdf", ".docx")}
    build_one(root, force=True)
    assert before == {each.name: each.read_bytes() for each in folder.iterdir() if each.name in before}


def test_a_changed_picture_makes_its_report_anew(root: Path) -> None:
    say(root, LINE)
    build_one(root)
    assert build_one(root).outcome is Outcome.UP_TO_DATE
    (root / "params" / "2024" / "photos" / "a.jpg").write_bytes(picture("JPEG", (640, 401)))
    assert build_one(root).outcome is Outcome.PUBLISHED


def test_words_around_pictures_are_the_departments_own_once(root: Path) -> None:
    say(root, f"{LINE}\n\n以上为培训现场。")
    bundle = build_one(root)
    assert bundle.failure is None, bundle.failure
    node = nbformat.read(root / "outputs" / "2024" / "suqian" / "report.ipynb", as_version=4)
    found = [each for each in blocks(node) if isinstance(each, Words) and each.slot == "management"]
    assert [each.part for each in found] == [0, 1]
    assert any(isinstance(each, Chart) and each.exhibit.caption == "培训" for each in blocks(node))


def test_a_picture_that_nobody_gave_is_refused() -> None:
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(LINE)])
    with pytest.raises(PublishingError, match="isn't there"):
        blocks(node)


# Tables of one's own


def value(name: str) -> str:
    return {"a.total": "12", "b": "（缺）"}[name]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([["甲", "{a.total}"], ["乙", 3]], ["项目", "件数"]),
        ([{"项目": "甲", "件数": "{a.total}"}, {"项目": "乙", "件数": 3}], None),
        ([("甲", "{ a.total }"), ("乙", np.int64(3))], ["项目", "件数"]),
    ],
)
def test_rows_of_any_kind_are_a_table(rows: Any, columns: list[str] | None) -> None:
    table = own_table(rows, columns, value)
    assert (table.heads, table.rows) == (("项目", "件数"), (("甲", "12"), ("乙", "3")))
    text, places = table.markdown("表题")
    assert [text[start:end] for start, end in places] == ["12"]
    assert text.startswith("表：表题\n\n| 项目 | 件数 |\n| --- | ---: |\n")


class Frame:
    """What data frames have, of whatever library they are."""

    columns = ("项目", "件数")

    def itertuples(self, *, index: bool) -> Any:
        assert not index
        return iter([("甲", 1.0), ("乙", float("nan"))])


def test_a_data_frame_is_a_table_and_what_it_lacks_is_missing() -> None:
    assert own_table(Frame(), None, value).rows == (("甲", "1"), ("乙", "（缺）"))


@pytest.mark.parametrize("rows", [[], "甲", [["甲"]], [["甲", 1], ["乙"]], [1, 2], {"甲": 1}])
def test_what_is_no_table_is_refused(rows: Any) -> None:
    with pytest.raises(NotebookError, match="no table"):
        own_table(rows, ["项目", "件数"], value)


@pytest.mark.parametrize(
    ("rows", "sums", "cell"),
    [
        ([["甲", 1, 2, 3], ["乙", 4, 5, 9], ["合计", 5, 7, 12]], "both", None),
        ([["甲", 1, 2, 4]], "rows", "甲·计"),
        ([["甲", 1, 2, 3], ["合计", 2, 2, 4]], "columns", "合计·一"),
        ([["甲", "0.1", "0.2", "0.3"]], "rows", None),
        ([["甲", None, 2, 4]], "rows", None),
        ([["甲", "1件", "2件", "9件"]], "rows", "甲·计"),
        ([["甲", "Infinity", "-Infinity", 0]], "rows", "甲·计"),
        ([["甲", 1, 2, 3]], "columns", "甲·一"),
    ],
)
def test_sums_are_checked_where_that_is_asked_for(rows: Any, sums: str, cell: str | None) -> None:
    table = own_table(rows, ["项目", "一", "二", "计"], value)
    if cell is None:
        check_sums(table, sums)
        return
    with pytest.raises(NotebookError, match=cell):
        check_sums(table, sums)


def test_another_kind_of_sums_is_refused() -> None:
    with pytest.raises(NotebookError, match="isn't known"):
        check_sums(own_table([["甲", 1]], ["项目", "件数"], value), "row")


@given(
    st.lists(st.lists(st.text(alphabet="甲|*_`<>[]#\\\n ", min_size=1), min_size=2, max_size=2), min_size=1, max_size=4)
)
def test_no_words_of_a_cell_become_markup(rows: list[list[str]]) -> None:
    from reportkit.text.markdown import cells_of, parse

    text, _ = own_table(rows, ["项", "目"], value).markdown("题")
    (table,) = [each for each in parse(text, "prose") if each["type"] == "table"]
    assert cells_of(table)[1:] == [[" ".join(cell.split()) for cell in row] for row in rows]


def test_a_cell_that_isnt_the_datas_stops_the_report(root: Path) -> None:
    plan = plan_report(Project(root), 2024, "suqian")
    cell = nbformat.v4.new_code_cell("")
    cell.metadata["reportkit"] = {"section": "requests"}
    about = {"kind": "own_table", "cells": [[0, 1, "requests.granted.total", "1431"]]}
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/markdown": "x"}, metadata={"reportkit": about})]
    node = nbformat.v4.new_notebook(cells=[cell])
    refuse_other_cells(plan, STATUTORY, node)
    node.cells[0].outputs[0].metadata["reportkit"]["cells"][0][3] = "1432"
    with pytest.raises(PublishingError, match="1431"):
        refuse_other_cells(plan, STATUTORY, node)


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("| 结果 | 件数 |\n|---|---|\n| 予以公开 | 1431 |\n| 部分公开 | 471 |", []),
        ("| 结果 | 件数 |\n|---|---|\n| 予以公开 | 120 |\n| 部分公开 | 471 |", ["予以公开120件"]),
        ("| 结果 | 数量（件） |\n|---|---|\n| 予以公开 | 1,431 |\n| 不予公开 | 7 |", ["不予公开7件"]),
        ("| 申请人 | 新收（件） | 予以公开（件） |\n|---|---|---|\n| 自然人 | 3440 | 5 |", ["自然人予以公开5件"]),
        ("表：主要办理结果\n\n| 结果 | 件数 |\n|---|---|\n| 予以公开 | 120 |", ["予以公开120件"]),
        ("表：人大建议答复情况\n\n| 结果 | 件数 |\n|---|---|\n| 予以公开 | 120 |", []),
        ("表：热线办理\n\n| 类型 | 件数 |\n|---|---|\n| 咨询 | 120 |\n| 合计 | 120 |", []),
        ("| 渠道 | 信息数（条） |\n|---|---|\n| 网站 | 120 |", []),
        ("| 结果 | 2023年（件） |\n|---|---|\n| 予以公开 | 120 |", []),
        ("| 结果 | 满意度 |\n|---|---|\n| 予以公开 | 120 |", []),
    ],
)
def test_bare_numbers_of_an_own_table_are_held_against_the_rows_that_they_name(
    root: Path, table: str, wrong: list[str]
) -> None:
    evidence = replace(evidence_of("2024/suqian"), words={})
    found = check_prose(evidence, [Passage("annex", "附件", table)], whole=False)
    assert [each.quote for each in found if each.is_error] == wrong


# Charts


def test_a_share_is_drawn_in_the_frame_of_its_whole(root: Path) -> None:
    figure = section(root).share_chart(OUTCOMES, whole="requests.concluded.total")
    assert figure is not None
    (axes,) = figure.axes
    assert axes.get_xlim() == (0, 3521)
    assert [bar.get_width() for bar in axes.patches] == [1431, 471]
    assert [text.get_text() for text in axes.texts] == ["1431（40.64%）", "471（13.38%）"]


def test_a_part_over_its_whole_is_refused_and_nothing_is_drawn_of_nothing(root: Path) -> None:
    s = section(root)
    with pytest.raises(NotebookError, match="more than the whole"):
        s.share_chart({"新收": "requests.received.total"}, whole="requests.granted.total")
    assert s.share_chart({"规章": "disclosure.rules.issued"}, whole="requests.refused.state_secret.commercial") is None


def test_years_that_were_not_handed_in_are_left_out(root: Path) -> None:
    figure = section(root).years_chart(OUTCOMES, years=5)
    assert figure is not None
    assert [each.get_label() for each in figure.axes[0].containers] == ["2023年", "2024年"]
    assert section(root, 2023).years_chart(OUTCOMES) is None


@pytest.mark.parametrize("years", [0, 1, -2, 6])
def test_a_number_of_years_that_cant_be_drawn_is_refused(root: Path, years: int) -> None:
    with pytest.raises(NotebookError, match=f"years_chart: years={years}") as refused:
        section(root).years_chart(OUTCOMES, years=years)
    assert "from 2 to 5" in refused.value.fix
    assert "2至5" in refused.value.shown("zh").fix


def test_true_is_no_number_of_years(root: Path) -> None:
    with pytest.raises(NotebookError, match="years_chart: 'years' is True; a whole number"):
        section(root).years_chart(OUTCOMES, years=True)


@pytest.mark.parametrize("call", ["bar_chart", "comparison_chart", "share_chart", "years_chart", "items"])
def test_a_call_that_names_no_number_is_refused(root: Path, call: str) -> None:
    more = {"whole": "requests.concluded.total"} if call == "share_chart" else {}
    with pytest.raises(NotebookError, match=f"{call}: 'named' is empty; a mapping such as") as refused:
        getattr(section(root), call)({}, **more)
    assert f"s.{call}(named" in refused.value.fix


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("disclosure.fees.amount", "requests.concluded.total"),
        ("issues", "requests.concluded.total"),
        ("requests.granted.total", "issues"),
    ],
)
def test_shares_of_different_units_are_refused(root: Path, part: str, whole: str) -> None:
    path = root / "params" / "2024" / "suqian.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("facts:\n", "facts:\n  issues: {value: 9, unit: 期}\n", 1), encoding="utf-8")
    with pytest.raises(NotebookError, match="share_chart: the whole and its parts are of different units") as refused:
        section(root).share_chart({"项": part}, whole=whole)
    assert "(件)" in refused.value.what
    assert "另画一图" in refused.value.shown("zh").fix


def test_the_unit_of_a_share_is_among_what_was_read(root: Path) -> None:
    project = Project(root)
    reader = Reader(project, project.submission(2024, "suqian"))
    NotebookSection(reader, 2024).share_chart(OUTCOMES, whole="requests.concluded.total")
    assert reader.reads["unit:requests.granted.total"] == "件" == reader.now("unit:requests.granted.total")


def test_earlier_years_are_inputs_where_they_are_drawn(root: Path) -> None:
    old = root / "params" / "2022"
    old.mkdir()
    (old / "suqian.yaml").write_bytes((root / "params" / "2023" / "suqian.yaml").read_bytes())
    assert "params/2022/suqian.yaml" not in plan_report(Project(root), 2024, "suqian").execution.inputs
    add_cells(root, f's.show(s.years_chart({OUTCOMES!r}, years=3), caption="近年公开情况")')
    plan = plan_report(Project(root), 2024, "suqian")
    assert "params/2022/suqian.yaml" in plan.execution.inputs
    assert [*plan.basis.earlier] == [2022]
    bundle = build_one(root)
    assert bundle.failure is None, bundle.failure
    node = nbformat.read(root / "outputs" / "2024" / "suqian" / "report.ipynb", as_version=4)
    chart = next(each for each in blocks(node) if isinstance(each, Chart) and "近年" in each.exhibit.caption)
    assert chart.exhibit.columns == ("项目", "2022年", "2023年", "2024年")
    assert chart.exhibit.names[0][0] == "of_year.2022.requests.granted.total"
    refuse_other_numbers(plan, STATUTORY, [chart])
    rows = ((*chart.exhibit.rows[0][:1], 7, *chart.exhibit.rows[0][2:]), *chart.exhibit.rows[1:])
    with pytest.raises(PublishingError):
        refuse_other_numbers(plan, STATUTORY, [replace(chart, exhibit=replace(chart.exhibit, rows=rows))])


def test_alternative_text_is_made_of_the_data() -> None:
    one = Exhibit("题", "", "件", ("项目", "数值"), (("甲", 3), ("乙", 4.5)), names=(("a",), ("",)))
    said, bound = alt_from(one)
    assert said == "题。甲3件，乙4.5件。"
    assert [(said[each.start : each.end], each.name) for each in bound] == [("3", "a")]
    two = Exhibit("题", "", "件", ("项目", "2023年", "2024年"), (("甲", 3, 4), ("乙", "", 5)))
    assert alt_from(two)[0] == "题。2023年：甲3件。2024年：甲4件，乙5件。"
    many = Exhibit("题", "", "", ("项目", "数值"), tuple((f"项{each}", each) for each in range(40)))
    assert alt_from(many)[0].endswith("项23" + "23。其余见图后的数据。")


def test_sixteen_bits_of_grey_stay_grey() -> None:
    written = io.BytesIO()
    Image.new("I;16", (20, 20), 30_000).save(written, "PNG")
    kept = base64.b64decode(as_svg(written.getvalue(), "x").partition("base64,")[2].partition('"')[0])
    assert abs(Image.open(io.BytesIO(kept)).convert("L").getpixel((3, 3)) - 117) <= 1


def test_several_photos_in_one_file_are_the_first() -> None:
    written = io.BytesIO()
    first = Image.new("RGB", (640, 400), "red")
    first.save(written, "MPO", save_all=True, append_images=[Image.new("RGB", (640, 400), "blue")])
    assert "data:image/jpeg;base64," in as_svg(written.getvalue(), "x.jpg")


@pytest.mark.parametrize(
    "root",
    ['<svg viewBox="0 0 1 1000000">', "<svg>", '<svg viewBox="0 0 NaN 1">', '<svg width="0" height="5">', "<svg x=1"],
)
def test_an_svg_without_a_shape_is_refused(root: str) -> None:
    with pytest.raises(InputError, match="how wide and tall"):
        as_svg(f"{root}</svg>".encode(), "x.svg")
