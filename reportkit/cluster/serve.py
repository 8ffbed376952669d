"""`reportkit worker`: processes that join a scheduler, warm, and are started again when they die."""

import asyncio
import logging
import multiprocessing
import os
import secrets
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from reportkit.cluster.scheduler_address import refuse_slips
from reportkit.cluster.worker import FONT_PATHS, PROCESSES
from reportkit.errors import ProjectError

_LOST_S = 60
"""How long a worker looks for a scheduler before it ends."""
_CLOSE_S = 20
"""How long worker processes may take to end before they are killed."""
_NOBODYS = "127.0.0.1:0"
"""Where a worker reports on itself by HTTP, which TLS doesn't cover."""
_LEAST_BYTES = 400 * 2**20
"""A worker that builds has some 250 MiB; its kernels have their own limit."""
_log = logging.getLogger(__name__)


async def serve(address: str, processes: int, font_paths: tuple[str, ...], memory_limit: str) -> None:
    """Runs so many worker processes until Ctrl-C or SIGTERM, or the scheduler is gone.

    One that is killed, or that takes more than `memory_limit` (auto: its share of the machine's), is started again by
    its nanny. Raises ProjectError where no scheduler answers, or no longer, and for a limit that is none.
    """
    import dask.config
    from distributed import Nanny

    refuse_slips(address, "worker")
    limit = _bytes_of(memory_limit, processes)
    # A worker has one report at a time: to pause it or to spill doesn't help. At 95 % it is started again.
    dask.config.set({f"distributed.worker.memory.{each}": False for each in ("target", "spill", "pause")})
    env = {FONT_PATHS: os.pathsep.join(font_paths), PROCESSES: str(processes)}
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"  # in containers all have the same number
    nannies = [
        Nanny(
            address,
            nthreads=1,
            name=f"{name}-{number}",
            memory_limit=limit,
            death_timeout=_LOST_S,
            preload=["reportkit.cluster.warm"],
            env=env,
            dashboard_address=_NOBODYS,
        )
        for number in range(processes)
    ]
    ended = _asked_to_end()
    serving = asyncio.create_task(_serving(nannies, address))
    try:
        await asyncio.wait((serving, asyncio.create_task(ended.wait())), return_when=asyncio.FIRST_COMPLETED)
        if ended.is_set():
            serving.cancel()
    finally:
        closing = (nanny.close(reason="reportkit-worker-ends") for nanny in nannies)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*closing, return_exceptions=True), _CLOSE_S)
        for process in multiprocessing.active_children():  # a nanny that is about to start can't close
            process.kill()
    if not ended.is_set():
        await serving


def _asked_to_end() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM; more of them don't end the wait for the processes."""
    ended = asyncio.Event()
    with suppress(NotImplementedError):  # Windows has no such handlers; Ctrl-C is an exception there
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, ended.set)
    return ended


async def _serving(nannies: Sequence[Any], address: str) -> None:
    try:
        await asyncio.gather(*nannies)
    except (OSError, RuntimeError) as error:  # dask.distributed wraps the former, TimeoutError too, in the latter
        cause = error.__cause__ or error
        if isinstance(cause, OSError):
            raise ProjectError("no_scheduler_for_worker", where=address, address=address) from error
        raise ProjectError("worker_not_started", where=socket.gethostname(), cause=cause) from error
    await asyncio.gather(*(nanny.finished() for nanny in nannies))
    raise ProjectError("scheduler_lost_serving", where=address, address=address)


def _bytes_of(memory_limit: str, processes: int) -> int | None:
    """A limit as dask reads it: bytes, 2GiB, a share of the machine's from 0 to 1, auto; None for 0, which is none.

    Raises ProjectError for what is no limit, or one with which no worker could live.
    """
    from dask.utils import format_bytes
    from distributed.system import MEMORY_LIMIT
    from distributed.worker_memory import parse_memory_limit

    least = f"a worker needs {format_bytes(_LEAST_BYTES)}"
    if memory_limit == "auto":
        if (share := int(MEMORY_LIMIT / processes)) >= _LEAST_BYTES:
            return share
        raise ProjectError(
            "workers_too_small",
            where="this machine's memory",
            processes=processes,
            share=format_bytes(share),
            least=least,
        )
    with suppress(ValueError, OverflowError):
        found = parse_memory_limit(memory_limit, 1, logger=_log)
        if found is None or found >= _LEAST_BYTES:
            return found
        if found > 0:
            size = format_bytes(found)
            raise ProjectError("memory_too_small", where="--memory-limit", limit=memory_limit, share=size, least=least)
    raise ProjectError("no_amount_of_memory", where="--memory-limit", limit=memory_limit)
