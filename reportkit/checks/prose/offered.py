"""Numbers of a text that have a name and a unit there, and could be registered as facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.registry import ReadWords
from reportkit.checks.prose.structure import known_numbers, typed_numbers

_BREAK = re.compile(r"[，。；：、！？（）()“”《》\s\d%]")
_SAID_OF_IT = re.compile(
    r"(?:合计|共计|总计|累计|总数|数量|总量|总|共有|共|达到|达|突破|超过|约|近|为|是|有|已|了|计|均|各|全年|本年度?|其中|分别)+$"
)
"""What stands between a name and its number."""
_BEFORE_IT = re.compile(r"^(?:其中|全年|本年度?|今年|年内|截至目前|就|对|在)+")
"""What stands before a name and is no part of it."""
_SHORTEST, _LONGEST = 2, 12


@dataclass(frozen=True, slots=True)
class Offered:
    """A number with what it is called in its sentence, its unit, and how it is printed."""

    name: str
    value: Decimal
    unit: str
    text: str


def offered_facts(evidence: Evidence, passages: tuple[Passage, ...]) -> Iterator[Offered]:
    """The numbers of a text that no figure and no fact has, each name once; those that are called nothing are left."""
    known, named = known_numbers(evidence), set[str]()
    for reading in ReadWords(evidence, passages).readings:
        for number in typed_numbers(reading):
            name = _name_before(reading.sentence.text[: number.start])
            if number.value in known or not name or name in named:
                continue
            named.add(name)
            yield Offered(name, number.value, number.unit, number.text)


def _name_before(words: str) -> str:
    """What a number is called by the words before it: the end of their clause, without verbs; empty where too short."""
    name = _BEFORE_IT.sub("", _SAID_OF_IT.sub("", _BREAK.split(words)[-1]))
    return name[-_LONGEST:] if len(name) >= _SHORTEST else ""
