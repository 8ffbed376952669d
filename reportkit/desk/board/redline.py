"""A report in its printed layout with what differs from another one: what went struck out, what came underlined.

Words, tables and charts are in one module: each is drawn between the others, in the order of the report.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from reportkit.content import Block, Item, StatutoryFigures
from reportkit.desk.versions import Compared, Side
from reportkit.model import Cell, Exhibit, Table
from reportkit.publishing.blocks import Chart, StatutoryTable, blocks
from reportkit.publishing.extract import read_notebook, seen
from reportkit.review.alignment import Piece
from reportkit.review.changes import Change, FigureChange, Row, WordsChange
from reportkit.review.phrases import is_spacing, spaces_shown, what
from reportkit.text.strings import printable

_TYPED = re.compile(r"[0-9０-９](?:[0-9０-９,，.．]*[0-9０-９])?[%％]?")
_TAGS: Mapping[str, str] = {"strong": "strong", "emphasis": "em", "struck": "s", "code": "code"}
_TOP = 2
"""The level of a notebook's first heading on a page."""


@dataclass
class Redline:
    """The body of a redline page, and where on it things are: changes by number, cells, and blocks by their words."""

    body: list[str] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    words: list[tuple[str, str, str]] = field(default_factory=list)
    """(section, text, anchor) of each paragraph."""

    def place_of(self, cells: Sequence[str], section: str, quote: str) -> str | None:
        """The anchor of a cell, of a paragraph that has those words, or of a section; None where there is none."""
        for cell in cells:
            if cell in self.cells:
                return self.cells[cell]
        said = "".join(quote.strip("…").split())
        for each, text, anchor in self.words:
            if said and said in text and (not section or each == section):
                return anchor
        return next((anchor for each, _, anchor in self.words if each == section), None) if section else None


def redline(compared: Compared) -> Redline:
    """Renders a comparison; every change has the id `c` and its number in `comparison.changes`, from 1."""
    return _Renderer(compared).rendered()


