"""Params, approvals and published reports in one archive, checked against its digests before anything is put back."""

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from reportkit.errors import ProjectError
from reportkit.inputs.project import Project
from reportkit.outputs import sbom
from reportkit.outputs.folders import OUTPUTS
from reportkit.text.strings import json_bytes

_CONTENTS = "backup.json"
_SHARED = ("params", "notebooks")


@dataclass(frozen=True, slots=True)
class Archived:
    """What is in an archive: where it is, how many files, how many published reports."""

    path: Path
    files: int
    reports: int

    def to_json(self) -> dict[str, Any]:
        return {"archive": str(self.path), "files": self.files, "reports": self.reports}


def backup(project: Project, path: Path) -> Archived:
    """Writes an archive of params/, notebooks/ and what is published, and reads it back.

    The same project gives the same bytes. Raises ProjectError where it can't be written.
    """
    names = sorted(_files(project.root))
    digests = {name: sha256((project.root / name).read_bytes()).hexdigest() for name in names}
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(new, "w:xz", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, _CONTENTS, json_bytes({"version": 1, "files": digests}))
            for name in names:
                _add(archive, name, (project.root / name).read_bytes())
        found = check(new)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ProjectError(
            f"{path.name} can't be written: {error.strerror}.",
            where=str(path),
            fix="Name a file in a folder of yours.",
        ) from error
    return Archived(path, found.files, found.reports)


def check(path: Path) -> Archived:
    """Checks every file of an archive against its digest. Raises ProjectError where one isn't what it was."""
    with _opened(path) as archive:
        digests = _digests(archive, path)
        seen = {name: sha256(content).hexdigest() for name, content in _contents(archive, path)}
    if wrong := sorted({name for name in seen.keys() | digests.keys() if seen.get(name) != digests.get(name)}):
        raise ProjectError(
            f"The archive is damaged: {', '.join(wrong[:5])}.", where=str(path), fix="Take another archive."
        )
    reports = sum(name.startswith(f"{OUTPUTS}/") and name.endswith("/manifest.json") for name in digests)
    return Archived(path, len(digests), reports)


def restore(path: Path, folder: Path) -> Archived:
    """Puts an archive's files into an empty folder, or one that isn't there yet, once all have been checked."""
    found = check(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(
            f"{folder} is not empty.", where=str(folder), fix="Restore into a new folder, then move what you want."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        with _opened(path) as archive:
            for name, content in _contents(archive, path):
                target = new / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        if folder.exists():
            folder.rmdir()
        new.chmod(0o755)
        new.rename(folder)
        if hasattr(os, "sync"):
            os.sync()
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise ProjectError(
            f"{folder} can't be written: {error.strerror}.", where=str(folder), fix="Make room on the disk."
        ) from error
    return Archived(folder, found.files, found.reports)


def _files(root: Path) -> Iterator[str]:
    for folder in (root / name for name in _SHARED):
        for path in folder.rglob("*"):
            if path.is_file() and ".ipynb_checkpoints" not in path.parts:
                yield path.relative_to(root).as_posix()
    yield from (path.relative_to(root).as_posix() for path in (root / OUTPUTS / sbom.FOLDER).glob("*.json"))
    for place in (root / OUTPUTS).glob("[12][0-9][0-9][0-9]/*"):
        if not place.name.startswith("."):
            yield from (path.relative_to(root).as_posix() for path in place.rglob("*") if path.is_file())


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)  # no time, no owner: the same files are the same archive
    entry.size, entry.mode = len(content), 0o644
    archive.addfile(entry, io.BytesIO(content))


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:xz")
    except (OSError, tarfile.TarError) as error:
        raise ProjectError(f"{path.name} is no archive of reportkit: {error}.", where=str(path)) from error


def _digests(archive: tarfile.TarFile, path: Path) -> dict[str, str]:
    try:
        entry = archive.extractfile(_CONTENTS)
        assert entry is not None
        return dict(json.loads(entry.read())["files"])
    except (KeyError, ValueError, AssertionError, TypeError, OSError, tarfile.TarError, EOFError) as error:
        raise ProjectError(f"{path.name} is no archive of reportkit.", where=str(path)) from error


def _contents(archive: tarfile.TarFile, path: Path) -> Iterator[tuple[str, bytes]]:
    """Each file but the list of them; a name that leads out of the folder, or no plain file, is refused."""
    try:
        for entry in archive:
            if entry.name == _CONTENTS:
                continue
            parts = PurePosixPath(entry.name).parts
            if not entry.isfile() or not parts or parts[0] not in (*_SHARED, OUTPUTS) or ".." in parts:
                raise ProjectError(f"The archive holds '{entry.name}'.", where=str(path), fix="Take another archive.")
            content = archive.extractfile(entry)
            assert content is not None
            yield entry.name, content.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ProjectError(f"The archive is cut off: {error}.", where=str(path), fix="Take another one.") from error
