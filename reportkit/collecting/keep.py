"""Writes what was collected: the file as it came, the submission, where its figures are from; and puts that back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from reportkit.collecting.collect import Collected, Standing
from reportkit.digests import read_regular
from reportkit.errors import InputError, ProjectError
from reportkit.inputs.files import submission_path
from reportkit.inputs.project import Project
from reportkit.inputs.sources import sources_path
from reportkit.outputs.append import add_line
from reportkit.outputs.swap import write_file

RECEIVED = "params/{year}/received"
"""What was handed in, as it came; git ignores it, and no plan, output, site or log has any of it."""
_LOG = "received.jsonl"
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """One line on what was collected: when, from which file, and what stood in its places before."""

    at: str
    year: int
    department: str
    file: str
    digest: str
    before: str
    """The digest of the submission that was there, under which its text is kept; empty where there was none."""
    sources: str
    after: str
    undone: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) not in ("", False)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Receipt":
        return cls(**{"before": "", "sources": "", **data})


def keep(project: Project, collected: Collected, now: datetime) -> Receipt:
    """Writes one submission that was collected. What stood there before is kept beside the file that was handed in.

    Raises InputError where it has changed since it was read, or can't be written.
    """
    year, department = collected.year or 0, collected.department or ""
    after = (collected.after or "").encode()
    name, sources = submission_path(year, department), sources_path(year, department)
    found, found_sources = _content(project.root / name), _content(project.root / sources)
    if (found or b"").decode("utf-8-sig") != (collected.before or ""):
        raise InputError("collect_changed_meanwhile", where=name)
    room = project.root / RECEIVED.format(year=year)
    digest = sha256(collected.content).hexdigest()
    write_file(room / f"{department}-{digest[:_SHORT]}-{collected.path.name}", collected.content)
    receipt = Receipt(
        now.isoformat(timespec="seconds"),
        year,
        department,
        collected.path.name,
        digest,
        _keep(room, found),
        _keep(room, found_sources),
        sha256(after).hexdigest(),
    )
    _add(project, receipt)
    if collected.standing is not Standing.SAME:
        write_file(project.root / name, after)
    write_file(project.root / sources, collected.sources.encode())
    project.forget(department)
    return receipt


def receipts(project: Project, year: int) -> list[Receipt]:
    """Everything that was collected for a year, in the order in which it was. Raises InputError for a broken line."""
    path = project.root / RECEIVED.format(year=year) / _LOG
    lines = (_content(path) or b"").decode("utf-8", "replace").splitlines()
    try:
        return [Receipt.from_json(json.loads(line)) for line in lines if line.strip()]
    except (ValueError, TypeError) as error:
        raise InputError("receipts_broken", where=f"{RECEIVED.format(year=year)}/{_LOG}") from error


def last_kept(project: Project, years: Sequence[int], departments: Sequence[str]) -> list[Receipt]:
    """The last collection of each department and year that has not been put back."""
    found: dict[tuple[int, str], Receipt] = {}
    for year in years:
        for each in receipts(project, year):
            if each.undone:
                found.pop((year, each.department), None)
            elif not departments or each.department in departments:
                found[year, each.department] = each
    return [*found.values()]


def undo(project: Project, receipt: Receipt, now: datetime) -> None:
    """Puts back what stood before a collection. Raises ProjectError where somebody has changed it since."""
    name, room = submission_path(receipt.year, receipt.department), RECEIVED.format(year=receipt.year)
    content = _content(project.root / name)
    if content is None or sha256(content).hexdigest() != receipt.after:
        raise ProjectError("collect_undo_changed", where=name)
    before = _kept(project.root / room, receipt.before)
    sources = _kept(project.root / room, receipt.sources)
    for path, old in ((name, before), (sources_path(receipt.year, receipt.department), sources)):
        if old is None:
            (project.root / path).unlink(missing_ok=True)
        else:
            write_file(project.root / path, old)
    undone = Receipt(
        now.isoformat(timespec="seconds"),
        receipt.year,
        receipt.department,
        receipt.file,
        receipt.digest,
        receipt.before,
        receipt.sources,
        receipt.after,
        undone=True,
    )
    _add(project, undone)
    project.forget(receipt.department)


def _add(project: Project, receipt: Receipt) -> None:
    name = f"{RECEIVED.format(year=receipt.year)}/{_LOG}"
    (project.root / name).parent.mkdir(parents=True, exist_ok=True)
    add_line(project, name, lambda _: json.dumps(receipt.to_json(), ensure_ascii=False))


def _content(path: Path) -> bytes | None:
    return read_regular(path) if path.is_file() else None


def _keep(room: Path, content: bytes | None) -> str:
    """Keeps what is about to be replaced under its digest; empty for nothing."""
    if content is None:
        return ""
    digest = sha256(content).hexdigest()
    write_file(room / f".before-{digest}", content)
    return digest


def _kept(room: Path, digest: str) -> bytes | None:
    if not digest:
        return None
    content = _content(room / f".before-{digest}")
    if content is None or sha256(content).hexdigest() != digest:
        raise ProjectError("collect_undo_lost", where=str(room))
    return content
