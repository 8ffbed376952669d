"""The second half of the road: a Plan → executed notebooks → one document → HTML, PDF, Word, read back; pure."""

import re
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from reportkit.build.plan import blocks_publication
from reportkit.checks.document import check_outline
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.digests import code_digest
from reportkit.editions import Edition, lay_out, load_edition
from reportkit.errors import PublishingError, ReportkitError, defect
from reportkit.execution.run import run_jobs
from reportkit.inputs.approvals import approvals_path
from reportkit.model import Bundle, Finding, Outcome, Plan, Run, Severity, Table
from reportkit.outputs import manifest
from reportkit.publishing import data
from reportkit.publishing.about import shown_in_drafts
from reportkit.publishing.assemble import assemble, write
from reportkit.publishing.blocks import StatutoryTable, Words, blocks
from reportkit.publishing.extract import content_of
from reportkit.publishing.fonts import font_digests, font_set
from reportkit.publishing.fragment import ReportFragmentExporter
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.read_back import (
    verify_attachments,
    verify_docx,
    verify_draft_mark,
    verify_fragment,
    verify_html,
    verify_pdf,
)
from reportkit.publishing.styles import css
from reportkit.publishing.typst import library
from reportkit.publishing.word import ReportWordExporter
from reportkit.publishing.wordfile import package_part
from reportkit.review.approvals import Approvals, read_records
from reportkit.review.pending import pending_findings
from reportkit.text.markdown import main_headings


def build_report(plan: Plan, at_once: int = 1) -> Bundle:
    """A plan's report as files, executed, rendered and read back; a failure is in the Bundle, never raised.

    `at_once` of its notebooks run at the same time.
    Pure: it takes everything from the plan and writes nothing but temporary files, so it runs in any process.
    """
    started = time.monotonic()
    runs: tuple[Run, ...] = ()
    try:
        runs = run_jobs(plan, at_once)
        for run in runs:
            if run.failure is not None:
                raise run.failure
        files, findings, draft = publish(plan, runs)
    except ReportkitError as error:
        failure: Exception = error
    except Exception as error:  # a defect of ours or of a library stops this report alone
        failure = defect(error, plan.name)
    else:
        outcome = Outcome.DRAFT if draft else Outcome.PUBLISHED
        seconds = time.monotonic() - started
        executed = tuple(run.job.name for run in runs if run.executed)
        return Bundle(plan.year, plan.department.id, outcome, draft, files, findings, seconds, None, runs, executed)
    return Bundle.failed(plan, failure, time.monotonic() - started, runs)


def publish(plan: Plan, runs: Sequence[Run]) -> tuple[dict[str, bytes], tuple[Finding, ...], bool]:
    """Executed notebooks → the finished files, all findings, and whether it is a draft.

    Raises PublishingError where a finished page is not exactly the data's, or not fit for readers.
    """
    edition = load_edition(plan.figures.edition)
    notebook = assemble(runs, plan.about)
    findings = (*plan.findings, *_unpublished(notebook), *_document_findings(plan, edition, notebook))
    content = content_of(notebook, edition.id)
    approvals = _approvals(plan)
    pending = pending_findings(approvals, content)
    findings = (*findings, *pending)
    blocked = blocks_publication(findings, plan.figures)
    draft = blocked or bool(pending)
    about_document = notebook.metadata["reportkit"]["about"]
    about_document["draft"] = draft
    if pending:
        about_document["pending"] = [finding.where for finding in pending]
    if draft:
        about_document["findings"] = shown_in_drafts(findings)
    files = {f"notebooks/{run.job.name}": run.notebook for run in runs if run.notebook is not None}
    files["report.ipynb"] = write(notebook)
    tables = [lay_out(edition, table.id, plan.figures) for table in edition.tables]
    _check_tables(notebook, edition, tables)
    about = {key: plan.about[key] for key in ("title", "name", "department", "year", "published_on", "decisions")}
    figures = {
        "figures.json": data.figures_json(edition, plan.figures, about),
        "figures.csv": data.figures_csv(edition, plan.figures),
    }
    files |= render(notebook, plan, tables, figures)
    files |= figures
    files[data.FINDINGS] = data.findings_json(findings)
    files[manifest.NAME] = manifest.manifest(
        plan,
        files,
        draft,
        content.digests(),
        waits=draft and not blocked,
        approvals=[record.hash for record in approvals.records],
    )
    return files, findings, draft


