"""Where the figures of the statutory tables stand on a sheet, by the labels of rows and columns."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from reportkit.editions import Edition
from reportkit.editions.tables import TableSpec
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.group_rows import group_rows
from reportkit.inputs.tables.heads import HEAD_LINES, LONGEST_LABEL, Head, heads_on, named_in
from reportkit.inputs.tables.labels import (
    NUMBERED,
    SHORTEST,
    TableLabels,
    all_labels,
    labels_of,
    plain,
)
from reportkit.inputs.tables.numerals import NOTHING, OF_COLUMN, is_like_a_number, is_of_marks
from reportkit.inputs.tables.short_heads import heads_of
from reportkit.inputs.tables.split_heads import with_whole_heads
from reportkit.inputs.tables.times import COMPARED, IS_THIS_YEAR, OTHER_TIME, says_other_time

MAY_BE_OURS = re.compile(
    r"本年|当年|今年|本期|全年|件数|数量|[局委办厅院所府队站署处会市县区]$|中心$|合计|本级|本机关|本单位"
)
"""What may stand left of a row's figures without making them another's: a year, what is counted, a body's name."""
HAN, _CODE = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Z]{2,4}[-_]?\d{2,}")
_LONGEST_TIME = 12
_FEWEST = 3
"""Numbers in a row that make it one of figures."""
LIKE_A_NUMBER = re.compile(
    r"(?!\d+\s*[.．、]\s*[^\d\s])(?:[+\-\d][^\u4e00-\u9fff]{0,40}|\d+(?![\d.．、]).{0,40}|.{0,3}\d.{0,3}|零.{0,3})"
)
"""What is in a row of figures, be it a number surely or not; a remark below the table isn't."""


@dataclass(frozen=True, slots=True)
class Located:
    """A figure's cell id, and the cells of a sheet that may hold it: several where its area isn't merged.

    `unlike` is the label that stands there and is another one than the id or the year wants, empty where none does;
    `is_of_other_time` that it is one of another year.
    """

    cell: str
    grid: Grid
    spots: tuple[Spot, ...]
    by_id: bool = False
    unlike: str = ""
    is_of_other_time: bool = False


def labelled(edition: Edition, grid: Grid, year: int, others: tuple[str, ...] = ()) -> list[Located]:
    """The figures that stand where a row's label and a column's cross; a table that lies on its side is turned.

    `others` are the labels of other formats: a slip that is near one of those is none.
    """
    found: list[Located] = []
    grid = with_whole_heads(grid, heads_of(edition.tables))
    turned = grid.turned()
    for table in edition.tables:
        labels = labels_of(table, others)
        upright, on_its_side = (_crossings(edition, each, labels, year) for each in (grid, turned))
        best = on_its_side if len(on_its_side) > len(upright) else upright
        found += best or [*_of_group_rows(table, labels, grid, year)] or [*_of_group_rows(table, labels, turned, year)]
    return found


def _of_group_rows(table: TableSpec, labels: TableLabels, grid: Grid, year: int) -> Iterator[Located]:
    """The figures of a table whose groups are rows."""
    for cell, (row, column) in group_rows(table, labels, grid):
        above = (grid.shown((line, at)).text.strip() for line in range(row) for at in range(grid.columns))
        other = next((text for text in above if len(text) <= LONGEST_LABEL and says_other_time(text, year)), "")
        yield Located(cell, grid, ((row, column),), unlike=other, is_of_other_time=bool(other))


