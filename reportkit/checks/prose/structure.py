"""Rules on a submission as a whole: empty parts (S-1), what governments add (S-2), the date (D-1), typed numbers."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.prose.counts import Reading
from reportkit.checks.prose.numbers import Kind, Number
from reportkit.checks.prose.plain import sentences, unmarked
from reportkit.checks.prose.registry import ReadWords, rule
from reportkit.editions.edition import Slot
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

_NOTHING = re.compile(
    r"(?:本年度|本单位|本机关|我局|目前|暂)*(?:暂)?(?:无|没有|未发现)(?:存在)?(?:明显|突出|重大|主要)?(?:的)?(?:问题)?[。.！]?"
)
_NO_FAULT = re.compile(
    r"(?<!是否)(?:不存在|没有|未发现|无)(?:存在)?(?:任何|什么|明显)+(?:的)?(?:问题|不足|短板)(?:和|与|、|及)?(?:问题|不足|短板)?[，。.！]?$"
)
_SHORTEST = 10
_LONGEST_NOTHING = 60


@rule("S-1")
def parts(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Required words are there, no part is empty, and part 五 says something."""
    evidence = words.evidence
    for section in evidence.edition.sections:
        unsaid = [slot for slot in section.prose if not evidence.words.get(slot.id, "").strip()]
        if section.may_lack:
            continue  # what need not be written
        if unsaid and len(unsaid) == len(section.prose) and section.table is None:
            asked = [slot for slot in unsaid if slot.required] or unsaid
            yield finding(
                spec, "这一部分是空的", section.title or "引言", slot=section.prose[0].id, fix=_to_write(asked)
            )
            continue
        for slot in unsaid:
            if slot.required:
                fix = _to_write([slot])
                yield finding(spec, "未填写文字", slot.label, severity=Severity.UNASSESSABLE, slot=slot.id, fix=fix)
    for passage in words.passages:
        if passage.slot != "problems":
            continue
        said = "".join(sentence.text for sentence in sentences(passage))
        is_nothing = _NOTHING.fullmatch(said) or (len(said) < _LONGEST_NOTHING and _NO_FAULT.search(said))
        if said and (is_nothing or len(re.sub(r"\W", "", said)) < _SHORTEST):
            yield finding(spec, f"只写了“{said[:20]}”", passage.label, slot=passage.slot, quote=said[:20])


def _to_write(slots: Sequence[Slot]) -> str:
    """Where words are wanted, for who fills in a workbook and for who writes the file itself."""
    labels, ids = ("、".join(getattr(slot, part) for slot in slots) for part in ("label", "id"))
    return f"补写{labels}：工作簿中在“文字”表，填报文件中在prose之下（{ids}）。"


_DUTIES = {
    "工作考核": re.compile(r"考核|考评"),
    "社会评议": re.compile(r"评议|评价|满意度|第三方评估"),
    "责任追究": re.compile(r"追究|追责|问责"),
}


