"""A workbook → what it says of each department in it; whatever can't be read surely is refused with its cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import combinations

from reportkit.editions import Edition
from reportkit.errors import InputError
from reportkit.inputs.handed_in import FoundFigure, HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.tables.grid import Grid
from reportkit.inputs.tables.labels import all_labels
from reportkit.inputs.tables.left_over import left_over
from reportkit.inputs.tables.reading import Reading
from reportkit.inputs.workbook.beside import Beside, read_beside
from reportkit.inputs.workbook.bodies import by_department, listed_beside
from reportkit.inputs.workbook.lines import read_lines
from reportkit.inputs.workbook.marked import marked
from reportkit.inputs.workbook.marks import DIGEST
from reportkit.inputs.workbook.not_taken import not_taken
from reportkit.inputs.workbook.opening import open_sheets
from reportkit.inputs.workbook.titles import Asked, marks_of, year_of
from reportkit.messages.said import Said


def read_workbook(project: Project, content: bytes, file: str, asked: Asked) -> list[HandedIn]:
    """What a file says, one record for each department in it.

    Raises InputError where the file can't be opened safely, names no year, or has no statutory table.
    """
    opened, digest = open_sheets(content, file), sha256(content).hexdigest()
    if of_lines := read_lines(project, opened, file, digest, asked):
        return of_lines
    marks = marks_of(opened)
    editions = [project.editions.load(each) for each in project.editions.ids]
    labels = {name for each in editions for name in all_labels(each)}
    year = year_of(opened, marks, file, asked, labels)
    edition = project.editions.for_year(year)
    parts = by_department(project.register, opened, marks, file, asked, labels)
    found = [
        _read(project, edition, grids, HandedIn(file, digest, edition.id, department, year, made_of=marks.get(DIGEST)))
        for department, grids in parts.items()
    ]
    if others := [*listed_beside(project.register, opened, labels, file)]:
        told = Said("bodies_not_registered", bodies=[f"{name} ({place})" for name, place in others])
        found = [replace(each, remarks=(*each.remarks, told)) for each in found]
    empty = [each for each in found if not (each.figures or each.prose or each.refusals)]
    found = [each for each in found if each not in empty]
    # A name below a table and no table of its own, or one table under another's name.
    if found and (empty or _has_apart(edition, found)):
        bodies = [project.department(each.department or "").name for each in (*found, *empty)]
        raise InputError("workbook_bodies_differ", where=file, bodies=bodies)
    if not opened.has_formats:
        found = [replace(each, remarks=(*each.remarks, Said("formats_unseen"))) for each in found]
    if not found:
        raise InputError("workbook_no_table", where=file)
    return found


def _has_apart(edition: Edition, found: Sequence[HandedIn]) -> bool:
    """Whether two bodies have different tables, and none that both have."""
    tables = [{edition.cells[cell].table for cell in each.figures} for each in found]
    return any(one and other and not one & other for one, other in combinations(tables, 2))


def _read(project: Project, edition: Edition, grids: Sequence[Grid], about: HandedIn) -> HandedIn:
    reading = Reading(edition, about.file)
    others = [project.editions.load(each) for each in project.editions.ids if each != edition.id]
    foreign = tuple(dict.fromkeys(name for each in others for name in all_labels(each)))
    for grid in grids:
        reading.locate(grid, about.year or 0, foreign, marked(edition, grid), with_paths=True)
    reading.read()
    located = [each for places in reading.located.values() for each in places.values()]
    for said, place in (*left_over(edition, located), *not_taken(edition, grids, located, reading.figures, foreign)):
        reading.refuse(said, place)
    if reading.located:
        statutory = [each for each in others if not project.editions.is_own(each.id)]
        reading.refuse_foreign(statutory, grids)
    beside = Beside()
    for grid in grids:
        read_beside(edition, grid, about.file, beside)
    fields = beside.fields
    return replace(
        about,
        figures={cell: reading.figures[cell] for cell in edition.cells if cell in reading.figures},
        prose=beside.prose,
        facts=beside.facts,
        published_on=_day(fields.get("published_on")),
        issued_on=_day(fields.get("issued_on")),
        index_number=str(fields["index_number"]) if "index_number" in fields else None,
        none_received=fields.get("none_received") is True,
        blank_tables=tuple(dict.fromkeys(beside.blank_tables)),
        refusals=(*dict.fromkeys(reading.refusals), *beside.refusals),
        left_blank=beside.left_blank,
        unsaid=beside.unsaid,
        doubts={cell: tuple(errors) for cell, errors in reading.doubts.items()},
        remarks=(*_remarks(edition, reading.figures), *reading.computed()),
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _remarks(edition: Edition, figures: Mapping[str, FoundFigure]) -> Iterator[Said]:
    tables = {edition.cells[cell].table for cell in figures}
    for specs in edition.rows.values():
        if specs[0].table in tables and (absent := [spec for spec in specs if spec.id not in figures]):
            columns = [spec.column_label for spec in absent]
            yield Said("row_not_found", row=specs[0].row_label, columns=columns)
    for cell, found in figures.items():
        label = edition.cells[cell].label
        if found.note:
            yield Said("figure_noted", cell=label, place=str(found.place), value=found.value, note=found.note)
        elif found.value is None and found.text:
            yield Said("cell_taken_for_blank", cell=label, place=str(found.place), text=found.text[:20])
