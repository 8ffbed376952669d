"""Tables of a PDF without rules → grids, by what stands below which head and beside which label.

Each number must be below one head alone and beside one label alone, and those of a column in line; else nothing of the
table is taken. What a column is called and what a row is called is left to those who read any grid.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportkit.editions import Edition
from reportkit.editions.tables import TableBlock, TableSpec, leaf_columns
from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.columns import NotAligned, columns_of
from reportkit.inputs.published.page import Mark
from reportkit.inputs.published.rows import is_numeral
from reportkit.inputs.published.shape import Span, grid_at
from reportkit.inputs.published.stacks import Stack, stacks_of
from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.tables.labels import TableLabels, labels_of, plain, variants
from reportkit.inputs.tables.short_heads import shortened

_FEWEST_HEADS = 4
"""Of table 三, that make a line its heads."""
_FEWEST_NUMBERS = 3
"""On a line that makes it one of figures, of a table without labels of rows."""
_CONTEXT = 4.0
"""Sizes of a character above heads, from where words may say what the columns are of."""


@dataclass
class _Aligned:
    """The heads of a table's columns from the left, and the rows below them, over the ends of pages."""

    table: TableSpec
    heads: list[Stack]
    groups: list[Stack]
    above: list[Mark]
    is_clear: bool
    """Whether nothing stands among the heads that is none, and all beside one label alone."""
    rows: list[tuple[tuple[Mark, ...], list[Mark]]] = field(default_factory=list)
    """The words of a label with what stands right of it."""

    @property
    def labels(self) -> TableLabels:
        return labels_of(self.table, ())

    @property
    def is_whole(self) -> bool:
        """Whether it doesn't go on over a page's end: one line of figures without a label."""
        return not self.labels.has_rows


def aligned_grids(edition: Edition, marks: Sequence[Mark]) -> Iterator[tuple[TableSpec, Grid | None, Place]]:
    """The tables whose columns no rules part, each with its grid; None where something doesn't stand clearly."""
    for number, each in enumerate(_tables(edition, marks), 1):
        first = each.heads[0].marks[0].place
        if not any(words for _, words in each.rows):
            continue
        try:
            yield each.table, _grid(each, f"{first.sheet}无线表格{number}"), first
        except NotAligned:
            yield each.table, None, first


def _tables(edition: Edition, marks: Sequence[Mark]) -> Iterator[_Aligned]:
    """The tables in the order of the pages, each with what stands below its heads and above the next ones'."""
    is_open: _Aligned | None = None
    for page in sorted({each.page for each in marks}):
        here = [each for each in marks if each.page == page]
        bands = _bands(edition, here)
        tops = [*(min(each.top for each in heads) for _, heads in bands), float("inf")]
        if is_open is not None and not is_open.is_whole:
            _add_rows(is_open, [each for each in here if each.bottom < tops[0]])
        for (table, heads), end in zip(bands, tops[1:], strict=True):
            if is_open is not None:
                yield is_open
            bottom = max(each.bottom for each in heads)
            is_open = _begun(table, heads, here)
            _add_rows(is_open, [each for each in here if each.top > bottom - each.size / 2 and each.bottom < end])
    if is_open is not None:
        yield is_open


def _bands(edition: Edition, here: Sequence[Mark]) -> list[tuple[TableSpec, list[Stack]]]:
    """The heads that stand beside each other on a page, from the top, with the table that has them."""
    known = {name for table in edition.tables for names in _leaves(table) for name in names}
    known |= {short for table in edition.tables for short in shortened(table.id)}
    lines: list[list[Stack]] = []
    for each in sorted(stacks_of(here, known), key=lambda stack: stack.top):
        if lines and each.top < max(one.bottom for one in lines[-1]) + each.size:
            lines[-1].append(each)
        else:
            lines.append([each])
    found: list[tuple[TableSpec, list[Stack]]] = []
    last: list[Stack] = []
    for line in lines:
        # A total may stand some lines above the heads of a group.
        both = _table_of(edition, last + line) if last and _is_right_below(line, last, here) else None
        if both is not None and found and found[-1][1] == last:
            found.pop()
        table = both or _table_of(edition, line)
        last = sorted(last + line if both else line, key=lambda stack: stack.left)
        found += [(table, last)] if table is not None else []
    return found


