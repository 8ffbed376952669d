"""Rule N-4: shares of applications, and what each is of and in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product

from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.claims import (
    CONCLUDED,
    HANDLED,
    LESS_MISCELLANEOUS,
    ORGANIZATIONS,
    RECEIVED,
    Claim,
    Rows,
    claim_of,
    rows_of,
)
from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.numbers import Kind, Number
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, unassessable
from reportkit.checks.prose.requests import alternatives
from reportkit.checks.prose.rows_named import names_public, rows_within
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

BASES = {
    "concluded_total": (rows_of(CONCLUDED), LESS_MISCELLANEOUS),
    "due": (HANDLED,),
    "handled_sum": (HANDLED,),
    "received": (rows_of(RECEIVED), HANDLED),
    "received_only": (rows_of(RECEIVED),),
    "concluded": (rows_of(CONCLUDED), LESS_MISCELLANEOUS),
    "handled": (rows_of(CONCLUDED), HANDLED, LESS_MISCELLANEOUS),
}
ANY_BASE = (rows_of(CONCLUDED), rows_of(RECEIVED), HANDLED, LESS_MISCELLANEOUS)
SHARE = re.compile(r"占|比例|比重|(?<=公开)率")
_TOTAL = re.compile(r"应办|总数|总量|总件数|总申请|申请总|申请量|全部|合计|总计")


@rule("N-4")
def shares(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """A printed share is that of the figures, within one unit of its last digit."""
    for reading in words.readings:
        for count in reading.counts:
            number = count.number
            if number.kind is not Kind.PERCENT or count.is_elsewhere:
                continue
            if _is_of_stated(count):
                continue
            numerator, bases = of_what(count)
            if numerator is None or numerator.rule not in ("N-2", "N-3") or _is_whole(numerator, bases):
                continue
            found = _ratios(words.evidence, numerator, bases)
            if found is None and number.unit == "成":
                continue  # too coarse to ask for what is missing
            if found is None:
                said = f"占比为“{number.text}”"
                yield unassessable(spec, reading.sentence, said, number.span, table="表三")
            elif found and not any(is_near(number, 100 * Decimal(upper) / lower) for upper, lower in found):
                expected = "或".join(
                    f"{upper}÷{lower}＝{100 * Decimal(upper) / lower:.{places_of(number)}f}%" for upper, lower in found
                )
                yield sentence_finding(
                    spec, reading.sentence, f"占比为“{number.text}”，按表三计算为{expected}", number.span
                )


def _is_of_stated(count: Count) -> bool:
    """法人的109件申请中，商业企业99件，占90.8%: a share in a number before, where no other whole is named."""
    counted = [each for each in count.reading.cases if each.number.end <= count.number.start]
    if not counted or not _BARE_SHARE.fullmatch(count.text(count.label)):
        return False
    *wholes, part = [each.number.value for each in counted]
    return any(whole and is_near(count.number, 100 * part / whole) for whole in wholes)


_BARE_SHARE = re.compile(r"(?:[大仅共约]|大约)*占(?:比|到|了|比例|比重)?[为达约近]*")


def _is_whole(numerator: Claim, bases: tuple[Rows, ...]) -> bool:
    """Whether a share would be of the whole in itself: what it is of was said in words that aren't known."""
    return numerator.rule == "N-2" and numerator.columns == ("total",) and set(numerator.figures) <= set(bases)


def of_what(count: Count) -> tuple[Claim | None, tuple[Rows, ...]]:
    """What a share is of, and what it is a share in: 公开的占办结总数的×%, 公开×件，占×%, 占申请×件的×%."""
    base, label = count.reading.before(count), count.text(count.label)
    text = count.reading.sentence.text
    if base is not None and re.fullmatch(r"的(?:比例)?(?:为|达|约)?", text[base.number.end : count.number.start]):
        whole = claim_of(base)
        if not SHARE.search(base.text(base.label)):
            return None, ()
        return (numerator_of(base), whole.figures) if whole is not None else (numerator_of(base), ANY_BASE)
    if (several := _one_of_several(count)) is not None:
        numerator = claim_of(several)
    elif (count.assigned is not None or _is_from(count)) or (
        (SHARE.search(label) or _is_spoken(count))
        and (_SEVERAL.search(label[: label.find("占")]) or not _POINTS_BACK.search(label))
    ):
        numerator = numerator_of(count)
    else:
        return None, ()
    return numerator, () if numerator is None else base_of(count, numerator)


