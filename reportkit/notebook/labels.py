"""Labels that were set by hand and say something else than what is drawn: on a value axis, in a legend."""

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axes._secondary_axes import SecondaryAxis
from matplotlib.category import StrCategoryFormatter
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from reportkit.errors import NotebookError
from reportkit.notebook.drawn import all_axes, containers
from reportkit.notebook.written import is_at


def refuse_false_labels(figure: Figure) -> None:
    """Raises NotebookError where a number on a value axis isn't its place there, or a legend names another series."""
    legends, colours = [*figure.legends], dict[str, Any]()
    for axes in all_axes(figure.axes):
        for axis in _value_axes(axes):
            _refuse_false_ticks(axis)
        colours |= _colours(axes)
        legends += [legend] if (legend := axes.get_legend()) is not None else []
    for legend in legends:
        _refuse_false_names(legend, colours)


def _value_axes(axes: Axes) -> Iterator[Any]:
    """The axes that are seen and have values; of a further axis that one which it is."""
    bars = containers(axes)
    if isinstance(axes, SecondaryAxis):
        axis = axes.xaxis if getattr(axes, "_orientation", "y") == "x" else axes.yaxis
    else:
        axis = axes.xaxis if bars and bars[0].orientation == "horizontal" else axes.yaxis
    has_values = isinstance(axes, SecondaryAxis) or bars or axes.lines or axes.collections or axes.patches
    if axis.get_visible() and has_values and not isinstance(axis.get_major_formatter(), StrCategoryFormatter):
        yield axis


def _refuse_false_ticks(axis: Any) -> None:
    labels = (*axis.get_majorticklabels(), *axis.get_minorticklabels())
    for label, place in zip(labels, (*axis.get_majorticklocs(), *axis.get_minorticklocs()), strict=False):
        text = label.get_text()
        if label.get_visible() and is_at(text, place) is False:
            raise NotebookError("axis_label_wrong", where="show()", text=text, place=f"{place:g}")


def _refuse_false_names(legend: Legend, colours: Mapping[str, Any]) -> None:
    for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=False):
        shown, name = _colour(handle), text.get_text()
        others = [label for label, colour in colours.items() if colour == shown]
        if shown is not None and colours.get(name, shown) != shown and len(others) == 1:
            raise NotebookError("legend_wrong", where="show()", name=name, other=others[0])


def _colours(axes: Axes) -> dict[str, Any]:
    """The colour of each named series of bars or lines, by its name."""
    series = {str(each.get_label()): _colour(each.patches[0]) for each in containers(axes) if each.patches}
    return series | {str(line.get_label()): _colour(line) for line in axes.lines}


def _colour(artist: Any) -> Any:
    colour = artist.get_color() if isinstance(artist, Line2D) else getattr(artist, "get_facecolor", lambda: None)()
    return None if colour is None else to_hex(colour)
