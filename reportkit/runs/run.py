"""One unattended run: what has changed is checked, built and published; board, portal and notices follow."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from types import FrameType
from typing import Any

from reportkit.build.build import BundleMaker, Listener, build
from reportkit.build.decide import Closed, Current, Decision, Reasons, reasons_of
from reportkit.desk.board.board import write_board
from reportkit.desk.status import status_of
from reportkit.errors import ReportkitError, defect
from reportkit.execution.kernels.spec import tidy_servers
from reportkit.inputs.project import Project
from reportkit.inputs.selection import select
from reportkit.model import Bundle, Outcome, Run, Severity
from reportkit.outputs.folders import OUTPUTS
from reportkit.outputs.lock import locked
from reportkit.outputs.prune import prune, prune_drafts
from reportkit.runs import records
from reportkit.runs.notices import deliver, events_of
from reportkit.runs.records import RunLog
from reportkit.site.site import build_site


class Terminated(BaseException):
    """The run is asked to end now (SIGTERM); what is half done is rolled back on the way out."""


@dataclass(frozen=True)
class Watcher:
    """Who is notified while a run goes on: each report that begins and ends, and that another run is waited for."""

    starting: Callable[[str], None]
    finished: Callable[[str, Outcome, float], None]
    waiting: Callable[[], None] | None
    """None where a second run must refuse rather than wait."""
    warned: Callable[[str], None] = lambda _: None
    """Of a scheduler's workers that are refused or lost, and waited for."""


def run(project: Project, at: datetime, maker: BundleMaker, watcher: Watcher) -> dict[str, Any]:
    """Does what is to be done, and returns the run's record. It may be broken off anywhere, and started again.

    Raises ProjectError where another run goes on or nothing can be written; any other failure is in the record.
    """
    with records.one_run(project, watcher.waiting), _terminable():
        killed = records.close_killed(project)
        log = records.begin(project)
        log.note("began", killed=killed)
        done = _Doing(project, at, maker, watcher, log)
        try:
            done.all()
        except BaseException as error:
            outcome = "interrupted" if isinstance(error, KeyboardInterrupt | Terminated) else "failed"
            with suppress(ReportkitError):  # the first error is what matters
                log.end(outcome, error=str(error) or type(error).__name__, **done.record)
            raise
        return log.end("failed" if done.bad else "done", killed=killed, **done.record)


