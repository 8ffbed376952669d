"""Where the figures of the statutory tables stand on a sheet, by the labels of rows and columns."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

from reportkit.editions import Edition
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import (
    NUMBERED,
    SHORTEST,
    SUM_PRINTED,
    SUM_TYPED,
    TableLabels,
    all_labels,
    labels_of,
    near,
    plain,
)
from reportkit.inputs.tables.numerals import NOTHING, OF_COLUMN, is_like_a_number, is_of_marks
from reportkit.inputs.tables.short_heads import short_heads
from reportkit.inputs.tables.times import COMPARED, IS_THIS_YEAR, OTHER_TIME, THIS_YEAR, says_other_time

LONGEST_LABEL = 60
_HEAD_LINES = 3
"""Lines of heads above the one that a column's label is on."""
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
    turned = grid.turned()
    for table in edition.tables:
        labels = labels_of(table, others)
        upright, on_its_side = (_crossings(edition, each, labels, year) for each in (grid, turned))
        found += on_its_side if len(on_its_side) > len(upright) else upright
    return found


@dataclass(frozen=True, slots=True)
class _Head:
    """The label of a column: where it stands, the columns that it spans, what the ids below it end with."""

    spot: Spot
    last: int
    part: str
    column: str
    unlike: str


def _crossings(edition: Edition, grid: Grid, labels: TableLabels, year: int) -> list[Located]:
    heads = _heads(grid, labels, year)
    if not labels.has_rows:
        others = {name for name in all_labels(edition) if name not in labels.all and name not in labels.columns}
        ends = [row for (row, _), text in grid.texts if plain(text) in others and len(plain(text)) > 1]
        return [*_one_row(edition, grid, labels, heads, ends, year)]
    found: list[Located] = []
    lines_of_heads = [head.spot[0] for head in heads]
    named = [*named_in(grid, tuple(labels.rows), labels.others)]
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
    cell: str, grid: Grid, head: _Head, at: tuple[int, Spot, int], of_figures: Collection[int], year: int
) -> Located:
    """A figure below a head: of several columns those that are of no other year, as the lines between say.

    `at` is its line, where its label stands, and the first column of figures.
    """
    row, label, first = at
    lines = range(head.spot[0] + 1, min(row, head.spot[0] + _HEAD_LINES))
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


def _nearest(edition: Edition, heads: Sequence[_Head], spot: Spot, row: str) -> list[_Head]:
    """The heads of the nearest line above a row that has a column of the row's."""
    columns = {spec.column for spec in edition.rows[row]}
    fitting = [head for head in heads if head.spot[0] < spot[0] and head.spot[1] > spot[1] and head.column in columns]
    line = max((head.spot[0] for head in fitting), default=None)
    if line is None:
        return []
    found = [head for head in fitting if head.spot[0] == line]
    # A group's own columns may stand on another line of the same heads than the total.
    seen = {head.column for head in found}
    return found + [head for head in fitting if line - _HEAD_LINES <= head.spot[0] < line and head.column not in seen]


def _heads(grid: Grid, labels: TableLabels, year: int) -> list[_Head]:
    """The labels of columns; one that stands below words on another time is told, and none is taken by guess."""
    groups = [(spot, labels.groups[name]) for spot, name in named_in(grid, tuple(labels.groups), labels.others)]
    of_figures = {spot[0] for spot, _ in named_in(grid, tuple(labels.rows), labels.others)}
    found: list[_Head] = []
    short = {spot: name for spot, name in short_heads(labels.table, grid).items() if name in labels.columns}
    printed = {spot: name for spot, name in named_in(grid, tuple(labels.columns), labels.others) if spot not in short}
    named, on_line = sorted((printed | short).items()), defaultdict[int, list[str]](list)
    for spot, name in named:
        on_line[spot[0]].append(name)
    for spot, name in named:
        ends = labels.columns[name]
        if len({part for part, _ in ends}) > 1:
            part = _group_of(spot, groups)
            ends = tuple(each for each in ends if each[0] == part)
        first = max((row + 1 for row in of_figures if row < spot[0]), default=0)
        if SUM_TYPED in name and any(each == name.replace(SUM_TYPED, SUM_PRINTED) for each in on_line[spot[0]]):
            continue  # the sum of a group, beside that of all
        if _is_a_rows(grid, spot):
            continue
        lines = range(max(first, spot[0] - _HEAD_LINES), spot[0])
        unlike = _of_other_time(grid, spot, lines, labels, year) or _beside_this_years(grid, spot, name)
        found += [_Head(spot, grid.last_of(spot)[1], part, column, unlike) for part, column in ends[:1]]
    found = _merged(found)
    return found if _groups_fit(found, groups) else []


