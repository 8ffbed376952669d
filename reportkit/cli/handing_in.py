"""The commands by which figures come in: `workbook` writes what departments fill in, `collect` reads it back."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reportkit.cli.entry import AsJson, Day, Jobs, Where, app, open_project
from reportkit.errors import ProjectError, ReportkitError, escaped

if TYPE_CHECKING:
    from collections.abc import Callable

    from reportkit.collecting.collect import Collected
    from reportkit.inputs.project import Project
    from reportkit.model import Bundle

Year = Annotated[int, typer.Option("--year", "-y", help="The report year.", show_default=False)]
SomeDepartments = Annotated[list[str] | None, typer.Option("--department", "-d", help="A department's id; repeat.")]
Yes = Annotated[bool, typer.Option("--yes", help="Write without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")]
_MOST_CHANGES = 20


@app.command(short_help="Write the workbooks that departments fill in.")
def workbook(
    year: Year,
    department: SomeDepartments = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR|FILE", help="Default: outputs/workbooks/YEAR.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write over workbooks that are there.")] = False,
    dry_run: DryRun = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Instead one workbook with all bodies' figures; -o names its file.")
    ] = False,
    on: Day = None,
    jobs: Jobs = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Writes one .xlsx for each department that reports in a year: its statutory tables with totals and rules as live
    formulas, its words, dates and numbers. What was handed in already, and what last year's report decides, is filled
    in. A workbook that is there and is another one is left alone unless `--yes`.

    With `--summary` it writes one workbook of the year to look at: who has handed in, who is to be reminded on a day
    (`--on`, else today), and a sheet a table with a body a row.

    Examples: `reportkit workbook -y 2025` · `reportkit workbook -y 2025 -d suqian -o 下发` ·
    `reportkit workbook --summary -y 2025 -o 汇总.xlsx`
    """
    if summary:
        from reportkit.cli.summing_up import write_summary

        if department:
            raise ProjectError("summary_of_some", where="--department")
        done = write_summary(open_project(project), year, on, output, jobs, yes=yes, dry_run=dry_run, json=json)
        raise typer.Exit(0 if done else 1)
    if on is not None:
        raise ProjectError("day_without_summary", where="--on")
    from reportkit.cli import console
    from reportkit.cli.causes import print_failed
    from reportkit.cli.progress import counted
    from reportkit.execution.pool import default_jobs
    from reportkit.outputs.swap import write_file

    try:
        from reportkit.workbook.write import file_name, workbooks_of
    except ImportError as error:
        raise ProjectError("excel_not_installed", where="reportkit workbook") from error
    opened = open_project(project)
    written, kept, failures = list[Path](), list[Path](), list[tuple[str, Exception]]()
    bodies = _bodies(opened, year, department or [])
    folder, file = _folder_and_file(output or opened.root / "outputs" / "workbooks" / str(year), len(bodies))
    with counted(len(bodies)) as seen:
        for each, content in zip(bodies, workbooks_of(opened, year, bodies, jobs or default_jobs()), strict=True):
            path = folder / (file or file_name(opened, year, each))
            seen()
            if isinstance(content, Exception):
                failures.append((f"{year}/{each}", content))
            elif path.exists() and path.read_bytes() != content and not yes:
                kept.append(path)
            else:
                if not dry_run:
                    write_file(path, content)
                written.append(path)
    if json:
        told = {"written": [*map(str, written)], "kept": [*map(str, kept)], "failed": [name for name, _ in failures]}
        console.print_json(told | {"dry_run": dry_run})
    else:
        typer.echo(f"{escaped(str(folder))}：{'将写出' if dry_run else '已写出'} {len(written)} 个工作簿")
        for path in kept:
            typer.echo(f"  {escaped(path.name)} 已经存在，内容不同，没有覆盖；要覆盖请加 --yes")
    print_failed(failures)
    raise typer.Exit(1 if failures or kept else 0)


def _folder_and_file(output: Path, bodies: int) -> tuple[Path, str]:
    """Where workbooks are written, and the one file's name where `--output` names it; empty where it names none."""
    if output.suffix.lower() == ".xlsx" and not output.is_dir():
        if bodies != 1:
            raise ProjectError("workbooks_in_one_file", where="--output", file=output, count=bodies)
        folder, file = output.parent, output.name
    else:
        folder, file = output, ""
    return writable_folder(folder, "--output"), file


def writable_folder(path: Path, option: str) -> Path:
    """A folder to write to. Raises ProjectError where a file is in its place, or in that of one above it."""
    if taken := next((each for each in (path, *path.parents) if each.exists() and not each.is_dir()), None):
        raise ProjectError("folder_is_a_file", where=option, file=taken)
    return path