class _Renderer:
    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        self.numbers = {id(change): number for number, change in enumerate(compared.comparison.changes, 1)}
        self.drawn = {**_drawn(compared.before), **_drawn(compared.after)}
        self.found = Redline()
        self.charts = 0
        self.tables = 0
        self.blocks = 0

    def rendered(self) -> Redline:
        for section, rows in self.compared.comparison.sections:
            self.found.body.append(f'<section id="s-{escape(section)}">')
            for group in _groups(rows):
                if _is_row(group[0]):
                    self.found.body.append(self._small_table(section, group))
                else:
                    self.found.body += [self._row(section, row) for row in group]
            self.found.body.append("</section>")
        return self.found

    def _row(self, section: str, row: Row) -> str:
        item = row.before if row.after is None else row.after
        match item:
            case StatutoryFigures():
                return self._statutory(row)
            case Exhibit():
                return self._exhibit(row)
            case Block():
                return self._block(section, row, item)
        return ""

    # Words

    def _block(self, section: str, row: Row, block: Block) -> str:
        if block.kind == "drawn" and not row.changes:
            return ""
        anchor = self._anchor(section, row, block)
        state, note = self._state(row)
        inner = note + self._sentences(row, block)
        if block.kind == "heading":
            level = min(block.level - 1 + _TOP, 6)
            return f'<h{level} id="{anchor}"{state}>{inner}</h{level}>'
        if block.kind == "drawn":
            return f'<p id="{anchor}" class="note"{state}>图中文字：{inner}</p>'
        if block.kind == "quote":
            return f'<p id="{anchor}" class="quote depth-{min(block.level, 4)}"{state}>{inner}</p>'
        if block.kind == "code":
            return f'<p id="{anchor}" class="code"{state}>{inner}</p>'
        marker = f'<span class="marker">{escape(block.marker)}</span>'
        if block.kind == "note":
            return f'<p id="{anchor}" class="footnote"{state}>{marker} {inner}</p>'
        if block.kind == "item":
            return f'<p id="{anchor}" class="item depth-{min(block.level, 4)}"{state}>{marker}{inner}</p>'
        return f'<p id="{anchor}"{state}>{inner}</p>'

    def _anchor(self, section: str, row: Row, block: Block) -> str:
        self.blocks += 1
        anchor = f"b{self.blocks}"
        if row.after is not None:
            self.found.words.append((section, "".join(block.text.split()), anchor))
        return anchor

    def _state(self, row: Row) -> tuple[str, str]:
        """The attribute that says how a whole paragraph has changed, and a word on it."""
        if row.elsewhere and row.after is None:
            return ' data-state="away"', '<span class="note-of">此段移至他处</span>'
        if row.elsewhere:
            return ' data-state="moved"', self._mark(row.changes, '<span class="note-of">此段由他处移来</span>')
        if any(isinstance(each, WordsChange) and each.kind == "form" for each in row.changes):
            return ' data-state="form"', self._mark(row.changes, '<span class="note-of">格式有变化</span>')
        return "", ""

    def _mark(self, changes: Iterable[Change], inner: str) -> str:
        numbers = [self.numbers[id(each)] for each in changes if id(each) in self.numbers]
        return f'<span id="c{numbers[0]}" class="change" tabindex="-1">{inner}</span>' if numbers else inner

    def _sentences(self, row: Row, block: Block) -> str:
        """A paragraph's sentences, each that differs with the id of its change."""
        if not row.sentences:
            return _Text(block).up_to(len(block.text))
        text = _Text(block if row.after is not None else None)
        changes = iter(row.changes)
        found: list[str] = []
        for number, pieces in enumerate(row.sentences):
            if number and block.kind == "row":
                found.append("</td><td>")
                text.skip(1)
            inner = "".join(_piece(piece, text) for piece in pieces)
            if block.kind == "row":
                inner = inner.replace("</del><ins>", "</del><br><ins>")  # side by side they would read as one number
            differs = any(piece.operation != "same" for piece in pieces)
            change = next(changes, None) if differs and not row.elsewhere else None
            found.append(inner if change is None else self._mark([change], inner))
        return "".join(found)

    def _small_table(self, section: str, rows: Sequence[Row]) -> str:
        found = []
        for row in rows:
            block = row.before if row.after is None else row.after
            assert isinstance(block, Block)
            anchor = self._anchor(section, row, block)
            state, note = self._state(row)
            whole = row.sentences or tuple((Piece("same", cell),) for cell in block.text.split("\t"))
            cells = self._sentences(Row(row.before, row.after, row.changes, whole, row.elsewhere), block)
            found.append(f'<tr id="{anchor}"{state}><td>{note}{cells}</td></tr>')
        return f'<div class="scroll" tabindex="0"><table class="plain">{"".join(found)}</table></div>'

    # Figures and charts

    def _statutory(self, row: Row) -> str:
        item = row.before if row.after is None else row.after
        assert isinstance(item, StatutoryFigures)
        table = self.drawn.get(id(item))
        notes = "".join(
            self._mark([each], f'<span class="note-of">{escape(_note(each))}</span>')
            for each in row.changes
            if isinstance(each, WordsChange)
        )
        changed = {each.cell: each for each in row.changes if isinstance(each, FigureChange)}
        if not isinstance(table, Table):
            return f"<p>（{escape(item.caption)}）{notes}</p>{self._lost(changed.values())}"
        self.tables += 1
        prefix = f"t{self.tables}"

        def figure(cell: Cell) -> tuple[str, str]:
            anchor = f"{prefix}-{cell.id}"
            self.found.cells[str(cell.id)] = anchor
            text = escape(printable(cell.text), quote=False)
            change = changed.pop(str(cell.id), None)
            if change is None:
                return f' id="{escape(anchor)}"', text
            return f' id="{escape(anchor)}"', self._mark([change], _old_and_new(change))

        from reportkit.publishing.html import render_table  # nbconvert comes with it

        page = render_table(table, prefix, figure)
        note = f'<p class="note">{notes}</p>' if notes else ""
        return f"{page}{self._lost(changed.values())}{note}"

    def _lost(self, changes: Iterable[FigureChange]) -> str:
        """Figures that have no cell on the page."""
        rest = [self._mark([each], f"{escape(each.label)}：{_old_and_new(each)}") for each in changes]
        return f'<p class="note">{"；".join(rest)}</p>' if rest else ""

    def _exhibit(self, row: Row) -> str:
        if not row.changes:
            assert isinstance(row.after, Exhibit)
            return self._chart(row.after)
        old, new = row.before, row.after
        shown = [
            f'<div class="{kind}"><p class="note-of">{label}</p>{self._chart(exhibit)}</div>'
            for exhibit, kind, label in ((old, "was", "原图"), (new, "is", "新图"))
            if isinstance(exhibit, Exhibit)
        ]
        return self._mark_block(row.changes, f'<div class="charts">{"".join(shown)}</div>')

    def _mark_block(self, changes: Iterable[Change], inner: str) -> str:
        number = next(self.numbers[id(each)] for each in changes)
        return f'<div id="c{number}" class="change" tabindex="-1">{inner}</div>'

    def _chart(self, exhibit: Exhibit) -> str:
        self.charts += 1
        drawn = self.drawn.get(id(exhibit))
        if isinstance(drawn, Chart):
            from reportkit.publishing.html import render_chart

            return render_chart(drawn.svg, exhibit, drawn.number, f"picture{self.charts}")
        cells = "".join(
            "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>" for row in exhibit.rows
        )
        heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in exhibit.columns)
        if not exhibit.rows:
            return f"<figure><figcaption>{escape(printable(exhibit.caption))}（图片未保存）</figcaption></figure>"
        return (
            f"<figure><figcaption>{escape(printable(exhibit.caption))}（图片未保存，数据如下）</figcaption>"
            f'<table class="data"><tr>{heads}</tr>{cells}</table></figure>'
        )


