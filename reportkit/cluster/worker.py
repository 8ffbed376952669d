"""The worker's half: what a client runs in a process of `reportkit worker`, which builds one report at a time."""

import os
import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reportkit.cluster.fitness import Fitness, fitness_of
from reportkit.execution.environment import warm_kernels
from reportkit.execution.pool import BuildReport, built_here, notebooks_at_once
from reportkit.model import Bundle, Confinement, Plan

Notebooks = Mapping[str, bytes]
"""The sources of a project's notebooks, by name."""
FONT_PATHS, PROCESSES = "REPORTKIT_FONT_PATHS", "REPORTKIT_WORKERS"
"""How `reportkit worker` tells its processes where its fonts are, and how many they are."""
BEGAN = "reportkit-began"
"""In what the scheduler is told of a worker: the key of the report that it has begun."""
_SETS = 8
"""How many projects' notebooks a worker keeps; a few clients may share it."""


def warm() -> None:
    """What a worker does once, so that its first report is as quick as the others."""
    from reportkit import report

    warm_kernels(Confinement())
    report.warm_exporters(own_fonts(), system_fonts=False)


def own_fonts() -> tuple[str, ...]:
    """The folders with fonts that this worker was started with."""
    return tuple(filter(None, os.environ.get(FONT_PATHS, "").split(os.pathsep)))


def introduce(system_fonts: bool, variables: tuple[str, ...], dask_worker: Any = None) -> tuple[str, Fitness | None]:
    """Run on a worker: its name and its fitness; None where it isn't one of `serve`."""
    ours = PROCESSES in os.environ
    return str(dask_worker.name), fitness_of(own_fonts(), system_fonts, variables) if ours else None


def made(content: bytes) -> bytes:
    """Run on a worker: the arguments of `make`, and what it returns, as bytes that a scheduler doesn't look into."""
    _tell_begun()
    return pickle.dumps(make(*pickle.loads(content)))  # noqa: S301 - who reaches the scheduler can run code anyway


def _tell_begun() -> None:
    """The scheduler knows of what this worker is about to do before it can die of it."""
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    told = {BEGAN: worker.get_current_task()}
    sync(worker.loop, worker.scheduler.log_event, topic=worker.address, msg=told)


def make(build_report: BuildReport, plan: Plan, key: str, notebooks: Notebooks | None) -> Bundle | None:
    """Run on a worker: a report from its Plan and `notebooks`, or those kept here by `key`; None where none are.

    What a client sends once is kept, so that the notebooks of many reports travel once.
    """
    notebooks = notebooks or _kept.get(key)
    if notebooks is None:
        return None
    _kept[key] = notebooks
    while len(_kept) > _SETS:
        del _kept[next(iter(_kept))]
    jobs = tuple(replace(job, notebook=notebooks[job.name]) for job in plan.jobs)
    at_once = notebooks_at_once(int(os.environ.get(PROCESSES, "1")))
    return built_here(build_report, replace(plan, jobs=jobs, font_paths=own_fonts()), at_once)


_kept: dict[str, Notebooks] = {}
