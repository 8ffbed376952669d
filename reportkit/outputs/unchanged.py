"""What is known of finished folders that weren't touched since: a thousand of them need not be read again."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from reportkit.outputs.store import Store

_NAME = "stamps"


class Stamps:
    """What was known of each folder when its files were last checked against their digests.

    A file is taken as it was while its size, its number on the disk, and both its times are: the time of its last
    change is set by the system alone.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Any] = store.read(_NAME) or {}
        self._changed = False

    def known(self, folder: Path) -> dict[str, Any] | None:
        """What was noted of a folder of which no file has changed since; None where that isn't so."""
        entry = self._known.get(str(folder))
        return dict(entry["data"]) if entry is not None and entry["files"] == _files(folder) else None

    def note(self, folder: Path, data: dict[str, Any]) -> None:
        """Notes what is known of a folder that is whole."""
        self._known[str(folder)] = {"data": data, "files": _files(folder)}
        self._changed = True

    def keep(self) -> None:
        """Writes down what was noted."""
        if self._changed:
            with suppress(OSError):
                self._store.write(_NAME, self._known)
            self._changed = False


def _files(folder: Path) -> dict[str, str]:
    return dict(_each_file(str(folder), ""))


def _each_file(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _each_file(entry.path, f"{prefix}{entry.name}/")
                else:
                    found = entry.stat()
                    numbers = (found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
                    yield f"{prefix}{entry.name}", " ".join(map(str, numbers))
    except OSError:
        return
