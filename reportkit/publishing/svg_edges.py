"""Words of a chart that its edge cuts off, or that a page prints too small, wherever its groups have moved them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

import tinycss2
from tinycss2 import ast

from reportkit.errors import PublishingError
from reportkit.messages.said import Said
from reportkit.publishing.svg_allowed import SVG, XLINK
from reportkit.publishing.svg_numbers import (
    SAME,
    Matrix,
    box,
    composed,
    font_size,
    length,
    moved,
    size_of_font,
    transformation,
)

_SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}
_ABOVE, _BELOW = 0.8, 0.1
"""Of a letter's size: its ink above and below the baseline."""
_SPARE = 0.35
"""Of a letter's size: how far words may seem to reach over the edge, as their width is reckoned."""
_USUAL_PX = 16.0
"""The size of letters where none is said."""
_PAINTS = frozenset(("pattern", "marker", "mask", "clipPath"))

TALLEST = 1.2
"""How tall a chart is printed at most, of the text's width: a page holds it with a caption of three lines."""
_TEXT_WIDTH_PT = 156 / 25.4 * 72
"""A chart's own unit is a point: matplotlib writes its SVG so."""
_LEGIBLE_PT = 4.0

_Read = TypeVar("_Read", float, Matrix)
Corners = list[tuple[float, float]]


def refuse_unreadable(root: Any, where: str) -> None:
    """Raises PublishingError for words of a cleaned SVG that its edge cuts off, or that a page prints too small.

    And for numbers in it that are none, by which nobody knows where its words are.
    """
    frame = _frame(root, where)
    if frame is None:
        return
    left, top, wide, high = frame
    texts = [*_Walk(root, (wide, high), where).texts()]
    for words, size, corners in texts:
        spare = _SPARE * size
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        is_inside = min(xs) >= left - spare and max(xs) <= left + wide + spare
        if not (is_inside and min(ys) >= top - spare and max(ys) <= top + high + spare):
            raise PublishingError("chart_words_over_edge", where=where, words=words[:40])
    scale = min(1.0, TALLEST * wide / high) * _TEXT_WIDTH_PT / wide
    words, size = min(((words, size * scale) for words, size, _ in texts), key=itemgetter(1), default=("", 0.0))
    if words and size < _LEGIBLE_PT:
        raise PublishingError("chart_words_small", where=where, words=words[:40], height=f"{size:.1f}")


def _frame(root: Any, where: str) -> tuple[float, float, float, float] | None:
    try:
        return box(root.get("viewBox"))
    except ValueError as error:
        raise _no_number("viewBox", root.get("viewBox"), where) from error


@dataclass(frozen=True, slots=True)
class _Around:
    """What words have from the elements that they are in."""

    matrix: Matrix = SAME
    size: float = _USUAL_PX
    anchor: str = "start"
    x: float = 0.0
    y: float = 0.0


