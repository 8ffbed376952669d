"""Rules on words by id: each a function from what the rules look at to findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from reportkit.checks.bounds import Bounds
from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.prose.bodies import Bodies
from reportkit.checks.prose.counts import Reading
from reportkit.checks.prose.lexicon import Lexicon, lexicon
from reportkit.checks.prose.plain import Passage, Sentence, sentences
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity


@dataclass(frozen=True, eq=False)
class ReadWords:
    """The evidence of one report with its words read: what rules on words look at."""

    evidence: Evidence
    passages: tuple[Passage, ...]

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        words, bodies, found = lexicon(self.evidence.edition), Bodies(self.evidence), []
        for passage in self.passages:
            given = passage.about
            about = always = _ABOUT.get(passage.slot, "") if given is None else given
            for sentence in sentences(passage):
                counted = about or _counted_in(words, sentence.table)
                reading = Reading(sentence, words, bodies, counted, self.evidence.year)
                found.append(reading)
                about = always or reading.leaves_about
        return tuple(found)

    def of(self, *slots: str) -> tuple[Reading, ...]:
        """The sentences of some slots."""
        return tuple(reading for reading in self.readings if reading.sentence.passage.slot in slots)


def _counted_in(words: Lexicon, table: str) -> str:
    """What a table's numbers count: applications where its rows are outcomes and it names nothing else."""
    if not table:
        return ""
    named = words.naming(table)
    objects = {term.id for term in named if term.kind == "objects"}
    return "requests" if objects <= {"requests"} and any(term.kind == "rows" for term in named) else ""


_ABOUT = {"on_request": "requests", "requests": "requests"}
"""What sentences of a slot are about where they don't say."""

Rule = Callable[[ReadWords, RuleSpec], Iterator[Finding]]
REGISTRY: dict[str, Rule] = {}


def rule(rule_id: str) -> Callable[[Rule], Rule]:
    """Registers the function that checks a rule."""

    def register(function: Rule) -> Rule:
        assert rule_id not in REGISTRY
        REGISTRY[rule_id] = function
        return function

    return register


def sentence_finding(
    spec: RuleSpec,
    sentence: Sentence,
    what: str,
    span: tuple[int, int] | None = None,
    *,
    severity: Severity | None = None,
    cells: tuple[str, ...] = (),
    fix: str = "",
    lacks_history: bool = False,
) -> Finding:
    """A finding on a sentence, which it quotes."""
    quote = sentence.quote(*span) if span else sentence.quote()
    passage = sentence.passage
    found = finding(
        spec, what, f"{passage.label}，“{quote}”", severity=severity, cells=cells, slot=passage.slot, quote=quote,
        fix=fix, lacks_history=lacks_history,
    )  # fmt: skip
    if spec.waivable != "sentence" or found.severity not in (Severity.ERROR, Severity.WARNING):
        return found
    mark = sha256(sentence.text.encode()).hexdigest()[:_MARK]
    if found.severity is Severity.WARNING:
        return replace(found, sentence=mark)
    return replace(found, sentence=mark, fix=f"{found.fix}确属误判的，可由审核人员登记豁免（句子指纹：{mark}）。")


_MARK = 12
"""Letters of a sentence's digest."""


def unassessable(
    spec: RuleSpec,
    sentence: Sentence,
    said: str,
    span: tuple[int, int],
    *,
    cells: tuple[str, ...] = (),
    table: str = "",
) -> Finding:
    """A sentence that can't be compared with a table of this year, or where none is named, with last year's."""
    return sentence_finding(
        spec,
        sentence,
        f"{said}：缺{'' if table else '上年'}数据，未能核对",
        span,
        severity=Severity.UNASSESSABLE,
        cells=cells,
        fix=f"补填{table}后再核对。" if table else "取得上年数据后再核对。",
        lacks_history=not table,
    )


def shown(found: list[Bounds]) -> str:
    """`3525或3646`, `至少275`: what the tables have."""
    return "或".join(dict.fromkeys(map(str, found)))
