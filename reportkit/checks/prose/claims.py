"""What a count states of applications: the figures of table 三 that it may be, read from its words and its scope."""

import re
from dataclasses import dataclass, replace

from reportkit.checks.prose.counts import CASES, Count
from reportkit.checks.prose.lexicon import Word
from reportkit.checks.prose.rows_named import rows_beside, rows_named
from reportkit.model import Severity

RECEIVED = "requests.received"
CARRIED_IN = "requests.carried_in"
CONCLUDED = "requests.concluded"
CARRIED_OUT = "requests.carried_out"
_MISCELLANEOUS = "requests.other.miscellaneous"
ORGANIZATIONS = ("commercial", "research", "charity", "legal_service", "other_organization")
_INCLUDING_CARRIED_IN = re.compile(
    r"[（(，,]?(?:其中)?(?<!不)(?:含|包括|包含|加上)[^，。；]{0,4}(?:上年|上年度|上一年度?|去年)?结转"
)
_OF_DOCUMENTS = re.compile(r"公文|公开属性|发文|制发文件")
"""What is classed by openness, 主动公开、依申请公开、不予公开, and is no application."""
_NEXT_YEAR = re.compile(
    r"(?:结转|[转延移留带拖放推](?:入|到|至|待|给)?)(?:到|至)?(?:20\d{2}年|下一?年|次年|来年|明年)|跨年"
)
REST = re.compile(r"其余|前者|后者|余下|剩余|剩下|[余剩]$|另外|其他(?!处理|方式|组织|结果|法律)")
_ALL_TOLD = re.compile(r"(?<!不)(?:含|包括|连同|加上)[^，。；]{0,6}结转[^，。；]{0,10}(?:在内|，)")


Rows = tuple[tuple[int, str], ...]
"""Rows that are added up, with their signs."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a number states: under which rule, and the figures that it may be.

    `figures` are alternatives, each a sum of rows with their signs, in `columns`, which are added up, or in `or_in`.
    """

    rule: str
    severity: Severity
    figures: tuple[Rows, ...]
    columns: tuple[str, ...]
    name: str
    or_in: tuple[str, ...] = ()


def rows_of(*rows: str) -> Rows:
    return tuple((1, row) for row in rows)


HANDLED = rows_of(RECEIVED, CARRIED_IN)
LESS_MISCELLANEOUS = ((1, CONCLUDED), (-1, _MISCELLANEOUS))


def claim_of(count: Count, *, any_year: bool = False) -> Claim | None:
    """What a count states of applications; None where it states nothing that a table has."""
    if not _is_of_requests(count) or (count.is_of_another_year and not any_year):
        return None
    columns = _columns(count)
    if columns is None or (REST.search(count.text(count.label)) and _roles(count)[-1:] != ["carried_out"]):
        return None
    or_in = _topic(count) if columns == ("total",) else ()
    if rows := rows_named(count):
        return replace(_claim_of_rows(count, rows, columns), or_in=or_in)
    if _OUT_OF_THEM.search(count.text(count.label)):
        return None
    if _is_flow_sum(count):
        return replace(_ROLES["due"], columns=columns)
    roles = _roles(count) or (_headline(count) if columns == ("total",) else [])
    if (not roles and columns == ("total",)) or _counts_something_else(count):
        return None
    claim = replace(_claim_of_role(count, roles), columns=columns, or_in=or_in)
    if not claim.figures:
        return None
    return claim if columns == ("total",) else replace(claim, rule="N-3", severity=Severity.ERROR)


def _is_of_requests(count: Count) -> bool:
    """Whether it counts applications of the whole unit and period, and is no change and no rate."""
    if count.number.unit not in CASES or count.object != "requests" or count.is_part or count.is_change:
        return False
    return _OF_DOCUMENTS.search(count.reading.sentence.text) is None