def _one_of_several(count: Count) -> Count | None:
    """The count that a percentage is of where as many come before 占比分别为 as percentages after it."""
    text, reading = count.reading.sentence.text, count.reading
    for match in _SHARES_OF_SEVERAL.finditer(text):
        shares = [
            each for each in reading.counts if each.number.start >= match.end() and each.number.kind is Kind.PERCENT
        ]
        counts = [
            each for each in reading.counts if each.number.end <= match.start() and each.number.kind is Kind.COUNT
        ]
        if count in shares and len(counts) >= len(shares) > 1:
            return counts[-len(shares) :][shares.index(count)]
    return None


def _is_spoken(count: Count) -> bool:
    """Whether a share is said in words, which need no 占: 予以公开的超过七成."""
    if count.number.unit != "成":
        return False
    named = [term for term in count.terms(count.label) if term.kind in ("rows", "columns")]
    return bool(named) and _SPOKEN_OF.fullmatch(count.text((named[-1].end, count.number.start))) is not None


def _is_from(count: Count) -> bool:
    """97.6%来自自然人: a share whose part is named behind it."""
    return not SHARE.search(count.text(count.label)) and _FROM_WHOM.match(count.text(count.after)) is not None


_FROM_WHOM = re.compile("的?(?:申请)?(?:来自|出自|由)")
_SPOKEN_OF = re.compile("的?(?:申请)?(?:就|也|已|仍)?(?:有|达到?|占到?)?了?")


_POINTS_BACK = re.compile(r"前[一两二三]?[类者项种]|后[一两二三]?[类者项种]|[两二三]者|上述")
"""Words that point at something said before, and not at the last of it."""
_SHARES_OF_SEVERAL = re.compile(r"占比?[^，。；0-9]{0,12}分别(?:为|是)?|分别占[^，。；0-9]{0,12}")


def numerator_of(count: Count) -> Claim | None:
    """The outcome or applicants named before 占, the last few counts that 两项 and its like add up, else the last."""
    label = count.text(count.label)
    said = SHARE.search(label)
    share = count.label[0] + (said.start() if said else len(label) if _is_spoken(count) else 0)
    before = count.after if _is_from(count) else (count.label[0], share)
    if count.assigned is not None:
        before = count.near
    if (several := _SEVERAL.search(count.text((count.lead[0], share)).rstrip("，"))) is not None:
        return _sum_of(count, _HOW_MANY[several["many"] or "两"], share)
    if count.terms(before, kind="rows") and count.object == "requests":
        rows = rows_within(count, before)
        return share_of(rows_of(*rows)) if rows else None
    columns = count.ids("columns", before)
    if len(columns) == 1 and count.object == "requests":
        named = [BASES[each] for each in count.ids("roles", count.label) if each in BASES]
        added = ORGANIZATIONS if columns[0] == "organizations" else (columns[0],)
        return Claim("N-3", Severity.ERROR, named[-1] if named else ANY_BASE, added, "")
    if (_PUBLIC.match(label) and count.reading.about == "requests") or names_public(count, before):
        both = rows_of("requests.granted", "requests.partial")
        return Claim("N-3", Severity.ERROR, (rows_of("requests.granted"), both), ("total",), "")
    counted = count.reading.before(count)
    if counted is None and count.object == "requests" and count.terms(count.lead, kind="rows"):
        rows = rows_within(count, count.lead)  # ……的申请（予以公开加部分公开），占办结件的×%
        return share_of(rows_of(*rows)) if rows else None
    if counted is None or "。" in count.reading.sentence.text[counted.number.end : count.number.start]:
        return None
    return _with_beside(counted, claim_of(counted))


