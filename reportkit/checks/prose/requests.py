"""Rules on what sentences say of applications: N-1 to N-3; each compares the claims that were read with table 三."""

from collections.abc import Iterator
from functools import lru_cache

from reportkit.checks.bounds import Bounds
from reportkit.checks.evidence import Evidence
from reportkit.checks.prose.claims import HANDLED, RECEIVED, Claim, claim_of, is_part_received
from reportkit.checks.prose.counts import Count
from reportkit.checks.prose.numbers import Number
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding, shown, unassessable
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity


def alternatives(evidence: Evidence, claim: Claim, *, last_year: bool = False) -> list[Bounds]:
    """What the figures that a claim may mean are; empty where the edition has none of them."""
    found = []
    for rows in claim.figures:
        for columns in filter(None, (claim.columns, claim.or_in)):
            parts = [(sign, evidence.bounds(row, each, last_year=last_year)) for sign, row in rows for each in columns]
            total = Bounds(0, 0)
            for sign, part in parts:
                if part is None:
                    break
                total += part.times(sign)
            else:
                if columns is claim.columns or total.known:
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
def claims(words: ReadWords) -> list[tuple[Count, Claim]]:
    counts = [count for reading in words.readings for count in reading.cases]
    return [(count, claim) for count in counts if (claim := claim_of(count)) is not None]


def is_zero(count: Count, claim: Claim) -> bool:
    """Whether it says that no applications were received: rule Z-1's."""
    return claim.rule == "N-1" and claim.columns == ("total",) and count.number.value == 0


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
    for count, claim in claims(words):
        number, evidence = count.number, words.evidence
        if claim.rule != spec.id or is_zero(count, claim):
            continue
        if count.is_of_others:
            continue
        found = alternatives(evidence, claim)
        result = agreement(number, found) if found else True
        if result:
            continue
        said = f"文字为“{number.text}”，表三{name_of(words, claim)}为{shown(found)}"
        if result is None:
            cells = _cells(evidence, claim)
            yield unassessable(spec, count.reading.sentence, said, number.span, cells=cells, table="表三")
        else:
            severity = Severity.WARNING if number.from_figure else claim.severity
            yield sentence_finding(
                spec, count.reading.sentence, said, number.span, severity=severity, cells=_cells(evidence, claim)
            )


def name_of(words: ReadWords, claim: Claim) -> str:
    """What a claim is held against, as table 三 calls it."""
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
    """收到、受理N件 is row 一, or rows 一 and 二 together; what came by one channel or in one month is no more."""
    yield from _check_counts(words, spec)
    whole = words.evidence.sum_of([row for _, row in HANDLED], "total")
    if whole is None or not whole.known:
        return
    for count in (count for reading in words.readings for count in reading.cases):
        if is_part_received(count) and count.number.range[0] > whole.high:
            said = f"文字为“{count.number.text}”，只是一部分，表三新收与上年结转之和才{shown([whole])}"
            yield sentence_finding(spec, count.reading.sentence, said, count.number.span, cells=(f"{RECEIVED}/total",))


@rule("N-2")
def concluded(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """办理结果总计 is row （七）, 结转 row 四 or 二; bare 办结 and 答复 may leave （六）3 out."""
    yield from _check_counts(words, spec)


@rule("N-3")
def categories(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Outcomes and applicant types are the sums of their rows and columns."""
    yield from _check_counts(words, spec)
