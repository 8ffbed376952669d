"""Sentences whose truth is known: made from any figures by a paraphrase grammar that isn't the reader's.

The grammar (`grammar`, `base`, `requests`, `matters`) was written from the rules of the statute alone, without sight of
the code that is tested. Sound sentences bring about nothing; a changed one brings about just its finding; neither
changes by another width of its letters, other numerals, or clauses on other matters.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import OF_SUBMISSIONS, check_prose
from reportkit.editions import STATUTORY
from reportkit.model import Department, Figures, Register
from tests.corpus import NEUTRAL
from tests.truth import grammar
from tests.truth.base import Case, Cells, Unit

EDITION = STATUTORY.load("2021")
KINDS = ("sound", "changed", "kept")
_LEVELS = ("province", "prefecture", "county", "township")
_EITHER = re.compile("办理|处理")
"""办理N件 may be an intake or an outcome: a wrong number is N-1 or N-2."""


@dataclass(frozen=True)
class Told:
    """A made sentence, and the rules that it should break and does."""

    case: Case
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return self.expected == self.found


def made(kind: str, seed: int, number: int) -> Iterator[Told]:
    """So many sentences of a kind, each of a unit and figures of its own; the same for the same seed."""
    rng = random.Random(seed)
    for place in range(number):
        unit = grammar.unit(rng)
        this, last = grammar.figures(rng, unit)
        make = grammar.changed if kind == "changed" or (kind == "kept" and place % 2) else grammar.sound
        case = make(rng, this, last, unit)
        yield told(case if kind != "kept" else grammar.meaning_kept(rng, case), evidence_of(unit, this, last))


def told(case: Case, evidence: Evidence) -> Told:
    """What the rules say of a sentence."""
    words = replace(evidence, words={**NEUTRAL, case.slot: case.text})
    found = {
        each.rule
        for each in check_prose(words, [Passage(case.slot, case.slot, case.text)])
        if each.rule == "F-1" or each.rule not in OF_SUBMISSIONS
    }
    if "N-1" in case.findings and _EITHER.search(case.text):
        found = {"N-1" if each == "N-2" else each for each in found}
    return Told(case, tuple(sorted(set(case.findings))), tuple(sorted(found)))


def evidence_of(unit: Unit, this: Cells, last: Cells) -> Evidence:
    """A unit's figures of two years as rules look at them, with the bodies around it."""
    register = Register({each.id: each for each in _bodies(unit)})
    return Evidence(
        EDITION, register["unit"], unit.year, _figures(this), register, _figures(last),
        published_on=date(unit.year + 1, 1, 20), deadline=date(unit.year + 1, 1, 31),
    )  # fmt: skip


def _bodies(unit: Unit) -> Iterator[Department]:
    above = unit.level if unit.kind in ("department", "office") else _above(unit.level)
    for place, name in enumerate(unit.parents):
        parent = f"above-{place + 1}" if place + 1 < len(unit.parents) else None
        yield Department(f"above-{place}", name, name.removesuffix("人民政府"), "government", above, parent)
        above = _above(above)
    parent = "above-0" if unit.parents else None
    yield Department("unit", unit.name, unit.short_name, unit.kind, unit.level, parent)
    for place, name in enumerate((*unit.others, *unit.members)):
        yield Department(f"beside-{place}", name, name, "department", unit.level, parent)


def _above(level: str) -> str:
    return _LEVELS[max(0, _LEVELS.index(level) - 1)]


def _figures(cells: Cells) -> Figures:
    """An edition's figures from names such as `requests.received.total`; sums that it has no cell for are left out."""
    found = dict.fromkeys(EDITION.cells, 0)
    for name, value in cells.items():
        row, _, column = name.rpartition(".")
        cell = f"{row}/{'issued' if column == 'made' else column}"
        if cell in found:
            found[cell] = value  # type: ignore[assignment]
    return Figures(EDITION.id, found)
