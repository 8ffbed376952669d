"""Rules on part 六, the fees for processing information: F-1 to F-3."""

import re
from collections.abc import Iterator
from decimal import Decimal

from reportkit.checks.prose.counts import Count, Reading
from reportkit.checks.prose.lists import unit_of
from reportkit.checks.prose.numbers import About, Kind
from reportkit.checks.prose.plain import clause_before
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity, format_number

_FEE = re.compile(r"信息处理费")
_LOOSE = re.compile(
    r"信息(?:公开)?(?:收)?费(?!用)|(?:依申请)?公开(?:收)?费|处理费|信息公开费用|检索费|收取(?:任何)?费用|收费"
)
_NONE = re.compile(
    r"(?<!页)(?<!\d件)(?:未|没有|没|无|不)[^，。；]{0,16}(?:信息处理费|收费|收取|费用)|信息处理费[^，。；]{0,14}?(?:(?<!\d)0元|零元|为零|为0|未收|没有收|未产生|未发生|未曾|无)"
)

_THE_OTHERS = re.compile(r"(?:其余|其他|剩余)[^，。；]{0,10}(?:未|没)")
"""除……外，其余单位均未收取: not of the whole."""


@rule("F-1")
def states_fees(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Part 六 says what was charged, in cases and yuan, or that nothing was; “信息费” is not the statute's word."""
    readings = words.of("other_matters")
    if not readings:
        return  # S-1 reports that the part is empty
    stated = [each for each in readings if _FEE.search(each.sentence.text)]
    if not stated:
        loose = [each for each in readings if _LOOSE.search(each.sentence.text)]
        if loose:
            word = _LOOSE.search(loose[0].sentence.text)
            assert word is not None
            yield sentence_finding(
                spec, loose[0].sentence, f"“{word.group()}”应写作“信息处理费”", word.span(), severity=Severity.WARNING
            )
        else:
            yield sentence_finding(spec, readings[0].sentence, "没有写明信息处理费：收取的件数和金额，或者未收取")
        return
    sentences = [each.sentence.text for each in stated]
    if any(_NONE.search(each) and not _THE_OTHERS.search(each) for each in sentences):
        for charged in (count for each in readings for count in each.counts if _is_charged(count)):
            what = f"既写未收取，又写收取“{charged.number.text}”"
            yield sentence_finding(spec, charged.reading.sentence, what, charged.number.span, severity=Severity.WARNING)
            break
        return
    kinds = {count.number.kind for each in readings for count in each.counts}
    if Kind.MONEY not in kinds:
        yield sentence_finding(spec, stated[0].sentence, "写了收取信息处理费，没有写明金额")
    elif not any(count.number.kind is Kind.COUNT for each in readings for count in each.counts):
        yield sentence_finding(spec, stated[0].sentence, "写了收取信息处理费，没有写明件数")


_CHARGED = re.compile(r"(?<![未应免可])(?<!没有)(?<!不予)(?:收取|收费(?!通知|标准)|收入|实收)")


def _is_charged(count: Count) -> bool:
    """Whether an amount of money is said to have been charged this year."""
    if count.number.kind is not Kind.MONEY or not count.number.value:
        return False
    clause = clause_before(count.reading.sentence.text, count.number.start)
    return bool(_CHARGED.search(clause)) and not (count.is_change or count.is_of_another_year)


_NO_NOTICE = re.compile(
    r"(?:未曾?|没有|无)(?:向[^，。；]{0,8})?(?:发出|制发|发过?|下达|送达|出具|发放|开具|开出|开过)[^，。；]{0,20}收费通知|无收费通知|收费通知书?(?:0|零)件|收费通知书?(?:一件|一份)?(?:也|都)?(?:未|没有|没)(?:发出|发|制发|下达)"
)


_OF_SOME = re.compile(r"本级[^，。；]{0,6}$|对[^，。；]{2,30}的[，]?$")


@rule("F-3")
def no_notice(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“未发出收费通知” with applications given up for want of payment is doubtful."""
    unpaid = words.evidence.bounds("requests.other.unpaid", "total")
    if unpaid is None or unpaid.low <= 0:
        return
    for reading in words.readings:
        match = _NO_NOTICE.search(reading.sentence.text)
        if match and not _OF_SOME.search(reading.sentence.text[: match.start()]):
            what = f"文字写“{match.group()}”，表三（六）2为{format_number(unpaid.low)}件"
            yield sentence_finding(spec, reading.sentence, what, match.span(), cells=("requests.other.unpaid/total",))


@rule("F-2")
def fees(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """The details of the fees charged add up, in cases and in yuan; they may be in a sentence of their own."""
    previous: Reading | None = None
    for reading in words.of("other_matters"):
        if "费" in reading.sentence.text or previous is not None:
            for unit in ("件", "元"):
                yield from _fees_of(spec, previous, reading, unit)
        previous = reading if "费" in reading.sentence.text else None


def _fees_of(spec: RuleSpec, previous: Reading | None, reading: Reading, unit: str) -> Iterator[Finding]:
    segments = [match.span() for match in re.finditer("[^；;]+", reading.sentence.text)]
    of_fees = [span for span in segments if len(segments) == 1 or "费" in reading.sentence.text[slice(*span)]]
    counts = [
        each
        for each in reading.counts
        if unit_of(each) == unit
        and not (each.is_change or _EXTREME.search(each.text(each.label)))
        and (previous is not None or any(start <= each.number.start < end for start, end in of_fees))
    ]
    before = [] if previous is None else [each for each in previous.counts if unit_of(each) == unit]
    if len(before) == 1 and _ITEMIZES.match(reading.sentence.text):
        total, items = before[0], counts
        span = (0, items[-1].number.end) if items else (0, 0)
    elif "费" in reading.sentence.text and len(counts) > 2:
        total, *items = counts
        if _ends_with_sum(reading.sentence.text, total.number.start, counts[-1].number.start):
            *items, total = counts
        if reading.sentence.text[total.number.end : total.number.end + 1] in ("（", "("):
            items = [each for each in items if each.scope.aside] or items
        if not _details(reading, total, items):
            return
        span = total.number.start, items[-1].number.end
    else:
        return
    if _BY_TARIFF.search(reading.sentence.text, *span):
        return
    if len(items) < 2 or any(each.number.about is not About.EXACT for each in (total, *items)):
        return
    added = sum((each.number.value for each in items), start=Decimal(0))
    if added != total.number.value and not all(each.number.from_figure for each in (total, *items)):
        shown = "＋".join(format_number(each.number.value) for each in items)
        what = f"明细{shown}＝{format_number(added)}{unit}，不等于总数“{total.number.text}”"
        yield sentence_finding(spec, reading.sentence, what, span)


_EXTREME = re.compile(r"最[高低多少大小]|平均|人均|单件|单笔")
_BY_TARIFF = re.compile(r"每(?:增加|超过?)?一?[件页份]|免费|免收|超[出过]|前\d+[件页]|第\d+[件页]")
"""2件、200元：当月提出12件，前10件免费，超出的每件100元: how it was worked out, and no details."""
_ITEMIZES = re.compile(r"其中|分别|包括|包含|具体|明细")


def _ends_with_sum(text: str, first: int, last: int) -> bool:
    """Whether the last number's clause adds up what was listed: 甲1件420元、乙1件290元，共2件710元."""
    return bool(_ADDED.search(re.split(r"[，；、]", text[:last])[-1])) and not _ADDED.search(text[:first])


_ADDED = re.compile(r"合计|共")


def _details(reading: Reading, total: Count, items: list[Count]) -> bool:
    """Whether numbers are the details of a total: a word opens them, or a colon, or they are a list of named bodies."""
    between = reading.sentence.text[total.number.end : items[0].number.start]
    if total.number.kind is not Kind.MONEY:
        return bool(re.search(r"其中|包括|包含|分别|：|:|明细|^（", between)) or all(map(_has_amount, items))
    return bool(re.search(r"其中|包括|包含|分别|：|:|明细|（|\(", between)) or len(items) > 1


def _has_amount(count: Count) -> bool:
    """泗阳县1件290元: a number of cases with their yuan."""
    return re.match(r"[、，]?\d[\d.,]*元", count.reading.sentence.text[count.number.end :]) is not None
