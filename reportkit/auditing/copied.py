"""Rule C-1 over all that was audited: reports that are copies of another body's, or of another year's."""

from collections.abc import Sequence

from reportkit.auditing.assess import Assessed
from reportkit.checks.similarity import SaidText, check_units, texts
from reportkit.inputs.project import Project
from reportkit.model import Figures, Finding, Submission


def copies(project: Project, reports: Sequence[Assessed]) -> dict[tuple[int, str], list[Finding]]:
    """By year and body what a report has in common with others of the same format, of whatever body and year."""
    found: dict[tuple[int, str], list[Finding]] = {}
    by_edition: dict[str, list[Submission]] = {}
    for report in reports:
        if report.said is not None:
            by_edition.setdefault(report.said.figures.edition, []).append(report.said)
    for edition_id, said in by_edition.items():
        edition = project.editions.load(edition_id)
        if "C-1" not in edition.rulebook:
            continue
        labels = {slot.id: slot.label for slot in edition.slots.values()}
        several = len({each.year for each in said}) > 1
        units: dict[str, list[SaidText]] = {}
        tables: dict[str, Figures] = {}
        names: dict[str, str] = {}
        reports_of: dict[str, tuple[int, str]] = {}
        for each in said:
            unit = f"{each.year}/{each.department}"
            known = {slot: words for slot, words in each.prose.items() if slot in labels}
            units[unit], tables[unit] = texts(unit, known, labels), each.figures
            name = project.department(each.department).name
            names[unit], reports_of[unit] = (
                f"{name}{each.year}年的报告" if several else name,
                (each.year, each.department),
            )
        for unit, findings in check_units(edition, units, tables, names).items():
            if findings:
                found[reports_of[unit]] = findings
    return found
