"""The head of the document that a notebook becomes, with defaults for any notebook; what is printed of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from reportkit.editions import STATUTORY
from reportkit.model import Correction, DocumentHead, Finding, Severity
from reportkit.text.json_text import read_json
from reportkit.text.severities import finding_shown, gravest_first
from reportkit.text.strings import printable

LANGUAGE = "zh-CN"
_MOST_SHOWN = 200
FACTS = {
    "index_number": "索引号",
    "name": "发布机构",
    "issued_on": "成文日期",
    "published_on": "发布日期",
    "validity": "有效性",
}
"""What is printed below the title, by its key."""


def head_of(notebook: Any, resources: Mapping[str, Any] | None = None) -> DocumentHead:
    """A document's head: from `metadata.reportkit` of an assembled report, else from the notebook's name."""
    name = (resources or {}).get("metadata", {}).get("name") or "notebook"
    return _head(notebook.metadata, name)


def head_in(notebook: bytes) -> DocumentHead:
    """The same of an assembled report as bytes. Raises ValueError or LookupError where they are none."""
    return _head(read_json(notebook)["metadata"], "notebook")


def _head(metadata: Mapping[str, Any], name: str) -> DocumentHead:
    given = dict(metadata.get("reportkit", {}).get("about", {}))
    return DocumentHead(
        title=printable(given.get("title", name)),
        title_lines=tuple(map(printable, given.get("title_lines") or [given.get("title") or name])),
        name=printable(given.get("name", "")),
        department=given.get("department", ""),
        year=given.get("year"),
        edition=given.get("edition", ""),
        called=given.get("called", {}),
        draft=bool(given.get("draft", False)),
        missing=given.get("missing", 0),
        published_on=_day(given.get("published_on")),
        issued_on=_day(given.get("issued_on")),
        index_number=_text(given.get("index_number")),
        validity=_text(given.get("validity")),
        decisions=tuple(given.get("decisions", ())),
        corrections=tuple(map(Correction.from_json, given.get("corrections", ()))),
        site=given.get("site", {}),
        pending=tuple(given.get("pending", ())),
        findings=tuple(given.get("findings", ())),
    )


def called(head: DocumentHead) -> Mapping[str, str]:
    """What this kind of report and its tables are called: by its own edition, else by that of its year."""
    return head.called or STATUTORY.called_in(head.year)


def keywords(head: DocumentHead) -> tuple[str, str]:
    """What the report is found by."""
    words = called(head)
    return words["subject"], words["short"]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(text: str | None) -> str | None:
    return None if text is None else printable(text)


def facts_of(head: DocumentHead) -> dict[str, str]:
    """What is printed below the title, by its key; what isn't stated is left out."""
    stated = {key: getattr(head, key) for key in FACTS}
    return {key: str(value) for key, value in stated.items() if value}  # a day prints as 2025-01-20


def correction_lines(head: DocumentHead) -> list[str]:
    """What readers see of each correction, below the title."""
    return [
        printable(
            f"（第{each.number}次更正，{each.on.year}年{each.on.month}月{each.on.day}日：{each.reason.rstrip('。')}）"
        )
        for each in head.corrections
    ]


def shown_in_drafts(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """What a draft shows of its findings: errors first, then what could not be assessed, then warnings.

    What only lacks last year's data, and information, is left to findings.json.
    """
    kept = [each for each in findings if each.severity is not Severity.INFORMATION and not each.lacks_history]
    return [finding_shown(each) for each in gravest_first(kept)[:_MOST_SHOWN]]
