"""Open data: the figures of all published reports of a year as one table, and the dictionary of its columns."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from reportkit.editions import Editions
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


def year_csv(editions: Editions, register: Register, reports: Sequence[Published]) -> bytes:
    """One row a report, one column a figure by its id; empty where missing. UTF-8 with a mark, as Excel wants it."""
    cells = _cells(editions, reports)
    rows = (
        [
            *map(never_formula, _about(register, each)),
            *("" if value is None else str(value) for value in _values(editions, cells, each)),
        ]
        for each in reports
    )
    return _csv([[*_ABOUT, *cells], *rows])


def year_json(editions: Editions, register: Register, reports: Sequence[Published]) -> bytes:
    """The same as JSON: `columns` are ids of figures; each report has its `values` in that order, null where missing.

    An amount is text, so that no digit is lost.
    """
    cells = _cells(editions, reports)
    content = {
        "columns": cells,
        "reports": [
            {
                **dict(zip(_ABOUT, _about(register, each), strict=True)),
                "year": each.year,
                "values": _values(editions, cells, each),
            }
            for each in reports
        ],
    }
    return f"{json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def dictionary_csv(editions: Editions) -> bytes:
    """What each column means: edition, id, label, unit."""
    return _csv(
        [
            ("edition", "id", "label", "unit"),
            *((row[0], row[1], never_formula(row[2]), row[3]) for row in _dictionary(editions)),
        ]
    )


def dictionary_json(editions: Editions) -> bytes:
    """The same as JSON."""
    columns = [dict(zip(("edition", "id", "label", "unit"), row, strict=True)) for row in _dictionary(editions)]
    return f"{json.dumps(columns, ensure_ascii=False, indent=1)}\n".encode()


def _dictionary(editions: Editions) -> Iterable[tuple[str, str, str, str]]:
    yield from (("", name, label, "") for name, label in _ABOUT.items())
    for edition in map(editions.load, editions.ids):
        yield from ((edition.id, cell.id, cell.label, cell.unit) for cell in edition.cells.values())


def _cells(editions: Editions, reports: Sequence[Published]) -> list[str]:
    """The figures of a year's reports; those of an edition that a project extended meanwhile may lack some."""
    orders = dict.fromkeys(each.cells or tuple(editions.load(each.edition).cells) for each in reports)
    return list(dict.fromkeys(cell for order in orders for cell in order))


def _about(register: Register, report: Published) -> tuple[str, ...]:
    level = register[report.department].level
    published_on = report.facts.get("published_on", "")
    return report.department, report.name, level, str(report.year), report.edition, published_on


def _values(editions: Editions, columns: Sequence[str], report: Published) -> list[int | str | None]:
    """A report's figures in the order of the columns."""
    stated = dict(zip(report.cells or editions.load(report.edition).cells, report.values, strict=True))
    return [stated.get(cell) for cell in columns]


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return _MARK + text.getvalue().encode()
