"""Temporary folders: gone with their makers, killed ones too."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from reportkit.execution.temporary import temporary_folder
from reportkit.model import Outcome
from tests.building import build_all, copy_project


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_removed_with_what_is_in_it(place: Path) -> None:
    with temporary_folder() as folder:
        (Path(folder) / "a").mkdir()
    assert list(place.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="The lock is POSIX's.")
def test_the_next_removes_what_a_killed_process_left_and_nothing_else(place: Path) -> None:
    source = (
        "import os, signal, time\n"
        "from reportkit.execution.temporary import temporary_folder\n"
        "with temporary_folder() as folder:\n    print(folder, flush=True)\n    time.sleep(600)"
    )
    command, env = [sys.executable, "-c", source], {**os.environ, "TMPDIR": str(place)}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as killed,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as alive,
    ):
        assert killed.stdout is not None
        assert alive.stdout is not None
        left, used = Path(killed.stdout.readline().strip()), Path(alive.stdout.readline().strip())
        (left / "kernel.log").touch()
        (place / "reportkit-kernels-0").mkdir()
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert left.is_dir()
        with temporary_folder() as ours:
            assert not left.exists()
            assert used.is_dir()
            assert Path(ours).is_dir()
        alive.kill()
    assert (place / "reportkit-kernels-0").is_dir()


def test_a_build_with_nothing_to_do_removes_what_a_killed_one_left(
    built_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, left = copy_project(built_project, tmp_path / "project"), tmp_path / "tmp" / "reportkit-build-killed"
    left.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(left.parent))
    assert {bundle.outcome for bundle in build_all(root).values()} == {Outcome.UP_TO_DATE}
    assert not left.exists()
