"""A report's notebooks before any of them runs: its jobs, and what of them can't be published."""

from functools import lru_cache

import nbformat

from reportkit.checks.notebooks import check_notebook
from reportkit.editions import Edition
from reportkit.editions.rules import RuleSpec
from reportkit.errors import InputErrors, NotebookError
from reportkit.inputs.project import Project
from reportkit.model import Department, Finding, Job, Submission
from reportkit.publishing.blocks import REMOVED
from reportkit.text.cell_ids import with_ids
from reportkit.text.markdown import skipped_level, unprintable


def planned_jobs(
    project: Project, department: Department, edition: Edition, submission: Submission
) -> tuple[tuple[Job, ...], list[Finding]]:
    """The jobs of a report in its order, and the findings on its notebooks.


    Raises NotebookError for parameters that aren't there, for Markdown that no format prints, and for a heading that
    skips a level.
    """
    parameters = {"year": submission.year, "department": department.id}
    jobs: list[Job] = []
    findings: list[Finding] = []
    cells: list[tuple[str, str]] = []
    for section in project.sections_for(department, edition, submission):
        content = project.files.read(f"notebooks/{section.notebook}")
        findings += _check_notebook(edition.rulebook.get("NOTEBOOK"), section.notebook, content)
        cells += _markdown_cells(section.notebook, content)
        jobs.append(Job(section.section, section.notebook, content, parameters, project.definition.timeout_s))
    if skipped := skipped_level(cells):
        raise NotebookError(skipped.said, where=skipped.where)
    return tuple(jobs), findings


@lru_cache(maxsize=256)
def _check_notebook(rule: RuleSpec | None, name: str, content: bytes) -> tuple[Finding, ...]:
    from reportkit.execution.run_jobs import check_parameters  # papermill comes with it

    check_parameters(name, content, {"year": 0, "department": ""})
    _refuse_unprintable(name, content)
    return tuple(check_notebook(rule, name, nbformat.reads(with_ids(content).decode(), as_version=4)))


@lru_cache(maxsize=256)
def _markdown_cells(name: str, content: bytes) -> tuple[tuple[str, str], ...]:
    """The Markdown of a notebook that is published: the place of each cell, and its text."""
    notebook = nbformat.reads(with_ids(content).decode(), as_version=4)
    return tuple(
        (f"notebooks/{name}, cell {cell.id}", cell.source)
        for cell in notebook.cells
        if cell.cell_type == "markdown" and not REMOVED & set(cell.metadata.get("tags", ()))
    )


def _refuse_unprintable(name: str, content: bytes) -> None:
    """Raises InputErrors for what no format can print, before anything runs."""
    errors = [
        NotebookError(each.said, where=f"{where}, line {each.line or 1}")
        for where, text in _markdown_cells(name, content)
        for each in unprintable(text, "notebook")
    ]
    if errors:
        raise InputErrors(errors)
