"""A statutory table as an edition's file describes it: its heads as trees, and the cells that they span."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Kind = Literal["count", "amount", "change"]
"""count: a whole number from 0; amount: a Decimal from 0; change: a signed whole number printed as +19."""

ID = r"^[a-z][a-z0-9_]*$"


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ColumnNode(_Data):
    """A column head: a leaf has an id and holds figures, a group has `columns` below it."""

    label: str
    id: str | None = Field(default=None, pattern=ID)
    columns: tuple["ColumnNode", ...] = Field(default=(), strict=False)
    span: int = Field(default=1, ge=1)
    total: bool = False
    kind: Kind | None = None
    unit: str | None = None
    print_unit: bool = False


class RowNode(_Data):
    """A row head: a leaf row holds figures, a group has `rows` below it."""

    label: str
    id: str | None = Field(default=None, pattern=ID)
    rows: tuple["RowNode", ...] = Field(default=(), strict=False)


class TableBlock(_Data):
    """A run of rows under its own column heads; a table without row heads has one row of figures and no `rows`."""

    title: str | None = None
    corner: str | None = None
    columns: tuple[ColumnNode, ...] = Field(strict=False)
    rows: tuple[RowNode, ...] = Field(default=(), strict=False)


def _width(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value <= 0:
        raise PydanticCustomError("value_width", "a number over 0 is expected")
    return float(value)


class TableSpec(_Data):
    """A statutory table as the edition file describes it; `name` is what `blanks_are_zero` calls it."""

    id: str = Field(pattern=ID)
    name: str
    number: str
    caption: str
    kind: Kind
    unit: str
    widths: tuple[Annotated[float, BeforeValidator(_width)], ...] = Field(strict=False)
    note: str | None = None
    blocks: tuple[TableBlock, ...] = Field(strict=False)


class CellSpec(_Data):
    """Where a figure belongs: `row` is its row id (`requests.refused.state_secret`), `label` its place in Chinese."""

    id: str
    table: str
    row: str
    column: str
    kind: Kind
    unit: str
    print_unit: bool
    total: bool
    label: str
    row_label: str
    column_label: str


def block_cells(table: TableSpec, block: TableBlock) -> Iterator[CellSpec]:
    """The cells of a table's block, in reading order."""
    for row_ids, row_labels in _leaf_rows(block.rows) if block.rows else [((), ())]:
        for ids, labels, column in leaf_columns(block.columns):
            assert column.id is not None
            row = ".".join((table.id, *row_ids, *ids))
            yield CellSpec(
                id=f"{row}/{column.id}",
                table=table.id,
                row=row,
                column=column.id,
                kind=column.kind or table.kind,
                unit=column.unit or table.unit,
                print_unit=column.print_unit,
                total=column.total,
                label="·".join((f"表{table.number}", *row_labels, *labels, column.label)),
                row_label="·".join((f"表{table.number}", *row_labels, *(labels if ids else ()))),
                column_label=column.label,
            )


def _leaf_rows(
    nodes: tuple[RowNode, ...], ids: tuple[str, ...] = (), labels: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for node in nodes:
        below = (*ids, node.id) if node.id else ids
        # A group without an id (三、本年度办理结果) is left out of labels too: clerks name cells without it.
        named = (*labels, node.label) if node.id else labels
        if node.rows:
            yield from _leaf_rows(node.rows, below, named)
        else:
            yield below, named


def leaf_columns(
    nodes: tuple[ColumnNode, ...], ids: tuple[str, ...] = (), labels: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], ColumnNode]]:
    """Each leaf column, with the ids and labels of the groups above it that have an id."""
    for node in nodes:
        if node.columns:
            above = (*ids, node.id) if node.id else ids
            named = (*labels, node.label) if node.id else labels
            yield from leaf_columns(node.columns, above, named)
        else:
            yield ids, labels, node
