"""Heads of columns as offices shorten them, taken for the printed ones where nothing else stands among the heads."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from reportkit.editions.tables import TableSpec, leaf_columns
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import labels_of, plain, variants
from reportkit.inputs.tables.numerals import is_like_a_number

_LINES = 2
"""Lines below the first head of a set on which its others may stand."""
_SETS: Mapping[str, tuple[Mapping[str, tuple[str, ...]], ...]] = {
    "requests": (
        {
            "自然人": (),
            "商业企业": ("企业", "企业法人"),
            "科研机构": ("科研单位",),
            "社会公益组织": ("公益组织",),
            "法律服务机构": ("法律服务", "法律机构"),
            "其他": ("其他组织", "其它"),
            "总计": ("合计",),
        },
    ),
    "disclosure": ({"本年制发件数": ("制发件数",), "本年废止件数": ("废止件数",), "现行有效件数": ()},),
}
"""By table: the printed heads of a set with what they are shortened to."""
_WITH = {"disclosure": {"处理决定数量": "本年处理决定数量", "收费金额万元": "本年收费金额单位万元"}}
"""By table: what other heads are shortened to on a sheet with a whole set of shortened ones."""
_FIRST, _SUM = "自然人", "总计"
_GROUPS = frozenset(("申请人情况", "申请人", "法人或其他组织", "法人和其他组织"))
_FEWEST = 3
"""Kinds of organisations that make 其他 the rest of the printed ones, and not all but enterprises."""
_AND_SUCH = re.compile(r"[\u4e00-\u9fff]{1,6}等(?=[\u4e00-\u9fff]{4})")
"""Examples before a head's own words: 律所等法律服务机构."""


def shortened(table: str) -> dict[str, str]:
    """What the heads of a table are shortened to, by the short form in plain letters."""
    return {short: name for heads in _SETS.get(table, ()) for name, shorts in heads.items() for short in shorts}


@lru_cache(maxsize=20)
def heads_of(tables: tuple[TableSpec, ...]) -> frozenset[str]:
    """What heads of tables are called, whole and shortened, and those of their groups, in plain letters."""
    found = set(_GROUPS)
    for table in tables:
        columns = (column for block in table.blocks for _, _, column in leaf_columns(block.columns))
        found |= {*variants(plain(column.label) for column in columns), *labels_of(table, ()).groups}
        found |= {*shortened(table.id)}
    return frozenset(found)


def short_heads(table: str, grid: Grid) -> dict[Spot, str]:
    """The cells that hold a shortened head, with the printed one in plain letters."""
    found: dict[Spot, str] = {}
    texts = [(spot, _AND_SUCH.sub("", plain(text))) for spot, text in grid.texts]
    for heads in _SETS.get(table, ()):
        printed = {short: name for name, shorts in heads.items() for short in (name, *shorts)}
        named = [(spot, text, printed[text]) for spot, text in texts if text in printed]
        for line in dict.fromkeys(spot[0] for spot, _, _ in named):
            within = [each for each in named if line <= each[0][0] <= line + _LINES]
            counts = Counter(name for _, _, name in within)
            # Each kind of what was issued has the same heads; applicants are divided once.
            is_whole = counts.keys() == heads.keys() and len({*counts.values()}) == 1
            if table == "requests":
                is_whole = len(within) == len(counts) and (is_whole or _is_most_of(grid, line, within))
            if is_whole:
                found |= {spot: name for spot, text, name in within if plain(grid[spot].text) != name}
    if found:
        others = _WITH.get(table, {})
        found |= {spot: others[text] for spot, text in texts if text in others}
    return found


def _is_most_of(grid: Grid, line: int, heads: Sequence[tuple[Spot, str, str]]) -> bool:
    """Whether heads of applicants, each once, are all that stands above figures, with enough kinds among them."""
    at = {name: spot for spot, _, name in heads}
    kinds = at.keys() - {_FIRST, _SUM}
    if _FIRST not in at or len(kinds) < _FEWEST:
        return False
    known = {spot for spot, _, _ in heads}
    first = min(spot[1] for spot in known)
    return all(spot in known or plain(text) in _GROUPS for spot, text in _above_figures(grid, line, first))


def _above_figures(grid: Grid, line: int, first: int) -> Iterable[tuple[Spot, str]]:
    """What stands from a column on, on the lines of heads: down to the first number."""
    end = min((row for (row, column), text in grid.texts if row > line and column >= first and is_like_a_number(text)),
              default=grid.rows)  # fmt: skip
    return [(spot, text) for spot, text in grid.texts if line <= spot[0] < end and spot[1] >= first]
