"""The rules on real reports: what must hold, what the originals got wrong, and that no single digit can be changed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from reportkit.build.plan import check_submission
from reportkit.checks.arithmetic import check_figures
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.lexicon import variants
from reportkit.checks.prose.numbers import han_value, read_numbers
from reportkit.checks.prose.plain import Passage, Sentence, marked, sentences
from reportkit.checks.prose.registry import REGISTRY
from reportkit.checks.prose.run_rules import check_prose
from reportkit.checks.similarity import SaidText, check_units, texts
from reportkit.editions import STATUTORY
from reportkit.editions.explain import explanation
from reportkit.editions.rules import rule_catalogue
from reportkit.inputs.history import history_of
from reportkit.inputs.project import Project
from reportkit.model import Figures, Finding, Severity
from tests.strategies import hostile_words

EDITIONS = [STATUTORY.load(each) for each in STATUTORY.ids]


def evidence_of(repository: Path, year: int, department: str) -> Evidence:
    project = Project(repository)
    return check_submission(project, project.submission(year, department))[0]


@pytest.fixture(scope="module")
def suqian(repository: Path) -> Evidence:
    return evidence_of(repository, 2024, "suqian")


@pytest.fixture(scope="module")
def nangang(repository: Path) -> Evidence:
    return evidence_of(repository, 2023, "nangang-ysj")


@pytest.fixture(scope="module")
def shanghai(repository: Path) -> Evidence:
    return evidence_of(repository, 2019, "shanghai-fgt")


def said(evidence: Evidence, slot: str, text: str) -> list[Finding]:
    """The findings on one slot's words; those on other slots' being there or not are left out."""
    found = check_prose(evidence, [Passage(slot, evidence.edition.slots[slot].label, text)])
    return [finding for finding in found if finding.severity is not Severity.INFORMATION and finding.slot == slot]


def of(findings: list[Finding], *rules: str) -> list[tuple[str, str]]:
    return [(each.rule, each.severity.value) for each in findings if not rules or each.rule in rules]


# The catalogue


def test_every_rule_of_the_statutory_list_is_there() -> None:
    listed = {f"T3-{n}" for n in range(1, 6)} | {"T4-1", "T4-2"} | {f"T2-{n}" for n in range(1, 6)} | {"X-1", "X-2"}
    listed |= {f"N-{n}" for n in range(1, 9)} | {f"Z-{n}" for n in range(1, 4)} | {f"F-{n}" for n in range(1, 4)}
    listed |= {"D-1", "S-1", "S-2", "C-1"} | {f"P-{n}" for n in range(1, 7)}
    assert listed <= set(rule_catalogue())


def test_every_rule_of_the_catalogue_holds_in_some_edition_with_every_clause() -> None:
    for rule in rule_catalogue().values():
        held = [edition.rulebook[rule.id] for edition in EDITIONS if rule.id in edition.rulebook]
        assert held, rule.id
        assert {clause.holds for each in held for clause in each.clauses} == {clause.holds for clause in rule.clauses}


def test_a_rule_without_a_formula_is_a_function() -> None:
    elsewhere = {"T3-4", "FIT", "FACT", "C-1", "WAIVER", "DECISION", "FONT", "NOTEBOOK", "APPROVAL", "CHART"}
    assert {rule.id for rule in rule_catalogue().values() if not (rule.clauses or rule.cancels)} == {
        *REGISTRY,
        *elsewhere,
    }


@pytest.mark.parametrize("rule", rule_catalogue())
def test_a_rule_is_explained_in_full(rule: str) -> None:
    told = explanation(rule, EDITIONS)
    assert all(told[key] for key in ("id", "name", "severities", "editions", "law", "example", "mend"))


def test_only_what_is_marked_can_be_waived() -> None:
    assert [rule.id for rule in rule_catalogue().values() if rule.waivable is True] == ["T2-1", "C-1"]
    by_sentence = {rule.id for rule in rule_catalogue().values() if rule.waivable == "sentence"}
    assert {"N-1", "Z-1", "P-1"} <= by_sentence
    assert not by_sentence & {"P-4", "S-1", "T3-1", "X-1"}


# Real reports


def test_two_years_of_suqian_hold_together(suqian: Evidence) -> None:
    found = check_figures(suqian)
    assert {each.rule for each in found} == {"X-2", "T4-3"}  # 直接起诉 rose from 22 to 25
    assert {each.severity for each in found} == {Severity.WARNING}


def test_the_numbers_of_the_original_are_found(suqian: Evidence) -> None:
    text = "本年度收办政府信息公开申请3646件，同比增长1.05%。备案行政复议134件、行政诉讼57件。"
    found = said(suqian, "on_request", text)
    assert of(found) == [("N-6", "W"), ("N-6", "W"), ("N-7", "W")]
    plain = said(suqian, "supervision", text.replace("备案", "被申请"))
    assert of(plain, "N-6", "N-7") == [("N-6", "E"), ("N-6", "E"), ("N-7", "W")]


def test_blanks_of_shanghai_are_not_assessable_and_no_failure(shanghai: Evidence) -> None:
    found = check_figures(shanghai)
    assert {each.rule for each in found if each.severity is Severity.UNASSESSABLE} >= {"T3-1", "T3-2", "T3-3", "T4-1"}
    assert not any(each.is_error for each in found)


def test_the_claims_of_the_original_of_shanghai_are_found_against_what_the_blanks_leave(shanghai: Evidence) -> None:
    found = said(shanghai, "on_request", "答复的申请中，公开和部分公开258件，不予公开35件，无法提供265件。")
    assert [(each.rule, each.severity.value) for each in found if each.severity is Severity.ERROR] == [
        ("N-3", "E"),
        ("N-3", "E"),
    ]
    assert "258" in found[0].what
    assert "至少275" in found[0].what
    assert "至少337" in found[1].what or "至少337" in found[2].what


@pytest.mark.parametrize(
    ("slot", "text", "expected"),
    [
        ("improvements", "确保我镇政府信息公开工作顺利开展。", [("P-1", "E")]),
        ("platform", "政务公开栏目-→政府信息公开年报专栏。", [("P-6", "W")]),
        ("other_matters", "本年度无收取信息费情况。", [("F-1", "W")]),
        ("supervision", "2023年共受理投诉举报案件8件，全部办结。", []),
        ("on_request", "本年度未收到群众依申请公开件。", []),
        ("platform", "截至目前，已注册市场主体36910户，入驻金融机构数21家，成功授信585笔。", []),
        ("proactive", "指导24个委办局、20个(乡镇)街道和206个社区村屯按照最新标准梳理政务服务事项。", []),
        ("management", "推广企业“信易贷”137余户，解决企业维权11次。", []),
        ("problems", "我局负责网站仅一名工作人员，工作量大，任务重，需要加大人员配置。", []),
    ],
)
def test_the_seeds_slips_are_found_and_its_sound_words_are_not(
    nangang: Evidence, slot: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert of(said(nangang, slot, text)) == expected


def test_the_hint_on_fees_says_the_statutory_word(nangang: Evidence) -> None:
    (found,) = said(nangang, "other_matters", "本年度无收取信息费情况。")
    assert "信息处理费" in found.what


@pytest.mark.parametrize("by", [1, -1])
def test_no_figure_of_tables_three_and_four_can_be_off_by_one(suqian: Evidence, by: int) -> None:
    cells = [spec.id for spec in suqian.edition.cells.values() if spec.table in ("requests", "disputes")]
    assert len(cells) == 190
    slipped = []
    for cell in cells:
        value = suqian.figures[cell]
        assert isinstance(value, int)
        if value + by < 0:
            continue
        changed = replace(suqian, figures=Figures(suqian.figures.edition, {**suqian.figures.cells, cell: value + by}))
        if not any(each.is_error and cell in each.cells for each in check_figures(changed)):
            slipped.append(cell)
    assert slipped == []


# What a number is


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("收到1,234件", [1234]),
        ("收到１２３４件", [1234]),
        ("一百二十三件", [123]),
        ("三十余件", [30]),
        ("14万余条", [140000]),
        ("1.5亿元", [150_000_000]),
        ("两千零五份", [2005]),
        ("增长12.5%、百分之三十、0.3个百分点", ["12.5", 30, "0.3"]),
        ("分别为5、10和8件", [5, 10, 8]),
        ("2024年1月31日，国办公开办函〔2021〕30号，第四十九条，0451-86252566", []),
        ("一是、统一、一件事、三安全一稳定、第3期、24小时", []),
        ("1—6月", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, values: list[float | str]) -> None:
    (sentence,) = sentences(Passage("on_request", "", text))
    assert [float(number.value) for number in read_numbers(sentence)] == [float(value) for value in values]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("十五", 15),
        ("二百零三", 203),
        ("一万二千", 12000),
        ("三亿零五万", 300050000),
        ("三四", None),
    ],
)
def test_han_numerals_have_values(text: str, value: int | None) -> None:
    found = han_value(text)
    assert (None if found is None else int(found)) == value


def test_a_word_with_choices_is_several_words() -> None:
    assert set(variants("上年(度)结转{数|}")) == {"上年结转数", "上年结转", "上年度结转数", "上年度结转"}


def test_what_is_bound_to_the_figure_meant_is_right_and_to_another_doubtful(suqian: Evidence) -> None:
    typed, bound = "收到申请9件。", f"收到申请{marked('3525', from_fact=False)}件。"
    assert of(said(suqian, "on_request", typed)) == [("N-1", "E")]
    assert said(suqian, "on_request", bound) == []
    assert of(said(suqian, "on_request", f"结转下年度{marked('3525', from_fact=False)}件。")) == [("N-2", "W")]
    assert of(said(suqian, "on_request", f"收到申请{marked('9', from_fact=True)}件。")) == [("N-1", "E")]


def test_typed_numbers_that_nothing_has_are_listed(suqian: Evidence) -> None:
    text = f"编发简报37期，发布信息{marked('98', from_fact=True)}条，收到申请3525件。"
    found = check_prose(suqian, [Passage("platform", "平台", text)])
    (listed,) = [each for each in found if each.rule == "UNBOUND"]
    assert listed.severity is Severity.INFORMATION
    assert "37期" in listed.what
    assert "98" not in listed.what
    assert "3525" not in listed.what


# Successors


def test_a_successor_is_held_against_its_predecessors(make_successor: Project) -> None:
    project = make_successor
    submission = project.submission(2024, "new")
    history = history_of(project, submission)
    assert history is not None
    assert history["requests.carried_out/total"] == 2 + 3
    _, found = check_submission(project, submission)
    assert {each.rule for each in found if each.is_error} == {"S-1"}  # it has no words
    assert not any(each.rule == "X-1" for each in found)


@pytest.fixture
def make_successor(repository: Path, tmp_path: Path) -> Project:
    """Two bureaus of 2023 that are one in 2024."""
    body = "name: 甲区{0}局, short_name: {0}局, kind: department, level: county"
    register = "\n".join(
        [
            "departments:",
            f"- {{id: old-a, {body.format('乙')}, valid_to: 2024-03-01, successor: new}}",
            f"- {{id: old-b, {body.format('丙')}, valid_to: 2023-12-31, successor: new}}",
            f"- {{id: new, {body.format('丁')}, valid_from: 2024-03-01}}",
        ]
    )
    params = tmp_path / "params"
    for year, name, carried_in, carried_out in ((2023, "old-a", 0, 2), (2023, "old-b", 0, 3), (2024, "new", 5, 0)):
        figures = (
            "blanks_are_zero: [table2, table3, table4]\nfigures:\n  requests:\n"
            f"    received: [5, 0, 0, 0, 0, 0]\n    carried_in: [{carried_in}, 0, 0, 0, 0, 0]\n"
            f"    granted: [{5 + carried_in - carried_out}, 0, 0, 0, 0, 0]\n"
            f"    concluded: [{5 + carried_in - carried_out}, 0, 0, 0, 0, 0]\n"
            f"    carried_out: [{carried_out}, 0, 0, 0, 0, 0]\n"
        )
        (params / str(year)).mkdir(parents=True, exist_ok=True)
        (params / str(year) / f"{name}.yaml").write_text(figures, encoding="utf-8")
    (params / "departments.yaml").write_text(register, encoding="utf-8")
    (params / "report.yaml").write_bytes((repository / "params/report.yaml").read_bytes())
    return Project(tmp_path)


def test_a_body_that_goes_on_is_no_predecessor(make_successor: Project) -> None:
    path = make_successor.root / "params/departments.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2024-03-01, successor", "2026-03-01, successor"), "utf-8")
    project = Project(make_successor.root)
    history = history_of(project, project.submission(2024, "new"))
    assert history is not None
    assert history["requests.carried_out/total"] == 3


def test_a_predecessor_that_handed_in_nothing_leaves_every_cell_missing(make_successor: Project) -> None:
    (make_successor.root / "params/2023/old-a.yaml").unlink()
    history = history_of(make_successor, make_successor.submission(2024, "new"))
    assert history is not None
    assert set(history.cells.values()) == {None}


# Similarity

PROBLEMS = "一是信息更新不够及时，二是解读形式不够丰富，三是平台维护不够经常，四是队伍力量不够稳定。" * 8


def unit(name: str, words: str) -> list[SaidText]:
    return texts(name, {"problems": words}, {"problems": "存在的主要问题"})


def test_units_that_say_the_same_are_told_of_one_another() -> None:
    other = "".join(chr(0x4E00 + number * 7 % 20000) for number in range(600))
    units = {"a": unit("a", PROBLEMS), "b": unit("b", PROBLEMS.replace("一是", "1是")), "c": unit("c", other)}
    found = check_units(STATUTORY.load("2021"), units, {}, {"a": "甲局", "b": "乙局", "c": "丙局"})
    assert {name: len(each) for name, each in found.items()} == {"a": 1, "b": 1, "c": 0}
    assert "乙局" in found["a"][0].what
    assert "信息更新不够及时" in found["a"][0].what


def test_a_crowd_that_says_the_same_is_told_without_comparing_all_pairs() -> None:
    units = {f"u{number}": unit(f"u{number}", PROBLEMS) for number in range(200)}
    found = check_units(STATUTORY.load("2021"), units, {}, {name: name for name in units})
    assert all(len(each) == 1 for each in found.values())


# Hostile words

HOSTILE = hostile_words(20_000)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_checked_to_the_end(suqian: Evidence, name: str) -> None:
    """`make bench-check` shows that the time grows with the words and no faster."""
    for finding in check_prose(suqian, [Passage("on_request", "依申请公开", HOSTILE[name])]):
        assert len(finding.what) < 100_000


def test_a_sentence_says_where_it_is_quoted() -> None:
    long = Sentence(Passage("a", "甲", ""), "字" * 200)
    assert len(long.quote(100, 103)) < 60
    assert long.quote(100, 103).startswith("…")


def test_findings_are_counted_once_each(suqian: Evidence) -> None:
    found = said(suqian, "on_request", "收到申请9件。")
    assert Counter(of(found)) == {("N-1", "E"): 1}
