"""The road: a project's inputs → plans → executed notebooks → one document → HTML and PDF, read back → outputs/."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from reportkit.checks.document import check_outline
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.check import check_prose
from reportkit.checks.prose.plain import Passage
from reportkit.editions import Edition, lay_out, load_edition
from reportkit.errors import PublishingError, ReportkitError
from reportkit.execution.pool import each_bundle
from reportkit.execution.run import run_jobs
from reportkit.inputs.project import REGISTER, Project
from reportkit.model import Bundle, Finding, Outcome, Plan, Run, Severity, Table
from reportkit.plan import blocks_publication
from reportkit.publishing import data, manifest
from reportkit.publishing.about import shown_in_drafts
from reportkit.publishing.assemble import assemble, write
from reportkit.publishing.blocks import StatutoryTable, Words, blocks
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.markdown import main_headings
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.swap import locked, publish_folder, recover, remove_folder
from reportkit.publishing.verify import verify_draft_mark, verify_html, verify_pdf

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
        stale: dict[str, Plan] = {}
        for plan in plans:
            try:
                for draft in (False, True):
                    recover(place(project, plan.year, plan.department.id, draft))
                if force or (folder := finished_folder(project, plan)) is None:
                    stale[plan.name] = plan
                else:
                    yield _up_to_date(project, plan, folder)
            except OSError as error:
                yield _not_written(plan, error)
        for bundle in each_bundle(build_report, list(stale.values()), jobs, listener.starting) if stale else ():
            yield _put_in_place(project, stale[f"{bundle.year}/{bundle.department}"], bundle)


def build_report(plan: Plan, at_once: int = 1) -> Bundle:
    """A plan's report as files, executed, rendered and read back; a failure is in the Bundle, never raised.

    `at_once` of its notebooks run at the same time.
    Pure: it takes everything from the plan and writes nothing but temporary files, so it runs in any process.
    """
    started = time.monotonic()
    try:
        runs = run_jobs(plan, at_once)
        for run in runs:
            if run.failure is not None:
                raise run.failure
        files, findings, draft = publish(plan, runs)
    except ReportkitError as error:
        failure: Exception = error
    except Exception as error:  # a defect of ours or of a library stops this report alone
        failure = PublishingError(
            f"{type(error).__name__}: {error}", where=plan.name, mend="Report this as a defect of reportkit."
        ).caused_by(error)
    else:
        outcome = Outcome.DRAFT if draft else Outcome.PUBLISHED
        return Bundle(plan.year, plan.department.id, outcome, draft, files, findings, time.monotonic() - started)
    return Bundle.failed(plan, failure, time.monotonic() - started)


def publish(plan: Plan, runs: Sequence[Run]) -> tuple[dict[str, bytes], tuple[Finding, ...], bool]:
    """Executed notebooks → the finished files, all findings, and whether it is a draft.

    Raises PublishingError where a finished page is not exactly the data's, or not fit for readers.
    """
    edition = load_edition(plan.figures.edition)
    notebook = assemble(runs, plan.about)
    findings = (*plan.findings, *_unpublished(notebook), *_document_findings(plan, edition, notebook))
    draft = blocks_publication(findings, plan.figures)
    about_document = notebook.metadata["reportkit"]["about"]
    about_document["draft"] = draft
    if draft:
        about_document["findings"] = shown_in_drafts(findings)
    files = {f"notebooks/{run.job.name}": run.notebook for run in runs if run.notebook is not None}
    files["report.ipynb"] = write(notebook)
    tables = [lay_out(edition, table.id, plan.figures) for table in edition.tables]
    _check_tables(notebook, edition, tables)
    files |= render(notebook, plan, tables)
    about = {key: plan.about[key] for key in ("title", "name", "department", "year", "published_on", "decisions")}
    files["figures.json"] = data.figures_json(edition, plan.figures, about)
    files["figures.csv"] = data.figures_csv(edition, plan.figures)
    files[data.FINDINGS] = data.findings_json(findings)
    files[manifest.NAME] = manifest.manifest(plan, files, draft)
    return files, findings, draft


def render(notebook: Any, plan: Plan, tables: Sequence[Table]) -> dict[str, bytes]:
    """The assembled notebook in each format, every one read back against the figures."""
    files: dict[str, bytes] = {}
    if "html" in plan.formats:
        page, _ = _html_exporter().from_notebook_node(notebook)
        verify_html(page, tables)
        files["report.html"] = page.encode()
    if "pdf" in plan.formats:
        pdf, _ = _pdf_exporter(plan.font_paths, plan.system_fonts).from_notebook_node(notebook)
        verify_pdf(pdf, tables)
        verify_draft_mark(pdf, bool(notebook.metadata["reportkit"]["about"]["draft"]))
        files["report.pdf"] = pdf
    return files


def place(project: Project, year: int, department_id: str, draft: bool) -> Path:
    """The folder of a published report, or of a draft."""
    return project.root / (DRAFTS if draft else OUTPUTS) / str(year) / department_id


def finished_folder(project: Project, plan: Plan) -> Path | None:
    """The folder that was made from this very plan and is whole; None where the report must be built."""
    for draft in (False, True):
        folder = place(project, plan.year, plan.department.id, draft)
        found = manifest.read_manifest(folder)
        if found is not None and found.get("digest") == plan.digest and manifest.is_whole(folder):
            return folder
    return None


def _up_to_date(project: Project, plan: Plan, folder: Path) -> Bundle:
    """The Bundle of a report that needs no building, with the findings of its last build."""
    findings = data.read_findings((folder / data.FINDINGS).read_bytes())
    draft = folder == place(project, plan.year, plan.department.id, True)
    if not draft:
        remove_folder(place(project, plan.year, plan.department.id, True))
    return Bundle(plan.year, plan.department.id, Outcome.UP_TO_DATE, draft, {}, findings)


def _put_in_place(project: Project, plan: Plan, bundle: Bundle) -> Bundle:
    if bundle.outcome is Outcome.FAILED:
        return bundle
    try:
        _refuse_changed(project, plan)
        publish_folder(place(project, bundle.year, bundle.department, bundle.draft), bundle.files)
        if not bundle.draft:
            remove_folder(place(project, bundle.year, bundle.department, True))
    except ReportkitError as error:
        return replace(bundle, outcome=Outcome.FAILED, failure=error)
    except OSError as error:
        return _not_written(plan, error)
    return bundle


def _refuse_changed(project: Project, plan: Plan) -> None:
    """A report is published only from what still lies in the project: a slow build never overwrites a newer one."""
    planned = {name: content for name, content in plan.inputs.items() if name != REGISTER}
    planned |= {f"notebooks/{job.name}": job.notebook for job in plan.jobs}
    for name, content in planned.items():
        path = project.root / name
        if not path.is_file() or path.read_bytes() != content:
            raise PublishingError(
                f"{name} was changed while the report was built.", where=plan.name, mend="Build it once more."
            )


def _not_written(plan: Plan, error: OSError) -> Bundle:
    failure = PublishingError(
        f"The finished folder can't be written: {error.strerror}.",
        where=plan.name,
        mend="Close what has its files open, or make outputs/ writable.",
    )
    return Bundle.failed(plan, failure.caused_by(error))


def _unpublished(notebook: Any) -> list[Finding]:
    return [
        Finding("NOTEBOOK", Severity.WARNING, "有输出不会公布", f"单元格 {cell.id}", "用 s.say 或 s.show 展示。")
        for cell in notebook.cells
        if cell.metadata["reportkit"].get("unpublished")
    ]


def _document_findings(plan: Plan, edition: Edition, notebook: Any) -> list[Finding]:
    """The findings on the assembled document: its outline, and all words in it that aren't a submission's."""
    said = {_compact(text) for text in plan.words.values()}
    outline: list[str] = []
    passages: list[Passage] = []
    titles = {section.id: section.title or "引言" for section in edition.sections}
    for block in blocks(notebook):
        if isinstance(block, Words):
            if block.flavour == "notebook":
                outline += main_headings(block.text)
            text = _HEADING.sub("", block.text)
            if text.strip() and _compact(text) not in said:
                opens = all(passage.slot != block.section for passage in passages)
                passages.append(Passage(block.section, titles.get(block.section, block.section), text, opens))
    evidence = Evidence(
        edition, plan.department, plan.year, plan.figures, plan.register, plan.history, words=plan.words
    )
    return [*check_outline(edition, outline), *check_prose(evidence, passages, whole=False)]


_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.M)


def _compact(text: str) -> str:
    return "".join(text.split())


def _check_tables(notebook: Any, edition: Edition, tables: Sequence[Table]) -> None:
    """Refuses a document whose statutory tables aren't the data's: each once, in order, under its own heading."""
    headings = {section.table: section.title for section in edition.sections if section.table}
    shown: list[Table] = []
    heading = ""
    for block in blocks(notebook):
        if isinstance(block, Words) and block.flavour == "notebook":
            heading = next(reversed(main_headings(block.text)), heading)
        elif isinstance(block, StatutoryTable):
            shown.append(block.table)
            if headings.get(block.table.id) != heading:
                raise PublishingError(
                    f"Table '{block.table.id}' stands under '{heading}'.",
                    where=f"section {block.section}, cell {block.cell}",
                    mend=f"It belongs under '{headings.get(block.table.id)}'.",
                )
    if shown != list(tables):
        raise PublishingError(
            f"The document shows the tables {[table.id for table in shown]}, or one that differs from the data.",
            where="the section notebooks",
            mend=f"Show each once with s.table(…), in this order: {', '.join(table.id for table in tables)}.",
        )


@cache
def _html_exporter() -> ReportHTMLExporter:
    return ReportHTMLExporter()


@cache
def _pdf_exporter(font_paths: tuple[str, ...], system_fonts: bool) -> ReportPDFExporter:
    return ReportPDFExporter(font_paths=list(font_paths), system_fonts=system_fonts)
