"""Params, approvals and published reports in one archive, checked against its digests before anything is put back."""

import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from reportkit.digests import digest_of_file, open_regular
from reportkit.errors import ProjectError
from reportkit.inputs.project import Project
from reportkit.outputs import manifest, sbom
from reportkit.outputs.folders import OUTPUTS
from reportkit.outputs.verify import verify
from reportkit.runs.unpacking import Unpacked, too_much
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes

_CONTENTS = "backup.json"
_VERSION = 1
_SHARED = ("params", "notebooks")
_LIST_BYTES = 64 * 2**20
"""The longest list of files that is read: some half a million of them."""
_ENTRY_BYTES = 4096
"""What an archive may have for each file beside its content: headers, a long name, what fills up the last block."""
_PIECE_BYTES = 2**20
_HELD = re.compile(
    rf"(?:{'|'.join(_SHARED)}|{OUTPUTS}/{sbom.FOLDER}|{OUTPUTS}/[12][0-9]{{3}}/[^./][^/]*)(?:/[^/\x00-\x1f\x7f\ud800-\udfff\\]+)+"
)
"""The paths that `backup` writes; none of their parts is `.` or `..`."""
_RECEIVED = re.compile(r"params/[^/]+/received/")
"""What was handed in, as it came: that is for who keeps it."""
_PUBLISHED = re.compile(rf"{OUTPUTS}/[12][0-9]{{3}}/[^/]+/")


@dataclass(frozen=True, slots=True)
class Archived:
    """What is in an archive: where it is, how many files, how many published reports."""

    path: Path
    files: int
    reports: int

    def to_json(self) -> dict[str, Any]:
        return {"archive": str(self.path), "files": self.files, "reports": self.reports}


def backup(project: Project, path: Path, *, received: bool = False) -> Archived:
    """Writes an archive of params/, notebooks/ and what is published, and reads it back.

    The files that were handed in, as they came, are only in it where `received` asks for them. The same project gives
    the same bytes. Raises ProjectError where it can't be written, where a published report isn't what was built, and
    for a file whose name no archive may have.
    """
    if path.exists() and not path.is_file():
        raise ProjectError("archive_no_target", where=str(path), path=path)
    _refuse_changed(project)
    names = sorted(_files(project.root, received))
    _refuse_names(names, str(project.root))
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name in names:
        digests[name], sizes[name] = digest_of_file(project.root / name), (project.root / name).stat().st_size
    new = path.with_name(f".{path.name}.new")
    try:
        with tarfile.open(new, "w:xz", format=tarfile.PAX_FORMAT) as archive:
            content = json_bytes({"version": _VERSION, "files": digests, "bytes": sizes})
            _add(archive, _CONTENTS, io.BytesIO(content), len(content))
            for name in names:
                with open_regular(project.root / name) as file:
                    _add(archive, name, file, sizes[name])
        found = check(new)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ProjectError("archive_not_written", where=str(path), name=path.name, reason=error.strerror) from error
    except ProjectError:
        new.unlink(missing_ok=True)
        raise
    return Archived(path, found.files, found.reports)


def check(path: Path) -> Archived:
    """Checks every file of an archive against its digest, and published reports against their manifests.

    Raises ProjectError where one isn't what it was.
    """
    listed: Mapping[str, str] = {}
    seen: set[str] = set()
    manifests: set[str] = set()
    for listed, name, pieces in _each_file(path):
        is_manifest = (found := _PUBLISHED.match(name)) is not None and name == f"{found[0]}{manifest.NAME}"
        kept = io.BytesIO()
        if name in seen or _digest_of(pieces, kept if is_manifest else None) != listed[name]:
            raise _damaged(path, [name])
        seen.add(name)
        if is_manifest:
            manifests.add(name)
            if wrong := _not_as_built(listed, name, kept.getvalue()):
                raise _damaged(path, wrong)
    wanted = {f"{found[0]}{manifest.NAME}" for name in listed if (found := _PUBLISHED.match(name))}
    if missing := sorted((listed.keys() - seen) | (wanted - manifests)):
        raise _damaged(path, missing)
    return Archived(path, len(listed), len(manifests))


def _digest_of(pieces: Iterable[bytes], to: IO[bytes] | None) -> str:
    """sha256 over a content that comes in pieces, which are written to a file on the way."""
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
        if to is not None:
            to.write(piece)
    return digest.hexdigest()


def _not_as_built(listed: Mapping[str, str], name: str, content: bytes) -> list[str]:
    """The files of a published report that aren't what its manifest says; the manifest itself if it can't be read."""
    stated = manifest.stated(content)
    if stated is None:
        return [name]
    folder = name.removesuffix(manifest.NAME)
    there = {each.removeprefix(folder): digest for each, digest in listed.items() if each.startswith(folder)}
    unhashed = {each for each in there if each == manifest.NAME or each.startswith(manifest.UNHASHED)}
    changed = {each for each, digest in stated.items() if there.get(each) != digest}
    return sorted(folder + each for each in changed | (there.keys() - stated.keys() - unhashed))


