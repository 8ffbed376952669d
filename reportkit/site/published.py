"""What is published, as the portal shows it: read from finished folders that are what their manifests say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any, Self

from reportkit.digests import code_digest, digest_of, read_regular
from reportkit.errors import InputError, PublishingError, ReportkitError, defect
from reportkit.formats import FORMATS
from reportkit.inputs.corrections import correction_path, corrections_of
from reportkit.inputs.project import Project
from reportkit.outputs import manifest
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import OUTPUTS
from reportkit.outputs.verify import faults_of
from reportkit.publishing.data import FINDINGS
from reportkit.publishing.extract import CORRECTION
from reportkit.publishing.head import facts_of, head_in
from reportkit.review.phrases import KINDS
from reportkit.text.json_text import read_json
from reportkit.text.strings import lines_of, printable

PAGE = FORMATS["html"].file
DOWNLOADS: Mapping[str, tuple[str, str]] = {
    **{each.file: (each.label, each.media_type) for each in FORMATS.values() if each.download},
    "figures.csv": ("CSV", "text/csv"),
    "figures.json": ("JSON", "application/json"),
}
"""The finished files that readers may download: what each is called, and its mime type."""
_ORIGINALS: Mapping[str, tuple[str, str]] = {
    ".pdf": ("PDF（原件）", FORMATS["pdf"].media_type),
    ".docx": ("Word（原件）", FORMATS["docx"].media_type),
    ".doc": ("Word（原件）", "application/msword"),
}
"""Of a report that went out elsewhere. Its web page isn't among them: whatever runs there would run on the portal."""


def described(name: str) -> tuple[str, str]:
    """What a file that readers may download is called, and its mime type."""
    return DOWNLOADS.get(name) or _ORIGINALS[PurePosixPath(name).suffix.lower()]


def is_document(name: str) -> bool:
    """Whether a file that readers may download has the report's words, and not its figures alone."""
    return name not in ("figures.csv", "figures.json")


def _downloads(folder: Path, originals: Iterable[str]) -> dict[str, int]:
    """The bytes of each file that readers may download; of originals one of each kind."""
    kinds: dict[str, str] = {}
    for name in originals:
        ending = PurePosixPath(name).suffix.lower()
        if ending in _ORIGINALS:
            kinds.setdefault(ending, name)
    return {name: (folder / name).stat().st_size for name in (*kinds.values(), *DOWNLOADS) if (folder / name).is_file()}


_OPENED, _CLOSED = '<main id="report">', "</main>"
_ABOVE = (("<h1>", "</h1>"), ('<dl class="about">', "</dl>"))
_UNREAD = re.compile(r"<(svg|table|details|nav|h2)\b.*?</\1>", re.S)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Published:
    """One published report: its title, dates and figures, its words for the search, and what can be downloaded.

    `stamp` is a digest of its files and of the package. `facts` are those of `head.FACTS` that are stated,
    `corrections` those that it states, the first one first, each with what it changed. `values` are the figures
    in the order of its edition's cells, of a project's own edition in that of `cells`, for it may have changed since:
    whole numbers, amounts as text, None where missing. `downloads` are bytes by
    file name. `kept` says that the folder is damaged, and the portal keeps the page that it has.
    """

    year: int
    department: str
    stamp: str
    name: str
    title: tuple[str, ...]
    edition: str
    facts: Mapping[str, str]
    corrections: tuple[Mapping[str, Any], ...]
    downloads: Mapping[str, int]
    values: tuple[int | str | None, ...]
    text: str
    cells: tuple[str, ...] = ()
    kept: bool = field(default=False, compare=False)

    @property
    def report(self) -> str:
        return f"{self.year}/{self.department}"

    @property
    def changed_on(self) -> str:
        """The day of its last correction, or that of its publication; empty where neither is known."""
        days = (self.facts.get("published_on", ""), *(str(each["on"]) for each in self.corrections))
        return max(days)

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "kept"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, kept: bool = False) -> Self:
        lists = {key: tuple(data[key]) for key in ("title", "values", "corrections", "cells")}
        return cls(**{**data, **lists}, kept=kept)


