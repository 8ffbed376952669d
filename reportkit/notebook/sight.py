"""What is plotted must be seen, whole and as long as its number: else a reader is told something else than the data."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import AxLine

from reportkit.errors import NotebookError
from reportkit.notebook.drawn import all_axes, artists, bar_series, containers, ends, is_seen, name_of_series

_SAME = 1e-6


def refuse_unseen(figure: Figure, caption: str) -> None:
    """Raises NotebookError where bars, lines or points of a drawn figure are hidden, cut off or out of proportion."""
    for axes in all_axes(figure.axes):
        if not _is_shown(axes) and any(artists(each) for each in all_axes([axes])):
            raise NotebookError("chart_axes_hidden", where="show()", caption=caption)
        _refuse_scale(axes, caption)
        if axes.name == "rectilinear":
            _refuse_cut_bars(axes, caption)
            _refuse_cut_points(axes, caption)


def _is_shown(axes: Axes) -> bool:
    """Whether some axes and the figures that hold them are visible."""
    holder: Any = axes
    while holder is not None:
        if not holder.get_visible():
            return False
        parent = holder.figure if isinstance(holder, Axes) else getattr(holder, "_parent", None)
        holder = parent if parent is not holder else None
    return True


def _refuse_scale(axes: Axes, caption: str) -> None:
    for container in containers(axes):
        scale = axes.get_xscale() if container.orientation == "horizontal" else axes.get_yscale()
        if scale != "linear" and any(is_seen(bar, axes) for bar in container.patches):
            raise NotebookError("chart_bars_on_scale", where="show()", caption=caption, scale=scale)


def _refuse_cut_bars(axes: Axes, caption: str) -> None:
    limits = {"horizontal": (axes.get_xlim(), axes.get_ylim()), "vertical": (axes.get_ylim(), axes.get_xlim())}
    for container in containers(axes):
        along, across = limits[container.orientation or "vertical"]
        for bar in container.patches:
            start, length, middle = ends(bar, container)
            if not is_seen(bar, axes) or not np.isfinite(length):
                continue
            for place, shown in ((start + length, along), (start, along), (middle, across)):
                if _is_outside(place, shown):
                    raise _cut_off(caption, label_of(axes, bar), place, shown)


def _refuse_cut_points(axes: Axes, caption: str) -> None:
    """As bars: the points of lines and scatter plots, in the directions in which the axes place them."""
    limits = (axes.get_xlim(), axes.get_ylim())
    for name, points, is_placed in _points(axes):
        for values, shown, placed in zip(points.T, limits, is_placed, strict=True):
            for extreme in (np.min(values), np.max(values)) if placed and values.size else ():
                if _is_outside(extreme, shown):
                    raise _cut_off(caption, name, extreme, shown)


def _points(axes: Axes) -> Iterator[tuple[str, Any, Sequence[bool]]]:
    """The points of each line and scatter plot, and whether their x and their y are places on the axes."""
    for number, line in enumerate(axes.lines):
        if is_seen(line, axes) and not isinstance(line, AxLine):
            is_placed = line.get_transform().contains_branch_separately(axes.transData)
            yield name_of_series(line.get_label(), number), finite(line.get_xydata()), is_placed
    for number, each in enumerate(axes.collections):
        if isinstance(each, PathCollection) and is_seen(each, axes):
            is_placed = each.get_offset_transform().contains_branch_separately(axes.transData)
            yield name_of_series(each.get_label(), number), finite(each.get_offsets()), is_placed


def finite(points: Any) -> Any:
    """Points without those that are nowhere."""
    places: Any = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan).reshape(-1, 2)
    return places[np.isfinite(places).all(axis=1)]


def _is_outside(place: float, shown: tuple[float, float]) -> bool:
    low, high = min(shown), max(shown)
    slack = _SAME * (high - low)
    return place < low - slack or place > high + slack


def _cut_off(caption: str, label: str, place: float, shown: tuple[float, float]) -> NotebookError:
    place_said, low, high = f"{place:g}", f"{min(shown):g}", f"{max(shown):g}"
    return NotebookError(
        "chart_cuts_off", where="show()", caption=caption, label=label, place=place_said, low=low, high=high
    )


def label_of(axes: Axes, bar: Artist) -> str:
    """The word below or beside a bar."""
    drawn = (point for _, series in bar_series(axes) for point in series)
    return next((label for label, _, artist in drawn if artist is bar), "")
