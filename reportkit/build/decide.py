"""What a build has to do for each report, and why: nothing, restore what was kept, render, or run notebooks first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from reportkit.digests import read_regular
from reportkit.execution.dependencies import UNFOLLOWED
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Correction, Finding, Plan
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import finished_folder, refuse_shortened
from reportkit.outputs.lookups import Change, Known, Lookup
from reportkit.publishing import data
from reportkit.review.approvals import read_records


class Work(StrEnum):
    """What is to be done for a report, in a word."""

    NOTHING = "up-to-date"
    CLOSED = "closed"
    RESTORE = "restore"
    RENDER = "render"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Closed:
    """Its year is closed: what is published is only checked against its manifest."""

    year: int
    department: str


@dataclass(frozen=True, slots=True)
class Current:
    """It is finished in `folder`, made from the same inputs: nothing is to be done. `digest` is that of its plan."""

    year: int
    department: str
    folder: Path
    draft: bool
    missing: int
    digest: str
    plan: Plan | None = None
    """None where nothing was planned, because no file has changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The cache kept its files, made from the same plan: they are put back.

    `changes` is what is not as it was when the report was last finished; with `is_new` it never was.
    """

    plan: Plan
    files: Mapping[str, bytes]
    draft: bool
    changes: tuple[Change, ...] = ()
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class ToBuild:
    """It is rendered anew; first its notebooks run of which `jobs` has no kept run.

    `changes` and `is_new` are as in Kept. `folder` is where it is finished although notebooks must run: it isn't known
    what they read.
    """

    plan: Plan
    jobs: tuple[Lookup, ...]
    changes: tuple[Change, ...] = ()
    is_new: bool = False
    folder: Path | None = None

    @property
    def draft(self) -> bool:
        return self.plan.head.draft


Decision = Closed | Current | Kept | ToBuild
"""What is to be done for one report."""


@dataclass(frozen=True, slots=True)
class JobReasons:
    """Whether a notebook runs, and why: what has changed since its last run; with `is_new` it never ran."""

    notebook: str
    runs: bool
    is_new: bool
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "notebook": self.notebook,
            "runs": self.runs,
            "never_ran": self.is_new,
            "changes": [change.to_json() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class Reasons:
    """A decision as people are shown it: the work, and why; without any file."""

    report: str
    work: Work
    is_new: bool = False
    changes: tuple[Change, ...] = ()
    jobs: tuple[JobReasons, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "work": self.work.value,
            "never_finished": self.is_new,
            "changes": [change.to_json() for change in self.changes],
            "jobs": [each.to_json() for each in self.jobs],
        }


def reasons_of(decision: Decision) -> Reasons:
    """What is to be done and why, without any file."""
    match decision:
        case Closed():
            return Reasons(f"{decision.year}/{decision.department}", Work.CLOSED)
        case Current():
            return Reasons(f"{decision.year}/{decision.department}", Work.NOTHING)
        case Kept():
            return Reasons(decision.plan.name, Work.RESTORE, decision.is_new, decision.changes)
        case ToBuild():
            jobs = tuple(
                JobReasons(each.job.name, each.run is None, each.is_new, each.changes) for each in decision.jobs
            )
            work = Work.RUN if any(each.runs for each in jobs) else Work.RENDER
            return Reasons(decision.plan.name, work, decision.is_new, decision.changes, jobs)


def findings_of(decision: Decision) -> tuple[Finding, ...]:
    """The findings on a report: where it is finished, those beside it, else those of its plan."""
    match decision:
        case Closed():
            return ()
        case Current(folder=folder) | ToBuild(folder=Path() as folder):
            return data.read_findings(read_regular(folder / data.FINDINGS))
        case _:
            return decision.plan.basis.findings


def unchanged(project: Project, cache: Cache, known: Known | None, *, thorough: bool = True) -> Current | None:
    """The decision on a report that is finished and of which no input has changed; None where it must be planned.

    `known` is what the cache has of it. This parses nothing, so that a thousand reports take a moment.
    """
    if known is None:
        return None
    year, department = known.year, known.department
    folder = finished_folder(project, cache, year, department, known.digest, thorough=thorough)
    if folder is None:
        return None
    return Current(year, department, folder, known.draft, known.missing, known.digest)


def decide(
    project: Project,
    cache: Cache,
    year: int,
    department: str,
    *,
    force: bool = False,
    correction: Correction | None = None,
) -> Current | Kept | ToBuild:
    """Plans a report and says what is to be done; with `force` everything. Raises as `plan_report` does."""
    from reportkit.build.plan import plan_report  # takes a second to import, and mostly nothing is to be done

    with project.files.noting() as files:
        plan = plan_report(project, year, department, correction)
    if plan.approvals.required:
        where = approvals_path(year, department)
        refuse_shortened(project, year, department, read_records(plan.approvals.file, plan.name, where))
    cache.remember(plan, files)
    if force:
        return ToBuild(plan, tuple(Lookup(job, None) for job in plan.execution.jobs))
    folder = finished_folder(project, cache, year, department, plan.digest)
    if any(UNFOLLOWED in job.needs for job in plan.execution.jobs) or cache.has_opened_changed(year, department):
        return _to_build(cache, plan, folder=folder)
    if folder is not None:
        return Current(year, department, folder, plan.head.draft, plan.head.missing, plan.digest, plan)
    before = cache.changed_since_finished(plan)
    if (kept := cache.finished(plan)) is not None:
        return Kept(plan, *kept, before or (), before is None)
    return _to_build(cache, plan, before or (), is_new=before is None)


def _to_build(
    cache: Cache, plan: Plan, changes: tuple[Change, ...] = (), *, is_new: bool = False, folder: Path | None = None
) -> ToBuild:
    """What of a report's notebooks must be run again; the plan is given the runs that were kept."""
    jobs = cache.look_up(plan)
    executed = {each.job.name: each.run.notebook for each in jobs if each.run is not None and each.run.notebook}
    light = tuple(replace(each, run=each.run and each.run.without_bytes()) for each in jobs)
    plan = replace(plan, execution=replace(plan.execution, kept=executed))
    return ToBuild(plan, light, changes, is_new, folder)
