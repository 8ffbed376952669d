"""The commands of unattended runs: `run`, `runs`, `schedule`, `backup`, `restore`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from reportkit.cli.entry import INTERRUPTED, AsJson, Jobs, Scheduler, Where, app, bundle_maker, open_project


@app.command(short_help="One unattended run: build what changed, publish, board, portal, notices.")
def run(
    wait: Annotated[bool, typer.Option("--wait", help="Wait for a run that goes on, rather than refuse.")] = False,
    if_missed: Annotated[
        bool, typer.Option("--if-missed", help="Only where the last slot of report.yaml's runs.at was missed.")
    ] = False,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Does everything that a night's run has to do, and only what has changed: checks, builds and publishes reports,
    writes the board and the portal, sends the notices of report.yaml, and tidies up. It may be broken off anywhere
    and started again. What it did is noted in outputs/.runs; `reportkit runs` shows it.

    Exits 1 where a report failed, or another run goes on.

    Examples: `reportkit run` · `reportkit run --wait` · `reportkit run --if-missed`
    """
    from reportkit.cli import console
    from reportkit.cli.progress import BuildProgress
    from reportkit.desk.status import now
    from reportkit.inputs.selection import select
    from reportkit.runs.records import missed
    from reportkit.runs.run import Terminated, Watcher
    from reportkit.runs.run import run as run_all

    opened = open_project(project)
    at = now()
    if if_missed and not missed(opened, at):
        if json:
            console.print_json({"outcome": "not missed"})
        raise typer.Exit(0)
    total = len(select(opened, None, None, everything=True))
    with BuildProgress(total) as progress:
        watcher = Watcher(
            starting=progress.starting,
            finished=progress.finished,
            waiting=progress.waiting if wait else None,
            warned=progress.warned,
        )
        maker = bundle_maker(scheduler, jobs, opened)
        try:
            record = run_all(opened, at, maker, watcher)
        except Terminated:
            raise typer.Exit(INTERRUPTED + 13) from None  # 143, as the shell reports SIGTERM
    if json:
        console.print_json(record)
    else:
        console.print_run(record)
    raise typer.Exit(0 if record["outcome"] == "done" else 1)


@app.command(short_help="List unattended runs, or show one.")
def runs(
    show: Annotated[list[str] | None, typer.Argument(metavar="[show ID]", help="`show` and a run's id.")] = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Lists the runs that are noted, the newest first; `show ID` shows one of them in full.

    Examples: `reportkit runs` · `reportkit runs show 20250108-023000` · `reportkit runs --json`
    """
    from reportkit.cli import console
    from reportkit.errors import ProjectError
    from reportkit.runs import records

    opened = open_project(project, register=False)
    if not show:
        found = records.records(opened)
        if json:
            console.print_json({"runs": [{**each, "reports": records.summary(each)} for each in found]})
        else:
            console.print_runs(found)
        return
    if show[0] != "show" or len(show) != 2:
        raise ProjectError("which_run", where="the command line")
    record = records.record_of(opened, show[1])
    if json:
        console.print_json({**record, "log": list(records.log_of(opened, show[1]))})
    else:
        console.print_run(record)


class System(StrEnum):
    """What can start a run every night."""

    SYSTEMD = "systemd"
    CRON = "cron"
    GITHUB = "github"


schedule = typer.Typer(no_args_is_help=True, help="Text for what starts a run every night.", rich_markup_mode=None)
app.add_typer(schedule, name="schedule", short_help="Print what starts a run every night.")


@schedule.command("print")
def print_(
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer.")] = False,
    cron: Annotated[bool, typer.Option("--cron", help="Lines for crontab -e.")] = False,
    github: Annotated[bool, typer.Option("--github", help="A workflow of GitHub Actions.")] = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Prints a ready service and timer, crontab lines, or a workflow for this project; puts nothing anywhere.

    The time is report.yaml's `runs: {at: "02:30"}`.

    Examples: `reportkit schedule print --systemd` · `reportkit schedule print --cron`
    """
    from reportkit.cli import console
    from reportkit.errors import ProjectError
    from reportkit.runs import schedule as schedules

    makers = {schedules.systemd: systemd, schedules.cron: cron, schedules.github: github}
    chosen = [make for make, wanted in makers.items() if wanted]
    if not chosen:
        raise ProjectError("which_system", where="the command line")
    opened = open_project(project)
    texts = [text for make in chosen for text in make(opened)]
    if json:
        files: list[dict[str, Any]] = [{"name": each.name, "content": each.content, "use": each.use} for each in texts]
        console.print_json({"files": files})
        return
    for each in texts:
        typer.echo(f"# {each.name}\n# {each.use}\n{each.content}")


@app.command(short_help="Write params, approvals and what is published into one archive.")
def backup(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="The archive, such as reports.tar.xz.")],
    received: Annotated[bool, typer.Option("--received", help="Also the files that were handed in.")] = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Writes params/ with its approvals, notebooks/ and every published report into one archive, and reads it back.

    The files that departments handed in (params/YEAR/received/) are left out, but with `--received`.

    Examples: `reportkit backup /srv/backup/reports.tar.xz`
    """
    from reportkit.cli import console
    from reportkit.runs.backup import backup as write

    written = write(open_project(project, register=False), archive, received=received)
    if json:
        console.print_json(written.to_json())
    else:
        typer.echo(f"{written.path}: {written.files} files, {written.reports} published reports.")


@app.command(short_help="Put an archive's files into a new folder.")
def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that `backup` wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or an empty one.")],
    json: AsJson = False,
) -> None:
    """Checks every file of an archive against its digest, then puts them into a new folder: a whole project.

    Examples: `reportkit restore /srv/backup/reports.tar.xz ~/reports`
    """
    from reportkit.cli import console
    from reportkit.runs.backup import restore as put_back

    written = put_back(archive, folder)
    if json:
        console.print_json(written.to_json())
    else:
        typer.echo(f"{written.path}: {written.files} files, {written.reports} published reports.")