def _crossings(edition: Edition, grid: Grid, labels: TableLabels, year: int) -> list[Located]:
    heads = heads_on(grid, labels, year)
    if not labels.has_rows:
        others = {name for name in all_labels(edition) if name not in labels.all and name not in labels.columns}
        ends = [row for (row, _), text in grid.texts if plain(text) in others and len(plain(text)) > 1]
        return [*_one_row(edition, grid, labels, heads, ends, year)]
    found: list[Located] = []
    lines_of_heads = [head.spot[0] for head in heads]
    named = [*named_in(grid, tuple(labels.rows), labels.others), *_named_in_groups(grid, labels)]
    of_figures = {row for spot, _ in named for row, _ in grid.area(spot)}
    for spot, name in named:
        if lines_of_heads.count(spot[0]) > 1:
            continue  # a head that is called as a row is
        row = labels.rows[name]
        nearest = _nearest(edition, heads, spot, row)
        first = min((head.spot[1] for head in nearest), default=0)
        for head in nearest:
            cell, lines = f"{row}/{head.column}", sorted({line for line, _ in grid.area(spot)})
            found += [_below(cell, grid, head, (line, spot, first), of_figures, year) for line in lines]
    return found


def _below(
    cell: str, grid: Grid, head: Head, at: tuple[int, Spot, int], of_figures: Collection[int], year: int
) -> Located:
    """A figure below a head: of several columns those that are of no other year, as the lines between say.

    `at` is its line, where its label stands, and the first column of figures.
    """
    row, label, first = at
    lines = range(grid.last_of(head.spot)[0] + 1, min(row, head.spot[0] + HEAD_LINES))
    lines = range(lines.start, min((each for each in lines if each in of_figures), default=lines.stop))
    columns = range(head.spot[1], head.last + 1)
    times = {column: _time_said(grid, lines, column, year, alone=len(columns) == 1) for column in columns}
    timely = [column for column, said in times.items() if said == _THIS] or [
        column for column, said in times.items() if not said
    ]
    spots = tuple((row, column) for column in timely or times)
    unlike = head.unlike or ("" if timely else next(iter(times.values())))
    beside = (
        grid.shown((row, column)).text.strip()
        for column in range(max(column for _, column in grid.area(label)) + 1, first)
        if plain(grid.shown((row, column)).text) != plain(grid[label].text)  # repeated where it was merged
    )
    unlike = unlike or next((text for text in beside if says_other_time(text, year) or COMPARED.search(text)), "")
    return Located(cell, grid, spots, unlike=unlike, is_of_other_time=bool(unlike))


_THIS = "本年"


def _time_said(grid: Grid, lines: range, column: int, year: int, *, alone: bool) -> str:
    """What the lines below a column's head say of its time: that it is of this year, of another, or nothing.

    Of several columns below one head, one with any other words isn't this year's surely.
    """
    for row in lines:
        text = grid.shown((row, column)).text.strip()
        if not text or text[0] in "./" or len(text) > _LONGEST_TIME:
            continue
        if is_like_a_number(text) or OF_COLUMN.fullmatch(normalize("NFKC", text)):
            continue
        if IS_THIS_YEAR.fullmatch(text.replace(str(year), "本年")):
            return _THIS
        if not alone or OTHER_TIME.search(text) or COMPARED.search(text):
            return text
    return ""


def _nearest(edition: Edition, heads: Sequence[Head], spot: Spot, row: str) -> list[Head]:
    """The heads of the nearest line above a row that has a column of the row's."""
    columns = {spec.column for spec in edition.rows[row]}
    fitting = [head for head in heads if head.spot[0] < spot[0] and head.spot[1] > spot[1] and head.column in columns]
    line = max((head.spot[0] for head in fitting), default=None)
    if line is None:
        return []
    found = [head for head in fitting if head.spot[0] == line]
    # A group's own columns may stand on another line of the same heads than the total.
    seen = {head.column for head in found}
    return found + [head for head in fitting if line - HEAD_LINES <= head.spot[0] < line and head.column not in seen]


def _named_in_groups(grid: Grid, labels: TableLabels) -> Iterator[tuple[Spot, str]]:
    """The cells with a short label of a row that was numbered anew, right of its group's: （六）其他处理 | 2.其他."""
    for spot, text in grid.texts:
        typed = plain(text)
        bare = NUMBERED.sub("", typed)
        if typed in labels.rows or bare == typed or len(bare) >= SHORTEST or spot[1] == 0:
            continue
        group = plain(grid.shown((spot[0], spot[1] - 1)).text)
        if (name := labels.in_groups.get(f"{group}{bare}")) is not None:
            yield spot, name


