"""The client's half: finds the server of an environment or starts one, and asks it for a kernel."""

import asyncio
import errno
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reportkit.execution.kernels import wire
from reportkit.execution.kernels.address import (
    ServerSettings,
    at_import,
    environment_digest,
    locked_folder,
    socket_folder,
)
from reportkit.execution.kernels.wire import Message, Request

_START_S = 60.0
"""How long a server may take to do its imports and a kernel to bind its sockets."""
_STATUS_S = 1.0
_MOST_SERVERS = 8
_ATTEMPTS = 3
_GIVEN_UP_S = 60.0
_given_up: dict[str, tuple[float, str]] = {}
"""Server → until when it is not tried again, and why."""
_PROCESS_GROUP = 1 << 2
"""PIDFD_SIGNAL_PROCESS_GROUP; a kernel is the leader of its group."""
_UNKNOWN = -int(signal.SIGKILL)
_SERVER = "from reportkit.execution.kernels.server import main; main()"


class NoServer(Exception):
    """No kernel was forked, and why; a plain kernel can still be started."""


class ForkedKernel:
    """A kernel's process as subprocess.Popen would show it, without being its parent.

    `returncode` is None while it runs; after a server's death a kernel's own code isn't known, so it reads as
    killed.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pidfd: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._pidfd, self._connection = pidfd, connection

    def poll(self) -> int | None:
        """The return code, None while the process runs."""
        if self.returncode is None and _readable(self._pidfd, 0):
            self.end(self._read_returncode())
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Waits for the end. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not _readable(self._pidfd, timeout):
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            self.end(self._read_returncode())
        assert self.returncode is not None
        return self.returncode

    async def async_wait(self, timeout: float) -> bool:
        """Whether the process has ended within `timeout` seconds; the event loop goes on meanwhile."""
        if self.returncode is None and not await _async_readable(self._pidfd, timeout):
            return False
        self.poll()
        return True

    def send_signal(self, number: int) -> None:
        """To the kernel and what it has started; never to another process that has its number by now."""
        if self.returncode is not None:
            return
        with suppress(ProcessLookupError):
            try:
                signal.pidfd_send_signal(self._pidfd, number, None, _PROCESS_GROUP)
            except ProcessLookupError:  # it leads no group yet, or has ended
                signal.pidfd_send_signal(self._pidfd, number)
            except OSError as error:
                if error.errno != errno.EINVAL:  # Linux before 6.9
                    raise
                if not _readable(self._pidfd, 0):
                    os.killpg(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def end(self, returncode: int) -> None:
        """The process has ended with this code."""
        self.returncode = returncode
        self.close()

    def _read_returncode(self) -> int:
        """How the process ended, from the server that was its parent."""
        with suppress(OSError, ValueError):
            self._connection.settimeout(_STATUS_S)
            while message := wire.receive_message(self._connection):
                if message.kind == "ended":
                    return message.returncode
        return _UNKNOWN

    def close(self) -> None:
        """Drops the process; it is not signalled."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        self._connection.close()

    def __del__(self) -> None:
        self.close()


async def fork_kernel(environment: ServerSettings, request: Request, fds: Sequence[int]) -> ForkedKernel:
    """A kernel whose sockets are bound, or that has already died.

    Raises NoServer where none can be had. A server that ends or is killed meanwhile is replaced by the next.
    """
    name = _name(environment)
    until, reason = _given_up.get(name, (0.0, ""))
    if time.monotonic() < until:
        raise NoServer(reason)
    for attempt in range(_ATTEMPTS):
        try:
            connection = await _connect(environment, name)
        except OSError as error:
            raise _give_up(name, f"{type(error).__name__}: {error}") from error
        with connection:
            try:
                connection.setblocking(False)
                wire.send_request(connection, request, fds)
                return await _receive_kernel(connection)
            except ConnectionError as error:
                if attempt == _ATTEMPTS - 1:
                    await asyncio.to_thread(_clear_away, name)
                    raise _give_up(name, str(error)) from error
            except OSError as error:
                raise NoServer(f"{type(error).__name__}: {error}") from error
    raise AssertionError("unreachable")


def ensure_server(environment: ServerSettings) -> None:
    """Starts the environment's server where there is none; its imports go on after this returns. Raises OSError."""
    _start(environment, _name(environment)).close()


def clear_dead() -> None:
    """Removes the sockets of servers that were killed; one that starts removes only its own name's. Raises nothing."""
    with suppress(OSError):
        socket_folder()  # none is made for this
        with locked_folder() as folder:
            for path in folder.glob("*.sock"):
                _listens(path)


