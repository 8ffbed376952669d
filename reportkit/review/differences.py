"""What differs between two reports as their readers see them: figures, words, charts' data, findings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reportkit.content import HEAD, Block, Content, Item, StatutoryFigures
from reportkit.editions import Edition, Editions
from reportkit.model import MISSING, Exhibit, Finding
from reportkit.review.alignment import Piece, align, moved, pieces, sentences
from reportkit.review.changes import (
    NUMBER,
    Change,
    Comparison,
    ExhibitChange,
    FigureChange,
    HeadChange,
    Kind,
    Row,
    WordsChange,
)
from reportkit.review.phrases import section_titles


def compare(
    editions: Editions,
    before: Content,
    after: Content,
    findings_before: Sequence[Finding] = (),
    findings_after: Sequence[Finding] = (),
    *,
    of: Collection[str] | None = None,
) -> Comparison:
    """Two reports' contents and findings → all that differs; with `of` only in these sections, HEAD among them."""
    formats = editions.load(before.edition), editions.load(after.edition)
    titles = section_titles(editions, before.edition, after.edition)
    beside = () if of is None else tuple(name for name in (HEAD, *after.sections) if name not in of)
    sections = [
        (name, _as_it_is(after, name) if name in beside else _rows(name, before, after, formats))
        for name in _names(before, after)
        if of is None or name in of or name in beside
    ]
    old, new = ({_key(each) for each in findings} for findings in (findings_before, findings_after))
    return Comparison(
        before,
        after,
        titles,
        () if HEAD in beside else (*_head(before.head, after.head), *_outline(before, after, formats, titles)),
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


def _outline(
    before: Content, after: Content, formats: tuple[Edition, Edition], titles: Mapping[str, str]
) -> Iterator[HeadChange]:
    """The statutory format and the order of the sections, where they are not as they were."""
    if before.edition != after.edition:
        yield HeadChange("格式", *(each.name for each in formats))
    orders = ["、".join(titles.get(name, name) for name in content.outline) for content in (before, after)]
    if before.outline != after.outline:
        yield HeadChange("各部分及其顺序", *orders)


def _numbered(head: Sequence[tuple[str, str]]) -> dict[tuple[str, int], str]:
    """Lines by their label and how often it has come before: there may be several corrections."""
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
    """A chart's words; numbers among them are not reported again where the chart's data are."""
    block = row.before if row.after is None else row.after
    if not isinstance(block, Block) or block.kind != "drawn" or before_it is None or not before_it.changes:
        return row
    texts = [each.text.split("\n") if isinstance(each, Block) else [] for each in (row.before, row.after)]
    words_only = [[line for line in lines if not NUMBER.fullmatch(line)] for lines in texts]
    alone = row.before is None or row.after is None
    return replace(row, changes=()) if alone or words_only[0] == words_only[1] else row


def _as_text(item: Item) -> str:
    """What distinguishes an item from others: its kind and words; a table is the same one whatever it holds."""
    match item:
        case Block():
            return f"{'¶' if item.kind == 'paragraph' else _DRAWN if item.kind == 'drawn' else item.kind}{item.text}"
        case StatutoryFigures():
            return f"\0{item.id}"
        case Exhibit():
            return f"\1\1\1\1\1\1\1\1{item.caption}"


def _row(section: str, before: Item | None, after: Item | None, editions: tuple[Edition, Edition]) -> list[Row]:
    """One thing before and after as a row; where they can't be shown as one, as two."""
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


_RUNNING = frozenset({"heading", "paragraph", "item", "quote"})


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
    changes: list[Change] = []
    shown: list[tuple[Piece, ...]] = []
    for one, other in pairs:
        texts = "" if one is None else old[one], "" if other is None else new[other]
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        found = (Piece("same", texts[1]),) if texts[0] == texts[1] else pieces(*texts)
        shown.append(found)
        if texts[0] != texts[1]:
            changes.append(WordsChange(section, kind, *_bare(*texts), found))
    if not changes and before is not None and after is not None and _form(before) != _form(after):
        changes.append(WordsChange(section, "form", before.text, after.text))
    return Row(before, after, tuple(changes), tuple(shown))


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
    """The same rows; a paragraph that is gone here and new there is reported once, as one that has moved."""
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
        move = WordsChange(found[c][0], "moved", before.text, after.text, pieces(before.text, after.text))
        found[a][1][b] = Row(before, None, elsewhere=True)
        found[c][1][d] = replace(row, changes=(move,), elsewhere=True)
    return tuple((name, tuple(rows)) for name, rows in found)


def _lone(block: Item | None, sections: Sequence[tuple[str, list[Row]]], place: tuple[int, int]) -> bool:
    """Whether a row holds this paragraph alone, before or after."""
    row = sections[place[0]][1][place[1]]
    alone = row.before is None or row.after is None
    return alone and isinstance(block, Block) and block.kind in ("paragraph", "item", "quote")
