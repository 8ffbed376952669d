"""Seeded chance that falls the same way on every machine and every Python."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws for one key, such as `Dice(seed, department, year)`; another key gives other draws.

    Only `Random.random()` is used: Python promises its sequence for a seed, but not how `choice` or `shuffle` use it.
    """

    def __init__(self, *key: int | str) -> None:
        self._random = Random("/".join(map(str, key)))  # noqa: S311 - figures for show, no secret

    def below(self, end: int) -> int:
        """A whole number from 0, less than `end`."""
        return int(self._random.random() * end)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True in that many of 100 cases."""
        return self.below(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[self.below(len(choices))]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """That many different ones of several, in their own order."""
        left = list(range(len(choices)))
        drawn = [left.pop(self.below(len(left))) for _ in range(min(count, len(choices)))]
        return [choices[place] for place in sorted(drawn)]

    def tally(self, cases: int, weights: Sequence[int]) -> list[int]:
        """How many of the cases fall to each place; a place is as likely as its weight is large."""
        ends = list(accumulate(weights))
        counts = [0] * len(weights)
        for _ in range(cases):
            counts[bisect_right(ends, self.below(ends[-1]))] += 1
        return counts

    def near(self, usual: int) -> int:
        """A year's number where `usual` is usual: within 12 %, so that no year looks like a typing mistake."""
        return usual * self.between(88, 112) // 100
