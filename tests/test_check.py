"""The command `check`: rules explained, files from elsewhere, pages, waivers, what units have in common."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from reportkit.build.check import check_reports
from reportkit.inputs.project import Project
from tests.conftest import MakeProject

SUBMISSION = "params/2024/suqian.yaml"
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(shipped: Path) -> Check:
    def call(*arguments: object) -> tuple[int, str, str]:
        ran = subprocess.run(
            [sys.executable, "-m", "reportkit", "check", "-C", str(shipped), *map(str, arguments)],
            capture_output=True, check=False, encoding="utf-8",
        )  # fmt: skip
        return ran.returncode, ran.stdout, ran.stderr

    return call


def changed(root: Path, before: str, after: str) -> str:
    """A submission's text with one thing changed."""
    text = (root / SUBMISSION).read_text(encoding="utf-8")
    assert before in text
    return text.replace(before, after)


def rules_of(out: str, severity: str = "") -> list[str]:
    (report,) = json.loads(out)["reports"]
    return [each["rule"] for each in report["findings"] if severity in ("", each["severity"])]


def test_a_rule_is_explained_with_law_formula_and_example(check: Check) -> None:
    code, out, _ = check("--explain", "T3-1")
    assert code == 0
    for part in (
        "T3-1",
        "国办公开办函〔2021〕30号",
        "received + carried_in == concluded + carried_out",
        "例",
        "不可豁免",
    ):
        assert part in out


def test_an_explanation_is_one_document_for_machines(check: Check) -> None:
    told: dict[str, Any] = json.loads(check("--explain", "T2-1", "--json")[1])
    assert (told["id"], told["waivable"]) == ("T2-1", True)
    assert told["editions"] == {"国办公开办函〔2021〕30号": "2021年度起"}


def test_an_unknown_rule_is_refused_with_a_hint(check: Check) -> None:
    code, _, err = check("--explain", "T3-11")
    assert code == 2
    assert "Did you mean 'T3-1'?" in err


def test_a_submission_from_elsewhere_is_checked_in_place_of_the_projects(
    check: Check, shipped: Path, tmp_path: Path
) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(changed(shipped, "received: [3440,", "received: [3441,"), encoding="utf-8")
    code, out, _ = check("-y", 2024, "-d", "suqian", "--submission", path, "--json")
    assert code == 1
    assert set(rules_of(out, "E")) == {"T3-1", "T3-3"}
    assert check("-y", 2024, "-d", "suqian", "--json")[0] == 0


def test_a_submission_from_elsewhere_may_be_told_by_its_own_path(check: Check, shipped: Path, tmp_path: Path) -> None:
    path = tmp_path / "2024" / "suqian.yaml"
    path.parent.mkdir()
    path.write_bytes((shipped / SUBMISSION).read_bytes())
    code, out, _ = check("--submission", path, "--json")
    assert code == 0
    assert json.loads(out)["reports"][0]["department"] == "suqian"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--submission", "nowhere.yaml"], "There is no file nowhere.yaml"),
        (["--submission", "pyproject.toml"], "One year and one department are needed"),
    ],
)
def test_a_submission_that_is_for_no_report_is_refused(check: Check, arguments: list[str], told: str) -> None:
    code, _, err = check(*arguments)
    assert code == 2
    assert told in err


def test_a_page_that_cannot_be_written_is_told(check: Check, tmp_path: Path) -> None:
    code, _, err = check("--html", tmp_path / "nowhere/findings.html")
    assert code == 2
    assert "can't be written" in err
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Wants a device that is full.")
def test_output_that_cannot_be_written_is_told(shipped: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "reportkit", "check", "-C", str(shipped)]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, encoding="utf-8")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("The output can't be written: ")


def test_findings_are_a_page_for_those_without_a_terminal(check: Check, shipped: Path, tmp_path: Path) -> None:
    path = shipped / SUBMISSION
    path.write_text(changed(shipped, "我市聚焦", "我局<alert>聚焦"), encoding="utf-8")
    page_path = tmp_path / "findings.html"
    assert check("--html", page_path)[0] == 1
    page = html.document_fromstring(page_path.read_text(encoding="utf-8"))
    assert not page.xpath("//alert")
    text = page.text_content()
    assert "“我局”与本机关（宿迁市人民政府）不符" in text
    assert [row.text_content() for row in page.xpath("//tbody//th")] == [
        "2019/shanghai-fgt",
        "2023/nangang-ysj",
        "2023/suqian",
        "2024/suqian",
    ]
    for link in page.xpath("//a/@href"):
        assert page.xpath(f"//*[@id='{link[1:]}']")


