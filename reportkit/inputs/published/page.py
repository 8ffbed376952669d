"""A published report as it was opened, in reading order: paragraphs, tables, and cells that only stand in a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reportkit.inputs.handed_in import Place
from reportkit.inputs.tables.grid import Grid

PageKind = Literal["html", "pdf", "docx", "text"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's words, and where it stands. `level` is that of a heading's markup, 0 for any other."""

    text: str
    place: Place
    level: int = 0


class Token(NamedTuple):
    """A piece of a table whose columns aren't known: a label, a number, or an empty cell."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Tokens:
    """Pieces in reading order, of a table that is told by no lines and no markup."""

    each: tuple[Token, ...]


class Mark(NamedTuple):
    """A word on a PDF's page outside ruled tables, with its box in points from the top left."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    place: Place


@dataclass(frozen=True, slots=True)
class Link:
    """Where a page leads to, and with what words."""

    href: str
    text: str
    place: Place


Block = Paragraph | Grid | Tokens


@dataclass(frozen=True)
class Page:
    """A published report's blocks in reading order, and what the file says of itself.

    `meta` are the page's own fields by their names in lower case (`title`, `pubdate`, `articletitle`). `notes` are
    comments in a Word file, which nobody is meant to read. `pictures` counts those that are large enough to be a table.
    `marks` are the words of a PDF outside ruled tables, for those whose columns are told by alignment alone.
    """

    kind: PageKind
    blocks: Sequence[Block]
    meta: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[Link] = ()
    notes: Sequence[str] = ()
    pictures: int = 0
    marks: Sequence[Mark] = ()

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        return (each for each in self.blocks if isinstance(each, Paragraph))

    @property
    def grids(self) -> Iterator[Grid]:
        return (each for each in self.blocks if isinstance(each, Grid))
