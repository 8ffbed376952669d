"""An assembled notebook → its Content: the same blocks that the pages are rendered from, as what a reader sees."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reportkit.content import Block, BlockKind, Content, Item, Span, SpanKind, StatutoryFigures
from reportkit.digests import digest_of, read_regular
from reportkit.errors import PublishingError
from reportkit.model import Table
from reportkit.publishing.blocks import Chart, StatutoryTable, Words, blocks
from reportkit.publishing.head import FACTS, correction_lines, facts_of, head_of
from reportkit.publishing.svg import drawn_words
from reportkit.text.json_text import read_json
from reportkit.text.markdown import Tokens, inline_text, link_of, merge_text, parse
from reportkit.text.markdown_rules import Flavour
from reportkit.text.own_tables import captioned, rows_of
from reportkit.text.strings import printable

CORRECTION = "更正"
"""What a line of the head is called that states a correction."""
_OPEN, _CLOSE = "\ue000", "\ue002"
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]")


def content_of(notebook: Any, edition: str) -> Content:
    """What the readers of an assembled report see of it. Raises PublishingError as rendering it does."""
    of = head_of(notebook)
    head = [("标题", "".join(of.title_lines))]
    head += [(FACTS[key], text) for key, text in facts_of(of).items()]
    head += [(CORRECTION, text) for text in correction_lines(of)]
    sections: dict[str, list[Item]] = {}
    notes = 0
    for block in blocks(notebook):
        shown = seen(block, notes)
        notes += sum(isinstance(each, Block) and each.kind == "note" for each in shown)
        sections.setdefault(block.section, []).extend(shown)
    return Content(edition, tuple(head), {name: tuple(items) for name, items in sections.items()})


def seen(block: Words | StatutoryTable | Chart, notes: int = 0) -> list[Item]:
    """What readers see of one thing that a notebook publishes, with so many footnotes before it."""
    match block:
        case Words():
            return [*words(block.text, block.flavour, block.computed, notes, block.tables)]
        case StatutoryTable():
            return [_figures(block.table)]
        case Chart():
            drawn = Block("drawn", "\n".join(drawn_words(block.svg)))
            return [replace(block.exhibit, number=block.number, names=(), beside=(), bound=()), drawn]


def read_content(files: Mapping[str, bytes]) -> Content:
    """The Content of a finished report, from its report.ipynb and figures.json.

    Raises PublishingError where they can't be read.
    """
    try:
        return content_of(read_notebook(files["report.ipynb"]), str(read_json(files["figures.json"])["edition"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishingError(
            "finished_unreadable", where="report.ipynb and figures.json", kind=type(error).__name__
        ) from error


class _Node(dict[str, Any]):
    """An object of a notebook's JSON, its values as attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def read_notebook(content: bytes) -> Any:
    """A finished report's own notebook, for reading alone: nbformat would load its validator, which takes a while."""
    notebook = read_json(content, object_hook=_Node)
    for cell in notebook.cells:
        cell["source"] = "".join(cell.source)
    return notebook


def read_folder(folder: Path) -> Content | None:
    """The Content of a finished report's folder; None where it can't be read."""
    try:
        return read_content({name: read_regular(folder / name) for name in ("report.ipynb", "figures.json")})
    except (OSError, PublishingError):
        return None


def _figures(table: Table) -> StatutoryFigures:
    cells: dict[str, str | None] = {}
    heads: list[Any] = [list(table.widths)]
    for row in table.rows:
        for cell in row:
            heads.append([cell.role, cell.rowspan, cell.colspan, cell.id or cell.text])
            if cell.id is not None:
                cells[cell.id] = None if cell.missing else cell.text
    return StatutoryFigures(table.id, table.caption, table.unit, table.note, digest_of(heads), cells)


def words(
    text: str, flavour: Flavour, computed: Iterable[Sequence[int]] = (), notes: int = 0, tables: int = 0
) -> list[Block]:
    """Markdown as blocks of bare text; `computed` are the places in it of numbers that weren't typed.

    Footnotes follow the paragraph that refers to them first, and are counted from `notes` on; the writer's own tables
    from `tables` on.
    """
    found = _Blocks(notes).of(captioned(parse(text, flavour), tables))
    places = [(start, end) for start, end in computed]
    if not places or _MARKS.search(text):
        return found
    marked = [
        _with_computed(block) for block in _Blocks(notes).of(captioned(parse(_mark(text, places), flavour), tables))
    ]
    # Where a mark makes Markdown read otherwise, it is left out.
    return marked if [_as_typed(block) for block in marked] == found else found


def _mark(text: str, places: Iterable[tuple[int, int]]) -> str:
    pieces, last = [], 0
    for start, end in sorted(places):
        pieces += [text[last:start], _OPEN, text[start:end], _CLOSE]
        last = end
    return "".join([*pieces, text[last:]])


