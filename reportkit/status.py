"""Where each report stands: handed in, draft or published, and whether it is late. Only this looks at today's date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reportkit.cache import Cache
from reportkit.compare import approvals_of, finished_place
from reportkit.decide import Decision, decide, place, unchanged
from reportkit.errors import ReportkitError
from reportkit.inputs.approvals import approvals_path
from reportkit.inputs.project import Project, deadline
from reportkit.model import Department
from reportkit.publishing.manifest import read_manifest
from reportkit.review.approvals import returned

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
    returned: bool = False
    """Whether a reviewer sent it back, and nothing has changed since."""

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
            "returned": self.returned,
        }


def today() -> date:
    """Today in the project's time zone."""
    return now().date()


def now() -> datetime:
    """This moment in the project's time zone."""
    return datetime.now(TIME_ZONE)


def status_of(
    project: Project,
    years: Sequence[int],
    departments: Sequence[Department],
    on: date,
    decided: Mapping[str, Decision] | None = None,
) -> list[Status]:
    """The status of every report that is due or was handed in, by year and register order.

    `decided` are reports, by year/department, that a build has just found up to date.
    """
    cache = Cache(project, read_only=True)
    return [
        _status(project, cache, year, department, on, (decided or {}).get(f"{year}/{department.id}"))
        for year in years
        for department in departments
        if project.has_submission(year, department.id) or (department.reports and department.valid_in(year))
    ]


def _status(
    project: Project, cache: Cache, year: int, department: Department, on: date, decided: Decision | None
) -> Status:
    due = deadline(department, year)
    published = read_manifest(place(project, year, department.id, False)) is not None
    current: bool | None = None
    missing: int | None = None
    problem: str | None = None
    pending = False
    state = "未填报"
    if project.is_closed(year):
        state = "未发布"
    elif project.has_submission(year, department.id):
        state = "草稿"
        try:
            decision = (
                decided
                or unchanged(project, cache, cache.unchanged(year, department.id), thorough=False)
                or decide(project, cache, year, department.id)
            )
            missing, current = decision.missing, decision.folder is not None
            drafted = _is_of_today(decision, place(project, year, department.id, True))
            pending = published and drafted
            if drafted and not published:
                state = _draft_state(project, year, department.id)
        except ReportkitError as error:
            problem = str(error)
    if published:
        state = "已发布"
    try:
        sent_back = _returned(project, year, department.id)
    except ReportkitError as error:
        sent_back, problem = False, problem or str(error)
    if sent_back and not published and state != "未填报":
        state = "退回"
    return Status(
        year,
        department.id,
        department.name,
        state,
        due,
        late=on > due and not published,
        current=current,
        missing=missing,
        draft_pending=pending,
        problem=problem,
        closed=project.is_closed(year),
        returned=sent_back,
    )


def _returned(project: Project, year: int, department: str) -> bool:
    """Whether what stands finished, a draft first, was sent back; or a report that was never built."""
    if not project.has(approvals_path(year, department)):
        return False
    folder = finished_place(project, year, department)
    found = (read_manifest(folder) if folder else None) or {}
    records = approvals_of(project, year, department).records
    return returned(records, found.get("content", {}), str(found.get("made_from", ""))) is not None


def _is_of_today(decision: Decision, draft: Path) -> bool:
    """Whether a draft shows what lies in the project today, whoever has approved it since."""
    if decision.folder is not None or decision.plan is None:
        return decision.folder == draft
    return (read_manifest(draft) or {}).get("made_from") == decision.plan.made_from


def _draft_state(project: Project, year: int, department: str) -> str:
    """What a draft that is up to date waits for: 草稿 its department, 待审 its reviewers, 已签发 the next build.

    Raises InputError where the approvals file isn't what was written.
    """
    asked = bool(project.definition.approvals.required)
    if not asked and not project.has(approvals_path(year, department)):
        return "草稿"
    found = read_manifest(place(project, year, department, True)) or {}
    approvals = approvals_of(project, year, department)
    digests = found.get("content", {})
    if not found.get("waits_for_approval"):
        return "草稿"
    return "待审" if approvals.pending(digests) else "已签发"
