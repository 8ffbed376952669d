"""All that was handed in is in the document, once and in its section; nothing that a cell shows is lost unseen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.exporters.exporter import Exporter

from reportkit.build.document import refuse_incomplete
from reportkit.build.plan import plan_report
from reportkit.build.report import finish
from reportkit.editions import STATUTORY, lay_out
from reportkit.errors import PublishingError
from reportkit.inputs.project import Project
from reportkit.model import TABLE_MIME, Plan, Run
from reportkit.publishing.assemble import assemble
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.word import ReportWordExporter
from tests.building import edit
from tests.reviewing import build_one

EDITION = STATUTORY.load("2021")


@pytest.fixture(scope="module")
def executed(built_project: Path) -> tuple[Plan, tuple[Run, ...]]:
    """A report's plan and its executed notebooks, as a build has left them."""
    plan = plan_report(Project(built_project), 2024, "suqian")
    folder = built_project / "outputs/2024/suqian/notebooks"
    return plan, tuple(Run(job, (folder / job.name).read_bytes(), 0.0) for job in plan.execution.jobs)


def changed(runs: tuple[Run, ...], section: str, change: Any) -> tuple[Run, ...]:
    """Executed notebooks of which one was changed: `change` is given its cells and returns others."""
    found = []
    for run in runs:
        assert run.notebook is not None
        if run.job.section == section:
            node = nbformat.reads(run.notebook.decode(), as_version=4)
            node.cells = change(node.cells)
            run = replace(run, notebook=nbformat.writes(node).encode())
        found.append(run)
    return tuple(found)


def check(plan: Plan, runs: tuple[Run, ...]) -> None:
    tables = [lay_out(EDITION, table.id, plan.basis.figures) for table in EDITION.tables]
    refuse_incomplete(plan, STATUTORY, assemble(runs, plan.head), tables)


def is_prose(cell: Any, slot: str) -> bool:
    return any(each.get("metadata", {}).get("reportkit", {}).get("slot") == slot for each in cell.get("outputs", ()))


SLOTS = [slot for slot, spec in EDITION.slots.items() if spec.required]


def section_of(slot: str) -> str:
    return next(section.id for section in EDITION.sections if any(each.id == slot for each in section.prose))


