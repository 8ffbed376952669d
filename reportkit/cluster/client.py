"""The client's half: Plans go to fitting workers of a scheduler, Bundles come back; a bounded number is under way."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from uuid import uuid4

from reportkit.cluster.fitting import End, Workers
from reportkit.cluster.scheduler import connected, scheduler_lost
from reportkit.digests import digest_of
from reportkit.errors import NotebookError, ProjectError, defect
from reportkit.execution.pool import BuildReport
from reportkit.model import Bundle, Confinement, Finished, Plan, Step

_LOOK_S, _IDLE_S = 2.0, 0.2
"""The longest between two looks for workers that have joined or are gone; and where nothing is under way."""
_KILLS = 2
"""Workers that died of a report, after which it is given up."""
_LOSSES = 6
"""Workers that were lost with a report although they weren't ended, after which it is given up."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a dask.distributed scheduler at an address; at most `jobs` of them have a report at once."""

    address: str
    jobs: int

    def get_ready(self, confinement: Confinement) -> None:
        """Nothing: workers got ready when they were started."""

    def bundles(
        self, steps: Iterator[Step], _at_most: int, starting: Callable[[Plan], None], warned: Callable[[str], None], /
    ) -> Iterator[Finished]:
        """As `each_bundle_on`."""
        from reportkit.build.report import build_report  # what renders and reads back takes long to import

        return each_bundle_on(self.address, build_report, steps, self.jobs, starting, warned)


def each_bundle_on(
    address: str,
    build_report: BuildReport,
    steps: Iterator[Step],
    jobs: int,
    starting: Callable[[Plan], None],
    warned: Callable[[str], None],
) -> Iterator[Finished]:
    """Plans with their Bundles as they are finished, in no fixed order; Bundles among the steps pass through.

    Each fitting worker has one report, and at most `jobs` have. A lost worker's reports run elsewhere; one that kills
    workers twice gives a failed Bundle. Closing the iterator cancels what is under way. Raises ProjectError where no
    scheduler or no fitting worker is there, or no longer.
    """
    for step in steps:
        if isinstance(step, Bundle):
            yield step
            continue
        with connected(address) as client:
            workers = Workers(client, address, step, warned)
            yield from _Sending(workers, build_report, jobs, starting).made(step, steps)


@dataclass
class _Sent:
    """A report at a worker."""

    plan: Plan
    notebooks: str
    """Their digest."""
    worker: str
    """Its address; `name` is for people."""
    name: str


