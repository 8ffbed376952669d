"""What the code of cells reads by itself, beside its section: a style sheet, a font, a list; by Python's audit events.

Files of Python and its libraries are left out, those of the report's inputs, which the section notes more closely, and
the kernel's own temporary ones.
"""

import os
import site
import sys
import sysconfig
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

import reportkit
from reportkit.digests import UNFOLLOWABLE, file_state

_STARTING = frozenset(
    ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "socket.connect", "sqlite3.connect",
     "subprocess.Popen")
)  # fmt: skip
"""Events after which nobody knows what is read."""
_LISTING = frozenset(("os.listdir", "os.scandir", "glob.glob"))
_WRITING = os.O_WRONLY | os.O_TRUNC
_states: dict[str, str] = {}
_inside = threading.local()
_own: tuple[str, ...] = ()
_is_watching = False


def watch(inputs: str | None) -> None:
    """Begins to note what is opened from now on in this process; `inputs` is the folder of a report's own inputs."""
    global _own, _is_watching
    own = [inputs, os.getcwd(), tempfile.gettempdir() if "TMPDIR" in os.environ else None]  # noqa: PTH109 - a text
    _own = tuple(os.path.realpath(each) + os.sep for each in own if each is not None)
    _states.clear()
    if not _is_watching:
        _is_watching = True
        sys.addaudithook(_note)


def opened() -> dict[str, str]:
    """The state of each file when it was opened first, by its path; UNFOLLOWABLE by an event that can't be followed."""
    return dict(_states)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes | os.PathLike) and not (isinstance(flags, int) and flags & _WRITING):
            _note_file(path)
    elif event in _STARTING or (event in _LISTING and arguments and not _is_ours(arguments[0])):
        _states.setdefault(event, UNFOLLOWABLE)


def _note_file(path: "str | bytes | os.PathLike[str]") -> None:
    if getattr(_inside, "noting", False):
        return
    _inside.noting = True
    try:
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - a link's own name is what may change
        if name not in _states and not _is_ours(name):
            _states[name] = file_state(name)
    except (OSError, ValueError, TypeError):
        _states.setdefault("open", UNFOLLOWABLE)
    finally:
        _inside.noting = False


def _is_ours(path: Any) -> bool:
    """Whether a path is of Python, of a library, of the package, of the report's inputs, or the kernel's own."""
    if isinstance(path, int) or path is None:
        return path is not None  # a descriptor: opening it was noted
    real = os.path.realpath(os.fsdecode(path)) + os.sep
    return real.startswith((*_installed(), *_own)) or real.startswith(f"{os.devnull}{os.sep}")


@cache
def _installed() -> tuple[str, ...]:
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = {
        *(sysconfig.get_path(kind) for kind in kinds),
        *site.getsitepackages(),
        str(Path(reportkit.__file__).parent),
    }
    return tuple(os.path.realpath(each) + os.sep for each in sorted(paths))
