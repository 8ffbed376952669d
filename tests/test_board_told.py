"""What the board and a report's page tell reviewers: states, who has done what, and what can't be read, in Chinese."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from typer.testing import CliRunner

from reportkit.cli import app
from reportkit.inputs.approvals_file import approvals_path
from reportkit.model import Outcome
from tests.building import edit
from tests.reviewing import FIGURE, SUBMISSION, SUQIAN, Cli, Result, board_row, build_one, status

WHO = ("-y", 2024, "-d", "suqian", "--as", "李四")
Approve = Callable[..., Result]


def ask(root: Path, *levels: str) -> None:
    edit(root, "params/report.yaml", "formats:", f"\napprovals:\n  required: [{', '.join(levels)}]\nformats:")


def cells(root: Path, cli: Cli) -> list[str]:
    """The texts of a report's row on a board that is written now."""
    cli("board", "--json")
    return [" ".join(each.text_content().split()) for each in board_row(root).xpath("./th | ./td")]


def page_of(root: Path) -> Any:
    return html.parse(root / "outputs/review/2024/suqian.html")


def waiting(root: Path, approve: Approve) -> None:
    """A published report, and beside it a draft whose approval is void."""
    ask(root, "review")
    build_one(root)
    approve("review")
    assert build_one(root).outcome is Outcome.PUBLISHED
    edit(root, SUBMISSION, *FIGURE)
    assert build_one(root).outcome is Outcome.DRAFT


def test_what_waits_beside_a_publication_is_told(cli: Cli, root: Path, approve: Approve) -> None:
    waiting(root, approve)
    assert (status(root).state, status(root).waiting) == ("已发布", "待审")
    assert "另有修改待审" in cli("status", "-y", 2024, "-d", "suqian").text
    assert cells(root, cli)[2] == "已发布另有修改待审"
    row = board_row(root)
    assert row.xpath("./td[@data-also='待审']")
    links = {each.get("aria-label"): each.get("href") for each in row.xpath("./td//a")}
    assert links["宿迁市人民政府2024年已发布网页"] == "2024/suqian/report.html"
    assert links["宿迁市人民政府2024年草稿网页"] == "drafts/2024/suqian/report.html"
    board = html.parse(root / "outputs/board.html")
    assert "待审" in board.xpath("//select[@id='state']/option/text()")
    assert "已发布而另有修改待审1份" in board.xpath("string(//p[@class='sum'])")
    approve("review")
    assert status(root).waiting == "已签发"
    edit(root, SUBMISSION, "fees: [72701.2579]", "fees: [null]")
    build_one(root)
    assert "只能生成草稿" in cli("status", "-y", 2024, "-d", "suqian").text


def test_who_sent_a_report_back_when_and_why_is_told(cli: Cli, root: Path, approve: Approve) -> None:
    approve("review")
    cli("withdraw", *WHO, "-l", "review", "-m", "第四部分还需核实")
    approvals = cells(root, cli)[10]
    assert "审核：批准已撤回" in approvals
    assert "第四部分还需核实" in page_of(root).xpath("string(//ul[@class='levels'])")
    cli("return", *WHO, "-m", "请核实第二部分")
    assert "李四，20" in cells(root, cli)[2]
    assert "请核实第二部分" in cells(root, cli)[2]
    history = [each.text_content() for each in page_of(root).xpath("//details[@class='history']//li")]
    assert [each.partition("：")[2] for each in history] == [
        "退回修改：请核实第二部分",
        "审核撤回：第四部分还需核实",
        "审核批准",
    ]


def test_a_report_sent_back_before_its_first_build_tells_by_whom(cli: Cli, root: Path) -> None:
    shutil.rmtree(root / "outputs/2024")
    assert cli("return", *WHO, "-m", "请核实第二部分").code == 0
    assert "请核实第二部分" in cells(root, cli)[2]


