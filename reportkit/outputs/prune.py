"""What the cache takes up, and what of it may go: never what a published report or a draft was made from."""

from collections.abc import Iterator
from dataclasses import dataclass

from reportkit.inputs.project import Project
from reportkit.outputs import manifest
from reportkit.outputs.cache import FOLDER, LAYOUT
from reportkit.outputs.folders import DRAFTS, OUTPUTS
from reportkit.outputs.store import Store, StoredRecord
from reportkit.outputs.swap import remove_folder

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Size:
    """How many kept runs and finished reports there are, and the bytes of all files on the disk."""

    runs: int
    reports: int
    bytes: int

    def to_json(self) -> dict[str, int]:
        return {"runs": self.runs, "reports": self.reports, "bytes": self.bytes}


def size(project: Project) -> Size:
    """The size of a project's cache."""
    store = Store(project.root / FOLDER, LAYOUT)
    return Size(sum(1 for _ in store.records("runs")), sum(1 for _ in store.records("bundles")), store.bytes_on_disk())


def prune(project: Project, keep_days: float, now: float) -> Size:
    """Removes what was of no use for so many days; returns what went. Only where no other build runs.

    What the manifests below outputs/ name stays: finished reports, and the runs that they were made of.
    """
    store = Store(project.root / FOLDER, LAYOUT)
    before = size(project)
    oldest = now - keep_days * _DAY_S
    finished = list(_finished(project))
    wanted = {*(digest for _, digest in finished), *_newest(project, store)}
    contents: set[str] = set()
    for record in list(store.records("bundles")):
        if record.name.rpartition("/")[2] in wanted or record.used >= oldest:
            contents.update(record.data["files"].values())
        else:
            store.forget(record.name)
    whole = {record.name.rpartition("/")[2] for record in store.records("bundles")}
    unknown = {report for report, digest in finished if digest not in whole}
    for record in list(store.records("runs")):
        of_unknown = "/".join(record.name.split("/")[1:3]) in unknown  # it isn't known which runs it was made of
        if record.data["notebook"] in contents or record.used >= oldest or of_unknown:
            contents.add(record.data["notebook"])
        else:
            store.forget(record.name)
    _forget_reports(project, store, oldest)
    for digest in store.contents():
        if digest not in contents:
            store.discard(digest)
    store.tidy()
    after = size(project)
    return Size(before.runs - after.runs, before.reports - after.reports, before.bytes - after.bytes)


def prune_drafts(project: Project, keep_days: float | None, now: float) -> int:
    """Removes drafts of that age that aren't worked on any more: no submission is there, or their year is closed.

    Returns how many; none where `keep_days` is None.
    """
    if keep_days is None:
        return 0
    gone = 0
    for folder in list((project.root / DRAFTS).glob("[12]???/*")):
        year, department = int(folder.parent.name), folder.name
        path = folder / manifest.NAME
        old = (path if path.is_file() else folder).stat().st_mtime < now - keep_days * _DAY_S
        worked_on = project.has_submission(year, department) and not project.is_closed(year)
        if old and not worked_on and not department.startswith("."):
            remove_folder(folder)
            gone += 1
    return gone


def _finished(project: Project) -> Iterator[tuple[str, str]]:
    """Everything that is finished, published or a draft: year and department, and its plan's digest."""
    for root in (project.root / OUTPUTS, project.root / DRAFTS):
        for path in root.glob(f"[12]???/*/{manifest.NAME}"):
            found = manifest.read_manifest(path.parent)
            if found is not None:
                yield "/".join(path.parent.parts[-2:]), str(found.get("digest"))


def _newest(project: Project, store: Store) -> Iterator[str]:
    """The last build of each report that is there or closed: what is there may be damaged, and only this be left."""
    for record in store.records("finished"):
        _, year, department = record.name.split("/")
        is_there = any((project.root / root / year / department).is_dir() for root in (OUTPUTS, DRAFTS))
        if is_there or project.is_closed(int(year)):
            yield from (digest for digest, _ in record.data["builds"][:1])


def _forget_reports(project: Project, store: Store, oldest: float) -> None:
    """Forgets what was noted of reports that aren't there any more, and versions of libraries that no run had."""

    def is_there(record: StoredRecord) -> bool:
        _, year, department = record.name.split("/")
        return any((project.root / root / year / department).is_dir() for root in (OUTPUTS, DRAFTS))

    for kind in ("reports", "finished", "opened"):
        for record in list(store.records(kind)):
            if record.used < oldest and not is_there(record):
                store.forget(record.name)
    had = {str(record.data["needs"]["libraries"]) for record in store.records("runs")}
    for record in list(store.records("libraries")):
        if record.name.rpartition("/")[2] not in had:
            store.forget(record.name)
