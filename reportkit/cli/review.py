"""The commands of reviewers: `diff`, `approve`, `withdraw`, `return`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reportkit.cli.entry import All, AsJson, Day, Departments, Where, Years, app, open_project
from reportkit.content import Version
from reportkit.errors import ProjectError, ReportkitError

if TYPE_CHECKING:
    from reportkit.desk.approve import Reviewer
    from reportkit.inputs.project import Project
    from reportkit.publishing.notice import Notice
    from reportkit.review.approvals import Record

Year = Annotated[int, typer.Option("--year", "-y", help="The report year.")]
Department = Annotated[str, typer.Option("--department", "-d", help="The department's id.")]
Level = Annotated[str | None, typer.Option("--level", "-l", help="The level of report.yaml, such as review or 审核.")]
Sections = Annotated[
    list[str] | None, typer.Option("--section", "-s", help="Only this section, such as requests; repeat.")
]
Comment = Annotated[str, typer.Option("--comment", "-m", help="What there is to say about it.")]
Chosen = tuple[list[int] | None, list[str] | None, bool]
"""The years and departments of a command, or that all are meant."""
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who you are; default: git's user.name.")]


@app.command(short_help="Show what differs between two versions of a report.")
def diff(
    year: Year,
    department: Department,
    against: Annotated[
        Version | None, typer.Option(help="What to compare it with; default: approved where it was, else last-year.")
    ] = None,
    of: Annotated[Version, typer.Option("--of", help="What to compare with that.")] = Version.THIS_BUILD,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the redline as a self-contained HTML page too.")
    ] = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Shows what differs between the report as it was built last and another one: figures, words, charts, findings.

    Only what readers see counts: fonts, colours and the times of a run never show.

    Examples: `reportkit diff -y 2024 -d suqian` · `reportkit diff -y 2024 -d suqian --against last-build --json` ·
    `reportkit diff -y 2024 -d suqian --against last-year --html redline.html` ·
    `reportkit diff -y 2024 -d suqian --of published --against approved`
    """
    from reportkit.cli import console
    from reportkit.desk.versions import compare_report
    from reportkit.outputs.folders import finished_place

    opened = open_project(project, register=False)
    if finished_place(opened, year, department) is None:
        opened.department(department)  # an id that isn't known is a typing mistake
    found = compare_report(opened, year, department, against, of)
    if html is not None:
        from reportkit.desk.board.page import redline_page

        try:
            html.write_bytes(redline_page(opened, found))
        except OSError as error:
            raise ProjectError("page_not_written", where="--html", file=html, reason=error.strerror) from error
    if json:
        console.print_json(found.to_json())
    else:
        console.print_comparison(found)


