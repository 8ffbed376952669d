"""What was done before, by all that decided it: runs, finished reports; and why something must be done again."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from reportkit.digests import digest_of, file_state
from reportkit.execution.dependencies import UNFOLLOWED, libraries, surroundings
from reportkit.inputs.files import DEFINITION, REGISTER, submission_path
from reportkit.inputs.project import Project
from reportkit.inputs.reads import Reader
from reportkit.model import FILES, Bundle, Job, Plan, Run
from reportkit.outputs.lookups import Change, Known, Lookup, differences
from reportkit.outputs.store import Store
from reportkit.outputs.unchanged import Stamps
from reportkit.publishing.shaping import environment

FOLDER = "outputs/.cache/1"
LAYOUT = digest_of(Path(__file__).read_text(encoding="utf-8"))
"""Of the records: those that another version of this module wrote are not looked at."""
_RUNS_KEPT = 4
"""Runs of one job that are kept, the last used ones: going back to another branch and forth again costs nothing."""

_BUILDS_KEPT = 8
"""Builds of one report that are known by name, for reviewers who ask what has changed since."""


@dataclass(frozen=True)
class Cache:
    """The runs and reports that a project's outputs/.cache holds. Whatever can't be read or written is done again.

    With `read_only` it only answers.
    """

    project: Project
    read_only: bool = False
    _store: Store = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_store", Store(self.project.root / FOLDER, LAYOUT))

    # Reports

    @cached_property
    def _common(self) -> str:
        """The digest of what all reports depend on: report.yaml, editions, the package, the libraries, the fonts."""
        definition = self.project.definition
        fonts = tuple(str((self.project.root / path).resolve()) for path in definition.font_paths)
        return digest_of(
            [
                self.project.files.digest(DEFINITION),
                self.project.editions.digest,
                environment(fonts, definition.system_fonts).to_json(),
                surroundings(),
                fonts,
            ]
        )

    def unchanged(self, year: int, department: str) -> Known | None:
        """A report of which no file has changed since it was planned; None where it must be planned."""
        record = self._store.read(_report(year, department))
        if record is None or record["common"] != self._common or record["unfollowed"]:
            return None
        if any(self.project.files.digest(name) != digest for name, digest in record["files"].items()):
            return None
        if self.has_opened_changed(year, department):
            return None
        return Known(year, department, record["digest"], record["draft"], record["missing"])

    def remember(self, plan: Plan, files: Iterable[str]) -> None:
        """Notes a plan, and the files that its making looked at, those that weren't there among them."""
        if self.read_only:
            return
        name = _report(plan.year, plan.department.id)
        record = {
            "common": self._common,
            "files": {each: self.project.files.digest(each) for each in sorted({*files, REGISTER})},
            "digest": plan.digest,
            "draft": plan.head.draft,
            "missing": plan.head.missing,
            "unfollowed": any(map(_is_unfollowed, plan.execution.jobs)),
        }
        with suppress(OSError):
            self._store.write(name, record)

    def changed_since_finished(self, plan: Plan) -> tuple[Change, ...] | None:
        """What has changed since a report was last finished; None where it never was."""
        record = self._store.read(f"finished/{plan.name}")
        if record is None:
            return None
        changes = differences(record["parts"], plan.origin.parts)
        keys = record["keys"]
        return tuple(more for change in changes for more in (change, *self._keys_changed(plan, change.what, keys)))

    def _keys_changed(self, plan: Plan, name: str, before: Mapping[str, Mapping[str, str]]) -> Iterable[Change]:
        """The keys inside a changed file of params/ that are not as they were."""
        if name in before:
            for change in differences(before[name], self._keys(name, plan)):
                yield replace(change, what=f"{name}: {change.what}")

    def _keys(self, name: str, plan: Plan) -> dict[str, str]:
        """Key path → value of a YAML file, a longer one by its digest; of the register the report's own entry."""
        if self.project.files.digest(name) is None or not name.endswith(".yaml"):
            return {}
        data = self.project.files.yaml(name).data
        if name == REGISTER:
            data = {each["id"]: each for each in data["departments"] if each["id"] == plan.department.id}
        return dict(_flat("", data))

    # Runs

    def look_up(self, plan: Plan) -> tuple[Lookup, ...]:
        """For each job of a plan its kept run, or why it must run."""
        readers: dict[str, Reader | None] = {}
        return tuple(self._look_up(plan, job, readers) for job in plan.execution.jobs)

    def _look_up(self, plan: Plan, job: Job, readers: dict[str, Reader | None]) -> Lookup:
        if _is_unfollowed(job):
            return Lookup(job, None, (Change(UNFOLLOWED, None, None),))
        latest: tuple[Change, ...] | None = None
        for record in self._store.records(_runs(plan, job)):
            changes = self._run_changes(plan, job, record.data, readers)
            if not changes and (content := self._store.get(record.data["notebook"])) is not None:
                if not self.read_only:
                    self._store.touch(record.name)
                return Lookup(job, Run(job, content, 0.0, reads=record.data["reads"], executed=False))
            if latest is None:
                latest = changes or (Change("the kept run", record.data["notebook"], None),)
        return Lookup(job, None, latest or (), is_new=latest is None)

    def _run_changes(
        self, plan: Plan, job: Job, record: Mapping[str, Any], readers: dict[str, Reader | None]
    ) -> tuple[Change, ...]:
        found: list[Change] = []
        for change in differences(record["needs"], job.needs):
            found += self._libraries_changed(record) if change.what == "libraries" else [change]
        for report, reads in record["reads"].items():
            if report == FILES:
                states = {path: file_state(path) for path in reads}
                found += [replace(each, what=f"file {each.what}") for each in differences(reads, states)]
                continue
            if report not in readers:
                readers[report] = _reader(self.project, plan, report)
            reader = readers[report]
            for key, before in reads.items():
                now = reader.now(key) if reader is not None else None
                if now != before:
                    found.append(Change(f"params/{report}.yaml: {key.replace(':', '.')}", before, now))
        return tuple(found)

    def _libraries_changed(self, record: Mapping[str, Any]) -> list[Change]:
        kept = self._store.read(f"libraries/{record['needs']['libraries']}")
        if kept is None:
            return [Change("libraries", record["needs"]["libraries"], surroundings()["libraries"])]
        return [replace(change, what=f"library {change.what}") for change in differences(kept, libraries())]

    def has_opened_changed(self, year: int, department: str) -> bool:
        """Whether a file is not as it was that a notebook of a report read by itself, or can't be followed."""
        record = self._store.read(_opened(year, department)) or {}
        return any(
            file_state(path) != state for files in record.get("jobs", {}).values() for path, state in files.items()
        )

    def _note_opened(self, plan: Plan, runs: Iterable[Run]) -> None:
        """Notes the files that a report's notebooks read by themselves; of kept runs it was noted."""
        name = _opened(plan.year, plan.department.id)
        before = (self._store.read(name) or {}).get("jobs", {})
        jobs: dict[str, Mapping[str, str]] = {}
        for run in runs:
            if files := run.reads.get(FILES, {}) if run.reads is not None else self._read_before(plan, run):
                jobs[run.job.name] = files
        if jobs or before:
            self._store.write(name, {"jobs": jobs})

    def _read_before(self, plan: Plan, run: Run) -> Mapping[str, str]:
        """The files that a run which was kept had read."""
        digest = sha256(run.notebook or b"").hexdigest()
        kept = (each.data for each in self._store.records(_runs(plan, run.job)) if each.data["notebook"] == digest)
        return next((dict(each["reads"].get(FILES, {})) for each in kept), {})

    def keep_runs(self, plan: Plan, runs: Iterable[Run]) -> None:
        """Keeps what was executed, with what it needed and read."""
        runs = tuple(runs)
        with suppress(OSError):
            self._note_opened(plan, runs)
            name = f"libraries/{surroundings()['libraries']}"
            if self._store.read(name) is None:
                self._store.write(name, libraries())
            for run in runs:
                if run.notebook is not None and run.reads is not None and run.executed and not _is_unfollowed(run.job):
                    self._keep_run(plan, run)

    def _keep_run(self, plan: Plan, run: Run) -> None:
        assert run.notebook is not None
        folder = _runs(plan, run.job)
        key = digest_of([dict(run.job.needs), run.reads])
        self._store.write(
            f"{folder}/{key}",
            {"needs": dict(run.job.needs), "reads": run.reads, "notebook": self._store.put(run.notebook)},
        )
        for record in list(self._store.records(folder))[_RUNS_KEPT:]:
            self._store.forget(record.name)

    @cached_property
    def stamps(self) -> Stamps:
        """What is known of finished folders that weren't touched since."""
        return Stamps(self._store)

    # The review board

    def board(self) -> dict[str, Any]:
        """What was shown of each report when the review board was written last."""
        return dict((self._store.read("board/rows") or {}).get("rows", {}))

    def keep_board(self, rows: Mapping[str, Any]) -> None:
        """Keeps what is shown of each report, for the next board."""
        with suppress(OSError):
            self._store.write("board/rows", {"rows": dict(rows)})

    # The portal

    def site(self) -> dict[str, Any]:
        """What was noted when the portal was written last."""
        return self._store.read("site") or {}

    def keep_site(self, data: Mapping[str, Any]) -> None:
        """Keeps what the portal was written from, for the next time."""
        with suppress(OSError):
            self._store.write("site", dict(data))

    # Finished reports

    def note_finished(self, plan: Plan) -> None:
        """Notes that a report is finished as that plan has it; its builds before stay noted, the last of them."""
        files = [name for name in plan.origin.parts if name.startswith("params/")]
        before = [each for each in self.builds(plan.year, plan.department.id) if each[0] != plan.digest]
        with suppress(OSError):
            self._store.write(
                f"finished/{plan.name}",
                {
                    "parts": dict(plan.origin.parts),
                    "keys": {name: self._keys(name, plan) for name in files},
                    "builds": [(plan.digest, plan.origin.made_from), *before][:_BUILDS_KEPT],
                },
            )

    def builds(self, year: int, department: str) -> list[tuple[str, str]]:
        """The last builds of a report, the newest first: the digest of each plan, and of what it was made from."""
        record = self._store.read(f"finished/{year}/{department}") or {}
        return [(digest, made_from) for digest, made_from in record.get("builds", ())]

    def finished_reports(self) -> list[tuple[int, str]]:
        """Every report that was ever finished, so far as that is known."""
        names = (record.name.split("/") for record in self._store.records("finished"))
        return sorted((int(year), department) for _, year, department in names)

    def manifest_digest(self, plan_digest: str) -> str | None:
        """The sha256 of the manifest that a plan's build wrote; None where that isn't kept."""
        record = self._store.read(f"bundles/{plan_digest}") or {}
        found = record.get("files", {}).get("manifest.json")
        return None if found is None else str(found)

    def is_published(self, plan_digest: str) -> bool:
        """Whether the build of a plan was published, so far as that is kept."""
        return (self._store.read(f"bundles/{plan_digest}") or {}).get("draft") is False

    def keep_finished(self, plan: Plan, bundle: Bundle) -> None:
        """Keeps a finished report's files under its plan's digest."""
        self.note_finished(plan)
        with suppress(OSError):
            self._store.write(
                f"bundles/{plan.digest}",
                {
                    "report": plan.name,
                    "draft": bundle.draft,
                    "files": {name: self._store.put(content) for name, content in bundle.files.items()},
                },
            )

    def finished(self, plan: Plan) -> tuple[dict[str, bytes], bool] | None:
        """A finished report's files as they were made from the same plan, and whether it is a draft."""
        return self.bundle(plan.digest)

    def bundle(self, plan_digest: str) -> tuple[dict[str, bytes], bool] | None:
        """The same by the digest of a plan alone."""
        record = self._store.read(f"bundles/{plan_digest}")
        if record is None:
            return None
        files: dict[str, bytes] = {}
        for name, digest in record["files"].items():
            content = self._store.get(digest)
            if content is None:
                return None
            files[name] = content
        if not self.read_only:
            self._store.touch(f"bundles/{plan_digest}")
        return files, bool(record["draft"])


def _is_unfollowed(job: Job) -> bool:
    return UNFOLLOWED in job.needs


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _flat(f"{path}.{key}" if path else str(key), each)
    else:
        text = str(value)
        yield path, text if len(text) <= _SHORT else digest_of(text)


_SHORT = 40


def _reader(project: Project, plan: Plan, report: str) -> Reader | None:
    """A reader of a report as a plan's kernels see it: with the submissions that are the plan's inputs, no others."""
    year, _, department = report.partition("/")
    if not year.isdecimal() or submission_path(int(year), department) not in plan.execution.inputs:
        return None
    return Reader(project, project.submission(int(year), department), within=plan.execution.inputs)


def _report(year: int, department: str) -> str:
    return f"reports/{year}/{department}"


def _opened(year: int, department: str) -> str:
    return f"opened/{year}/{department}"


def _runs(plan: Plan, job: Job) -> str:
    return f"runs/{plan.name}/{job.name}"
