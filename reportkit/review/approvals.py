"""Who approved what of a report: a file of lines, each chained to the one before, and what they come to today.

`params/<year>/<department>.approvals.jsonl`; lines are only ever added. A line names the digests of the sections that
were approved, so an approval stays while the content does, whatever is run again, and is void where it isn't. It is a
record, not a login: anyone who may write the file can write any name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reportkit.content import HEAD, HEAD_NAMED, Content
from reportkit.digests import digest_of
from reportkit.editions import STATUTORY, Editions
from reportkit.errors import ApprovalsError
from reportkit.messages.said import Said
from reportkit.review.changes import Comparison
from reportkit.review.differences import compare
from reportkit.text.json_text import read_json
from reportkit.text.strings import lines_of

Action = Literal["approve", "withdraw", "return"]
ACTIONS: Mapping[str, str] = {"approve": "批准", "withdraw": "撤回", "return": "退回修改"}


@dataclass(frozen=True, slots=True)
class Record:
    """One line: who did what, when (ISO 8601 with its offset), at which level, and to which sections.

    `sections` are digests by section id, HEAD among them; `made_from` is the digest of what was built. `content` is
    what was approved, on the first line that approves it. A `return` is of all levels, its `level` is empty.
    """

    report: str
    number: int
    action: Action
    level: str
    by: str
    at: str
    comment: str
    sections: Mapping[str, str]
    made_from: str
    content: Mapping[str, Any] | None
    previous: str

    def line(self) -> str:
        """The line as the file holds it, without its end."""
        return json.dumps({**self._data(), "hash": self.hash}, ensure_ascii=False)

    def _data(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def hash(self) -> str:
        """sha256 over all of it, the line before among it."""
        return digest_of(self._data())

    def summary_json(self) -> dict[str, Any]:
        """The line without what it approves; the head is called as people call it."""
        data = {name: value for name, value in self._data().items() if name not in ("content", "report")}
        return {**data, "sections": {name or HEAD_NAMED: digest for name, digest in self.sections.items()}}

    def who_and_when(self) -> str:
        """Who and when, for a sentence."""
        return f"{self.by.partition(' <')[0]}，{self.at[:10]}"


def read_records(content: bytes, report: str, where: str) -> tuple[Record, ...]:
    """The lines of an approvals file, each checked against the one before. Raises ApprovalsError with the line."""
    found: list[Record] = []
    for number, line in enumerate((line.removesuffix("\r") for line in lines_of(content)), 1):
        try:
            data = read_json(line)
            stated = data.pop("hash")
            record = Record(**data)
            text = (record.action, record.level, record.by, record.at, record.comment, record.made_from)
            if not all(isinstance(each, str) for each in text) or record.action not in ACTIONS:
                raise ValueError("a value is of another kind")
            _ = dict(record.sections), None if record.content is None else Content.from_json(record.content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _tampered(Said("record_unreadable"), where, number) from error
        if record.hash != stated or record.line() != line:
            raise _tampered(Said("record_changed"), where, number)
        if record.report != report:
            raise _tampered(Said("record_of_other_report", report=record.report), where, number)
        if record.number != number or record.previous != (found[-1].hash if found else ""):
            raise _tampered(Said("record_before_changed"), where, number)
        found.append(record)
        if record.action == "approve" and content_of_record(found, record) is None:
            raise _tampered(Said("record_lacks_content"), where, number)
    return tuple(found)


def _tampered(said: Said, where: str, line: int) -> ApprovalsError:
    return ApprovalsError(said, where=f"{where}, line {line}")


def next_record(
    records: Sequence[Record], report: str, action: Action, level: str, *, by: str, at: str, comment: str,
    sections: Mapping[str, str], made_from: str, content: Content | None,
) -> Record:  # fmt: skip
    """The line to be added; what is approved is in it where no earlier line of the file has it."""
    data = None if content is None else content.to_json()
    if any(record.content == data for record in records):
        data = None
    previous = records[-1].hash if records else ""
    return Record(
        report, len(records) + 1, action, level, by, at, comment, dict(sections), made_from, data, previous
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What the lines come to for one level and the content as it is now; sections by id, HEAD among them.

    `record` is the last line that approved at this level and was not withdrawn; None where none did. `changed` are
    the sections that were approved as they aren't any more, `lacking` those that weren't approved.
    """

    level: str
    label: str
    record: Record | None
    changed: tuple[str, ...]
    lacking: tuple[str, ...]
    ended: Record | None = None
    """The line that withdrew an approval of this level, or sent the report back, where none was given since."""

    @property
    def holds(self) -> bool:
        return self.record is not None and not self.changed and not self.lacking

    @property
    def is_void(self) -> bool:
        """Whether something was approved as it was, and is not that any more."""
        return bool(self.changed)

    @property
    def state(self) -> Literal["approved", "void", "partial", "pending"]:
        if self.holds:
            return "approved"
        return "void" if self.changed else "pending" if self.record is None else "partial"

    def to_json(self) -> dict[str, Any]:
        record = self.record
        return {
            "level": self.level,
            "label": self.label,
            "state": self.state,
            "by": record and record.by,
            "at": record and record.at,
            "changed": [name or HEAD_NAMED for name in self.changed],
            "lacking": [name or HEAD_NAMED for name in self.lacking],
        }


