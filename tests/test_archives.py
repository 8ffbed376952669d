"""Archives: what no backup holds is refused before anything of it is written, and none unpacks without a bound."""

import io
import json
import os
import sys
import tarfile
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from subprocess import run
from types import SimpleNamespace
from typing import Any

import pytest

from reportkit.errors import ProjectError
from reportkit.inputs.project import Project
from reportkit.runs.backup import backup, check, restore


def repacked(archive: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> None:
    """Writes an archive anew, its list (the content of backup.json) and its files changed."""
    with tarfile.open(archive) as old:
        files = {entry.name: stream.read() for entry in old if (stream := old.extractfile(entry)) is not None}
    listed = json.loads(files.pop("backup.json"))
    change(listed, files)
    with tarfile.open(archive, "w:xz", format=tarfile.PAX_FORMAT) as new:
        for name, content in {"backup.json": json.dumps(listed).encode(), **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))


def listed_too(listed: dict[str, Any], files: dict[str, bytes], name: str, content: bytes = b"x") -> None:
    """Adds a file as `backup` would list it."""
    files[name] = content
    listed["files"][name], listed["bytes"][name] = sha256(content).hexdigest(), len(content)


FOREIGN = [
    "outputs/.cache/1/records/a.json", "outputs/drafts/2024/suqian/report.html", "outputs/site/index.html", "a.txt",
    "../outside.yaml", "/tmp/outside.yaml", "params/../../outside.yaml", "params/./a.yaml", "params//a.yaml",
    "outputs/2024/../a/b.html", "params\\a.yaml", "params/a\nb.yaml", "outputs/2024/.swap/report.html", "params",
    "outputs/99/suqian/report.html", "backup.json/a",
]  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_path_that_no_backup_holds_is_refused(archived: Path, tmp_path: Path, name: str, is_listed: bool) -> None:
    def change(listed: dict[str, Any], files: dict[str, bytes]) -> None:
        listed_too(listed, files, name) if is_listed else files.update({name: b"x"})

    repacked(archived, change)
    refused(archived, tmp_path)


@pytest.mark.parametrize("version", [0, 2, "1", None, [1]])
def test_an_archive_of_another_version_is_refused(archived: Path, tmp_path: Path, version: object) -> None:
    repacked(archived, lambda listed, files: listed.update(version=version))
    refused(archived, tmp_path, "another version")


