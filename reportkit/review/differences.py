"""What differs between two reports as their readers see them: figures, words, charts' data, findings."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from reportkit.content import HEAD, HEAD_NAMED, Block, Content, Item, StatutoryFigures, printed
from reportkit.editions import Edition, load_edition
from reportkit.model import MISSING, Exhibit, Finding
from reportkit.review.wording import Piece, align, moved, pieces, sentences
from reportkit.text import printable

Kind = Literal["changed", "added", "removed", "moved", "form"]
"""`form`: the words are the same, but not what of them is strong, a link, or a heading."""


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def _number(text: str | None) -> Decimal | None:
    """The number of a cell as it is printed, perhaps with its unit; None for a cell without one."""
    found = _NUMBER.match(text or "")
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
        """What is not as it was: a name, what stood there, what stands there."""
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

    `changes` are what is told of it; of a paragraph `sentences` are all its sentences in order, changed or not.
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
    """

    before: Content
    after: Content
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


def compare(
    before: Content,
    after: Content,
    findings_before: Sequence[Finding] = (),
    findings_after: Sequence[Finding] = (),
    *,
    of: Collection[str] | None = None,
) -> Comparison:
    """Two reports' contents and findings → all that differs; with `of` only in these sections, HEAD among them."""
    editions = load_edition(before.edition), load_edition(after.edition)
    beside = () if of is None else tuple(name for name in (HEAD, *after.sections) if name not in of)
    sections = [
        (name, _as_it_is(after, name) if name in beside else _rows(name, before, after, editions))
        for name in _names(before, after)
        if of is None or name in of or name in beside
    ]
    old, new = ({_key(each) for each in findings} for findings in (findings_before, findings_after))
    return Comparison(
        before,
        after,
        () if HEAD in beside else (*_head(before.head, after.head), *_outline(before, after)),
        _with_moved(sections),
        tuple(each for each in findings_after if _key(each) not in old),
        tuple(each for each in findings_before if _key(each) not in new),
        beside,
    )


def _as_it_is(content: Content, section: str) -> list[Row]:
    return [Row(item, item) for item in content.sections[section]]


def _names(before: Content, after: Content) -> list[str]:
    return [*after.sections, *(name for name in before.sections if name not in after.sections)]


def _key(finding: Finding) -> tuple[Any, ...]:
    return finding.rule, finding.severity, finding.where, finding.what, finding.waiver is None


