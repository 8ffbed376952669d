"""A project's own sections and editions: what they add is in force; what they may not is refused where it stands."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from reportkit.build.plan import check_report, plan_report
from reportkit.checks.arithmetic import check_figures
from reportkit.checks.document import check_number_of_parts, check_numbers, check_outline
from reportkit.checks.evidence import Evidence
from reportkit.editions import STATUTORY, Editions
from reportkit.editions.explain import in_force, years_in_force
from reportkit.editions.own import AddedSection, chinese_number, wrong_number
from reportkit.errors import InputError, InputErrors, ProjectError, ReportkitError, each_error
from reportkit.inputs.definition import editions_in
from reportkit.inputs.project import Project
from reportkit.inputs.schema import schemas
from reportkit.messages.said import Said
from reportkit.model import Department, Figures, Outcome, Register, Severity
from tests.building import write_shipped
from tests.documents import numbered_figures
from tests.own_parts import TABLE, notebook
from tests.reviewing import build_one

LOCAL = """\
extends: "2021"
name: 示政办发〔2025〕9号
first_year: 2023
limits: {overview: 40, problems: 300}
required: [on_request]
guidance: {proactive: 写明信息条数}
severities: {N-4: E, D-1: I}
outdated_words: [放管服]
publication:
  deadlines: [{bodies: 人民政府, kind: government, month: 3, day: 1}, {bodies: 各机关, month: 1, day: 20}]
sections:
  - {id: local, title: 七、本地数据, after: other_matters, table: interpretation, prose: [{id: local, label: 数据说明}]}
"""
LOCAL += TABLE
ANNEX = """\
  - section: annex
    title: 七、附件
    notebook: 07-annex.ipynb
    prose: [{id: annex, label: 附件说明}]
