"""The command line: what is printed where, and the exit codes. No notebook is run here."""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reportkit import cli
from reportkit.checks.evidence import Evidence
from reportkit.outputs.manifest import NAME as MANIFEST
from tests.conftest import MakeProject

REPORTS = ["2019/shanghai-fgt", "2023/nangang-ysj", "2023/suqian", "2024/suqian"]
COMMANDS = {
    (command.name or command.callback.__name__): command for command in cli.app.registered_commands if command.callback
}


@dataclass
class Result:
    """How a command ended, and what it printed."""

    code: Any
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Result]


@pytest.fixture
def reportkit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `reportkit …` in this process, as its console script would."""
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "PY_COLORS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["reportkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return Result(stopped.value.code, printed.out, printed.err)

    return call


# check


def test_check_lists_every_report_and_passes_where_no_finding_is_an_error(reportkit: Call, shipped: Path) -> None:
    result = reportkit("check", "-C", shipped)
    *heads, total = [line for line in result.out.splitlines() if not line.startswith(" ")]
    assert [head.split(" ")[0] for head in heads] == REPORTS
    assert total.startswith("共4份报告")
    assert "2024/suqian 宿迁市人民政府　8 W" in heads
    assert (result.code, result.err) == (0, "")


def test_a_strict_check_fails_for_a_draft(reportkit: Call, shipped: Path) -> None:
    assert reportkit("check", "--strict", "-C", shipped).code == 1
    assert reportkit("check", "--strict", "-y", 2024, "-C", shipped).code == 0


def test_check_as_json_is_one_document(reportkit: Call, shipped: Path) -> None:
    result = reportkit("check", "--json", "-C", shipped)
    assert [f"{each['year']}/{each['department']}" for each in result.json["reports"]] == REPORTS
    finding = result.json["reports"][1]["findings"][0]
    assert list(finding) == ["rule", "severity", "what", "where", "mend", "cells"]
    assert (finding["rule"], finding["severity"]) == ("T3-4", "W")
    assert result.code == 0


@pytest.mark.parametrize(
    ("filters", "reports"),
    [
        (["-y", 2023], REPORTS[1:3]),
        (["-y", 2023, "-y", 2024], REPORTS[1:]),
        (["-y", 2024, "-y", 2024], REPORTS[3:]),
        (["-d", "suqian"], REPORTS[2:]),
        (["-d", "suqian", "-d", "nangang-ysj"], REPORTS[1:]),
        (["-y", 2023, "-d", "suqian"], REPORTS[2:3]),
        (["--all"], REPORTS),
    ],
)
def test_filters_repeat_and_narrow(reportkit: Call, shipped: Path, filters: list[object], reports: list[str]) -> None:
    result = reportkit("check", "--json", "-C", shipped, *filters)
    assert [f"{each['year']}/{each['department']}" for each in result.json["reports"]] == reports


@pytest.mark.parametrize(
    ("filters", "what", "fix"),
    [
        (["-d", "suqain"], "Unknown department 'suqain'", "Did you mean 'suqian'?"),
        (["-y", 2018], "2018", "2019"),
        (["-y", 2022], "2022", "2019, 2023, 2024"),
        (["-y", 2024, "-d", "nangang-ysj"], "'nangang-ysj' has handed in nothing for 2024", "params/"),
        (["-d", "harbin"], "'harbin' has handed in nothing", "params/"),
        (["--all", "-y", 2024], "--all", "Leave one out"),
    ],
)
@pytest.mark.parametrize("command", ["check", "plan", "build"])
def test_a_filter_that_means_nothing_is_a_bad_argument(
    reportkit: Call, shipped: Path, command: str, filters: list[object], what: str, fix: str
) -> None:
    result = reportkit(command, "-C", shipped, *filters)
    assert (result.code, result.out) == (2, "")
    assert what in result.err
    assert fix in result.err


@pytest.mark.parametrize("arguments", [["-y", "soon"], ["--yaer", 2024], ["suqian"], ["-C"]])
def test_a_bad_argument_exits_with_two(reportkit: Call, shipped: Path, arguments: list[object]) -> None:
    assert reportkit("check", "-C", shipped, *arguments).code == 2


BAD = {
    "repeated key": ("params/2024/suqian.yaml", "prose: {}\nprose: {}\n", "line 2"),
    "not YAML": ("params/2024/suqian.yaml", "a: [1\nb: 2", "line 1"),
    "not UTF-8": ("params/2024/suqian.yaml", "prose:\n  overview: 政府".encode("gbk"), "line 2"),
    "anchor": ("params/2024/suqian.yaml", "prose: &a {}", "line 1"),
    "unknown key": ("params/2024/suqian.yaml", "figurs: {}", "line 1, figurs"),
    "unknown row": ("params/2024/suqian.yaml", "figures: {requests: {recieved: [1]}}", "figures.requests.recieved"),
    "unknown name": ("params/2024/suqian.yaml", "prose:\n  overview: 甲{{ nothing }}", "line 2, prose.overview"),
    "expression": (
        "params/2024/suqian.yaml",
        "prose:\n  overview: \"{{ 'a' * 200000000 }}\"",
        "line 2, prose.overview",
    ),
    "deep expression": (
        "params/2024/suqian.yaml",
        "prose:\n  overview: '{{ a" + ".a" * 5_000 + " }}'",
        "line 2, prose.overview",
    ),
    "deep file": ("params/2024/suqian.yaml", "a: " + "[" * 3_000 + "]" * 3_000, "params/2024/suqian.yaml"),
    "a list": ("params/2024/suqian.yaml", "- 1", "line 1"),
    "unregistered": ("params/2024/nobody.yaml", "prose: {}", "params/departments.yaml"),
    "another format": ("params/2018/suqian.yaml", "prose: {}", "the report year"),
}


@pytest.mark.parametrize(("path", "content", "where"), BAD.values(), ids=BAD)
def test_a_bad_submission_fails_and_the_others_are_listed(
    reportkit: Call, make_project: MakeProject, path: str, content: str | bytes, where: str
) -> None:
    root = make_project("shipped", {path: content})
    result = reportkit("check", "-C", root)
    name = path.removeprefix("params/").removesuffix(".yaml")
    assert result.code == 1
    assert result.err.startswith(f"{name} ")
    assert where in result.err
    assert "Traceback" not in result.err
    *heads, _ = [line.split(" ")[0] for line in result.out.splitlines() if not line.startswith(" ")]
    assert heads == [each for each in REPORTS if each != name]


def test_a_bad_submission_is_in_the_json_with_its_error(reportkit: Call, make_project: MakeProject) -> None:
    root = make_project("shipped", {"params/2024/suqian.yaml": "figurs: {}"})
    result = reportkit("check", "--json", "-C", root)
    errors = {f"{each['year']}/{each['department']}": each["error"] for each in result.json["reports"]}
    assert "Did you mean 'figures'?" in errors.pop("2024/suqian")
    assert set(errors.values()) == {None}
    assert (result.code, len(errors)) == (1, 3)


def test_every_mistake_of_a_submission_is_told(reportkit: Call, two_mistakes_project: Path) -> None:
    result = reportkit("check", "-C", two_mistakes_project)
    assert result.code == 1
    assert "Row has 3 values, not 6 or 7." in result.err
    assert "Did you mean 'carried_in'?" in result.err
    assert "2024/qinghe-swj" in result.out


def test_an_error_in_figures_fails_the_check(reportkit: Call, shipped: Path) -> None:
    path = shipped / "params/2024/suqian.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[88, 18, 28, 36, 170]", "[88, 18, 28, 36, 134]"), encoding="utf-8"
    )
    result = reportkit("check", "-y", 2024, "-C", shipped)
    assert result.code == 1
    assert "T4-1" in result.out
    assert "＝170" in result.out
    assert "134" in result.out


def test_a_misspelt_parameter_is_refused_before_anything_runs(
    reportkit: Call, misspelt_parameter_project: Path
) -> None:
    result = reportkit("check", "-C", misspelt_parameter_project)
    assert result.code == 1
    assert "'department' is not accepted" in result.err
    assert "'deparment'" in result.err


def test_a_submission_of_a_body_that_did_not_exist_is_refused(reportkit: Call, make_project: MakeProject) -> None:
    entry = "{id: qinghe-swj, name: 甲, short_name: 甲, kind: department, level: county, valid_from: 2025-01-01}"
    result = reportkit(
        "check", "-C", make_project("one-section", {"params/departments.yaml": f"departments: [{entry}]"})
    )
    assert result.code == 1
    assert "did not exist in 2024" in result.err


# The project itself


@pytest.mark.parametrize(
    "command", sorted(COMMANDS.keys() - {"schema", "docs", "doctor", "demo", "editions", "restore", "sbom", "worker"})
)
def test_a_folder_without_a_project_exits_with_two(reportkit: Call, tmp_path: Path, command: str) -> None:
    report = ("-y", 2024, "-d", "suqian")
    needed = {
        "diff": report,
        "preview": report,
        "workbook": ("-y", 2024),
        "import": ("a.html",),
        "audit": ("a.html",),
        "backup": (tmp_path / "a.tar.xz",),
    }
    result = reportkit(command, *needed.get(command, ()), "-C", tmp_path)
    assert (result.code, result.out) == (2, "")
    assert "No reportkit project here." in result.err


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_the_cache_of_a_project_without_one_is_empty(
    reportkit: Call, shipped: Path, arguments: tuple[str, ...]
) -> None:
    size = reportkit("cache", "size", *arguments, "-C", shipped)
    gone = reportkit("cache", "prune", "--keep-days", 0, *arguments, "-C", shipped)
    if arguments:
        nothing = {"runs": 0, "reports": 0, "bytes": 0}
        assert (size.json, gone.json) == (nothing, {"removed": nothing})
    else:
        assert size.out == "0 runs, 0 finished reports, 0.0 MB in outputs/.cache\n"
        assert gone.out == "Removed 0 runs and 0 finished reports, 0.0 MB.\n"


def test_a_preview_of_nobody_is_refused(reportkit: Call, shipped: Path) -> None:
    result = reportkit("preview", "-y", 2024, "-d", "suqain", "-C", shipped)
    assert result.code == 2
    assert "Did you mean 'suqian'" in result.err


@pytest.mark.parametrize(
    ("path", "content", "where"),
    [
        ("params/departments.yaml", "departments: [{id: A}]", "params/departments.yaml, line 1"),
        ("params/departments.yaml", "departments:\n- id: a\n id: b", "params/departments.yaml, line 3"),
        ("params/report.yaml", "sections: []", "params/report.yaml, line 1"),
    ],
    ids=["register", "register no YAML", "definition"],
)
@pytest.mark.parametrize("command", ["check", "plan", "status", "doctor"])
def test_an_unreadable_register_or_definition_exits_with_two(
    reportkit: Call, make_project: MakeProject, command: str, path: str, content: str, where: str
) -> None:
    result = reportkit(command, "-C", make_project("one-section", {path: content}))
    assert (result.code, result.out) == (2, "")
    assert where in result.err


def test_a_definition_with_an_unknown_section_exits_with_two(reportkit: Call, make_project: MakeProject) -> None:
    definition = "sections: [{section: overveiw, notebook: other.ipynb}]"
    result = reportkit("check", "-C", make_project("one-section", {"params/report.yaml": definition}))
    assert "Did you mean 'overview'?" in result.err
    assert result.code == 2


def test_a_definition_that_is_missing_exits_with_two(reportkit: Call, one_section_project: Path) -> None:
    (one_section_project / "params/report.yaml").unlink()
    result = reportkit("check", "-C", one_section_project)
    assert result.code == 2
    assert "params/report.yaml" in result.err


def test_a_missing_notebook_fails_the_report(reportkit: Call, one_section_project: Path) -> None:
    (one_section_project / "notebooks/other.ipynb").unlink()
    result = reportkit("check", "-C", one_section_project)
    assert result.code == 1
    assert "notebooks/other.ipynb" in result.err


def test_the_project_is_found_upwards_from_the_current_folder(
    reportkit: Call, one_section_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(one_section_project / "params" / "2024")
    assert "2024/qinghe-swj" in reportkit("check").out


def test_an_interruption_exits_with_130(reportkit: Call, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reportkit.build.check.check_report", interrupt)
    result = reportkit("check", "-C", shipped)
    assert result.code == 130
    assert "untouched" in result.err


# plan


def test_plan_shows_what_a_build_would_do(reportkit: Call, shipped: Path) -> None:
    lines = [line.split("\t") for line in reportkit("plan", "-C", shipped).out.splitlines()]
    assert lines[0] == ["department", "year", "kind", "build", "notebooks", "findings"]
    assert [line[:5] for line in lines[1:]] == [
        ["shanghai-fgt", "2019", "草稿", "待生成", "7"],
        ["nangang-ysj", "2023", "草稿", "待生成", "7"],
        ["suqian", "2023", "可发布", "待生成", "7"],
        ["suqian", "2024", "可发布", "待生成", "7"],
    ]


@pytest.mark.parametrize("command", [["plan"], ["build", "--dry-run"]])
def test_plan_as_json_names_notebooks_and_inputs(reportkit: Call, shipped: Path, command: list[str]) -> None:
    result = reportkit(*command, "--json", "-y", 2024, "-C", shipped)
    (report,) = result.json["reports"]
    assert (report["draft"], report["up_to_date"], len(report["digest"])) == (False, False, 64)
    assert report["notebooks"][0] == "00-preamble.ipynb"
    assert report["inputs"] == ["params/departments.yaml", "params/2024/suqian.yaml", "params/2023/suqian.yaml"]
    assert result.code == 0
    assert not (shipped / "outputs").exists()


def test_a_plan_changes_with_its_inputs_and_with_no_others(reportkit: Call, shipped: Path) -> None:
    def digests() -> dict[str, str]:
        return {
            f"{each['year']}/{each['department']}": each["digest"]
            for each in reportkit("plan", "--json", "-C", shipped).json["reports"]
        }

    before = digests()
    assert digests() == before
    with (shipped / "params/2023/nangang-ysj.yaml").open("a", encoding="utf-8") as file:
        file.write("# 注\n")
    after = digests()
    assert [name for name in REPORTS if after[name] != before[name]] == ["2023/nangang-ysj"]


def test_a_bad_submission_fails_the_plan_and_the_others_are_shown(reportkit: Call, make_project: MakeProject) -> None:
    result = reportkit("plan", "--json", "-C", make_project("shipped", {"params/2024/suqian.yaml": "figurs: {}"}))
    errors = {f"{each['year']}/{each['department']}": each["error"] for each in result.json["reports"]}
    assert "'figures'" in errors.pop(REPORTS[3])
    assert errors == dict.fromkeys(REPORTS[:3])
    assert result.code == 1


# status


def test_a_year_without_a_format_is_told_with_its_report_and_stops_no_other(reportkit: Call, shipped: Path) -> None:
    shutil.copytree(shipped / "params/2024", shipped / "params/2018")
    found = reportkit("status", "--json", "-C", shipped).json["reports"]
    assert [(each["department"], bool(each["problem"])) for each in found if each["year"] == 2018] == [("suqian", True)]
    assert {each["year"] for each in found} == {2018, 2019, 2023, 2024}


@pytest.mark.parametrize("name", ["20240", "２０２４", "2024年", "2024年度", "0999", "3024", " 2024", "202"])
@pytest.mark.parametrize("command", ["status", "check", "plan"])
def test_a_folder_that_is_nearly_a_year_is_told_of(reportkit: Call, shipped: Path, command: str, name: str) -> None:
    shutil.copytree(shipped / "params/2024", shipped / "params" / name)
    result = reportkit(command, "-C", shipped)
    assert f"params/{name} isn't read." in result.err
    assert "isn't read" not in result.out


def test_other_folders_beside_the_years_are_not(reportkit: Call, shipped: Path) -> None:
    for name in ("2024-old", "备份", "2024.bak", "v2"):
        (shipped / "params" / name).mkdir()
    assert "isn't read" not in reportkit("status", "-C", shipped).err


def states(result: Result) -> dict[str, tuple[str, bool]]:
    return {f"{each['year']}/{each['department']}": (each["state"], each["late"]) for each in result.json["reports"]}


@pytest.mark.parametrize(
    ("today", "late"),
    [
        ("2025-01-31", []),
        ("2025-02-01", ["nangang-ysj", "shanghai-fgt"]),
        ("2025-03-31", ["nangang-ysj", "shanghai-fgt"]),
        ("2025-04-01", ["nangang-ysj", "suqian", "shanghai-fgt"]),
    ],
)
def test_a_report_is_late_from_the_day_after_its_deadline(
    reportkit: Call, shipped: Path, today: str, late: list[str]
) -> None:
    result = reportkit("status", "-y", 2024, "--today", today, "--json", "-C", shipped)
    assert [each["department"] for each in result.json["reports"] if each["late"]] == late


def test_status_tells_who_has_handed_in(reportkit: Call, shipped: Path) -> None:
    result = reportkit("status", "--today", "2025-01-01", "--json", "-C", shipped)
    assert states(result) == {
        "2019/shanghai-fgt": ("草稿", False),
        "2023/nangang-ysj": ("草稿", True),
        "2023/suqian": ("草稿", True),
        "2023/shanghai-fgt": ("未填报", True),
        "2024/nangang-ysj": ("未填报", False),
        "2024/suqian": ("草稿", False),
        "2024/shanghai-fgt": ("未填报", False),
    }


def test_status_says_that_nothing_is_asked_for(reportkit: Call, shipped: Path) -> None:
    result = reportkit("status", "-y", 2022, "-y", 2023, "-C", shipped)
    assert result.code == 0
    assert result.err.splitlines() == ["2022: nothing is asked for, and nothing was handed in."]


def test_what_is_published_is_never_late(reportkit: Call, shipped: Path) -> None:
    published = shipped / "outputs/2024/suqian"
    published.mkdir(parents=True)
    (published / MANIFEST).write_text('{"digest": "0", "files": {}}')
    result = reportkit("status", "-d", "suqian", "-y", 2024, "--today", "2026-01-01", "--json", "-C", shipped)
    assert states(result) == {"2024/suqian": ("已发布", False)}
    assert result.json["reports"][0]["current"] is False


def test_status_prints_a_line_a_report(reportkit: Call, make_project: MakeProject) -> None:
    root = make_project("shipped", {"params/2024/suqian.yaml": "figurs: {}"})
    lines = [
        line.split("\t")
        for line in reportkit("status", "-y", 2024, "--today", "2025-04-01", "-C", root).out.splitlines()
    ]
    assert lines[0] == ["year", "department", "name", "state", "due", "late", "missing cells", "note"]
    assert lines[2] == ["2024", "suqian", "宿迁市人民政府", "草稿", "2025-03-31", "逾期", "", "填报有误"]


def test_status_counts_missing_cells(reportkit: Call, shipped: Path) -> None:
    result = reportkit("status", "-y", 2023, "--json", "-C", shipped)
    missing = {each["department"]: each["missing"] for each in result.json["reports"]}
    assert missing == {"nangang-ysj": 193, "suqian": 0, "shanghai-fgt": None}


@pytest.mark.parametrize("arguments", [["-d", "suqain"], ["--today", "soon"], ["-y", 2018]])
def test_status_refuses_bad_arguments(reportkit: Call, shipped: Path, arguments: list[object]) -> None:
    assert reportkit("status", "-C", shipped, *arguments).code == 2


# schema, doctor, lab


def test_the_committed_schemas_are_up_to_date(reportkit: Call, repository: Path) -> None:
    result = reportkit("schema", "--check", "-C", repository)
    assert result.code == 0
    assert result.out.count("up to date") == 5


def test_a_stale_schema_is_told_and_written_again(reportkit: Call, shipped: Path) -> None:
    stale = shipped / "params/report.schema.json"
    whole = stale.read_bytes()
    stale.write_bytes(b"{}")
    told = reportkit("schema", "--check", "-C", shipped)
    assert (told.code, stale.read_bytes()) == (1, b"{}")
    assert "params/report.schema.json: out of date" in told.out
    assert reportkit("schema", "-C", shipped).code == 0
    assert stale.read_bytes() == whole


def test_doctor_finds_this_machine_fit(reportkit: Call, one_section_project: Path) -> None:
    result = reportkit("doctor", "-C", one_section_project)
    assert (result.code, "FAULT" in result.out) == (0, False)
    assert [line.split("\t")[1] for line in result.out.splitlines()][1] == "Python"


def test_doctor_as_json_is_one_document(reportkit: Call, one_section_project: Path) -> None:
    checks = reportkit("doctor", "--json", "-C", one_section_project).json["checks"]
    subjects = [check["subject"] for check in checks]
    assert {"Python", "typst", "kernel python3", "PDF", "project", "outputs/"} <= set(subjects)
    assert all(check["ok"] is not False for check in checks)


def test_doctor_says_that_an_approval_is_no_login(reportkit: Call, one_section_project: Path) -> None:
    checks = reportkit("doctor", "--json", "-C", one_section_project).json["checks"]
    (found,) = [each["found"] for each in checks if each["subject"] == "approvals"]
    assert "a record, not a login" in found


def test_doctor_works_without_a_project(reportkit: Call, tmp_path: Path) -> None:
    result = reportkit("doctor", "--json", "-C", tmp_path)
    assert result.code == 0
    assert "project" not in [check["subject"] for check in result.json["checks"]]


def test_doctor_fails_where_something_is_missing(
    reportkit: Call, one_section_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportkit.cli.doctor.LIBRARIES", ("no-such-library",))
    result = reportkit("doctor", "-C", one_section_project)
    assert result.code == 1
    assert "FAULT\tno-such-library" in result.out


def test_lab_opens_the_notebooks_with_this_python(reportkit: Call, shipped: Path) -> None:
    result = reportkit("lab", "--dry-run", "-C", shipped, "--no-browser", "--port", "8899")
    assert result.code == 0
    assert result.out.startswith(f"{sys.executable} -m jupyterlab ")
    assert f"--ServerApp.root_dir={shipped}" in result.out
    assert result.out.rstrip().endswith("--no-browser --port 8899")


# Help


def test_every_command_of_the_command_line_is_known() -> None:
    assert {"check", "plan", "build", "status", "schema", "doctor", "lab", "demo"} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_with_an_example(reportkit: Call, name: str) -> None:
    document = inspect.getdoc(COMMANDS[name].callback) or ""
    assert len(document.split("\n")[0]) > 20
    assert f"`reportkit {name}" in document.partition("Example")[2]
    printed = reportkit(name, "--help")
    assert printed.code == 0
    assert f"reportkit {name}" in printed.out.partition("Example")[2]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_documented(reportkit: Call, name: str) -> None:
    _, _, listed = reportkit(name, "--help").out.partition("Options:\n")
    options = re.split(r"^  (?=-)", listed, flags=re.MULTILINE)[1:]
    assert options
    for option in options:
        _, *said = re.split(r"\s{2,}", option.strip(), maxsplit=1)
        assert len("".join(said)) > 10, option


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from reportkit import cli; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "typer" in imported
    assert not {"pydantic", "rich", "yaml", "jinja2", "nbformat", "matplotlib", "importlib.metadata"} & set(imported)


def test_help_lists_every_command(reportkit: Call) -> None:
    result = reportkit("--help")
    assert result.code == 0
    assert [name for name in COMMANDS if f" {name} " not in result.out] == []


def test_the_version_is_printed(reportkit: Call) -> None:
    result = reportkit("--version")
    assert (result.code, result.out.startswith("reportkit ")) == (0, True)


# As a process of its own


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reportkit", *arguments],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_the_module_runs_as_the_command_does(one_section_project: Path) -> None:
    ran = run("check", cwd=one_section_project)
    assert ran.returncode == 0
    assert "2024/qinghe-swj 清河区水务局" in ran.stdout


def test_an_error_is_what_where_and_mend_on_standard_error(shipped: Path) -> None:
    ran = run("check", "-d", "suqain", cwd=shipped)
    assert (ran.returncode, ran.stdout) == (2, "")
    what, where, fix = ran.stderr.splitlines()
    assert what == "Unknown department 'suqain'."
    assert where.strip() == "Where: params/departments.yaml"
    assert fix.strip().startswith("Fix: Did you mean 'suqian'?")


def test_chinese_is_printed_whatever_the_locale(one_section_project: Path) -> None:
    ran = run("check", "--json", cwd=one_section_project, LC_ALL="C", LANG="C")
    assert ran.returncode == 0
    assert "填报单位决定" in ran.stdout


# What must not be passed over


@pytest.mark.parametrize("name", ["Qinghe-jyj.yaml", "qinghe-jyj.yml", "qinghe-jyj.YAML", "qinghe-jyj.yaml.txt"])
def test_a_misnamed_submission_is_a_report_that_fails(reportkit: Call, make_project: MakeProject, name: str) -> None:
    result = reportkit("check", "-C", make_project("one-section", {f"params/2024/{name}": "figures: {}"}))
    assert result.code == 1
    assert name.removesuffix(".yaml") in result.err


def test_waivers_beside_a_submission_are_no_submission(reportkit: Call, make_project: MakeProject) -> None:
    files = {"params/2024/qinghe-swj.waivers.yaml": "waivers: []"}
    assert reportkit("check", "-C", make_project("one-section", files)).code == 0


def test_two_notebooks_for_one_section_are_refused(reportkit: Call, make_project: MakeProject) -> None:
    both = "sections:\n- {section: overview, notebook: other.ipynb}\n- {section: overview, notebook: other.ipynb}"
    result = reportkit("check", "-C", make_project("one-section", {"params/report.yaml": both}))
    assert result.code == 1
    assert "more than one notebook" in result.err


def test_a_font_folder_that_is_not_there_is_refused(reportkit: Call, one_section_project: Path) -> None:
    path = one_section_project / "params/report.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "font_paths: [nowhere]\n", encoding="utf-8")
    result = reportkit("plan", "-C", one_section_project)
    assert result.code == 1
    assert "'nowhere' is not there" in result.err


def test_a_source_date_epoch_that_is_no_number_is_refused(
    reportkit: Call, one_section_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "abc")
    result = reportkit("plan", "-C", one_section_project)
    assert result.code == 1
    assert "SOURCE_DATE_EPOCH is 'abc'." in result.err


def test_a_terminal_without_chinese_gets_it_escaped(repository: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "reportkit", "check", "-y", "2024"],
        cwd=repository,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0
    assert b"\\u5bbf" in ran.stdout


def test_a_defect_of_ours_stops_one_report_only(
    reportkit: Call, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(evidence: Evidence) -> list[object]:
        if evidence.edition.id == "2019":
            raise ZeroDivisionError("a defect")
        return []

    monkeypatch.setattr("reportkit.build.plan.check_figures", broken)
    result = reportkit("check", "--json", "-C", shipped)
    assert [each["department"] for each in result.json["reports"] if each["error"]] == ["shanghai-fgt"]


@pytest.mark.parametrize("name", ["甲\n乙", "甲\u202e乙", " ", "甲\t乙"])
def test_a_name_is_one_line_of_visible_characters(reportkit: Call, make_project: MakeProject, name: str) -> None:
    entry = {"id": "qinghe-swj", "name": name, "short_name": "甲", "kind": "department", "level": "county"}
    files = {"params/departments.yaml": json.dumps({"departments": [entry]}, ensure_ascii=True)}
    result = reportkit("check", "-C", make_project("one-section", files))
    assert result.code == 2
    assert "one line of visible characters" in result.err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_nothing_of_the_rest(shipped: Path, closed: str) -> None:
    command = f"{sys.executable} -m reportkit check -y 2024 -C {shipped} {closed}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert (">&-" in closed.split()) or "2024/suqian" in ended.stdout
