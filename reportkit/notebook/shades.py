"""What is plotted in the colour of what is behind it, and what covers bars: nobody sees either."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Shadow, Wedge

from reportkit.errors import NotebookError
from reportkit.notebook.drawn import all_axes, containers, ends, is_seen, name_of_series
from reportkit.notebook.sight import finite, label_of

_LEAST_CONTRAST = 1.1
"""Colours that are nearer to each other than this, as WCAG 2 reckons, can't be told apart."""
_MOST_COVERED = 0.05
_ACROSS = (np.arange(5) + 0.5) / 5
_ALONG = (np.arange(20) + 0.5) / 20

_Colour = tuple[float, ...]
_Order = tuple[float, ...]


def refuse_pale(figure: Figure, caption: str) -> None:
    """Raises NotebookError where bars, slices, lines or points of a drawn figure can't be told from what is behind.

    Also where something of one colour covers bars.
    """
    behind: dict[int, _Colour] = {}
    for axes in all_axes(figure.axes):
        behind[id(axes)] = shade = _behind(axes, figure)
        for colours, label in _drawn(axes):
            if all(not _differs(_over(each, shade), shade) for each in colours):
                raise NotebookError("chart_not_seen", where="show()", caption=caption, label=label())
    covers = list(_covers(figure))
    if covers:
        _refuse_covered(figure, covers, behind, caption)


def _drawn(axes: Axes) -> Iterator[tuple[list[Any], Callable[[], str]]]:
    """The colours with which each bar, slice, line and point is drawn, and how it is called."""
    for container in containers(axes):
        for bar in container.patches:
            if is_seen(bar, axes) and ends(bar, container)[1] and not bar.get_path_effects():
                yield _of_patch(bar), lambda bar=bar: label_of(axes, bar)  # type: ignore[misc]
    for patch in axes.patches:
        if isinstance(patch, Wedge) and is_seen(patch, axes) and not patch.get_path_effects():
            yield _of_patch(patch), lambda patch=patch: str(patch.get_label())  # type: ignore[misc]
    for line in axes.lines:
        is_data = not isinstance(line, AxLine) and line.get_transform() == axes.transData
        if is_data and is_seen(line, axes) and not line.get_path_effects() and len(finite(line.get_xydata())):
            yield _of_line(line), lambda line=line: name_of_series(line.get_label(), 0)  # type: ignore[misc]
    for each in axes.collections:
        if isinstance(each, PathCollection) and is_seen(each, axes) and len(finite(each.get_offsets())):
            for colours in _of_points(each):
                yield colours, lambda each=each: name_of_series(each.get_label(), 0)  # type: ignore[misc]


def _of_patch(patch: Patch) -> list[Any]:
    edge = [patch.get_edgecolor()] if patch.get_linewidth() and patch.get_linestyle() != "None" else []
    hatch = [(*to_rgba(patch.get_edgecolor())[:3], 1.0)] if patch.get_hatch() else []
    return [patch.get_facecolor(), *edge, *hatch]


def _of_line(line: Line2D) -> list[Any]:
    """The colours of a line and its markers; none of what isn't drawn."""
    found: list[Any] = []
    if line.get_linewidth() and line.get_linestyle() not in ("None", "none", " ", ""):
        found.append(line.get_color())
    if str(line.get_marker()) not in ("None", "none", " ", "") and line.get_markersize():
        found += [line.get_markerfacecolor(), *([line.get_markeredgecolor()] if line.get_markeredgewidth() else [])]
    return [to_rgba(each, line.get_alpha() if str(each) != "none" else None) for each in found]


def _of_points(points: PathCollection) -> set[Any]:
    """The pairs of colours that points have, each once."""
    faces, edges = points.get_facecolor(), points.get_edgecolor()
    drawn = [tuple(map(tuple, np.asarray(each).tolist())) for each in (faces, edges) if len(each)]
    return {tuple(each[place % len(each)] for each in drawn) for place in range(max(map(len, drawn), default=0))}


