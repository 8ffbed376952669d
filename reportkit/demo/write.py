"""Writes a demo project: a register, submissions of several years, notebooks; consistent, and invented throughout."""

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from reportkit.demo.departments import DemoDepartment, demo_departments
from reportkit.demo.dice import Dice
from reportkit.demo.sentences import write_words
from reportkit.demo.tables import accounts
from reportkit.demo.yamltext import register_text, submission_text
from reportkit.editions import STATUTORY
from reportkit.errors import ProjectError
from reportkit.inputs.files import DEFINITION, REGISTER, submission_path
from reportkit.inputs.schema import schemas
from reportkit.starting.notebooks import shipped_notebooks, with_defaults

LAST_YEAR = 2024
"""A fixed year, so that the same arguments give the same project next year too."""

MOST_DEPARTMENTS = 10_000
_LATEST_YEAR = 2099


@dataclass(frozen=True, slots=True)
class Demo:
    """What was asked for: how many reporting bodies, which report years, and the seed of everything drawn."""

    departments: int = 12
    years: range = range(LAST_YEAR - 1, LAST_YEAR + 1)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class WrittenDemo:
    """What was written where: the ids of the reporting bodies in register order, and how many files."""

    folder: Path
    demo: Demo
    departments: tuple[str, ...]
    files: int

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What to try on the project, as one would type it."""
        project = f"-C {shlex.quote(str(self.folder))}"
        one = f"-y {self.demo.years[-1]} -d {self.departments[-1]}"
        return (
            f"reportkit check {project}",
            f"reportkit status {project} -y {self.demo.years[-1]}",
            f"reportkit build {project} {one}",
            f"reportkit build {project} --all",
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "departments": list(self.departments),
            "years": list(self.demo.years),
            "seed": self.demo.seed,
            "reports": len(self.departments) * len(self.demo.years),
            "files": self.files,
            "next": list(self.next_commands),
        }


def demo_of(departments: int, years: int, seed: int, last_year: int = LAST_YEAR) -> Demo:
    """A Demo of so many consecutive years; a ProjectError where the editions or the register can't hold it."""
    STATUTORY.for_year(last_year)
    if last_year > _LATEST_YEAR:
        raise ProjectError("demo_year", where=f"--last-year {last_year}", last_year=last_year, latest=_LATEST_YEAR)
    covered = last_year + 1 - min(STATUTORY.load(each).first_year for each in STATUTORY.ids)
    for name, number, most in (("departments", departments, MOST_DEPARTMENTS), ("years", years, covered)):
        if not 1 <= number <= most:
            reason = f" (the statutory formats cover {covered} years up to {last_year})" if name == "years" else ""
            raise ProjectError(
                "demo_number", where=f"--{name} {number}", number=number, name=name, most=most, reason=reason
            )
    return Demo(departments, range(last_year - years + 1, last_year + 1), seed)


def write_demo(folder: Path, demo: Demo) -> WrittenDemo:
    """Writes the whole project into a new or empty folder, and says what was written.

    Raises ProjectError where the folder holds something already, or can't be written.
    """
    bodies, count = demo_departments(demo.departments), 0
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectError(
                "demo_folder_not_empty" if folder.is_dir() else "demo_folder_is_file", where=str(folder), folder=folder
            )
        for name, content in demo_files(demo, bodies):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            count += 1
    except OSError as error:
        raise ProjectError("demo_not_written", where=str(error.filename or folder), reason=error.strerror) from error
    return WrittenDemo(folder, demo, tuple(body.department.id for body in _reporting(bodies)), count)


def _reporting(bodies: tuple[DemoDepartment, ...]) -> list[DemoDepartment]:
    return [body for body in bodies if body.department.reports]


def demo_files(demo: Demo, bodies: tuple[DemoDepartment, ...]) -> Iterator[tuple[str, bytes]]:
    """Every file of the project by its relative path, one after the other."""
    definition = files("reportkit.demo").joinpath("report.yaml").read_bytes()
    yield DEFINITION, definition
    yield REGISTER, register_text(bodies).encode()
    yield from schemas(STATUTORY).items()
    yield "outputs/.gitignore", b"*\n!.gitignore\n"
    reporting = _reporting(bodies)
    defaults = {"year": demo.years[-1], "department": reporting[0].department.id}
    for section in yaml.load(definition, yaml.CSafeLoader)["sections"]:
        content = (shipped_notebooks() / section["notebook"]).read_bytes()
        yield f"notebooks/{section['notebook']}", with_defaults(content, defaults)
    found, below = accounts(bodies, demo.seed, demo.years), _below(bodies)
    for year in demo.years:
        for body in reporting:
            id_, account = body.department.id, found[year, body.department.id]
            dice = Dice(demo.seed, id_, year, "words")
            words = write_words(body, account, below[id_], dice)
            yield submission_path(year, id_), submission_text(body, year, account, words, dice).encode()


def _below(bodies: tuple[DemoDepartment, ...]) -> Counter[str]:
    """How many bodies are below each, directly or not."""
    parents = {body.department.id: body.department.parent for body in bodies}
    counts: Counter[str] = Counter()
    for parent in parents.values():
        while parent is not None:
            counts[parent] += 1
            parent = parents[parent]
    return counts
