"""The commands about what is kept: `cache size`, `cache prune`."""

import time
from typing import Annotated

import typer

from reportkit.cli.entry import AsJson, Where, app, open_project

cache_app = typer.Typer(no_args_is_help=True, help="Looks after what builds keep so that nothing is done twice.")
app.add_typer(cache_app, name="cache", short_help="Show or prune what builds keep.")


@cache_app.command(short_help="Show what the cache takes up.")
def size(json: AsJson = False, project: Where = None) -> None:
    """Shows how many runs and finished reports are kept, and what they take up on the disk.

    Example: `reportkit cache size`
    """
    from reportkit.cli import console
    from reportkit.outputs.prune import size as size_of

    found = size_of(open_project(project))
    if json:
        console.print_json(found.to_json())
    else:
        typer.echo(f"{found.runs} runs, {found.reports} finished reports, {_megabytes(found.bytes)} in outputs/.cache")


@cache_app.command(short_help="Remove what was of no use lately.")
def prune(
    keep_days: Annotated[
        int, typer.Option("--keep-days", min=0, help="Keep what was of use within so many days.", show_default=True)
    ] = 30,
    json: AsJson = False,
    project: Where = None,
) -> None:
    """Removes kept runs and reports that were of no use lately. What finished reports were made from stays.

    Examples: `reportkit cache prune` · `reportkit cache prune --keep-days 7`
    """
    from reportkit.cli import console
    from reportkit.cli.progress import BuildProgress
    from reportkit.outputs.folders import OUTPUTS
    from reportkit.outputs.lock import locked
    from reportkit.outputs.prune import prune as prune_cache

    opened = open_project(project)
    waiting = BuildProgress(0).waiting
    with locked(opened.root / OUTPUTS, waiting):
        gone = prune_cache(opened, keep_days, time.time())
    if json:
        console.print_json({"removed": gone.to_json()})
    else:
        typer.echo(f"Removed {gone.runs} runs and {gone.reports} finished reports, {_megabytes(gone.bytes)}.")


def _megabytes(number: int) -> str:
    return f"{number / 1e6:.1f} MB"
