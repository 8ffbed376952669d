"""Every rule on words, run over a submission's words or those of a finished document."""

from collections.abc import Collection, Sequence

from reportkit.checks.evidence import Evidence
from reportkit.checks.prose import (
    absolutes,
    disclosure,
    disputes,
    fees,
    growth,
    lists,
    names,
    requests,
    shares,
    slips,
    structure,
    wording,
)
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.registry import REGISTRY, ReadWords
from reportkit.model import Finding

_MODULES = (requests, shares, growth, absolutes, disputes, disclosure, lists, fees, structure, names, slips, wording)
"""Importing them registers their rules."""
OF_SUBMISSIONS = frozenset(("S-1", "S-2", "S-3", "L-1", "D-1", "UNBOUND", "F-1"))
"""Rules on what was handed in as a whole, which a sentence of the document can't break by itself."""


COUNTS = frozenset(("N-1", "N-2", "N-3", "N-6", "N-8"))
"""Rules that hold a count against the cell that it names."""


def check_prose(
    evidence: Evidence, passages: Sequence[Passage], *, whole: bool = True, only: Collection[str] | None = None
) -> list[Finding]:
    """The findings of every rule on words, or of some `only`, rule by rule in the order of the edition.

    `whole`: the passages are a submission, of which also rules on it as a whole hold; otherwise they are words of the
    finished document, such as a notebook's own.
    """
    words = ReadWords(evidence, tuple(passages))
    found: list[Finding] = []
    for rule_id, spec in evidence.edition.rulebook.items():
        check = REGISTRY.get(rule_id)
        if only is not None and rule_id not in only:
            continue
        if check is not None and (whole or rule_id not in OF_SUBMISSIONS):
            found += check(words, spec)
    return found
