"""The commands that build reports: `plan`, `build`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportkit.cli.entry import (
    All,
    AsJson,
    Departments,
    Explain,
    Jobs,
    Scheduler,
    Strict,
    Where,
    Years,
    app,
    bundle_maker,
    open_project,
)
from reportkit.errors import ProjectError, ReportkitError
from reportkit.text.strings import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reportkit.build.decide import Current, Decision, Reasons
    from reportkit.inputs.project import Project
    from reportkit.model import Bundle


@app.command(short_help="Show what a build would do.")
def plan(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    explain: Explain = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Shows what a build would do: each report, its notebooks, its inputs, and whether it is up to date.

    Examples: `reportkit plan` · `reportkit plan -y 2024 --json` · `reportkit plan -d suqian --explain`
    """
    _show_plan((year, department, all_), explain=explain, json=json, project=project)


def _show_plan(
    chosen: "tuple[list[int] | None, list[str] | None, bool]",
    *,
    explain: bool,
    json: bool,
    project: Path | None,
    reopen: bool = False,
) -> None:
    """Shows what would be built and exits; reports of closed years too with `reopen`."""
    from reportkit.build.decide import Closed, Current, Decision, decide, findings_of, reasons_of, unchanged
    from reportkit.cli import console
    from reportkit.cli.causes import print_failed
    from reportkit.inputs.selection import select
    from reportkit.model import State
    from reportkit.outputs.cache import Cache

    opened = open_project(project)
    cache = Cache(opened, read_only=True)
    failed, rows, results = [], [], []
    found: Decision
    for each_year, each in select(opened, *chosen):
        try:
            if opened.is_closed(each_year) and not reopen:
                found = Closed(each_year, each)
            elif json or (known := unchanged(opened, cache, cache.unchanged(each_year, each))) is None:
                found = decide(opened, cache, each_year, each)
            else:
                found = known
        except ReportkitError as error:
            failed.append((f"{each_year}/{each}", error))
            results.append({"year": each_year, "department": each, "error": str(error), "code": error.code})
            continue
        reasons = reasons_of(found)
        if explain and not json:
            console.print_reasons(reasons)
        draft = not isinstance(found, Closed) and found.draft
        kind = "" if isinstance(found, Closed) else State.DRAFT if draft else "可发布"
        runs = sum(job.runs for job in reasons.jobs)
        findings = console.count(findings_of(found))
        rows.append([each, str(each_year), kind, console.WORKS[reasons.work], str(runs), findings])
        planned = None if isinstance(found, Closed) else found.plan
        results.append(
            {
                "year": each_year,
                "department": each,
                "error": None,
                "draft": draft,
                "up_to_date": isinstance(found, Current),
                "digest": planned.digest if planned else None,
                "notebooks": [job.name for job in planned.execution.jobs] if planned else [],
                "inputs": list(planned.execution.inputs) if planned else [],
                **reasons.to_json(),
            }
        )
    if json:
        console.print_json({"reports": results})
    else:
        print_failed(failed)
        console.print_table(["department", "year", "kind", "build", "notebooks", "findings"], rows)
    raise typer.Exit(1 if failed else 0)


