"""The labelled corpus: rules on figures agree with every label, rules on words with nearly all, none is left unhit."""

from collections import Counter
from collections.abc import Sequence

import pytest

from reportkit.editions import STATUTORY
from tests.corpus import (
    Judged,
    is_on_figures,
    judge_report,
    judge_sentence,
    judge_submission,
    reports,
    score,
    sentences,
    submissions,
)
from tests.corpus.changed import LEAST, changes

NOT_IN_REPORTS = {"NOTEBOOK", "APPROVAL", "FONT", "FIT", "FACT", "DECISION", "UNBOUND", "CHART", "S-4", "L-1"}


@pytest.fixture(scope="module")
def of_sentences() -> list[Judged]:
    return [judge_sentence(case) for case in sentences()]


@pytest.fixture(scope="module")
def of_submissions() -> list[Judged]:
    return [judge_submission(case) for case in submissions()]


def disagreements(judged: Sequence[Judged]) -> list[tuple[str, dict[str, int], dict[str, int]]]:
    return [
        (each.name + " " + each.text[:200], dict(each.found - each.expected), dict(each.expected - each.found))
        for each in judged
        if not each.agrees
    ]


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(sentences()) >= 400
    assert len(submissions()) >= 150
    labelled = [bool(case["findings"]) for case in sentences()]
    assert labelled.count(True) > 100
    assert labelled.count(False) > 100


def test_every_rule_is_hit_at_least_three_times_by_submissions(of_submissions: list[Judged]) -> None:
    hits = Counter(label.rstrip("?").partition(":")[0] for each in of_submissions for label in each.found.elements())
    known = {rule for edition in STATUTORY.ids for rule in STATUTORY.load(edition).rulebook}
    assert {rule for rule in known - NOT_IN_REPORTS if hits[rule] < 3} == set()


def test_rules_on_figures_agree_with_every_label(of_submissions: list[Judged]) -> None:
    found = score(of_submissions, is_on_figures)
    assert (found.precision, found.recall) == (1, 1), disagreements(of_submissions)


def test_rules_on_words_agree_with_nearly_every_label(of_sentences: list[Judged], of_submissions: list[Judged]) -> None:
    every = [*of_sentences, *of_submissions, *(judge_report(name, case) for name, case in reports().items())]
    found = score(every, lambda rule: not is_on_figures(rule))
    assert found.precision >= 0.97, disagreements(every)
    assert found.recall >= 0.95, disagreements(every)


def test_labels_are_rules_that_there_are() -> None:
    known = {rule for edition in STATUTORY.ids for rule in STATUTORY.load(edition).rulebook}
    used = {
        label.rstrip("?").partition(":")[0] for case in (*sentences(), *submissions()) for label in case["findings"]
    }
    assert used <= known


def test_nearly_every_change_of_a_number_that_a_table_has_is_noticed() -> None:
    of_tables = [each for each in changes() if each.claims]
    assert len(of_tables) >= 100
    silent = [(each.report, each.number, each.sentence) for each in of_tables if not each.noticed]
    assert len(silent) <= (1 - LEAST) * len(of_tables), silent
