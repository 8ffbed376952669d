"""The words of reports, from lexicon.yaml, found in a sentence: the longest wins, each with what it means."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

import yaml

from reportkit.editions import Edition

NAMING = frozenset(("objects", "rows", "columns", "roles", "outcomes", "subsets", "changes"))
"""The kinds of words that name what is counted; the others say how much of it, or nothing."""
_FILE = "lexicon.yaml"
_PART = re.compile(r"\(([^()]*)\)|\{([^{}]*)\}|([^(){}]+)")
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.]")
_NOTE = re.compile(r"（[^（）]*）$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a sentence: its kind (objects, rows, columns …), what it stands for, and its place."""

    kind: str
    id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word by which the reports of an edition are read."""

    meanings: dict[str, tuple[str, str]]
    lengths: dict[str, tuple[int, ...]]
    """First letter → how long the words are that begin with it, the longest first."""
    means: dict[tuple[str, str], str]
    """Kind and id → a line of what the words mean."""

    def naming(self, text: str) -> list[Word]:
        """The words of a text that name what is counted, and what of it."""
        return [word for word in self.terms(text) if word.kind in NAMING and word.id != "nothing"]

    def terms(self, text: str) -> list[Word]:
        """The words of a text from left to right, none within another."""
        found: list[Word] = []
        end = 0
        for place, letter in enumerate(text):
            if place < end or letter not in self.lengths:
                continue
            for length in self.lengths[letter]:
                word = text[place : place + length]
                if word in self.meanings:
                    end = place + len(word)
                    found.append(Word(*self.meanings[word], place, end, word))
                    break
        return found


def lexicon(edition: Edition) -> Lexicon:
    """The words for an edition: those of lexicon.yaml and the labels of its own rows."""
    return _lexicon(edition.id, tuple((row, specs[0].row_label) for row, specs in edition.rows.items()))


@cache
def _lexicon(_edition: str, rows: tuple[tuple[str, str], ...]) -> Lexicon:
    data = yaml.load((files(__package__) / _FILE).read_text(encoding="utf-8"), yaml.CSafeLoader)
    meanings: dict[str, tuple[str, str]] = {}
    means: dict[tuple[str, str], str] = {}
    for row, label in rows:
        name = _NOTE.sub("", _NUMBERING.sub("", label.rpartition("·")[2]))
        means["rows", row] = label
        if row.startswith("requests.") and len(name) > 2:
            meanings[name] = ("rows", row)
    for kind, entries in data.items():
        for meaning, entry in entries.items():
            means.setdefault((kind, meaning), entry["means"])
            for word in entry["words"]:
                for variant in variants(word):
                    meanings[variant] = (kind, meaning)
    lengths: dict[str, set[int]] = {}
    for word in meanings:
        lengths.setdefault(word[0], set()).add(len(word))
    by_length = {letter: tuple(sorted(each, reverse=True)) for letter, each in lengths.items()}
    return Lexicon(meanings, by_length, means)


def variants(word: str) -> list[str]:
    """`上年(度)结转` as 上年结转 and 上年度结转: every way of reading what may be left out or chosen."""
    choices = []
    for optional, chosen, plain in _PART.findall(word):
        if optional:
            choices.append(["", *optional.split("|")])
        elif chosen:
            choices.append(chosen.split("|"))
        else:
            choices.append([plain])
    return ["".join(parts) for parts in product(*choices)]
