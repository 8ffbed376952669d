"""A disk that is full or read-only: a clear error, and what is published stays whole."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.building import write_shipped

# A mount of its own, which nobody else sees; as a user in a user namespace.
NAMESPACE = ["unshare", "--mount", *([] if hasattr(os, "getuid") and os.getuid() == 0 else ["--map-root-user"])]


def can_mount() -> bool:
    command = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/tmp"]
    return shutil.which("unshare") is not None and subprocess.run(command, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def found(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What runs told and left on a small disk of their own."""
    root = write_shipped(repository, tmp_path_factory.mktemp("disk") / "project")
    command = [*NAMESPACE, sys.executable, "-m", "tests.disk_scene", str(root)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


pytestmark = pytest.mark.skipif(not can_mount(), reason="Nothing can be mounted here.")


@pytest.mark.parametrize("disk", ["full", "nearly full", "read-only", "read-only build"])
def test_a_run_tells_what_the_disk_lacks_and_leaves_the_publication_whole(found: Any, disk: str) -> None:
    assert found["first"]["code"] == 0
    assert found["first"]["published"] == {"whole": True, "new": False, "half": []}
    run = found[disk]
    assert run["code"] in (1, 2), run["told"]
    assert ("Read-only file system" if disk.startswith("read-only") else "No space left on device") in run["told"]
    assert "Traceback" not in run["told"]
    assert run["published"] == {"whole": True, "new": False, "half": []}


def test_a_run_on_a_disk_that_just_holds_it_or_just_not_is_whole_either_way(found: Any) -> None:
    run = found["almost enough"]
    assert "Traceback" not in run["told"]
    assert run["published"]["whole"]
    assert run["published"]["half"] == []


def test_the_next_run_with_room_publishes(found: Any) -> None:
    assert found["again"]["code"] == 0, found["again"]["told"]
    assert found["again"]["published"] == {"whole": True, "new": True, "half": []}
