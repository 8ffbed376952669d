"""Where the system gives too little, it is the report's error; nothing is aborted, and no traceback is shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MakeProject

if sys.platform != "linux":
    pytest.skip("ulimit is Linux's here.", allow_module_level=True)


def build(root: Path, limit: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = f'ulimit {limit} && exec "$0" -m reportkit build --force "$@"'
    return subprocess.run(
        ["/bin/bash", "-c", command, sys.executable, "-C", str(root), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("handles", [16, 20, 40, 60])
@pytest.mark.parametrize("reports", [("-d", "suqian", "-y", "2024"), ("--all",)])
def test_too_few_file_handles_are_each_reports_error(shipped: Path, handles: int, reports: tuple[str, ...]) -> None:
    done = build(shipped, f"-n {handles}", *reports)
    assert done.returncode == 1, done.stderr
    named = (
        ["2024/suqian"] if "-d" in reports else ["2019/shanghai-fgt", "2023/nangang-ysj", "2023/suqian", "2024/suqian"]
    )
    assert done.stderr.count("There are too few file handles to run notebooks.") == len(named)
    for report in named:
        assert f"Where: {report}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_low_soft_limit_of_file_handles_is_raised(shipped: Path) -> None:
    done = build(shipped, "-S -n 40", "-d", "suqian", "-y", "2024")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kilobytes", [300_000, 450_000, 700_000])
def test_too_little_memory_is_the_reports_error(shipped: Path, kilobytes: int) -> None:
    done = build(shipped, f"-v {kilobytes}", "-d", "suqian", "-y", "2024")
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert "2024/suqian" in done.stderr
    assert "Traceback" not in done.stderr


def test_identical_inputs_are_refused_identically(make_project: MakeProject, tmp_path: Path) -> None:
    """The name of a temporary folder, a process's number or an object's address would differ each time."""
    root = make_project("failing-notebooks")
    refused = []
    for _ in range(2):
        done = build(root, "-n 1024", "-d", "raises")
        assert done.returncode == 1
        refused.append([line for line in done.stderr.splitlines() if " in " not in line])
    assert refused[0] == refused[1]