def _with_computed(block: Block) -> Block:
    """A block without marks in its text; a span of the kind `computed` replaces each pair."""
    places = [match.start() for match in _MARKS.finditer(block.text)]
    bare = [place - number for number, place in enumerate(places)]

    def moved(place: int) -> int:
        return place - sum(each < place for each in places)

    spans = [replace(span, start=moved(span.start), end=moved(span.end)) for span in block.spans]
    spans += [Span(start, end, "computed") for start, end in zip(bare[::2], bare[1::2], strict=False)]
    return replace(block, text=_MARKS.sub("", block.text), spans=tuple(spans))


def _as_typed(block: Block) -> Block:
    return replace(block, spans=tuple(span for span in block.spans if span.kind != "computed"))


class _Blocks:
    """Walks tokens and collects blocks; `notes` is how many footnotes there are before them."""

    def __init__(self, notes: int) -> None:
        self.found: list[Block] = []
        self.notes = notes
        self.quotes = 0
        self.numbers: dict[str, int] = {}

    def of(self, tokens: Tokens) -> list[Block]:
        for token in tokens:
            self._block(token)
        return self.found

    def _block(self, token: Mapping[str, Any]) -> None:
        children = token.get("children", [])
        match token["type"]:
            case "paragraph" | "block_text":
                self._add("quote" if self.quotes else "paragraph", children, self.quotes)
            case "heading":
                self._add("heading", children, token["attrs"]["level"])
            case "list":
                self._list(token, 1)
            case "block_quote":
                self.quotes += 1
                self.of(children)
                self.quotes -= 1
            case "block_code":
                self.found.append(Block("code", printable(token["raw"]).removesuffix("\n")))
            case "table":
                if "label" in token:
                    caption = [{"type": "text", "raw": "　"}, *token["caption"]] if token["caption"] else []
                    self._add("paragraph", [{"type": "text", "raw": token["label"]}, *caption])
                for number, row in enumerate(rows_of(token)):
                    self._row(row, head=number == 0)

    def _add(self, kind: BlockKind, tokens: Tokens, level: int = 0, marker: str = "") -> None:
        line = _Line(self._number)
        line.add(tokens)
        self._end(line, kind, level, marker)

    def _end(self, line: "_Line", kind: BlockKind, level: int, marker: str) -> None:
        self.found.append(line.block(kind, level, marker))
        for number, note in line.notes:
            body = _Line(self._number)
            for place, paragraph in enumerate(note):
                body.write("\n" if place else "")
                body.add(paragraph["children"])
            self.found.append(body.block("note", 0, f"[{number}]"))

    def _number(self, label: str) -> tuple[int, bool]:
        """A footnote's number, and whether it is referred to for the first time."""
        is_new = label not in self.numbers
        self.notes += is_new
        return self.numbers.setdefault(label, self.notes), is_new

    def _list(self, token: Mapping[str, Any], level: int) -> None:
        ordered, start = token["attrs"]["ordered"], token["attrs"].get("start", 1)
        for number, item in enumerate(token["children"], start):
            marker = f"{number}." if ordered else "•"
            if not item["children"]:
                self._add("item", [], level, marker)  # its marker is seen
            for child in item["children"]:
                if child["type"] == "list":
                    self._list(child, level + 1)
                elif child["type"] in ("paragraph", "block_text"):
                    self._add("item", child["children"], level, marker)
                    marker = ""
                else:
                    self._block(child)

    def _row(self, cells: Tokens, *, head: bool) -> None:
        line = _Line(self._number)
        for number, cell in enumerate(cells):
            if number:
                line.write("\t")
            line.add(cell["children"])
        self._end(line, "row", int(head), "")


_SPANS: Mapping[str, SpanKind] = {"strong": "strong", "emphasis": "emphasis", "strikethrough": "struck"}


class _Line:
    """The bare text of inline tokens, what of it is set apart, and the footnotes that it refers to first."""

    def __init__(self, number: Callable[[str], tuple[int, bool]]) -> None:
        self.number = number
        self.pieces: list[str] = []
        self.length = 0
        self.spans: list[Span] = []
        self.notes: list[tuple[int, Tokens]] = []

    def block(self, kind: BlockKind, level: int, marker: str) -> Block:
        return Block(kind, "".join(self.pieces), level, marker, tuple(self.spans))

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def add(self, tokens: Tokens) -> None:
        for token in merge_text(tokens):
            match token["type"]:
                case "text":
                    self.write(inline_text(token))
                case "linebreak":
                    self.write("\n")
                case "strong" | "emphasis" | "strikethrough":
                    self._within(_SPANS[token["type"]], "", token["children"])
                case "codespan":
                    self._within("code", "", [{"type": "text", "raw": printable(token["raw"])}])
                case "footnote":
                    number, is_new = self.number(token["attrs"]["label"])
                    self.write(f"[{number}]")
                    self.notes += [(number, token["note"])] if is_new else []
                case "link":
                    link = link_of(token)
                    if link.url is None:
                        self.add(link.children)
                    else:
                        self._within("link", link.url, link.children)
                    self.write(link.beside)

    def _within(self, kind: SpanKind, target: str, children: Tokens) -> None:
        start = self.length
        self.add(children)
        self.spans.append(Span(start, self.length, kind, target))
