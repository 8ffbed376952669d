"""The HTML page: what readers and their browsers are given."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from lxml import html

from reportkit.errors import PublishingError
from reportkit.publishing.html import ReportHTMLExporter
from tests.documents import bare_exhibit, markdown_cell, missing_figures, numbered_figures, output_cell, report


def page_of(notebook: object) -> str:
    page, _ = ReportHTMLExporter().from_notebook_node(notebook)
    assert isinstance(page, str)
    return page


@pytest.fixture(scope="module")
def page() -> str:
    return page_of(report())


@pytest.fixture(scope="module")
def document(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def test_a_page_has_one_main_heading_the_title(document: html.HtmlElement) -> None:
    assert [heading.text_content() for heading in document.iter("h1")] == ["试验区数据局2024年政府信息公开工作年度报告"]


def test_headings_follow_one_another_without_a_skip(document: html.HtmlElement) -> None:
    levels = [int(element.tag[1]) for element in document.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_contents_lead_to_the_six_parts(document: html.HtmlElement) -> None:
    links = document.xpath("//nav//a")
    assert [link.text for link in links][:2] == ["一、总体情况", "二、主动公开政府信息情况"]
    assert len(links) == 6
    assert all(document.get_element_by_id(link.get("href")[1:]).tag == "h2" for link in links)


def test_every_figure_names_its_row_and_column_heads(document: html.HtmlElement) -> None:
    for cell in document.xpath("//table[starts-with(@id, 'table-')]//td"):
        heads = [document.get_element_by_id(name) for name in cell.get("headers").split()]
        assert heads
        assert all(head.tag == "th" for head in heads)


def test_a_figure_of_table_three_is_named_by_all_its_heads(document: html.HtmlElement) -> None:
    cell = document.xpath("//table[@id='table-requests']/tbody/tr[3]/td[2]")[0]
    heads = [document.get_element_by_id(name).text_content() for name in cell.get("headers").split()]
    assert heads == ["三、本年度办理结果", "（一）予以公开", "申请人情况", "法人或其他组织", "商业企业"]


def test_a_figure_of_table_two_is_named_by_the_heads_of_its_own_block(document: html.HtmlElement) -> None:
    cell = document.xpath("//table[@id='table-disclosure']//tr[7]/td")[0]
    heads = [document.get_element_by_id(name).text_content() for name in cell.get("headers").split()]
    assert heads == ["行政许可", "本年处理决定数量"]


def test_every_head_cell_has_a_scope(document: html.HtmlElement) -> None:
    heads = document.xpath("//table//th")
    assert heads
    assert {head.get("scope") for head in heads} <= {"col", "row", "colgroup", "rowgroup"}


def test_a_page_needs_no_script_and_loads_nothing(page: str, document: html.HtmlElement) -> None:
    assert not document.xpath("//script | //link | //img[not(starts-with(@src, 'data:'))] | //iframe")
    assert "default-src 'none'" in document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert not re.search(r"url\((?!#)", page)


def test_a_chart_carries_its_alt_text_caption_and_data(document: html.HtmlElement) -> None:
    figure = document.get_element_by_id("chart1")
    assert figure.xpath("./*[local-name()='svg']/@aria-label") == ["条形图：予以公开12件，部分公开3件。"]
    assert figure.find("figcaption").text == "图1　办理结果"
    details = figure.getnext()
    assert details.tag == "details"  # beside it: a caption is the last thing in a figure
    assert [cell.text for cell in details.xpath(".//tbody//th | .//tbody//td")] == ["予以公开", "12", "部分公开", "3"]


def test_an_ordinary_page_bears_no_draft_mark(page: str) -> None:
    assert "草稿" not in page


def test_a_draft_is_marked_for_readers_and_search_engines() -> None:
    document = html.document_fromstring(page_of(report(missing_figures(), draft=True, missing=200)))
    assert "缺200格" in document.find_class("draft-bar")[0].text_content()
    assert document.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert document.find_class("draft-mark")


def test_missing_cells_are_printed_as_missing() -> None:
    document = html.document_fromstring(page_of(report(missing_figures())))
    assert {cell.text for cell in document.xpath("//table[@id='table-requests']//td")} == {"（缺）"}


def test_a_page_without_charts_stays_small() -> None:
    notebook = report(numbered_figures(first=100_000))
    notebook.cells = [cell for cell in notebook.cells if cell.id != "chart"]
    assert len(page_of(notebook).encode()) < 110_000


def test_the_same_notebook_gives_the_same_page() -> None:
    assert page_of(report()) == page_of(report())


@pytest.mark.parametrize("change", [{"alt": " "}, {"caption": ""}])
def test_a_chart_without_alt_text_or_caption_is_refused(change: dict[str, str]) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
    cell = output_cell({"image/svg+xml": svg}, "requests", "bare", bare_exhibit(**change))
    with pytest.raises(PublishingError, match="alt text"):
        page_of(report(extra=[cell]))


def test_a_picture_that_no_one_described_is_refused() -> None:
    with pytest.raises(PublishingError, match="no caption and alt text"):
        page_of(report(extra=[output_cell({"image/png": "aGk="}, "requests", "bare")]))


def test_a_markdown_image_is_refused_with_what_to_do_instead() -> None:
    cell = markdown_cell("![图](https://example.org/a.png)", "overview", "image")
    with pytest.raises(PublishingError) as caught:
        page_of(report(extra=[cell]))
    assert "![words](params" in caught.value.fix


def test_values_that_are_meant_to_be_left_out_and_code_are_not_published() -> None:
    cell = output_cell({"text/plain": "调试输出"}, "overview", "debug")
    cell.source, cell.metadata["tags"] = "print('调试源码')", ["remove-output"]
    page = page_of(report(extra=[cell]))
    assert "调试输出" not in page
    assert "调试源码" not in page


@pytest.mark.parametrize("tag", ["remove-cell", "remove_cell", "parameters", "remove-output"])
def test_tagged_cells_are_left_out(tag: str) -> None:
    cell = output_cell({"text/markdown": "不公布的话"}, "overview", "tagged")
    cell.metadata["tags"] = [tag]
    assert "不公布的话" not in page_of(report(extra=[cell]))


@pytest.mark.parametrize("kind", ["html", "typst", "pdf", "docx", "fragment"])
@pytest.mark.parametrize("fault", ["print", "formula"])
def test_nbconvert_says_what_cannot_be_published_without_a_traceback(tmp_path: Path, kind: str, fault: str) -> None:
    printed = nbformat.v4.new_output("stream", name="stdout", text="1\n")
    cell = nbformat.v4.new_code_cell("print(1)", id="lost", outputs=[printed])
    words = nbformat.v4.new_markdown_cell("甲$x^2$", id="lost")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 标题", id="a")])
    notebook.cells.append(cell if fault == "print" else words)
    nbformat.write(notebook, tmp_path / "a.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", f"reportkit-{kind}", "a.ipynb"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "REPORTKIT_LANG": "en"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "lost" in done.stderr
    assert "Fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.ipynb"]