@app.command(short_help="Run notebooks, render, read back, publish.")
def build(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    force: Annotated[bool, typer.Option("--force", help="Build also what is up to date.")] = False,
    strict: Strict = False,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be built, as `plan` does.")] = False,
    explain: Explain = False,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Build reports of closed years too; a published one becomes a correction.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why closed reports are made again; printed below their title.")
    ] = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Builds reports: runs their notebooks, renders HTML, PDF and Word, reads them back, and publishes those that pass.

    Reports with missing cells or errors become drafts in outputs/drafts/. What was published stays until its
    successor has passed every gate. Only what has changed is done: a notebook runs again where something that it has
    read, the notebook itself, the package or a library is not as it was.

    Examples: `reportkit build --all` · `reportkit build -y 2024 -d suqian --force` · `reportkit build --strict` ·
    `reportkit build --explain` · `reportkit build -y 2023 -d suqian --reopen --reason "更正第三部分数据"`
    """
    if dry_run:
        _show_plan((year, department, all_), explain=explain, json=json, project=project, reopen=reopen)
    from reportkit.build.build import Listener
    from reportkit.build.build import build as build_reports
    from reportkit.build.decide import Current, reasons_of
    from reportkit.build.publish import Reopening
    from reportkit.cli import console
    from reportkit.cli.causes import print_failed
    from reportkit.cli.findings import print_findings
    from reportkit.cli.progress import BuildProgress
    from reportkit.desk.status import today
    from reportkit.inputs.selection import select
    from reportkit.model import Bundle, Outcome, Severity

    opened = open_project(project)
    targets = select(opened, year, department, all_)
    reopening = None
    if reopen or reason is not None:
        reopening = Reopening(_reason(reason, targets, opened, year, reopen=reopen), today())
    bundles: list[Bundle] = []
    reasons: dict[str, Reasons] = {}
    current: dict[str, Current] = {}

    def decided(decision: "Decision") -> None:
        why = reasons_of(decision)
        reasons[why.report] = why
        if isinstance(decision, Current):
            current[why.report] = replace(decision, plan=None)
        if explain and not json:
            console.print_reasons(why)

    maker = bundle_maker(scheduler, jobs, opened)
    with BuildProgress(len(targets)) as progress:
        listener = Listener(progress.waiting, decided, lambda plan: progress.starting(plan.name), progress.warned)
        for bundle in build_reports(opened, targets, maker, listener, force=force, reopening=reopening):
            bundles.append(bundle)
            progress.finished(f"{bundle.year}/{bundle.department}", bundle.outcome, bundle.seconds)
    failed = [(f"{each.year}/{each.department}", each.failure) for each in bundles if each.failure is not None]
    told = set() if json else print_failed(failed)
    console.print_build(bundles, reasons if explain else {}, json)
    if not json:
        print_findings(bundles)
    shown = _write_board(opened, bundles, current, told)
    bad = not shown or any(
        bundle.outcome is Outcome.FAILED or any(finding.severity is Severity.ERROR for finding in bundle.findings)
        for bundle in bundles
    )
    raise typer.Exit(1 if bad or (strict and any(bundle.draft for bundle in bundles)) else 0)


def _write_board(
    project: "Project", bundles: "Sequence[Bundle]", current: "Mapping[str, Current]", told: "Collection[str]"
) -> bool:
    """Writes the review board; reports what it can't show, unless that was told already, and void approvals.

    False where it failed, or can't show a report of this build as it is.
    """
    from reportkit.cli import console
    from reportkit.cli.causes import print_problems
    from reportkit.desk.board.board import write_board
    from reportkit.desk.status import today
    from reportkit.model import Outcome

    try:
        with console.err().status("writing the review board"):
            written = write_board(project, today(), decided=current)
    except ReportkitError as error:
        console.print_error(error, "review board")
        return False
    print_problems(written.problems, told, board=True)
    asked = {f"{bundle.year}/{bundle.department}" for bundle in bundles}
    built = {f"{bundle.year}/{bundle.department}" for bundle in bundles if bundle.outcome is not Outcome.UP_TO_DATE}
    for report, approval in written.void:
        if report in built:
            console.err().print(f"{report}　{approval}", markup=False)
    return asked.isdisjoint(report for report, _ in written.problems)


def _reason(
    reason: str | None, targets: "list[tuple[int, str]]", project: "Project", years: list[int] | None, *, reopen: bool
) -> str:
    """Why closed reports are made again; --reopen needs a reason, a year, and reports that are closed."""
    said = " ".join(printable(reason or "").split())
    where = "the command line"
    if not reopen:
        raise ProjectError("reason_without_reopen", where=where)
    if not said:
        raise ProjectError("reopen_without_reason", where=where)
    if not years:
        raise ProjectError("reopen_without_year", where=where)
    if not any(project.is_closed(each) for each, _ in targets):
        raise ProjectError("not_closed", where=where, years=years)
    return said
