"""Finished reports held against their manifests, byte by byte."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reportkit.decide import DRAFTS, OUTPUTS, place
from reportkit.inputs.project import Project
from reportkit.publishing.manifest import faults


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
    """Every report and draft that stands in outputs/, of these years and departments; of all where none are named."""
    for draft, root in ((False, OUTPUTS), (True, DRAFTS)):
        for folder in sorted((project.root / root).glob("[12][0-9][0-9][0-9]/*")):
            year, department = int(folder.parent.name), folder.name
            if department.startswith(".") or (years and year not in years):
                continue
            if not departments or department in departments:
                yield Verified(year, department, draft, tuple(faults(place(project, year, department, draft))))
