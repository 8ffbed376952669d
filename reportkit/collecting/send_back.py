"""What can't be accepted goes back: the same data in a fresh workbook, what is wrong beside them, and a letter."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.build.plan import check_report
from reportkit.collecting.collect import Collected
from reportkit.collecting.edit_submission import edited
from reportkit.editions.sums import sums_of
from reportkit.errors import InputError, ReportkitError
from reportkit.inputs.files import submission_path
from reportkit.inputs.handed_in import FoundFigure, HandedIn, Place
from reportkit.inputs.project import Project
from reportkit.model import Finding, Severity
from reportkit.publishing.notice import Notice
from reportkit.starting.submission_text import submission_text
from reportkit.text.severities import gravest_first
from reportkit.workbook.write import SentBack, file_name, workbook_of

_MOST_CELLS = 4
"""Cells of a finding that each have a comment; of more only the sum has."""


@dataclass(frozen=True)
class Returned:
    """What goes back to a department: files by name."""

    year: int
    department: str
    files: Mapping[str, bytes]


def goes_back(collected: Collected) -> bool:
    """Whether a file can't be accepted as it is, and it is known whose it is."""
    is_wrong = bool(collected.errors) or any(each.is_error for each in collected.findings)
    return collected.handed_in is not None and is_wrong


def sent_back(project: Project, collected: Collected, by: str, on: date, version: int = 1) -> Returned:
    """A fresh workbook with the data of a file, and the 退回意见 as text and Word.

    A figure that can't be read surely is blank there, and its comment says what stood in the file. `version`: which of
    several files of the same report it is, for the names of what goes back.
    """
    handed_in = collected.handed_in
    assert handed_in is not None
    year, department = handed_in.year or 0, handed_in.department or ""
    name = submission_path(year, department)
    body, report = project.department(department), project.editions.publication_for(year).report
    has = project.has_submission(year, department)
    text = project.files.read(name).decode("utf-8-sig") if has else submission_text(project.editions, body, year)
    with TemporaryDirectory() as room:
        path = Path(room) / f"{department}.yaml"
        path.write_text(edited(project.editions.for_year(year), text, _with_blanks(handed_in)), encoding="utf-8")
        made_of = project.files.digest(name) if has else ""
        words = f"退回修改：“{handed_in.file}”有下列问题，请改正后重新报送。有问题的格旁边有批注；读不准的格已经留空。"
        with_it = project.with_submission(year, department, path)
        broken = collected.findings or check_report(with_it, year, department)[0]
        sure = (each for each in broken if not {*each.cells} & handed_in.doubts.keys())
        found = gravest_first([*map(_as_finding, collected.errors), *sure])
        findings = tuple(each for each in found if _is_asked_for(each))
        back = SentBack(words, findings, _comments(project, handed_in, findings), made_of or "")
        content = workbook_of(with_it, year, department, back)
    notice = Notice(year, body.name, report, findings, "", by, on)
    start = file_name(project, year, department).removesuffix(".xlsx")
    end = f"-{version}" if version > 1 else ""
    files = {f"{start}-退回{end}.xlsx": content, f"{start}-退回意见{end}.txt": notice.text().encode()}
    return Returned(year, department, {**files, f"{start}-退回意见{end}.docx": notice.docx()})


def _with_blanks(handed_in: HandedIn) -> HandedIn:
    """With the figures that can't be read surely as blanks."""
    blank = dict.fromkeys(handed_in.doubts, FoundFigure(None, Place("", "")))
    return replace(handed_in, figures={**handed_in.figures, **blank})


def _is_asked_for(finding: Finding) -> bool:
    return finding.waiver is None and not finding.lacks_history and finding.severity is not Severity.INFORMATION


def _as_finding(error: ReportkitError) -> Finding:
    """What can't be read, as reviewers' findings are said."""
    where = str(error.where).replace(", ", "　")
    what, fix = (error.said.text(part, "zh") for part in ("what", "fix"))
    return Finding("", Severity.ERROR, what.rstrip("。"), where, fix)


def _comments(project: Project, handed_in: HandedIn, findings: Iterable[Finding]) -> Mapping[str, str]:
    """What is said beside each cell and place for words."""
    found: dict[str, list[str]] = {}
    for cell, errors in handed_in.doubts.items():
        found.setdefault(cell, []).extend(map(_said, errors))
    for each in findings:
        for place in _places(project, handed_in, each):
            found.setdefault(place, []).append(f"{each.what}。{each.fix}")
    return {place: "\n".join(dict.fromkeys(texts)) for place, texts in found.items()}


def _said(error: InputError) -> str:
    return f"{error.said.text('what', 'zh')}（{error.where}）。{error.said.text('fix', 'zh')}"


def _places(project: Project, handed_in: HandedIn, finding: Finding) -> Iterator[str]:
    sums = sums_of(project.editions.for_year(handed_in.year or 0))
    few = len(finding.cells) <= _MOST_CELLS
    yield from finding.cells if few else [each for each in finding.cells if each in sums] or finding.cells[:1]
    if finding.slot:
        yield finding.slot
