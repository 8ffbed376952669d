"""Tables whose groups of columns were made rows: 行政复议 beside its figures, their heads above all of them once."""

from collections.abc import Iterator, Mapping

from reportkit.editions.tables import TableSpec, leaf_columns
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import TableLabels, plain, variants
from reportkit.inputs.tables.numerals import is_like_a_number


def group_rows(table: TableSpec, labels: TableLabels, grid: Grid) -> Iterator[tuple[str, Spot]]:
    """The cells of a table with where they stand, where each group is one row and each head one column, and no others.

    A row of another label, or another head, leaves nothing sure.
    """
    columns: dict[str, tuple[str, ...]] = {}
    parts: dict[str, None] = {}
    for block in table.blocks:
        for ids, _, column in leaf_columns(block.columns):
            columns[str(column.id)] = variants((plain(column.label),))
            parts[".".join(ids)] = None
    if labels.has_rows or "" in parts or len(parts) < 2:
        return
    for line in range(grid.rows):
        heads = _heads(grid, line, columns)
        rows = _rows(grid, line, min(heads.values()), labels.groups) if heads else {}
        if rows.keys() == parts.keys():
            for part, row in rows.items():
                yield from ((f"{table.id}.{part}/{column}", (row, at)) for column, at in heads.items())
            return


def _heads(grid: Grid, line: int, columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The columns that a line has the heads of; empty where one lacks, or something else stands among them."""
    found: dict[str, int] = {}
    at = {column: plain(text) for (row, column), text in grid.texts if row == line}
    for name, called in columns.items():
        here = [column for column, text in at.items() if text in called]
        if len(here) != 1 or grid.last_of((line, here[0]))[1] != here[0]:
            return {}
        found[name] = here[0]
    others = {column for column in at if column > min(found.values())} - {*found.values()}
    return {} if others else found


def _rows(grid: Grid, line: int, first: int, groups: Mapping[str, str]) -> dict[str, int]:
    """The rows below heads by the groups that they are of; empty where one isn't one's, or two are one's."""
    found: dict[str, int] = {}
    for row in range(line + 1, grid.rows):
        figures = [column for column in range(first, grid.columns) if is_like_a_number(grid[row, column].text.strip())]
        if not figures:
            continue
        said = [plain(grid.shown((row, column)).text) for column in range(first)]
        names = [groups.get(text) for text in dict.fromkeys(said) if text]
        if not names or None in names or (last := str(names[-1])) in found or not last.startswith(str(names[0])):
            return {}
        found[last] = row
    return found
