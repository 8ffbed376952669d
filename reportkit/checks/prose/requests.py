"""Rules on what sentences say of applications: N-1 to N-4, N-7, Z-1, Z-2."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportkit.checks.bounds import Bounds
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.counts import CASES, Count, Reading
from reportkit.checks.prose.numbers import Kind, Number
from reportkit.checks.prose.registry import Words, rule, told, unassessable
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity, format_number

_RECEIVED = "requests.received"
_CARRIED_IN = "requests.carried_in"
_CONCLUDED = "requests.concluded"
_CARRIED_OUT = "requests.carried_out"
_MISCELLANEOUS = "requests.other.miscellaneous"
_ORGANIZATIONS = ("commercial", "research", "charity", "legal_service", "other_organization")
_INCLUDING_CARRIED_IN = re.compile(
    r"[（(，,]?(?:其中)?(?:含|包括|包含|加上)[^，。；]{0,4}(?:上年|上年度|上一年度?|去年)?结转"
)
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


def _rows(*rows: str) -> Rows:
    return tuple((1, row) for row in rows)


_HANDLED = _rows(_RECEIVED, _CARRIED_IN)
_LESS_MISCELLANEOUS = ((1, _CONCLUDED), (-1, _MISCELLANEOUS))


def claim_of(count: Count) -> Claim | None:
    """What a count states of applications; None where it states nothing that a table has."""
    if count.number.unit not in CASES or count.object != "requests" or count.is_part or count.is_change:
        return None
    columns = _columns(count)
    if columns is None:
        return None
    rows = _category(count)
    if rows:
        return Claim("N-3", Severity.ERROR, (_rows(*rows),), columns, "")
    roles = count.ids("roles")
    if not roles and columns == ("total",):
        return None
    split = columns != ("total",)
    outcome = Claim("N-2", Severity.WARNING, (_rows(_CONCLUDED), _LESS_MISCELLANEOUS), columns, "（七）总计")
    if _counts_something_else(count):
        return None
    match _role(count, roles):
        case "carried":
            claim = Claim("N-2", Severity.ERROR, (_rows(_CARRIED_OUT), _rows(_CARRIED_IN)), columns, "结转")
        case "carried_out":
            claim = Claim("N-2", Severity.ERROR, (_rows(_CARRIED_OUT),), columns, "结转下年度")
        case "carried_in":
            claim = Claim("N-2", Severity.ERROR, (_rows(_CARRIED_IN),), columns, "上年结转")
        case "concluded_total":
            claim = Claim("N-2", Severity.ERROR, (_rows(_CONCLUDED),), columns, "（七）总计")
        case "concluded":
            if _APART.search(count.text((count.clause_start, count.number.start))):
                return None
            claim = outcome
        case "handled":
            claim = Claim(
                "N-2", Severity.WARNING, (_rows(_RECEIVED), _HANDLED, *outcome.figures), columns, "新收、（七）总计"
            )
        case "apart":
            return None
        case "handled_sum":
            claim = Claim("N-1", Severity.ERROR, (_HANDLED,), columns, "新收与上年结转之和")
        case "received_only":
            claim = Claim("N-1", Severity.ERROR, (_rows(_RECEIVED),), columns, "新收")
        case "received":
            claim = _intake(count, columns)
        case _:
            claim = Claim("N-3", Severity.ERROR, (_rows(_RECEIVED), _HANDLED, _rows(_CONCLUDED)), columns, "")
    return Claim("N-3", Severity.ERROR, claim.figures, columns, claim.name) if split else claim


_SAID = re.compile(
    r"公民|法人|其他组织|自然人|社会|公众|群众|企业|申请|提出|提交|递交|各类|有效|书面|网上|政府|信息公开|信息|公开|依法|依|事项|全市|全区|全县|全局|我[市区县局]|"
    r"各级|各部门|共计|总共|累计|合计|总计|共|计|为|有|达到?|的|了|等|和|及|其中|实际|总量|数量|件数|总数|办件|案件|件|约|近|已|并|均|都|"
    r"本年度?|年度|全年|当年|新|老|予以|到|[、，：:（）()\s]"
)


def _counts_something_else(count: Count) -> bool:
    """收到补正材料163份, 收费通知52件: other things than applications stand between the verb and the number."""
    verbs = count.terms(count.near, kind="roles")
    if not verbs or verbs[-1].id in ("carried_in", "carried_out", "carried", "handled_sum", "concluded_total"):
        return False
    if verbs[-1].end > count.number.start:
        return False
    return len(_SAID.sub("", count.reading.sentence.text[verbs[-1].end : count.number.start])) > 1


def _role(count: Count, roles: list[str]) -> str:
    """What a count says to have become of applications: where it is carried is said first of all, else last."""
    if "concluded" in roles and {"received_only", "carried_in", "carried"} & set(roles):
        return "apart"
    for role in ("handled_sum", "carried_out", "carried_in", "concluded_total", "carried"):
        if role in roles:
            return role
    return roles[-1] if roles else _sentence_role(count)


def _intake(count: Count, columns: tuple[str, ...]) -> Claim:
    text = count.reading.sentence.text
    around = text[count.clause_start : count.number.start]
    if _INCLUDING_CARRIED_IN.search(around) or _INCLUDING_CARRIED_IN.match(text, count.number.end):
        return Claim("N-1", Severity.ERROR, (_HANDLED,), columns, "新收与上年结转之和")
    return Claim("N-1", Severity.ERROR, (_rows(_RECEIVED), _HANDLED), columns, "新收（或新收与上年结转之和）")


def _sentence_role(count: Count) -> str:
    """The last thing said before the number to have become of applications."""
    said = [term.id for term in count.reading.terms if term.kind == "roles" and term.end <= count.number.start]
    return said[-1] if said and said[-1] in ("received", "received_only", "concluded", "handled") else ""


def _columns(count: Count) -> tuple[str, ...] | None:
    """The applicant types that a count is of; None where they can't be told."""
    named = count.ids("columns", count.near, count.after)
    if not named:
        return ("total",)
    if len(named) > 1:
        return None
    return _ORGANIZATIONS if named[0] == "organizations" else (named[0],)


