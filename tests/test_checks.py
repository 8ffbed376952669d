"""Checks: sums that must agree, words that must be there and can be printed, outlines, notebooks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from reportkit.checks.arithmetic import check_figures
from reportkit.checks.document import check_outline
from reportkit.checks.evidence import Evidence
from reportkit.checks.glyphs import check_glyphs
from reportkit.checks.notebooks import check_notebook
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.editions import STATUTORY, Edition
from reportkit.inputs.project import Project
from reportkit.model import Department, Figures, Finding, Misfit, Register, Severity, Value
from reportkit.publishing.fonts import Drawable, bundled_characters, common_characters
from tests.strategies import consistent_figures, figures, hostile_text

EDITION = STATUTORY.load("2021")
EDITIONS = tuple(STATUTORY.load(edition_id) for edition_id in STATUTORY.ids)
EACH_EDITION = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
EACH_NOTEBOOK = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def real(repository: Path) -> Figures:
    """宿迁市 2024, as published: complete and consistent."""
    return Project(repository).submission(2024, "suqian").figures


def evidence_of(numbers: Figures, history: Figures | None = None, **known: Any) -> Evidence:
    """Evidence of a department with nothing but figures."""
    body = Department("a", "甲市乙局", "乙局", known.pop("kind", "government"), known.pop("level", "prefecture"))
    edition = STATUTORY.load(numbers.edition)
    return Evidence(edition, body, 2024, numbers, Register({body.id: body}), history, **known)


def sums(numbers: Figures, history: Figures | None = None, **known: Any) -> list[Finding]:
    """The findings on figures, without those for want of last year's."""
    found = check_figures(evidence_of(numbers, history, **known))
    return [finding for finding in found if not finding.lacks_history]


@pytest.mark.parametrize(
    ("typed", "fix"),
    [("1,286", "：不写逗号，填1286；"), ("1，286", "：不写逗号，填1286；"), ("12件", "：填12；"), ("约10", "）；")],
)
def test_a_number_that_was_typed_otherwise_is_written_out(real: Figures, typed: str, fix: str) -> None:
    cell = "disclosure.licensing/decisions"
    misfit = Misfit(cell, typed, "params/2024/a.yaml, line 3")
    (found,) = (
        each
        for each in sums(Figures(real.edition, {**real.cells, cell: None}), misfits=(misfit,))
        if each.rule == "T3-4"
    )
    assert fix in found.fix


def test_a_row_of_sums_that_was_left_out_is_said_to_be_missing(real: Figures) -> None:
    row = [cell for cell in real.cells if cell.startswith("requests.concluded/")]
    found = sums(Figures(real.edition, {**real.cells, **dict.fromkeys(row, None)}))
    assert [each for each in found if each.is_error] == []
    (missing,) = (each for each in found if each.rule == "T3-4")
    assert (missing.what, missing.where) == ("缺7格：整行没有填，而它所合计的各行不都是0", "表三·（七）总计")
    assert missing.fix == "补填这一行：各列分别是各项之和。"


def with_cells(base: Figures, cells: Mapping[str, Value]) -> Figures:
    assert not cells.keys() - base.cells.keys()
    return Figures(base.edition, {**base.cells, **cells})


def shifted(base: Figures, *shifts: tuple[str, int]) -> Figures:
    """Figures with some cells raised or lowered."""
    return with_cells(base, {cell_id: _count(base, cell_id) + by for cell_id, by in shifts})


def _count(base: Figures, cell_id: str) -> int:
    value = base[cell_id]
    assert isinstance(value, int)
    return value


def of(severity: Severity, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is severity]


# Figures


