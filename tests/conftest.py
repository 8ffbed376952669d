"""What all tests share: the repository, sample projects as copies, golden texts, one Hypothesis profile."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from reportkit.messages.languages import show_in
from tests import building, reviewing
from tests.kernels import own_runtime
from tests.lanes import CORE, LANES, LEAST_SMOKED, SMOKE, SMOKED, lane_of
from tests.shipped import keep_shipped

collect_ignore = [] if find_spec("playwright") else ["browser"]
collect_ignore += [] if shutil.which("soffice") else ["office"]  # `make test-office` says what is missing
os.environ["REPORTKIT_LANG"] = "en"  # whatever the developer's locale is
TESTS = Path(__file__).parent
PROJECTS = TESTS / "projects"
GOLDENS = TESTS / "goldens"

# No test may fail for being slow, and the same commit gives the same verdict each time.
settings.register_profile("reportkit", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("reportkit")

MakeProject = Callable[..., Path]
Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Rewrite tests/goldens/ with what the tests found.")
    parser.addoption("--lane", choices=[CORE, *LANES, SMOKE], help="Only the tests of this lane; see tests/lanes.py.")


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    """A command that a test runs in its own process may choose another language for that process."""
    yield
    show_in("en")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves files of other lanes unread."""
    lane = config.getoption("--lane")
    if lane is None or collection_path == TESTS or TESTS not in collection_path.parents:
        return None
    if lane == SMOKE:
        chosen = collection_path.relative_to(TESTS).as_posix() in {each.partition("::")[0] for each in SMOKED}
        return None if chosen else True
    return None if lane_of(collection_path) == lane else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Chooses the tests of the smoke lane, all of which must be there."""
    if config.getoption("--lane") != SMOKE:
        return
    names = {item: f"{item.path.relative_to(TESTS).as_posix()}::{item.name.partition('[')[0]}" for item in items}
    chosen = [item for item in items if names[item] in SMOKED]
    missing = set(SMOKED) - set(names.values())
    if missing or len(chosen) < LEAST_SMOKED:
        raise pytest.UsageError(f"Of the smoke lane {missing or 'nothing'} is missing; it has {len(chosen)} tests.")
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture(scope="session", autouse=True)
def _own_runtime() -> Iterator[None]:
    """Kernels and their servers live in a folder of this process's own, so that no other's are met."""
    with own_runtime():
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository, with the shipped params/ and notebooks/: for reading only."""
    return TESTS.parent


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """A factory: `make_project("one-section", {"params/2024/x.yaml": "…"})` copies a sample and writes files into it.

    The name is a folder of tests/projects/, or "shipped" for this repository's own params/ and notebooks/.
    """

    def make(name: str, files: Mapping[str, str | bytes] | None = None) -> Path:
        root = tmp_path / name
        source = TESTS.parent if name == "shipped" else PROJECTS / name
        for folder in ("params", "notebooks"):
            shutil.copytree(source / folder, root / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        if name == "shipped":
            keep_shipped(root)
        for path, content in (files or {}).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


def allow_interrupts() -> None:
    """For a child before it begins: a shell that runs the tests in its background has all of them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def shipped(make_project: MakeProject) -> Path:
    """A copy of the shipped project that a test may change."""
    return make_project("shipped")


def _sample(name: str) -> Callable[[MakeProject], Path]:
    @pytest.fixture(name=f"{name.replace('-', '_')}_project")
    def project(make_project: MakeProject) -> Path:
        return make_project(name)

    return project


# The shipped project, built; and what tests of reviewers share, as fixtures.
built_project = building.built_project
approve, cli, root = reviewing.approve, reviewing.cli, reviewing.root

# Each sample project is a fixture by itself: tests/projects/one-section is `one_section_project`.
for _folder in sorted(each.name for each in PROJECTS.iterdir() if each.is_dir()):
    globals()[f"_{_folder}"] = _sample(_folder)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Holds a text against tests/goldens/<name>; `pytest --update-goldens` writes it instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"There is no golden {name}; `pytest --update-goldens` writes it."
        assert text == path.read_text(encoding="utf-8")

    return compare
