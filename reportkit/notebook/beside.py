"""The numbers that a figure draws beside its data: on other axes, in lines over bars, written into it."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedFormatter, FuncFormatter

from reportkit.model import PlottedPoint
from reportkit.notebook.drawn import (
    Plotted,
    Series,
    all_axes,
    as_number,
    bar_series,
    containers,
    is_seen,
    line_series,
    name_of_series,
    words_below,
)
from reportkit.notebook.given import Given

_MOST_BESIDE = 200


def beside(figure: Figure, found: Plotted, given: Given) -> list[PlottedPoint]:
    """The numbers that are drawn and aren't in the data under their own label."""
    known = {(str(row[0]).strip(), value) for row in found.rows for value in row[1:]}
    points: dict[PlottedPoint, None] = {}
    for axes in all_axes(figure.axes):
        for name, series in (*bar_series(axes), *line_series(axes), *_scattered(axes)):
            for label, value, artist in _labelled(axes, series):
                if isinstance(value, int | float) and (label.strip(), value) not in known:
                    points[PlottedPoint(name, label, value, given.name_of(value, artist, (label, name)))] = None
    drawn = [value for row in found.rows for value in row[1:] if isinstance(value, int | float)]
    drawn += [point.value for point in points]
    for label, value, places in _written(figure):
        if not any(round(each, places) == value for each in drawn):
            points[PlottedPoint("标注", label, value)] = None
    return list(points)[:_MOST_BESIDE]


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


_NUMERAL = re.compile(r"(?P<digits>\d[\d,，]*(?:\.\d+)?)\s*(?P<percent>[%％])?[\u4e00-\u9fff]{0,2}")


def _written(figure: Figure) -> Iterator[tuple[str, float, int]]:
    """Numbers that are written into a figure: the word below each, its value, and how many places it has."""
    for axes in all_axes(figure.axes):
        ticks = words_below(axes)
        numerals = [(text, match) for text in axes.texts if (match := _NUMERAL.fullmatch(text.get_text().strip()))]
        for number, (text, match) in enumerate(numerals):
            label = _nearest(ticks, text, axes) or (ticks[number][0] if len(ticks) == len(numerals) else "")
            digits = re.sub(r"[,，]", "", match["digits"])
            yield "" if match["percent"] else label, float(digits), len(digits.partition(".")[2])
    for text in figure.texts:
        if match := _NUMERAL.fullmatch(text.get_text().strip()):
            digits = re.sub(r"[,，]", "", match["digits"])
            yield "", float(digits), len(digits.partition(".")[2])


def _nearest(ticks: list[tuple[str, float]], text: Text, axes: Axes) -> str:
    """The word nearest to a number that was written at a place of the data; empty where it wasn't."""
    if isinstance(text, Annotation):
        place = text.xy if text.xycoords == "data" else None
    else:
        place = text.get_position() if text.get_transform() == axes.transData else None
    if place is None or not ticks:
        return ""
    bars = containers(axes)
    along = place[1] if bars and bars[0].orientation == "horizontal" else place[0]
    if isinstance(along, str):
        return along
    return min(ticks, key=lambda each: abs(each[1] - float(along)))[0]


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
