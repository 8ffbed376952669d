"""The words that name what the tables count, found in a sentence: the longest wins, each with what it stands for."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

import yaml

from reportkit.editions import Edition

_FILE = "words.yaml"
_PART = re.compile(r"\(([^()]*)\)|\{([^{}]*)\}|([^(){}]+)")
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.]")
_NOTE = re.compile(r"（[^（）]*）$")


@dataclass(frozen=True, slots=True)
class NamedWord:
    """A word in a sentence: its kind (objects, rows, columns …), what it stands for, and its place."""

    kind: str
    id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word that an edition's tables are spoken of with."""

    pattern: re.Pattern[str]
    meanings: dict[str, tuple[str, str]]

    def terms(self, text: str) -> list[NamedWord]:
        """The words of a text from left to right, none within another."""
        return [
            NamedWord(*self.meanings[match.group()], match.start(), match.end(), match.group())
            for match in self.pattern.finditer(text)
        ]


def vocabulary(edition: Edition) -> Vocabulary:
    """The words for an edition: those of words.yaml and the labels of its own rows."""
    return _vocabulary(edition.id, tuple((row, specs[0].row_label) for row, specs in edition.rows.items()))


@cache
def _vocabulary(_edition: str, rows: tuple[tuple[str, str], ...]) -> Vocabulary:
    data = yaml.load((files(__package__) / _FILE).read_text(encoding="utf-8"), yaml.CSafeLoader)
    meanings: dict[str, tuple[str, str]] = {}
    for row, label in rows:
        name = _NOTE.sub("", _NUMBERING.sub("", label.rpartition("·")[2]))
        if row.startswith("requests.") and len(name) > 2:
            meanings[name] = ("rows", row)
    for kind, entries in data.items():
        groups = entries.items() if isinstance(entries, dict) else [(kind, entries)]
        for meaning, words in groups:
            for word in words:
                for variant in variants(word):
                    meanings[variant] = (kind, meaning)
    longest = sorted(meanings, key=len, reverse=True)
    return Vocabulary(re.compile("|".join(map(re.escape, longest))), meanings)


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
