"""What clerks are shown after `check` and `build`: why a report is a draft, what stops it, each cause once."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reportkit import cli
from reportkit.cli.causes import print_failed
from reportkit.cli.findings import findings_shown, print_findings
from reportkit.errors import InputError, InputErrors, ProjectError
from reportkit.model import Bundle, Finding, Outcome, Severity
from tests.building import edit

SUBMISSION = "params/2024/demo.yaml"


@dataclass
class Result:
    """How a command ended, and what it printed."""

    code: Any
    out: str
    err: str


Call = Callable[..., Result]


@pytest.fixture
def zh(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `reportkit --lang zh …` in this process."""
    monkeypatch.setenv("COLUMNS", "300")

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["reportkit", "--lang", "zh", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return Result(stopped.value.code, printed.out, printed.err)

    return call


# Drafts


def test_a_missing_cell_is_said_to_make_a_draft(zh: Call, one_notebook_project: Path) -> None:
    edit(one_notebook_project, SUBMISSION, "carried_in: [2,", "carried_in: [~,")
    checked, built = (zh(command, "-C", one_notebook_project) for command in ("check", "build"))
    assert "  缺2格，报告是草稿" in checked.out.splitlines()
    assert "2024/demo　缺2格，报告是草稿" in built.err.splitlines()
    assert "  W T3-4　表三·二、上年结转政府信息公开申请数量：缺2格" in built.err


def test_a_whole_report_is_not_said_to_be_a_draft(zh: Call, one_notebook_project: Path) -> None:
    assert "草稿" not in zh("check", "-C", one_notebook_project).out


def test_a_draft_shows_its_errors_and_where_all_findings_are(zh: Call, one_notebook_project: Path) -> None:
    edit(one_notebook_project, SUBMISSION, "carried_in: [2,", "carried_in: [-2,")
    for _ in ("made", "up to date"):
        told = zh("build", "-C", one_notebook_project).err
        assert "  E T3-4　" in told
        assert "填的是“-2”" in told
        assert "reportkit check -y 2024 -d demo；" in told
        assert "outputs/drafts/2024/demo/findings.json" in told


def test_what_only_the_finished_document_shows_is_seen_as_it_is_built(zh: Call, one_notebook_project: Path) -> None:
    path = next((one_notebook_project / "notebooks").glob("*.ipynb"))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "heading", "metadata": {}, "source": "# 七、不在格式中"}
    notebook["cells"].append(cell)
    notebook["cells"].append({**cell, "id": "words", "source": "文字。"})
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    assert "S-1" not in zh("check", "-C", one_notebook_project).out
    assert "  E S-1　" in zh("build", "-C", one_notebook_project).err


def finding(number: int, severity: Severity = Severity.ERROR, rule: str = "T3-1") -> Finding:
    return Finding(rule, severity, f"第{number}处", "表三", "核对。")


def draft(*findings: Finding, year: int = 2024, late: int = 0) -> Bundle:
    of_document = findings[len(findings) - late :]
    return Bundle(year, "demo", Outcome.DRAFT, True, {}, findings, of_document=of_document)


def test_of_many_findings_the_first_ten_are_shown_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([draft(*map(finding, range(13)))])
    lines = capsys.readouterr().err.splitlines()
    assert [line[:4] for line in lines].count("  E ") == 10
    assert "  …and 3 more" in lines


def test_of_many_drafts_the_first_twenty_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([draft(finding(0), year=year) for year in range(2000, 2024)])
    assert "…and 4 more reports with findings" in capsys.readouterr().err


def test_warnings_are_shown_only_where_a_build_alone_finds_them() -> None:
    known, late = finding(1, Severity.WARNING), finding(2, Severity.WARNING, "S-4")
    assert findings_shown(draft(known, finding(3), late, late=1)) == [finding(3), late]
    published = Bundle(2024, "demo", Outcome.PUBLISHED, False, {}, (known, late), of_document=(late,))
    assert findings_shown(published) == [late]


def test_a_draft_for_want_of_data_alone_shows_what_could_not_be_assessed() -> None:
    unassessed = finding(1, Severity.UNASSESSABLE)
    assert findings_shown(draft(unassessed)) == [unassessed]
    assert findings_shown(draft(unassessed, finding(2))) == [finding(2)]


# What stops reports


@pytest.fixture
def two_years(one_notebook_project: Path) -> Path:
    """The submission of 2024 is that of 2023 too, where it has a slip."""
    text = (one_notebook_project / SUBMISSION).read_text(encoding="utf-8")
    before = one_notebook_project / SUBMISSION.replace("2024", "2023")
    before.parent.mkdir()
    before.write_text(text.replace("published_on:", "publishd_on:"), encoding="utf-8")
    return one_notebook_project


@pytest.mark.parametrize("command", ["check", "plan", "build"])
def test_a_broken_file_is_told_once_with_all_that_it_stops(zh: Call, two_years: Path, command: str) -> None:
    told = zh(command, "-C", two_years).err
    assert told.count("没有名为“publishd_on”的项目") == 1
    assert "2023/demo 没有名为“publishd_on”的项目" in told
    assert "  受此影响的还有：2024/demo" in told.splitlines()


def test_what_stops_only_next_years_report_is_told_of_that(zh: Call, two_years: Path) -> None:
    told = zh("build", "-y", "2024", "-C", two_years).err
    assert told.count("没有名为“publishd_on”的项目") == 1
    assert "2024/demo 没有名为“publishd_on”的项目" in told


@pytest.mark.parametrize("command", ["board", "site"])
def test_the_board_and_the_portal_tell_a_cause_once(zh: Call, two_years: Path, command: str) -> None:
    assert zh(command, "-C", two_years).err.count("publishd_on") <= 2


def test_of_many_reports_that_one_cause_stops_a_few_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    error = ProjectError("key_missing", where="params/report.yaml", key="x")
    print_failed([(f"2024/a{number}", error) for number in range(9)])
    told = capsys.readouterr().err
    assert told.count("Key 'x' is missing.") == 1
    assert "It stops too: 2024/a1, 2024/a2, 2024/a3, 2024/a4, 2024/a5 and 3 more" in told


def test_each_mistake_of_a_file_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (InputError("key_missing", where="params/2023/a.yaml", key=key) for key in "xy")
    print_failed([("2023/a", InputErrors([first, second])), ("2024/a", InputErrors([first, second]))])
    told = capsys.readouterr().err
    assert (told.count("Key 'x'"), told.count("Key 'y'"), told.count("2024/a")) == (1, 1, 2)
