"""What a file that somebody handed in says of one department's year, and where each figure of it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reportkit.errors import InputError
from reportkit.inputs.sources import Kind
from reportkit.messages.said import Said
from reportkit.model import Fact, Value


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: `sheet` is a sheet's name or a page, `cell` what names the cell there (C7)."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure as it was read; `value` is None where its cell is blank, and a blank is never 0.

    `text` is what stood in the cell, `note` what stood there beside the number (其中修订16件).
    """

    value: Value
    place: Place
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What one file says of one department's year.

    `department` is the id of the body that it names, `year` the year; None where it doesn't say. A cell that was not
    found is absent from `figures`, one that is blank has the value None. `prose` is by slot id, `facts` by fact id;
    `blank_tables` are those of which the file says that blanks are zero. `refusals` are what can't be read surely,
    each with its place: where there is one, nothing of the file may be taken. `remarks` need no answer.
    """

    file: str
    digest: str
    edition: str
    department: str | None = None
    year: int | None = None
    figures: Mapping[str, FoundFigure] = field(default_factory=dict)
    prose: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    published_on: date | None = None
    issued_on: date | None = None
    index_number: str | None = None
    none_received: bool = False
    blank_tables: tuple[str, ...] = ()
    refusals: tuple[InputError, ...] = ()
    doubts: Mapping[str, tuple[InputError, ...]] = field(default_factory=dict)
    """Those of the refusals that are about one figure, by its cell's id."""
    remarks: tuple[Said, ...] = ()
    left_blank: Mapping[str, str] = field(default_factory=dict)
    """What has a place of its own there and nothing in it: `slot:proactive`, `fact:hotline`, with what it is called."""
    unsaid: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Fact id → its parts (`source`) for which the file has no column: what the submission says of them stays."""
    made_of: str | None = None
    """The digest of the submission that the file was made of, empty where there was none; None where it doesn't say."""
    kind: Kind = "workbook"
    """What kind of file it is, as a figure's Source says."""
