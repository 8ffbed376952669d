"""The road: a project's inputs → plans → executed notebooks → one document → HTML and PDF, read back → outputs/."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat

from reportkit.checks.document import check_outline
from reportkit.checks.figures import check_figures
from reportkit.checks.notebooks import check_notebook
from reportkit.checks.words import check_words, undrawable
from reportkit.editions import Edition, edition_for, lay_out, load_edition
from reportkit.errors import InputError, InputErrors, PublishingError, ReportkitError
from reportkit.execution.pool import each_bundle
from reportkit.execution.run import check_parameters, run_jobs
from reportkit.inputs.project import Project, submission_path
from reportkit.model import Bundle, Department, Finding, Job, Outcome, Plan, Run, Severity, Submission
from reportkit.publishing import data, manifest
from reportkit.publishing.assemble import assemble, write
from reportkit.publishing.blocks import unpublished
from reportkit.publishing.environment import environment
from reportkit.publishing.fonts import bundled_characters
from reportkit.publishing.html import ReportHTMLExporter, render_blocks
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.swap import locked, publish_folder, recover, remove_folder
from reportkit.publishing.verify import verify_html, verify_pdf

OUTPUTS = "outputs"
DRAFTS = "outputs/drafts"


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told while a build goes on: that it waits for another one, that a report is begun."""

    waiting: Callable[[], None]
    starting: Callable[[Plan], None]


def build(
    project: Project, plans: Sequence[Plan], jobs: int, listener: Listener, *, force: bool = False
) -> Iterator[Bundle]:
    """Builds each plan's report and puts it in its place; yields the Bundles as they are finished.

    A report that fails leaves what was published untouched and never stops the others. A report whose finished
    folder was made from the same plan is up to date and not built again, unless `force`.
    """
    with locked(project.root / OUTPUTS, listener.waiting):
        for plan in plans:
            for draft in (False, True):
                recover(place(project, plan.year, plan.department.id, draft))
        current = [] if force else [plan for plan in plans if is_up_to_date(project, plan)]
        for plan in current:
            yield Bundle(plan.year, plan.department.id, Outcome.UP_TO_DATE, {}, plan.findings)
        stale = [plan for plan in plans if plan not in current]
        for bundle in each_bundle(build_report, stale, jobs, listener.starting) if stale else ():
            yield _put_in_place(project, bundle)


def plan_report(project: Project, year: int, department_id: str) -> Plan:
    """One report with all its inputs as bytes, its findings, and its jobs; nothing is executed.

    Raises InputError and NotebookError where an input or a notebook can't be used.
    """
    department = project.department(department_id)
    edition = edition_for(year)
    if not department.valid_in(year):
        raise _not_valid(department, year)
    submission = project.submission(year, department_id)
    jobs, notebook_findings = _jobs(project, department, edition, year)
    findings = (*check_submission(project, submission), *notebook_findings)
    definition = project.definition
    font_paths = tuple(str((project.root / path).resolve()) for path in definition.font_paths)
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


def build_report(plan: Plan) -> Bundle:
    """A plan's report as files, executed, rendered and read back; a failure is in the Bundle, never raised.

    Pure: it takes everything from the plan and writes nothing but temporary files, so it runs in any process.
    """
    started = time.monotonic()
    findings = plan.findings
    try:
        runs = run_jobs(plan)
        for run in runs:
            if run.failure is not None:
                raise run.failure
        files, findings, draft = publish(plan, runs)
    except ReportkitError as error:
        failure: Exception = error
    except Exception as error:  # a defect of ours or of a library stops this report alone
        failure = PublishingError(
            f"{type(error).__name__}: {error}", where=plan.name, mend="Report this as a defect of reportkit."
        )
        failure.__cause__ = error
    else:
        outcome = Outcome.DRAFT if draft else Outcome.PUBLISHED
        return Bundle(plan.year, plan.department.id, outcome, files, findings, time.monotonic() - started)
    return Bundle(plan.year, plan.department.id, Outcome.FAILED, {}, findings, time.monotonic() - started, failure)


