"""What `reportkit new project`, `new department` and `new year` write, worked out before anything is written."""

import os
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportkit.editions import STATUTORY, Editions
from reportkit.errors import InputErrors, ProjectError, ReportkitError, near_match
from reportkit.inputs.files import DEFINITION, REGISTER, submission_path
from reportkit.inputs.project import Project
from reportkit.inputs.schema import schemas
from reportkit.messages.said import Said
from reportkit.model import Department
from reportkit.starting.carry_over import carried_over
from reportkit.starting.names import checked_id, checked_name, id_of, level_of, short_name_of
from reportkit.starting.notebooks import definition_text, notebooks_of_sections, with_defaults
from reportkit.starting.project_texts import IGNORED_TEXT, readme_text
from reportkit.starting.register_text import register_text, with_entries
from reportkit.starting.shipped_cells import RECORD
from reportkit.starting.submission_text import submission_text
from reportkit.starting.upgrade import first_record
from reportkit.starting.write_new import refuse_existing, write_new

LATEST_YEAR = 2099
_MOST_NAMED = 5
"""Files or bodies that a message names."""


@dataclass(frozen=True, slots=True)
class NewBody:
    """What somebody says of a body: its id is made of the name where none is given; `parent` is an id or a name."""

    name: str
    kind: str
    level: str
    id: str | None = None
    short_name: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class New:
    """What is to be written below a folder: new files, and files with something added; ids by what they are of.

    `added` is the text that the register gets; `left_out` are bodies that report no more.
    """

    folder: Path
    year: int
    departments: tuple[Department, ...]
    files: Mapping[str, bytes]
    replaced: Mapping[str, bytes] = field(default_factory=dict)
    added: str = ""
    left_out: tuple[Department, ...] = ()

    def write(self) -> None:
        """Writes it, all or nothing. Raises as `write_new` does."""
        write_new(self.folder, self.files, self.replaced)

    def to_json(self, *, dry_run: bool) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "year": self.year,
            "departments": [each.id for each in self.departments],
            "files": [*self.files],
            "changed": [*self.replaced],
            "left_out": [each.id for each in self.left_out],
            "dry_run": dry_run,
        }


def checked_year(editions: Editions, year: int, where: str) -> int:
    """A year that there is a statutory format for. Raises ProjectError."""
    if year > LATEST_YEAR:
        raise ProjectError("new_year_far", where=where, year=year, last=LATEST_YEAR)
    editions.for_year(year)
    return year


ALWAYS = ("README.md", ".gitignore", DEFINITION, REGISTER, "outputs/.gitignore")
"""Files of a new project that are there whatever it is called."""


def new_project(folder: Path, body: NewBody, year: int) -> New:
    """A whole project of one reporting body. Raises ProjectError; nothing is written."""
    checked_year(STATUTORY, year, "--year")
    department, above = _department(body, {})
    found = _project_files(department, above, year)
    refuse_existing(folder, found)
    return New(folder, year, (department,), found)


def _project_files(department: Department, above: Sequence[Department], year: int) -> dict[str, bytes]:
    """Every file of a new project by its relative path."""
    words = {"name": department.name, "id": department.id, "year": year, "next": year + 1}
    found = {
        "README.md": readme_text(words).encode(),
        ".gitignore": IGNORED_TEXT.encode(),
        DEFINITION: definition_text(year).encode(),
        REGISTER: register_text([*above, department]).encode(),
        submission_path(year, department.id): submission_text(STATUTORY, department, year).encode(),
    }
    for name, content in notebooks_of_sections().items():
        found[f"notebooks/{name}"] = with_defaults(content, {"year": year, "department": department.id})
    found |= {**schemas(STATUTORY), RECORD: first_record()}
    return {**found, "outputs/.gitignore": b"*\n!.gitignore\n"}


def new_department(project: Project, body: NewBody, year: int | None) -> New:
    """A body added to a project, with a blank submission for a year; without one, for the project's last.

    Raises ProjectError and InputErrors; nothing is written.
    """
    if year is None:
        if not project.years:
            raise ProjectError("new_options_missing", where="the command line", options=["--year"])
        year = project.years[-1]
    _open_year(project, checked_year(project.editions, year, "--year"))
    known = project.register.departments
    if taken := next((each for each in known.values() if each.name == body.name), None):
        raise ProjectError("new_name_taken", where=REGISTER, name=body.name, id=taken.id)
    department, above = _department(body, known)
    content = submission_text(project.editions, department, year).encode()
    found = {submission_path(year, department.id): content}
    refuse_existing(project.root, found)
    register, added = with_entries(project.files.read(REGISTER), [*above, department])
    return New(project.root, year, (department,), found, {REGISTER: register}, added)


