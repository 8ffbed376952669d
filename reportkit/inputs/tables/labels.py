"""The labels of statutory tables as people type them: without spaces, in other brackets, with a slip of one letter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from reportkit.editions import Edition
from reportkit.editions.tables import ColumnNode, RowNode, TableSpec, leaf_columns

_NOT_WORDS = re.compile(r"[\W_]+")
NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|\d{1,2})(?=\D)")
SHORTEST = 4
"""Letters of a label in which a slip is looked for."""


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """A label's letters and digits alone: （七） 总计 → 七总计."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class TableLabels:
    """The labels of one table: what stands in front of its rows and above its columns, in plain letters."""

    table: str
    rows: Mapping[str, str]
    """Plain label → row id, where it means one row alone."""
    columns: Mapping[str, tuple[tuple[str, str], ...]]
    """Plain label → what the ids of cells below it may end with: (row's part, column), (`review`, `upheld`)."""
    groups: Mapping[str, str]
    """Plain label of a group of columns with an id → the id's path: `litigation.direct`."""
    in_groups: Mapping[str, str]
    """Plain label of a row's group and the row's without its number, for short ones → the row's plain label."""
    has_rows: bool
    all: tuple[str, ...]
    """Every label of the table as it is printed, those of its blocks and groups too."""
    others: tuple[str, ...] = ()
    """Labels of other formats, of which nothing here may be a slip."""


@lru_cache(maxsize=100)
def labels_of(table: TableSpec, others: tuple[str, ...]) -> TableLabels:
    """The labels of a table."""
    rows: dict[str, set[str]] = {}
    for row, names in _rows(table):
        for name in names:
            rows.setdefault(name, set()).add(row)
    columns: dict[str, dict[tuple[str, str], None]] = {}
    groups: dict[str, str] = {}
    for block in table.blocks:
        leaves = zip(leaf_columns(block.columns), _groups_above(block.columns, ()), strict=True)
        for (ids, labels, column), above in leaves:
            if column.id is not None:
                for name in variants(_with_groups(above, plain(column.label))):
                    columns.setdefault(name, {})[".".join(ids), column.id] = None
            for depth, label in enumerate(labels, 1):
                groups |= dict.fromkeys(variants((plain(label),)), ".".join(ids[:depth]))
                groups |= {f"{name}{end}": groups[name] for name in variants((plain(label),)) for end in _CASES}
    return TableLabels(
        table.id,
        {name: next(iter(found)) for name, found in rows.items() if len(found) == 1},
        {name: tuple(found) for name, found in columns.items()},
        groups,
        {f"{group}{bare}": name for group, bare, name in _short_rows(table)},
        any(block.rows for block in table.blocks),
        tuple(map(plain, _printed(table))),
        others,
    )


