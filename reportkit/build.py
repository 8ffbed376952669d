"""The road: a project's inputs → plans → reports made and read back → outputs/; nothing is done twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reportkit.cache import Cache, Known
from reportkit.decide import (
    OUTPUTS,
    Decision,
    Work,
    decide,
    place,
    unchanged,
)
from reportkit.errors import ReportkitError, defect
from reportkit.execution.environment import warm_kernels
from reportkit.execution.pool import each_bundle
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Outcome, Plan
from reportkit.placing import (
    Reopening,
    Target,
    another_reason,
    closed_report,
    not_written,
    put_in_place,
    restored,
    up_to_date,
)
from reportkit.publishing.swap import locked, recover


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told while a build goes on: that it waits for another one, what it does for a report, that it begins.

    `warned` hears of what goes on at a scheduler: workers that are refused or lost, and waited for.
    """

    waiting: Callable[[], None]
    decided: Callable[[Decision], None]
    starting: Callable[[Plan], None]
    warned: Callable[[str], None] = lambda _: None


def build(
    project: Project,
    targets: Sequence[Target],
    jobs: int,
    listener: Listener,
    *,
    force: bool = False,
    reopening: Reopening | None = None,
    scheduler: str | None = None,
) -> Iterator[Bundle]:
    """Builds each report and puts it in its place; yields the Bundles as they are finished, without their files.

    They are made by `jobs` processes of this machine, or by the workers of a `scheduler` (an address of
    dask.distributed); the cache and the finished folders are this process's alone.

    A report that fails leaves what was published untouched and never stops the others. Nothing is done twice: what is
    up to date stays as it is, and notebooks whose inputs haven't changed are not run, unless `force`. A report of a
    closed year is only held against its manifest, unless `reopening` says why it is made again.
    """
    with locked(project.root / OUTPUTS, listener.waiting):
        cache = Cache(project)
        opened = {target for target in targets if reopening is not None or not project.is_closed(target[0])}
        known: dict[Target, Known] = {}
        needed = False
        for target in (each for each in targets if each in opened):
            if (found := cache.unchanged(*target)) is not None:
                known[target] = found
            if scheduler is None and (force or found is None) and not needed:
                needed = True
                warm_kernels(project.definition.runs.confinement)  # they get ready while the rest is looked at
        waiting: list[Target] = []
        for target in targets:
            is_open = target in opened
            before = None if force or another_reason(project, target, reopening) else known.get(target)
            bundle = _unchanged(project, cache, target, before, listener) if is_open else closed_report(project, target)
            if bundle is None:
                waiting.append(target)
                continue
            if not is_open:
                listener.decided(Decision(*target, Work.CLOSED))
            yield bundle
        settled: list[Bundle] = []
        plans: dict[str, Plan] = {}
        if not waiting:
            cache.stamps.keep()
            return
        from reportkit.report import build_report  # what renders and reads back takes long to import

        coming = _to_build(project, cache, waiting, plans, settled, listener, force=force, reopening=reopening)
        if scheduler is None:
            bundles = each_bundle(build_report, coming, len(waiting), jobs, listener.starting)
        else:
            from reportkit.cluster.client import each_bundle_on

            bundles = each_bundle_on(scheduler, build_report, coming, jobs, listener.starting, listener.warned)
        for bundle in bundles:
            plan = plans.pop(f"{bundle.year}/{bundle.department}")
            bundle = _finished(project, cache, plan, bundle)
            project.forget(bundle.department)
            yield replace(bundle, files={}, runs=tuple(run.without_bytes() for run in bundle.runs))
            yield from _drained(settled)
        yield from _drained(settled)
        cache.stamps.keep()


def _finished(project: Project, cache: Cache, plan: Plan, bundle: Bundle) -> Bundle:
    """A bundle kept and put in its place; whatever goes wrong fails this report alone."""
    try:
        cache.keep_runs(plan, bundle.runs)
        placed = put_in_place(project, plan, bundle)
        if placed.outcome in (Outcome.PUBLISHED, Outcome.DRAFT):
            cache.keep_finished(plan, placed)
    except OSError as error:
        return not_written(plan.year, plan.department.id, error)
    except Exception as error:
        failure = error if isinstance(error, ReportkitError) else defect(error, plan.name)
        return Bundle.failed(plan, failure, bundle.seconds, bundle.runs)
    return placed


def _drained(bundles: list[Bundle]) -> Iterator[Bundle]:
    while bundles:
        yield bundles.pop(0)


def _unchanged(
    project: Project, cache: Cache, target: Target, known: Known | None, listener: Listener
) -> Bundle | None:
    """The Bundle of a report that is finished and of which no input has changed; None where it must be looked at."""
    try:
        for draft in (False, True):
            recover(place(project, *target, draft))
        decision = unchanged(project, cache, known)
        if decision is None:
            return None
        bundle = up_to_date(project, decision)
        listener.decided(decision)
        return bundle
    except (ValueError, LookupError, TypeError):
        return None  # a manifest or findings that nobody can read: the report is made again
    except OSError as error:
        return not_written(*target, error)


def _to_build(
    project: Project,
    cache: Cache,
    targets: Sequence[Target],
    plans: dict[str, Plan],
    settled: list[Bundle],
    listener: Listener,
    *,
    force: bool,
    reopening: Reopening | None,
) -> Iterator[Plan]:
    """Plans to be built, each also in `plans`; what needs no building, or can't be planned, is put into `settled`."""
    for year, department in targets:
        try:
            decision = decide(project, cache, year, department, force=force)
            done = decision.work in (Work.NOTHING, Work.RESTORE)  # what was published is put back as it was
            done = done and not another_reason(project, (year, department), reopening)
            if not done and reopening is not None and project.is_closed(year):
                reopening.note(project, year, department)
                decision = decide(project, cache, year, department, force=force)
            listener.decided(decision)
            assert decision.plan is not None
            if decision.work is Work.NOTHING:
                settled.append(up_to_date(project, decision))
            elif decision.work is Work.RESTORE:
                settled.append(replace(restored(project, decision), files={}))
                cache.note_finished(decision.plan)
            else:
                plans[decision.report] = decision.plan
                yield decision.plan
        except ReportkitError as error:
            project.pending.pop((year, department), None)
            settled.append(Bundle(year, department, Outcome.FAILED, False, {}, (), failure=error))
        except OSError as error:
            settled.append(not_written(year, department, error))
        except Exception as error:  # a defect of ours stops this report alone
            failure = defect(error, f"{year}/{department}")
            settled.append(Bundle(year, department, Outcome.FAILED, False, {}, (), failure=failure))
        if f"{year}/{department}" not in plans:
            project.forget(department)
