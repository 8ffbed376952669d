"""A finished folder put in its place in one step: what was there stays until its successor is whole on the disk."""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reportkit.errors import PublishingError

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
NEW, OLD = ".new", ".old"


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that is there already and isn't written to: it is linked, where the disk can."""

    path: Path


def publish_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Makes `place` a folder with exactly these files, by relative path, in one step.

    Raises PublishingError where the disk is full or read-only; what was there is then untouched.
    """
    publish_files(place, files.items())


def publish_files(place: Path, files: Iterable[tuple[str, bytes | Path | Linked]]) -> None:
    """The same, where the files come one after the other; one may also be a Path to be copied, or be Linked.

    What `files` raises on the way leaves what was there untouched too.
    """
    new = _beside(place, NEW)
    try:
        recover(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() and not place.is_dir():
            raise PublishingError("file_in_the_way", where=str(place), name=place.name)
        try:
            _write_all(new, files)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        _swap(new, place)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise PublishingError(
            "publication_not_written", where=str(error.filename or place.name), name=place.name, reason=error.strerror
        ) from error


def write_file(path: Path, content: bytes) -> None:
    """Writes one file in one step: a reader sees the old one or the new one. Raises PublishingError."""
    new = _beside(path, NEW)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise PublishingError(
            "not_written", where=str(error.filename or path.name), name=path.name, reason=error.strerror
        ) from error


def remove_folder(place: Path) -> None:
    """Removes a published or draft folder in one step."""
    if place.is_dir():
        old = _beside(place, OLD)
        shutil.rmtree(old, ignore_errors=True)
        place.rename(old)
        shutil.rmtree(old)


def recover(place: Path) -> None:
    """Completes or undoes a swap that was interrupted: the old folder returns where no new one arrived."""
    new, old = _beside(place, NEW), _beside(place, OLD)
    if old.is_dir() and not place.is_dir():
        old.rename(place)
    for leftover in (new, old):
        if leftover.is_dir():
            shutil.rmtree(leftover)


def _beside(place: Path, ending: str) -> Path:
    return place.with_name(f".{place.name}{ending}")


def _write_all(folder: Path, files: Iterable[tuple[str, bytes | Path | Linked]]) -> None:
    folder.mkdir()
    for name, source in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, Linked):
            _link(source.path, path)
            continue
        with path.open("xb") as file:
            if isinstance(source, bytes):
                file.write(source)
            else:
                with source.open("rb") as copied:
                    shutil.copyfileobj(copied, file)
            file.flush()
            os.fsync(file.fileno())
    for path in (*(each for each in folder.rglob("*") if each.is_dir()), folder):
        _sync_folder(path)


def _link(existing: Path, path: Path) -> None:
    try:
        path.hardlink_to(existing)
    except OSError:  # a disk without links
        shutil.copy2(existing, path)


def _swap(new: Path, place: Path) -> None:
    if not place.exists():
        new.rename(place)
    elif _exchange(new, place):
        shutil.rmtree(new, ignore_errors=True)
    else:
        # Two renames; `recover` at the next start knows both states between them by what is there.
        old = _beside(place, OLD)
        place.rename(old)
        new.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    _sync_folder(place.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchanges two folders by renameat2; False where the system or the file system lacks it."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