@pytest.mark.parametrize("levels", [("review",), ()])
def test_approvals_that_cant_be_read_take_nothing_from_a_row(
    cli: Cli, root: Path, approve: Approve, levels: tuple[str, ...]
) -> None:
    if levels:
        ask(root, *levels)
    build_one(root)
    approve("review")
    build_one(root)
    before = cells(root, cli)
    path = root / approvals_path(*SUQIAN)
    path.write_text(path.read_text(encoding="utf-8").replace("张三", "李四"), encoding="utf-8")
    told = cli("board", "--json").json["problems"]
    assert [each["report"] for each in told] == ["2024/suqian"]
    after = cells(root, cli)
    assert after[2].startswith("已发布审批记录有误")
    assert "填报有误" not in after[2]
    assert after[4:9] == before[4:9]
    assert "审批记录第1行：这一行不是当时写入的内容。请从版本库恢复该文件。" in after[10]
    assert after[11] == before[11]
    assert "审批记录有误：审批记录第1行" in page_of(root).xpath("string(//aside)")
    assert status(root).approvals_problem
    assert not status(root).problem
    built = CliRunner().invoke(app, ["build", "-y", "2024", "-d", "suqian", "-C", str(root)])
    assert built.exit_code == 1


def test_a_problem_is_told_once_and_in_chinese(cli: Cli, root: Path) -> None:
    cli("board")
    with (root / SUBMISSION).open("a", encoding="utf-8") as file:
        file.write("prosee: 1\n")
    assert len(cli("board", "--json").json["problems"]) == 1
    row = cells(root, cli)
    assert "没有名为“prosee”的项目。是否应为“prose”？" in row[9]
    assert "与上年比较" in row[9]
    assert "Unknown" not in " ".join(row)


def test_a_report_that_lost_a_file_is_told(cli: Cli, root: Path) -> None:
    cli("board")
    (root / "outputs/2024/suqian/report.ipynb").unlink()
    (told,) = cli("board", "--json").json["problems"]
    assert "Where: outputs/2024/suqian." in told["error"]
    assert "生成的报告：文件不全：没有report.ipynb。请重新生成。" in " ".join(cells(root, cli))


def test_how_each_level_stands_is_told_before_anybody_has_done_anything(cli: Cli, root: Path) -> None:
    ask(root, "review", "sign")
    build_one(root)
    row = cells(root, cli)
    assert row[10] == "审核：未批准 签发：未批准"
    assert cli("approve", *WHO, "-l", "prepare").code == 0
    assert cells(root, cli)[10] == "经办（非必经）：已批准 审核：未批准 签发：未批准"


def test_a_part_that_is_approved_says_what_is_lacking(cli: Cli, root: Path) -> None:
    for section in ("preamble", "overview", "disclosure", "requests", "disputes", "problems"):
        assert cli("approve", *WHO, "-l", "review", "-s", section).code == 0
    assert "审核：批准了一部分，尚缺：标题和日期、六、其他需要报告的事项" in cells(root, cli)[10]
    assert "未比较" in cli("diff", "-y", 2024, "-d", "suqian").text
    beside = page_of(root).xpath("string(//p[@class='beside'])")
    assert beside == "尚无人批准、未作比较：标题和日期、六、其他需要报告的事项"


def test_approvals_that_are_missing_are_no_findings_for_reviewers(cli: Cli, root: Path) -> None:
    before = cells(root, cli)
    ask(root, "review")
    build_one(root)
    after = cells(root, cli)
    assert after[6] == before[6]
    said = page_of(root).xpath("string(//aside)")
    assert "APPROVAL" not in said
    assert "reportkit approve" not in said


def test_a_page_beside_the_board_leads_to_the_report(cli: Cli, root: Path) -> None:
    cli("board")
    page = root / "outputs/review/2024/suqian.html"
    links = [each.get("href") for each in page_of(root).xpath("//p[@class='up']//a")]
    assert len(links) == 3
    assert all((page.parent / each).is_file() for each in links)
    assert cli("diff", "-y", 2024, "-d", "suqian", "--html", root / "x.html").code == 0
    assert not html.parse(root / "x.html").xpath("//p[@class='up']")


def test_a_place_that_cant_be_written_stops_no_other_page(cli: Cli, root: Path) -> None:
    (root / "outputs/review").write_text("", encoding="utf-8")
    result = cli("board", "--json")
    assert result.code == 1
    assert {each["report"] for each in result.json["problems"]} == {"2023/suqian", "2024/suqian"}
    assert all("can't be written" in each["error"] for each in result.json["problems"])