def _granted(records: Sequence[Record], level: str) -> dict[str, Record]:
    """For each section the line that approved it at a level last and was not taken back."""
    grants: dict[str, Record] = {}
    for record in records:
        if record.action == "return":
            grants.clear()
        elif record.level == level and record.action == "approve":
            grants.update(dict.fromkeys(record.sections, record))
        elif record.level == level:
            for section in record.sections or list(grants):
                grants.pop(section, None)
    return grants


def standings(records: Sequence[Record], levels: Mapping[str, str], digests: Mapping[str, str]) -> tuple[Standing, ...]:
    """The Standing of each level (id → label) for a report whose sections have these digests."""
    found = []
    for level, label in levels.items():
        grants = _granted(records, level)
        changed = (name for name in digests if name in grants and grants[name].sections[name] != digests[name])
        lacking = (name for name in digests if name not in grants)
        latest = max(grants.values(), key=lambda record: record.number, default=None)
        last = next((record for record in reversed(records) if record.level in (level, "")), None)
        ended = None if last is None or last.action == "approve" else last
        found.append(Standing(level, label, latest, tuple(changed), tuple(lacking), ended))
    return tuple(found)


def returned(records: Sequence[Record], digests: Mapping[str, str], made_from: str) -> Record | None:
    """The line that sent the report back, where nothing has changed or been approved since."""
    last = records[-1] if records else None
    if last is None or last.action != "return":
        return None
    if last.sections:
        return last if all(digests.get(name) == digest for name, digest in last.sections.items()) else None
    return last if last.made_from == made_from else None


@dataclass(frozen=True)
class Approved:
    """What was approved, each section (and the head, HEAD) as the line of `grants` has it; nothing else is in it."""

    grants: Mapping[str, Record]
    content: Content

    @property
    def latest(self) -> Record:
        """The last of the lines that count."""
        return max(self.grants.values(), key=lambda record: record.number)


def approved_content(records: Sequence[Record], level: str | None = None) -> Approved | None:
    """What one level approved, or any: each section as it was approved last; None where nothing was."""
    levels = [level] if level is not None else list(dict.fromkeys(each.level for each in records if each.level))
    grants: dict[str, Record] = {}
    for each in levels:
        for name, record in _granted(records, each).items():
            if name not in grants or grants[name].number < record.number:
                grants[name] = record
    return Approved(grants, _assembled(records, grants)) if grants else None


def _assembled(records: Sequence[Record], grants: Mapping[str, Record]) -> Content:
    """What was approved, each section as its own line has it."""
    lines = {record.number: record for record in grants.values()}
    contents = {number: content_of_record(records, record) for number, record in lines.items()}
    latest, head = contents[max(contents)], contents[grants[HEAD].number] if HEAD in grants else None
    assert latest is not None  # a file whose lines lack what they approve isn't read
    order = (head or latest).outline
    sections = {
        name: content.sections[name]
        for name in dict.fromkeys((*order, *grants))
        if name in grants and name != HEAD and (content := contents[grants[name].number]) is not None
    }
    return Content((head or latest).edition, head.head if head else (), sections, order)


def content_of_record(records: Sequence[Record], record: Record) -> Content | None:
    """What an approval was of: it is in its own line or in an earlier one."""
    for earlier in reversed(records[: record.number]):
        if earlier.content is not None:
            content = Content.from_json(earlier.content)
            digests = content.digests()
            if all(digests.get(name) == digest for name, digest in record.sections.items()):
                return content
    return None


@dataclass(frozen=True)
class Approvals:
    """A report's approvals file as it is, and the levels that its project has."""

    records: tuple[Record, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    editions: Editions = STATUTORY

    def standings(self, digests: Mapping[str, str]) -> tuple[Standing, ...]:
        return standings(self.records, self.levels, digests)

    def pending(self, digests: Mapping[str, str]) -> tuple[Standing, ...]:
        """The levels that publishing waits for."""
        return tuple(each for each in self.standings(digests) if each.level in self.required and not each.holds)

    def why_void(self, standing: Standing, now: Content) -> Comparison | None:
        """What has changed since that level approved, of what it approved; None where it approved nothing."""
        found = approved_content(self.records, standing.level)
        return None if found is None else compare(self.editions, found.content, now, of=found.grants)


def whole_report(digests: Mapping[str, str], sections: Sequence[str]) -> dict[str, str]:
    """The digests that an action is about: of the sections named (`head` is the head), else of the whole report."""
    wanted = {HEAD if name == HEAD_NAMED else name for name in sections}
    return {name: digest for name, digest in digests.items() if not wanted or name in wanted}