def _merged(heads: Sequence[_Head]) -> list[_Head]:
    """Heads beside each other that say the same of one column as one: they were merged before."""
    found: list[_Head] = []
    for each in heads:
        last = found[-1] if found else None
        same = last is not None and (last.spot[0], last.part, last.column) == (each.spot[0], each.part, each.column)
        if last is not None and same and last.last + 1 == each.spot[1]:
            found[-1] = replace(last, last=each.last, unlike=last.unlike or each.unlike)
        else:
            found.append(each)
    return found


def _is_a_rows(grid: Grid, spot: Spot) -> bool:
    """Whether a label that may be a column's is a row's: with a number right of it on its line."""
    right = (grid[spot[0], column].text.strip() for column in range(spot[1] + 1, grid.columns))
    return is_like_a_number(next((text for text in right if text), ""))


def named_in(grid: Grid, known: tuple[str, ...], others: tuple[str, ...]) -> Iterator[tuple[Spot, str]]:
    """The cells that hold one of some labels, or a slip of one."""
    for spot, text in grid.texts:
        if len(text) > LONGEST_LABEL:
            continue
        typed = plain(text)
        bare = NUMBERED.sub("", typed)  # where rows were left out and the others numbered anew
        name = near(typed, known, others) or (bare if len(bare) >= SHORTEST and bare in known else None)
        if name is not None:
            yield spot, name


def _of_other_time(grid: Grid, spot: Spot, lines: Sequence[int], labels: TableLabels, year: int) -> str:
    """Words in the lines of heads above a column that say its figures are of another time."""
    for row in lines:
        text = _over(grid, (row, spot[1]))
        if plain(text) in labels.all or len(text) > LONGEST_LABEL:
            continue
        if says_other_time(text, year):
            return text
    return ""


def _over(grid: Grid, spot: Spot) -> str:
    """What stands over a column on a line: there, or in the nearest cell left of it that isn't merged."""
    for column in range(spot[1], -1, -1):
        text = grid.shown((spot[0], column)).text.strip()
        if text:
            is_merged = len(grid.area((spot[0], column))) > 1
            return text if column == spot[1] or not is_merged else ""
    return ""


def _beside_this_years(grid: Grid, spot: Spot, name: str) -> str:
    """A head beside a label that calls the same this year's: 本年总计 beside 总计, which is another then."""
    for column in range(grid.columns):
        text = grid[spot[0], column].text.strip()
        if (match := THIS_YEAR.match(text)) and plain(text[match.end() :]) == name:
            return grid[spot].text.strip()
    return ""


def _group_of(spot: Spot, groups: Sequence[tuple[Spot, str]]) -> str:
    """The group that a column is in: the nearest label above it, of those that don't begin further to the right."""
    above = [(at, name) for at, name in groups if at[0] < spot[0] and at[1] <= spot[1]]
    nearest = max((at[1] for at, _ in above), default=None)
    return max((each for each in above if each[0][1] == nearest), default=((0, 0), ""))[1]


def _groups_fit(heads: Sequence[_Head], groups: Sequence[tuple[Spot, str]]) -> bool:
    """Whether each group's label stands above the first of its columns, which are beside each other, each once.

    Where it stands above the middle of them, columns would be taken for those of another group.
    """
    parts: dict[tuple[int, str], list[_Head]] = {}
    for head in heads:
        if head.part:
            parts.setdefault((head.spot[0], head.part), []).append(head)
    for (_, part), within in parts.items():
        columns = sorted(head.spot[1] for head in within)
        starts = {at[1] for at, name in groups if name == part}
        between = any(
            columns[0] < head.spot[1] < columns[-1] and head.part not in ("", part) for head in heads if head.part
        )
        if columns[0] not in starts or between or len({head.column for head in within}) < len(within):
            return False
    return True


def _one_row(
    edition: Edition, grid: Grid, labels: TableLabels, heads: Sequence[_Head], ends: Sequence[int], year: int
) -> Iterator[Located]:
    """The figures of a table without labels of rows: every line below its heads that has any; they must agree.

    `ends` are the lines where labels of other tables stand: it goes on to the first of them.
    """
    lines: dict[int, list[_Head]] = {}
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


def _is_of_figures(grid: Grid, row: int, heads: Sequence[_Head], *, adjacent: bool) -> bool:
    """Whether a line has figures below heads: the one next to them where any of it is one, others where much is."""
    texts = [grid[row, head.spot[1]].text.strip() for head in heads]
    said = [text for text in texts if text not in NOTHING]
    numbers = [text for text in said if LIKE_A_NUMBER.fullmatch(text)]
    enough = len(numbers) * 2 > len(said) and (adjacent or len(numbers) >= min(_FEWEST, len(heads)))
    return enough and not _is_of_marks(grid, row, heads)


def _is_of_marks(grid: Grid, row: int, heads: Sequence[_Head]) -> bool:
    return is_of_marks([grid[row, head.spot[1]].text.strip() for head in heads])