def _behind(axes: Axes, figure: Figure) -> _Colour:
    """The colour behind what some axes draw: their own, that of axes at the same place, the figure's."""
    shade: _Colour = (1.0, 1.0, 1.0)
    if figure.patch.get_visible():
        shade = _over(figure.get_facecolor(), shade)
    twins = [each for each in figure.axes if each is not axes and np.allclose(each.bbox.bounds, axes.bbox.bounds)]
    for each in (*twins, axes):
        if each.get_visible() and each.axison and each.get_frame_on() and each.patch.get_visible():
            shade = _over(each.patch.get_facecolor(), shade)
    return shade


def _over(colour: Any, behind: _Colour) -> _Colour:
    """What is seen of a colour over another."""
    *shade, alpha = to_rgba(colour)
    return tuple(alpha * above + (1 - alpha) * below for above, below in zip(shade, behind, strict=True))


def _differs(one: _Colour, other: _Colour) -> bool:
    """Whether two colours can be told apart, by their lightness or by one of the three that they are made of."""
    pairs = [(one, other), *(((red,) * 3, (blue,) * 3) for red, blue in zip(one, other, strict=True))]
    lights = [sorted((_light(first), _light(second))) for first, second in pairs]
    return any((high + 0.05) / (low + 0.05) >= _LEAST_CONTRAST for low, high in lights)


def _light(colour: _Colour) -> float:
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _covers(figure: Figure) -> Iterator[tuple[_Order, Any]]:
    """What may cover bars, and when it is drawn: shapes that are no data, areas."""
    for place, each in enumerate(figure.get_children()):
        if isinstance(each, Patch) and each is not figure.patch and each.get_visible():
            yield (each.get_zorder(), place), each
    for axes in figure.axes:
        if not (axes.patches or axes.collections):
            continue
        bars = {id(bar) for each in axes.containers if isinstance(each, BarContainer) for bar in each.patches}
        for each in (*axes.patches, *axes.collections):
            is_data = id(each) in bars or isinstance(each, Wedge | Shadow | FancyArrowPatch)
            if not is_data and isinstance(each, Patch | PolyCollection) and is_seen(each, axes):
                yield _order(figure, axes, each), each


def _order(figure: Figure, axes: Axes, artist: Artist) -> _Order:
    """What orders things as they are drawn."""
    within, own = figure.get_children(), axes.get_children()
    place = within.index(axes) if axes in within else len(within)
    return axes.get_zorder(), place, artist.get_zorder(), own.index(artist)


def _refuse_covered(figure: Figure, covers: list[tuple[_Order, Any]], behind: dict[int, _Colour], caption: str) -> None:
    for axes in figure.axes:
        shade = behind[id(axes)]
        for bar in (bar for each in containers(axes) for bar in each.patches if is_seen(bar, axes)):
            order, colour = _order(figure, axes, bar), _over(bar.get_facecolor(), shade)
            for above in (each for when, each in covers if when > order):
                if _is_hidden_by(above, colour, shade) and _share_within(bar, above) > _MOST_COVERED:
                    raise NotebookError("chart_covers_bar", where="show()", caption=caption, label=label_of(axes, bar))


def _is_hidden_by(above: Any, colour: _Colour, shade: _Colour) -> bool:
    faces = [above.get_facecolor()] if isinstance(above, Patch) else above.get_facecolor()
    return any(not _differs(_over(face, colour), _over(face, shade)) for face in faces)


def _share_within(bar: Patch, above: Any) -> float:
    """How much of a bar is within a shape."""
    box = bar.get_window_extent()
    places = np.array(
        [
            (box.x0 + x * box.width, box.y0 + y * box.height)
            for x in _steps(box.width, box.height)
            for y in _steps(box.height, box.width)
        ]
    )
    paths = [above.get_path()] if isinstance(above, Patch) else above.get_paths()
    outlines = [above.get_transform().transform_path(path) for path in paths]
    return float(np.mean(np.any([each.contains_points(places) for each in outlines], axis=0))) if outlines else 0.0


def _steps(length: float, other: float) -> Any:
    return _ALONG if length >= other else _ACROSS