_BARE_PUBLIC = re.compile(r"^[^，。；]{0,4}?公开(?:的|了)?$")
_JOINED = re.compile(r"[和及与、以及或的类占申请件]*")


def _category(count: Count) -> list[str]:
    """The rows that a label names: one, or several side by side (公开和部分公开208件)."""
    label = count.near
    terms = count.terms(label, kind="rows")
    text = count.reading.sentence.text
    if not terms:
        if label == count.label and _BARE_PUBLIC.match(count.text(label).strip()) and count.reading.cases[0] != count:
            return ["requests.granted"]
        return []
    terms = [
        term
        for term in terms
        if not any(other.id.startswith(f"{term.id}.") for other in terms)  # 因不掌握相关信息无法提供 is the former
    ]
    rows = [terms[-1].id]
    for earlier, later in zip(reversed(terms[:-1]), reversed(terms[1:]), strict=True):
        if not _JOINED.fullmatch(text[earlier.end : later.start]):
            break
        rows.append(earlier.id)
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
    """Whether a number is one of the figures; None where that depends on what is missing."""
    results = [number.agrees(each) for each in found]
    return True if True in results else None if None in results else False


def shown(found: list[Bounds]) -> str:
    """`3525或3646`, `至少275`: what the tables have."""
    return "或".join(dict.fromkeys(("" if each.known else "至少") + format_number(each.low) for each in found))


def _claims(words: Words, rule_id: str) -> Iterator[tuple[Count, Claim]]:
    for reading in words.readings:
        for count in reading.cases:
            claim = claim_of(count)
            if claim is not None and claim.rule == rule_id:
                yield count, claim


def _cells(evidence: Evidence, claim: Claim) -> tuple[str, ...]:
    rows = {row for rows in claim.figures for _, row in rows}
    return tuple(
        f"{each}/{column}"
        for row in sorted(rows)
        for each in evidence.edition.rows_of(row) or ()
        for column in claim.columns
    )


