"""What readers of a report see, as data: its words, its figures, its charts' data. Compared, and bound by approvals.

How a page looks is no part of it: fonts, colours, ids and the times of a run can change and the content stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, Self

from reportkit.digests import digest_of
from reportkit.model import Exhibit
from reportkit.text.strings import printable

HEAD_NAMED = "head"
"""How a person names it."""
HEAD = ""
"""The name of the head of a report where sections are named: its title, dates and corrections, and their order."""


class Version(StrEnum):
    """Which of a report's versions is meant."""

    THIS_BUILD = "this-build"
    LAST_BUILD = "last-build"
    APPROVED = "approved"
    PUBLISHED = "published"
    LAST_YEAR = "last-year"


BlockKind = Literal["heading", "paragraph", "item", "row", "drawn", "quote", "code", "note"]
SpanKind = Literal["strong", "emphasis", "link", "computed", "struck", "code"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a block that are set apart: printed strongly, a link to `target`, or computed rather than typed."""

    start: int
    end: int
    kind: SpanKind
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, quoted paragraph, footnote, some code, or row of a small table (its cells
    parted by tabs), without line breaks but those that are printed; or the words that are drawn in the chart before it,
    one a line.

    `level` is a heading's, an item's or quote's depth from 1, or 1 for a head row. `marker` is printed before an item
    or footnote.
    """

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = ""
    spans: tuple[Span, ...] = ()

    def to_json(self) -> dict[str, Any]:
        spans = [[each.start, each.end, each.kind, each.target] for each in self.spans]
        return {"block": self.kind, "text": self.text, "level": self.level, "marker": self.marker, "spans": spans}


@dataclass(frozen=True, slots=True)
class StatutoryFigures:
    """A statutory table's figures as they are printed, by cell id, None where missing; `heads` is the digest of the
    rest that the table shows."""

    id: str
    caption: str
    unit: str
    note: str | None
    heads: str
    cells: Mapping[str, str | None]

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        return {"table": data.pop("id"), **data}


Item = Block | StatutoryFigures | Exhibit
"""One thing that a section shows."""


@dataclass(frozen=True, slots=True)
class Content:
    """A report as its readers see it: `head` are its title and dates, each with what it is, `sections` in order.

    Of what was approved part by part, `order` is that of the sections when the head was approved.
    """

    edition: str
    head: tuple[tuple[str, str], ...]
    sections: Mapping[str, tuple[Item, ...]]
    order: tuple[str, ...] = ()

    @property
    def outline(self) -> tuple[str, ...]:
        """The ids of the sections in the order that readers see: part of the head."""
        return self.order or tuple(self.sections)

    @property
    def cells(self) -> dict[str, str | None]:
        """Every figure by cell id as it is printed; None where missing."""
        found: dict[str, str | None] = {}
        for _, item in self.shown():
            if isinstance(item, StatutoryFigures):
                found |= item.cells
        return found

    def shown(self) -> Iterator[tuple[str, Item]]:
        """Everything that is shown, each with its section's id."""
        for section, items in self.sections.items():
            yield from ((section, item) for item in items)

    def digests(self) -> dict[str, str]:
        """sha256 of each section by id, and of the head by HEAD; it doesn't matter whether a number was typed."""
        head = digest_of([self.edition, self.head, list(self.outline)])
        return {HEAD: head, **{name: digest_of(_seen(items)) for name, items in self.sections.items()}}

    def to_json(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "head": [list(each) for each in self.head],
            "sections": {name: [_item_json(item) for item in items] for name, items in self.sections.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError where the data aren't what `to_json` writes."""
        return cls(
            data["edition"],
            tuple((label, text) for label, text in data["head"]),
            {name: tuple(map(_item, items)) for name, items in data["sections"].items()},
        )


def printed(value: str | float) -> str:
    """A chart's value as pages print it."""
    return printable(value) if isinstance(value, str) else str(value) if isinstance(value, int) else f"{value:g}"


def _seen(items: tuple[Item, ...]) -> list[Any]:
    """What readers see of items: not what was computed, how a number is held, or what no page prints."""
    found: list[Any] = []
    for item in items:
        if isinstance(item, Exhibit):
            found.append(_seen_chart(item))
            continue
        data = _item_json(item)
        if "spans" in data:
            data["spans"] = [span for span in data["spans"] if span[2] != "computed"]
        found.append(data)
    return found


def _seen_chart(exhibit: Exhibit) -> list[Any]:
    """What readers see of a chart; without a number, as older records have it, the digest is the one approved."""
    words = [printable(each or "") for each in (exhibit.caption, exhibit.alt, exhibit.unit, exhibit.source)]
    columns, rows = [printable(each) for each in exhibit.columns], [[*map(printed, row)] for row in exhibit.rows]
    beside = [each for each in (exhibit.number, exhibit.shapes) if each]
    return [words, columns, rows, *beside]


def _item_json(item: Item) -> dict[str, Any]:
    return {"exhibit": item.to_json()} if isinstance(item, Exhibit) else item.to_json()


def _item(data: Mapping[str, Any]) -> Item:
    if "exhibit" in data:
        return Exhibit.from_json(data["exhibit"])
    if "table" in data:
        return StatutoryFigures(
            data["table"], data["caption"], data["unit"], data["note"], data["heads"], dict(data["cells"])
        )
    spans = tuple(Span(*span) for span in data["spans"])
    return Block(data["block"], data["text"], data["level"], data["marker"], spans)