"""


def own(text: str = LOCAL, name: str = "local") -> Editions:
    return Editions({f"params/editions/{name}.yaml": text.encode()})


def with_sections(root: Path, more: str) -> None:
    """Lists sections of one's own behind the format's."""
    path = root / "params" / "report.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n\nformats:", f"\n{more}\nformats:"), encoding="utf-8")


def with_local_section(root: Path) -> None:
    """Lists the section of the edition `LOCAL`, with a notebook."""
    with_sections(root, "  - {section: local, notebook: 07-local.ipynb}\n")
    text = notebook("七、本地数据", 's.prose("local")', 's.table("interpretation")')
    (root / "notebooks" / "07-local.ipynb").write_text(text, encoding="utf-8")


def say(root: Path, words: str, year: int = 2024) -> None:
    path = root / "params" / str(year) / "suqian.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{words}", encoding="utf-8")


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return write_shipped(repository, tmp_path / "project")


# Editions


def test_what_extends_an_edition_takes_its_place_in_its_years() -> None:
    editions = own()
    assert editions.ids == ("2019", "2021", "local")
    assert [editions.for_year(year).id for year in (2020, 2022, 2023, 2030)] == ["2019", "2021", "local", "local"]
    assert (editions.is_own("local"), editions.is_own("2021"), STATUTORY.digest) == (True, False, "")


def test_it_adds_and_tightens() -> None:
    edition, before = own().load("local"), STATUTORY.load("2021")
    sections = {each.id: each for each in edition.sections}
    assert [*sections] == [*(each.id for each in before.sections), "local"]
    assert (sections["overview"].most_characters, sections["problems"].most_characters) == (40, 300)
    assert edition.slots["problems"].most_characters is None
    assert (edition.slots["on_request"].required, before.slots["on_request"].required) == (True, False)
    assert (edition.guidance, "放管服" in edition.outdated_words) == ({"proactive": "写明信息条数"}, True)
    assert {*edition.rulebook} - {*before.rulebook} == {"LOCAL-1"}
    assert [edition.rulebook[name].set_to for name in ("N-4", "D-1", "N-1")] == ["E", "I", None]
    assert edition.publication.due("department", 2024).isoformat() == "2025-01-20"
    assert edition.document == before.document
    assert {*before.cells} < {*edition.cells}


def test_an_edition_may_extend_one_of_the_projects_own_and_then_goes_before_it() -> None:
    city = "extends: local\nname: 市里的通知\nfirst_year: 2025\nlimits: {overview: 30}\n"
    editions = Editions({"params/editions/local.yaml": LOCAL.encode(), "params/editions/city.yaml": city.encode()})
    assert [editions.for_year(year).id for year in (2024, 2025)] == ["local", "city"]
    assert "LOCAL-1" in editions.load("city").rulebook
    assert [where for where, _ in editions.levels("city")] == [
        "reportkit/editions/2021.yaml",
        "params/editions/local.yaml",
        "params/editions/city.yaml",
    ]


def test_an_edition_may_extend_the_packages_of_its_own_id() -> None:
    editions = own('extends: "2021"\nname: 补充\nlimits: {overview: 9}\n', "2021")
    assert editions.ids == STATUTORY.ids
    assert editions.for_year(2024).sections[1].most_characters == 9
    assert editions.for_year(2020) is STATUTORY.for_year(2020)


def test_what_is_in_force_is_told_with_its_file() -> None:
    asked = {(each["kind"], each["id"]): each for each in in_force(own(), "local")}
    assert asked["部分", "overview"]["what"].endswith("不超过40字")
    assert asked["部分", "overview"]["whence"] == "params/editions/local.yaml"
    assert asked["部分", "disclosure"]["whence"] == "reportkit/editions/2021.yaml"
    assert asked["规则", "N-4"]["what"].startswith("E　")
    assert asked["规则", "LOCAL-1"]["whence"] == "params/editions/local.yaml"


def test_an_edition_is_listed_with_the_years_that_it_is_really_in_force_for() -> None:
    city = "extends: local\nname: 市里的通知\nfirst_year: 2025\nlast_year: 2025\n"
    editions = Editions({"params/editions/local.yaml": LOCAL.encode(), "params/editions/city.yaml": city.encode()})
    assert {each: years_in_force(editions, each) for each in editions.ids} == {
        "2019": "2019—2020年度",
        "2021": "2021—2022年度",
        "local": "2023—2024年度、2026年度起",
        "city": "2025年度",
    }
    assert years_in_force(own('extends: "2021"\nname: 补充\n'), "2021") == "已由其他格式代替"
    assert [STATUTORY.years_in_force(each) for each in STATUTORY.ids] == [[(2019, 2020)], [(2021, None)]]


REFUSED = {
    "unknown key": ("limits:", "limit:", "line 4"),
    "limit of nothing": ("overview: 40", "overveiw: 40", "line 4, limits.overveiw"),
    "no limit": ("overview: 40", "overview: 0", "line 4, limits.overview"),
    "required of nothing": ("[on_request]", "[on_requests]", "line 5, required.0"),
    "guidance of nothing": ("{proactive:", "{proactiv:", "line 6, guidance.proactiv"),
    "a lower error": ("N-4: E", "N-1: W", "line 7, severities.N-1"),
    "no such rule": ("N-4: E", "N-44: E", "line 7, severities.N-44"),
    "no such severity": ("N-4: E", "N-4: X", "line 7, severities.N-4"),
    "a later deadline": ("day: 20", "day: 31}, {bodies: 各机关, month: 2, day: 1", "line 10"),
    "a deadline for all that is later": ("month: 1, day: 20", "month: 2, day: 20", "line 10, publication.deadlines"),
    "a known section": ("{id: local, title", "{id: problems, title", "line 12, sections.0.id"),
    "a section in the middle": ("after: other_matters", "after: requests", "line 12, sections.0.after"),
    "a section after nothing": ("after: other_matters", "after: annex", "line 12, sections.0.after"),
    "a wrong number": ("七、本地数据", "八、本地数据", "line 12, sections.0.title"),
    "no such table": ("table: interpretation, prose", "table: interpretations, prose", "line 12, sections.0.table"),
    "a table of the statute's": (
        "table: interpretation, prose",
        "table: requests, prose",
        "line 12, sections.0.table",
    ),
    "a known slot": ("{id: local, label", "{id: proactive, label", "line 12, sections.0.prose.0.id"),
    "a known table": ("- id: interpretation", "- id: requests", "line 14, tables.0"),
    "a known name of a table": ("name: table5", "name: table4", "line 14, tables.0"),
    "a rule of the package": ("- id: LOCAL-1", "- id: N-1", "line 29, rules.0"),
    "a rule that checks nothing": (
        "    clauses: [{table: interpretation, each: row, holds: issued + answered == total, says: 应等于合计}]\n",
        "",
        "line 29, rules.0",
    ),
    "a rule on another column": (
        "issued + answered == total",
        "issued + answer == total",
        "line 35, rules.0.clauses.0",
    ),
    "an unreadable formula": ("issued + answered == total", "issued +", "line 35, rules.0.clauses.0"),
    "no condition": ("issued + answered == total", "issued + answered", "line 35, rules.0.clauses.0.holds"),
    "words for a number": ("first_year: 2023", "first_year: 今年", "line 3, first_year"),
    "no list": ("[on_request]", "on_request", "line 5, required"),
    "no mapping": ("{overview: 40, problems: 300}", "[40]", "line 4, limits"),
    "no width": ("widths: [60,", "widths: [宽,", "line 20, tables.0.widths.0"),
    "an empty width": ("widths: [60,", "widths: [null,", "line 20, tables.0.widths.0"),
    "an id in capitals": ("- id: LOCAL-1", "- id: local_1", "line 29, rules.0.id"),
    "a key misspelt in a rule": ("    law:", "    low:", "line 32, rules.0.low"),
    "a key missing in a column": ("{id: issued, label: 发布}", "{id: issued}", "line 24, tables.0.blocks.0.columns.0"),
    "no rule at all": ("  - id: LOCAL-1", "  - 5\n  - id: LOCAL-1", "line 29, rules.0"),
    "a cell twice": ("{id: answered,", "{id: issued,", "line 14, tables.0"),
    "no such day": ("month: 1, day: 20", "month: 2, day: 31", "line 10, publication.deadlines"),
    "years the wrong way round": ("first_year: 2023", "first_year: 2023\nlast_year: 2022", "line 4, last_year"),
    "another id": ("first_year: 2023", "first_year: 2023\nid: other", "line 4, id"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_with_its_line(name: str) -> None:
    old, new, where = REFUSED[name]
    assert LOCAL.count(old) == 1, old
    with pytest.raises(InputError) as refused:
        own(LOCAL.replace(old, new)).check()
    assert any(f"params/editions/local.yaml, {where}" in each.where for each in each_error(refused.value))
    for each in each_error(refused.value):
        assert_is_told_in_chinese(each)


def assert_is_told_in_chinese(error: ReportkitError) -> None:
    """Every part of the message has a Chinese text, and says how to fix it."""
    parts: list[Any] = [error.said]
    while parts:
        said = parts.pop()
        assert said.has_chinese, said.code
        parts += [each for each in said.arguments.values() if isinstance(each, Said)]
    assert error.shown("en").fix, error.code
    assert error.shown("zh").fix, error.code


def test_every_mistake_in_an_edition_is_told_at_once_by_its_name() -> None:
    text = (
        LOCAL.replace("limits:", "limit:")
        .replace("first_year: 2023", "first_year: 今年")
        .replace("    law:", "    low:")
    )
    with pytest.raises(InputErrors) as refused:
        own(text).check()
    assert [(each.code, each.shown("zh").where.partition("yaml")[2]) for each in refused.value.errors] == [
        ("value_unfit", "第3行（first_year）"),
        ("key_missing", "第29行（rules.0）"),
        ("unknown_key", "第32行（rules.0.low）"),
        ("unknown_key", "第4行（limit）"),
    ]
    assert [each.shown("zh").fix for each in refused.value.errors][2:] == ["是否应为“law”？", "是否应为“limits”？"]


@pytest.mark.parametrize("text", ["- extends: b\n", "只有文字\n", "extends：b\n"])
def test_a_file_without_keys_is_no_edition(text: str) -> None:
    with pytest.raises(InputError) as refused:
        own(text).check()
    assert_is_told_in_chinese(refused.value)


def test_an_edition_that_is_whole_is_refused_in_chinese_too(repository: Path) -> None:
    text = (repository / "reportkit" / "editions" / "2021.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("additions_after: [", "additions_after: [none, "),
        ("\n  T3-1,", "\n  T9-1,"),
        ("title:", "titel:"),
    ):
        assert old in text, old
        with pytest.raises(InputError) as refused:
            own(text.replace(old, new, 1), "2027").check()
        for each in each_error(refused.value):
            assert_is_told_in_chinese(each)
            assert "params/editions/2027.yaml, line " in each.where


@pytest.mark.parametrize(
    ("files", "error", "said"),
    [
        ({"a": "extends: b\nname: 甲\n", "b": "extends: a\nname: 乙\n"}, InputError, "in a circle"),
        ({"a": 'extends: "2012"\nname: 甲\n'}, ProjectError, "There is no edition '2012'"),
        ({"a": 'extends: "2021"\nname: 甲\n', "b": 'extends: "2021"\nname: 乙\n'}, InputError, "for the year 2021"),
    ],
)
def test_editions_that_do_not_go_together_are_refused(files: dict[str, str], error: type[Exception], said: str) -> None:
    editions = Editions({f"params/editions/{name}.yaml": text.encode() for name, text in files.items()})
    with pytest.raises(error, match=said) as refused:
        editions.check()
    assert "params/editions/a.yaml" in str(refused.value)
    assert_is_told_in_chinese(refused.value)


@pytest.mark.parametrize("name", ["武汉.yaml", "wuhan.yml", "Wuhan.yaml", "readme.txt"])
def test_a_file_that_is_not_named_as_an_edition_is_refused(root: Path, name: str) -> None:
    path = root / "params" / "editions" / name
    path.parent.mkdir()
    path.write_text(LOCAL, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        _ = Project(root).editions
    assert refused.value.where == f"params/editions/{name}"


@pytest.mark.parametrize("section", ["requests", "overview", "problems"])
def test_words_that_an_edition_asks_for_in_a_statutory_part_are_told_by_their_label_and_place(
    root: Path, section: str
) -> None:
    (root / "params" / "editions").mkdir()
    text = f'extends: "2021"\nname: 通知\nprose:\n  {section}: [{{id: feedback, label: 社会反映, required: true}}]\n'
    (root / "params" / "editions" / "local.yaml").write_text(text, encoding="utf-8")
    found = [each for each in check_report(Project(root), 2024, "suqian")[0] if each.rule == "S-1"]
    assert [(each.what, each.where, each.fix) for each in found] == [
        ("未填写文字", "社会反映", "补写社会反映：工作簿中在“文字”表，填报文件中在prose之下（feedback）。")
    ]
    say(root, "  feedback: |\n    群众来信主要反映公开不够及时。\n")
    assert not [each for each in check_report(Project(root), 2024, "suqian")[0] if each.rule == "S-1"]


@pytest.mark.parametrize(
    ("holds", "told"),
    [
        ("issued + answered == total", "合计填报9，各项计算为3＋4＝7"),
        ("total == issued + answered", "合计填报9，各项计算为3＋4＝7"),
        ("total <= issued + answered", "合计填报9，应不大于3＋4＝7"),
        ("issued + answered >= total", "合计填报9，应不大于3＋4＝7"),
        ("issued + answered > total + 1", "发布＋回应为3＋4＝7，应大于9＋1＝10"),
        ("total <= 2 * issued", "合计填报9，应不大于2×3＝6"),
        ("total - 2 * issued == 0", "合计－2×发布为9－2×3＝3，应为0"),
        ("total <= 8", "合计填报9，应不大于8"),
        ("8 >= total", "合计填报9，应不大于8"),
        ("issued != 3", "发布填报3，应不为3"),
        ("answered < issued", "回应填报4，发布填报3"),
        ("abs(total - issued) < 5", "|9－3|＝6，应小于5"),
        ("issued > answered or total < 9", "发布填报3，回应填报4，合计填报9"),
    ],
)
def test_a_finding_of_an_own_rule_is_worded_by_what_its_clause_asks_for(holds: str, told: str) -> None:
    edition = own(LOCAL.replace("issued + answered == total", holds)).load("local")
    values = {"issued": 3, "answered": 4, "total": 9}
    figures = Figures("local", {name: values.get(spec.column, 0) for name, spec in edition.cells.items()})
    body = Department("a", "甲局", "甲局", "department", "county")
    found = check_figures(Evidence(edition, body, 2024, figures, Register({"a": body})))
    (finding, _) = [each for each in found if each.rule == "LOCAL-1"]
    assert finding.what == f"应等于合计：{told}"


def test_its_rules_and_limits_find_what_they_are_for(root: Path) -> None:
    (root / "params" / "editions").mkdir()
    (root / "params" / "editions" / "local.yaml").write_text(LOCAL, encoding="utf-8")
    with_local_section(root)
    path = root / "params" / "2024" / "suqian.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("figures:\n", "figures:\n  interpretation: {text: [3, 1, 4], video: [2, 2, 5]}\n", 1)
        .replace("published_on: 2025-", "published_on: 2026-"), encoding="utf-8",
    )  # fmt: skip
    found = {(each.rule, each.severity) for each in check_report(Project(root), 2024, "suqian")[0]}
    assert {("LOCAL-1", Severity.ERROR), ("L-1", Severity.WARNING)} < found
    assert ("D-1", Severity.WARNING) not in found


def test_a_projects_schema_knows_its_own_places(root: Path) -> None:
    (root / "params" / "editions").mkdir()
    (root / "params" / "editions" / "local.yaml").write_text(LOCAL, encoding="utf-8")
    found = schemas(Project(root).editions)
    schema = json.loads(found["params/submission-local.schema.json"])
    assert "local" in schema["properties"]["prose"]["properties"]
    assert "interpretation" in schema["properties"]["figures"]["properties"]


# Sections


def refusal(root: Path) -> InputError:
    with pytest.raises(InputError) as refused:
        _ = Project(root).definition
    return refused.value


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("    title: 七、附件\n", "", "section", "Unknown section 'annex'"),
        ("section: annex", "section: problems", "title", "can't have a title"),
        ("    prose:", "    after: requests\n    prose:", "after", "Nothing may stand after 'requests'"),
        ("    prose:", "    after: annexes\n    prose:", "after", "isn't listed before it"),
        ("    prose:", "    table: annex\n    prose:", "table", "has no table 'annex'"),
        ("    prose:", "    table: disputes\n    prose:", "table", "Table 'disputes' is that of section"),
        ("{id: annex,", "{id: proactive,", "prose.0.id", "place for prose 'proactive' already"),
        ("{id: annex,", "{id: Annex,", "prose.0.id", "should match"),
        ("    prose:", "    when: year > now\n    prose:", "when", "can't be read"),
    ],
)
def test_a_section_that_does_not_fit_is_refused_with_its_line(
    root: Path, old: str, new: str, key: str, said: str
) -> None:
    assert ANNEX.count(old) == 1
    with_sections(root, ANNEX.replace(old, new))
    error = refusal(root)
    assert_is_told_in_chinese(error)
    assert said in error.what
    assert error.where.startswith("params/report.yaml, line ")
    assert error.where.endswith(f"sections.7.{key}")


def plans(root: Path, year: int = 2024) -> list[str]:
    return [job.name for job in plan_report(Project(root), year, "suqian").execution.jobs]


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("year >= 2024", [2024]),
        ("year == 2023", [2023]),
        ("year < 2025", [2023, 2024]),
        ("year != 2024 and kind == government", [2023]),
        ("kind == department and year > 2000", []),
    ],
)
def test_a_section_may_be_of_some_years(root: Path, when: str, told: list[int]) -> None:
    with_sections(root, ANNEX.replace("    prose: [{id: annex, label: 附件说明}]", f"    when: {when}"))
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.say("见下。")'), encoding="utf-8")
    assert [year for year in (2023, 2024) if "07-annex.ipynb" in plans(root, year)] == told


def test_words_that_need_not_be_written_are_left_out_with_their_section(root: Path) -> None:
    with_sections(root, ANNEX)
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.prose("annex")'), encoding="utf-8")
    assert "07-annex.ipynb" not in plans(root)
    say(root, "  annex: |\n    2024年主动公开目录。\n")
    assert "07-annex.ipynb" in plans(root)


def test_words_of_a_section_are_checked_as_all_others_are(root: Path) -> None:
    with_sections(root, ANNEX)
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.prose("annex")'), encoding="utf-8")
    say(root, "  annex: |\n    全年新收政府信息公开申请9999件。\n")
    found = [each for each in check_report(Project(root), 2024, "suqian")[0] if each.slot == "annex"]
    assert [(each.rule, each.where) for each in found if each.severity is Severity.ERROR] == [
        ("N-1", "附件说明，“全年新收政府信息公开申请9999件。”")
    ]


def test_the_kernels_know_the_same_editions_as_the_build(root: Path) -> None:
    with_sections(root, ANNEX)
    say(root, "  annex: |\n    见目录。\n")
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.prose("annex")'), encoding="utf-8")
    project = Project(root)
    plan = plan_report(project, 2024, "suqian")
    there = editions_in(plan.execution.inputs)
    assert there.for_year(2024) == project.editions.for_year(2024) != STATUTORY.for_year(2024)
    assert set(STATUTORY.ids) == set(there.ids)


def test_a_project_without_own_parts_gives_its_reports_the_inputs_of_always(root: Path) -> None:
    assert {*plan_report(Project(root), 2024, "suqian").execution.inputs} == {
        "params/departments.yaml",
        "params/2024/suqian.yaml",
        "params/2023/suqian.yaml",
    }


def test_the_whole_report_has_the_section_in_every_format(root: Path) -> None:
    """With an edition of one's own: its table is laid out, printed, and read back in each format."""
    (root / "params" / "editions").mkdir()
    (root / "params" / "editions" / "local.yaml").write_text(LOCAL, encoding="utf-8")
    with_sections(
        root, "  - {section: local, notebook: 07-local.ipynb}\n" + ANNEX.replace("七、", "八、").replace("07-", "08-")
    )
    (root / "notebooks" / "07-local.ipynb").write_text(
        notebook("七、本地数据", 's.prose("local")', 's.table("interpretation")'), encoding="utf-8"
    )
    (root / "notebooks" / "08-annex.ipynb").write_text(notebook("八、附件", 's.prose("annex")'), encoding="utf-8")
    path = root / "params" / "2024" / "suqian.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "figures:\n", "figures:\n  interpretation: {text: [3, 1, 4], video: [2, 2, 4]}\n", 1
    )
    path.write_text(text, encoding="utf-8")
    before = root / "params" / "2023" / "suqian.yaml"
    before.write_text(
        before.read_text(encoding="utf-8").replace(
            "figures:\n", "figures:\n  interpretation: {text: [1, 1, 2], video: [1, 0, 1]}\n", 1
        ),
        encoding="utf-8",
    )
    say(root, "  local: |\n    本表按通知填报。\n  annex: |\n    附：主动公开目录。\n")
    bundle = build_one(root)
    assert bundle.failure is None
    assert bundle.outcome is Outcome.PUBLISHED, [str(each) for each in bundle.findings if each.blocks]
    folder = root / "outputs" / "2024" / "suqian"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.index("六、其他需要报告的事项") < page.index("七、本地数据") < page.index("八、附件")
    assert "附件八个部分组成" in page
    figures = json.loads((folder / "figures.json").read_bytes())
    assert figures["figures"]["interpretation.video/total"]["value"] == 4
    assert figures["edition"] == "local"


