"""The command `audit`: reports that are out, whoever made them, held against all rules."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportkit.cli.entry import AsJson, Jobs, Where, app, open_project
from reportkit.cli.handing_in import writable_folder
from reportkit.errors import ProjectError, escaped

if TYPE_CHECKING:
    from reportkit.auditing.audit import Audit, Audited
    from reportkit.auditing.listed import Listed
    from reportkit.editions import Editions
    from reportkit.inputs.project import Project

_MOST_UNASSESSED = 6


@app.command(short_help="Check published reports that anybody made.")
def audit(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR|LIST.csv…", help="Pages, PDFs, Word files; folders; or a list.")
    ],
    year: Annotated[int | None, typer.Option("--year", "-y", help="The year, where nothing says it.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="A page, each finding beside the words.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="问题清单 as a workbook.")] = None,
    notices: Annotated[
        Path | None, typer.Option(metavar="DIR", help="整改通知, a text and a Word file a body.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write over files that are there.")] = False,
    jobs: Jobs = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Holds published reports (.html, .mht, .pdf, .docx, .doc, .txt) against all rules, and against each other: whether
    the files of one report agree, years carry on, reports are copies, the date is in time, links, attachments and
    tables are there. Nothing is fetched, and nothing in the project changes. Several files of one body and year are
    one report. Whose a file is, its title says, or the register where there is a project, or LIST.csv with the columns
    file,id,name,kind,level,parent,year (only file is needed); what kind and level decide is “未能核对” without them.
    Exit 1 where a report has an error or a file can't be read.

    Examples: `reportkit audit 年报.html` · `reportkit audit 各单位年报/ --html 审核.html --xlsx 问题清单.xlsx` ·
    `reportkit audit 名单.csv --notices 整改通知/ --json`
    """
    from reportkit.auditing.audit import audit as run
    from reportkit.cli import console
    from reportkit.cli.progress import counted
    from reportkit.editions import STATUTORY
    from reportkit.execution.pool import default_jobs

    _refuse_places(html, xlsx, notices)
    here = _project(project)
    listed = _listed(files)
    with counted(len(listed)) as seen:
        found = run(listed, here, year=year, jobs=jobs or default_jobs(), seen=seen)
    editions = STATUTORY if here is None else here.editions
    written, kept = _write(_outputs(editions, found, html, xlsx, notices), yes)
    if json:
        console.print_json(found.to_json() | {"written": [*map(str, written)], "kept": [*map(str, kept)]})
    else:
        _print(found)
        for each in written:
            typer.echo(f"已写出 {escaped(str(each))}")
    for each in kept:
        console.print_error(ProjectError("audit_output_exists", where=str(each)))
    raise typer.Exit(1 if found.is_faulty or kept else 0)


def _project(project: Path | None) -> "Project | None":
    """The project whose register counts; None outside of one, where none was named."""
    try:
        return open_project(project)
    except ProjectError as error:
        if project is not None or error.code != "no_project":
            raise
        return None


def _listed(paths: list[Path]) -> list["Listed"]:
    """The files that are named, those of folders below them too, and the lines of lists."""
    from reportkit.auditing.listed import Listed, read_list
    from reportkit.collecting.imported import ENDINGS

    found: list[Listed] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in ENDINGS and each.is_file())
            inside = [each for each in inside if not any(part.startswith((".", "~$")) for part in each.parts[-2:])]
            if not inside:
                raise ProjectError("audit_no_file", where=str(path))
            found += [Listed(each) for each in inside]
        elif path.suffix.lower() == ".csv" and path.is_file():
            found += read_list(path.read_bytes(), path)
        elif path.is_file():
            found.append(Listed(path))
        else:
            raise ProjectError("audit_no_file", where=str(path))
    return [*{each.path.resolve(): each for each in found}.values()]


def _refuse_places(html: Path | None, xlsx: Path | None, notices: Path | None) -> None:
    """Raises ProjectError where nothing can be written, before anything is read."""
    for option, path in (("--html", html), ("--xlsx", xlsx)):
        if path is not None and path.is_dir():
            raise ProjectError("audit_output_folder", where=option, file=path)
        if path is not None:
            writable_folder(path.parent, option)
    if notices is not None:
        writable_folder(notices, "--notices")


def _outputs(
    editions: "Editions", found: "Audit", html: Path | None, xlsx: Path | None, notices: Path | None
) -> dict[Path, bytes]:
    """The files that are asked for."""
    outputs: dict[Path, bytes] = {}
    if html is not None:
        from reportkit.auditing.page import audit_page

        outputs[html] = audit_page(editions, found)
    if xlsx is not None:
        try:
            from reportkit.auditing.sheets import audit_workbook
        except ImportError as error:
            raise ProjectError("excel_not_installed", where="--xlsx") from error
        outputs[xlsx] = audit_workbook(editions, found)
    if notices is not None:
        from reportkit.auditing.notices import notices as letters

        outputs |= {notices / name: content for name, content in letters(editions, found).items()}
    return outputs


def _write(outputs: dict[Path, bytes], yes: bool) -> tuple[list[Path], list[Path]]:
    """Writes files; those that are there and are others are left alone, but for `yes`. Which were written, and not."""
    from reportkit.outputs.swap import write_file

    written: list[Path] = []
    kept: list[Path] = []
    for path, content in outputs.items():
        if path.exists() and path.read_bytes() != content and not yes:
            kept.append(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content)
            written.append(path)
    return written, kept


def _print(found: "Audit") -> None:
    from reportkit.auditing.shown import summary
    from reportkit.cli import console

    for each in found.reports:
        _print_report(each)
    for unread in found.unread:
        console.print_error(unread.error, str(unread.listed.path))
    console.out().print(summary(found), markup=False)


def _print_report(each: "Audited") -> None:
    """A report's findings, a line each; of those that couldn't be assessed the rules alone where they are many."""
    from rich.markup import escape

    from reportkit.cli import console
    from reportkit.cli.findings import line_of
    from reportkit.model import Severity

    out, found = console.out(), [finding for finding, _ in each.findings]
    unassessed = [finding for finding in found if finding.severity is Severity.UNASSESSABLE]
    out.print(f"[bold]{each.year} {escape(each.name)}[/]　{console.count(found) or '无发现'}")
    out.print(f"  文件：{'、'.join(each.files)}　读出{each.cells_read}/{each.cells}格", markup=False)
    if each.error is not None:
        console.print_error(each.error)
    many = len(unassessed) > _MOST_UNASSESSED
    for finding in found:
        if not (many and finding.severity is Severity.UNASSESSABLE):
            out.print(line_of(finding))
    if many:
        rules = "、".join(dict.fromkeys(finding.rule for finding in unassessed))
        out.print(f"  {len(unassessed)}项未能核对：{rules}（--json、--html 列出各项）", markup=False)