@pytest.mark.parametrize("year", [2023, 2024])
def test_real_figures_that_are_complete_give_no_finding(repository: Path, year: int) -> None:
    figures_of_year = Project(repository).submission(year, "suqian").figures
    assert sums(figures_of_year) == []


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        (
            "requests.received/natural_person",
            {("T3-1", "表三·自然人"), ("T3-3", "表三·一、本年新收政府信息公开申请数量")},
        ),
        ("requests.carried_in/total", {("T3-1", "表三·总计"), ("T3-3", "表三·二、上年结转政府信息公开申请数量")}),
        ("requests.carried_out/research", {("T3-1", "表三·科研机构"), ("T3-3", "表三·四、结转下年度继续办理")}),
        ("requests.granted/commercial", {("T3-2", "表三·商业企业"), ("T3-3", "表三·（一）予以公开")}),
        (
            "requests.refused.state_secret/charity",
            {("T3-2", "表三·社会公益组织"), ("T3-3", "表三·（三）不予公开·1.属于国家秘密")},
        ),
        (
            "requests.other.miscellaneous/legal_service",
            {("T3-2", "表三·法律服务机构"), ("T3-3", "表三·（六）其他处理·3.其他")},
        ),
        (
            "requests.concluded/other_organization",
            {("T3-1", "表三·其他"), ("T3-2", "表三·其他"), ("T3-3", "表三·（七）总计")},
        ),
        ("disputes.review/upheld", {("T4-1", "表四·行政复议")}),
        ("disputes.litigation.direct/total", {("T4-1", "表四·行政诉讼·未经复议直接起诉")}),
        ("disputes.litigation.after_review/pending", {("T4-1", "表四·行政诉讼·复议后起诉")}),
        ("disclosure.rules/in_force", set()),
    ],
)
@pytest.mark.parametrize("by", [1, 7, 10**9])
def test_one_changed_cell_breaks_the_sums_that_it_stands_in_and_no_other(
    real: Figures, cell: str, places: set[tuple[str, str]], by: int
) -> None:
    findings = sums(shifted(real, (cell, by)))
    assert {(finding.rule, finding.where) for finding in findings} == places
    assert len(findings) == len(places)
    assert {finding.severity for finding in findings} <= {Severity.ERROR}
    assert all(cell in finding.cells for finding in findings)


@pytest.mark.parametrize(
    ("shifts", "rule", "where", "values"),
    [
        (
            [("requests.received/natural_person", 1), ("requests.received/total", 1)],
            "T3-1",
            ["表三·自然人", "表三·总计"],
            [
                "年结转政府信息公开申请数量为3441＋118＝3559，（七）总计＋四、结转下年度继续办理为3440＋118＝3558",
                "3526＋121＝3647",
            ],
        ),
        (
            [("requests.partial/commercial", -2), ("requests.partial/total", -2)],
            "T3-2",
            ["表三·商业企业", "表三·总计"],
            ["（七）总计填报73，各项计算为", "（七）总计填报3521，各项计算为"],
        ),
        (
            [("requests.received/research", 5), ("requests.carried_out/research", 5)],
            "T3-3",
            ["表三·一、本年新收政府信息公开申请数量", "表三·四、结转下年度继续办理"],
            ["总计填报3525，各项计算为3440＋75＋5＋1＋6＋3＝3530", "总计填报125，各项计算为118＋5＋5＋1＋1＝130"],
        ),
        (
            [("disputes.review/total", -36)],
            "T4-1",
            ["表四·行政复议"],
            ["总计填报134，各项计算为88＋18＋28＋36＝170"],
        ),
    ],
)
def test_a_broken_rule_is_told_alone_with_both_values(
    real: Figures, shifts: list[tuple[str, int]], rule: str, where: list[str], values: list[str]
) -> None:
    findings = sums(shifted(real, *shifts))
    assert [(finding.rule, finding.severity, finding.where) for finding in findings] == [
        (rule, Severity.ERROR, place) for place in where
    ]
    for finding, told in zip(findings, values, strict=True):
        assert told in finding.what
        assert finding.fix


@pytest.mark.parametrize(
    ("cell", "rules"),
    [
        ("requests.granted/charity", {"T3-2", "T3-3"}),
        ("requests.received/charity", {"T3-1", "T3-3"}),
        ("requests.concluded/charity", {"T3-1", "T3-2", "T3-3"}),
        ("disputes.review/other", {"T4-1"}),
        ("disclosure.fees/amount", {"T2-4"}),
        ("disclosure.licensing/decisions", set()),
    ],
)
def test_a_missing_cell_is_never_a_pass(real: Figures, cell: str, rules: set[str]) -> None:
    findings = sums(with_cells(real, {cell: None}))
    (blank,) = [finding for finding in findings if finding.rule == "T3-4"]
    assert (blank.severity, blank.cells) == (Severity.WARNING, (cell,))
    others = [finding for finding in findings if finding.rule != "T3-4"]
    assert {finding.rule for finding in others} == rules
    assert all(finding.severity is Severity.UNASSESSABLE and finding.blocks for finding in others)