def render(notebook: Any, plan: Plan, tables: Sequence[Table], attachments: Mapping[str, bytes]) -> dict[str, bytes]:
    """The assembled notebook in each format, every one read back against the figures; a PDF has files attached."""
    files: dict[str, bytes] = {}
    if "html" in plan.formats:
        page, _ = _html_exporter().from_notebook_node(notebook)
        verify_html(page, tables)
        files["report.html"] = page.encode()
    if "pdf" in plan.formats:
        exporter = _pdf_exporter(plan.font_paths, plan.system_fonts)
        pdf, _ = exporter.from_notebook_node(notebook, {"attachments": dict(attachments)})
        verify_pdf(pdf, tables)
        verify_attachments(pdf, attachments)
        verify_draft_mark(pdf, bool(notebook.metadata["reportkit"]["about"]["draft"]))
        files["report.pdf"] = pdf
    if "docx" in plan.formats:
        docx, _ = _word_exporter(plan.font_paths, plan.system_fonts).from_notebook_node(notebook)
        verify_docx(docx, tables, bool(notebook.metadata["reportkit"]["about"]["draft"]))
        files["report.docx"] = docx
    if "fragment" in plan.formats:
        files["report.fragment.html"] = _fragment(notebook, plan, tables, beside=False)[0]
    if "fragment-files" in plan.formats:
        page, pictures = _fragment(notebook, plan, tables, beside=True)
        files |= {"fragment/index.html": page, **{f"fragment/{name}": png for name, png in pictures.items()}}
    return files


def _fragment(notebook: Any, plan: Plan, tables: Sequence[Table], *, beside: bool) -> tuple[bytes, Mapping[str, bytes]]:
    """The fragment for a portal's CMS, read back, and the pictures that lie beside it."""
    exporter = _fragment_exporter(plan.font_paths, plan.system_fonts, beside)
    page, resources = exporter.from_notebook_node(notebook)
    pictures: Mapping[str, bytes] = resources.get("outputs", {}) if beside else {}
    draft = bool(notebook.metadata["reportkit"]["about"]["draft"])
    verify_fragment(page, tables, draft=draft, pictures=pictures.keys())
    return page.encode(), pictures


def _unpublished(notebook: Any) -> list[Finding]:
    return [
        Finding("NOTEBOOK", Severity.WARNING, "有输出不会公布", f"单元格 {cell.id}", "用 s.say 或 s.show 展示。")
        for cell in notebook.cells
        if cell.metadata["reportkit"].get("unpublished")
    ]


def _approvals(plan: Plan) -> Approvals:
    """The approvals that publication asks for; raises InputError where the file isn't what was written."""
    where = approvals_path(plan.year, plan.department.id)
    return Approvals(read_records(plan.approvals, plan.name, where), plan.levels, plan.required)


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


def warm_exporters(font_paths: tuple[str, ...], *, system_fonts: bool) -> None:
    """Makes what the first report would have to wait for."""
    _html_exporter()
    _pdf_exporter(font_paths, system_fonts)
    _word_exporter(font_paths, system_fonts)


def forget_templates() -> None:
    """Lets go of what was read of templates, fonts and the package's digest, where somebody is changing them."""
    for each in (
        css,
        library,
        font_set,
        font_digests,
        _html_exporter,
        _pdf_exporter,
        _word_exporter,
        _fragment_exporter,
        package_part,
        code_digest,
    ):
        each.cache_clear()


@cache
def _html_exporter() -> ReportHTMLExporter:
    return ReportHTMLExporter()


@cache
def _fragment_exporter(font_paths: tuple[str, ...], system_fonts: bool, beside: bool) -> ReportFragmentExporter:
    return ReportFragmentExporter(font_paths=list(font_paths), system_fonts=system_fonts, pictures_beside=beside)


@cache
def _pdf_exporter(font_paths: tuple[str, ...], system_fonts: bool) -> ReportPDFExporter:
    return ReportPDFExporter(font_paths=list(font_paths), system_fonts=system_fonts)


@cache
def _word_exporter(font_paths: tuple[str, ...], system_fonts: bool) -> ReportWordExporter:
    return ReportWordExporter(font_paths=list(font_paths), system_fonts=system_fonts)
