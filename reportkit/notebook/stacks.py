"""Bars that begin where no other bar ends: they look longer than their number is."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateLocator
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reportkit.model import FLOATING, PlottedPoint
from reportkit.notebook.drawn import all_axes, as_number, containers, ends, is_seen
from reportkit.notebook.sight import label_of

_SAME = 1e-6

_Bar = tuple[float, float, Rectangle]


def floating(figure: Figure) -> Iterator[PlottedPoint]:
    """Where bars begin that begin neither at 0 nor on a bar at their place, nor go on from another, nor lie around 0.

    Not those that stand for days, and not those of round charts.
    """
    for axes in all_axes(figure.axes):
        if axes.name == "rectilinear":
            places = _by_place(axes)
            single = [bars[0] for bars in places if len(bars) == 1]
            steps = single if len(single) == len(places) else []
            for bars in places:
                for start, length, bar in _loose(bars):
                    if not _is_step(start, length, [each for each in steps if each[2] is not bar]):
                        yield PlottedPoint(FLOATING, label_of(axes, bar), as_number(start))


def _is_step(start: float, length: float, others: list[_Bar]) -> bool:
    """Whether a bar goes on from where one at another place ends, up or down, as those of a waterfall do."""
    ends_there = [begin + long for begin, long, _ in others]
    begins_there = [begin for begin, _, _ in others if begin]
    return any(_is_at(start, each) for each in ends_there) or any(
        _is_at(start + length, each) for each in (*ends_there, *begins_there)
    )


def _by_place(axes: Axes) -> list[list[_Bar]]:
    """The bars that are seen, by where across the axis they are: start, length and bar of each."""
    found: dict[tuple[str, float], list[_Bar]] = {}
    for container in containers(axes):
        direction = container.orientation or "vertical"
        axis = axes.xaxis if direction == "horizontal" else axes.yaxis
        if isinstance(axis.get_major_locator(), DateLocator):
            continue
        for bar in container.patches:
            start, length, middle = ends(bar, container)
            if is_seen(bar, axes) and np.isfinite(length):
                found.setdefault((direction, round(middle, 6)), []).append((start, length, bar))
    return [*found.values()]


def _loose(bars: list[_Bar]) -> list[_Bar]:
    """The bars of one place that stand on nothing, however the others are stacked."""
    tops = [0.0]
    rest = [each for each in bars if abs(each[0] + each[1] / 2) > _SAME * abs(each[1])]
    while standing := [each for each in rest if any(_is_at(each[0], top) for top in tops)]:
        tops += [start + length for start, length, _ in standing]
        rest = [each for each in rest if each not in standing]
    return rest


def _is_at(place: float, top: float) -> bool:
    return abs(place - top) <= _SAME * max(1.0, abs(top))
