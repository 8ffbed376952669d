"""Finished reports checked against their manifests, byte by byte."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportkit.digests import digest_of_file
from reportkit.inputs.project import Project
from reportkit.outputs import manifest
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import DRAFTS, OUTPUTS, place


@dataclass(frozen=True, slots=True)
class Verified:
    """A finished report and what is wrong with its files; nothing where they are what its manifest says."""

    year: int
    department: str
    draft: bool
    faults: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "department": self.department,
            "draft": self.draft,
            "whole": not self.faults,
            "faults": list(self.faults),
        }


def verify(project: Project, years: Sequence[int], departments: Sequence[str]) -> Iterator[Verified]:
    """Every report and draft that is in outputs/, of these years and departments; of all where none are named."""
    for draft, root in ((False, OUTPUTS), (True, DRAFTS)):
        for folder in sorted((project.root / root).glob("[12][0-9][0-9][0-9]/*")):
            year, department = int(folder.parent.name), folder.name
            if not folder.is_dir() or department.startswith(".") or (years and year not in years):
                continue
            if not departments or department in departments:
                yield Verified(year, department, draft, tuple(faults_of(project, year, department, draft=draft)))
    for year, department in Cache(project, read_only=True).finished_reports():
        wanted = (not years or year in years) and (not departments or department in departments)
        gone = not any(place(project, year, department, draft).is_dir() for draft in (False, True))
        if wanted and gone and was_published(project, year, department):
            yield Verified(year, department, False, tuple(faults_of(project, year, department, draft=False)))


def faults_of(project: Project, year: int, department: str, *, draft: bool) -> list[str]:
    """What is wrong with a finished report: its files, where it lies, and its manifest where the build's is kept."""
    folder = place(project, year, department, draft)
    if not folder.is_dir():
        return ["the folder is gone"]
    found = list(manifest.faults(folder))
    data = manifest.read_manifest(folder) or {}
    if data and (data.get("state"), data.get("year"), data.get("department")) != (
        manifest.state_of(draft), year, department,
    ):  # fmt: skip
        found.append(
            f"{manifest.NAME} is of another place: {data.get('state')} {data.get('year')}/{data.get('department')}"
        )
    if data and _is_forged(project, folder, str(data.get("digest"))):
        found.append(f"{manifest.NAME} is not what was built")
    return found


def _is_forged(project: Project, folder: Path, digest: str) -> bool:
    """Whether the builds that are known of a report made another manifest; False where none is known."""
    cache = Cache(project, read_only=True)
    kept = cache.manifest_digest(digest)
    if kept is None:
        known = [each for each, _ in cache.builds(int(folder.parent.name), folder.name)]
        return bool(known) and digest not in known
    return kept != digest_of_file(folder / manifest.NAME)


def was_published(project: Project, year: int, department: str) -> bool:
    """Whether the last build of a report, so far as it is known, was published."""
    cache = Cache(project, read_only=True)
    return any(cache.is_published(digest) for digest, _ in cache.builds(year, department))
