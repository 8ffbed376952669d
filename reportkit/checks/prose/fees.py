"""Rules on part 六, the fees for processing information: F-1 and F-3."""

import re
from collections.abc import Iterator

from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.numbers import Kind
from reportkit.checks.prose.plain import clause_before
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity, format_number

_FEE = re.compile(r"信息处理费")
_LOOSE = re.compile(
    r"信息(?:公开)?(?:收)?费(?!用)|(?:依申请)?公开(?:收)?费|处理费|信息公开费用|检索费|收取(?:任何)?费用|收费"
)
_NONE = re.compile(
    r"(?:未|没有|没|无|不)[^，。；]{0,16}(?:信息处理费|收费|收取|费用)|信息处理费[^，。；]{0,14}?(?:(?<!\d)0元|零元|为零|为0|未收|没有收|未产生|未发生|未曾|无)"
)


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
    if any(_NONE.search(each) for each in sentences):
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
    r"(?:未曾?|没有|无)(?:向[^，。；]{0,8})?(?:发出|制发|发过?|下达|送达|出具|发放|开具|开出|开过)[^，。；]{0,20}收费通知|无收费通知|收费通知书?(?:0|零)件"
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
