"""A sheet as it was read: cells by place, what is merged, and what each cell's text is."""

from collections.abc import Iterator, Mapping
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

    Nothing is ever computed here.
    """

    value: Raw
    is_formula: bool = False

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
    """One sheet. `merged` gives for the first cell of a merged area its last one; only the first holds anything."""

    name: str
    cells: Mapping[Spot, GridCell]
    merged: Mapping[Spot, Spot] = field(default_factory=dict)
    is_turned: bool = False
    """Whether rows and columns have changed places since it was read."""

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
    def area_of(self) -> Mapping[Spot, Spot]:
        """For each cell of a merged area but its first, the first one."""
        return {
            (row, column): first
            for first, last in self.merged.items()
            for row in range(first[0], last[0] + 1)
            for column in range(first[1], last[1] + 1)
            if (row, column) != first
        }

    def last_of(self, spot: Spot) -> Spot:
        """The last cell of the merged area that begins at a cell; that cell where none does."""
        return self.merged.get(spot, spot)

    def turned(self) -> "Grid":
        """The sheet with its rows as columns."""
        cells = {(column, row): cell for (row, column), cell in self.cells.items()}
        merged = {(one[1], one[0]): (last[1], last[0]) for one, last in self.merged.items()}
        return Grid(self.name, cells, merged, not self.is_turned)

    def place(self, spot: Spot) -> Place:
        """A cell as people name it: 表三!C7."""
        row, column = (spot[1], spot[0]) if self.is_turned else spot
        return Place(self.name, f"{_letters(column)}{row + 1}")

    def below(self, spot: Spot) -> Iterator[Spot]:
        return ((row, spot[1]) for row in range(spot[0] + 1, self.rows))


def _letters(column: int) -> str:
    text, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        text = chr(65 + letter) + text
    return text
