"""A submission's prose with its names replaced by what they stand for."""

from collections.abc import Callable

from reportkit.inputs.files import submission_path
from reportkit.inputs.project import Project
from reportkit.inputs.prose import Names, bind
from reportkit.model import Submission


def names_of(project: Project, submission: Submission) -> Names:
    """What a submission's prose may name; last year's figures where last year was handed in."""
    edition, before = project.editions.for_year(submission.year), submission.year - 1
    department = project.department(submission.department)
    if not project.has_submission(before, submission.department):
        return Names(edition, department, submission)
    last = project.submission(before, submission.department)
    return Names(edition, department, submission, (project.editions.for_year(before), last.figures), last.facts)


def bound_prose(
    project: Project, submission: Submission, names: Names, slot: str, mark: Callable[[str, str], str] | None = None
) -> str:
    """The department's words for a slot, names replaced; an unknown name is an error with the file's line.

    `mark` is given each name with what stands for it, and returns what is printed there.
    """
    where = prose_place(project, submission, slot)
    value_of = names.text if mark is None else lambda name: mark(name, names.text(name))
    return bind(submission.prose[slot], value_of, where)


def prose_place(project: Project, submission: Submission, slot: str) -> Callable[[int], str]:
    """What gives the place in its file of a line, from 1, of the department's words for a slot."""
    name = submission_path(submission.year, submission.department)
    file = project.files.yaml(name)
    first = file.text_line(("prose", slot))
    return lambda line: f"{file.name}, line {first + line - 1}, prose.{slot}"
