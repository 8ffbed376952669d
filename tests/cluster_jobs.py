"""What stands in for the building of a report on a worker; workers import it by name."""

import os
import signal

from reportkit.model import Bundle, Outcome, Plan

KILLER = "xugou-jia-bgs"


def quick(plan: Plan, at_once: int = 1) -> Bundle:
    """A published report without files; it tells which process made it."""
    assert at_once >= 1
    assert all(job.notebook for job in plan.jobs)
    return Bundle(plan.year, plan.department.id, Outcome.PUBLISHED, False, {"pid": str(os.getpid()).encode()}, ())


def deadly(plan: Plan, at_once: int = 1) -> Bundle:
    """The same, but that one department kills its worker."""
    if plan.department.id == KILLER:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(plan, at_once)
