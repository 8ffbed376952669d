"""Workbooks in a real LibreOffice that computes every formula again: the figures come back, the rules say the same."""

import random
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest

from reportkit.checks.arithmetic import check_figures
from reportkit.checks.evidence import Evidence
from reportkit.inputs.history import history_of
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked
from reportkit.workbook.write import workbook_of
from tests.building import write_shipped
from tests.mangling import Handed, own, typed
from tests.test_workbooks import values_of

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""That formulas are computed again whenever a file is opened."""
FILTERS = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76"}
"""Commas, quotes and UTF-8."""
CHANGES = 100


def computed(tmp_path: Path, workbooks: Mapping[str, bytes], ending: str = "xlsx") -> dict[str, bytes]:
    """Workbooks as LibreOffice saves them, by their old names, every formula computed again in a fresh profile."""
    profile, out = tmp_path / "profile", tmp_path / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    for name, content in workbooks.items():
        (tmp_path / name).write_bytes(content)
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to",
        FILTERS.get(ending, ending),
    ]
    names = [str(tmp_path / name) for name in workbooks]
    subprocess.run([*command, "--outdir", str(out), *names], check=True, capture_output=True, timeout=400)
    return {name: (out / name).with_suffix(f".{ending}").read_bytes() for name in workbooks}


@pytest.fixture(scope="module")
def root(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shipped(repository, tmp_path_factory.mktemp("calc") / "project")


def test_what_was_handed_in_comes_back_from_libreoffice(root: Path, tmp_path: Path) -> None:
    project = Project(root)
    reports = {f"{year}-{each}.xlsx": (year, each) for year in project.years for each in project.submitted(year)}
    workbooks = {name: workbook_of(project, *report) for name, report in reports.items()}
    for name, content in computed(tmp_path, workbooks).items():
        (found,) = read_workbook(project, content, name, Asked())
        submission = project.submission(*reports[name])
        assert [str(each) for each in found.refusals] == []
        assert (found.year, found.department) == reports[name]
        assert values_of(found) == submission.figures.cells
        assert found.prose == {slot: text.strip() for slot, text in submission.prose.items()}
        assert found.facts == submission.facts


@pytest.mark.parametrize("ending", ["xls", "ods", "csv"])
@pytest.mark.parametrize("make", [own, typed])
def test_a_workbook_saved_in_another_format_is_read(
    root: Path, tmp_path: Path, ending: str, make: Callable[[Project, int, str], Handed]
) -> None:
    handed = make(Project(root), 2024, "suqian")
    if ending == "csv":  # has the first sheet alone
        for name in [each for each in handed.book.sheetnames if each != "表三"]:
            del handed.book[name]
        handed.truth = {cell: value for cell, value in handed.truth.items() if cell.startswith("requests.")}
    content = computed(tmp_path, {"报回.xlsx": handed.content()}, ending)["报回.xlsx"]
    (found,) = read_workbook(handed.project, content, f"报回.{ending}", Asked())
    assert [str(each) for each in found.refusals] == []
    assert (found.year, found.department) == (2024, "suqian")
    assert values_of(found) == handed.truth


def test_the_sheet_says_of_each_changed_digit_what_the_rules_say(root: Path, tmp_path: Path) -> None:
    texts = dict(_with_one_digit_changed((root / "params/2024/suqian.yaml").read_text(encoding="utf-8")))
    expected: dict[str, set[str]] = {}
    workbooks: dict[str, bytes] = {}
    for name, text in texts.items():
        changed = tmp_path / f"{name}.yaml"
        changed.write_text(text, encoding="utf-8")
        project = Project(root, {"params/2024/suqian.yaml": changed})
        expected[f"{name}.xlsx"] = _rules_broken(project)
        workbooks[f"{name}.xlsx"] = workbook_of(project, 2024, "suqian")
    assert len(workbooks) == CHANGES
    for name, content in computed(tmp_path, workbooks).items():
        assert _said_in(content, tmp_path / f"said-{name}") == expected[name], name
    assert len({*map(frozenset, expected.values())}) > 3  # it is not always the same


def _with_one_digit_changed(text: str) -> Iterable[tuple[str, str]]:
    """The submission with one digit of a figure of table 三 or 四 changed; the same ones in each run."""
    lines, chosen = text.split("\n"), random.Random(22)
    first = next(place for place, line in enumerate(lines) if line.startswith("  requests:"))
    places = [
        (row, column)
        for row, line in enumerate(lines)
        if row > first and ": [" in line and not line.lstrip().startswith("#")
        for column in range(line.index("[") + 1, line.index("]"))
        if line[column].isdigit()
    ]
    for number, (row, column) in enumerate(chosen.sample(places, CHANGES)):
        line = lines[row]
        digit = chosen.choice([each for each in "123456789" if each != line[column]])
        changed = f"{line[:column]}{digit}{line[column + 1 :]}"
        yield f"changed-{number}", "\n".join([*lines[:row], changed, *lines[row + 1 :]])


def _rules_broken(project: Project) -> set[str]:
    submission = project.submission(2024, "suqian")
    edition = project.editions.for_year(2024)
    history = history_of(project, submission)
    department, register = project.department("suqian"), project.register
    evidence = Evidence(edition, department, 2024, submission.figures, register, history)
    rules = edition.rulebook
    return {
        each.rule
        for each in check_figures(evidence)
        if each.severity.value in "EW" and (rules[each.rule].clauses or rules[each.rule].cancels)
    }


def _said_in(content: bytes, path: Path) -> set[str]:
    """The rules that the sheets say are broken."""
    path.write_bytes(content)
    book = openpyxl.load_workbook(path, data_only=True)
    said = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    marked = "".join(each for each in said if each[0] in "✗！")
    return {word.split(" ")[0] for sign in "✗！" for word in marked.split(sign)[1:]}