# Outlines


def test_a_number_that_is_left_out_is_a_finding() -> None:
    annex = AddedSection(id="annex", title="八、附件", after="other_matters")
    edition = Editions(added=(annex,)).load("2021")
    titles = [each.title for each in edition.sections if each.title]
    (wrong,) = check_numbers(edition, ["annex"], lambda each: f"params/report.yaml, line 9, {each}")
    assert (wrong.rule, wrong.what) == ("S-1", "标题“八、附件”的序号应为七")
    assert wrong.fix == "更正自设部分的标题（params/report.yaml第9行（annex））。"
    assert check_numbers(edition, [], str) == []
    assert check_outline(edition, titles, ["annex"]) == check_outline(edition, titles[:-1], ()) == []
    assert wrong_number(["一、甲", "附件", "二、乙"]) is None


def test_a_wrong_number_is_told_before_anything_runs_with_the_line_of_its_title(root: Path) -> None:
    (root / "params" / "editions").mkdir()
    (root / "params" / "editions" / "local.yaml").write_text(LOCAL, encoding="utf-8")
    with_local_section(root)
    with_sections(root, ANNEX)
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.prose("annex")'), encoding="utf-8")
    say(root, "  annex: |\n    见目录。\n")
    lines = (root / "params" / "report.yaml").read_text(encoding="utf-8").splitlines()
    line = lines.index("    title: 七、附件") + 1
    found = [each for each in check_report(Project(root), 2024, "suqian")[0] if "序号" in each.what]
    assert [(each.rule, each.what, each.fix) for each in found] == [
        (
            "S-1",
            "标题“七、附件”的序号应为八",
            f"更正自设部分的标题（params/report.yaml第{line}行（sections.8.title））。",
        )
    ]