def _check_counts(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    for count, claim in _claims(words, spec.id):
        number, evidence = count.number, words.evidence
        found = alternatives(evidence, claim)
        result = True if number.from_figure or not found else agreement(number, found)
        if result:
            continue
        said = f"文字为“{number.text}”，表三{_name(words, claim)}为{shown(found)}"
        if result is None:
            cells = _cells(evidence, claim)
            yield unassessable(spec, count.reading.sentence, said, number.span, cells=cells, table="表三")
        else:
            yield told(
                spec, count.reading.sentence, said, number.span, severity=claim.severity, cells=_cells(evidence, claim)
            )


def _name(words: Words, claim: Claim) -> str:
    edition = words.evidence.edition
    name = claim.name
    if not name:
        labels = []
        for _, row in claim.figures[0]:
            rows = edition.rows_of(row) or ()
            parts = edition.rows[rows[0]][0].row_label.split("·")[1:]
            labels.append("·".join(parts if row in edition.rows else parts[: row.count(".")]))
        name = "、".join(labels)
    if claim.columns == ("total",):
        return name
    labels = [spec.column_label for spec in edition.rows[_RECEIVED] if spec.column in claim.columns]
    return f"{name}（{'＋'.join(labels)}）"


@rule("N-1")
def received(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """收到、受理N件 is row 一, or rows 一 and 二 together."""
    yield from _check_counts(words, spec)


@rule("N-2")
def concluded(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """办理结果总计 is row （七）, 结转 row 四 or 二; bare 办结 and 答复 may leave （六）3 out."""
    yield from _check_counts(words, spec)


@rule("N-3")
def categories(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """Outcomes and applicant types are the sums of their rows and columns."""
    yield from _check_counts(words, spec)


_BASES = {
    "received": (_rows(_RECEIVED), _HANDLED),
    "received_only": (_rows(_RECEIVED),),
    "concluded": (_rows(_CONCLUDED), _LESS_MISCELLANEOUS),
    "handled": (_rows(_CONCLUDED), _HANDLED, _LESS_MISCELLANEOUS),
}
_ANY_BASE = (_rows(_CONCLUDED), _rows(_RECEIVED), _HANDLED, _LESS_MISCELLANEOUS)
_SHARE = re.compile(r"占|比例|比重")
_TOTAL = re.compile(r"总数|总量|总件数|总申请|申请总|申请量|全部|合计|总计")


@rule("N-4")
def shares(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """A printed share is that of the figures, within one unit of its last digit."""
    for reading in words.readings:
        for count in reading.counts:
            number = count.number
            if number.kind is not Kind.PERCENT or count.is_change:
                continue
            numerator, bases = _of_what(count)
            if numerator is None or numerator.rule not in ("N-2", "N-3"):
                continue
            found = _ratios(words.evidence, numerator, bases)
            if found is None:
                said = f"占比为“{number.text}”"
                yield unassessable(spec, reading.sentence, said, number.span, table="表三")
            elif found and not any(_near(number, each) for each in found):
                expected = "或".join(dict.fromkeys(f"{each:.{_places(number)}f}%" for each in found))
                yield told(spec, reading.sentence, f"占比为“{number.text}”，按表三计算为{expected}", number.span)


def _of_what(count: Count) -> tuple[Claim | None, tuple[Rows, ...]]:
    """What a share is of, and what it is a share in: 公开的占办结总数的×%, 公开×件，占×%, 占申请×件的×%."""
    base = count.reading.before(count)
    text = count.reading.sentence.text
    if base is not None and re.fullmatch(r"的(?:比例)?(?:为|达|约)?", text[base.number.end : count.number.start]):
        whole = claim_of(base)
        if _SHARE.search(base.text(base.label)) and whole is not None:
            return _numerator(base), whole.figures
        return None, ()
    if not _SHARE.search(count.text(count.label)):
        return None, ()
    numerator = _numerator(count)
    return numerator, () if numerator is None else _base(count, numerator)


def _numerator(count: Count) -> Claim | None:
    """The outcome named before 占, else the count before it."""
    own = Count(count.reading, count.number, count.label, count.lead, (count.number.end, count.number.end))
    terms = own.terms(own.label, kind="rows")
    if terms and count.object == "requests":
        return Claim("N-3", Severity.ERROR, (_rows(terms[-1].id),), ("total",), "")
    before = count.reading.before(count)
    if before is None or "。" in count.reading.sentence.text[before.number.end : count.number.start]:
        return None
    return claim_of(before)


def _base(count: Count, numerator: Claim) -> tuple[Rows, ...]:
    label = count.text(count.label)
    named = [term.id for term in count.terms(count.label, kind="roles") if term.id in _BASES]
    if named:
        return _BASES[named[-1]]
    if _TOTAL.search(label) or numerator.columns != ("total",):
        return _ANY_BASE
    return (_rows(_CONCLUDED),)


def _ratios(evidence: Evidence, numerator: Claim, bases: tuple[Rows, ...]) -> list[Decimal] | None:
    """Percentages of a figure in each of its bases; None where one is missing."""
    uppers = alternatives(evidence, numerator)
    lowers = alternatives(evidence, Claim("", Severity.WARNING, bases, ("total",), ""))
    if not all(each.known for each in (*uppers, *lowers)):
        return None
    return [Decimal(100) * upper.low / Decimal(lower.low) for upper in uppers for lower in lowers if lower.low]


def _places(number: Number) -> int:
    return max(0, -int(number.step.as_tuple().exponent)) if number.step < 1 else 0


def _near(number: Number, value: Decimal) -> bool:
    """Within one unit of the last printed digit, two where it is about that."""
    low, high = number.range
    return low - number.step <= value <= high + number.step


@rule("N-7")
def growth(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """A printed rise or fall against last year is that of the two years' figures."""
    for reading in words.readings:
        for count in reading.counts:
            claim = _measured(count)
            if claim is not None:
                yield from _growth(words, spec, count, claim)


def _measured(count: Count) -> Claim | None:
    """What has risen or fallen: the count before, else what the clause names."""
    number, reading = count.number, count.reading
    if number.kind not in (Kind.PERCENT, Kind.TIMES, Kind.COUNT) or not count.is_change or count.object != "requests":
        return None
    if number.kind is Kind.COUNT and number.unit not in CASES:
        return None
    against = count.ids("changes", (count.clause_start, count.number.start))
    if "against" not in against or not {"up", "down"} & set(count.ids("changes", count.label)):
        return None
    before = reading.before(count)
    while before is not None and (before.is_change or before.number.unit not in CASES):
        before = reading.before(before)
    if before is not None:
        return claim_of(before)
    if count.is_part:
        return None
    rows = [term.id for term in count.terms((count.clause_start, count.number.start), kind="rows")]
    if rows:
        return Claim("N-3", Severity.ERROR, (_rows(rows[-1]),), ("total",), "")
    return Claim("N-1", Severity.ERROR, (_rows(_RECEIVED), _HANDLED), ("total",), "")


def _growth(words: Words, spec: RuleSpec, count: Count, claim: Claim) -> Iterator[Finding]:
    evidence, number, sentence = words.evidence, count.number, count.reading.sentence
    if evidence.history is None:
        yield unassessable(spec, sentence, f"同比“{number.text}”", number.span)
        return
    now, before = alternatives(evidence, claim), alternatives(evidence, claim, last_year=True)
    if len(now) != len(before) or not all(each.known for each in (*now, *before)):
        return
    pairs = [(each.low, last.low) for each, last in zip(now, before, strict=True)]
    stated = count.reading.before(count)
    matching = [pair for pair in pairs if stated is not None and stated.number.agrees(Bounds(pair[0], pair[0]))]
    sign = -1 if "down" in count.ids("changes", count.label) else 1
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
        yield told(spec, sentence, f"同比为“{number.text}”，按两年数据计算为{expected}", number.span)


_NOT_RECEIVED = re.compile(
    r"(?:未|没有|没|未曾|尚未|无|从未)(?:收到|接到|接收到?|受理)(?:过)?(?P<of>(?:[^，。；、]{0,6}?公民、?法人(?:和|或|及|或者)其他组织)?[^，。；、]{0,24}?)"
    r"(?:依申请公开(?!工作|制度)(?:件|事项|申请|办件)?|(?:信息)?公开(?:的)?申请|申请)"
    r"|(?:无|没有)(?P<of2>[^，。；、]{0,10}?)(?:依申请公开(?:件|事项|申请|办件)|信息公开申请)(?!.{0,4}(?:逾期|超期|未办))"
    r"|依申请公开(?:件|事项|申请|办件)?(?:数量?|件数)?为?(?:零|0)(?:件)?(?!\d)"
)
_QUALIFIED = re.compile(
    r"有关|关于|涉及|类|法人|组织|企业|科研|要求|逾期|超期|重复|书面|网上|信函|当面|现场|邮|传真|线上|线下|渠道|许可|补贴"
)
_EVERYONE = re.compile(r"公民、?法人(?:和|或|及|或者)其他组织|(?:自然人|公民)(?:、|和|或)法人|任何")


_BODY = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:局|委员会|委|办公室|镇|乡|街道|县|区|部门|科室|处室)(?![\u4e00-\u9fff]{0,2}(?:长|内|域))"
)
_OWN = re.compile(
    r"我[局委办镇乡区县市省厅]|本[局委办镇乡区县市省厅机单部]|全[区市县省镇乡局委]|各[镇乡部单区县]|我单位|街道办事处"
)


def clause_before(text: str, place: int) -> str:
    """The words between the last mark and a place."""
    return re.split(r"[，。；：！？]", text[:place])[-1]


def speaks_of_others(evidence: Evidence, clause: str) -> bool:
    """Whether a clause's subject is some other body, so that it says nothing of this one's figures."""
    department = evidence.department
    for name in (department.name, department.short_name):
        clause = clause.replace(name, "")
    return bool(_BODY.search(clause)) and not _OWN.search(clause)


@rule("Z-1")
def none_received(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """“未收到申请”, with nothing that narrows it, means that row 一 is 0."""
    evidence = words.evidence
    for reading in words.readings:
        sentence = reading.sentence
        for match in _NOT_RECEIVED.finditer(sentence.text):
            of = match["of"] or match["of2"] or ""
            before = clause_before(sentence.text, match.start())
            if _PERIOD.search(sentence.text[: match.start()]) or _PART.search(before):
                continue
            if _QUALIFIED.search(_EVERYONE.sub("", of)) or speaks_of_others(evidence, before):
                continue
            if of and not _open(of) and "申请" in match.group() and "公开" not in match.group()[len(of) :]:
                continue
            received = evidence.bounds(_RECEIVED, "total")
            if received is None or received == Bounds(0, 0):
                continue
            if received.low > 0:
                what = f"文字写“{match.group()}”，表三新收为{shown([received])}件"
                yield told(spec, sentence, what, match.span(), cells=(f"{_RECEIVED}/total",))
            else:
                said, cells = f"文字写“{match.group()}”", (f"{_RECEIVED}/total",)
                yield unassessable(spec, sentence, said, match.span(), cells=cells, table="表三")


_PART = re.compile(
    r"[上下]半年|季度|\d月|网上|网络|信函|当面|现场|窗口|邮箱|传真|本级|渠道|期间|个别|部分|其余|其他|多数|历年|多年|往年"
)
_PERIOD = re.compile(r"(?:期间|以前|之前|季度|半年)[，,]?[^，。；]{0,6}$")
_OPEN = re.compile(
    r"(?:任何|群众|公众|公民|社会|申请人|政府|信息|公开|的|书面|相关|各类|一件|件|法人|其他组织|和|或|、|提出|依法|依)*"
)


def _open(of: str) -> bool:
    """Whether the words between 收到 and 申请 leave it open whose application, and for what information."""
    return bool(_OPEN.fullmatch(_EVERYONE.sub("", of)))


_ALL_DONE = re.compile(
    r"(?:所有|全部|各类|收到的|受理的|上述)[^，。；]{0,16}?申请(?:件|事项)?[^，。；]{0,8}?(?:办结|答复|办理完毕|办复)(?!率)"
    r"|(?:全部|均已?|已全部|都已?)(?:依法|依规|按规定|、)*(?:予以)?(?:办结|答复|办理完毕|办复)(?!率|文|书|意|工|材|口)"
    r"|(?:办结|答复)率(?:为|达到?|达)?(?:100%|百分之百)"
)
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_NOT_ALL = re.compile(r"按期|到期|按时|如期|限期|期限内|法定期限|时限|上年|结转|及时")


@rule("Z-2")
def all_concluded(words: Words, spec: RuleSpec) -> Iterator[Finding]:
    """“所有申请均已办结” means that row 四 is 0."""
    evidence = words.evidence
    carried = evidence.bounds(_CARRIED_OUT, "total")
    if carried is None or carried == Bounds(0, 0):
        return
    for reading in words.readings:
        sentence = reading.sentence
        for match in _ALL_DONE.finditer(sentence.text):
            clause = _ASIDE.sub("", clause_before(sentence.text, match.start()) + match.group())
            if (
                _NOT_ALL.search(clause)
                or speaks_of_others(evidence, clause)
                or _object_at(reading, match) != "requests"
            ):
                continue
            if carried.low > 0:
                what = f"文字写“{match.group()}”，表三结转下年度为{shown([carried])}件"
                yield told(spec, sentence, what, match.span(), cells=(f"{_CARRIED_OUT}/total",))
            else:
                said, cells = f"文字写“{match.group()}”", (f"{_CARRIED_OUT}/total",)
                yield unassessable(spec, sentence, said, match.span(), cells=cells, table="表三")


def _object_at(reading: Reading, match: re.Match[str]) -> str:
    """What the words of a match are about: the object within them, else the last one before."""
    found = [term for term in reading.terms if term.kind == "objects" and term.start < match.end()]
    return found[-1].id if found else reading.about
