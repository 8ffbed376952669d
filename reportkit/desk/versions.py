"""A report beside what it was: the build before, what was approved or published, last year's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportkit.content import Content, Version
from reportkit.digests import read_regular
from reportkit.errors import ProjectError
from reportkit.inputs.approvals_file import approvals_bytes, approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Finding, State
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import finished_place, place, refuse_shortened
from reportkit.outputs.manifest import read_manifest
from reportkit.publishing import data
from reportkit.publishing.extract import read_content
from reportkit.review.approvals import Approvals, approved_content, read_records
from reportkit.review.changes import Comparison
from reportkit.review.differences import compare

NEEDED = ("report.ipynb", "figures.json", data.FINDINGS)
"""The files of a finished report that a comparison looks at."""


@dataclass(frozen=True)
class Side:
    """One of the two reports of a comparison; `builds` are the files (those of NEEDED) of the build that each section
    was taken from, by its id, where they are still there.

    `findings` are None where they aren't known any more. `approved` are the sections that were ever approved, where
    nothing else is to be compared.
    """

    label: str
    content: Content
    findings: tuple[Finding, ...] | None = None
    builds: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    approved: frozenset[str] | None = None


@dataclass(frozen=True)
class Compared:
    """A report and what it is compared with, with all that differs."""

    year: int
    department: str
    against: Version
    before: Side
    after: Side
    comparison: Comparison

    def to_json(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "department": self.department,
            "against": self.against.value,
            "before": self.before.label,
            "after": self.after.label,
            **self.comparison.to_json(),
        }


def compare_report(
    project: Project,
    year: int,
    department: str,
    against: Version | None = None,
    of: Version = Version.THIS_BUILD,
) -> Compared:
    """Compares a version of a report with another one; by default the last build with `usual_version`.

    Raises ProjectError where one of the two was never built or is not kept any more.
    """
    against = against or usual_version(project, year, department)
    after, before = _version(project, year, department, of), _version(project, year, department, against)
    known_findings = None not in (before.findings, after.findings)
    comparison = compare(
        project.editions,
        before.content,
        after.content,
        before.findings or () if known_findings else (),
        after.findings or () if known_findings else (),
        of=_in_both(before.approved, after.approved),
    )
    return Compared(year, department, against, before, after, comparison)


def _in_both(before: frozenset[str] | None, after: frozenset[str] | None) -> frozenset[str] | None:
    return before & after if before is not None and after is not None else before if after is None else after


def usual_version(project: Project, year: int, department: str) -> Version:
    """What a report is compared with unless stated: what was approved, what its draft would replace, last year's."""
    if approved_content(approvals_of(project, year, department).records):
        return Version.APPROVED
    return version_beside(project, year, department)


def version_beside(project: Project, year: int, department: str) -> Version:
    """What a report is compared with whatever was approved: what its draft would replace, else last year's."""
    both = all(read_manifest(place(project, year, department, draft)) is not None for draft in (False, True))
    return Version.PUBLISHED if both else Version.LAST_YEAR


def this_build(project: Project, year: int, department: str) -> Side:
    """The report as it was built last, a draft or published. Raises ProjectError where it never was."""
    folder = finished_place(project, year, department)
    if folder is None:
        raise ProjectError("not_built", where="outputs/", year=year, department=department)
    draft = folder == place(project, year, department, draft=True)
    return _in_folder(project, f"本次生成（{State.DRAFT}）" if draft else "本次生成", folder)


def approvals_of(project: Project, year: int, department: str) -> Approvals:
    """A report's approvals file with the project's levels. Raises ApprovalsError where lines changed or are gone."""
    settings = project.definition.approvals
    content = approvals_bytes(project, year, department)
    records = read_records(content, f"{year}/{department}", approvals_path(year, department))
    refuse_shortened(project, year, department, records)
    return Approvals(
        records, {level.id: level.label for level in settings.levels}, tuple(settings.required), project.editions
    )


def _version(project: Project, year: int, department: str, version: Version) -> Side:
    match version:
        case Version.THIS_BUILD:
            return this_build(project, year, department)
        case Version.LAST_YEAR:
            for draft in (False, True):
                folder = place(project, year - 1, department, draft)
                if read_manifest(folder) is not None:
                    return _in_folder(project, f"{year - 1}年报告", folder)
            raise ProjectError("not_built", where="outputs/", year=year - 1, department=department)
        case Version.PUBLISHED:
            folder = place(project, year, department, draft=False)
            if read_manifest(folder) is None:
                raise ProjectError("not_published", where="outputs/", year=year, department=department)
            return _in_folder(project, State.PUBLISHED, folder)
        case Version.APPROVED:
            return _approved(project, year, department)
        case Version.LAST_BUILD:
            return _last_build(project, year, department)


def _last_build(project: Project, year: int, department: str) -> Side:
    cache = Cache(project, read_only=True)
    folder = finished_place(project, year, department)
    now = read_manifest(folder) if folder else None
    for digest, _ in cache.builds(year, department):
        if now is not None and digest != now.get("digest"):
            kept = cache.bundle(digest)
            if kept is None:
                break
            return _side("上次生成", {name: kept[0][name] for name in NEEDED})
    raise ProjectError("no_earlier_build", where="outputs/.cache", year=year, department=department)


def _approved(project: Project, year: int, department: str) -> Side:
    found = approved_content(approvals_of(project, year, department).records)
    if found is None:
        raise ProjectError("never_approved", where=approvals_path(year, department), year=year, department=department)
    cache = Cache(project, read_only=True)
    wanted = {record.made_from for record in found.grants.values()}
    kept: dict[str, Mapping[str, bytes]] = {}
    for digest, made_from in cache.builds(year, department):
        if made_from in wanted and made_from not in kept and (bundle := cache.bundle(digest)) is not None:
            kept[made_from] = {name: bundle[0][name] for name in NEEDED}
    builds = {name: kept[each.made_from] for name, each in found.grants.items() if each.made_from in kept}
    latest = kept.get(found.latest.made_from)
    findings = None if latest is None else data.read_findings(latest[data.FINDINGS])
    label = f"{found.latest.at[:10]}批准的内容"
    return Side(label, found.content, findings, builds, frozenset(found.grants))


def _in_folder(project: Project, label: str, folder: Path) -> Side:
    try:
        return _side(label, {name: read_regular(folder / name) for name in NEEDED})
    except OSError as error:
        raise ProjectError(
            "finished_file_missing", where=folder.relative_to(project.root).as_posix(), file=Path(error.filename).name
        ) from error


def _side(label: str, files: Mapping[str, bytes]) -> Side:
    try:
        findings = data.read_findings(files[data.FINDINGS])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ProjectError("finished_file_unreadable", where=f"outputs/, {label}", file=data.FINDINGS) from error
    content = read_content(files)
    return Side(label, content, findings, dict.fromkeys(content.sections, files))
