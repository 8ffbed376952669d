"""Rules on figures: cells that are missing or no figures, and the arithmetic that the edition states as data."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportkit.checks.bounds import UNKNOWN, Bounds, holds, total
from reportkit.checks.evidence import Evidence, finding
from reportkit.editions.grammar import Number, Relation, Sum, Term, names_in
from reportkit.editions.layout import print_value
from reportkit.editions.rules import Bodies, Clause, RuleSpec
from reportkit.editions.sums import sum_rows
from reportkit.editions.tables import CellSpec
from reportkit.messages import places
from reportkit.model import Department, Finding, Misfit, Severity, format_number
from reportkit.text.strings import plain_number


def check_figures(evidence: Evidence) -> list[Finding]:
    """Every finding on one year's figures: cells without a figure row by row, then each arithmetic rule.

    A rule with a missing input is "not assessable", which is never a pass; it is listed once a rule. Where what is
    there is enough to see that the rule can't hold, it is broken all the same.
    """
    found = [*_without_figure(evidence)]
    for rule in evidence.edition.rulebook.values():
        if rule.cancels:
            found += _cancelling(evidence, rule)
        elif rule.clauses:
            found += _arithmetic(evidence, rule)
    return found


def _without_figure(evidence: Evidence) -> Iterator[Finding]:
    rule = evidence.rule("T3-4")
    if rule is None:
        return
    misfits = {misfit.cell: misfit for misfit in evidence.misfits}
    for table in evidence.edition.tables:
        specs = [spec for spec in evidence.edition.cells.values() if spec.table == table.id]
        if all(evidence.figures[spec.id] is None and spec.id not in misfits for spec in specs):
            cells = tuple(spec.id for spec in specs)
            said = f"全表空白，缺{len(cells)}格"
            yield finding(rule, said, f"表{table.number}", severity=Severity.WARNING, cells=cells)
            continue
        for row in dict.fromkeys(spec.row for spec in specs):
            yield from _of_row(evidence, rule, evidence.edition.rows[row], misfits)


def _of_row(
    evidence: Evidence, rule: RuleSpec, specs: Sequence[CellSpec], misfits: Mapping[str, Misfit]
) -> Iterator[Finding]:
    for spec in specs:
        if misfit := misfits.get(spec.id):
            wanted = {"count": "不小于0的整数", "change": "带符号的整数", "amount": "不小于0的数"}[spec.kind]
            wide = "（全角数字）" if misfit.text.isdecimal() and not misfit.text.isascii() else ""
            yield finding(
                rule,
                f"填的是“{misfit.text}”{wide}，应填{wanted}",
                spec.label,
                cells=(spec.id,),
                fix=f"更正（{places.place(misfit.where, 'zh')}）{_as_number(misfit.text)}；不掌握的留空，确为零的填0。",
            )
    if blank := [spec for spec in specs if evidence.figures[spec.id] is None and spec.id not in misfits]:
        is_whole = len(blank) == len(specs) > 1
        columns = "各格" if is_whole else "、".join(spec.column_label for spec in blank)
        is_sum = is_whole and _has_sum(evidence, specs[0].row)
        yield finding(
            rule,
            f"缺{len(blank)}格：{'整行没有填，而它所合计的各行不都是0' if is_sum else columns}",
            specs[0].row_label,
            severity=Severity.WARNING,
            cells=tuple(spec.id for spec in blank),
            fix="补填这一行：各列分别是各项之和。" if is_sum else "",
        )
    if specs[0].row in evidence.short_rows:
        last = [spec for spec in specs if not spec.total][-1]
        yield finding(
            rule,
            f"没有填总计，而“{last.column_label}”填的{format_number(evidence.figures[last.id])}恰为前面各数之和",
            specs[0].row_label,
            severity=Severity.WARNING,
            cells=tuple(spec.id for spec in specs),
            fix="核对是否漏填了一格，把总计填在了这一格；漏填的补上（没有的填0）。数据无误的，把总计也填上。",
        )


def _as_number(text: str) -> str:
    """How what was typed would be written as a number, where it has commas, a unit, or digits of full width."""
    number = plain_number(text)
    if number is None:
        return ""
    return f"：不写逗号，填{number}" if re.search("[,，]", text) else f"：填{number}"


def _has_sum(evidence: Evidence, row: str) -> bool:
    """Whether a row is the sum of others, all of which were stated and aren't all 0."""
    parts = sum_rows(evidence.edition).get(row, ())
    cells = [evidence.figures[spec.id] for part in parts for spec in evidence.edition.rows[part]]
    return None not in cells and any(cells)


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """One column or row in which a clause must hold."""

    evidence: Evidence
    clause: Clause
    line: str
    """The column's id, or the row's."""

    def address(self, term: Term) -> tuple[str, str]:
        table = self.clause.table
        return (f"{table}.{term.name}", self.line) if self.clause.each == "column" else (self.line, term.name)

    def specs(self, term: Term) -> list[CellSpec]:
        """The cells of this year that a term stands for."""
        row, column = self.address(term)
        edition = self.evidence.edition
        return [edition.cells[f"{each}/{column}"] for each in edition.rows_of(row) or ()]

    def bounds(self, term: Term) -> Bounds:
        return self.evidence.bounds(*self.address(term), last_year=term.last_year) or UNKNOWN

    def is_complete(self) -> bool:
        """Whether nothing of this year's is missing: what is, is never a pass."""
        return all(self.bounds(term).known for term in names_in(self.clause.condition) if not term.last_year)

    def cells(self) -> tuple[str, ...]:
        terms = [term for term in names_in(self.clause.condition) if not term.last_year]
        return tuple(dict.fromkeys(spec.id for term in terms for spec in self.specs(term)))

    def label(self) -> str:
        cells = self.cells()
        specs = self.evidence.edition.cells
        if len(cells) == 1:
            return specs[cells[0]].label
        if self.clause.each == "row":
            return specs[cells[0]].row_label
        number = self.evidence.edition.table(self.clause.table).number
        return f"表{number}·{specs[cells[0]].column_label}"


