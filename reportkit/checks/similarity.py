"""Rule C-1: words and tables that are last year's, or another unit's of the same year.

Texts are compared by containment: which share of a text's runs of characters is in the other. An index of a sample
of them finds the pairs that are worth comparing among a thousand units, and each pair is then compared exactly. No
library is used for that: datasketch, the well-kept one, brings scipy along, and estimates what is cheap to compute.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from zlib import crc32

from reportkit.checks.evidence import finding
from reportkit.checks.prose.plain import sentences_of_text
from reportkit.editions import Edition
from reportkit.editions.rules import RuleSpec
from reportkit.model import Figures, Finding, Severity, Value

_RUN = 6
"""Characters in a run."""
_SHORTEST = 200
"""Characters of a text that is compared at all."""
_ALIKE = 0.8
_FILLED, _DIFFERENT = 20, 6
"""Cells other than 0, and different numbers among them, before a table's being the same means anything."""
_SAMPLED = 8
"""One run in so many is in the index."""
_CROWD = 24
"""Units that share a run before only the first of them is compared with the others."""
_SHARED_SHOWN = 3
_BRACES = re.compile(r"\{\{.*?\}\}", re.S)
_NUMBER = re.compile(r"[0-9０-９零〇一二三四五六七八九十百千万亿]+")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class SaidText:
    """A slot's words or one paragraph of them, with whose they are and where."""

    unit: str
    slot: str
    label: str
    words: str

    @cached_property
    def letters(self) -> str:
        """The words without numbers, names in braces, marks and spaces: the same report of another year is the same."""
        return _letters(self.words)

    @cached_property
    def runs(self) -> frozenset[str]:
        text = self.letters
        return frozenset(text[start : start + _RUN] for start in range(len(text) - _RUN + 1))

    @property
    def is_long(self) -> bool:
        return len(self.letters) >= _SHORTEST

    def containment(self, other: "SaidText") -> float:
        """The share of this text's runs that the other has, 0–1."""
        if not self.runs:
            return float(self.letters == other.letters)
        return len(self.runs & other.runs) / len(self.runs)

    def shared(self, other: "SaidText") -> list[str]:
        """The sentences of this text that the other has too, the longest first."""
        found = []
        for sentence in sentences_of_text(self.words):
            letters = _letters(sentence)
            runs = {letters[start : start + _RUN] for start in range(len(letters) - _RUN + 1)}
            if len(letters) > 2 * _RUN and len(runs & other.runs) >= _ALIKE * len(runs):
                found.append(sentence)
        return sorted(found, key=len, reverse=True)


def _letters(words: str) -> str:
    return _NO_LETTER.sub("", _NUMBER.sub("", _BRACES.sub("", words)))


def texts(unit: str, prose: Mapping[str, str], labels: Mapping[str, str]) -> list[SaidText]:
    """A unit's texts that are long enough to be compared: each slot, and each paragraph of one that isn't the whole."""
    found = []
    for slot, words in prose.items():
        whole = SaidText(unit, slot, labels[slot], words)
        if not whole.is_long:
            continue
        found.append(whole)
        paragraphs = [each for each in re.split(r"\n\s*\n", words) if each.strip()]
        if len(paragraphs) > 1:
            for number, each in enumerate(paragraphs, 1):
                part = SaidText(unit, slot, f"{labels[slot]}第{number}段", each)
                if part.is_long:
                    found.append(part)
    return found


def check_last_year(
    edition: Edition,
    now: Sequence[SaidText],
    before: Sequence[SaidText],
    figures: Figures,
    history: Figures | None,
) -> list[Finding]:
    """Rule C-1: what a report has in common with the same unit's of last year, words and tables apart."""
    rule = edition.rulebook["C-1"]
    found: list[Finding] = []
    wholes: set[str] = set()
    for text in now:
        if text.slot in wholes:
            continue
        others = [(text.containment(other), other) for other in before if other.slot == text.slot]
        share, other = max(others, key=lambda each: each[0], default=(0.0, None))
        if other is not None and share >= _ALIKE:
            wholes.add(text.slot)
            found.append(_finding(rule, text, other, share, "上年"))
    if history is not None and history.edition == figures.edition:
        found += [
            finding(rule, "各格与上年完全相同", label)
            for table, label in _tables_of(edition).items()
            if _same_table(table, figures, history)
        ]
    return found


