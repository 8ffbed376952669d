"""A statutory table laid on its side, a body a row: its figures' columns, and the heads above them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportkit.editions.tables import CellSpec, ColumnNode, RowNode, TableSpec, block_cells

Heads = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """One figure of a table: `above` are its heads but the last, from the outermost, `head` is the column's own.

    Every column of a table has the same number of heads; one that it hasn't is empty.
    """

    cell: CellSpec
    above: Heads
    head: str


def figure_columns(table: TableSpec) -> list[FigureColumn]:
    """A table's figures in reading order, with their statutory labels: title, row, group of columns, column.

    A group over all columns of a block (申请人情况) tells none of them from another, and is left out.
    """
    found: list[tuple[CellSpec, str, str, Heads]] = []
    for block in table.blocks:
        rows = [*_row_labels(block.rows)] if block.rows else [""]
        groups = [*_groups(block.columns)]
        cells = iter(block_cells(table, block))
        for row in rows:
            found += [(next(cells), block.title or "", row, above) for above in groups]
    depth = max(len(above) for *_, above in found)
    padded = [(cell, (title, row, *above, *[""] * (depth - len(above)))) for cell, title, row, above in found]
    used = [level for level in range(depth + 2) if any(heads[level] for _, heads in padded)]
    return [FigureColumn(cell, tuple(heads[level] for level in used), _head(table, cell)) for cell, heads in padded]


def runs(columns: Sequence[FigureColumn], level: int) -> Iterator[tuple[int, int]]:
    """The first and the last of the columns beside each other that share their heads down to a level."""
    start = 0
    for number in range(1, len(columns) + 1):
        if number == len(columns) or columns[number].above[: level + 1] != columns[start].above[: level + 1]:
            yield start, number - 1
            start = number


def _head(table: TableSpec, cell: CellSpec) -> str:
    """A column's label, with its unit where that is another one than the table's."""
    told = cell.unit == table.unit or cell.unit in cell.column_label
    return cell.column_label if told else f"{cell.column_label}（{cell.unit}）"


def _row_labels(nodes: tuple[RowNode, ...]) -> Iterator[str]:
    """Each leaf row as clerks name it: （三）不予公开·1.属于国家秘密."""
    for node in nodes:
        if not node.rows:
            yield node.label
            continue
        for label in _row_labels(node.rows):
            yield f"{node.label}·{label}" if node.id else label


def _groups(nodes: tuple[ColumnNode, ...]) -> list[Heads]:
    """The labels of the groups above each leaf column, but of groups over all of them."""
    while len(nodes) == 1 and nodes[0].columns:
        nodes = nodes[0].columns
    found: list[Heads] = []
    for node in nodes:
        if node.columns:
            found += [(node.label, *above) for above in _groups_within(node)]
        else:
            found.append(())
    return found


def _groups_within(group: ColumnNode) -> list[Heads]:
    found: list[Heads] = []
    for node in group.columns:
        found += [(node.label, *above) for above in _groups_within(node)] if node.columns else [()]
    return found