class _Text:
    """A block's words as HTML, from the left to the right: links, strong words, and numbers that were typed."""

    def __init__(self, block: Block | None) -> None:
        self.block = block
        self.place = 0

    def skip(self, length: int) -> None:
        self.place += length

    def next(self, length: int) -> str:
        """The next characters."""
        return self.up_to(self.place + length)

    def up_to(self, end: int) -> str:
        assert self.block is not None
        start, self.place = self.place, end
        text = self.block.text
        typed = [match.span() for match in _TYPED.finditer(text) if not self._computed(*match.span())]
        bounds = {start, end}
        for first, last in [(span.start, span.end) for span in self.block.spans] + typed:
            bounds |= {each for each in (first, last) if start < each < end}
        edges = sorted(bounds)
        return "".join(self._run(one, other, typed) for one, other in pairwise(edges))

    def _computed(self, start: int, end: int) -> bool:
        assert self.block is not None
        return any(span.kind == "computed" and span.start < end and start < span.end for span in self.block.spans)

    def _run(self, start: int, end: int, typed: Sequence[tuple[int, int]]) -> str:
        """Characters that all have the same spans."""
        assert self.block is not None
        found = escape(printable(self.block.text[start:end]), quote=False).replace("\n", "<br>")
        for span in self.block.spans:
            if span.start <= start and end <= span.end:
                if span.kind == "link":
                    found = f'<a href="{escape(span.target)}" rel="noopener">{found}</a>'
                elif span.kind in _TAGS:
                    found = f"<{_TAGS[span.kind]}>{found}</{_TAGS[span.kind]}>"
        if any(first <= start and end <= last for first, last in typed):
            found = f'<span class="typed">{found}</span>'
        return found


def _piece(piece: Piece, text: _Text) -> str:
    if not piece.text:
        return ""
    if piece.operation == "removed":
        text_gone = spaces_shown(piece.text) if piece.text.isspace() else printable(piece.text)
        return f"<del>{escape(text_gone, quote=False)}</del>"
    inner = text.next(len(piece.text))
    if piece.operation == "same":
        return inner
    return f"<ins>{escape(spaces_shown(piece.text)) if piece.text.isspace() else inner}</ins>"


def _old_and_new(change: FigureChange) -> str:
    """A figure as it was and as it is, on lines of their own: side by side they would read as one number."""
    gone = [] if change.before is None else [f"<del>{escape(printable(change.before), quote=False)}</del>"]
    come = [] if change.after is None else [f"<ins>{escape(printable(change.after), quote=False)}</ins>"]
    return "<br>".join((*gone, *come))


def _note(change: WordsChange) -> str:
    return "表头或者版式有变化" if change.kind == "form" else f"“{change.before}”改为“{change.after}”"


def _drawn(side: Side) -> dict[int, Table | Chart]:
    """What a side's tables and charts are drawn from, by the identity of its content's items.

    Only what a section's own build drew, and only where it is just that item: no picture is shown with other data.
    """
    found: dict[int, Table | Chart] = {}
    drawn_by: dict[int, list[tuple[str, list[Item], Table | Chart]]] = {}
    for section, files in side.builds.items():
        if id(files) not in drawn_by:
            drawn_by[id(files)] = _drawn_in(files)
        left = [(items, drawn) for each, items, drawn in drawn_by[id(files)] if each == section]
        shown = side.content.sections.get(section, ())
        for place, item in enumerate(shown):
            if isinstance(item, Block):
                continue
            for number, (items, drawn) in enumerate(left):
                if items == list(shown[place : place + len(items)]):
                    found[id(item)] = drawn
                    del left[: number + 1]
                    break
    return found


def _drawn_in(files: Mapping[str, bytes]) -> list[tuple[str, list[Item], Table | Chart]]:
    """Each table and chart of a build: its section, what readers see of it, and what it is drawn from."""
    return [
        (block.section, seen(block), block.table if isinstance(block, StatutoryTable) else block)
        for block in blocks(read_notebook(files["report.ipynb"]))
        if isinstance(block, Chart | StatutoryTable)
    ]


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows by themselves, but those of one small table together."""
    group: list[Row] = []
    for row in rows:
        if group and _is_row(row) and _is_row(group[-1]):
            group.append(row)
            continue
        if group:
            yield group
        group = [row]
    if group:
        yield group


def _is_row(row: Row) -> bool:
    block = row.before if row.after is None else row.after
    return isinstance(block, Block) and block.kind == "row"


def brief(change: Change) -> str:
    """A change in one line of HTML: of a sentence what went and what came, with a few words around."""
    if (
        not isinstance(change, WordsChange)
        or change.kind != "changed"
        or not change.pieces
        or is_spacing(change.before, change.after)
    ):
        return escape(printable(what(change)), quote=False)
    found = []
    for number, piece in enumerate(change.pieces):
        text = printable(piece.text)
        if piece.operation == "same":
            first, last = number == 0, number == len(change.pieces) - 1
            found.append(escape(_around(text, first=first, last=last), quote=False))
        else:
            tag = "del" if piece.operation == "removed" else "ins"
            found.append(f"<{tag}>{escape(text, quote=False)}</{tag}>")
    return "".join(found)


_AROUND = 10


def _around(text: str, *, first: bool, last: bool) -> str:
    """The words next to a change; those far from any are left out."""
    start = "" if first else text[:_AROUND]
    end = "" if last else text[-_AROUND:]
    if len(text) <= len(start) + len(end) + 1:
        return text
    return f"{start}…{end}"
