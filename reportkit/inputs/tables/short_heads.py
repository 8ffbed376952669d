"""Heads of columns as offices shorten them, taken for the printed ones where all heads of a set are there."""

from collections import Counter
from collections.abc import Mapping

from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import plain

_LINES = 2
"""Lines below the first head of a set on which its others may stand."""
_SETS: Mapping[str, tuple[Mapping[str, tuple[str, ...]], ...]] = {
    "requests": (
        {
            "自然人": (),
            "商业企业": ("企业",),
            "科研机构": (),
            "社会公益组织": ("公益组织",),
            "法律服务机构": ("法律服务",),
            "其他": ("其他组织",),
            "总计": ("合计",),
        },
    ),
    "disclosure": ({"本年制发件数": ("制发件数",), "本年废止件数": ("废止件数",), "现行有效件数": ()},),
}
"""By table: the printed heads of a set with what they are shortened to."""
_WITH = {"disclosure": {"处理决定数量": "本年处理决定数量", "收费金额万元": "本年收费金额单位万元"}}
"""By table: what other heads are shortened to on a sheet with a whole set of shortened ones."""


def short_heads(table: str, grid: Grid) -> dict[Spot, str]:
    """The cells that hold a shortened head, with the printed one in plain letters."""
    found: dict[Spot, str] = {}
    texts = [(spot, plain(text)) for spot, text in grid.texts]
    for heads in _SETS.get(table, ()):
        printed = {short: name for name, shorts in heads.items() for short in (name, *shorts)}
        named = [(spot, text, printed[text]) for spot, text in texts if text in printed]
        for line in dict.fromkeys(spot[0] for spot, _, _ in named):
            within = [each for each in named if line <= each[0][0] <= line + _LINES]
            counts = Counter(name for _, _, name in within)
            # Each kind of what was issued has the same heads; applicants are divided once.
            is_whole = counts.keys() == heads.keys() and len({*counts.values()}) == 1
            if is_whole and (table != "requests" or len(within) == len(heads)):
                found |= {spot: name for spot, text, name in within if text != name}
    if found:
        others = _WITH.get(table, {})
        found |= {spot: others[text] for spot, text in texts if text in others}
    return found
