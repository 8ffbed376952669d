"""What is built put in its place: only what was made from what still lies there, closed years only as corrections."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reportkit.build.decide import Current, Kept, findings_of
from reportkit.digests import read_regular
from reportkit.editions.loading import OWN
from reportkit.errors import InputError, PublishingError, ReportkitError
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.corrections import correction_path, corrections_of
from reportkit.inputs.files import DEFINITION, REGISTER
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Correction, Outcome, Plan
from reportkit.outputs import manifest
from reportkit.outputs.append import add_line
from reportkit.outputs.folders import OUTPUTS, corrections_printed, drafted_correction, place
from reportkit.outputs.sbom import keep_sbom
from reportkit.outputs.swap import publish_folder, recover, remove_folder
from reportkit.outputs.verify import faults_of, was_published
from reportkit.publishing import data
from reportkit.publishing.extract import CORRECTION, read_content, read_folder
from reportkit.review.changes import Comparison, HeadChange
from reportkit.review.differences import compare

Target = tuple[int, str]
"""A report: its year and its department's id."""


@dataclass(frozen=True, slots=True)
class Reopening:
    """Why reports of closed years are made again, and on what day; those that are published become a correction."""

    reason: str
    on: date

    def correction_of(self, project: Project, year: int, department: str) -> Correction | None:
        """What a report becomes: a correction with the next number where it is published, was, or was corrected.

        The day is that of its draft, where one with the same reason waits for approvals. Raises InputError where the
        published report states more corrections than are noted.
        """
        noted = corrections_of(project, year, department)
        is_there = place(project, year, department, draft=False).is_dir()
        if not (is_there or noted or was_published(project, year, department)):
            return None
        printed = corrections_printed(project, year, department)
        if printed > len(noted):
            raise InputError(
                "corrections_lost", where=correction_path(year, department), noted=len(noted), printed=printed
            )
        drafted = drafted_correction(project, year, department)
        on = drafted.on if drafted is not None and drafted.reason == self.reason else self.on
        return Correction(len(noted) + 1, on, self.reason)


def another_reason(project: Project, target: Target, reopening: Reopening | None) -> bool:
    """Whether a correction's draft waits that was made for another reason."""
    if reopening is None:
        return False
    drafted = drafted_correction(project, *target)
    return drafted is not None and drafted.reason != reopening.reason


def up_to_date(project: Project, decision: Current) -> Bundle:
    """The Bundle of a report that needs no building, with the findings of its last build."""
    year, department = decision.year, decision.department
    draft = decision.folder == place(project, year, department, True)
    if not draft:
        remove_folder(place(project, year, department, True))
    return Bundle(year, department, Outcome.UP_TO_DATE, draft, {}, findings_of(decision), missing=decision.missing)


def restored(project: Project, decision: Kept) -> Bundle:
    """A report put in its place again from what the cache kept."""
    outcome = Outcome.DRAFT if decision.draft else Outcome.PUBLISHED
    findings = data.read_findings(decision.files[data.FINDINGS])
    plan = decision.plan
    bundle = Bundle(plan.year, plan.department.id, outcome, decision.draft, decision.files, findings)
    return put_in_place(project, plan, bundle.with_origin(plan))


def closed_report(project: Project, target: Target) -> Bundle:
    """The Bundle of a report of a closed year: nothing is built; what is published must be what it was."""
    year, department = target
    folder = place(project, year, department, draft=False)
    recover(folder)
    if not folder.is_dir() and not was_published(project, year, department):
        return Bundle(year, department, Outcome.CLOSED, False, {}, ())
    found = faults_of(project, year, department, draft=False)
    if not found:
        try:
            findings = data.read_findings(read_regular(folder / data.FINDINGS))
            return Bundle(year, department, Outcome.CLOSED, False, {}, findings)
        except (OSError, ValueError, LookupError, TypeError):
            found = [f"{data.FINDINGS} can't be read"]
    failure = PublishingError(
        "published_changed", where=f"{OUTPUTS}/{year}/{department}", faults=found, year=year, department=department
    )
    return Bundle(year, department, Outcome.FAILED, False, {}, (), failure=failure)


