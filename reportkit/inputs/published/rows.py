"""Figures of a table that is only told by the order of its pieces: a label, then as many numbers as it has columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reportkit.editions import Edition
from reportkit.editions.tables import CellSpec, ColumnNode, TableSpec, leaf_columns
from reportkit.inputs.published.page import Token
from reportkit.inputs.tables.labels import TableLabels, labels_of, near, plain
from reportkit.inputs.tables.numerals import NOTHING, plain_width

_NUMBER = re.compile(r"[+-]?\d[\d,.]*(?:\s\d+)*\s*(?:[(（].{1,40}[)）]|[①-⑳*※]+)?\s*(?:件|宗|条|个|份|项|万元|元)?。?")
_LONGEST_LABEL = 60
_NEAR = 4
"""Pieces before a row's numbers among which another row's label makes them nobody's surely."""
_FEWEST = 4
"""Letters of a label by which a row is known."""


@dataclass(frozen=True, slots=True)
class RowFound:
    """A row of a table and the pieces behind its label.

    `tokens` is None where they aren't as many as its columns. `heads_are_known`: its columns have heads in the
    statute's order; `is_alone`: no other row's label stands before them, whose numbers they might be.
    """

    specs: tuple[CellSpec, ...]
    label: Token
    tokens: tuple[Token, ...] | None
    count: int
    heads_are_known: bool
    is_alone: bool


def rows_found(edition: Edition, tokens: Sequence[Token], foreign: tuple[str, ...]) -> Iterator[RowFound]:
    """The rows of all tables; one is found by the label that stands right before its numbers.

    Where numbers stand right behind a table's heads, labels may be behind their rows: then none of it is sure.
    """
    tables = [(table, labels_of(table, foreign)) for table in edition.tables]
    heads = {table.id: False for table in edition.tables}
    found: list[RowFound] = []
    disordered: set[str] = set()
    words: list[Token] = []
    for is_number, group in groupby(tokens, key=lambda each: is_numeral(each.text)):
        run = [*group]
        if not is_number:
            words = run
            continue
        said = _joined(words)
        for table, labels in tables if words else ():
            heads[table.id] = _has_heads(table, said) or heads[table.id]
            if specs := _row(edition, table, labels, words):
                fits = len(run) == len(specs)
                known = heads[table.id] if labels.has_rows else _has_heads(table, said)
                alone = not labels.has_rows or _is_alone(labels, specs[0].row, words)
                found.append(RowFound(specs, words[-1], tuple(run) if fits else None, len(run), known, alone))
                break
        else:
            for table, labels in tables if words and _has_figures(run) else ():
                if labels.has_rows and plain(words[-1].text) in labels.columns and _has_heads(table, said):
                    disordered.add(table.id)
        words = []
    return (replace(row, is_alone=row.is_alone and row.specs[0].table not in disordered) for row in found)


def _has_figures(run: Sequence[Token]) -> bool:
    """Whether a run holds numbers, and not only those of columns."""
    said = [each.text for each in run if each.text not in NOTHING]
    return bool(said) and said != [str(number) for number in range(1, len(said) + 1)]


def is_numeral(text: str) -> bool:
    """Whether a piece stands in the place of a figure: a number, or what people write where there is none."""
    said = plain_width(text).strip()
    return said in NOTHING or _NUMBER.fullmatch(said) is not None


def _joined(words: Sequence[Token]) -> str:
    return "".join(plain(each.text) for each in words)


def _row(edition: Edition, table: TableSpec, labels: TableLabels, words: Sequence[Token]) -> tuple[CellSpec, ...]:
    """The cells of the row whose label stands last among some words; of a table without such labels all of them."""
    if not labels.has_rows:
        specs = tuple(spec for spec in edition.cells.values() if spec.table == table.id)
        return specs if _has_heads(table, _joined(words)) else ()
    known = tuple(labels.rows)
    for start in range(max(0, len(words) - 4), len(words)):
        said = _joined(words[start:])
        if len(said) <= _LONGEST_LABEL and (name := near(said, known, labels.others)) is not None:
            return edition.rows[labels.rows[name]]
    said = _joined(words[-4:])
    ending = [name for name in known if len(name) >= _FEWEST and said.endswith(name)]
    return edition.rows[labels.rows[max(ending, key=len)]] if ending else ()


def _is_alone(labels: TableLabels, row: str, words: Sequence[Token]) -> bool:
    """Whether of all rows' labels only this one's stands near the end of some words."""
    if any(labels.rows.get(plain(each.text), row) != row for each in words[-_NEAR:]):
        return False
    near_it = _joined(words)[-_LONGEST_LABEL:]
    own = [name for name, each in labels.rows.items() if each == row and name in near_it]
    rest = near_it
    for name in sorted(own, key=len, reverse=True):
        rest = rest.replace(name, "")
    rest = rest[max((rest.rfind(name) + len(name) for name in labels.columns if name in rest), default=0) :]
    return not any(len(name) >= _FEWEST and name in rest for name, each in labels.rows.items() if each != row)


def _has_heads(table: TableSpec, said: str) -> bool:
    """Whether words hold the heads of one of a table's blocks in their order: line by line, or from left to right."""
    return any(_has_heads_of(block.columns, said) for block in table.blocks)


def _has_heads_of(columns: tuple[ColumnNode, ...], said: str) -> bool:
    leaves = [plain(column.label) for _, _, column in leaf_columns(columns)]
    groups = [plain(label) for label in _groups(columns)]
    by_line = [plain(label) for label in _by_line(columns)]
    named = [group for group in groups if group in said]
    in_order = [said.find(group) for group in named]
    return (_follow(leaves, said) or _follow(by_line, said)) and in_order == sorted(in_order)


def _follow(labels: Sequence[str], said: str) -> bool:
    """Whether labels follow each other, with nothing but groups' between."""
    at = 0
    for label in labels:
        at = said.find(label, at) + len(label)
        if at < len(label):
            return False
    return True


def _groups(columns: tuple[ColumnNode, ...]) -> Iterator[str]:
    level = [*columns]
    while level:
        yield from (each.label for each in level if each.columns)
        level = [below for each in level for below in each.columns]


def _by_line(columns: tuple[ColumnNode, ...]) -> Iterator[str]:
    """The labels of leaf columns as they stand on the lines of a head, from the uppermost."""
    level = [*columns]
    while level:
        yield from (each.label for each in level if not each.columns)
        level = [below for each in level for below in each.columns]
