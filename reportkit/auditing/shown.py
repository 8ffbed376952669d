"""An audit's results as pages, sheets and letters say them: counts, the criterion behind each problem, its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportkit.auditing.audit import Audit, Audited
from reportkit.auditing.page_rules import page_rules
from reportkit.auditing.quoted import Quoted
from reportkit.editions import Editions
from reportkit.editions.rules import RuleSpec, rule_catalogue
from reportkit.model import Finding, Severity
from reportkit.text.severities import SEVERITIES
from reportkit.text.strings import printable

_AROUND = 40
"""Letters before and behind the words that a problem is about, in a list or a letter."""
PROBLEMS = (Severity.ERROR, Severity.WARNING)
"""What a body is asked to put right; the rest is listed as what couldn't be checked."""


@dataclass(frozen=True)
class Problem:
    """One problem of a report, in Chinese: against which criterion, what, where, and what stands there."""

    audited: Audited
    kind: str
    rule: str
    criterion: str
    law: str
    what: str
    place: str
    quoted: Quoted
    fix: str

    @property
    def detail(self) -> str:
        """What is wrong and where, in a few lines, as a list of problems has it."""
        place = "，".join(filter(None, (self.quoted.file, self.quoted.place)))
        before, behind = self.quoted.before, self.quoted.behind
        before = f"…{before[-_AROUND:]}" if len(before) > _AROUND else before
        behind = f"{behind[:_AROUND]}…" if len(behind) > _AROUND else behind
        said = printable(before + self.quoted.text + behind) if self.quoted.text else ""
        lines = [f"{self.place}：{self.what}", f"（{place}）" if place else "", f"原文：{said}" if said else ""]
        return "\n".join(filter(None, lines))


def problems(editions: Editions, audited: Audited, severities: Sequence[Severity] = PROBLEMS) -> Iterator[Problem]:
    """The findings of a report with some severities, the gravest first."""
    rules = rules_of(editions, audited.year)
    for finding, quoted in audited.findings:
        if finding.severity in severities:
            yield _problem(audited, finding, quoted, rules.get(finding.rule))


def rules_of(editions: Editions, year: int) -> Mapping[str, RuleSpec]:
    """All rules that an audit applies to reports of a year, by id."""
    return {**rule_catalogue(), **editions.for_year(year).rulebook, **page_rules()}


def _problem(audited: Audited, finding: Finding, quoted: Quoted, rule: RuleSpec | None) -> Problem:
    return Problem(
        audited=audited,
        kind=SEVERITIES[finding.severity],
        rule=finding.rule,
        criterion=printable(rule.name) if rule else finding.rule,
        law=printable(rule.law) if rule else "",
        what=printable(finding.what),
        place=printable(finding.where.partition("，“")[0]),
        quoted=quoted,
        fix=printable(finding.fix),
    )


def summary(audit: Audit) -> str:
    """How many reports were audited, and how many have what, in a sentence."""
    faulty = sum(each.is_faulty for each in audit.reports)
    found = [each.severity for report in audit.reports for each, _ in report.findings]
    counts = "，".join(
        f"{label}{found.count(severity)}项" for severity, label in SEVERITIES.items() if severity in found
    )
    unread = f"，另有{len(audit.unread)}个文件无法审核" if audit.unread else ""
    return f"共审核{len(audit.reports)}份报告，{faulty}份有错误；{counts or '没有发现问题'}{unread}。"
