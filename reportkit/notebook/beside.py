"""The numbers that a figure draws beside its data: on other axes, in lines over bars, written into it."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import Collection, PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Shadow, Wedge
from matplotlib.ticker import FixedFormatter, FuncFormatter

from reportkit.errors import NotebookError
from reportkit.model import SLICE, UNREAD, WRITTEN, PlottedPoint
from reportkit.notebook.drawn import (
    Plotted,
    Series,
    all_axes,
    as_number,
    bar_series,
    is_seen,
    line_series,
    name_of_series,
)
from reportkit.notebook.given import Given
from reportkit.notebook.stacks import floating
from reportkit.notebook.written import written

_MOST_BESIDE = 200
_PIE_STEP = 0.01
"""How far a slice may be from its share, in percent: matplotlib calculates pies in single precision."""


def beside(figure: Figure, found: Plotted, given: Given, *, stated: bool = False) -> list[PlottedPoint]:
    """The numbers that are drawn and aren't in the data under their own label.

    Where data were `stated`, also the shapes that can't be held against them.
    Raises NotebookError where they are too many to be looked at.
    """
    known = {(str(row[0]).strip(), value) for row in found.rows for value in row[1:]}
    points: dict[PlottedPoint, None] = {}
    for axes in all_axes(figure.axes):
        for name, series in (*bar_series(axes), *line_series(axes), *_scattered(axes)):
            for label, value, artist in _labelled(axes, series):
                if isinstance(value, int | float) and (label.strip(), value) not in known:
                    points[PlottedPoint(name, label, value, given.name_of(value, artist, (label, name)))] = None
    for point in (*_other_slices(figure, found), *_other_numerals(figure, found, list(points)), *floating(figure)):
        points[point] = None
    if stated:
        points |= dict.fromkeys(_unread(figure))
    if len(points) > _MOST_BESIDE:
        raise NotebookError("chart_numbers_beside", where="show()", number=len(points), most=_MOST_BESIDE)
    return list(points)


def _unread(figure: Figure) -> Iterator[PlottedPoint]:
    """Shapes whose size says something that nobody can hold against data: areas, segments, boxes; one point a kind."""
    kinds: dict[str, int] = {}
    for axes in all_axes(figure.axes):
        read = {id(bar) for each in axes.containers if isinstance(each, BarContainer) for bar in each.patches}
        for artist in (*axes.patches, *axes.collections):
            is_read = isinstance(artist, Wedge | Shadow | FancyArrowPatch | PathCollection) or id(artist) in read
            if not is_read and isinstance(artist, Patch | Collection) and is_seen(artist, axes):
                kind = type(artist).__name__
                kinds[kind] = kinds.get(kind, 0) + 1
    yield from (PlottedPoint(UNREAD, kind, count) for kind, count in kinds.items())


def _other_slices(figure: Figure, found: Plotted) -> Iterator[PlottedPoint]:
    """The slices of pies that are larger or smaller than the data's shares, in percent."""
    shares = _shares(found)
    for axes in all_axes(figure.axes):
        for wedge in (each for each in axes.patches if isinstance(each, Wedge)):
            percent, label = (wedge.theta2 - wedge.theta1) / 3.6, str(wedge.get_label()).strip()
            of_label = [share for name, share in shares if name == label] or [share for _, share in shares]
            if is_seen(wedge, axes) and not any(abs(share - percent) < _PIE_STEP for share in of_label):
                yield PlottedPoint(SLICE, "" if label.startswith("_") else label, round(percent, 2))


def _shares(found: Plotted) -> list[tuple[str, float]]:
    """What each value is of its column, in percent, with its label."""
    shares: list[tuple[str, float]] = []
    for place in range(1, len(found.columns)):
        column = [(str(row[0]).strip(), row[place]) for row in found.rows if isinstance(row[place], int | float)]
        whole = sum(value for _, value in column)
        shares += [(label, 100 * value / whole) for label, value in column if whole]
    return shares


def _other_numerals(figure: Figure, found: Plotted, points: list[PlottedPoint]) -> Iterator[PlottedPoint]:
    """Numbers written into a figure that are neither a value at that place, nor a sum, nor a share of the data."""
    at: dict[str, list[float]] = {}
    for row in found.rows:
        values = [value for value in row[1:] if isinstance(value, int | float)]
        at.setdefault(str(row[0]).strip(), []).extend((*values, *accumulate(values)))
    for point in points:
        at.setdefault(point.label.strip(), []).append(point.value)
    anywhere = [value for values in at.values() for value in values]
    columns = zip(*(row[1:] for row in found.rows), strict=True)
    anywhere += [sum(value for value in column if isinstance(value, int | float)) for column in columns]
    shares = [share for _, share in _shares(found)]
    words = frozenset(word for word in (*at, *(str(each).strip() for each in found.columns)) if word)
    for each in written(figure, words):
        meant = (*shares, *anywhere) if each.is_percent else at.get(each.label.strip(), anywhere)
        if not any(abs(value - each.value) <= 0.5000001 * 10**-each.places for value in meant):
            yield PlottedPoint(WRITTEN, each.label, as_number(each.value))


def _labelled(axes: Axes, series: Series) -> Iterator[tuple[str, Any, Artist | None]]:
    """Points with the word that stands below or beside each; where values run to the right, it is the other number."""
    for label, value, artist in series:
        if isinstance(value, str) and value:
            yield value, as_number(label), artist
        elif artist is None or isinstance(artist, Line2D):
            yield _fixed_label(axes.xaxis, label) or label, value, None
        else:
            yield label, value, artist


def _fixed_label(axis: Any, place: str) -> str:
    """The words that were set below a place of an axis; empty where there are none."""
    if not isinstance(axis.get_major_formatter(), FixedFormatter | FuncFormatter):
        return ""
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    return next((text.get_text() for where, text in ticks if str(as_number(where)) == place), "")


def _scattered(axes: Axes) -> list[tuple[str, Series]]:
    """The points of scatter plots; on an axis of words, what is at each."""
    found = []
    for number, each in enumerate(each for each in axes.collections if isinstance(each, PathCollection)):
        points: Series = [
            (_category(axes.xaxis, x) or str(as_number(x)), _category(axes.yaxis, y) or as_number(y), None)
            for x, y in np.asarray(each.get_offsets()).tolist()
        ]
        if is_seen(each, axes):
            found.append((name_of_series(each.get_label(), number), points))
    return found


def _category(axis: Any, place: float) -> str:
    """The word at a place of an axis of words; empty on one of numbers."""
    if not isinstance(axis.get_major_formatter(), StrCategoryFormatter):
        return ""
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    return next((text.get_text() for where, text in ticks if where == place), "")
