"""The second half of the road: a Plan → executed notebooks → one document → HTML, PDF, Word, read back; pure."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from nbformat import NotebookNode

from reportkit.build.plan import blocks_publication
from reportkit.checks.document import check_outline
from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.editions import Edition, lay_out, load_edition
from reportkit.errors import PublishingError, ReportkitError, defect
from reportkit.execution.run_jobs import run_jobs
from reportkit.inputs.approvals_file import approvals_path
from reportkit.model import Bundle, Finding, Outcome, Plan, Run, Table
from reportkit.outputs import manifest
from reportkit.publishing import data
from reportkit.publishing.assemble import assemble, write
from reportkit.publishing.blocks import StatutoryTable, Words, blocks
from reportkit.publishing.extract import content_of
from reportkit.publishing.head import shown_in_drafts
from reportkit.publishing.read_back import Expected
from reportkit.publishing.render import render
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
    except Exception as error:  # a defect of reportkit or of a library stops this report alone
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
    edition = load_edition(plan.basis.figures.edition)
    notebook = assemble(runs, plan.head)
    findings = (*plan.basis.findings, *_unpublished(edition, notebook), *_document_findings(plan, edition, notebook))
    content = content_of(notebook, edition.id)
    approvals = _approvals(plan)
    pending = pending_findings(approvals, content)
    findings = (*findings, *pending)
    blocked = blocks_publication(findings, plan.basis.figures)
    draft = blocked or bool(pending)
    head = replace(
        plan.head,
        draft=draft,
        pending=tuple(finding.where for finding in pending),
        findings=tuple(shown_in_drafts(findings)) if draft else (),
    )
    notebook.metadata["reportkit"]["about"] = head.to_json()
    files = {f"notebooks/{run.job.name}": run.notebook for run in runs if run.notebook is not None}
    files["report.ipynb"] = write(notebook)
    tables = [lay_out(edition, table.id, plan.basis.figures) for table in edition.tables]
    _check_tables(notebook, edition, tables)
    figures = {
        "figures.json": data.figures_json(edition, plan.basis.figures, plan.head),
        "figures.csv": data.figures_csv(edition, plan.basis.figures),
    }
    expected = Expected(tables, draft, figures)
    rendering = plan.rendering
    files |= render(notebook, rendering.formats, expected, rendering.font_paths, rendering.system_fonts)
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


def _unpublished(edition: Edition, notebook: NotebookNode) -> list[Finding]:
    """Rule NOTEBOOK: a warning for each cell with output that no page shows."""
    rule = edition.rulebook.get("NOTEBOOK")
    return (
        []
        if rule is None
        else [
            finding(rule, "有输出不会公布", f"单元格 {cell.id}", fix="用 s.say 或 s.show 展示。")
            for cell in notebook.cells
            if cell.metadata["reportkit"].get("unpublished")
        ]
    )


def _approvals(plan: Plan) -> Approvals:
    """The approvals that publication asks for; raises InputError where the file isn't what was written."""
    where = approvals_path(plan.year, plan.department.id)
    return Approvals(
        read_records(plan.approvals.file, plan.name, where), plan.approvals.levels, plan.approvals.required
    )


def _document_findings(plan: Plan, edition: Edition, notebook: NotebookNode) -> list[Finding]:
    """The findings on the assembled document: its outline, and all words in it that aren't a submission's."""
    said = {_compact(text) for text in plan.basis.words.values()}
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
        edition,
        plan.department,
        plan.year,
        plan.basis.figures,
        plan.basis.register,
        plan.basis.history,
        words=plan.basis.words,
    )
    return [*check_outline(edition, outline), *check_prose(evidence, passages, whole=False)]


_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.M)


def _compact(text: str) -> str:
    return "".join(text.split())


def _check_tables(notebook: NotebookNode, edition: Edition, tables: Sequence[Table]) -> None:
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
                    f"Table '{block.table.id}' is under '{heading}'.",
                    where=f"section {block.section}, cell {block.cell}",
                    fix=f"It belongs under '{headings.get(block.table.id)}'.",
                )
    if shown != list(tables):
        raise PublishingError(
            f"The document shows the tables {[table.id for table in shown]}, or one that differs from the data.",
            where="the section notebooks",
            fix=f"Show each once with s.table(…), in this order: {', '.join(table.id for table in tables)}.",
        )
