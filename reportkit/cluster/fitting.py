"""A scheduler's workers as a client sees them: which would make the same bytes, which are gone and why."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from reportkit.cluster.fitness import Fitness, differences, fitness_of
from reportkit.cluster.scheduler import scheduler_lost
from reportkit.cluster.worker import BEGAN, introduce
from reportkit.errors import ProjectError
from reportkit.model import Plan

NO_WORKER_S = 60
"""How long a build bears that no fitting worker is there."""
_TOLD = 8
"""Differences that a refusal names."""


class Workers:
    """Those of a scheduler that would make the same bytes of a Plan's project as this process would.

    `fit` are their names by address. A worker that was started again has another address.
    """

    def __init__(self, client: Any, address: str, plan: Plan, told: Callable[[str], None]) -> None:
        self.client, self.address, self.told = client, address, told
        self.fit: dict[str, str] = {}
        self._asked = (plan.system_fonts, plan.confinement.environment)
        self._ours: Fitness = fitness_of(plan.font_paths, *self._asked)
        self._there: set[str] = set()
        self._refused: dict[str, list[str]] = {}
        """Name → what differs there."""
        self._none_since: float | None = None

    def look(self) -> None:
        """Compares those that have joined, and tells of each that is refused; forgets those that are gone.

        Raises ProjectError where the scheduler is lost.
        """
        with scheduler_lost(self.address):
            there = set(self.client.nthreads())
            joined = sorted(there - self._there)
            answers = self.client.run(introduce, *self._asked, workers=joined, on_error="return") if joined else {}
        self._there = there
        self.fit = {address: name for address, name in self.fit.items() if address in there}
        for address, answer in answers.items():
            self._judge(address, answer)

    def died_of(self, worker: str, key: str) -> bool:
        """Whether a worker that is gone had begun what has this key, and nobody had asked it to leave."""
        with scheduler_lost(self.address):
            events: list[Any] = [event for _, event in self.client.get_events(worker)]
        told = [event for event in events if isinstance(event, Mapping)]
        asked = any(
            event.get("action") == "closing-worker"
            or (event.get("action") == "remove-worker" and event.get("expected"))
            for event in told
        )
        return not asked and any(event.get(BEGAN) == key for event in told)

    def _judge(self, address: str, answer: Any) -> None:
        name, different = address, [f"reportkit can't be asked there: {type(answer).__name__}: {answer}"]
        if not isinstance(answer, BaseException):
            name, theirs = answer
            different = differences(self._ours, theirs) if theirs else ["it wasn't started by `reportkit worker`"]
        if not different:
            self.fit[address] = name
        elif self._refused.get(name) != different:  # one that is started again and again is told once
            self._refused[name] = different
            self.told(f"worker {name} is refused: {_shortened(different)}")

    def bear_none(self) -> None:
        """Tells when the last fitting worker is gone. Raises ProjectError where none has been there for a minute."""
        if self.fit:
            self._none_since = None
            return
        if self._none_since is None:
            self._none_since = time.monotonic()
            self.told(f"waiting for a worker at {self.address}, at most {NO_WORKER_S} s")
        if time.monotonic() - self._none_since < NO_WORKER_S:
            return
        start = f"reportkit worker {self.address}"
        if self._refused:
            name, different = next(reversed(self._refused.items()))
            raise ProjectError(
                f"No worker at {self.address} would make the same bytes.",
                where=f"worker {name}: {_shortened(different)}",
                mend=f"What was finished stays. Install the same versions and fonts there; start it with `{start}`.",
            )
        raise ProjectError(
            f"No worker is at {self.address}.",
            where=self.address,
            mend=f"What was finished stays. Start one: {start}",
        )


def _shortened(different: list[str]) -> str:
    more = f"; {len(different) - _TOLD} more" if len(different) > _TOLD else ""
    return "; ".join(different[:_TOLD]) + more
