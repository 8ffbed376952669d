"""What came in last for each report of a year, and whether what it wrote is still what its submission says."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from reportkit.collecting.receipts import Receipt, receipts
from reportkit.desk.status import TIME_ZONE
from reportkit.errors import InputError
from reportkit.inputs.files import submission_path
from reportkit.inputs.project import Project

SHORT = 12
"""Digits of a digest that are shown: those in the name of the file that is kept."""
_BOM = b"\xef\xbb\xbf"


class Since(StrEnum):
    """What has become of what a file wrote."""

    UNCHANGED = "unchanged"
    EDITED = "edited"
    UNDONE = "undone"
    REMOVED = "removed"


SINCE: Mapping[Since, str] = {
    Since.UNCHANGED: "未改动",
    Since.EDITED: "收后有改动",
    Since.UNDONE: "已撤回",
    Since.REMOVED: "填报文件已删",
}


@dataclass(frozen=True, slots=True)
class Received:
    """The last file that was collected for a report, and what has become of what it wrote.

    Where it was put back, `before` is the file before it that its submission goes on from; None where there is none.
    """

    receipt: Receipt
    since: Since
    before: Receipt | None = None

    @property
    def counts(self) -> Receipt | None:
        """The receipt of the file from which the submission came; None where it came from none."""
        return self.before if self.since is Since.UNDONE else self.receipt

    @property
    def said(self) -> str:
        """In Chinese what has become of it."""
        return SINCE[self.since] + (f"，恢复为{self.before.file}" if self.before else "")

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.receipt.file,
            "at": self.receipt.at,
            "digest": self.receipt.digest,
            "since": self.since,
            "before": None if self.before is None else self.before.file,
        }


def last_received(project: Project, year: int) -> dict[str, Received]:
    """Department's id → the last file collected for its report of a year; those that typed theirs are left out.

    Raises InputError where the list of what was collected is broken.
    """
    in_force: dict[str, list[Receipt]] = {}
    last: dict[str, Receipt] = {}
    for each in receipts(project, year):
        standing = in_force.setdefault(each.department, [])
        if not each.undone:
            standing.append(each)
            last[each.department] = each
        elif (undone := _last_like(each, standing)) is not None:
            in_force[each.department] = [other for other in standing if other is not undone]
    return {
        department: Received(receipt, _since(project, receipt, in_force[department]), _before(receipt, in_force))
        for department, receipt in last.items()
    }


def when(receipt: Receipt) -> str:
    """When a file was collected in the project's time zone, to the minute: 2026-01-05 08:00."""
    with suppress(ValueError):
        return datetime.fromisoformat(receipt.at).astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")
    return receipt.at


def _last_like(undone: Receipt, standing: Sequence[Receipt]) -> Receipt | None:
    of_it = (undone.file, undone.digest, undone.after)
    return next((each for each in reversed(standing) if (each.file, each.digest, each.after) == of_it), None)


def _before(receipt: Receipt, in_force: Mapping[str, Sequence[Receipt]]) -> Receipt | None:
    left = in_force[receipt.department]
    return left[-1] if left and left[-1] is not receipt else None


def _since(project: Project, receipt: Receipt, in_force: Sequence[Receipt]) -> Since:
    if not any(each is receipt for each in in_force):
        return Since.UNDONE
    name = submission_path(receipt.year, receipt.department)
    if not project.files.has(name):
        return Since.REMOVED
    try:
        content = project.files.read(name)
    except InputError:
        return Since.EDITED  # not what was written, whatever it is
    # Where nothing had changed nothing was written: what an editor put in front of the text is there still.
    found = {sha256(content).hexdigest(), sha256(content.removeprefix(_BOM)).hexdigest()}
    return Since.UNCHANGED if receipt.after in found else Since.EDITED
