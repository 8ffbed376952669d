"""Reviewers at work on real builds: what they are shown, what their approval is bound to, and what voids it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from docx import Document
from lxml import html
from typer.testing import CliRunner

from reportkit.cli import app
from reportkit.desk.versions import approvals_of
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Outcome
from reportkit.outputs.prune import prune
from reportkit.publishing.extract import read_folder
from reportkit.review.approvals import Approvals, standings
from tests.building import edit
from tests.reviewing import (
    FEES,
    FIGURE,
    LEVELS,
    NOTEBOOK,
    ON,
    SUBMISSION,
    SUQIAN,
    WORDS,
    Cli,
    Result,
    build_one,
    changes,
    diff,
    standing,
    state,
)

# Differences


def test_the_cells_that_differ_from_last_year_are_those_of_the_figures(cli: Cli, root: Path) -> None:
    stated = [
        {
            name: each["value"]
            for name, each in json.loads((root / f"outputs/{year}/suqian/figures.json").read_bytes())["figures"].items()
        }
        for year in (2023, 2024)
    ]
    expected = {
        name: (stated[0].get(name), stated[1].get(name))
        for name in {*stated[0], *stated[1]}
        if stated[0].get(name) != stated[1].get(name)
    }
    found = diff(cli, "last-year")["figures"]
    assert len(found) == len(expected)
    assert {each["cell"]: (each["before"], each["after"]) for each in found} == expected


def test_one_digit_and_one_sentence_are_exactly_these_two(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, *FIGURE)
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    found = diff(cli, "last-build")
    assert changes(found) == ([FEES], [WORDS[1]])
    assert (found["exhibits"], found["head"]) == ([], [])


def test_the_last_build_is_the_one_before_this(cli: Cli, root: Path) -> None:
    assert "No earlier build" in cli("diff", "-y", 2024, "-d", "suqian", "--against", "last-build").text
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    edit(root, SUBMISSION, *reversed(WORDS))
    build_one(root)  # restored from what was kept
    assert changes(diff(cli, "last-build")) == ([], [WORDS[0]])


def test_a_draft_is_held_against_what_is_published(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, "fees: [72701.2578]", "fees: [null]")
    assert build_one(root).outcome is Outcome.DRAFT
    (figure,) = diff(cli, "published")["figures"]
    assert (figure["before"], figure["after"], figure["direction"]) == ("72701.2578", None, "gone")
    assert [each["rule"] for each in diff(cli, "published")["findings"]["come"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-y", 2024, "-d", "suqain"], "Did you mean 'suqian'"),
        (["-y", 2022, "-d", "suqian"], "has not been built"),
        (["-y", 2023, "-d", "suqian", "--against", "last-year"], "2022/suqian has not been built"),
        (["-y", 2024, "-d", "suqian", "--against", "approved"], "has not been approved"),
    ],
)
def test_what_cant_be_compared_is_said(cli: Cli, arguments: list[object], said: str) -> None:
    result = cli("diff", *arguments)
    assert result.code != 0
    assert said in result.text


def test_differences_are_told_in_chinese(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    lines = cli("diff", "-y", 2024, "-d", "suqian", "--against", "last-build").text.splitlines()
    assert lines == [
        "2024/suqian　上次生成 → 本次生成",
        "  修改　一、总体情况：政策发布与解读[-同步-]{+一并+}考虑。",
        "变化：1处文字",
    ]


def test_any_two_versions_are_compared(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    edit(root, SUBMISSION, "fees: [72701.2578]", "fees: [null]")
    build_one(root)
    assert changes(diff(cli, "approved", "--of", "published")) == ([], [WORDS[1]])
    assert changes(diff(cli, "published", "--of", "last-build")) == ([], [])
    assert changes(diff(cli, "published"))[0] == [FEES]
    assert cli("diff", "-y", 2024, "-d", "suqian", "--of", "published", "--against", "approved").text.startswith(
        "2024/suqian　20"
    )


# Approvals


def test_an_approval_names_who_when_and_what(root: Path, approve: Callable[..., Result]) -> None:
    approve("review", by="李四 <li@example.org>")
    (line,) = (root / approvals_path(*SUQIAN)).read_text(encoding="utf-8").splitlines()
    data = json.loads(line)
    assert (data["number"], data["action"], data["level"], data["by"]) == (
        1,
        "approve",
        "review",
        "李四 <li@example.org>",
    )
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", data["at"])
    content = read_folder(root / "outputs/2024/suqian")
    assert content is not None
    assert (data["sections"], data["content"]) == (content.digests(), content.to_json())


def test_what_was_approved_stands_in_the_file_once(root: Path, approve: Callable[..., Result]) -> None:
    approve("prepare", "review", "sign")
    records = approvals_of(Project(root), *SUQIAN).records
    assert [record.content is None for record in records] == [False, True, True]
    assert [record.previous for record in records] == ["", records[0].hash, records[1].hash]


def test_an_approval_outlives_what_readers_dont_see(
    root: Path, approve: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    approve("review")
    assert not build_one(root, force=True).failure
    assert standing(root)["review"] == "approved"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert build_one(root).outcome is Outcome.PUBLISHED
    assert standing(root)["review"] == "approved"


def test_a_charts_colour_keeps_an_approval_and_its_data_void_it(root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    notebook = json.loads((root / NOTEBOOK).read_text(encoding="utf-8"))
    cell = next(each for each in notebook["cells"] if "s.show(s.bar_chart(" in "".join(each["source"]))
    coloured = "chart = s.bar_chart(outcomes)\nchart.axes[0].patches[0].set_color('#aa0000')\ns.show(chart,"
    cell["source"] = "".join(cell["source"]).replace("s.show(s.bar_chart(outcomes),", coloured)
    (root / NOTEBOOK).write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    before = (root / "outputs/2024/suqian/report.html").read_bytes()
    assert build_one(root).outcome is Outcome.PUBLISHED
    assert (root / "outputs/2024/suqian/report.html").read_bytes() != before
    assert standing(root)["review"] == "approved"


@pytest.mark.parametrize("change", [WORDS, FIGURE, ("figures:\n", "published_on: 2025-01-20\nfigures:\n")])
def test_one_changed_word_or_digit_voids_it(
    root: Path, approve: Callable[..., Result], change: tuple[str, str]
) -> None:
    approve("review")
    edit(root, SUBMISSION, *change)
    build_one(root)
    assert standing(root)["review"] == "void"


def test_a_level_holds_again_once_the_changed_section_is_approved(
    cli: Cli, root: Path, approve: Callable[..., Result]
) -> None:
    approve("review")
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "review", "-s", "requests", "--as", "张三").code == 0
    assert standing(root)["review"] == "void"
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "审核", "-s", "overview", "--as", "张三").code == 0
    assert standing(root)["review"] == "approved"


def test_withdrawing_and_returning_end_approvals(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("prepare", "review")
    approve("review", action="withdraw")
    assert standing(root) == {"prepare": "approved", "review": "pending", "sign": "pending"}
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四").code == 0
    assert set(standing(root).values()) == {"pending"}


def test_what_was_approved_is_known_wherever_the_file_is(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    """On another machine there is no cache: the file alone says what was approved, and what has changed since."""
    approve("review")
    shutil.rmtree(root / "outputs")
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    assert changes(diff(cli, "approved")) == ([], [WORDS[1]])


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda line: line.replace("张三", "李四"), "line 1"),
        (lambda line: line.replace('"sections": {', '"sections": {"other": "x", '), "line 1"),
        (lambda line: "{", "line 1"),
        (lambda line: "", "line 1"),
        (lambda line: f"{line}\n{line}", "line 2"),
        (lambda line: line.replace('"number": 1', '"number": "1"'), "line 1"),
    ],
)
def test_a_tampered_file_is_refused_with_its_line(
    cli: Cli, root: Path, approve: Callable[..., Result], tamper: Callable[[str], str], said: str
) -> None:
    approve("prepare", "review")
    path = root / approvals_path(*SUQIAN)
    first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{tamper(first)}\n{second}\n", encoding="utf-8")
    edit(root, "params/report.yaml", "formats:", f"{LEVELS}\nformats:")
    bundle = build_one(root)
    assert bundle.outcome is Outcome.FAILED
    assert f"suqian.approvals.jsonl, {said}" in str(bundle.failure)
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "sign", "--as", "张三").code == 1
    assert len(path.read_text(encoding="utf-8").splitlines()) >= 2


def test_a_line_of_another_report_is_refused(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    shutil.copy(root / approvals_path(*SUQIAN), root / approvals_path(2023, "suqian"))
    result = cli("approve", "-y", 2023, "-d", "suqian", "-l", "sign", "--as", "张三")
    assert result.code == 1


@pytest.mark.parametrize("damage", ["stale", "tampered", "missing", "error"])
def test_only_a_sound_report_that_is_up_to_date_is_approved(cli: Cli, root: Path, damage: str) -> None:
    match damage:
        case "stale":
            edit(root, SUBMISSION, *WORDS)
        case "tampered":
            page = root / "outputs/2024/suqian/report.html"
            page.write_bytes(page.read_bytes().replace(b"3525", b"3526", 1))
        case "missing":
            shutil.rmtree(root / "outputs")
        case "error":
            edit(root, SUBMISSION, "fees: [72701.2578]", "fees: [null]")
            build_one(root)
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "review", "--as", "张三").code == 1
    assert not (root / approvals_path(*SUQIAN)).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-y", 2024, "-d", "suqian", "--as", "张三"], "At which level"),
        (["-y", 2024, "-d", "suqian", "-l", "revue", "--as", "张三"], "Did you mean 'review'"),
        (["-y", 2024, "-l", "review", "--as", "张三"], "Which reports"),
        (["-y", 2024, "-d", "suqain", "-l", "review", "--as", "张三"], "Did you mean 'suqian'"),
    ],
)
def test_an_unclear_approval_is_refused(cli: Cli, arguments: list[object], said: str) -> None:
    result = cli("approve", *arguments)
    assert result.code != 0
    assert said in result.text


def test_who_acts_comes_from_git(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    nobody = cli("approve", "-y", 2024, "-d", "suqian", "-l", "review")
    assert (nobody.code, "No reviewer is named" in nobody.text) == (1, True)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for key, value in (("user.name", "王五"), ("user.email", "wang@example.org")):
        subprocess.run(["git", "config", key, value], cwd=root, check=True)
    done = cli("approve", "-y", 2024, "-d", "suqian", "-l", "review", "--json").json["reports"]
    assert [each["by"] for each in done] == ["王五 <wang@example.org>"]


def test_a_build_names_what_voids_an_approval_that_nothing_waits_for(
    cli: Cli, root: Path, approve: Callable[..., Result]
) -> None:
    approve("review")
    edit(root, SUBMISSION, *WORDS)
    result = CliRunner().invoke(app, ["build", "-y", "2024", "-d", "suqian", "-C", str(root)])
    assert "2024/suqian　审核（张三，20" in result.stderr
    assert f"批准已失效：一、总体情况：“{WORDS[0]}”改为“{WORDS[1]}”" in result.stderr
    assert WORDS[1] in (root / "outputs/board.html").read_text(encoding="utf-8")
    (void,) = cli("board", "--json").json["void"]
    assert void["report"] == "2024/suqian"


def test_who_approve_at_the_same_time_all_have_their_line(root: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "reportkit",
        "approve",
        "-y",
        "2024",
        "-d",
        "suqian",
        "--as",
        "张三",
        "-C",
        str(root),
    ]
    running = [subprocess.Popen([*command, "-l", level]) for level in ("prepare", "review", "sign", "review")]
    assert [each.wait(timeout=60) for each in running] == [0] * 4
    records = approvals_of(Project(root), *SUQIAN).records
    assert sorted(record.level for record in records) == ["prepare", "review", "review", "sign"]


# Publishing waits for what is required


def test_a_report_is_published_once_every_level_has_approved(
    cli: Cli, root: Path, approve: Callable[..., Result]
) -> None:
    edit(root, "params/report.yaml", "formats:", f"{LEVELS}\nformats:")
    shutil.rmtree(root / "outputs/2024")
    bundle = build_one(root)
    assert (bundle.outcome, bundle.executed) == (Outcome.DRAFT, ())
    told = [each.what for each in bundle.findings if each.rule == "APPROVAL"]
    assert told == ["尚未经办", "尚未审核", "尚未签发"]
    page = html.fromstring((root / "outputs/drafts/2024/suqian/report.html").read_text(encoding="utf-8"))
    assert "尚缺经办、审核、签发" in page.find_class("draft-bar")[0].text_content()
    assert state(root) == "待审"
    early = cli("approve", "-y", 2024, "-d", "suqian", "-l", "sign", "--as", "张三")
    assert early.code == 1
    approve("prepare", "review")
    assert state(root) == "待审"
    approve("sign")
    assert state(root) == "已签发"
    bundle = build_one(root)
    assert (bundle.outcome, bundle.executed) == (Outcome.PUBLISHED, ())
    assert state(root) == "已发布"
    assert not (root / "outputs/drafts/2024/suqian").exists()
    assert "张三" not in (root / "outputs/2024/suqian/manifest.json").read_text(encoding="utf-8")
    assert build_one(root).outcome is Outcome.UP_TO_DATE


def test_a_change_after_approval_waits_again_and_names_the_sentence(root: Path, approve: Callable[..., Result]) -> None:
    edit(root, "params/report.yaml", "formats:", "\napprovals:\n  required: [sign]\nformats:")
    assert build_one(root).outcome is Outcome.DRAFT
    approve("sign")
    assert build_one(root).outcome is Outcome.PUBLISHED
    published = (root / "outputs/2024/suqian/report.html").read_bytes()
    edit(root, SUBMISSION, *WORDS)
    edit(root, SUBMISSION, *FIGURE)
    bundle = build_one(root)
    assert bundle.outcome is Outcome.DRAFT
    (finding,) = [each for each in bundle.findings if each.rule == "APPROVAL"]
    assert "批准失效" in finding.what
    assert f"“{WORDS[0]}”改为“{WORDS[1]}”" in finding.what
    assert "本年收费金额（单位：万元）：72701.2578→72701.2579" in finding.what
    assert (root / "outputs/2024/suqian/report.html").read_bytes() == published
    edit(root, SUBMISSION, *reversed(WORDS))
    edit(root, SUBMISSION, *reversed(FIGURE))
    assert build_one(root).outcome is Outcome.UP_TO_DATE  # what was approved is what still stands
    assert not (root / "outputs/drafts/2024/suqian").exists()


def test_a_returned_report_says_so_until_it_changes(cli: Cli, root: Path) -> None:
    edit(root, "params/report.yaml", "formats:", f"{LEVELS}\nformats:")
    shutil.rmtree(root / "outputs/2024")
    build_one(root)
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四", "-m", "请核实第二部分").code == 0
    assert state(root) == "退回"
    build_one(root)
    assert state(root) == "退回"
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    assert state(root) == "待审"


def test_a_correction_of_a_closed_year_is_approved_too(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    edit(root, "params/report.yaml", "formats:", "\napprovals:\n  required: [sign]\nopen_years: [2025]\nformats:")
    assert "2024 is closed" in cli("approve", "-y", 2024, "-d", "suqian", "-l", "sign", "--as", "张三", "--json").text
    edit(root, SUBMISSION, *WORDS)
    reopen = ("build", "-y", 2024, "-d", "suqian", "--reopen", "--reason", "更正文字", "--json")
    assert cli(*reopen).json["reports"][0]["outcome"] == "draft"
    approve("sign")
    assert cli(*reopen).json["reports"][0]["outcome"] == "published"
    assert len((root / "params/2024/suqian.corrections.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("approvals:\n  required: [signed]\n", "There is no level 'signed'"),
        ("approvals:\n  levels: [{id: a, label: 甲}, {id: a, label: 乙}]\n", "Level 'a' appears twice"),
        ("approvals:\n  level: []\n", "Unknown key 'level'"),
    ],
)
def test_levels_that_cant_be_are_refused_with_their_line(cli: Cli, root: Path, text: str, said: str) -> None:
    edit(root, "params/report.yaml", "formats:", f"{text}formats:")
    result = cli("status")
    assert result.code != 0
    assert said in result.text
    assert "report.yaml, line" in result.text


# Sending back


def test_a_notice_tells_every_finding_as_text_and_word(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, "fees: [72701.2578]", "fees: [null]")
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    result = cli(
        "return", "-y", 2024, "-d", "suqian", "--as", "李四 <li@example.org>", "-m", "请核实。\n尽快报送。", "--json"
    )
    text, word = (Path(each) for each in result.json["reports"][0]["notice"])
    said = text.read_text(encoding="utf-8")
    assert said.splitlines()[0] == "关于退回修改2024年政府信息公开工作年度报告的意见"
    for words in ("宿迁市人民政府：", "缺少数据、未能核对的事项", "行政事业性收费", "请核实。", "退回人：李四\n"):
        assert words in said
    document = Document(str(word))
    shown = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert shown == [line.strip("　") for line in said.splitlines() if line.strip()]
    assert document.core_properties.author == ""


def test_a_report_that_was_never_built_can_be_sent_back(cli: Cli, root: Path) -> None:
    result = cli("return", "-y", 2023, "-d", "nangang-ysj", "--as", "李四")
    assert result.code == 0
    assert "表三" in (root / "outputs/returns/2023/nangang-ysj.txt").read_text(encoding="utf-8")


# The standing of a level, as data


def test_standings_are_those_of_the_last_lines() -> None:
    found = standings((), {"review": "审核"}, {"": "x", "overview": "y"})
    assert [(each.holds, each.is_void, each.lacking) for each in found] == [(False, False, ("", "overview"))]
    assert Approvals(levels={"review": "审核"}).pending({"": "x"}) == ()


# The board


def test_the_board_tells_every_report(cli: Cli, root: Path) -> None:
    written = cli("board", "--today", "2025-02-01", "--json").json
    page = html.parse(written["board"])
    assert written["reports"] == len(page.xpath("//tbody/tr")) == 7
    row = next(each for each in page.xpath("//tbody/tr") if "suqian2024" in each.text_content())
    assert "与上年比较：" in row.text_content()
    assert "已发布" in row.text_content()
    (root / "outputs" / row.xpath(".//th//a/@href")[0]).stat()
    for link in row.xpath("./td//a/@href"):
        (root / "outputs" / link).stat()


def test_a_build_writes_the_board_and_only_stale_pages(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    assert cli("build", "-y", 2024, "-d", "suqian", "--force", "--json").code == 0
    page = root / "outputs/review/2024/suqian.html"
    assert (root / "outputs/board.html").is_file()
    before = page.stat().st_mtime_ns
    assert cli("board", "--json").json["pages"] == 0
    assert page.stat().st_mtime_ns == before
    approve("review")
    assert cli("board", "--json").json["pages"] == 1
    assert "与批准的内容比较：没有变化" in (root / "outputs/board.html").read_text(encoding="utf-8")


def test_an_unchanged_build_touches_nothing(cli: Cli, root: Path) -> None:
    assert cli("build", "-y", 2023, "-y", 2024, "-d", "suqian").code == 0
    before = {path: path.stat().st_mtime_ns for path in (root / "outputs").rglob("*.html")}
    assert cli("build", "-y", 2023, "-y", 2024, "-d", "suqian").code == 0
    assert {path: path.stat().st_mtime_ns for path in (root / "outputs").rglob("*.html")} == before


def test_a_review_page_shows_each_change_in_its_place(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, *FIGURE)
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    target = root / "redline.html"
    assert cli("diff", "-y", 2024, "-d", "suqian", "--against", "last-build", "--html", target).code == 0
    page = html.fromstring(target.read_text(encoding="utf-8"))
    listed = [each.get("href") for each in page.xpath("//div[@id='changes']//a")]
    assert listed == ["#c1", "#c2"]
    sentence, cell = (page.get_element_by_id(each.removeprefix("#")) for each in listed)
    assert [(each.tag, each.text_content()) for each in sentence] == [("del", "同步"), ("ins", "一并")]
    assert [(each.tag, each.text_content()) for each in cell] == [
        ("del", "72701.2578"),
        ("br", ""),
        ("ins", "72701.2579"),
    ]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in page.xpath("//a/@href") if href.startswith("#")} <= set(ids)


def test_numbers_that_were_typed_are_told_from_computed_ones(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, WORDS[0], f"{WORDS[0]}另有手工输入的17件。")
    build_one(root)
    cli("board")
    page = html.parse(root / "outputs/review/2024/suqian.html")
    typed = {
        section: [each.text_content() for each in page.xpath(f"//section[@id='s-{section}']//*[@class='typed']")]
        for section in ("preamble", "overview")
    }
    assert typed == {"preamble": ["1", "1", "12", "31"], "overview": ["17"]}


HOSTILE = "<script>alert(1)</script>\"'&<b>"


def test_hostile_words_are_shown_as_text(cli: Cli, root: Path) -> None:
    printed = HOSTILE.replace("<", "\\<")
    edit(root, SUBMISSION, WORDS[0], f"{WORDS[0]}{printed}")
    waiver = {"rule": "T2-1", "place": "disclosure.rules", "reason": HOSTILE, "by": f"<i>甲{HOSTILE}", "until": ON}
    path = root / "params/2024/suqian.waivers.yaml"
    path.write_text(yaml.safe_dump({"waivers": [waiver]}, allow_unicode=True), encoding="utf-8")
    edit(root, SUBMISSION, "rules: [2, 1, 12]", "rules: [3, 1, 12]")
    build_one(root)
    cli("return", "-y", 2024, "-d", "suqian", "--as", f"甲{HOSTILE}", "-m", HOSTILE)
    edit(root, SUBMISSION, printed, f"{printed}{printed}")
    build_one(root)
    assert cli("board").code == 0
    for name in ("outputs/board.html", "outputs/review/2024/suqian.html"):
        page = html.parse(root / name)
        assert len(page.xpath("//script")) == 1
        assert not page.xpath("//b | //i")
        assert "alert(1)" not in page.xpath("string(//script)")


def test_pruning_keeps_what_the_board_shows(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    cli("board")
    prune(Project(root), 0, 4e9)
    edit(root, SUBMISSION, *WORDS)
    build_one(root)
    assert changes(diff(cli, "approved")) == ([], [WORDS[1]])
    assert cli("board").code == 0


def test_a_board_that_cant_be_written_fails_the_build_alone(cli: Cli, root: Path) -> None:
    (root / "outputs/board.html").mkdir()
    edit(root, SUBMISSION, *WORDS)
    result = cli("build", "-y", 2024, "-d", "suqian", "--json")
    assert (result.code, result.json["reports"][0]["outcome"]) == (1, "published")


# What a review of these tools found


def test_words_drawn_in_a_chart_void_an_approval(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    notebook = json.loads((root / NOTEBOOK).read_text(encoding="utf-8"))
    cell = next(each for each in notebook["cells"] if "s.show(s.bar_chart(" in "".join(each["source"]))
    titled = "chart = s.bar_chart(outcomes)\nchart.axes[0].set_title('较上年下降九成')\ns.show(chart,"
    cell["source"] = "".join(cell["source"]).replace("s.show(s.bar_chart(outcomes),", titled)
    (root / NOTEBOOK).write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    build_one(root)
    assert standing(root)["review"] == "void"
    (change,) = diff(cli, "approved")["wording"]
    assert change["after"] == "较上年下降九成"


def test_a_section_approved_anew_hides_no_change_of_another(
    cli: Cli, root: Path, approve: Callable[..., Result]
) -> None:
    approve("prepare", "review")
    edit(root, SUBMISSION, *WORDS)
    edit(root, SUBMISSION, *FIGURE)
    build_one(root)
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "prepare", "-s", "disclosure", "--as", "张三").code == 0
    assert changes(diff(cli, "approved")) == ([], [WORDS[1]])
    void = cli("board", "--json").json["void"]
    assert len(void) == 2
    assert all(WORDS[1] in each["approval"] for each in void if "经办" in each["approval"])


def test_a_part_that_is_approved_is_no_approval_that_is_void(cli: Cli, root: Path) -> None:
    edit(root, "params/report.yaml", "formats:", "\napprovals:\n  required: [review]\nformats:")
    build_one(root)
    for section in ("requests", "head"):
        assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "review", "-s", section, "--as", "张三").code == 0
    (told,) = [each.what for each in build_one(root).findings if each.rule == "APPROVAL"]
    assert told.startswith("审核只批准了一部分，尚缺：引言、一、总体情况、二、")
    assert standing(root)["review"] == "partial"
    assert cli("withdraw", "-y", 2024, "-d", "suqian", "-l", "review", "-s", "requests", "--as", "张三").code == 0
    assert standing(root)["review"] == "partial"


def test_a_return_ends_what_was_approved_of_sections_that_are_gone(
    cli: Cli, root: Path, approve: Callable[..., Result]
) -> None:
    approve("review")
    other = "  - {section: other_matters, notebook: 06-other-matters.ipynb}"
    edit(root, "params/report.yaml", other, f"#{other}")
    build_one(root)
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四").code == 0
    edit(root, "params/report.yaml", f"#{other}", other)
    build_one(root)
    assert standing(root)["review"] == "pending"


@pytest.mark.parametrize("comment", ["同意\u2028第二行", "同意\x85", "a\udcffb"])
def test_a_comment_with_odd_characters_leaves_the_file_whole(cli: Cli, root: Path, comment: str) -> None:
    for level in ("prepare", "review"):
        assert cli("approve", "-y", 2024, "-d", "suqian", "-l", level, "--as", "张三", "-m", comment).code == 0
    assert len(approvals_of(Project(root), *SUQIAN).records) == 2


def test_a_line_that_reads_otherwise_to_people_is_refused(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    path = root / approvals_path(*SUQIAN)
    path.write_text(
        path.read_text(encoding="utf-8").replace('{"report"', '{"by": "王五", "report"', 1), encoding="utf-8"
    )
    assert cli("approve", "-y", 2024, "-d", "suqian", "-l", "sign", "--as", "张三").code == 1


def test_a_broken_submission_is_seen_on_the_board(cli: Cli, root: Path) -> None:
    with (root / SUBMISSION).open("a", encoding="utf-8") as file:
        file.write("broken: [\n")
    assert cli("board").code == 1
    page = html.parse(root / "outputs/board.html")
    row = next(each for each in page.xpath("//tbody/tr") if "suqian2024" in each.text_content())
    assert "填报有误" in row.text_content()


def test_a_returned_publication_says_so(cli: Cli, root: Path) -> None:
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四").code == 0
    assert "退回修改" in cli("status", "-y", 2024, "-d", "suqian").text
    cli("board")
    page = html.parse(root / "outputs/board.html")
    row = next(each for each in page.xpath("//tbody/tr") if "suqian2024" in each.text_content())
    assert "已发布退回" in row.text_content()


def test_a_notice_is_about_what_lies_there_now(cli: Cli, root: Path) -> None:
    edit(root, "params/report.yaml", "formats:", f"{LEVELS}\nformats:")
    build_one(root)
    edit(root, SUBMISSION, "rules: [2, 1, 12]", "rules: [3, 1, 12]")
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四").code == 0
    text = (root / "outputs/returns/2024/suqian.txt").read_text(encoding="utf-8")
    assert "须改正的错误" in text
    assert "T2-1" in text
    assert "APPROVAL" not in text
    with (root / SUBMISSION).open("a", encoding="utf-8") as file:
        file.write("broken: [\n")
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四").code == 0
    text = (root / "outputs/returns/2024/suqian.txt").read_text(encoding="utf-8")
    assert "2024年填报文件第" in text
    assert "括号“[”没有结束" in text


def test_a_notice_that_cant_be_written_ends_no_approval(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    (root / "outputs/returns").write_text("", encoding="utf-8")
    assert cli("return", "-y", 2024, "-d", "suqian", "--as", "李四").code == 1
    assert standing(root)["review"] == "approved"


def test_a_draft_is_shown_beside_what_it_would_replace(cli: Cli, root: Path) -> None:
    edit(root, SUBMISSION, "fees: [72701.2578]", "fees: [null]")
    build_one(root)
    assert cli("diff", "-y", 2024, "-d", "suqian", "--json").json["against"] == "published"


def test_a_new_reason_makes_a_new_draft_of_a_correction(cli: Cli, root: Path) -> None:
    edit(root, "params/report.yaml", "formats:", "\napprovals:\n  required: [sign]\nopen_years: [2025]\nformats:")
    edit(root, SUBMISSION, *WORDS)
    for reason in ("理由甲", "理由乙"):
        assert cli("build", "-y", 2024, "-d", "suqian", "--reopen", "--reason", reason, "--json").code == 0
    assert "理由乙" in (root / "outputs/drafts/2024/suqian/report.html").read_text(encoding="utf-8")


def test_an_order_that_has_changed_is_told(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    approve("review")
    text = (root / "params/report.yaml").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if "section: problems" in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    (root / "params/report.yaml").write_text("".join(lines), encoding="utf-8")
    build_one(root)
    assert "各部分及其顺序" in [each["label"] for each in diff(cli, "approved")["head"]]


def test_an_approvals_file_that_was_cut_short_is_refused(cli: Cli, root: Path, approve: Callable[..., Result]) -> None:
    edit(root, "params/report.yaml", "formats:", "\napprovals:\n  required: [review]\nformats:")
    build_one(root)
    approve("review", "sign")
    assert build_one(root).outcome is Outcome.PUBLISHED
    path = root / approvals_path(*SUQIAN)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{first}\n", encoding="utf-8")
    bundle = build_one(root)
    assert bundle.outcome is Outcome.FAILED
    assert "There are 1 lines; the report was published with 2" in str(bundle.failure)
