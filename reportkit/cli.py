"""The command line: `reportkit check`, `plan`, `build`, `status`, `schema`, `doctor`, `lab`, `demo`."""

import io
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from reportkit.deferred import defer_iri_grammar
from reportkit.errors import ProjectError, ReportkitError

if TYPE_CHECKING:
    from reportkit.inputs.project import Project
    from reportkit.model import Plan
    from reportkit.status import Status

# Each command imports what it needs: `--help` and a shell's completion shall not wait for pydantic or nbconvert.

app = typer.Typer(
    help="政府信息公开工作年度报告: parameterized notebooks become the published annual report, as HTML and PDF.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich's own help takes three times as long to import as to read
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED = 130

Years = Annotated[list[int] | None, typer.Option("--year", "-y", help="A report year; repeat for several.")]
Departments = Annotated[list[str] | None, typer.Option("--department", "-d", help="A department's id; repeat.")]
All = Annotated[bool, typer.Option("--all", help="Every submission in params/ (also what no filter means).")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes; default: by cores and memory.")
]
Day = Annotated[datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="Judge lateness as of a day.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, for machines.")]
Where = Annotated[
    Path | None, typer.Option("--project", "-C", help="The project's folder; default: the nearest upwards.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 for a draft too.")]


def main() -> NoReturn:
    """Runs the command line; every error we know becomes What, Where and Mend and an exit code, not a traceback."""
    defer_iri_grammar()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that can't show Chinese gets it escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer turns Ctrl-C into this
            from reportkit import console

            console.err().print("Interrupted. What was published before is untouched.")
        raise
    except ReportkitError as error:
        from reportkit import console

        console.print_error(error)
        sys.exit(2)
    sys.exit(0)


def _version(value: bool) -> None:
    if value:
        from reportkit import __version__

        typer.echo(f"reportkit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it and exit.")
    ] = False,
) -> None:
    """Exit codes: 0 no error; 1 an E finding, a failed build or, with --strict, a draft; 2 bad arguments or an
    unreadable project; 130 interrupted."""


@app.command(short_help="List every finding, without running a notebook.")
def check(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    strict: Strict = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Lists every finding on the submissions, without running a notebook.

    Examples: `reportkit check` · `reportkit check -y 2023 -d nangang-ysj` · `reportkit check --json`
    """
    from reportkit import console
    from reportkit.inputs.selection import select
    from reportkit.model import Severity
    from reportkit.plan import blocks_publication, plan_report

    opened = _open(project)
    failed, draft, results = False, False, []
    for each_year, each in select(opened, year, department, all_):
        name = f"{each_year}/{each}"
        try:
            plan = plan_report(opened, each_year, each)
        except ReportkitError as error:
            failed = True
            results.append({"year": each_year, "department": each, "error": str(error), "findings": []})
            if not json:
                console.print_error(error, name)
            continue
        failed |= any(finding.severity is Severity.ERROR for finding in plan.findings)
        draft |= blocks_publication(plan.findings)
        results.append(
            {"year": each_year, "department": each, "error": None, "findings": [f.to_json() for f in plan.findings]}
        )
        if not json:
            console.print_findings(f"{name} {plan.department.name}", plan.findings)
    if json:
        console.print_json({"reports": results})
    raise typer.Exit(1 if failed or (strict and draft) else 0)


@app.command(short_help="Show what a build would do.")
def plan(
    year: Years = None, department: Departments = None, all_: All = False, json: AsJson = False, project: Where = None
) -> None:
    """Shows what a build would do: each report, its notebooks, its inputs, and whether it is up to date.

    Examples: `reportkit plan` · `reportkit plan -y 2024 --json`
    """
    from reportkit import console
    from reportkit.build import finished_folder
    from reportkit.inputs.selection import select
    from reportkit.plan import plan_report

    opened = _open(project)
    failed, rows, results = False, [], []
    for each_year, each in select(opened, year, department, all_):
        try:
            found = plan_report(opened, each_year, each)
        except ReportkitError as error:
            failed = True
            results.append({"year": each_year, "department": each, "error": str(error)})
            if not json:
                console.print_error(error, f"{each_year}/{each}")
            continue
        current = finished_folder(opened, found) is not None
        kind, due = "草稿" if found.draft else "可发布", "未变" if current else "待生成"
        rows.append([each, str(each_year), kind, due, str(len(found.jobs)), console.count(found.findings)])
        results.append(
            {
                "year": each_year,
                "department": each,
                "error": None,
                "draft": found.draft,
                "up_to_date": current,
                "digest": found.digest,
                "notebooks": [job.name for job in found.jobs],
                "inputs": list(found.inputs),
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be built, as `plan` does.")] = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Builds reports: runs their notebooks, renders HTML and PDF, reads them back, and publishes those that pass.

    Reports with missing cells or errors become drafts in outputs/drafts/. What was published stays until its
    successor has passed every gate.

    Examples: `reportkit build --all` · `reportkit build -y 2024 -d suqian --force` · `reportkit build --strict`
    """
    if dry_run:
        plan(year, department, all_, json, project)
    from reportkit import console
    from reportkit.build import Listener
    from reportkit.build import build as build_plans
    from reportkit.execution.pool import default_jobs
    from reportkit.inputs.selection import select
    from reportkit.model import Bundle, Outcome, Severity
    from reportkit.plan import plan_report

    opened = _open(project)
    plans: list[Plan] = []
    bundles: list[Bundle] = []
    for each_year, each in select(opened, year, department, all_):
        try:
            plans.append(plan_report(opened, each_year, each))
        except ReportkitError as error:
            bundles.append(Bundle(each_year, each, Outcome.FAILED, False, {}, (), failure=error))
    with console.BuildProgress(len(plans)) as progress:
        listener = Listener(progress.waiting, lambda plan: progress.starting(plan.name))
        for bundle in build_plans(opened, plans, jobs or default_jobs(), listener, force=force):
            bundles.append(bundle)
            progress.finished(f"{bundle.year}/{bundle.department}", bundle.outcome, bundle.seconds)
    console.print_build(bundles, json)
    bad = any(
        bundle.outcome is Outcome.FAILED or any(finding.severity is Severity.ERROR for finding in bundle.findings)
        for bundle in bundles
    )
    raise typer.Exit(1 if bad or (strict and any(bundle.draft for bundle in bundles)) else 0)


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
    from reportkit import console
    from reportkit import status as states
    from reportkit.editions import edition_for

    opened = _open(project)
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


def _note(status: "Status") -> str:
    if status.problem:
        return "填报有误"
    if status.draft_pending:
        return "现有填报数据只能生成草稿"
    return "待重新生成" if status.current is False else ""


@app.command(short_help="Write a JSON Schema beside the params.")
def schema(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where a schema is out of date.")
    ] = False,
    project: Where = None,
) -> None:
    """Writes a JSON Schema beside the params, so that editors complete and check the files.

    Examples: `reportkit schema` · `reportkit schema --check`
    """
    from reportkit.inputs.project import find_root
    from reportkit.inputs.schema import schemas

    root = find_root((project or Path.cwd()).resolve())
    stale = False
    for name, content in schemas().items():
        path = root / name
        same = path.is_file() and path.read_bytes() == content
        stale |= not same
        if not check_only and not same:
            path.write_bytes(content)
        typer.echo(f"{name}: {'up to date' if same else 'out of date' if check_only else 'written'}")
    raise typer.Exit(1 if check_only and stale else 0)


