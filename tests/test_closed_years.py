"""Closed years are verified and never rebuilt by accident; what is made again for a reason is a numbered correction."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import html
from typer.testing import CliRunner

from reportkit.build.build import build
from reportkit.build.local import LocalPool
from reportkit.build.publish import Reopening
from reportkit.cli import app
from reportkit.errors import PublishingError
from reportkit.inputs.corrections import correction_path, corrections_of
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Outcome
from reportkit.publishing.pdftext import page_texts
from tests import building
from tests.building import QUIET, copy_project

REPORT = (2023, "suqian")
ON = date(2026, 11, 23)
Cli = Callable[..., tuple[int, str]]


def build_one(root: Path, reason: str = "", *, force: bool = False) -> Bundle:
    reopening = Reopening(reason, ON) if reason else None
    (bundle,) = build(Project(root), [REPORT], LocalPool(1), QUIET, force=force, reopening=reopening)
    return bundle


def close(root: Path, years: str = "[2024]") -> None:
    path = root / "params/report.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nopen_years: {years}\n", encoding="utf-8")


def edit(root: Path, old: str, new: str) -> None:
    building.edit(root, "params/2023/suqian.yaml", old, new)


def files_of(root: Path) -> dict[str, bytes]:
    folder = root / "outputs/2023/suqian"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def root(built_project: Path, tmp_path: Path) -> Path:
    """A copy of the shipped project of which one report is built and published; its year is closed since."""
    root = copy_project(built_project, tmp_path / "project", ("2023/suqian",))
    close(root)
    return root


@pytest.fixture
def cli(root: Path) -> Cli:
    def call(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*map(str, arguments), "-C", str(root)])
        told = "" if isinstance(result.exception, SystemExit) else str(result.exception or "")
        return result.exit_code, result.output + told

    return call


PROSE = ("prose:\n  overview: |\n", "prose:\n  overview: |\n    更正的一段。\n\n")


def test_a_closed_report_is_not_built_again_whatever_changes(root: Path) -> None:
    before = files_of(root)
    edit(root, *PROSE)
    for force in (False, True):
        bundle = build_one(root, force=force)
        assert (bundle.outcome, bundle.executed) == (Outcome.CLOSED, ())
    assert files_of(root) == before


@pytest.mark.parametrize("damage", ["changed", "gone", "added", "manifest"])
def test_a_closed_report_that_is_not_what_it_was_fails(root: Path, damage: str) -> None:
    folder = root / "outputs/2023/suqian"
    match damage:
        case "changed":
            (folder / "report.html").write_bytes((folder / "report.html").read_bytes().replace(b"3511", b"3512", 1))
        case "gone":
            (folder / "report.pdf").unlink()
        case "added":
            (folder / "notes.txt").write_bytes(b"")
        case "manifest":
            (folder / "manifest.json").write_bytes(b"{}")
    bundle = build_one(root)
    assert bundle.outcome is Outcome.FAILED
    assert "2023 is closed" in str(bundle.failure)


def test_a_closed_year_without_a_published_report_is_left_alone(root: Path) -> None:
    shutil.rmtree(root / "outputs")
    assert build_one(root).outcome is Outcome.CLOSED
    assert not (root / "outputs/2023").exists()


def test_reopening_makes_a_numbered_correction_with_what_changed(root: Path) -> None:
    edit(root, *PROSE)
    bundle = build_one(root, "补写一段。")
    assert bundle.outcome is Outcome.PUBLISHED
    line = "（第1次更正，2026年11月23日：补写一段）"
    page = html.fromstring(files_of(root)["report.html"].decode())
    assert [each.text_content() for each in page.find_class("correction")] == [line]
    assert line in "".join("".join(page_texts(files_of(root)["report.pdf"])).split())
    (kept,) = (json.loads(each) for each in (root / correction_path(*REPORT)).read_text(encoding="utf-8").splitlines())
    assert (kept["number"], kept["on"], kept["reason"]) == (1, "2026-11-23", "补写一段。")
    (added,) = kept["changes"]["wording"]
    assert (added["section"], added["kind"], added["after"]) == ("overview", "added", "更正的一段。")
    assert [each["label"] for each in kept["changes"]["head"]] == ["更正"]
    assert (kept["changes"]["figures"], kept["changes"]["exhibits"]) == ([], [])
    before = files_of(root)
    assert build_one(root).outcome is Outcome.CLOSED
    assert build_one(root, "又一次").outcome is Outcome.UP_TO_DATE  # nothing has changed since: no second correction
    assert files_of(root) == before
    edit(root, "更正的一段", "再更正的一段")
    assert build_one(root, "又一次").outcome is Outcome.PUBLISHED
    assert [each.number for each in corrections_of(Project(root), *REPORT)] == [1, 2]


def test_a_correction_tells_the_figures_that_changed(root: Path) -> None:
    text = (root / "params/2023/suqian.yaml").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if "fees:" in line)
    edit(root, row, "    fees: [1.5]")
    build_one(root, "更正收费金额")
    kept = json.loads((root / correction_path(*REPORT)).read_text(encoding="utf-8"))
    (figure,) = kept["changes"]["figures"]
    assert figure["after"] == "1.5"
    assert "行政事业性收费" in figure["label"]


def test_a_correction_that_fails_or_is_a_draft_is_none(root: Path) -> None:
    before = files_of(root)
    edit(root, "prose:\n", "prose:\n  proactiv: x\n")
    assert build_one(root, "更正").outcome is Outcome.FAILED
    edit(root, "  proactiv: x\n", "")
    edit(root, *PROSE)
    text = (root / "params/2023/suqian.yaml").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if "fees:" in line)
    edit(root, row, "    fees: [null]")
    assert build_one(root, "更正").outcome is Outcome.DRAFT
    assert files_of(root) == before
    assert not (root / correction_path(*REPORT)).exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--reopen", "-y", 2023], "needs a reason"),
        (["--reopen", "-y", 2023, "--reason", "  "], "needs a reason"),
        (["--reason", "因故", "-y", 2023], "--reason is for --reopen"),
        (["--reopen", "--reason", "因故"], "needs the year"),
        (["--reopen", "--reason", "因故", "-y", 2024], "2024 is not closed"),
    ],
)
def test_reopening_wants_a_reason_a_year_and_a_closed_report(cli: Cli, arguments: list[object], told: str) -> None:
    code, output = cli("build", *arguments)
    assert code != 0
    assert told in output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "can't be read"),
        ('{"number": 2, "on": "2026-01-01", "reason": "x"}', "has the number 2"),
        ('{"number": 1, "on": "soon", "reason": "x"}', "can't be read"),
    ],
)
def test_corrections_changed_by_hand_are_refused_with_their_line(root: Path, text: str, told: str) -> None:
    (root / correction_path(*REPORT)).write_text(text, encoding="utf-8")
    bundle = build_one(root, "更正")
    assert bundle.outcome is Outcome.FAILED
    assert told in str(bundle.failure)
    assert "corrections.jsonl, line 1" in str(bundle.failure)


def test_verify_holds_what_stands_against_its_manifest(root: Path, cli: Cli) -> None:
    assert cli("verify")[0] == 0
    (root / "outputs/2023/suqian/report.html").write_bytes(b"")
    code, output = cli("verify", "--json")
    (report,) = json.loads(output)["reports"] if code == 1 else [None]
    assert report == {
        "year": 2023, "department": "suqian", "draft": False, "whole": False, "faults": ["report.html is changed"],
    }  # fmt: skip
    assert "report.html is changed" in cli("verify")[1]
    assert cli("verify", "-y", 2024) == (0, "department\tyear\tkind\tfiles\n")


def test_plan_and_status_say_that_a_year_is_closed(cli: Cli) -> None:
    assert json.loads(cli("plan", "-y", 2023, "-d", "suqian", "--json")[1])["reports"][0]["work"] == "closed"
    (status,) = json.loads(cli("status", "-y", 2023, "-d", "suqian", "--json")[1])["reports"]
    assert (status["closed"], status["state"], status["current"]) == (True, "已发布", None)


@pytest.mark.parametrize("lost", ["manifest.json", "report.ipynb", "figures.json"])
def test_what_replaces_a_damaged_report_is_a_correction_too(root: Path, lost: str) -> None:
    (root / "outputs/2023/suqian" / lost).unlink()
    edit(root, *PROSE)
    assert build_one(root, "原件损坏").outcome is Outcome.PUBLISHED
    kept = json.loads((root / correction_path(*REPORT)).read_text(encoding="utf-8"))
    assert (kept["number"], kept["changes"] is None) == (1, lost != "manifest.json")


def test_reopening_without_a_difference_publishes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(root)
    assert build_one(root, "重新生成", force=True).outcome is Outcome.CLOSED
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert build_one(root, "重新生成").outcome is Outcome.CLOSED
    assert files_of(root) == before
    assert not (root / correction_path(*REPORT)).exists()


def test_reopening_puts_a_damaged_report_back_as_it_was(root: Path) -> None:
    before = files_of(root)
    (root / "outputs/2023/suqian/report.html").write_bytes(b"x")
    assert build_one(root, "原件损坏").outcome is Outcome.PUBLISHED
    assert files_of(root) == before
    assert not (root / correction_path(*REPORT)).exists()


def test_a_correction_that_cant_be_noted_is_not_published(root: Path) -> None:
    before = files_of(root)
    (root / correction_path(*REPORT)).mkdir()
    edit(root, *PROSE)
    bundle = build_one(root, "更正")
    assert bundle.outcome is Outcome.FAILED
    assert "corrections.jsonl can't be" in str(bundle.failure)
    assert files_of(root) == before


def test_a_correction_that_cant_be_published_is_not_noted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(place: Path, files: object) -> None:
        raise PublishingError("The disk is full.")

    monkeypatch.setattr("reportkit.build.publish.publish_folder", full)
    edit(root, *PROSE)
    assert build_one(root, "更正").outcome is Outcome.FAILED
    assert not (root / correction_path(*REPORT)).exists()


def test_corrections_that_were_lost_are_missed(root: Path) -> None:
    edit(root, *PROSE)
    assert build_one(root, "更正").outcome is Outcome.PUBLISHED
    (root / correction_path(*REPORT)).unlink()
    edit(root, "更正的一段", "再更正的一段")
    bundle = build_one(root, "又一次")
    assert bundle.outcome is Outcome.FAILED
    assert "0 corrections are noted, but the published report states 1" in str(bundle.failure)


def test_a_closed_report_that_is_gone_is_missed(root: Path, cli: Cli) -> None:
    shutil.rmtree(root / "outputs/2023/suqian")
    bundle = build_one(root)
    assert bundle.outcome is Outcome.FAILED
    assert "the folder is gone" in str(bundle.failure)
    code, output = cli("verify", "-y", 2023)
    assert (code, "the folder is gone" in output) == (1, True)
    assert cli("verify", "-d", "nosuch")[0] != 0


@pytest.mark.parametrize("forged", ["place", "state", "together", "emptied", "notebook"])
def test_verify_isnt_taken_in(root: Path, cli: Cli, forged: str) -> None:
    folder = root / "outputs/2023/suqian"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    match forged:
        case "place":
            shutil.copytree(folder, root / "outputs/2023/nangang-ysj")
        case "state":
            manifest["state"] = "draft"
        case "together":
            page = (folder / "report.html").read_bytes().replace(b"3511", b"3512")
            (folder / "report.html").write_bytes(page)
            manifest["files"]["report.html"]["sha256"] = sha256(page).hexdigest()
        case "emptied":
            manifest["files"] = {}
            for path in folder.glob("report.*"):
                path.unlink()
        case "notebook":
            (folder / "notebooks/added.html").write_bytes(b"x")
    if forged not in ("place", "notebook"):
        (folder / "manifest.json").write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    assert cli("verify")[0] == 1


def test_open_years_left_empty_open_nothing_by_accident(root: Path, cli: Cli) -> None:
    path = root / "params/report.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("open_years: [2024]", "open_years:"), encoding="utf-8")
    code, told = cli("build", "-y", 2023, "-d", "suqian")
    assert code != 0
    assert "every year is open" in told


def test_a_report_that_is_gone_comes_back_as_a_correction(root: Path) -> None:
    shutil.rmtree(root / "outputs/2023/suqian")
    edit(root, *PROSE)
    assert build_one(root, "原件丢失").outcome is Outcome.PUBLISHED
    assert [each.number for each in corrections_of(Project(root), *REPORT)] == [1]
    assert "第1次更正" in files_of(root)["report.html"].decode()


def test_a_line_without_an_end_is_ended_before_the_next(root: Path) -> None:
    edit(root, *PROSE)
    assert build_one(root, "更正").outcome is Outcome.PUBLISHED
    path = root / correction_path(*REPORT)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    edit(root, "更正的一段", "再更正的一段")
    assert build_one(root, "又一次").outcome is Outcome.PUBLISHED
    assert [each.number for each in corrections_of(Project(root), *REPORT)] == [1, 2]


def test_a_dry_run_of_a_correction_shows_what_it_would_do(cli: Cli, root: Path) -> None:
    edit(root, *PROSE)
    command = ("build", "-y", 2023, "-d", "suqian", "--dry-run")
    assert "已封存" in cli(*command)[1]
    code, told = cli(*command, "--reopen", "--reason", "更正文字")
    assert (code, "待生成" in told) == (0, True)
