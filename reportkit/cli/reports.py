"""The commands about reports as they are: `check`, `verify`, `status`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportkit.cli.entry import (
    All,
    AsJson,
    Day,
    Departments,
    Jobs,
    Strict,
    Where,
    Years,
    app,
    editions_here,
    open_project,
)
from reportkit.errors import ProjectError, near_match
from reportkit.model import State

if TYPE_CHECKING:
    from reportkit.desk.status import Status
    from reportkit.inputs.project import Project


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
    explain_text: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Say what each sentence of a text is taken to claim, in the report of -y and -d."
        ),
    ] = None,
    slot: Annotated[str, typer.Option(metavar="SLOT", help="The part that the text belongs to.")] = "on_request",
    strict: Strict = False,
    jobs: Jobs = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Lists every finding on the submissions, by department and severity, without running a notebook.

    Examples: `reportkit check` · `reportkit check -y 2023 -d nangang-ysj` · `reportkit check --json` ·
    `reportkit check -y 2024 -d suqian --submission draft.yaml` · `reportkit check --explain T3-1` ·
    `reportkit check -y 2024 -d suqian --explain-text words.txt`
    """
    from reportkit.cli import console

    if explain is not None:
        _explain(explain, json, project)
        return
    from reportkit.build.check import check_reports
    from reportkit.cli.findings import print_checked
    from reportkit.execution.pool import default_jobs
    from reportkit.inputs.files import submission_path
    from reportkit.inputs.project import Project
    from reportkit.inputs.selection import select
    from reportkit.publishing.findings import findings_page

    opened = open_project(project)
    if explain_text is not None:
        _explain_text(opened, explain_text, slot, year, department, json)
        return
    if submission is not None:
        target = _report_of(submission, year, department)
        opened = Project(opened.root, {submission_path(*target): submission})
        year, department = [target[0]], [target[1]]
    found = check_reports(opened, select(opened, year, department, all_), jobs or default_jobs())
    if html is not None:
        try:
            html.write_bytes(findings_page(found))
        except OSError as error:
            raise ProjectError("page_not_written", where="--html", file=html, reason=error.strerror) from error
    if json:
        console.print_json({"reports": [each.to_json() for each in found]})
    else:
        print_checked(found)
    failed = any(each.fails for each in found)
    raise typer.Exit(1 if failed or (strict and any(each.draft for each in found)) else 0)


def _explain_text(
    project: "Project", text: Path, slot: str, years: list[int] | None, departments: list[str] | None, json: bool
) -> None:
    from reportkit.build.plan import check_submission
    from reportkit.checks.prose.explain import explain, reading_json
    from reportkit.checks.prose.plain import Passage
    from reportkit.cli import console

    if not (years and departments and len(years) == len(departments) == 1):
        raise ProjectError("text_of_no_report", where="--explain-text")
    evidence, _ = check_submission(project, project.submission(years[0], project.department(departments[0]).id))
    if slot not in evidence.edition.slots:
        raise ProjectError("no_such_part", where="--slot", part=slot, near=near_match(slot, evidence.edition.slots))
    try:
        words = text.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError("text_unreadable", where="--explain-text", file=text) from error
    found = list(explain(evidence, [Passage(slot, evidence.edition.slots[slot].label, words)]))
    if json:
        console.print_json({"sentences": [reading_json(*each) for each in found]})
    else:
        console.print_claims(found)


def _report_of(submission: Path, years: list[int] | None, departments: list[str] | None) -> tuple[int, str]:
    """The report that a file outside params/ is for: of -y and -d, else of its own folder and name."""
    path = submission.resolve()
    if not path.is_file():
        raise ProjectError("no_such_submission_file", where="--submission", file=submission)
    folder = int(path.parent.name) if path.parent.name.isdecimal() else None
    year = years[0] if years else folder
    department = departments[0] if departments else path.stem
    if year is None or len(years or ()) > 1 or len(departments or ()) > 1:
        raise ProjectError("submission_of_which_report", where="the command line")
    return year, department