def test_a_missing_cell_hides_no_error_elsewhere(real: Figures) -> None:
    changed = shifted(with_cells(real, {"requests.granted/charity": None}), ("requests.granted/natural_person", 1))
    errors = {(each.rule, each.where) for each in sums(changed) if each.severity is Severity.ERROR}
    # The row's parts that are there come to more than its total already.
    assert errors == {("T3-2", "表三·自然人"), ("T3-3", "表三·（一）予以公开")}


@EACH_EDITION
def test_figures_of_which_nothing_was_stated_are_missing_table_by_table(edition: Edition) -> None:
    findings = sums(Figures(edition.id, dict.fromkeys(edition.cells)))
    missing = [finding for finding in findings if finding.rule == "T3-4"]
    assert [finding.where for finding in missing] == [f"表{table.number}" for table in edition.tables]
    assert [cell for finding in missing for cell in finding.cells] == list(edition.cells)
    others = [finding for finding in findings if finding.rule != "T3-4"]
    assert {finding.severity for finding in others} == {Severity.UNASSESSABLE}
    arithmetic = [rule.id for rule in edition.rulebook.values() if rule.clauses]
    assert [finding.rule for finding in others] == [each for each in arithmetic if each != "T2-2"]


@EACH_EDITION
@given(data=st.data())
def test_figures_whose_sums_are_right_give_no_finding(edition: Edition, data: st.DataObject) -> None:
    assert sums(data.draw(consistent_figures(edition))) == []


@EACH_EDITION
@given(data=st.data())
def test_a_changed_cell_of_table_three_is_always_an_error(edition: Edition, data: st.DataObject) -> None:
    base = data.draw(consistent_figures(edition))
    cell = data.draw(st.sampled_from([spec.id for spec in edition.cells.values() if spec.table == "requests"]))
    value = data.draw(st.integers(0, 99_999).filter(lambda value: value != base[cell]))
    assert any(cell in finding.cells for finding in of(Severity.ERROR, sums(with_cells(base, {cell: value}))))


@EACH_EDITION
@given(data=st.data())
def test_a_cell_taken_away_is_told_and_gives_no_error(edition: Edition, data: st.DataObject) -> None:
    base = data.draw(consistent_figures(edition))
    gaps = data.draw(st.sets(st.sampled_from(list(edition.cells)), min_size=1))
    findings = sums(with_cells(base, dict.fromkeys(gaps)))
    assert of(Severity.ERROR, findings) == []
    assert {cell for finding in findings if finding.rule == "T3-4" for cell in finding.cells} == gaps


@EACH_EDITION
@given(data=st.data())
def test_any_figures_are_checked_without_being_changed(edition: Edition, data: st.DataObject) -> None:
    base = data.draw(figures(edition))
    before = dict(base.cells)
    findings = sums(base)
    assert base.cells == before
    assert {cell for finding in findings if finding.rule == "T3-4" for cell in finding.cells} == set(base.missing())


# Words


@pytest.fixture(scope="module")
def drawable() -> Drawable:
    return Drawable()


def test_the_bundled_fonts_draw_every_common_character() -> None:
    assert common_characters() <= bundled_characters()
    assert len(common_characters()) > 7400


def whole_prose(text: str = "公开及时。") -> dict[str, str]:
    return dict.fromkeys(EDITION.slots, text)


def test_prose_in_every_slot_gives_no_finding(drawable: Drawable) -> None:
    assert check_glyphs(EDITION, labelled(whole_prose()), drawable) == []


def parts_missing(real: Figures, prose: Mapping[str, str]) -> list[tuple[Severity, str]]:
    """What S-1 says of a submission's words."""
    found = check_prose(evidence_of(real, words=prose), [Passage(slot, slot, text) for slot, text in prose.items()])
    return [(finding.severity, finding.where) for finding in found if finding.rule == "S-1"]


LONG = "一是公开的及时性有待提高，二是解读形式不够丰富。"


