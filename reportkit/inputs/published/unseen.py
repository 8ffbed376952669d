"""What a page's own styles hide: elements that nobody sees, be it by rules or by their own style."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import tinycss2

from reportkit.errors import InputError

_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]))", re.I)
_SHOWN = re.compile(r"display\s*:\s*(?!none)[a-z-]+|visibility\s*:\s*visible", re.I)
_MOST_RULES = 3_000


@dataclass(frozen=True, order=True)
class _Rank:
    """Which of two rules counts: the important one, the more particular one, the later one."""

    important: bool
    specificity: tuple[int, int, int]
    order: int


def hide_unseen(root: Any, file: str) -> None:
    """Marks every element that the page's style rules hide as `hidden`; other media than a screen's have no say.

    Raises InputError where there are more rules than a page can need. Needs `reportkit[published]`.
    """
    if find_spec("cssselect") is None:
        raise InputError("published_not_installed", where=file)
    ranks: dict[Any, tuple[_Rank, bool]] = {}
    for order, (selector, said, media) in enumerate(_rules(root)):
        if order > _MOST_RULES:
            raise InputError("published_too_large", where=file, size=order, most=_MOST_RULES)
        hides, shows = _HIDDEN.search(said) is not None, _SHOWN.search(said) is not None
        if media or not (hides or shows):
            continue
        for one, specificity in _parts(selector):
            rank = _Rank("important" in said.lower(), specificity, order)
            for element in one(root):
                if element not in ranks or ranks[element][0] < rank:
                    ranks[element] = rank, hides
    for element, (rank, hides) in ranks.items():
        style = element.get("style") or ""
        shown_by_itself = not rank.important and _SHOWN.search(style) and not _HIDDEN.search(style)
        if hides and not shown_by_itself:
            element.set("hidden", "")


def is_hidden_by_style(style: str) -> bool:
    """Whether an element's own style hides it."""
    return _HIDDEN.search(style) is not None


def _rules(root: Any) -> Iterator[tuple[str, str, bool]]:
    """Each rule of the page: its selectors, its declarations, and whether it is for other media than a screen."""
    for style in root.iter("style"):
        other = "print" in (style.get("media") or "") and "screen" not in (style.get("media") or "")
        yield from _of_sheet(tinycss2.parse_stylesheet(style.text or "", True, True), other)


def _of_sheet(rules: Any, other: bool) -> Iterator[tuple[str, str, bool]]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield tinycss2.serialize(rule.prelude), tinycss2.serialize(rule.content), other
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            query = tinycss2.serialize(rule.prelude).lower()
            is_other = other or ("screen" not in query and "all" not in query)
            yield from _of_sheet(tinycss2.parse_rule_list(rule.content, True, True), is_other)


def _parts(selectors: str) -> Iterator[tuple[Any, tuple[int, int, int]]]:
    """The selectors of a rule that can be asked here, each with how particular it is."""
    from cssselect import SelectorError, parse
    from lxml.cssselect import CSSSelector

    try:
        found = parse(selectors)
    except SelectorError:
        return
    for each in found:
        try:
            yield CSSSelector(each.canonical()), each.specificity()
        except (SelectorError, SyntaxError, NotImplementedError):
            continue
