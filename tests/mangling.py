"""Workbooks as they come back: our own, copied as values, or typed by an office; and what people do to them."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from reportkit.editions.layout import lay_out
from reportkit.editions.sums import sums_of
from reportkit.inputs.project import Project
from reportkit.model import Value
from reportkit.workbook.write import workbook_of
from tests.test_workbooks import changed, unmerged, without_marks

CAPTIONS = {"表二": "主动公开政府信息情况", "表三": "收到和处理政府信息公开申请情况", "表四": "行政复议、行政诉讼情况"}


@dataclass
class Handed:
    """A workbook in somebody's hands: where its figures are, and what somebody careful would read there.

    `refused`: it must not be taken; `cell` the place that a refusal must name then, where there is one.
    """

    project: Project
    year: int
    department: str
    book: Any
    at: dict[str, tuple[str, int, int]]
    truth: dict[str, Value]
    refused: bool = False
    cell: str = ""
    name: str = "报回.xlsx"

    stale: dict[str, str] = field(default_factory=dict)
    """Formulas whose last result stays what stands in their cell, by the cell's id."""

    def content(self) -> bytes:
        saved = io.BytesIO()
        self.book.save(saved)
        if not self.stale:
            return saved.getvalue()
        patched = io.BytesIO()
        with zipfile.ZipFile(saved) as old, zipfile.ZipFile(patched, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                for number, sheet in enumerate(self.book.sheetnames, 1):
                    if name == f"xl/worksheets/sheet{number}.xml":
                        data = self._with_formulas(data.decode(), sheet).encode()
                new.writestr(name, data)
        return patched.getvalue()

    def _with_formulas(self, data: str, sheet: str) -> str:
        for cell, formula in self.stale.items():
            name, row, column = self.at[cell]
            if name == sheet:
                place = f'<c r="{get_column_letter(column)}{row}"'
                data = re.sub(rf'({place}[^>]*?)( t="n")?><v>', rf"\1><f>{formula}</f><v>", data)
        return data

    def cell_of(self, cell: str) -> Any:
        sheet, row, column = self.at[cell]
        return self.book[sheet].cell(row, column)

    def some(self, rng: Random, table: str = "requests", *, sums: bool = False) -> str:
        """A figure that is there: of that table, above 0 and, unless sums will do, typed, where there is such a one."""
        edition = self.project.editions.for_year(self.year)
        known = sums_of(edition)
        cells = [each for each in self.at if self.truth[each]] or [
            each for each in self.at if self.truth[each] is not None
        ]
        cells = [each for each in cells if edition.cells[each].table == table] or cells
        return rng.choice([each for each in cells if sums or each not in known] or cells)

    def sheet_of(self, rng: Random) -> Any:
        return self.book[rng.choice(sorted({sheet for sheet, _, _ in self.at.values()}))]

    def moved(
        self, sheet: str, rows: Callable[[int], int], columns: Callable[[int], int] = lambda column: column
    ) -> None:
        """Tells where the figures of a sheet are now."""
        for cell, (name, row, column) in self.at.items():
            if name == sheet:
                self.at[cell] = (name, rows(row), columns(column))


def own(project: Project, year: int, department: str) -> Handed:
    """The workbook that goes out, filled in and saved by somebody."""
    content = changed(workbook_of(project, year, department), lambda book: [unmerged(each) for each in book.worksheets])
    book = openpyxl.load_workbook(io.BytesIO(content))
    at = {}
    for sheet in book.worksheets:
        ends: dict[int, str] = {}
        for row in sheet.iter_rows():
            mark = str(row[0].value or "")
            if mark == "rk:columns":
                ends = {each.column: str(each.value) for each in row[1:] if each.value}
            elif mark.startswith("rk:row:"):
                for column, end in ends.items():
                    cell = mark.removeprefix("rk:row:") + end
                    if cell in project.editions.for_year(year).cells:
                        at[cell] = (sheet.title, row[0].row, column)
    return Handed(project, year, department, book, at, dict(project.submission(year, department).figures.cells))


def as_values(project: Project, year: int, department: str) -> Handed:
    """The same, what is seen of it copied into a new workbook."""
    handed = own(project, year, department)
    without_marks(handed.book)
    return handed


def typed(project: Project, year: int, department: str, *, first_row: int = 3, first_column: int = 1) -> Handed:
    """Tables that an office has typed in a workbook of its own, with merged heads."""
    edition, figures = project.editions.for_year(year), project.submission(year, department).figures
    book, at = openpyxl.Workbook(), {}
    book.remove(book.active)
    for table in edition.tables:
        title = f"表{table.number}"
        sheet = book.create_sheet(title)
        sheet.cell(1, first_column, f"{project.department(department).name}{year}年{CAPTIONS[title]}")
        for placed in lay_out(edition, table.id, figures).placed():
            row, column, cell = first_row + placed.row, first_column + placed.column, placed.cell
            value = cell.text if cell.id is None else figures[cell.id]
            sheet.cell(row, column, float(value) if cell.id is not None and value is not None else value)
            if cell.id is not None:
                at[cell.id] = (title, row, column)
            elif cell.rowspan > 1 or cell.colspan > 1:
                last = row + cell.rowspan - 1, column + cell.colspan - 1
                sheet.merge_cells(start_row=row, start_column=column, end_row=last[0], end_column=last[1])
    return Handed(project, year, department, book, at, dict(figures.cells))


def insert_rows(handed: Handed, rng: Random) -> None:
    sheet = handed.sheet_of(rng)
    unmerged(sheet)
    at, count = rng.choice([row for name, row, _ in handed.at.values() if name == sheet.title]), rng.randint(1, 2)
    sheet.insert_rows(at, count)
    handed.moved(sheet.title, lambda row: row + count if row >= at else row)


def insert_columns(handed: Handed, rng: Random) -> None:
    sheet = handed.sheet_of(rng)
    unmerged(sheet)
    sheet.insert_cols(2, 1)
    handed.moved(sheet.title, lambda row: row, lambda column: column + 1 if column >= 2 else column)


def delete_rows(handed: Handed, rng: Random) -> None:
    """Rows of figures that this body has none of are taken out; and all rows below the table."""
    sheet = handed.book["表三"]
    unmerged(sheet)
    rows = {row for name, row, _ in handed.at.values() if name == "表三"}
    empty = [
        row for row in rows if not any(handed.truth[c] for c, (n, r, _) in handed.at.items() if (n, r) == ("表三", row))
    ]
    sheet.delete_rows(max(rows) + 1, 40)
    if empty:
        gone = rng.choice(empty)
        for cell in [each for each, (name, row, _) in handed.at.items() if (name, row) == ("表三", gone)]:
            del handed.at[cell]
            handed.truth[cell] = None
        labels = {column: sheet.cell(gone, column).value for column in range(2, 5)}
        sheet.delete_rows(gone)
        for column, label in labels.items():  # a group's label stands in the first of its rows
            if label and column < 4 and not sheet.cell(gone, column).value:
                sheet.cell(gone, column).value = label
        handed.moved("表三", lambda row: row - 1 if row > gone else row)


def move_sheets(handed: Handed, rng: Random) -> None:
    for _ in range(3):
        handed.book.move_sheet(rng.choice(handed.book.sheetnames), rng.choice([-2, -1, 1, 2]))


def rename_sheets(handed: Handed, rng: Random) -> None:
    for sheet in {name for name, _, _ in handed.at.values()}:
        new = rng.choice(["Sheet", "附件", "情况表", "统计"]) + sheet[-1]
        handed.book[sheet].title = new
        for cell, (name, row, column) in handed.at.items():
            handed.at[cell] = (new if name == sheet else name, row, column)


def unmerge(handed: Handed, rng: Random) -> None:
    for sheet in handed.book.worksheets:
        unmerged(sheet)


def merge_again(handed: Handed, rng: Random) -> None:
    """Group labels over their rows, titles over the width; never two figures."""
    sheet = handed.book["表三"]
    unmerged(sheet)
    rows = sorted({row for name, row, _ in handed.at.values() if name == "表三"})
    for column in (1, 2, 3):
        for row in rows:
            below = row + 1
            while below in rows and not any(sheet.cell(below, each).value for each in range(1, column + 1)):
                below += 1
            is_stub = column < min(c for n, _, c in handed.at.values() if n == "表三")
            if below > row + 1 and sheet.cell(row, column).value and is_stub and rng.random() < 0.7:
                sheet.merge_cells(start_row=row, start_column=column, end_row=below - 1, end_column=column)
    sheet.merge_cells(start_row=1, start_column=1 if sheet.cell(1, 1).value else 2, end_row=1, end_column=9)


def turn(handed: Handed, rng: Random) -> None:
    """Table 三 typed with its rows as columns."""
    sheet = handed.book["表三"]
    unmerged(sheet)
    filled = [
        (each.row, each.column, each.value)
        for row in sheet.iter_rows(min_row=2)
        for each in row
        if each.value is not None
    ]
    title = next(each.value for each in sheet[1] if each.value)
    first = min(row for row, _, _ in filled)
    made = handed.book.create_sheet("转置")
    made.cell(1, 1, f"{handed.project.department(handed.department).name}{handed.year}年{title}")
    for row, column, value in filled:
        made.cell(column + 1, row - first + 1, value)
    for cell, (name, row, column) in handed.at.items():
        if name == "表三":
            handed.at[cell] = ("转置", column + 1, row - first + 1)
    del handed.book["表三"]


def swap_columns(handed: Handed, rng: Random) -> None:
    sheet = unmerged(handed.book["表三"])
    columns = sorted({column for name, _, column in handed.at.values() if name == "表三"})
    one, other = columns[1], columns[2]  # of one group, so that its label stays above both
    if one + 1 != other:
        return
    other += 1
    first = min(row for name, row, _ in handed.at.values() if name == "表三") - 3
    for row in range(max(2, first), sheet.max_row + 1):
        a, b = sheet.cell(row, other - 1), sheet.cell(row, other)
        a.value, b.value = b.value, a.value
    there = {other - 1: other, other: other - 1}
    handed.moved("表三", lambda row: row, lambda column: there.get(column, column))


def add_subtotals(handed: Handed, rng: Random) -> None:
    sheet = unmerged(handed.book["表三"])
    rows = sorted({row for name, row, _ in handed.at.values() if name == "表三"})
    columns = sorted({column for name, _, column in handed.at.values() if name == "表三"})
    at = rng.choice(rows[3:10])
    sheet.insert_rows(at)
    handed.moved("表三", lambda row: row + 1 if row >= at else row)
    sheet.cell(at, columns[0] - 1, "小计")
    for column in columns:
        sheet.cell(at, column, rng.randint(100, 900))


def hide(handed: Handed, rng: Random) -> None:
    """Rows without figures, and a helper column, are hidden."""
    sheet = handed.book["表三"]
    rows = {row for name, row, _ in handed.at.values() if name == "表三"}
    for row in rows:
        if not any(handed.truth[c] for c, (n, r, _) in handed.at.items() if (n, r) == ("表三", row)):
            sheet.row_dimensions[row].hidden = True
    last = max(column for name, _, column in handed.at.values() if name == "表三") + 4
    sheet.cell(min(rows) - 1, last, "备用")
    sheet.column_dimensions[get_column_letter(last)].hidden = True


def hide_what_counts(handed: Handed, rng: Random) -> None:
    cell = handed.some(rng)
    sheet, row, _ = handed.at[cell]
    handed.book[sheet].row_dimensions[row].hidden = True
    has_ids = any(str(each.value or "").startswith("rk:row") for each in handed.book[sheet]["A"])
    if not has_ids and handed.truth[cell]:  # an id says that the row belongs there
        handed.refused, handed.cell = True, letters(*handed.at[cell])


def leave_stale(handed: Handed, rng: Random) -> None:
    """A part is changed by a program that computes nothing: the sum has its old result."""
    sums = sums_of(handed.project.editions.for_year(handed.year))
    cells = [each for each in sums if each in handed.at and handed.truth[each] is not None]
    cell = rng.choice([each for each in cells if all(part in handed.at for part in sums[each])])
    part = next(each for each in sums[cell] if each not in sums)
    handed.truth[part] = (handed.truth[part] or 0) + 4
    handed.cell_of(part).value = handed.truth[part]
    handed.stale[cell] = "+".join(letters(*handed.at[each]).partition("!")[2] for each in sums[cell])
    handed.refused, handed.cell = True, letters(*handed.at[cell])


def as_text(handed: Handed, rng: Random) -> None:
    for cell in handed.at:
        value = handed.truth[cell]
        if value is not None:
            handed.cell_of(cell).value = rng.choice([f"{value}", f" {value} ", f"{value}　", f"'{value}"])


def full_width(handed: Handed, rng: Random) -> None:
    wide = {48 + digit: 0xFF10 + digit for digit in range(10)} | {ord(","): "，", ord("."): "．"}
    for cell in rng.sample(sorted(handed.at), 60):
        value = handed.truth[cell]
        if value is not None:
            handed.cell_of(cell).value = f"{value}".translate(wide)


def with_commas(handed: Handed, rng: Random) -> None:
    for cell in handed.at:
        value = handed.truth[cell]
        if value is not None and rng.random() < 0.5:
            handed.cell_of(cell).value = f"{value:,}" + rng.choice(["", "件" if isinstance(value, int) else ""])


def with_notes(handed: Handed, rng: Random) -> None:
    for _ in range(3):
        cell = handed.some(rng)
        if not (number := handed.truth[cell]):
            continue
        handed.cell_of(
            cell
        ).value = f"{number}（其中{rng.choice(['修订', '网上办理', '转办'])}{max(1, int(number) // 2)}件）"


def nothing_as_words(handed: Handed, rng: Random) -> None:
    for cell in handed.at:
        if handed.truth[cell] == 0:
            handed.cell_of(cell).value = rng.choice(["/", "-", "无", "——", " ", "不适用"])
            handed.truth[cell] = None


def formulas_without_results(handed: Handed, rng: Random) -> None:
    """Sums as formulas, saved by a program that computes nothing."""
    for cell, parts in sums_of(handed.project.editions.for_year(handed.year)).items():
        if cell in handed.at and all(each in handed.at for each in parts):
            places = [f"{get_column_letter(handed.at[each][2])}{handed.at[each][1]}" for each in parts]
            handed.cell_of(cell).value = "=" + "+".join(places)


def a_formula_of_its_own(handed: Handed, rng: Random) -> None:
    cell = handed.some(rng)
    handed.cell_of(cell).value = f"={handed.truth[cell]}+3"
    handed.refused, handed.cell = True, letters(*handed.at[cell])


def under_another_name(handed: Handed, rng: Random) -> None:
    mine = handed.project.department(handed.department).name
    other = rng.choice(
        [each.name for each in handed.project.register if each.name not in mine and mine not in each.name]
    )
    for sheet in handed.book.worksheets:
        for row in sheet.iter_rows(max_row=3):
            for cell in row:
                if sheet.title == "表二" and isinstance(cell.value, str) and mine in cell.value:
                    cell.value = cell.value.replace(mine, other)
    handed.refused, handed.name = True, f"{handed.project.department(handed.department).name}.xlsx"


def of_last_year(handed: Handed, rng: Random) -> None:
    for row in handed.book["表三"].iter_rows(max_row=3):
        for cell in row:
            if isinstance(cell.value, str) and f"{handed.year}年" in cell.value:
                cell.value = cell.value.replace(f"{handed.year}年", f"{handed.year - 1}年")
    handed.refused = True


def not_surely_a_number(handed: Handed, rng: Random) -> None:
    cell = handed.some(rng)
    handed.cell_of(cell).value = rng.choice(["约{}", "{}余", "{}？", "{}（更正：9）", "{}-1", "O{}"]).format(
        handed.truth[cell]
    )
    handed.refused, handed.cell = True, letters(*handed.at[cell])


def two_copies(handed: Handed, rng: Random) -> None:
    copy = handed.book.copy_worksheet(handed.book["表三"])
    cell = handed.some(rng)
    _, row, column = handed.at[cell]
    copy.cell(row, column).value = (handed.truth[cell] or 0) + 1
    handed.refused, handed.cell = True, letters(*handed.at[cell])


WAYS = (
    insert_rows, insert_columns, delete_rows, move_sheets, rename_sheets, unmerge, merge_again, turn, swap_columns,
    add_subtotals, hide, hide_what_counts, leave_stale, as_text, full_width, with_commas, with_notes, nothing_as_words,
    formulas_without_results, a_formula_of_its_own, under_another_name, of_last_year, not_surely_a_number, two_copies,
)  # fmt: skip
COMBINED = (
    (insert_rows, as_text), (unmerge, rename_sheets, with_commas), (turn, full_width), (add_subtotals, hide),
    (swap_columns, with_notes), (delete_rows, move_sheets), (merge_again, nothing_as_words),
    (insert_columns, formulas_without_results), (insert_rows, insert_columns, rename_sheets, as_text),
    (turn, not_surely_a_number), (add_subtotals, two_copies), (swap_columns, a_formula_of_its_own),
)  # fmt: skip


def letters(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{get_column_letter(column)}{row}"
