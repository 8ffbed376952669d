"""What differs between two reports, section by section: how much, and the largest of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportkit.content import HEAD
from reportkit.review.changes import NUMBER, Change, Comparison, ExhibitChange, FigureChange, HeadChange, WordsChange


@dataclass(frozen=True, slots=True)
class SectionChanges:
    """One section's changes, in the order of the report; `first` is the number of the first among all, from 1."""

    section: str
    title: str
    first: int
    changes: tuple[Change, ...]

    @property
    def largest(self) -> tuple[int, Change]:
        """The largest change and its number among all.

        A figure before words, words before a chart; of figures the one that has grown or shrunk by most, cases before
        amounts of money, which are another unit; of words the longest that went and came.
        """
        return max(enumerate(self.changes, self.first), key=lambda each: _size(each[1]))


def by_section(comparison: Comparison) -> tuple[SectionChanges, ...]:
    """The sections in which something has changed, the head as one of them, in the order of the report."""
    return tuple(_sections(comparison))


def unchanged(comparison: Comparison) -> tuple[str, ...]:
    """The titles of the sections that were compared and are as they were."""
    return tuple(
        comparison.titles.get(section, section)
        for section, rows in comparison.sections
        if section not in comparison.beside and not any(row.changes for row in rows)
    )


def _sections(comparison: Comparison) -> Iterator[SectionChanges]:
    parts: list[tuple[str, Sequence[Change]]] = [(HEAD, comparison.head)]
    parts += [(section, [each for row in rows for each in row.changes]) for section, rows in comparison.sections]
    first = 1
    for section, changes in parts:
        if changes:
            yield SectionChanges(section, comparison.titles.get(section, section), first, tuple(changes))
        first += len(changes)


def _size(change: Change) -> tuple[int, Decimal]:
    match change:
        case FigureChange():
            return (2 if change.is_amount else 3), _grown(change)
        case WordsChange():
            changed = sum(len(piece.text) for piece in change.pieces if piece.operation != "same")
            return 1, Decimal(changed or len(change.before) + len(change.after))
        case HeadChange():
            return 1, Decimal(len(change.before) + len(change.after))
        case ExhibitChange():
            return 0, Decimal(len(change.what))


def _grown(change: FigureChange) -> Decimal:
    """By how much a figure differs; one that is missing on one side counts as nothing there."""
    before, after = (NUMBER.match(text or "") for text in (change.before, change.after))
    return abs(Decimal(after[0] if after else 0) - Decimal(before[0] if before else 0))
