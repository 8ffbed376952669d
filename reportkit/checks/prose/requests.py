"""Rules on what sentences say of applications: N-1 to N-3, and what a count claims.

All three are in one module: they read the same claims, and a way of saying a thing mostly concerns each of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from reportkit.checks.bounds import Bounds
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.counts import CASES, Count
from reportkit.checks.prose.numbers import Number
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, shown, unassessable
from reportkit.checks.prose.subjects import clause_before, speaks_of_others
from reportkit.checks.prose.words import NamedWord
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity

RECEIVED = "requests.received"
CARRIED_IN = "requests.carried_in"
CONCLUDED = "requests.concluded"
CARRIED_OUT = "requests.carried_out"
_MISCELLANEOUS = "requests.other.miscellaneous"
_ORGANIZATIONS = ("commercial", "research", "charity", "legal_service", "other_organization")
_INCLUDING_CARRIED_IN = re.compile(
    r"[（(，,]?(?:其中)?(?:含|包括|包含|加上)[^，。；]{0,4}(?:上年|上年度|上一年度?|去年)?结转"
)
_OF_DOCUMENTS = re.compile(r"公文|公开属性|发文|制发文件")
"""What is classed by openness, 主动公开、依申请公开、不予公开, and is no application."""
_NEXT_YEAR = re.compile(r"结转(?:到|至)?(?:20\d{2}年|下|次年|来年)")
_REST = re.compile(r"其余|另外|其他(?!处理|方式|组织)")
_UNNAMED_REASON = re.compile(r"(?:因|由于|基于|涉及)(?P<reason>[^，。；]{2,20})(?:等原因)?(?:而|被)?$")
_ALL_TOLD = re.compile(r"(?:含|包括|连同|加上)[^，。；]{0,6}结转[^，。；]{0,10}(?:在内|，)")
_APART = re.compile(r"(?:本年|当年|本年度)(?:新收|收到)?的|(?:上年|上年度|去年)结转")


Rows = tuple[tuple[int, str], ...]
"""Rows that are added up, with their signs."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a number states: under which rule, and the figures that it may be.

    `figures` are alternatives, each a sum of rows with their signs, in one of `columns`, which are added up.
    """

    rule: str
    severity: Severity
    figures: tuple[Rows, ...]
    columns: tuple[str, ...]
    name: str


def rows_of(*rows: str) -> Rows:
    return tuple((1, row) for row in rows)


HANDLED = rows_of(RECEIVED, CARRIED_IN)
LESS_MISCELLANEOUS = ((1, CONCLUDED), (-1, _MISCELLANEOUS))


def claim_of(count: Count) -> Claim | None:
    """What a count states of applications; None where it states nothing that a table has."""
    if count.number.unit not in CASES or count.object != "requests" or count.is_part or count.is_change:
        return None
    if count.is_of_another_year or _OF_DOCUMENTS.search(count.reading.sentence.text):
        return None
    columns = _columns(count)
    if columns is None or _REST.search(count.text(count.label)):
        return None
    rows = _category(count)
    if rows:
        return Claim("N-3", Severity.ERROR, (rows_of(*rows),), columns, "")
    roles = count.ids("roles") or (_headline(count) if columns == ("total",) else [])
    if (not roles and columns == ("total",)) or _counts_something_else(count):
        return None
    claim = replace(_claim_of_role(count, roles), columns=columns)
    if not claim.figures:
        return None
    return claim if columns == ("total",) else replace(claim, rule="N-3", severity=Severity.ERROR)


def _headline(count: Count) -> list[str]:
    """What a clause that ends in applications and their number says of them: 收到网上、信函等申请×件, 全年申请×件."""
    text = count.reading.sentence.text
    start = max(text.rfind(mark, 0, count.number.start) for mark in "，；：。") + 1
    terms = count.terms((start, count.number.start))
    objects = [term for term in terms if term.kind == "objects"]
    if len(objects) != 1 or objects[0].id != "requests" or not _APPLICATIONS.search(objects[0].text):
        return []
    if _ONE_OF.search(text, start, count.number.start):
        return []
    if not _AMOUNTS.fullmatch(text, objects[0].end, count.number.start):
        return []
    roles = [term for term in terms if term.kind == "roles"]
    begin = roles[-1].end if roles else start
    between = text[begin : objects[0].start]
    for term in terms:
        if term.kind == "subsets":
            between = between.replace(term.text, "")
    if SAID.sub("", between):
        return []
    if roles:
        return [roles[-1].id]
    return ["stated"] if count.reading.counts[0] is count and count.number.unit != "条" else []


_ONE_OF = re.compile(r"其中|另|还有|[这该首某]|批|同一")
_APPLICATIONS = re.compile(r"(?:申请|件|量|总数|事项)$")
_AMOUNTS = re.compile(r"的?(?:数量|总数|总量|件数|总件数)?(?:[共总累合]计|共|为|是|有|达到?|约|近|：)*")
_OUTCOME = (rows_of(CONCLUDED), LESS_MISCELLANEOUS)
_NOTHING = Claim("", Severity.ERROR, (), (), "")
_ROLES = {
    "carried": Claim("N-2", Severity.ERROR, (rows_of(CARRIED_OUT), rows_of(CARRIED_IN)), (), "结转"),
    "carried_out": Claim("N-2", Severity.ERROR, (rows_of(CARRIED_OUT),), (), "结转下年度"),
    "carried_in": Claim("N-2", Severity.ERROR, (rows_of(CARRIED_IN),), (), "上年结转"),
    "concluded_total": Claim("N-2", Severity.ERROR, (rows_of(CONCLUDED),), (), "（七）总计"),
    "concluded": Claim("N-2", Severity.WARNING, _OUTCOME, (), "（七）总计"),
    "handled": Claim("N-2", Severity.WARNING, (rows_of(RECEIVED), HANDLED, *_OUTCOME), (), "新收、（七）总计"),
    "handled_sum": Claim("N-1", Severity.ERROR, (HANDLED,), (), "新收与上年结转之和"),
    "received_only": Claim("N-1", Severity.ERROR, (rows_of(RECEIVED),), (), "新收"),
    "received": Claim("N-1", Severity.ERROR, (rows_of(RECEIVED), HANDLED), (), "新收（或新收与上年结转之和）"),
    "stated": Claim("N-1", Severity.ERROR, (rows_of(RECEIVED), HANDLED, *_OUTCOME), (), "新收、（七）总计"),
    "open": Claim("N-2", Severity.WARNING, (rows_of(CARRIED_OUT),), (), "结转下年度"),
    "apart": _NOTHING,
}
"""What a count claims that is said to have been received, concluded, carried; its columns are its own."""


def _claim_of_role(count: Count, roles: list[str]) -> Claim:
    role = _role(count, roles)
    if role == "concluded" and _APART.search(count.text((count.clause_start, count.number.start))):
        return _NOTHING
    if role in _ROLES:
        return _ROLES[role]
    figures = (rows_of(RECEIVED), HANDLED, rows_of(CONCLUDED), *_of_whole(count))
    return Claim("N-3", Severity.ERROR, tuple(dict.fromkeys(figures)), (), "")


SAID = re.compile(
    r"超过|突破|不足|不到|逾|将近|接近|大约|约为|公民|法人|其他组织|自然人|社会|公众|群众|企业|申请|提出|提交|递交|各类|有效|书面|网上|政府|信息公开|信息|公开|依法|依|事项|全市|全区|全县|全局|我[市区县局]|"
    r"各级|各部门|共计|总共|累计|合计|总计|共|计|为|有|达到?|的|了|等|和|及|其中|实际|总量|数量|件数|总数|办件|案件|件|约|近|已|并|均|都|"
    r"本年度?|年度|全年|当年|新|老|予以|到|[、，：:（）()\s]"
)


def _counts_something_else(count: Count) -> bool:
    """收到补正材料163份, 收费通知52件: other things than applications are between the verb and the number."""
    verbs = count.terms(count.near, kind="roles")
    if not verbs or verbs[-1].id in ("carried_in", "carried_out", "carried", "handled_sum", "concluded_total"):
        return False
    if verbs[-1].end > count.number.start:
        return False
    return len(SAID.sub("", count.reading.sentence.text[verbs[-1].end : count.number.start])) > 1


def _role(count: Count, roles: list[str]) -> str:
    """What a count says to have become of applications: where it is carried is said first of all, else last."""
    if {"received", "handled"} & set(roles) and _includes_carried_in(count):
        return "handled_sum"
    if "concluded" in roles and {"received_only", "carried_in", "carried"} & set(roles):
        return "apart"
    if "carried" in roles and _NEXT_YEAR.search(count.text((count.near[0], count.after[1]))):
        return "carried_out"
    for role in ("handled_sum", "carried_out", "carried_in", "concluded_total", "carried"):
        if role in roles:
            return role
    role = roles[-1] if roles else _sentence_role(count)
    return "handled_sum" if role == "received" and _includes_carried_in(count) else role


def _of_whole(count: Count) -> tuple[Rows, ...]:
    """What the nearest number before states that isn't of one applicant type: 结转的125件中，自然人118件."""
    before = count.reading.before(count)
    while before is not None:
        if not before.ids("columns", before.near, before.after):
            claim = claim_of(before)
            return claim.figures if claim is not None else ()
        before = count.reading.before(before)
    return ()


