"""Rules on pasted text (P-7), on what is cited (P-8) and on enumerations (P-9)."""

import re
from collections.abc import Iterator, Sequence

from reportkit.checks.prose.counts import Reading
from reportkit.checks.prose.numbers import han_value
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding

_GAP = r"[ \u3000]"
_DATES = re.compile(
    rf"(?<!\d)(?:19|20)\d{{2}}(?:{_GAP}+\d{{1,2}}(?:{_GAP}+\d{{1,2}})?{_GAP}*[日月]"
    rf"|{_GAP}*\d{{1,2}}月\d{{1,2}}日|年\d{{1,2}}{_GAP}+\d{{1,2}}{_GAP}*日)"
)
"""Dates that lost a 年, 月 or 日: 2025 1 1 日, 202512月31日."""
_DOCUMENT = (
    r"(?:[\u4e00-\u9fff]{1,4}(?:办发|办函|政发|政函|府发|府函|委发|办字|办规|公开办函)"
    r"|国发|国函|国办发|国办函|公开办函)"
)
_BARE_NUMBER = re.compile(rf"{_DOCUMENT}{_GAP}*(?:19|20)\d{{2}}{_GAP}*\d{{1,4}}{_GAP}*号")
"""A document's number whose brackets are lost: 国办公开办函202130 号."""
_EMPTY = re.compile(r"（[ \u3000]*）(?!件|条|次|份|个)|(?<![A-Za-z])\([ \u3000]*\)(?!件|条|次|份|个)")