def test_a_part_of_an_edition_without_a_notebook_is_told_by_check(root: Path) -> None:
    (root / "params" / "editions").mkdir()
    (root / "params" / "editions" / "local.yaml").write_text(LOCAL, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        check_report(Project(root), 2024, "suqian")
    assert_is_told_in_chinese(refused.value)
    assert refused.value.code == "section_without_notebook"
    assert refused.value.where.startswith("params/report.yaml, line ")
    assert "params/editions/local.yaml" in refused.value.what
    assert "section: local" in refused.value.fix


def test_numbers_in_chinese() -> None:
    assert [chinese_number(each) for each in (1, 9, 10, 11, 20, 21, 99)] == [
        "一", "九", "十", "十一", "二十", "二十一", "九十九",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("本报告由总体情况等六个部分组成。", 0),
        ("本报告由总体情况等6个部分组成。", 0),
        ("本报告由总体情况等七个部分组成。", 1),
        ("本报告由总体情况等5部分构成。", 1),
        ("工作机制由三个部分组成。", 0),
    ],
)
def test_how_many_parts_there_are_said_to_be_is_held_against_the_report(words: str, found: int) -> None:
    edition = STATUTORY.load("2021")
    titles: list[Any] = [each.title for each in edition.sections if each.title]
    told = check_number_of_parts(edition, titles, [("引言", words)])
    assert [each.rule for each in told] == ["P-9"] * found


