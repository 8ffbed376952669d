"""What a forked child does to be the kernel that `python -m ipykernel_launcher` would have been."""

import atexit
import gc
import io
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from reportkit.execution.kernels import wire
from reportkit.execution.kernels.confine import limit_memory
from reportkit.execution.kernels.leftovers import adopt_orphans
from reportkit.execution.kernels.wire import Message, Request

INLINE = "module://matplotlib_inline.backend_inline"
"""ipykernel's own backend for matplotlib."""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What a forked child takes over from the server."""

    request: Request
    stdout: int
    stderr: int
    connection: socket.socket
    """To the client, which waits for `bound` or `refused`."""
    client: int | None
    """The client's pidfd; None for a kernel that outlives it."""
    set_by_imports: Mapping[str, str]
    """Environment variables that a kernel has because a module sets them when it is imported."""

    def fds(self) -> set[int]:
        """Every descriptor that the child goes on with."""
        return {self.stdout, self.stderr, self.connection.fileno()} | ({self.client} if self.client else set())


def become_kernel(inheritance: Inheritance, close_others: Callable[[], None]) -> NoReturn:
    """Serves one kernel and ends the process; nothing of the server runs here again.

    Takes: besides its inheritance what closes the server's own descriptors.
    """
    code = 1
    gc.disable()
    try:
        os.setsid()
        adopt_orphans()  # they are this kernel's until it ends, and the server's to end then
        # matplotlib has a folder of its own removed where the home can't be written; it is the server's.
        atexit.unregister(shutil.rmtree)
        close_others()
        if inheritance.client is not None:
            # Before anything is written: a client that has gone clears nothing up.
            _end_with(inheritance.client)
        try:
            _adopt(inheritance)
        except Exception as error:  # a plain kernel is started instead, and reports it in its own way
            reason = f"{type(error).__name__}: {error}"
            wire.send_message(inheritance.connection, Message("refused", reason=reason))
            raise
        code = _serve(inheritance)
    except BaseException as error:
        code = _exit_code(error)
    finally:
        os._exit(code)


def _end_with(client: int) -> None:
    """Ends this process as soon as the client's has, at once where it has already."""
    waiting = select.poll()
    waiting.register(client, select.POLLIN)

    def end() -> None:
        while not waiting.poll():
            pass
        os._exit(1)

    if waiting.poll(0):
        os._exit(1)
    threading.Thread(target=end, name="client watch", daemon=True).start()


def _adopt(inheritance: Inheritance) -> None:
    """The state that a process started by the client would have been born with."""
    request = inheritance.request
    _adopt_signals(request)
    for fd, standard in ((inheritance.stdout, 1), (inheritance.stderr, 2)):
        os.dup2(fd, standard)
        os.close(fd)
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper) and not stream.write_through:
            stream.reconfigure(line_buffering=stream is sys.__stderr__ or stream.isatty())
    if request.memory_bytes is not None:
        limit_memory(request.memory_bytes)
    os.umask(request.umask)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update({**inheritance.set_by_imports, **request.env})
    time.tzset()
    tempfile.tempdir = None
    for path in [path for path, finder in sys.path_importer_cache.items() if finder is None]:
        del sys.path_importer_cache[path]  # it may be a folder by now
    _reseed()
    _adopt_multiprocessing()
    _adopt_matplotlib(request.env)


def _adopt_signals(request: Request) -> None:
    """What the client ignores or blocks; of those that Python itself sees to, only the interrupt is the client's."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGPIPE, signal.SIGXFSZ}:
        default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, signal.SIG_IGN if number in request.ignored else default)
    signal.pthread_sigmask(signal.SIG_SETMASK, request.blocked)


def _reseed() -> None:
    """Random numbers other than those of the server's other kernels; `random` reseeds itself at a fork."""
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()


def _adopt_multiprocessing() -> None:
    """What multiprocessing notes when it is imported: a secret, and the folder in which workers look for modules."""
    if process := sys.modules.get("multiprocessing.process"):
        process.current_process().authkey = os.urandom(32)
        process.ORIGINAL_DIR = os.getcwd()  # type: ignore[attr-defined]  # noqa: PTH109 - a name


def _adopt_matplotlib(env: Mapping[str, str]) -> None:
    """What matplotlib reads when it is imported: the backend, and a matplotlibrc in the working directory."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None:
        return
    if not os.path.isabs(name := matplotlib.matplotlib_fname()):  # noqa: PTH117 - a name, not a path to open
        # Setting `backend` would look up the one set before, and matplotlib would choose one of its own.
        parameters = {key: each for key, each in matplotlib.rc_params_from_file(name).items() if key != "backend"}
        matplotlib.rcParams.update(parameters)
        matplotlib.rcParamsOrig.update(parameters)
    # ipykernel's own default, in the variable before the first cell.
    matplotlib.rcParams["backend"] = env.get("MPLBACKEND") or INLINE


def _serve(inheritance: Inheritance) -> int:
    """Runs the kernel until it is shut down; returns the process's exit code."""
    from reportkit.execution.kernels.app import ForkedKernelApp

    arguments = inheritance.request.arguments
    sys.argv = [sys.modules["ipykernel_launcher"].__file__ or "", *arguments]

    def bound() -> None:
        wire.send_message(inheritance.connection, Message("bound", pid=os.getpid()))
        inheritance.connection.close()

    code = 0
    try:
        app = ForkedKernelApp.instance(bound=bound, restarted=inheritance.request.restarted)
        app.initialize(list(arguments))
        gc.enable()
        app.start()
        app.end_control_thread()
    except BaseException as error:
        code = _exit_code(error)
    # What the interpreter does at its end, but for taking every object apart.
    threading._shutdown()  # type: ignore[attr-defined]  # as multiprocessing does in its own forks
    atexit._run_exitfuncs()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
    return code


def _exit_code(error: BaseException) -> int:
    """The exit code that an uncaught exception ends a process with; anything but SystemExit is printed."""
    if isinstance(error, SystemExit):
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) & 0xFF
        print(error.code, file=sys.__stderr__)
    else:
        traceback.print_exception(error, file=sys.__stderr__)
    return 1
