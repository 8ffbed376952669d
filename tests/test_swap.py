"""Publishing a folder: whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from reportkit.errors import PublishingError
from reportkit.outputs import swap

OLD = {"report.html": b"old", "notebooks/a.ipynb": b"{}"}
NEW = {"report.html": b"new", "report.pdf": b"%PDF"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(params=["exchange", "two renames"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published folder; once with the system's exchange, once without."""
    if request.param == "two renames":
        monkeypatch.setattr(swap, "_exchange", lambda _one, _other: False)
    folder = tmp_path / "2024" / "demo"
    swap.publish_folder(folder, OLD)
    return folder


def test_a_folder_holds_exactly_the_new_files(place: Path) -> None:
    swap.publish_folder(place, NEW)
    assert contents(place) == NEW


def test_nothing_is_left_beside_it(place: Path) -> None:
    swap.publish_folder(place, NEW)
    assert [path.name for path in place.parent.iterdir()] == ["demo"]


def test_a_full_disk_leaves_the_old_folder_whole(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(PublishingError, match="No space left"):
            swap.publish_folder(place, NEW)
    assert contents(place) == OLD
    assert [path.name for path in place.parent.iterdir()] == ["demo"]


def test_a_crash_while_writing_leaves_the_old_folder_and_the_next_start_cleans_up(place: Path) -> None:
    (place.parent / ".demo.new").mkdir()
    (place.parent / ".demo.new" / "report.html").write_bytes(b"half")
    swap.recover(place)
    assert contents(place) == OLD
    assert [path.name for path in place.parent.iterdir()] == ["demo"]


def test_a_crash_between_the_two_renames_is_undone(place: Path) -> None:
    place.rename(place.parent / ".demo.old")
    (place.parent / ".demo.new").mkdir()
    swap.recover(place)
    assert contents(place) == OLD


def test_a_crash_before_the_old_one_is_removed_is_completed(place: Path) -> None:
    place.rename(place.parent / ".demo.old")
    swap.publish_folder(place.parent / "other", NEW)
    (place.parent / "other").rename(place)
    swap.recover(place)
    assert contents(place) == NEW
    assert [path.name for path in place.parent.iterdir()] == ["demo"]


def test_a_removed_folder_is_gone(place: Path) -> None:
    swap.remove_folder(place)
    assert list(place.parent.iterdir()) == []


def test_removing_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    swap.remove_folder(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
