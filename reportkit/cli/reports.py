"""The commands about reports: `check`, `plan`, `build`, `status`."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportkit.cli.entry import (
    All,
    AsJson,
    Day,
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
from reportkit.errors import ProjectError, ReportkitError, near_match
from reportkit.text.strings import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportkit.build.decide import Current, Decision, Reasons
    from reportkit.desk.status import Status
    from reportkit.inputs.project import Project
    from reportkit.model import Bundle


@app.command(short_help="List every finding, without running a notebook.")
def check(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    submission: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A submission outside params/, as that of -y and -d (or of its own path)."),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the findings as an HTML page too.")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Say what a rule demands, its law, formula and an example.")
    ] = None,
    strict: Strict = False,
    jobs: Jobs = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Lists every finding on the submissions, by department and severity, without running a notebook.

    Examples: `reportkit check` · `reportkit check -y 2023 -d nangang-ysj` · `reportkit check --json` ·
    `reportkit check -y 2024 -d suqian --submission draft.yaml` · `reportkit check --explain T3-1`
    """
    from reportkit.cli import console

    if explain is not None:
        _explain(explain, json)
        return
    from reportkit.build.check import check_reports
    from reportkit.execution.pool import default_jobs
    from reportkit.inputs.files import submission_path
    from reportkit.inputs.project import Project
    from reportkit.inputs.selection import select
    from reportkit.publishing.findings import findings_page

    opened = open_project(project)
    if submission is not None:
        target = _stands_for(submission, year, department)
        opened = Project(opened.root, {submission_path(*target): submission.resolve()})
        year, department = [target[0]], [target[1]]
    found = check_reports(opened, select(opened, year, department, all_), jobs or default_jobs())
    if html is not None:
        html.write_bytes(findings_page(found))
    if json:
        console.print_json({"reports": [each.to_json() for each in found]})
    else:
        console.print_checked(found)
    failed = any(each.fails for each in found)
    raise typer.Exit(1 if failed or (strict and any(each.draft for each in found)) else 0)


def _stands_for(submission: Path, years: list[int] | None, departments: list[str] | None) -> tuple[int, str]:
    """The report that a file outside params/ is for: of -y and -d, else of its own folder and name."""
    path = submission.resolve()
    if not path.is_file():
        raise ProjectError(
            f"There is no file {submission}.", where="--submission", fix="Name a submission's YAML file."
        )
    folder = int(path.parent.name) if path.parent.name.isdecimal() else None
    year = years[0] if years else folder
    department = departments[0] if departments else path.stem
    if year is None or len(years or ()) > 1 or len(departments or ()) > 1:
        raise ProjectError(
            "One year and one department are wanted for --submission.",
            where="the command line",
            fix="Write -y YEAR -d DEPARTMENT beside it.",
        )
    return year, department


