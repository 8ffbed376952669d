"""An error of reportkit's own that a cell ended with, sent to the build as data: it is said there, in any language."""

from traceback import extract_tb
from typing import Any

from IPython import get_ipython

from reportkit.errors import ReportkitError, each_error
from reportkit.notebook.shown import show_output

RAISED = "raised"
"""The kind of output that holds errors; as `execution.cell_failures` has it, which a kernel doesn't import."""


def send_errors() -> None:
    """From now on each cell that ends with an error of reportkit's own sends it with its outputs."""
    if (shell := get_ipython()) is not None and _send not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _send)


def _send(result: Any) -> None:
    error = result.error_in_exec
    if isinstance(error, ReportkitError):
        line = _line(error)
        found = [{"said": each.said.to_json(), "where": each.where, "line": line} for each in each_error(error)]
        show_output({}, {"kind": RAISED, "errors": found})


def _line(error: ReportkitError) -> int | None:
    """The last line of a cell's code that led to an error."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if "ipykernel_" in frame.filename]
    return lines[-1] if lines else None
