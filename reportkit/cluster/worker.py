"""The worker's half: what a client runs in a process of `reportkit worker`, which builds one report at a time."""

import os
import pickle
import signal
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reportkit.cluster.fitness import Fitness, fitness_of, forget_fitness
from reportkit.execution.kernel_variables import warm_kernels
from reportkit.execution.pool import BuildReport, built_here, is_stuck, notebooks_at_once
from reportkit.model import Bundle, Confinement, Plan

Notebooks = Mapping[str, bytes]
"""The sources of a project's notebooks, by name."""
FONT_PATHS, PROCESSES = "REPORTKIT_FONT_PATHS", "REPORTKIT_WORKERS"
"""How `reportkit worker` tells its processes where its fonts are, and how many they are."""
BEGAN = "reportkit-began"
"""In what the scheduler logs of a worker: the key of the report that it has begun."""
_SETS = 8
"""How many sets of notebooks a worker keeps: those of several clients, and of reports with other sections."""
_STUCK = 75


def begin() -> None:
    """What a worker process does first: it notes what it is made of, and gets ready for its first report.

    Only its nanny ends it: systemd and a terminal tell every process of a group, and one that died of that would look
    as if its report had killed it.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: None)
    _born.update(fitness_of(own_fonts(), system_fonts=False))
    from reportkit.publishing.render import warm_exporters

    warm_kernels(Confinement())
    warm_exporters(own_fonts(), system_fonts=False)


def own_fonts() -> tuple[str, ...]:
    """The folders with fonts that this worker was started with."""
    return tuple(filter(None, os.environ.get(FONT_PATHS, "").split(os.pathsep)))


def introduce(system_fonts: bool, variables: tuple[str, ...], dask_worker: Any = None) -> tuple[str, Fitness | str]:
    """Run on a worker: its name, and its fitness or why it has none."""
    name = str(dask_worker.name)
    if not _born:
        return name, "it wasn't started by `reportkit worker`"
    forget_fitness()
    if fitness_of(own_fonts(), system_fonts=False) != _born:
        return name, "its package, libraries or fonts were changed after its start; start it again"
    return name, fitness_of(own_fonts(), system_fonts, variables)


def made(content: bytes) -> bytes:
    """Run on a worker: the arguments of `make`, and what it returns, as bytes that a scheduler doesn't look into.

    Raises RuntimeError, which any client can read, for any failure; OSError where the scheduler can't be reached.
    """
    if is_stuck():
        os._exit(_STUCK)  # a report that was stopped doesn't stop: the nanny starts another process
    _tell_begun()
    try:
        return pickle.dumps(make(*pickle.loads(content)))  # noqa: S301 - who reaches the scheduler can run code anyway
    except Exception as error:
        raise RuntimeError(f"{type(error).__name__}: {error}") from None


def _tell_begun() -> None:
    """The scheduler knows of what this worker is about to do before it can die of it."""
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    event = {BEGAN: worker.get_current_task()}
    sync(worker.loop, worker.scheduler.log_event, topic=worker.address, msg=event)


def make(build_report: BuildReport, plan: Plan, key: str, notebooks: Notebooks | None) -> Bundle | None:
    """Run on a worker: a report from its Plan and `notebooks`, or those kept here by `key`; None where none are.

    What a client sends once is kept, so that the notebooks of many reports travel once.
    """
    kept = _kept.pop(key, None)
    if notebooks is None:
        notebooks = kept
    if notebooks is None:
        return None
    _kept[key] = notebooks
    while len(_kept) > _SETS:
        del _kept[next(iter(_kept))]
    jobs = tuple(replace(job, notebook=notebooks[job.name]) for job in plan.execution.jobs)
    at_once = notebooks_at_once(int(os.environ.get(PROCESSES, "1")))
    return built_here(
        build_report, replace(plan.with_jobs(jobs), rendering=replace(plan.rendering, font_paths=own_fonts())), at_once
    )


_kept: dict[str, Notebooks] = {}
"""The longest unused first."""
_born: dict[str, str] = {}
"""This process's fitness at its start; empty in one that `reportkit worker` hasn't started."""
