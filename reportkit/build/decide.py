"""What a build has to do for each report, and why: nothing, restore what was kept, render, or run notebooks first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportkit.execution.dependencies import UNFOLLOWED
from reportkit.inputs.approvals import approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Finding, Plan
from reportkit.outputs.cache import Cache, Change, Known, Lookup
from reportkit.outputs.folders import finished_folder, refuse_shortened
from reportkit.publishing import data
from reportkit.review.approvals import read_records


class Work(StrEnum):
    """What is to be done for a report."""

    NOTHING = "up-to-date"
    CLOSED = "closed"
    """Its year is closed: what is published is only held against its manifest."""
    RESTORE = "restore"
    RENDER = "render"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done for one report, and why.

    `folder` is where it stands finished, made from the same inputs, `files` what the cache kept of it. `changes` is
    what is not as it was when the report was last finished; with `is_new` it never was. `jobs` says of each notebook
    whether it must run, and why.
    """

    year: int
    department: str
    work: Work
    plan: Plan | None = None
    folder: Path | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    draft: bool = False
    missing: int = 0
    changes: tuple[Change, ...] = ()
    is_new: bool = False
    jobs: tuple[Lookup, ...] = ()

    @property
    def report(self) -> str:
        return f"{self.year}/{self.department}"

    def to_json(self) -> dict[str, Any]:
        return {
            "work": self.work.value,
            "never_finished": self.is_new,
            "changes": [change.to_json() for change in self.changes],
            "jobs": [
                {
                    "notebook": each.job.name,
                    "runs": each.run is None,
                    "never_ran": each.is_new,
                    "changes": [change.to_json() for change in each.changes],
                }
                for each in self.jobs
            ],
        }


def findings_of(decision: Decision) -> tuple[Finding, ...]:
    """The findings on a report: those of its plan, or where it is finished, those that stand beside it."""
    if decision.folder is not None:
        return data.read_findings((decision.folder / data.FINDINGS).read_bytes())
    return () if decision.plan is None else decision.plan.findings


def unchanged(project: Project, cache: Cache, known: Known | None, *, thorough: bool = True) -> Decision | None:
    """The decision on a report that is finished and of which no input has changed; None where it must be planned.

    `known` is what the cache has of it. This parses nothing, so that a thousand reports take a moment.
    """
    if known is None:
        return None
    year, department = known.year, known.department
    folder = finished_folder(project, cache.stamps, year, department, known.digest, thorough=thorough)
    if folder is None:
        return None
    return Decision(year, department, Work.NOTHING, folder=folder, draft=known.draft, missing=known.missing)


def decide(project: Project, cache: Cache, year: int, department: str, *, force: bool = False) -> Decision:
    """Plans a report and says what is to be done; with `force` everything. Raises as `plan_report` does."""
    from reportkit.build.plan import plan_report  # takes a second to import, and mostly nothing is to be done

    with project.noting() as files:
        plan = plan_report(project, year, department)
    if plan.required:
        where = approvals_path(year, department)
        refuse_shortened(project, year, department, read_records(plan.approvals, plan.name, where))
    cache.remember(plan, files)
    decision = Decision(year, department, Work.RUN, plan, draft=plan.draft, missing=int(plan.about["missing"]))
    if force:
        return replace(decision, jobs=tuple(Lookup(job, None) for job in plan.jobs))
    folder = finished_folder(project, cache.stamps, year, department, plan.digest)
    if any(UNFOLLOWED in job.needs for job in plan.jobs):
        return replace(_to_run(cache, decision), folder=folder)
    if folder is not None:
        return replace(decision, work=Work.NOTHING, folder=folder)
    before = cache.changed_since_finished(plan)
    decision = replace(decision, changes=before or (), is_new=before is None)
    if (kept := cache.finished(plan)) is not None:
        return replace(decision, work=Work.RESTORE, files=kept[0], draft=kept[1])
    return _to_run(cache, decision)


def _to_run(cache: Cache, decision: Decision) -> Decision:
    """What of a report's notebooks must be run again."""
    plan = decision.plan
    assert plan is not None
    jobs = cache.look_up(plan)
    executed = {each.job.name: each.run.notebook for each in jobs if each.run is not None and each.run.notebook}
    work = Work.RENDER if len(executed) == len(jobs) else Work.RUN
    return replace(decision, work=work, plan=replace(plan, kept=executed), jobs=jobs)
