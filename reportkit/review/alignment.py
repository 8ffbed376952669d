"""What differs between two texts, as people read Chinese: paragraphs, then sentences, then words and whole numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

Operation = Literal["same", "removed", "added"]
Pair = tuple[int | None, int | None]
"""Places of what belongs together before and after; None where it has nothing to belong to."""

_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?\n]+[”’）)」』]*)?")
_NUMBER = re.compile(r"([0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?[%％]?)")
_ALIKE = 0.5
"""How much of two texts must be the same, from 0 to 1, for one to be the other's successor."""
_MOST_PAIRS = 250_000
"""How many pairs of texts are looked at; a difference of more is too long to read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they are in both texts, only before, or only after."""

    operation: Operation
    text: str


def sentences(text: str) -> list[str]:
    """The sentences of a text, with their marks; together they are the text."""
    return [match[0] for match in _SENTENCE.finditer(text) if match[0]]


def words(text: str) -> list[str]:
    """The words of a text; a number is one with its commas, decimals and per cent. Together they are the text."""
    import rjieba  # its dictionary takes 0.1 s to load

    found: list[str] = []
    for number, part in enumerate(_NUMBER.split(text)):
        found += [part] if number % 2 else rjieba.cut(part)
    return [each for each in found if each]


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """What two sentences have in common and what not, word by word; an odd word between two changes is part of them."""
    old, new = words(before), words(after)
    found: list[Piece] = []
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            found.append(Piece("same", "".join(new[step.dest_start : step.dest_end])))
        else:
            found.append(Piece("removed", "".join(old[step.src_start : step.src_end])))
            found.append(Piece("added", "".join(new[step.dest_start : step.dest_end])))
    return _readable([each for each in found if each.text])


def _readable(found: Sequence[Piece]) -> tuple[Piece, ...]:
    """Runs of changes made one, what was removed first; a single character that stays between them goes along."""
    merged: list[Piece] = []
    removed = added = ""
    for number, piece in enumerate(found):
        between = bool(removed or added) and number + 1 < len(found)
        if piece.operation == "removed":
            removed += piece.text
        elif piece.operation == "added":
            added += piece.text
        elif between and len(piece.text) == 1:
            removed, added = removed + piece.text, added + piece.text
        else:
            merged += [*_changed(removed, added), piece]
            removed = added = ""
    return (*merged, *_changed(removed, added))


def _changed(removed: str, added: str) -> list[Piece]:
    found = [Piece("removed", removed)] if removed else []
    return [*found, Piece("added", added)] if added else found


def align(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Which text became which, in the order of both: equal ones first, then those in between that are alike."""
    found: list[Pair] = []
    old: list[int] = []
    new: list[int] = []
    for step in Indel.opcodes(list(before), list(after)):
        if step.tag == "equal":
            found += _align_changed(before, after, old, new)
            old, new = [], []
            found += zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
        else:
            old += range(step.src_start, step.src_end)
            new += range(step.dest_start, step.dest_end)
    return [*found, *_align_changed(before, after, old, new)]


def _align_changed(before: Sequence[str], after: Sequence[str], old: list[int], new: list[int]) -> list[Pair]:
    """The pairs of two runs of texts that are alike in sum most, in order; the rest by itself, old ones first."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [*((each, None) for each in old), *((None, each) for each in new)]
    likeness = [[_likeness(before[one], after[other], _ALIKE) for other in new] for one in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        for column in range(len(new) - 1, -1, -1):
            paired = likeness[row][column] + best[row + 1][column + 1] if likeness[row][column] else 0.0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    found: list[Pair] = []
    row = column = 0
    while row < len(old) and column < len(new):
        if likeness[row][column] and best[row][column] == likeness[row][column] + best[row + 1][column + 1]:
            found.append((old[row], new[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            found.append((old[row], None))
            row += 1
        else:
            found.append((None, new[column]))
            column += 1
    return [*found, *((each, None) for each in old[row:]), *((None, each) for each in new[column:])]


def _likeness(before: str, after: str, least: float) -> float:
    """How alike two texts are, from 0 to 1; 0 for less than `least`."""
    return Indel.normalized_similarity(before, after, score_cutoff=least)


def moved(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Of texts that are gone and texts that are new, which are the same ones at another place: equal, or much alike."""
    if len(before) * len(after) > _MOST_PAIRS:
        return []
    alike = [
        (_likeness(text, other, _SAME), row, column)
        for row, text in enumerate(before)
        if len(text) >= _SHORT
        for column, other in enumerate(after)
    ]
    found: dict[int, int] = {}
    for likeness, row, column in sorted(alike, key=lambda each: (-each[0], each[1:])):
        if likeness and row not in found and column not in found.values():
            found[row] = column
    return list(found.items())


_SAME = 0.8
_SHORT = 12
"""Characters of the shortest text that is said to have moved; shorter ones come again by chance."""
