"""A report's notebooks before any of them runs: its jobs, and what of them can't be published."""

from functools import lru_cache

import nbformat

from reportkit.checks.document import check_numbers
from reportkit.checks.notebooks import check_notebook
from reportkit.editions import Edition
from reportkit.editions.rules import RuleSpec
from reportkit.errors import InputError, InputErrors, NotebookError
from reportkit.inputs.files import DEFINITION
from reportkit.inputs.project import Project
from reportkit.model import Department, Finding, Job, Submission
from reportkit.publishing.blocks import REMOVED
from reportkit.text.cell_ids import with_ids
from reportkit.text.markdown import skipped_level, unprintable


def planned_jobs(
    project: Project, department: Department, edition: Edition, submission: Submission
) -> tuple[tuple[Job, ...], list[Finding]]:
    """The jobs of a report in its order, and the findings on its notebooks and on the numbers of its titles.

    Raises InputError for a part of the project's own that has no notebook; NotebookError for parameters that aren't
    there, for Markdown that no format prints, and for a heading that skips a level.
    """
    _refuse_without_notebook(project, edition)
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
    told = [job.section for job in jobs]
    findings += check_numbers(edition, told, lambda section: project.title_place(edition, section))
    return tuple(jobs), findings


def _refuse_without_notebook(project: Project, edition: Edition) -> None:
    """Refuses a part that an own edition adds, with a table or words that must be written, but that nothing shows."""
    listed = {each.section for each in project.definition.sections}
    for section in edition.sections:
        if section.own and not section.may_lack and section.id not in listed:
            raise InputError(
                "section_without_notebook",
                where=project.files.yaml(DEFINITION).where(("sections",)),
                section=section.id,
                title=section.title or "",
                file=project.title_place(edition, section.id).partition(",")[0],
            )


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