def _one_row(
    edition: Edition, grid: Grid, labels: TableLabels, heads: Sequence[Head], ends: Sequence[int], year: int
) -> Iterator[Located]:
    """The figures of a table without labels of rows: every line below its heads that has any; they must agree.

    `ends` are the lines where labels of other tables stand: it goes on to the first of them.
    """
    lines: dict[int, list[Head]] = {}
    for head in heads:
        lines.setdefault(head.spot[0], []).append(head)
    for line, on_it in sorted(lines.items()):
        columns = {head.spot[1] for head in on_it}
        below = [each for each in lines if each > line and columns & {head.spot[1] for head in lines[each]}]
        rows = range(line + 1, min((*below, *(end for end in ends if end > max(lines))), default=grid.rows))
        first = next((row for row in rows if row > max(lines) and not _is_of_marks(grid, row, on_it)), max(lines) + 1)
        filled = [row for row in rows if _is_of_figures(grid, row, on_it, adjacent=row == first)]
        for row in filled or ([first] if not below else []):
            for head in on_it:
                cell = f"{labels.table}.{head.part}/{head.column}" if head.part else f"{labels.table}/{head.column}"
                if cell in edition.cells and (filled or grid[row, head.spot[1]].is_blank):
                    at = min(each.spot[1] for each in heads)
                    other = head.unlike or _row_of_other_time(grid, row, at, year)
                    unlike = other or _row_of_another(grid, row, at, year)
                    # Programs that round the widths of columns merge a head with one that is none.
                    within = range(head.spot[1], head.last + 1)
                    spots = tuple((row, column) for column in within)
                    yield Located(cell, grid, spots, unlike=unlike, is_of_other_time=bool(other))


def _row_of_another(grid: Grid, row: int, first: int, year: int) -> str:
    """Words left of a row's figures that may make them somebody else's; empty where there are none."""
    texts = [grid.shown((row, column)).text.strip() for column in range(first) if not _is_a_mark(grid, row, column)]
    said = [text for text in texts if text and not text.startswith("rk:") and not text.isdecimal()]
    return next((text for text in said if not MAY_BE_OURS.search(text.replace(str(year), "本年"))), "")


def _is_a_mark(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell left of figures is a program's: a code without a Chinese letter, or one text all down."""
    text = grid.shown((row, column)).text.strip()
    if (row if grid.is_turned else column) not in (grid.hidden_rows if grid.is_turned else grid.hidden_columns):
        return _CODE.fullmatch(text) is not None
    return not HAN.search(text) or sum(grid[line, column].text.strip() == text for line in range(grid.rows)) > _FEWEST


def _row_of_other_time(grid: Grid, row: int, first: int, year: int) -> str:
    """A label left of a row's figures that says they are of another time; empty where none does."""
    texts = (grid.shown((row, column)).text.strip() for column in range(first))
    short = (text for text in texts if len(text) <= LONGEST_LABEL)
    return next((text for text in short if says_other_time(text, year) or COMPARED.search(text)), "")


def _is_of_figures(grid: Grid, row: int, heads: Sequence[Head], *, adjacent: bool) -> bool:
    """Whether a line has figures below heads: the one next to them where any of it is one, others where much is."""
    texts = [grid[row, head.spot[1]].text.strip() for head in heads]
    said = [text for text in texts if text not in NOTHING]
    numbers = [text for text in said if LIKE_A_NUMBER.fullmatch(text)]
    enough = len(numbers) * 2 > len(said) and (adjacent or len(numbers) >= min(_FEWEST, len(heads)))
    return enough and not _is_of_marks(grid, row, heads)


def _is_of_marks(grid: Grid, row: int, heads: Sequence[Head]) -> bool:
    return is_of_marks([grid[row, head.spot[1]].text.strip() for head in heads])
