"""Plans → Bundles in worker processes: what kills one worker is that one report's failure, never the others'."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from multiprocessing import get_context
from tempfile import TemporaryDirectory

from pebble import ProcessExpired, ProcessPool

from reportkit.errors import NotebookError
from reportkit.model import Bundle, Plan

_GRACE_S = 120
"""What a report may take beside its notebooks' own limits: starting kernels, publishing, reading back."""


def default_jobs() -> int:
    """One worker a core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each_bundle(
    build_report: Callable[[Plan], Bundle], plans: Sequence[Plan], jobs: int, starting: Callable[[Plan], None]
) -> Iterator[Bundle]:
    """Bundles as they are finished, in no fixed order; at most `jobs` reports are under way at once.

    A worker that dies or outlives its limit gives a failed Bundle. Closing the iterator stops what is under way.
    """
    waiting = list(reversed(plans))
    under_way: dict[Future[Bundle], Plan] = {}
    workers = max(1, min(jobs, len(plans)))
    with (
        # Workers that are killed can't clear up; what they leave goes with this folder.
        TemporaryDirectory(prefix="reportkit-", ignore_cleanup_errors=True) as folder,
        ProcessPool(workers, initializer=_work_in, initargs=[folder], context=get_context("spawn")) as pool,
    ):
        try:
            while waiting or under_way:
                while waiting and len(under_way) < jobs:
                    plan = waiting.pop()
                    limit = sum(job.timeout_s for job in plan.jobs) + _GRACE_S
                    starting(plan)
                    under_way[pool.schedule(build_report, args=[plan], timeout=limit)] = plan
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    yield _result(future, under_way.pop(future))
        finally:
            if under_way:
                pool.stop()


def _work_in(folder: str) -> None:
    tempfile.tempdir = folder


def _result(future: "Future[Bundle]", plan: Plan) -> Bundle:
    try:
        return future.result()
    except TimeoutError as error:
        failure = NotebookError("The report took too long and was stopped.", where=plan.name, mend="Raise timeout_s.")
        failure.__cause__ = error
    except (ProcessExpired, CancelledError) as error:
        failure = NotebookError(
            f"The worker process ended unexpectedly: {error}.",
            where=plan.name,
            mend="Memory may have run out; try again with --jobs 1.",
        )
        failure.__cause__ = error
    return Bundle.failed(plan, failure)