def _includes_carried_in(count: Count) -> bool:
    """Whether a count says that what was carried in is in it: （含上年结转）, 包括上年结转在内."""
    text = count.reading.sentence.text
    around = text[count.clause_start : count.number.start]
    return bool(
        _INCLUDING_CARRIED_IN.search(around)
        or _INCLUDING_CARRIED_IN.match(text, count.number.end)
        or _ALL_TOLD.search(text[: count.number.start])
    )


def _sentence_role(count: Count) -> str:
    """The last thing said before the number to have become of applications."""
    said = [term.id for term in count.reading.terms if term.kind == "roles" and term.end <= count.number.start]
    return said[-1] if said and said[-1] in ("received", "received_only", "concluded", "handled") else ""


def _columns(count: Count) -> tuple[str, ...] | None:
    """The applicant types that a count is of; None where the words don't say."""
    terms = count.terms(count.near, count.after, kind="columns")
    named = list(dict.fromkeys(term.id for term in terms))
    if not named:
        return ("total",)
    text = count.reading.sentence.text
    if len(named) > 1 or re.search(r"[\u4e00-\u9fff][及和与]$", text[count.near[0] : terms[0].start]):
        return None  # several together, perhaps with one that the table doesn't have
    return _ORGANIZATIONS if named[0] == "organizations" else (named[0],)


