"""A page's markup as browsers understand it: with the tags that it lacks, each where it may be."""

import re

from reportkit.errors import InputError

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)")
_MOST_TAGS = 150_000
_MOST_OPEN = 1_000
"""Boxes within each other, by their tags."""
_MOST_REPEATED = 300_000
"""Marks of letters that a browser would repeat in every paragraph until they are ended."""
_MARKS = frozenset(("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
_BOXES = frozenset(("div", "section", "article", "table", "ul", "ol", "dl", "span", "form", "center", "blockquote"))
_ENDLESS = frozenset(("p", "li", "td", "th", "tr", "dt", "dd"))
"""What needs no end, and in which marks that aren't ended are repeated."""


def as_browsers_do(text: str, file: str) -> str:
    """A page's markup, repaired by the rules of HTML.

    Raises InputError where it nests deeper than any page does. Needs `reportkit[published]`.
    """
    _refuse_bombs(text, file)
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        raise InputError("published_not_installed", where=file) from error
    return LexborHTMLParser(text).html or ""


def _refuse_bombs(text: str, file: str) -> None:
    """Raises InputError for what would take a browser, and us, more time and memory than any page is worth."""
    if text.count("<") > _MOST_TAGS:
        raise InputError("published_too_large", where=file, size=text.count("<"), most=_MOST_TAGS)
    boxes = marks = most_marks = repeats = 0
    for tag in _TAG.finditer(text):
        name, step = tag["name"].lower(), -1 if tag["end"] else 1
        if name in _BOXES:
            boxes = max(0, boxes + step)
        elif name in _MARKS:
            marks = max(0, marks + step)
            most_marks = max(most_marks, marks)
        elif name in _ENDLESS:
            repeats += 1
        if boxes > _MOST_OPEN or most_marks * repeats > _MOST_REPEATED:
            raise InputError("published_too_deep", where=file, most=_MOST_OPEN)
