"""Temporary folders that are gone when their makers are: what a killed one has left, the next removes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "reportkit-build-"


@contextmanager
def temporary_folder(within: str | None = None) -> Iterator[str]:
    """A folder below `within` or `tempfile.gettempdir()`, removed at the end; what killed ones left there goes now.

    Its maker holds a lock on it, which the system takes back however it ends.
    """
    within = within or tempfile.gettempdir()
    remove_left(within)
    folder, lock = _locked(within)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _locked(within: str) -> tuple[str, int | None]:
    """A new folder and the descriptor that holds its lock; None where the system has no such locks."""
    while True:
        folder = tempfile.mkdtemp(prefix=_PREFIX, dir=within)
        if os.name != "posix":
            return folder, None
        descriptor = os.open(folder, os.O_RDONLY)
        if _lock(descriptor) and Path(folder).is_dir():
            return folder, descriptor
        os.close(descriptor)  # another process that removes what is left was quicker


def remove_left(within: str | None = None) -> None:
    """Removes what killed processes left below `within` or `tempfile.gettempdir()`."""
    if os.name != "posix":
        return
    with suppress(OSError):
        for path in Path(within or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    if os.fstat(descriptor).st_uid == os.getuid() and _lock(descriptor):
                        shutil.rmtree(path, ignore_errors=True)
                finally:
                    os.close(descriptor)


def _lock(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
