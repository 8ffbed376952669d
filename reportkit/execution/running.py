"""The kernels that notebooks of this process run in now; apart from the engine, which papermill alone may import."""

import os
from contextlib import suppress
from typing import Any

_LONGEST_SOCKET_PATH = 90  # a Unix socket's path has at most 103 bytes on every system; -ipc-1 is added to it

TOO_MUCH = "too_much"
"""What the engine notes of a notebook that has shown too much: the cell in which it was killed."""

clients: set[Any] = set()
"""The engine's clients whose notebooks are being executed."""


def fits_socket(name: str) -> bool:
    """Whether a kernel whose connection file has this path can be talked to without a network."""
    return os.name == "posix" and len(os.fsencode(name)) <= _LONGEST_SOCKET_PATH


def process_of(manager: Any) -> Any:
    """The process of a manager's kernel; None where it has none yet."""
    return getattr(getattr(manager, "provisioner", None), "process", None)


def kill_kernels() -> None:
    """Kills the kernels that notebooks of this process run in now, from any thread; their cells end as a dead kernel's.

    A kernel that is just being started is missed: who wants them all gone asks until the notebooks have ended.
    """
    for client in tuple(clients):
        process = process_of(client.km)
        if process is not None:
            if client.note is not None:
                client.note["killed"] = True
            with suppress(OSError):  # it has ended meanwhile
                process.kill()