@contextmanager
def _terminable() -> Iterator[None]:
    """Within, SIGTERM unwinds the stack as Ctrl-C does, so that nothing half done is left."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated("SIGTERM")

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Doing:
    """The steps of one run, and what they have come to so far."""

    def __init__(self, project: Project, at: datetime, maker: BundleMaker, watcher: Watcher, log: RunLog) -> None:
        self.project, self.at, self.maker, self.watcher, self.log = project, at, maker, watcher, log
        self.bad = False
        self.record: dict[str, Any] = {"reports": []}
        self._reasons: dict[str, Reasons] = {}
        self._current: dict[str, Current] = {}
        self._queued: dict[str, float] = {}
        self._bundles: list[Bundle] = []

    def all(self) -> None:
        """Everything in its order; a step that fails doesn't keep the next from being done."""
        self._build()
        for name, step in (
            ("board", self._board),
            ("site", self._site),
            ("notices", self._notices),
            ("tidy", self._tidy),
        ):
            try:
                self.record[name] = step()
            except ReportkitError as error:
                self._failed(name, error)
            except Exception as error:
                self._failed(name, defect(error, name))
            else:
                self.log.note(name, **{"told": self.record[name]})

    def _failed(self, name: str, error: Exception) -> None:
        self.bad = self.bad or name != "notices"  # a notice that can't be sent never fails a run
        self.record[name] = {"error": str(error)}
        self.log.note(name, error=str(error))

    def _build(self) -> None:
        def decided(decision: Decision) -> None:
            why = reasons_of(decision)
            self._reasons[why.report] = why
            if isinstance(decision, Current):
                self._current[why.report] = replace(decision, plan=None)
            elif not isinstance(decision, Closed):
                self._queued[why.report] = time.time()
                self.log.note("decided", report=why.report, **why.to_json())

        def starting(name: str) -> None:
            self.log.note("started", report=name)
            self.watcher.starting(name)

        listener = Listener(self._wait, decided, lambda plan: starting(plan.name), self._warned)
        targets = select(self.project, None, None, everything=True)
        for bundle in build(self.project, targets, self.maker, listener):
            self._bundles.append(bundle)
            entry = self._entry(bundle)
            self.record["reports"].append(entry)
            if bundle.outcome not in (Outcome.UP_TO_DATE, Outcome.CLOSED):
                self.log.note("report", **entry)
            self.bad = self.bad or bundle.outcome is Outcome.FAILED
            self.watcher.finished(f"{bundle.year}/{bundle.department}", bundle.outcome, bundle.seconds)

    def _warned(self, words: str) -> None:
        self.log.note("warned", told=words)
        self.watcher.warned(words)

    def _wait(self) -> None:
        """A build by hand goes on; a run waits for it."""
        self.log.note("waiting")

    def _entry(self, bundle: Bundle) -> dict[str, Any]:
        report = f"{bundle.year}/{bundle.department}"
        reasons = self._reasons.get(report)
        counts = {each.name.lower(): sum(found.severity is each for found in bundle.findings) for each in Severity}
        return {
            "report": report,
            "outcome": bundle.outcome.value,
            "draft": bundle.draft,
            "seconds": round(bundle.seconds, 3),
            "error": str(bundle.failure) if bundle.failure else None,
            "code": getattr(bundle.failure, "code", None),
            "why": [] if reasons is None else [change.to_json() for change in reasons.changes],
            "findings": counts,
            "jobs": [_job(run, reasons, self._queued.get(report)) for run in bundle.runs if run.executed],
        }

    def _board(self) -> dict[str, Any]:
        return write_board(self.project, self.at.date(), decided=self._current).to_json()

    def _site(self) -> dict[str, Any] | None:
        if not self.project.definition.runs.site:
            return None
        with locked(self.project.root / OUTPUTS, self._wait):
            built = build_site(self.project).to_json()
        self.bad = self.bad or bool(built["problems"])
        return built

    def _notices(self) -> list[dict[str, Any]]:
        notices = self.project.definition.notices
        if not notices:
            return []
        years = sorted(self.project.years, reverse=True)
        statuses = status_of(self.project, years, list(self.project.register), self.at.date())
        events = list(events_of(self._bundles, statuses))
        return [each.to_json() for each in deliver(self.project, events, self.at.date())]

    def _tidy(self) -> dict[str, Any]:
        """Removes what report.yaml doesn't want kept."""
        settings = self.project.definition.runs
        gone = records.forget(self.project, settings.keep_runs_days, self.at)
        with locked(self.project.root / OUTPUTS, self._wait):
            drafts = prune_drafts(self.project, settings.keep_drafts_days, self.at.timestamp())
            cache = prune(self.project, settings.keep_cache_days, self.at.timestamp())
        tidy_servers()
        return {"runs": gone, "drafts": drafts, "cache": cache.to_json()}


def _job(run: Run, reasons: Reasons | None, queued: float | None) -> dict[str, Any]:
    """One notebook's execution: when, how long, how much memory, how often it was tried, why it ran.

    Times are in seconds since 1970; it is queued from when its report was decided to be built.
    """
    looked_up = next((each for each in reasons.jobs if each.notebook == run.job.name), None) if reasons else None
    why: list[Mapping[str, Any]] = [] if looked_up is None else [change.to_json() for change in looked_up.changes]
    return {
        "notebook": run.job.name,
        "queued": queued,
        "began": run.began,
        "ended": run.began + run.seconds,
        "seconds": round(run.seconds, 3),
        "peak_mb": None if run.peak_bytes is None else round(run.peak_bytes / 2**20, 1),
        "tries": run.tries,
        "outcome": "failed" if run.failure else "done",
        "never_ran": looked_up is not None and looked_up.is_new,
        "why": why,
    }
