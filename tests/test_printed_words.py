"""What Markdown says is printed in every format, or refused with its place: never as source, never left out."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import nbformat
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from reportkit.content import Block
from reportkit.errors import PublishingError
from reportkit.notebook.cells import words_html
from reportkit.publishing.docxtext import W, parsed, word_parts
from reportkit.publishing.extract import content_of, words
from reportkit.publishing.fragment import ReportFragmentExporter
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.pdftext import page_characters, page_texts
from reportkit.publishing.read_back import verify_docx, verify_fragment, verify_html
from reportkit.publishing.word import ReportWordExporter
from reportkit.text.markdown import headings, unprintable
from reportkit.text.markdown_rules import Flavour
from tests.documents import markdown_cell, prose_cell, report

EXPORTERS = {
    "html": ReportHTMLExporter,
    "pdf": ReportPDFExporter,
    "docx": ReportWordExporter,
    "fragment": ReportFragmentExporter,
}
NOTEBOOK: Flavour = "notebook"
FLAVOURS: tuple[Flavour, ...] = ("prose", "notebook")
TITLE = "标题"


def document(text: str, flavour: Flavour = "prose") -> Any:
    """A small document with one text under its heading."""
    body = prose_cell(text) if flavour == "prose" else markdown_cell(text, "overview", "more")
    about = {"title": TITLE, "title_lines": [TITLE], "name": TITLE, "year": 2024, "draft": False, "missing": 0}
    cells = [markdown_cell("# 甲", "overview", "one"), body]
    return nbformat.v4.new_notebook(cells=cells, metadata={"reportkit": {"about": about}})


def exported(notebook: Any, name: str) -> Any:
    return EXPORTERS[name]().from_notebook_node(notebook)[0]


def docx_text(content: bytes) -> str:
    parts = word_parts(content)
    roots = [parsed(parts, name) for name in ("word/document.xml", "word/footnotes.xml") if name in parts]
    return "".join(each.text or "" for root in roots for each in root.iter(f"{W}t"))


def printed(notebook: Any) -> dict[str, str]:
    """The text of a document in each format, and as what approvals bind, without spaces."""
    page = html.document_fromstring(exported(notebook, "html"))
    for element in page.xpath("//nav | //h1 | //*[@class='about']"):
        element.drop_tree()
    found = {
        "html": page.find(".//main").text_content(),
        "pdf": "".join(page_texts(exported(notebook, "pdf"))),
        "docx": docx_text(exported(notebook, "docx")),
        "fragment": html.fragment_fromstring(exported(notebook, "fragment")).text_content(),
        "content": "".join(
            each.marker + each.text for _, each in content_of(notebook, "2021").shown() if isinstance(each, Block)
        ),
    }
    return {name: "".join(text.split()) for name, text in found.items()}


def in_all(text: str, flavour: Flavour, shown: str) -> None:
    found = printed(document(text, flavour))
    assert {name: shown in each for name, each in found.items()} == dict.fromkeys(found, True), found


# Printed in every format

PRINTED: Mapping[str, tuple[str, str]] = {
    "a list in a list": ("- 外层\n  - 内层", "内层"),
    "four lists": ("- 一层\n  - 二层\n    - 三层\n      - 四层", "四层"),
    "a quote": ("> 引文", "引文"),
    "a quote in a quote": ("> 外\n>\n> > 内层引文", "内层引文"),
    "a list in a quote": ("> - 项目\n>   - 子项", "子项"),
    "code in words": ("其中`代码`三行", "其中代码三行"),
    "marks in code": ("`a*b*c_d_e`", "a*b*c_d_e"),
    "fenced code": ("```\n第一行\n第二行\n```", "第一行第二行"),
    "fenced code in a language": ("```python\nx = 1\n```", "x=1"),
    "code with tildes": ("~~~\n第一行\n~~~", "第一行"),
    "struck-out words": ("删去~~旧的~~文字", "删去旧的文字"),
    "a footnote": ("脚注[^1]。\n\n[^1]: 注释的文字", "注释的文字"),
    "a footnote with a name": ("脚注[^来源]。\n\n[^来源]：注释的文字", "注释的文字"),
    "a title of a link": ('[文字](http://example.org "标题文字")', "文字（标题文字）"),
    "an address that is none": ("[实施方案](附件1)", "实施方案（附件1）"),
    "an address with a title": ("[实施方案](附件1 '全文')", "实施方案（附件1，全文）"),
    "an address typed in per cent": ("[方案](%E9%99%84%E4%BB%B61.pdf)", "方案（附件1.pdf）"),
    "a link without words": ("见[](http://example.org/附件)。", "见http://example.org/附件。"),
    "nothing but an address": ("[](附件1)", "附件1"),
    "bold words that end a sentence": ("**一是甲。**全年。**二是乙。**新增", "一是甲。全年。二是乙。新增"),
    "bold words in quotation marks": ("甲**“重点”**乙", "甲“重点”乙"),
    "bold words with a percentage": ("办结率为**50%**的**（三）**项", "办结率为50%的（三）项"),
    "bold words with a colon": ("**注意：**请核对，*（一）*甲", "注意：请核对，（一）甲"),
    "bold words before a link": ("甲**《[办法](http://example.org)》**乙", "甲《办法》乙"),
    "a bare address": ("见<http://example.org/a>。", "见http://example.org/a。"),
}  # fmt: skip


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("kind", PRINTED)
def test_what_can_be_printed_is_in_every_format(kind: str, flavour: Flavour) -> None:
    text, shown = PRINTED[kind]
    assert not unprintable(text, flavour)
    in_all(text, flavour, shown)


@pytest.mark.parametrize("kind", PRINTED)
def test_no_mark_of_markdown_is_printed(kind: str) -> None:
    text, _ = PRINTED[kind]
    for name, found in printed(document(text)).items():
        for mark in ("~~", "`", "> ", "[^", "](", "%E9", *(() if kind == "marks in code" else ("*",))):
            assert mark not in found.replace("<http", ""), (name, found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("展厅面积为5*6*7米", "5*6*7"),
        ("每年3~5月和7~9月", "3~5月和7~9月"),
        ("从3~~5月到7~~9月", "3~~5月到7~~9月"),
        (">50%的申请", ">50%的申请"),
        ("办结率\n>50%", ">50%"),
        ("    四个空格", "四个空格"),
        ("\t制表符", "制表符"),
        ("一个`反引号", "一个`反引号"),
        ("```\n没有结束", "```没有结束"),
        ("[^…]和[^ ]", "[^…]和[^]"),
        ("售价$5", "售价$5"),
        ("售价$5和$6", "售价$5和$6"),
        ("甲$和乙$之间", "甲$和乙$之间"),
        ("若a<b，则<2件", "若a<b，则<2件"),
        ("《条例》<条例>", "《条例》<条例>"),
        ("填写<name>一栏", "填写<name>一栏"),
        ("申请人张**、李**各一件", "张**、李**各一件"),
        ("号码1234****5678", "1234****5678"),
        ("5**6**7", "5**6**7"),
        ("\\*\\*甲\\*\\*乙", "**甲**乙"),
        ("研发R&D和AT&T；Q&A;", "研发R&D和AT&T；Q&A;"),
        ("\\&nbsp;照印", "&nbsp;照印"),
        ("文献[1][2]", "文献[1][2]"),
        ("[注]: 另有说明", "[注]:另有说明"),
        ("#1楼和# 2", "#1楼和#2"),
        ("甲|乙", "甲|乙"),
        ("\\[附件\\]和\\(0527\\)", "[附件]和(0527)"),
        ("[ ] 不是列表", "[]不是列表"),
        ("1. 第一\n3. 第三", "1.第一3.第三"),
    ],
)
def test_what_clerks_write_by_hand_stays_as_it_is(text: str, shown: str) -> None:
    assert not unprintable(text, "prose")
    in_all(text, "prose", shown)


@pytest.mark.parametrize("text", ["{}", "见{}。", "`{}`", "```\n{}\n```", "[{}](http://example.org)", "- {}", "> {}"])
def test_an_address_longer_than_a_line_is_broken_and_nothing_of_it_lost(text: str) -> None:
    address = "http://example.org/" + "abcdefghij" * 12
    pdf = exported(document(text.format(address)), "pdf")
    pages = pypdfium2.PdfDocument(pdf)
    places = [each.middle_x for page in pages for each in page_characters(page)]
    assert min(places) > 28 / 25.4 * 72
    assert max(places) < 184 / 25.4 * 72
    assert address in "".join(page_texts(pdf)).replace("\u200b", "")


# Refused with its place

REFUSED = {
    "a formula": ("公式$x^2$。", "formula"),
    "a formula of words": ("$公开率=a/b$", "formula"),
    "a command": ("$\\frac{公开}{全部}$", "formula"),
    "a formula by itself": ("甲\n\n$$\nx\n$$", "formula"),
    "a formula in a line": ("甲$$x+y$$乙", "formula"),
    "a formula in brackets": ("甲\\(x+y\\)乙", "formula"),
    "a formula as JupyterLab takes it": ("甲\\\\(x+y\\\\)乙", "formula"),
    "an environment": ("\\begin{align}x\\end{align}", "formula"),
    "an image tag": ('<img src="a.png" width="50">', "image"),
    "an image tag over lines": ("甲<IMG\nsrc=a.png>", "image"),
    "an image": ("甲![图](a.png)", "image"),
    "an image without words": ("![](a.png)", "image"),
    "a break": ("甲<br>乙", "HTML"),
    "a font": ("<font color=red>红</font>", "HTML"),
    "a comment": ("甲<!-- 注 -->", "HTML"),
    "a script": ("<script>alert(1)</script>", "HTML"),
    "an index": ("H<sub>2</sub>O", "HTML"),
    "of a word processor": ("甲<o:p></o:p>", "HTML"),
    "HTML in a list": ("- 甲\n  - <b>乙</b>", "HTML"),
    "HTML in a quote": ("> <u>甲</u>", "HTML"),
    "HTML in a table": ("| 甲 |\n|---|\n| a<br>b |", "HTML"),
    "a formula in a footnote": ("甲[^1]\n\n[^1]: $x$", "formula"),
    "a task": ("- [ ] 甲", "task box"),
    "a finished task": ("* [x] 甲", "task box"),
    "a task in a list": ("- 甲\n  - [X] 乙", "task box"),
    "an undefined footnote": ("甲[^1]。", "not defined"),
    "a footnote defined twice": ("甲[^1]\n\n[^1]: 乙\n[^1]: 丙", "defined twice"),
    "a footnote for nothing": ("甲\n\n[^1]: 乙", "not referred to"),
    "asterisks with spaces": ("甲** 重点 **乙", "asterisks '** 重点 **'"),
    "asterisks over two lines": ("** 甲\n乙 **", "asterisks '** 甲'"),
    "asterisks beside Latin letters": ("**a.**b", "asterisks"),
    "asterisks in a list": ("- ** 甲 **", "asterisks"),
    "a table in a quote": ("> | 甲 | 乙 |\n> |---|---|\n> | 1 | 2 |", "in a list or quote"),
    "a table without outer lines in a quote": ("> 甲 | 乙\n> ---|---\n> 1 | 2", "in a list or quote"),
    "a table in an item": ("- | 甲 | 乙 |\n  |---|---|\n  | 1 | 2 |", "in a list or quote"),
    "a row that is shorter": ("| 甲 | 乙 |\n|---|---|\n| 1 |", "rows of the table"),
    "a row that is longer": ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n| 1 | 2 | 3 |", "rows of the table"),
    "a row without its last line": ("| 甲 | 乙 |\n|---|---|\n| 1 | 2", "rows of the table"),
    "a head that is longer": ("| 甲 | 乙 |\n|---|\n| 1 | 2 |", "rows of the table"),
    "a row of another table": ("甲 | 乙\n---|---\n1 | 2 | 3", "rows of the table"),
    "a space's name": ("甲&nbsp;乙", "HTML code '&nbsp;'"),
    "a bracket's name": ("甲&lt;乙", "HTML code '&lt;'"),
    "a character's number": ("&#49;500件", "HTML code '&#49;'"),
    "a character's other number": ("甲&#x41;", "HTML code '&#x41;'"),
    "a name in a table": ("| 甲 |\n|---|\n| a&amp;b |", "HTML code '&amp;'"),
    "lists seven deep": ("\n".join("  " * depth + f"- 第{depth}层" for depth in range(8)), "in more than six others"),
    "quotes seven deep": (
        "\n".join("> " * depth + f"第{depth}层\n" + "> " * depth for depth in range(1, 9)),
        "in more than six others",
    ),
    "a picture by reference": ("甲![图][1]乙", "image"),
    "a picture by its own name": ("![图][]", "image"),
    "a footnote in a footnote": ("甲[^1][^2]\n\n[^1]: 乙[^2]\n[^2]: 丙", "in a footnote"),
}
REFUSED |= {
    "a ruled line": ("甲\n\n---\n\n乙", "ruled line"),
    "a ruled line of asterisks": ("甲\n\n* * *\n\n乙", "ruled line"),
    "an underlined heading": ("甲\n===", "underlined"),
    "a heading in a quote": ("> # 甲", "heading '# 甲'"),
    "a heading in a list": ("- # 甲", "heading '# 甲'"),
}
IN_NOTEBOOKS = {
    "an address for nothing": ("甲\n\n[乙]: 丙", "not referred to"),
    "a numbered task": ("1. [ ] 甲", "task box"),
}
IN_PROSE = {
    "a heading": ("## 标题\n\n文字", "heading '## 标题'"),
    "a heading between lines": ("文字。\n### 标题\n文字", "heading '### 标题'"),
    "a link by reference": ("见[附件][1]\n\n[1]: http://example.org", "reference '[附件][1]'"),
    "a file by reference": ("见[附件][]\n\n[附件]: a.pdf", "reference '[附件][]'"),
    "an address for nothing": ("[1]: http://example.org", "reference '[1]: http://example.org'"),
    "an address on a portal": ("[1]: /art/2024.html", "reference"),
}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_printed_is_found_with_its_line(kind: str, flavour: Flavour) -> None:
    text, what = REFUSED[kind]
    found = unprintable(f"前文。\n\n{text}", flavour)
    assert found
    assert what in str(found[0].said)
    assert found[0].line is not None
    assert found[0].line >= 3


@pytest.mark.parametrize("kind", IN_NOTEBOOKS)
def test_what_only_notebooks_could_mean_is_found_there(kind: str) -> None:
    text, what = IN_NOTEBOOKS[kind]
    assert [what in str(each.said) for each in unprintable(text, "notebook")] == [True]
    assert not unprintable(text, "prose")


@pytest.mark.parametrize("kind", IN_PROSE)
def test_what_is_sound_in_a_notebook_alone_is_found_in_a_submission(kind: str) -> None:
    text, what = IN_PROSE[kind]
    found = unprintable(f"前文。\n\n{text}", "prose")
    assert what in str(found[0].said)
    assert (found[0].line or 0) >= 3


@pytest.mark.parametrize("text", ["见[附件][1]\n\n[1]: http://example.org", "见[附件][]\n\n[附件]: http://example.org"])
def test_a_notebooks_links_may_have_their_addresses_elsewhere(text: str) -> None:
    assert not unprintable(text, "notebook")
    in_all(text, "notebook", "见附件")


@pytest.mark.parametrize("head", ["件数", "", "一二三四"])
def test_a_wide_table_is_found_in_no_time(head: str) -> None:
    """Looking for its line takes time in proportion to it: this one had 2 to the power of 40 ways to be read."""
    columns = 40
    text = "前文。\n\n" + "\n".join(f"|{each * columns}" for each in (f"{head}|", "--|", "123456789|"))
    (found,) = unprintable(text, "prose")
    assert str(found.said).endswith("too wide to be printed.")
    assert found.line == 3


@pytest.mark.parametrize("name", EXPORTERS)
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "kind", ["a formula", "an image tag", "a break", "a task", "an image", "an undefined footnote"]
)
def test_each_exporter_refuses_it_with_section_and_cell(kind: str, flavour: Flavour, name: str) -> None:
    text, what = REFUSED[kind]
    with pytest.raises(PublishingError, match=what) as refused:
        exported(document(f"前文。\n\n{text}", flavour), name)
    cell = "prose" if flavour == "prose" else "more"
    assert refused.value.where == f"section overview, cell {cell}, line 3"


@pytest.mark.parametrize("text", ["`$x^2$`", "```\n<br>\n- [ ] x\n```", "\\<br>", "\\$x^2\\$", "`![图](a.png)`"])
def test_code_and_escaped_marks_are_none_of_it(text: str) -> None:
    assert not unprintable(text, "prose")


def test_each_thing_is_found_on_its_own_line() -> None:
    assert [each.line for each in unprintable("甲$x$\n乙`$x$`\n丙<br>$x$<br>", "prose")] == [1, 3, 3, 3]


# Headings


@pytest.mark.parametrize("name", EXPORTERS)
@pytest.mark.parametrize(
    ("headings", "skipped"),
    [("### 丙", "丙"), ("## 乙\n\n#### 丁", "丁"), ("## 乙\n\n文字。\n\n## 丙\n\n##### 戊", "戊")],
)
def test_a_heading_that_skips_a_level_is_refused_in_every_format(name: str, headings: str, skipped: str) -> None:
    with pytest.raises(PublishingError, match=f"The heading '{skipped}' has ###") as refused:
        exported(document(f"{headings}\n\n文字。", NOTEBOOK), name)
    assert refused.value.where == "section overview, cell more"


@pytest.mark.parametrize("name", EXPORTERS)
def test_headings_may_come_back_up_by_several_levels(name: str) -> None:
    assert exported(document("## 乙\n\n### 丙\n\n文字。\n\n# 丁\n\n文字。", NOTEBOOK), name)


# Footnotes


def test_footnotes_are_numbered_through_the_report_and_lead_there_and_back() -> None:
    cells = [
        prose_cell("甲[^x]乙[^y]丙[^x]\n\n[^x]: 子\n[^y]: 丑", "other_matters", "a"),
        markdown_cell("丁[^x]\n\n[^x]: 寅", "other_matters", "b"),
    ]
    page = html.document_fromstring(exported(report(extra=cells), "html"))
    marks = page.xpath("//sup/a")
    assert [each.text for each in marks] == ["[1]", "[2]", "[1]", "[3]"]
    assert [each.get("href") for each in marks] == ["#footnote-1", "#footnote-2", "#footnote-1", "#footnote-3"]
    notes = page.xpath("//section[@role='doc-endnotes']/p")
    assert [each.text_content() for each in notes] == ["[1] 子", "[2] 丑", "[3] 寅"]
    assert [each.get("id") for each in notes] == ["footnote-1", "footnote-2", "footnote-3"]
    backs = [each.find("a").get("href").removeprefix("#") for each in notes]
    assert all(len(page.xpath("//sup/a[@id=$id]", id=back)) == 1 for back in backs)
    verify_html(exported(report(extra=cells), "html"), [])


def test_footnotes_of_a_fragment_need_no_ids() -> None:
    page = exported(report(extra=[prose_cell("甲[^x]\n\n[^x]: 子", "other_matters", "a")]), "fragment")
    verify_fragment(page, [], draft=False)
    assert "甲<sup>[1]</sup>" in page
    assert html.fragment_fromstring(page).xpath(".//p")[-1].text_content() == "[1] 子"


def test_word_has_real_footnotes_with_links_of_their_own() -> None:
    text = "甲[^x]乙[^y]丙[^x]\n\n[^x]: 见[网站](http://example.org/一)\n[^y]: 丑"
    content = exported(report(extra=[prose_cell(text, "other_matters", "a")]), "docx")
    verify_docx(content, [], draft=False)
    parts = word_parts(content)
    notes = parsed(parts, "word/footnotes.xml").findall(f"{W}footnote")
    assert [each.get(f"{W}id") for each in notes] == ["-1", "0", "1", "2"]
    references = parsed(parts, "word/document.xml").iter(f"{W}footnoteReference")
    assert [each.get(f"{W}id") for each in references] == ["1", "2"]
    assert b"http://example.org/%E4%B8%80" in parts["word/_rels/footnotes.xml.rels"]
    assert b"footnotes.xml" in parts["word/_rels/document.xml.rels"]


def test_a_word_file_without_footnotes_has_no_part_for_them() -> None:
    parts = word_parts(exported(report(), "docx"))
    assert not any("footnotes" in name for name in parts)
    assert b"footnotePr" not in parts["word/settings.xml"]


def test_footnotes_are_part_of_what_is_approved() -> None:
    cells = [prose_cell("甲[^x]。\n\n[^x]: 子", "problems", "a"), prose_cell("乙[^x]\n\n[^x]: 丑", "problems", "b")]
    shown = content_of(report(extra=cells), "2021").sections["problems"][-4:]
    assert [(each.kind, each.text, each.marker) for each in shown if isinstance(each, Block)] == [
        ("paragraph", "甲[1]。", ""),
        ("note", "子", "[1]"),
        ("paragraph", "乙[2]", ""),
        ("note", "丑", "[2]"),
    ]


def test_what_is_quoted_and_struck_out_is_part_of_what_is_approved() -> None:
    found = words("> 引~~文~~\n\n```\n代\n码\n```", "prose")
    assert [(each.kind, each.text, each.level) for each in found] == [("quote", "引文", 1), ("code", "代\n码", 0)]
    assert [(span.start, span.end, span.kind) for span in found[0].spans] == [(1, 2, "struck")]


# Lines of a submission


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("一是甲。\n二是乙！\n三是丙？\n四是丁", ["一是甲。", "二是乙！", "三是丙？", "四是丁"]),
        ("甲说“是。”\n乙（见附件。）\n丙", ["甲说“是。”", "乙（见附件。）", "丙"]),
        ("一行没有写完，\n下一行接着写。", ["一行没有写完，下一行接着写。"]),
        ("一是甲；\n二是乙；\n丙", ["一是甲；", "二是乙；丙"]),
        ("主要有：\n（一）甲\n（二）乙", ["主要有：", "（一）甲（二）乙"]),
        ("包括\n1、甲\n2、乙", ["包括", "1、甲", "2、乙"]),
        ("第2、\n3、4条", ["第2、3、4条"]),
        ("甲。[^1]\n**乙。**\n丙\n\n[^1]: 注", ["甲。[1]", "乙。", "丙"]),
        ("**甲。\n乙。**\n丙", ["甲。乙。", "丙"]),
        ("甲。  \n　　乙。", ["甲。", "乙。"]),
        ("甲。\r\n乙。", ["甲。", "乙。"]),
    ],
)
def test_a_line_that_ends_a_sentence_ends_a_paragraph_of_a_submission(text: str, paragraphs: list[str]) -> None:
    assert [each.text for each in words(text, "prose") if each.kind == "paragraph"] == paragraphs
    page = html.fragment_fromstring(words_html(text), create_parent=True)
    assert [each.text_content() for each in page.iter("p") if "footnote" not in each.get("class", "")] == paragraphs
    for paragraph in paragraphs:
        in_all(text, "prose", paragraph.removesuffix("[1]"))


def test_a_notebooks_lines_are_one_paragraph_as_in_jupyterlab() -> None:
    assert [each.text for each in words("一是甲。\n二是乙。", "notebook")] == ["一是甲。二是乙。"]


def test_lines_of_lists_tables_and_code_stay_together() -> None:
    text = "- 甲。\n  乙。\n- 丙\n\n| 甲。 | 乙 |\n|---|---|\n| 丙 | 丁 |\n\n```\n甲。\n乙。\n```"
    shown = [(each.kind, each.text) for each in words(text, "prose")]
    assert shown == [
        ("item", "甲。乙。"),
        ("item", "丙"),
        ("paragraph", "表1"),
        ("row", "甲。\t乙"),
        ("row", "丙\t丁"),
        ("code", "甲。\n乙。"),
    ]


def test_a_line_after_a_lists_last_sentence_is_no_part_of_the_list() -> None:
    shown = [(each.kind, each.text) for each in words("- 甲。\n- 乙。\n　　下一段。", "prose")]
    assert shown == [("item", "甲。"), ("item", "乙。"), ("paragraph", "下一段。")]


# Any structure

HAN = st.text(st.sampled_from("政务公开年报信息申请办理答复"), min_size=1, max_size=6)
INLINE: tuple[Callable[[str], str], ...] = (
    str,
    "**{}**".format,
    "*{}*".format,
    "~~{}~~".format,
    "`{}`".format,
    "[{}](http://example.org)".format,
)


@st.composite
def line(draw: st.DrawFn) -> str:
    """A line of words, each of them in some way set apart or none."""
    found = [draw(st.sampled_from(INLINE))(draw(HAN)) for _ in range(draw(st.integers(1, 3)))]
    return "，".join(found)


def indented(text: str, first: str, further: str) -> str:
    return "\n".join(f"{further if number else first}{each}".rstrip() for number, each in enumerate(text.split("\n")))


CODE = st.lists(HAN, min_size=1, max_size=3).map(lambda lines: "\n".join(["```", *lines, "```"]))


def blocks(depth: int) -> st.SearchStrategy[str]:
    """Markdown's blocks, lists and quotes within each other to a depth."""
    if depth == 0:
        return line() | CODE
    inner = blocks(depth - 1)
    items = st.lists(st.tuples(line(), inner), min_size=1, max_size=2)
    quoted = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        line(),
        CODE,
        items.map(lambda found: "\n".join(indented(f"{words}\n\n{below}", "- ", "  ") for words, below in found)),
        quoted.map(lambda found: indented("\n\n".join(found), "> ", "> ")),
    )


