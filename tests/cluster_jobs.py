"""What stands in for the building of a report on a worker; workers import it by name."""

import os
import random
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from reportkit.model import Bundle, Outcome, Plan

KILLER = "xugou-jia-bgs"
SIZES: Mapping[str, int] = {"report.html": 200_000, "report.pdf": 400_000}
"""Name → bytes, about those of a report."""
_NOISE = random.Random(0).randbytes(max(SIZES.values()))


_kept: list[bytes] = []


def quick(plan: Plan, at_once: int = 1) -> Bundle:
    """A published report without files; it tells which process made it."""
    assert at_once >= 1
    assert all(job.notebook for job in plan.execution.jobs)
    return Bundle(plan.year, plan.department.id, Outcome.PUBLISHED, False, {"pid": str(os.getpid()).encode()}, ())


def stub(plan: Plan, at_once: int = 1) -> Bundle:
    """A published report of the usual size, with nothing in it."""
    files = {name: _NOISE[:size] for name, size in SIZES.items()}
    return Bundle(plan.year, plan.department.id, Outcome.PUBLISHED, False, files, ())


def greedy(plan: Plan, at_once: int = 1) -> Bundle:
    """The same, but that the worker keeps nine tenths of 600 MiB from then on."""
    _grow_to(540)
    return quick(plan, at_once)


def insatiable(plan: Plan, at_once: int = 1) -> Bundle:
    """The same, but that one department takes all of 600 MiB, and doesn't end."""
    if plan.department.id == KILLER:
        _grow_to(600)
        time.sleep(600)
    return quick(plan, at_once)


def _grow_to(mib: int) -> None:
    missing = mib * 2**20 - int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
    _kept.append(b"x" * max(0, missing))


GATE = "REPORTKIT_TEST_GATE"
"""The variable of workers that names a file: until it is there, `held` waits."""


def held(plan: Plan, at_once: int = 1) -> Bundle:
    """The same, but that it notes beside the gate that it has begun, and waits for the gate."""
    gate = Path(os.environ[GATE])
    (gate.parent / f"{plan.department.id}-{os.getpid()}").touch()
    while not gate.exists():
        time.sleep(0.05)
    return quick(plan, at_once)


def deadly(plan: Plan, at_once: int = 1) -> Bundle:
    """The same, but that one department kills its worker."""
    if plan.department.id == KILLER:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(plan, at_once)