def test_a_whole_document_is_taken(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    check(*executed)


@pytest.mark.parametrize("slot", SLOTS)
def test_any_words_left_out_are_missed(executed: tuple[Plan, tuple[Run, ...]], slot: str) -> None:
    plan, runs = executed
    with pytest.raises(PublishingError, match=rf"The words of '{slot}'.* are not in the document") as refused:
        check(plan, changed(runs, section_of(slot), lambda cells: [each for each in cells if not is_prose(each, slot)]))
    assert section_of(slot) in refused.value.fix


@pytest.mark.parametrize("tag", ["remove-cell", "remove_output", "remove-output"])
def test_words_in_a_cell_that_is_not_shown_are_missed(executed: tuple[Plan, tuple[Run, ...]], tag: str) -> None:
    def hide(cells: list[Any]) -> list[Any]:
        for cell in cells:
            if is_prose(cell, "improvements"):
                cell.metadata["tags"] = [tag]
        return cells

    plan, runs = executed
    with pytest.raises(PublishingError, match="'improvements'"):
        check(plan, changed(runs, "problems", hide))


def test_words_that_are_there_twice_are_refused(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    def twice(cells: list[Any]) -> list[Any]:
        again = [nbformat.from_dict({**each, "id": f"{each.id}-2"}) for each in cells if is_prose(each, "problems")]
        return [*cells, *again]

    plan, runs = executed
    with pytest.raises(PublishingError, match=r"'problems'.* are in the document 2 times"):
        check(plan, changed(runs, "problems", twice))


def test_words_in_another_section_are_refused(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    plan, runs = executed
    moved: list[Any] = []
    without = changed(
        runs,
        "problems",
        lambda cells: (
            moved.extend(each for each in cells if is_prose(each, "improvements"))
            or [each for each in cells if not is_prose(each, "improvements")]
        ),
    )
    elsewhere = changed(
        without,
        "other_matters",
        lambda cells: [*cells, *(nbformat.from_dict({**each, "id": "moved"}) for each in moved)],
    )
    with pytest.raises(PublishingError, match="are under '六、其他需要报告的事项'"):
        check(plan, elsewhere)


@given(place=st.integers(0, 10**6), slot=st.sampled_from(SLOTS))
@settings(max_examples=25)
def test_any_changed_word_is_noticed(executed: tuple[Plan, tuple[Run, ...]], place: int, slot: str) -> None:
    def change(cells: list[Any]) -> list[Any]:
        for cell in cells:
            if is_prose(cell, slot):
                data = cell.outputs[0].data
                text = "".join(data["text/markdown"])
                at = [number for number, each in enumerate(text) if each.isalnum()][place % sum(map(str.isalnum, text))]
                data["text/markdown"] = text[:at] + ("" if text[at] == "改" else "改") + text[at + 1 :]
        return cells

    plan, runs = executed
    with pytest.raises(PublishingError, match="are not those that were handed in"):
        check(plan, changed(runs, section_of(slot), change))


def is_table(cell: Any) -> bool:
    return any("table" in each.get("metadata", {}).get("reportkit", {}) for each in cell.get("outputs", ()))


def test_a_table_that_is_there_twice_is_refused_with_its_cell(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    def twice(cells: list[Any]) -> list[Any]:
        return [*cells, *(nbformat.from_dict({**each, "id": "again"}) for each in cells if is_table(each))]

    plan, runs = executed
    with pytest.raises(PublishingError, match="Table 'requests' is in the document twice") as refused:
        check(plan, changed(runs, "requests", twice))
    assert refused.value.where == "section requests, cell requests-again"


def test_a_table_of_other_data_is_refused_with_its_cell(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    def false(cells: list[Any]) -> list[Any]:
        for cell in filter(is_table, cells):
            data = cell.outputs[0].data[TABLE_MIME]
            last = data["rows"][-1][-1]
            last["text"] = "999"
        return cells

    plan, runs = executed
    with pytest.raises(PublishingError, match="Table 'disputes' is not what the data are") as refused:
        check(plan, changed(runs, "disputes", false))
    assert refused.value.where.startswith("section disputes, cell ")


def test_a_table_that_is_left_out_is_missed(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    plan, runs = executed
    with pytest.raises(PublishingError, match="The document has no table 'requests'"):
        check(plan, changed(runs, "requests", lambda cells: [each for each in cells if not is_table(each)]))


def test_a_section_that_report_yaml_leaves_out_is_named_with_it(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    plan, runs = executed
    without = plan.with_jobs(tuple(job for job in plan.execution.jobs if job.section != "disputes"))
    with pytest.raises(PublishingError, match="sections 'disputes' are not among the report's") as refused:
        check(without, tuple(run for run in runs if run.job.section != "disputes"))
    assert refused.value.where == "params/report.yaml, sections"


@pytest.mark.parametrize(
    ("heading", "level"),
    [("### 空标题", 3), ("## （三）空标题", 2)],
)
def test_a_heading_with_nothing_below_is_refused(
    executed: tuple[Plan, tuple[Run, ...]], heading: str, level: int
) -> None:
    empty = nbformat.v4.new_markdown_cell(heading, id="empty")
    plan, runs = executed
    with pytest.raises(PublishingError, match=r"There is nothing under the heading '.*空标题'") as refused:
        check(plan, changed(runs, "problems", lambda cells: [*cells, empty]))
    assert "cell problems-empty" in refused.value.where


def test_a_heading_with_a_lower_one_below_that_has_words_is_none(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    more = [
        nbformat.v4.new_markdown_cell(text, id=f"m{number}")
        for number, text in enumerate(("## 上", "### 下\n\n有文字。"))
    ]
    plan, runs = executed
    check(plan, changed(runs, "problems", lambda cells: [*cells, *more]))


# Output that no page shows

OUTPUTS: dict[str, tuple[Any, str]] = {
    "print": (nbformat.v4.new_output("stream", name="stdout", text="1\n"), "打印的文字不会公布"),
    "value": (nbformat.v4.new_output("execute_result", data={"text/plain": "3.14"}), "输出的值不会公布"),
    "frame": (
        nbformat.v4.new_output("execute_result", data={"text/plain": "   a", "text/html": "<table></table>"}),
        "输出的值不会公布（text/html）",
    ),
    "widget": (
        nbformat.v4.new_output(
            "display_data",
            data={"text/plain": "IntSlider", "application/vnd.jupyter.widget-view+json": {"model_id": "x"}},
        ),
        "输出的值不会公布（application/vnd.jupyter.widget-view+json）",
    ),
    "plotly": (
        nbformat.v4.new_output("display_data", data={"application/vnd.plotly.v1+json": {"data": []}}),
        "输出的值不会公布（application/vnd.plotly.v1+json）",
    ),
}


def with_output(output: Any, tags: list[str]) -> Any:
    cell = nbformat.v4.new_code_cell("…", id="more", outputs=[output], metadata={"tags": tags})
    return lambda cells: [*cells, cell]


def found(executed: tuple[Plan, tuple[Run, ...]], change: Any) -> list[tuple[str, str]]:
    """Severity and words of the findings on a document's output."""
    plan, runs = executed
    plan = replace(plan, rendering=replace(plan.rendering, formats=("html",)))
    _, findings, _ = finish(plan, changed(runs, "problems", change))
    return [(each.severity.value, each.what) for each in findings if each.rule == "NOTEBOOK"]


@pytest.mark.parametrize("kind", OUTPUTS)
def test_output_that_no_page_shows_is_an_error(executed: tuple[Plan, tuple[Run, ...]], kind: str) -> None:
    output, what = OUTPUTS[kind]
    assert found(executed, with_output(output, [])) == [("E", what)]


@pytest.mark.parametrize("tag", ["remove-output", "remove_output", "remove-cell", "remove_cell"])
def test_output_that_is_meant_to_be_left_out_is_none(executed: tuple[Plan, tuple[Run, ...]], tag: str) -> None:
    assert found(executed, with_output(OUTPUTS["print"][0], [tag])) == []


def test_standard_error_is_a_warning(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    output = nbformat.v4.new_output("stream", name="stderr", text="careful\n")
    assert found(executed, with_output(output, [])) == [("W", "写到标准错误的文字不会公布")]


@pytest.mark.parametrize(
    "text",
    [
        "[<matplotlib.lines.Line2D at 0x7f>]",
        "<Figure size 640x480 with 1 Axes>",
        "<BarContainer object of 3 artists>",
        "Text(0.5, 1.0, '标题')",
        "(<Figure size 640x480 with 1 Axes>, <Axes: >)",
        "<matplotlib.legend.Legend object at 0x7f1>",
        "<StemContainer object of 3 artists>",
        "<ErrorbarContainer object of 3 artists>",
        "(array([1., 1.]), array([1., 2., 3.]), <BarContainer object of 2 artists>)",
        "{'whiskers': [<matplotlib.lines.Line2D at 0x7f>], 'caps': []}",
        "array([[<Axes: >, <Axes: >]], dtype=object)",
        "array([<Axes: xlabel='甲'>, <Axes: >], dtype=object)",
    ],
)
def test_what_a_drawing_call_returns_is_ignored(executed: tuple[Plan, tuple[Run, ...]], text: str) -> None:
    output = nbformat.v4.new_output("execute_result", data={"text/plain": text})
    assert found(executed, with_output(output, [])) == []


@pytest.mark.parametrize(
    ("source", "text", "is_shown"),
    [
        ("axes.set_ylim(0, 5)", "(0.0, 5.0)", False),
        ("axes.plot([1])\naxes.axis('off')", "(np.float64(-1.25), np.float64(1.25))", False),
        ("plt.ylim(0)", "(0.0, 1.0)", False),
        ("(0.0, 5.0)", "(0.0, 5.0)", True),
        ("s.figure('a'), s.figure('b')", "(3, 5)", True),
        ("axes.set_ylim(0, 5)\n(1, 2)", "(1, 2)", True),
        ("%time axes.set_ylim(0, 5)", "(0.0, 5.0)", True),
    ],
)
def test_the_ends_of_an_axis_are_shown_by_nobody(
    executed: tuple[Plan, tuple[Run, ...]], source: str, text: str, is_shown: bool
) -> None:
    cell = nbformat.v4.new_code_cell(source, id="more")
    cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": text})]
    assert bool(found(executed, lambda cells: [*cells, cell])) is is_shown


def _rules(executed: tuple[Plan, tuple[Run, ...]], section: str, *sources: str) -> list[str]:
    """The rules that find an error where a section has these Markdown cells at its end."""
    plan, runs = executed
    plan = replace(plan, rendering=replace(plan.rendering, formats=("html",)))
    cells = [nbformat.v4.new_markdown_cell(text, id=f"m{number}") for number, text in enumerate(sources)]
    _, findings, _ = finish(plan, changed(runs, section, lambda before: [*before, *cells]))
    return sorted({each.rule for each in findings if each.is_error})


@pytest.mark.parametrize(
    "sources",
    [
        ("## （三）予以公开政府信息公开申请1500件", "文字。"),
        ("## （三）予以公开政府信息公开申请1500件\n\n文字。",),
        ("### 予以公开政府信息公开申请**1500**件", "文字。"),
        ("## 其他\n\n### 予以公开政府信息公开申请1500件", "文字。"),
    ],
)
def test_a_heading_of_ones_own_is_read_as_a_sentence(
    executed: tuple[Plan, tuple[Run, ...]], sources: tuple[str, ...]
) -> None:
    assert "N-3" in _rules(executed, "problems", *sources)


def test_a_heading_that_says_no_number_has_nothing_against_it(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    assert _rules(executed, "problems", "### 对下一年的打算", "文字。") == []


@pytest.mark.parametrize("text", ["本年共收到9999件。", "全年收到9999件，均已答复。", "其中自然人9999件。"])
def test_a_number_without_an_object_is_of_its_section(executed: tuple[Plan, tuple[Run, ...]], text: str) -> None:
    assert [each for each in _rules(executed, "requests", text) if each.startswith("N-")]


def test_a_raw_cell_is_an_error(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    raw = nbformat.v4.new_raw_cell("RAW", id="raw")
    assert found(executed, lambda cells: [*cells, raw]) == [("E", "原始（raw）单元格不会公布")]
    empty = nbformat.v4.new_raw_cell(" ", id="raw")
    assert found(executed, lambda cells: [*cells, empty]) == []


@pytest.mark.parametrize("exporter", [ReportHTMLExporter, ReportPDFExporter, ReportWordExporter])
@pytest.mark.parametrize("kind", OUTPUTS)
def test_nbconvert_fails_rather_than_drop_it(exporter: type[Exporter], kind: str) -> None:
    cell = nbformat.v4.new_code_cell("…", id="lost", outputs=[OUTPUTS[kind][0]])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 标题", id="a"), cell])
    with pytest.raises(PublishingError, match="单元格 lost"):
        exporter().from_notebook_node(notebook)


def test_a_notebook_without_a_slots_words_fails_its_report(shipped: Path) -> None:
    edit(shipped, "notebooks/05-problems.ipynb", 's.prose(\\"improvements\\")', "_ = 1")
    bundle = build_one(shipped)
    assert bundle.failure is not None
    assert "'improvements'" in str(bundle.failure)
