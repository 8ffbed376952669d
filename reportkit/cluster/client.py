"""The client's half: Plans go to fitting workers of a scheduler, Bundles come back; a bounded number is under way."""

import logging
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from reportkit.cluster.address import refuse_slips
from reportkit.cluster.fitness import Fitness, differences, fitness_of, resource_of
from reportkit.cluster.worker import introduce, keep
from reportkit.digests import digest_of
from reportkit.errors import NotebookError, ProjectError, ReportkitError, defect
from reportkit.execution.pool import BuildReport
from reportkit.model import Bundle, Plan

_ANSWER_S = 15
_LOOK_S = 2.0
"""How often workers are looked for that have joined since."""
_NO_WORKER_S = 60
_TOLD = 8
"""Differences that a refusal names."""
_KILLS = 2
_LOGGED = 10
"""Messages that dask's client keeps for its own debugging, with the Plans in them; a thousand unless told."""


@dataclass
class _Cluster:
    """What is known of the scheduler's workers."""

    client: Any
    address: str
    expected: Fitness
    system_fonts: bool
    told: Callable[[str], None]
    fit: set[str] = field(default_factory=set)
    refused: dict[str, list[str]] = field(default_factory=dict)
    """Worker's name → what differs there."""
    _seen: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Compares those that have joined, and tells of each that is refused. Raises ProjectError: no scheduler."""
        with _scheduler_lost(self.address):
            there = set(self.client.nthreads())
            self.fit &= there
            if new := sorted(there - self._seen):
                self._seen |= set(new)
                answers = self.client.run(introduce, self.system_fonts, workers=new, on_error="return")
        for address, answer in answers.items() if new else ():
            if isinstance(answer, BaseException):
                self._refuse(address, [f"reportkit can't be asked there: {type(answer).__name__}: {answer}"])
                continue
            name, theirs, resources = answer
            if different := differences(self.expected, theirs):
                self._refuse(name, different)
            elif resource_of(self.expected) not in resources:
                self._refuse(name, ["it wasn't started by `reportkit worker`"])
            else:
                self.fit.add(address)

    def _refuse(self, name: str, different: list[str]) -> None:
        more = f"; {len(different) - _TOLD} more" if len(different) > _TOLD else ""
        self.refused[name] = different
        self.told(f"worker {name} is refused: {'; '.join(different[:_TOLD])}{more}")


def each_bundle_on(
    address: str,
    build_report: BuildReport,
    plans: Iterator[Plan],
    jobs: int | None,
    starting: Callable[[Plan], None],
    told: Callable[[str], None],
) -> Iterator[Bundle]:
    """Bundles as they are finished, in no fixed order; as many are under way as fitting workers, at most `jobs`.

    A lost worker's reports run elsewhere; one that kills workers twice gives a failed Bundle. Closing the iterator
    cancels what is queued. Raises ProjectError where no scheduler or no fitting worker is there, or no longer.
    """
    first = next(plans, None)
    if first is None:
        return
    with _client(address) as client:
        expected = fitness_of(first.font_paths, first.system_fonts)
        cluster = _Cluster(client, address, expected, first.system_fonts, told)
        _wait_for_workers(cluster)
        yield from _Sending(cluster, build_report, jobs, starting).bundles(first, plans)


def _wait_for_workers(cluster: _Cluster) -> None:
    until = time.monotonic() + _NO_WORKER_S
    cluster.look()
    if not cluster.fit and not cluster.refused:
        cluster.told(f"waiting for a worker at {cluster.address}")
    while not cluster.fit:
        if cluster.refused or time.monotonic() > until:
            name, different = next(iter(cluster.refused.items()), ("", []))
            raise ProjectError(
                f"No worker at {cluster.address} would make the same bytes." if name else "No worker has joined.",
                where=f"worker {name}: {'; '.join(different[:_TOLD])}" if name else cluster.address,
                mend="Install the same versions and fonts there; start it with `reportkit worker`."
                if name
                else f"reportkit worker {cluster.address}",
            )
        time.sleep(_LOOK_S / 4)
        cluster.look()


class _Sending:
    """Reports on their way to workers and back."""

    def __init__(
        self, cluster: _Cluster, build_report: BuildReport, jobs: int | None, starting: Callable[[Plan], None]
    ) -> None:
        self.cluster, self.build_report, self.jobs, self.starting = cluster, build_report, jobs, starting
        self.under_way: dict[Any, Plan] = {}
        self._have: dict[str, set[str]] = {}
        """The digest of a set of notebooks → the workers that keep it."""
        self._last_fit = time.monotonic()

    def bundles(self, first: Plan, rest: Iterator[Plan]) -> Iterator[Bundle]:
        """Keeps as many under way as there are fitting workers."""
        waiting: list[Plan] = [first]
        done = False
        try:
            while waiting or self.under_way or not done:
                while len(self.under_way) < self._most():
                    plan = waiting.pop() if waiting else next(rest, None)
                    if plan is None:
                        done = True
                        break
                    self.starting(plan)
                    self._send(plan)
                if self.under_way:
                    yield from self._finished()
        finally:
            if self.under_way:
                with suppress(Exception):  # the scheduler may be what is gone
                    self.cluster.client.cancel(list(self.under_way), force=True)

    def _most(self) -> int:
        fit = max(1, len(self.cluster.fit))  # with none, what is sent waits for one
        return fit if self.jobs is None else min(fit, self.jobs)

    def _send(self, plan: Plan, *, whole: bool = False) -> None:
        """Sends a report, its notebooks only where they aren't with the workers, or it shall travel `whole`."""
        client = self.cluster.client
        notebooks = {job.name: job.notebook for job in plan.jobs}
        key = digest_of({name: sha256(content).hexdigest() for name, content in notebooks.items()})
        with _scheduler_lost(self.cluster.address):
            have = self._have.setdefault(key, set())
            if lacking := sorted(self.cluster.fit - have):
                client.run(keep, key, notebooks, workers=lacking, on_error="ignore")
                have |= set(lacking)
            light = replace(plan, jobs=tuple(replace(job, notebook=b"") for job in plan.jobs))
            future = client.submit(
                _made_there(),
                pickle.dumps((self.build_report, light, key, notebooks if whole else None)),
                key=f"report-{plan.name}-{uuid4()}",
                resources={resource_of(self.cluster.expected): 1},
                pure=False,
            )
        self.under_way[future] = plan

    def _finished(self) -> Iterator[Bundle]:
        from distributed import wait

        with _scheduler_lost(self.cluster.address), self.cluster.client.as_current():
            try:
                done = wait(list(self.under_way), timeout=_LOOK_S, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                done = {each for each in self.under_way if each.done()}
        for future in done:
            plan = self.under_way[future]
            try:
                bundle = self._result(future, plan)
            except TimeoutError:  # its worker was lost before it was fetched: dask makes it again
                continue
            del self.under_way[future]
            if bundle is None:  # the worker was started again meanwhile
                self._send(plan, whole=True)
            else:
                yield bundle
        self.cluster.look()
        if self.cluster.fit:
            self._last_fit = time.monotonic()
        elif time.monotonic() - self._last_fit > _NO_WORKER_S:
            raise ProjectError(
                f"No fitting worker is left at {self.cluster.address}.",
                where=self.cluster.address,
                mend=f"What was finished stays. Start one: reportkit worker {self.cluster.address}",
            )

    def _result(self, future: Any, plan: Plan) -> Bundle | None:
        """None where the worker lacks the notebooks. Raises TimeoutError where it isn't there, or no longer."""
        from distributed import KilledWorker

        found: Any = None
        error: Any = None
        with _scheduler_lost(self.cluster.address), suppress(TimeoutError):
            if future.status == "error":
                error = future.exception(timeout=_ANSWER_S)
            elif future.status not in ("pending", "lost"):
                found = future.result(timeout=_ANSWER_S)
        if found is None and error is None:
            raise TimeoutError
        future.release()
        if found is not None:
            bundle: Bundle | None = pickle.loads(found)  # noqa: S301 - who reaches the scheduler can run code anyway
            return bundle
        failure: ReportkitError = defect(error, plan.name)
        if isinstance(error, KilledWorker):
            failure = NotebookError(
                f"Workers that built this report were killed {_KILLS} times.",
                where=plan.name,
                mend="Memory may have run out there; build it alone and look.",
            )
        return Bundle.failed(plan, failure.caused_by(error))


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A client of a scheduler that gives up what kills workers twice. Raises ProjectError where none answers."""
    try:
        import dask.config
        from distributed import Client
    except ImportError as error:
        raise ProjectError(
            "Building on a scheduler needs dask.distributed.",
            where="this environment",
            mend="pip install 'reportkit[dask]'",
        ) from error
    refuse_slips(address, "client")
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is told once, by us
    try:
        with dask.config.set({"distributed.admin.low-level-log-length": _LOGGED}):
            client = Client(address, timeout=_ANSWER_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ProjectError(
            f"No scheduler answers at {address}.", where=address, mend="Start one with `dask scheduler`."
        ) from error
    try:
        with _scheduler_lost(address):
            client.run_on_scheduler(_give_up_after(_KILLS))
        yield client
    finally:
        with suppress(Exception):  # the scheduler may be what is gone
            client.close(timeout=2)


def _made_there() -> Callable[[bytes], bytes]:
    """What a worker runs. A scheduler unpickles what is submitted: it is given bytes, and needs no package of ours."""

    def made_there(content: bytes) -> bytes:
        from reportkit.cluster.worker import made

        return made(content)

    return made_there


def _give_up_after(kills: int) -> Callable[..., None]:
    def set_allowed_failures(dask_scheduler: Any = None) -> None:  # nested, so that no scheduler needs our package
        dask_scheduler.allowed_failures = kills - 1

    return set_allowed_failures


@contextmanager
def _scheduler_lost(address: str) -> Iterator[None]:
    """What dask.distributed raises where the scheduler is gone, as an error that says so."""
    from concurrent.futures import CancelledError as FutureCancelled

    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    try:
        yield
    except (CommClosedError, FutureCancelledError, FutureCancelled, OSError) as error:
        raise ProjectError(
            f"The scheduler at {address} is lost.",
            where=address,
            mend="What was finished stays; start the scheduler and build again.",
        ) from error
