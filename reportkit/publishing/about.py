"""What a notebook says about the document it becomes: title, body, draft or not; with defaults for any notebook."""

from collections.abc import Iterable, Mapping
from typing import Any

from reportkit.model import Finding, Severity
from reportkit.text import printable

LANGUAGE = "zh-CN"
_SHOWN = {Severity.ERROR: "错误", Severity.UNASSESSABLE: "未能核对", Severity.WARNING: "提醒"}
_MOST_SHOWN = 200
FACTS = {"index_number": "索引号", "name": "发布机构", "issued_on": "成文日期", "published_on": "发布日期"}
"""What stands below the title, by its key."""


def about_of(notebook: Any, resources: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document's metadata: from `metadata.reportkit` of an assembled report, else from the notebook's name."""
    given = dict(notebook.metadata.get("reportkit", {}).get("about", {}))
    name = (resources or {}).get("metadata", {}).get("name") or "notebook"
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
    kept = [each for each in findings if each.severity in _SHOWN and not each.lacks_history]
    order = list(_SHOWN)
    kept.sort(key=lambda each: (each.waiver is not None, order.index(each.severity)))
    return [
        {
            "kind": "已豁免" if each.waiver else _SHOWN[each.severity],
            "rule": each.rule,
            "where": printable(each.where),
            "what": printable(each.what),
            "mend": printable(_waived(each) if each.waiver else each.mend),
        }
        for each in kept[:_MOST_SHOWN]
    ]


def _waived(finding: Finding) -> str:
    assert finding.waiver is not None
    return f"由{finding.waiver['by']}豁免，至{finding.waiver['until']}：{finding.waiver['reason']}"
