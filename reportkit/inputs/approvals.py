"""The approvals file of a report on disk: read whole, and lines added to its end, one writer at a time."""

import os
from collections.abc import Callable

from reportkit.errors import InputError
from reportkit.inputs.project import Project


def approvals_path(year: int, department: str) -> str:
    """Where a report's approvals lie, relative to the project."""
    return f"params/{year}/{department}.approvals.jsonl"


def approvals_bytes(project: Project, year: int, department: str) -> bytes:
    """The file's bytes; empty where there is none."""
    name = approvals_path(year, department)
    return project.read(name) if project.has(name) else b""


def add_line(project: Project, year: int, department: str, line_after: Callable[[bytes], str]) -> None:
    """Adds the line that follows what the file holds by then; `line_after` is given that, and nobody else writes.

    Raises InputError where the file can't be written.
    """
    name = approvals_path(year, department)
    try:
        with (project.root / name).open("a+b") as file:
            if os.name == "posix":
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            before = file.read()
            start = b"\n" if before and not before.endswith(b"\n") else b""
            file.write(start + line_after(before).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"{name} can't be written: {error.strerror}.", where=name, mend="Make it writable.") from error
