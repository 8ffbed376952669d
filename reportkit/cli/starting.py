"""The commands of those who start: `new project`, `new department`, `new year`; `new upgrade` has its own module."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from reportkit.cli.entry import AsJson, Where, app, open_project
from reportkit.errors import ProjectError, escaped, near_match

if TYPE_CHECKING:
    from reportkit.starting.new import New, NewBody

new_app = typer.Typer(no_args_is_help=True, help="Starts a project, adds to one, or brings it up to date.")
app.add_typer(new_app, name="new", short_help="Start a project, add a department or a year, or upgrade.")

Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="The body's full name: 示例县教育局.")]
Level = Annotated[
    str | None, typer.Option("--level", metavar="LEVEL", help="state, province, prefecture, county or township.")
]
Kind = Annotated[str | None, typer.Option("--kind", metavar="KIND", help="government, office, department or agency.")]
Id = Annotated[str | None, typer.Option("--id", metavar="ID", help="Its id; default: made of the name, and shown.")]
ShortName = Annotated[str | None, typer.Option("--short-name", metavar="NAME", help="Its short name for the text.")]
Parent = Annotated[
    str | None,
    typer.Option("--parent", metavar="BODY", help="The body above: an id, or a full name, which is then registered."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only list what would be written.")]

T = TypeVar("T")


@new_app.command(short_help="Write a whole project for one department.")
def project(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder.", show_default=False)],
    name: Name = None,
    level: Level = None,
    kind: Kind = None,
    year: Annotated[int | None, typer.Option("--year", "-y", help="The report year.")] = None,
    id_: Id = None,
    short_name: ShortName = None,
    parent: Parent = None,
    dry_run: DryRun = False,
    json: AsJson = False,
) -> None:
    """Writes a whole project: register, report.yaml, notebooks, a submission with every row and part to fill in, and
    a README. Asks for what isn't said on a terminal. Nothing that is there is overwritten.

    Examples: `reportkit new project jyj` · `reportkit new project jyj --name 示例县教育局 --level county --kind
    department --year 2025` · `reportkit new project jyj --name 示例县教育局 --level 县级 --kind 工作部门 --year 2025
    --parent 示例县人民政府 --dry-run`
    """
    from reportkit.editions import STATUTORY
    from reportkit.starting.new import ALWAYS, checked_year, new_project
    from reportkit.starting.write_new import refuse_existing

    if unsaid({"--name": name, "--level": level, "--kind": kind, "--year": year}):
        refuse_existing(folder, ALWAYS)  # before any question
    body = _body(name, level, kind, id_, short_name, parent)
    if year is None:
        from reportkit.desk.status import today

        year = asked("报告年度", str(today().year - 1), lambda said: checked_year(STATUTORY, _number(said), "--year"))
    made = new_project(folder, body, year)
    _finish(made, body, dry_run=dry_run, json=json)
    if not json and not dry_run:
        typer.echo(next_steps([f"cd {shlex.quote(escaped(str(folder)))}", *_to_fill_in(made)]))


@new_app.command(short_help="Add a department, with a submission to fill in.")
def department(
    name: Name = None,
    level: Level = None,
    kind: Kind = None,
    year: Annotated[int | None, typer.Option("--year", "-y", help="The report year; default: the last.")] = None,
    id_: Id = None,
    short_name: ShortName = None,
    parent: Parent = None,
    yes: Annotated[bool, typer.Option("--yes", help="Change the register without asking.")] = False,
    dry_run: DryRun = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Adds a department at the end of the register, and writes a submission for it to fill in. Shows what the
    register gets and asks; without a terminal `--yes` is needed.

    Example: `reportkit new department --name 示例县民政局 --level county --kind department --parent shili --yes`
    """
    from reportkit.inputs.files import REGISTER
    from reportkit.starting.new import new_department

    opened = open_project(project)
    unsaid({"--name": name, "--level": level, "--kind": kind})
    body = _body(name, level, kind, id_, short_name, parent)
    made = new_department(opened, body, year)
    if not dry_run and not yes:
        if not is_terminal():
            raise ProjectError("new_not_confirmed", where="the command line", file=REGISTER)
        typer.echo(f"{REGISTER} 的末尾加上：\n\n{made.added}", err=True)
        typer.confirm("加上并写出填报文件吗？", abort=True, err=True)
    _finish(made, body, dry_run=dry_run, json=json)
    if not json and not dry_run:
        typer.echo(next_steps([f"在 {REGISTER} 的末尾补填联系方式（contact）", *_to_fill_in(made)]))