def put_in_place(project: Project, plan: Plan, bundle: Bundle) -> Bundle:
    """A bundle put in its place; where that corrects a published report, the correction is kept with what changed.

    It is noted before it is published, so that none can be published without a record. A report that readers would
    find unchanged is not published as a correction.
    """
    correction = plan.correction
    if correction is None or bundle.outcome is not Outcome.PUBLISHED:
        return _swapped_in(project, plan, bundle)
    folder = place(project, bundle.year, bundle.department, draft=False)
    before, after = read_folder(folder), read_content(bundle.files)
    changes = None if before is None else compare(project.editions, before, after)
    if changes is not None and not _beside_correction(changes) and not any(manifest.faults(folder)):
        return replace(bundle, outcome=Outcome.CLOSED, files={})
    changes_json = None if changes is None else changes.to_json()
    undo = _keep_correction(project, bundle.year, bundle.department, correction, changes_json)
    placed = _swapped_in(project, plan, bundle)
    if placed.outcome is not Outcome.PUBLISHED:
        undo()
    return placed


def _beside_correction(comparison: Comparison) -> bool:
    """Whether anything has changed but for the line that states corrections."""
    return any(not isinstance(each, HeadChange) or each.label != CORRECTION for each in comparison.changes)


def _swapped_in(project: Project, plan: Plan, bundle: Bundle) -> Bundle:
    if bundle.outcome is Outcome.FAILED:
        return bundle
    try:
        _refuse_changed(project, plan)
        keep_sbom(project.root / OUTPUTS)
        publish_folder(place(project, bundle.year, bundle.department, bundle.draft), bundle.files)
        if not bundle.draft:
            remove_folder(place(project, bundle.year, bundle.department, True))
    except ReportkitError as error:
        return replace(bundle, outcome=Outcome.FAILED, failure=error)
    except OSError as error:
        return not_written(plan.year, plan.department.id, error)
    return bundle


def _refuse_changed(project: Project, plan: Plan) -> None:
    """A report is published only from what still lies in the project: a slow build never overwrites a newer one."""
    if (
        project.files.has_changed(DEFINITION)
        or project.register_part_now(plan.department) != plan.execution.inputs[REGISTER]
    ):
        raise _changed_meanwhile(plan, "The register or report.yaml")
    if project.editions_have_changed():
        raise _changed_meanwhile(plan, OWN)
    made = (REGISTER, DEFINITION)  # in a plan there are only parts of these
    planned = {name: content for name, content in plan.execution.inputs.items() if name not in made}
    planned |= {f"notebooks/{job.name}": job.notebook for job in plan.execution.jobs}
    for name, content in planned.items():
        path = project.root / name
        if not path.is_file() or read_regular(path) != content:
            raise _changed_meanwhile(plan, name)
    if plan.approvals.required:
        path = project.root / approvals_path(plan.year, plan.department.id)
        if (read_regular(path) if path.is_file() else b"") != plan.approvals.file:
            raise _changed_meanwhile(plan, "The approvals file")


def _changed_meanwhile(plan: Plan, name: str) -> PublishingError:
    return PublishingError("changed_meanwhile", where=plan.name, name=name)


def not_written(year: int, department: str, error: OSError) -> Bundle:
    failure = PublishingError("folder_not_written", where=f"{year}/{department}", reason=error.strerror)
    return Bundle(year, department, Outcome.FAILED, False, {}, (), failure=failure.caused_by(error))


def _keep_correction(
    project: Project, year: int, department: str, correction: Correction, changes: Mapping[str, object] | None
) -> Callable[[], None]:
    """Adds a correction to a report's file, with what has changed; None where the report before it couldn't be read.

    Returns what takes it back. Raises InputError where it can't be written.
    """
    line = {**correction.to_json(), "changes": changes}
    return add_line(project, correction_path(year, department), lambda _: json.dumps(line, ensure_ascii=False))
