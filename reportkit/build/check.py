"""The findings of many reports at once, in several processes: what the command `check` does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportkit.build.plan import blocks_publication, check_report
from reportkit.build.processes import spread
from reportkit.checks.similarity import SaidText, check_units, texts
from reportkit.errors import ReportkitError
from reportkit.inputs.project import Project
from reportkit.model import Checked, Figures, Finding

_FEW = 12
"""Departments whose reports are checked sooner by one process than by several."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one unit of a year said, to be compared with the others'."""

    year: int
    department: str
    prose: dict[str, str]
    figures: Figures


Work = tuple[str, list[tuple[int, bool]]]
Result = tuple[list[Checked], list[_Said]]


def check_reports(project: Project, targets: Sequence[tuple[int, str]], jobs: int) -> list[Checked]:
    """The findings of each report, in the order given, those on what units of a year have in common among them."""
    wanted = set(targets)
    involved: dict[str, list[int]] = {}
    for year in sorted({year for year, _ in targets}):
        for department in project.submitted(year):
            involved.setdefault(department, []).append(year)
    work = [
        (department, [(year, (year, department) in wanted) for year in years]) for department, years in involved.items()
    ]
    found: dict[tuple[int, str], Checked] = {}
    said: list[_Said] = []
    for checked, said_there in spread(project, _department, work, jobs, _FEW):
        found.update({(each.year, each.department): each for each in checked})
        said += said_there
    for report, findings in _common(project, said, wanted).items():
        if report in found and found[report].error is None:
            found[report] = replace(found[report], findings=(*found[report].findings, *findings))
    return [found[target] for target in targets]


def _department(project: Project, work: Work) -> Result:
    """A department's reports: the chosen ones checked, and what each year says."""
    department, years = work
    checked: list[Checked] = []
    said: list[_Said] = []
    for year, wanted in years:
        if wanted:
            checked.append(_one(project, year, department))
        try:
            submission = project.submission(year, department)
        except ReportkitError:
            continue
        if department not in project.register:
            continue
        said.append(_Said(year, department, dict(submission.prose), submission.figures))
    project.forget(department)
    return checked, said


def _one(project: Project, year: int, department: str) -> Checked:
    name = project.register[department].name if department in project.register else department
    try:
        findings, figures = check_report(project, year, department)
    except ReportkitError as error:
        return Checked(year, department, name, (), False, error)
    draft, missing = blocks_publication(findings, figures), len(figures.missing())
    return Checked(year, department, name, findings, draft, missing=missing)


def _common(
    project: Project, said: Sequence[_Said], wanted: set[tuple[int, str]]
) -> dict[tuple[int, str], list[Finding]]:
    """The findings on what units of one year have in common."""
    found: dict[tuple[int, str], list[Finding]] = {}
    names = {body.id: body.name for body in project.register}
    for year in sorted({year for year, _ in wanted}):
        try:
            edition = project.editions.for_year(year)
        except ReportkitError:
            continue  # each report of that year says so
        if "C-1" not in edition.rulebook:
            continue
        labels = {slot.id: slot.label for slot in edition.slots.values()}
        units: dict[str, list[SaidText]] = {}
        tables: dict[str, Figures] = {}
        for each in said:
            if each.year == year:
                units[each.department] = texts(each.department, each.prose, labels)
                tables[each.department] = each.figures
        for department, findings in check_units(edition, units, tables, names).items():
            if findings and (year, department) in wanted:
                found[year, department] = findings
    return found