def _explain(rule_id: str, json: bool, project: Path | None) -> None:
    from reportkit.cli import console
    from reportkit.editions.explain import explanation

    known_editions = editions_here(project)
    editions = [known_editions.load(each) for each in known_editions.ids]
    known = {name for edition in editions for name in edition.rulebook}
    if rule_id not in known:
        raise ProjectError("no_such_rule", where="--explain", rule=rule_id, near=near_match(rule_id, known))
    rule = explanation(rule_id, editions)
    if json:
        console.print_json(rule)
    else:
        console.print_explanation(rule)


@app.command(short_help="Check finished reports against their manifests.")
def verify(year: Years = None, department: Departments = None, json: AsJson = False, project: Where = None) -> None:
    """Checks every finished report and draft against its manifest, byte by byte. Exits 1 where one is not as it was.

    Examples: `reportkit verify` · `reportkit verify -y 2023 --json`
    """
    from reportkit.cli import console
    from reportkit.outputs.verify import verify as verify_reports

    opened = open_project(project)
    found = list(verify_reports(opened, year or (), department or ()))
    for each in department or ():
        if all(verified.department != each for verified in found):
            opened.department(each)  # one that isn't known is a typing mistake
    if json:
        console.print_json({"reports": [each.to_json() for each in found]})
    else:
        rows = [
            [
                each.department,
                str(each.year),
                State.DRAFT if each.draft else State.PUBLISHED,
                "；".join(each.faults) or "完好",
            ]
            for each in found
        ]
        console.print_table(["department", "year", "kind", "files"], rows)
    raise typer.Exit(1 if any(each.faults for each in found) else 0)


@app.command(short_help="Show the state of each report, what is late, and who handed in what.")
def status(
    year: Years = None,
    department: Departments = None,
    reminders: Annotated[
        bool,
        typer.Option("--reminders", help="Instead a message in Chinese: who is to be reminded, with the days left."),
    ] = False,
    json: AsJson = False,
    project: Where = None,
    today: Day = None,
) -> None:
    """Shows the state of each report: 未填报, 草稿 or 已发布, its deadline, and 逾期 where it is late; below, the file
    that was last collected for each, when, and whether what it wrote has been changed since.

    Examples: `reportkit status` · `reportkit status -y 2024` · `reportkit status --json` ·
    `reportkit status -y 2025 --reminders --on 2026-01-20`
    """
    from reportkit.cli import console
    from reportkit.cli.summing_up import print_received, print_reminders, received_for
    from reportkit.desk import status as states

    opened = open_project(project)
    for each in year or ():
        opened.editions.for_year(each)
    years = year or list(opened.years)
    bodies = [opened.department(each) for each in department] if department else list(opened.register)
    on: date = today.date() if today else states.today()
    if reminders:
        print_reminders(opened, years, bodies if department else (), on, json=json)
        return
    found = states.status_of(opened, years, bodies, on)
    received = received_for(opened, found)
    if json:
        files = [received.get((each.year, each.department)) for each in found]
        told = [each.to_json() | {"received": file and file.to_json()} for each, file in zip(found, files, strict=True)]
        console.print_json({"reports": told})
        return
    _print_states(found)
    print_received(found, received)
    for each_year in year or ():
        if all(each.year != each_year for each in found):
            typer.echo(f"{each_year}: nothing is asked for, and nothing was handed in.", err=True)


def _print_states(found: "Sequence[Status]") -> None:
    """A line a report: its state, its deadline, how many cells are missing, and what else there is to say."""
    from reportkit.cli import console

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


_WAITING = {
    State.DRAFT: "只能生成草稿",
    State.IN_REVIEW: "待审",
    State.RETURNED: "已退回",
    State.APPROVED: "已签发，尚未发布",
}
"""A draft beside a publication."""


def _note(status: "Status") -> str:
    if status.problem:
        return "填报有误"
    if status.approvals_problem:
        return "审批记录有误"
    if status.waiting:
        return f"{'更正' if status.closed else '另有修改'}{_WAITING[status.waiting]}"
    if status.closed:
        return "已封存"
    if status.returned and status.state is not State.RETURNED:
        return "退回修改"
    return "待重新生成" if status.current is False else ""
