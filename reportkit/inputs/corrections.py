"""The corrections of a report whose year is closed: params/<year>/<department>.corrections.jsonl, one a line."""

from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.model import Correction
from reportkit.text.json_text import read_json
from reportkit.text.strings import lines_of


def correction_path(year: int, department: str) -> str:
    """Where a report's corrections lie, relative to the project."""
    return f"params/{year}/{department}.corrections.jsonl"


def corrections_of(project: Project, year: int, department: str) -> tuple[Correction, ...]:
    """A report's corrections, the first one first.

    Raises InputError with the line where one can't be read or the numbers don't run from 1.
    """
    name = correction_path(year, department)
    found: list[Correction] = []
    lines = lines_of(project.files.read(name)) if project.files.has(name) else []
    for place, line in enumerate(lines, 1):
        try:
            data = read_json(line)
            found.append(Correction.from_json(data))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError("correction_unreadable", where=f"{name}, line {place}") from error
        if data["number"] != place:
            raise InputError("correction_misnumbered", where=f"{name}, line {place}", line=place, number=data["number"])
    return tuple(found)
