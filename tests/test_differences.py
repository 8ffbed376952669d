"""What differs between two reports: exactly what readers would see, told by cell, sentence and chart."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from reportkit.content import Block, Content, Item, Span, StatutoryFigures, Version
from reportkit.desk.board.redline import redline
from reportkit.desk.versions import Compared, Side
from reportkit.model import Exhibit, Finding, Severity
from reportkit.publishing.extract import words
from reportkit.review.alignment import align, pieces, sentences
from reportkit.review.alignment import words as words_of
from reportkit.review.changes import Comparison, FigureChange, WordsChange
from reportkit.review.phrases import what
from reportkit.text.markdown import parse
from reportkit.text.markdown_html import HtmlRenderer
from tests.reviewing import compare
from tests.strategies import hostile_text


def paragraph(text: str) -> Block:
    return Block("paragraph", text)


def content(
    *items: Item, section: str = "overview", head: tuple[tuple[str, str], ...] = (("标题", "报告"),)
) -> Content:
    return Content("2021", head, {section: items})


def compared(before: list[str], after: list[str]) -> Comparison:
    return compare(content(*map(paragraph, before)), content(*map(paragraph, after)))


def told(comparison: Comparison) -> list[tuple[str, str, str]]:
    return [(each.kind, each.before, each.after) for each in comparison.wording]


def marked(change: WordsChange) -> str:
    signs = {"same": "", "removed": "-", "added": "+"}
    return "|".join(f"{signs[piece.operation]}{piece.text}" for piece in change.pieces)


# Sentences and words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一。二！三", ["一。", "二！", "三"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("第一行\n第二行", ["第一行\n", "第二行"]),
        ("", []),
    ],
)
def test_sentences_end_with_their_marks(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@given(hostile_text)
def test_sentences_and_words_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
    assert "".join(words_of(text)) == text


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("受理1,234件。", "受理1,235件。", "受理|-1,234|+1,235|件。"),
        ("增长12.5%。", "增长12.6%。", "增长|-12.5%|+12.6%|。"),
        ("收到政府信息公开申请。", "收到政府信息公开咨询。", "收到政府信息公开|-申请|+咨询|。"),
        ("全部办结。", "已全部按期办结。", "+已|全部|+按期|办结。"),
    ],
)
def test_words_and_numbers_change_as_wholes(before: str, after: str, found: str) -> None:
    (change,) = compared([before], [after]).wording
    assert marked(change) == found


@given(hostile_text, hostile_text)
def test_pieces_are_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(each.text for each in found if each.operation != "added") == before
    assert "".join(each.text for each in found if each.operation != "removed") == after


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=6), st.lists(st.sampled_from("甲乙丙丁"), max_size=6))
def test_every_text_has_its_place_in_an_alignment(before: list[str], after: list[str]) -> None:
    pairs = align(before, after)
    assert [one for one, _ in pairs if one is not None] == list(range(len(before)))
    assert [other for _, other in pairs if other is not None] == list(range(len(after)))


def test_one_changed_sentence_is_one_change() -> None:
    before = "2024年工作平稳。全年收到申请12件。全部办结。"
    comparison = compared([before, "另一段。"], [before.replace("12", "13"), "另一段。"])
    assert told(comparison) == [("changed", "全年收到申请12件。", "全年收到申请13件。")]
    assert what(comparison.wording[0]) == "“全年收到申请12件。”改为“全年收到申请13件。”"


def test_what_is_new_or_gone_is_told_by_sentence() -> None:
    comparison = compared(["一段在此不变。删去的一句。"], ["新的一句很长很长。一段在此不变。", "新的一段文字。"])
    assert told(comparison) == [
        ("added", "", "新的一句很长很长。"),
        ("removed", "删去的一句。", ""),
        ("added", "", "新的一段文字。"),
    ]


def test_a_paragraph_that_moves_is_told_once() -> None:
    one, two, three = (
        "聚焦政策发布，做好解读回应工作。",
        "依法办理依申请公开，强化沟通。",
        "加强平台建设，优化栏目设置。",
    )
    comparison = compared([one, two, three], [three, one, two])
    assert told(comparison) == [("moved", three, three)]
    assert [row.elsewhere for row in comparison.sections[0][1]].count(True) == 2


def test_a_paragraph_moves_to_another_section() -> None:
    text = "加强平台建设，优化栏目设置，提升服务水平。"
    before = Content("2021", (), {"overview": (paragraph(text),), "problems": (paragraph("另外的一段文字。"),)})
    after = Content("2021", (), {"overview": (), "problems": (paragraph("另外的一段文字。"), paragraph(text))})
    (change,) = compare(before, after).wording
    assert (change.section, change.kind) == ("problems", "moved")


def test_a_moved_paragraph_may_have_changed_a_little() -> None:
    before = "聚焦重点领域，全年主动公开各类政府信息1200条，回应群众关切。"
    after = before.replace("1200", "1300")
    (change,) = compared([before, "第二段文字在这里。"], ["第二段文字在这里。", after]).wording
    assert (change.kind, change.before, change.after) == ("moved", before, after)
    assert "-1200|+1300" in marked(change)


def test_words_that_only_look_otherwise_are_told_as_form() -> None:
    plain = Block("paragraph", "全部办结。")
    strong = replace(plain, spans=(Span(0, 4, "strong"),))
    (change,) = compare(content(plain), content(strong)).wording
    assert (change.kind, change.after) == ("form", "全部办结。")
    assert what(change).startswith("文字未变")


def test_what_was_computed_and_what_typed_is_no_difference() -> None:
    typed = Block("paragraph", "收到12件。")
    computed = replace(typed, spans=(Span(2, 4, "computed"),))
    assert not compare(content(typed), content(computed))
    assert content(typed).digests() == content(computed).digests()


def test_a_row_of_a_small_table_changes_cell_by_cell() -> None:
    before, after = Block("row", "甲\t1\t2"), Block("row", "甲\t1\t3")
    comparison = compare(content(before), content(after))
    assert told(comparison) == [("changed", "2", "3")]
    longer = Block("row", "甲\t1\t2\t3")
    assert [each.kind for each in compare(content(before), content(longer)).wording] == ["removed"] * 3 + ["added"] * 4


# Figures, charts, findings


def figures(**cells: str | None) -> StatutoryFigures:
    named = {f"disputes.{name}": value for name, value in cells.items()}
    return StatutoryFigures("disputes", "表四", "件", None, "x", named)


def test_figures_are_told_cell_by_cell_with_their_growth() -> None:
    comparison = compare(content(figures(a="4", b="0", c=None, d="7")), content(figures(a="5", b="2", c="3", d=None)))
    found = {each.cell[-1]: each for each in comparison.figures}
    assert {name: (each.change, each.percent, each.direction) for name, each in found.items()} == {
        "a": (Decimal(1), Decimal("25.00"), "up"),
        "b": (Decimal(2), None, "up"),
        "c": (None, None, "new"),
        "d": (None, None, "gone"),
    }
    assert found["c"].to_json() | {"label": ""} == {
        "cell": "disputes.c", "label": "", "unit": "", "before": None, "after": 3, "direction": "new",
        "change": None, "percent": None,
    }  # fmt: skip


def test_a_falling_negative_figure_falls() -> None:
    change = FigureChange("x", "", "", "-4", "-6")
    assert (change.change, change.percent, change.direction) == (Decimal(-2), Decimal("-50.00"), "down")


def test_a_chart_is_told_by_its_data() -> None:
    before = Exhibit("图题", "替代文字", "件", ("类别", "件数"), (("甲", 1), ("乙", 2)))
    after = replace(before, rows=(("甲", 1), ("乙", 3)))
    (change,) = compare(content(before), content(after)).exhibits
    assert change.what == (("乙·件数", "2", "3"),)
    assert what(change) == "图“图题”（乙·件数：2→3）"
    (new,) = compare(content(), content(after)).exhibits
    assert (new.to_json()["kind"], what(new)) == ("added", "图“图题”新增")


def test_findings_come_and_go() -> None:
    stays, goes, comes = (Finding(f"T3-{number}", Severity.ERROR, "错", "表三", "改") for number in (1, 2, 3))
    comparison = compare(content(), content(), [stays, goes], [stays, comes])
    assert (comparison.come, comparison.gone) == ((comes,), (goes,))
    assert not comparison


def test_a_table_that_isnt_in_the_other_report_is_told_by_its_cells() -> None:
    (change,) = compare(content(), content(figures(a="4"))).figures
    assert (change.before, change.after, change.direction) == (None, "4", "new")


# Content as data


ITEMS = st.one_of(
    st.builds(
        Block,
        st.sampled_from(["heading", "paragraph", "item"]),
        st.text("甲乙丙。1 ", min_size=1, max_size=12),
        st.integers(0, 3),
    ),
    st.builds(
        Exhibit, st.text("图", min_size=1, max_size=3), st.just("替代"), st.just("件"), st.just(("类", "数")),
        st.lists(st.tuples(st.sampled_from("甲乙"), st.integers(0, 3)), max_size=2).map(tuple),
        st.none(), st.none() | st.integers(1, 2),
    ),
    st.builds(
        lambda cells: figures(**cells), st.dictionaries(st.sampled_from("abc"), st.none() | st.sampled_from("0123"))
    ),
)  # fmt: skip
CONTENTS = st.builds(
    lambda one, other, date: Content(
        "2021", (("标题", "报告"), ("发布日期", date)), {"overview": one, "problems": other}
    ),
    st.lists(ITEMS, max_size=5).map(tuple),
    st.lists(ITEMS, max_size=3).map(tuple),
    st.sampled_from(["2025-01-01", "2025-01-02"]),
)


@given(CONTENTS)
def test_content_survives_json(found: Content) -> None:
    assert Content.from_json(json.loads(json.dumps(found.to_json()))) == found


@given(CONTENTS, CONTENTS)
def test_reports_differ_exactly_where_their_digests_do(before: Content, after: Content) -> None:
    """Whatever readers see changes a digest and is told; what changes no digest is not."""
    assert bool(compare(before, after)) == (before.digests() != after.digests())


@given(CONTENTS)
def test_a_report_is_the_same_as_itself(found: Content) -> None:
    assert not compare(found, found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一段\n接着写", [("paragraph", "一段接着写", 0, "")]),
        (
            "# 一、总体情况\n\n## （一）主动公开",
            [("heading", "一、总体情况", 1, ""), ("heading", "（一）主动公开", 2, "")],
        ),
        ("- 甲\n- 乙\n  - 丙", [("item", "甲", 1, "•"), ("item", "乙", 1, "•"), ("item", "丙", 2, "•")]),
        (
            "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |",
            [("paragraph", "表1", 0, ""), ("row", "甲\t乙", 1, ""), ("row", "1\t2", 0, "")],
        ),
    ],
)
def test_markdown_is_read_as_readers_see_it(text: str, found: list[tuple[Any, ...]]) -> None:
    assert [(each.kind, each.text, each.level, each.marker) for each in words(text, "notebook")] == found


def test_links_and_strong_words_are_part_of_what_is_seen() -> None:
    (block,) = words("见[门户](https://example.org/a)，**全部**办结。", "prose")
    assert block.text == "见门户，全部办结。"
    assert block.spans == (Span(1, 3, "link", "https://example.org/a"), Span(4, 6, "strong"))


def test_computed_places_are_found_again_in_the_text() -> None:
    source = "**收到**12件，\n办结12件。"
    (block,) = words(source, "prose", [(6, 8), (13, 15)])
    assert [block.text[span.start : span.end] for span in block.spans if span.kind == "computed"] == ["12", "12"]


@given(hostile_text, st.data())
def test_marking_what_was_computed_never_changes_what_is_seen(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    plain, marked_words = words(text, "prose"), words(text, "prose", [(start, end)])
    assert [(each.kind, each.text) for each in plain] == [(each.kind, each.text) for each in marked_words]


@st.composite
def edited_text(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with a few characters taken out or put in."""
    text = draw(hostile_text)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 3)))
    return text, text[:start] + draw(
        st.sampled_from(["", " ", "\n", "1", "。", "*", "**", "甲", "\n\n", "\u200b", "- "])
    ) + text[end:]


