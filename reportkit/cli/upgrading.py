"""The command `new upgrade`: what this version of reportkit ships comes into a project, and edits stay."""

from typing import TYPE_CHECKING, Annotated

import typer

from reportkit.cli import starting
from reportkit.cli.entry import AsJson, Where, open_project
from reportkit.errors import ProjectError, escaped

if TYPE_CHECKING:
    from reportkit.starting.upgrade import Change, Upgrade

_HOW = {"new": "新增", "replaced": "更新", "merged": "更新没有改过的单元格", "record": "登记本次写入的内容"}
_EDITS = {"changed": "改过", "added": "自行添加", "removed": "已删去", "moved": "移动过"}


@starting.new_app.command(short_help="Bring a project's notebooks and schemas up to date.")
def upgrade(
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Brings the section notebooks, schemas, README and .gitignore of a project to what this version of reportkit
    ships, all or nothing. Cells that somebody changed, added, removed or moved stay as they are and are listed;
    submissions, report.yaml and the register are never touched. Shows the difference of each file and asks; without a
    terminal `--yes` is needed. Exits 1 where a notebook can't be read.

    Examples: `reportkit new upgrade --dry-run` · `reportkit new upgrade` · `reportkit new upgrade --yes --json`
    """
    from reportkit.cli import console
    from reportkit.starting.upgrade import upgrade_of

    opened = open_project(project, register=False)
    found = upgrade_of(opened)
    if not json:
        _show(found)
    for error in found.unfit:
        console.print_error(error)
    writes = bool(found.changes) and not dry_run
    if writes and not yes:
        if json or not starting.is_terminal():
            names = ", ".join(each.file for each in found.changes)
            raise ProjectError("new_not_confirmed", where="the command line", file=names)
        typer.confirm("写入这些更新吗？", abort=True, err=True)
        if upgrade_of(type(opened)(opened.root)) != found:
            raise ProjectError("upgrade_overtaken", where=str(opened.root))
    if writes:
        found.write()
    if json:
        console.print_json(found.to_json(written=writes))
    elif writes:
        typer.echo(f"{escaped(str(found.folder))}：已写入 {len(found.changes)} 个文件")
    raise typer.Exit(1 if found.unfit else 0)


def _show(found: "Upgrade") -> None:
    """The difference of each file, then the files in a list, then what is kept as it was edited."""
    for each in found.changes:
        for line in each.difference.splitlines():
            typer.echo(escaped(line))
    if not found.changes:
        typer.echo("都是最新的，没有要更新的文件" if not found.unfit else "其他文件都是最新的")
    for each in found.changes:
        typer.echo(f"{each.file}：{_said(each)}")
    for name, cells in found.kept.items():
        edits = "、".join(f"{escaped(each.cell)}（{_EDITS[each.edit]}）" for each in cells)
        typer.echo(f"{name}：保留修改{f' {edits}' if edits else ''}")


def _said(change: "Change") -> str:
    """How a file changes, with the cells."""
    if change.cells is None:
        return _HOW[change.how]
    lists = {"更新": change.cells.updated, "新增": change.cells.added, "删去": change.cells.dropped}
    cells = "；".join(f"{what} {'、'.join(map(escaped, names))}" for what, names in lists.items() if names)
    return f"{_HOW[change.how]}（{cells}）" if cells else _HOW[change.how]