def places_of(evidence: Evidence, clause: Clause) -> Iterator[HeldPlace]:
    """Every column or row of the table that has all the cells which the clause names."""
    edition = evidence.edition
    terms = [term for term in names_in(clause.condition) if not term.last_year]
    specs = [spec for spec in edition.cells.values() if spec.table == clause.table]
    if clause.each == "column":
        lines = clause.only or tuple(dict.fromkeys(spec.column for spec in specs))
    else:
        wanted = [row for each in clause.only for row in edition.rows_of(f"{clause.table}.{each}") or ()]
        lines = tuple(wanted) or tuple(dict.fromkeys(spec.row for spec in specs))
    for line in lines:
        place = HeldPlace(evidence, clause, line)
        if all(_exists(place, term) for term in terms):
            yield place


def _exists(place: HeldPlace, term: Term) -> bool:
    row, column = place.address(term)
    edition = place.evidence.edition
    return all(f"{each}/{column}" in edition.cells for each in edition.rows_of(row) or ())


def _arithmetic(evidence: Evidence, rule: RuleSpec) -> Iterator[Finding]:
    unknown: dict[bool, list[str]] = {}
    for clause in clauses_in_force(evidence, rule):
        for place in places_of(evidence, clause):
            result = holds(clause.condition, place.bounds)
            if result is None or (result and not place.is_complete()):
                unknown.setdefault(place.is_complete(), []).append(place.label())
            elif not result:
                yield _breach(rule, place)
    for lacks_history, labels in unknown.items():
        places = list(dict.fromkeys(labels))
        listed = "；".join(places[:3]) + (f"等{len(places)}处" if len(places) > 3 else "")
        yield finding(
            rule,
            f"{rule.name}：缺{'上年' if lacks_history else ''}数据，未能核对",
            listed,
            severity=Severity.UNASSESSABLE,
            fix="取得上年数据后再核对。" if lacks_history else "补填缺的数据后再核对。",
            lacks_history=lacks_history,
        )


def clauses_in_force(evidence: Evidence, rule: RuleSpec) -> Iterator[Clause]:
    """The clauses of an arithmetic rule that hold for this year and this department."""
    for clause in rule.clauses:
        begun = clause.from_year is None or evidence.year >= clause.from_year
        if begun and not any(_fits(bodies, evidence.department) for bodies in clause.unless):
            yield clause


def _fits(bodies: Bodies, department: Department) -> bool:
    return (
        (not bodies.kind or department.kind in bodies.kind)
        and (not bodies.level or department.level in bodies.level)
        and not any(word in department.name for word in bodies.name_without)
    )


def _breach(rule: RuleSpec, place: HeldPlace) -> Finding:
    clause = place.clause
    severity = Severity(clause.severity or rule.severities[0])
    if clause.mild_with not in (None, place.line):
        sound = HeldPlace(place.evidence, clause, str(clause.mild_with))
        if holds(clause.condition, sound.bounds):
            severity = Severity.WARNING
    return finding(rule, f"{clause.says}：{_values(place)}", place.label(), severity=severity, cells=place.cells())