def published_reports(
    project: Project, cache: Cache, known: Mapping[str, Any]
) -> Iterator[Published | tuple[str, str]]:
    """Every published report that is whole, by year and register; of one that isn't, its name and why.

    `known` is what was read before, by report: what hasn't changed since is not read again. A damaged one is reported,
    and comes as it was known.
    """
    places = {department.id: number for number, department in enumerate(project.register)}
    folders = [each for each in (project.root / OUTPUTS).glob("[12][0-9][0-9][0-9]/*") if _is_finished(each)]
    for folder in sorted(folders, key=lambda each: (each.parent.name, places.get(each.name, -1), each.name)):
        report = f"{folder.parent.name}/{folder.name}"
        before = known.get(report)
        try:
            if folder.name not in places:
                raise PublishingError("department_not_registered", where=f"{OUTPUTS}/{report}", department=folder.name)
            yield _published(project, cache, folder, before)
        except Exception as error:  # one report never takes the portal from the others
            yield report, str(error if isinstance(error, ReportkitError) else defect(error, report))
            if before is not None and folder.name in places:
                yield Published.from_json(before, kept=True)


def _is_finished(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.is_dir()


def _published(project: Project, cache: Cache, folder: Path, before: Mapping[str, Any] | None) -> Published:
    year, department = int(folder.parent.name), folder.name
    found = manifest.read_manifest(folder) or {}
    if cache.stamps.known(folder) is None:
        if faults := faults_of(project, year, department, draft=False):
            raise PublishingError(
                "published_changed_open",
                where=f"{OUTPUTS}/{year}/{department}",
                faults=faults,
                year=year,
                department=department,
            )
        cache.stamps.note(folder, {"digest": found["digest"], "state": found["state"]})
    files = {name: each["sha256"] for name, each in found["files"].items() if name != FINDINGS}
    stamp = digest_of([files, code_digest()])
    if before is not None and before["stamp"] == stamp:
        known = Published.from_json(before)
        return replace(known, corrections=_corrections(project, year, department, len(known.corrections)))
    head = head_in(read_regular(folder / "report.ipynb"))
    figures = read_json(read_regular(folder / "figures.json"))
    return Published(
        year,
        department,
        stamp,
        head.name,
        head.title_lines,
        figures["edition"],
        {key: text for key, text in facts_of(head).items() if key != "name"},
        _corrections(project, year, department, len(head.corrections)),
        _downloads(folder, found.get("as_published", ())),
        tuple(each["value"] for each in figures["figures"].values()),
        words_of(body_of(folder)),
        tuple(figures["figures"]) if project.editions.is_own(figures["edition"]) else (),
    )


def _corrections(project: Project, year: int, department: str, printed: int) -> tuple[dict[str, Any], ...]:
    """The corrections that a published report states: number, day, reason, and what changed, in Chinese.

    Raises InputError where their file can't be read, or lacks one.
    """
    if not printed:
        return ()
    name = correction_path(year, department)
    if len(corrections_of(project, year, department)) < printed:
        raise InputError("correction_lost_in_print", where=name, name=name)
    return tuple(_correction(read_json(line)) for line in lines_of(project.files.read(name))[:printed])


def _correction(line: Mapping[str, Any]) -> dict[str, Any]:
    changes = line.get("changes") or {}
    rows = [(each["label"], each["before"], each["after"]) for each in changes.get("head", ())]
    rows = [each for each in rows if each[0] != CORRECTION]
    rows += [(each["label"], each["before"], each["after"]) for each in changes.get("figures", ())]
    rows += [(f"文字{KINDS[each['kind']]}", each["before"], each["after"]) for each in changes.get("wording", ())]
    for chart in changes.get("exhibits", ()):
        rows += [(f"图“{chart['caption']}”{each['what']}", each["before"], each["after"]) for each in chart["changes"]]
    return {
        "number": line["number"],
        "on": line["on"],
        "reason": printable(str(line["reason"])),
        "changes": [["" if part is None else printable(str(part)) for part in each] for each in rows],
    }


def body_of(folder: Path) -> str:
    """The body of a finished page, without its title and the dates below it; empty where HTML is none of its formats.

    Raises PublishingError where the page isn't as this project writes it.
    """
    path = folder / PAGE
    if not path.is_file():
        return ""
    page = read_regular(path).decode("utf-8")
    start, end = page.find(_OPENED), page.rfind(_CLOSED)
    if not 0 <= start < end:
        raise PublishingError("page_without_body", where=PAGE)
    body = page[start + len(_OPENED) : end]
    for opened, closed in _ABOVE:
        before, found, rest = body.partition(opened)
        if found:
            body = before + rest.partition(closed)[2]
    return body.strip()


def words_of(body: str) -> str:
    """The words of a page's body in one line, without what is in every report: preamble, main headings, tables."""
    body = body[max(0, body.find("<h2")) :]
    return " ".join(unescape(_TAG.sub(" ", _UNREAD.sub(" ", body))).split())
