"""`reportkit new`: a whole project, a department, a year; nothing is overwritten, and no rule passes by itself."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from reportkit import cli
from reportkit.build.build import build
from reportkit.build.local import LocalPool
from reportkit.build.plan import check_report, check_submission
from reportkit.cli import starting
from reportkit.editions import STATUTORY
from reportkit.inputs.project import Project
from reportkit.model import Finding, Outcome, Severity
from reportkit.starting.names import id_of
from reportkit.starting.submission_text import submission_text
from tests.building import QUIET, edit
from tests.conftest import MakeProject

BODY = ("--name", "示例县教育局", "--level", "county", "--kind", "department")


@dataclass
class Result:
    """How a command ended, and what it printed."""

    code: Any
    out: str
    err: str


Call = Callable[..., Result]


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `reportkit new …` in this process, where there is no terminal."""
    monkeypatch.setenv("COLUMNS", "300")

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["reportkit", "new", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return Result(stopped.value.code, printed.out, printed.err)

    return call


@pytest.fixture
def written(new: Call, tmp_path: Path) -> Path:
    """A new project of one body and the one above it."""
    root = tmp_path / "jyj"
    assert new("project", root, *BODY, "--year", 2025, "--parent", "示例县人民政府").code == 0
    return root


def contents(root: Path) -> Mapping[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# A project


def test_a_new_project_lacks_nothing_but_what_is_to_be_filled_in(written: Path) -> None:
    found, figures = check_report(Project(written), 2025, "shili-jyj")
    assert figures.missing() == tuple(STATUTORY.for_year(2025).cells)
    assert {each.rule for each in found if each.severity is not Severity.UNASSESSABLE} == {"S-1", "T3-4"}
    assert [each.what for each in found if each.rule == "S-1"] == ["这一部分是空的"] * 3


def test_its_draft_lists_what_is_missing(written: Path) -> None:
    (bundle,) = build(Project(written), [(2025, "shili-jyj")], LocalPool(1), QUIET)
    assert (bundle.outcome, bundle.failure) == (Outcome.DRAFT, None)
    page = (written / "outputs/drafts/2025/shili-jyj/report.html").read_text(encoding="utf-8")
    for said in ("草稿", "示例县教育局2025年", "全表空白，缺175格", "这一部分是空的", "（缺）"):
        assert said in page


def test_each_file_fits_the_schema_beside_it(written: Path) -> None:
    for name, schema in (
        ("2025/shili-jyj.yaml", "submission-2021"),
        ("departments.yaml", "departments"),
        ("report.yaml", "report"),
    ):
        data = yaml.safe_load((written / "params" / name).read_text(encoding="utf-8"))
        given = json.loads((written / f"params/{schema}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(given).validate(data)


@pytest.mark.parametrize("year", [2020, 2025])
def test_every_row_stands_with_its_label_and_every_part_with_what_to_write(written: Path, year: int) -> None:
    edition = STATUTORY.for_year(year)
    text = submission_text(STATUTORY, Project(written).department("shili-jyj"), year)
    for row, specs in edition.rows.items():
        blank = ", ".join("~" for _ in specs)
        label = specs[0].row_label.split("·")[-1]
        assert re.search(rf"^ +{row.rpartition('.')[2]}: \[{blank}\]  # {re.escape(label)}$", text, re.M), row
    for slot in edition.slots.values():
        assert re.search(rf"^  # {slot.label}（.*）：.{{8,}}\n  {slot.id}: \|$", text, re.M), slot.id


def test_a_figure_typed_over_a_blank_cell_is_read_and_the_others_stay_missing(written: Path) -> None:
    name = "params/2025/shili-jyj.yaml"
    edit(written, name, "received: [~, ~, ~, ~, ~, ~, ~]", "received: [6, 1, 0, 0, 0, 0, ~]")
    edit(written, name, "  proactive: |\n", "  proactive: |\n    公开招生信息。\n")
    submission = Project(written).submission(2025, "shili-jyj")
    assert submission.figures["requests.received/total"] == 7
    assert submission.figures["requests.granted/total"] is None
    assert submission.prose["proactive"].strip() == "公开招生信息。"


def test_the_lines_that_are_comments_can_be_used_as_they_are(written: Path) -> None:
    name = "params/2025/shili-jyj.yaml"
    text = (written / name).read_text(encoding="utf-8")
    for line in ("blanks_are_zero:", "facts:", "  disclosed_items:"):
        text = text.replace(f"# {line}", line)
    (written / name).write_text(text, encoding="utf-8")
    register = (written / "params/departments.yaml").read_text(encoding="utf-8")
    used = re.sub(r"^    # (contact:|  \w+:)", r"    \1", register, flags=re.M)
    (written / "params/departments.yaml").write_text(used, encoding="utf-8")
    project = Project(written)
    assert project.submission(2025, "shili-jyj").facts["disclosed_items"].unit == "条"
    assert project.department("shili-jyj").contact.office == "办公室"


def test_who_received_nothing_fills_in_one_row_of_table_three(written: Path) -> None:
    name = "params/2025/shili-jyj.yaml"
    edit(written, name, "# none_received:", "none_received:")
    edit(written, name, "carried_in: [~, ~, ~, ~, ~, ~, ~]", "carried_in: [0, 0, 0, 0, 0, 0, 0]")
    figures = Project(written).submission(2025, "shili-jyj").figures
    assert {value for cell, value in figures.cells.items() if cell.startswith("requests.")} == {0}


def test_what_is_filled_in_throughout_may_be_published(written: Path) -> None:
    path = written / "params/2025/shili-jyj.yaml"
    text = path.read_text(encoding="utf-8").replace("~,", "0,").replace("~]", "0]")
    words = iter(
        [
            "我局公开义务教育招生信息和学校收费标准。",
            "制定主动公开目录，信息发布前逐条审核。",
            "在县政府门户网站设立教育信息专栏。",
            "定期检查公开情况，接受社会监督。",
            "部分信息更新不够及时，解读形式较为单一。",
            "明确更新时限，增加图表解读。",
            "本年度未收取政府信息公开信息处理费。",
        ]
    )
    filled = re.sub(r"(（必写）.*\n  \w+: \|\n)", lambda match: f"{match[1]}    {next(words)}\n", text)
    path.write_text(filled, encoding="utf-8")
    found, figures = check_report(Project(written), 2025, "shili-jyj")
    assert figures.missing() == ()
    assert [each for each in found if each.severity in (Severity.ERROR, Severity.WARNING)] == []


def test_the_same_options_give_the_same_bytes(new: Call, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    new("project", again, *BODY, "--year", 2025, "--parent", "示例县人民政府")
    assert contents(again) == contents(written)


def test_what_is_said_in_chinese_is_understood(new: Call, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    said = ("--name", "示例县教育局", "--level", "县级", "--kind", "工作部门", "-y", 2025, "--parent", "示例县人民政府")
    assert "shili-jyj" in new("project", again, *said).out
    assert contents(again) == contents(written)


def test_the_readme_is_a_page_and_its_commands_are_there(written: Path) -> None:
    text = (written / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 45
    assert "params/2025/shili-jyj.yaml" in text
    assert "$" not in text
    assert {"check", "build", "new", "docs"} == set(re.findall(r"`reportkit (?!clerks)(\w+)", text))


def test_a_dry_run_lists_the_files_and_writes_none(new: Call, tmp_path: Path) -> None:
    shown = new("project", tmp_path / "a", *BODY, "--year", 2025, "--dry-run", "--json")
    listed = json.loads(shown.out)
    assert not (tmp_path / "a").exists()
    new("project", tmp_path / "a", *BODY, "--year", 2025)
    assert sorted(listed["files"]) == sorted(contents(tmp_path / "a"))
    assert (listed["departments"], listed["dry_run"]) == (["shili-jyj"], True)


# Nothing is overwritten


@pytest.mark.parametrize(
    "name", ["README.md", ".gitignore", "params/2025/shili-jyj.yaml", "notebooks/03-requests.ipynb"]
)
def test_a_file_that_is_there_stays_and_nothing_is_written(new: Call, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    result = new("project", tmp_path, *BODY, "--year", 2025)
    assert result.code == 2
    assert f"files already: {name}." in result.err
    assert contents(tmp_path) == {name: b"mine"}


def test_every_file_that_is_there_is_listed_once(new: Call, written: Path) -> None:
    before = contents(written)
    result = new("project", written, *BODY, "--year", 2025)
    assert result.code == 2
    assert all(result.err.count(f" {name}") == 1 for name in before)
    assert result.err.count("Fix:") == 1
    assert contents(written) == before


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(new: Call, tmp_path: Path) -> None:
    (tmp_path / "README.md").symlink_to(tmp_path / "nowhere")
    assert new("project", tmp_path, *BODY, "--year", 2025).code == 2
    assert not (tmp_path / "params").exists()


def test_a_file_in_the_place_of_a_folder_is_named(new: Call, tmp_path: Path) -> None:
    (tmp_path / "params").write_text("mine")
    result = new("project", tmp_path, *BODY, "--year", 2025)
    assert (result.code, contents(tmp_path)) == (2, {"params": b"mine"})
    assert f"Where: {tmp_path / 'params'}" in result.err


def test_what_was_written_before_a_failure_is_removed(
    new: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    opened = Path.open

    def full(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "06-other-matters.ipynb" and arguments == ("xb",):
            raise OSError(28, "No space left on device", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    result = new("project", tmp_path, *BODY, "--year", 2025)
    assert result.code == 2
    assert "No space left on device" in result.err
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


# Questions


def test_without_a_terminal_the_missing_options_are_named(new: Call, tmp_path: Path) -> None:
    result = new("project", tmp_path / "a", "--name", "示例县教育局")
    assert (result.code, result.out) == (2, "")
    assert "--level, --kind, --year" in result.err
    assert not (tmp_path / "a").exists()


def test_on_a_terminal_what_is_missing_is_asked_and_the_name_suggests_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "is_terminal", lambda: True)
    answers = "示例县/教育局\n示例县教育局\n\n\n\n二〇二五\n2025\n"
    result = CliRunner().invoke(cli.app, ["new", "project", str(tmp_path / "a")], input=answers)
    assert result.exit_code == 0, result.output
    body = Project(tmp_path / "a").department("shili-jyj")
    assert (body.level, body.kind) == ("county", "department")
    assert (tmp_path / "a/params/2025/shili-jyj.yaml").is_file()


def test_nothing_is_asked_where_a_project_is_already(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "is_terminal", lambda: True)
    result = CliRunner().invoke(cli.app, ["new", "project", str(written)], input="")
    assert "README.md" in str(result.exception)


def test_outside_a_project_every_command_names_the_one_that_starts_one(
    new: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in (("year", 2026), ("department", *BODY)):
        result = new(*asked, "-C", tmp_path)
        assert result.code == 2
        assert "reportkit new project DIR" in result.err


# Names

IDS = {
    "示例县教育局": "shili-jyj",
    "宿迁市人民政府": "suqian",
    "江苏省宿迁市人民政府": "suqian",
    "上海市人民政府办公厅": "shanghai-bgt",
    "哈尔滨市南岗区营商环境建设监督局": "nangang-yshjjsjdj",
    "示例县市场监督管理局": "shili-scjdglj",
    "示例市城市管理局": "shili-csglj",
    "示例市住房和城乡建设局": "shili-zfhcxjsj",
    "忠县水利局": "zhongxian-slj",
    "恩施土家族苗族自治州民政局": "enshi-mzj",
    "四川省凉山彝族自治州西昌市人民政府": "xichang",
    "重庆市渝中区卫生健康委员会": "yuzhong-wsjkwyh",
    "盐城市公安局": "yancheng-gaj",
    "示例县花园镇人民政府": "huayuan",
    "国家税务总局示例县税务局": "gjswzjslxswj",
    "示例市12345热线服务中心": "shili-12345rxfwzx",
}


@pytest.mark.parametrize("name", IDS)
def test_an_id_is_made_of_the_area_and_the_initials_of_the_rest(name: str) -> None:
    assert id_of(name) == IDS[name]
    assert id_of(name, {IDS[name], f"{IDS[name]}-2"}) == f"{IDS[name]}-3"


@pytest.mark.parametrize("name", ["局", "〇", "一" * 60, "（示例）", "12号局", "县", "示例县" * 20])
def test_an_id_is_one_whatever_the_name(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,63}", id_of(name))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("示例县/教育局", "/"),
        ("..\\示例", "can't have"),
        ("示例\n县教育局", "\\n"),
        ("示例\x1b[31m局", "\\x1b"),
        ("示例\u202e局", "\\u202e"),
        ("示例\udcff局", "can't have"),
        ("示例局: {a: 1}", "can't have"),
        ("示例县教育局" * 30, "180 characters"),
        ("Bureau", "no Chinese"),
        ("", "no Chinese"),
    ],
)
def test_a_hostile_name_is_refused_with_what_where_and_fix(new: Call, tmp_path: Path, name: str, said: str) -> None:
    for asked in (
        ("--name", name),
        ("--name", "示例县教育局", "--parent", name or "x"),
    ):
        result = new("project", tmp_path / "a", "--level", "county", "--kind", "department", "-y", 2025, *asked)
        assert result.code == 2
        assert result.err.count("Where: --") == result.err.count("Fix: ") == 1
        assert "\x1b" not in result.err
    assert (
        said
        in new("project", tmp_path / "a", "--level", "county", "--kind", "department", "-y", 2025, "--name", name).err
    )
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--id", "A"),
        ("--id", "../a"),
        ("--id", "a" * 65),
        ("--level", "countty"),
        ("--kind", "局"),
        ("--year", "2007"),
        ("--year", "20255"),
        ("--parent", "nobody"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(new: Call, tmp_path: Path, option: str, value: str) -> None:
    given = {"--name": "示例县教育局", "--level": "county", "--kind": "department", "--year": "2025", option: value}
    result = new("project", tmp_path / "a", *(each for pair in given.items() for each in pair))
    assert (result.code, result.out) == (2, "")
    assert result.err.count("Fix: ") == 1
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(("said", "level"), [("县", "county"), ("乡镇", "township"), ("地级", "prefecture")])
def test_a_level_is_known_by_what_people_call_it(new: Call, tmp_path: Path, said: str, level: str) -> None:
    asked = ("--name", "示例县教育局", "--level", said, "--kind", "工作部门", "--year", 2025)
    assert new("project", tmp_path / "a", *asked).code == 0
    assert Project(tmp_path / "a").department("shili-jyj").level == level


# A department


def test_a_department_is_added_and_what_was_there_stays(new: Call, written: Path) -> None:
    before = contents(written)
    asked = ("--name", "示例县民政局", "--level", "county", "--kind", "department", "--parent", "shili")
    assert new("department", *asked, "--yes", "-C", written).code == 0
    after = contents(written)
    assert after.keys() - before.keys() == {"params/2025/shili-mzj.yaml"}
    register = "params/departments.yaml"
    assert after[register].startswith(before[register].rstrip())
    assert {name: after[name] for name in before if name != register} == {
        name: content for name, content in before.items() if name != register
    }
    found, _ = check_report(Project(written), 2025, "shili-mzj")
    assert {each.rule for each in found if each.severity is not Severity.UNASSESSABLE} == {"S-1", "T3-4"}


def test_a_register_that_is_a_link_stays_one(new: Call, written: Path, tmp_path: Path) -> None:
    kept = tmp_path / "register.yaml"
    register = written / "params/departments.yaml"
    register.rename(kept)
    kept.chmod(0o640)
    register.symlink_to(kept)
    asked = ("--name", "示例县民政局", "--level", "county", "--kind", "department")
    assert new("department", *asked, "--yes", "-C", written).code == 0
    assert register.is_symlink()
    assert "shili-mzj" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_the_register_is_not_changed_unasked(new: Call, written: Path, arguments: tuple[str, ...]) -> None:
    before = contents(written)
    asked = ("--name", "示例县民政局", "--level", "county", "--kind", "department")
    result = new("department", *asked, *arguments, "-C", written)
    assert result.code == (0 if arguments else 2)
    assert ("--yes" in result.err) == (not arguments)
    assert contents(written) == before


def test_on_a_terminal_what_the_register_gets_is_shown_first(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "is_terminal", lambda: True)
    asked = [
        "new",
        "department",
        "--name",
        "示例县民政局",
        "--level",
        "county",
        "--kind",
        "department",
        "-C",
        str(written),
    ]
    before = contents(written)
    result = CliRunner().invoke(cli.app, asked, input="n\n")
    assert result.exit_code == 1
    assert "- id: shili-mzj" in result.output
    assert contents(written) == before
    assert CliRunner().invoke(cli.app, asked, input="y\n").exit_code == 0
    assert "shili-mzj" in Project(written).register


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (BODY, "in the register already, as shili-jyj"),
        (
            ("--name", "示例县民政局", "--level", "county", "--kind", "department", "--id", "shili-jyj"),
            "the id of 示例县教育局",
        ),
        (
            ("--name", "示例县民政局", "--level", "county", "--kind", "department", "--parent", "shilli"),
            "Did you mean 'shili'",
        ),
    ],
)
def test_a_department_that_is_there_is_refused(new: Call, written: Path, arguments: tuple[str, ...], said: str) -> None:
    result = new("department", *arguments, "--yes", "-C", written)
    assert result.code == 2
    assert said in result.err


def test_a_register_that_is_written_otherwise_is_left_alone(new: Call, written: Path) -> None:
    register = written / "params/departments.yaml"
    register.write_text("departments: [{id: a, name: 甲局, short_name: 甲局, kind: department, level: county}]\n")
    before = contents(written)
    result = new("department", *BODY, "--id", "b", "--year", 2025, "--yes", "-C", written)
    assert result.code == 2
    assert "- id: b" in result.err
    assert contents(written) == before


# A year


@pytest.fixture
def shipped_year(new: Call, make_project: MakeProject) -> Path:
    """The shipped project with the year after its last."""
    root = make_project("shipped")
    assert new("year", 2025, "-d", "suqian", "-C", root).code == 0
    return root


def test_what_was_open_at_the_end_of_a_year_opens_the_next(shipped_year: Path) -> None:
    project = Project(shipped_year)
    last, now = (project.submission(year, "suqian").figures for year in (2024, 2025))
    stated = {cell: value for cell, value in now.cells.items() if value is not None}
    assert stated == {
        cell.replace("carried_out", "carried_in"): value
        for cell, value in last.cells.items()
        if cell.startswith("requests.carried_out/")
    }
    assert "（上年现行有效件数 420）" in (shipped_year / "params/2025/suqian.yaml").read_text(encoding="utf-8")


def test_previous_numbers_of_the_old_format_are_carried_over_too(new: Call, make_project: MakeProject) -> None:
    text = (
        "figures: {disclosure: {licensing: {previous: 100, change: -19, decisions: 3}, rules: [1, 1, 9]}, "
        "requests: {carried_out: {natural_person: 2}}}\n"
    )
    root = make_project("one-section", {"params/2019/qinghe-swj.yaml": text})
    shutil.rmtree(root / "params/2024")
    assert new("year", 2020, "-C", root).code == 0
    figures = Project(root).submission(2020, "qinghe-swj").figures
    assert {cell: value for cell, value in figures.cells.items() if value is not None} == {
        "disclosure.licensing/previous": 81,
        "requests.carried_in/natural_person": 2,
    }


def test_words_are_carried_over_to_be_rewritten_and_facts_are_emptied(shipped_year: Path) -> None:
    project = Project(shipped_year)
    last, now = (project.submission(year, "suqian") for year in (2024, 2025))
    assert (now.facts, set(now.carried_over)) == ({}, set(last.prose))
    for slot, text in last.prose.items():
        assert now.prose[slot].replace("\\{{", "{{").strip() == text.strip()
    (found, _) = check_report(project, 2025, "suqian")
    errors = [each for each in found if each.severity is Severity.ERROR]
    assert {each.slot for each in errors if each.rule == "C-1"} == set(last.prose)
    assert any(each.rule == "P-3" and "{{ disclosed_items }}" in each.quote + each.what for each in errors)


def test_a_name_that_has_no_value_yet_is_said_to_be_filled_in(shipped_year: Path) -> None:
    (found, _) = check_report(Project(shipped_year), 2025, "suqian")
    fixes = [each.fix for each in found if each.rule == "P-3" and "disclosed_items" in each.what]
    assert fixes
    for fix in fixes:
        assert re.match("在facts中填上.*disclosed_items.*，再删去正文中“{{”前面的反斜杠", fix)
        assert "删除说明文字" not in fix


def test_a_part_that_was_rewritten_is_no_longer_last_years(shipped_year: Path) -> None:
    path = shipped_year / "params/2025/suqian.yaml"
    text = re.sub(r"(?s)(  problems: \|\n).*?(?=\n  # 改进情况)", rf"\1    {OTHER}\n", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    found, _ = check_report(Project(shipped_year), 2025, "suqian")
    assert "problems" not in {each.slot for each in found if each.rule == "C-1"}
    assert "improvements" in {each.slot for each in found if each.rule == "C-1"}


HOSTILE_WORDS = [
    "  甲\n\n乙",
    "甲\x85乙",
    "甲\t乙",
    "# 甲\n- 乙",
    "甲\n\n    乙",
    "a: b\n---\nc",
    "\\{{ x }}甲",
    "{{ year }}{{last_year.requests.received.total}}{{ a.unit }}",
]


@pytest.mark.parametrize(
    "braces", ["{{ a . value }}", "{{ a|upper }}", "{{ a", "{% if a %}", "}}", "{{ b }}", "{{ a }}"]
)
def test_what_stands_in_braces_never_stops_the_new_years_draft(
    new: Call, make_project: MakeProject, braces: str
) -> None:
    last = f"facts: {{a: {{value: 1}}}}\nprose: {{problems: {json.dumps(LAST + braces)}}}\n"
    root = make_project("one-section", {"params/2023/qinghe-swj.yaml": last})
    shutil.rmtree(root / "params/2024")
    assert new("year", 2024, "-C", root).code == 0
    found, _ = check_report(Project(root), 2024, "qinghe-swj")
    assert "C-1" in {each.rule for each in found}


@pytest.mark.parametrize("text", HOSTILE_WORDS)
def test_any_words_come_over_as_they_are(new: Call, make_project: MakeProject, text: str) -> None:
    facts = "facts: {a: {value: 1, unit: '件 # \"x', text: '1\\n甲'}}\n".replace("'1\\n甲'", '"1\\n甲"')
    last = f"{facts}prose: {{problems: {json.dumps(text)}}}\n"
    root = make_project("one-section", {"params/2023/qinghe-swj.yaml": last})
    shutil.rmtree(root / "params/2024")
    result = new("year", 2024, "-C", root)
    assert result.code == 0, result.err
    now = Project(root).submission(2024, "qinghe-swj").prose["problems"]
    assert now.rstrip("\n") == text.replace("{{ a.unit }}", "\\{{ a.unit }}")


def test_a_year_is_written_for_those_who_report_in_it(new: Call, written: Path) -> None:
    asked = ("--name", "示例县民政局", "--level", "county", "--kind", "department", "--parent", "shili")
    new("department", *asked, "--yes", "-C", written)
    edit(
        written,
        "params/departments.yaml",
        "    parent: shili\n",
        "    parent: shili\n    valid_to: 2025-06-30\n    successor: shili-mzj\n",
    )
    edit(
        written,
        "params/2025/shili-jyj.yaml",
        "carried_out: [~, ~, ~, ~, ~, ~, ~]",
        "carried_out: [1, 2, 0, 0, 0, 0, 3]",
    )
    edit(
        written,
        "params/2025/shili-mzj.yaml",
        "carried_out: [~, ~, ~, ~, ~, ~, ~]",
        "carried_out: [5, 0, 0, 0, 0, 0, 5]",
    )
    result = new("year", 2026, "-C", written)
    assert result.code == 0
    assert "示例县教育局（shili-jyj）在2026年不编制报告" in result.out
    project = Project(written)
    assert project.submitted(2026) == ("shili-mzj",)
    assert project.submission(2026, "shili-mzj").figures["requests.carried_in/total"] == 8


def test_a_year_that_is_there_is_refused_and_nothing_is_written(new: Call, written: Path) -> None:
    assert new("year", 2026, "-C", written).code == 0
    (written / "params/2026/shili-jyj.yaml").rename(written / "params/2026/shili-jyj.yml")
    before = contents(written)
    for year, named in ((2025, "params/2025/shili-jyj.yaml"), (2026, "params/2026/shili-jyj.yml")):
        result = new("year", year, "-C", written)
        assert result.code == 2
        assert f"{year} was begun already: {named}; nothing was changed." in result.err
        assert "Fill in what is there." in result.err
        assert "away" not in result.err
    assert contents(written) == before


def test_who_has_no_file_of_a_year_that_was_begun_is_named(new: Call, written: Path) -> None:
    asked = ("--name", "示例县民政局", "--level", "county", "--kind", "department", "--yes")
    assert new("department", *asked, "-C", written).code == 0
    (written / "params/2025/shili-mzj.yaml").unlink()
    assert "reportkit new year 2025 -d shili-mzj" in new("year", 2025, "-C", written).err
    assert new("year", 2025, "-d", "shili-mzj", "-C", written).code == 0


def test_what_is_next_is_said_after_each_beginning(new: Call, written: Path) -> None:
    asked = ("--name", "示例县民政局", "--level", "county", "--kind", "department", "--yes")
    one, all_ = new("department", *asked, "-C", written).out, new("year", 2026, "-C", written).out
    assert one.partition("接下来：\n")[2].splitlines()[1:] == [
        "  填写 params/2025/shili-mzj.yaml",
        "  reportkit check -y 2025 -d shili-mzj",
        "  reportkit build -y 2025 -d shili-mzj",
    ]
    assert "接下来：\n  填写 params/2026/ 中的2个填报文件\n  reportkit check -y 2026\n" in all_
    assert "接下来" not in new("year", 2027, "--dry-run", "-C", written).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2028",), "Write a year up to 2026"),
        (("2026", "-d", "shili"), "No report of 2026 is made by: shili"),
        (("2026", "-d", "shili-jy"), "Did you mean 'shili-jyj'"),
        (("2006",), "2006"),
    ],
)
def test_a_year_that_does_not_fit_is_refused(new: Call, written: Path, arguments: tuple[str, ...], said: str) -> None:
    result = new("year", *arguments, "-C", written)
    assert result.code == 2
    assert said in result.err


def test_a_year_that_is_closed_is_opened_first(new: Call, written: Path) -> None:
    edit(written, "params/report.yaml", "timeout_s: 300", "timeout_s: 300\nopen_years: [2025]")
    result = new("year", 2026, "-C", written)
    assert result.code == 2
    assert "Add 2026 to open_years first." in result.err


def test_last_years_mistakes_are_all_said_and_nothing_is_written(new: Call, written: Path) -> None:
    edit(written, "params/2025/shili-jyj.yaml", "figures:", "figurs:")
    result = new("year", 2026, "-C", written)
    assert result.code == 2
    assert "figurs" in result.err
    assert not (written / "params/2026").exists()


LAST = "一是更新不及时。部分栏目的信息没有在规定期限内更新，公众查不到最新的办事要求。"
OTHER = "一是查阅不方便。老年人反映网页字号太小，现场又没有纸质材料可供翻看、带走。"


def of_last_year(root: Path, text: str, waivers: str = "") -> list[Finding]:
    """The findings of rule C-1 on a part that was carried over from last year."""
    folder = root / "params"
    (folder / "2023").mkdir()
    (folder / "2023/qinghe-swj.yaml").write_text(f"prose:\n  problems: |\n    {LAST}\n", encoding="utf-8")
    now = f"carried_over: [problems]\nprose:\n  problems: |\n    {text}\n"
    (folder / "2024/qinghe-swj.yaml").write_text(now, encoding="utf-8")
    if waivers:
        (folder / "2024/qinghe-swj.waivers.yaml").write_text(waivers, encoding="utf-8")
    project = Project(root)
    _, found = check_submission(project, project.submission(2024, "qinghe-swj"))
    return [finding for finding in found if finding.rule == "C-1"]


# Words that were carried over


@pytest.mark.parametrize("text", [LAST, LAST + "另有其他。", LAST.replace("部分栏目", "{{ year }}年，部分栏目")])
def test_words_carried_over_block_publication_until_they_are_rewritten(make_project: MakeProject, text: str) -> None:
    (found,) = of_last_year(make_project("one-section"), text)
    assert (found.severity, found.slot, found.blocks) == (Severity.ERROR, "problems", True)


def test_one_long_paragraph_that_is_still_last_years_is_a_warning(make_project: MakeProject) -> None:
    root = make_project("one-section")
    long = "".join(chr(0x4E00 + number * 13 % 9000) for number in range(220))
    new = ["".join(chr(0x4E00 + number * 17 % 9000 + each) for number in range(400)) for each in range(3)]
    for year, paragraphs in ((2023, [long]), (2024, [*new, long])):
        path = root / f"params/{year}/qinghe-swj.yaml"
        path.parent.mkdir(exist_ok=True)
        said = "".join(f"    {each}\n\n" for each in paragraphs)
        path.write_text(f"carried_over: [problems]\nprose:\n  problems: |\n{said}", encoding="utf-8")
    project = Project(root)
    _, found = check_submission(project, project.submission(2024, "qinghe-swj"))
    assert [each.severity for each in found if each.rule == "C-1"] == [Severity.WARNING]


def test_words_that_were_rewritten_do_not(make_project: MakeProject) -> None:
    assert of_last_year(make_project("one-section"), OTHER) == []


def test_a_reviewer_may_waive_what_stays_as_it_was(make_project: MakeProject) -> None:
    waived = "waivers: [{rule: C-1, place: problems, reason: 情况没有变化, by: 审核人, until: 2026-12-31}]\n"
    (found,) = of_last_year(make_project("one-section"), LAST, waived)
    assert found.waiver is not None
    assert not found.blocks


def test_a_part_that_there_is_not_cant_have_been_carried_over(make_project: MakeProject) -> None:
    root = make_project("one-section", {"params/2024/qinghe-swj.yaml": "carried_over: [problem]\n"})
    with pytest.raises(Exception, match=r"params/2024/qinghe-swj.yaml, line 1.*problems"):
        Project(root).submission(2024, "qinghe-swj")


# A part of one's own

ANNEX = ("section", "annex", "--title", "七、附件")


def test_a_part_of_ones_own_is_written_with_its_notebook_and_can_be_built(new: Call, written: Path) -> None:
    before = contents(written)
    result = new(*ANNEX, "--yes", "-C", written)
    assert result.code == 0, result.err
    after = contents(written)
    assert after.keys() - before.keys() == {"notebooks/07-annex.ipynb"}
    definition = "params/report.yaml"
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {definition, "params/submission-2019.schema.json", "params/submission-2021.schema.json"}
    text, added = after[definition].decode(), "  - section: annex\n    title: 七、附件\n    notebook: 07-annex.ipynb\n"
    assert (
        text.replace(text[text.index(added) : text.index("\n\n# html")], "").replace("\n\n\n", "\n\n")
        == before[definition].decode()
    )
    assert "接下来" in result.out
    edit(
        written,
        "params/2025/shili-jyj.yaml",
        "  other_matters: |\n",
        "  other_matters: |\n\n  annex: |\n    另附清单。\n",
    )
    (bundle,) = build(Project(written), [(2025, "shili-jyj")], LocalPool(1), QUIET)
    assert (bundle.outcome, bundle.failure) == (Outcome.DRAFT, None)
    page = (written / "outputs/drafts/2025/shili-jyj/report.html").read_text(encoding="utf-8")
    assert "七、附件" in page
    assert "另附清单。" in page


def test_a_new_notebook_runs_as_it_is_in_jupyterlab(new: Call, written: Path) -> None:
    assert new(*ANNEX, "--yes", "-C", written).code == 0
    cells = json.loads((written / "notebooks/07-annex.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "".join(cells[0]["source"]) == 'year = 2025\ndepartment = "shili-jyj"'
    assert ["".join(cell["source"]) for cell in cells[2:]] == ["# 七、附件", 's.prose("annex")']


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--dry-run",), 0), ((), 2), (("--yes", "--after", "no"), 2), (("--yes", "--after", "requests"), 2)],
)
def test_a_part_is_not_written_unasked_or_where_it_cant_be(
    new: Call, written: Path, arguments: tuple[str, ...], code: int
) -> None:
    before = contents(written)
    assert new(*ANNEX, *arguments, "-C", written).code == code
    assert contents(written) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("section", "overview", "--title", "七、附件"), "a part or a place for words 'overview' already"),
        (("section", "An-nex", "--title", "七、附件"), "is no id of a part"),
        (("section", "annex"), "--title"),
        (("section", "annex", "--title", "九、附件"), "Write 七、 as its number"),
    ],
)
def test_a_part_that_does_not_fit_is_refused(new: Call, written: Path, arguments: tuple[str, ...], said: str) -> None:
    before = contents(written)
    result = new(*arguments, "--yes", "-C", written)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert contents(written) == before


def test_a_part_is_not_added_to_sections_in_one_line(new: Call, make_project: MakeProject) -> None:
    root = make_project("one-section")
    definition = root / "params/report.yaml"
    definition.write_text("sections: [{section: overview, notebook: overview.ipynb}]\n", encoding="utf-8")
    result = new(*ANNEX, "--yes", "-C", root)
    assert result.code == 2
    assert "- section: annex" in result.err


def test_a_second_part_follows_the_first_and_none_is_overwritten(new: Call, written: Path) -> None:
    assert new(*ANNEX, "--yes", "-C", written).code == 0
    assert new("section", "list_of", "--title", "八、清单", "--yes", "-C", written).code == 0
    sections = [(each.section, each.notebook) for each in Project(written).definition.sections]
    assert sections[-2:] == [("annex", "07-annex.ipynb"), ("list_of", "08-list-of.ipynb")]
    assert new(*ANNEX, "--yes", "-C", written).code == 2


def test_a_part_without_its_notebook_is_told_of(new: Call, written: Path) -> None:
    assert new(*ANNEX, "--yes", "-C", written).code == 0
    (written / "notebooks/07-annex.ipynb").unlink()
    told = new("upgrade", "--dry-run", "-C", written).err
    assert "The notebook 07-annex.ipynb of the part '七、附件' isn't there." in told
    assert "params/report.yaml, line" in told
