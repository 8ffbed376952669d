"""Findings that a reviewer has waived, and waivers that are of no use."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reportkit.checks.evidence import finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, Severity, Waiver


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Waiver], rule: RuleSpec, valid_on: date
) -> list[Finding]:
    """The findings, waived ones with their waiver; a waiver that has expired or waives nothing is a finding of `rule`.

    `valid_on` is the day that waivers are judged by: the report's own, not today's, so that a rebuilt report stays
    the same. Only rules that are waivable come here.
    """
    found = list(findings)
    for waiver in waivers:
        about = f"豁免 {waiver.rule}（{waiver.place}，{waiver.by}）"
        if waiver.until < valid_on:
            found.append(_useless(rule, f"{about}已于{waiver.until.isoformat()}到期", waiver))
            continue
        places = [number for number, each in enumerate(found) if _covers(waiver, each)]
        for number in places:
            found[number] = replace(found[number], waiver=waiver.to_json())
        if not places:
            found.append(_useless(rule, f"{about}没有对应的问题", waiver))
    return found


def _covers(waiver: Waiver, each: Finding) -> bool:
    if each.rule != waiver.rule or each.severity not in (Severity.ERROR, Severity.WARNING):
        return False
    if waiver.sentence != each.sentence:
        return False  # of another sentence, or of one that has changed since
    place = waiver.place
    return (
        place in (each.slot, each.where)
        or any(cell == place or cell.startswith((f"{place}/", f"{place}.")) for cell in each.cells)
        or place in each.quote
    )


def _useless(rule: RuleSpec, what: str, waiver: Waiver) -> Finding:
    return finding(rule, what, waiver.where, severity=Severity.WARNING)
