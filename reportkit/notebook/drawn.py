"""What a figure shows, read from what is really drawn: its bars and lines as data, and whatever else it draws."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import Collection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FixedFormatter, FuncFormatter

from reportkit.digests import digest_of
from reportkit.errors import NotebookError
from reportkit.notebook.given import Given

Series = list[tuple[str, Any, Artist | None]]
"""The points of one bar series or line: label and value of each, and what is drawn for it alone."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """What a chart plots: its data, a column a series and a row a tick, with the name behind each value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    names: tuple[tuple[str, ...], ...] = ()


def plotted(figure: Figure, given: Given) -> Plotted:
    """The data of a figure's first axes with bars or lines. Raises NotebookError where there are neither."""
    for axes in figure.axes:
        named = bar_series(axes) or line_series(axes)
        if named:
            names = [name if nth == 0 else f"{name}（{nth + 1}）" for name, nth in _counted(name for name, _ in named)]
            if names == ["数值1"]:
                names = ["数值"]
            columns = [dict(zip(_counted(label for label, *_ in points), points, strict=True)) for _, points in named]
            ticks = dict.fromkeys(tick for column in columns for tick in column)
            none = ("", "", None)
            rows = tuple((tick[0], *(column.get(tick, none)[1] for column in columns)) for tick in ticks)
            behind = tuple(
                tuple(
                    given.name_of(column.get(tick, none)[1], column.get(tick, none)[2], (tick[0], name))
                    for name, column in zip(names, columns, strict=True)
                )
                for tick in ticks
            )
            return Plotted(("项目", *names), rows, _if_any(behind))
    raise NotebookError("chart_data_unreadable", where="show()")


def named(data: Plotted, given: Given) -> Plotted:
    """Given data with the names of those of their numbers that the notebook was given."""
    behind = tuple(
        tuple(
            given.name_of(value, None, (str(row[0]), str(column)))
            for column, value in zip(data.columns[1:], row[1:], strict=True)
        )
        for row in data.rows
    )
    return Plotted(data.columns, data.rows, _if_any(behind))