def test_figures_of_the_statutes_tables_are_the_same_cells() -> None:
    assert {*numbered_figures("2021").cells} < {*own().load("local").cells}


# What a clumsy hand wrote


def test_a_total_of_an_own_table_is_held_against_its_parts_without_a_rule_for_it() -> None:
    without = LOCAL[: LOCAL.index("rules:")]
    edition = own(without).load("local")
    rule = edition.rulebook["SUM-1"]
    assert [clause.holds for clause in rule.clauses] == ["issued + answered == total"]
    assert rule.severities == ("E",)
    assert "SUM-1" not in own().load("local").rulebook


def test_a_part_that_an_edition_adds_is_in_no_report_before_it(root: Path) -> None:
    (root / "params" / "editions").mkdir()
    text = LOCAL.replace("first_year: 2023", "first_year: 2024").replace("limits: {overview: 40, problems: 300}\n", "")
    (root / "params" / "editions" / "local.yaml").write_text(text, encoding="utf-8")
    with_sections(root, "  - {section: local, notebook: 07-local.ipynb}\n")
    (root / "notebooks" / "07-local.ipynb").write_text(notebook("七、本地数据", 's.prose("local")'), encoding="utf-8")
    assert "07-local.ipynb" not in plans(root, 2023)
    assert "07-local.ipynb" in plans(root, 2024)


