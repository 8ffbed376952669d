"""A department's workbook of a year: everything that it hands in, with what is known already filled in."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from xlsxwriter.workbook import Workbook

from reportkit.build.processes import spread
from reportkit.checks.evidence import Evidence
from reportkit.errors import ReportkitError, defect
from reportkit.inputs.binding import bound_prose, names_of
from reportkit.inputs.files import submission_path
from reportkit.inputs.history import history_of, last_year_of
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.marks import DEPARTMENT, DIGEST, EDITION, MARKS_SHEET, YEAR
from reportkit.model import Figures, Finding, Submission, Value
from reportkit.starting.carry_over import carried_over
from reportkit.workbook.other_sheets import write_facts, write_fields, write_front, write_words
from reportkit.workbook.sheets import Book
from reportkit.workbook.table_sheet import write_table

_FEW = 16
"""Workbooks that are written sooner by one process than by several."""


def file_name(project: Project, year: int, department_id: str) -> str:
    """What a workbook's file is called: 2025-suqian-宿迁市人民政府.xlsx."""
    return f"{year}-{department_id}-{project.department(department_id).short_name}.xlsx"


def workbooks_of(
    project: Project, year: int, departments: Sequence[str], jobs: int
) -> Iterator[bytes | ReportkitError]:
    """The workbook of each department, in their order, or the error that stops it; written in several processes."""
    return spread(project, partial(_workbook, year), departments, jobs, _FEW)


def _workbook(year: int, project: Project, department: str) -> bytes | ReportkitError:
    try:
        return workbook_of(project, year, department)
    except ReportkitError as error:
        return error
    except Exception as error:
        return defect(error, where=f"{year}/{department}")
    finally:
        project.forget(department)


@dataclass(frozen=True, slots=True)
class SentBack:
    """What a workbook that goes back says: why, what is wrong line by line, and beside cells and parts of the words.

    `comments` are by the id of a cell or of a place for words. `made_of` is the digest of the submission as it is,
    empty where there is none.
    """

    words: str
    findings: Sequence[Finding]
    comments: Mapping[str, str]
    made_of: str


def workbook_of(project: Project, year: int, department_id: str, back: SentBack | None = None) -> bytes:
    """The .xlsx of a department and year; the same inputs give the same bytes.

    What was handed in is filled in, else what last year's report decides; `back` is of one that is sent back. Raises
    InputError where a file of this year's or last year's can't be read.
    """
    has = project.has_submission(year, department_id)
    stated = project.submission(year, department_id) if has else _blank(project, year, department_id)
    edition, department = project.edition_of(stated), project.department(department_id)
    carried, last = carried_over(project, year, department_id), last_year_of(project, stated)
    filled, history = _filled(stated.figures, carried.cells), history_of(project, stated)
    evidence = Evidence(edition, department, year, filled, project.register, history, editions=project.editions)
    due, heading = project.editions.deadline(department, year), edition.title.format(name=department.name, year=year)
    written, comments = io.BytesIO(), {} if back is None else back.comments
    book = Book(
        Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}), comments
    )
    book.workbook.set_properties({"title": heading, "created": datetime(year + 1, 1, 1)})
    write_front(
        book, f"{heading}填报表", due, () if back is None else back.findings, "" if back is None else back.words
    )
    for table in edition.tables:
        if any(section.table == table.id for section in edition.sections):
            write_table(book, evidence, table, carried.cells, carried.before, f"{department.name}　{year}年")
    write_words(book, edition, stated.prose, {} if last is None else _as_printed(project, last))
    write_facts(book, stated.facts, carried.facts)
    write_fields(book, stated if has else None, department, due)
    digest = project.files.digest(submission_path(year, department_id)) if has else ""
    made_of = digest if back is None else back.made_of
    _marks(book, {DEPARTMENT: department_id, YEAR: str(year), EDITION: edition.id, DIGEST: made_of or ""})
    book.workbook.close()
    return written.getvalue()


def _as_printed(project: Project, last: Submission) -> Mapping[str, str]:
    """Last year's words as they were printed."""
    names = names_of(project, last)
    return {slot: bound_prose(project, last, names, slot) for slot in last.prose}


def _blank(project: Project, year: int, department_id: str) -> Submission:
    edition = project.editions.for_year(year)
    return Submission(department_id, year, Figures(edition.id, dict.fromkeys(edition.cells)), {}, {})


def _filled(figures: Figures, given: Mapping[str, Value]) -> Figures:
    """The figures with what last year's report decides where nothing is stated."""
    cells = {cell: given.get(cell) if value is None else value for cell, value in figures.cells.items()}
    return replace(figures, cells=cells)


def _marks(book: Book, marks: Mapping[str, str]) -> None:
    """Defined names, and the same on a hidden sheet."""
    sheet = book.workbook.add_worksheet(MARKS_SHEET)
    for row, (name, value) in enumerate(marks.items()):
        book.workbook.define_name(name, f'="{value}"')
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