def _is_right_below(line: Sequence[Stack], above: Sequence[Stack], here: Sequence[Mark]) -> bool:
    """Whether heads stand near others, with no number between."""
    bottom, top = max(each.bottom for each in above), min(each.top for each in line)
    between = (each for each in here if bottom < (each.top + each.bottom) / 2 < top)
    return top - bottom < _CONTEXT * line[0].size and not any(is_numeral(each.text) for each in between)


def _table_of(edition: Edition, heads: Sequence[Stack]) -> TableSpec | None:
    """The table whose heads some labels are, beside each other."""
    ordered = sorted(heads, key=lambda stack: stack.left)
    if any(one.right > other.left for one, other in itertools.pairwise(ordered)):
        return None
    return next((each for each in edition.tables if _are_heads_of(each, [head.name for head in ordered])), None)


def _are_heads_of(table: TableSpec, names: Sequence[str]) -> bool:
    """Whether labels are all heads of one of a table's blocks in its order; of table 三 most, in any order."""
    leaves = _leaves(table)
    if len(table.blocks) == 1 and len({*leaves}) == len(leaves):
        known = {**{name: each[0] for each in leaves for name in each}, **shortened(table.id)}
        meant = [known.get(name) for name in names]
        return len(names) >= _FEWEST_HEADS and None not in meant and len({*meant}) == len(meant)
    return any(
        len(own) == len(names) and all(name in each for name, each in zip(names, own, strict=True))
        for own in (_leaves_of(block) for block in table.blocks)
    )


def _leaves(table: TableSpec) -> list[tuple[str, ...]]:
    """What each of a table's columns is called, without the groups that it is in; the printed label first."""
    return [names for block in table.blocks for names in _leaves_of(block)]


def _leaves_of(block: TableBlock) -> list[tuple[str, ...]]:
    return [variants((plain(column.label),)) for _, _, column in leaf_columns(block.columns)]


def _begun(table: TableSpec, heads: list[Stack], here: Sequence[Mark]) -> _Aligned:
    """A table with its heads, the labels of its groups, and other words right above them."""
    own = {id(mark) for head in heads for mark in head.marks}
    top, bottom = min(each.top for each in heads), max(each.bottom for each in heads)
    reach = _CONTEXT * heads[0].size
    others = [each for each in here if id(each) not in own and top - reach < each.top and each.bottom <= bottom + 1]
    labels = labels_of(table, ())
    groups = stacks_of(others, {*labels.all, *labels.groups})
    grouped = {id(mark) for group in groups for mark in group.marks}
    above = [each for each in others if id(each) not in grouped and each.right > heads[0].left]
    is_clear = not any(top < (each.top + each.bottom) / 2 < bottom for each in above)
    return _Aligned(table, heads, groups, above, is_clear)


def _add_rows(table: _Aligned, below: Sequence[Mark]) -> None:
    """Adds the rows whose labels stand among some words, each with the words right of it."""
    if table.is_whole:
        table.rows += _lines_of_figures(below, table.heads[0].left)
        return
    rows = sorted(stacks_of(below, {*table.labels.rows}), key=lambda stack: stack.top)
    used = {id(mark) for row in rows for mark in row.marks}
    right = max((each.right for each in rows), default=0)
    beside: list[list[Mark]] = [[] for _ in rows]
    for mark in below:
        middle = (mark.top + mark.bottom) / 2
        if id(mark) in used or (mark.left < right and not is_numeral(mark.text)):
            continue
        at = [number for number, row in enumerate(rows) if row.top <= middle <= row.bottom]
        if len(at) == 1:
            beside[at[0]].append(mark)
        elif at or (rows and rows[0].top < middle < rows[-1].bottom):
            table.is_clear = False
    table.rows += [(row.marks, words) for row, words in zip(rows, beside, strict=True)]


