"""What commands write and print of a whole year: `workbook --summary`, `status --reminders`, and what was received."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from reportkit.errors import InputError, ProjectError, ReportkitError, escaped

if TYPE_CHECKING:
    from reportkit.collecting.filings import Filings
    from reportkit.collecting.received import Received
    from reportkit.desk.status import Status
    from reportkit.inputs.project import Project
    from reportkit.model import Department

NAME = "{year}-汇总.xlsx"


def write_summary(
    project: "Project",
    year: int,
    on: datetime | None,
    output: Path | None,
    jobs: int | None,
    *,
    yes: bool,
    dry_run: bool,
    json: bool,
) -> bool:
    """Writes the summary of a year with the reminders of a day, else of today; False where another file is there
    and nobody said `--yes`.

    Raises ProjectError where the libraries of workbooks are missing, nobody has to report, or the file is no .xlsx.
    """
    from reportkit.cli import console
    from reportkit.collecting.filings import filings_of
    from reportkit.desk.status import today
    from reportkit.execution.pool import default_jobs
    from reportkit.outputs.swap import write_file

    try:
        from reportkit.collecting.summary import summary_of
    except ImportError as error:
        raise ProjectError("excel_not_installed", where="reportkit workbook") from error
    path = _path(project, year, output)
    filings = filings_of(project, year, jobs=jobs or default_jobs())
    _warn_of_unknown(project, filings)
    if not filings.each:
        raise ProjectError("summary_of_nobody", where=f"params/{year}", year=year)
    day = on.date() if on else today()
    content = summary_of(project.editions.for_year(year), filings, day)
    kept = path.exists() and not yes and path.read_bytes() != content
    if not kept and not dry_run:
        write_file(path, content)
    if json:
        told = {"written": [] if kept else [str(path)], "kept": [str(path)] if kept else [], "failed": []}
        console.print_json(told | {"dry_run": dry_run, "on": day.isoformat()} | filings.to_json())
        return not kept
    if kept:
        typer.echo(f"{escaped(str(path))} 已经存在，内容不同，没有覆盖；要覆盖请加 --yes")
    else:
        typer.echo(f"{escaped(str(path))}：{'将写出' if dry_run else '已写出'}汇总")
    typer.echo(filings.counted)
    return not kept


def _path(project: "Project", year: int, output: Path | None) -> Path:
    """Where a summary is written: a file, in a folder that is there by the name that it has elsewhere."""
    folder, name = project.root / "outputs" / "workbooks", NAME.format(year=year)
    if output is None:
        return folder / name
    if output.is_dir():
        return output / name
    if output.suffix.lower() != ".xlsx":
        raise ProjectError("summary_not_xlsx", where="--output", file=output)
    return output


def print_reminders(
    project: "Project", years: Iterable[int], departments: "Sequence[Department]", on: date, *, json: bool
) -> None:
    """Who is to be reminded on a day: a message a year to be sent as it is, or one JSON document."""
    from reportkit.cli import console
    from reportkit.collecting.filings import filings_of
    from reportkit.collecting.reminders import reminder_text, reminders
    from reportkit.execution.pool import default_jobs

    told, texts = list[dict[str, Any]](), list[str]()
    for year in years:
        if not project.editions.has_year(year):
            continue  # nobody can hand in a report that has no format; `status` and `check` say so
        filings = filings_of(project, year, departments, jobs=default_jobs())
        found = reminders(filings, on)
        _warn_of_unknown(project, filings)
        if filings.asked:
            told += [each.to_json() for each in found]
            texts.append(reminder_text(filings, found, on))
    if json:
        console.print_json({"on": on.isoformat(), "reminders": told, "text": "\n\n".join(texts)})
        return
    typer.echo("\n\n".join("\n".join(map(escaped, text.split("\n"))) for text in texts) or "没有要求报送的单位。")


def _warn_of_unknown(project: "Project", filings: "Filings") -> None:
    """Says on standard error which files belong to no body by their names: whose they are is on the list as wanting."""
    from reportkit.cli import console

    for each in filings.unknown:
        try:
            project.reporting(filings.year, each)
        except ReportkitError as error:
            console.print_error(error)


def received_for(project: "Project", statuses: "Sequence[Status]") -> "Mapping[tuple[int, str], Received]":
    """Year and department → the last file collected for it. A broken list is told on standard error, and left out."""
    from reportkit.cli import console
    from reportkit.collecting.received import last_received

    found: dict[tuple[int, str], Received] = {}
    for year in dict.fromkeys(each.year for each in statuses):
        try:
            found |= {(year, department): each for department, each in last_received(project, year).items()}
        except InputError as error:
            console.print_error(error)
    return found


def print_received(statuses: "Sequence[Status]", received: "Mapping[tuple[int, str], Received]") -> None:
    """Below the states of reports who handed in which file, when, and what has become of that; nothing for none."""
    from reportkit.cli import console
    from reportkit.collecting.received import SHORT, when

    rows = []
    for each in statuses:
        if (found := received.get((each.year, each.department))) is not None:
            receipt = found.receipt
            row = [str(each.year), each.department, receipt.file, when(receipt), receipt.digest[:SHORT], found.said]
            rows.append(row)
    if rows:
        typer.echo()
        console.print_table(["year", "department", "file", "received", "digest", "since"], rows)
