"""An audit as a workbook: 问题清单 to be filled in as problems are put right, the bodies, and the criteria."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from xlsxwriter.workbook import Workbook

from reportkit.auditing.audit import Audit
from reportkit.auditing.shown import PROBLEMS, problems, rules_of, summary
from reportkit.editions import Editions
from reportkit.model import Severity
from reportkit.text.strings import printable
from reportkit.workbook.sheets import Book, Sheet, lines_of

PROBLEMS_SHEET, BODIES_SHEET, CRITERIA_SHEET = "问题清单", "各单位情况", "评价标准"
_PROBLEMS = {
    "序号": 5.5, "单位": 20, "年度": 6.5, "程度": 7, "评价标准": 30, "问题明细": 52, "整改要求": 26,
    "整改情况": 14, "完成日期": 12, "整改说明": 24,
}  # fmt: skip
"""Heads of the columns, and how wide they are; the last three are filled in."""
_FILLED_IN = ("整改情况", "完成日期", "整改说明")
_DONE = ("已整改", "正在整改", "不属实")
_BODIES = {"序号": 5.5, "单位": 30, "年度": 6.5, "错误": 7, "提醒": 7, "未能核对": 9, "读出格数": 10, "文件": 50}
_CRITERIA = {"规则": 8, "评价标准": 50, "依据": 60, "涉及报告数": 11}


def audit_workbook(editions: Editions, audit: Audit) -> bytes:
    """The .xlsx of an audit; no text in it is a formula, and the same audit gives the same bytes."""
    written = io.BytesIO()
    book = Book(Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}))
    newest = max((each.year for each in audit.reports), default=2024)
    book.workbook.set_properties(
        {"title": "政府信息公开工作年度报告审核问题清单", "created": datetime(newest + 1, 1, 1)}
    )
    _problems(book, editions, audit)
    _bodies(book, audit)
    _criteria(book, editions, audit)
    book.workbook.close()
    return written.getvalue()


def _sheet(book: Book, name: str, columns: Mapping[str, float], title: str) -> Sheet:
    """A sheet with a title and heads that stay in sight; its hidden first column stays empty."""
    sheet = book.sheet(name, [*columns.values()], landscape=True)
    sheet.line(title, "title")
    for column, head in enumerate(columns, 1):
        sheet.text(column, head, "head")
    sheet.height(2)
    sheet.worksheet.freeze_panes(sheet.row + 1, 3)
    sheet.worksheet.repeat_rows(sheet.row)
    sheet.row += 1
    return sheet


def _row(sheet: Sheet, values: Iterable[str | int], styles: dict[int, str]) -> None:
    """A row of texts and numbers, as high as its longest text needs."""
    lines = 1
    for column, value in enumerate(values, 1):
        style = styles.get(column, "stub")
        if isinstance(value, int):
            sheet.worksheet.write_number(sheet.row, column, value, sheet.book.style(style))
        elif value:
            sheet.text(column, printable(value), style)
            lines = max(lines, lines_of(printable(value), sheet.widths[column - 1]))
        else:
            sheet.worksheet.write_blank(sheet.row, column, None, sheet.book.style(style))
    sheet.height(lines)
    sheet.row += 1


def _problems(book: Book, editions: Editions, audit: Audit) -> None:
    sheet = _sheet(book, PROBLEMS_SHEET, _PROBLEMS, "政府信息公开工作年度报告审核问题清单")
    heads = [*_PROBLEMS]
    styles = {heads.index(each) + 1: "day" if each == "完成日期" else "line" for each in _FILLED_IN}
    first = sheet.row
    number = 0
    for audited in audit.reports:
        for each in problems(editions, audited, PROBLEMS):
            number += 1
            criterion = f"{each.criterion}（{each.rule}）\n{each.law}"
            values = (number, audited.name, audited.year, each.kind, criterion, each.detail, each.fix)
            _row(sheet, (*values, *("" for _ in _FILLED_IN)), styles)
    if number:
        column = heads.index("整改情况") + 1
        what = {
            "validate": "list",
            "source": [*_DONE],
            "error_title": "请从列表中选",
            "error_message": "、".join(_DONE),
        }
        sheet.worksheet.data_validation(first, column, sheet.row - 1, column, what)
        sheet.worksheet.autofilter(first - 1, 1, sheet.row - 1, len(heads))
    else:
        sheet.line("没有发现需要整改的问题。", "said")


def _bodies(book: Book, audit: Audit) -> None:
    sheet = _sheet(book, BODIES_SHEET, _BODIES, summary(audit))
    for number, each in enumerate(audit.reports, 1):
        found = [finding.severity for finding, _ in each.findings]
        counts = (found.count(level) for level in (Severity.ERROR, Severity.WARNING, Severity.UNASSESSABLE))
        read = f"{each.cells_read}/{each.cells}"
        _row(sheet, (number, each.name, each.year, *counts, read, "\n".join(each.files)), {})
    for unread in audit.unread:
        error = unread.error.shown("zh")
        _row(sheet, ("", f"（未能审核）{unread.listed.path.name}", "", "", "", "", "", f"{error.what} {error.fix}"), {})


def _criteria(book: Book, editions: Editions, audit: Audit) -> None:
    sheet = _sheet(book, CRITERIA_SHEET, _CRITERIA, "所用的评价标准，及有问题的报告数")
    rules = {rule: spec for each in audit.reports for rule, spec in rules_of(editions, each.year).items()}
    for rule, spec in rules.items():
        broken = sum(
            any(finding.rule == rule and finding.severity in PROBLEMS for finding, _ in each.findings)
            for each in audit.reports
        )
        if broken:
            _row(sheet, (rule, spec.name, spec.law, broken), {})
