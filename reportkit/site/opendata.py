"""Open data: the figures of all published reports of a year as one table, and the dictionary of its columns."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from reportkit.editions import edition_ids, load_edition
from reportkit.model import Register
from reportkit.publishing.data import never_formula
from reportkit.site.published import Published

_MARK = b"\xef\xbb\xbf"
_ABOUT = {
    "department": "机关的 id",
    "name": "机关名称",
    "level": "行政层级",
    "year": "报告年度",
    "edition": "格式版本",
    "published_on": "发布日期",
}
"""The columns before the figures."""


def year_csv(register: Register, reports: Sequence[Published]) -> bytes:
    """One row a report, one column a figure by its id; empty where missing. UTF-8 with a mark, as Excel wants it."""
    head = [*_ABOUT, *_cells(reports)]
    rows = ([*map(never_formula, _about(register, each)), *_values(each)] for each in reports)
    return _csv([head, *rows])


def year_json(register: Register, reports: Sequence[Published]) -> bytes:
    """The same as JSON: `columns` are ids of figures; each report has its `values` in that order, null where missing.

    An amount is text, so that no digit is lost.
    """
    content = {
        "columns": _cells(reports),
        "reports": [
            {**dict(zip(_ABOUT, _about(register, each), strict=True)), "year": each.year, "values": list(each.values)}
            for each in reports
        ],
    }
    return f"{json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def dictionary_csv() -> bytes:
    """What each column means: edition, id, label, unit."""
    return _csv(
        [
            ("edition", "id", "label", "unit"),
            *((row[0], row[1], never_formula(row[2]), row[3]) for row in _dictionary()),
        ]
    )


def dictionary_json() -> bytes:
    """The same as JSON."""
    columns = [dict(zip(("edition", "id", "label", "unit"), row, strict=True)) for row in _dictionary()]
    return f"{json.dumps(columns, ensure_ascii=False, indent=1)}\n".encode()


def _dictionary() -> Iterable[tuple[str, str, str, str]]:
    yield from (("", name, label, "") for name, label in _ABOUT.items())
    for edition in map(load_edition, edition_ids()):
        yield from ((edition.id, cell.id, cell.label, cell.unit) for cell in edition.cells.values())


def _cells(reports: Sequence[Published]) -> list[str]:
    """A year has one edition, so all its reports have the same cells."""
    return list(load_edition(reports[0].edition).cells) if reports else []


def _about(register: Register, report: Published) -> tuple[str, ...]:
    level = register[report.department].level
    published_on = report.facts.get("published_on", "")
    return report.department, report.name, level, str(report.year), report.edition, published_on


def _values(report: Published) -> Iterable[str]:
    return ("" if value is None else str(value) for value in report.values)


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return _MARK + text.getvalue().encode()