def shown(text: str) -> tuple[str, str]:
    """A department's words as the page has them, and as their readers see them."""
    page = HtmlRenderer("x").render(parse(text, "prose"))
    return page, html.fromstring(f"<div>{page}</div>").text_content()


@given(edited_text())
def test_whatever_readers_see_is_content_and_nothing_else(texts: tuple[str, str]) -> None:
    one, other = (words(text, "prose") for text in texts)
    (page, seen), (other_page, other_seen) = map(shown, texts)
    if seen != other_seen:
        assert one != other
    if one != other:
        assert page != other_page


def test_an_amount_may_be_printed_with_its_unit() -> None:
    change = FigureChange("fees", "", "元", "251000元", "251001元", is_amount=True)
    assert (change.change, change.to_json()["before"], change.to_json()["after"]) == (Decimal(1), "251000", "251001")


def test_a_row_with_an_empty_cell_may_go() -> None:
    before = content(Block("row", "项目\t备注", 1), Block("row", "甲\t"), Block("row", "乙类\t"))
    after = content(Block("row", "项目\t备注", 1), Block("row", "甲\t"))
    sides = Side("前", before), Side("后", after)
    page = "".join(redline(Compared(2024, "x", Version.LAST_YEAR, *sides, compare(before, after))).body)
    assert "<del>乙类</del>" in page


def test_the_order_of_a_charts_rows_is_told() -> None:
    chart = Exhibit("图", "替代", "件", ("类", "数"), (("甲", 1), ("乙", 2)))
    for other in (replace(chart, rows=chart.rows[::-1]), replace(chart, columns=("类别", "数"))):
        (change,) = compare(content(chart), content(other)).exhibits
        assert change.what


def test_how_a_charts_number_is_held_is_no_difference() -> None:
    chart = Exhibit("图", "替代", "件", ("类", "数"), (("甲", 3), ("乙", 0.3)))
    other = replace(chart, caption="图\u200b", rows=(("甲", 3.0), ("乙", 0.1 + 0.2)))
    assert not compare(content(chart), content(other))
    assert content(chart).digests() == content(other).digests()


def test_old_and_new_figures_of_a_small_table_stand_on_lines_of_their_own() -> None:
    before, after = content(Block("row", "甲\t1431")), content(Block("row", "甲\t431"))
    sides = Side("前", before), Side("后", after)
    page = "".join(redline(Compared(2024, "x", Version.LAST_YEAR, *sides, compare(before, after))).body)
    assert "<del>1431</del><br><ins>431</ins>" in page or '<br><ins><span class="typed">431</span></ins>' in page
