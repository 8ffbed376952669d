"""What a notebook was given by name, so that what it draws from it can be said to be just that."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from weakref import WeakKeyDictionary

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from reportkit.model import LAST_YEAR, Value

_NAMES: "WeakKeyDictionary[Artist, str]" = WeakKeyDictionary()
"""Bars that were drawn from a figure or fact → its name."""
_WHOLES: "WeakKeyDictionary[Figure, Whole]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Whole:
    """What the numbers of a chart of shares are parts of: a figure's or fact's name and its value."""

    name: str
    value: int | Decimal


def note_whole(figure: Figure, whole: Whole) -> Figure:
    """Notes what a chart's numbers are shares of; returns the chart."""
    _WHOLES[figure] = whole
    return figure


def whole_of(figure: Figure) -> Whole | None:
    """What a chart's numbers are shares of; None for any other chart."""
    return _WHOLES.get(figure)


def note_bars(series: Sequence[Sequence[Artist]], names: Sequence[Sequence[str]]) -> None:
    """Notes of which figures and facts the bars of a chart are: names by series and bar."""
    for bars, of_series in zip(series, names, strict=False):
        _NAMES.update(zip(bars, of_series, strict=False))


@dataclass
class Given:
    """The numbers that a notebook of one year has asked for, by name (`requests.granted.total`, `last_year.…`)."""

    year: int = 0
    values: dict[str, Value] = field(default_factory=dict)

    def note(self, name: str, value: Value) -> Value:
        """Notes a number; returns it."""
        self.values[name] = value
        return value

    def name_of(self, value: object, artist: Artist | None, labels: Sequence[str]) -> str:
        """The name of a plotted value: its bar's, else that of a number the notebook was given; empty where typed.

        Where several were the same, `labels` say which year is meant.
        """
        if artist is not None and artist in _NAMES:
            return _NAMES[artist]
        if not isinstance(value, int | float):
            return ""
        names = [name for name, each in self.values.items() if each is not None and float(each) == value]
        before = any(label.strip() in (f"{self.year - 1}", f"{self.year - 1}年", "上年", "去年") for label in labels)
        names.sort(key=lambda name: name.startswith(LAST_YEAR) is not before)
        return names[0] if names else ""