WAIVER = """\
waivers:
  - {{rule: {rule}, place: {place}, reason: 文件清理, by: 审核人, until: {until}}}
"""
IN_FORCE = ("normative_documents: [50, 227, 420]", "normative_documents: [50, 227, 410]")


@pytest.mark.parametrize(
    ("place", "until", "code", "rules"),
    [
        ("disclosure.normative_documents", "2025-12-31", 0, []),
        ("disclosure.normative_documents/in_force", "2025-03-31", 0, []),
        ("disclosure.rules", "2025-12-31", 1, ["WAIVER"]),
        ("disclosure.normative_documents", "2025-03-30", 1, ["WAIVER"]),
    ],
)
def test_a_waiver_holds_for_its_place_until_its_day(
    check: Check, shipped: Path, place: str, until: str, code: int, rules: list[str]
) -> None:
    (shipped / SUBMISSION).write_text(changed(shipped, *IN_FORCE), encoding="utf-8")
    waivers = shipped / "params/2024/suqian.waivers.yaml"
    waivers.write_text(WAIVER.format(rule="T2-1", place=place, until=until), encoding="utf-8")
    found, out, _ = check("-y", 2024, "--json")
    assert found == code
    (report,) = json.loads(out)["reports"]
    assert [each["rule"] for each in report["findings"] if each["rule"] == "WAIVER"] == rules
    (broken,) = [each for each in report["findings"] if each["rule"] == "T2-1"]
    assert ("waiver" in broken) is (code == 0)
    if code == 0:
        assert broken["waiver"] == {"reason": "文件清理", "by": "审核人", "until": until}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WAIVER.format(rule="T3-1", place="requests", until="2025-12-31"), "Correct what T3-1 finds"),
        (WAIVER.format(rule="T2-9", place="requests", until="2025-12-31"), "Did you mean 'T2-1'?"),
        (WAIVER.format(rule="T2-1", place="x", until="soon"), "line 2"),
        ("waivers:\n  - {rule: T2-1, reason: a}\n", "Key 'place' is missing."),
    ],
)
def test_a_waiver_that_cannot_be_is_refused_with_its_line(check: Check, shipped: Path, text: str, told: str) -> None:
    (shipped / "params/2024/suqian.waivers.yaml").write_text(text, encoding="utf-8")
    code, _, err = check("-y", 2024)
    assert code == 1
    assert told in err
    assert "suqian.waivers.yaml" in err


def test_a_clerk_cannot_waive_in_the_submission(check: Check, shipped: Path) -> None:
    path = shipped / SUBMISSION
    path.write_text("waivers: []\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    code, _, err = check("-y", 2024)
    assert code == 1
    assert "Unknown key 'waivers'" in err


def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    from reportkit.demo.write import demo_of, write_demo

    write_demo(tmp_path, demo_of(40, 2, 3, 2024))
    project = Project(tmp_path)
    targets = [(year, each) for year in project.years for each in project.submitted(year)]
    alone = check_reports(Project(tmp_path), targets, 1)
    assert check_reports(project, targets, 2) == alone
    assert [(each.year, each.department) for each in alone] == targets


def test_units_that_say_the_same_are_found_also_when_one_is_asked_for(make_project: MakeProject) -> None:
    root = make_project("shipped")
    words = "  problems: |\n    " + "一是信息更新不够及时，二是解读形式不够丰富，三是平台维护不够经常。" * 10 + "\n"
    register = (root / "params/departments.yaml").read_text(encoding="utf-8")
    for name, body in (("甲", "jia"), ("乙", "yi")):
        register += (
            f"\n  - {{id: {body}, name: {name}市财政局, short_name: {name}财政, kind: department, level: county}}\n"
        )
        (root / f"params/2024/{body}.yaml").write_text("prose:\n" + words, encoding="utf-8")
    (root / "params/departments.yaml").write_text(register, encoding="utf-8")
    (found,) = check_reports(Project(root), [(2024, "jia")], 1)
    (alike,) = [each for each in found.findings if each.rule == "C-1"]
    assert "乙市财政局" in alike.what


def test_a_report_that_cannot_be_read_stops_no_other(check: Check, shipped: Path) -> None:
    (shipped / SUBMISSION).write_text("figures: [", encoding="utf-8")
    code, out, err = check()
    assert code == 1
    assert "2024/suqian" in err
    assert "2023/suqian 宿迁市人民政府" in out
    assert "1份无法读取" in out
