"""What a chart holds or draws decides whether its report is published, in every format."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from reportkit.build.plan import plan_report
from reportkit.build.report import finish
from reportkit.errors import PublishingError
from reportkit.inputs.project import Project
from reportkit.model import Exhibit, Finding, Plan, Run
from tests.test_whole_document import changed

EXHIBIT = Exhibit("甲", "乙", "件", ("a", "b"), (("x", 1),))
COVERS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" style="position:fixed;top:0;left:0;width:100vw;'
    'height:100vh;z-index:99;background:#fff"><text x="100" y="300" font-size="60">表三</text></svg>'
)
LOADS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 100"><g id="a"/><rect width="50" height="50" '
    'mask="url(#a), url(http://elsewhere.example/mask.svg#m)"/><text x="1" y="30">甲</text></svg>'
)
LINE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'


@pytest.fixture(scope="module")
def executed(built_project: Path) -> tuple[Plan, tuple[Run, ...]]:
    """A report's plan and its executed notebooks, as a build has left them."""
    plan = plan_report(Project(built_project), 2024, "suqian")
    folder = built_project / "outputs/2024/suqian/notebooks"
    return plan, tuple(Run(job, (folder / job.name).read_bytes(), 0.0) for job in plan.execution.jobs)


def finished(
    executed: tuple[Plan, tuple[Run, ...]], svg: str, exhibit: Exhibit, formats: tuple[str, ...] = ("html",)
) -> tuple[tuple[Finding, ...], bool]:
    """The findings on the report with one more chart, and whether it is a draft."""
    plan, runs = executed
    about = {"reportkit": {"kind": "chart", "exhibit": exhibit.to_json()}}
    output = nbformat.v4.new_output("display_data", data={"image/svg+xml": svg}, metadata=about)
    cell: Any = nbformat.v4.new_code_cell("…", id="more", outputs=[output])
    plan = replace(plan, rendering=replace(plan.rendering, formats=formats))
    _, findings, draft = finish(plan, changed(runs, "other_matters", lambda cells: [*cells, cell]))
    return findings, draft


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "fragment", "fragment-files"])
@pytest.mark.parametrize("svg", [COVERS, LOADS], ids=["covers the page", "loads from elsewhere"])
def test_no_format_takes_a_picture_that_is_more_than_one(
    executed: tuple[Plan, tuple[Run, ...]], svg: str, name: str
) -> None:
    with pytest.raises(PublishingError) as refused:
        finished(executed, svg, EXHIBIT, (name,))
    assert refused.value.where == "section other_matters, cell other-matters-more"


def test_a_typed_number_of_a_row_makes_a_draft(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    findings, draft = finished(executed, LINE, replace(EXHIBIT, rows=(("予以公开", 1500), ("部分公开", 471))))
    assert draft
    assert [(each.rule, each.where.partition("3")[0]) for each in findings if each.is_error] == [
        ("N-3", "六、其他需要报告的事项，图")
    ]
    _, draft = finished(executed, LINE, replace(EXHIBIT, rows=(("予以公开", 1431), ("部分公开", 471))))
    assert not draft


def test_a_named_number_that_is_not_the_datas_stops_the_report(executed: tuple[Plan, tuple[Run, ...]]) -> None:
    forged = replace(EXHIBIT, names=(("requests.granted.total",),))
    with pytest.raises(PublishingError, match=r"requests\.granted\.total is 1431") as refused:
        finished(executed, LINE, forged)
    assert refused.value.where == "section other_matters, cell other-matters-more"


def test_the_datas_numbers_are_carried_in_the_finished_notebook(built_project: Path) -> None:
    notebook = nbformat.reads((built_project / "outputs/2024/suqian/report.ipynb").read_text("utf-8"), as_version=4)
    shown = [each.metadata["reportkit"] for cell in notebook.cells for each in cell.get("outputs", ())]
    names = [each["exhibit"]["names"] for each in shown if "exhibit" in each]
    assert names[0][0] == ["requests.granted.total"]
    assert names[1][0] == ["last_year.requests.received.total", "requests.received.total"]
