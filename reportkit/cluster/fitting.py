"""A scheduler's workers as a client sees them: which would make the same bytes, which are gone and why."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from reportkit.cluster.fitness import Fitness, differences, fitness_of
from reportkit.cluster.scheduler import SILENT_S, scheduler_lost
from reportkit.cluster.worker import BEGAN, introduce
from reportkit.errors import ProjectError
from reportkit.model import Plan

_WARN_S, NO_WORKER_S = 3, 60
"""How long a build goes without a fitting worker before it warns, and before it gives up."""
_TOLD = 8
"""Differences that a refusal names."""


class End(Enum):
    """How a worker came to be gone that had a report."""

    ASKED = auto()
    """Somebody ended it."""
    BUSY = auto()
    """It died while it built that report."""
    OTHER = auto()


class Workers:
    """Those of a scheduler that would make the same bytes of a Plan's project as this process would.

    `fit` are their names by address. A worker that was started again has another address. None is waited for: each is
    asked by a thread of its own, and fits from its answer on.
    """

    def __init__(self, client: Any, address: str, plan: Plan, warned: Callable[[str], None]) -> None:
        self.client, self.address, self.warned = client, address, warned
        self.fit: dict[str, str] = {}
        self._question = (plan.rendering.system_fonts, plan.execution.confinement.environment)
        self._own: Fitness = fitness_of(plan.rendering.font_paths, *self._question)
        self._there: set[str] = set()
        self._silent: set[str] = set()
        """Addresses of those that have been asked and haven't answered."""
        self._answers: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._refused: dict[str, str] = {}
        """Name → why."""
        self._none_since: float | None = None
        self._warned_of_none = False

    def look(self) -> None:
        """Asks those that have joined, judges those that have answered, and forgets those that are gone.

        Raises ProjectError where the scheduler is lost.
        """
        with scheduler_lost(self.address):
            there = set(self.client.sync(self.client.scheduler.ncores, callback_timeout=SILENT_S))
        for address in there - self._there:
            Thread(target=self._ask, args=(address,), daemon=True).start()
        self._silent = (self._silent | (there - self._there)) & there
        self._there = there
        self.fit = {address: name for address, name in self.fit.items() if address in there}
        with suppress(Empty):
            while True:
                self._judge(*self._answers.get_nowait())

    def _ask(self, address: str) -> None:
        try:
            answer = self.client.run(introduce, *self._question, workers=[address], on_error="return")[address]
        except BaseException as error:  # dask's cancellation is no Exception
            answer = error
        self._answers.put((address, answer))

    def end_of(self, worker: str, key: str) -> End:
        """How a worker came to be gone that had the report with this key: the scheduler keeps what was logged of it."""
        with scheduler_lost(self.address):
            ask = self.client.scheduler.events
            events: list[Any] = [each for _, each in self.client.sync(ask, topic=worker, callback_timeout=SILENT_S)]
        logged = [each for each in events if isinstance(each, Mapping)]
        last = next((each for each in reversed(logged) if each.get("action") == "remove-worker"), {})
        if last.get("expected") or any(each.get("action") == "closing-worker" for each in logged):
            return End.ASKED
        began = any(each.get(BEGAN) == key for each in logged)
        return End.BUSY if began and key in last.get("processing-tasks", (key,)) else End.OTHER

    def bear_none(self) -> None:
        """Warns where no fitting worker is there. Raises ProjectError where none has been there for a minute."""
        if self.fit:
            self._none_since, self._warned_of_none = None, False
            return
        self._none_since = self._none_since or time.monotonic()
        since = time.monotonic() - self._none_since
        if since >= _WARN_S and not self._warned_of_none:
            self._warned_of_none = True
            self.warned(f"waiting for a worker at {self.address}, at most {NO_WORKER_S} s")
        if since < NO_WORKER_S:
            return
        start = f"reportkit worker {self.address}"
        address = self.address
        if self._refused:
            name, why = next(reversed(self._refused.items()))
            raise ProjectError("no_fitting_worker", where=f"worker {name}: {why}", address=address, start=start)
        if self._silent:
            raise ProjectError("no_worker_answered", where=", ".join(sorted(self._silent)), start=start)
        raise ProjectError("no_worker", where=address, address=address, start=start)

    def _judge(self, address: str, answer: Any) -> None:
        if address not in self._there:
            return
        if isinstance(answer, (OSError, CancelledError, KeyError)):  # lost on its way: it is asked once more
            self._there.discard(address)
            return
        self._silent.discard(address)
        name, theirs = address, f"reportkit can't be asked there: {type(answer).__name__}: {answer}"
        if not isinstance(answer, BaseException):
            name, theirs = answer
        why = theirs if isinstance(theirs, str) else _shortened(differences(self._own, theirs))
        if not why:
            self.fit[address] = name
        elif self._refused.get(name) != why:  # one that is started again and again is reported once
            self._refused[name] = why
            self.warned(f"worker {name} is refused: {why}")


def _shortened(different: list[str]) -> str:
    more = f"; {len(different) - _TOLD} more" if len(different) > _TOLD else ""
    return "; ".join(different[:_TOLD]) + more
