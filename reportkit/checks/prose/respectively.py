"""甲、乙分别为3件、5件: which number 分别 gives to which word."""

import re
from collections.abc import Sequence

from reportkit.checks.prose.lexicon import Word
from reportkit.checks.prose.numbers import Number

_RESPECTIVELY = re.compile(
    r"(?P<back>[两二三四](?:者|项|类))?(?:数量?|件数)?(?:分别|依次)[为是有达到占收办结提出交递申请受理新答复]{0,4}"
)
_TOGETHER = re.compile(r"[、，,和及与的件数量约各\s]*")
_PARTS_OF_TABLES = frozenset(("rows", "columns", "outcomes"))


def assigned(text: str, terms: Sequence[Word], numbers: Sequence[Number]) -> dict[tuple[int, int], Word]:
    """Number → its word; where the words before aren't as many as the numbers, one that no table has."""
    found: dict[tuple[int, int], Word] = {}
    for match in _RESPECTIVELY.finditer(text):
        behind = _numbers_behind(text, numbers, match.end())
        before = [term for term in terms if term.end <= match.start()]
        if match["back"]:
            said = [term for term in before if term.kind in _PARTS_OF_TABLES][-len(behind) :]
        else:
            said = _words_before(text, before, match.start())
        if len(said) != len(behind):
            said = [term for term in said if term.kind != "roles"]
        if len(behind) < 2 or [term.kind for term in said] == ["objects"]:
            continue  # 制发、废止规范性文件分别为……: the words that differ are none of the lexicon's
        if len(said) != len(behind):
            said = [Word("objects", "other", *match.span(), match.group())] * len(behind)
        found |= {number.span: term for number, term in zip(behind, said, strict=True)}
    return found


def _words_before(text: str, terms: Sequence[Word], end: int) -> list[Word]:
    """The words side by side before a place; what is said to be of applications adds nothing."""
    said: list[Word] = []
    for term in reversed(terms):
        if _TOGETHER.fullmatch(text[term.end : end]):
            if (term.kind, term.id) != ("objects", "requests"):
                said.insert(0, term)
            end = term.start
    return said


def _numbers_behind(text: str, numbers: Sequence[Number], start: int) -> list[Number]:
    found: list[Number] = []
    for number in numbers:
        if number.start >= start and _TOGETHER.fullmatch(text[start : number.start]):
            found.append(number)
            start = number.end
    return found
