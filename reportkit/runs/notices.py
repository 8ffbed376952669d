"""Who is notified of what after a run: one digest for each rule of report.yaml, sent by apprise.

Addresses hold secrets: they come from the environment, and are written nowhere, neither in a record nor in an error.
"""

import logging
import os
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportkit.desk.status import Status
from reportkit.digests import digest_of, read_regular
from reportkit.errors import ReportkitError
from reportkit.inputs.definition_documents import NoticeDocument
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Outcome, State
from reportkit.outputs.swap import write_file
from reportkit.review.errors_in_chinese import in_chinese
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes, printable

LABELS: Mapping[str, str] = {
    "failed": "生成失败",
    "returned": "退回修改",
    "deadline": "临近期限",
    "draft": "只能生成草稿",
    "published": State.PUBLISHED,
}
"""What a notice may be about, the gravest first."""
_NOTIFIED = "outputs/.runs/.told.json"
_MOST = 50
_NEVER_REPEATED = frozenset(LABELS) - {"published"}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that has come about: its kind, the report, what there is to say of it, and the deadline it is about."""

    kind: str
    year: int
    department: str
    name: str
    words: str = ""
    due: date | None = None

    @property
    def key(self) -> str:
        return f"{self.kind} {self.year}/{self.department}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one notice: the variable that holds its address, how many events it names, what went wrong."""

    url_from: str
    events: int
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"url_from": self.url_from, "events": self.events, "error": self.error}


def events_of(bundles: Iterable[Bundle], statuses: Sequence[Status]) -> Iterator[Event]:
    """What a run has brought about, and what holds at its end."""
    names = {(each.year, each.department): each.name for each in statuses}
    for bundle in bundles:
        about = bundle.year, bundle.department, names.get((bundle.year, bundle.department), bundle.department)
        if bundle.outcome is Outcome.FAILED:
            yield Event("failed", *about, printable(_of_failure(bundle.failure)))
        elif bundle.outcome is Outcome.DRAFT:
            errors = sum(each.is_error for each in bundle.findings)
            yield Event("draft", *about, f"{errors}项错误" if errors else "有空缺，或者尚待批准")
        elif bundle.outcome is Outcome.PUBLISHED:
            yield Event("published", *about)
    for status in statuses:
        about = status.year, status.department, status.name
        if status.returned:
            yield Event("returned", *about)
        if status.asked and status.state is not State.PUBLISHED and not status.closed:
            words = "已逾期" if status.late else status.state
            yield Event("deadline", *about, f"期限{status.due.isoformat()}，{words}", status.due)


def _of_failure(failure: Exception | None) -> str:
    return in_chinese([failure]) if isinstance(failure, ReportkitError) else str(failure)


def deliver(project: Project, events: Sequence[Event], on: date) -> list[Sent]:
    """Sends each rule its digest of what is new to it; a notice that can't be sent is reported, never raised."""
    before = _notified(project)
    now: dict[str, Any] = {}
    sent = []
    for number, rule in enumerate(project.definition.notices):
        wanted = [each for each in events if _is_for(rule, each, on)]
        name = f"{number} {rule.url_from}"
        known = before.get(name, {})
        new = [each for each in wanted if each.kind not in _NEVER_REPEATED or known.get(each.key) != _digest(each, on)]
        error = _send(rule, project.editions.publication_for().column, new) if new else None
        if new:
            sent.append(Sent(rule.url_from, len(new), error))
        notified = wanted if error is None else [each for each in wanted if each not in new]
        now[name] = {each.key: _digest(each, on) for each in notified if each.kind in _NEVER_REPEATED}
    if now != before:
        write_file(project.root / _NOTIFIED, json_bytes(now))
    return sent


def _is_for(rule: NoticeDocument, event: Event, on: date) -> bool:
    if event.kind not in rule.of or (rule.departments and event.department not in rule.departments):
        return False
    return event.due is None or (event.due - on).days <= rule.deadline_days


def _digest(event: Event, on: date) -> str:
    """What is notified once: a deadline that comes near, and once more that it has gone by."""
    late = event.due is not None and event.due < on
    return digest_of([event.kind, late if event.due is not None else event.words])


def _notified(project: Project) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        data = read_json(read_regular(project.root / _NOTIFIED))
        if isinstance(data, dict):
            return data
    return {}


def digest(column: str, events: Sequence[Event]) -> tuple[str, str]:
    """Subject and text of a notice, in Chinese."""
    counts = Counter(each.kind for each in events)
    counted = "、".join(f"{label}{counts[kind]}件" for kind, label in LABELS.items() if counts[kind])
    lines: list[str] = []
    for kind, label in LABELS.items():
        found = [each for each in events if each.kind == kind]
        if not found:
            continue
        lines += ["", f"{label}（{len(found)}件）"]
        lines += [f"{each.name}{each.year}年{f'：{each.words}' if each.words else ''}" for each in found[:_MOST]]
        if len(found) > _MOST:
            lines.append(f"……另有{len(found) - _MOST}件")
    return f"{column}：{counted}", "\n".join(lines).strip()


def _send(rule: NoticeDocument, column: str, events: Sequence[Event]) -> str | None:
    """Sends a digest; what went wrong, without the address."""
    url = os.environ.get(rule.url_from)
    if not url:
        return f"The environment has no {rule.url_from}."
    try:
        import apprise
    except ImportError:
        return "apprise is not installed: pip install 'reportkit[notices]'."
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    logging.getLogger("apprise").propagate = False  # its lines name addresses
    subject, text = digest(column, events)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about services that apprise knows, and we don't
            service = apprise.Apprise()
            if not service.add(url):
                return f"The address in {rule.url_from} is none that apprise knows."
            return None if service.notify(title=subject, body=text) else f"{rule.url_from} could not be reached."
    except Exception as error:  # whatever a service does, the run goes on
        return f"{rule.url_from}: {type(error).__name__}"
