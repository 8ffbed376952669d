"""Where the figures of the statutory tables stand on a sheet: by hidden ids, and by the labels of rows and columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportkit.editions import Edition
from reportkit.editions.layout import lay_out
from reportkit.inputs.workbook.grid import Grid, Spot
from reportkit.inputs.workbook.labels import TableLabels, labels_of, near, plain
from reportkit.inputs.workbook.marks import COLUMNS, ROW
from reportkit.model import Figures, Table

_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Located:
    """A figure's cell id, and a cell of a sheet that may hold it; `spots` are several where an area isn't merged."""

    cell: str
    grid: Grid
    spots: tuple[Spot, ...]


def marked(edition: Edition, grid: Grid) -> list[Located]:
    """The figures that our own hidden ids name."""
    found: list[Located] = []
    rows: dict[Spot, str] = {}
    heads: list[Spot] = []
    for spot, text in grid.texts:
        if text.startswith(ROW):
            rows[spot] = text.removeprefix(ROW)
        elif text == COLUMNS:
            heads.append(spot)
    for spot, row in rows.items():
        above = [head for head in heads if head[0] < spot[0] and head[1] == spot[1]]
        if not above:
            continue
        head = max(above)
        for column in range(head[1] + 1, grid.columns):
            cell = f"{row}{grid[head[0], column].text.strip()}"
            if cell in edition.cells:
                found.append(Located(cell, grid, ((spot[0], column),)))
    return found


def labelled(edition: Edition, grid: Grid, others: tuple[str, ...] = ()) -> list[Located]:
    """The figures that stand where a row's label and a column's cross; a table that lies on its side is turned.

    `others` are the labels of other formats: a slip that is near one of those is none.
    """
    found: list[Located] = []
    turned = grid.turned()
    for table in edition.tables:
        labels = labels_of(table, others)
        upright, on_its_side = ([*_crossings(edition, each, labels)] for each in (grid, turned))
        found += on_its_side if len(on_its_side) > len(upright) else upright
    return found


@dataclass(frozen=True, slots=True)
class _Head:
    """The label of a column: where it stands, the columns that it spans, what the ids below it end with."""

    spot: Spot
    last: int
    part: str
    column: str


def _crossings(edition: Edition, grid: Grid, labels: TableLabels) -> Iterator[Located]:
    heads = [*_heads(grid, labels)]
    if not labels.has_rows:
        yield from _one_row(edition, grid, labels, heads)
        return
    lines_of_heads = [head.spot[0] for head in heads]
    for spot, row in _row_labels(grid, labels):
        if lines_of_heads.count(spot[0]) > 1:
            continue  # a head that is called as a row is
        lines = {head.spot[0] for head in heads if head.spot[0] < spot[0] and head.spot[1] > spot[1]}
        for head in _nearest(edition, heads, lines, spot, row):
            cell = f"{row}/{head.column}"
            spots = tuple((spot[0], column) for column in range(head.spot[1], head.last + 1))
            yield Located(cell, grid, spots)


def _nearest(edition: Edition, heads: Sequence[_Head], lines: set[int], spot: Spot, row: str) -> list[_Head]:
    """The heads of the nearest line above a row that has a column of the row's."""
    columns = {spec.column for spec in edition.rows[row]}
    for line in sorted(lines, reverse=True):
        found = [head for head in heads if head.spot[0] == line and head.spot[1] > spot[1] and head.column in columns]
        if found:
            # A group's own columns may stand on another line of the same heads than the total.
            seen = {head.column for head in found}
            others = [
                head
                for head in heads
                if line - 3 <= head.spot[0] < line and head.spot[1] > spot[1] and head.column in columns - seen
            ]
            return found + others
    return []


def _row_labels(grid: Grid, labels: TableLabels) -> Iterator[tuple[Spot, str]]:
    for spot, name in _named(grid, tuple(labels.rows), labels.others):
        yield spot, labels.rows[name]


