"""Figures beside or below words that name row and column in full: 规章 | 本年制发件数, 1．规章本年制发件数."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from reportkit.editions import Edition
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import plain, variants
from reportkit.inputs.tables.located import HAN, LIKE_A_NUMBER, MAY_BE_OURS, Located
from reportkit.inputs.tables.numerals import is_a_count
from reportkit.inputs.tables.times import COMPARED, says_other_time

_DEEPEST = 3
"""Words one beside or above the other that name a row or a column."""
_FEWEST = 3
"""Figures of a table that are found so, below which none is taken."""
_NUMBER = re.compile(r"^\d{1,2}(?=\D)")
_SHORT = {
    **{"结果维持": "维持", "结果纠正": "纠正", "其他结果": "其他", "尚未审结": "未审结"},
    **{"本年制发件数": "制发件数", "本年废止件数": "废止件数", "本年处理决定数量": "处理决定数量"},
    "本年收费金额单位万元": "收费金额单位万元",
}
_COUNTED = re.compile(r"(?:数[值据量]?|件数|填报数|[值数]|单位[:：]\S{1,2})")
"""What stands above figures and says nothing else of them."""


def by_path(edition: Edition, grid: Grid, year: int) -> dict[str, list[Located]]:
    """By table, the figures whose whole path is beside or above them."""
    found: dict[str, list[Located]] = {}
    for one in (grid, grid.turned()):
        here: dict[str, list[Located]] = {}
        for each in _upright(edition, one, year):
            here.setdefault(edition.cells[each.cell].table, []).append(each)
        for table, places in here.items():
            cells = {each.cell for each in places}
            if len(cells) >= _FEWEST and len(cells) > len({each.cell for each in found.get(table, ())}):
                found[table] = places
    return found


def _upright(edition: Edition, grid: Grid, year: int) -> Iterator[Located]:
    paths = paths_of(edition)
    for spot, text in grid.texts:
        if not (is_a_count(text) or LIKE_A_NUMBER.fullmatch(text)):
            continue
        left = _words(grid, ((spot[0], column) for column in range(spot[1] - 1, -1, -1)))
        above = _words(grid, ((row, spot[1]) for row in range(spot[0] - 1, -1, -1)))
        matches = [*_matches(paths, left, above)]
        if len({cell for cell, _, _ in matches}) == 1:
            cell, of_left, of_above = max(matches, key=lambda match: match[1] + match[2])
            said = "".join((text, *left[:of_left], *above[:of_above]))
            if edition.cells[cell].unit == "万元" and "万元" not in said:
                continue  # it may be in 元
            others = [*left[of_left:], *above[of_above:]]
            other = next((each for each in others if says_other_time(each, year) or COMPARED.search(each)), "")
            unlike = other or _somebody_elses(left, year, of_left) or _of_something_else(above, year, of_above)
            yield Located(cell, grid, (spot,), unlike=unlike, is_of_other_time=bool(other))


def _words(grid: Grid, spots: Iterable[Spot]) -> list[str]:
    """The words in cells, nearest first, those of a merged area once."""
    found: list[str] = []
    for spot in spots:
        text = grid.shown(spot).text.strip()
        is_number = is_a_count(text) or (LIKE_A_NUMBER.fullmatch(text) and not HAN.search(text))
        if text and not is_number and text not in found[-1:]:
            found.append(text)
    return found


def _matches(paths: Mapping[str, str], left: Sequence[str], above: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The cells that words name, nearest first, with how many of those left and above make the path."""
    for of_left, of_above in product(range(min(len(left), _DEEPEST) + 1), range(min(len(above), _DEEPEST) + 1)):
        words = (*reversed(left[:of_left]), *reversed(above[:of_above]))
        text = "".join(map(plain, words))
        cell = paths.get(text) or paths.get(_NUMBER.sub("", text))
        if cell is not None and words:
            yield cell, of_left, of_above


def _somebody_elses(left: Sequence[str], year: int, of_left: int) -> str:
    """Words left of figures that are named from above, and may make them somebody else's; empty where none do."""
    return next((text for text in left if not (of_left or MAY_BE_OURS.search(text.replace(str(year), "本年")))), "")


def _of_something_else(above: Sequence[str], year: int, of_above: int) -> str:
    """A head above figures that are named from the left, and may make them something else; empty where none does."""
    said = "" if of_above or not above else above[0]
    return "" if not said or str(year) in said or MAY_BE_OURS.search(said) or _COUNTED.fullmatch(said) else said


@lru_cache(maxsize=20)
def _paths(labels: tuple[tuple[str, str, str], ...]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for cell, row, column in labels:
        table, *groups = row.split("·")
        rows = [*variants(plain("".join(groups[start:])) for start in range(len(groups)))]
        rows += [each.removeprefix("行政") for each in rows if each == "行政规范性文件"]
        names = [plain(column), *(short for name, short in _SHORT.items() if name == plain(column))]
        columns = dict.fromkeys((*variants(names), *(each.removesuffix("单位万元") for each in names)))
        rows += [each.removesuffix("收费") for each in rows if each.endswith("性收费")]  # 行政事业性收费金额
        for before, name, behind in product(("", plain(table)), rows, columns):
            found.setdefault(f"{before}{name}{behind}", set()).add(cell)
    return {path: next(iter(cells)) for path, cells in found.items() if len(cells) == 1}


def paths_of(edition: Edition) -> Mapping[str, str]:
    """Cell ids by what their row and column are called, one behind the other, where that means one alone."""
    return _paths(tuple((each.id, each.row_label, each.column_label) for each in edition.cells.values()))
