"""What a build has to do for each report, and why: nothing, restore what was kept, render, or run notebooks first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportkit.cache import Cache, Change, Known, Lookup
from reportkit.errors import ApprovalsError
from reportkit.execution.needs import UNFOLLOWED
from reportkit.inputs.approvals import approvals_path
from reportkit.inputs.corrections import corrections_of
from reportkit.inputs.project import Project
from reportkit.model import Correction, Finding, Plan
from reportkit.publishing import data, manifest
from reportkit.review.approvals import Record, read_records

OUTPUTS = "outputs"
DRAFTS = "outputs/drafts"


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


def place(project: Project, year: int, department_id: str, draft: bool) -> Path:
    """The folder of a published report, or of a draft."""
    return project.root / (DRAFTS if draft else OUTPUTS) / str(year) / department_id


def drafted_correction(project: Project, year: int, department: str) -> Correction | None:
    """The correction that a closed report's draft would be once it is published; None where there is no such draft."""
    try:
        last = _printed(place(project, year, department, draft=True))[-1]
        found = Correction(int(last["number"]), date.fromisoformat(last["on"]), str(last["reason"]))
    except (ValueError, LookupError, TypeError):
        return None
    return found if found.number == len(corrections_of(project, year, department)) + 1 else None


def corrections_printed(project: Project, year: int, department: str) -> int:
    """How many corrections the published report tells its readers of; 0 where it can't be read."""
    return len(_printed(place(project, year, department, draft=False)))


def _printed(folder: Path) -> list[Any]:
    """The corrections that a finished report tells of."""
    try:
        notebook = json.loads((folder / "report.ipynb").read_bytes())
        return list(notebook["metadata"]["reportkit"]["about"].get("corrections", ()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []


def finished_folder(
    project: Project, cache: Cache, year: int, department: str, digest: str, *, thorough: bool = True
) -> Path | None:
    """The folder that was made from the plan of that digest and is whole; None where the report must be built.

    Unless `thorough`, files that have been touched are held against their manifest by size alone.
    """
    for draft in (False, True):
        folder = place(project, year, department, draft)
        found = cache.stamps.known(folder)
        is_known = found is not None
        found = found or manifest.read_manifest(folder)
        if found is None or found.get("digest") != digest or found.get("state") != ("draft" if draft else "published"):
            continue
        if is_known:
            return folder
        if thorough and not any(manifest.faults(folder)):
            cache.stamps.note(folder, {"digest": found["digest"], "state": found["state"]})
            return folder
        if not thorough and manifest.is_whole(folder, thorough=False):
            return folder
    return None


def unchanged(project: Project, cache: Cache, known: Known | None, *, thorough: bool = True) -> Decision | None:
    """The decision on a report that is finished and of which no input has changed; None where it must be planned.

    `known` is what the cache has of it. This parses nothing, so that a thousand reports take a moment.
    """
    if known is None:
        return None
    year, department = known.year, known.department
    folder = finished_folder(project, cache, year, department, known.digest, thorough=thorough)
    if folder is None:
        return None
    return Decision(year, department, Work.NOTHING, folder=folder, draft=known.draft, missing=known.missing)


def decide(project: Project, cache: Cache, year: int, department: str, *, force: bool = False) -> Decision:
    """Plans a report and says what is to be done; with `force` everything. Raises as `plan_report` does."""
    from reportkit.plan import plan_report  # takes a second to import, and mostly nothing is to be done

    with project.noting() as files:
        plan = plan_report(project, year, department)
    if plan.required:
        where = approvals_path(year, department)
        refuse_shortened(project, year, department, read_records(plan.approvals, plan.name, where))
    cache.remember(plan, files)
    decision = Decision(year, department, Work.RUN, plan, draft=plan.draft, missing=int(plan.about["missing"]))
    if force:
        return replace(decision, jobs=tuple(Lookup(job, None) for job in plan.jobs))
    folder = finished_folder(project, cache, year, department, plan.digest)
    if any(UNFOLLOWED in job.needs for job in plan.jobs):
        return replace(_to_run(cache, decision), folder=folder)
    if folder is not None:
        return replace(decision, work=Work.NOTHING, folder=folder)
    before = cache.changed_since_finished(plan)
    decision = replace(decision, changes=before or (), is_new=before is None)
    if (kept := cache.finished(plan)) is not None:
        return replace(decision, work=Work.RESTORE, files=kept[0], draft=kept[1])
    return _to_run(cache, decision)


def refuse_shortened(project: Project, year: int, department: str, records: Sequence[Record]) -> None:
    """Refuses an approvals file that lacks lines with which the report was built: a chain doesn't show its end.

    Raises ApprovalsError.
    """
    for draft, how in ((False, "published"), (True, "drafted")):
        known = (manifest.read_manifest(place(project, year, department, draft)) or {}).get("approvals")
        if known and (len(records) < known["lines"] or records[known["lines"] - 1].hash != known["last"]):
            raise ApprovalsError(
                f"There are {len(records)} lines; the report was {how} with {known['lines']}, or with others.",
                where=approvals_path(year, department),
                mend="Take the file back from git.",
            )


def _to_run(cache: Cache, decision: Decision) -> Decision:
    """What of a report's notebooks must be run again."""
    plan = decision.plan
    assert plan is not None
    jobs = cache.look_up(plan)
    executed = {each.job.name: each.run.notebook for each in jobs if each.run is not None and each.run.notebook}
    work = Work.RENDER if len(executed) == len(jobs) else Work.RUN
    return replace(decision, work=work, plan=replace(plan, kept=executed), jobs=jobs)
