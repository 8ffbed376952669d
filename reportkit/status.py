"""Where each report stands: handed in, draft or published, and whether it is late. Only this looks at today's date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reportkit.cache import Cache
from reportkit.decide import decide, place, unchanged
from reportkit.errors import ReportkitError
from reportkit.inputs.project import Project, deadline
from reportkit.model import Department
from reportkit.publishing.manifest import read_manifest

TIME_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Status:
    """One report: its state, whether it is late, and what a build would find.

    That is None where nothing was handed in, or the year is `closed`.

    `draft_pending`: what is handed in now makes a draft only, while an earlier publication still stands.
    """

    year: int
    department: str
    name: str
    state: str
    due: date
    late: bool
    current: bool | None
    missing: int | None
    draft_pending: bool
    problem: str | None
    closed: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "department": self.department,
            "name": self.name,
            "state": self.state,
            "due": self.due.isoformat(),
            "late": self.late,
            "current": self.current,
            "missing": self.missing,
            "draft_pending": self.draft_pending,
            "problem": self.problem,
            "closed": self.closed,
        }


def today() -> date:
    """Today in the project's time zone."""
    return datetime.now(TIME_ZONE).date()


def status_of(project: Project, years: Sequence[int], departments: Sequence[Department], on: date) -> list[Status]:
    """The status of every report that is due or was handed in, by year and register order."""
    cache = Cache(project, read_only=True)
    return [
        _status(project, cache, year, department, on)
        for year in years
        for department in departments
        if project.has_submission(year, department.id) or (department.reports and department.valid_in(year))
    ]


def _status(project: Project, cache: Cache, year: int, department: Department, on: date) -> Status:
    due = deadline(department, year)
    published = read_manifest(place(project, year, department.id, False)) is not None
    current: bool | None = None
    missing: int | None = None
    problem: str | None = None
    finished: Path | None = None
    state = "未填报"
    if project.is_closed(year):
        state = "未发布"
    elif project.has_submission(year, department.id):
        state = "草稿"
        try:
            decision = unchanged(project, cache, year, department.id, thorough=False) or decide(
                project, cache, year, department.id
            )
            finished, missing = decision.folder, decision.missing
            current = finished is not None
        except ReportkitError as error:
            problem = str(error)
    pending = published and finished == place(project, year, department.id, True)
    if published:
        state = "已发布"
    late = on > due and not published
    closed = project.is_closed(year)
    return Status(year, department.id, department.name, state, due, late, current, missing, pending, problem, closed)
