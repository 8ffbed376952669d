"""Rules on shares and growth of applications: N-4 and N-7."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from reportkit.checks.bounds import Bounds
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
    names_public,
    rows_of,
    rows_within,
)
from reportkit.checks.prose.counts import CASES, Count
from reportkit.checks.prose.numbers import HAN_YEAR, Kind, Number
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, unassessable
from reportkit.checks.prose.requests import alternatives
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

_BASES = {
    "concluded_total": (rows_of(CONCLUDED), LESS_MISCELLANEOUS),
    "due": (HANDLED,),
    "handled_sum": (HANDLED,),
    "received": (rows_of(RECEIVED), HANDLED),
    "received_only": (rows_of(RECEIVED),),
    "concluded": (rows_of(CONCLUDED), LESS_MISCELLANEOUS),
    "handled": (rows_of(CONCLUDED), HANDLED, LESS_MISCELLANEOUS),
}
_ANY_BASE = (rows_of(CONCLUDED), rows_of(RECEIVED), HANDLED, LESS_MISCELLANEOUS)
_SHARE = re.compile(r"占|比例|比重")
_TOTAL = re.compile(r"应办|总数|总量|总件数|总申请|申请总|申请量|全部|合计|总计")


@rule("N-4")
def shares(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """A printed share is that of the figures, within one unit of its last digit."""
    for reading in words.readings:
        for count in reading.counts:
            number = count.number
            if number.kind is not Kind.PERCENT or count.is_change or count.is_of_another_year or count.is_of_others:
                continue
            numerator, bases = _of_what(count)
            if numerator is None or numerator.rule not in ("N-2", "N-3"):
                continue
            found = _ratios(words.evidence, numerator, bases)
            if found is None:
                said = f"占比为“{number.text}”"
                yield unassessable(spec, reading.sentence, said, number.span, table="表三")
            elif found and not any(_near(number, 100 * Decimal(upper) / lower) for upper, lower in found):
                expected = "或".join(
                    f"{upper}÷{lower}＝{100 * Decimal(upper) / lower:.{_places(number)}f}%" for upper, lower in found
                )
                yield sentence_finding(
                    spec, reading.sentence, f"占比为“{number.text}”，按表三计算为{expected}", number.span
                )


def _of_what(count: Count) -> tuple[Claim | None, tuple[Rows, ...]]:
    """What a share is of, and what it is a share in: 公开的占办结总数的×%, 公开×件，占×%, 占申请×件的×%."""
    base, label = count.reading.before(count), count.text(count.label)
    text = count.reading.sentence.text
    if base is not None and re.fullmatch(r"的(?:比例)?(?:为|达|约)?", text[base.number.end : count.number.start]):
        whole = claim_of(base)
        if not _SHARE.search(base.text(base.label)):
            return None, ()
        return (_numerator(base), whole.figures) if whole is not None else (_numerator(base), _ANY_BASE)
    if (several := _one_of_several(count)) is not None:
        numerator = claim_of(several)
    elif _SHARE.search(label) and (_SEVERAL.search(label[: label.find("占")]) or not _POINTS_BACK.search(label)):
        numerator = _numerator(count)
    else:
        return None, ()
    return numerator, () if numerator is None else _base(count, numerator)


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


_POINTS_BACK = re.compile(r"前[一两二三]?[类者项种]|后[一两二三]?[类者项种]|[两二三]者|上述")
"""Words that point at something said before, and not at the last of it."""
_SHARES_OF_SEVERAL = re.compile(r"占比?[^，。；0-9]{0,12}分别(?:为|是)?|分别占[^，。；0-9]{0,12}")


def _numerator(count: Count) -> Claim | None:
    """The outcome or applicants named before 占, the last few counts that 两项 and its like add up, else the last."""
    label = count.text(count.label)
    said = _SHARE.search(label)
    share = count.label[0] + (said.start() if said else 0)
    before = (count.label[0], share)
    if (several := _SEVERAL.search(label[: share - count.label[0]])) is not None:
        return _sum_of(count, _HOW_MANY[several["many"]])
    if count.terms(before, kind="rows") and count.object == "requests":
        rows = rows_within(count, before)
        return _share_of(rows_of(*rows)) if rows else None
    columns = count.ids("columns", before)
    if len(columns) == 1 and count.object == "requests":
        named = [_BASES[each] for each in count.ids("roles", count.label) if each in _BASES]
        added = ORGANIZATIONS if columns[0] == "organizations" else (columns[0],)
        return Claim("N-3", Severity.ERROR, named[-1] if named else _ANY_BASE, added, "")
    if (_PUBLIC.match(label) and count.reading.about == "requests") or names_public(count, before):
        both = rows_of("requests.granted", "requests.partial")
        return Claim("N-3", Severity.ERROR, (rows_of("requests.granted"), both), ("total",), "")
    counted = count.reading.before(count)
    if counted is None or "。" in count.reading.sentence.text[counted.number.end : count.number.start]:
        return None
    return claim_of(counted)


_SEVERAL = re.compile(r"(?P<many>[两二三四])(?:项|类|者|种)[^，。；占]{0,4}$")
_HOW_MANY = {"两": 2, "二": 2, "三": 3, "四": 4}
_PUBLIC = re.compile(r"^公开(?:类|比例|的|数|率|所)?(?:占|为)")


def _share_of(rows: Rows) -> Claim:
    return Claim("N-3", Severity.ERROR, (rows,), ("total",), "")


def _sum_of(count: Count, many: int) -> Claim | None:
    """The rows of the last so many outcomes that were counted, together."""
    claims = [
        claim
        for each in count.reading.cases
        if each.number.end <= count.number.start and (claim := claim_of(each)) is not None and claim.rule == "N-3"
    ]
    last = claims[-many:]
    if len(last) < many or any(each.columns != ("total",) for each in last):
        return None
    return _share_of(tuple(row for each in last for row in each.figures[0]))


def _base(count: Count, numerator: Claim) -> tuple[Rows, ...]:
    label = count.text(count.label)
    named = [term.id for term in count.terms(count.label, kind="roles") if term.id in _BASES]
    if named:
        return _BASES[named[-1]]
    said = _SHARE.search(label)
    rows = count.terms((count.label[0] + (said.start() if said else 0), count.label[1]), kind="rows")
    if rows:
        return (rows_of(rows[-1].id),)
    if numerator.columns != ("total",):
        return numerator.figures
    if _TOTAL.search(label):
        return _ANY_BASE
    return (rows_of(CONCLUDED), *_named_before(count, numerator))


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


def _places(number: Number) -> int:
    return max(0, -int(number.step.as_tuple().exponent)) if number.step < 1 else 0


def _near(number: Number, value: Decimal) -> bool:
    """Within one unit of the last printed digit, two where it is about that."""
    low, high = number.range
    return low - number.step <= value <= high + number.step


_OTHER_YEAR = re.compile(
    rf"(?:较|比|与|同)(?:(?:19|20)\d{{2}}|{HAN_YEAR})年"
    r"|[由从][^，。；]{0,24}(?:变为|增至|降至|升至|减至|(?:增加|减少|上升|下降)到)"
)
_FROM_TO = re.compile(r"[由从]20\d{2}年[^，。；]{0,24}(?:变为|增至|降至|升至|减至|到)")


def _is_compared(count: Count) -> bool:
    """Whether the clause compares with last year."""
    span = (count.reading.segment(count.number.start)[0], count.number.start)
    if {"against", "more", "fewer"} & set(count.ids("changes", span)) or _OTHER_YEAR.search(count.text(span)):
        return True
    return any(each.is_of_another_year for each in count.reading.cases if span[0] <= each.number.start < span[1])


def _direction(count: Count) -> int:
    """1 where it rose, -1 where it fell, 0 where the words don't say."""
    said = count.ids("changes", count.label)
    if {"down", "fewer"} & set(said):
        return -1
    if {"up", "more"} & set(said):
        return 1
    label = count.text(count.label).rstrip("了出")
    return -1 if label.endswith(("少", "减")) else 1 if label.endswith(("多", "增")) else 0


