"""The summary of a year: all bodies' figures in one workbook to look at, and who is to be reminded."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from reportkit.collecting.filings import HANDED_IN, NOT_HANDED_IN, Filing, Filings
from reportkit.collecting.received import when
from reportkit.collecting.reminders import reminders
from reportkit.collecting.summary_columns import FigureColumn, figure_columns, runs
from reportkit.collecting.summary_sheet import (
    FIRST,
    Shown,
    shade,
    summary_book,
    summary_sheet,
    widest,
    write_rows,
)
from reportkit.editions import Edition
from reportkit.editions.tables import TableSpec
from reportkit.inputs.workbook.marks import TABLE_SHEET
from reportkit.text.strings import printable
from reportkit.workbook.sheets import Book, Sheet, lines_of, width_of

OVERVIEW_SHEET, REMINDERS_SHEET = "报送情况", "催报"
_NAME = "机关"
_OVERVIEW = {
    "序号": FIRST, _NAME: 0, "报送": 7, "公布期限": 12, "来文": 26, "收到时间": 17, "收到以后": 11,
    "错误数": 7, "空白格": 7, "说明": 30,
}  # fmt: skip
_REMINDERS = {
    "序号": FIRST, _NAME: 0, "情况": 30, "公布期限": 12, "剩余天数": 7, "期限": 11, "收到时间": 17, "联系电话": 20,
}  # fmt: skip
_BODIES = {"序号": FIRST, _NAME: 0, "报送": 7, "空白格": 6.5}
"""Heads of columns, and how wide they are; `_BODIES` are those before the figures. Names are as wide as they need."""
_NARROWEST_NAME, _WIDEST_NAME = 14, 30
_STATE, _BLANKS = 2, 3
"""The columns of tables in which a body's state and its blank cells stand."""
_PAGE_PX = 1026
"""What fits in a line of A4 across, at full size."""
_SLACK = 1.38
"""How much wider columns may be where the font that they are measured by isn't there, as in many a LibreOffice."""
_SMALLEST, _USUAL = 0.6, 0.7
"""How small a sheet may be printed that is one page wide; and how small one that isn't."""


def summary_of(edition: Edition, filings: Filings, on: date) -> bytes:
    """The .xlsx of a year: who has handed in, who is to be reminded on a day, and a sheet a table with a body a row.

    Blank is what is missing, never 0, and nothing is added up. The same inputs and day give the same bytes.
    """
    written = io.BytesIO()
    book = Book(Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}))
    summary_book(book)
    title = f"{filings.year}年{filings.report}汇总"
    book.workbook.set_properties({"title": title, "created": datetime(filings.year + 1, 1, 1)})
    _overview(book, filings)
    _reminders(book, filings, on)
    for table in edition.tables:
        if any(section.table == table.id for section in edition.sections):
            _table(book, table, filings)
    book.workbook.close()
    return written.getvalue()


def _overview(book: Book, filings: Filings) -> None:
    """Every body that must report: whether it has, with which file and when, and what the rules say of it."""
    sheet = summary_sheet(book, OVERVIEW_SHEET, _widths(_OVERVIEW, filings))
    _line(sheet, f"{filings.year}年{filings.report}报送情况", "heading")
    _line(sheet, filings.counted, "said")
    first = sheet.row + 1
    write_rows(sheet, [*_OVERVIEW], [[*_overview_row(number, each)] for number, each in enumerate(filings.each, 1)])
    _shade_absent(sheet, first, len(_OVERVIEW))
    sheet.row += 1
    for line in _notes(filings):
        _line(sheet, line, "small")


def _overview_row(number: int, filing: Filing) -> Iterator[Shown]:
    counts = filing.received.counts if filing.received else None
    yield from (number, filing.department.name, filing.state, filing.due)
    yield None if counts is None else counts.file
    yield None if counts is None else _moment(when(counts))
    yield None if filing.received is None else filing.received.said
    yield from (filing.errors, filing.missing, "；".join(_remarks(filing)))