def _if_any(names: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return names if any(map(any, names)) else ()


def _counted(labels: Iterable[str]) -> list[tuple[str, int]]:
    """Each label with how often it came before, so that equal ones stay apart."""
    seen: Counter[str] = Counter()
    found = []
    for label in labels:
        found.append((label, seen[label]))
        seen[label] += 1
    return found


def containers(axes: Axes) -> list[BarContainer]:
    """The bars of which we know which way they run."""
    known = (each for each in axes.containers if isinstance(each, BarContainer))
    return [each for each in known if each.datavalues is not None and each.orientation in ("horizontal", "vertical")]


def _ticks(axes: Axes, container: BarContainer) -> list[tuple[str, float]]:
    """The labels below a series' bars with their places; numbers from 1 where there isn't one for each."""
    axis = axes.yaxis if container.orientation == "horizontal" else axes.xaxis
    labels = [text.get_text() for text in axis.get_majorticklabels()]
    found = [(label, place) for label, place in zip(labels, axis.get_majorticklocs(), strict=False) if label]
    if len(found) == len(container.patches):
        return found
    return [(str(number), float("nan")) for number in range(1, len(container.patches) + 1)]


def words_below(axes: Axes) -> list[tuple[str, float]]:
    """The words beside the bars or points of some axes, with their places."""
    bars = containers(axes)
    axis = axes.yaxis if bars and bars[0].orientation == "horizontal" else axes.xaxis
    labels = zip(axis.get_majorticklabels(), axis.get_majorticklocs(), strict=False)
    return [(label.get_text(), place) for label, place in labels if label.get_text()]


def bar_series(axes: Axes) -> list[tuple[str, Series]]:
    """The bars as long as they are drawn, whatever was plotted first; one that isn't seen has no value."""
    found = []
    for number, container in enumerate(containers(axes)):
        bars = container.patches
        if any(is_seen(bar, axes) for bar in bars):
            values = [as_number(ends(bar, container)[1]) if is_seen(bar, axes) else "" for bar in bars]
            points: Series = [*zip(_labels(axes, container), values, bars, strict=True)]
            found.append((name_of_series(container.get_label(), number), points))
    return found


def _labels(axes: Axes, container: BarContainer) -> list[str]:
    """The word below each bar: that at its own place, in whatever order the bars were drawn."""
    ticks = _ticks(axes, container)
    if any(np.isnan(place) for _, place in ticks):
        ticks = words_below(axes)
        if not ticks or not isinstance(_axis_of(axes, container).get_major_formatter(), _WITH_WORDS):
            return [str(number) for number in range(1, len(container.patches) + 1)]
    middles = [ends(bar, container)[2] for bar in container.patches]
    return [min(ticks, key=lambda each: abs(each[1] - middle))[0] for middle in middles]


_WITH_WORDS = (FixedFormatter, FuncFormatter, StrCategoryFormatter)
"""How an axis shows words that were given to it."""


def _axis_of(axes: Axes, container: BarContainer) -> Any:
    return axes.yaxis if container.orientation == "horizontal" else axes.xaxis


def ends(bar: Rectangle, container: BarContainer) -> tuple[float, float, float]:
    """Where a bar begins, how long it is, and where across the axis its middle lies."""
    if container.orientation == "horizontal":
        return bar.get_x(), bar.get_width(), bar.get_y() + bar.get_height() / 2
    return bar.get_y(), bar.get_height(), bar.get_x() + bar.get_width() / 2


def is_seen(artist: Artist, axes: Axes) -> bool:
    return artist.axes is axes and bool(artist.get_visible()) and artist.get_alpha() != 0


def _plain_bars(axes: Axes) -> Iterator[Artist]:
    """Bars that begin at 0 and are at their own label: the data say all of them."""
    for container in containers(axes):
        ticks = [place for _, place in _ticks(axes, container)]
        for number, bar in enumerate(container.patches):
            start, _, middle = ends(bar, container)
            nearest = min(range(len(ticks)), key=lambda each: abs(ticks[each] - middle))
            if start == 0 and nearest == number and not np.isnan(ticks[number]):
                yield bar


def _seen_lines(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if is_seen(line, axes)]


def line_series(axes: Axes) -> list[tuple[str, Series]]:
    found = []
    for number, line in enumerate(_seen_lines(axes)):
        xs, ys = (_unmasked(data) for data in (line.get_xdata(), line.get_ydata()))
        points: Series = [(str(as_number(x)), as_number(y), line) for x, y in zip(xs, ys, strict=True)]
        found.append((name_of_series(line.get_label(), number), points))
    return found


def _unmasked(data: Any) -> list[Any]:
    """A line's places; not a number where there is none."""
    return [math.nan if each is np.ma.masked or each is None else each for each in np.ma.asarray(data).tolist()]


def shapes_beside(figure: Figure, *, given: bool) -> str:
    """sha256 over what is drawn and isn't in the chart's data: a line across bars, areas, further axes.

    Empty where the data are all. Where they were `given`, nothing was read from what is drawn, and all of it counts.
    """
    in_data: set[int] = set()
    if not given:
        axes = next(axes for axes in figure.axes if bar_series(axes) or line_series(axes))
        in_data = {id(each) for each in (_plain_bars(axes) if bar_series(axes) else _seen_lines(axes))}
    loose = (*figure.patches, *figure.lines, *figure.images, *figure.artists)
    drawn = [*loose, *(each for axes in all_axes(figure.axes) for each in artists(axes))]
    shapes = [_shape(each) for each in drawn if id(each) not in in_data]
    return digest_of(shapes) if shapes else ""


def all_axes(axes: Iterable[Any]) -> Iterator[Axes]:
    for each in axes:
        yield each
        yield from all_axes(each.child_axes)


def artists(axes: Axes) -> list[Artist]:
    """What is drawn into the axes beside their own frame, ticks and words."""
    groups = (axes.patches, axes.lines, axes.collections, axes.images, axes.tables, axes.artists)
    return [each for group in groups for each in group if is_seen(each, axes)]


def _shape(artist: Artist) -> list[Any]:
    """What is drawn, in the units of the axes: not its colours."""
    match artist:
        case Line2D():
            points = [artist.get_xydata()]
        case Patch():
            points = [artist.get_patch_transform().transform(artist.get_path().vertices)]
        case Collection():
            points = [artist.get_offsets(), *(path.vertices for path in artist.get_paths())]
        case AxesImage():
            points = [np.asarray(artist.get_array()), np.asarray(artist.get_extent())]
        case _:
            points = []
    return [type(artist).__name__, [[f"{value:.9g}" for value in np.ravel(each).tolist()] for each in points]]


def name_of_series(label: object, number: int) -> str:
    text = str(label)
    return f"数值{number + 1}" if not text or text.startswith("_") else text


def as_number(value: Any) -> Any:
    """A number as plain Python's; words as they are; empty for what isn't drawn: neither a number nor infinite."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not math.isfinite(number):
        return ""
    return int(number) if number.is_integer() else number
