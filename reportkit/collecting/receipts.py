"""What was collected, from which file, and what stood there before: a line each beside what was handed in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportkit.digests import read_regular
from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.outputs.append import add_line

RECEIVED = "params/{year}/received"
"""What was handed in, as it came; git ignores it, and no plan, output, site or log has any of it."""
LOG = "received.jsonl"


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
    sources_after: str = ""
    """The digest of the sources as they were written; empty in lines that older versions wrote."""
    undone: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) not in ("", False)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Receipt":
        return cls(**{"before": "", "sources": "", **data})


def receipts(project: Project, year: int) -> list[Receipt]:
    """Everything that was collected for a year, in the order in which it was. Raises InputError for a broken line."""
    path = project.root / RECEIVED.format(year=year) / LOG
    content = read_regular(path) if path.is_file() else b""
    lines = content.decode("utf-8", "replace").splitlines()
    try:
        return [Receipt.from_json(json.loads(line)) for line in lines if line.strip()]
    except (ValueError, TypeError) as error:
        raise InputError("receipts_broken", where=f"{RECEIVED.format(year=year)}/{LOG}") from error


def last_kept(project: Project, years: Sequence[int], departments: Sequence[str]) -> list[Receipt]:
    """The last collection of each department and year that has not been put back; of all, where none are named."""
    found: dict[tuple[int, str], list[Receipt]] = {}
    for year in years:
        for each in receipts(project, year):
            kept = found.setdefault((year, each.department), [])
            if each.undone:
                kept[-1:] = []
            elif each.before != each.after:  # else there is nothing to put back
                kept.append(each)
    chosen = (kept for (_, department), kept in found.items() if not departments or department in departments)
    return [kept[-1] for kept in chosen if kept]


def add_receipt(project: Project, receipt: Receipt) -> None:
    name = f"{RECEIVED.format(year=receipt.year)}/{LOG}"
    (project.root / name).parent.mkdir(parents=True, exist_ok=True)
    add_line(project, name, lambda _: json.dumps(receipt.to_json(), ensure_ascii=False))