@rule("S-2")
def duties(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """A government's supervision speaks of assessment, public appraisal and accountability."""
    if words.evidence.department.kind != "government":
        return
    said = "".join(passage.text for passage in words.passages if passage.slot == "supervision")
    missing = [name for name, pattern in _DUTIES.items() if not pattern.search(said)]
    if said and missing:
        slot = words.evidence.edition.slots["supervision"]
        yield finding(spec, f"没有写{'、'.join(missing)}", slot.label, slot=slot.id)


_SAYS_NOTHING = re.compile(r"[\W_]*(?:无|暂无|没有|略|同上|见上|见前|同前|如上|不涉及|无相关(?:内容|情况))?[\W_]*")


@rule("S-3")
def subjects(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Each part of 一 says something, in words that aren't those of another part."""
    evidence = words.evidence
    section = next((each for each in evidence.edition.sections if each.headings), None)
    if section is None:
        return
    parts = [slot for slot in section.prose if any(each.endswith(slot.label) for each in section.headings)]
    said = {slot.id: evidence.words.get(slot.id, "").strip() for slot in parts}
    for place, slot in enumerate(parts):
        text = said[slot.id]
        same = [each.label for each in parts[:place] if text and said[each.id] == text]
        if text and _SAYS_NOTHING.fullmatch(text):
            yield finding(spec, f"只写了“{text[:20]}”", slot.label, slot=slot.id, quote=text[:20])
        elif same:
            yield finding(spec, f"与“{same[0]}”的文字相同", slot.label, severity=Severity.WARNING, slot=slot.id)


_WHERE_TO_READ = re.compile(r"(?:电子版|电子文本|全文|下载|查阅|查询|网站|网址|https?://|www\.)")
_WHOM_TO_ASK = re.compile(r"(?:联系|咨询|询问|疑问|意见建议)[^。]*|(?:电话|地址|邮箱|邮编)[：:（(]?")
_ADDRESS = re.compile(r"\d{3,4}[-—－]?\d{7,8}|1\d{10}|[省市区县镇乡街路道号楼室]|@|办公室")


@rule("S-4")
def where_and_whom(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """The preamble says where the report can be read, and whom to ask."""
    preamble = [each for each in words.readings if each.sentence.passage.slot == "preamble"]
    text = "".join(each.sentence.text for each in preamble)
    if not text or not any(each.sentence.passage.opens for each in preamble):
        return  # a chart's words alone
    asked = _WHOM_TO_ASK.search(text)
    missing = [] if _WHERE_TO_READ.search(text) else ["在哪里查阅电子版"]
    missing += [] if asked and _ADDRESS.search(text, asked.start()) else ["有疑问向谁询问"]
    if missing:
        yield finding(spec, f"没有写{'、'.join(missing)}", preamble[0].sentence.passage.label, slot="preamble")


@rule("L-1")
def lengths(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Parts are no longer than the edition allows; the standard editions set no limit."""
    for section in words.evidence.edition.sections:
        lengths = {slot.id: _length(words.evidence.words.get(slot.id, "")) for slot in section.prose}
        limits = [(slot.label, slot.id, lengths[slot.id], slot.most_characters) for slot in section.prose]
        limits.append((section.title or "引言", "", sum(lengths.values()), section.most_characters))
        for label, slot_id, length, most in limits:
            if most is not None and length > most:
                yield finding(spec, f"有{length}字，规定不超过{most}字", label, slot=slot_id)


def _length(text: str) -> int:
    """Characters without spaces, as word processors count them."""
    return len("".join(unmarked(text).split()))


@rule("D-1")
def date_published(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """A report is published after its year has ended, and by its deadline."""
    evidence = words.evidence
    published, due = evidence.published_on, evidence.deadline
    if published is None or due is None:
        return
    if published > due:
        yield finding(spec, f"公布日期{published}晚于期限{due}", "公布日期")
    elif published < date(evidence.year + 1, 1, 1):
        yield finding(spec, f"公布日期{published}早于{evidence.year + 1}年1月1日，报告年度尚未结束", "公布日期")


_MOST_LISTED = 20
_WRITTEN_OUT = 10
"""Han numerals below it (三项制度) are words rather than figures."""


@rule("UNBOUND")
def unbound(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Typed numbers that no figure and no fact has, one finding a slot."""
    known = known_numbers(words.evidence)
    for passage in words.passages:
        found = [
            number.text
            for reading in words.of(passage.slot)
            for number in typed_numbers(reading)
            if number.value not in known
        ]
        if found:
            yield finding(spec, f"有{len(found)}个数未登记：{listed(found)}", passage.label, slot=passage.slot)


def listed(found: Sequence[str]) -> str:
    """Numbers as a finding lists them, each once; not more than people read."""
    return "、".join(dict.fromkeys(found[:_MOST_LISTED])) + ("等" if len(found) > _MOST_LISTED else "")


def typed_numbers(reading: Reading) -> list[Number]:
    """The numbers of a sentence that nobody bound to a name."""
    return [number for number in reading.numbers if _is_typed(number)]


def _is_typed(number: Number) -> bool:
    if number.from_figure or number.from_fact or number.kind in (Kind.POINTS, Kind.TIMES):
        return False
    return bool(number.unit) and (number.text[0].isdigit() or number.value >= _WRITTEN_OUT)


def known_numbers(evidence: Evidence) -> set[Decimal]:
    """Every value of this year's and last year's figures, their sums, and the facts."""
    values = {Decimal(fact.value) for fact in evidence.facts.values()}
    for edition, figures in ((evidence.edition, evidence.figures), (evidence.history_edition, evidence.history)):
        if edition is None or figures is None:
            continue
        values |= {Decimal(value) for value in figures.cells.values() if value is not None}
        for name in (*edition.groups, *edition.derived):
            for column in ("total", "organizations", "natural_person"):
                try:
                    value = look_up(edition, figures, f"{name}.{column}")
                except UnknownFigure:
                    continue
                if value is not None:
                    values.add(Decimal(value))
    return values
