"""Which head each number of a table without rules stands below, by where it begins and ends."""

from collections.abc import Mapping, Sequence

from reportkit.inputs.published.page import Mark
from reportkit.inputs.published.stacks import Stack

_IN_LINE_PT = 1.2
"""By how much the numbers of a column may be out of line."""
_ALIKE_PT = 2.0
"""By how much numbers may stand otherwise below their heads than those of other columns."""
_SHARED_PT = 0.5
"""Of a number and a head, that make it stand below that."""
_LEFT, _RIGHT, _MIDDLE = "left", "right", "middle"
Extent = tuple[float, float]
Row = Mapping[int, Sequence[Mark]]
"""The words below each head, by its number from the left."""


class NotAligned(Exception):
    """Something doesn't stand clearly below one head, or its column isn't in line."""


def columns_of(heads: Sequence[Stack], rows: Sequence[Sequence[Mark]]) -> list[Row]:
    """The words of each row by the heads that they stand below.

    A number that is below none but between two is the left one's where numbers are in line on their right, the right
    one's where they are on their left: no column is wider than to the next head. Raises NotAligned.
    """
    placed = [_placed(heads, row) for row in rows]
    if any(at % 2 for row in placed for at in row):
        placed = _out_of_gaps(placed, len(heads))
    _require_in_line(placed)
    if any(len(row) < len(heads) for row in placed):
        _require_alike(heads, placed)
    return [{at // 2: words for at, words in row.items()} for row in placed]


def _placed(heads: Sequence[Stack], row: Sequence[Mark]) -> dict[int, list[Mark]]:
    """Words by where they are: 2·n below a head, 2·n + 1 between it and the next, -1 before the first."""
    found: dict[int, list[Mark]] = {}
    for mark in sorted(row, key=lambda each: each.left):
        below = [n for n, head in enumerate(heads) if _shared(mark, head) > _SHARED_PT]
        if len(below) > 1:
            raise NotAligned
        at = 2 * below[0] if below else 2 * sum(head.middle < mark.left for head in heads) - 1
        found.setdefault(at, []).append(mark)
    return found


def _shared(mark: Mark, head: Stack) -> float:
    return min(mark.right, head.right) - max(mark.left, head.left)


def _out_of_gaps(placed: Sequence[dict[int, list[Mark]]], heads: int) -> list[dict[int, list[Mark]]]:
    """The rows with what stands between two heads given to one of them; to each its own where all rows are full."""
    known = [_lines_of(cells) for cells in _by_place(placed).values() if _differ(cells)]
    common = {_LEFT, _RIGHT, _MIDDLE}.intersection(*known) if known else set[str]()
    found = []
    for row in placed:
        if common in ({_LEFT}, {_RIGHT}):
            moved: dict[int, list[Mark]] = {}
            for at, words in row.items():
                to = at if at % 2 == 0 else at + 1 if common == {_LEFT} else at - 1
                if not 0 <= to < 2 * heads or to in moved:
                    raise NotAligned
                moved[to] = words
        elif len(row) == heads:
            moved = {2 * number: row[at] for number, at in enumerate(sorted(row))}
        else:
            raise NotAligned
        found.append(moved)
    return found


def _by_place(placed: Sequence[Mapping[int, Sequence[Mark]]]) -> dict[int, list[Extent]]:
    found: dict[int, list[Extent]] = {}
    for row in placed:
        for at, words in row.items():
            found.setdefault(at, []).append((words[0].left, max(each.right for each in words)))
    return found


def _differ(cells: Sequence[Extent]) -> bool:
    """Whether numbers are of different width, and so say on which side they are in line."""
    widths = [right - left for left, right in cells]
    return max(widths) - min(widths) > 2 * _IN_LINE_PT


def _lines_of(cells: Sequence[Extent]) -> set[str]:
    """Where the numbers of a column are in line."""
    return {name for name, each in _edges_of(cells).items() if max(each) - min(each) <= _IN_LINE_PT}


def _edges_of(cells: Sequence[Extent]) -> dict[str, list[float]]:
    return {
        _LEFT: [left for left, _ in cells],
        _RIGHT: [right for _, right in cells],
        _MIDDLE: [(left + right) / 2 for left, right in cells],
    }


def _require_in_line(placed: Sequence[Mapping[int, Sequence[Mark]]]) -> None:
    """Raises NotAligned where the numbers of a column are in line nowhere: it is none then."""
    if not all(_lines_of(cells) for cells in _by_place(placed).values()):
        raise NotAligned


def _require_alike(heads: Sequence[Stack], placed: Sequence[Mapping[int, Sequence[Mark]]]) -> None:
    """Raises NotAligned where the only number of a column stands otherwise below its head than others below theirs."""
    columns = _by_place(placed)
    common = {_LEFT, _RIGHT, _MIDDLE}.intersection(*(_lines_of(cells) for cells in columns.values()))
    beside = {
        at: {name: edges[0] - heads[at // 2].middle for name, edges in _edges_of(cells).items()}
        for at, cells in columns.items()
    }
    several = [at for at, cells in columns.items() if len(cells) > 1]
    for at in columns.keys() - {*several}:
        others = [beside[each] for each in (several or columns) if each != at]
        if not any(_is_among(beside[at][name], [each[name] for each in others]) for name in common):
            raise NotAligned


def _is_among(distance: float, others: Sequence[float]) -> bool:
    return bool(others) and min(others) - _ALIKE_PT <= distance <= max(others) + _ALIKE_PT