class _Sending:
    """Reports on their way to workers and back.

    This client chooses a report's worker, never dask: so a worker has one of its reports at a time, and only the one
    that a worker died of is blamed for it, whatever else waited there.
    """

    def __init__(
        self, workers: Workers, build_report: BuildReport, jobs: int, starting: Callable[[Plan], None]
    ) -> None:
        self.workers, self.build_report, self.jobs, self.starting = workers, build_report, jobs, starting
        self._under_way: dict[Any, _Sent] = {}
        self._arrived: SimpleQueue[tuple[Any, Any]] = SimpleQueue()
        """Futures, and what they came to: bytes, or an exception."""
        self._waiting: list[Plan] = []
        """Reports to be sent before any other is planned."""
        self._losses: Counter[str] = Counter()
        self._kills: Counter[str] = Counter()
        self._given: set[tuple[str, str]] = set()
        """Worker and digest: which sets of notebooks it was given."""

    def made(self, first: Plan, rest: Iterator[Step]) -> Iterator[Finished]:
        """Keeps each fitting worker busy: it has its next report before what it has made is put in its place."""
        self._waiting.append(first)
        while self._waiting or self._under_way:
            found: list[Finished] = [*self._taken()]
            try:
                found += self._given_up()
                found.extend(self._send_to_idle(rest))
            except ProjectError:  # the scheduler is lost, but not what was fetched from it
                yield from found
                raise
            yield from found
            if not self._waiting and not self._under_way:
                for step in rest:
                    if isinstance(step, Bundle):
                        yield step
                    else:
                        self._waiting.append(step)
                        break

    def _send_to_idle(self, rest: Iterator[Step]) -> Iterator[Bundle]:
        """Gives each idle worker its next report; yields the Bundles that come before it."""
        busy = {sent.worker for sent in self._under_way.values()}
        idle = [worker for worker in self.workers.fit if worker not in busy]
        for worker in idle[: max(0, self.jobs - len(busy))]:
            step: Step | None = self._waiting.pop() if self._waiting else next(rest, None)
            while isinstance(step, Bundle):
                yield step
                step = next(rest, None)
            if step is None:
                return
            self.starting(step)
            self._send(step, worker)

    def _send(self, plan: Plan, worker: str) -> None:
        """Sends a report to a worker, with its notebooks where the worker wasn't given them yet."""
        notebooks = {job.name: job.notebook for job in plan.execution.jobs}
        key = digest_of({name: sha256(content).hexdigest() for name, content in notebooks.items()})
        light = plan.with_jobs(tuple(replace(job, notebook=b"") for job in plan.execution.jobs))
        travelling = None if (worker, key) in self._given else notebooks
        self._given.add((worker, key))
        with scheduler_lost(self.workers.address):
            future = self.workers.client.submit(
                _made_there(),
                pickle.dumps((self.build_report, light, key, travelling)),
                key=f"report-{plan.name}-{uuid4()}",
                workers=[worker],
                pure=False,
            )
        self._under_way[future] = _Sent(plan, key, worker, self.workers.fit[worker])
        Thread(target=self._fetch, args=(future,), daemon=True).start()

    def _fetch(self, future: Any) -> None:
        """Run by a thread of its own, so that only this report waits for a slow connection."""
        try:
            self._arrived.put((future, future.result()))
        except BaseException as error:  # dask's cancellation is no Exception
            self._arrived.put((future, error))

    def _given_up(self) -> list[Finished]:
        """Those whose workers are gone, and that aren't tried again."""
        self.workers.look()
        gone = [future for future, sent in self._under_way.items() if sent.worker not in self.workers.fit]
        given_up = [made for future in gone for made in self._lost(future)]
        if self._waiting or self._under_way:
            self.workers.bear_none()
        return given_up

    def _taken(self) -> list[Finished]:
        """One that a worker has made, if there is one within a while; it is freed there."""
        try:
            future, found = self._arrived.get(timeout=_LOOK_S if self._under_way else _IDLE_S)
        except Empty:
            return []
        if future not in self._under_way:  # dropped meanwhile
            return []
        if isinstance(found, RuntimeError):
            sent = self._under_way.pop(future)
            return [(sent.plan, Bundle.failed(sent.plan, defect(found, sent.plan.name).caused_by(found)))]
        if not isinstance(found, bytes):  # its worker or the scheduler is lost, or was started again
            return self._lost(future)
        sent = self._under_way.pop(future)
        future.release()
        bundle: Bundle | None = pickle.loads(found)  # noqa: S301 - who reaches the scheduler can run code anyway
        if bundle is None:  # other clients' notebooks have taken the place of these there
            self._given.discard((sent.worker, sent.notebooks))
            self._waiting.append(sent.plan)
            return []
        return [(sent.plan, bundle)]

    def _lost(self, future: Any) -> list[Finished]:
        """A report whose worker is gone: it goes to another one, or is given up, and then it is the failed Bundle."""
        sent = self._under_way.pop(future)
        end = self.workers.end_of(sent.worker, future.key)
        future.release()
        name = sent.plan.name
        self._kills[name] += end is End.BUSY
        self._losses[name] += end is not End.ASKED
        if self._kills[name] < _KILLS and self._losses[name] < _LOSSES:
            self.workers.warned(f"worker {sent.name} is lost: {name} is built elsewhere")
            self._waiting.append(sent.plan)
            return []
        killed = self._kills[name] == _KILLS
        failure = (
            NotebookError("workers_killed", where=name, times=_KILLS)
            if killed
            else NotebookError("workers_lost", where=name, times=_LOSSES)
        )
        return [(sent.plan, Bundle.failed(sent.plan, failure))]


def _made_there() -> Callable[[bytes], bytes]:
    """What a worker runs. A scheduler unpickles what is submitted: it is given bytes, and needs no reportkit."""

    def made_there(content: bytes) -> bytes:
        from reportkit.cluster.worker import made

        return made(content)

    return made_there