@pytest.mark.parametrize("text", [None, "", "   ", "\n　\n"])
@pytest.mark.parametrize("slot", [slot.id for slot in EDITION.slots.values() if slot.required])
def test_a_required_slot_left_empty_is_told(real: Figures, slot: str, text: str | None) -> None:
    prose = whole_prose(LONG)
    del prose[slot]
    if text is not None:
        prose[slot] = text
    alone = slot == "other_matters"
    where = "六、其他需要报告的事项" if alone else EDITION.slots[slot].label
    assert parts_missing(real, prose) == [(Severity.ERROR if alone else Severity.UNASSESSABLE, where)]


@pytest.mark.parametrize("slot", ["overview", "on_request"])
def test_an_optional_slot_may_be_left_out(real: Figures, slot: str) -> None:
    assert not EDITION.slots[slot].required
    assert parts_missing(real, {name: text for name, text in whole_prose(LONG).items() if name != slot}) == []


def labelled(words: dict[str, str]) -> list[tuple[str, str]]:
    """Texts by slot with the slots' Chinese names."""
    return [(EDITION.slots[slot].label, text) for slot, text in words.items()]


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("😀", "U+1F600"),
        ("\ue000", "U+E000"),
        ("\U000f0000", "U+F0000"),
        ("𝒜", "U+1D49C"),
        ("ก", "U+0E01"),
        ("א", "U+05D0"),
    ],
)
def test_a_character_that_no_font_draws_is_an_error_that_names_it(
    drawable: Drawable, character: str, code: str
) -> None:
    (finding,) = check_glyphs(
        EDITION, labelled(whole_prose() | {"platform": f"网站{character}好{character}用"}), drawable
    )
    assert (finding.rule, finding.severity, finding.where) == ("FONT", Severity.ERROR, "政府信息公开平台建设")
    assert finding.what.count(code) == 1


@pytest.mark.parametrize(
    "text",
    [
        "政府\u202e信息\u202c公开",
        "\u2066网站\u2069",
        "零\u200b宽\u200d字\ufeff符\u2060",
        "软\u00ad连字",
        "空　格\u00a0\u2003\t换\n行",
        "常用符号：，。、；：？！…—·《》（）【】“”‘’％℃①②③〔2024〕№→",
        "生僻字：䶮、㙘、鿍、淸、旸、珺、垚、喆、龘",
        "ABC abc 0123 #$@\\*_[]()<>&\"'{}|~`",
    ],
)
def test_characters_that_pages_draw_or_leave_out_give_no_finding(drawable: Drawable, text: str) -> None:
    assert check_glyphs(EDITION, labelled(whole_prose() | {"platform": text}), drawable) == []


@given(text=hostile_text)
def test_any_text_is_checked(text: str) -> None:
    findings = check_glyphs(EDITION, labelled(whole_prose() | {"overview": text}), bundled_characters())
    assert {finding.rule for finding in findings} <= {"FONT"}


# The outline


TITLES = [section.title for section in EDITION.sections if section.title is not None]


@EACH_EDITION
def test_the_statutory_outline_gives_no_finding(edition: Edition) -> None:
    assert check_outline(edition, [each.title for each in edition.sections if each.title is not None], ()) == []


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        (TITLES[:-1], "缺：六、其他需要报告的事项"),
        ([], "缺：一、总体情况；二、"),
        ([*TITLES, "七、附件"], "多：七、附件"),
        (["一、总体 情况", *TITLES[1:]], "缺：一、总体情况，多：一、总体 情况"),
        ([TITLES[1], TITLES[0], *TITLES[2:]], "顺序有误"),
        ([*TITLES, TITLES[-1]], "重复"),
    ],
    ids=["one missing", "all missing", "one more", "another wording", "another order", "twice"],
)
def test_another_outline_is_one_error_that_says_how_it_differs(headings: list[str], told: str) -> None:
    (finding,) = check_outline(EDITION, headings, ())
    assert (finding.rule, finding.severity) == ("S-1", Severity.ERROR)
    assert told in finding.what
    assert "；".join(TITLES) in finding.fix


# Notebooks