def restore(path: Path, folder: Path) -> Archived:
    """Puts an archive's files into an empty folder, or one that isn't there yet, once all have been checked."""
    found = check(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError("restore_folder_not_empty", where=str(folder), folder=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for listed, name, pieces in _each_file(path, into=new):
            target = new / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                digest = _digest_of(pieces, file)
            if digest != listed[name]:
                raise _damaged(path, [name])  # it was exchanged since it was checked
        if folder.exists():
            folder.rmdir()
        new.chmod(0o755)
        new.rename(folder)
        if hasattr(os, "sync"):
            os.sync()
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise ProjectError("restore_not_written", where=str(folder), folder=folder, reason=error.strerror) from error
    except ProjectError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return Archived(folder, found.files, found.reports)


def _refuse_changed(project: Project) -> None:
    """Refuses a project of which a published report isn't what was built: a backup would make it the truth."""
    wrong = [each for each in verify(project, (), ()) if each.faults and not each.draft]
    if wrong:
        first = wrong[0]
        raise ProjectError(
            "backup_of_changed",
            where=f"{OUTPUTS}/{first.year}/{first.department}",
            number=len(wrong),
            year=first.year,
            department=first.department,
            faults="; ".join(first.faults[:3]),
        )


def _files(root: Path, received: bool) -> Iterator[str]:
    for folder in (root / name for name in _SHARED):
        for path in folder.rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and ".ipynb_checkpoints" not in path.parts and (received or not _RECEIVED.match(name)):
                yield name
    yield from (path.relative_to(root).as_posix() for path in (root / OUTPUTS / sbom.FOLDER).glob("*.json"))
    for place in (root / OUTPUTS).glob("[12][0-9][0-9][0-9]/*"):
        if not place.name.startswith("."):
            yield from (path.relative_to(root).as_posix() for path in place.rglob("*") if path.is_file())


def _refuse_names(names: list[str], where: str) -> None:
    for name in names:
        if not _is_held(name):
            raise ProjectError("backup_file_name", where=where, name=f"{name!a}")


def _is_held(name: str) -> bool:
    """Whether `backup` could have written a file of this path."""
    return _HELD.fullmatch(name) is not None and not {".", ".."} & set(name.split("/"))


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)  # no time, no owner: the same files are the same archive
    entry.size, entry.mode = size, 0o644
    archive.addfile(entry, content)


def _each_file(path: Path, into: Path | None = None) -> Iterator[tuple[Mapping[str, str], str, Iterator[bytes]]]:
    """The list of an archive's digests, and each file of the list with its content in pieces; no more is unpacked.

    Raises ProjectError for another version, for whatever a backup never holds, and where a disk with less room than
    the list's files need is to take them, as a file `into` a folder.
    """
    if path.exists() and not path.is_file():
        raise ProjectError("archive_no_file", where=str(path), path=path)
    with (
        _reading(path),
        path.open("rb") as packed,
        Unpacked(packed, most=_LIST_BYTES) as unpacked,
        tarfile.open(fileobj=unpacked, mode="r|", errorlevel=2) as archive,
    ):
        listed, sizes = _list(archive, path)
        if into is not None and (needed := sum(sizes.values())) > (free := shutil.disk_usage(into).free):
            raise ProjectError("restore_no_room", where=str(into.parent), needed=needed, free=free)
        unpacked.most = _LIST_BYTES + sum(sizes.values()) + _ENTRY_BYTES * (len(sizes) + 4)
        for number, entry in enumerate(archive):
            if number == 0:
                continue  # the list itself
            if not entry.isreg() or entry.name not in listed or entry.size != sizes[entry.name]:
                raise ProjectError("archive_entry_differs", where=str(path), name=f"{entry.name!a}")
            content = archive.extractfile(entry)
            assert content is not None
            yield listed, entry.name, _pieces(path, content)


def _pieces(path: Path, content: IO[bytes]) -> Iterator[bytes]:
    while True:
        with _reading(path):
            piece = content.read(_PIECE_BYTES)
        if not piece:
            return
        yield piece


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What goes wrong while an archive is read, as a ProjectError."""
    try:
        yield
    except MemoryError as error:
        raise ProjectError("archive_memory", where=str(path), name=path.name) from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if too_much(error):
            raise ProjectError("archive_unpacks_too_much", where=str(path)) from error
        raise ProjectError("archive_cut_off", where=str(path), name=path.name, error=error) from error


def _list(archive: tarfile.TarFile, path: Path) -> tuple[dict[str, str], dict[str, int]]:
    """The archive's own list: digest and size of each file, by its path."""
    first = archive.next()
    content = archive.extractfile(first) if first is not None and first.isreg() else None
    if first is None or first.name != _CONTENTS or content is None:
        raise ProjectError("archive_foreign", where=str(path), name=path.name)
    try:
        data = read_json(content.read())
        version, digests, sizes = data["version"], dict(data["files"]), dict(data["bytes"])
        is_fit = all(isinstance(each, str) for each in digests.values()) and digests.keys() == sizes.keys()
        is_fit = is_fit and all(type(each) is int and each >= 0 for each in sizes.values())
    except (KeyError, ValueError, TypeError, RecursionError):
        version, digests, sizes, is_fit = None, {}, {}, False
    if version != _VERSION or not is_fit:
        raise ProjectError("archive_other_version", where=str(path))
    if foreign := [name for name in digests if not _is_held(name)]:
        raise ProjectError("archive_holds_foreign", where=str(path), foreign=f"{foreign[0]!a}")
    return digests, sizes


def _damaged(path: Path, names: list[str]) -> ProjectError:
    return ProjectError("archive_damaged", where=str(path), names=[ascii(name) for name in names[:5]])
