"""sha256 over data and over the package's own files."""

import errno
import json
import os
import stat
from collections.abc import Iterable
from functools import cache
from hashlib import file_digest, sha256
from importlib.resources import files
from io import BufferedReader
from pathlib import Path
from typing import Any


def digest_of(data: Any) -> str:
    """sha256 over data as canonical JSON: the order of keys doesn't matter; dates and the like are taken as text."""
    return sha256(json.dumps(data, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


UNFOLLOWABLE = "?"
"""The state of something read that nobody can look at again; it is never the same."""
_ABSENT, _NO_FILE = "-", "no file"
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""A pipe to which nobody writes is opened at once, so that it can be refused."""


def file_state(path: str) -> str:
    """sha256 of a file as it is now; another word where there is none, or where it can't be read as one."""
    try:
        return digest_of_file(path)
    except FileNotFoundError:
        return _ABSENT
    except (OSError, ValueError, MemoryError):
        return _NO_FILE


def read_regular(path: str | Path) -> bytes:
    """A file's bytes. Raises OSError, also for what is no regular file: a pipe or a device would never end."""
    with open_regular(path) as file:
        return file.read()


def digest_of_file(path: str | Path) -> str:
    """sha256 of a file, read bit by bit. Raises OSError as `read_regular` does."""
    with open_regular(path) as file:
        return file_digest(file, "sha256").hexdigest()


def open_regular(path: str | Path) -> BufferedReader:
    """A file opened for reading, whatever opens it for writing. Raises OSError as `read_regular` does."""
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", os.fspath(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


@cache
def code_digest(parts: tuple[str, ...] = (".",), *, without: str = "") -> str:
    """sha256 over files of the package, names and bytes, in the order of their names: all, or those of some parts.

    `without` is the ending of files that are left out. Guides never count: no report depends on them.
    """
    root = Path(str(files("reportkit")))
    digest = sha256()
    for path in sorted(set(_files(root / part for part in parts))):
        if without and path.name.endswith(without):
            continue
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (
            each for each in found if each.is_file() and each.suffix != ".md" and "__pycache__" not in each.parts
        )
