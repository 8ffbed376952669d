"""All bodies' reports of a year as their office sees them: who has handed in what, and what is still wanting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reportkit.build.check import check_reports
from reportkit.collecting.received import Received, last_received
from reportkit.desk.status import status_of
from reportkit.errors import ReportkitError, each_error
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Checked, Department, Figures, Severity, Submission
from reportkit.starting.carry_over import carried_over

HANDED_IN, UNREADABLE, NOT_HANDED_IN = "已报", "已报，读不了", "未报"


@dataclass(frozen=True, slots=True)
class Filing:
    """One body's report of a year: whether it was handed in, with which file, and what is wrong with it.

    A file that says nothing but what last year's report decides was not handed in. `figures` is None where nothing
    was, or where it can't be read, and so are the numbers: `errors` the rules' E findings that aren't waived, `missing`
    the blank cells, `unassessed` what could not be checked for want of something of this year's.
    """

    department: Department
    due: date
    asked: bool
    handed_in: bool
    figures: Figures | None = None
    errors: int | None = None
    missing: int | None = None
    unassessed: int | None = None
    problem: str = ""
    """Why it can't be read, in Chinese."""
    returned: bool = False
    """Whether a reviewer sent it back, and nothing has changed since."""
    is_blank_form: bool = False
    """Whether a file is there in which nobody has filled in anything."""
    received: Received | None = None

    @property
    def state(self) -> str:
        """已报, 未报, or that it can't be read."""
        if not self.handed_in:
            return NOT_HANDED_IN
        return UNREADABLE if self.problem else HANDED_IN

    @property
    def wanting(self) -> str:
        """What its body still has to do, in Chinese; empty where that is nothing, or nobody asks for it."""
        if not self.handed_in:
            return NOT_HANDED_IN if self.asked else ""
        if self.problem:
            return "填报文件读不了"
        parts = [f"{self.errors}处错误"] if self.errors else []
        parts += [f"{self.missing}格空白"] if self.missing else []
        parts += [f"{self.unassessed}项未能核对"] if self.unassessed and not parts else []
        return "，".join([*(["审核退回"] if self.returned else []), *([f"有{'、'.join(parts)}"] if parts else [])])

    def to_json(self) -> dict[str, Any]:
        return {
            "department": self.department.id,
            "name": self.department.name,
            "due": self.due.isoformat(),
            "handed_in": self.handed_in,
            "errors": self.errors,
            "missing": self.missing,
            "unassessed": self.unassessed,
            "problem": self.problem or None,
            "returned": self.returned,
            "received": None if self.received is None else self.received.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Filings:
    """The reports of a year in the order of the register, and files of that year that belong to no known body."""

    year: int
    report: str
    """What this kind of report is called."""
    closed: bool
    each: tuple[Filing, ...]
    unknown: tuple[str, ...] = ()

    @property
    def asked(self) -> list[Filing]:
        return [filing for filing in self.each if filing.asked]

    @property
    def absent(self) -> list[Filing]:
        """The bodies that must report and have not handed in."""
        return [filing for filing in self.asked if not filing.handed_in]

    @property
    def counted(self) -> str:
        """How many must report and how many have, in Chinese."""
        asked, absent = len(self.asked), len(self.absent)
        beside = sum(filing.handed_in for filing in self.each if not filing.asked)
        more = f"；另有{beside}个不要求报送的单位也已报送" if beside else ""
        return f"应报{asked}个单位，已报{asked - absent}个，未报{absent}个{more}。"

    def to_json(self) -> dict[str, Any]:
        return {"year": self.year, "filings": [each.to_json() for each in self.each], "unknown": [*self.unknown]}


def filings_of(project: Project, year: int, departments: Sequence[Department] = (), *, jobs: int = 1) -> Filings:
    """Every body that must report of a year, or has handed in; of some departments where these are given.

    Raises ReportkitError where the year has no format, or the list of what was collected is broken; what is wrong with
    one body's report is said with that one.
    """
    project.editions.for_year(year)
    bodies = [
        body
        for body in departments or project.register
        if project.asks_for(year, body) or project.has_submission(year, body.id)
    ]
    there = [body for body in bodies if project.has_submission(year, body.id)]
    checked = {each.department: each for each in check_reports(project, [(year, body.id) for body in there], jobs)}
    received, returned = last_received(project, year), _returned(project, year, there)
    found = []
    for body in bodies:
        due, asked = project.editions.deadline(body, year), project.asks_for(year, body)
        found.append(
            _filing(project, year, Filing(body, due, asked, False, received=received.get(body.id)), checked, returned)
        )
        project.forget(body.id)
    unknown = () if departments else tuple(each for each in project.submitted(year) if each not in project.register)
    report = project.editions.publication_for(year).report
    return Filings(year, report, project.is_closed(year), tuple(found), unknown)


def _filing(
    project: Project, year: int, blank: Filing, checked: Mapping[str, Checked], returned: Sequence[str]
) -> Filing:
    """A body's filing with what was found in its submission."""
    body = blank.department
    if body.id not in checked:
        return blank
    found, error = checked[body.id], checked[body.id].error
    submission = None
    if error is None:
        try:
            submission = project.submission(year, body.id)
            if _is_blank_form(project, submission):
                return replace(blank, is_blank_form=True)
        except ReportkitError as caught:
            submission, error = None, caught
    if submission is None:
        return replace(blank, handed_in=True, problem=_said(error), returned=body.id in returned)
    unassessed = [each for each in found.findings if each.blocks and each.severity is Severity.UNASSESSABLE]
    return replace(
        blank,
        handed_in=True,
        figures=submission.figures,
        errors=sum(each.is_error for each in found.findings),
        missing=len(submission.figures.missing()),
        unassessed=len(unassessed),
        returned=body.id in returned,
    )


def _is_blank_form(project: Project, submission: Submission) -> bool:
    """Whether a submission says nothing but what `reportkit new year` wrote into it."""
    beside = (submission.facts, submission.published_on, submission.issued_on, submission.index_number)
    if any(beside) or submission.decisions:
        return False
    stated = {cell: value for cell, value in submission.figures.cells.items() if value is not None}
    words = {slot: text.strip() for slot, text in submission.prose.items() if text.strip()}
    if not stated and not words:
        return True
    carried = carried_over(project, submission.year, submission.department)
    return all(carried.cells.get(cell) == value for cell, value in stated.items()) and all(
        carried.prose.get(slot, "").strip() == text for slot, text in words.items()
    )


def _returned(project: Project, year: int, bodies: Sequence[Department]) -> list[str]:
    """The ids of bodies whose report was sent back, and is as it was then."""
    reviewed = [body for body in bodies if project.files.has(approvals_path(year, body.id))]
    found = status_of(project, [year], reviewed, date(year + 1, 1, 1)) if reviewed else []
    return [each.department for each in found if each.returned]


def _said(error: Exception | None) -> str:
    """An error in one line of Chinese."""
    if not isinstance(error, ReportkitError):
        return str(error)
    found = [each.shown("zh") for each in each_error(error)]
    more = f"（共{len(found)}处）" if len(found) > 1 else ""
    return "：".join(part for part in (found[0].where, f"{found[0].what}{more}") if part)
