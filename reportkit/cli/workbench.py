"""The commands around the reports: `schema`, `doctor`, `lab`, `demo`."""

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from reportkit.cli.entry import AsJson, Jobs, Where, app, open_project
from reportkit.errors import ProjectError


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
    from reportkit.inputs.schema import schemas

    opened = open_project(project)
    stale = False
    for name, content in schemas(opened.editions).items():
        path = opened.root / name
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
    from reportkit.cli import console
    from reportkit.cli.doctor import examine

    try:
        opened = open_project(project)
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


@app.command(short_help="Build reports for a dask.distributed scheduler.")
def worker(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The scheduler's, as tcp://host:8786.")],
    jobs: Jobs = None,
    font_path: Annotated[
        list[Path] | None,
        typer.Option(
            "--font-path",
            exists=True,
            file_okay=False,
            help="A folder with fonts, one for each of report.yaml's font_paths; may be repeated.",
        ),
    ] = None,
    memory_limit: Annotated[
        str, typer.Option(help="The most memory of a process, as 2GiB; one that has more is started again.")
    ] = "auto",
) -> None:
    """Joins a scheduler of dask.distributed and builds reports for whoever runs `reportkit build --scheduler` there.

    Its versions of Python, libraries, package and fonts are compared with the client's: a worker that would print
    other bytes gets no report. It ends with Ctrl-C or SIGTERM, and with an error where the scheduler is lost. Whoever
    reaches the scheduler can run code here: use a network of your own, or TLS.

    Examples: `reportkit worker tcp://10.0.0.5:8786` · `reportkit worker tls://10.0.0.5:8786 --jobs 8`
    """
    import asyncio

    from reportkit.execution.pool import default_jobs

    if find_spec("distributed") is None:
        raise ProjectError("worker_needs_dask", where="this environment")
    from reportkit.cluster.serve import serve

    paths = tuple(str(path.resolve()) for path in font_path or ())
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(address, jobs or default_jobs(), paths, memory_limit))


@app.command(short_help="Print which libraries make the reports, as CycloneDX.")
def sbom() -> None:
    """Prints the software bill of materials of what is installed: each library's version and licence, and what needs
    it, as CycloneDX 1.6 in JSON. Every build keeps its own in outputs/sbom/, and each manifest names it.

    Example: `reportkit sbom > sbom.cdx.json`
    """
    from reportkit.outputs.sbom import sbom as made

    typer.echo(made().decode(), nl=False)


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
    root = open_project(project).root
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


@app.command(short_help="Show a report in the browser, made anew at each save.")
def preview(
    year: Annotated[int, typer.Option("--year", "-y", help="The report's year.", show_default=False)],
    department: Annotated[str, typer.Option("--department", "-d", help="Its department's id.", show_default=False)],
    port: Annotated[int, typer.Option(min=0, max=65000, help="A port of 127.0.0.1, or the next free; 0: any.")] = 8010,
    open_: Annotated[bool, typer.Option("--open", help="Open the browser too.")] = False,
    project: Where = None,
) -> None:
    """Shows one report's finished page on this machine and makes it anew whenever a notebook, the submission or a
    template is saved; only what the save has changed runs. Nothing is published. Ctrl-C ends it.

    Examples: `reportkit preview -y 2024 -d suqian` · `reportkit preview -y 2024 -d suqian --open`
    """
    opened = open_project(project)
    opened.department(department)
    if find_spec("watchfiles") is None:
        raise ProjectError("preview_needs_watchfiles", where="this environment")
    from reportkit.cli import console
    from reportkit.execution.kernel_variables import warm_kernels
    from reportkit.preview.making import Made, Maker
    from reportkit.preview.web import serve

    def shown(made: Made) -> None:
        if made.error is not None:
            console.print_error(made.error, f"{year}/{department}")
        else:
            ran = ", ".join(made.executed) or "no notebook"
            typer.echo(f"{year}/{department}: made in {made.seconds:.1f} s, {ran} run")

    warm_kernels(opened.definition.runs.confinement)
    with suppress(KeyboardInterrupt):
        serve(Maker(opened.root, year, department), port, ready=typer.echo, shown=shown, open_=open_)


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
    from reportkit.cli import console
    from reportkit.demo.write import demo_of, write_demo

    written = write_demo(folder, demo_of(departments, years, seed, last_year))
    if json:
        console.print_json(written.to_json())
        return
    span = f"{written.demo.years[0]}–{written.demo.years[-1]}" if years > 1 else f"{last_year}"
    said = f"{departments} departments, {span}, {departments * years} reports, {written.files} files (seed {seed})."
    typer.echo(f"{folder}: {said}\nEverything in it is invented. To go on:")
    for command in written.next_commands:
        typer.echo(f"  {command}")
