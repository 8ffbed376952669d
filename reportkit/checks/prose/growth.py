"""Rule N-7: what rose or fell against last year, in applications and in their shares."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from reportkit.checks.bounds import Bounds
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.claims import (
    CARRIED_IN,
    CARRIED_OUT,
    HANDLED,
    ORGANIZATIONS,
    RECEIVED,
    Claim,
    Rows,
    claim_of,
    rows_of,
)
from reportkit.checks.prose.counts import CASES, Count
from reportkit.checks.prose.numbers import HAN_YEAR, Kind
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, unassessable
from reportkit.checks.prose.requests import alternatives
from reportkit.checks.prose.rows_named import rows_within
from reportkit.checks.prose.shares import (
    ANY_BASE,
    BASES,
    SHARE,
    base_of,
    is_near,
    numerator_of,
    of_what,
    places_of,
    share_of,
)
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

_GROWING = {
    **BASES,
    "open": (rows_of(CARRIED_OUT),),
    "carried_out": (rows_of(CARRIED_OUT),),
    "carried_in": (rows_of(CARRIED_IN),),
    "carried": (rows_of(CARRIED_OUT), rows_of(CARRIED_IN)),
}
"""What may have risen or fallen, by what is said to have become of it."""
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
    if count.number.text in ("持平", "相同"):
        return 1 if "against" in said else 0
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
    evidence, number, sign = words.evidence, count.number, _direction(count)
    if not sign or not _is_compared(count) or count.is_part or count.is_of_others:
        return
    numerator, bases = _share_that_moved(count)
    if numerator is None or numerator.rule not in ("N-2", "N-3"):
        return
    if evidence.history is None:
        yield unassessable(spec, count.reading.sentence, f"比上年变化“{number.text}”", number.span)
        return
    now, last = (_shares(evidence, numerator, bases, last_year=each) for each in (False, True))
    changes = [one - other for one, other in zip(now, last, strict=False)]
    if changes and not any(is_near(number, sign * each) for each in changes):
        expected = "或".join(f"{'提高' if each >= 0 else '下降'}{abs(each):.2f}" for each in dict.fromkeys(changes))
        what = f"比上年变化为“{number.text}”，按两年数据计算为{expected}个百分点"
        yield sentence_finding(spec, count.reading.sentence, what, number.span)


def _share_that_moved(count: Count) -> tuple[Claim | None, tuple[Rows, ...]]:
    """The share that rose or fell by some points: the one stated before, else what is named before 占比."""
    stated, label, lead = count.reading.before(count, Kind.PERCENT), count.text(count.label), count.text(count.lead)
    if stated is not None and of_what(stated)[0] is None:
        stated = _percentage_before(count, stated) or stated  # 由……的60.9%降至51.4%
    if stated is not None and (not stated.is_change or _FROM_TO_SHARE.search(stated.text(stated.label))):
        return of_what(stated)
    if stated is None and (said := SHARE.search(lead)) and not label.startswith("占"):
        span = (count.lead[0], count.lead[0] + said.start())
        rows = rows_within(count, span) if count.terms(span, kind="rows") and count.object == "requests" else []
        return (share_of(rows_of(*rows)), BASES["concluded"]) if rows else (None, ())
    numerator = numerator_of(count) if SHARE.search(label) else None
    return numerator, () if numerator is None else base_of(count, numerator) or ANY_BASE


_FROM_TO_SHARE = re.compile(r"由(?:上年|去年|\d{4}年)[^，。；]{0,6}$")


def _percentage_before(count: Count, stated: Count) -> Count | None:
    """The percentage before one that the words only lead up to."""
    return count.reading.before(stated, Kind.PERCENT) if re.search("至|到$", stated.text(stated.label)) else None


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
    start = reading.segment(number.start)[0]
    counted = [each for each in reading.cases if each.number.end <= number.start and not each.is_change]
    if start and not any(each.number.start >= start and claim_of(each) is not None for each in counted):
        is_named = any(term.kind in _NAMED for term in count.terms((start, number.start)))
        if not is_named and reading.residue(start, number.start):
            return []  # something else that the lexicon doesn't know
    if count.terms(count.label, kind="rows") or count.terms(count.label, kind="columns"):
        counted = []  # 商业企业多1件: a subject of its own
    if counted and _IN_ALL.search(counted[-1].text(counted[-1].label)) and claim_of(counted[-1]) is None:
        return []  # of a sum that no table has
    if _OF_SUM.search(count.text((start, number.start))):
        return []  # of a sum that isn't stated
    if counted:
        claims = [claim for each in counted if (claim := claim_of(each)) is not None]
        if claims or not _FROM_TO.search(count.text((reading.segment(number.start)[0], number.start))):
            return claims
    if count.is_part or "分别" in count.text((start, count.number.start)):
        return []
    named = (reading.segment(number.start)[0], number.start)
    rows = [term.id for term in count.terms(named, kind="rows")]
    if rows:
        return [Claim("N-3", Severity.ERROR, (rows_of(rows[-1]),), ("total",), "")]
    columns = count.ids("columns", count.label) or count.ids("columns", named)
    roles = [each for each in count.ids("roles", named) if each in _GROWING]
    figures = _GROWING[roles[-1]] if roles else (rows_of(RECEIVED), HANDLED)
    added = ORGANIZATIONS if columns == ["organizations"] else (*columns,) or ("total",)
    return [Claim("N-1", Severity.ERROR, figures, added, "")] if len(columns) < 2 else []


_IN_ALL = re.compile(r"(?:相加|合计|共计|总计|共|之和)(?:为|是|有)?$")
_OF_SUM = re.compile(r"(?:合计|共计|之和|[两二三四]项|[两二]者)(?:较|比|同比)[^，。；]*$")
_NAMED = frozenset(("objects", "rows", "roles", "columns"))


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
    if changes and not any(
        (sign * number.value == each if exact else is_near(number, sign * each)) for each in changes
    ):
        unit = "件" if exact else "%" if number.kind is Kind.PERCENT else "倍"
        places = 0 if exact else max(places_of(number), 1)
        expected = "或".join(
            dict.fromkeys(f"{'增长' if each >= 0 else '下降'}{abs(each):.{places}f}{unit}" for each in changes)
        )
        yield sentence_finding(spec, sentence, f"同比为“{number.text}”，按两年数据计算为{expected}", number.span)
