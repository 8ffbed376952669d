"""A sheet as it was read: cells by place, what is merged, and what each cell's text is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property

from reportkit.inputs.handed_in import Place

Spot = tuple[int, int]
"""A row and a column, from 0."""
Raw = str | int | float | Decimal | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class GridCell:
    """What a cell holds. `is_formula`: it is computed; then `value` is what was last computed, None where nothing was.

    `format` is how its number is shown, `is_altered` whether all of it is struck out or raised. `aside` are pieces of a
    text that are struck out or raised beside the rest, which is the value. Nothing is ever computed here.
    """

    value: Raw
    is_formula: bool = False
    format: str = "General"
    is_altered: bool = False
    aside: str = ""
    comment: str = ""
    """What somebody says of the cell, in a comment beside it."""

    @property
    def text(self) -> str:
        """The value as text; a whole float without its point."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer() and abs(self.value) < 10**15:
            return str(int(self.value))
        if isinstance(self.value, datetime) and self.value.time() == time():
            return self.value.date().isoformat()
        return str(self.value)

    @property
    def is_blank(self) -> bool:
        return not self.text.strip() and not self.is_formula


BLANK = GridCell(None)


@dataclass(frozen=True)
class Grid:
    """One sheet. `merged` gives for the first cell of a merged area its last one; only the first holds anything.

    `hidden_rows` and `hidden_columns` aren't shown, nor is anything where `is_hidden`.
    """

    name: str
    cells: Mapping[Spot, GridCell]
    merged: Mapping[Spot, Spot] = field(default_factory=dict)
    is_turned: bool = False
    """Whether rows and columns have changed places since it was read."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    places: Mapping[Spot, Place] = field(default_factory=dict)
    """Where cells stand, for files whose cells have other names than C7."""
    unfit: frozenset[int] = frozenset()
    """Rows whose cells may stand below other heads than they belong to."""

    def __getitem__(self, spot: Spot) -> GridCell:
        return self.cells.get(spot, BLANK)

    @cached_property
    def rows(self) -> int:
        return max((row for row, _ in self.cells), default=-1) + 1

    @cached_property
    def columns(self) -> int:
        return max((column for _, column in self.cells), default=-1) + 1

    @cached_property
    def texts(self) -> tuple[tuple[Spot, str], ...]:
        """Every cell with something in it, in reading order."""
        return tuple((spot, text) for spot, cell in sorted(self.cells.items()) if (text := cell.text.strip()))

    @cached_property
    def _areas(self) -> Mapping[Spot, frozenset[Spot]]:
        areas = [
            frozenset((row, column) for row in range(one[0], last[0] + 1) for column in range(one[1], last[1] + 1))
            for one, last in self.merged.items()
        ]
        return {spot: area for area in areas for spot in area}

    def area(self, spot: Spot) -> frozenset[Spot]:
        """The cells of the merged area that a cell is in; the cell alone where it is in none."""
        return self._areas.get(spot, frozenset((spot,)))

    def shown(self, spot: Spot) -> GridCell:
        """What is seen in a cell: of a merged area what its first cell holds."""
        return self[min(self.area(spot))]

    def is_seen(self, spot: Spot) -> bool:
        """Whether a cell is shown at all."""
        return not (self.is_hidden or spot[0] in self.hidden_rows or spot[1] in self.hidden_columns)

    def last_of(self, spot: Spot) -> Spot:
        """The last cell of the merged area that begins at a cell; that cell where none does."""
        return self.merged.get(spot, spot)

    def turned(self) -> "Grid":
        """The sheet with its rows as columns."""
        cells = {(column, row): cell for (row, column), cell in self.cells.items()}
        merged = {(one[1], one[0]): (last[1], last[0]) for one, last in self.merged.items()}
        hidden = self.hidden_columns, self.hidden_rows
        places = {(column, row): place for (row, column), place in self.places.items()}
        return Grid(self.name, cells, merged, not self.is_turned, *hidden, self.is_hidden, places, self.unfit)

    def fits(self, spot: Spot) -> bool:
        """Whether a cell surely stands below its head."""
        return (spot[1] if self.is_turned else spot[0]) not in self.unfit

    def place(self, spot: Spot) -> Place:
        """A cell as people name it: 表三!C7."""
        if spot in self.places:
            return self.places[spot]
        row, column = (spot[1], spot[0]) if self.is_turned else spot
        return Place(self.name, f"{letters_of(column)}{row + 1}")


def letters_of(column: int) -> str:
    """A column's letters: AA for 26."""
    text, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        text = chr(65 + letter) + text
    return text


def column_of(letters: str) -> int:
    """A column by its letters: 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