class _Walk:
    """Looks at every element of a picture as it is drawn, copies where they are put."""

    def __init__(self, root: Any, frame: tuple[float, float], where: str) -> None:
        self.root, self.frame, self.where = root, frame, where
        self.ids = {each.get("id"): each for each in root.iter() if each.get("id")}

    def texts(self) -> Iterator[tuple[str, float, Corners]]:
        """Words, the size in which they are drawn, and the corners of their box."""
        return self._below(self.root, _Around())

    def _below(self, element: Any, around: _Around) -> Iterator[tuple[str, float, Corners]]:
        name = str(element.tag).removeprefix(f"{{{SVG}}}")
        if name == "defs" or name in _PAINTS:
            if name in _PAINTS and next(element.iter(f"{{{SVG}}}text"), None) is not None:
                raise PublishingError("svg_refused", where=self.where, fault=Said("svg_holds_words", tag=name))
            return
        own = self._own(element, around)
        if name == "use":
            target = self.ids.get((element.get("href") or element.get(f"{{{XLINK}}}href") or "")[1:])
            if target is not None:
                by = (1.0, 0.0, 0.0, 1.0, self._length(element, "x", 0, own), self._length(element, "y", 1, own))
                yield from self._below(target, replace(own, matrix=composed(own.matrix, by)))
        elif name in ("text", "tspan"):
            yield from self._words(element, own)
        else:
            for child in element:
                yield from self._below(child, own)

    def _own(self, element: Any, around: _Around) -> _Around:
        declared = {name: value for name in ("font-size", "text-anchor") if (value := element.get(name))}
        declared |= _declared(element.get("style") or "")
        size = around.size
        for name, read in (("font", size_of_font), ("font-size", font_size)):
            if name in declared:
                size = self._read(element, name, declared[name], partial(read, parent=around.size))
        matrix = around.matrix
        if moves := element.get("transform"):
            matrix = composed(matrix, self._read(element, "transform", moves, transformation))
        anchor = declared.get("text-anchor", around.anchor).strip()
        return replace(around, matrix=matrix, size=size, anchor=anchor)

    def _words(self, element: Any, own: _Around) -> Iterator[tuple[str, float, Corners]]:
        """The words of a text and of its parts; each part that says so begins at a place of its own."""
        is_list = element.tag == f"{{{SVG}}}tspan" and len((element.get("x") or "").split()) > 1
        if is_list:  # a place for each character, as of formulas
            places = [self._read(element, "x", each, length) for each in (element.get("x") or "").split()]
            start = replace(own, x=min(places), anchor="start")
        else:
            places, start = (
                [],
                replace(own, x=own.x if element.get("x") is None else self._length(element, "x", 0, own)),
            )
        start = replace(start, y=own.y if element.get("y") is None else self._length(element, "y", 1, own))
        start = replace(
            start, x=start.x + self._length(element, "dx", 0, own), y=start.y + self._length(element, "dy", 1, own)
        )
        parts = [element.text or "", *(child.tail or "" for child in element)]
        words = " ".join("".join(parts).split())
        if words:
            yield words, self._drawn(start), _corners(words, start, max(places, default=start.x) - start.x)
        for child in element:
            yield from self._words(
                child, self._own(child, replace(start, x=start.x + _wide(element.text or "", start)))
            )

    @staticmethod
    def _drawn(own: _Around) -> float:
        a, b, c, d, *_ = own.matrix
        return own.size * min(math.hypot(a, b), math.hypot(c, d))

    def _length(self, element: Any, name: str, axis: int, own: _Around) -> float:
        text = element.get(name)
        if text is None:
            return 0.0
        return self._read(element, name, text, lambda each: length(each, self.frame[axis], own.size))

    def _read(self, element: Any, name: str, text: str, read: Callable[[str], _Read]) -> _Read:
        try:
            return read(text)
        except (ValueError, OverflowError) as error:
            raise _no_number(f"{name} of <{str(element.tag).rpartition('}')[2]}>", text, self.where) from error


def _no_number(what: str, text: str, where: str) -> PublishingError:
    return PublishingError("svg_refused", where=where, fault=Said("svg_no_number", name=what, text=text[:60]))


def _declared(style: str) -> dict[str, str]:
    """The properties of a style attribute."""
    found = tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True) if style else []
    return {each.lower_name: tinycss2.serialize(each.value) for each in found if isinstance(each, ast.Declaration)}


def _wide(text: str, own: _Around) -> float:
    return own.size * sum(1.0 if ord(each) >= 0x2E80 else 0.3 if each in " .,:'il" else 0.56 for each in text)


def _corners(words: str, own: _Around, spread: float) -> Corners:
    """The corners of the box of some words; `spread` is how far their characters' own places are apart."""
    wide = spread + _wide(words[-1], own) if spread else _wide(words, own)
    start = own.x - wide * _SHARES.get(own.anchor, 0.0)
    return [
        moved(own.matrix, x, own.y + down)
        for x in (start, start + wide)
        for down in (-_ABOVE * own.size, _BELOW * own.size)
    ]