@new_app.command(short_help="Write the submissions of a new year.")
def year(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The report year.", show_default=False)],
    department: Annotated[
        list[str] | None, typer.Option("--department", "-d", help="Only this department; repeat.")
    ] = None,
    dry_run: DryRun = False,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Writes a submission of a year for each department that reports in it. What was open at the end of the year
    before opens this one; facts are emptied; last year's words are carried over to be rewritten, and until they are,
    the report is a draft. Nothing that is there is overwritten.

    Examples: `reportkit new year 2026` · `reportkit new year 2026 -d shili-jyj` · `reportkit new year 2026 --dry-run`
    """
    from reportkit.starting.new import new_year

    made = new_year(open_project(project), year, department or ())
    _finish(made, None, dry_run=dry_run, json=json)
    if not json and not dry_run:
        typer.echo(next_steps(_to_fill_in(made, carried=any(b"carried_over:" in each for each in made.files.values()))))


def _finish(made: "New", body: "NewBody | None", *, dry_run: bool, json: bool) -> None:
    """Writes it unless it is only to be shown; says which files, and which id was made of the name."""
    from reportkit.cli import console

    if not dry_run:
        made.write()
    if json:
        console.print_json(made.to_json(dry_run=dry_run))
        return
    if body is not None and body.id is None:
        typer.echo(
            f"{made.departments[0].name}的 id：{made.departments[0].id}（由名称得出，另取请用 --id；定下后不改）"
        )
    for each in made.left_out:
        typer.echo(f"{each.name}（{each.id}）在{made.year}年不编制报告，没有写")
    typer.echo(f"{escaped(str(made.folder))}：{'将写出' if dry_run else '已写出'} {len(made.files)} 个文件")
    for name in made.files:
        typer.echo(f"  {name}")
    for name in made.replaced:
        typer.echo(f"  {name}（在末尾添加）")


def next_steps(steps: Sequence[str]) -> str:
    """What is to be done next, a step a line."""
    return "\n".join(["接下来：", *(f"  {step}" for step in steps)])


def _to_fill_in(made: "New", *, carried: bool = False) -> list[str]:
    """What is done next with what was written, of one body or of many."""
    alone = made.departments[0].id if len(made.departments) == 1 else None
    file = f"params/{made.year}/{alone}.yaml" if alone else f"params/{made.year}/ 中的{len(made.departments)}个填报文件"
    words = "，改写从上年带入的文字" if carried else ""
    of = f" -y {made.year}" + (f" -d {alone}" if alone else "")
    return [f"填写 {file}{words}", f"reportkit check{of}", f"reportkit build{of}"]


def _body(
    name: str | None, level: str | None, kind: str | None, id_: str | None, short_name: str | None, parent: str | None
) -> "NewBody":
    """What was said of the body; what wasn't is asked for, with what its name suggests."""
    from reportkit.starting.names import checked_id, checked_name, id_of, kind_of, level_of
    from reportkit.starting.new import NewBody
    from reportkit.text.bodies import KIND_LABELS, LEVEL_LABELS

    has_asked = name is None
    said = asked("机关全称", None, lambda text: checked_name(text, "--name")) if name is None else name
    said = checked_name(said, "--name")
    if level is None:
        level = asked(
            _choices("行政层级", LEVEL_LABELS), level_of(said), lambda text: _choice(text, LEVEL_LABELS, "--level")
        )
    if kind is None:
        kind = asked(
            _choices("机关类别", KIND_LABELS), kind_of(said), lambda text: _choice(text, KIND_LABELS, "--kind")
        )
    if has_asked and id_ is None:
        id_ = asked("id（用作文件名，定下后不改）", id_of(said), lambda text: checked_id(text, "--id"))
    level, kind = _choice(level, LEVEL_LABELS, "--level"), _choice(kind, KIND_LABELS, "--kind")
    return NewBody(said, kind, level, id_, short_name, parent)


def unsaid(options: Mapping[str, object]) -> list[str]:
    """The options that have to be asked for. Raises ProjectError where there are some and nobody can be asked."""
    missing = [name for name, value in options.items() if value is None]
    if missing and not is_terminal():
        raise ProjectError("new_options_missing", where="the command line", options=missing)
    return missing


def is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def asked(question: str, suggested: str | None, read: Callable[[str], T]) -> T:
    """What is answered, once it can be read."""
    from reportkit.cli import console

    while True:
        answer: str = typer.prompt(question, default=suggested, err=True)
        try:
            return read(answer)
        except ProjectError as error:
            console.print_error(error)


def _choices(question: str, labels: Mapping[str, str]) -> str:
    return f"{question}（{'，'.join(f'{name} {label}' for name, label in labels.items())}）"


def _choice(said: str, labels: Mapping[str, str], where: str) -> str:
    """The id of what was said, by its id or what it is called in Chinese. Raises ProjectError for anything else."""
    from reportkit.text.bodies import LEVEL_ALSO

    also = LEVEL_ALSO if where == "--level" else {}
    names = ((name, (name, label, *also.get(name, ()))) for name, label in labels.items())
    found = next((name for name, called in names if said.strip() in called), None)
    if found is None:
        raise ProjectError("new_choice", where=where, value=said[:80], near=near_match(said, labels, labels))
    return found


def _number(said: str) -> int:
    if not (said.strip().isascii() and said.strip().isdecimal()):
        raise ProjectError("new_choice", where="--year", value=said[:80], near=near_match(said, ["2025"]))
    return int(said)
