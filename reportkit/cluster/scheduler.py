"""A client's connection to a scheduler of dask.distributed, and what its failures are called."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from ssl import SSLError
from threading import Thread
from typing import Any

from reportkit.cluster.scheduler_address import refuse_slips
from reportkit.errors import ProjectError

ANSWER_S = 15
"""How long a scheduler may take to answer at first."""
SILENT_S = 60
"""How long it may be silent later; it may have much to do."""
_GRACE_S = 5
_LOGGED = 10
"""Messages that dask's client keeps for its own debugging, with the Plans in them; a thousand by default."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler there. Raises ProjectError where none answers, or dask.distributed isn't installed."""
    try:
        import distributed  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise ProjectError("needs_dask", where="this environment") from error
    refuse_slips(address, "client")
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is reported once, by us
    client = _client(address)
    try:
        yield client
    finally:
        with suppress(Exception):  # the scheduler may be what is gone
            client.close(timeout=2)


def _client(address: str) -> Any:
    """Made by a thread: what accepts a connection and then says nothing would keep us waiting for ever."""
    import dask.config
    from distributed import Client

    made: SimpleQueue[Any] = SimpleQueue()

    def make() -> None:
        try:
            with dask.config.set({"distributed.admin.low-level-log-length": _LOGGED}):
                made.put(Client(address, timeout=ANSWER_S, set_as_default=False))
        except Exception as error:
            made.put(error)

    Thread(target=make, daemon=True, name="reportkit-client").start()
    try:
        found = made.get(timeout=ANSWER_S + _GRACE_S)
    except Empty as error:
        raise _no_scheduler(address, f"something is there, but has said nothing in {ANSWER_S + _GRACE_S} s") from error
    if isinstance(found, Exception):
        causes = list(_causes(found))
        certificate = next((each for each in causes if isinstance(each, SSLError)), None)
        raise _no_scheduler(address, f"{certificate or causes[-1]}".strip()) from found
    return found


def _no_scheduler(address: str, why: str) -> ProjectError:
    return ProjectError("no_scheduler_answers", where=address, address=address, why=why)


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


@contextmanager
def scheduler_lost(address: str) -> Iterator[None]:
    """What dask.distributed raises where the scheduler is gone, or silent, as an error that says so."""
    from concurrent.futures import CancelledError as FutureCancelled

    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    try:
        yield
    except (CommClosedError, FutureCancelledError, FutureCancelled, OSError) as error:  # TimeoutError too
        raise ProjectError("scheduler_lost_building", where=address, address=address) from error