@rule("P-7")
def broken(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Dates and document numbers that lost a part of themselves in pasting, and brackets with nothing in them."""
    for reading in words.readings:
        text = reading.sentence.text
        for pattern, what in ((_DATES, "日期不完整"), (_BARE_NUMBER, "文号缺少括号"), (_EMPTY, "括号内是空的")):
            for match in pattern.finditer(text):
                yield sentence_finding(spec, reading.sentence, f"{what}：“{match.group()}”", match.span())


_REGULATION = re.compile(
    r"《(?P<name>(?:中华人民共和国)?政[府务]信息公开[^》]{0,8}条例)》(?:[（(](?P<number>[^（）()]{0,24}号(?:令)?)[）)])?"
)
_DECREE = re.compile(r"(?:国务院令|国令|国务院)[ ]?第?[ ]?(?P<number>\d{1,4})[ ]?号")
_FORMAT = re.compile(
    r"(?:年度报告格式[》]?|年度报告有关事项的通知[》]?|格式要求)[^，。；]{0,6}?(?P<number>(?:国办公开办函|国办发|国办函)〔\d{4}〕\d{1,4}号)"
    r"|(?:根据|按照|依据|依照|遵照|按)[^，。；]{0,24}?(?P<alone>国办公开办函〔\d{4}〕\d{1,4}号)"
)

_FORMAT_TITLE = re.compile(r"《(?P<title>[^《》]*政府信息公开[^《》]{0,12}格式)》")


@rule("P-8")
def cited(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """The regulation and the format by the names and numbers that are in force for the report's year."""
    edition = words.evidence.edition
    law = edition.citations
    if law is None:
        return
    for reading in words.readings:
        text = reading.sentence.text
        for match in _REGULATION.finditer(text):
            if match["name"] not in (law.regulation, law.regulation.removeprefix("中华人民共和国")):
                yield _misquoted(spec, reading, match.span("name"), f"《{match['name']}》", f"《{law.regulation}》")
            number = _DECREE.search(match["number"] or "")
            if number and number["number"] != law.decree:
                yield _misquoted(spec, reading, match.span(), number.group(), f"国令第{law.decree}号")
        for match in _FORMAT_TITLE.finditer(text):
            if law.format_title and not match["title"].endswith(law.format_title):
                yield _misquoted(spec, reading, match.span(), match["title"], law.format_title)
        for match in _FORMAT.finditer(text):
            document = match["number"] or match["alone"]
            if document != law.format and document not in edition.outdated_words:
                yield _misquoted(spec, reading, match.span(), document, law.format)


def _misquoted(spec: RuleSpec, reading: Reading, span: tuple[int, int], said: str, right: str) -> Finding:
    return sentence_finding(spec, reading.sentence, f"引用为“{said}”，应为“{right}”", span)


_HAN = "一二三四五六七八九十"
_MARKERS = (
    re.compile(rf"(?:^|(?<=[，。；：、:;,\s“（(]))(?P<number>[{_HAN}]{{1,3}})是"),
    re.compile(rf"(?<!第)(?<!条)(?<!条第)[（(](?P<number>[{_HAN}]{{1,3}})[）)](?!项|款|目)"),
    re.compile(rf"(?:^|(?<=[，。；：\s]))第(?P<number>[{_HAN}]{{1,3}})[，,]"),
)
"""Ways of numbering what is said; each is a sequence of its own."""
_ITEMS_OF_LAW = re.compile(r"第[（(][^，。；]{1,40}?项")
"""第二十条第（一）、（五）、（六）项: numbers of the law, not of what is said."""


@rule("P-9")
def enumerations(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Enumerations without a gap, and a number of parts that is that of the parts listed."""
    for passage in words.passages:
        readings = [each for each in words.readings if each.sentence.passage is passage]
        for pattern in _MARKERS:
            yield from _gaps(spec, readings, pattern)
        for reading in readings:
            yield from _parts(words, spec, reading)


def _gaps(spec: RuleSpec, readings: list[Reading], pattern: re.Pattern[str]) -> Iterator[Finding]:
    """The first gap of each sequence: 一是……三是, or 二是 without 一是."""
    last, told = 0, False
    for reading in readings:
        of_law = [match.span() for match in _ITEMS_OF_LAW.finditer(reading.sentence.text)]
        for match in pattern.finditer(reading.sentence.text):
            if any(start <= match.start() < end for start, end in of_law):
                continue
            number = int(han_value(match["number"]) or 0)
            told = told and number != 1
            if number != 1 and number != last + 1 and not told:
                told = True
                said = reading.sentence.text[match.start("number") - 1 : match.end()].lstrip("，。；：、:;, ")
                missing = said.replace(match["number"], _numeral(last + 1))
                what = f"“{said}”前缺“{missing}”" if last + 1 < number else f"“{said}”的次序有误"
                yield sentence_finding(spec, reading.sentence, what, match.span())
            last = number


def _numeral(number: int) -> str:
    return _HAN[number - 1] if number <= len(_HAN) else str(number)


_PARTS = re.compile(rf"(?P<number>[{_HAN}\d])个?部分")
_LEAST = 4
_JOINTS = re.compile("[、和及与]")
_LISTING = ("由", "包括", "包含", "分为", "分", "含")
_A_PART = re.compile("情况|事项")


def _has_others(bare: str, listed: Sequence[str]) -> bool:
    """Whether a list names parts in other words too, besides those that are `listed` as the format has them."""
    for title in listed:
        bare = bare.replace(_JOINTS.sub("", title), "")
    return _A_PART.search(bare[max(map(bare.rfind, _LISTING)) + 1 :]) is not None


def _parts(words: ReadWords, spec: RuleSpec, reading: Reading) -> Iterator[Finding]:
    """全文包括……五部分, with six of the format's parts listed before it."""
    text = reading.sentence.text
    match = _PARTS.search(text)
    if match is None:
        return
    titles = [
        re.sub(r"^[一二三四五六七八九十]+、", "", each.title) for each in words.evidence.edition.sections if each.title
    ]
    bare = _JOINTS.sub("", text)
    listed = [title for title in titles if _JOINTS.sub("", title) in bare]
    said = int(match["number"]) if match["number"].isdigit() else int(han_value(match["number"]) or 0)
    if said > len(listed) and _has_others(bare[: bare.find(match.group())], listed):
        return
    if len(listed) >= _LEAST and said != len(listed):
        yield sentence_finding(
            spec, reading.sentence, f"写“{match.group()}”，列出的有{len(listed)}个部分", match.span()
        )
