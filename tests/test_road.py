"""The road without hidden state: one stream of steps, and nothing left behind by a build but its Bundles."""

import gc
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from reportkit.build import build as road
from reportkit.build.build import build
from reportkit.build.plan import plan_report
from reportkit.execution.pool import each_bundle
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Confinement, Correction, Finished, Outcome, Plan, Step
from reportkit.outputs.cache import Cache
from tests.building import QUIET
from tests.conftest import MakeProject

DEPARTMENTS = ("sound", "raises", "hangs", "dies")


def published(plan: Plan, at_once: int = 1) -> Bundle:
    """A Bundle as `build_report` makes one, without running or rendering anything."""
    return Bundle(plan.year, plan.department.id, Outcome.PUBLISHED, False, {}, ())


def passed(department: str) -> Bundle:
    return Bundle(2024, department, Outcome.UP_TO_DATE, False, {}, ())


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return Project(make_project("failing-notebooks"))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("at_most", [2, 6])
def test_bundles_among_the_steps_pass_through_and_plans_come_back_with_theirs(
    project: Project, jobs: int, at_most: int
) -> None:
    plans = [plan_report(project, 2024, each) for each in DEPARTMENTS]
    steps: list[Step] = [passed("before"), plans[0], passed("between"), *plans[1:], passed("after")]
    made = list(each_bundle(published, iter(steps), at_most, jobs, lambda plan: None))
    assert [each.department for each in made if isinstance(each, Bundle)] == ["before", "between", "after"]
    pairs = [each for each in made if isinstance(each, tuple)]
    assert sorted(plan.department.id for plan, _ in pairs) == sorted(DEPARTMENTS)
    assert all(plan.department.id == bundle.department for plan, bundle in pairs)


def test_no_worker_is_started_for_bundles_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: Any, **__: Any) -> None:
        raise AssertionError("a pool was started")

    monkeypatch.setattr("reportkit.execution.pool.ProcessPool", started)
    steps: list[Step] = [passed(str(number)) for number in range(5)]
    assert list(each_bundle(published, iter(steps), 5, 2, lambda plan: None)) == steps


class Here:
    """A maker that makes Bundles at once, and keeps what it is given in sight."""

    def get_ready(self, confinement: Confinement) -> None:
        pass

    def bundles(self, steps: Iterator[Step], at_most: int, *_: Any) -> Iterator[Finished]:
        return ((step, published(step)) if isinstance(step, Plan) else step for step in steps)


@pytest.mark.parametrize("taken", [1, len(DEPARTMENTS)])
def test_nothing_outlives_a_build_but_its_arguments(
    project: Project, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(road, "put_in_place", lambda project, plan, bundle: bundle)
    before = {each.name: getattr(project, each.name) for each in fields(project) if not each.name.startswith("_")}
    coming = build(project, [(2024, each) for each in DEPARTMENTS], Here(), QUIET)
    for _ in range(taken):
        assert next(coming).outcome is Outcome.PUBLISHED
    coming.close()
    del coming
    gc.collect()
    left = [each for each in gc.get_objects() if isinstance(each, Cache | road._Road | Plan)]
    assert left == []
    assert {name: getattr(project, name) for name in before} == before


def test_what_a_project_holds_is_what_it_has_read(project: Project) -> None:
    """No state of a build: a project has its folder, files from elsewhere, and what was read of them."""
    assert {each.name for each in fields(Project)} == {"root", "overlay", "_submissions"}


def test_a_build_that_is_closed_midway_can_be_begun_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(road, "put_in_place", lambda project, plan, bundle: bundle)
    targets = [(2024, each) for each in DEPARTMENTS]
    coming = build(project, targets, Here(), QUIET)
    next(coming)
    coming.close()
    assert len(list(build(project, targets, Here(), QUIET))) == len(targets)


def test_a_correction_travels_in_the_plan_alone(project: Project) -> None:
    correction = Correction(1, date(2026, 11, 28), "更正数据")
    plan = plan_report(project, 2024, "sound", correction)
    assert (plan.correction, plan.head.corrections) == (correction, (correction,))
    assert plan_report(project, 2024, "sound").head.corrections == ()
