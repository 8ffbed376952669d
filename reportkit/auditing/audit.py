"""The road of an audit: files → what they say → a project of its own → the rules → findings with their places."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reportkit.auditing.assess import Assessed, Task, assess
from reportkit.auditing.copied import copies
from reportkit.auditing.listed import Listed
from reportkit.auditing.page_rules import check_copies, check_page
from reportkit.auditing.pages import PREAMBLE, ReadPage, Unread, read_page
from reportkit.auditing.quoted import Quoted, quote
from reportkit.auditing.scratch import copy_history, open_scratch, write_register, write_submission
from reportkit.auditing.whose import Subject, parents_of, subjects_of
from reportkit.build.processes import spread
from reportkit.editions import Editions
from reportkit.errors import ReportkitError
from reportkit.inputs.project import Project
from reportkit.model import Finding, Severity
from reportkit.text.severities import gravest_first

_FEW = 4
"""Files or bodies that are done sooner by one process than by several."""
_BLANKS = "T3-4"
"""The rule of cells that were left blank."""
_BEST_FIRST = ("html", "docx", "pdf", "text")
"""Of a report's files the one whose words and figures count where they differ: the page that the public reads."""


@dataclass(frozen=True)
class Audited:
    """One report of a body and a year, read of its `files`: what is wrong, each with its place.

    `history` says where last year's figures are from: `audited`, `project`, or empty where there are none. `error`
    is why the rules couldn't be run; then only what the page itself shows is among the findings.
    """

    year: int
    subject: Subject
    files: tuple[str, ...]
    findings: tuple[tuple[Finding, Quoted], ...]
    cells_read: int
    cells: int
    history: str = ""
    error: ReportkitError | None = None

    @property
    def name(self) -> str:
        return self.subject.department.name

    @property
    def is_faulty(self) -> bool:
        return self.error is not None or any(each.severity is Severity.ERROR for each, _ in self.findings)

    def to_json(self) -> dict[str, Any]:
        body = self.subject.department
        known = {"kind": self.subject.kinds, "level": self.subject.levels}
        return {
            "year": self.year,
            "name": body.name,
            "id": body.id,
            **{name: values[0] if len(values) == 1 else None for name, values in known.items()},
            "files": [*self.files],
            "cells_read": self.cells_read,
            "cells": self.cells,
            "history": self.history or None,
            "error": None if self.error is None else self.error.what,
            "findings": [finding.to_json() | {"quoted": quoted.to_json()} for finding, quoted in self.findings],
        }


@dataclass(frozen=True)
class Audit:
    """What was audited, in the order of the files, and the files that can't be."""

    reports: tuple[Audited, ...]
    unread: tuple[Unread, ...]

    @property
    def is_faulty(self) -> bool:
        return bool(self.unread) or any(each.is_faulty for each in self.reports)

    def to_json(self) -> dict[str, Any]:
        unread = [{"file": str(each.listed.path), "error": each.error.what} for each in self.unread]
        return {"reports": [each.to_json() for each in self.reports], "unread": unread}


def audit(
    listed: Sequence[Listed],
    here: Project | None = None,
    *,
    year: int | None = None,
    jobs: int = 1,
    seen: Callable[[], None] = lambda: None,
) -> Audit:
    """Published files held against all rules, and against each other; nothing is fetched, and nothing is kept.

    `here` is the project whose register, editions and earlier reports count, where there is one; `year` that of files
    of which nothing else says it. `seen` is called after each file that was read.
    """
    with TemporaryDirectory(prefix="reportkit-audit-") as room:
        folder = Path(room) / "project"
        project = open_scratch(folder, here)
        read = []
        for each in spread(project, partial(read_page, year=year), listed, jobs, _FEW):
            read.append(each)
            seen()
        pages = [each for each in read if isinstance(each, ReadPage)]
        unread = tuple(each for each in read if isinstance(each, Unread))
        reports = _assessed(folder, project.editions, pages, here, jobs) if pages else ()
        return Audit(tuple(reports), unread)


Report = tuple[int, str]
"""A year and a body's id."""


