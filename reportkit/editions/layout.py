"""Edition + Figures → Table: the one place where a statutory table gets its shape."""

from collections.abc import Mapping
from decimal import Decimal

from reportkit.editions.edition import Edition
from reportkit.editions.tables import CellSpec, ColumnNode, RowNode, TableBlock, TableSpec, leaf_columns
from reportkit.model import MISSING, Cell, Figures, Table, Value, format_number


def lay_out(edition: Edition, table_id: str, figures: Figures) -> Table:
    """A statutory table with its figures; a missing cell is printed as （缺）."""
    spec = edition.table(table_id)
    rows: list[tuple[Cell, ...]] = []
    for block in spec.blocks:
        rows.extend(_block(edition, spec, block, figures.cells))
    # Heads are repeated on a following page only where they hold for the whole table.
    head_rows = _depth(spec.blocks[0].columns) if len(spec.blocks) == 1 else 0
    return Table(spec.id, f"表{spec.number}　{spec.caption}", spec.unit, spec.widths, head_rows, tuple(rows), spec.note)


def _block(edition: Edition, spec: TableSpec, block: TableBlock, values: Mapping[str, Value]) -> list[tuple[Cell, ...]]:
    stub, head = _depth(block.rows), _depth(block.columns)
    rows = [list(row) for row in _head_rows(block.columns, head)]
    if stub:
        rows[0].insert(0, Cell(block.corner or "", "corner", rowspan=head, colspan=stub))
    if block.title is not None:
        rows.insert(0, [Cell(block.title, "block", colspan=len(spec.widths))])
    for path, heads in _stub_rows(block.rows, stub) if block.rows else [((), [])]:
        data = []
        for ids, _, column in leaf_columns(block.columns):
            cell = edition.cells[f"{'.'.join((spec.id, *path, *ids))}/{column.id}"]
            data.append(_data_cell(cell, values[cell.id], column.span))
        rows.append([*heads, *data])
    return [tuple(row) for row in rows]


def _data_cell(spec: CellSpec, value: Value, span: int) -> Cell:
    return Cell(print_value(spec, value), "data", colspan=span, id=spec.id, missing=value is None)


def print_value(spec: CellSpec, value: Value) -> str:
    """A figure as its statutory cell shows it: a change with its sign, a unit where the cell states one."""
    if value is None:
        return MISSING
    sign = "+" if spec.kind == "change" and value > 0 else ""
    return (
        sign
        + format_number(Decimal(value) if spec.kind == "amount" else value)
        + (spec.unit if spec.print_unit else "")
    )


def _depth(nodes: tuple[ColumnNode, ...] | tuple[RowNode, ...]) -> int:
    return max((1 + _depth(node.columns if isinstance(node, ColumnNode) else node.rows) for node in nodes), default=0)


def _head_rows(nodes: tuple[ColumnNode, ...], depth: int) -> list[list[Cell]]:
    """Column heads, row by row: a group spans its leaves, a leaf reaches down to the last head row."""
    rows: list[list[Cell]] = [[] for _ in range(depth)]

    def place(nodes: tuple[ColumnNode, ...], level: int) -> None:
        for node in nodes:
            width = sum(leaf.span for _, _, leaf in leaf_columns((node,)))
            rowspan = 1 if node.columns else depth - level
            rows[level].append(Cell(node.label, "column", rowspan=rowspan, colspan=width))
            place(node.columns, level + 1)

    place(nodes, 0)
    return rows


def _stub_rows(nodes: tuple[RowNode, ...], depth: int) -> list[tuple[tuple[str, ...], list[Cell]]]:
    """Row heads of each leaf row: a group spans its leaves, a leaf reaches right to the first figure."""
    found: list[tuple[tuple[str, ...], list[Cell]]] = []
    for node in nodes:
        own = (node.id,) if node.id else ()
        if not node.rows:
            found.append((own, [Cell(node.label, "row", colspan=depth)]))
            continue
        below = _stub_rows(node.rows, depth - 1)
        group = Cell(node.label, "row", rowspan=len(below))
        for number, (path, heads) in enumerate(below):
            found.append(((*own, *path), [group, *heads] if number == 0 else heads))
    return found
