"""Labels that were set by hand and say something else than what is drawn: on a value axis, in a legend."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from reportkit.errors import NotebookError
from reportkit.notebook.drawn import containers

_SAME = 1e-6


def refuse_false_labels(figure: Figure) -> None:
    """Raises NotebookError where a number on a value axis isn't its place there, or a legend names another series."""
    legends, colours = [*figure.legends], dict[str, Any]()
    for axes in figure.axes:
        _refuse_false_ticks(axes)
        colours |= _colours(axes)
        legends += [legend] if (legend := axes.get_legend()) is not None else []
    for legend in legends:
        _refuse_false_names(legend, colours)


def _refuse_false_ticks(axes: Axes) -> None:
    bars = containers(axes)
    axis = axes.xaxis if bars and bars[0].orientation == "horizontal" else axes.yaxis
    if not axis.get_visible() or not (bars or axes.lines):
        return
    for label, place in zip(axis.get_majorticklabels(), axis.get_majorticklocs(), strict=False):
        text = label.get_text()
        number = _number(text)
        if number is not None and abs(number - place) > _SAME * max(1.0, abs(place)):
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


def _number(text: str) -> float | None:
    """The number that a tick's label is; None for words, percentages, and numbers with a unit."""
    try:
        return float(text.replace("\N{MINUS SIGN}", "-").replace(",", ""))
    except ValueError:
        return None
