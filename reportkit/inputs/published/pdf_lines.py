"""Characters of a PDF's page → its lines, their pieces, and the words within a box."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any
from unicodedata import normalize

from reportkit.inputs.handed_in import Place
from reportkit.inputs.published.cells import LINE, Piece, squeezed
from reportkit.inputs.published.page import Mark, Token

BBox = tuple[float, float, float, float]
_WIDE = 2.2
"""Widths of a character between two that are of different cells."""
_APART = 0.3
"""Of a character's size, between two that are of different words."""
_APART_PT = 2.0
_RAISED = 0.78
"""A character smaller than this part of the others is raised."""
_PAGE_NUMBER = re.compile(r"[\s—–\-―·第]*\d{1,3}[\s—–\-―·页]*(?:[/共]\s*\d{1,3}\s*页?)?")
_LIKE = "⺊⺌⺒⺓⺜⺝⺟⺠⺧⺩⺫⺬⺮⺳⺶⺻⺼⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳戶"
_MEANT = "卜小巳幺日月母民牛王目示竹网羊聿肉臼虎西见角贝足车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄齐齿龙龟户"
_RADICALS = str.maketrans(_LIKE, _MEANT) | {
    code: normalize("NFKC", chr(code)).translate(str.maketrans(_LIKE, _MEANT))
    for code in (0x2E9F, 0x2EF3, *range(0x2F00, 0x2FD6))
}
"""Letters that some programs write as the radicals that look like them, or that are one glyph in their fonts."""


class Line:
    """A line of words outside tables: where it begins and ends, and its pieces with wide gaps between."""

    def __init__(self, page: Any, characters: Sequence[dict[str, Any]]) -> None:
        ordered = sorted(characters, key=lambda each: each["x0"])
        self.left, self.right = ordered[0]["x0"], ordered[-1]["x1"]
        self.top = min(each["top"] for each in ordered)
        self.size = max(each["size"] for each in ordered)
        self.text = squeezed(_said(ordered))
        box = (self.left, self.top, self.right, max(each["bottom"] for each in ordered))
        self.place = Place(f"第{page.page_number}页", named(box))
        self.page = page.page_number
        self.pieces = [Token(squeezed(_said(part)), self.place) for part in _parted(ordered)]
        self.marks = [_mark(page, word) for word in _words(ordered)]
        self.key = re.sub(r"\d+", "#", self.text), round(self.top / 4)
        self.is_in_margin = box[3] < page.bbox[1] + 0.08 * page.height or self.top > page.bbox[1] + 0.92 * page.height

    def is_beside(self, repeated: Collection[tuple[str, int]]) -> bool:
        """Whether it is a page's number, or stands on most pages."""
        return self.key in repeated or _PAGE_NUMBER.fullmatch(self.text) is not None

    def is_aside(self, repeated: Collection[tuple[str, int]]) -> bool:
        """Whether it stands in a margin on most pages; a lone number elsewhere may be a figure."""
        return self.is_in_margin and self.key in repeated


def lines_outside(page: Any, boxes: Sequence[BBox]) -> Iterator[Line]:
    """The lines of a page that are in none of its tables, from the top."""
    outside = [each for each in page.chars if each["text"].strip() and not any(within(each, box) for box in boxes)]
    for line in _by_lines(outside):
        yield Line(page, line)


def pieces_of(characters: Sequence[dict[str, Any]]) -> Iterator[Piece]:
    """A cell's words line by line, small characters beside large ones as raised."""
    size = max((each["size"] for each in characters if each["text"].strip()), default=0)
    big = [each for each in characters if each["size"] >= size * _RAISED]
    for line in _by_lines(big):
        top, bottom = min(each["top"] for each in line), max(each["bottom"] for each in line)
        small = [each for each in characters if each["size"] < size * _RAISED and top - size <= each["top"] < bottom]
        ordered = sorted([*line, *small], key=lambda each: each["x0"])
        for is_raised, group in groupby(ordered, key=lambda each: each["size"] < size * _RAISED):
            yield Piece(_said([*group]), is_raised=is_raised)
        yield Piece(LINE)


def within(character: dict[str, Any], box: BBox) -> bool:
    """Whether a character's middle is in a box."""
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def named(box: BBox) -> str:
    """A box as people find it: its edges in points."""
    return ",".join(f"{each:.0f}" for each in box)


def _mark(page: Any, word: Sequence[dict[str, Any]]) -> Mark:
    left, right = word[0]["x0"], max(each["x1"] for each in word)
    top, bottom = min(each["top"] for each in word), max(each["bottom"] for each in word)
    number = page.page_number
    place = Place(f"第{number}页", named((left, top, right, bottom)))
    size = max(each["size"] for each in word)
    return Mark(squeezed(_said(word)), number, left, top, right, bottom, size, place)


def _words(ordered: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The words of a line: characters with no gap between."""
    word: list[dict[str, Any]] = []
    for each in ordered:
        if word and each["x0"] - word[-1]["x1"] > max(_APART * each["size"], _APART_PT):
            yield word
            word = []
        word.append(each)
    if word:
        yield word


def _parted(ordered: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for each in ordered:
        if part and each["x0"] - part[-1]["x1"] > _WIDE * min(each["width"] or 1, 8):
            yield part
            part = []
        part.append(each)
    if part:
        yield part


def _said(ordered: Sequence[dict[str, Any]]) -> str:
    """Characters of a line, with a space where there is a gap."""
    text, last = "", None
    for each in ordered:
        if last is not None and each["x0"] - last > max(_APART * each["size"], _APART_PT) and each["text"].strip():
            text += " "
        text += each["text"].translate(_RADICALS)
        last = each["x1"]
    return text


def _by_lines(characters: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Characters on one line each: those whose middles are near each other."""
    ordered = sorted(characters, key=lambda each: (each["top"] + each["bottom"]) / 2)
    line: list[dict[str, Any]] = []
    for each in ordered:
        middle = (each["top"] + each["bottom"]) / 2
        if line and middle - (line[0]["top"] + line[0]["bottom"]) / 2 > max(0.45 * line[0]["size"], 2.0):
            yield line
            line = []
        line.append(each)
    if line:
        yield line