def _lines_of_figures(below: Sequence[Mark], first: float) -> Iterator[tuple[tuple[Mark, ...], list[Mark]]]:
    """The lines with figures of a table without labels of rows: the first one, and others with some numbers."""
    numbers = sorted((each for each in below if is_numeral(each.text)), key=lambda each: each.top)
    seen: list[float] = []
    for number in numbers:
        if any(abs(number.top - top) < number.size / 2 for top in seen):
            continue
        line = [each for each in below if abs(each.top - number.top) < number.size / 2]
        if not seen or sum(is_numeral(each.text) for each in line) >= _FEWEST_NUMBERS:
            yield tuple(each for each in line if each.right < first), [each for each in line if each.right >= first]
        seen.append(number.top)


def _grid(table: _Aligned, name: str) -> Grid:
    """A table's words with its labels in the first column. Raises NotAligned."""
    if not table.is_clear:
        raise NotAligned
    columns = columns_of(table.heads, [words for _, words in table.rows])
    spans: dict[Spot, Span] = {}
    row = 0
    for _, marks in _by_line(table.above):
        for mark in marks:
            over = [n for n, head in enumerate(table.heads) if mark.left < head.right and head.left < mark.right]
            if over:
                spans[row, over[0] + 1] = Span(GridCell(mark.text), 1, len(over), mark.place)
        row += 1
    for depth, (column, along, group) in enumerate(_groups(table)):
        spans[row + depth, column + 1] = Span(GridCell(group.text), 1, along, group.marks[0].place)
    row += len(table.groups)
    spans |= {
        (row, column + 1): Span(GridCell(head.text), 1, 1, head.marks[0].place)
        for column, head in enumerate(table.heads)
    }
    for number, ((label, _), found) in enumerate(zip(table.rows, columns, strict=True), row + 1):
        if label:
            spans[number, 0] = Span(GridCell("".join(each.text for each in label)), 1, 1, label[0].place)
        for column, words in found.items():
            text = " ".join(each.text for each in words)
            spans[number, column + 1] = Span(GridCell(text), 1, 1, words[0].place)
    return _filled(name, spans, row + len(table.rows) + 1, len(table.heads) + 1, table.heads[0].marks[0].place)


def _filled(name: str, spans: dict[Spot, Span], rows: int, columns: int, place: Place) -> Grid:
    """A grid with an empty cell wherever nothing stands."""
    taken = {(row, column + n) for (row, column), span in spans.items() for n in range(span.along)}
    empty = {(row, column) for row in range(rows) for column in range(columns)} - taken
    return grid_at(name, {**spans, **{spot: Span(GridCell(None), 1, 1, place) for spot in empty}}, rows)


def _by_line(marks: Sequence[Mark]) -> list[tuple[float, list[Mark]]]:
    lines: list[tuple[float, list[Mark]]] = []
    for mark in sorted(marks, key=lambda each: each.top):
        if lines and mark.top - lines[-1][0] < mark.size / 2:
            lines[-1][1].append(mark)
        else:
            lines.append((mark.top, [mark]))
    return lines


def _groups(table: _Aligned) -> Iterator[tuple[int, int, Stack]]:
    """The labels of groups, the outermost first, each with the first of its columns and how many it has.

    Of a table whose columns are told apart by them each must stand above the middle of its own. Raises NotAligned.
    """
    paths = [".".join(ids) for block in table.table.blocks for ids, _, _ in leaf_columns(block.columns)]
    for group in sorted(table.groups, key=lambda stack: stack.top):
        path = table.labels.groups.get(group.name)
        if path is None:
            continue
        own = [n for n, each in enumerate(paths) if each == path or each.startswith(f"{path}.")]
        if not own or len(paths) != len(table.heads):
            raise NotAligned
        first, last = table.heads[own[0]], table.heads[own[-1]]
        if not first.left <= group.middle <= last.right:
            raise NotAligned
        yield own[0], len(own), group
