"""The messages between a client, the server and a kernel: one JSON object a datagram, with descriptors beside it."""

import array
import json
import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

PROTOCOL = 3
_MOST_BYTES = 1 << 20
_MOST_FDS = 8


@dataclass(frozen=True, slots=True)
class Request:
    """A kernel to be forked. Standard output and error travel beside it as descriptors, in this order."""

    arguments: tuple[str, ...]
    """What follows `python -m ipykernel_launcher`."""
    cwd: str
    env: dict[str, str]
    umask: int
    ignored: tuple[int, ...]
    """The signals that the client ignores, and so would a process that it starts."""
    blocked: tuple[int, ...]
    """The signals that the client's thread blocks."""
    independent: bool
    """Whether the kernel outlives the client."""
    restarted: bool = False
    """Whether clients of the kernel before it are still connected to the same ports."""
    memory_bytes: int | None = None
    """The most memory of its own that it may have; None without limit."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the client receives, in this order: `forked` with a pidfd, `bound`, `ended` with a return code.

    Or `refused`, with the reason: no kernel was started. Source of return codes: subprocess.Popen's convention.
    """

    kind: str
    pid: int = 0
    returncode: int = 0
    reason: str = ""
    stale: bool = False
    fds: tuple[int, ...] = ()


def connection_to(path: str) -> socket.socket:
    """A connected, blocking socket. Raises OSError where nothing listens."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


def send_request(connection: socket.socket, request: Request, fds: Sequence[int]) -> None:
    """Raises OSError where the server is gone or the environment is larger than a datagram may be."""
    content = json.dumps({"protocol": PROTOCOL, **asdict(request)}).encode("utf-8", "surrogateescape")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max(len(content) * 2, 1 << 17))
    socket.send_fds(connection, [content], list(fds))


def receive_request(connection: socket.socket) -> tuple[Request, list[int]] | None:
    """None where the client has gone. Raises ValueError for what is not a request, with its descriptors closed."""
    content, fds = _receive(connection)
    if not content:
        return None
    try:
        found = json.loads(content.decode("utf-8", "surrogateescape"))
        if not isinstance(found, dict) or found.pop("protocol", None) != PROTOCOL or len(fds) != 2:
            raise ValueError("not a request of this protocol")
        tuples = {name: tuple(found[name]) for name in ("arguments", "ignored", "blocked")}
        return Request(**{**found, **tuples}), fds
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        for fd in fds:
            os.close(fd)
        raise ValueError(f"not a request: {error}") from error


def send_message(connection: socket.socket, message: Message) -> None:
    """Raises OSError where the client has gone."""
    content = {key: value for key, value in asdict(message).items() if key != "fds"}
    socket.send_fds(connection, [json.dumps(content).encode()], list(message.fds))


def receive_message(connection: socket.socket) -> Message | None:
    """None at the end of the connection. Raises BlockingIOError on a non-blocking socket with nothing to read."""
    content, fds = _receive(connection)
    if not content:
        return None
    fields: dict[str, Any] = json.loads(content)
    return replace(Message(**{**fields, "fds": ()}), fds=tuple(fds))


def peer(connection: socket.socket) -> tuple[int, int]:
    """The process id and user id at the other end, as the system itself vouches for them."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", credentials)
    return pid, uid


def _receive(connection: socket.socket) -> tuple[bytes, list[int]]:
    # socket.recv_fds leaves the descriptors open to be inherited by what a thread starts meanwhile.
    space = socket.CMSG_SPACE(_MOST_FDS * array.array("i").itemsize)
    content, ancillary, flags, _ = connection.recvmsg(_MOST_BYTES, space, socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for fd in fds:
            os.close(fd)
        raise ValueError("a message larger than any of this protocol")
    return content, list(fds)
