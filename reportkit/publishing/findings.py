"""Findings of many reports as one self-contained HTML page, for people who have no terminal."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template

from reportkit.errors import ReportkitError, each_error
from reportkit.model import Checked, Finding
from reportkit.publishing.styles import TEMPLATES
from reportkit.text.severities import SEVERITIES
from reportkit.text.strings import printable


def findings_page(found: Sequence[Checked]) -> bytes:
    """One page: a table of all reports, then each with its findings by severity. No script, no request."""
    reports = [
        {
            "id": each.report.replace("/", "-"),
            "report": each.report,
            "name": printable(each.name),
            "error": "\n".join(map(printable, _lines(each.error))) if each.error else "",
            "counts": [sum(finding.severity is kind for finding in each.findings) for kind in SEVERITIES],
            "groups": [
                (kind.value, label, [_shown(finding) for finding in each.findings if finding.severity is kind])
                for kind, label in SEVERITIES.items()
            ],
        }
        for each in found
    ]
    return _template().render(reports=reports, kinds=list(SEVERITIES.values())).encode()


def _lines(error: Exception) -> list[str]:
    """Each single error in Chinese, where and how to fix it."""
    if not isinstance(error, ReportkitError):
        return [str(error)]
    found = [each.shown("zh") for each in each_error(error)]
    return [f"{each.where}：{each.what}。{each.fix}".removeprefix("：") for each in found]


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "where": printable(finding.where),
        "what": printable(finding.what),
        "mend": printable(finding.fix),
        "waiver": finding.waiver,
    }


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("findings.html.j2")
