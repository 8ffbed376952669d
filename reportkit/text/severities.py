"""What findings are called in Chinese, and how they are ordered: the one vocabulary of all pages and letters."""

from collections.abc import Iterable
from typing import Any

from reportkit.model import Finding, Severity
from reportkit.text.strings import printable

SEVERITIES = {
    Severity.ERROR: "错误",
    Severity.UNASSESSABLE: "未能核对",
    Severity.WARNING: "提醒",
    Severity.INFORMATION: "供参考",
}
"""The gravest first."""
_CONSEQUENCES = {
    Severity.ERROR: "错误，不得公布",
    Severity.WARNING: "提醒，不影响公布",
    Severity.INFORMATION: "供参考",
}
_BLANKS_MEAN = "提醒；空格补填以前，报告是草稿"
WAIVED = "已豁免"
_BLANKS = "T3-4"
"""The rule of cells that were left blank: a warning, but nothing is published as long as one is."""
_BLANKS_ASKED_FOR = "须补填的数据"
_ASKED_FOR = {
    Severity.ERROR: "须改正的错误",
    Severity.UNASSESSABLE: "缺少数据、未能核对的事项",
    Severity.WARNING: "请核实的事项",
}
"""What a department is asked to do about findings."""


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by their severity, those that are waived last."""
    order = list(SEVERITIES)
    return sorted(findings, key=lambda each: (each.waiver is not None, order.index(each.severity)))


def finding_shown(finding: Finding) -> dict[str, str]:
    """A finding as a page shows it; of one that is waived, also who waived it and why."""
    return {
        "kind": WAIVED if finding.waiver else SEVERITIES[finding.severity],
        "rule": finding.rule,
        "where": printable(finding.where),
        "what": printable(finding.what),
        "mend": printable(_waived(finding.waiver) if finding.waiver else finding.fix),
    }


def _waived(waiver: Any) -> str:
    return f"由{waiver['by']}豁免，至{waiver['until']}：{waiver['reason']}"


def is_blank(finding: Finding) -> bool:
    """Whether it is of cells that were left blank: a warning with which nothing is published."""
    return finding.rule == _BLANKS and finding.severity is Severity.WARNING


def consequence(rule: str, severity: Severity) -> str:
    """What a finding of a rule, that severe, means for publication."""
    return _BLANKS_MEAN if (rule, severity) == (_BLANKS, Severity.WARNING) else _CONSEQUENCES[severity]


def asked_for(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings by what a department is asked to do about them, the gravest first; information is left out."""
    blanks, groups = list[Finding](), {severity: list[Finding]() for severity in Severity}
    for each in findings:
        (blanks if is_blank(each) else groups[each.severity]).append(each)
    (first, asked), *others = _ASKED_FOR.items()
    parts = [(asked, groups[first]), (_BLANKS_ASKED_FOR, blanks), *((words, groups[each]) for each, words in others)]
    return [(words, found) for words, found in parts if found]
