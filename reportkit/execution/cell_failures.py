"""What went wrong as a cell ran, as its analyst is told it: reportkit's own errors as they are, others with all of it.

A kernel sends an error of reportkit's own as data beside what a notebook shows, so that it is said here in the language
of whoever builds, and once.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from papermill.exceptions import PapermillExecutionError

from reportkit.errors import InputErrors, NotebookError, ReportkitError
from reportkit.messages.said import Said

RAISED = "raised"
"""The kind of output that holds errors of reportkit's own."""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py|<ipython-input-\d+-[0-9a-f]+>")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")


def failure_of_cell(
    error: PapermillExecutionError, cell: Any, where: str, memory_mb: int | None, cwd: Path
) -> ReportkitError:
    """Why a cell failed: what reportkit itself raised in it, else the exception with source and traceback."""
    if own := list(_own_errors(cell, where)):
        return own[0] if len(own) == 1 else InputErrors(own)
    printed = "".join("".join(output.text) for output in cell.outputs if output.output_type == "stream")
    traceback = same_each_time("\n".join(error.traceback), cwd)
    parts = {"The cell": error.source, "It printed": same_each_time(printed, cwd), "The traceback": traceback}
    said = same_each_time(f"{error.ename}: {error.evalue}".rstrip(": "), cwd)
    failed = Said("cell_failed", error=said)
    if error.ename.endswith("MemoryError") and memory_mb is not None:
        failed = Said("cell_out_of_memory", error=said, memory_mb=memory_mb)
    return NotebookError(
        failed,
        where=where,
        detail="\n".join(f"{label}:\n{_ANSI.sub('', text).rstrip()}" for label, text in parts.items() if text),
    )


def _own_errors(cell: Any, where: str) -> Iterator[NotebookError]:
    """The errors that the kernel sent with a cell's outputs; none where these aren't what a kernel of ours sends."""
    for output in cell.outputs:
        about = output.get("metadata", {}).get("reportkit", {})
        if about.get("kind") == RAISED:
            try:
                errors = [_own_error(each, where) for each in about["errors"]]
                _ = [
                    each.shown(language) for each in errors for language in ("en", "zh")
                ]  # its arguments are all there
            except (LookupError, TypeError, ValueError, AttributeError):
                return
            yield from errors


def _own_error(data: Mapping[str, Any], where: str) -> NotebookError:
    line = f", line {int(data['line'])}" if data["line"] else ""
    within = f", {data['where']}" if data["where"] else ""
    return NotebookError(Said.from_json(data["said"]), where=f"{where}{line}{within}")


def same_each_time(text: str, cwd: Path) -> str:
    """What a kernel says of an error, without the names of temporary folders and the addresses of objects."""
    text = text.replace(str(cwd), "<its folder>").replace(str(cwd.parent), "<the build's folder>")
    return _ADDRESS.sub("0x…", _CELL_FILE.sub("<cell>", text))
