"""The second half of the road: a Plan → executed notebooks → one document → HTML, PDF, Word, read back; pure."""

import time
from collections.abc import Sequence
from dataclasses import replace

from reportkit.build.document import document_findings, refuse_incomplete
from reportkit.build.plan import blocks_publication
from reportkit.editions import Editions, lay_out
from reportkit.errors import ReportkitError, defect
from reportkit.execution.run_jobs import run_jobs
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.definition import editions_in
from reportkit.model import Bundle, Finding, Outcome, Plan, Run
from reportkit.outputs import manifest
from reportkit.publishing import data
from reportkit.publishing.assemble import assemble, write
from reportkit.publishing.extract import content_of
from reportkit.publishing.head import shown_in_drafts
from reportkit.publishing.pdflayout import placed_texts
from reportkit.publishing.read_back import Expected
from reportkit.publishing.render import render
from reportkit.review.approvals import Approvals, read_records
from reportkit.review.pending import pending_findings


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
        files, findings, draft = finish(plan, runs)
    except ReportkitError as error:
        failure: Exception = error
    except Exception as error:  # a defect of reportkit or of a library stops this report alone
        failure = defect(error, plan.name)
    else:
        outcome = Outcome.DRAFT if draft else Outcome.PUBLISHED
        seconds = time.monotonic() - started
        executed = tuple(run.job.name for run in runs if run.executed)
        made = Bundle(plan.year, plan.department.id, outcome, draft, files, findings, seconds, None, runs, executed)
        return made.with_origin(plan)
    return Bundle.failed(plan, failure, time.monotonic() - started, runs)


def finish(plan: Plan, runs: Sequence[Run]) -> tuple[dict[str, bytes], tuple[Finding, ...], bool]:
    """Executed notebooks → the finished files, all findings, and whether it is a draft.

    Raises PublishingError where a finished page is not exactly the data's, or not fit for readers.
    """
    editions = editions_in(plan.execution.inputs)
    edition = editions.load(plan.basis.figures.edition)
    notebook = assemble(runs, plan.head, plan.execution.inputs)
    findings = (*plan.basis.findings, *document_findings(plan, editions, notebook))
    content = content_of(notebook, edition.id)
    approvals = _approvals(plan, editions)
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
    refuse_incomplete(plan, editions, notebook, tables)
    figures = {
        "figures.json": data.figures_json(edition, plan.basis.figures, plan.head),
        "figures.csv": data.figures_csv(edition, plan.basis.figures),
    }
    expected = Expected(tables, draft, figures, placed_texts(notebook))
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


def _approvals(plan: Plan, editions: Editions) -> Approvals:
    """The approvals that publication asks for; raises InputError where the file isn't what was written."""
    where = approvals_path(plan.year, plan.department.id)
    return Approvals(
        read_records(plan.approvals.file, plan.name, where), plan.approvals.levels, plan.approvals.required, editions
    )
