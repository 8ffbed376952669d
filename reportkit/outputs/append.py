"""Lines added to files of params/ that are only ever added to: a report's approvals and its corrections."""

import os
from collections.abc import Callable

from filelock import FileLock

from reportkit.digests import read_regular
from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.outputs.folders import OUTPUTS

_LOCK = ".lines.lock"


def add_line(project: Project, name: str, line_after: Callable[[bytes], str]) -> Callable[[], None]:
    """Adds the line that follows what a file holds by then; `line_after` is given that, and no other process writes.

    Returns what takes the line back, where it is still the last one. Raises InputError where the file can't be
    written.
    """
    path = project.root / name
    try:
        lock = _lock(project)
        with lock:
            before = read_regular(path) if path.is_file() else None
            start = b"\n" if before and not before.endswith(b"\n") else b""
            try:
                with path.open("ab") as file:  # whoever is asked for the line knows then that it can be written
                    line = start + line_after(before or b"").encode() + b"\n"
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
            except BaseException:
                if before is None:
                    path.unlink(missing_ok=True)
                raise
    except OSError as error:
        where = str(error.filename or name).removeprefix(f"{project.root}/")
        raise InputError("line_not_written", where=where, name=where, reason=error.strerror) from error

    def undo() -> None:
        with lock:
            if read_regular(path) != (before or b"") + line:
                return  # another line follows it, and says what it follows
            if before is None:
                path.unlink()
            else:
                os.truncate(path, len(before))

    return undo


def _lock(project: Project) -> FileLock:
    """Not in the files' own folder, which git keeps."""
    folder = project.root / OUTPUTS
    folder.mkdir(exist_ok=True)
    return FileLock(folder / _LOCK)
