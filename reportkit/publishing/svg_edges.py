"""Words of a chart that its edge cuts off, or that a page prints too small; as matplotlib writes them into an SVG."""

import math
import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from reportkit.publishing.svg_allowed import SVG

_NUMBER = r"(-?[0-9.]+(?:e-?[0-9]+)?)"
_PLACED = re.compile(rf"translate\({_NUMBER}[ ,]+{_NUMBER}\)(?: rotate\({_NUMBER}\))?")
_TURNED = re.compile(rf"rotate\({_NUMBER}[ ,]+{_NUMBER}[ ,]+{_NUMBER}\)")
_SIZE = re.compile(rf"(?:font-size:\s*|font:[^;]*?\b){_NUMBER}px")
_ANCHOR = re.compile(r"text-anchor:\s*(start|middle|end)")
_SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}
_ABOVE, _BELOW = 0.8, 0.1
"""Of a letter's size: its ink above and below the baseline."""
_SPARE = 0.35
"""Of a letter's size: how far words may seem to reach over the edge, as their width is reckoned."""

TALLEST = 1.2
"""How tall a chart is printed at most, of the text's width: a page holds it with a caption of three lines."""
_TEXT_WIDTH_PT = 156 / 25.4 * 72
"""A chart's own unit is a point: matplotlib writes its SVG so."""
_LEGIBLE_PT = 4.0


def cut_off(root: Any) -> str:
    """The first words of a cleaned SVG that its edge cuts off; empty where it cuts off none."""
    box = _box(root)
    if box is None:
        return ""
    left, top, wide, high = box
    for words, size, corners in _texts(root):
        spare = _SPARE * size
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        is_inside = min(xs) >= left - spare and max(xs) <= left + wide + spare
        if not (is_inside and min(ys) >= top - spare and max(ys) <= top + high + spare):
            return words
    return ""


def too_small(root: Any) -> tuple[str, float] | None:
    """The smallest words of a cleaned SVG and the points in which a page prints them, where nobody could read them."""
    box = _box(root)
    if box is None or min(box[2:]) <= 0:
        return None
    scale = min(1.0, TALLEST * box[2] / box[3]) * _TEXT_WIDTH_PT / box[2]
    words, size = min(((words, size * scale) for words, size, _ in _texts(root)), key=itemgetter(1), default=("", 0.0))
    return (words, size) if words and size < _LEGIBLE_PT else None


def _box(root: Any) -> tuple[float, ...] | None:
    box = tuple(float(each) for each in (root.get("viewBox") or "").replace(",", " ").split())
    return box if len(box) == 4 else None


def _texts(root: Any) -> Iterator[tuple[str, float, list[tuple[float, float]]]]:
    """Words, their size, and the corners of their box; not those that a group moves, whose place isn't their own."""
    for element in root.iter(f"{{{SVG}}}text"):
        words = " ".join("".join(element.itertext()).split())
        style = element.get("style") or ""
        size = _SIZE.search(style)
        if words and size and not any(each.get("transform") for each in element.iterancestors()):
            anchor = _ANCHOR.search(style)
            share = _SHARES[anchor[1]] if anchor else 0.0
            yield words, float(size[1]), _corners(element, words, float(size[1]), share)


def _corners(element: Any, words: str, size: float, share: float) -> list[tuple[float, float]]:
    x, y, angle = float(element.get("x") or 0), float(element.get("y") or 0), 0.0
    transform = element.get("transform") or ""
    if placed := _PLACED.fullmatch(transform):
        x, y, angle = x + float(placed[1]), y + float(placed[2]), float(placed[3] or 0)
    elif turned := _TURNED.fullmatch(transform):
        angle = float(turned[1])
    wide = size * sum(1.0 if ord(each) >= 0x2E80 else 0.3 if each in " .,:'il" else 0.56 for each in words)
    start = -wide * share
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [
        (x + right * cos - down * sin, y + right * sin + down * cos)
        for right in (start, start + wide)
        for down in (-_ABOVE * size, _BELOW * size)
    ]
