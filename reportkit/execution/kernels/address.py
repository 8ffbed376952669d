"""Which server fits an environment: what a fork can't change is hashed into the name of the server's socket."""

import fcntl
import hashlib
import json
import os
import resource
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from reportkit.execution.kernels.wire import PROTOCOL

_AT_IMPORT = (
    "PYTHON",
    "LD_",
    "LC_",
    "LANG",
    "GLIBC_",
    "MALLOC_",
    "OMP_",
    "KMP_",
    "GOMP_",
    "OPENBLAS_",
    "GOTO_",
    "MKL_",
    "BLIS_",
    "NUMEXPR_",
    "NUMBA_",
    "XDG_CONFIG_",
    "XDG_CACHE_",
    "JUPYTER_",
    "NPY_",
    "NUMPY_",
    "PANDAS_",
    "ARROW_",
    "PYDANTIC_",
    "PYDEVD_",
    "DEBUGPY_",
    "IDE_PROJECT_ROOTS",
    "MPLCONFIGDIR",
    "MATPLOTLIBRC",
)
_TEMPORARY = "/tmp"  # noqa: S108 - the folder in it is the user's own, and checked
_LONGEST = 107 - len("/0123456789abcdef.sock")
"""A socket's path has at most 107 bytes."""
_LIMITS = tuple(name for name in dir(resource) if name.startswith("RLIMIT_"))


def at_import(env: Mapping[str, str]) -> dict[str, str]:
    """The variables that the interpreter or a library reads once, when it starts or is imported."""
    return {name: env[name] for name in sorted(env) if name == "HOME" or name.startswith(_AT_IMPORT)}


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server is started with, and known by: an interpreter, variables, imports to have done, minutes to wait.

    Without `network` neither it nor its kernels have any but Unix sockets, where the system offers that.
    """

    python: str
    variables: Mapping[str, str]
    preload: tuple[str, ...]
    idle_s: float
    network: bool = True


def environment_digest(environment: ServerSettings) -> str:
    """Sixteen hexadecimal digits: equal for two launches that one server may serve."""
    content = {
        "protocol": PROTOCOL,
        "code": str(Path(__file__).parent),
        "python": environment.python,
        "variables": at_import(environment.variables),
        "preload": environment.preload,
        "idle_s": environment.idle_s,
        "network": environment.network,
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in _LIMITS},
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "cores": sorted(os.sched_getaffinity(0)),
        "user": (os.getuid(), os.getgid(), sorted(os.getgroups())),
        "cgroup": Path("/proc/self/cgroup").read_text(encoding="utf-8"),
        "namespaces": sorted(str(each.readlink()) for each in Path("/proc/self/ns").iterdir()),
        "root": str(Path("/proc/self/root").readlink()),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def socket_folder() -> Path:
    """The user's own folder of server sockets.

    Raises FileNotFoundError where it is missing, and PermissionError where somebody else made it or others can write
    there.
    """
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or _TEMPORARY) / f"reportkit-kernels-{os.getuid()}"
    if len(os.fsencode(folder)) > _LONGEST:
        folder = Path(_TEMPORARY) / folder.name
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError(f"{folder} is not this user's alone")
    return folder


@contextmanager
def locked_folder() -> Iterator[Path]:
    """The socket folder, with one process at a time looking for, starting or removing a server in it.

    It is made where it is missing. The folder itself is the lock, so that nothing is left behind when the last server
    removes it.
    """
    while True:
        try:
            folder = socket_folder()
        except FileNotFoundError as missing:
            Path(missing.filename).mkdir(mode=0o700, exist_ok=True)
            continue
        try:
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            try:
                current = folder.stat().st_ino == os.fstat(fd).st_ino
            except FileNotFoundError:
                current = False
            if current:
                try:
                    yield folder
                finally:
                    with suppress(OSError):  # a socket is in it
                        folder.rmdir()
                return
        finally:
            os.close(fd)
