"""The command line as a whole: the options that commands share, exit codes, and how errors are shown."""

import errno
import gc
import io
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from reportkit.cli.anywhere import Anywhere
from reportkit.deferred import defer_iri_grammar
from reportkit.errors import ProjectError, ReportkitError
from reportkit.messages.languages import VARIABLE, Language, language_of, show_in, shown_language
from reportkit.messages.said import Said

if TYPE_CHECKING:
    from reportkit.build.build import BundleMaker
    from reportkit.editions import Editions
    from reportkit.inputs.project import Project

app = typer.Typer(
    cls=Anywhere,
    help="政府信息公开工作年度报告: parameterized notebooks become the published annual report, as HTML, PDF and Word.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich's own help takes three times as long to import as to read
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED = 130
_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_UNHEARD = (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF)
"""Of standard output that is closed or full: nobody can be told."""
_COLLECT_SELDOM = (100_000, 20, 50)
"""When Python looks for circles to free: most of what a command reads is of use until it ends."""

Years = Annotated[list[int] | None, typer.Option("--year", "-y", help="A report year; repeat for several.")]
Departments = Annotated[list[str] | None, typer.Option("--department", "-d", help="A department's id; repeat.")]
All = Annotated[bool, typer.Option("--all", help="Every submission in params/ (also what no filter means).")]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, help="Worker processes; default: by cores and memory, or all of a scheduler's."
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Build on the workers of a dask.distributed scheduler, as tcp://host:8786; `local`: on this machine; "
        "default: as report.yaml says.",
    ),
]
Day = Annotated[
    datetime | None, typer.Option("--today", "--on", formats=["%Y-%m-%d"], help="Judge lateness as of a day.")
]
LOCAL = "local"
"""The value of --scheduler for this machine, where report.yaml names a scheduler."""
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, for machines.")]
Where = Annotated[
    Path | None, typer.Option("--project", "-C", help="The project's folder; default: the nearest upwards.")
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Say for each report and notebook why it is made again, or why not.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 for a draft too.")]


def main() -> NoReturn:
    """Runs the command line; every error we know becomes What, Where and Fix and an exit code, not a traceback."""
    defer_iri_grammar()
    gc.set_threshold(*_COLLECT_SELDOM)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that can't show Chinese gets it escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer turns Ctrl-C into this
            from reportkit.cli import console

            console.err().print(Said("interrupted").text("what", shown_language()))
        raise
    except ReportkitError as error:
        from reportkit.cli import console

        console.print_error(error)
        sys.exit(2)
    except (MemoryError, OSError, ImportError) as error:
        if isinstance(error, OSError) and error.errno in _UNHEARD and error.filename is None:
            if error.errno != errno.EPIPE:  # a reader that has read enough is told nothing
                with suppress(OSError):
                    os.write(2, f"The output can't be written: {error.strerror}.\n".encode())
            os._exit(1)
        if (isinstance(error, OSError) and error.errno not in _SHORT) or (
            isinstance(error, ImportError) and "failed to map" not in str(error)
        ):
            raise
        sys.exit(
            f"There is too little memory, or there are too few file handles: {error or 'MemoryError'}.\n"
            "  Fix: Allow more of them (`ulimit -a`), or end other programs."
        )
    sys.exit(0)


def _open_closed_streams() -> None:
    """Gives a standard stream that was closed (`>&-`) the null device: else the next file that is opened becomes it."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, os.fdopen(number, mode))


def _version(value: bool) -> None:
    if value:
        from reportkit import __version__

        typer.echo(f"reportkit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it and exit.")
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(
            envvar=VARIABLE,
            help="The language of errors, before or after the command; default: Chinese where the locale is.",
        ),
    ] = None,
) -> None:
    """Exit codes: 0 no error; 1 an E finding, a failed build or, with --strict, a draft; 2 bad arguments or an
    unreadable project; 130 interrupted."""
    show_in(lang or language_of(os.environ))


def editions_here(project: Path | None) -> "Editions":
    """The editions of a project; outside of one, the package's. Raises what is wrong with them."""
    from reportkit.editions import STATUTORY

    try:
        return open_project(project, register=False).editions
    except ProjectError:
        return STATUTORY


def open_project(project: Path | None, *, register: bool = True) -> "Project":
    """The project, its register and definition read: without them no command can go on.

    A register of a thousand bodies takes a while: a command that names its one report does without. A folder whose
    name is only nearly a year is told of on standard error, and so are files that say that another one is open, and
    parts of one's own whose notebook isn't there.
    """
    from reportkit.cli import console
    from reportkit.inputs.files import find_root
    from reportkit.inputs.project import Project

    opened = Project(find_root((project or Path.cwd()).resolve()))
    _ = opened.definition, opened.register if register else None
    for name in opened.locks:
        console.print_error(ProjectError("lock_file", where=name, file=name))
    for place, each in opened.without_notebooks:
        console.print_error(
            ProjectError("section_lacks_notebook", where=place, notebook=each.notebook, title=str(each.title))
        )
    for name in opened.misnamed:
        console.print_error(ProjectError("folder_no_year", where=f"params/{name}", name=name))
    return opened


def bundle_maker(scheduler: str | None, jobs: int | None, project: "Project") -> "BundleMaker":
    """What makes the Bundles of a build: processes of this machine, or the workers of a scheduler."""
    from reportkit.execution.pool import MOST_JOBS, default_jobs

    address = project.definition.scheduler if scheduler is None else scheduler
    if address is None or address == LOCAL:
        from reportkit.build.local import LocalPool

        return LocalPool(jobs or default_jobs())
    from reportkit.cluster.client import Cluster

    return Cluster(address, jobs or MOST_JOBS)
