"""The findings that `check` and `build` show: all, or those that make a report a draft, and where all of them are."""

import sys
from collections.abc import Iterable, Sequence

from rich.markup import escape

from reportkit.cli import console
from reportkit.cli.causes import causes_of, print_causes
from reportkit.messages.languages import shown_language
from reportkit.messages.said import Said
from reportkit.model import Bundle, Checked, Finding, Outcome, Severity
from reportkit.outputs.folders import DRAFTS, OUTPUTS
from reportkit.publishing.data import FINDINGS
from reportkit.review.pending import RULE as PENDING
from reportkit.text.severities import WAIVED, gravest_first, is_blank

_MOST_FINDINGS = 10
_MOST_REPORTS = 20


def print_checked(found: Sequence[Checked]) -> None:
    """Reports with their findings, errors first, one a line with where and how to fix it; then how many there are."""
    out = console.out()
    order = list(Severity)
    causes = causes_of([(each.report, each.error) for each in found if each.error is not None])
    for each in found:
        if each.error is not None:
            print_causes(each.report, causes.pop(each.report, ()))
            continue
        out.print(f"[bold]{escape(each.report)} {escape(each.name)}[/]　{console.count(each.findings) or '无发现'}")
        if why := why_draft(each.findings, each.missing):
            out.print(f"  {escape(why)}")
        for finding in sorted(each.findings, key=lambda finding: order.index(finding.severity)):
            out.print(line_of(finding))
    if len(found) > 1:
        broken = sum(each.error is not None for each in found)
        total = console.count(finding for each in found for finding in each.findings) or "无发现"
        out.print(f"[bold]共{len(found)}份报告[/]　{total}{f'，{broken}份无法读取' if broken else ''}")


def line_of(finding: Finding) -> str:
    """A finding in a line: how severe, its rule, where, what, and how to fix it."""
    waived = f"　{WAIVED}（{finding.waiver['by']}：{finding.waiver['reason']}）" if finding.waiver else ""
    style = console.STYLES[finding.severity]
    return (
        f"  [{style}]{finding.severity.value}[/] {escape(finding.rule)}　{escape(finding.where)}："
        f"{escape(finding.what)}{escape(waived)}　[dim]{escape(finding.fix)}[/]"
    )


def why_draft(findings: Iterable[Finding], missing: int) -> str:
    """Why a report is a draft, in a line, where no error says so: cells are missing, or rules can't be assessed."""
    if missing:
        return _words(Said("draft_for_missing", cells=missing))
    blocking = [each for each in findings if each.blocks]
    if blocking and not any(each.is_error for each in blocking):
        return _words(Said("draft_for_unassessed", rules=len(blocking)))
    return ""


def print_findings(bundles: Iterable[Bundle]) -> None:
    """Below what became of reports: why each draft is one, and what only a build finds.

    On standard error: a program that reads the table finds a report in each of its lines.
    """
    shown = [(bundle, found) for bundle in bundles if (found := findings_shown(bundle))]
    if not shown:
        return
    sys.stdout.flush()
    for bundle, found in shown[:_MOST_REPORTS]:
        _print(bundle, found)
    if len(shown) > _MOST_REPORTS:
        console.err().print(_words(Said("more_reports", more=len(shown) - _MOST_REPORTS)), markup=False)


def findings_shown(bundle: Bundle) -> Sequence[Finding]:
    """The findings of a report that are shown after a build: those that make it a draft, and what only a build finds.

    Rules that couldn't be assessed are shown where there is nothing else: mostly they lack the missing cells.
    """
    if bundle.outcome in (Outcome.FAILED, Outcome.CLOSED):
        return []
    late = {id(each) for each in bundle.of_document if each.severity is Severity.WARNING and each.waiver is None}
    found = [each for each in bundle.findings if id(each) in late or (bundle.draft and _is_reason(each))]
    unassessed = [each for each in bundle.findings if bundle.draft and each.blocks]
    return gravest_first(found or unassessed)


def _is_reason(finding: Finding) -> bool:
    return finding.is_error or finding.rule == PENDING or (is_blank(finding) and finding.waiver is None)


def _print(bundle: Bundle, found: Sequence[Finding]) -> None:
    err = console.err()
    name = f"{bundle.year}/{bundle.department}"
    why = why_draft(bundle.findings, bundle.missing) if bundle.draft else ""
    err.print(f"[bold]{escape(name)}[/]　{escape(why or console.count(found))}")
    for each in found[:_MOST_FINDINGS]:
        err.print(line_of(each))
    if len(found) > _MOST_FINDINGS:
        err.print("  " + _words(Said("more_findings", more=len(found) - _MOST_FINDINGS)), markup=False)
    file = f"{DRAFTS if bundle.draft else OUTPUTS}/{name}/{FINDINGS}"
    told = Said("all_findings", year=bundle.year, department=bundle.department, file=file)
    err.print("  " + _words(told), markup=False)


def _words(said: Said) -> str:
    return said.text("what", shown_language())
