"""The boxes of a web page: which of them are seen, which end a line, and which of them make a table."""

import re
from collections.abc import Iterator
from typing import Any

from reportkit.inputs.published.cells import squeezed
from reportkit.inputs.published.unseen import is_hidden_by_style
from reportkit.inputs.tables.numerals import is_like_a_number

_UNSEEN_TAGS = frozenset(
    (
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "select",
        "option",
        "textarea",
        "button",
        "iframe",
        "object",
        "svg",
    )
)
BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "li", "dl", "dt"),
        *("dd", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "form", "fieldset", "blockquote"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "figure", "figcaption", "address", "center", "body"),
        *("ucapcontent", "ucaptitle"),
    )
)
_AS_TABLE = re.compile(r"display\s*:\s*(?:inline-)?(?:table|grid|flex)(?!-)", re.I)
LONGEST_CELL = 80
FEWEST_CELLS, _FEWEST_NUMBERS = 8, 4
"""Short pieces, and numbers among them, that make boxes beside each other a table."""


def is_unseen(element: Any) -> bool:
    """Whether nobody sees an element, by its kind or its own style."""
    style = element.get("style") or ""
    return element.tag in _UNSEEN_TAGS or element.get("hidden") is not None or is_hidden_by_style(style)


def leaves(element: Any) -> Iterator[Any]:
    """The innermost boxes, in reading order; a box with words of its own beside boxes is told as those words."""
    boxes = [each for each in element if each.tag in BLOCKS and not is_unseen(each)]
    if not boxes:
        yield element
        return
    for each in element:
        if each.tag in BLOCKS:
            if not is_unseen(each):
                yield from leaves(each)
        elif isinstance(each.tag, str) and not is_unseen(each) and squeezed(each.text_content()):
            yield each


def rows_of_boxes(element: Any) -> Iterator[list[Any]]:
    """The lines of a table that is made of boxes: each box with nothing but innermost boxes in it."""
    boxes = [each for each in element if isinstance(each.tag, str) and not is_unseen(each)]
    if len(boxes) > 1 and all(_is_innermost(each) for each in boxes):
        yield boxes
        return
    for each in boxes:
        yield from [[each]] if _is_innermost(each) else rows_of_boxes(each)


def _is_innermost(element: Any) -> bool:
    return not any(each.tag in BLOCKS for each in element.iterdescendants() if isinstance(each.tag, str))


def is_of_boxes(element: Any) -> bool:
    """Whether boxes make a table: many short ones, with numbers among them, and no paragraph or table."""
    said = len(element.text_content())
    if not _AS_TABLE.search(element.get("style") or "") and not _is_called_a_table(element):
        return False
    if element.find(".//table") is not None or said > 6000:
        return False
    texts = [squeezed(each.text_content()) for each in leaves(element)]
    numbers = sum(is_like_a_number(text) for text in texts)
    return len(texts) >= FEWEST_CELLS and numbers >= _FEWEST_NUMBERS and max(map(len, texts)) <= LONGEST_CELL


_TABLE_WORDS = re.compile(r"table|grid|\bbg\b|biaoge|\btb\b|sheet|row|\btr\b|list", re.I)


def _is_called_a_table(element: Any) -> bool:
    """Whether a box or most of those in it say that they are a table or its rows."""
    own = [element, *element]
    named = sum(
        bool(_TABLE_WORDS.search(f"{each.get('class', '')} {each.get('id', '')} {each.get('role', '')}"))
        or bool(_AS_TABLE.search(each.get("style") or ""))
        or "table-row" in (each.get("style") or "")
        for each in own
        if isinstance(each.tag, str)
    )
    return named * 2 > len(own)
