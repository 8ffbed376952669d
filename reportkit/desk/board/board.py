"""The review board: one static page of all reports, and for each one that is built a page to review it by."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from reportkit.build.decide import Current
from reportkit.content import Version
from reportkit.desk.board.levels import level_row, record_line
from reportkit.desk.board.page import (
    LABELS,
    digest_of_script,
    finished_pages,
    redline_page,
    severity_class,
    source,
    template,
)
from reportkit.desk.status import Status, status_of
from reportkit.desk.versions import (
    NEEDED,
    Compared,
    approvals_of,
    compare_report,
    this_build,
    usual_version,
    version_beside,
)
from reportkit.digests import code_digest, digest_of, digest_of_file, read_regular
from reportkit.errors import ApprovalsError, ProjectError, ReportkitError, defect
from reportkit.inputs.approvals_file import approvals_bytes, approvals_path
from reportkit.inputs.project import Project
from reportkit.model import Severity, State
from reportkit.outputs import manifest
from reportkit.outputs.cache import Cache
from reportkit.outputs.folders import DRAFTS, OUTPUTS, finished_place, place
from reportkit.outputs.swap import write_file
from reportkit.publishing import data
from reportkit.publishing.extract import read_folder
from reportkit.review.approvals import Approvals
from reportkit.review.differences import compare
from reportkit.review.errors_in_chinese import in_chinese
from reportkit.review.pending import RULE as PENDING
from reportkit.review.pending import void_because
from reportkit.review.phrases import numbers, section_titles
from reportkit.text.severities import SEVERITIES
from reportkit.text.strings import printable

BOARD = f"{OUTPUTS}/board.html"
PAGES = f"{OUTPUTS}/review"
_KEY = re.compile(r'<meta name="reportkit-key" content="([^"]*)"><meta name="reportkit-changes" content="([^"]*)">')
_HEAD_BYTES = 1024
"""How much of a page is read to see what it was made from."""


@dataclass(frozen=True, slots=True)
class WrittenBoard:
    """What `write_board` has done: where the board is, how many reports it has, how many of their pages were stale."""

    path: Path
    reports: int
    pages: int
    problems: tuple[tuple[str, str], ...]
    """(report, what) of each whose page can't be made."""
    void: tuple[tuple[str, str], ...]
    """(report, what) of each approval that holds no more."""

    def to_json(self) -> dict[str, Any]:
        return {
            "board": str(self.path),
            "reports": self.reports,
            "pages": self.pages,
            "problems": [{"report": report, "error": problem} for report, problem in self.problems],
            "void": [{"report": report, "approval": approval} for report, approval in self.void],
        }


def write_board(
    project: Project,
    on: date,
    *,
    decided: Mapping[str, Current] | None = None,
    starting: Callable[[str], None] = lambda _: None,
) -> WrittenBoard:
    """Writes the board as of a day, and the pages of reports that aren't what they were made from any more.

    `decided` are reports that a build has just found up to date; `starting` gets each report whose page is made.
    What is as it was is not written again.
    """
    statuses = status_of(project, sorted(project.years, reverse=True), list(project.register), on, decided)
    rows = _Rows(project, starting)
    shown = [rows.row(status) for status in statuses]
    rows.keep()
    page = template("board.html.j2").render(
        rows=shown,
        on=on,
        publication=project.editions.publication_for(),
        severities={each.name: label for each, label in SEVERITIES.items()},
        states=list(Counter(status.state for status in statuses).items()),
        choices=list(dict.fromkeys(each for status in statuses for each in (status.state, status.waiting) if each)),
        waiting=list(Counter(status.waiting for status in statuses if status.waiting).items()),
        years=sorted({status.year for status in statuses}, reverse=True),
        late=sum(status.late for status in statuses),
        css=source("board.css"),
        script=source("board.js"),
        script_digest=digest_of_script("board.js"),
    )
    path = project.root / BOARD
    content = page.encode()
    if not path.is_file() or read_regular(path) != content:
        write_file(path, content)
    _remove_stale(project, statuses)
    void = [
        (f"{row['year']}/{row['department']}", f"{each['label']}（{each['told']}）{each['words']}：{each['because']}")
        for row in shown
        for each in row.get("approvals", ())
        if each["state"] == "void"
    ]
    return WrittenBoard(path, len(shown), rows.made, tuple(rows.problems), tuple(void))