@rule("N-7")
def growth(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """A printed rise or fall against last year is that of the two years' figures."""
    for reading in words.readings:
        for count in reading.counts:
            if count.number.kind is Kind.POINTS:
                yield from _shift(words, spec, count)
            elif claims := _measured(count):
                yield from _growth(words, spec, count, claims)


def _shift(words: ReadWords, spec: RuleSpec, count: Count) -> Iterator[Finding]:
    """公开占比比上年提高9.5个百分点: the difference of two years' shares."""
    evidence, number = words.evidence, count.number
    sign, stated = _direction(count), count.reading.before(count, Kind.PERCENT)
    if not sign or not _is_compared(count) or count.is_part or count.is_of_others:
        return
    if stated is not None and not stated.is_change:
        numerator, bases = _of_what(stated)
    else:
        numerator, bases = (_numerator(count), _ANY_BASE) if _SHARE.search(count.text(count.label)) else (None, ())
        bases = (_base(count, numerator) or bases) if numerator is not None else bases
    if numerator is None or numerator.rule not in ("N-2", "N-3"):
        return
    if evidence.history is None:
        yield unassessable(spec, count.reading.sentence, f"比上年变化“{number.text}”", number.span)
        return
    now, last = (_shares(evidence, numerator, bases, last_year=each) for each in (False, True))
    changes = [one - other for one, other in zip(now, last, strict=False)]
    if changes and not any(_near(number, sign * each) for each in changes):
        expected = "或".join(f"{'提高' if each >= 0 else '下降'}{abs(each):.2f}" for each in dict.fromkeys(changes))
        what = f"比上年变化为“{number.text}”，按两年数据计算为{expected}个百分点"
        yield sentence_finding(spec, count.reading.sentence, what, number.span)


def _shares(evidence: Evidence, numerator: Claim, bases: tuple[Rows, ...], *, last_year: bool) -> list[Decimal]:
    """The shares in percent of a figure in each base, of this year or the last; empty where one isn't known."""
    uppers = alternatives(evidence, numerator, last_year=last_year)
    lowers = alternatives(evidence, Claim("", Severity.WARNING, bases, ("total",), ""), last_year=last_year)
    if not all(each.known and each.low for each in lowers) or not all(each.known for each in uppers):
        return []
    return [100 * Decimal(upper.low) / Decimal(lower.low) for upper, lower in product(uppers, lowers)]


def _measured(count: Count) -> list[Claim]:
    """What may have risen or fallen: what the sentence has counted before, else what the clause names."""
    number, reading = count.number, count.reading
    if number.kind not in (Kind.PERCENT, Kind.TIMES, Kind.COUNT) or not count.is_change or count.object != "requests":
        return []
    if (number.kind is Kind.COUNT and number.unit not in CASES) or not _is_compared(count) or not _direction(count):
        return []
    counted = [each for each in reading.cases if each.number.end <= count.number.start and not each.is_change]
    if counted:
        claims = [claim for each in counted if (claim := claim_of(each)) is not None]
        if claims or not _FROM_TO.search(count.text((reading.segment(number.start)[0], number.start))):
            return claims
    if count.is_part:
        return []
    named = (reading.segment(number.start)[0], number.start)
    rows = [term.id for term in count.terms(named, kind="rows")]
    if rows:
        return [Claim("N-3", Severity.ERROR, (rows_of(rows[-1]),), ("total",), "")]
    roles = [each for each in count.ids("roles", named) if each in _BASES]
    figures = _BASES[roles[-1]] if roles else (rows_of(RECEIVED), HANDLED)
    return [Claim("N-1", Severity.ERROR, figures, ("total",), "")]


def _growth(words: ReadWords, spec: RuleSpec, count: Count, claims: list[Claim]) -> Iterator[Finding]:
    evidence, number, sentence = words.evidence, count.number, count.reading.sentence
    if evidence.history is None:
        yield unassessable(spec, sentence, f"同比“{number.text}”", number.span)
        return
    now = [each for claim in claims for each in alternatives(evidence, claim)]
    before = [each for claim in claims for each in alternatives(evidence, claim, last_year=True)]
    if len(now) != len(before) or not all(each.known for each in (*now, *before)):
        return
    pairs = [(each.low, last.low) for each, last in zip(now, before, strict=True)]
    stated = [each.number for each in count.reading.cases if each.number.end <= count.number.start]
    matching = [pair for pair in pairs if any(each.agrees(Bounds(pair[0], pair[0])) for each in stated)]
    sign = _direction(count)
    changes = []
    for current, last in matching or pairs:
        if number.kind is Kind.COUNT:
            changes.append(Decimal(current - last))
        elif last:
            share = Decimal(current - last) / Decimal(last)
            changes.append(share * 100 if number.kind is Kind.PERCENT else share)
    exact = number.kind is Kind.COUNT
    if changes and not any((sign * number.value == each if exact else _near(number, sign * each)) for each in changes):
        unit = "件" if exact else "%" if number.kind is Kind.PERCENT else "倍"
        places = 0 if exact else max(_places(number), 1)
        expected = "或".join(
            dict.fromkeys(f"{'增长' if each >= 0 else '下降'}{abs(each):.{places}f}{unit}" for each in changes)
        )
        yield sentence_finding(spec, sentence, f"同比为“{number.text}”，按两年数据计算为{expected}", number.span)
