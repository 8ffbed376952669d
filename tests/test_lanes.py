"""Lanes of tests: each file is in one of them, and each of them is run."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lanes import CORE, LANES, SMOKE, SMOKED, TESTS, lane_of

TARGETS = {"test" if lane == CORE else f"test-{lane}" for lane in (CORE, *LANES, SMOKE)}


@pytest.fixture
def targets(repository: Path) -> Callable[[str], tuple[str, str]]:
    """A target of the Makefile → what it needs, and its commands."""
    makefile = (repository / "Makefile").read_text(encoding="utf-8")

    def of(name: str) -> tuple[str, str]:
        found = re.search(rf"^{name}:([^#=\n]*)##.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
        assert found is not None, name
        return found[1], found[2]

    return of


def test_whatever_a_lane_names_is_there_and_in_no_other_lane() -> None:
    named = [each for lane in LANES.values() for each in lane.files]
    assert [each for each in named if not (TESTS / each).exists()] == []
    assert [each for lane, found in LANES.items() for each in found.files if lane_of(TESTS / each) != lane] == []
    assert len(named) == len(set(named))


def test_every_test_file_is_in_a_lane_and_the_core_has_most() -> None:
    found = [lane_of(path) for path in TESTS.rglob("test_*.py")]
    assert set(found) == {CORE, *LANES}
    assert found.count(CORE) > len(found) / 2


@pytest.mark.parametrize("lane", LANES)
def test_a_lane_says_why_it_is_not_in_the_core(lane: str) -> None:
    assert len(LANES[lane].reason) > 20


@pytest.mark.parametrize("lane", [CORE, *LANES])
def test_a_lane_has_a_target(targets: Callable[[str], tuple[str, str]], lane: str) -> None:
    _, commands = targets("test" if lane == CORE else f"test-{lane}")
    assert re.search(rf"(\$\(LANE\)|--lane) {lane}$", commands, re.MULTILINE)


def test_every_lane_is_run_by_test_all(targets: Callable[[str], tuple[str, str]]) -> None:
    assert set(targets("test-all")[0].split()) == TARGETS


def test_every_lane_is_run_by_ci_with_lint(repository: Path) -> None:
    script = (repository / ".ci/run").read_text(encoding="utf-8")
    queue = re.search(r"^for target in ([a-z -]+); do$", script, re.MULTILINE)
    assert queue is not None
    run = [*queue[1].split(), *re.findall(r"^lane ([a-z-]+)$", script, re.MULTILINE)]
    assert sorted(run) == sorted({*TARGETS, "lint"})


@pytest.mark.parametrize("name", SMOKED)
def test_what_the_smoke_lane_names_is_a_test(name: str) -> None:
    file, _, function = name.partition("::")
    assert f"\ndef {function}(" in (TESTS / file).read_text(encoding="utf-8")
