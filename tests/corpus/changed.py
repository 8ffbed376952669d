"""`python -m tests.corpus.changed`: which changes of one number in the words of whole reports are noticed.

Each number that was typed is changed by one unit of its last digit but one, or of its last, and the rules on words run
again. Numbers that no table has (of courses, of visitors) can't be noticed; they are counted apart: what no rule reads
as a claim, and no list adds up.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from reportkit.build.plan import check_submission
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.claims import claim_of
from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.disputes import is_of_something_else
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.registry import ReadWords
from reportkit.checks.prose.run_rules import check_prose
from reportkit.inputs.project import Project
from tests.corpus import HERE, reports

LEAST = 0.95
_OF_TABLES = frozenset(("review", "litigation", "rules", "normative_documents", "licensing", "penalties",
                        "coercion"))  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A number that was changed, and whether that was noticed."""

    report: str
    sentence: str
    number: str
    claims: bool
    noticed: bool


def changes() -> Iterator[Change]:
    """Every typed number of the whole reports, changed by itself."""
    project = Project(HERE / "reports")
    for name in reports():
        year, department = name.split("/")
        evidence, _ = check_submission(project, project.submission(int(year), department))
        for slot, text in evidence.words.items():
            yield from _changes(name, evidence, slot, text)


def _changes(name: str, evidence: Evidence, slot: str, text: str) -> Iterator[Change]:
    before = _found(evidence, slot, text)
    for reading in ReadWords(evidence, (Passage(slot, slot, text),)).readings:
        for count in reading.counts:
            sentence = reading.sentence.text
            place = text.find(sentence)
            if not count.number.unit or not count.number.text[:1].isdigit() or place < 0:
                continue
            number = _other(count.number.text)
            start, end = (place + each for each in count.number.span)
            after = _found(evidence, slot, f"{text[:start]}{number}{text[end:]}")
            yield Change(name, sentence, count.number.text, _claims(count), after != before)


def _other(number: str) -> str:
    """Another number of as many digits: its last digit but one changed where there are several."""
    digits = [place for place, each in enumerate(number) if each.isdigit()]
    place = digits[-2] if len(digits) > 1 else digits[-1]
    return f"{number[:place]}{(int(number[place]) + 1) % 10 or 1}{number[place + 1 :]}"


def _found(evidence: Evidence, slot: str, text: str) -> list[tuple[Any, ...]]:
    words = replace(evidence, words={**evidence.words, slot: text})
    found = check_prose(words, [Passage(slot, slot, text)])
    return sorted((each.rule, each.severity.value, each.what) for each in found if each.rule != "UNBOUND")


def _claims(count: Count) -> bool:
    """Whether it speaks of what a table has, of the whole unit and year."""
    if count.is_part or count.is_of_others or count.is_of_another_year or count.is_change:
        return False
    named = {term.id for term in count.terms(count.near, kind="objects")} & _OF_TABLES
    return claim_of(count) is not None or (bool(named) and not is_of_something_else(count))


def main() -> int:
    found = list(changes())
    of_tables = [each for each in found if each.claims]
    noticed = sum(each.noticed for each in of_tables)
    for each in of_tables:
        if not each.noticed:
            sys.stdout.write(f"silent: {each.report} {each.number}: {each.sentence}\n")
    beside = [each for each in found if not each.claims]
    sys.stdout.write(
        f"{noticed} of {len(of_tables)} changes of what the tables have were noticed ({noticed / len(of_tables):.3f}), "
        f"{sum(each.noticed for each in beside)} of {len(beside)} others (lists, shares and fees)\n"
    )
    return 0 if noticed >= LEAST * len(of_tables) else 1


if __name__ == "__main__":
    raise SystemExit(main())
