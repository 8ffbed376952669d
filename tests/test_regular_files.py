"""A pipe or device in the place of a finished file is a file that can't be read: nothing waits for it."""

import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from subprocess import run

import pytest

from reportkit.digests import digest_of_file, file_state, read_regular
from reportkit.inputs.project import Project
from reportkit.outputs import manifest
from reportkit.outputs.folders import corrections_printed
from reportkit.outputs.store import Store
from reportkit.publishing.extract import read_folder

READS: dict[str, Callable[[Path], object]] = {
    "bytes": read_regular,
    "digest": digest_of_file,
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "link to a pipe", "nothing"])
def test_what_is_no_regular_file_is_an_error_at_once(tmp_path: Path, read: Callable[[Path], object], kind: str) -> None:
    path = tmp_path / "it"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "link to a pipe":
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    with pytest.raises(OSError):
        read(path)


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(b"a\r\n")
    assert read_regular(path) == b"a\r\n"
    assert digest_of_file(path) == file_state(str(path))


def test_a_finished_folder_of_pipes_can_be_looked_at(tmp_path: Path) -> None:
    for name in (manifest.NAME, "report.ipynb", "figures.json", "findings.json"):
        os.mkfifo(tmp_path / name)
    assert manifest.read_manifest(tmp_path) is None
    assert list(manifest.faults(tmp_path)) == [f"{manifest.NAME} can't be read"]
    assert read_folder(tmp_path) is None


def test_a_store_of_pipes_holds_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, "1")
    digest = store.put(b"content")
    store.write("a", {"b": 1})
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        path.unlink()
        os.mkfifo(path)
    assert (store.get(digest), store.read("a"), list(store.records())) == (None, None, [])


@pytest.mark.parametrize("name", [manifest.NAME, "report.ipynb", "findings.json"])
def test_no_command_waits_for_a_pipe(one_section_project: Path, name: str) -> None:
    folder = one_section_project / "outputs/2024/suqian"
    folder.mkdir(parents=True)
    os.mkfifo(folder / name)
    for command in ("verify", "plan", "status"):
        asked = [sys.executable, "-m", "reportkit", command, "-C", str(one_section_project), "-y", "2024"]
        assert run(asked, capture_output=True, timeout=60, check=False).returncode in (0, 1)
    assert (folder / name).is_fifo()


def test_corrections_of_a_pipe_are_none(one_section_project: Path) -> None:
    folder = one_section_project / "outputs/2024/suqian"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "report.ipynb")
    assert corrections_printed(Project(one_section_project), 2024, "suqian") == 0


def test_a_large_file_that_a_notebook_opens_is_not_held_in_memory(tmp_path: Path) -> None:
    path, size = tmp_path / "large", 64 * 2**20
    with path.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        assert len(file_state(str(path))) == 64
        assert tracemalloc.get_traced_memory()[1] < size / 4
    finally:
        tracemalloc.stop()


def test_too_little_memory_is_a_state_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    path = tmp_path / "it"
    path.touch()
    monkeypatch.setattr("reportkit.digests.file_digest", fail)
    assert file_state(str(path)) == "no file"
