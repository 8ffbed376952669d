"""Runs that are killed: `make faults` at CI's size. See tests/faults.py."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults import struck


@pytest.mark.skipif(sys.platform != "linux", reason="Kernels are forked on Linux only.")
def test_a_killed_runs_successor_ends_as_if_nothing_had_been() -> None:
    """A short path, for the sockets of kernels below it."""
    with TemporaryDirectory(prefix="rk-") as folder:
        found = list(struck(Path(folder), departments=12, kills=5, seed=7))
    assert [each.kind for each in found] == ["run", "worker", "kernel", "server", "run"]
    assert [(each.kind, each.seconds, each.faults) for each in found if each.faults] == []
