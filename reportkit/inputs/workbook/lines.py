"""A list with one figure a line, as databases export it: 单位, 年度, 表, 行, 列, 数值."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from unicodedata import normalize

from reportkit.editions import Edition
from reportkit.errors import InputError
from reportkit.inputs.handed_in import FoundFigure, HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import plain
from reportkit.inputs.tables.numerals import numeral
from reportkit.inputs.workbook.opening import Opened
from reportkit.inputs.workbook.titles import Asked, refuse_not_of_a_year
from reportkit.messages.said import Said
from reportkit.model import MISSING, Value, format_number

_HEADS: Mapping[str, tuple[str, ...]] = {
    "body": ("单位", "单位名称", "部门", "填报单位", "报送单位"),
    "year": ("年度", "年份", "年", "报告年度"),
    "table": ("表", "表名", "表号", "表名称", "报表"),
    "row": ("行", "行名", "行名称", "行标签", "项目", "指标"),
    "column": ("列", "列名", "列名称", "列标签"),
    "value": ("数值", "值", "数", "数量"),
}
_NEEDED = {"body", "table", "row", "value"}
"""The column's label may stand behind the row's, in one path: 规章-本年制发件数."""
_OF_A_PART = re.compile(r"月|季|期|半年")
_YEAR = re.compile(r"(20\d\d)(?:\.0)?\s*年?度?")
_FIRST_LINES = 20


@dataclass(frozen=True)
class _List:
    """A sheet that is such a list: the line of its heads, and the column of each part."""

    grid: Grid
    line: int
    columns: Mapping[str, int]

    def at(self, row: int, part: str) -> Spot:
        return row, self.columns[part]

    def said(self, row: int, part: str) -> str:
        return normalize("NFKC", self.grid[self.at(row, part)].text).strip() if part in self.columns else ""


@dataclass
class _Found:
    """What is read of one department and year."""

    edition: Edition
    labels: Mapping[str, str]
    figures: dict[str, FoundFigure] = field(default_factory=dict)
    refusals: list[InputError] = field(default_factory=list)


def read_lines(project: Project, opened: Opened, file: str, digest: str, asked: Asked) -> list[HandedIn]:
    """What a list with a figure a line says of each department and year; empty where no sheet is one.

    Raises InputError where a line names no body that is registered, or no year, and where other sheets are beside it.
    """
    lists = [each for grid in opened.grids if (each := _list_of(grid)) is not None]
    sheets = [each.grid.name for each in lists]
    if lists and (beside := [grid.name for grid in opened.grids if grid.texts and grid.name not in sheets]):
        raise InputError("lines_beside_sheets", where=f"{file}, {sheets[0]}", sheets=beside)
    reports: dict[tuple[int, str], _Found] = {}
    for each in lists:
        above = [text for (row, _), text in each.grid.texts if row <= each.line]
        refuse_not_of_a_year([*above, each.grid.name, file], file)
        if part := next((text for text in above if _OF_A_PART.search(text)), ""):
            raise InputError("workbook_part_of_year", where=file, part=part)
        for row in range(each.line + 1, each.grid.rows):
            if not any(each.said(row, part) for part in _NEEDED):
                continue
            report = _report_of(project, each, row, file, asked)
            if report not in reports:
                edition = project.editions.for_year(report[0])
                reports[report] = _Found(edition, _labels(edition))
            _read_line(each, row, file, reports[report])
    return [
        replace(
            HandedIn(file, digest, found.edition.id, department, year),
            figures={cell: found.figures[cell] for cell in found.edition.cells if cell in found.figures},
            refusals=tuple(found.refusals),
        )
        for (year, department), found in reports.items()
    ]


def _list_of(grid: Grid) -> _List | None:
    for row in range(min(grid.rows, _FIRST_LINES)):
        texts = {column: plain(grid[row, column].text) for column in range(grid.columns)}
        found = {
            part: next((column for column, text in texts.items() if text in names), -1)
            for part, names in _HEADS.items()
        }
        found = {part: column for part, column in found.items() if column >= 0}
        if found.keys() >= _NEEDED:
            return _List(grid, row, found)
    return None


def _report_of(project: Project, one: _List, row: int, file: str, asked: Asked) -> tuple[int, str]:
    """The year and department of a line."""
    name, said = one.said(row, "body"), one.said(row, "year")
    body = next((each.id for each in project.register if name in (each.name, each.short_name)), None)
    if body is None:
        where = f"{file}, {one.grid.place(one.at(row, 'body'))}"
        raise InputError("workbook_unknown_body", where=where, body=name[:40])
    if asked.department not in (None, body):
        raise InputError("workbook_bodies_differ", where=file, bodies=[project.department(asked.department).name, name])
    match = _YEAR.fullmatch(said)
    if match is None and (said or asked.year is None):
        raise InputError("workbook_no_year", where=f"{file}, {one.grid.place((row, one.columns.get('year', 0)))}")
    year = int(match[1]) if match else asked.year or 0
    if asked.year not in (None, year):
        raise InputError("workbook_years_differ", where=file, years=[asked.year, year])
    return year, body


def _labels(edition: Edition) -> dict[str, str]:
    """Cell ids by their labels in plain letters, whole, and without the groups of their row where that is one's."""
    found: dict[str, set[str]] = {}
    for spec in edition.cells.values():
        table, *groups = spec.row_label.split("·")
        for names in (groups, groups[-1:]):
            found.setdefault(plain("".join((table, *names, spec.column_label))), set()).add(spec.id)
    return {label: cells.pop() for label, cells in found.items() if len(cells) == 1}


def _parts(edition: Edition) -> list[str]:
    """The labels above rows that are in no cell's own, and stand in paths: 三、本年度办理结果-（一）予以公开-自然人."""
    rows = (row for table in edition.tables for block in table.blocks for row in block.rows)
    return [plain(row.label) for row in rows if row.rows and not row.id]


def _read_line(one: _List, row: int, file: str, found: _Found) -> None:
    """Adds the figure of a line, or says why it isn't one."""
    spot = one.at(row, "value")
    place, content, where = one.grid.place(spot), one.grid[spot], f"{file}, {one.grid.place(spot)}"
    label = "".join(one.said(row, part) for part in ("table", "row", "column"))
    cell = found.labels.get(plain(label))
    for part in _parts(found.edition) if cell is None else ():
        cell = cell or found.labels.get(plain(label).replace(part, "", 1))
    if cell is None:
        found.refusals.append(InputError("line_unknown", where=where, label=label[:60]))
        return
    read, spec = numeral(content, found.edition.cells[cell]), found.edition.cells[cell]
    if read.refused or not one.grid.is_seen(spot):
        said = Said("cell_no_figure", cell=spec.label, text=content.text[:40])
        said = said if read.refused else Said("figure_hidden", cell=spec.label)
        found.refusals.append(InputError(said, where=where))
        return
    before = found.figures.setdefault(cell, FoundFigure(read.value, place, content.text.strip(), read.note))
    if before.value != read.value:
        told = [f"{at} {_said(value)}" for at, value in ((before.place, before.value), (place, read.value))]
        found.refusals.append(InputError("cells_disagree", where=where, cell=spec.label, found=told))


def _said(value: Value) -> str:
    return MISSING if value is None else format_number(value)
