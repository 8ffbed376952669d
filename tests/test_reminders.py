"""Who is to be reminded on a day, in which order and in which words; and which file came last for each report."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reportkit.collecting.collect import Collected, Standing
from reportkit.collecting.filings import Filing, Filings, filings_of
from reportkit.collecting.keep import keep, undo
from reportkit.collecting.receipts import last_kept
from reportkit.collecting.received import Received, Since, last_received, when
from reportkit.collecting.reminders import left, reminder_text, reminders
from reportkit.inputs.project import Project
from reportkit.model import Department
from tests.building import edit
from tests.test_cli import Call, reportkit

__all__ = ["reportkit"]  # the fixture, by its import
SUBMISSION = "params/2024/suqian.yaml"
NOW = datetime(2025, 1, 5, 16, 30, tzinfo=UTC)
DAY = date(2025, 2, 3)


def body(name: str) -> Department:
    return Department(name, f"{name}局", name, "department", "county")


def filing(name: str, due: date = date(2025, 1, 31), **more: object) -> Filing:
    """A body that has handed in without a fault, but for what is said otherwise."""
    faultless = {"asked": True, "handed_in": True, "errors": 0, "missing": 0, "unassessed": 0}
    return Filing(body(name), due, **{**faultless, **more})  # type: ignore[arg-type]


def filings(*each: Filing, closed: bool = False) -> Filings:
    return Filings(2024, "政府信息公开工作年度报告", closed, each)


# Days


@pytest.mark.parametrize(
    ("days", "words"), [(11, "还有11天"), (1, "还有1天"), (0, "今天到期"), (-1, "逾期1天"), (-34, "逾期34天")]
)
def test_days_are_said_as_people_say_them(days: int, words: str) -> None:
    assert left(days) == words


@pytest.mark.parametrize(
    ("on", "days"), [("2024-12-31", 31), ("2025-01-31", 0), ("2025-02-01", -1), ("2025-03-01", -29)]
)
def test_days_are_counted_to_the_deadline(on: str, days: int) -> None:
    (found,) = reminders(filings(filing("甲", handed_in=False)), date.fromisoformat(on))
    assert found.days_left == days


# Who


@pytest.mark.parametrize(
    ("filed", "wanting"),
    [
        ({"handed_in": False, "errors": None, "missing": None}, "未报"),
        ({"errors": 2}, "有2处错误"),
        ({"missing": 12}, "有12格空白"),
        ({"errors": 2, "missing": 12, "unassessed": 3}, "有2处错误、12格空白"),
        ({"unassessed": 3}, "有3项未能核对"),
        ({"problem": "没有名为“a”的项目"}, "填报文件读不了"),
        ({"returned": True}, "审核退回"),
        ({"returned": True, "errors": 1}, "审核退回，有1处错误"),
    ],
)
def test_whoever_has_something_to_do_is_reminded_of_it(filed: dict[str, object], wanting: str) -> None:
    (found,) = reminders(filings(filing("甲", **filed)), DAY)
    assert found.filing.wanting == wanting


def test_nobody_else_is_reminded() -> None:
    unasked = [filing("乙", asked=False, handed_in=False), filing("丙", asked=False, errors=3)]
    assert reminders(filings(filing("甲"), unasked[0]), DAY) == []
    assert reminders(filings(unasked[1]), DAY) == []


def test_nobody_is_reminded_of_a_closed_year() -> None:
    closed = filings(filing("甲", handed_in=False), closed=True)
    assert reminders(closed, DAY) == []
    assert reminder_text(closed, [], DAY).endswith("2024年度已封存，不再催报。")


def test_the_most_urgent_comes_first_and_the_registers_order_breaks_ties() -> None:
    late = date(2025, 3, 31)
    found = reminders(
        filings(
            filing("府", late, handed_in=False),
            filing("甲", errors=1),
            filing("乙", handed_in=False),
            filing("丙", handed_in=False),
            filing("丁", missing=1),
        ),
        DAY,
    )
    assert [each.filing.department.id for each in found] == ["乙", "丙", "甲", "丁", "府"]


# Words


def test_the_message_reads_as_it_is_sent() -> None:
    of_year = filings(filing("甲", errors=1), filing("乙", handed_in=False), filing("府", date(2025, 3, 31), missing=2))
    assert reminder_text(of_year, reminders(of_year, DAY), DAY).splitlines() == [
        "2024年政府信息公开工作年度报告催报名单（2025年2月3日）",
        "应报3个单位，已报2个，未报1个。已报的当中，2个需要补正。",
        "已经逾期：",
        "1．乙局：未报；公布期限2025年1月31日，逾期3天",
        "2．甲局：有1处错误；公布期限2025年1月31日，逾期3天",
        "尚未到期：",
        "1．府局：有2格空白；公布期限2025年3月31日，还有56天",
        "请未报的尽快报送，需要补正的改好后重新报送。",
    ]


def test_the_message_says_that_nobody_is_to_be_reminded() -> None:
    of_year = filings(filing("甲"))
    assert reminder_text(of_year, [], DAY).splitlines()[1:] == ["应报1个单位，已报1个，未报0个。没有需要催报的单位。"]


# The project's filings


def test_the_shipped_filings_are_as_the_files_are(shipped: Path) -> None:
    found = {each.department.id: each for each in filings_of(Project(shipped), 2023).each}
    assert {name: (each.state, each.errors, each.missing) for name, each in found.items()} == {
        "nangang-ysj": ("已报", 0, 193),
        "suqian": ("已报", 0, 0),
        "shanghai-fgt": ("未报", None, None),
    }


def test_a_file_that_cant_be_read_hides_no_other(shipped: Path) -> None:
    (shipped / SUBMISSION).write_text("figurs: {}\n", encoding="utf-8")
    found = {each.department.id: each for each in filings_of(Project(shipped), 2024).each}
    assert found["suqian"].state == "已报，读不了"
    assert "figurs" in found["suqian"].problem
    assert (found["suqian"].errors, found["suqian"].figures) == (None, None)
    assert found["nangang-ysj"].state == "未报"


def test_a_form_that_nobody_has_filled_in_is_not_handed_in(reportkit: Call, shipped: Path) -> None:
    assert reportkit("new", "year", 2025, "-C", shipped).code == 0
    before = filings_of(Project(shipped), 2025)
    assert [(each.handed_in, each.is_blank_form) for each in before.each] == [(False, True)] * 3
    edit(shipped, "params/2025/suqian.yaml", "licensing: [~]", "licensing: [0]")
    after = {each.department.id: each for each in filings_of(Project(shipped), 2025).each}
    assert after["suqian"].handed_in
    assert after["suqian"].missing


def test_a_report_that_was_sent_back_is_wanting_until_it_is_changed(reportkit: Call, shipped: Path) -> None:
    assert reportkit("return", "-y", 2024, "-d", "suqian", "-m", "请改", "--as", "张三", "-C", shipped).code == 0
    project = Project(shipped)
    assert filings_of(project, 2024, [project.department("suqian")]).each[0].wanting == "审核退回"
    edit(shipped, SUBMISSION, "licensing: [1573179]", "licensing: [1573180]")
    project = Project(shipped)
    assert not filings_of(project, 2024, [project.department("suqian")]).each[0].returned


def test_a_file_of_nobody_is_on_the_list_of_unknown_ones(shipped: Path) -> None:
    (shipped / "params/2024/教育局.yaml").write_text("{}\n", encoding="utf-8")
    assert filings_of(Project(shipped), 2024).unknown == ("教育局",)


# What was received


def collect(root: Path, text: str, name: str, at: datetime = NOW) -> None:
    """Collects a file of which the submission becomes `text`."""
    before = text_of(root)
    standing = Standing.SAME if text == before else Standing.CHANGED
    collected = Collected(Path(name), standing, 2024, "suqian", content=name.encode(), before=before, after=text)
    keep(Project(root), collected, at)


def put_back(root: Path) -> None:
    (receipt,) = last_kept(Project(root), [2024], ["suqian"])
    undo(Project(root), receipt, NOW)


def received(root: Path) -> Received:
    return last_received(Project(root), 2024)["suqian"]


def text_of(root: Path) -> str:
    return (root / SUBMISSION).read_text(encoding="utf-8-sig")


def test_what_a_file_wrote_is_there_until_somebody_changes_it(shipped: Path) -> None:
    collect(shipped, f"{text_of(shipped)}# 一\n", "报回.xlsx")
    found = received(shipped)
    assert (found.receipt.file, when(found.receipt), found.since) == ("报回.xlsx", "2025-01-06 00:30", Since.UNCHANGED)
    (shipped / SUBMISSION).write_text(f"{text_of(shipped)}# 二\n", encoding="utf-8")
    assert received(shipped).since is Since.EDITED
    (shipped / SUBMISSION).unlink()
    assert received(shipped).since is Since.REMOVED


def test_the_last_of_several_files_counts(shipped: Path) -> None:
    for name in ("一.xlsx", "二.xlsx"):
        collect(shipped, f"{text_of(shipped)}# {name}\n", name)
    assert received(shipped).receipt.file == "二.xlsx"


def test_what_was_put_back_says_what_is_there_again(shipped: Path) -> None:
    collect(shipped, f"{text_of(shipped)}# 一\n", "一.xlsx")
    put_back(shipped)
    found = received(shipped)
    assert (found.since, found.before, found.said, found.counts) == (Since.UNDONE, None, "已撤回", None)
    for name in ("一.xlsx", "二.xlsx"):
        collect(shipped, f"{text_of(shipped)}# {name}\n", name)
    put_back(shipped)
    found = received(shipped)
    assert (found.receipt.file, found.said) == ("二.xlsx", "已撤回，恢复为一.xlsx")
    assert found.counts is not None
    assert found.counts.file == "一.xlsx"


def test_an_equal_file_behind_an_editors_mark_of_bytes_is_unchanged(shipped: Path) -> None:
    (shipped / SUBMISSION).write_bytes(b"\xef\xbb\xbf" + (shipped / SUBMISSION).read_bytes())
    collect(shipped, text_of(shipped), "报回.xlsx")
    assert received(shipped).since is Since.UNCHANGED


# The commands


def test_status_shows_who_handed_in_which_file(reportkit: Call, shipped: Path) -> None:
    assert "digest" not in reportkit("status", "-y", 2024, "-C", shipped).out
    collect(shipped, f"{text_of(shipped)}# 一\n", "=报回.xlsx")
    digest = received(shipped).receipt.digest
    shown = reportkit("status", "-y", 2024, "-C", shipped).out.splitlines()
    assert shown[-2:] == [
        "year\tdepartment\tfile\treceived\tdigest\tsince",
        f"2024\tsuqian\t=报回.xlsx\t2025-01-06 00:30\t{digest[:12]}\t未改动",
    ]
    told = {
        each["department"]: each["received"]
        for each in reportkit("status", "-y", 2024, "--json", "-C", shipped).json["reports"]
    }
    assert told["nangang-ysj"] is None
    assert told["suqian"] == {
        "file": "=报回.xlsx",
        "at": "2025-01-05T16:30:00+00:00",
        "digest": digest,
        "since": "unchanged",
        "before": None,
    }


def test_a_broken_list_of_what_was_received_hides_no_state(reportkit: Call, shipped: Path) -> None:
    (shipped / "params/2024/received").mkdir()
    (shipped / "params/2024/received/received.jsonl").write_text("{\n", encoding="utf-8")
    ran = reportkit("status", "-y", 2024, "-C", shipped)
    assert (ran.code, len(ran.out.splitlines())) == (0, 4)
    assert "received.jsonl" in ran.err


@pytest.mark.parametrize("option", ["--on", "--today"])
def test_the_command_prints_the_message_of_a_day(reportkit: Call, shipped: Path, option: str) -> None:
    ran = reportkit("status", "-y", 2024, "--reminders", option, "2025-02-03", "-C", shipped)
    assert ran.out.splitlines()[1:4] == [
        "应报3个单位，已报1个，未报2个。",
        "已经逾期：",
        "1．南岗区营商环境建设监督局：未报；公布期限2025年1月31日，逾期3天",
    ]


def test_the_message_is_there_for_machines(reportkit: Call, shipped: Path) -> None:
    asked = ("status", "-y", 2023, "-y", 2024, "--reminders", "--on", "2025-02-03", "--json", "-C", shipped)
    told = reportkit(*asked).json
    assert told["on"] == "2025-02-03"
    assert [(each["year"], each["department"], each["wanting"], each["days_left"]) for each in told["reminders"]] == [
        (2023, "shanghai-fgt", "未报", -369),
        (2023, "nangang-ysj", "有193格空白", -369),
        (2024, "nangang-ysj", "未报", -3),
        (2024, "shanghai-fgt", "未报", -3),
    ]
    assert told["text"].count("催报名单（2025年2月3日）") == 2


def test_only_chosen_bodies_are_reminded(reportkit: Call, shipped: Path) -> None:
    asked = ("status", "-y", 2024, "-d", "nangang-ysj", "--reminders", "--on", "2025-01-31", "--json", "-C", shipped)
    assert [(each["department"], each["left"]) for each in json.loads(reportkit(*asked).out)["reminders"]] == [
        ("nangang-ysj", "今天到期")
    ]


def test_a_file_of_nobody_is_told_with_the_message(reportkit: Call, shipped: Path) -> None:
    (shipped / "params/2024/南岗区营商局.yaml").write_text("{}\n", encoding="utf-8")
    ran = reportkit("status", "-y", 2024, "--reminders", "--on", "2025-01-31", "--lang", "zh", "-C", shipped)
    assert "请改名为nangang-ysj.yaml" in ran.err