@given(st.lists(blocks(3), min_size=1, max_size=3), st.booleans())
@settings(max_examples=40)
def test_any_structure_says_the_same_in_every_format(found: list[str], has_note: bool) -> None:
    text = "\n\n".join([*found, "末段[^n]。\n\n[^n]: 注释" if has_note else "末段。"])
    wanted = Counter(re.findall(r"[\u4e00-\u9fff]", text.replace("[^n]", "")))
    notebook = document(text, NOTEBOOK)
    for name, shown in printed(notebook).items():
        said = Counter(re.findall(r"[\u4e00-\u9fff]", shown))
        assert not wanted - said, (name, text, shown)
        assert not (said - wanted) - Counter(f"甲{TITLE}"), (name, text, shown)


@given(st.text(st.sampled_from("公开。；：\n `~>-*[]^1.、（一）|$<\\#!"), max_size=60), st.sampled_from(FLAVOURS))
@settings(max_examples=60)
def test_any_marks_say_the_same_in_every_format(text: str, flavour: Flavour) -> None:
    """Whatever its structure is read as: no word is in one format and not in another."""
    text = f"文{text}"
    if unprintable(text, flavour) or (flavour == "notebook" and headings(text)):
        return
    found = printed(document(text, flavour))
    wanted = Counter(re.findall("[公开文一]", found.pop("content")))
    for name, shown in found.items():
        said = Counter(re.findall("[公开文一]", shown))
        assert not wanted - said, (name, text, shown)
