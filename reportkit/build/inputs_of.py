"""The files that a report's notebooks may read: register, submissions, editions, and the pictures that are named."""

from collections.abc import Iterable, Mapping, Sequence

from reportkit.errors import InputErrors, ReportkitError
from reportkit.inputs.binding import prose_place
from reportkit.inputs.definition import sections_part
from reportkit.inputs.files import DEFINITION, REGISTER, submission_path
from reportkit.inputs.pictures import asks_for_years, in_notebook, picture_path, read_picture
from reportkit.inputs.project import Project
from reportkit.inputs.reads import MOST_YEARS
from reportkit.model import Department, Job, Submission
from reportkit.text.markdown_pictures import pictures
from reportkit.text.picture_files import is_svg


def pictures_of(
    project: Project, submission: Submission, words: Mapping[str, str], jobs: Sequence[Job]
) -> dict[str, bytes]:
    """Pictures by project-relative path. Raises InputErrors with the line or cell of each that can't be used.

    One that only `s.picture` names may be missing: the call says so, unless it has `missing_ok`.
    """
    found: dict[str, bytes] = {}
    errors: list[ReportkitError] = []

    def take(written: str, where: str, *, may_lack: bool = False) -> None:
        try:
            name = picture_path(written, submission.year, submission.department, where)
            if not may_lack or project.files.has(name):
                found[name] = read_picture(project.files, name, where)
                if is_svg(found[name]):
                    from reportkit.publishing.svg import refuse_picture  # few reports have one

                    refuse_picture(found[name], name, where)
        except ReportkitError as error:
            errors.append(error)

    for slot, text in words.items():
        place = prose_place(project, submission, slot)
        for each in pictures(text):
            take(each.file, place(each.line))
    for job in jobs:
        for named in in_notebook(job.notebook):
            take(named.file, f"notebooks/{job.name}, cell {named.cell}", may_lack=named.is_call)
    if errors:
        raise InputErrors(errors)
    return found


def inputs_of(
    project: Project, submission: Submission, department: Department, earlier: Iterable[int]
) -> dict[str, bytes]:
    """The files that this report's notebooks may read: a register of its own bodies, its submission, last year's
    and those of `earlier` years.

    Where the project has editions or sections of its own, these are among them.
    """
    inputs = {REGISTER: project.register_part(department)}
    years = [
        year for year in (submission.year, submission.year - 1, *earlier) if project.has_submission(year, department.id)
    ]
    for year in years:
        name = submission_path(year, department.id)
        inputs[name] = project.files.read(name)
    editions = project.editions
    formats = {editions.for_year(year).id for year in (*years, submission.year)}
    own = {where for each in formats for where in editions.own_files(each)}
    if own or editions.added:
        inputs |= {name: project.files.read(name) for name in sorted(own)}
        inputs[DEFINITION] = sections_part(project.definition)
    return inputs


def earlier_of(project: Project, submission: Submission, jobs: Sequence[Job]) -> dict[int, Submission]:
    """Submissions of years before the last, where a notebook draws them."""
    if not any(asks_for_years(job.notebook) for job in jobs):
        return {}
    years = range(submission.year - MOST_YEARS + 1, submission.year - 1)
    department = submission.department
    return {year: project.submission(year, department) for year in years if project.has_submission(year, department)}
