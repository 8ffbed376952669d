"""The corrections of a report whose year is closed: params/<year>/<department>.corrections.jsonl, one a line."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.model import Correction


def correction_path(year: int, department: str) -> str:
    """Where a report's corrections lie, relative to the project."""
    return f"params/{year}/{department}.corrections.jsonl"


def corrections_of(project: Project, year: int, department: str) -> tuple[Correction, ...]:
    """A report's corrections, the first one first, and the one that is being made.

    Raises InputError with the line where one can't be read or the numbers don't run from 1.
    """
    name = correction_path(year, department)
    found: list[Correction] = []
    lines = project.read(name).decode(errors="replace").removesuffix("\n").split("\n") if project.has(name) else []
    for place, line in enumerate(lines, 1):
        try:
            data = json.loads(line)
            found.append(Correction(data["number"], date.fromisoformat(data["on"]), str(data["reason"])))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "The correction can't be read.",
                where=f"{name}, line {place}",
                mend="`build --reopen` writes these lines; take back what was changed by hand.",
            ) from error
        if data["number"] != place:
            raise InputError(
                f"Correction {place} has the number {data['number']}.",
                where=f"{name}, line {place}",
                mend="Corrections are numbered from 1, one a line; take back what was changed by hand.",
            )
    if (pending := project.pending.get((year, department))) is not None:
        found.append(pending)
    return tuple(found)


def keep_correction(
    project: Project, year: int, department: str, correction: Correction, changes: Mapping[str, Any] | None
) -> Callable[[], None]:
    """Adds a correction to a report's file, with what has changed; None where what stood there couldn't be read.

    Returns what takes it back. Raises InputError where it can't be written.
    """
    line = {**correction.to_json(), "changes": changes}
    name = correction_path(year, department)
    path = project.root / name
    try:
        before = path.read_bytes() if path.exists() else None
        start = b"\n" if before and not before.endswith(b"\n") else b""
        with path.open("ab") as file:
            file.write(start + json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"{name} can't be written: {error.strerror}.", where=name, mend="Make it writable.") from error

    def undo() -> None:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)

    return undo