def _heads(grid: Grid, labels: TableLabels) -> Iterator[_Head]:
    groups = [(spot, labels.groups[name]) for spot, name in _named(grid, tuple(labels.groups), labels.others)]
    for spot, name in _named(grid, tuple(labels.columns), labels.others):
        ends = labels.columns[name]
        if len({part for part, _ in ends}) > 1:
            part = _group_of(spot, groups)
            ends = tuple(each for each in ends if each[0] == part)
        last = grid.last_of(spot)[1]
        for part, column in ends[:1]:
            yield _Head(spot, last, part, column)


def _named(grid: Grid, known: tuple[str, ...], others: tuple[str, ...]) -> Iterator[tuple[Spot, str]]:
    for spot, text in grid.texts:
        if len(text) <= _LONGEST_LABEL and (name := near(plain(text), known, others)) is not None:
            yield spot, name


def _group_of(spot: Spot, groups: Sequence[tuple[Spot, str]]) -> str:
    """The group that a column is in: the nearest label above it, of those that don't begin further to the right."""
    above = [(at, name) for at, name in groups if at[0] < spot[0] and at[1] <= spot[1]]
    if not above:
        return ""
    line = max(at[0] for at, _ in above)
    deepest = [(at, name) for at, name in above if at[1] == max(other[1] for other, _ in above)]
    return max(deepest, key=lambda each: each[0][0])[1] if line >= 0 else ""


def _one_row(edition: Edition, grid: Grid, labels: TableLabels, heads: Sequence[_Head]) -> Iterator[Located]:
    """The figures of a table without labels of rows: the first line below its heads that has any."""
    lines: dict[int, list[_Head]] = {}
    for head in heads:
        lines.setdefault(head.spot[0], []).append(head)
    for line, on_it in sorted(lines.items()):
        columns = {head.spot[1] for head in on_it}
        below = [each for each in lines if each > line and columns & {head.spot[1] for head in lines[each]}]
        following = min(below, default=grid.rows)
        rows = [row for row in range(line + 1, following) if not _is_marks(grid, row)]
        filled = [row for row in rows if sum(_has_number(grid, (row, head.spot[1])) for head in on_it) * 2 > len(on_it)]
        first = next((row for row in rows if any(not grid[row, head.spot[1]].is_blank for head in on_it)), None)
        # Several lines of figures (last year's, each month's) are all told: they must agree.
        for row in dict.fromkeys([*filled, *([] if first is None else [first])]):
            for head in on_it:
                cell = f"{labels.table}.{head.part}/{head.column}" if head.part else f"{labels.table}/{head.column}"
                if cell in edition.cells:
                    yield Located(cell, grid, ((row, head.spot[1]),))


def _has_number(grid: Grid, spot: Spot) -> bool:
    return any(each.isdigit() for each in grid[spot].text)


def _is_marks(grid: Grid, row: int) -> bool:
    """Whether a row is the hidden one that names columns."""
    return any(grid[row, column].text == COLUMNS for column in range(grid.columns))


def of_other_edition(edition: Edition, other: Edition, grid: Grid) -> list[Spot]:
    """Where labels stand that only another edition has."""
    ours: Mapping[str, object] = all_labels(edition)
    theirs = {name: None for name in all_labels(other) if near(name, tuple(ours)) is None}
    return [spot for spot, text in grid.texts if len(text) <= _LONGEST_LABEL and plain(text) in theirs]


def all_labels(edition: Edition) -> dict[str, None]:
    """The labels of all of an edition's tables, as plain letters."""
    found: dict[str, None] = {}
    for table in edition.tables:
        labels = labels_of(table, ())
        found |= dict.fromkeys((*labels.rows, *labels.columns, *labels.groups))
        found |= dict.fromkeys(plain(cell.text) for row in _blank(edition, table.id).rows for cell in row if cell.text)
    return found


def _blank(edition: Edition, table: str) -> Table:
    return lay_out(edition, table, Figures(edition.id, dict.fromkeys(edition.cells)))
