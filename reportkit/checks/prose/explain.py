"""What the reader takes each sentence of a text to claim, for a clerk's “why?” and a developer's miss."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.bodies import Whose
from reportkit.checks.prose.claims import claim_of
from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.lexicon import Lexicon, lexicon
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.quantified import Statement, all_of, none_of
from reportkit.checks.prose.registry import ReadWords, shown
from reportkit.checks.prose.requests import agreement, alternatives, name_of
from reportkit.checks.prose.scopes import Scope

_WHOSE = {Whose.UNSAID: "本机关（未指明）", Whose.UNIT: "本机关", Whose.ABOVE: "上级或全区域", Whose.OTHER: "其他单位"}
_ALL, _NONE = "全部", "没有"


@dataclass(frozen=True, slots=True)
class Explained:
    """One claim: the words that make it, what they are about, of whom, of when and of how much, and what it is held
    against; `held` says why where it is against nothing."""

    words: str
    about: str
    whose: str
    scope: str
    held: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def explain(evidence: Evidence, passages: Sequence[Passage]) -> Iterator[tuple[str, list[Explained]]]:
    """Each sentence of the passages with its claims, in order."""
    known = lexicon(evidence.edition)
    words = ReadWords(evidence, tuple(passages))
    for reading in words.readings:
        statements = [*((_NONE, each) for each in none_of(reading)), *((_ALL, each) for each in all_of(reading))]
        found = [(count.number.start, _of_count(words, known, count)) for count in reading.counts]
        found += [(each.span[0], _of_statement(known, quantity, each)) for quantity, each in statements]
        yield reading.sentence.text, [claim for _, claim in sorted(found, key=lambda each: each[0])]


def _of_count(words: ReadWords, known: Lexicon, count: Count) -> Explained:
    terms = [(term.kind, term.id) for term in count.terms(count.near, count.after) if term.kind != "objects"]
    about = _named(known, [("objects", count.object)] if count.object else [], terms)
    return Explained(
        count.number.text, about, _WHOSE[count.scope.whose], _scope(known, count.scope), _held(words, count)
    )


def _held(words: ReadWords, count: Count) -> str:
    if count.is_of_others:
        return "不核对：是其他单位的数"
    if count.is_of_another_year:
        return f"不核对：是{count.scope.year}年的数"
    if count.is_part:
        return "不核对：是一部分"
    claim = claim_of(count)
    if claim is None:
        return "不与表三核对：未读出表三的某一项"
    found = alternatives(words.evidence, claim)
    result = {True: "相符", False: "不符", None: "缺数据"}[agreement(count.number, found) if found else True]
    return f"{claim.rule}：表三{name_of(words, claim)}为{shown(found)}，{result}" if found else "本格式没有这一项"


def _of_statement(known: Lexicon, quantity: str, statement: Statement) -> Explained:
    about = _named(known, [], [(word.kind, word.id) for word in statement.said])
    of = f"（{statement.of.number.text}）" if statement.of is not None else ""
    held = "整体的说法，与表格核对" if statement.is_whole else "不核对：不是本机关全年的说法"
    scope = _scope(known, statement.scope)
    return Explained(statement.text, f"{quantity}{of}：{about}", _WHOSE[statement.scope.whose], scope, held)


def _named(known: Lexicon, *groups: Sequence[tuple[str, str]]) -> str:
    said = dict.fromkeys(known.means[each] for group in groups for each in group if each in known.means)
    return "；".join(said) or "未读出"


def _scope(known: Lexicon, scope: Scope) -> str:
    parts = [known.means.get(("subsets", each), each) for each in dict.fromkeys(scope.parts)]
    if scope.among:
        parts.append("其中一部分")
    if scope.year:
        parts.append(f"{scope.year}年")
    return "、".join(parts) or "全年、全部"


def reading_json(sentence: str, claims: Sequence[Explained]) -> dict[str, Any]:
    """A sentence with its claims, for machines."""
    return {"sentence": sentence, "claims": [each.to_json() for each in claims]}
