"""Words without a number: none received (Z-1), all concluded (Z-2), none disputed (Z-3), all of a kind (Z-4)."""

import re
from collections.abc import Iterator, Sequence

from reportkit.checks.bounds import NOUGHT
from reportkit.checks.prose.claims import (
    CARRIED_IN,
    CARRIED_OUT,
    CONCLUDED,
    HANDLED,
    RECEIVED,
    Claim,
    claim_of,
    rows_of,
)
from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.disputes import GROUPS
from reportkit.checks.prose.quantified import Statement, all_of, none_of
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, shown, unassessable
from reportkit.checks.prose.requests import claims, is_zero, name_of
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity, format_number

_CARRIED = {"carried_in": CARRIED_IN, "carried_out": CARRIED_OUT, "open": CARRIED_OUT}


def _is_of_requests(statement: Statement) -> bool:
    objects = statement.ids("objects")
    if objects:
        return set(objects) == {"requests"}
    return statement.reading.about == "requests" or "依申请公开" in statement.reading.sentence.text


def _none(statement: Statement) -> tuple[str, tuple[str, ...], str, str]:
    """The rule that a statement of none falls under, with its rows, column and table; empty where under none."""
    objects, rows, roles = statement.ids("objects"), statement.ids("rows"), statement.ids("roles")
    rows = [row for row in rows if not any(other.startswith(f"{row}.") for other in rows)]  # 因属于国家秘密不予公开
    nothing = ("", (), "", "")
    if not objects and statement.ids("outcomes") == ["direct"] and not rows:
        return ("Z-3", GROUPS["litigation"][:1], "total", "表四")
    if set(objects) & set(GROUPS):
        kinds = tuple(row for kind in GROUPS if kind in objects for row in GROUPS[kind])
        narrowed = set(objects) - set(GROUPS) - {"requests"} or rows or roles or statement.ids("columns")
        outcomes = statement.ids("outcomes")
        if outcomes == ["direct"] and objects[-1] == "litigation":
            kinds, outcomes = GROUPS["litigation"][:1], []
        return nothing if narrowed or outcomes else ("Z-3", kinds, "total", "表四")
    if not _is_of_requests(statement) or statement.ids("outcomes"):
        return nothing
    if rows:
        return ("Z-4", tuple(rows), "total", "表三")
    carried = [_CARRIED[each] for each in roles if each in _CARRIED]
    if carried:
        return ("Z-4", (carried[-1],), "total", "表三")
    columns = statement.ids("columns")
    if len(columns) == 1 and columns[0] != "organizations" and objects:
        return ("Z-4", (RECEIVED,), columns[0], "表三")
    if not columns and objects and set(roles) <= {"received", "received_only"}:
        if _OF_COMPANIES.search(statement.text):
            return ("Z-4", (RECEIVED,), "commercial", "表三")
        return ("Z-1", (RECEIVED,), "total", "表三")
    return nothing


_OF_COMPANIES = re.compile(r"企业|公司")


