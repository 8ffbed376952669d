"""The figures of a report as open data: figures.json and figures.csv, each cell by id with its Chinese label."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from reportkit.editions.edition import Edition
from reportkit.model import DocumentHead, Figures, Finding, Value, format_number
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes

FINDINGS = "findings.json"
COLUMNS = ("id", "label", "unit", "value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def figures_json(edition: Edition, figures: Figures, head: DocumentHead) -> bytes:
    """Each cell by id: label, unit, value (an amount as text, so that no digit is lost; null where missing)."""
    cells = {
        spec.id: {"value": _json_value(figures[spec.id]), "label": spec.label, "unit": spec.unit}
        for spec in edition.cells.values()
    }
    stated = head.to_json()
    about = {key: stated[key] for key in ("title", "name", "department", "year", "published_on", "decisions")}
    return json_bytes({"edition": edition.id, **about, "figures": cells})


def figures_csv(edition: Edition, figures: Figures) -> bytes:
    """One row a cell: id, label, unit, value (empty where missing). UTF-8 with a mark, as Excel wants it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for spec in edition.cells.values():
        value = figures[spec.id]
        shown = "" if value is None else format_number(value)
        writer.writerow([spec.id, never_formula(spec.label), spec.unit, shown])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def never_formula(text: str) -> str:
    """Text that a spreadsheet takes as text: what begins like a formula gets an apostrophe in front."""
    return "'" + text if text.startswith(_FORMULA) else text


def read_findings(content: bytes) -> tuple[Finding, ...]:
    """The findings in a findings.json."""
    return tuple(Finding.from_json(each) for each in read_json(content))


def findings_json(findings: Iterable[Finding]) -> bytes:
    """All findings of a report, in the order of the checks."""
    return json_bytes([finding.to_json() for finding in findings])


def _json_value(value: Value) -> int | str | None:
    return format_number(value) if isinstance(value, Decimal) else value
