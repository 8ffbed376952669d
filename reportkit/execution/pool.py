"""Plans → Bundles in worker processes: what kills one worker is that one report's failure, never the others'."""

import os
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from threading import enumerate as threads
from typing import Protocol

import psutil
from pebble import ProcessExpired, ProcessPool

from reportkit.deferred import defer_iri_grammar
from reportkit.errors import NotebookError
from reportkit.execution.limits import is_limited, most_notebooks, raise_handles, refuse_too_few_handles
from reportkit.execution.running import kill_kernels
from reportkit.execution.temporary import temporary_folder
from reportkit.model import Bundle, Finished, Plan, Step

_GRACE_S = 120
"""What a report may take beside its notebooks' own limits: starting kernels, publishing, reading back."""
_STOP_S = 10
"""How long a report that is stopped may take to end; without its kernels it has nothing to wait for."""
_LOOK_S = 5
"""How often to look whether the pool itself is still there while no report is finished."""
_WORKER_BYTES = 600 * 2**20
"""What a worker and its kernels need at most: `make bench-scale` prints what they do."""
_KERNEL_BYTES = 150 * 2**20


MOST_JOBS = 10_000
"""More than any machine has: where others say how many there are."""


class BuildReport(Protocol):
    """Builds one report, `at_once` of its notebooks at the same time."""

    def __call__(self, plan: Plan, at_once: int) -> Bundle: ...


def default_jobs() -> int:
    """A worker a core that this process may use, but no more than the free memory holds."""
    return max(1, min(_cores(), _free_bytes() // _WORKER_BYTES))


def notebooks_at_once(workers: int) -> int:
    """How many notebooks of one report run at once: enough that no core waits for a kernel to start or stop."""
    wanted = -(-(_cores() + 1) // workers)
    return max(1, min(wanted, _free_bytes() // workers // _KERNEL_BYTES, most_notebooks()))


def _free_bytes() -> int:
    """Memory that can still be had, in a container its share."""
    free = int(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    with suppress(OSError, ValueError):  # no such group, or "max"
        most, used = (int((group / f"memory.{name}").read_text(encoding="ascii")) for name in ("max", "current"))
        cached = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
        free = min(free, most - used + int(cached.get("inactive_file", 0)))
    return free


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each_bundle(
    build_report: BuildReport, steps: Iterator[Step], at_most: int, jobs: int, starting: Callable[[Plan], None]
) -> Iterator[Finished]:
    """Plans with their Bundles as they are finished, in no fixed order; at most `jobs` reports are under way at once.

    Steps are taken as there is room for reports; there are `at_most` so many. Bundles among them pass through. A few
    reports are built by this very process, for a worker takes longer to start than they do; but not where want of
    memory could end it. Closing the iterator stops what is under way.
    """
    raise_handles()
    if (at_most <= _FEW and not is_limited()) or most_notebooks() == 0:
        for step in steps:
            if isinstance(step, Bundle):
                yield step
            else:
                starting(step)
                yield step, built_here(build_report, step, notebooks_at_once(1))
        return
    for step in steps:
        if isinstance(step, Bundle):
            yield step
        else:
            yield from _built_by_workers(build_report, chain([step], steps), min(jobs, at_most), starting)


_FEW = 2


def built_here(build_report: BuildReport, plan: Plan, at_once: int) -> Bundle:
    """A report built by a thread of this process, which is stopped where it takes too long or we are interrupted."""
    try:
        refuse_too_few_handles(plan.name)
    except NotebookError as error:
        return Bundle.failed(plan, error)
    done: SimpleQueue[Bundle] = SimpleQueue()
    usual = tempfile.tempdir
    with temporary_folder() as folder:
        # What a thread leaves that doesn't stop goes with this folder.
        tempfile.tempdir = folder
        building = Thread(target=lambda: done.put(build_report(plan, at_once)), name=_BUILDING + plan.name, daemon=True)
        building.start()
        try:
            return done.get(timeout=_limit(plan))
        except Empty as error:
            return _too_long(plan, error)
        finally:
            stop(building)
            tempfile.tempdir = usual


_BUILDING = "building "


def is_stuck() -> bool:
    """Whether a report that was stopped still goes on in a thread of this process, beside the next one."""
    return any(thread.name.startswith(_BUILDING) for thread in threads())


def stop(building: Thread) -> None:
    """Ends the kernels of this process's reports, so that none writes any more when its folder goes.

    Waits a while for the thread that builds one to end.
    """
    until = time.monotonic() + _STOP_S
    while building.is_alive() and time.monotonic() < until:
        kill_kernels()
        building.join(0.05)


def _built_by_workers(
    build_report: BuildReport, steps: Iterator[Step], workers: int, starting: Callable[[Plan], None]
) -> Iterator[Finished]:
    """Each report is finished by the worker that began it, so the first are ready early.

    While one worker publishes, the others' kernels have its core. A worker that dies or outlives its limit gives a
    failed Bundle; where the pool itself breaks, as by a worker that dies before its report, the next reports get
    another one.
    """
    # Workers that are killed can't clear up; what they leave goes with this folder.
    with temporary_folder() as folder:
        while (yield from _built_by_pool(build_report, steps, workers, starting, folder)):
            pass


def _built_by_pool(
    build_report: BuildReport, steps: Iterator[Step], workers: int, starting: Callable[[Plan], None], folder: str
) -> Generator[Finished, None, bool]:
    """Reports until there are no more, or until the pool is broken, which is what it returns."""
    under_way: dict[Future[Bundle], Plan] = {}
    at_once = notebooks_at_once(workers)
    is_broken = False
    with ProcessPool(workers, initializer=_work_in, initargs=[folder], context=get_context("spawn")) as pool:
        try:
            while True:
                while not is_broken and len(under_way) < workers and (step := next(steps, None)) is not None:
                    if isinstance(step, Bundle):
                        yield step
                        continue
                    starting(step)
                    try:
                        under_way[pool.schedule(build_report, args=[step, at_once], timeout=_limit(step))] = step
                    except (RuntimeError, OSError, MemoryError) as error:  # no thread, pipe or process to be had
                        is_broken = True
                        yield step, _worker_ended(step, error)
                if not under_way:
                    return is_broken
                done, _ = wait(under_way, _LOOK_S, return_when=FIRST_COMPLETED)
                is_broken = is_broken or not pool.active
                for future in under_way.copy() if is_broken else done:
                    plan = under_way.pop(future)
                    yield plan, _result(future, plan)
        finally:
            if under_way or is_broken:
                pool.stop()


def _limit(plan: Plan) -> int:
    """The seconds that a report may take."""
    return sum(job.timeout_s for job in plan.execution.jobs) + _GRACE_S


def _too_long(plan: Plan, error: Exception) -> Bundle:
    failure = NotebookError("report_too_slow", where=plan.name)
    return Bundle.failed(plan, failure.caused_by(error))


def _work_in(folder: str) -> None:
    defer_iri_grammar()
    tempfile.tempdir = folder


def _result(future: "Future[Bundle]", plan: Plan) -> Bundle:
    """What became of a report; of a future that isn't done its pool has ended."""
    if not future.done():
        return _worker_ended(plan, RuntimeError("the pool of processes has ended"))
    try:
        return future.result()
    except TimeoutError as error:
        return _too_long(plan, error)
    except (ProcessExpired, CancelledError, BrokenProcessPool) as error:
        return _worker_ended(plan, error)


def _worker_ended(plan: Plan, error: Exception) -> Bundle:
    failure = NotebookError("worker_process_ended", where=plan.name, error=str(error) or type(error).__name__)
    return Bundle.failed(plan, failure.caused_by(error))