@app.command(short_help="Approve reports as they were built last.")
def approve(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    level: Level = None,
    section: Sections = None,
    comment: Comment = "",
    as_: As = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Approves reports, or sections of them: a line in params/YEAR/DEPARTMENT.approvals.jsonl that git keeps.

    It is bound to what readers see: it stays while that does, whatever is built again, and is void once a word or a
    figure has changed. A report must be up to date and without errors. This is a record, not a login.

    Examples: `reportkit approve -y 2024 -d suqian --level review` ·
    `reportkit approve -y 2024 -d suqian -l 签发 --section requests -m "第三部分复核无误"` ·
    `reportkit approve -y 2024 --all -l 经办 --as 张三`
    """
    from reportkit.desk.approve import approve as approve_report

    _each_level(approve_report, (year, department, all_), level, section, json, as_, comment, project)


@app.command(short_help="Take an approval back.")
def withdraw(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    level: Level = None,
    section: Sections = None,
    comment: Comment = "",
    as_: As = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Takes an approval back, for whole reports or sections of them. The line that gave it stays in the file.

    Examples: `reportkit withdraw -y 2024 -d suqian --level review -m "第四部分还需核实"`
    """
    from reportkit.desk.approve import withdraw as withdraw_approval

    _each_level(withdraw_approval, (year, department, all_), level, section, json, as_, comment, project)


@app.command("return", short_help="Send reports back to be corrected.")
def return_(
    year: Years = None,
    department: Departments = None,
    all_: All = False,
    comment: Comment = "",
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the notices go; default: outputs/returns/YEAR.")
    ] = None,
    as_: As = None,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Sends reports back (退回修改): ends their approvals, and writes a 退回意见 from the findings, as text and Word.

    Examples: `reportkit return -y 2024 -d suqian -m "请核实表三第（二）项"`
    """
    from reportkit.desk.approve import send_back
    from reportkit.outputs.swap import write_file

    opened = open_project(project)

    def send(each: int, body: str, reviewer: "Reviewer") -> dict[str, Any]:
        folder = (output or opened.root / "outputs" / "returns" / str(each)).resolve()
        text, word = folder / f"{body}.txt", folder / f"{body}.docx"

        def deliver(notice: "Notice") -> None:
            write_file(text, notice.text().encode())
            write_file(word, notice.docx())

        record = send_back(opened, each, body, reviewer, deliver)
        return {**record.summary_json(), "notice": [str(text), str(word)]}

    _each(opened, (year, department, all_), json, send, as_, comment)


def _each_level(
    act: "Callable[[Project, int, str, str, Reviewer, list[str]], Record]",
    chosen: Chosen,
    level: str | None,
    sections: list[str] | None,
    json: bool,
    as_: str | None,
    comment: str,
    where: Path | None,
) -> None:
    """Adds a line about one level to the approvals of each chosen report."""
    from reportkit.desk.approve import level_of

    project = open_project(where)
    known = level_of(project, level)

    def do(year: int, department: str, reviewer: "Reviewer") -> dict[str, Any]:
        return act(project, year, department, known, reviewer, sections or []).summary_json()

    _each(project, chosen, json, do, as_, comment)


def _each(
    project: "Project",
    chosen: Chosen,
    json: bool,
    act: "Callable[[int, str, Reviewer], dict[str, Any]]",
    as_: str | None,
    comment: str,
) -> None:
    """Does one thing to each chosen report; one that can't be done is reported and stops no other."""
    from reportkit.cli import console
    from reportkit.desk.approve import Reviewer, identity
    from reportkit.desk.status import now
    from reportkit.inputs.selection import select
    from reportkit.text.strings import printable

    years, departments, all_ = chosen
    if not (years and (departments or all_)):
        raise ProjectError("which_reports", where="the command line")
    reviewer = Reviewer(identity(as_, project), now(), printable(comment).strip())
    done, failed = [], False
    for year, department in select(project, years, departments, everything=False):
        try:
            record = act(year, department, reviewer)
        except ReportkitError as error:
            failed = True
            done.append({"year": year, "department": department, "error": str(error), "code": error.code})
            if not json:
                console.print_error(error, f"{year}/{department}")
            continue
        done.append({"year": year, "department": department, "error": None, **record})
        if not json:
            console.print_action(f"{year}/{department}", record)
    if json:
        console.print_json({"reports": done})
    raise typer.Exit(1 if failed else 0)


@app.command(short_help="Write the page of all reports for reviewers.")
def board(json: AsJson = False, project: Where = None, today: Day = None) -> None:
    """Writes outputs/board.html: every report with its state, findings, approvals and what has changed.

    Each report's own page beside it shows the redline and the findings. All open from a file share, without a server.
    A build writes the board at its end by itself.

    Examples: `reportkit board` · `reportkit board --json`
    """
    from reportkit.cli import console
    from reportkit.cli.causes import print_problems
    from reportkit.desk import status as states
    from reportkit.desk.board.board import write_board

    opened = open_project(project)
    on = today.date() if today else states.today()
    with console.err().status("writing the board") as status:
        written = write_board(opened, on, starting=lambda report: status.update(f"reviewing {report}"))
    if json:
        console.print_json(written.to_json())
    else:
        print_problems(written.problems)
        console.print_board(written.to_json())
    raise typer.Exit(1 if written.problems else 0)
