"""Files of params/ that are only ever added to, one JSON object a line: a report's approvals and its corrections."""

import os
from collections.abc import Callable
from contextlib import suppress

from filelock import FileLock

from reportkit.errors import InputError
from reportkit.inputs.project import Project

_LOCK = "outputs/.lines.lock"
"""Not in the files' own folder, which git keeps."""


def add_line(project: Project, name: str, line_after: Callable[[bytes], str]) -> Callable[[], None]:
    """Adds the line that follows what a file holds by then; `line_after` is given that, and no other process writes.

    Returns what takes the line back. Raises InputError where the file can't be written.
    """
    path = project.root / name
    was_there = path.exists()
    written = False
    try:
        lock = project.root / _LOCK
        lock.parent.mkdir(exist_ok=True)
        with FileLock(lock), path.open("a+b") as file:
            file.seek(0)
            before = file.read()
            start = b"\n" if before and not before.endswith(b"\n") else b""
            file.write(start + line_after(before).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            written = True
    except OSError as error:
        raise InputError(f"{name} can't be written: {error.strerror}.", where=name, fix="Make it writable.") from error
    finally:
        if not (written or was_there):
            with suppress(OSError):
                path.unlink()

    def undo() -> None:
        if was_there:
            os.truncate(path, len(before))
        else:
            path.unlink(missing_ok=True)

    return undo