def test_words_that_must_be_written_must_not_where_their_part_is_not_told(root: Path) -> None:
    with_sections(root, ANNEX.replace("附件说明}", "附件说明, required: true}") + "    when: year >= 2024\n")
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.prose("annex")'), encoding="utf-8")
    found = {year: check_report(Project(root), year, "suqian")[0] for year in (2023, 2024)}
    assert [any("七、附件" in each.where for each in found[year]) for year in (2023, 2024)] == [False, True]


def test_words_of_a_part_that_is_not_told_are_refused_with_their_line(root: Path) -> None:
    with_sections(root, ANNEX + "    when: year >= 2025\n")
    (root / "notebooks" / "07-annex.ipynb").write_text(notebook("七、附件", 's.prose("annex")'), encoding="utf-8")
    say(root, "  annex: |\n    见目录。\n")
    with pytest.raises(InputErrors, match="a part that this report doesn't have") as refused:
        check_report(Project(root), 2024, "suqian")
    assert "params/2024/suqian.yaml, line " in str(refused.value)


def test_a_part_is_told_by_several_notebooks_in_one_way(root: Path) -> None:
    several = "{section: annex, title: 七、附件, notebook: 07-%s.ipynb, when: %s}"
    one, other = several % ("a", "kind == government"), several % ("b", "kind == department")
    with_sections(root, f"  - {one}\n  - {other}\n")
    assert Project(root).definition
    with_sections(root, f"  - {other.replace('七、附件', '七、附录')}\n")
    assert "listed twice" in refusal(root).what


def test_a_whole_edition_leaves_out_no_rule_that_blocks_publication() -> None:
    text = files("reportkit.editions").joinpath("2021.yaml").read_text(encoding="utf-8")
    own(text, "2021").check()
    fewer = f"{text[: text.index('rules: [')]}rules: [N-4]\n"
    with pytest.raises(InputError, match="leaves out rules") as refused:
        own(fewer, "2021").check()
    assert "T3-1" in refused.value.what
    assert "P-4" in refused.value.what


@pytest.mark.parametrize("years", ["first_year: 2018", "first_year: 2019\nlast_year: 2025", "last_year: 2021"])
def test_what_extends_an_edition_is_for_its_years_alone(years: str) -> None:
    with pytest.raises(InputError, match="can't be for other years"):
        own(f'extends: "2019"\nname: 甲\n{years}\n').check()


def test_an_own_error_is_not_made_milder_by_the_next() -> None:
    city = "extends: local\nname: 市\nseverities: {N-4: I}\n"
    editions = Editions({"params/editions/local.yaml": LOCAL.encode(), "params/editions/city.yaml": city.encode()})
    with pytest.raises(InputError, match="its severity stays"):
        editions.check()
