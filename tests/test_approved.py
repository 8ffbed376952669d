"""What is held against an approval: section by section what was approved last, and nothing that never was."""

from dataclasses import replace
from pathlib import Path

from lxml import html

from reportkit.content import HEAD, Block, Content, Item, Version
from reportkit.desk.board.redline import redline
from reportkit.desk.versions import Compared, Side
from reportkit.model import Exhibit
from reportkit.review.approvals import Approvals, Record, approved_content, next_record, read_records, whole_report
from reportkit.review.pending import void_because
from reportkit.review.phrases import what
from tests.building import edit
from tests.reviewing import SUBMISSION, WORDS, Cli, add_cell, build_one, compare, diff, standing

LEVELS = {"prepare": "经办", "review": "审核", "sign": "签发"}
CHART = Exhibit("办理结果", "很长的替代文字。" * 9, "件", ("类别", "件数"), (("甲", 1431), ("乙", 471)), None, 1)


def report(*names: str, title: str = "报告", **words: str) -> Content:
    """A report of these sections, each with its own name as its words, or others."""
    sections = {name: (Block("paragraph", words.get(name, f"{name}的文字。")),) for name in names}
    return Content("2021", (("标题", title),), sections)


WHOLE = report("preamble", "overview", "requests")


def file_of(*lines: tuple[str, Content, tuple[str, ...]]) -> tuple[Record, ...]:
    """An approvals file: the level, what was there, and the sections that were approved of it."""
    records: list[Record] = []
    for level, content, names in lines:
        about = whole_report(content.digests(), names)
        records.append(
            next_record(
                records, "2024/x", "approve", level, by="甲", at="2025-01-01T00:00:00+08:00", comment="",
                sections=about, made_from="m", content=content,
            )
        )  # fmt: skip
    text = "".join(f"{record.line()}\n" for record in records)
    return read_records(text.encode(), "2024/x", "file")


def against_approved(records: tuple[Record, ...], now: Content) -> tuple[list[str], tuple[str, ...]]:
    """What is told to have changed since what was approved, and what is not compared."""
    found = approved_content(records)
    assert found is not None
    comparison = compare(found.content, now, of=found.grants)
    return [what(change) for change in comparison.changes], comparison.beside


def test_a_section_that_another_level_approves_leaves_the_rest_as_it_was_approved() -> None:
    records = file_of(("review", WHOLE, ()), ("sign", WHOLE, ("overview", "head")))
    assert against_approved(records, WHOLE) == ([], ())


def test_each_section_is_held_against_its_newest_approval_of_any_level() -> None:
    second = report("preamble", "overview", "requests", overview="另外的一段文字。")
    records = file_of(("review", WHOLE, ()), ("sign", second, ("overview",)))
    assert against_approved(records, second) == ([], ())
    (told,) = against_approved(records, WHOLE)[0][:1]
    assert "另外的一段文字" in told


def test_a_section_that_nobody_approved_is_no_change() -> None:
    records = file_of(("prepare", WHOLE, ("requests",)))
    assert against_approved(records, WHOLE) == ([], (HEAD, "preamble", "overview"))
    changed = report("preamble", "overview", "requests", requests="改过的一段话语。", overview="也改过。", title="另名")
    told, _ = against_approved(records, changed)
    assert told
    assert not any("也改过" in each or "另名" in each for each in told)


def test_a_page_shows_what_nobody_approved_as_it_is() -> None:
    found = approved_content(file_of(("prepare", WHOLE, ("requests",))))
    assert found is not None
    comparison = compare(found.content, WHOLE, of=found.grants)
    sides = Side("前", found.content), Side("后", WHOLE)
    page = "".join(redline(Compared(2024, "x", Version.APPROVED, *sides, comparison)).body)
    assert "overview的文字" in page
    assert "<ins>" not in page


def test_an_approval_that_a_section_put_back_makes_void_says_so() -> None:
    without = report("overview", "requests")
    records = file_of(("review", without, ()), ("sign", without, ()), ("review", WHOLE, ("preamble",)))
    approvals = Approvals(records, LEVELS, ("review", "sign"))
    for standing_ in approvals.standings(WHOLE.digests())[1:]:
        assert standing_.is_void
        assert void_because(approvals, standing_, WHOLE) == [
            "各部分及其顺序：“一、总体情况、三、收到和处理政府信息公开申请情况”改为“引言、一、总体情况、"
            "三、收到和处理政府信息公开申请情况”"
        ]