def _tables_of(edition: Edition) -> dict[str, str]:
    """The statutory tables by id, as they are called: 表二."""
    return {table.id: f"表{table.number}" for table in edition.tables}


def check_carried_over(rule: RuleSpec, now: Sequence[SaidText], before: Sequence[SaidText]) -> list[Finding]:
    """Words that were carried over from last year and aren't rewritten yet: an error, however short they are."""
    last = {text.slot: text for text in before}
    return [
        replace(_finding(rule, text, last[text.slot], share, "上年"), severity=Severity.ERROR)
        for text in now
        if text.slot in last and (share := text.containment(last[text.slot])) >= _ALIKE
    ]


def _same_table(table: str, one: Figures, other: Figures) -> bool:
    cells = {name: value for name, value in one.cells.items() if name.startswith(f"{table}.")}
    return _means_something(cells.values()) and all(value == other.cells.get(name) for name, value in cells.items())


def _means_something(values: Collection[Value]) -> bool:
    filled = [value for value in values if value]
    return len(filled) >= _FILLED and len(set(filled)) >= _DIFFERENT


def _finding(rule: RuleSpec, text: SaidText, other: SaidText, share: float, whose: str) -> Finding:
    shared = text.shared(other)
    quoted = "；".join(f"“{each[:60]}{'…' if len(each) > 60 else ''}”" for each in shared[:_SHARED_SHOWN])
    more = f"等{len(shared)}句" if len(shared) > _SHARED_SHOWN else ""
    same = f"，相同的有：{quoted}{more}" if quoted else ""
    return finding(
        rule, f"与{whose}的文字有{share:.0%}相同{same}", text.label, slot=text.slot, quote=shared[0] if shared else ""
    )


def check_units(
    edition: Edition, units: Mapping[str, Sequence[SaidText]], tables: Mapping[str, Figures], names: Mapping[str, str]
) -> dict[str, list[Finding]]:
    """Rule C-1: what units of one year have in common: by unit, its findings.

    Takes: each unit's texts and figures, and its name.
    """
    rule = edition.rulebook["C-1"]
    found: dict[str, list[Finding]] = {unit: [] for unit in units}
    every = [text for texts_of_unit in units.values() for text in texts_of_unit]
    done: set[tuple[str, str]] = set()
    for text, alike in _neighbours(every):
        share, other = max(((text.containment(each), each) for each in alike), key=lambda each: each[0])
        if share >= _ALIKE and (text.unit, text.slot) not in done:
            done.add((text.unit, text.slot))
            found[text.unit].append(_finding(rule, text, other, share, names[other.unit]))
    for table, label in _tables_of(edition).items():
        for group in _same_tables(table, tables):
            for unit in group:
                first = next(each for each in group if each != unit)
                others = f"{names[first]}等{len(group) - 1}个单位" if len(group) > 2 else names[first]
                found[unit].append(finding(rule, f"各格与{others}完全相同", label))
    return found


def _neighbours(every: Sequence[SaidText]) -> Iterator[tuple[SaidText, list[SaidText]]]:
    """Each text with those of other units that may be alike, from an index of sampled runs."""
    samples = [[run for run in text.runs if crc32(run.encode()) % _SAMPLED == 0] for text in every]
    having: dict[str, list[int]] = {}
    for number, sample in enumerate(samples):
        for run in sample:
            having.setdefault(run, []).append(number)
    for text, sample in zip(every, samples, strict=True):
        counted: dict[int, int] = {}
        for run in sample:
            holders = having[run]
            for other in holders[: _CROWD if len(holders) > _CROWD else None]:
                if every[other].unit != text.unit:
                    counted[other] = counted.get(other, 0) + 1
        best = sorted(counted, key=lambda other: (-counted[other], other))[:_COMPARED]
        likely = [other for other in best if counted[other] >= _LIKELY * len(sample)]
        if likely:
            yield text, [every[other] for other in likely]


_COMPARED = 5
_LIKELY = 0.5
"""The share of a sample that must be common before two texts are compared in full."""


def _same_tables(table: str, tables: Mapping[str, Figures]) -> list[list[str]]:
    """Groups of units whose table is the same, cell by cell."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for unit, figures in tables.items():
        values = tuple(value for name, value in figures.cells.items() if name.startswith(f"{table}."))
        if _means_something(values):
            groups.setdefault((figures.edition, *values), []).append(unit)
    return [group for group in groups.values() if len(group) > 1]
