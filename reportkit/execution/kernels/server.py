"""The fork server: a daemon with one thread that has every import done and forks a kernel whenever it is asked."""

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from reportkit.execution.kernels import wire
from reportkit.execution.kernels.address import locked_folder
from reportkit.execution.kernels.confine import cut_network
from reportkit.execution.kernels.imports import Refused, import_all, imported_files, stamps, thread_count
from reportkit.execution.kernels.kernel import Inheritance, become_kernel
from reportkit.execution.kernels.leftovers import adopt_orphans, end_children
from reportkit.execution.kernels.wire import Message, Request

_WAITING_CLIENTS = 128


@dataclass(frozen=True, slots=True)
class _Kernel:
    pidfd: int
    connection: socket.socket


@dataclass(slots=True)
class Server:
    """Forks kernels for whoever connects, until it has been idle for `idle_s` or its last owner has ended.

    An owner is a process that has asked for a kernel; with no kernel left to reap, nothing needs the server then.
    """

    path: Path
    inode: int
    """Of the socket that this server has bound."""
    listener: socket.socket
    preload: Sequence[str]
    idle_s: float
    owners: dict[int, int] = field(default_factory=dict)
    """Process id → pidfd."""
    kernels: dict[int, _Kernel] = field(default_factory=dict)
    """By process id, until it has been reaped."""
    refusal: str = ""
    """Why no kernel can be forked."""
    retired: bool = False
    """Whether a newer server must take over."""
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _sources: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _set_by_imports: Mapping[str, str] = field(default_factory=dict)
    _last_used: float = 0.0

    def serve(self) -> None:
        """Returns when the server isn't needed any longer."""
        before = dict(os.environ)
        try:
            read = import_all(self.preload)
            self._sources = stamps([*imported_files(), *read])
        except Exception as error:
            self.refusal = f"{type(error).__name__}: {error}"
        self._set_by_imports = {name: text for name, text in os.environ.items() if before.get(name) != text}
        gc.collect()
        gc.freeze()  # a collection in a kernel then leaves these pages shared
        self._watch(self.listener, self._accept)
        self._last_used = time.monotonic()
        while self.kernels or not (self.retired or not self.owners or self._idle_in() <= 0):
            for key, _ in self.selector.select(None if self.kernels else self._idle_in()):
                key.data()

    def own(self, pid: int) -> None:
        """Remembers a client's process until it ends. Raises OSError where it has ended already."""
        if pid not in self.owners:
            self.owners[pid] = os.pidfd_open(pid)
            self._watch(self.owners[pid], lambda: self._disown(pid))

    def _disown(self, pid: int) -> None:
        pidfd = self.owners.pop(pid)
        self.selector.unregister(pidfd)
        os.close(pidfd)

    def _idle_in(self) -> float:
        return max(0.0, self._last_used + self.idle_s - time.monotonic())

    def _watch(self, fd: int | socket.socket, handler: Callable[[], None]) -> None:
        self.selector.register(fd, selectors.EVENT_READ, handler)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        pid, uid = wire.peer(connection)
        if uid == os.getuid():
            self._watch(connection, lambda: self._answer(connection, pid))
        else:
            connection.close()

    def _answer(self, connection: socket.socket, client: int) -> None:
        """Reads a connection's one request and forks its kernel, or says why not."""
        self.selector.unregister(connection)
        try:
            received = wire.receive_request(connection)
        except (OSError, ValueError):
            received = None
        if received is None:
            connection.close()
            return
        request, fds = received
        self._last_used = time.monotonic()
        try:
            self.own(client)
            self._check()
            self._fork(request, fds, connection, client)
        except (Refused, OSError) as error:
            with suppress(OSError):
                wire.send_message(connection, Message("refused", reason=str(error), stale=self.retired))
            connection.close()
        finally:
            for fd in fds:
                os.close(fd)

    def _check(self) -> None:
        """Raises Refused where a fork would be unsafe or its kernel out of date."""
        if self.refusal:
            raise Refused(self.refusal)
        if self.retired or stamps(self._sources) != self._sources:
            self.retire()
            raise Refused("a package was changed since the server imported it")
        if (threads := thread_count()) != 1:
            raise Refused(f"the server has {threads} threads")

    def retire(self) -> None:
        """Makes room for a newer server; this one goes on until its kernels have ended."""
        if not self.retired:
            self.retired = True
            with locked_folder(), suppress(OSError):
                if self.path.stat().st_ino == self.inode:  # and not a later server's
                    self.path.unlink()

    def _fork(self, request: Request, fds: Sequence[int], connection: socket.socket, client: int) -> None:
        watched = None if request.independent else self.owners.get(client)
        stdout, stderr = fds
        inheritance = Inheritance(request, stdout, stderr, connection, watched, self._set_by_imports)
        pid = os.fork()
        if pid == 0:
            become_kernel(inheritance, lambda: self._close_all_but(inheritance.fds()))
        try:
            kernel = self.kernels[pid] = _Kernel(os.pidfd_open(pid), connection)
            self._watch(kernel.pidfd, lambda: self._reap(pid))
        except OSError:  # no descriptor is left; no client may use a kernel that can't be watched
            self.kernels.pop(pid, None)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        try:
            wire.send_message(connection, Message("forked", pid=pid, fds=(kernel.pidfd,)))
        except OSError:  # the client didn't wait for it
            signal.pidfd_send_signal(kernel.pidfd, signal.SIGKILL)

    def _close_all_but(self, kept: set[int]) -> None:
        """In a forked kernel: closes every descriptor of the server's but those that the kernel goes on with."""
        for kernel in self.kernels.values():
            kernel.connection.close()
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            elif key.fd not in kept:
                os.close(key.fd)
        self.selector.close()

    def _reap(self, pid: int) -> None:
        """A kernel has ended: ends what it left behind, leaves no zombie, and tells its client how it ended."""
        kernel = self.kernels.pop(pid)
        self.selector.unregister(kernel.pidfd)
        os.close(kernel.pidfd)
        _, status = os.waitpid(pid, 0)
        end_children(self.kernels)
        with suppress(OSError):
            wire.send_message(kernel.connection, Message("ended", returncode=os.waitstatus_to_exitcode(status)))
        kernel.connection.close()
        self._last_used = time.monotonic()


def main() -> None:
    """`python -c "…; main()" NAME JSON`: binds the socket NAME, then goes on in the background.

    The process that was started ends with 0 once the socket listens.
    """
    if sys.path[0] == "":
        del sys.path[0]  # the working directory
    name, options = sys.argv[1], json.loads(sys.argv[2])
    os.setsid()
    os.umask(0o077)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        # The client that started us holds the folder's lock.
        listener.bind(name)
        listener.listen(_WAITING_CLIENTS)
        if os.fork():
            os._exit(0)
        _daemonise()
        adopt_orphans()
        if not options["network"]:
            cut_network()
        server = Server(Path(name), Path(name).stat().st_ino, listener, options["preload"], options["idle_s"])
        try:
            with suppress(ProcessLookupError):
                server.own(options["owner"])
            server.serve()
        finally:
            try:
                server.retire()
                atexit._run_exitfuncs()
            finally:
                os._exit(0)  # an import may have started a thread that never ends


def _daemonise() -> None:
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _terminated(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)
