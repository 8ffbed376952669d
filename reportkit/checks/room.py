"""Whether each figure has room in its column of the printed tables."""

from reportkit.checks.evidence import Evidence, finding
from reportkit.editions import lay_out
from reportkit.editions.squeeze import too_long
from reportkit.model import Finding


def check_room(evidence: Evidence) -> list[Finding]:
    """Rule FIT: an error for each figure that fits its column in no legible size."""
    rule, edition = evidence.rule("FIT"), evidence.edition
    if rule is None:
        return []
    tables = (lay_out(edition, table.id, evidence.figures) for table in edition.tables)
    return [
        finding(rule, f"数字“{cell.text}”太长，表中放不下", edition.cells[cell.id].label, cells=(cell.id,))
        for table in tables
        for cell in too_long(table)
        if cell.id is not None
    ]