def _groups_above(nodes: Iterable[ColumnNode], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The labels of all groups that each leaf column is in, of those without an id too."""
    for node in nodes:
        if node.columns:
            yield from _groups_above(node.columns, (*above, node.label))
        else:
            yield above


def _printed(table: TableSpec) -> Iterator[str]:
    """Every label of a table, from its blocks' titles down to the rows."""

    def walk(nodes: Iterable[RowNode | ColumnNode]) -> Iterator[str]:
        for node in nodes:
            yield node.label
            yield from walk(node.rows if isinstance(node, RowNode) else node.columns)

    for block in table.blocks:
        yield from (each for each in (block.title, block.corner) if each)
        yield from walk(block.columns)
        yield from walk(block.rows)


def _rows(table: TableSpec) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each row of figures with the forms that its label is typed in: whole, without its number, without a bracket."""

    def walk(
        nodes: tuple[RowNode, ...], path: tuple[str, ...], groups: tuple[str, ...]
    ) -> Iterable[tuple[str, tuple[str, ...]]]:
        for node in nodes:
            below = (*path, node.id) if node.id else path
            if node.rows:
                yield from walk(node.rows, below, (*groups, node.label))
                continue
            whole = plain(node.label)
            short = plain(re.sub(r"[（(](?![一二三四五六七八九十]+[）)]).*?[）)]", "", node.label))
            bare = (NUMBERED.sub("", each) for each in (whole, short))
            # 总计 and 其他 without their numbers are what people call anything.
            forms = (*_with_groups(groups, whole), short, *(each for each in bare if len(each) >= SHORTEST))
            yield ".".join((table.id, *below)), variants(forms)

    for block in table.blocks:
        yield from walk(block.rows, (), ())


def _short_rows(table: TableSpec) -> Iterable[tuple[str, str, str]]:
    """The labels of groups of rows with those of their rows that say nothing without: 其他处理, 其他, 3其他."""

    def walk(nodes: tuple[RowNode, ...], group: str) -> Iterable[tuple[str, str, str]]:
        for node in nodes:
            yield from walk(node.rows, plain(node.label))
            bare = NUMBERED.sub("", plain(node.label))
            if group and not node.rows and len(bare) < SHORTEST and bare not in (SUM_PRINTED, SUM_TYPED):
                yield group, bare, plain(node.label)
                yield NUMBERED.sub("", group), bare, plain(node.label)

    for block in table.blocks:
        yield from walk(block.rows, "")


def _with_groups(groups: Sequence[str], label: str) -> tuple[str, ...]:
    """A label as it is, and with those of the groups that it is in before it."""
    return (label, *("".join(map(plain, groups[start:])) + label for start in range(len(groups))))


SUM_PRINTED, SUM_TYPED = "总计", "合计"


def variants(names: Iterable[str]) -> tuple[str, ...]:
    """Labels in plain letters, with the other words that offices have for the same."""
    found = dict.fromkeys(names)
    for printed, typed in _CALLED:
        found |= dict.fromkeys([name.replace(printed, typed) for name in found])
    return tuple(found)


_CALLED = (
    (SUM_PRINTED, SUM_TYPED),
    ("单位万元", "万元"),
    ("采购总金额", "采购总金额万元"),
    ("现行有效件数", "现行有效件数历史累计"),
    ("未经复议直接起诉", "直接起诉"),
    ("未经复议直接起诉", "未经复议起诉"),
    ("复议后起诉", "经复议后起诉"),
)
"""What the tables print, and what is typed for it where nothing else can be meant."""
_CASES = ("情况", "案件", "案件情况")
"""What is typed behind the label of a group."""
_SAYS_NOTHING = frozenset("的数件量等项之")
"""Letters with or without which a label is the same."""


@lru_cache(maxsize=50_000)
def near(text: str, known: tuple[str, ...], others: tuple[str, ...] = ()) -> str | None:
    """The only label that a text is a slip of; itself where it is one.

    None where another label, of `others` too, is within two letters.
    """
    if text in known:
        return text
    if len(text) < SHORTEST:
        return None
    close = [each for each in {*known, *others} if Levenshtein.distance(text, each, score_cutoff=2) <= 2]
    return close[0] if len(close) == 1 and close[0] in known and is_slip(text, close[0]) else None


def is_slip(text: str, label: str) -> bool:
    """Whether a text is a label but for one letter: another that sounds the same, or one that says nothing.

    工业企业 and 商业企业, 失效 and 有效 are one letter apart, and two things.
    """
    if Levenshtein.distance(text, label, score_cutoff=1) != 1:
        return text == label
    (slip,) = Levenshtein.editops(text, label)
    typed, meant = text[slip.src_pos : slip.src_pos + 1], label[slip.dest_pos : slip.dest_pos + 1]
    if slip.tag == "replace":
        return bool(lazy_pinyin(typed) == lazy_pinyin(meant))
    return (typed if slip.tag == "delete" else meant) in _SAYS_NOTHING


def all_labels(edition: Edition) -> dict[str, None]:
    """The labels of all of an edition's tables, as plain letters, those of groups too."""
    found: dict[str, None] = {}
    for table in edition.tables:
        labels = labels_of(table, ())
        found |= dict.fromkeys((*labels.rows, *labels.columns, *labels.all))
    return found
