"""What the publication of a report waits for, as findings: levels that have not approved what it says now."""

from reportkit.content import Content
from reportkit.model import Finding, Severity
from reportkit.review.approvals import Approvals, Standing
from reportkit.review.phrases import section_titles, what, where

RULE = "APPROVAL"
_MOST_CHANGES = 3
"""How many changes a finding names; `reportkit diff --against approved` shows all of them."""


def pending_findings(approvals: Approvals, content: Content) -> list[Finding]:
    """One finding for each required level whose approval is missing, or void because the content has changed."""
    return [_finding(approvals, each, content) for each in approvals.pending(content.digests())]


def _finding(approvals: Approvals, standing: Standing, content: Content) -> Finding:
    fix = f"核对后用 reportkit approve --level {standing.level} 批准。"
    if standing.record is None:
        return Finding(RULE, Severity.INFORMATION, f"尚未{standing.label}", standing.label, fix)
    if not standing.is_void:
        titles = section_titles(approvals.editions, content.edition)
        open_ = "、".join(titles.get(name, name) for name in standing.lacking)
        return Finding(
            RULE, Severity.INFORMATION, f"{standing.label}只批准了一部分，尚缺：{open_}", standing.label, fix
        )
    said = f"{standing.label}（{standing.record.who_and_when()}）批准后内容有变化，批准失效"
    return Finding(
        RULE, Severity.WARNING, "；".join([said, *void_because(approvals, standing, content)]), standing.label, fix
    )


def void_because(approvals: Approvals, standing: Standing, content: Content, most: int = _MOST_CHANGES) -> list[str]:
    """The first sentences or cells that have changed since a level approved, and how many there are."""
    why = approvals.why_void(standing, content)
    if why is None:
        return []
    first = [f"{where(each, why.titles)}：{what(each)}" for each in why.changes[:most]]
    return [*first, f"共{len(why.changes)}处"] if len(why.changes) > most else first