@app.command(short_help="Say whether this machine can build reports.")
def doctor(json: AsJson = False, project: Where = None) -> None:
    """Says whether this machine can build reports: Python, libraries, kernel, fonts, PDF compiler, folders.

    Exits 1 where something needed is missing. Example: `reportkit doctor`
    """
    from reportkit import console
    from reportkit.doctor import examine

    try:
        opened = _open(project)
    except ProjectError:
        opened = None
    checks = list(examine(opened))
    if json:
        console.print_json(
            {"checks": [{"ok": each.ok, "subject": each.subject, "found": each.found} for each in checks]}
        )
    else:
        marks = {True: "ok", False: "FAULT", None: "note"}
        console.print_table(["", "what", "found"], [[marks[each.ok], each.subject, each.found] for each in checks])
    raise typer.Exit(1 if any(each.ok is False for each in checks) else 0)


@app.command(
    short_help="Open JupyterLab on the notebooks.",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def lab(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the command.")] = False,
    project: Where = None,
) -> None:
    """Opens JupyterLab on the section notebooks, with a kernel that has everything.

    Further arguments go to JupyterLab.

    Examples: `reportkit lab` · `reportkit lab --no-browser --port 8899`
    """
    root = _open(project).root
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        "--LabApp.default_url=/lab/tree/notebooks",
        *context.args,
    ]
    if dry_run:
        typer.echo(" ".join(command))
        return
    # The kernel is this environment's, whatever kernels the user has installed.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.execv(command[0], command)  # noqa: S606 - our own interpreter with our own arguments


@app.command(short_help="Write a whole invented project.")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.", show_default=False)],
    departments: Annotated[
        int, typer.Option("--departments", "-n", help="How many bodies report, 1 to 10,000; those above come along.")
    ] = 12,
    years: Annotated[int, typer.Option("--years", help="How many consecutive report years, the last included.")] = 2,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other figures and words; the same, the same.")] = 1,
    last_year: Annotated[int, typer.Option("--last-year", help="The last report year; the clock has no say.")] = 2024,
    json: AsJson = False,
) -> None:
    """Writes a whole invented project, for benchmarks and for trying things out: complete, consistent, publishable.

    The same arguments give the same bytes. Names, figures and words are made up, and every file and report says so.

    Examples: `reportkit demo /tmp/demo` · `reportkit demo /tmp/big --departments 1000 --years 1` ·
    `reportkit demo /tmp/both-formats --years 6 --seed 7`
    """
    from reportkit import console
    from reportkit.demo.project import demo_of, write_demo

    written = write_demo(folder, demo_of(departments, years, seed, last_year))
    if json:
        console.print_json(written.to_json())
        return
    span = f"{written.demo.years[0]}–{written.demo.years[-1]}" if years > 1 else f"{last_year}"
    said = f"{departments} departments, {span}, {departments * years} reports, {written.files} files (seed {seed})."
    typer.echo(f"{folder}: {said}\nEverything in it is invented. To go on:")
    for command in written.next_commands:
        typer.echo(f"  {command}")


def _open(project: Path | None) -> "Project":
    """The project, its register and definition read: without them no command can go on."""
    from reportkit.inputs.project import Project, find_root

    opened = Project(find_root((project or Path.cwd()).resolve()))
    _ = opened.register, opened.definition
    return opened