def _bodies(project: "Project", year: int, chosen: list[str]) -> list[str]:
    """The departments that are asked for a report of a year. Raises ProjectError for one that there isn't."""
    for each in chosen:
        project.reporting(year, each)
    return chosen or [each.id for each in project.register if each.reports and each.valid_in(year)]


@app.command(short_help="Read handed-in workbooks into submissions.")
def collect(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE|DIR…", help="Workbooks, or folders of them.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", "-y", help="The year, where a file doesn't say.")] = None,
    department: Annotated[
        str | None, typer.Option("--department", "-d", help="The department, where a file doesn't say.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what stood before the last collection.")] = False,
    over_edits: Annotated[
        bool, typer.Option("--over-edits", help="Also where somebody has edited the submission since.")
    ] = False,
    send_back: Annotated[
        Path | None, typer.Option("--send-back", metavar="DIR", help="Write what goes back to departments there.")
    ] = None,
    as_: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who sends it back; default: git's.")] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    jobs: Jobs = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Reads .xlsx, .xls, .ods and .csv files into params/YEAR/DEPARTMENT.yaml. Figures are found by what their rows and
    columns are called; what can't be read surely is refused with its cell, and nothing of that file is taken. The
    changes are shown first; without a terminal `--yes` is needed. The file is kept as it came, and where each figure
    is from. `--undo` puts back what was there. With `--send-back`, each file that is refused or breaks a rule becomes a
    fresh workbook with the same data, what is wrong as comments beside them, and a 退回意见 as text and Word.

    Examples: `reportkit collect 报回/` · `reportkit collect 教育局.xlsx --dry-run` · `reportkit collect --undo -y 2025`
    · `reportkit collect 报回/ --send-back 退回/ --as 张三`
    """
    from reportkit.inputs.workbook.titles import Asked

    opened = open_project(project)
    if undo:
        if files:
            raise ProjectError("undo_of_files", where="--undo", file=files[0])
        _undo(opened, year, department, yes=yes, dry_run=dry_run, json=json)
        return
    if not files:
        raise ProjectError("collect_what", where="the command line")
    if department is not None:
        opened.department(department)
    if send_back is not None:
        writable_folder(send_back, "--send-back")
    from reportkit.cli.progress import counted
    from reportkit.collecting.collect import collect as read_files
    from reportkit.collecting.collect import files_in
    from reportkit.execution.pool import default_jobs

    paths = [*files_in(files)]
    with counted(len(paths)) as seen:
        asked, workers = Asked(department, year), jobs or default_jobs()
        found = read_files(opened, paths, asked, over_edits=over_edits, jobs=workers, seen=seen)

    def send(dry_run: bool) -> list[Path]:
        return [] if send_back is None else _send_back(opened, found, send_back, as_, yes=yes, dry_run=dry_run)

    raise typer.Exit(show_and_keep(opened, found, send, yes=yes, dry_run=dry_run, json=json))


def show_and_keep(
    project: "Project",
    found: "list[Collected]",
    send_back: "Callable[[bool], list[Path]]" = lambda _: [],
    publish: "Callable[[list[Collected]], list[Bundle]] | None" = None,
    *,
    yes: bool,
    dry_run: bool,
    json: bool,
) -> int:
    """Shows what files would make, asks, and writes it; the exit code.

    `send_back` writes what goes back; `publish` puts what was written in the place of published reports.
    """
    from reportkit.cli import console
    from reportkit.collecting.collect import Standing

    wanted = [each for each in found if each.after is not None]
    if not json:
        for each in found:
            _show(each)
    if wanted and not dry_run:
        _confirm(any(each.standing is not Standing.SAME for each in wanted), yes=yes)
    back = send_back(dry_run)
    if wanted and not dry_run:
        _keep(project, wanted)
    published = publish(wanted) if publish is not None and wanted and not dry_run else []
    failed = [bundle for bundle in published if bundle.failure is not None]
    if json:
        collected = [_to_json(each) for each in found]
        told: dict[str, Any] = {"dry_run": dry_run, "collected": collected, "sent_back": [*map(str, back)]}
        if publish is not None:
            told["published"] = [f"{bundle.year}/{bundle.department}" for bundle in published if bundle not in failed]
        console.print_json(told)
    elif back:
        where = escaped(str(back[0].parent))
        typer.echo(f"{'将退回' if dry_run else '已写出退回材料'}：{where}（{len(back)}个文件）")
    for bundle in published:
        if bundle.failure is not None:
            console.print_error(bundle.failure, f"{bundle.year}/{bundle.department}")
        elif not json:
            typer.echo(f"已作为已公布的报告收存：outputs/{bundle.year}/{bundle.department}/")
    return 1 if len(wanted) < len(found) or failed else 0


def _send_back(
    project: "Project", found: "list[Collected]", folder: Path, as_: str | None, *, yes: bool, dry_run: bool
) -> list[Path]:
    """Writes what goes back; a file that is there and is another one is only written over with `--yes`."""
    from reportkit.collecting.send_back import goes_back, sent_back
    from reportkit.desk.approve import identity
    from reportkit.desk.status import now
    from reportkit.outputs.swap import write_file

    wrong = [each for each in found if goes_back(each)]
    if not wrong:
        return []
    by, on = identity(as_, project).partition(" <")[0], now().date()
    files, versions = list[tuple[Path, bytes]](), Counter[tuple[int | None, str | None]]()
    for each in wrong:
        versions[each.year, each.department] += 1
        version = versions[each.year, each.department]
        returned = sent_back(project, each, by, on, version)
        files += [(folder / name, content) for name, content in returned.files.items()]
    there = [path for path, content in files if path.is_file() and path.read_bytes() != content]
    if there and not yes:
        raise ProjectError("send_back_exists", where=str(there[0]), count=len(there))
    if not dry_run:
        for path, content in files:
            write_file(path, content)
    return [path for path, _ in files]


def _keep(project: "Project", wanted: "list[Collected]") -> None:
    """Writes each report once: files that say the same of it are one."""
    from reportkit.collecting.keep import keep
    from reportkit.desk.status import now

    once, at = {(each.year, each.department): each for each in wanted}, now()
    for each in once.values():
        keep(project, each, at)


def _confirm(changes: bool, *, yes: bool) -> None:
    from reportkit.cli.starting import is_terminal

    if yes or not changes:
        return
    if not is_terminal():
        raise ProjectError("collect_not_confirmed", where="the command line")
    typer.confirm("写入填报文件吗？", abort=True, err=True)


_STANDINGS = {"new": "新建", "changed": "有变化", "same": "没有变化", "refused": "退回"}


def _show(each: "Collected") -> None:
    from reportkit.cli import console

    name = f"{each.year}年 {each.name}　" if each.name else ""
    typer.echo(f"{escaped(each.path.name)}：{name}{_STANDINGS[each.standing]}")
    for error in each.errors:
        console.print_error(error)
    for change in each.changes[:_MOST_CHANGES]:
        typer.echo(f"  {escaped(change)}")
    if len(each.changes) > _MOST_CHANGES:
        typer.echo(f"  ……共{len(each.changes)}处")
    for remark in each.remarks:
        typer.echo(f"  注意：{escaped(remark.text('what'))}")
    for finding in each.findings:
        if finding.is_error:
            typer.echo(f"  {finding.severity} {finding.rule} {escaped(finding.where)}：{escaped(finding.what)}")


def _to_json(each: "Collected") -> dict[str, Any]:
    return {
        "file": str(each.path),
        "year": each.year,
        "department": each.department,
        "standing": each.standing,
        "changes": list(each.changes),
        "errors": [{"code": error.code, "where": str(error.where), "what": str(error)} for error in each.errors],
        "findings": [finding.to_json() for finding in each.findings],
    }


def _undo(
    project: "Project", year: int | None, department: str | None, *, yes: bool, dry_run: bool, json: bool
) -> None:
    from reportkit.cli import console
    from reportkit.collecting.keep import undo
    from reportkit.collecting.receipts import last_kept
    from reportkit.desk.status import now

    years = [year] if year is not None else list(project.years)
    found = last_kept(project, years, [department] if department else [])
    latest = [each for each in found if department or each.at == max(other.at for other in found)]
    if not latest:
        raise ProjectError("collect_nothing_to_undo", where="params/")
    if not json:
        for each in latest:
            typer.echo(f"{each.year}年 {each.department}：{escaped(each.file)}（{each.at}）")
    undone, errors = list(latest), list[ReportkitError]()
    if not dry_run:
        _confirm(changes=True, yes=yes)
        for each in latest:
            try:
                undo(project, each, now())
            except ReportkitError as error:
                undone.remove(each)
                errors.append(error)
                console.print_error(error)
    if json:
        told = [{"code": error.code, "where": str(error.where), "what": str(error)} for error in errors]
        console.print_json({"dry_run": dry_run, "undone": [each.to_json() for each in undone], "errors": told})
    raise typer.Exit(1 if errors else 0)
