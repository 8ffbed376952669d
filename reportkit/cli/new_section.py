"""The command `new section`: a part of one's own, with its notebook and its entry in report.yaml."""

from typing import Annotated

import typer

from reportkit.cli import starting
from reportkit.cli.entry import AsJson, Where, open_project
from reportkit.errors import ProjectError, escaped


@starting.new_app.command(short_help="Add a part of your own, with its notebook.")
def section(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as annex.", show_default=False)],
    title: Annotated[str | None, typer.Option("--title", metavar="TITLE", help="Its heading: 七、附件.")] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="SECTION", help="The part that it follows; default: the last.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Change report.yaml without asking.")] = False,
    dry_run: starting.DryRun = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Adds a part of your own to the report: writes its notebook, with the heading and a place for the departments'
    words, and adds it to params/report.yaml. Shows what report.yaml gets and asks; without a terminal `--yes` is
    needed. Nothing that is there is overwritten.

    Examples: `reportkit new section annex --title 七、附件` · `reportkit new section annex --title 七、附件 --after
    other_matters --dry-run`
    """
    from reportkit.cli import console
    from reportkit.inputs.files import DEFINITION
    from reportkit.starting.own_section import new_section

    opened = open_project(project, register=False)
    starting.unsaid({"--title": title})
    said = starting.asked("标题（如 七、附件）", None, str) if title is None else title
    made = new_section(opened, id_, said.strip(), after)
    if not json:
        typer.echo(f"{DEFINITION} 的 sections 中加上：\n\n{made.added}", err=True)
    if not dry_run and not yes:
        if not starting.is_terminal():
            raise ProjectError("new_not_confirmed", where="the command line", file=DEFINITION)
        typer.confirm("加上并写出笔记本吗？", abort=True, err=True)
    if not dry_run:
        made.write()
    if json:
        console.print_json(made.to_json(dry_run=dry_run))
        return
    typer.echo(f"{escaped(str(made.folder))}：{'将写出' if dry_run else '已写出'} notebooks/{made.notebook}")
    for name in made.replaced:
        typer.echo(f"  {name}（{'添加这一部分' if name == DEFINITION else '更新'}）")
    if not dry_run:
        file = "各机关填报文件的 prose 下"
        steps = [f"在{file}写 {made.section}（没有写的机关，报告中没有这一部分）", "reportkit check", "reportkit lab"]
        typer.echo(starting.next_steps(steps))