def _check_none(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    for reading in words.readings:
        for statement in none_of(reading):
            rule_id, rows, column, table = _none(statement)
            if rule_id == spec.id and statement.is_whole:
                yield from _held(words, spec, statement, rows, column, table)


def _held(
    words: ReadWords, spec: RuleSpec, statement: Statement, rows: tuple[str, ...], column: str, table: str
) -> Iterator[Finding]:
    """Nothing where what is said to be none is 0, or where the edition lacks it."""
    evidence = words.evidence
    found = evidence.sum_of(rows, column)
    if found is None or found == NOUGHT:
        return
    cells = tuple(f"{each}/{column}" for row in rows for each in evidence.edition.rows_of(row) or ())
    said = f"文字写“{statement.text}”"
    if found.low > 0:
        name = "" if table == "表四" else _name(words, rows)
        yield sentence_finding(
            spec, statement.reading.sentence, f"{said}，{table}{name}为{shown([found])}件", statement.span, cells=cells
        )
    else:
        yield unassessable(spec, statement.reading.sentence, said, statement.span, cells=cells, table=table)


_NAMES = {RECEIVED: "新收", CARRIED_IN: "上年结转", CARRIED_OUT: "结转下年度"}


def _name(words: ReadWords, rows: Sequence[str]) -> str:
    named = _NAMES.get(rows[0], "") if len(rows) == 1 else ""
    return name_of(words, Claim("", Severity.ERROR, (rows_of(*rows),), ("total",), named))


@rule("Z-1")
def none_received(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“未收到申请” or “收到申请0件”, with nothing that narrows it, means that row 一 is 0."""
    yield from _check_none(words, spec)
    for count, claim in claims(words):
        if is_zero(count, claim) and not count.is_of_others:
            found = words.evidence.bounds(RECEIVED, "total")
            if found is not None and found.low > 0:
                said = f"文字为“{count.number.text}”，表三新收为{shown([found])}件"
                yield sentence_finding(
                    spec, count.reading.sentence, said, count.number.span, cells=(f"{RECEIVED}/total",)
                )


@rule("Z-3")
def none_disputed(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“未发生行政复议、行政诉讼” means that every count of the kinds named is 0."""
    yield from _check_none(words, spec)


@rule("Z-2")
def all_concluded(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“所有申请均已办结” means that row 四 is 0."""
    for reading in words.readings:
        for statement in all_of(reading):
            roles = statement.ids("roles")
            done = roles and roles[-1] == "concluded" and not statement.ids("rows")
            if done and not statement.excepted and _speaks_of_all(statement):
                yield from _held(words, spec, statement, (CARRIED_OUT,), "total", "表三")
                break  # 件件有答复，已全部办结: said twice, told once


def _speaks_of_all(statement: Statement) -> bool:
    """Whether “all” is said of all applications: of a number of them, or of them by name."""
    if not statement.is_whole or set(statement.ids("objects")) - {"requests"} or _carried(statement):
        return False
    if statement.of is None or "objects" in [word.kind for word in statement.said]:
        named = [term for term in statement.reading.terms if term.kind == "objects" and term.start < statement.span[1]]
        return bool(named and named[-1].id == "requests") or (not named and statement.reading.about == "requests")
    claim = claim_of(statement.of)
    if claim is None and _is_bare(statement.of):
        return True
    wholes = {rows_of(RECEIVED), HANDLED, rows_of(CONCLUDED)}
    return claim is not None and claim.columns == ("total",) and bool(wholes & set(claim.figures))


def _carried(statement: Statement) -> str:
    """Which of the carried applications “all” speaks of (上年结转的申请均已办结); empty where of others."""
    place = statement.span[0]
    segment = statement.reading.segment(place)
    said = [each for each in statement.reading.terms if segment[0] <= each.start < place]
    for role, named in zip(reversed(said[:-1]), reversed(said[1:]), strict=True):
        if named.kind == "objects" and named.id == "requests":
            between = statement.reading.sentence.text[role.end : named.start]
            return role.id if role.id in _CARRIED and _OF_WHICH.fullmatch(between) else ""
    return ""


_OF_WHICH = re.compile(r"的?(?:这|那)?(?:\d+件)?(?:的|政府)?")


def _is_bare(count: Count) -> bool:
    """本年度36件申请均……: a number of applications and no more."""
    kinds = {term.kind for term in count.terms(count.label, count.after)}
    return count.object == "requests" and kinds == {"objects"} and not (count.is_part or count.is_of_another_year)


@rule("Z-4")
def all_of_a_kind(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """“全部予以公开”, “均为自然人”, “无上年结转”: all and none are held against the table."""
    yield from _check_none(words, spec)
    for reading in words.readings:
        for statement in all_of(reading):
            if within := _within(statement):
                yield from _all(words, spec, statement, within)
            elif _speaks_of_all(statement):
                yield from _all(words, spec, statement)


def _within(statement: Statement) -> str:
    """The row or group that is all that “all” speaks of: 无法提供的申请，都是因为……; empty where it is the whole."""
    place = statement.span[0]
    segment = statement.reading.segment(place)
    said = [term for term in statement.reading.terms if segment[0] <= term.start < place and term.kind == "rows"]
    rows = statement.ids("rows")
    if statement.is_whole and not rows and statement.ids("columns") and (carried := _carried(statement)):
        return _CARRIED[carried]
    if not statement.is_whole or not said or not rows or said[-1].id == rows[0]:
        return ""
    return said[-1].id if all(each.startswith(f"{said[-1].id}.") for each in rows) else ""


def _all(words: ReadWords, spec: RuleSpec, statement: Statement, within: str = CONCLUDED) -> Iterator[Finding]:
    evidence = words.evidence
    rows, columns = statement.ids("rows"), statement.ids("columns")
    if rows:
        whole, part = evidence.sum_of((within,), "total"), evidence.sum_of(rows, "total")
        name, of = _name(words, rows), "办理结果总计" if within == CONCLUDED else _name(words, (within,))
        left_out = sum(int(each.number.value) for each in statement.excepted if not each.ids("roles", each.near))
    elif len(columns) == 1 and columns[0] != "organizations":
        row = RECEIVED if within == CONCLUDED else within
        whole, part = evidence.bounds(row, "total"), evidence.bounds(row, columns[0])
        name = next(each.column_label for each in evidence.edition.rows[row] if each.column == columns[0])
        of, left_out = f"{_NAMES[row]}总计", sum(int(each.number.value) for each in statement.excepted)
    else:
        return
    if whole is None or part is None or not whole.known or not part.known or part.low + left_out == whole.low:
        return
    said = f"文字写“{statement.text}”，表三{name}为{format_number(part.low)}件，{of}为{format_number(whole.low)}件"
    yield sentence_finding(spec, statement.reading.sentence, said, statement.span)
