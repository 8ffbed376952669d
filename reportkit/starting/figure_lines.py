"""The lines of a submission's `figures:`: every row of an edition, its Chinese label beside it."""

from collections.abc import Iterator

from reportkit.editions import Edition
from reportkit.editions.tables import TableSpec, leaf_columns


def lines_of_figures(edition: Edition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lines below `figures:`; a row has `[]` for its values, and the ids of its cells."""
    lines: list[tuple[str, tuple[str, ...]]] = []
    for table in edition.tables:
        lines.append((f"  # 表{table.number}　{table.caption}", ()))
        heads = _heads(table)
        if None in heads:
            lines.append((f"  # 各行依次为：{heads[None]}", ()))
        lines.append((f"  {table.id}:", ()))
        lines += _rows(edition, table, heads)
    return tuple(lines)


def _rows(edition: Edition, table: TableSpec, heads: dict[str | None, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    above: list[str] = []
    for row, specs in edition.rows.items():
        if specs[0].table != table.id:
            continue
        ids, labels = row.split(".")[1:], specs[0].row_label.split("·")[1:]
        if row in heads:
            yield f"    # {heads[row]}", ()
        for depth, (id_, label) in enumerate(zip(ids[:-1], labels, strict=False)):
            if above[: depth + 1] != ids[: depth + 1]:
                yield f"{'  ' * (depth + 2)}{id_}:  # {label}", ()
        above = ids[:-1]
        yield f"{'  ' * (len(ids) + 1)}{ids[-1]}: []  # {labels[-1]}", tuple(spec.id for spec in specs)


def _heads(table: TableSpec) -> dict[str | None, str]:
    """What the columns are called: by the first row of a block that has a title, under None for a whole table."""
    heads: dict[str | None, str] = {}
    for block in table.blocks:
        columns = {column.id: column.label for _, _, column in leaf_columns(block.columns)}
        said = " / ".join(columns.values())
        if block.title and block.rows:
            heads[f"{table.id}.{block.rows[0].id}"] = f"{block.title}：{said}"
        else:
            heads[None] = said
    return heads
