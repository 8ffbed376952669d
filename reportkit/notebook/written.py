"""The numbers that are written into a figure, by whatever draws words: texts, titles, legends, ticks, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.table import Table
from matplotlib.text import Annotation, Text

from reportkit.notebook.drawn import all_axes, containers, words_below
from reportkit.text.strings import NUMERAL

_MANY = {"": 1, "万": 10**4, "亿": 10**8}
_A_YEAR = re.compile(r"(?:19|20)\d{2}")
_LAST_ORDINAL = 31
"""Categories may be numbered, as days are, up to this."""
_SAME = 1e-6
_STYLES = re.compile(r"\\(?:math[a-z]+|text[a-z]*|rm|bf|it|sf|tt|cal|operatorname)(?![a-z])\s*|\\[,;:! ]")
"""What changes how mathematics look, and not what they say."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written: the word that it belongs to, its value, how many places it has, whether in percent."""

    label: str
    value: float
    places: int
    is_percent: bool


def numeral(text: str, label: str = "") -> Written | None:
    """The number that a text is, with a unit or without; None for words."""
    match = NUMERAL.fullmatch(_plain(text).strip().replace("\N{MINUS SIGN}", "-"))
    if match is None:
        return None
    digits, is_percent = re.sub(r"[,，]", "", match["digits"]), bool(match["percent"])
    sign = -1 if match["sign"] else 1
    return Written("" if is_percent else label, sign * float(digits), len(digits.partition(".")[2]), is_percent)


def _plain(text: str) -> str:
    """A text without the marks of mathematics in it."""
    return re.sub(r"(?<!\\)[${}]", "", _STYLES.sub("", text)) if text.count("$") > 1 else text


def is_at(text: str, place: float) -> bool | None:
    """Whether a tick's number is its place on the axis, in parts of a hundred or in 万 too; None where it is words."""
    match = NUMERAL.fullmatch(_plain(text).strip().replace("\N{MINUS SIGN}", "-"))
    found = numeral(text)
    if match is None or found is None:
        return None
    meant = (found.value, found.value / 100) if found.is_percent else (found.value * _MANY[match["many"] or ""],)
    return any(abs(each - place) <= _SAME * max(1.0, abs(place)) for each in meant)


def written(figure: Figure, known: frozenset[str]) -> Iterator[Written]:
    """The numbers that are written into a figure; `known` are the words that name its data, which label them.

    Not the numbers of an axis that are at their places, and not years, which no figure is.
    """
    placed: set[int] = set()
    for axes in all_axes(figure.axes):
        yield from _placed(axes, placed)
        for table in axes.tables:
            yield from _in_table(table, placed)
        for axis in (axes.xaxis, axes.yaxis):
            yield from _ticks(axis, known, placed)
    for text in figure.findobj(Text):
        if isinstance(text, Text) and id(text) not in placed and text.get_visible():
            yield from _lines(text.get_text(), known)


def _placed(axes: Axes, placed: set[int]) -> Iterator[Written]:
    """Numbers at places of the data."""
    ticks = words_below(axes)
    texts = [text for text in axes.texts if numeral(text.get_text()) is not None]
    for number, text in enumerate(texts):
        placed.add(id(text))
        label = _nearest(ticks, text, axes) or (ticks[number][0] if len(ticks) == len(texts) else "")
        found = numeral(text.get_text(), label)
        if found is not None and text.get_visible():
            yield found


def _in_table(table: Table, placed: set[int]) -> Iterator[Written]:
    """Numbers in the cells of a table that is drawn, each with the words of its row."""
    rows: dict[int, list[str]] = {}
    for (row, _), cell in sorted(table.get_celld().items()):
        placed.add(id(cell.get_text()))
        rows.setdefault(row, []).append(cell.get_text().get_text())
    for words in rows.values():
        label = next((text.strip() for text in words if text.strip() and numeral(text) is None), "")
        yield from (found for text in words if (found := numeral(text, label)) is not None and not _is_year(text))


def _ticks(axis: Any, known: frozenset[str], placed: set[int]) -> Iterator[Written]:
    """Numbers at the ticks of a figure that was drawn which are neither their places nor names of the data."""
    ticks = (*axis.get_major_ticks(), *axis.get_minor_ticks())  # asked for their labels, an axis is laid out anew
    for tick in ticks:
        for label in (tick.label1, tick.label2):
            placed.add(id(label))
            text = label.get_text()
            if not (axis.get_visible() and label.get_visible()) or _is_name(text, known, len(ticks)):
                continue
            if is_at(text, tick.get_loc()) is False and (found := numeral(text)) is not None:
                yield found


def _is_name(text: str, known: frozenset[str], ticks: int) -> bool:
    """Whether a number at a tick names what is there: a year, a word of the data, one of a few in order."""
    is_ordinal = text.strip().isdecimal() and 0 < int(text) <= max(ticks, _LAST_ORDINAL)
    return _is_year(text) or is_ordinal or text.strip() in known


def _lines(text: str, known: frozenset[str]) -> Iterator[Written]:
    """The lines of a text that are nothing but a number, with the words of the other lines."""
    lines = [each.strip() for each in text.split("\n")]
    label = next((each for each in lines if each in known), "")
    for line in lines:
        if line not in known and not _is_year(line) and (found := numeral(line, label)) is not None:
            yield found


def _is_year(text: str) -> bool:
    return _A_YEAR.fullmatch(text.strip()) is not None


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
