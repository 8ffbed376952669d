"""Rule N-6: what sentences say of reviews and litigation."""

import re
from collections.abc import Iterator

from reportkit.checks.bounds import Bounds
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.claims import REST
from reportkit.checks.prose.counts import CASES, Count
from reportkit.checks.prose.lexicon import Word
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, shown, unassessable
from reportkit.checks.prose.requests import agreement
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

_REVIEW = "disputes.review"
_DIRECT, _AFTER_REVIEW = "disputes.litigation.direct", "disputes.litigation.after_review"
GROUPS = {"review": (_REVIEW,), "litigation": (_DIRECT, _AFTER_REVIEW)}
_DECIDED = ("upheld", "corrected", "other")
_OUTCOMES = (*_DECIDED, "pending", "decided")
_SIDE_BY_SIDE = re.compile(r"(?:案件|申请)?(?:[、和及与或]|以及)(?:被?提起|涉及)?")
_BY_REVIEW = re.compile(r"复议(?:机关|机构)")
_NAMES = {_REVIEW: "行政复议", _DIRECT: "未经复议直接起诉", _AFTER_REVIEW: "复议后起诉"}
_OTHER_WORK = re.compile(r"受理|办理|协助|旁听|审理|(?<!尚未)(?<!未)审结|承办|出庭|化解|调解|代理|参与|听证")
_ABOUT_DISCLOSURE = re.compile(r"信息公开|依申请|政务公开")
_RECORDED = re.compile(r"备案")


def _groups(count: Count) -> tuple[str, ...]:
    """The groups of table 四 that a count is of; empty where it is of none, or of what the table doesn't have."""
    named = count.ids("outcomes", count.near)
    if "after_review" in named:
        return (_AFTER_REVIEW,)
    if "direct" in named:
        return (_DIRECT,)
    objects = [each for each in count.ids("objects", count.near) if each in GROUPS]
    if len(objects) == 2 or _names_both(count):
        return (*GROUPS["review"], *GROUPS["litigation"])
    if named and not objects and _BY_REVIEW.search(count.text(count.label)):
        return GROUPS["review"]
    if count.object in GROUPS and (objects or named):
        return _narrowed(count) or GROUPS[count.object]
    return ()


_BOTH = re.compile(r"(?:案件)?[两二]项(?:加在一起|加起来|相加|合计|合起来)")


def _names_both(count: Count) -> bool:
    """行政复议、行政诉讼共×件: both kinds side by side, and no number between them and this one."""
    count = count.opposite or count
    terms = [term for term in count.reading.terms if term.kind == "objects" and term.end <= count.number.start][-2:]
    if count.assigned is not None or {term.id for term in terms} != set(GROUPS) or terms[0].start < count.lead[0]:
        return False
    if terms[1].start < count.near[0] and not _BOTH.match(count.reading.sentence.text, terms[1].end):
        return False
    return bool(_SIDE_BY_SIDE.fullmatch(count.reading.sentence.text[terms[0].end : terms[1].start]))


def _narrowed(count: Count) -> tuple[str, ...]:
    """未经复议直接起诉×件（结果维持×件）: the group that was named last, where none was named after it."""
    last: Word | None = None
    for term in reversed(count.reading.terms):
        if term.end > count.number.start:
            continue
        if term.kind == "outcomes" and term.id in ("direct", "after_review"):
            is_last = last is None or last.start == term.end  # 直接提起的行政诉讼
            return () if not is_last else (_DIRECT,) if term.id == "direct" else (_AFTER_REVIEW,)
        if term.kind == "objects" and term.id in GROUPS:
            last = last or term
    return ()


def _outcome(count: Count) -> str:
    before = count.reading.before(count) if count.scope.aside else None
    while before is not None and before.scope.aside:
        before = count.reading.before(before)
    outside = [before.near] if before else []  # 维持2件（复议1件、诉讼1件）
    if count.assigned is not None:  # 复议和诉讼分别有36件和20件尚未审结
        outside = [each.after for each in count.reading.counts if each.assigned is not None][-1:]
    for span in (count.near, count.after, *outside):
        named = count.ids("outcomes", span)
        found = [each for each in named if each in _OUTCOMES]
        if named:
            return found[-1] if found else "total"
    return "total"


