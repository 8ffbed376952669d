"""甲、乙分别为3件、5件: which number 分别 gives to which word."""

import re
from collections.abc import Sequence

from reportkit.checks.prose.lexicon import Word
from reportkit.checks.prose.numbers import Number

_RESPECTIVELY = re.compile(
    r"(?P<back>[两二三四](?:者|项|类))?(?:数量?|件数)?(?:分别|依次)[为是有达到占收办结提出交递申请受理新答复]{0,4}"
)
_TOGETHER = re.compile(r"[、，,和及与的件数量约各\s]*")
_JOINT = re.compile("[、和与及]")
_PARTS_OF_TABLES = frozenset(("rows", "columns", "outcomes"))


def assigned(text: str, terms: Sequence[Word], numbers: Sequence[Number]) -> dict[tuple[int, int], Word]:
    """Number → its word; one that no table has where what is listed isn't as long as the numbers, or not known."""
    found: dict[tuple[int, int], Word] = {}
    for match in _RESPECTIVELY.finditer(text):
        behind = _numbers_behind(text, numbers, match.end())
        before = [term for term in terms if term.end <= match.start()]
        said: Sequence[Word | None] = _items(text, before, match.start())
        if match["back"]:
            said = [term for term in before if term.kind in _PARTS_OF_TABLES][-len(behind) :]
        if len(behind) < 2 or ({term.kind for term in said if term is not None} == {"objects"} and None in said):
            continue  # 制发、废止规范性文件分别为……: the words that differ are none of the lexicon's
        if len(said) != len(behind):
            said = [None] * len(behind)
        unknown = Word("objects", "other", *match.span(), match.group())
        found |= {number.span: term or unknown for number, term in zip(behind, said, strict=True)}
    return found


def _items(text: str, terms: Sequence[Word], end: int) -> list[Word | None]:
    """What each item of the list before a place names, None where nothing."""
    start = max(text.rfind(mark, 0, end) for mark in "，；：。（") + 1
    within = [term for term in terms if term.start >= start]
    joints = [
        match.start()
        for match in _JOINT.finditer(text, start, end)
        if not any(term.start <= match.start() < term.end for term in within)
    ]
    ends = zip([start, *joints], [*joints, end], strict=True)
    return [_named([term for term in within if first <= term.start < last]) for first, last in ends]


def _named(terms: Sequence[Word]) -> Word | None:
    """What an item names: the last word, but for applications and what becomes of them if there is another."""
    known = [term for term in terms if (term.kind, term.id) != ("objects", "requests")]
    return max(known, key=lambda term: (term.kind != "roles", term.start), default=None)


def _numbers_behind(text: str, numbers: Sequence[Number], start: int) -> list[Number]:
    found: list[Number] = []
    for number in numbers:
        if number.start >= start and _TOGETHER.fullmatch(text[start : number.start]):
            found.append(number)
            start = number.end
    return found
