"""What was read of pages as a project of its own, in a folder that is removed again: the rules look at nothing else."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from reportkit.auditing.pages import PREAMBLE
from reportkit.auditing.whose import Subject
from reportkit.editions import Edition
from reportkit.editions.loading import OWN
from reportkit.inputs.files import DEFINITION, REGISTER, submission_path
from reportkit.inputs.project import Project
from reportkit.inputs.published.page import Paragraph
from reportkit.inputs.published.prose import as_prose
from reportkit.inputs.tables.labels import plain
from reportkit.model import Department, Value
from reportkit.starting.names import id_of, kind_of, level_of, short_name_of
from reportkit.text.strings import printable


def open_scratch(folder: Path, here: Project | None) -> Project:
    """A project without submissions, of the editions and parts of the project `here`, where there is one."""
    (folder / "params").mkdir(parents=True)
    if here is not None:
        for name in (DEFINITION, *here.files.in_folder(OWN)):
            if here.files.has(name):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(here.files.read(name))
    return Project(folder)


def write_register(folder: Path, subjects: Sequence[Subject], parents: Mapping[str, str], here: Project | None) -> None:
    """The register of what is audited: that of the project `here`, the bodies that it lacks, and their parents."""
    bodies: dict[str, Department] = {} if here is None else dict(here.register.departments)
    bodies |= {each.department.id: each.department for each in subjects if each.department.id not in bodies}
    by_name = {plain(each.name): each.id for each in bodies.values()}
    above: dict[str, str] = {}
    for own, named in parents.items():
        if bodies[own].parent is not None:
            continue
        parent = named if named in bodies else by_name.get(plain(named))
        if parent is None:
            parent = id_of(named, bodies)
            level = level_of(named) or bodies[own].level
            bodies[parent] = Department(parent, named, short_name_of(named), kind_of(named), level, reports=False)
            by_name[plain(named)] = parent
        if parent != own and not _leads_to(parent, own, above, bodies):
            above[own] = parent
    entries = [_entry(each, above.get(each.id)) for each in bodies.values()]
    _write(folder / REGISTER, {"departments": entries})


def _leads_to(start: str, end: str, above: Mapping[str, str], bodies: Mapping[str, Department]) -> bool:
    """Whether the bodies above one lead to another: nobody is above himself, whatever a list says."""
    seen: set[str] = set()
    current: str | None = start
    while current is not None and current not in seen:
        if current == end:
            return True
        seen.add(current)
        current = above.get(current) or bodies[current].parent
    return False


def _entry(body: Department, parent: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": body.id, "name": body.name, "short_name": body.short_name}
    entry |= {"kind": body.kind, "level": body.level, "reports": body.reports}
    dates = {"valid_from": body.valid_from, "valid_to": body.valid_to}
    beside = {"parent": body.parent or parent, "successor": body.successor, "also_called": [*body.also_called], **dates}
    return entry | {name: value for name, value in beside.items() if value}


def write_submission(
    folder: Path,
    edition: Edition,
    year: int,
    department: str,
    figures: Mapping[str, Value],
    words: Mapping[str, Sequence[Paragraph]],
) -> None:
    """A report as its submission: figures by row, those that weren't read missing, and words by slot."""
    rows: dict[str, Any] = {}
    for row, specs in edition.rows.items():
        *above, last = row.split(".")
        at = rows
        for key in above:
            at = at.setdefault(key, {})
        at[last] = [figures.get(spec.id) for spec in specs]
    prose = {
        slot: printable("\n\n".join(as_prose(each.text) for each in said))
        for slot, said in words.items()
        if slot != PREAMBLE and said
    }
    _write(folder / submission_path(year, department), {"figures": rows, "prose": prose})


def copy_history(folder: Path, here: Project, reports: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Brings the project's own submissions of these years in, where nothing was audited; which ones there were."""
    found = []
    for year, department in reports:
        name = submission_path(year, department)
        if (here.root / name).is_file() and not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here.root / name, folder / name)
            found.append((year, department))
    return found


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    path.write_text(text, encoding="utf-8")


class _Dumper(yaml.CSafeDumper):
    """Writes amounts as the numbers that they are."""


_Dumper.add_representer(
    Decimal,
    lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f")),
)
