"""The worker's half: processes that join a scheduler, warm, and build one report at a time each."""

import asyncio
import os
import pickle
import socket
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reportkit.cluster.address import refuse_slips
from reportkit.cluster.fitness import Fitness, fitness_of, resource_of
from reportkit.errors import ProjectError
from reportkit.execution.environment import warm_kernels
from reportkit.execution.pool import BuildReport, built_here, notebooks_at_once
from reportkit.model import Bundle, Confinement, Plan

Notebooks = Mapping[str, bytes]
"""The sources of a project's notebooks, by name."""
FONT_PATHS, PROCESSES = "REPORTKIT_FONT_PATHS", "REPORTKIT_WORKERS"
"""How `reportkit worker` tells its processes where its fonts are, and how many they are."""
_LOST_S = 60
"""How long a worker looks for a scheduler that is gone before it ends."""


async def serve(address: str, processes: int, font_paths: tuple[str, ...], memory_limit: str) -> None:
    """Runs so many worker processes until the scheduler is gone or this is cancelled.

    One that is killed, or that takes more than its share of `memory_limit`, is started again by its nanny. Raises
    ProjectError where no scheduler answers.
    """
    import dask.config
    from distributed import Nanny

    refuse_slips(address, "worker")
    # A worker has one report at a time: to pause it or to spill helps nobody. At 95 % it is started again.
    dask.config.set({f"distributed.worker.memory.{each}": False for each in ("target", "spill", "pause")})
    env = {FONT_PATHS: os.pathsep.join(font_paths), PROCESSES: str(processes)}
    # Only who would make the same bytes is asked: a client names its own resource.
    resources = {resource_of(fitness_of(font_paths, system_fonts)): 1 for system_fonts in (False, True)}
    name = socket.gethostname()
    nannies = [
        Nanny(
            address,
            nthreads=1,
            name=f"{name}-{os.getpid()}-{number}",
            memory_limit=memory_limit,
            resources=resources,
            death_timeout=_LOST_S,
            preload=["reportkit.cluster.warm"],
            env=env,
        )
        for number in range(processes)
    ]
    try:
        await asyncio.gather(*nannies)
    except (OSError, TimeoutError) as error:
        raise ProjectError(
            f"No scheduler answers at {address}.", where=address, mend="Start one with `dask scheduler`."
        ) from error
    try:
        await asyncio.gather(*(nanny.finished() for nanny in nannies))
    finally:
        await asyncio.gather(*(nanny.close(reason="reportkit-worker-ends") for nanny in nannies))


def warm() -> None:
    """What a worker does once, so that its first report is as quick as the others."""
    from reportkit import report

    warm_kernels(Confinement())
    report.warm_exporters(own_fonts(), system_fonts=False)


def own_fonts() -> tuple[str, ...]:
    """The folders with fonts that this worker was started with."""
    return tuple(filter(None, os.environ.get(FONT_PATHS, "").split(os.pathsep)))


def introduce(system_fonts: bool, dask_worker: Any = None) -> tuple[str, Fitness, list[str]]:
    """Run on a worker: its name, its fitness, and the resources that it was started with."""
    return str(dask_worker.name), fitness_of(own_fonts(), system_fonts), list(dask_worker.state.total_resources)


def keep(key: str, notebooks: Notebooks) -> None:
    """Run on a worker: keeps the notebooks of many reports, by name, so that they travel once."""
    _kept.clear()  # a client has one project, and a project one set of notebooks
    _kept[key] = notebooks


def made(content: bytes) -> bytes:
    """Run on a worker: the arguments of `make`, and what it returns, as bytes that a scheduler doesn't look into."""
    return pickle.dumps(make(*pickle.loads(content)))  # noqa: S301 - who reaches the scheduler can run code anyway


def make(build_report: BuildReport, plan: Plan, key: str, notebooks: Notebooks | None) -> Bundle | None:
    """Run on a worker: a report from its Plan and the notebooks that are kept here; None where they aren't."""
    notebooks = notebooks or _kept.get(key)
    if notebooks is None:
        return None
    jobs = tuple(replace(job, notebook=notebooks[job.name]) for job in plan.jobs)
    at_once = notebooks_at_once(int(os.environ.get(PROCESSES, "1")))
    return built_here(build_report, replace(plan, jobs=jobs, font_paths=own_fonts()), at_once)


_kept: dict[str, Notebooks] = {}