def _rows_beside(count: Count, first: NamedWord) -> list[str]:
    """The rows named side by side before one, where 共 adds them up: 予以公开、部分公开共1902件."""
    text, found = count.reading.sentence.text, []
    for term in reversed(count.reading.terms):
        if term.start < first.start:
            if term.kind != "rows" or not _JOINED.fullmatch(text[term.end : first.start]):
                break
            found.append(term.id)
            first = term
    return found


_PUBLIC_IN_ALL = re.compile(r"公开[^，。；（(]{0,6}[（(](?:含|包括)部分公开[^，。；）)]{0,4}[）)][^，。；]{0,4}$")


def _is_reason(leaf: NamedWord, group: NamedWord, text: str) -> bool:
    """因不掌握相关信息无法提供 counts the reason; with 等 between, the whole group."""
    return leaf.id.startswith(f"{group.id}.") and "等" not in text[leaf.end : max(leaf.end, group.start)]


_BARE_PUBLIC = re.compile(r"^[^，。；]{0,4}?公开(?:的|了)?$")
_JOINED = re.compile(r"[和及与、以及或的类占申请件]*")


def _category(count: Count) -> list[str]:
    """The rows that a label names: one, or several side by side (公开和部分公开208件)."""
    label = count.near
    terms = count.terms(label, kind="rows")
    text = count.reading.sentence.text
    if _PUBLIC_IN_ALL.search(text[count.lead[0] : count.number.start]):
        return ["requests.granted", "requests.partial"]
    if not terms:
        if label == count.label and _BARE_PUBLIC.match(count.text(label).strip()) and count.reading.cases[0] != count:
            return ["requests.granted"]
        return []
    terms = [term for term in terms if not any(_is_reason(other, term, text) for other in terms)]
    reason = _UNNAMED_REASON.search(text, max(count.lead[0], terms[-1].start - 30), terms[-1].start)
    if reason and len(terms) == 1 and not SAID.fullmatch(reason["reason"]):
        return []  # one of the group's reasons, in words that no row has
    rows = [terms[-1].id]
    for earlier, later in zip(reversed(terms[:-1]), reversed(terms[1:]), strict=True):
        if not _JOINED.fullmatch(text[earlier.end : later.start]):
            break
        rows.append(earlier.id)
    if re.search(r"共|合计|总计", text[terms[-1].end : label[1]]):
        rows += _rows_beside(count, terms[0])
    if re.search(r"公开[和及与、]$", text[label[0] : terms[0].start]) and len(rows) == len(terms):
        rows.append("requests.granted")
    return rows


