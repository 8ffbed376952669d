"""The client's half: Plans go to fitting workers of a scheduler, Bundles come back; a bounded number is under way."""

import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from reportkit.cluster.fitting import Workers
from reportkit.cluster.scheduler import ANSWER_S, connected, scheduler_lost
from reportkit.digests import digest_of
from reportkit.errors import NotebookError, ProjectError, defect
from reportkit.execution.pool import BuildReport
from reportkit.model import Bundle, Plan

_LOOK_S = 2.0
"""How often workers are looked for that have joined or are gone."""
_KILLS = 2
"""Workers that died of a report, after which it is given up."""
_LOSSES = 6
"""Workers that were lost with a report for whatever reason, after which it is given up."""


def each_bundle_on(
    address: str,
    build_report: BuildReport,
    plans: Iterator[Plan],
    jobs: int | None,
    starting: Callable[[Plan], None],
    told: Callable[[str], None],
) -> Iterator[Bundle]:
    """Bundles as they are finished, in no fixed order; each fitting worker has one report, and at most `jobs` have.

    A lost worker's reports run elsewhere; one that kills workers twice gives a failed Bundle. Closing the iterator
    cancels what is under way. Raises ProjectError where no scheduler or no fitting worker is there, or no longer.
    """
    first = next(plans, None)
    if first is None:
        return
    with connected(address) as client:
        workers = Workers(client, address, first, told)
        yield from _Sending(workers, build_report, jobs, starting).bundles(first, plans)


@dataclass
class _Sent:
    """A report at a worker."""

    plan: Plan
    notebooks: str
    """Their digest."""
    worker: str
    """Its address; `name` is for people."""
    name: str
    made: bool = False
    """What it came to lies there, and is to be fetched."""


