"""Writes what was collected: the file as it came, the submission, where its figures are from; and puts that back."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from reportkit.collecting.collect import Collected, Standing
from reportkit.collecting.receipts import RECEIVED, Receipt, add_receipt, receipts
from reportkit.digests import read_regular
from reportkit.errors import InputError, ProjectError
from reportkit.inputs.files import submission_path
from reportkit.inputs.project import Project
from reportkit.inputs.sources import sources_path
from reportkit.outputs.swap import write_file

_SHORT = 12
"""Characters of a digest in a file's name."""
_MOST_BYTES = 150
"""Of the name that a file came with; file systems allow 255 for all of it."""


def keep(project: Project, collected: Collected, now: datetime) -> Receipt:
    """Writes one submission that was collected, and the files that say it. What stood there before is kept beside them.

    Raises InputError where it has changed since it was read, or can't be written.
    """
    year, department = collected.year or 0, collected.department or ""
    name, sources = submission_path(year, department), sources_path(year, department)
    found, found_sources = _content(project.root / name), _content(project.root / sources)
    if (found or b"").decode("utf-8-sig") != (collected.before or ""):
        raise InputError("collect_changed_meanwhile", where=name)
    after = found if found and collected.standing is Standing.SAME else (collected.after or "").encode()
    room = project.root / RECEIVED.format(year=year)
    digest = sha256(collected.content).hexdigest()
    files = sorted((*collected.beside, (collected.path.name, collected.content)))
    for file, content in files:
        kept = f"{department}-{sha256(content).hexdigest()[:_SHORT]}-{_short_name(file)}"
        write_file(room / kept, content)
    receipt = Receipt(
        now.isoformat(timespec="seconds"),
        year,
        department,
        "、".join(file for file, _ in files),
        digest,
        _keep(room, found),
        _keep(room, found_sources),
        sha256(after).hexdigest(),
        sha256(collected.sources.encode()).hexdigest(),
    )
    add_receipt(project, receipt)
    if collected.standing is not Standing.SAME:
        write_file(project.root / name, after)
    write_file(project.root / sources, collected.sources.encode())
    project.forget(department)
    return receipt


def undo(project: Project, receipt: Receipt, now: datetime) -> None:
    """Puts back what stood before a collection.

    Raises InputError where the year is closed, ProjectError where somebody has changed it since.
    """
    name, room = submission_path(receipt.year, receipt.department), RECEIVED.format(year=receipt.year)
    if project.is_closed(receipt.year):
        raise InputError("collect_closed_year", where=name, year=receipt.year)
    sources_name = sources_path(receipt.year, receipt.department)
    # The same figures collected once more change nothing but where they are from.
    ours = {each.sources_after for each in receipts(project, receipt.year) if each.department == receipt.department}
    for path, known in ((name, {receipt.after}), (sources_name, ours if receipt.sources_after else set())):
        content = _content(project.root / path)
        if known and (content is None or sha256(content).hexdigest() not in known):
            raise ProjectError("collect_undo_changed", where=path)
    before = _kept(project.root / room, receipt.before)
    sources = _kept(project.root / room, receipt.sources)
    for path, old in ((name, before), (sources_name, sources)):
        if old is None:
            (project.root / path).unlink(missing_ok=True)
        else:
            write_file(project.root / path, old)
    add_receipt(project, replace(receipt, at=now.isoformat(timespec="seconds"), undone=True))
    project.forget(receipt.department)


def _short_name(name: str) -> str:
    """A file's name, its end kept, where it is too long to have anything in front of it."""
    while len(name.encode()) > _MOST_BYTES:
        name = name[1:]
    return name


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
