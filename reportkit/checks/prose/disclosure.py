"""Rule N-8: what sentences say of rules, normative documents, licences, penalties and coercion is table 二."""

import re
from collections.abc import Iterator

from reportkit.checks.bounds import Bounds
from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, shown, unassessable
from reportkit.checks.prose.requests import agreement
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

_DOCUMENTS = ("rules", "normative_documents")
_DECISIONS = ("licensing", "penalties", "coercion")
_UNITS = frozenset(("件", "份", "部", "个", "项", "宗", "起", "条", "次", ""))
_DECIDED_UNITS = frozenset(("件", "宗", "起", "次", "例", "份", "项", ""))
# Column → the statutory word for it, and other words that people use.
_COLUMNS = {
    "issued": (re.compile(r"制发"), re.compile(r"制定|印发|出台|新制|发布|新增")),
    "made": (re.compile(r"制作|制发"), re.compile(r"制定|出台")),
    "public_total": (re.compile(r"对外公开总数"), re.compile(r"累计公开|对外公开|公开[^，。；]{0,12}累计")),
    "disclosed": (re.compile(r"新公开"), re.compile(r"公开")),
    "repealed": (re.compile(r"废止"), re.compile(r"失效")),
    "in_force": (re.compile(r"现行有效"), re.compile(r"有效")),
}
_PART = re.compile(
    r"其中|政府规章草案|修改|修订|解读|审查|审核|备案|涉及|公平竞争|图解|政策(?!到期|失效)|清单|事项|目录|立项|后评估|评估|宣布"
)

_DECIDES = re.compile(r"作出|办理|受理|实施|办结|处理|立案|查处|案件")
_COUNTS_BARELY = re.compile(
    r"行政(?:许可|处罚|强制)[，：:]?(?:全[市县区省镇年局]|一年下来|一共|总共|共计?|合计|累计)+$"
)
"""行政强制，全市一年下来2.4万件: no verb, and nothing else that would be counted."""


@rule("N-8")
def disclosed(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Documents and decisions counted in words are those of table 二: an error in its own words, else a warning."""
    for reading in words.readings:
        for count in reading.counts:
            if {*count.scope.parts} - {"channel"} or count.is_rate or count.is_elsewhere:
                continue
            if count.scope.among and not count.ids("objects", count.label):
                continue
            stated = _documents(words, count) or _decisions(words, count)
            if stated is None:
                continue
            rows, column, severity = stated
            parts = [words.evidence.bounds(f"disclosure.{row}", column) for row in rows]
            found = Bounds(0, 0)
            for part in parts:
                if part is None:
                    break
                found += part
            else:
                yield from _held(
                    words, spec, count, found, severity, tuple(f"disclosure.{row}/{column}" for row in rows)
                )


def _documents(words: ReadWords, count: Count) -> tuple[tuple[str, ...], str, Severity] | None:
    if count.number.unit not in _UNITS or count.object not in _DOCUMENTS:
        return None
    near = count.text(count.near) + count.text(count.after)
    if _PART.search(near) or _PART.search(count.text(count.label)):
        return None
    if (column := _respectively(count)) is not None:
        return (count.object,), column, Severity.ERROR
    columns = {spec.column for spec in words.evidence.edition.rows.get(f"disclosure.{count.object}", ())}
    for text in (near, _listed_before(count)):
        for severity, position in ((Severity.ERROR, 0), (Severity.WARNING, 1)):
            for column, patterns in _COLUMNS.items():
                if column in columns and patterns[position].search(text):
                    return _named(count), column, severity
    return None


def _listed_before(count: Count) -> str:
    """What a list says before its first number: 制发规章2件、规范性文件109件; empty where it is no list of these."""
    text = count.reading.sentence.text
    if text[: count.label[0]][-1:] not in ("、", "和", "与"):
        return ""
    start = max(text.rfind(mark, 0, count.label[0]) for mark in "，；：。（") + 1
    said = text[start : count.label[0]]
    named = [term for term in count.terms((start, count.label[0]), kind="objects") if term.id in _DOCUMENTS]
    return said if named and not _PART.search(said) else ""


def _respectively(count: Count) -> str | None:
    """The column of a number by its place: 制发、废止行政规范性文件分别为109件和489件."""
    text = count.reading.sentence.text
    match = _EACH.search(text, 0, count.number.start)
    if match is None:
        return None
    numbers = [each for each in count.reading.cases if each.number.start >= match.end()][:2]
    if count not in numbers or len(numbers) < 2:
        return None
    said = match["one" if numbers[0] is count else "other"]
    return next(column for column, patterns in _COLUMNS.items() if column != "made" and patterns[0].fullmatch(said))


_EACH = re.compile(
    r"(?P<one>制发|废止|现行有效)(?:、|和|与)(?P<other>制发|废止|现行有效)的?(?:行政)?(?:规范性文件|规章)(?:数量)?分别"
)


def _named(count: Count) -> tuple[str, ...]:
    """Both kinds of documents where they are named side by side before one number."""
    named = [each for each in count.ids("objects", count.near) if each in _DOCUMENTS]
    return tuple(named) if len(named) > 1 else (count.object,)


def _decisions(words: ReadWords, count: Count) -> tuple[tuple[str, ...], str, Severity] | None:
    if count.number.unit not in _DECIDED_UNITS or count.object not in _DECISIONS:
        return None
    around = count.text((count.clause_start, count.after[1]))
    if _PART.search(around) or not words.evidence.edition.rows.get(f"disclosure.{count.object}"):
        return None
    if f"disclosure.{count.object}/decisions" not in words.evidence.edition.cells:
        return None
    strict = "决定" in around
    before = count.reading.sentence.text[: count.number.start]
    if not strict and not _DECIDES.search(around) and not _COUNTS_BARELY.search(before):
        return None
    return (count.object,), "decisions", Severity.ERROR if strict else Severity.WARNING


def _held(
    words: ReadWords, spec: RuleSpec, count: Count, found: Bounds, severity: Severity, cells: tuple[str, ...]
) -> Iterator[Finding]:
    result = agreement(count.number, [found])
    if result:
        return
    label = "、".join(words.evidence.edition.cells[cell].label.removeprefix("表二·") for cell in cells)
    said = f"文字为“{count.number.text}”，表二{label}为{shown([found])}"
    if result is None:
        yield unassessable(spec, count.reading.sentence, said, count.number.span, cells=cells, table="表二")
    else:
        severity = Severity.WARNING if count.number.from_figure else severity
        yield sentence_finding(spec, count.reading.sentence, said, count.number.span, severity=severity, cells=cells)
