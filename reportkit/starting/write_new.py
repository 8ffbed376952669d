"""Writes new files into a project: all of them or none, and never over what is there."""

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from reportkit.errors import ProjectError


def refuse_existing(folder: Path, names: Iterable[str]) -> None:
    """Raises ProjectError with every file that is there already, or that is where a folder must be."""
    paths = [folder / name for name in names]
    in_the_way = {
        above: None for path in paths for above in path.parents if os.path.lexists(above) and not above.is_dir()
    }
    if in_the_way:
        raise ProjectError("new_no_folder", where=str(next(iter(in_the_way))))
    if there := [path.relative_to(folder).as_posix() for path in dict.fromkeys(paths) if os.path.lexists(path)]:
        raise ProjectError("new_files_exist", where=str(folder), files=there)


def write_new(folder: Path, files: Mapping[str, bytes], replaced: Mapping[str, bytes] | None = None) -> None:
    """Writes new files, then puts others in the place of what they were made from.

    Raises ProjectError where one of the new files is there, or can't be written; then what was written of them is
    removed again, and what was replaced is as it was.
    """
    refuse_existing(folder, files)
    written: list[Path] = []
    exchanged: dict[Path, bytes] = {}
    folders: list[Path] = []
    try:
        for name, content in files.items():
            path = folder / name
            _make(path.parent, folders)
            with path.open("xb") as file:
                written.append(path)
                file.write(content)
        for name, content in (replaced or {}).items():
            before = (folder / name).read_bytes()
            _exchange(folder / name, content)
            exchanged[folder / name] = before
    except OSError as error:
        for path, before in exchanged.items():
            with suppress(OSError):
                _exchange(path, before)
        for path in written:
            path.unlink(missing_ok=True)
        for made in reversed(folders):
            with suppress(OSError):
                made.rmdir()
        where = str(error.filename or folder)
        raise ProjectError("new_not_written", where=where, reason=error.strerror or str(error)) from error


def _make(folder: Path, made: list[Path]) -> None:
    """Makes a folder and those above it, and notes which are new."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _exchange(path: Path, content: bytes) -> None:
    path = path.resolve()  # where it is a link, what it leads to
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, beside)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