def _remarks(filing: Filing) -> Iterator[str]:
    if not filing.asked:
        yield "不要求报送"
    if filing.is_blank_form:
        yield "只有还没有填的填报文件"
    if filing.problem:
        yield f"填报文件读不了：{filing.problem}"
    if filing.returned:
        yield "审核退回，还没有修改"
    if filing.unassessed and not filing.errors and not filing.missing:
        yield f"{filing.unassessed}项未能核对"


def _notes(filings: Filings) -> Iterator[str]:
    yield "空白是没有报或者没有填，不是0。这里不作任何合计：只要缺一个数，合计就不是全部。"
    yield "可以筛选、排序、复制，不能填写。数有变动的，改填报文件，再重新汇总。错误的内容用 reportkit check 查看。"
    yield "各表中，灰色的行未报；黄色的格没有填；红色的行在汇总以后有数被删掉或者补上，不能再用。"
    yield "来文、收到时间取自收取记录。没有记录的，是直接填写的，或者记录在别的电脑上。"
    if filings.unknown:
        names = "、".join(f"{printable(each)}.yaml" for each in filings.unknown)
        yield f"另有{len(filings.unknown)}个填报文件不属于名录中的任何单位，没有汇总：{names}"


def _reminders(book: Book, filings: Filings, on: date) -> None:
    """Who has not handed in, or has to correct something, by the days that are left on a day."""
    sheet, found = summary_sheet(book, REMINDERS_SHEET, _widths(_REMINDERS, filings)), reminders(filings, on)
    _line(sheet, f"{filings.year}年{filings.report}催报名单（{on.year}年{on.month}月{on.day}日）", "heading")
    closed = f"{filings.year}年度已封存，不再催报。" if filings.closed else ""
    said = "" if found else "没有需要催报的单位。"
    _line(sheet, closed or f"{filings.counted}{said}", "said")
    first, rows = sheet.row + 1, list[list[Shown]]()
    for number, each in enumerate(found, 1):
        filing = each.filing
        counts = filing.received.counts if filing.received else None
        rows.append([number, filing.department.name, filing.wanting, filing.due, each.days_left, each.left])
        rows[-1] += [None if counts is None else _moment(when(counts)), filing.department.contact.phone]
    write_rows(sheet, [*_REMINDERS], rows)
    if rows:
        late = f"=${xl_rowcol_to_cell(first, 4)}<0"
        shade(sheet, first, first + len(rows) - 1, late, "wrong", (4, 5))


def _table(book: Book, table: TableSpec, filings: Filings) -> None:
    """A statutory table with a body a row: heads by row and column of the table, then its figures as numbers."""
    columns, before = figure_columns(table), len(_BODIES)
    cells = [column.cell.id for column in columns]
    stated = [each.figures for each in filings.each]
    widths = [
        widest([column.head], [None if figures is None else figures[column.cell.id] for figures in stated])
        for column in columns
    ]
    name = TABLE_SHEET.format(number=table.number)
    sheet = summary_sheet(book, name, [*_widths(_BODIES, filings), *widths])
    _heads(sheet, table, columns, filings.year)
    first, rows = sheet.row + 1, list[list[Shown]]()
    for number, each in enumerate(filings.each, 1):
        values = [None if each.figures is None else each.figures[cell] for cell in cells]
        blanks = None if each.figures is None else values.count(None)
        rows.append([number, each.department.name, each.state, blanks, *values])
    styles = {before + number: "change" for number, each in enumerate(columns) if each.cell.kind == "change"}
    write_rows(sheet, [*_BODIES, *(each.head for each in columns)], rows, styles, frozen=before)
    _shade_changed(sheet, first, first + len(rows) - 1, len(columns))
    _shade_absent(sheet, first, before + len(columns))
    _pages(sheet, columns, widths)