@rule("N-6")
def disputes(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Reviews and lawsuits in words are those of table 四, or less what was pending a year ago."""
    for reading in words.readings:
        if _OTHER_WORK.search(reading.sentence.text) and not _ABOUT_DISCLOSURE.search(reading.sentence.text):
            continue  # an office that decides others' cases speaks of its work
        for count in reading.cases:
            groups = _groups(count)
            if groups and count.number.unit in CASES and not is_of_something_else(count):
                yield from _check(words.evidence, spec, count, groups)


def is_of_something_else(count: Count) -> bool:
    """Whether a count is of a part, of another year or body, or of disputes over other matters than disclosure."""
    if {"carried", "carried_in", "carried_out", "pending_in"} & set(count.ids("roles", count.near)):
        return True  # no column of table 四
    if count.is_part or count.is_elsewhere:
        return True
    segment = count.reading.segment(count.number.start)
    if any(word.kind == "unrelated" and segment[0] <= word.start < segment[1] for word in count.reading.words_said):
        return True
    return _is_over_other_acts(count, segment) or bool(REST.search(count.text(count.label)))


def _is_over_other_acts(count: Count, segment: tuple[int, int]) -> bool:
    """Whether its cause is named, and isn't disclosure: 因教师处分引发的行政复议3件, 各类行政复议案件2316件."""
    text = count.reading.sentence.text
    objects = [term for term in count.terms(count.near, kind="objects") if term.id in GROUPS]
    if not objects:
        return False
    cause = text[segment[0] : objects[0].start]
    if _AS_ANOTHER.search(cause):
        return True
    if _ABOUT_DISCLOSURE.search(cause):
        return False
    return bool(_CAUSED.search(cause) or _EVERY_KIND.search(text[segment[0] : objects[0].start]))


_AS_ANOTHER = re.compile(r"作为(?:第三人|复议机关|原告|案外人)[^，。；]{0,4}的?$")
_CAUSED = re.compile(
    r"(?:[\u4e00-\u9fff]{2,}(?:引发|引起|导致|产生|而起)的?|[\u4e00-\u9fff]{2,}类|对[\u4e00-\u9fff]{2,}不服的?)$"
)
_EVERY_KIND = re.compile(r"(?:各类|各种|一审|二审|其他)$")


def _check(evidence: Evidence, spec: RuleSpec, count: Count, groups: tuple[str, ...]) -> Iterator[Finding]:
    column = _outcome(count)
    whole = _sum(evidence, groups, column)
    if whole is None:
        return
    if "received_only" in count.ids("roles", count.near) and count.number.range[0] <= whole.high:
        return  # no column of table 四, but no more than all
    allowed = [whole]
    if column == "total" and groups == GROUPS["review"]:
        allowed += _together(evidence, count)
    pending = evidence.sum_of(groups, "pending", last_year=True) if evidence.history else None
    lower = column == "total" and whole.known and count.number.value < whole.low
    if column == "total" and pending is not None and pending.known:
        allowed += [each + pending.times(-1) for each in tuple(allowed)]
    if column != "total" and not count.ids("objects", count.near):
        allowed += _of_any_named(evidence, count, column)
    result = agreement(count.number, allowed)
    if result:
        return
    name = _name(evidence, groups, column)
    said = f"文字为“{count.number.text}”，表四{name}为{shown([whole])}"
    columns = _DECIDED if column == "decided" else (column,)
    cells = tuple(f"{group}/{each}" for group in groups for each in columns)
    history = lower and pending is None
    if result is None or history:
        table = "" if history else "表四"
        yield unassessable(spec, count.reading.sentence, said, count.number.span, cells=cells, table=table)
        return
    text = count.reading.sentence.text
    clause = text.rfind("，", 0, count.number.start) + 1
    recorded = _RECORDED.search(text, clause, count.after[1])
    severity = Severity.WARNING if recorded or count.number.from_figure else Severity.ERROR
    yield sentence_finding(spec, count.reading.sentence, said, count.number.span, severity=severity, cells=cells)


def _name(evidence: Evidence, groups: tuple[str, ...], column: str) -> str:
    names = {GROUPS["litigation"]: "行政诉讼", (*GROUPS["review"], *GROUPS["litigation"]): "行政复议与行政诉讼合计"}
    name = names.get(groups) or "、".join(_NAMES[group] for group in groups)
    if column == "decided":
        return f"{name}·已审结"
    label = evidence.edition.cells[f"{groups[0]}/{column}"].column_label
    return name if column == "total" else f"{name}·{label}"


def _of_any_named(evidence: Evidence, count: Count, column: str) -> list[Bounds]:
    """An outcome that isn't said to be of either kind may be of each that the sentence names, or of all."""
    named = {term.id for term in count.reading.terms if term.kind == "objects" and term.end <= count.number.start}
    kinds = [groups for kind, groups in GROUPS.items() if kind in named]
    choices = [*kinds, tuple(group for groups in kinds for group in groups)]
    return [found for groups in choices if (found := _sum(evidence, groups, column)) is not None]


def _sum(evidence: Evidence, groups: tuple[str, ...], column: str) -> Bounds | None:
    """What groups come to in a column, or where 审结 is said, in those of all results."""
    found = Bounds(0, 0)
    for each in _DECIDED if column == "decided" else (column,):
        part = evidence.sum_of(groups, each)
        if part is None:
            return None
        found += part
    return found


def _together(evidence: Evidence, count: Count) -> list[Bounds]:
    """Reviews and lawsuits together, where the words name both."""
    named = {term.id for term in count.reading.terms if term.kind == "objects" and term.end <= count.number.start}
    both = evidence.sum_of((*GROUPS["review"], *GROUPS["litigation"]), "total")
    return [both] if both is not None and {"review", "litigation"} <= named else []
