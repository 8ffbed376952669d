"""What a forked child does to be the kernel that `python -m ipykernel_launcher` would have been."""

import atexit
import gc
import importlib
import io
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from reportkit.execution.kernels import wire
from reportkit.execution.kernels.wire import Message, Request

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS")
"""What OpenBLAS reads, in this order, when it is loaded."""
_INLINE = "module://matplotlib_inline.backend_inline"
LetGo = Callable[[Sequence[int]], None]


def become_kernel(
    request: Request, fds: Sequence[int], connection: socket.socket, client: int | None, let_go: LetGo
) -> NoReturn:
    """Serves one kernel and ends the process; nothing of the server runs here again.

    Takes: standard output and error in `fds`; the client's connection, and its pidfd where the kernel must end with
    it; what closes the server's own descriptors but for the given ones.
    """
    code = 1
    try:
        let_go([*fds, connection.fileno(), *([] if client is None else [client])])
        try:
            _adopt(request, fds)
        except Exception as error:  # whatever a plain kernel makes of it, a plain kernel shall tell
            wire.send_message(connection, Message("refused", reason=f"{type(error).__name__}: {error}"))
            raise
        code = _serve(request, connection, client)
    except BaseException as error:
        code = _exit_code(error)
    finally:
        os._exit(code)


def _adopt(request: Request, fds: Sequence[int]) -> None:
    """The state that a process started by the client would have been born with."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for fd, number in zip(fds, (1, 2), strict=True):
        os.dup2(fd, number)
        os.close(fd)
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=stream is sys.__stderr__ or stream.isatty())
    os.umask(request.umask)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env)
    time.tzset()
    tempfile.tempdir = None
    importlib.invalidate_caches()
    _reseed()
    _restore_blas_threads(request.env)
    _adopt_matplotlib(request.env)


def _reseed() -> None:
    """Random numbers other than those of the server's other kernels; `random` reseeds itself at a fork."""
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()
    if multiprocessing := sys.modules.get("multiprocessing"):
        multiprocessing.current_process().authkey = os.urandom(32)


def _restore_blas_threads(env: Mapping[str, str]) -> None:
    """As many threads for OpenBLAS as it would have started by itself; the server was held to one."""
    if "threadpoolctl" not in sys.modules or "numpy" not in sys.modules:
        return
    asked = [int(env[name]) for name in BLAS_THREADS if env.get(name, "").isdigit()]
    threads = next(filter(None, asked), 0) or len(os.sched_getaffinity(0))
    for library in sys.modules["threadpoolctl"].ThreadpoolController().lib_controllers:
        if library.internal_api == "openblas":
            library.set_num_threads(threads)


def _adopt_matplotlib(env: Mapping[str, str]) -> None:
    """What matplotlib reads when it is imported: the backend, and a matplotlibrc in the working directory."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None:
        return
    if not os.path.isabs(name := matplotlib.matplotlib_fname()):  # noqa: PTH117 - a name, not a path to open
        parameters = matplotlib.rc_params_from_file(name)
        matplotlib.rcParams.update(parameters)
        matplotlib.rcParamsOrig.update(parameters)
    # ipykernel's own default, in the variable before the first cell.
    matplotlib.rcParams["backend"] = env.get("MPLBACKEND") or _INLINE


def _serve(request: Request, connection: socket.socket, client: int | None) -> int:
    """Runs the kernel until it is shut down; returns the process's exit code."""
    from reportkit.execution.kernels.app import ForkedKernelApp

    sys.argv = [sys.modules["ipykernel_launcher"].__file__ or "", *request.arguments]

    def bound() -> None:
        wire.send_message(connection, Message("bound", pid=os.getpid()))
        connection.close()

    code = 0
    try:
        app = ForkedKernelApp.instance(bound=bound, client=client)
        app.initialize(list(request.arguments))
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
        print(error.code, file=sys.__stderr__)  # noqa: T201
    else:
        traceback.print_exception(error, file=sys.__stderr__)
    return 1
