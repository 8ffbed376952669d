"""A comparison section by section: how much has changed in each, the largest of it; how a page opens with it."""

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from reportkit.content import HEAD, Block, Content, Item
from reportkit.model import Exhibit
from reportkit.review.alignment import Piece
from reportkit.review.by_section import SectionChanges, by_section, unchanged
from reportkit.review.changes import Change, ExhibitChange, FigureChange, WordsChange
from reportkit.review.phrases import numbers
from tests.building import edit
from tests.reviewing import FIGURE, SUBMISSION, WORDS, Cli, build_one, compare

CHART = Exhibit("图", "替代", "件", ("类", "数"), (("甲", 1),))


def report(title: str = "报告", **sections: list[str]) -> Content:
    found: dict[str, tuple[Item, ...]] = {
        name: tuple(Block("paragraph", each) for each in texts) for name, texts in sections.items()
    }
    return Content("2021", (("标题", title),), found)


def figure(before: str | None, after: str | None, *, is_amount: bool = False) -> FigureChange:
    return FigureChange("cell", "表三·格", "元" if is_amount else "件", before, after, is_amount)


def words(before: str, after: str, *pieces: Piece) -> WordsChange:
    return WordsChange("overview", "changed", before, after, pieces)


def test_changes_are_numbered_through_all_sections() -> None:
    before = report("甲报告", preamble=["一。", "二。"], overview=["三。"], problems=["四。"])
    after = report("乙报告", preamble=["一改。", "二改。"], overview=["三。"], problems=["四改。"])
    comparison = compare(before, after)
    found = by_section(comparison)
    assert [(each.section, each.title, each.first, len(each.changes)) for each in found] == [
        (HEAD, "标题和日期", 1, 1),
        ("preamble", "引言", 2, 2),
        ("problems", "五、存在的主要问题及改进情况", 4, 1),
    ]
    assert tuple(change for each in found for change in each.changes) == comparison.changes
    assert unchanged(comparison) == ("一、总体情况",)


def test_a_report_that_is_as_it_was_has_no_section_that_changed() -> None:
    same = report(preamble=["一。"])
    assert by_section(compare(same, same)) == ()


def test_a_section_that_was_not_compared_is_not_said_to_be_unchanged() -> None:
    before, after = report(preamble=["一。"], overview=["二。"]), report(preamble=["一。"], overview=["三。"])
    assert unchanged(compare(before, after, of=["preamble"])) == ("引言",)


@pytest.mark.parametrize(
    ("changes", "largest"),
    [
        ([figure("1", "2"), figure("500", "300"), figure("10", "90")], 1),
        ([figure("1", "2"), figure("59237.2449", "72701.2578", is_amount=True)], 0),  # of another unit
        ([figure("59237.2449", "72701.2578", is_amount=True), figure("1", "1.5", is_amount=True)], 0),
        ([figure("3", "5"), figure(None, "40"), figure("30", None)], 1),
        ([figure("3", None), figure("（缺）", "2")], 0),
        ([words("很长的一句话没有了。" * 9, ""), figure("1", "2")], 1),
        ([words("甲。", "乙。"), words("", "新的一段话。")], 1),
        ([words("长" * 50, "长" * 51, Piece("same", "长" * 50), Piece("added", "长")), words("", "新的一段话。")], 1),
        ([ExhibitChange("requests", None, CHART), words("甲。", "乙。")], 1),
        ([figure("1", "2"), figure("2", "1")], 0),  # the first of several
    ],
)
def test_the_largest_change_of_a_section(changes: list[Change], largest: int) -> None:
    assert SectionChanges("overview", "一、总体情况", 7, tuple(changes)).largest == (largest + 7, changes[largest])


def test_changes_are_counted_by_what_they_are_of() -> None:
    changes = [figure("1", "2"), words("甲", "乙"), figure("2", "3"), ExhibitChange("requests", None, CHART)]
    assert numbers(changes) == "2个数据、1处文字、1幅图"
    assert numbers([]) == ""


# The page


def page(cli: Cli, root: Path, against: str) -> Any:
    target = root / "redline.html"
    assert cli("diff", "-y", 2024, "-d", "suqian", "--against", against, "--html", target).code == 0
    return html.fromstring(target.read_text(encoding="utf-8"))


def test_a_page_against_last_year_opens_with_a_summary_and_folds_the_changes(cli: Cli, root: Path) -> None:
    found = page(cli, root, "last-year")
    folded = found.xpath("//div[@id='changes']/details")
    listed = [each.get("href") for each in found.xpath("//div[@id='changes']//a")]
    summary = found.xpath("//ul[@id='overview']/li")
    assert listed == [f"#c{number}" for number in range(1, len(listed) + 1)]
    assert len(listed) > 200
    assert not any(each.get("open") for each in folded)
    assert len(summary) == len(folded) == 8
    texts = [" ".join(each.text_content().split()) for each in summary]
    assert (
        "二、主动公开政府信息情况 9个数据最大：1808595→1573179（-235416，-13.02%） 表二·行政许可·本年处理决定数量"
        in texts
    )
    assert [each.get("start") for each in found.xpath("//div[@id='changes']//ol")][:3] == ["1", "2", "4"]
    before = [each.get("id") for each in found.xpath("//ul[@id='overview'] | //div[@id='changes']")]
    assert before == ["overview", "changes"]
    ids = found.xpath("//@id")
    assert {each.removeprefix("#") for each in found.xpath("//ul[@id='overview']//a/@href")} <= set(ids)


def test_a_few_changes_are_shown_at_once(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, *FIGURE)
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    found = page(cli, root, "last-build")
    assert not found.xpath("//ul[@id='overview']")
    assert [each.get("open") for each in found.xpath("//div[@id='changes']/details")] == ["", ""]
    said = [" ".join(each.text_content().split()) for each in found.xpath("//div[@id='changes']//li/a/strong")]
    assert said == ["文字", "表二·行政事业性收费·本年收费金额（单位：万元）"]
