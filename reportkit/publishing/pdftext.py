"""The ruled tables of a PDF page as pdfium shows them: a grid from the drawn lines, characters where they are."""

import ctypes
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Characters without ink, where a long word may be broken."""
_MARK, _MARK_PT, _MARK_COLOUR = "草稿", 40.0, (0xF6, 0xEC, 0xEC)
"""The draft mark behind the text as `report.typ` draws it: its characters, how tall they are at least, its colour."""

_SAME_PT = 0.8
"""Lines nearer than this are one."""


class Character(NamedTuple):
    """One visible character: where its baseline starts, and its ink's box, in points from the lower left corner."""

    text: str
    x: float
    baseline: float
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle_x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def middle_y(self) -> float:
        return (self.bottom + self.top) / 2


Line = tuple[float, float, float, float]
"""Left, bottom, right and top of a straight line that is drawn."""


@dataclass(frozen=True)
class RuledGrid:
    """A ruled table: the places of its lines, left to right and top to bottom, and the characters within."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    characters: tuple[Character, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.ys) - 1, len(self.xs) - 1

    def text(self, row: int, column: int, rows: int, columns: int) -> str:
        """The text within a merged cell, line by line."""
        cells = self._cells
        places = [(row + down, column + along) for down in range(rows) for along in range(columns)]
        return in_reading_order([each for place in places for each in cells.get(place, ())])

    @cached_property
    def _cells(self) -> dict[tuple[int, int], list[Character]]:
        """Row and column → the characters whose middle is between their lines."""
        upwards = [-y for y in self.ys]
        found: dict[tuple[int, int], list[Character]] = {}
        for each in self.characters:
            place = bisect_left(upwards, -each.middle_y) - 1, bisect_left(self.xs, each.middle_x) - 1
            found.setdefault(place, []).append(each)
        return found


def in_reading_order(characters: Sequence[Character]) -> str:
    """Characters joined line by line from the top, each line from the left."""
    return "".join(each.text for each in sorted(characters, key=lambda each: (-round(each.baseline), each.x)))


@dataclass(frozen=True, slots=True)
class Page:
    """A page's visible characters in the order in which they are set, but for the draft mark; its lines and grids."""

    characters: tuple[Character, ...]
    lines: tuple[Line, ...]
    grids: tuple[RuledGrid, ...]


def ruled_grids(lines: Sequence[Line], characters: Sequence[Character]) -> Iterator[RuledGrid]:
    """Every ruled frame of a page as a grid; a chart's frame may be among them."""
    upright = [(left, bottom, top) for left, bottom, right, top in lines if right - left < top - bottom]
    level = [(bottom, left, right) for left, bottom, right, top in lines if right - left >= top - bottom]
    frames: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    for line in upright:
        frames.setdefault((round(line[1]), round(line[2])), []).append(line)
    for sides in frames.values():
        left, right = min(side[0] for side in sides), max(side[0] for side in sides)
        bottom, top = sides[0][1], sides[0][2]
        if right - left < 100:
            continue
        xs = _distinct(x for x, low, high in upright if low > bottom - 2 and high < top + 2 and left <= x <= right)
        ys = _distinct(
            y for y, start, end in level if bottom - 2 < y < top + 2 and start > left - 2 and end < right + 2
        )
        inside = tuple(c for c in characters if left < c.middle_x < right and bottom < c.middle_y < top)
        yield RuledGrid(xs, tuple(reversed(ys)), inside)


def _lines(page: Any) -> Iterator[Line]:
    """Each straight line that the page draws."""
    for element in page.get_objects(max_depth=1):
        if element.type == pdfium.FPDF_PAGEOBJ_PATH and pdfium.FPDFPath_CountSegments(element.raw) == 2:
            yield element.get_bounds()


def _distinct(places: Iterator[float]) -> tuple[float, ...]:
    """Places in rising order, those of one line counted once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SAME_PT:
            found.append(place)
    return tuple(found)


def page_characters(page: Any) -> Iterator[Character]:
    """The visible characters of a page, but for the draft mark behind them."""
    textpage = page.get_textpage()
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    try:
        raw = textpage.raw
        for number in range(textpage.count_chars()):
            text = chr(pdfium.FPDFText_GetUnicode(raw, number))
            if text.isspace() or text in _UNSEEN:
                continue
            if not pdfium.FPDFText_GetCharBox(raw, number, left, right, bottom, top):
                continue
            if not pdfium.FPDFText_GetCharOrigin(raw, number, x, y):
                continue
            if text in _MARK and top.value - bottom.value > _MARK_PT and _colour(raw, number) == _MARK_COLOUR:
                continue
            yield Character(text, x.value, y.value, left.value, bottom.value, right.value, top.value)
    finally:
        textpage.close()


def _colour(raw: Any, number: int) -> tuple[int, int, int]:
    """The red, green and blue of a character."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFText_GetFillColor(raw, number, red, green, blue, alpha)
    return red.value, green.value, blue.value


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page of a PDF, without spaces and line breaks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(document[number].get_textpage().get_text_range().split()) for number in range(len(document))]
    finally:
        document.close()


def pages_of(pdf: bytes) -> list[Page]:
    """The pages of a PDF as they can be seen."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for number in range(len(document)):
            page = document[number]
            characters, lines = tuple(page_characters(page)), tuple(_lines(page))
            found.append(Page(characters, lines, tuple(ruled_grids(lines, characters))))
            page.close()
        return found
    finally:
        document.close()