def _explain(rule_id: str, json: bool) -> None:
    from reportkit.cli import console
    from reportkit.editions import edition_ids, load_edition
    from reportkit.editions.explain import explanation

    editions = [load_edition(each) for each in edition_ids()]
    known = {name for edition in editions for name in edition.rulebook}
    if rule_id not in known:
        raise ProjectError(f"There is no rule '{rule_id}'.", where="--explain", fix=near_match(rule_id, known))
    told = explanation(rule_id, editions)
    if json:
        console.print_json(told)
    else:
        console.print_explanation(told)


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
    """Tells what would be built and exits; reports of closed years too with `reopen`."""
    from reportkit.build.decide import Closed, Current, Decision, decide, findings_of, reasons_of, unchanged
    from reportkit.cli import console
    from reportkit.inputs.selection import select
    from reportkit.outputs.cache import Cache

    opened = open_project(project)
    cache = Cache(opened, read_only=True)
    failed, rows, results = False, [], []
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
            failed = True
            results.append({"year": each_year, "department": each, "error": str(error)})
            if not json:
                console.print_error(error, f"{each_year}/{each}")
            continue
        reasons = reasons_of(found)
        if explain and not json:
            console.print_reasons(reasons)
        draft = not isinstance(found, Closed) and found.draft
        kind = "" if isinstance(found, Closed) else _state(True) if draft else "可发布"
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
    """Builds reports: runs their notebooks, renders HTML and PDF, reads them back, and publishes those that pass.

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
    with console.BuildProgress(len(targets)) as progress:
        listener = Listener(progress.waiting, decided, lambda plan: progress.starting(plan.name), progress.warned)
        for bundle in build_reports(opened, targets, maker, listener, force=force, reopening=reopening):
            bundles.append(bundle)
            progress.finished(f"{bundle.year}/{bundle.department}", bundle.outcome, bundle.seconds)
    console.print_build(bundles, reasons if explain else {}, json)
    shown = _write_board(opened, bundles, current)
    bad = not shown or any(
        bundle.outcome is Outcome.FAILED or any(finding.severity is Severity.ERROR for finding in bundle.findings)
        for bundle in bundles
    )
    raise typer.Exit(1 if bad or (strict and any(bundle.draft for bundle in bundles)) else 0)


def _write_board(project: "Project", bundles: "Sequence[Bundle]", current: "Mapping[str, Current]") -> bool:
    """Writes the review board; tells what it can't show, and which approvals are void now.

    False where it failed, or can't show a report of this build as it is.
    """
    from reportkit.cli import console
    from reportkit.desk.board.board import write_board
    from reportkit.desk.status import today
    from reportkit.model import Outcome

    try:
        with console.err().status("writing the review board"):
            written = write_board(project, today(), decided=current)
    except ReportkitError as error:
        console.print_error(error, "review board")
        return False
    for report, problem in written.problems:
        console.err().print(f"{report}, review board: {problem}", markup=False)
    asked = {f"{bundle.year}/{bundle.department}" for bundle in bundles}
    built = {f"{bundle.year}/{bundle.department}" for bundle in bundles if bundle.outcome is not Outcome.UP_TO_DATE}
    for report, told in written.void:
        if report in built:
            console.err().print(f"{report}　{told}", markup=False)
    return asked.isdisjoint(report for report, _ in written.problems)


def _reason(
    reason: str | None, targets: "list[tuple[int, str]]", project: "Project", years: list[int] | None, *, reopen: bool
) -> str:
    """Why closed reports are made again; --reopen wants a reason, a year, and reports that are closed."""
    said = " ".join(printable(reason or "").split())
    where = "the command line"
    if not reopen:
        raise ProjectError("--reason is for --reopen.", where=where, fix="Write --reopen beside it.")
    if not said:
        raise ProjectError("--reopen wants a reason.", where=where, fix='Write --reason "…"; readers will see it.')
    if not years:
        raise ProjectError("--reopen wants to know the year.", where=where, fix="Write -y YEAR beside it.")
    if not any(project.is_closed(each) for each, _ in targets):
        raise ProjectError(
            f"{', '.join(map(str, years))} is not closed.", where=where, fix="Leave --reopen out and build as usual."
        )
    return said


@app.command(short_help="Hold finished reports against their manifests.")
def verify(year: Years = None, department: Departments = None, json: AsJson = False, project: Where = None) -> None:
    """Holds every finished report and draft against its manifest, byte by byte. Exits 1 where one is not as it was.

    Examples: `reportkit verify` · `reportkit verify -y 2023 --json`
    """
    from reportkit.cli import console
    from reportkit.outputs.verify import verify as verify_reports

    opened = open_project(project)
    found = list(verify_reports(opened, year or (), department or ()))
    for each in department or ():
        if all(verified.department != each for verified in found):
            opened.department(each)  # one that isn't known is a slip of the pen
    if json:
        console.print_json({"reports": [each.to_json() for each in found]})
    else:
        rows = [
            [
                each.department,
                str(each.year),
                _state(each.draft),
                "；".join(each.faults) or "完好",
            ]
            for each in found
        ]
        console.print_table(["department", "year", "kind", "files"], rows)
    raise typer.Exit(1 if any(each.faults for each in found) else 0)


@app.command(short_help="Show where each report stands, and what is late.")
def status(
    year: Years = None,
    department: Departments = None,
    json: AsJson = False,
    project: Where = None,
    today: Day = None,
) -> None:
    """Shows where each report stands: 未填报, 草稿 or 已发布, its deadline, and 逾期 where it is late.

    Examples: `reportkit status` · `reportkit status -y 2024` · `reportkit status --json`
    """
    from reportkit.cli import console
    from reportkit.desk import status as states
    from reportkit.editions import edition_for

    opened = open_project(project)
    years = year or list(opened.years)
    for each in years:
        edition_for(each)
    bodies = [opened.department(each) for each in department] if department else list(opened.register)
    on: date = today.date() if today else states.today()
    found = states.status_of(opened, years, bodies, on)
    if json:
        console.print_json({"reports": [each.to_json() for each in found]})
        return
    rows = [
        [
            str(each.year),
            each.department,
            each.name,
            each.state,
            each.due.isoformat(),
            "逾期" if each.late else "",
            "" if each.missing is None else str(each.missing),
            _note(each),
        ]
        for each in found
    ]
    console.print_table(["year", "department", "name", "state", "due", "late", "missing cells", "note"], rows)


def _state(draft: bool) -> str:
    from reportkit.model import State

    return State.DRAFT if draft else State.PUBLISHED


_WAITING = {"DRAFT": "只能生成草稿", "IN_REVIEW": "待审", "RETURNED": "已退回", "APPROVED": "已签发，尚未发布"}
"""A draft beside a publication, by the name of its state."""


def _note(status: "Status") -> str:
    if status.problem:
        return "填报有误"
    if status.approvals_problem:
        return "审批记录有误"
    if status.waiting:
        return f"{'更正' if status.closed else '另有修改'}{_WAITING[status.waiting.name]}"
    if status.closed:
        return "已封存"
    if status.returned and status.state.name != "RETURNED":
        return "退回修改"
    return "待重新生成" if status.current is False else ""