def _head(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[HeadChange]:
    old, new = _numbered(before), _numbered(after)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield HeadChange(name[0], old.get(name, ""), new.get(name, ""))


def _outline(before: Content, after: Content) -> Iterator[HeadChange]:
    """The statutory format and the order of the sections, where they are not as they were."""
    if before.edition != after.edition:
        yield HeadChange("格式", load_edition(before.edition).name, load_edition(after.edition).name)
    titles = {
        section.id: section.title or "引言"
        for each in (before, after)
        for section in load_edition(each.edition).sections
    }
    orders = ["、".join(titles.get(name, name) for name in content.outline) for content in (before, after)]
    if before.outline != after.outline:
        yield HeadChange("各部分及其顺序", *orders)


def _numbered(head: Sequence[tuple[str, str]]) -> dict[tuple[str, int], str]:
    """Lines by their label and how often it has stood before: there may be several corrections."""
    found: dict[tuple[str, int], str] = {}
    for label, text in head:
        found[label, sum(each == label for each, _ in found)] = text
    return found


def _rows(section: str, before: Content, after: Content, editions: tuple[Edition, Edition]) -> list[Row]:
    old, new = before.sections.get(section, ()), after.sections.get(section, ())
    pairs = align([_as_text(item) for item in old], [_as_text(item) for item in new])
    rows: list[Row] = []
    for one, other in pairs:
        items = None if one is None else old[one], None if other is None else new[other]
        rows += _row(section, *items, editions)
    return [_as_drawn(row, before_it) for row, before_it in zip(rows, [None, *rows], strict=False)]


_DRAWN = "\2" * 16
"""Before the words of a chart, so that they belong to those of another one and to nothing else."""


def _as_drawn(row: Row, before_it: Row | None) -> Row:
    """A chart's words; numbers among them are not told once more where the chart's data are."""
    block = row.before if row.after is None else row.after
    if not isinstance(block, Block) or block.kind != "drawn" or before_it is None or not before_it.changes:
        return row
    texts = [each.text.split("\n") if isinstance(each, Block) else [] for each in (row.before, row.after)]
    words_only = [[line for line in lines if not _NUMBER.fullmatch(line)] for lines in texts]
    alone = row.before is None or row.after is None
    return replace(row, changes=()) if alone or words_only[0] == words_only[1] else row


def _as_text(item: Item) -> str:
    """What tells an item from others: its kind and words; a table is itself whatever stands in it."""
    match item:
        case Block():
            return f"{'¶' if item.kind == 'paragraph' else _DRAWN if item.kind == 'drawn' else item.kind}{item.text}"
        case StatutoryFigures():
            return f"\0{item.id}"
        case Exhibit():
            return f"\1\1\1\1\1\1\1\1{item.caption}"


def _row(section: str, before: Item | None, after: Item | None, editions: tuple[Edition, Edition]) -> list[Row]:
    """One thing before and after as a row; where they can't be told as one, as two."""
    if before == after:
        return [Row(before, after)]
    match before, after:
        case StatutoryFigures() | None, StatutoryFigures() | None:
            return [Row(before, after, tuple(_figures(section, before, after, editions)))]
        case Exhibit() | None, Exhibit() | None:
            change = ExhibitChange(section, before, after)
            return [Row(before, after, (change,) if change.what else ())]
        case Block() | None, Block() | None if _one_shape(before, after):
            return [_paragraph(section, before, after)]
    return [*_row(section, before, None, editions), *_row(section, None, after, editions)]


_RUNNING = frozenset({"heading", "paragraph", "item"})


def _one_shape(before: Block | None, after: Block | None) -> bool:
    """Whether two blocks can be shown as one: running text, or of one kind, and rows with as many cells."""
    if before is None or after is None or {before.kind, after.kind} <= _RUNNING:
        return True
    return before.kind == after.kind and (before.kind != "row" or before.text.count("\t") == after.text.count("\t"))


def _figures(
    section: str, before: StatutoryFigures | None, after: StatutoryFigures | None, editions: tuple[Edition, Edition]
) -> Iterator[Change]:
    old, new = ({} if each is None else each.cells for each in (before, after))
    specs = {**editions[0].cells, **editions[1].cells}
    for cell in dict.fromkeys((*new, *old)):
        values = [(cells[cell] or MISSING) if cell in cells else None for cells in (old, new)]
        if values[0] != values[1]:
            spec = specs.get(cell)
            label, unit, kind = (cell, "", "count") if spec is None else (spec.label, spec.unit, spec.kind)
            yield FigureChange(cell, label, unit, values[0], values[1], is_amount=kind == "amount")
    words = [_table_words(each) for each in (before, after)]
    for name in dict.fromkeys((*words[0], *words[1])):
        one, other = words[0].get(name, ""), words[1].get(name, "")
        if one != other and name == "heads":
            yield WordsChange(section, "form", "", "")
        elif one != other:
            yield WordsChange(section, "changed", one, other, pieces(one, other))


def _table_words(table: StatutoryFigures | None) -> dict[str, str]:
    if table is None:
        return {}
    return {"caption": table.caption, "unit": table.unit, "note": table.note or "", "heads": table.heads}


def _paragraph(section: str, before: Block | None, after: Block | None) -> Row:
    """A paragraph sentence by sentence; a row of a table cell by cell."""
    old, new = (_sentences(each) for each in (before, after))
    is_row = "row" in {each.kind for each in (before, after) if each is not None}
    pairs = list(zip(range(len(old)), range(len(new)), strict=False)) if is_row and old and new else align(old, new)
    told: list[Change] = []
    shown: list[tuple[Piece, ...]] = []
    for one, other in pairs:
        texts = "" if one is None else old[one], "" if other is None else new[other]
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        found = (Piece("same", texts[1]),) if texts[0] == texts[1] else pieces(*texts)
        shown.append(found)
        if texts[0] != texts[1]:
            told.append(WordsChange(section, kind, *_bare(*texts), found))
    if not told and before is not None and after is not None and _form(before) != _form(after):
        told.append(WordsChange(section, "form", before.text, after.text))
    return Row(before, after, tuple(told), tuple(shown))


def _bare(before: str, after: str) -> tuple[str, str]:
    """Two sentences without the space around them, where they differ in more than that."""
    bare = before.strip(), after.strip()
    return bare if bare[0] != bare[1] else (before, after)


def _form(block: Block) -> Any:
    return block.kind, block.level, block.marker, [span for span in block.spans if span.kind != "computed"]


def _sentences(block: Block | None) -> list[str]:
    if block is None:
        return []
    return block.text.split("\t") if block.kind == "row" else sentences(block.text)


def _with_moved(sections: Sequence[tuple[str, list[Row]]]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """The same rows; a paragraph that is gone here and new there is told once, as one that has moved."""
    places = [(number, place) for number, (_, rows) in enumerate(sections) for place in range(len(rows))]
    gone = [each for each in places if _lone(sections[each[0]][1][each[1]].before, sections, each)]
    come = [each for each in places if _lone(sections[each[0]][1][each[1]].after, sections, each)]

    def text(place: tuple[int, int]) -> str:
        row = sections[place[0]][1][place[1]]
        block = row.before if row.after is None else row.after
        assert isinstance(block, Block)
        return block.text

    found = [(name, list(rows)) for name, rows in sections]
    for one, other in moved([text(each) for each in gone], [text(each) for each in come]):
        (a, b), (c, d) = gone[one], come[other]
        before, after = found[a][1][b].before, found[c][1][d].after
        assert isinstance(before, Block)
        assert isinstance(after, Block)
        row = _paragraph(found[c][0], before, after)
        told = WordsChange(found[c][0], "moved", before.text, after.text, pieces(before.text, after.text))
        found[a][1][b] = Row(before, None, elsewhere=True)
        found[c][1][d] = replace(row, changes=(told,), elsewhere=True)
    return tuple((name, tuple(rows)) for name, rows in found)


def _lone(block: Item | None, sections: Sequence[tuple[str, list[Row]]], place: tuple[int, int]) -> bool:
    """Whether a row holds this paragraph alone, before or after."""
    row = sections[place[0]][1][place[1]]
    alone = row.before is None or row.after is None
    return alone and isinstance(block, Block) and block.kind in ("paragraph", "item")


def _parts(exhibit: Exhibit | None) -> Mapping[str, str]:
    """What a chart tells, by name: its number, each value by its row and column, its words."""
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
