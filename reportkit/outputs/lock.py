"""One writer at a time, by a lock that the system gives back when its holder ends, however it ends.

Where a file system has no such locks, a file that is there is the lock, and a killed holder's must be removed by hand.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from reportkit.errors import PublishingError


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds a folder, the project's outputs mostly, for one writer; a second one calls `waiting` and waits.

    Raises PublishingError where the folder can't be written.
    """
    try:
        lock = taken(folder / ".lock", waiting)
    except OSError as error:
        raise PublishingError(
            "not_a_writable_folder", where=folder.name, folder=folder.name, reason=error.strerror
        ) from error
    with lock:
        yield


def taken(path: Path, waiting: Callable[[], None] | None) -> AbstractContextManager[object]:
    """A lock file that is held until what is returned is left; where another holds it, `waiting` is called first.

    Raises Timeout where another holds it and there is no `waiting`, OSError where the file can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, thread_local=False)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        if waiting is None:
            raise
        waiting()
        return lock.acquire()
