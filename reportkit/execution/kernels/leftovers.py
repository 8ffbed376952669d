"""Processes that a kernel leaves behind, in sessions of their own too: they end when it does."""

import ctypes
import os
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import psutil

_SET_CHILD_SUBREAPER = 36
_PATIENCE_S = 2.0


def adopt_orphans() -> bool:
    """Makes this process the parent of whatever its descendants leave behind; False where the system can't.

    Its children don't inherit that. Source: PR_SET_CHILD_SUBREAPER in prctl(2).
    """
    try:
        return bool(ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    except (OSError, AttributeError, TypeError):
        return False


def end_children(kept: Collection[int]) -> None:
    """Kills this process's children but those `kept`, and whatever they leave behind in turn, which it has adopted."""
    until = time.monotonic() + _PATIENCE_S
    while (left := _children() - set(kept)) and time.monotonic() < until:
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
            with suppress(OSError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    time.sleep(0.001)


def _children() -> set[int]:
    """The process ids of this process's children, those among them that have ended."""
    try:
        lists = Path("/proc/self/task").glob("*/children")
        return {int(pid) for each in lists for pid in each.read_text(encoding="ascii").split()}
    except OSError:  # a kernel built without such lists
        return {child.pid for child in psutil.Process().children()}


def end_marked(variable: str, value: str) -> None:
    """Kills every process of this user in whose environment a variable has this value, as what it starts has, too."""
    own = os.getpid()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != own and process.environ().get(variable) == value:
                process.kill()
