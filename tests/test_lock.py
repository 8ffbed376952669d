"""One writer at a time: who comes second waits or is refused, and a holder that is killed holds nothing any more."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import Timeout

from reportkit.errors import PublishingError
from reportkit.outputs.lock import locked, taken

HOLDER = """
import sys, time
from pathlib import Path
from reportkit.outputs.lock import locked

with locked(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the folder by now."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_that_was_left_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with taken(tmp_path / "lock", None):
            pass


def test_a_second_holder_is_refused_where_it_cant_wait(tmp_path: Path) -> None:
    with taken(tmp_path / "lock", None), pytest.raises(Timeout):
        taken(tmp_path / "lock", None)


def test_a_second_holder_waits_and_says_so(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        told: list[float] = []

        def waiting() -> None:
            told.append(time.monotonic())
            process.send_signal(signal.SIGKILL)

        with locked(tmp_path, waiting):
            assert len(told) == 1
        assert process.wait() == -signal.SIGKILL


def test_a_folder_that_cant_be_locked_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("", encoding="utf-8")
    with pytest.raises(PublishingError, match="outputs can't be written"), locked(tmp_path / "outputs", lambda: None):
        pass
