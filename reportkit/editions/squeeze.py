"""Figures that are wide for their columns in print: set in smaller digits, then in narrower ones; or refused."""

from collections.abc import Iterator
from dataclasses import dataclass

from reportkit.model import Cell, Table

LARGE, SMALL = 12.0, 9.0
"""The sizes of statutory tables in points: with few columns, with many."""
_FEW = 4
_LEAST_PT, _STEP_PT = 7.0, 0.5
_NARROWEST = 0.65
_TEXT_BLOCK_PT = 156 * 72 / 25.4
_BESIDE_PT = 5.6
"""A cell's margins and its line."""
_WIDE, _THIN = 0.56, 0.34
"""Of a digit and of other signs, in ems of the bundled sans font."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table's figures are set so that each fits its column: their size, and how much of their usual width."""

    size_pt: float
    width: float = 1.0


def usual_size(table: Table) -> float:
    """The size of a statutory table's text in points."""
    return LARGE if len(table.widths) <= _FEW else SMALL


def fit_of(table: Table) -> Fit:
    """The largest size in which all figures of a table fit, all set alike; at the least size, narrower digits."""
    usual = usual_size(table)
    fits = min((room / ems for room, ems in _figures(table).values()), default=usual)
    if fits >= usual:
        return Fit(usual)
    if fits >= _LEAST_PT:
        return Fit(fits // _STEP_PT * _STEP_PT)
    return Fit(_LEAST_PT, max(_NARROWEST, int(100 * fits / _LEAST_PT) / 100))


def too_long(table: Table) -> list[Cell]:
    """The cells whose figures fit in no legible size."""
    cells = {cell.id: cell for row in table.rows for cell in row}
    return [cells[name] for name, (room, ems) in _figures(table).items() if ems * _LEAST_PT * _NARROWEST > room]


def _figures(table: Table) -> dict[str, tuple[float, float]]:
    """Of each figure by its id: the points that its column has for it, and its width in ems."""
    return dict(_each_figure(table))


def _each_figure(table: Table) -> Iterator[tuple[str, tuple[float, float]]]:
    total = sum(table.widths)
    for place in table.placed():
        cell = place.cell
        if cell.role == "data" and cell.id is not None and not cell.missing:
            share = sum(table.widths[place.column : place.column + cell.colspan]) / total
            ems = sum(_WIDE if each.isdigit() else _THIN for each in cell.text)
            yield cell.id, (_TEXT_BLOCK_PT * share - _BESIDE_PT, ems)