def alternatives(evidence: Evidence, claim: Claim, *, last_year: bool = False) -> list[Bounds]:
    """What the figures that a claim may mean are; empty where the edition has none of them."""
    found = []
    for rows in claim.figures:
        parts = [
            (sign, evidence.bounds(row, column, last_year=last_year)) for sign, row in rows for column in claim.columns
        ]
        total = Bounds(0, 0)
        for sign, part in parts:
            if part is None:
                break
            total += part.times(sign)
        else:
            found.append(total)
    return found


def agreement(number: Number, found: list[Bounds]) -> bool | None:
    """Whether a number is one of the figures; None where that depends on what is missing.

    One that is bound to a figure came from a table: it is right unless no reading of the words can mean it.
    """
    results = [number.agrees(each) for each in found]
    if True in results or (number.from_figure and None in results):
        return True
    return None if None in results else False


@lru_cache(maxsize=1)  # three rules look at the same report, one after the other
def _claims(words: ReadWords) -> list[tuple[Count, Claim]]:
    counts = [count for reading in words.readings for count in reading.cases]
    return [(count, claim) for count in counts if (claim := claim_of(count)) is not None]


def _cells(evidence: Evidence, claim: Claim) -> tuple[str, ...]:
    rows = {row for rows in claim.figures for _, row in rows}
    return tuple(
        f"{each}/{column}"
        for row in sorted(rows)
        for each in evidence.edition.rows_of(row) or ()
        for column in claim.columns
    )


def _check_counts(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Counts that claim what the tables don't have; one that is bound to another row's figure is doubtful."""
    for count, claim in _claims(words):
        number, evidence = count.number, words.evidence
        if claim.rule != spec.id:
            continue
        if speaks_of_others(evidence, clause_before(count.reading.sentence.text, number.start)):
            continue
        found = alternatives(evidence, claim)
        result = agreement(number, found) if found else True
        if result:
            continue
        said = f"文字为“{number.text}”，表三{_name(words, claim)}为{shown(found)}"
        if result is None:
            cells = _cells(evidence, claim)
            yield unassessable(spec, count.reading.sentence, said, number.span, cells=cells, table="表三")
        else:
            severity = Severity.WARNING if number.from_figure else claim.severity
            yield sentence_finding(
                spec, count.reading.sentence, said, number.span, severity=severity, cells=_cells(evidence, claim)
            )


def _name(words: ReadWords, claim: Claim) -> str:
    edition = words.evidence.edition
    name = claim.name
    if not name and claim.columns != ("total",):
        name = "申请数量"
    if not name:
        labels = []
        for _, row in claim.figures[0]:
            rows = edition.rows_of(row) or ()
            parts = edition.rows[rows[0]][0].row_label.split("·")[1:]
            labels.append("·".join(parts if row in edition.rows else parts[: row.count(".")]))
        name = "、".join(labels)
    if claim.columns == ("total",):
        return name
    labels = [spec.column_label for spec in edition.rows[RECEIVED] if spec.column in claim.columns]
    return f"{name}（{'＋'.join(labels)}）"


@rule("N-1")
def received(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """收到、受理N件 is row 一, or rows 一 and 二 together."""
    yield from _check_counts(words, spec)


@rule("N-2")
def concluded(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """办理结果总计 is row （七）, 结转 row 四 or 二; bare 办结 and 答复 may leave （六）3 out."""
    yield from _check_counts(words, spec)


@rule("N-3")
def categories(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Outcomes and applicant types are the sums of their rows and columns."""
    yield from _check_counts(words, spec)
