"""A client's connection to a scheduler of dask.distributed, and what its failures are called."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from reportkit.cluster.address import refuse_slips
from reportkit.errors import ProjectError

ANSWER_S = 15
"""How long a scheduler may take to answer."""
_LOGGED = 10
"""Messages that dask's client keeps for its own debugging, with the Plans in them; a thousand unless told."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler there. Raises ProjectError where none answers, or dask.distributed isn't installed."""
    try:
        import dask.config
        from distributed import Client
    except ImportError as error:
        raise ProjectError(
            "Building on a scheduler needs dask.distributed.",
            where="this environment",
            mend="pip install 'reportkit[dask]'",
        ) from error
    refuse_slips(address, "client")
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is told once, by us
    try:
        with dask.config.set({"distributed.admin.low-level-log-length": _LOGGED}):
            client = Client(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ProjectError(
            f"No scheduler answers at {address}.",
            where=address,
            mend="Start one with `dask scheduler`, or build on this machine: --scheduler local.",
        ) from error
    try:
        yield client
    finally:
        with suppress(Exception):  # the scheduler may be what is gone
            client.close(timeout=2)


@contextmanager
def scheduler_lost(address: str) -> Iterator[None]:
    """What dask.distributed raises where the scheduler is gone, as an error that says so."""
    from concurrent.futures import CancelledError as FutureCancelled

    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    try:
        yield
    except (CommClosedError, FutureCancelledError, FutureCancelled, OSError) as error:
        raise ProjectError(
            f"The scheduler at {address} is lost.",
            where=address,
            mend="What was finished stays; start the scheduler and build again.",
        ) from error
