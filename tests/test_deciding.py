"""What reviewers may do and what is refused; what a department reads when its report comes back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reportkit.build.plan import plan_report
from reportkit.errors import InputError, PublishingError, ReportkitError
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Outcome
from reportkit.outputs.append import add_line
from reportkit.outputs.swap import write_file
from reportkit.review.errors_in_chinese import chinese_errors, in_chinese
from tests.building import edit
from tests.reviewing import SUBMISSION, SUQIAN, WORDS, Cli, Result, build_one, state, status

WHO = ("-y", 2024, "-d", "suqian", "--as", "李四")
Approve = Callable[..., Result]


def lines_of(root: Path) -> list[str]:
    path = root / approvals_path(*SUQIAN)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def cut(root: Path) -> None:
    """Takes the last line of the approvals away."""
    (root / approvals_path(*SUQIAN)).write_text("".join(f"{line}\n" for line in lines_of(root)[:-1]), encoding="utf-8")


def ask(root: Path, *levels: str) -> None:
    edit(root, "params/report.yaml", "formats:", f"\napprovals:\n  required: [{', '.join(levels)}]\nformats:")


def letter(root: Path, name: str = "2024/suqian") -> str:
    return (root / f"outputs/returns/{name}.txt").read_text(encoding="utf-8")


# An approvals file that lacks lines


@pytest.mark.parametrize("ending", ["withdraw", "return"])
def test_a_line_that_a_draft_knew_of_is_missed(cli: Cli, root: Path, approve: Approve, ending: str) -> None:
    ask(root, "review")
    build_one(root)
    approve("review")
    assert build_one(root).outcome is Outcome.PUBLISHED
    level = ("-l", "review") if ending == "withdraw" else ("-m", "请核实")
    assert cli(ending, *WHO, *level).code == 0
    assert build_one(root).outcome is Outcome.DRAFT
    cut(root)
    bundle = build_one(root)
    assert bundle.outcome is Outcome.FAILED
    assert "There are 1 lines; the report was drafted with 2" in str(bundle.failure)


def test_nothing_is_added_to_a_file_that_lacks_lines(cli: Cli, root: Path, approve: Approve) -> None:
    ask(root, "review")
    build_one(root)
    approve("review", "sign")
    assert build_one(root).outcome is Outcome.PUBLISHED
    cut(root)
    for action in (("approve", "-l", "sign"), ("withdraw", "-l", "review"), ("return", "-m", "请核实")):
        assert cli(action[0], *WHO, *action[1:]).code == 1
    assert len(lines_of(root)) == 1


# What is refused


def test_what_a_level_never_approved_cant_be_withdrawn(cli: Cli, root: Path) -> None:
    assert cli("approve", *WHO, "-l", "review", "-s", "requests").code == 0
    refused = cli("withdraw", *WHO, "-l", "review", "-s", "overview", "-s", "head", "--json")
    assert (refused.code, "head, overview" in refused.text) == (1, True)
    assert len(lines_of(root)) == 1


def test_a_report_comes_back_with_a_reason(cli: Cli, root: Path) -> None:
    who = ("-y", 2023, "-d", "suqian", "--as", "李四")
    contact = '    contact: {office: 办公室, phone: "0527-84368000", portal: 市政府网站}\n'
    edit(root, "params/departments.yaml", "    short_name: 宿迁市\n", f"    short_name: 宿迁市\n{contact}")
    cli("build", *who[:4])  # without a finding that would be a reason
    assert cli("return", *who).code == 1
    assert not (root / approvals_path(2023, "suqian")).exists()
    assert not (root / "outputs/returns").exists()
    assert cli("return", *who, "-m", "请核实").code == 0


@pytest.mark.parametrize("action", [("return", "-m", "请核实"), ("withdraw", "-l", "review")])
def test_what_is_published_of_a_closed_year_stays_approved(
    cli: Cli, root: Path, approve: Approve, action: tuple[str, ...]
) -> None:
    approve("review")
    edit(root, "params/report.yaml", "formats:", "open_years: [2025]\nformats:")
    assert "2024 is closed" in cli(action[0], *WHO, *action[1:], "--json").text
    assert len(lines_of(root)) == 1


def test_a_corrections_draft_can_be_sent_back_and_says_so(cli: Cli, root: Path) -> None:
    edit(root, "params/report.yaml", "formats:", "\napprovals:\n  required: [sign]\nopen_years: [2025]\nformats:")
    edit(root, SUBMISSION, *WORDS)
    assert cli("build", "-y", 2024, "-d", "suqian", "--reopen", "--reason", "更正文字", "--json").code == 0
    assert (status(root).state, status(root).waiting) == ("已发布", "待审")
    assert "更正待审" in cli("status", "-y", 2024, "-d", "suqian").text
    assert cli("return", *WHO, "-m", "请核实").code == 0
    assert (status(root).state, status(root).waiting) == ("已发布", "退回")


# Where something can't be written or read


def test_a_file_that_cant_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / ".page.html.new").mkdir()
    for path in (tmp_path / "file/page.html", tmp_path / "page.html"):
        with pytest.raises(PublishingError, match="can't be written"):
            write_file(path, b"")


def test_no_letter_is_left_where_the_line_cant_be_written(cli: Cli, root: Path) -> None:
    (root / approvals_path(*SUQIAN)).mkdir()
    assert cli("return", *WHO, "-m", "请核实", "--output", root / "letters").code == 1
    assert not (root / "letters").exists()


def test_no_file_is_left_where_its_first_line_is_refused(root: Path) -> None:
    def refused(_: bytes) -> str:
        raise InputError("no")

    with pytest.raises(InputError):
        add_line(Project(root), "params/x.jsonl", refused)
    assert not (root / "params/x.jsonl").exists()


def test_a_strange_manifest_takes_nothing_from_the_others(cli: Cli, root: Path) -> None:
    assert cli("return", *WHO, "-m", "请核实").code == 0
    for text in ('{"content": 5}', '{"approvals": {"lines": "x"}}', "[]"):
        (root / "outputs/2024/suqian/manifest.json").write_text(text, encoding="utf-8")
        assert cli("status").code == 0
        assert cli("board", "--json").json["reports"] == 7


def test_a_report_without_its_notebook_can_be_withdrawn_and_returned(cli: Cli, root: Path, approve: Approve) -> None:
    approve("review")
    (root / "outputs/2024/suqian/report.ipynb").unlink()
    assert "outputs/2024/suqian" in cli("diff", "-y", 2024, "-d", "suqian").text
    assert cli("withdraw", *WHO, "-l", "review", "-s", "requests").code == 0
    assert cli("return", *WHO, "-m", "请核实").code == 0


def test_the_head_is_called_as_the_command_line_calls_it(cli: Cli) -> None:
    told = cli("approve", *WHO, "-l", "review", "-s", "head", "-s", "requests", "--json").json["reports"][0]
    assert set(told["sections"]) == {"head", "requests"}


# Until something changes


@pytest.mark.parametrize("readable", [True, False])
def test_a_report_sent_back_before_its_first_build_stays_so(cli: Cli, root: Path, readable: bool) -> None:
    ask(root, "review")
    shutil.rmtree(root / "outputs/2024")
    if not readable:
        with (root / SUBMISSION).open("a", encoding="utf-8") as file:
            file.write("prosee: 1\n")
    assert cli("return", *WHO, "-m", "请核实").code == 0
    assert state(root) == "退回"
    if readable:
        build_one(root)
        assert state(root) == "退回"
    edit(root, SUBMISSION, *WORDS)
    if readable:
        build_one(root)
    assert state(root) != "退回"


# The letter


def test_a_letter_tells_in_chinese_what_cant_be_read(cli: Cli, root: Path) -> None:
    with (root / SUBMISSION).open("a", encoding="utf-8") as file:
        file.write("prosee: 1\n")
    line = len((root / SUBMISSION).read_text(encoding="utf-8").splitlines())
    assert cli("return", *WHO).code == 0
    assert f"2024年填报文件第{line}行：没有名为“prosee”的项目。是否应为“prose”？" in letter(root)
    assert "Unknown" not in letter(root)
    assert "params" not in letter(root)


def test_a_letter_names_no_path(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, "granted: [1408, 21, 0, 0, 2, 0, 1431]", "granted: [约1408, 21, 0, 0, 2, 0, 1431]")
    assert cli("return", *WHO).code == 0
    assert "应填不小于0的整数。更正（2024年填报文件第23行）" in letter(root)
    assert "params" not in letter(root)


def test_missing_cells_are_to_be_filled_in(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, "granted: [1408, 21, 0, 0, 2, 0, 1431]", "granted: [null, 21, 0, 0, 2, 0, null]")
    build_one(root)
    assert cli("return", *WHO).code == 0
    part = letter(root).partition("须补填的数据")[2].partition("、缺少数据")[0]
    assert "T3-4" in part
    assert "T3-4" not in letter(root).partition("请核实的事项")[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("figures: [", ["第1行：括号“[”没有结束"]),
        ("figures: {}\nfigures: {}\n", ["第2行：项目“figures”重复"]),
        ("published_on: 2024-13-01\n", ["“2024-13-01”不是日期"]),
        ("figures: {a: &x 1}\n", ["“&”“*”开头的写法不能使用"]),
        ("facts: {a: {unit: 件}}\n", ["缺少项目“value”"]),
        ("- 1\n", ["应写作“项目: 内容”的形式"]),
        ("prose: {proactive: '{{ nothing }}'}\n", ["花括号中的“nothing”没有对应的数据"]),
        ("prose: {proactive: '{{ a( }}'}\n", ["花括号的写法有误"]),
        ("prose: {proactive: '{{ 1 + 1 }}'}\n", ["花括号中只能写数据的名称"]),
        ("published_on: maybe\n", ["填写的“maybe”（文字）不符合要求：应填日期"]),
        ("prose: {proactiv: 文字}\n", ["没有名为“proactiv”的文字。是否应为“proactive”？"]),
        ("facts: {requests: {value: 1, unit: 件}}\n", ["数据名称“requests”已被占用"]),
        (
            "figures:\n  requests:\n    granted: [1, 2]\n    grantd: [1]\nblanks_are_zero: [table9]\n",
            ["第3行：这一行填了2个数，应为6或7个", "第4行：没有名为“grantd”的行", "没有名为“table9”的表。"],
        ),
    ],
)
def test_what_is_wrong_with_a_submission_is_told_in_chinese(root: Path, text: str, said: list[str]) -> None:
    (root / SUBMISSION).write_text(text, encoding="utf-8")
    with pytest.raises(ReportkitError) as caught:
        plan_report(Project(root), *SUQIAN)
    told = in_chinese([caught.value])
    for each in said:
        assert each in told
    assert told.startswith("2024年填报文件")


def test_what_has_no_chinese_is_told_by_its_place() -> None:
    (told,) = chinese_errors(
        InputError("Something else.", where="params/2024/suqian.yaml, line 101, prosee", fix="Do it.")
    )
    assert str(told) == "2024年填报文件第101行：出现了技术问题。请与管理人员联系。"
    (told,) = chinese_errors(PublishingError("TypeError: x", where="2024/suqian", fix="Report this."))
    assert str(told) == "报告：出现了技术问题。请与管理人员联系。"
