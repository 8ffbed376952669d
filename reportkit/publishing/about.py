"""What a notebook says about the document it becomes: title, body, draft or not; with defaults for any notebook."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from reportkit.model import Finding, Severity
from reportkit.text.strings import printable

LANGUAGE = "zh-CN"
KINDS = {
    Severity.ERROR: "错误",
    Severity.UNASSESSABLE: "未能核对",
    Severity.WARNING: "提醒",
    Severity.INFORMATION: "供参考",
}
"""Findings of each severity in Chinese, the gravest first."""
_MOST_SHOWN = 200
FACTS = {
    "index_number": "索引号",
    "name": "发布机构",
    "issued_on": "成文日期",
    "published_on": "发布日期",
    "validity": "有效性",
}
"""What stands below the title, by its key."""


def about_of(notebook: Any, resources: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document's metadata: from `metadata.reportkit` of an assembled report, else from the notebook's name."""
    name = (resources or {}).get("metadata", {}).get("name") or "notebook"
    return _filled(notebook.metadata, name)


def about_in(notebook: bytes) -> dict[str, Any]:
    """The same of an assembled report as bytes. Raises ValueError or LookupError where they are none."""
    return _filled(json.loads(notebook)["metadata"], "notebook")


def _filled(metadata: Mapping[str, Any], name: str) -> dict[str, Any]:
    given = dict(metadata.get("reportkit", {}).get("about", {}))
    about = {
        "title": name,
        "title_lines": [given.get("title") or name],
        "name": "",
        "language": LANGUAGE,
        "draft": False,
        "pending": [],
        "findings": [],
        "missing": 0,
        "published_on": None,
        "issued_on": None,
        "index_number": None,
        "validity": None,
        "site": {},
        "corrections": [],
        **given,
    }
    about["corrections"] = [_correction(each) for each in about["corrections"]]
    return {key: printable(value) if isinstance(value, str) else value for key, value in about.items()}


def _correction(each: Mapping[str, Any]) -> str:
    """What readers are told of a correction, below the title."""
    year, month, day = (int(part) for part in each["on"].split("-"))
    return printable(f"（第{each['number']}次更正，{year}年{month}月{day}日：{each['reason'].rstrip('。')}）")


def shown_in_drafts(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """What a draft tells its readers of its findings: errors first, then what could not be assessed, then warnings.

    What only lacks last year's data, and information, is left to findings.json.
    """
    kept = [each for each in findings if each.severity is not Severity.INFORMATION and not each.lacks_history]
    return [finding_told(each) for each in gravest_first(kept)[:_MOST_SHOWN]]


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by their severity, those that are waived last."""
    order = list(KINDS)
    return sorted(findings, key=lambda each: (each.waiver is not None, order.index(each.severity)))


def finding_told(finding: Finding) -> dict[str, str]:
    """A finding as a page tells it; of one that is waived by whom, and why."""
    return {
        "kind": "已豁免" if finding.waiver else KINDS[finding.severity],
        "rule": finding.rule,
        "where": printable(finding.where),
        "what": printable(finding.what),
        "mend": printable(_waived(finding) if finding.waiver else finding.mend),
    }


def _waived(finding: Finding) -> str:
    assert finding.waiver is not None
    return f"由{finding.waiver['by']}豁免，至{finding.waiver['until']}：{finding.waiver['reason']}"