class _Sending:
    """Reports on their way to workers and back.

    It is we who choose a report's worker, never dask: so a worker has one of ours at a time, and only the report that
    a worker died of is blamed for it, whatever else waited there.
    """

    def __init__(
        self, workers: Workers, build_report: BuildReport, jobs: int | None, starting: Callable[[Plan], None]
    ) -> None:
        self.workers, self.build_report, self.jobs, self.starting = workers, build_report, jobs, starting
        self.client = workers.client
        self._under_way: dict[Any, _Sent] = {}
        self._waiting: list[Plan] = []
        """Reports to be sent before any other is planned."""
        self._all_planned = False
        self._losses: Counter[str] = Counter()
        self._kills: Counter[str] = Counter()
        self._given: set[tuple[str, str]] = set()
        """Worker and digest: which sets of notebooks it was given."""

    def bundles(self, first: Plan, rest: Iterator[Plan]) -> Iterator[Bundle]:
        """Keeps each fitting worker busy: it has its next report before what it has made is put in its place."""
        self._waiting.append(first)
        try:
            while self._waiting or self._under_way or not self._all_planned:
                found = self._taken()
                try:
                    found += self._given_up()
                    self._send_to_idle(rest)
                except ProjectError:  # the scheduler is lost, but not what was fetched from it
                    yield from found
                    raise
                yield from found
        finally:
            if self._under_way:
                with suppress(Exception):  # the scheduler may be what is gone
                    self.client.cancel(list(self._under_way), force=True)

    def _send_to_idle(self, rest: Iterator[Plan]) -> None:
        busy = {sent.worker for sent in self._under_way.values()}
        room = len(self.workers.fit) if self.jobs is None else self.jobs - len(self._under_way)
        for worker in [each for each in self.workers.fit if each not in busy][: max(0, room)]:
            plan = self._waiting.pop() if self._waiting else next(rest, None)
            if plan is None:
                self._all_planned = True
                return
            self.starting(plan)
            self._send(plan, worker)

    def _send(self, plan: Plan, worker: str) -> None:
        """Sends a report to a worker, with its notebooks where the worker wasn't given them yet."""
        notebooks = {job.name: job.notebook for job in plan.jobs}
        key = digest_of({name: sha256(content).hexdigest() for name, content in notebooks.items()})
        light = replace(plan, jobs=tuple(replace(job, notebook=b"") for job in plan.jobs))
        travelling = None if (worker, key) in self._given else notebooks
        self._given.add((worker, key))
        with scheduler_lost(self.workers.address):
            future = self.client.submit(
                _made_there(),
                pickle.dumps((self.build_report, light, key, travelling)),
                key=f"report-{plan.name}-{uuid4()}",
                workers=[worker],
                pure=False,
            )
        self._under_way[future] = _Sent(plan, key, worker, self.workers.fit[worker])

    def _given_up(self) -> list[Bundle]:
        """Those whose workers are gone, and that aren't tried again."""
        if not self._under_way and not self.workers.fit:
            time.sleep(_LOOK_S / 4)
        self.workers.look()
        gone = [future for future, sent in self._under_way.items() if sent.worker not in self.workers.fit]
        given_up = [bundle for future in gone for bundle in self._lost(future)]
        self.workers.bear_none()
        return given_up

    def _taken(self) -> list[Bundle]:
        """One that a worker has made, if there is one within a while; it is let go of there."""
        from distributed import KilledWorker

        future = self._done()
        if future is None:
            return []
        sent = self._under_way[future]
        sent.made = future.status == "finished"
        try:
            found = self._result(future)
        except TimeoutError:  # its worker was lost before it was fetched, as the next look tells
            return []
        if isinstance(found, KilledWorker):  # a scheduler that is set to give up at once
            return self._lost(future)
        del self._under_way[future]
        future.release()
        if not isinstance(found, bytes):
            return [Bundle.failed(sent.plan, defect(found, sent.plan.name).caused_by(found))]
        bundle: Bundle | None = pickle.loads(found)  # noqa: S301 - who reaches the scheduler can run code anyway
        if bundle is None:  # others' notebooks have taken the place of ours there
            self._given.discard((sent.worker, sent.notebooks))
            self._send(sent.plan, sent.worker)
            return []
        return [bundle]

    def _done(self) -> Any:
        """A future that has come to something; None after a while, and where nothing is under way."""
        from distributed import wait

        if not self._under_way:
            return None
        with scheduler_lost(self.workers.address), self.client.as_current(), suppress(TimeoutError):
            wait(list(self._under_way), timeout=_LOOK_S, return_when="FIRST_COMPLETED")
        return next((future for future in self._under_way if future.done()), None)

    def _result(self, future: Any) -> Any:
        """Bytes, or what was raised there. Raises TimeoutError where it isn't to be had any more."""
        found: Any = None
        with scheduler_lost(self.workers.address), suppress(TimeoutError):
            if future.status == "error":
                found = future.exception(timeout=ANSWER_S)
            elif future.status not in ("pending", "lost"):
                found = future.result(timeout=ANSWER_S)
        if found is None:
            raise TimeoutError
        return found

    def _lost(self, future: Any) -> list[Bundle]:
        """A report whose worker is gone: it goes to another one, or is given up, and then it is the failed Bundle."""
        sent = self._under_way.pop(future)
        name = sent.plan.name
        self._losses[name] += 1
        if not sent.made and self.workers.died_of(sent.worker, future.key):
            self._kills[name] += 1
        future.release()
        if self._kills[name] < _KILLS and self._losses[name] < _LOSSES:
            self.workers.told(f"worker {sent.name} is lost: {name} is built elsewhere")
            self._waiting.append(sent.plan)
            return []
        killed = self._kills[name] == _KILLS
        failure = NotebookError(
            f"Workers that built this report were killed {_KILLS} times."
            if killed
            else f"Workers were lost {_LOSSES} times before they had built this report.",
            where=name,
            mend="Memory may have run out there; build it alone and look." if killed else "Look at their logs.",
        )
        return [Bundle.failed(sent.plan, failure)]


def _made_there() -> Callable[[bytes], bytes]:
    """What a worker runs. A scheduler unpickles what is submitted: it is given bytes, and needs no package of ours."""

    def made_there(content: bytes) -> bytes:
        from reportkit.cluster.worker import made

        return made(content)

    return made_there