def _assessed(
    folder: Path, editions: Editions, pages: Sequence[ReadPage], here: Project | None, jobs: int
) -> list[Audited]:
    subjects, whose = subjects_of(pages, None if here is None else here.register)
    of_report: dict[Report, list[ReadPage]] = {}
    for page, subject in zip(pages, whose, strict=True):
        of_report.setdefault((page.year, subjects[subject].department.id), []).append(page)
    for versions in of_report.values():
        versions.sort(key=lambda each: (_BEST_FIRST.index(each.kind), len(each.said.doubts)))
    write_register(folder, subjects, parents_of(subjects, [each.listed for each in pages]), here)
    for (year, department), versions in of_report.items():
        edition = editions.for_year(year)
        write_submission(folder, edition, year, department, _figures(versions), _words(versions))
    known = {each.department.id: each for each in subjects}
    before = [(year - 1, body) for year, body in of_report if here and known[body].is_registered]
    from_project = {*copy_history(folder, here, before)} if here is not None else set()
    project = Project(folder)
    tasks = [
        Task(
            subject,
            [
                (year, _preamble(versions), frozenset.union(*(each.undivided for each in versions)))
                for (year, body), versions in of_report.items()
                if body == subject.department.id
            ],
        )
        for subject in subjects
    ]
    found: dict[Report, Assessed] = {
        (each.year, each.department): each for several in spread(project, assess, tasks, jobs, _FEW) for each in several
    }
    alike = copies(project, [*found.values()])
    return [
        _audited(editions, known[body], year, versions, found[year, body], alike.get((year, body), ()),
                 "audited" if (year - 1, body) in of_report else "project" if (year - 1, body) in from_project else "")
        for (year, body), versions in of_report.items()
    ]  # fmt: skip


def _figures(versions: Sequence[ReadPage]) -> dict[str, Any]:
    """The figures that were read surely, each of the best file that has it."""
    found: dict[str, Any] = {}
    for page in reversed(versions):
        found |= {cell: each.value for cell, each in page.said.figures.items() if cell not in page.said.doubts}
    return found


def _words(versions: Sequence[ReadPage]) -> dict[str, Any]:
    """The words of each part, of the best file that has them."""
    return {slot: said for page in reversed(versions) for slot, said in page.words.items()}


def _preamble(versions: Sequence[ReadPage]) -> str:
    return "\n\n".join(each.text for each in _words(versions).get(PREAMBLE, ()))


def _audited(
    editions: Editions,
    subject: Subject,
    year: int,
    versions: Sequence[ReadPage],
    assessed: Assessed,
    alike: Sequence[Finding],
    history: str,
) -> Audited:
    edition = editions.for_year(year)
    figures: Mapping[str, Any] = _figures(versions)
    found = [each for each in assessed.findings if not _is_of_blanks(each, figures)]
    found += _new(alike, found)
    found += [each for page in versions for each in check_page(page, subject, edition, editions)]
    found += check_copies(edition, versions)
    return Audited(
        year=year,
        subject=subject,
        files=tuple(each.name for each in versions),
        findings=tuple((each, quote(each, versions, edition)) for each in gravest_first(_once(found))),
        cells_read=sum(cell in figures for cell in edition.cells),
        cells=len(edition.cells),
        history=history,
        error=assessed.error,
    )


def _is_of_blanks(finding: Finding, figures: Mapping[str, Any]) -> bool:
    """Whether it is of cells without a number: which of them are blank there, and which weren't read, the page says."""
    return finding.rule == _BLANKS and not any(figures.get(cell) is not None for cell in finding.cells)


def _new(alike: Sequence[Finding], found: Sequence[Finding]) -> Iterator[Finding]:
    """Likenesses of parts of which none was found before."""
    known = {(each.rule, each.where) for each in found}
    yield from (each for each in alike if (each.rule, each.where) not in known)


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Findings that two files of a report have in common, once; a part that one file lacks and another has, not."""
    return [*{(each.rule, each.what, each.where, each.quote): each for each in found}.values()]
