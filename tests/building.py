"""The shipped project, built once a session for all tests that start from a built one; copies that a test may change.

The build is shared by the workers of pytest-xdist: the first that asks makes it, the others wait for it.
"""

import os
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest
from filelock import FileLock

from reportkit.build.build import Listener, build
from reportkit.build.local import LocalPool
from reportkit.inputs.project import Project
from reportkit.inputs.selection import select
from reportkit.model import Bundle, Outcome
from reportkit.outputs.cache import FOLDER, LAYOUT
from reportkit.outputs.store import Store
from tests.shipped import SHIPPED, keep_shipped

QUIET = Listener(lambda: None, lambda decision: None, lambda plan: None)
"""A build that tells nobody how it gets on."""


def write_shipped(repository: Path, root: Path) -> Path:
    """Writes the shipped params/ and notebooks/ into a folder; returns it."""
    for folder in ("params", "notebooks"):
        shutil.copytree(repository / folder, root / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    keep_shipped(root)
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Puts `new` in the place of the first `old` in a file of the project, where it must be."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def build_all(root: Path, *, force: bool = False) -> dict[str, Bundle]:
    """Builds every report of a project: `2024/suqian` → its Bundle."""
    project = Project(root)
    bundles = build(project, select(project, None, None, True), LocalPool(2), QUIET, force=force)
    return {f"{bundle.year}/{bundle.department}": bundle for bundle in bundles}


def copy_project(built: Path, root: Path, reports: Collection[str] = SHIPPED) -> Path:
    """Copies the built project, as if no more than these of its reports had ever been built; returns the copy."""
    shutil.copytree(built, root, symlinks=True)
    for report in set(SHIPPED) - set(reports):
        Store(root / FOLDER, LAYOUT).forget(f"finished/{report}")
        for folder in ("outputs", "outputs/drafts"):
            shutil.rmtree(root / folder / report, ignore_errors=True)
    return root


@pytest.fixture(scope="session")
def built_project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped project with its four reports built, two published and two drafts: for copying and looking only."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    root, done = base / "built" / "project", base / "built.done"
    with FileLock(base / "built.lock"):
        if not done.is_file():
            shutil.rmtree(root, ignore_errors=True)  # of a worker that failed
            bundles = build_all(write_shipped(repository, root))
            assert {name: len(bundle.executed) for name, bundle in bundles.items()} == dict.fromkeys(SHIPPED, 7)
            assert {name for name, bundle in bundles.items() if bundle.outcome is Outcome.PUBLISHED} == {
                "2023/suqian",
                "2024/suqian",
            }
            done.touch()
    return root