def _claim_of_rows(count: Count, rows: list[str], columns: tuple[str, ...]) -> Claim:
    """What a count states of the rows that its words name: their sum, or each of them where 各 stands before it."""
    beside = [each for each in rows_beside(count) if each not in rows]
    if count.text(count.label).endswith("各"):
        each_of = beside + rows if len(rows) == 1 else rows
        return Claim("N-3", Severity.ERROR, tuple(rows_of(each) for each in each_of), columns, "")
    if rows == ["requests.granted"] and not count.terms(count.near, kind="rows"):
        beside = ["requests.partial"]  # 公开 may mean both
    figures = (rows_of(*rows), rows_of(*rows, *beside)) if beside else (rows_of(*rows),)
    return Claim("N-3", Severity.ERROR, figures, columns, "")


def _roles(count: Count) -> list[str]:
    """What is said to have become of the applications that are counted, before the number, behind it or later."""
    labelled = count.ids("roles", count.label)
    roles = ([] if labelled else _carried_later(count)) or count.ids("roles")
    if count.scope.among and not {"carried_in", "carried_out", "carried"} & {*roles, *labelled}:
        roles = labelled  # 其中3件……后答复: what is said behind is of these
    return roles or (["carried_out"] if _NEXT_YEAR.search(count.text(count.label)) else [])


def _topic(count: Count) -> tuple[str, ...]:
    """The applicant type of which a segment may tell, the last counted or its topic: 商业企业的4件申请，2件公开."""
    reading, (start, _) = count.reading, count.reading.segment(count.number.start)
    terms, text = count.terms((start, count.number.start), kind="columns"), reading.sentence.text
    named = {term.id for term in terms if _IS_TOPIC.match(text, term.end)}
    before = reading.before(count)
    while not named and before is not None and before.number.start >= start:
        named.update(before.ids("columns", before.near, before.after))
        before = reading.before(before)
    if len(named) != 1:
        return ()
    return ORGANIZATIONS if "organizations" in named else tuple(named)


_IS_TOPIC = re.compile(r"[^，。；：（]{0,14}(?:申请|中|里|内|方面|而言|来说|看)(?=[，：])")


def is_part_received(count: Count) -> bool:
    """Whether a count is of applications that came in a part of the year, by one channel: no table has it."""
    named = "requests" in count.ids("objects", count.label, count.after)
    taken = set(count.ids("roles")) & {"received", "received_only"}
    if {"years", "some"} & {*count.scope.parts}:
        return False  # perhaps not of this unit or year alone
    return bool(named and taken) and not count.is_elsewhere and count.is_part and count.number.unit in CASES


_SUM = re.compile(r"(?:[两二]者|[两二]项)?(?:合计|共计|总计|共|相加)(?:为|是)?")


def _is_flow_sum(count: Count) -> bool:
    """新收33件，加上上年结转的2件，合计35件: what came in and what was carried in, added up."""
    if not _SUM.fullmatch(count.text(count.label)):
        return False
    before = [each for each in count.reading.cases if each.number.end <= count.number.start][-2:]
    roles = [each.ids("roles") for each in before]
    return len(before) == 2 and "received_only" in roles[0] and "carried_in" in roles[1]


def _carried_later(count: Count) -> list[str]:
    """另有121件申请因尚未到期，结转至下年度: what the clauses behind say of it, up to the next number."""
    reading = count.reading
    if not count.number.unit:
        return []
    following = [each.start for each in reading.numbers if each.start > count.number.start]
    end = min([reading.segment(count.number.start)[1], *following])
    said = [term.id for term in count.terms((count.number.end, end), kind="roles")]
    if "carried_out" in said or _NEXT_YEAR.search(reading.sentence.text, count.number.end, end):
        return ["carried_out"]
    return ["open"] if said[:1] == ["open"] else []


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
    if count.reading.residue(begin, objects[0].start):
        return []
    if roles:
        return [roles[-1].id]
    return ["stated"] if count.reading.counts[0] is count and count.number.unit != "条" else []


