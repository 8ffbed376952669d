"""Labels among the words of a page, put together of the lines that they are broken over."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from reportkit.inputs.published.page import Mark
from reportkit.inputs.tables.labels import plain

_MOST_LINES = 8
_MOST_WORDS = 1_200
"""On a page; a full one has three hundred."""
_MOST_WAYS = 400
"""To begin a label and go on with it, on one page; of tables set close there are a hundred and fifty."""
_LINE = 1.1
"""Sizes of a character between the end of a line and the beginning of the next one of the same label."""
_HALF = 0.5
"""Of the narrower of two lines that must stand above the other."""


@dataclass(frozen=True)
class Stack:
    """A label: its words one below the other, and the box around them."""

    name: str
    """In plain letters."""
    marks: tuple[Mark, ...]

    @property
    def page(self) -> int:
        return self.marks[0].page

    @property
    def left(self) -> float:
        return min(each.left for each in self.marks)

    @property
    def right(self) -> float:
        return max(each.right for each in self.marks)

    @property
    def top(self) -> float:
        return min(each.top for each in self.marks)

    @property
    def bottom(self) -> float:
        return max(each.bottom for each in self.marks)

    @property
    def size(self) -> float:
        return max(each.size for each in self.marks)

    @property
    def text(self) -> str:
        return "".join(each.text for each in self.marks)

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def stacks_of(marks: Sequence[Mark], known: Collection[str]) -> list[Stack]:
    """The labels of one page that are whole there; of those that share words none, unless one holds the other.

    None of a page with more words, or more ways to put them together, than any report's has.
    """
    if len(marks) > _MOST_WORDS:
        return []
    beginnings = {name[:end] for name in known for end in range(1, len(name) + 1)}
    found: list[Stack] = []
    ways = 0
    for mark in marks:
        grown = [*islice(_grown((mark,), marks, beginnings), _MOST_WAYS + 1 - ways)]
        ways += len(grown)
        if ways > _MOST_WAYS:
            return []
        whole = [Stack(_joined(each), each) for each in grown if _joined(each) in known]
        longest = max((len(each.name) for each in whole), default=0)
        best = [each for each in whole if len(each.name) == longest]
        found += best if len(best) == 1 else []
    found = [each for each in found if not any({*each.marks} < {*other.marks} for other in found)]
    used = Counter(id(mark) for each in found for mark in each.marks)
    return [each for each in found if all(used[id(mark)] == 1 for mark in each.marks)]


def _joined(marks: Sequence[Mark]) -> str:
    return "".join(plain(each.text) for each in marks)


def _grown(marks: tuple[Mark, ...], others: Sequence[Mark], beginnings: Collection[str]) -> Iterator[tuple[Mark, ...]]:
    """Words and all that may go on below them, as long as a label begins so."""
    if _joined(marks) not in beginnings:
        return
    yield marks
    if len(marks) >= _MOST_LINES:
        return
    for each in others:
        if _is_below(each, marks):
            yield from _grown((*marks, each), others, beginnings)


def _is_below(mark: Mark, above: Sequence[Mark]) -> bool:
    """Whether a word stands on the next line, below the widest of the others."""
    last = above[-1]
    if not (last.top + last.size * _HALF < mark.top < last.bottom + last.size * _LINE):
        return False
    left, right = min(each.left for each in above), max(each.right for each in above)
    shared = min(right, mark.right) - max(left, mark.left)
    return shared > _HALF * min(right - left, mark.right - mark.left)