def _heads(sheet: Sheet, table: TableSpec, columns: Sequence[FigureColumn], year: int) -> None:
    """What the table is, over the columns that every page has; then a row for each level of heads but the last."""
    before, top = len(_BODIES), sheet.row
    width = int(FIRST + sum(sheet.widths[: before - 1]))
    for text, style in (
        (f"表{table.number}　{table.caption}（{year}年）", "heading"),
        (f"单位：{table.unit}。空白是没有报或者没有填，不是0；不作合计。", "small"),
    ):
        sheet.text(0, text, style, to=before - 1)
        sheet.height(lines_of(text, width) * (1.3 if style == "heading" else 1))
        sheet.row += 1
    levels = len(columns[0].above)
    for level in range(levels):
        lines = 1.0
        for start, end in runs(columns, level):
            label = columns[start].above[level]
            sheet.text(before + start, label, "head", to=before + end)
            room = sum(sheet.widths[before + start - 1 : before + end])
            lines = max(lines, lines_of(label, int(room)))
        for column in range(before):
            sheet.text(column, "", "head")
        sheet.height(lines)
        sheet.row += 1
    assert sheet.row == top + 2 + levels


def _shade_changed(sheet: Sheet, first: int, last: int, figures: int) -> None:
    """Red where a row's blanks aren't those that were counted; yellow where somebody who has handed in left a blank."""
    before, row = len(_BODIES), first
    start, end = (xl_rowcol_to_cell(row, column, col_abs=True) for column in (before, before + figures - 1))
    state, blanks = (xl_rowcol_to_cell(row, column, col_abs=True) for column in (_STATE, _BLANKS))
    is_there = f'{state}="{HANDED_IN}"'
    counted = f"=COUNTA({start}:{end})<>IF({is_there},{figures}-{blanks},0)"
    shade(sheet, first, last, counted, "wrong", (0, before + figures - 1))
    blank = f"=AND({is_there},ISBLANK({xl_rowcol_to_cell(row, before)}))"
    shade(sheet, first, last, blank, "doubt", (before, before + figures - 1))


def _shade_absent(sheet: Sheet, first: int, columns: int) -> None:
    state = xl_rowcol_to_cell(first, _STATE, col_abs=True)
    shade(sheet, first, sheet.row - 1, f'={state}="{NOT_HANDED_IN}"', "absent", (0, columns - 1))


def _pages(sheet: Sheet, columns: Sequence[FigureColumn], widths: Sequence[float]) -> None:
    """A table that would be too small on one page is printed on several, cut between rows of the statutory table."""
    bodies, most = sum(map(_px, (FIRST, *sheet.widths[: len(_BODIES) - 1]))), _PAGE_PX / _USUAL / _SLACK
    if bodies + sum(map(_px, widths)) <= _PAGE_PX / _SMALLEST:
        return
    sheet.worksheet.set_print_scale(int(_USUAL * 100))
    sheet.worksheet.repeat_columns(0, len(_BODIES) - 1)
    breaks, used = list[int](), bodies
    for start, end in runs(columns, len(columns[0].above) - 2 if len(columns[0].above) > 1 else 0):
        room = sum(map(_px, widths[start : end + 1]))
        if used + room > most and used > bodies:
            breaks.append(len(_BODIES) + start)
            used = bodies
        used += room
    sheet.worksheet.set_v_pagebreaks(breaks)


def _px(width: float) -> int:
    """How many pixels a column of some characters takes."""
    return int(7 * width) + 5


def _moment(text: str) -> Shown:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M")
    except ValueError:
        return text


def _widths(columns: Mapping[str, float], filings: Filings) -> list[float]:
    """How wide the columns behind the first one are, that of names as wide as the longest wants it."""
    longest = max(width_of(each.department.name) for each in filings.each)
    name = min(_WIDEST_NAME, max(_NARROWEST_NAME, longest + 2))
    return [name if head == _NAME else width for head, width in columns.items()][1:]


def _line(sheet: Sheet, text: str, style: str) -> None:
    """Words over the whole width, the first column too."""
    sheet.text(0, text, style, to=sheet.last)
    sheet.height(lines_of(text, int(sum(sheet.widths))) * (1.3 if style == "heading" else 1))
    sheet.row += 1