def checked(*sources: str) -> list[Finding]:
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    return check_notebook(EDITION.rulebook["NOTEBOOK"], "a.ipynb", new_notebook(cells=cells))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f():\n    pass", "def"),
        ("async def f():\n    pass", "def"),
        ("class A:\n    pass", "class"),
        ("for i in s:\n    pass", "for"),
        ("while s:\n    pass", "while"),
        ("f = lambda x: x", "lambda"),
        ("text = open('a.txt')", "open()"),
        ("with s:\n    pass", "with"),
        ("exec('a')", "exec()"),
        ("eval('a')", "eval()"),
        ("\n".join(f"a{number} = {number}" for number in range(11)), "11行"),
        ("if year:\n    for i in s:\n        pass", "for"),
    ],
)
def test_a_cell_that_does_more_than_tell_is_a_warning(source: str, told: str) -> None:
    (finding,) = checked("s.prose('overview')", source)
    assert (finding.rule, finding.severity, finding.where) == ("NOTEBOOK", Severity.WARNING, "a.ipynb，单元格 c1")
    assert told in finding.what


def test_a_cell_with_several_faults_is_one_warning() -> None:
    (finding,) = checked("for i in s:\n    while i:\n        open(i)")
    assert all(word in finding.what for word in ("for", "while", "open()"))


@pytest.mark.parametrize(
    "source",
    [
        "\n".join(f"a{number} = {number}\n" for number in range(10)),
        "s.say('{year}', s.sentence('甲'))",
        "import matplotlib.pyplot as plt\n\nfigure, axes = plt.subplots()",
        "s.say('def class for while open(')",
        "%matplotlib inline",
        "this is no python",
        "",
    ],
)
def test_a_cell_that_tells_gives_no_finding(source: str) -> None:
    assert checked(source) == []


def test_a_markdown_cell_may_hold_any_words() -> None:
    cell = new_markdown_cell("def f():\n" + "\n".join("行" * 3 for _ in range(20)), id="m")
    assert check_notebook(EDITION.rulebook["NOTEBOOK"], "a.ipynb", new_notebook(cells=[cell])) == []


# The shipped notebooks


def notebook_at(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in notebook_at(path).cells if cell.cell_type == "code"]


def test_there_is_a_notebook_for_each_section(repository: Path) -> None:
    named = [section.notebook for section in Project(repository).definition.sections]
    assert [path.name for path in NOTEBOOKS] == sorted(named)


@EACH_NOTEBOOK
def test_a_shipped_notebook_is_valid(path: Path) -> None:
    nbformat.validate(notebook_at(path))
    ids = [cell.id for cell in notebook_at(path).cells]
    assert len(set(ids)) == len(ids)


@EACH_NOTEBOOK
def test_a_shipped_notebook_gives_no_finding(path: Path) -> None:
    assert check_notebook(EDITION.rulebook["NOTEBOOK"], path.name, notebook_at(path)) == []


@EACH_NOTEBOOK
def test_a_shipped_notebook_holds_no_outputs(path: Path) -> None:
    assert [(cell.outputs, cell.execution_count) for cell in code_cells(path)] == [([], None)] * len(code_cells(path))


@EACH_NOTEBOOK
def test_a_shipped_notebook_has_parameters_that_work(repository: Path, path: Path) -> None:
    (cell,) = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", ())]
    defaults: dict[str, Any] = {}
    exec(cell.source, {}, defaults)
    assert set(defaults) == {"year", "department"}
    assert Project(repository).submission(defaults["year"], defaults["department"]).year == defaults["year"]


@EACH_NOTEBOOK
def test_a_shipped_notebook_imports_the_section_and_at_most_pyplot(path: Path) -> None:
    imports = [line for cell in code_cells(path) for line in cell.source.split("\n") if "import " in line]
    assert set(imports) - {"import matplotlib.pyplot as plt"} == {"from reportkit.notebook import open_section"}


@EACH_EDITION
def test_the_shipped_notebooks_have_the_statutory_headings_in_order(repository: Path, edition: Edition) -> None:
    project = Project(repository)
    told = {section.section: section.notebook for section in project.definition.sections}
    for section in edition.sections:
        words = [
            cell.source
            for cell in notebook_at(repository / "notebooks" / told[section.id]).cells
            if cell.cell_type == "markdown"
        ]
        headings = [line for text in words for line in text.split("\n") if line.startswith("#")]
        title = [] if section.title is None else [f"# {section.title}"]
        assert headings == [*title, *(f"## {heading}" for heading in section.headings)]