_OUT_OF_THEM = re.compile(r"(?<!其)中的?$")
"""今年新收中的200件: some of them."""
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
    "due": Claim("N-1", Severity.ERROR, (HANDLED,), (), "新收与上年结转之和"),
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
    if role in ("concluded", "handled") and _is_of_some(count):
        return _NOTHING
    if role in _ROLES:
        return _ROLES[role]
    figures = (rows_of(RECEIVED), HANDLED, rows_of(CONCLUDED), *_of_whole(count))
    return Claim("N-3", Severity.ERROR, tuple(dict.fromkeys(figures)), (), "")


def _is_of_some(count: Count) -> bool:
    """当场答复的13件, 4件未作实体答复: words that the lexicon doesn't know choose some of them, or a verb is denied."""
    verbs = count.terms(count.label, kind="roles")
    if not verbs:
        return count.is_denied(count.after)
    if count.text((verbs[-1].end, verbs[-1].end + 1)) != "的":
        return False
    return count.reading.residue(count.label[0], verbs[-1].start) > 0


_VERBS = frozenset(("received", "received_only", "handled", "concluded", "due", "open"))


def _counts_something_else(count: Count) -> bool:
    """收到补正材料163份, 收费通知52件: other things than applications are between the verb and the number."""
    verbs = count.terms(count.near, kind="roles")
    if count.assigned is not None or not verbs or verbs[-1].id not in _VERBS:
        return False
    if verbs[-1].end > count.number.start:
        return False
    return count.reading.residue(verbs[-1].end, count.number.start) > 1


def _role(count: Count, roles: list[str]) -> str:
    """What a count says to have become of applications: where it is carried is said first of all, else last."""
    if _NEXT_YEAR.search(count.text((count.near[0], count.after[1]))):
        return "carried_out"
    if {"received", "handled"} & set(roles) and _includes_carried_in(count):
        return "handled_sum"
    if roles == ["carried_in"] and _CARRIED_ASIDE.search(count.text((count.clause_start, count.number.start))):
        return "handled_sum"
    if _is_besides(count, roles):
        return "apart"
    if "concluded" in roles and {"received_only", "carried_in", "carried"} & set(roles):
        return "apart"
    for role in ("handled_sum", "carried_out", "carried_in", "concluded_total", "carried"):
        if role in roles:
            return role
    role = roles[-1] if roles else _sentence_role(count)
    return "handled_sum" if role in ("received", "") and _includes_carried_in(count) else role


def _is_besides(count: Count, roles: list[str]) -> bool:
    """另有5件以其他方式办结: more that were concluded, beside others."""
    return "concluded" in roles and bool(_BESIDES.search(count.text(count.label)))


_BESIDES = re.compile(r"另有|还有|此外|另$")
_CARRIED_ASIDE = re.compile(r"[（(](?:含|包括|包含|含有)[^（）()]{0,6}结转[^（）()]{0,6}[）)][^，。；]{0,6}$")


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
    terms = count.terms(count.near, count.after, kind="columns") or _columns_before(count)
    named = list(dict.fromkeys(term.id for term in terms))
    if not named:
        return ("total",)
    text = count.reading.sentence.text
    if "organizations" in named:
        return ORGANIZATIONS
    if len(named) > 1 or re.search(r"[\u4e00-\u9fff][及和与]$", text[count.near[0] : terms[0].start]):
        return None  # several together, perhaps with one that the table doesn't have
    return (named[0],)


def _columns_before(count: Count) -> list[Word]:
    """商业企业寄来、送来的申请35件: who sent them, before the first of several verbs."""
    text = count.reading.sentence.text
    if text[: count.label[0]][-1:] != "、":
        return []
    start = max(text.rfind(mark, 0, count.label[0]) for mark in "，；：。") + 1
    named = count.terms((max(start, count.lead[0]), count.label[0]))
    return named[:1] if [term.kind for term in named] == ["columns", "roles"] else []
