"""Rules on the figures of one submission: cells that are missing, and the arithmetic that the edition states."""

from collections.abc import Iterator

from reportkit.editions.edition import CellSpec, Edition, RuleSpec
from reportkit.editions.equations import Term
from reportkit.editions.layout import print_value
from reportkit.model import Figures, Finding, Severity, Value, format_number


def check_figures(edition: Edition, figures: Figures) -> list[Finding]:
    """Every finding on one year's figures: missing cells row by row, then each arithmetic rule.

    A rule with a missing input is "not assessable", which is never a pass; it is listed once a rule.
    """
    return [
        *_missing(edition, figures),
        *(finding for rule in edition.rules for finding in _rule(edition, rule, figures)),
    ]


def _missing(edition: Edition, figures: Figures) -> Iterator[Finding]:
    for specs in edition.rows.values():
        missing = [spec for spec in specs if figures[spec.id] is None]
        if not missing:
            continue
        columns = "各格" if len(missing) == len(specs) > 1 else "、".join(spec.column_label for spec in missing)
        yield Finding(
            "T3-4",
            Severity.UNASSESSABLE,
            f"缺{len(missing)}格：{columns}",
            specs[0].row_label,
            "补填数据；确为零的填0。",
            tuple(spec.id for spec in missing),
        )


def _rule(edition: Edition, rule: RuleSpec, figures: Figures) -> Iterator[Finding]:
    unknown: list[str] = []
    for place, left, right in _instances(edition, rule):
        cells = tuple(spec.id for _, spec in (*left, *right))
        values = (_total(left, figures), _total(right, figures))
        if None in values:
            unknown.append(place)
        elif values[0] != values[1]:
            yield Finding(
                rule.id,
                Severity.ERROR,
                f"{rule.says}：左边{_shown(left, figures)}＝{format_number(values[0])}，"
                f"右边{_shown(right, figures)}＝{format_number(values[1])}",
                place,
                "核对该处各格，更正填错的数。",
                cells,
            )
    if unknown:
        places = "；".join(unknown[:3]) + (f"等{len(unknown)}处" if len(unknown) > 3 else "")
        yield Finding(
            rule.id, Severity.UNASSESSABLE, f"{rule.says}：缺数据，未能核对", places, "补填缺的数据后再核对。"
        )


Sum = list[tuple[int, CellSpec]]


def _instances(edition: Edition, rule: RuleSpec) -> Iterator[tuple[str, Sum, Sum]]:
    """The places where a rule must hold, in Chinese, each with the cells of both sides and their signs."""
    table = [spec for spec in edition.cells.values() if spec.table == rule.table]
    if rule.each == "row":
        for specs in edition.rows.values():
            if specs[0].table == rule.table:
                by_column = {spec.column: spec for spec in specs}
                left, right = (
                    [(term.sign, by_column[term.name]) for term in side]
                    for side in (rule.parsed.left, rule.parsed.right)
                )
                yield specs[0].row_label, left, right
        return
    number = edition.table(rule.table).number
    for column in dict.fromkeys(spec.column for spec in table):
        left, right = (_cells(edition, rule.table, side, column) for side in (rule.parsed.left, rule.parsed.right))
        yield f"表{number}·{left[0][1].column_label}", left, right


def _cells(edition: Edition, table: str, terms: tuple[Term, ...], column: str) -> Sum:
    return [
        (term.sign, edition.cells[f"{row}/{column}"])
        for term in terms
        for row in edition.rows_of(f"{table}.{term.name}") or ()
    ]


def _total(side: Sum, figures: Figures) -> Value:
    values = [figures[spec.id] for _, spec in side]
    if None in values:
        return None
    return sum(sign * value for (sign, _), value in zip(side, values, strict=True) if value is not None)


def _shown(side: Sum, figures: Figures) -> str:
    """`3402＋91`: a side's cells that aren't 0, as they are printed."""
    parts = [
        ("－" if sign < 0 else "＋") + print_value(spec, figures[spec.id])
        for sign, spec in side
        if figures[spec.id] != 0
    ]
    return "".join(parts).removeprefix("＋") or "0"
