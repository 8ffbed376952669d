"""A rule as people want to read it: what it demands, of whom, by which law, with its formula and an example."""

from collections.abc import Sequence
from typing import Any

from reportkit.editions.edition import Edition
from reportkit.model import Severity
from reportkit.text.severities import CONSEQUENCES


def explanation(rule_id: str, editions: Sequence[Edition]) -> dict[str, Any]:
    """A rule's words, with the editions and years that it holds for, and the formulas of each."""
    holding = [edition for edition in editions if rule_id in edition.rulebook]
    rule = holding[-1].rulebook[rule_id]
    formulas = {
        f"表{edition.table(clause.table).number}每{'列' if clause.each == 'column' else '行'}：{clause.holds}": None
        for edition in holding
        for clause in edition.rulebook[rule_id].clauses
    }
    return {
        "id": rule.id,
        "name": rule.name,
        "severities": {each: CONSEQUENCES[Severity(each)] for each in rule.severities},
        "waivable": rule.waivable,
        "editions": {edition.name: _years(edition) for edition in holding},
        "law": rule.law,
        "formulas": list(formulas) or ([f"由{'、'.join(rule.cancels)}的各列差额计算"] if rule.cancels else []),
        "example": rule.example,
        "mend": rule.fix,
    }


def _years(edition: Edition) -> str:
    if edition.last_year is None:
        return f"{edition.first_year}年度起"
    return f"{edition.first_year}—{edition.last_year}年度"
