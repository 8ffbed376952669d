"""Made sentences whose truth is known: sound ones bring about nothing, changed ones just their finding."""

import pytest

from tests.truth import KINDS, made
from tests.truth.__main__ import BAR

NUMBER = 400
"""Of each kind here; `make truth` makes twenty thousand."""


@pytest.mark.parametrize("kind", KINDS)
def test_made_sentences_are_judged_as_they_are(kind: str) -> None:
    wrong = [each for each in made(kind, 1, NUMBER) if not each.agrees]
    assert len(wrong) <= NUMBER * (1 - BAR), [(each.case.text, each.expected, each.found) for each in wrong]


def test_the_grammar_makes_faults_of_every_rule_that_it_knows() -> None:
    broken = {rule for each in made("changed", 2, NUMBER) for rule in each.expected}
    assert {"N-1", "N-2", "N-3", "N-4", "N-5", "N-6", "N-7", "N-8", "Z-1", "Z-2", "Z-3", "Z-4", "P-1", "P-2"} <= broken
