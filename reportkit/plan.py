"""The first half of the road: a project's inputs → findings and a Plan; nothing is executed."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import nbformat

from reportkit.checks.figures import check_figures
from reportkit.checks.notebooks import check_notebook
from reportkit.checks.words import check_words, undrawable
from reportkit.editions import Edition, edition_for
from reportkit.errors import InputError, InputErrors, ReportkitError
from reportkit.execution.run import check_parameters
from reportkit.inputs.project import DEFINITION, Project, submission_path
from reportkit.model import Department, Finding, Job, Plan, Severity, Submission
from reportkit.publishing import manifest
from reportkit.publishing.environment import environment
from reportkit.publishing.fonts import bundled_characters


def plan_report(project: Project, year: int, department_id: str) -> Plan:
    """One report with all its inputs as bytes, its findings, and its jobs; nothing is executed.

    Raises InputError and NotebookError where an input or a notebook can't be used; whatever else goes wrong is an
    InputError too, so that it stops this report and no other.
    """
    try:
        return _plan(project, year, department_id)
    except ReportkitError:
        raise
    except Exception as error:
        raise InputError(
            f"{type(error).__name__}: {error!s:.200}",
            where=f"{year}/{department_id}",
            mend="Look at what was changed last; report this as a defect of reportkit.",
        ) from error


def _plan(project: Project, year: int, department_id: str) -> Plan:
    department = project.department(department_id)
    edition = edition_for(year)
    if not department.valid_in(year):
        raise _not_valid(department, year)
    submission = project.submission(year, department_id)
    jobs, notebook_findings = _jobs(project, department, edition, year)
    findings = (*check_submission(project, submission), *notebook_findings)
    definition = project.definition
    font_paths = _font_paths(project)
    about = _about(submission, department, edition, draft=blocks_publication(findings))
    about["site"] = definition.site.model_dump() if definition.site else {}
    inputs = _inputs(project, submission, department)
    surroundings = environment(font_paths, definition.system_fonts)
    digest = manifest.plan_digest(
        {
            "inputs": {name: sha256(content).hexdigest() for name, content in inputs.items()},
            "jobs": [[job.section, job.name, sha256(job.notebook).hexdigest(), dict(job.parameters)] for job in jobs],
            "about": about,
            "formats": definition.formats,
            "environment": surroundings,
        }
    )
    return Plan(
        department=department,
        year=year,
        jobs=jobs,
        inputs=inputs,
        figures=submission.figures,
        findings=findings,
        formats=tuple(definition.formats),
        about=about,
        font_paths=font_paths,
        system_fonts=definition.system_fonts,
        environment=surroundings,
        digest=digest,
    )


def check_submission(project: Project, submission: Submission) -> list[Finding]:
    """All findings on a submission, before anything is executed. Raises InputError where its prose can't be bound."""
    edition = edition_for(submission.year)
    names = project.names(submission)
    bound, errors = {}, []
    for slot in submission.prose:
        try:
            bound[slot] = project.bound_prose(submission, names, slot)
        except ReportkitError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    drawable = bundled_characters()
    named = undrawable(project.department(submission.department).name, "机关名称", drawable)
    decisions = [
        Finding("DECISION", Severity.INFORMATION, decision, "填报说明", "无需处理。")
        for decision in submission.decisions
    ]
    return [
        *check_figures(edition, submission.figures),
        *check_words(edition, bound, drawable),
        *named,
        *decisions,
    ]


def blocks_publication(findings: Sequence[Finding]) -> bool:
    """Whether a report with these findings is a draft: an error, or something of this year's that is missing."""
    return any(finding.severity in (Severity.ERROR, Severity.UNASSESSABLE) for finding in findings)


def _jobs(
    project: Project, department: Department, edition: Edition, year: int
) -> tuple[tuple[Job, ...], list[Finding]]:
    parameters = {"year": year, "department": department.id}
    jobs: list[Job] = []
    findings: list[Finding] = []
    for section in project.sections_for(department, edition):
        content = project.read(f"notebooks/{section.notebook}")
        findings += _check_notebook(section.notebook, content)
        jobs.append(Job(section.section, section.notebook, content, parameters, project.definition.timeout_s))
    return tuple(jobs), findings


@cache
def _check_notebook(name: str, content: bytes) -> tuple[Finding, ...]:
    check_parameters(name, content, {"year": 0, "department": ""})
    return tuple(check_notebook(name, nbformat.reads(content.decode(), as_version=4)))


def _font_paths(project: Project) -> tuple[str, ...]:
    for path in project.definition.font_paths:
        if not (project.root / path).is_dir():
            raise InputError(
                f"The font folder '{path}' is not there.",
                where=f"{DEFINITION}, font_paths",
                mend="Create it, or take it out; paths are relative to the project.",
            )
    return tuple(str((project.root / path).resolve()) for path in project.definition.font_paths)


def _inputs(project: Project, submission: Submission, department: Department) -> dict[str, bytes]:
    """The files that this report's notebooks may read: a register of its own bodies, its submission, last year's."""
    inputs = {"params/departments.yaml": project.register_part(department)}
    for year in (submission.year, submission.year - 1):
        if project.has_submission(year, department.id):
            name = submission_path(year, department.id)
            inputs[name] = project.read(name)
    return inputs


def _about(submission: Submission, department: Department, edition: Edition, *, draft: bool) -> dict[str, Any]:
    title = edition.title.format(name=department.name, year=submission.year)
    rest = title.removeprefix(department.name)
    return {
        "title": title,
        "title_lines": [department.name, rest],
        "name": department.name,
        "department": department.id,
        "year": submission.year,
        "edition": edition.name,
        "draft": draft,
        "missing": len(submission.figures.missing()),
        "published_on": submission.published_on.isoformat() if submission.published_on else None,
        "issued_on": submission.issued_on.isoformat() if submission.issued_on else None,
        "index_number": submission.index_number,
        "decisions": list(submission.decisions),
    }


def _not_valid(department: Department, year: int) -> ReportkitError:
    span = f"{department.valid_from or '…'} – {department.valid_to or '…'}"
    return InputError(
        f"Department '{department.id}' did not exist in {year} ({span}).",
        where="params/departments.yaml",
        mend="Choose another year, or correct valid_from and valid_to.",
    )