def new_year(project: Project, year: int, departments: Sequence[str]) -> New:
    """Submissions of a new year, of all bodies that report in it or of some, with what was carried over.

    Raises ProjectError where the year or a body doesn't fit or a file is there already, InputErrors with each of last
    year's that can't be read; nothing is written.
    """
    last = project.years[-1] if project.years else None
    if last is not None and year > last + 1:
        raise ProjectError("new_year_far", where=f"new year {year}", year=year, last=last + 1)
    _open_year(project, checked_year(project.editions, year, f"new year {year}"))
    chosen = [project.department(each) for each in departments] or [each for each in project.register if each.reports]
    bodies = [each for each in chosen if each.reports and each.valid_in(year)]
    left_out = tuple(each for each in chosen if each not in bodies)
    if not bodies or (departments and left_out):
        ids = [each.id for each in left_out]
        raise ProjectError("new_nobody_reports", where=REGISTER, year=year, departments=ids)
    names = {each.id: submission_path(year, each.id) for each in bodies}
    _refuse_begun(project, year, names)
    found: dict[str, bytes] = {}
    errors: list[ReportkitError] = []
    for each in bodies:
        try:
            carried = carried_over(project, year, each.id)
        except ReportkitError as error:
            errors.append(error)
            continue
        found[names[each.id]] = submission_text(project.editions, each, year, carried).encode()
    if errors:
        raise InputErrors(errors)
    return New(project.root, year, tuple(bodies), found, left_out=left_out)


def _refuse_begun(project: Project, year: int, names: Mapping[str, str]) -> None:
    """Raises ProjectError where bodies have a submission of that year already; who has none is named."""
    there = {each: _other(name, project) for each, name in names.items() if _is_there(name, project)}
    if there:
        rest = [each for each in names if each not in there]
        others = Said("new_year_others", year=year, options=" ".join(f"-d {each}" for each in rest[:_MOST_NAMED]))
        raise ProjectError(
            "new_year_begun",
            where=str(project.root),
            year=year,
            files=[*there.values()][:_MOST_NAMED],
            others=others if rest else "",
        )
    refuse_existing(project.root, names.values())


def _is_there(name: str, project: Project) -> bool:
    return any(os.path.lexists(project.root / each) for each in (name, _other(name, project)))


def _other(name: str, project: Project) -> str:
    """The same submission where it ends in .yml, which would be a second one."""
    other = f"{name.removesuffix('.yaml')}.yml"
    return other if project.files.has(other) else name


def _open_year(project: Project, year: int) -> None:
    if project.is_closed(year):
        raise ProjectError("new_year_closed", where=f"{DEFINITION}, open_years", year=year)


def _department(body: NewBody, known: Mapping[str, Department]) -> tuple[Department, list[Department]]:
    """The new body, and the body above it where that is new too."""
    name = checked_name(body.name, "--name")
    above: list[Department] = []
    parent = _parent(body, known, above) if body.parent else None
    taken = {*known, *(each.id for each in above)}
    id_ = _own_id(body, name, taken, known)
    short = checked_name(body.short_name, "--short-name") if body.short_name else short_name_of(name)
    return Department(id_, name, short, body.kind, body.level, parent), above


def _own_id(body: NewBody, name: str, taken: Container[str], known: Mapping[str, Department]) -> str:
    if body.id is None:
        return id_of(name, taken)
    id_ = checked_id(body.id, "--id")
    if id_ in taken:
        of = known[id_].name if id_ in known else str(body.parent)
        raise ProjectError("new_id_taken", where="--id", id=id_, name=of)
    return id_


def _parent(body: NewBody, known: Mapping[str, Department], above: list[Department]) -> str:
    """The id of the body above: of the register by id or name, else a government that is added by its name."""
    parent = str(body.parent)
    if found := next((each for each in known.values() if parent in (each.id, each.name)), None):
        return found.id
    if parent.isascii():
        near = near_match(parent, known)
        raise ProjectError("new_parent_unknown", where="--parent", parent=parent[:80], near=near)
    name = checked_name(parent, "--parent")
    level = level_of(name) or body.level
    new = Department(id_of(name, known), name, short_name_of(name), "government", level, reports=False)
    above.append(new)
    return new.id
