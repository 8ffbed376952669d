"""Bytes by their digest and small records by name, in one folder that several processes may use at once.

Nothing here is needed: whatever is damaged or gone is only made once more.
"""

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from reportkit.digests import read_regular
from reportkit.text.json_text import read_json

_RECORD = ".json"
_LAYOUT = "layout"
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record's name, what it holds, and when it was last of use, in seconds since 1970."""

    name: str
    data: dict[str, Any]
    used: float


class Store:
    """A folder of contents and records. Files appear whole or not at all; a content is handed out only if it is whole.

    Raises nothing for what can't be read; OSError where something can't be written.
    """

    def __init__(self, root: Path, layout: str) -> None:
        """Records of another `layout` are not looked at."""
        self._layout = layout
        self._contents, self._records, self._unfinished = root / "objects", root / "records", root / "unfinished"

    def put(self, content: bytes) -> str:
        """Keeps bytes, compressed; returns their sha256."""
        digest = sha256(content).hexdigest()
        path = self._content_path(digest)
        if not path.is_file():
            self._write(path, zlib.compress(content))
        return digest

    def get(self, digest: str) -> bytes | None:
        """The bytes of a digest; None where they aren't there. What is no longer what it was is removed."""
        path = self._content_path(digest)
        try:
            content = zlib.decompress(read_regular(path))
        except OSError:
            return None
        except zlib.error:
            content = b""
        if sha256(content).hexdigest() == digest:
            return content
        with suppress(OSError):
            path.unlink()
        return None

    def write(self, name: str, data: dict[str, Any]) -> None:
        """Keeps a record under a name such as `reports/2024/suqian`, in the place of what was there."""
        content = json.dumps({**data, _LAYOUT: self._layout}, ensure_ascii=False).encode()
        self._write(self._record_path(name), f"{sha256(content).hexdigest()}\n".encode() + content)

    def read(self, name: str) -> dict[str, Any] | None:
        """A record as it was written; None where there is none, or it is no longer what it was."""
        try:
            digest, _, content = read_regular(self._record_path(name)).partition(b"\n")
        except OSError:
            return None
        if digest != sha256(content).hexdigest().encode():
            return None
        data = read_json(content)
        return data if isinstance(data, dict) and data.pop(_LAYOUT, None) == self._layout else None

    def records(self, folder: str = "") -> Iterator[StoredRecord]:
        """Every record whose name is below a folder, the one used last first."""
        found = []
        for path in (self._records / folder).rglob(f"*{_RECORD}"):
            with suppress(OSError):
                found.append((path.stat().st_mtime, path))
        for used, path in sorted(found, reverse=True):
            name = path.relative_to(self._records).as_posix().removesuffix(_RECORD)
            if (data := self.read(name)) is not None:
                yield StoredRecord(name, data, used)

    def touch(self, name: str) -> None:
        """Notes that a record was of use now."""
        with suppress(OSError):
            os.utime(self._record_path(name))

    def forget(self, name: str) -> None:
        """Removes a record."""
        with suppress(OSError):
            self._record_path(name).unlink()

    def contents(self) -> Iterator[str]:
        """The digest of every content."""
        yield from [path.name for path in self._contents.glob("??/*")]

    def bytes_on_disk(self) -> int:
        """The bytes of all files, as a disk counts them."""
        total = 0
        for path in (*self._contents.rglob("*"), *self._records.rglob("*")):
            with suppress(OSError):
                total += path.stat().st_blocks * _BLOCK if hasattr(path.stat(), "st_blocks") else path.stat().st_size
        return total

    def discard(self, digest: str) -> None:
        """Removes a content."""
        with suppress(OSError):
            self._content_path(digest).unlink()

    def tidy(self) -> None:
        """Removes what a process left that was killed while it wrote; only where no other one writes."""
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def _content_path(self, digest: str) -> Path:
        return self._contents / digest[:2] / digest

    def _record_path(self, name: str) -> Path:
        return self._records / f"{name}{_RECORD}"

    def _write(self, path: Path, content: bytes) -> None:
        """A file in its place in one step: a reader sees the old one or the new one."""
        for folder in (path.parent, self._unfinished):
            folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self._unfinished)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
