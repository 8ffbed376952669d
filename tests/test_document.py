"""What the assembled document must show before it is rendered, and what must still lie in the project after."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reportkit.build.document import _refuse_other_tables
from reportkit.build.plan import plan_report
from reportkit.build.publish import _refuse_changed
from reportkit.editions import STATUTORY
from reportkit.errors import PublishingError
from reportkit.inputs.project import Project
from reportkit.model import TABLE_MIME
from reportkit.publishing.blocks import blocks
from tests.conftest import MakeProject
from tests.documents import numbered_figures, output_cell, report, tables_of

EDITION, FIGURES = STATUTORY.load("2021"), numbered_figures()
SECTIONS = {section.id for section in EDITION.sections}


def place_of(notebook: Any, cell_id: str) -> int:
    return [cell.id for cell in notebook.cells].index(cell_id)


def exchanged(notebook: Any) -> None:
    one, other = (place_of(notebook, name) for name in ("table-disclosure", "table-disputes"))
    notebook.cells[one], notebook.cells[other] = notebook.cells[other], notebook.cells[one]


def twice(notebook: Any) -> None:
    notebook.cells.insert(place_of(notebook, "table-disputes"), notebook.cells[place_of(notebook, "table-disputes")])


def missing(notebook: Any) -> None:
    del notebook.cells[place_of(notebook, "table-disputes")]


def foreign_unit(notebook: Any) -> None:
    table = replace(tables_of(FIGURES)[2], unit="亿元")
    place = place_of(notebook, "table-disputes")
    notebook.cells[place] = output_cell({TABLE_MIME: table.to_json()}, "disputes", "table-disputes")


def test_a_document_with_the_tables_of_the_data_passes() -> None:
    _refuse_other_tables(EDITION, blocks(report(FIGURES)), tables_of(FIGURES), SECTIONS)


@pytest.mark.parametrize("fault", [exchanged, twice, missing, foreign_unit])
def test_a_document_with_other_tables_is_refused(fault: Callable[[Any], None]) -> None:
    notebook = report(FIGURES)
    fault(notebook)
    with pytest.raises(PublishingError):
        _refuse_other_tables(EDITION, blocks(notebook), tables_of(FIGURES), SECTIONS)


@pytest.mark.parametrize("name", ["params/2024/demo.yaml", "notebooks/whole.ipynb"])
def test_what_changed_while_it_was_built_is_not_published(make_project: MakeProject, name: str) -> None:
    root: Path = make_project("one-notebook")
    project = Project(root)
    plan = plan_report(project, 2024, "demo")
    _refuse_changed(project, plan)
    (root / name).write_bytes((root / name).read_bytes() + b"\n")
    with pytest.raises(PublishingError, match="was changed while the report was built"):
        _refuse_changed(project, plan)
