"""What a server does before it forks: every import, in one thread. And whether that is still what pip has installed."""

import os
import site
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

from reportkit.execution.kernels.kernel import INLINE

IMPORTED_BY_EVERY_KERNEL = (
    "reportkit.execution.kernels.app",
    "ipykernel_launcher",
    "ipykernel.debugger",
    "IPython.core.debugger",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.utils.wildcard",
    "encodings.utf_8_sig",
    "faulthandler",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "jupyter_client.localinterfaces:local_ips",
)


class Refused(Exception):
    """No kernel can be forked; the client starts a plain one and says why."""


def import_all(preload: Sequence[str]) -> list[str]:
    """Imports what every kernel needs, then each module or calls each `module:function` of the preload.

    A package that isn't installed is skipped.

    Returns: the paths that functions return, of files whose content they keep.
    Raises Refused naming the first that starts a thread: a forked thread's locks stay locked for ever.
    """
    read: list[str] = []
    for name in (*IMPORTED_BY_EVERY_KERNEL, *preload):
        module_name, _, function = name.partition(":")
        try:
            module = import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name is not None and f"{module_name}.".startswith(f"{error.name}."):
                continue
            raise
        if function:
            returned = getattr(module, function)() or ()
            read += [each for each in returned if os.path.isabs(each)]  # noqa: PTH117 - texts, some of them no paths
        if thread_count() != 1:
            _stop_threads()
        if (threads := thread_count()) != 1:
            raise Refused(f"{name} starts {threads - 1} thread(s)")
    _prepare_matplotlib()
    # Its import registers with the shell what shows the figures of `plt.plot()`: each kernel must import it itself.
    for name in [each for each in sys.modules if each.partition(".")[0] == "matplotlib_inline"]:
        del sys.modules[name]
    return read


def _stop_threads() -> None:
    """Has libraries stop their threads as they do before a fork; OpenBLAS starts its own again when it needs them."""
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def thread_count() -> int:
    """Threads of this process, those of libraries included."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - the quickest way, before each fork


def imported_files() -> list[str]:
    """What an upgrade changes: imported files outside the standard library, and the folders that pip installs into."""
    modules = [(name.partition(".")[0], module) for name, module in list(sys.modules.items())]
    paths = {getattr(module, "__file__", None) for name, module in modules if name not in sys.stdlib_module_names}
    found = [*sorted(filter(None, paths)), *site.getsitepackages(), site.getusersitepackages()]
    if matplotlib := sys.modules.get("matplotlib"):
        found.append(matplotlib.matplotlib_fname())
    return found


def stamps(paths: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Path → time of change, size and inode; empty for what isn't there."""
    found: dict[str, tuple[int, ...]] = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - a thousand of them before each fork
        except OSError:
            found[path] = ()
        else:
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _prepare_matplotlib() -> None:
    """Has matplotlib read its entry points, which setting the backend would do in each kernel."""
    if "matplotlib" in sys.modules:
        from matplotlib.backends import backend_registry

        backend_registry.is_valid_backend(INLINE)
