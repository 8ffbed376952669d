"""The heads of a table's columns on a sheet: where each label stands, what it spans and which group it is in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import NUMBERED, SHORTEST, SUM_PRINTED, SUM_TYPED, TableLabels, near, plain
from reportkit.inputs.tables.numerals import is_like_a_number
from reportkit.inputs.tables.short_heads import short_heads
from reportkit.inputs.tables.times import THIS_YEAR, says_other_time

LONGEST_LABEL = 60
HEAD_LINES = 3
"""Lines of heads above the one that a column's label is on."""


@dataclass(frozen=True, slots=True)
class Head:
    """The label of a column: where it stands, the columns that it spans, what the ids below it end with."""

    spot: Spot
    last: int
    part: str
    column: str
    unlike: str


def heads_on(grid: Grid, labels: TableLabels, year: int) -> list[Head]:
    """The labels of columns; one that stands below words on another time is told, and none is taken by guess."""
    groups = [(spot, labels.groups[name]) for spot, name in named_in(grid, tuple(labels.groups), labels.others)]
    of_figures = {spot[0] for spot, _ in named_in(grid, tuple(labels.rows), labels.others)}
    found: list[Head] = []
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
        lines = range(max(first, spot[0] - HEAD_LINES), spot[0])
        unlike = _of_other_time(grid, spot, lines, labels, year) or _beside_this_years(grid, spot, name)
        found += [Head(spot, grid.last_of(spot)[1], part, column, unlike) for part, column in ends[:1]]
    found = _merged(found)
    return found if _groups_fit(found, groups) and _are_nested(groups) else []


def _merged(heads: Sequence[Head]) -> list[Head]:
    """Heads beside each other that say the same of one column as one: they were merged before."""
    found: list[Head] = []
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


def _are_nested(groups: Sequence[tuple[Spot, str]]) -> bool:
    """Whether each group within another begins below that one's label, and not below its neighbour's."""
    for at, name in groups:
        outer = name.rpartition(".")[0]
        above = [(spot[1], spot[0], other) for spot, other in groups if spot[0] < at[0] and "." not in other]
        if not outer or all(other != outer for _, _, other in above):
            continue
        left = [each for each in above if each[0] <= at[1]]
        if not left or max(left)[2] != outer:
            return False
    return True


def _groups_fit(heads: Sequence[Head], groups: Sequence[tuple[Spot, str]]) -> bool:
    """Whether each group's label stands above the first of its columns, which are beside each other, each once.

    Where it stands above the middle of them, columns would be taken for those of another group.
    """
    parts: dict[tuple[int, str], list[Head]] = {}
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
