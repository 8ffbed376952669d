"""What two versions of a report differ in: each change, and all of them in the order of the report."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from reportkit.content import HEAD_NAMED, Content, Item, printed
from reportkit.model import Exhibit, Finding
from reportkit.review.alignment import Piece
from reportkit.text.strings import printable

Kind = Literal["changed", "added", "removed", "moved", "form"]
"""`form`: the words are the same, but not what of them is strong, a link, or a heading."""


NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
"""A figure as it is printed."""


def _number(text: str | None) -> Decimal | None:
    """The number of a cell as it is printed, perhaps with its unit; None for a cell without one."""
    found = NUMBER.match(text or "")
    return None if found is None else Decimal(found[0])


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One cell of a statutory table, as it was and is printed; None where the table has no such cell.

    In JSON figures are what figures.json has: whole numbers, amounts as text, null where missing.
    """

    cell: str
    label: str
    unit: str
    before: str | None
    after: str | None
    is_amount: bool = False

    @property
    def change(self) -> Decimal | None:
        """How much it has grown; None where either figure is missing."""
        before, after = _number(self.before), _number(self.after)
        return None if before is None or after is None else after - before

    @property
    def percent(self) -> Decimal | None:
        """The same in per cent with two decimals; None where there is nothing to grow from."""
        before = _number(self.before)
        if self.change is None or not before:
            return None
        return (self.change / abs(before) * 100).quantize(Decimal("0.01"))

    @property
    def direction(self) -> str:
        if self.change is None:
            return "new" if _number(self.before) is None else "gone"
        return "up" if self.change > 0 else "down"

    def _value(self, text: str | None) -> int | str | None:
        number = _number(text)
        return None if number is None else str(number) if self.is_amount else int(number)

    def to_json(self) -> dict[str, Any]:
        return {
            "cell": self.cell,
            "label": self.label,
            "unit": self.unit,
            "before": self._value(self.before),
            "after": self._value(self.after),
            "direction": self.direction,
            "change": None if self.change is None else str(self.change),
            "percent": None if self.percent is None else str(self.percent),
        }


@dataclass(frozen=True, slots=True)
class WordsChange:
    """One sentence that is not as it was; of a paragraph that was moved, all of it. Empty where it wasn't or isn't."""

    section: str
    kind: Kind
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "pieces": [[piece.operation, piece.text] for piece in self.pieces],
        }


@dataclass(frozen=True, slots=True)
class ExhibitChange:
    """A chart whose data or words are not as they were; None where it wasn't or isn't there."""

    section: str
    before: Exhibit | None
    after: Exhibit | None

    @property
    def what(self) -> tuple[tuple[str, str, str], ...]:
        """What is not as it was: a name, what was there, what is there."""
        old, new = (_parts(each) for each in (self.before, self.after))
        names = dict.fromkeys((*old, *new))
        return tuple((each, old.get(each, ""), new.get(each, "")) for each in names if old.get(each) != new.get(each))

    def to_json(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "caption": (self.after or self.before).caption,  # type: ignore[union-attr]  # one of them is there
            "kind": "added" if self.before is None else "removed" if self.after is None else "changed",
            "changes": [{"what": name, "before": old, "after": new} for name, old, new in self.what],
        }


@dataclass(frozen=True, slots=True)
class HeadChange:
    """The title, a date or another line above the report's text."""

    label: str
    before: str
    after: str

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "before": self.before, "after": self.after}


Change = HeadChange | FigureChange | WordsChange | ExhibitChange


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one thing that a section shows: the thing before and after, None where there was or is none.

    `changes` are what is reported of it; of a paragraph `sentences` are all its sentences in order, changed or not.
    `elsewhere` says that a paragraph has come from, or gone to, another place.
    """

    before: Item | None
    after: Item | None
    changes: tuple[Change, ...] = ()
    sentences: tuple[tuple[Piece, ...], ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side; `sections` are in the order of the later one, those that it lacks last.

    `beside` are those of the later report that were not compared, the head's id among them: they are shown as they are.
    `titles` are those of the sections of both, by id.
    """

    before: Content
    after: Content
    titles: Mapping[str, str]
    head: tuple[HeadChange, ...]
    sections: tuple[tuple[str, tuple[Row, ...]], ...]
    come: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    beside: tuple[str, ...] = ()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Everything that is not as it was, in the order of the report."""
        rows = [row for _, rows in self.sections for row in rows]
        return (*self.head, *(change for row in rows for change in row.changes))

    @property
    def figures(self) -> tuple[FigureChange, ...]:
        return tuple(each for each in self.changes if isinstance(each, FigureChange))

    @property
    def wording(self) -> tuple[WordsChange, ...]:
        return tuple(each for each in self.changes if isinstance(each, WordsChange))

    @property
    def exhibits(self) -> tuple[ExhibitChange, ...]:
        return tuple(each for each in self.changes if isinstance(each, ExhibitChange))

    def __bool__(self) -> bool:
        """Whether anything that readers see has changed."""
        return bool(self.changes)

    def to_json(self) -> dict[str, Any]:
        return {
            "head": [each.to_json() for each in self.head],
            "figures": [each.to_json() for each in self.figures],
            "wording": [each.to_json() for each in self.wording],
            "exhibits": [each.to_json() for each in self.exhibits],
            "not_compared": [each or HEAD_NAMED for each in self.beside],
            "findings": {
                "come": [each.to_json() for each in self.come],
                "gone": [each.to_json() for each in self.gone],
            },
        }


def _parts(exhibit: Exhibit | None) -> Mapping[str, str]:
    """What a chart says, by name: its number, each value by its row and column, its words."""
    if exhibit is None:
        return {}
    found = {"图号": "" if exhibit.number is None else f"图{exhibit.number}"}
    found["列"] = "、".join(printable(each) for each in exhibit.columns)
    found["项"] = "、".join(printed(row[0]) for row in exhibit.rows)
    for number, row in enumerate(exhibit.rows, 1):
        for column, value in zip(exhibit.columns[1:], row[1:], strict=False):
            name = f"{printed(row[0])}·{printable(column)}"
            found[name if name not in found else f"{name}（第{number}项）"] = printed(value)
    found["其他图形"] = exhibit.shapes
    words = {"图题": exhibit.caption, "替代文字": exhibit.alt, "单位": exhibit.unit, "来源": exhibit.source or ""}
    found |= {name: printable(text) for name, text in words.items()}
    return {name: text for name, text in found.items() if text}
