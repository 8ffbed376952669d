"""The system's limits of this process: whether it has file handles, memory and threads enough to run notebooks.

libzmq ends the whole process where it is refused one of them, so it must not come to that.
"""

import sys
from contextlib import suppress

import psutil

from reportkit.errors import NotebookError

_WANTED_HANDLES = 4096
_HANDLES_A_NOTEBOOK = 36
"""What a running notebook takes, its kernel's log and sockets among them; seven take 219."""
_HANDLES_BESIDE = 28
"""For what is rendered, locked and imported meanwhile."""


def raise_handles() -> None:
    """Raises the soft limit of open files, which many systems set low, as far as this user may."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_HANDLES if hard == resource.RLIM_INFINITY else min(_WANTED_HANDLES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_notebooks() -> int:
    """How many notebooks this process has file handles for at the same time; 0 where there are too few for one."""
    if sys.platform == "win32":
        return _WANTED_HANDLES
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _WANTED_HANDLES
    return max(0, (soft - psutil.Process().num_fds() - _HANDLES_BESIDE) // _HANDLES_A_NOTEBOOK)


def refuse_too_few_handles(report: str) -> None:
    """Raises NotebookError where a report's notebooks can't be run for want of file handles."""
    if most_notebooks() == 0:
        raise NotebookError("too_few_handles", where=report)


def is_limited() -> bool:
    """Whether this process may be refused memory or a thread: then a report is built in a process of its own."""
    if sys.platform == "win32":
        return False
    import resource

    kinds = (resource.RLIMIT_AS, resource.RLIMIT_DATA)
    return any(resource.getrlimit(kind)[0] != resource.RLIM_INFINITY for kind in kinds)
