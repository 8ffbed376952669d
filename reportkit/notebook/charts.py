"""Charts in the report's one style: matplotlib's object interface, the bundled CJK font, the same bytes each time."""

import io
import json
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text
from pylopdf_fonts_zh_cn import sans_path

from reportkit.errors import NotebookError
from reportkit.model import Exhibit, format_number
from reportkit.notebook.beside import beside
from reportkit.notebook.drawn import all_axes, named, plotted, shapes_beside
from reportkit.notebook.given import Given, note_bars
from reportkit.notebook.growth import share
from reportkit.notebook.labels import refuse_false_labels
from reportkit.notebook.shades import refuse_pale
from reportkit.notebook.sight import refuse_unseen
from reportkit.notebook.stated import stated
from reportkit.text.strings import HALF, TURNED

FONT = "Noto Sans SC"
INK, ACCENT, PALE = "#222222", "#1f4e79", "#9db4c8"
_WIDTH_IN = 6.1  # the text block is 156 mm wide


@cache
def _style() -> dict[str, Any]:
    """Everything that decides how a chart looks; a user's own matplotlibrc decides nothing."""
    # A font of that name on this machine may be another version, or another font.
    fonts = font_manager.fontManager
    fonts.ttflist = [each for each in fonts.ttflist if each.name != FONT]
    fonts.addfont(str(sans_path()))
    return {
        "font.family": ["sans-serif"],
        "font.sans-serif": [FONT],
        "font.size": 10.5,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "svg.fonttype": "none",
        "svg.hashsalt": "reportkit",
        "figure.dpi": 72,
        "savefig.dpi": 72,
        "savefig.bbox": None,
    }


def style() -> None:
    """Makes the report's style the default, so that an analyst's own pyplot charts match."""
    mpl.rcdefaults()
    mpl.rcParams.update(_style())


@contextmanager
def _styled() -> Iterator[None]:
    """The report's style and nothing of the user's, for a while."""
    with mpl.rc_context():
        style()
        yield


def bars(values: Mapping[str, float], unit: str) -> Figure:
    """One horizontal bar a label, the value written at its end; the first label on top."""
    with _styled():
        figure = Figure(figsize=(_WIDTH_IN, 0.5 + 0.32 * len(values)), layout="constrained")
        axes = figure.add_subplot()
        drawn = axes.barh(range(len(values)), list(values.values()), height=0.62, color=ACCENT)
        axes.set_yticks(range(len(values)), labels=list(values))
        axes.invert_yaxis()
        axes.margins(x=0.1)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        _finish(axes, [drawn], unit)
    return figure


def grouped_bars(labels: Sequence[str], series: Mapping[str, Sequence[float]], unit: str) -> Figure:
    """Vertical bars side by side at each label, one a series: the first pale, the last dark, values above.

    The shades differ in lightness alone, so they are told apart without colours too.
    """
    width = 0.72 / len(series)
    with _styled():
        figure = Figure(figsize=(_WIDTH_IN, 2.7), layout="constrained")
        axes = figure.add_subplot()
        drawn = []
        for number, (name, heights) in enumerate(series.items()):
            places = [place + (number - (len(series) - 1) / 2) * width for place in range(len(labels))]
            drawn.append(axes.bar(places, heights, width, color=_SHADES[len(series)][number], label=name))
        axes.set_xticks(range(len(labels)), labels=list(labels))
        axes.margins(y=0.1)
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(series), borderaxespad=0)
        _finish(axes, drawn, unit)
    return figure


_SHADES = {
    2: (PALE, ACCENT),
    3: (PALE, "#5c81a3", ACCENT),
    4: (PALE, "#7395b3", "#456e96", "#143a5c"),
    5: (PALE, "#7c9cb8", "#5a7fa1", "#396489", "#122f4a"),
}


