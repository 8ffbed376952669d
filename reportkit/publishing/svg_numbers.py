"""The numbers of an SVG: lengths with units, lists, transformations. What can't be read raises ValueError."""

import math
import re

import tinycss2
from tinycss2 import ast

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_LENGTH = re.compile(rf"({_NUMBER})([a-z%]*)")
_SEPARATOR = re.compile(r"[ \t\r\n]*,[ \t\r\n]*|[ \t\r\n]+")
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
_MOVE = re.compile(r"\s*,?\s*([A-Za-z]+)\s*\(([^()]*)\)\s*")

Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def length(text: str, whole: float = 0.0, letter: float = 0.0) -> float:
    """A length in the picture's units, given what 100% and the size of a letter (1em) are."""
    match = _LENGTH.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(text)
    unit = {**_PX, "%": whole / 100, "em": letter, "rem": 16.0, "ex": letter / 2}.get(match[2])
    found = math.inf if unit is None else float(match[1]) * unit
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def numbers(text: str) -> list[float]:
    """The numbers of a list, parted by commas or spaces."""
    return [length(each) for each in _SEPARATOR.split(text.strip())] if text.strip() else []


def box(text: str | None) -> tuple[float, float, float, float] | None:
    """A viewBox: its left, top, width and height; None where there is none."""
    if text is None:
        return None
    found = numbers(text)
    if len(found) != 4 or min(found[2:]) <= 0:
        raise ValueError(text)
    left, top, wide, high = found
    return left, top, wide, high


def font_size(declared: str, parent: float) -> float:
    """The size of letters from the value of `font-size`, given that of the letters around."""
    return length(declared, parent, parent)


def size_of_font(declared: str, parent: float) -> float:
    """The size of letters from the value of `font`: 'bold 10.5px sans-serif'."""
    for token in tinycss2.parse_component_value_list(declared):
        if isinstance(token, ast.DimensionToken | ast.PercentageToken):
            return length(token.serialize(), parent, parent)
    raise ValueError(declared)


def transformation(text: str) -> Matrix:
    """What a `transform` attribute does, as one matrix."""
    found, place = SAME, 0
    while place < len(text.strip()):
        match = _MOVE.match(text.strip(), place)
        if match is None:
            raise ValueError(text)
        found = composed(found, _matrix(match[1], numbers(match[2])))
        place = match.end()
    return found


def _matrix(name: str, values: list[float]) -> Matrix:
    match name, values:
        case "matrix", [a, b, c, d, e, f]:
            return a, b, c, d, e, f
        case "translate", [x]:
            return 1.0, 0.0, 0.0, 1.0, x, 0.0
        case "translate", [x, y]:
            return 1.0, 0.0, 0.0, 1.0, x, y
        case "scale", [x]:
            return x, 0.0, 0.0, x, 0.0, 0.0
        case "scale", [x, y]:
            return x, 0.0, 0.0, y, 0.0, 0.0
        case "rotate", [angle]:
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            return cos, sin, -sin, cos, 0.0, 0.0
        case "rotate", [angle, x, y]:
            turned = composed((1.0, 0.0, 0.0, 1.0, x, y), _matrix("rotate", [angle]))
            return composed(turned, (1.0, 0.0, 0.0, 1.0, -x, -y))
        case "skewX", [angle]:
            return 1.0, 0.0, math.tan(math.radians(angle)), 1.0, 0.0, 0.0
        case "skewY", [angle]:
            return 1.0, math.tan(math.radians(angle)), 0.0, 1.0, 0.0, 0.0
    raise ValueError(f"{name}({values})")


def composed(outer: Matrix, inner: Matrix) -> Matrix:
    """What the inner one does, then the outer one."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def moved(by: Matrix, x: float, y: float) -> tuple[float, float]:
    """A place after a transformation."""
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f
