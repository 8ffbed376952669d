"""The labels of statutory tables as people type them: without spaces, in other brackets, with a slip of one letter."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from reportkit.editions.tables import RowNode, TableSpec, leaf_columns

_NOT_WORDS = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|\d{1,2})(?=\D)")
_SHORTEST = 4
"""Letters of a label in which a slip is looked for."""


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """A label's letters and digits alone: （七） 总计 → 七总计."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class TableLabels:
    """The labels of one table: what stands in front of its rows and above its columns, in plain letters.

    `rows` is row id → the plain forms of its own label; `columns` is (groups above, column id) by the plain forms of
    the label that stands directly above figures; `groups` are the labels of groups of columns by their id path.
    """

    table: str
    rows: Mapping[str, str]
    """Plain label → row id, where it means one row alone."""
    columns: Mapping[str, tuple[tuple[str, str], ...]]
    """Plain label → what the ids of cells below it may end with: (row's part, column), (`review`, `upheld`)."""
    groups: Mapping[str, str]
    """Plain label of a group of columns with an id → the id's path: `litigation.direct`."""
    has_rows: bool
    others: tuple[str, ...] = ()
    """Labels of other tables and formats, of which nothing here may be a slip."""


def labels_of(table: TableSpec, others: tuple[str, ...]) -> TableLabels:
    """The labels of a table."""
    rows: dict[str, set[str]] = {}
    for row, names in _rows(table):
        for name in names:
            rows.setdefault(name, set()).add(row)
    columns: dict[str, dict[tuple[str, str], None]] = {}
    groups: dict[str, str] = {}
    for block in table.blocks:
        for ids, labels, column in leaf_columns(block.columns):
            if column.id is not None:
                columns.setdefault(plain(column.label), {})[".".join(ids), column.id] = None
            for depth, label in enumerate(labels, 1):
                groups[plain(label)] = ".".join(ids[:depth])
    return TableLabels(
        table.id,
        {name: next(iter(found)) for name, found in rows.items() if len(found) == 1},
        {name: tuple(found) for name, found in columns.items()},
        groups,
        any(block.rows for block in table.blocks),
        others,
    )


def _rows(table: TableSpec) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each row of figures with the forms that its label is typed in: whole, without its number, without a bracket."""

    def walk(nodes: tuple[RowNode, ...], path: tuple[str, ...]) -> Iterable[tuple[str, tuple[str, ...]]]:
        for node in nodes:
            below = (*path, node.id) if node.id else path
            if node.rows:
                yield from walk(node.rows, below)
                continue
            whole = plain(node.label)
            short = plain(re.sub(r"[（(](?![一二三四五六七八九十]+[）)]).*?[）)]", "", node.label))
            forms = (whole, short, _NUMBERED.sub("", whole), _NUMBERED.sub("", short))
            yield ".".join((table.id, *below)), tuple(dict.fromkeys(forms))

    for block in table.blocks:
        yield from walk(block.rows, ())


_TELLS = frozenset("本上去今前后年月季半不未无非元万亿千百十一二三四五六七八九〇0123456789")
"""Letters that make another label of one: 上年制发件数 is no slip of 本年制发件数, 元 none of 万元."""


@lru_cache(maxsize=50_000)
def near(text: str, known: tuple[str, ...], others: tuple[str, ...] = ()) -> str | None:
    """The only label that is one slip away from a text; itself where it is one.

    None where another label, of `others` too, is within two slips, or the slip makes another label of it.
    """
    if text in known:
        return text
    if len(text) < _SHORTEST:
        return None
    close = [each for each in {*known, *others} if Levenshtein.distance(text, each, score_cutoff=2) <= 2]
    if len(close) != 1 or close[0] not in known or Levenshtein.distance(text, close[0]) != 1:
        return None
    (slip,) = Levenshtein.editops(text, close[0])
    letters = {text[slip.src_pos]} if slip.tag != "insert" else set()
    letters |= {close[0][slip.dest_pos]} if slip.tag != "delete" else set()
    return None if letters & _TELLS else close[0]