def shares(parts: Mapping[str, int | Decimal], whole: int | Decimal, unit: str) -> Figure:
    """A bar for each part in a frame as long as the whole; beside it the number and its percentage."""
    with _styled():
        figure = Figure(figsize=(_WIDTH_IN, 0.6 + 0.36 * len(parts)), layout="constrained")
        axes = figure.add_subplot()
        axes.barh(range(len(parts)), [float(each) for each in parts.values()], height=0.6, color=ACCENT)
        axes.set_yticks(range(len(parts)), labels=list(parts))
        axes.invert_yaxis()
        axes.set_xlim(0, float(whole))
        axes.xaxis.set_visible(False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(True)
        for place, value in enumerate(parts.values()):
            words = f"{format_number(value)}（{share(value, whole)}）"
            axes.text(1.015, place, words, transform=axes.get_yaxis_transform(), va="center", ha="left")
        axes.tick_params(length=0)
        axes.set_title(f"单位：{unit}　框长为总数{format_number(whole)}", loc="left", fontsize=9)
    return figure


def of_names(figure: Figure | None, names: Sequence[Sequence[str]]) -> Figure | None:
    """A chart of bars that knows of which figures or facts its bars are: names by series and bar."""
    if figure is not None:
        containers = [each for each in figure.axes[0].containers if isinstance(each, BarContainer)]
        note_bars([each.patches for each in containers], names)
    return figure


def _finish(axes: Axes, drawn: list[BarContainer], unit: str) -> None:
    """The value at each bar, which says more than an axis; the unit above."""
    for container in drawn:
        axes.bar_label(container, fmt=lambda value: f"{value:.10g}", padding=3)
    axes.tick_params(length=0)
    axes.set_title(f"单位：{unit}", loc="left", fontsize=9)


def exhibit(
    figure: Figure,
    caption: str,
    alt: str,
    unit: str,
    source: str | None,
    data: Mapping[str, Any] | None,
    *,
    given: Given | None = None,
) -> tuple[str, Exhibit]:
    """A figure as SVG text, and what travels with it; `given` are the numbers that the notebook has asked for.

    Raises NotebookError for a missing glyph or unknown data.
    """
    svg = io.StringIO()
    with warnings.catch_warnings(), _styled():
        warnings.filterwarnings("error", message=".*missing from.*font")
        try:
            figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        except UserWarning as warning:
            raise NotebookError("chart_lacks_character", where="show()", warning=warning, font=FONT) from warning
        except TypeError:
            _refuse_half("".join(each.get_text() for each in figure.findobj(Text)))
            raise
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # or the inline backend would show it once more
    refuse_false_labels(figure)
    _refuse_pixels(figure, svg.getvalue())
    refuse_unseen(figure, caption)
    refuse_pale(figure, caption)
    given = given or Given()
    found = named(stated(data, unit), given) if data is not None else plotted(figure, given)
    shapes = shapes_beside(figure, given=data is not None)
    also = tuple(beside(figure, found, given, stated=data is not None))
    words = (caption, alt, unit, found.columns, found.rows, source)
    exhibit = Exhibit(*words, shapes=shapes, names=found.names, beside=also)
    _refuse_half(json.dumps(exhibit.to_json(), ensure_ascii=False))
    _refuse_turned(f"{json.dumps(exhibit.to_json(), ensure_ascii=False)}{svg.getvalue()}")
    return svg.getvalue(), exhibit


def _refuse_half(words: str) -> None:
    for half in HALF.findall(words):
        raise NotebookError("chart_half_character", where="show()", code_point=f"{ord(half):04X}")


def _refuse_turned(words: str) -> None:
    for turning in TURNED.findall(words):
        raise NotebookError("chart_character_turns", where="show()", code=f"U+{ord(turning):04X}")


def _refuse_pixels(figure: Figure, svg: str) -> None:
    """Refuses pictures of pixels, but for the shades of colour bars."""
    if svg.count("<image") > sum(hasattr(axes, "_colorbar") for axes in all_axes(figure.axes)):
        raise NotebookError("chart_of_pixels", where="show()")


def picture(figure: Figure) -> str:
    """A figure as SVG whose letters are drawn, so that it looks as it is printed where the font isn't installed."""
    svg = io.StringIO()
    with _styled(), mpl.rc_context({"svg.fonttype": "path"}):
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return svg.getvalue()