def publish(plan: Plan, runs: Sequence[Run]) -> tuple[dict[str, bytes], tuple[Finding, ...], bool]:
    """Executed notebooks → the finished files, all findings, and whether it is a draft.

    Raises PublishingError where a finished page is not exactly the data's, or not fit for readers.
    """
    edition = load_edition(plan.figures.edition)
    notebook = assemble(runs, plan.about)
    outline = [title for _, title in render_blocks(notebook)[1]]
    findings = (*plan.findings, *_unpublished(notebook), *check_outline(edition, outline))
    draft = blocks_publication(findings)
    notebook.metadata["reportkit"]["about"]["draft"] = draft
    files = {f"notebooks/{run.job.name}": run.notebook for run in runs if run.notebook is not None}
    files["report.ipynb"] = write(notebook)
    files |= render(notebook, plan, edition)
    about = {key: plan.about[key] for key in ("title", "name", "department", "year", "published_on")}
    files["figures.json"] = data.figures_json(edition, plan.figures, about)
    files["figures.csv"] = data.figures_csv(edition, plan.figures)
    files["findings.json"] = data.findings_json(findings)
    files[manifest.NAME] = manifest.manifest(plan, files, draft)
    return files, findings, draft


def render(notebook: Any, plan: Plan, edition: Edition) -> dict[str, bytes]:
    """The assembled notebook in each format, every one read back against the figures."""
    tables = [lay_out(edition, table.id, plan.figures) for table in edition.tables]
    files: dict[str, bytes] = {}
    if "html" in plan.formats:
        page, _ = _html_exporter().from_notebook_node(notebook)
        verify_html(page, tables)
        files["report.html"] = page.encode()
    if "pdf" in plan.formats:
        pdf, _ = _pdf_exporter(plan.font_paths, plan.system_fonts).from_notebook_node(notebook)
        verify_pdf(pdf, tables)
        files["report.pdf"] = pdf
    return files


def place(project: Project, year: int, department_id: str, draft: bool) -> Path:
    """The folder of a published report, or of a draft."""
    return project.root / (DRAFTS if draft else OUTPUTS) / str(year) / department_id


def is_up_to_date(project: Project, plan: Plan) -> bool:
    """Whether the finished folder was made from this very plan and is whole."""
    for draft in (plan.draft, True):
        folder = place(project, plan.year, plan.department.id, draft)
        found = manifest.read_manifest(folder)
        if found is not None and found.get("digest") == plan.digest and manifest.is_whole(folder):
            return True
    return False


def _put_in_place(project: Project, bundle: Bundle) -> Bundle:
    if bundle.outcome is Outcome.FAILED:
        return bundle
    draft = bundle.outcome is Outcome.DRAFT
    try:
        publish_folder(place(project, bundle.year, bundle.department, draft), bundle.files)
        if not draft:
            remove_folder(place(project, bundle.year, bundle.department, True))
    except ReportkitError as error:
        return replace(bundle, outcome=Outcome.FAILED, failure=error)
    return bundle


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
    }


def _unpublished(notebook: Any) -> list[Finding]:
    return [
        Finding(
            "NOTEBOOK", Severity.WARNING, f"单元格的输出不会公布：{line}", f"单元格 {cell}", "用 s.say 或 s.show 展示。"
        )
        for cell, line in unpublished(notebook)
    ]


def _not_valid(department: Department, year: int) -> ReportkitError:
    span = f"{department.valid_from or '…'} – {department.valid_to or '…'}"
    return InputError(
        f"Department '{department.id}' did not exist in {year} ({span}).",
        where="params/departments.yaml",
        mend="Choose another year, or correct valid_from and valid_to.",
    )


@cache
def _html_exporter() -> ReportHTMLExporter:
    return ReportHTMLExporter()


@cache
def _pdf_exporter(font_paths: tuple[str, ...], system_fonts: bool) -> ReportPDFExporter:
    return ReportPDFExporter(font_paths=list(font_paths), system_fonts=system_fonts)
