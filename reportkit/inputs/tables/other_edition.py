"""Labels on a sheet that only another edition's tables have: its figures are of another format."""

from collections.abc import Iterator

from reportkit.editions import Edition
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.heads import LONGEST_LABEL
from reportkit.inputs.tables.labels import all_labels, labels_of, plain
from reportkit.inputs.tables.located import LIKE_A_NUMBER
from reportkit.inputs.tables.short_heads import short_heads


def of_other_edition(edition: Edition, other: Edition, grid: Grid) -> Iterator[Spot]:
    """Where labels stand that only another edition has, or has for a row of figures where ours has a group."""
    ours, theirs = all_labels(edition), all_labels(other)
    short = {spot for table in edition.tables for spot in short_heads(table.id, grid)}
    rows = {name for table in other.tables for name in labels_of(table, ()).rows}
    rows -= {name for table in edition.tables for name in labels_of(table, ()).rows}
    for spot, text in grid.texts:
        name = plain(text)
        if len(text) > LONGEST_LABEL or name not in theirs or spot in short:
            continue
        right = (grid[spot[0], column].text.strip() for column in range(spot[1] + 1, grid.columns))
        has_figures = LIKE_A_NUMBER.fullmatch(next((text for text in right if text), "")) is not None
        if name not in ours or (name in rows and has_figures):
            yield spot