def _with_beside(count: Count, claim: Claim | None) -> Claim | None:
    """公开14件、部分公开4件，占78.3%: a count alone, or with the one before it in a list."""
    other = count.reading.before(count)
    if claim is None or other is None or count.reading.sentence.text[other.number.end : count.label[0]] not in _BESIDE:
        return claim
    beside = claim_of(other)
    if beside is None or (beside.rule, beside.columns, claim.rule) != ("N-3", claim.columns, "N-3"):
        return claim
    return replace(claim, figures=(*claim.figures, beside.figures[0] + claim.figures[0]))


_BESIDE = ("、", "和", "与", "及")
_SEVERAL = re.compile(
    r"(?P<many>[两二三四])(?:项|类|者|种|块)[^，。；占]{0,5}$|(?P<plain>合起来|加起来|加在一起|合计)[^，。；占]{0,8}(?:的|中的)?$"
)
_HOW_MANY = {"两": 2, "二": 2, "三": 3, "四": 4}
_PUBLIC = re.compile(r"^公开(?:类|比例|的|数|所)?(?:占|为|率)")


def share_of(rows: Rows) -> Claim:
    return Claim("N-3", Severity.ERROR, (rows,), ("total",), "")


def _sum_of(count: Count, many: int, share: int) -> Claim | None:
    """The rows of the last so many outcomes that were named without a number, or counted, together."""
    rows = count.ids("rows", (count.lead[0], share))
    if len(rows) >= many:
        return share_of(rows_of(*rows[-many:]))
    claims = [
        claim
        for each in count.reading.cases
        if each.number.end <= count.number.start and (claim := claim_of(each)) is not None and claim.rule == "N-3"
    ]
    last = claims[-many:]
    if len(last) < many or any(each.columns != ("total",) for each in last):
        return None
    return share_of(tuple(row for each in last for row in each.figures[0]))


def base_of(count: Count, numerator: Claim) -> tuple[Rows, ...]:
    label = count.text(count.label)
    named = [term.id for term in count.terms(count.label, kind="roles") if term.id in BASES]
    if named:
        return BASES[named[-1]]
    said = SHARE.search(label)
    if said is not None and said.group() == "率":
        return ANY_BASE
    rows = count.terms((count.label[0] + (said.start() if said else 0), count.label[1]), kind="rows")
    if rows and (said or not _is_spoken(count)):
        return (rows_of(rows[-1].id),)
    if numerator.columns != ("total",):
        return numerator.figures
    if _TOTAL.search(label):
        return ANY_BASE
    group = _group_of(numerator)
    is_topic = any(term.id == group for term in count.reading.terms if term.end <= count.label[0])
    return (rows_of(CONCLUDED), *(rows_of(group),) * is_topic, *_named_before(count, numerator))


def _group_of(numerator: Claim) -> str:
    """The group that a row of table 三 is in; empty where it is in none."""
    ((_, row), *others) = numerator.figures[0]
    return "" if others or row.count(".") < 2 else row.rpartition(".")[0]


def _named_before(count: Count, numerator: Claim) -> tuple[Rows, ...]:
    """What the sentence has counted before, other than the part itself: 不予公开的92件中，……23件（占25%）."""
    found: list[Rows] = []
    for each in count.reading.counts:
        if each.number.end > count.number.start:
            break
        claim = claim_of(each)
        if claim is not None and claim != numerator and claim.columns == ("total",):
            found += claim.figures
    return tuple(found)


def _ratios(evidence: Evidence, numerator: Claim, bases: tuple[Rows, ...]) -> list[tuple[int, int]] | None:
    """A figure beside each of the bases that it may be a share of; None where one is missing."""
    uppers = alternatives(evidence, numerator)
    lowers = alternatives(evidence, Claim("", Severity.WARNING, bases, ("total",), ""))
    if not all(each.known for each in (*uppers, *lowers)):
        return None
    together = zip(uppers, lowers, strict=True) if numerator.figures == bases else product(uppers, lowers)
    return list(dict.fromkeys((int(upper.low), int(lower.low)) for upper, lower in together if lower.low))


def places_of(number: Number) -> int:
    return max(0, -int(number.step.as_tuple().exponent)) if number.step < 1 else 0


def is_near(number: Number, value: Decimal) -> bool:
    """Within one unit of the last printed digit, two where it is about that."""
    low, high = number.range
    return low - number.step <= value <= high + number.step
