"""The state of each report: handed in, draft or published, and whether it is late. Only this looks at today's date."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reportkit.build.decide import Current, Kept, ToBuild, decide, unchanged
from reportkit.desk.versions import approvals_of
from reportkit.errors import ApprovalsError, ReportkitError, defect
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.files import submission_path
from reportkit.inputs.project import Project
from reportkit.model import Department, State
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import drafted_correction, finished_place, place
from reportkit.outputs.manifest import read_manifest
from reportkit.review.approvals import returned

TIME_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Status:
    """One report: its state, whether it is late, and what a build would find.

    That is None where nothing was handed in, or the year is `closed`. `waiting` is the state of a draft of today
    beside an earlier publication, which is still there; None where there is none. `errors` are why the submission, or
    what lies beside it, can't be read.
    """

    year: int
    department: str
    name: str
    state: State
    due: date
    late: bool
    current: bool | None
    missing: int | None
    waiting: State | None = None
    errors: tuple[ReportkitError, ...] = ()
    closed: bool = False
    returned: bool = False
    """Whether a reviewer sent it back, and nothing has changed since."""
    asked: bool = True
    """Whether it has to be handed in; an old file of a year that nobody is asked for is only shown."""

    @property
    def problem(self) -> str | None:
        """Why the submission can't be read."""
        return _said(each for each in self.errors if not isinstance(each, ApprovalsError))

    @property
    def approvals_problem(self) -> str | None:
        """Why the approvals can't be read."""
        return _said(each for each in self.errors if isinstance(each, ApprovalsError))

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
            "draft_pending": bool(self.waiting),
            "waiting": self.waiting or "",
            "problem": self.problem,
            "approvals_problem": self.approvals_problem,
            "closed": self.closed,
            "returned": self.returned,
            "asked": self.asked,
        }


def _said(errors: Iterable[ReportkitError]) -> str | None:
    return "\n".join(dict.fromkeys(map(str, errors))) or None


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
    decided: Mapping[str, Current] | None = None,
) -> list[Status]:
    """The status of every report that is asked for or was handed in, by year and register order.

    `decided` are reports, by year/department, that a build has just found up to date.
    """
    cache = Cache(project, read_only=True)
    return [
        _status(project, cache, year, department, on, (decided or {}).get(f"{year}/{department.id}"))
        for year in years
        for department in departments
        if project.has_submission(year, department.id) or project.asks_for(year, department)
    ]


def _status(
    project: Project, cache: Cache, year: int, department: Department, on: date, decided: Current | None
) -> Status:
    report, due = (project, year, department.id), project.editions.deadline(department, year)
    published = read_manifest(place(*report, draft=False)) is not None
    closed, handed_in = project.is_closed(year), project.has_submission(year, department.id)
    asked = project.asks_for(year, department)
    errors: list[ReportkitError] = []
    decision: Current | Kept | ToBuild | None = decided
    drafted = closed and drafted_correction(*report) is not None
    draft_state, sent_back = State.DRAFT, False
    with _collecting(errors, f"{year}/{department.id}"):
        if handed_in and not closed:
            kept = decided or unchanged(project, cache, cache.unchanged(year, department.id), thorough=False)
            decision = kept or decide(project, cache, year, department.id)
            drafted = _is_of_today(decision, place(*report, draft=True))
        draft_state = _draft_state(*report) if drafted else State.DRAFT
    with _collecting(errors, f"{year}/{department.id}"):
        sent_back = (handed_in or published) and _returned(*report, decision)
    if sent_back and drafted:
        draft_state = State.RETURNED
    if closed:
        alone = State.NOT_PUBLISHED
    elif not handed_in:
        alone = State.NOT_SUBMITTED
    else:
        alone = State.RETURNED if sent_back else draft_state
    return Status(
        year,
        department.id,
        department.name,
        State.PUBLISHED if published else alone,
        due,
        late=asked and on > due and not published,
        current=None if decision is None else _folder(decision) is not None,
        missing=None if decision is None else _missing(decision),
        waiting=draft_state if published and drafted else None,
        errors=tuple({str(each): each for each in errors}.values()),
        closed=closed,
        returned=sent_back,
        asked=asked,
    )


@contextmanager
def _collecting(errors: list[ReportkitError], report: str) -> Iterator[None]:
    """An error of one report is reported with that one, and never hides the others."""
    try:
        yield
    except ReportkitError as error:
        errors.append(error)
    except Exception as error:
        errors.append(defect(error, report))


def _returned(project: Project, year: int, department: str, decision: Current | Kept | ToBuild | None) -> bool:
    """Whether what is finished, a draft first, was sent back; or a report that was never built."""
    if not project.files.has(approvals_path(year, department)):
        return False
    folder = finished_place(project, year, department)
    records = approvals_of(project, year, department).records
    if folder is None:
        plan = decision.plan if decision is not None else None
        now = plan.origin.made_from if plan else project.files.digest(submission_path(year, department)) or ""
        return returned(records, {}, now) is not None
    found = read_manifest(folder) or {}
    return returned(records, found.get("content", {}), str(found.get("made_from", ""))) is not None


def _folder(decision: Current | Kept | ToBuild) -> Path | None:
    """Where a report is finished, made from what lies in the project today."""
    return None if isinstance(decision, Kept) else decision.folder


def _missing(decision: Current | Kept | ToBuild) -> int:
    return decision.missing if isinstance(decision, Current) else decision.plan.head.missing


def _is_of_today(decision: Current | Kept | ToBuild, draft: Path) -> bool:
    """Whether a draft shows what lies in the project today, approved since or not."""
    if (folder := _folder(decision)) is not None or decision.plan is None:
        return folder == draft
    return (read_manifest(draft) or {}).get("made_from") == decision.plan.origin.made_from


def _draft_state(project: Project, year: int, department: str) -> State:
    """What a draft that is up to date waits for: 草稿 its department, 待审 its reviewers, 已签发 the next build.

    Raises InputError where the approvals file isn't what was written.
    """
    asked = bool(project.definition.approvals.required)
    if not asked and not project.files.has(approvals_path(year, department)):
        return State.DRAFT
    found = read_manifest(place(project, year, department, True)) or {}
    approvals = approvals_of(project, year, department)
    digests = found.get("content", {})
    if not found.get("waits_for_approval"):
        return State.DRAFT
    return State.IN_REVIEW if approvals.pending(digests) else State.APPROVED
