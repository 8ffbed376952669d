"""The road: a project's inputs → plans → reports made and read back → outputs/; nothing is done twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reportkit.build.decide import Closed, Current, Decision, Kept, ToBuild, decide, unchanged
from reportkit.build.publish import (
    Reopening,
    Target,
    another_reason,
    closed_report,
    not_written,
    put_in_place,
    restored,
    up_to_date,
)
from reportkit.errors import ReportkitError, defect
from reportkit.execution.temporary import remove_left
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Confinement, Finished, Outcome, Plan, Step
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import OUTPUTS, place
from reportkit.outputs.lock import locked
from reportkit.outputs.lookups import Known
from reportkit.outputs.swap import recover


class BundleMaker(Protocol):
    """What makes Bundles of Plans: `build.local.LocalPool` by processes here, `cluster.client.Cluster` by workers."""

    def get_ready(self, confinement: Confinement) -> None:
        """Called once, as soon as one report is known to be built; the others are still looked at."""

    def bundles(
        self, steps: Iterator[Step], at_most: int, starting: Callable[[Plan], None], warned: Callable[[str], None], /
    ) -> Iterator[Finished]:
        """Plans with their Bundles as they are finished; the Bundles among `at_most` steps pass through."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is notified as a build goes on: that it waits for another one, what it does for a report, that it begins.

    `warned` is for what goes on at a scheduler: workers that are refused or lost, and waited for.
    """

    waiting: Callable[[], None]
    decided: Callable[[Decision], None]
    starting: Callable[[Plan], None]
    warned: Callable[[str], None] = lambda _: None


def build(
    project: Project,
    targets: Sequence[Target],
    maker: BundleMaker,
    listener: Listener,
    *,
    force: bool = False,
    reopening: Reopening | None = None,
) -> Iterator[Bundle]:
    """Builds each report and puts it in its place; yields the Bundles as they are finished, without their files.

    `maker` makes them; the cache and the finished folders are this process's alone.

    A report that fails leaves what was published untouched and never stops the others. Nothing is done twice: what is
    up to date stays as it is, and notebooks whose inputs haven't changed are not run, unless `force`. A report of a
    closed year is only checked against its manifest, unless `reopening` says why it is made again.
    """
    with locked(project.root / OUTPUTS, listener.waiting):
        remove_left()  # of a build that was killed; this one may have nothing to do and make no such folder
        cache = Cache(project)
        road = _Road(project, cache, listener, force, reopening)
        known = road.known(targets, maker)
        waiting: list[Target] = []
        for target in targets:
            bundle = road.closed(target) if road.is_closed(target) else road.unchanged(target, known.get(target))
            if bundle is None:
                waiting.append(target)
            else:
                yield bundle
        if waiting:
            steps = map(road.step, waiting)
            for finished in maker.bundles(steps, len(waiting), listener.starting, listener.warned):
                yield road.in_place(finished)
        cache.stamps.keep()


@dataclass(frozen=True, slots=True)
class _Road:
    """What is done with one report after the other; the arguments of one build, and nothing that changes."""

    project: Project
    cache: Cache
    listener: Listener
    force: bool
    reopening: Reopening | None

    def is_closed(self, target: Target) -> bool:
        """Whether a report of a closed year stays as it is."""
        return self.reopening is None and self.project.is_closed(target[0])

    def known(self, targets: Sequence[Target], maker: BundleMaker) -> dict[Target, Known]:
        """Reports of which no input has changed; the maker gets ready as soon as there is another one."""
        found: dict[Target, Known] = {}
        is_ready = False
        for target in targets:
            if self.is_closed(target):
                continue
            if (known := self.cache.unchanged(*target)) is not None:
                found[target] = known
            if (self.force or known is None) and not is_ready:
                maker.get_ready(self.project.definition.runs.confinement)
                is_ready = True
        return found

    def closed(self, target: Target) -> Bundle:
        """The Bundle of a report of a closed year."""
        bundle = closed_report(self.project, target)
        self.listener.decided(Closed(*target))
        return bundle

    def unchanged(self, target: Target, known: Known | None) -> Bundle | None:
        """The Bundle of a report that is finished as it would be built now; None where it must be looked at."""
        try:
            for draft in (False, True):
                recover(place(self.project, *target, draft))
            if self.force or another_reason(self.project, target, self.reopening):
                return None
            decision = unchanged(self.project, self.cache, known)
            if decision is None:
                return None
            bundle = up_to_date(self.project, decision)
            self.listener.decided(decision)
            return bundle
        except (ValueError, LookupError, TypeError, ReportkitError):
            return None  # a manifest or findings that can't be read: the report is made again
        except OSError as error:
            return not_written(*target, error)

    def step(self, target: Target) -> Step:
        """The Plan of a report that is to be made; the Bundle of one that needn't be, or can't be planned."""
        year, department = target
        try:
            decision = self._decided(year, department)
            self.listener.decided(decision)
            match decision:
                case ToBuild():
                    return decision.plan
                case Current():
                    bundle = up_to_date(self.project, decision)
                case Kept():
                    bundle = replace(restored(self.project, decision), files={})
                    self.cache.note_finished(decision.plan)
        except ReportkitError as error:
            bundle = Bundle(year, department, Outcome.FAILED, False, {}, (), failure=error)
        except OSError as error:
            bundle = not_written(year, department, error)
        except Exception as error:  # a defect of reportkit stops this report alone
            failure = defect(error, f"{year}/{department}")
            bundle = Bundle(year, department, Outcome.FAILED, False, {}, (), failure=failure)
        self.project.forget(department)
        return bundle

    def _decided(self, year: int, department: str) -> Current | Kept | ToBuild:
        """What is to be done for a report; one of a closed year that must be made again becomes a correction."""
        decision = decide(self.project, self.cache, year, department, force=self.force)
        done = not isinstance(decision, ToBuild)  # what was published is put back as it was
        if done and not another_reason(self.project, (year, department), self.reopening):
            return decision
        if self.reopening is None or not self.project.is_closed(year):
            return decision
        correction = self.reopening.correction_of(self.project, year, department)
        return decide(self.project, self.cache, year, department, force=self.force, correction=correction)

    def in_place(self, finished: Finished) -> Bundle:
        """A report that was made, kept and put in its place, without its bytes; a failure is this report's alone."""
        if isinstance(finished, Bundle):
            return finished
        plan, bundle = finished
        try:
            self.cache.keep_runs(plan, bundle.runs)
            bundle = put_in_place(self.project, plan, bundle)
            if bundle.outcome in (Outcome.PUBLISHED, Outcome.DRAFT):
                self.cache.keep_finished(plan, bundle)
        except OSError as error:
            bundle = not_written(plan.year, plan.department.id, error)
        except Exception as error:
            failure = error if isinstance(error, ReportkitError) else defect(error, plan.name)
            bundle = Bundle.failed(plan, failure, bundle.seconds, bundle.runs)
        self.project.forget(bundle.department)
        return replace(bundle, files={}, runs=tuple(run.without_bytes() for run in bundle.runs))
