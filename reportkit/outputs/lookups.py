"""What was looked up in the cache: a kept run or a known report, or else what is not as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportkit.model import Job, Run


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was, with its digest or value before and now; None where it wasn't or isn't there."""

    what: str
    before: str | None
    now: str | None

    def to_json(self) -> dict[str, Any]:
        return {"what": self.what, "before": self.before, "now": self.now}


@dataclass(frozen=True, slots=True)
class Known:
    """A report that was planned before from what still lies in the project."""

    year: int
    department: str
    digest: str
    draft: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """A job's kept run, or why it must run: what has changed since the run that was of use last; `is_new`: none was."""

    job: Job
    run: Run | None
    changes: tuple[Change, ...] = ()
    is_new: bool = False


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """What is not the same in both, in the order of what was, then of what is new."""
    return [
        Change(name, before.get(name), now.get(name))
        for name in dict.fromkeys((*before, *now))
        if before.get(name) != now.get(name)
    ]
