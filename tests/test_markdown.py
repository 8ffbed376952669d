"""Prose on its way to the page: it survives, and nothing in it is ever executed."""

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from reportkit.publishing.fonts import SERIF, font_set
from reportkit.publishing.typsttext import TypstRenderer, typst_string
from reportkit.text.markdown import parse, safe_url
from reportkit.text.markdown_html import HtmlRenderer
from reportkit.text.strings import join_lines, printable

HOSTILE = [
    "#set page(width: 1pt)",
    "$ sum_(k=1)^n k $",
    "@引用 和 user@example.org",
    r"\ 反斜线 C:\报告\2024",
    "* 星号 ** 两个 *** 三个",
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[链接](javascript:alert(1))",
    "[链接](JaVaScRiPt:alert(1))",
    "[链接](data:text/html,<script>alert(1)</script>)",
    "![图](https://example.org/track.png)",
    "]] } ) #panic() {{ 名称 }} {% raw %}",
    '"); read("/etc/passwd"); ("',
    "`代码` ```围栏```",
    "---\n===\n> 引文",
    "[甲]: https://example.org",
    "&lt;b&gt; &amp; &#106;avascript",
    "\u202e反向\u202c \u2066隔离\u2069 零\u200b宽",
    "长" * 10_000,
]


TAGS = {
    *("div", "p", "em", "strong", "s", "ul", "ol", "li", "a", "br", "table", "tr", "th", "td"),
    *("blockquote", "pre", "code", "sup", "section"),
}
"""All that prose may become."""


def as_html(text: str) -> html.HtmlElement:
    return html.fragment_fromstring(HtmlRenderer("test").render(parse(text, "prose")), create_parent="div")


def compiled(text: str) -> bytes:
    """The prose alone as a PDF of the strict standards: what Typst would execute, it would execute here."""
    source = f'#set document(title: "试")\n#set text(font: "{SERIF}", lang: "zh")\n'
    source += (
        "#let plain-table(caption, size, widths, sides, head, ..cells) = table(columns: widths, ..head, ..cells)\n"
    )
    source += f"#{{\n{TypstRenderer().render(parse(text, 'prose'))}\n}}"
    fonts = font_set()
    pdf = typst.Compiler(font_paths=fonts.fonts, ignore_system_fonts=True).compile(input=source.encode(), format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def bare(text: str) -> str:
    return "".join(printable(text).split())


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_prose_survives_as_text_in_html(text: str) -> None:
    page = as_html(text)
    shown = bare(page.text_content())
    kept = [character for character in bare(text) if character.isalnum()]
    position = 0
    for character in kept:  # every letter and figure is there, in order
        position = shown.find(character, position) + 1
        assert position, (character, shown[:100])


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_prose_makes_no_element_that_runs_or_loads(text: str) -> None:
    page = as_html(text)
    assert {element.tag for element in page.iter()} <= TAGS
    assert all(link.get("href").startswith(("http://", "https://", "mailto:")) for link in page.iter("a"))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_prose_compiles_as_text_in_typst(text: str) -> None:
    assert compiled(text).startswith(b"%PDF")


@given(st.text())
def test_a_typst_string_never_ends_early(text: str) -> None:
    literal = typst_string(text)
    assert literal[0] == literal[-1] == '"'
    inner = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert not inner.endswith("\\")


@given(st.text(alphabet=st.sampled_from("公开 年1a#*_-+.)[](){}<>!`~|\\$@&;:\"'=/\n")))
@settings(max_examples=150, deadline=None)
def test_any_prose_makes_a_page_without_active_elements(text: str) -> None:
    assert {element.tag for element in as_html(text).iter()} <= TAGS


@given(st.text(alphabet=st.sampled_from("公开 年1a#*_-+.)[](){}<>`~|\\$@&;:\"'=/\n\t\u202e\u200b")))
@settings(max_examples=60, deadline=None)
def test_any_prose_compiles(text: str) -> None:
    assert compiled(text).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("第一行\n第二行", "第一行第二行"),
        ("first line\nsecond line", "first line second line"),
        ("到2023年\n底", "到2023年底"),
        ("（一）\nA类", "（一）A类"),
    ],
)
def test_lines_are_joined_as_each_script_is_written(text: str, shown: str) -> None:
    assert join_lines(text) == shown


def test_indented_paragraphs_are_paragraphs() -> None:
    page = as_html("　　全角缩进。\n\n    四个空格。")
    assert [element.text for element in page.iter("p")] == ["全角缩进。", "四个空格。"]


def test_lists_keep_their_items() -> None:
    assert [item.text for item in as_html("- 甲\n- 乙\n").iter("li")] == ["甲", "乙"]


def test_numbered_lines_keep_the_numbers_that_were_written() -> None:
    page = as_html("有三项：\n1. 第一\n3. 第三\n7) 第七")
    assert [each.text for each in page.iter("p")] == ["有三项：", "1. 第一", "3. 第三", "7) 第七"]


@pytest.mark.parametrize("text", ["展厅面积为5*6*7米", "编号a_b_c", "5**6**7", "3 * 4 * 5"])
def test_a_product_is_no_emphasis(text: str) -> None:
    assert as_html(text).text_content() == text


def test_emphasis_within_han_text_is_emphasis() -> None:
    assert as_html("坚持**公开**为常态").find(".//strong").text == "公开"


def test_a_department_cannot_write_headings() -> None:
    page = as_html("# 一、总体情况\n\n二、主动公开\n====")
    assert not page.xpath(".//h1 | .//h2 | .//h3")
    assert "# 一、总体情况" in page.text_content()


def test_a_notebook_can_write_headings_below_the_title() -> None:
    rendered = HtmlRenderer("overview").render(parse("# 一、总体情况\n\n## （一）主动公开", "notebook"))
    assert rendered == '<h2 id="overview">一、总体情况</h2>\n<h3 id="overview-1">（一）主动公开</h3>'


def test_a_table_in_prose_becomes_a_table() -> None:
    page = as_html("| 项目 | 件数 |\n| --- | --- |\n| 甲 | 3 |")
    assert [cell.text for cell in page.iter("th", "td")] == ["项目", "件数", "甲", "3"]
    assert compiled("| 项目 | 件数 |\n| --- | --- |\n| 甲 | 3 |")


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a?b=1", True),
        ("http://example.org", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("file:///etc/passwd", False),
        ("https:", False),
        ("http://[", False),
    ],
)
def test_only_addresses_that_are_safe_to_follow_become_links(url: str, followed: bool) -> None:
    assert (safe_url(url) is not None) is followed


def test_a_refused_address_is_shown_as_text() -> None:
    page = as_html("[点这里](javascript:alert)")
    assert page.text_content() == "点这里（javascript:alert）"
    assert not list(page.iter("a"))
