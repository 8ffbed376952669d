"""One report made again and again from what lies in the project, in memory: nothing is published."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportkit.build.decide import Current, Kept, decide, findings_of
from reportkit.build.report import build_report
from reportkit.digests import code_digest
from reportkit.errors import ReportkitError, defect, each_error
from reportkit.execution.pool import notebooks_at_once
from reportkit.formats import FORMATS
from reportkit.inputs.project import Project
from reportkit.model import Checked, Finding
from reportkit.outputs.cache import Cache
from reportkit.publishing import data
from reportkit.publishing.findings import findings_page
from reportkit.publishing.render import forget_templates

SHOWN = tuple(each.file for each in FORMATS.values() if each.in_browser)


@dataclass(frozen=True, slots=True)
class Made:
    """One state of the report: the last files that could be made, and what prevents newer ones.

    `number` counts the states, `executed` names the notebooks that were run for it.
    """

    number: int = 0
    digest: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    draft: bool = False
    findings: tuple[Finding, ...] = ()
    executed: tuple[str, ...] = ()
    seconds: float = 0.0
    error: ReportkitError | None = None

    def to_json(self) -> dict[str, object]:
        errors = [each.shown("zh") for each in each_error(self.error)] if self.error is not None else []
        return {
            "number": self.number,
            "draft": self.draft,
            "shown": [name for name in SHOWN if name in self.files],
            "executed": list(self.executed),
            "seconds": round(self.seconds, 2),
            "errors": [
                {"what": each.what, "where": each.where, "mend": each.fix, "detail": each.detail} for each in errors
            ],
        }


class Maker:
    """Makes one report; what a save hasn't changed is taken from the cache."""

    def __init__(self, root: Path, year: int, department: str) -> None:
        self.root, self.year, self.department = root, year, department
        self.made = Made()

    def make(self, *, templates_changed: bool = False, outdated: Callable[[], bool] = lambda: False) -> Made:
        """The next state; the same one where nothing has changed. An error keeps the last good files.

        What is `outdated` by the time it is made, because something was saved meanwhile, is not the next state.
        """
        started = time.monotonic()
        if templates_changed:
            forget_templates()
            code_digest.cache_clear()
        try:
            made = self._make()
        except ReportkitError as error:
            made = self._failed(error)
        except Exception as error:  # a defect of reportkit is shown too, and the next save is tried again
            made = self._failed(defect(error, "the preview"))
        if made is not self.made and not outdated():
            self.made = replace(made, number=self.made.number + 1, seconds=time.monotonic() - started)
        return self.made

    @property
    def title(self) -> str:
        """The body's name and the year."""
        return f"{self._name} {self.year}年"

    @property
    def font_folders(self) -> list[Path]:
        """The folders of fonts that report.yaml adds."""
        try:
            return [self.root / path for path in Project(self.root).definition.font_paths]
        except ReportkitError:
            return []

    @property
    def _name(self) -> str:
        try:
            return Project(self.root).department(self.department).name
        except ReportkitError:  # a register that can't be read is reported in the page itself
            return self.department

    def findings_page(self) -> bytes:
        """The findings of the last good state as a page."""
        made = self.made
        return findings_page([Checked(self.year, self.department, self._name, made.findings, made.draft)])

    def _make(self) -> Made:
        project = Project(self.root)
        cache = Cache(project)
        decision = decide(project, cache, self.year, self.department)
        digest = decision.digest if isinstance(decision, Current) else decision.plan.digest
        if digest == self.made.digest and self.made.error is None:
            return self.made
        if not isinstance(decision, Kept) and decision.folder is not None:
            paths = {name: decision.folder / name for name in SHOWN}
            files = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
            return Made(0, digest, files, decision.draft, findings_of(decision))
        if isinstance(decision, Kept):
            findings = data.read_findings(decision.files[data.FINDINGS])
            return Made(0, digest, decision.files, decision.draft, findings)
        plan = decision.plan
        bundle = build_report(plan, notebooks_at_once(1))
        cache.keep_runs(plan, bundle.runs)
        if bundle.failure is not None:
            assert isinstance(bundle.failure, ReportkitError)
            return self._failed(bundle.failure, bundle.executed)
        return Made(0, plan.digest, bundle.files, bundle.draft, bundle.findings, bundle.executed)

    def _failed(self, error: ReportkitError, executed: tuple[str, ...] = ()) -> Made:
        last = self.made
        return Made(0, last.digest, last.files, last.draft, last.findings, executed, error=error)