def _name(environment: ServerSettings) -> str:
    return f"{environment_digest(environment)}.sock"


def _give_up(name: str, reason: str) -> NoServer:
    """The error to raise; for a minute this process doesn't try that server again."""
    _given_up[name] = time.monotonic() + _GIVEN_UP_S, reason
    return NoServer(reason)


async def _connect(environment: ServerSettings, name: str) -> socket.socket:
    """A connection to the environment's server, which is started where there is none."""
    with suppress(FileNotFoundError, ConnectionRefusedError):
        return wire.connection_to(str(socket_folder() / name))
    return await asyncio.to_thread(_start, environment, name)


def _start(environment: ServerSettings, name: str) -> socket.socket:
    """Starts the server unless somebody else just has; it listens when this returns. Raises OSError."""
    with locked_folder() as folder:
        path = folder / name
        with suppress(FileNotFoundError, ConnectionRefusedError):
            return wire.connection_to(str(path))
        path.unlink(missing_ok=True)
        if sum(_listens(each) for each in folder.glob("*.sock")) >= _MOST_SERVERS:
            raise OSError(f"{_MOST_SERVERS} kernel servers are running already")
        options = json.dumps(
            {
                "preload": environment.preload,
                "idle_s": environment.idle_s,
                "network": environment.network,
                "owner": os.getpid(),
            }
        )
        variables = at_import(environment.variables) | {
            "PATH": environment.variables.get("PATH", os.defpath),
            "XDG_RUNTIME_DIR": str(folder.parent),
        }
        try:
            started = subprocess.run(  # noqa: S603 - the kernelspec's interpreter with our own arguments
                [environment.python, "-c", _SERVER, str(path), options],
                env=variables,
                cwd=folder,  # modules of the folder where somebody works are not the package's
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_START_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"the kernel server did not start within {_START_S:.0f} s") from error
        if started.returncode != 0:
            last = started.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
            raise OSError(f"the kernel server did not start: {last[0]}")
        return wire.connection_to(str(path))


def _clear_away(name: str) -> None:
    """Removes what a server left that was killed, or that its imports have killed."""
    with suppress(OSError), locked_folder() as folder:
        _listens(folder / name)


def _listens(path: Path) -> bool:
    """Whether a server is behind a socket; a killed one's is removed."""
    try:
        wire.connection_to(str(path)).close()
    except (ConnectionRefusedError, FileNotFoundError):
        path.unlink(missing_ok=True)
        return False
    except OSError:  # no descriptor left, say: that says nothing about the server
        return True
    return True


async def _receive_kernel(connection: socket.socket) -> ForkedKernel:
    """Reads the server's and the kernel's messages until the kernel is bound or dead.

    Raises NoServer, or ConnectionError where another server may do better. A kernel that is no longer waited for is
    killed.
    """
    deadline = time.monotonic() + _START_S
    kernel: ForkedKernel | None = None
    bound = False
    try:
        while kernel is None or not (bound or kernel.returncode is not None):
            if not await _async_readable(connection.fileno(), deadline - time.monotonic()):
                raise NoServer(f"the kernel server did not answer within {_START_S:.0f} s")
            try:
                message = wire.receive_message(connection)
            except ConnectionResetError:
                message = None
            match message:
                case None:
                    raise ConnectionError("the kernel server ended before it answered")
                case Message("refused", stale=True):
                    raise ConnectionError(message.reason)
                case Message("refused"):
                    raise NoServer(message.reason)
                case Message("forked"):
                    kernel = ForkedKernel(message.pid, message.fds[0], connection.dup())
                case Message("bound"):
                    bound = True
                case Message("ended") if kernel is not None:
                    kernel.end(message.returncode)
    except BaseException:
        if kernel is not None:
            kernel.kill()
        raise
    return kernel


def _readable(fd: int, timeout: float | None) -> bool:
    waiting = select.poll()
    waiting.register(fd, select.POLLIN)
    return bool(waiting.poll(None if timeout is None else max(0.0, timeout) * 1000))


async def _async_readable(fd: int, timeout: float) -> bool:
    """Whether a descriptor can be read within `timeout` seconds; the event loop goes on meanwhile."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    fd = os.dup(fd)  # a loop has one reader a descriptor; several may wait for one kernel
    loop.add_reader(fd, ready.set)
    try:
        await asyncio.wait_for(ready.wait(), max(0.0, timeout))
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(fd)
        os.close(fd)
    return True