class _Rows:
    """The board's rows; one whose files are untouched since is taken as it was shown last."""

    def __init__(self, project: Project, starting: Callable[[str], None]) -> None:
        self.project, self.starting = project, starting
        self.made = 0
        self.problems: list[tuple[str, str]] = []
        self._cache = Cache(project)
        self._levels = [[level.id, level.label] for level in project.definition.approvals.levels]
        self._before = self._cache.board()
        self._now: dict[str, Any] = {}

    def row(self, status: Status) -> dict[str, Any]:
        """A report as the board shows it."""
        name = f"{status.year}/{status.department}"
        stamp = self._stamp(status.year, status.department)
        known = self._before.get(name)
        errors = list(status.errors)
        shown: dict[str, Any] = {}
        try:
            if known is None or known["stamp"] != stamp:
                shown = self._shown(status.year, status.department, errors)
                known = {"told": shown, "stamp": self._stamp(status.year, status.department)}
            if len(errors) == len(status.errors):
                self._now[name] = known
            shown = known["told"]
        except Exception as error:  # one report never takes the board from the others
            errors.append(error if isinstance(error, ReportkitError) else defect(error, name))
        unlike = {str(error): error for error in errors}
        self.problems += [(name, text) for text in unlike]
        return {**shown, **_of_status(status, list(unlike.values()))}

    def keep(self) -> None:
        """Notes what was shown, for the next time."""
        if self._now != self._before:
            self._cache.keep_board(self._now)

    def _stamp(self, year: int, department: str) -> list[Any]:
        """What a row is made from, by the stamps of files: reading a thousand reports takes longer than looking."""
        folders = [place(self.project, each, department, draft) for each in (year, year - 1) for draft in (True, False)]
        paths = [folder / manifest.NAME for folder in folders]
        paths += [folder / name for folder in folders[:2] for name in NEEDED]
        paths += [self.project.root / approvals_path(year, department), self._page(year, department)]
        return [code_digest(), self._levels, *map(_file_stamp, paths)]

    def _page(self, year: int, department: str) -> Path:
        return self.project.root / PAGES / str(year) / f"{department}.html"

    def _shown(self, year: int, department: str, errors: list[ReportkitError]) -> dict[str, Any]:
        """What is shown of a finished report; its page is made anew where it is not of today.

        Approvals that can't be read are an error in `errors`, and take nothing else away.
        """
        try:
            approvals = approvals_of(self.project, year, department)
        except ApprovalsError as error:
            errors.append(error)
            approvals = Approvals()
        last = approvals.records[-1] if approvals.records else None
        sent_back = record_line(last) if last is not None and last.action == "return" else ""
        folder = finished_place(self.project, year, department)
        if folder is None:
            return {"sent_back": sent_back}
        for each in NEEDED:
            if not (folder / each).is_file():
                where = folder.relative_to(self.project.root).as_posix()
                raise ProjectError("finished_file_missing", where=where, file=each)
        path, key = self._page(year, department), self._key(year, department, folder)
        made_from, changes = _made_from(path)
        if made_from != key:
            self.starting(f"{year}/{department}")
            compared = compare_for_review(self.project, year, department)
            changes = changes_in_short(compared)
            links = finished_pages(self.project, year, department, "../../")
            write_file(path, redline_page(self.project, compared, key, changes, links))
            self.made += 1
        found = [each for each in data.read_findings(read_regular(folder / data.FINDINGS)) if each.rule != PENDING]
        counts = Counter(each.severity for each in found if each.waiver is None)
        return {
            "review": f"review/{year}/{department}.html",
            "links": finished_pages(self.project, year, department),
            "sent_back": sent_back,
            "counts": {severity_class(each): counts[each] for each in Severity},
            "waived": sum(each.waiver is not None for each in found),
            "changes": changes,
            "number": sum(int(each) for each in re.findall(r"[0-9]+", changes)),
            "approvals": self._standings(folder, approvals) if approvals.records or approvals.required else [],
        }

    def _standings(self, folder: Path, approvals: Approvals) -> list[dict[str, str]]:
        """The state of each level; of one that is void what has changed since."""
        found = manifest.read_manifest(folder) or {}
        standings = approvals.standings(found.get("content", {}))
        content = read_folder(folder) if any(each.is_void for each in standings) else None
        titles = section_titles(approvals.editions, str(found.get("edition")))
        optional = set(approvals.levels).difference(approvals.required) if approvals.required else set()
        return [
            level_row(
                each,
                titles,
                void_because(approvals, each, content, most=1) if content and each.is_void else (),
                optional=each.level in optional,
            )
            for each in standings
            if each.level not in optional or each.record or each.ended
        ]

    def _key(self, year: int, department: str, folder: Path) -> str:
        """All that a report's page is made from: the finished report, its approvals, last year's, the package."""
        before = finished_place(self.project, year - 1, department)
        return digest_of(
            [
                digest_of_file(folder / manifest.NAME),
                folder.parts[-3:],
                self.project.department(department).name,
                _digest(place(self.project, year, department, draft=False) / manifest.NAME),
                None if before is None else digest_of_file(before / manifest.NAME),
                sha256(approvals_bytes(self.project, year, department)).hexdigest(),
                self._levels,
                code_digest(),
            ]
        )


