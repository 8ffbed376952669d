"""Last year's figures of a department, or of the bodies that it has succeeded, added up."""

from collections.abc import Iterator

from reportkit.inputs.project import Project
from reportkit.model import Department, Figures, Submission, Value


def history_of(project: Project, submission: Submission) -> Figures | None:
    """The figures that this year's are compared with; None where none were handed in.

    A successor's are those of its predecessors added up; a cell that one of them lacks is missing, and so is every cell
    where one of them has handed in nothing. Raises InputError where a file of last year's can't be read.
    """
    before = submission.year - 1
    predecessors = list(_predecessors(project, submission))
    bodies = [body.id for body in predecessors if project.has_submission(before, body.id)]
    if project.has_submission(before, submission.department):
        bodies.insert(0, submission.department)
    if not bodies:
        return None
    found = [project.submission(before, each).figures for each in bodies]
    cells: dict[str, Value] = {}
    for cell_id in found[0].cells:
        values = [each[cell_id] for each in found]
        cells[cell_id] = None if None in values else sum(value for value in values if value is not None)
    # What a body that ended last year has left undone may be in its successor's report of that year.
    for body in predecessors:
        covered = body.valid_to is not None and body.valid_to.year == before and submission.department in bodies
        if body.id not in bodies and not covered:
            return Figures(found[0].edition, dict.fromkeys(found[0].cells))
    return Figures(found[0].edition, cells)


def last_year_of(project: Project, submission: Submission) -> Submission | None:
    """The department's own submission of the year before, as notebooks see it; None where none was handed in."""
    before, department = submission.year - 1, submission.department
    return project.submission(before, department) if project.has_submission(before, department) else None


def _predecessors(project: Project, submission: Submission) -> Iterator[Department]:
    """The reporting bodies of last year that are this one by now, over any number of successions."""
    year = submission.year
    for body in project.register:
        if body.successor is None or not body.reports or not body.valid_in(year - 1):
            continue
        current, seen = body, {body.id}
        while _has_ended(project, current, year) and current.successor is not None and current.successor not in seen:
            current = project.register[current.successor]
            seen.add(current.id)
        if current.id == submission.department != body.id:
            yield body


def _has_ended(project: Project, body: Department, year: int) -> bool:
    """Whether a body reports no more: it ended in that year or before, and handed in nothing for it."""
    return body.valid_to is not None and body.valid_to.year <= year and not project.has_submission(year, body.id)
