"""The record that every published source is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["html", "mht", "pdf", "text", "docx", "doc"]
Value = int | Decimal | None


@dataclass(frozen=True)
class Source:
    """One published report as a file, with what a person reads on it.

    truth: every cell of the year's edition that the source shows; None is a cell left blank. A cell that isn't in it is
    not on the source: any value for it is wrong.
    prose: the first words of each slot that has a heading of its own; `problems` also where 五 has no parts.
    told: cells that a careful reader may refuse; if it gives a value, `truth` has the only right one.
    """

    name: str
    content: bytes = field(repr=False)
    year: int
    body: str
    truth: Mapping[str, Value] = field(repr=False)
    prose: Mapping[str, str] = field(repr=False)
    told: frozenset[str] = frozenset()
    kind: Kind = "html"