def _values(place: HeldPlace) -> str:
    """Both sides of a comparison by name, with their sums; or the figures that another condition looks at.

    `现行有效件数填报421，各项计算为上年597＋50－227＝420`: where one side is one cell, it is what was filled in.
    """
    condition = place.clause.condition
    if isinstance(condition, Relation):
        sides = sorted((condition.left, condition.right), key=lambda side: not _is_cell(side))
        if _is_cell(sides[0]) and not _is_cell(sides[1]):
            return f"{_named(place, sides[0])}，各项计算为{_side(place, sides[1])}"
        return "，".join(_named(place, side) for side in sides)
    shown = dict.fromkeys(
        ("上年" if term.last_year else "本年") + str(place.bounds(term)) for term in names_in(condition)
    )
    return "，".join(shown)


def _is_cell(side: Sum) -> bool:
    return len(side.terms) == 1 and not side.absolute and not side.constant and side.terms[0].factor == 1


def _named(place: HeldPlace, side: Sum) -> str:
    """`结转下年度填报125`, `新收与上年结转之和为3525＋121＝3646`: a side with the names of what it adds up."""
    if _is_cell(side):
        term = side.terms[0]
        return f"{_label(place, term)}{'为' if term.last_year else '填报'}{place.bounds(term)!s}"
    if not side.terms and not side.absolute:
        return f"应为{format_number(side.constant)}"
    if side.absolute:
        return _side(place, side)
    names = "".join(
        ("－" if term.factor < 0 else "＋" if number else "") + _label(place, term)
        for number, term in enumerate(side.terms)
    )
    return f"{names}为{_side(place, side)}"


def _label(place: HeldPlace, term: Term) -> str:
    """A term's own name: its column's label, its row's last one, or a group's."""
    spec = place.specs(term)[0] if place.specs(term) else None
    year = "上年报告的" if term.last_year else ""
    if spec is None:
        return year + term.name
    if place.clause.each == "row":
        return year + spec.column_label
    parts = spec.row_label.split("·")[1:]
    return year + (parts[-1] if len(place.specs(term)) == 1 else parts[0])


def _side(place: HeldPlace, side: Sum) -> str:
    """`3402＋91＝3493`: a side's figures that aren't 0, and what they come to."""
    parts = []
    for term in side.terms:
        sign = "－" if term.factor < 0 else "＋"
        if term.last_year:
            shown = [] if place.bounds(term) == Bounds(0, 0) else [f"上年{place.bounds(term)!s}"]
        else:
            values = place.evidence.figures
            shown = [print_value(spec, values[spec.id]) for spec in place.specs(term) if values[spec.id] != 0]
        parts += [sign + each for each in shown]
    if side.constant:
        parts.append(f"＋{format_number(side.constant)}")
    listed = "".join(parts).removeprefix("＋") or "0"
    return f"{listed}＝{total(side, place.bounds)!s}"


def _cancelling(evidence: Evidence, rule: RuleSpec) -> Iterator[Finding]:
    """Columns of applicant types whose differences are not 0 but add up to it: what is missing in one is in another."""
    for other in rule.cancels:
        for clause in evidence.edition.rulebook[other].clauses:
            found = _differences(evidence, clause)
            apart = {label: number for label, number in found.items() if number is not None and number != 0}
            if len(apart) > 1 and sum(apart.values()) == 0:
                said = "，".join(
                    f"{label}{'多' if number > 0 else '少'}{abs(number)}件" for label, number in apart.items()
                )
                number = evidence.edition.table(clause.table).number
                yield finding(rule, f"{rule.name}（{clause.says}）：{said}", f"表{number}·{'、'.join(apart)}")


def cancel_out(evidence: Evidence, clause: Clause) -> bool | None:
    """Whether columns are apart by differences that cancel out; None where a figure is missing."""
    found = _differences(evidence, clause)
    numbers = [number for number in found.values() if number is not None]
    if len(numbers) < len(found):
        return None
    return sum(map(bool, numbers)) > 1 and sum(numbers) == 0


def _differences(evidence: Evidence, clause: Clause) -> dict[str, Number | None]:
    """By how much the sides of a comparison are apart in each column but totals; None where a figure is missing."""
    condition, found = clause.condition, dict[str, Number | None]()
    if clause.each != "column" or not isinstance(condition, Relation):
        return found
    for place in places_of(evidence, clause):
        spec = evidence.edition.cells[place.cells()[0]]
        difference = total(condition.left, place.bounds) + total(condition.right, place.bounds).times(-1)
        if not spec.total:
            found[spec.column_label] = difference.low if difference.known else None
    return found