# Charts


def with_chart(*items: Item) -> Content:
    return Content("2021", (("标题", "报告"),), {"requests": items})


def test_another_number_of_a_chart_voids_an_approval_and_is_told() -> None:
    before, after = with_chart(CHART), with_chart(replace(CHART, number=2))
    assert before.digests() != after.digests()
    (change,) = compare(before, after).changes
    assert what(change) == "图“办理结果”（图号：图1→图2）"


def test_a_line_of_before_charts_had_numbers_is_still_read() -> None:
    """Its digest is the one that was written then; the number is told as one that came."""
    old, now = with_chart(replace(CHART, number=None)), with_chart(CHART)
    assert old.digests()["requests"] == "fa1f12619e6adaa8524ccb3c2b5a1d6d8a1366adb133ef744e5ec699b2c7fcbe"
    records = file_of(("review", old, ()))
    assert against_approved(records, now)[0] == ["图“办理结果”（图号：无→图1）"]


def test_what_is_told_of_a_chart_are_its_values() -> None:
    after = replace(CHART, alt="另一段很长的替代文字。" * 9, rows=(("甲", 431), ("乙", 1471)))
    (change,) = compare(with_chart(CHART), with_chart(after)).changes
    assert what(change) == "图“办理结果”（甲·件数：1431→431；乙·件数：471→1471；替代文字有变化）"


def test_a_change_of_spaces_is_told_as_one() -> None:
    for before, after, said in (
        ("甲 乙。", "甲  乙。", "空格或换行有变化：“甲␣乙。”改为“甲␣␣乙。”"),
        ("甲乙。", "甲乙。 ", "空格或换行有变化：“”改为“␣”"),
    ):
        (change,) = compare(with_chart(Block("paragraph", before)), with_chart(Block("paragraph", after))).changes
        assert what(change) == said


def test_a_paragraph_that_becomes_an_item_has_another_form() -> None:
    text = "加强平台建设，优化栏目设置，提升服务水平。"
    before, after = with_chart(Block("paragraph", text)), with_chart(Block("item", text, 1, "•"))
    (change,) = compare(before, after).wording
    assert change.kind == "form"


# On real builds


def pictures(page: str, kind: str) -> list[str]:
    """The words drawn in the charts of a redline, before (`was`) or after (`is`)."""
    return [" ".join(each.xpath(".//*[local-name()='text']/text()")) for each in html.fromstring(page).find_class(kind)]


def test_the_picture_of_what_was_approved_is_its_own(cli: Cli, root: Path) -> None:
    who = ("-y", 2024, "-d", "suqian", "--as", "张三")
    assert cli("approve", *who, "-l", "review").code == 0
    edit(root, SUBMISSION, "granted: [1408, 21, 0, 0, 2, 0, 1431]", "granted: [408, 21, 0, 0, 2, 0, 431]")
    edit(root, SUBMISSION, "partial: [462, 9, 0, 0, 0, 0, 471]", "partial: [1462, 9, 0, 0, 0, 0, 1471]")
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    assert cli("approve", *who, "-l", "review", "-s", "overview").code == 0
    target = root / "redline.html"
    assert cli("diff", "-y", 2024, "-d", "suqian", "--html", target).code == 0
    page = target.read_text(encoding="utf-8")
    assert pictures(page, "was")
    assert all("1431" in each for each in pictures(page, "was"))
    assert all("1431" not in each for each in pictures(page, "is"))


def test_a_date_alone_is_a_change(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, "figures:\n", "published_on: 2025-01-20\nfigures:\n")
    build_one(root)
    lines = cli("diff", "-y", 2024, "-d", "suqian", "--against", "last-build").text.splitlines()
    assert lines[-1] == "变化：1处文字"


def test_a_chart_before_voids_the_approval_of_those_that_are_counted_anew(cli: Cli, root: Path) -> None:
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "review", "--as", "张三").code == 0
    chart = "s.bar_chart({'受理': 'requests.received.total'})"
    add_cell(root, "01-overview.ipynb", f"s.show({chart}, caption='受理', alt='受理件数')")
    build_one(root)
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "review", "-s", "overview", "--as", "张三").code == 0
    assert standing(root)["review"] == "void"
    told = [each["what"] for found in diff(cli, "approved")["exhibits"] for each in found["changes"]]
    assert set(told) == {"图号"}