def test_an_archive_unpacks_to_no_more_than_its_list_says(archived: Path, tmp_path: Path) -> None:
    """Nor is it read further: 2 GB of zeros are 300 KB, packed."""

    class Zeros(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            return bytes(size)

    with tarfile.open(archived) as old:
        listed = old.extractfile("backup.json")
        assert listed is not None
        content = listed.read()
    with tarfile.open(archived, "w:xz", preset=0) as new:
        first, bomb = tarfile.TarInfo("backup.json"), tarfile.TarInfo("params/report.yaml")
        first.size, bomb.size = len(content), 2 * 10**9
        new.addfile(first, io.BytesIO(content))
        new.addfile(bomb, Zeros())
    refused(archived, tmp_path)
    assert most_memory(archived) < most_memory(tmp_path / "nothing") + 300_000


def most_memory(archive: Path) -> int:
    """The KB that a process of its own takes at most to refuse an archive."""
    asked = (
        "import resource, sys\nfrom pathlib import Path\nfrom reportkit.errors import ProjectError\n"
        "from reportkit.runs.backup import check\n"
        "try:\n    check(Path(sys.argv[1]))\nexcept ProjectError:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = run([sys.executable, "-c", asked, str(archive)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def peak(work: Callable[[], object]) -> int:
    """The bytes that something takes at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_file_is_archived_and_restored_in_pieces(one_section_project: Path, tmp_path: Path) -> None:
    """It takes no more memory than small ones, packing aside."""
    project, archive, size = Project(one_section_project), tmp_path / "reports.tar.xz", 50 * 2**20
    small = peak(lambda: backup(project, archive))
    with (one_section_project / "params/large.bin").open("wb") as file:
        file.truncate(size)
    assert peak(lambda: backup(project, archive)) < small + size / 2
    assert peak(lambda: restore(archive, tmp_path / "restored")) < size / 2
    assert (tmp_path / "restored/params/large.bin").stat().st_size == size


def test_an_archive_that_the_disk_cannot_take_is_refused_before_it_is_unpacked(
    archived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(total=10**9, used=10**9, free=10)
    monkeypatch.setattr("reportkit.runs.backup.shutil.disk_usage", lambda folder: full)
    with pytest.raises(ProjectError, match="the disk has 10 left"):
        restore(archived, tmp_path / "restored")
    assert [path.name for path in tmp_path.iterdir() if "restored" in path.name] == []


@pytest.mark.parametrize("error", [MemoryError(), OSError(5, "Input/output error"), EOFError("ends")])
def test_what_goes_wrong_within_a_file_is_told(
    archived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def read(*_: object) -> bytes:
        raise error

    monkeypatch.setattr("reportkit.runs.backup._LIST_BYTES", 2**26)
    monkeypatch.setattr(tarfile.ExFileObject, "read", read)
    with pytest.raises(ProjectError):
        check(archived)
    with pytest.raises(ProjectError):
        restore(archived, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_long_header_is_no_way_around_that(archived: Path, tmp_path: Path) -> None:
    with tarfile.open(archived, "w:xz", preset=0, format=tarfile.PAX_FORMAT) as new:
        entry = tarfile.TarInfo("backup.json")
        entry.pax_headers = {"comment": "0" * 10**8}
        new.addfile(entry)
    refused(archived, tmp_path, "unpacks to more")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE])
def test_what_is_no_plain_file_is_refused(archived: Path, tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(archived) as old:
        files = {entry.name: (entry, old.extractfile(entry).read()) for entry in old}  # type: ignore[union-attr]
    with tarfile.open(archived, "w:xz") as new:
        for name, (entry, content) in files.items():
            if name == "params/report.yaml":
                entry.type, entry.linkname = kind, "/etc/passwd"
            new.addfile(entry, io.BytesIO(content))
    refused(archived, tmp_path)


REPORT = "outputs/2024/suqian"


def published_files() -> dict[str, bytes]:
    """A published report as small as its manifest allows."""
    files = dict.fromkeys(("report.html", "report.ipynb", "figures.json", "findings.json"), b"{}")
    named = {name: {"sha256": sha256(each).hexdigest(), "bytes": len(each)} for name, each in files.items()}
    of = {"state": "published", "year": 2024, "department": "suqian", "digest": "0" * 64, "notebooks": {}}
    return {**files, "manifest.json": json.dumps({**of, "files": named}).encode()}


def replaced(name: str, content: bytes) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    return lambda listed, files: listed_too(listed, files, f"{REPORT}/{name}", content)


def left_out(name: str) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(listed: dict[str, Any], files: dict[str, bytes]) -> None:
        for each in (files, listed["files"], listed["bytes"]):
            del each[f"{REPORT}/{name}"]

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (replaced("report.html", b"another page"), "report.html"),
        (replaced("figures.json", b"{ }"), "figures.json"),
        (replaced("extra.html", b"a page of nobody's"), "extra.html"),
        (replaced("manifest.json", b"{}"), "manifest.json"),
        (replaced("manifest.json", b"[" * 100_000), "manifest.json"),
        (left_out("report.html"), "report.html"),
        (left_out("manifest.json"), "manifest.json"),
    ],
    ids=["page", "data", "added", "emptied", "deep", "left out", "no manifest"],
)
def test_a_published_report_is_held_to_its_manifest(
    one_section_project: Path, tmp_path: Path, change: Callable[..., None], named: str
) -> None:
    """Also where the archive's own list was changed with it."""
    folder = one_section_project / REPORT
    folder.mkdir(parents=True)
    for name, content in published_files().items():
        (folder / name).write_bytes(content)
    archive = tmp_path / "reports.tar.xz"
    assert backup(Project(one_section_project), archive).reports == 1
    assert check(archive).reports == 1
    repacked(archive, change)
    refused(archive, tmp_path, f"damaged.*{named}")


def test_a_folder_that_is_not_there_is_not_made(one_section_project: Path, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="can't be written"):
        backup(Project(one_section_project), tmp_path / "nowhere" / "reports.tar.xz")
    assert not (tmp_path / "nowhere").exists()


def refused(archive: Path, tmp_path: Path, match: str = ".") -> None:
    """An archive is refused, and nothing is left of it."""
    with pytest.raises(ProjectError, match=match):
        check(archive)
    with pytest.raises(ProjectError, match=match):
        restore(archive, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".restored")]
    assert not (tmp_path / "outside.yaml").exists()


@pytest.fixture
def archived(one_section_project: Path, tmp_path: Path) -> Path:
    """An archive of a small project in which nothing is published."""
    archive = tmp_path / "reports.tar.xz"
    backup(Project(one_section_project), archive)
    check(archive)
    return archive


def test_what_is_no_file_is_neither_read_nor_replaced(one_section_project: Path, tmp_path: Path) -> None:
    """A device would be replaced by the archive, and a pipe waited for."""
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (pipe, folder, Path(os.devnull)):
        with pytest.raises(ProjectError, match="is no file"):
            backup(Project(one_section_project), path)
        with pytest.raises(ProjectError, match="is no file"):
            restore(path, tmp_path / "restored")
    assert pipe.is_fifo()
