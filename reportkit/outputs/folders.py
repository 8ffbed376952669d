"""Where finished reports are, and what their folders say: which one is whole, published, a draft, a correction."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportkit.digests import digest_of_file, read_regular
from reportkit.errors import ApprovalsError
from reportkit.inputs.approvals_file import approvals_path
from reportkit.inputs.corrections import corrections_of
from reportkit.inputs.project import Project
from reportkit.messages.said import Said
from reportkit.model import Correction
from reportkit.outputs import manifest
from reportkit.outputs.cache import Cache
from reportkit.review.approvals import Record
from reportkit.text.json_text import read_json

OUTPUTS = "outputs"
DRAFTS = "outputs/drafts"


def place(project: Project, year: int, department_id: str, draft: bool) -> Path:
    """The folder of a published report, or of a draft."""
    return project.root / (DRAFTS if draft else OUTPUTS) / str(year) / department_id


def drafted_correction(project: Project, year: int, department: str) -> Correction | None:
    """The correction that a closed report's draft would be once it is published; None where there is no such draft."""
    try:
        found = Correction.from_json(_printed(place(project, year, department, draft=True))[-1])
    except (ValueError, LookupError, TypeError):
        return None
    return found if found.number == len(corrections_of(project, year, department)) + 1 else None


def corrections_printed(project: Project, year: int, department: str) -> int:
    """How many corrections the published report states; 0 where it can't be read."""
    return len(_printed(place(project, year, department, draft=False)))


def _printed(folder: Path) -> list[Any]:
    """The corrections that a finished report states."""
    try:
        notebook = read_json(read_regular(folder / "report.ipynb"))
        return list(notebook["metadata"]["reportkit"]["about"].get("corrections", ()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []


def finished_folder(
    project: Project, cache: Cache, year: int, department: str, digest: str, *, thorough: bool = True
) -> Path | None:
    """The folder that was made from the plan of that digest and is whole; None where the report must be built.

    Its manifest must be, to the byte, the one that the cache says was built: a page and its digest may have been
    changed together. Unless `thorough`, files that have been touched are checked against their manifest by size alone.
    """
    stamps = cache.stamps
    for draft in (False, True):
        folder = place(project, year, department, draft)
        found = stamps.known(folder)
        is_known = found is not None
        found = found or manifest.read_manifest(folder)
        if found is None or found.get("digest") != digest or found.get("state") != manifest.state_of(draft):
            continue
        if is_known:
            return folder
        if cache.manifest_digest(digest) != digest_of_file(folder / manifest.NAME):
            continue
        if thorough and not any(manifest.faults(folder)):
            stamps.note(folder, {"digest": found["digest"], "state": found["state"]})
            return folder
        if not thorough and manifest.is_whole(folder, thorough=False):
            return folder
    return None


def finished_place(project: Project, year: int, department: str) -> Path | None:
    """The folder of the last build: a draft where there is one, else what is published; None where neither is."""
    for draft in (True, False):
        folder = place(project, year, department, draft)
        if manifest.read_manifest(folder) is not None:
            return folder
    return None


def refuse_shortened(project: Project, year: int, department: str, records: Sequence[Record]) -> None:
    """Refuses an approvals file that lacks lines with which the report was built: a chain doesn't show its end.

    Raises ApprovalsError.
    """
    for draft, how in ((False, Said("as_published")), (True, Said("as_drafted"))):
        known = (manifest.read_manifest(place(project, year, department, draft)) or {}).get("approvals")
        if known and (len(records) < known["lines"] or records[known["lines"] - 1].hash != known["last"]):
            raise ApprovalsError(
                "approvals_shortened",
                where=approvals_path(year, department),
                lines=len(records),
                how=how,
                known=known["lines"],
            )