def _file_stamp(path: Path) -> list[int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_mtime_ns, stat.st_size, stat.st_ino]


def _digest(path: Path) -> str | None:
    try:
        return digest_of_file(path)
    except OSError:
        return None


def _of_status(status: Status, errors: Sequence[ReportkitError]) -> dict[str, Any]:
    approvals = [each for each in errors if isinstance(each, ApprovalsError)]
    others = [each for each in errors if each not in approvals]
    return {
        "year": status.year,
        "department": status.department,
        "name": printable(status.name),
        "state": status.state,
        "late": status.late,
        "due": status.due.isoformat(),
        "missing": status.missing or 0,
        "stale": status.current is False,
        "closed": status.closed,
        "waiting": status.waiting,
        "returned": status.returned,
        "is_returned": status.state is State.RETURNED,
        "problem": printable(in_chinese(others)),
        "approvals_problem": printable(in_chinese(approvals)),
    }


def compare_for_review(project: Project, year: int, department: str) -> Compared:
    """A report beside what it is compared with, else by itself."""
    try:
        against = usual_version(project, year, department)
    except ApprovalsError:
        against = version_beside(project, year, department)
    if against is Version.LAST_YEAR and finished_place(project, year - 1, department) is None:
        side = this_build(project, year, department)
        return Compared(
            year, department, Version.LAST_YEAR, side, side, compare(project.editions, side.content, side.content)
        )
    return compare_report(project, year, department, against)


def changes_in_short(compared: Compared) -> str:
    """What has changed, in a few words: `与批准的内容比较：3个数据、2处文字`."""
    if compared.before is compared.after:
        return "没有可比较的报告"
    part = "（只比较批准过的部分）" if compared.comparison.beside else ""
    return f"{LABELS[compared.against]}{part}：{numbers(compared.comparison.changes) or '没有变化'}"


def _made_from(path: Path) -> tuple[str, str]:
    """The key in a page's head, and what it says has changed; empty where there is no such page."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode(errors="replace")
    except OSError:
        return "", ""
    match = _KEY.search(head)
    return (match[1], match[2]) if match else ("", "")


def _remove_stale(project: Project, statuses: Iterable[Status]) -> None:
    """Removes the pages of reports that aren't there any more."""
    known = {(str(status.year), status.department) for status in statuses}
    for path in (project.root / PAGES).glob("*/*.html"):
        year, department = path.parent.name, path.stem
        is_there = any((project.root / root / year / department).is_dir() for root in (OUTPUTS, DRAFTS))
        if (year, department) not in known and not is_there:
            with suppress(OSError):
                path.unlink()
