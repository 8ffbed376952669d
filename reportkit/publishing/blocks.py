"""A notebook as a list of things to publish: Markdown, statutory tables, charts. All renderings start from it."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reportkit.errors import PublishingError
from reportkit.model import TABLE_MIME, Exhibit, Table
from reportkit.text.markdown import Tokens, parse
from reportkit.text.markdown_pictures import MarkdownPicture, Piece, pieces
from reportkit.text.markdown_rules import Flavour
from reportkit.text.own_tables import captioned, count
from reportkit.text.picture_files import picture_digest
from reportkit.text.strings import printable

REMOVED = frozenset({"parameters", "injected-parameters", "remove-cell", "remove_cell"})
SILENT = frozenset({"remove-output", "remove_output"})


@dataclass(frozen=True, slots=True)
class Words:
    """Markdown: a notebook's own cell, or what `prose` and `say` showed; `computed` are its places with bound names."""

    text: str
    flavour: Flavour
    section: str
    cell: str
    computed: tuple[tuple[int, int], ...] = ()
    slot: str = ""
    """Of a department's own words: their place in the submission."""
    tables: int = 0
    """How many of the writers' own tables are above it in the report."""
    whole: str = ""
    """Of words around pictures: all that was shown together."""
    part: int = 0
    """Of words around pictures: which of them, from 0."""

    @property
    def tokens(self) -> Tokens:
        """Its block tokens, in which each table has its number and caption."""
        return captioned(parse(self.text, self.flavour), self.tables)


@dataclass(frozen=True, slots=True)
class StatutoryTable:
    table: Table
    section: str
    cell: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its exhibit; `number` counts through the whole report from 1."""

    svg: str
    exhibit: Exhibit
    number: int
    section: str
    cell: str

    @property
    def caption(self) -> str:
        return chart_caption(self.exhibit, self.number)

    @property
    def place(self) -> str:
        """Where it is, as errors say it."""
        return f"section {self.section}, cell {self.cell}"


def chart_caption(exhibit: Exhibit, number: int) -> str:
    """What is printed below a chart, in every format: its number, caption and source."""
    source = f"（来源：{exhibit.source}）" if exhibit.source else ""
    return printable(f"图{number}　{exhibit.caption}{source}")


Block = Words | StatutoryTable | Chart


def blocks(notebook: Any) -> list[Block]:
    """What a notebook publishes, in order. Raises PublishingError for a picture without caption or alt text."""
    found: list[Block] = []
    charts = tables = 0
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", ()))
        section = cell.metadata.get("reportkit", {}).get("section", "section")
        if tags & REMOVED:
            continue
        shown: list[Block | None] = []
        if cell.cell_type == "markdown":
            given = cell.metadata.get("reportkit", {}).get("pictures", {})
            shown += _around_pictures(Words(cell.source, "notebook", section, cell.id), given)
        elif cell.cell_type == "code" and not tags & SILENT:
            for output in cell.outputs:
                block = _output(output, section, cell.id)
                given = output.get("metadata", {}).get("reportkit", {}).get("pictures", {})
                shown += _around_pictures(block, given) if isinstance(block, Words) else [block]
        for block in shown:
            if isinstance(block, Chart):
                charts += 1
                block = replace(block, number=charts)
            elif isinstance(block, Words):
                block = replace(block, tables=tables)
                tables += _tables(block.text, block.flavour)
            if block is not None:
                found.append(block)
    return found


def _around_pictures(words: Words, given: Mapping[str, str]) -> list[Words | Chart]:
    """Words and the pictures that they name, in order; `given` are SVGs by file. Raises PublishingError for another."""
    parts = pieces(words.text)
    if len(parts) == 1 and isinstance(parts[0], Piece):
        return [words]
    found: list[Words | Chart] = []
    for part in parts:
        if isinstance(part, MarkdownPicture):
            if part.file not in given:
                raise PublishingError(
                    "picture_not_given", where=f"section {words.section}, cell {words.cell}", file=part.file
                )
            digest = picture_digest(given[part.file].encode())
            exhibit = Exhibit(part.caption, part.alt, "", (), (), shapes=digest)
            found.append(Chart(given[part.file], exhibit, 0, words.section, words.cell))
            continue
        end = part.start + len(part.text)
        places = tuple(
            (first - part.start, last - part.start)
            for first, last in words.computed
            if part.start <= first < last <= end
        )
        number = sum(isinstance(each, Words) for each in found)
        found.append(replace(words, text=part.text, computed=places, whole=words.text, part=number))
    if not any(isinstance(each, Words) for each in found):
        found.insert(0, replace(words, text="", computed=(), whole=words.text))
    return found


def _tables(text: str, flavour: Flavour) -> int:
    return count(parse(text, flavour)) if "|" in text else 0


def _output(output: Any, section: str, cell: str) -> Block | None:
    data = output.get("data", {})
    about = output.get("metadata", {}).get("reportkit", {})
    if TABLE_MIME in data:
        return StatutoryTable(Table.from_json(data[TABLE_MIME]), section, cell)
    if "image/svg+xml" in data or any(mime.startswith("image/") for mime in data):
        if "exhibit" not in about or "image/svg+xml" not in data:
            raise PublishingError("picture_without_caption", where=f"section {section}, cell {cell}")
        exhibit = Exhibit.from_json(about["exhibit"])
        if not exhibit.alt.strip() or not exhibit.caption.strip():
            raise PublishingError("chart_alt_empty", where=f"section {section}, cell {cell}")
        return Chart("".join(data["image/svg+xml"]), exhibit, 0, section, cell)
    if "text/markdown" in data:
        computed = tuple((int(start), int(end)) for start, end in about.get("computed", ()))
        slot = str(about.get("slot", "")) if about.get("kind") == "prose" else ""
        return Words("".join(data["text/markdown"]), "prose", section, cell, computed, slot)
    return None


def is_published(output: Any) -> bool:
    """Whether an output is something to publish; printed text, warnings and bare values are not."""
    data = output.get("data", {})
    return TABLE_MIME in data or "text/markdown" in data or any(mime.startswith("image/") for mime in data)


_BARE = re.compile(r"<matplotlib\.|<Figure size|<Axes|<[A-Z]\w*Container object|^[(\[]*Text\(")
"""What a drawing call returns; nobody means to show that."""
_LIMITS = frozenset(("axis", "margins", "set_xlim", "set_ylim", "set_xbound", "set_ybound", "xlim", "ylim"))
"""Drawing calls that return numbers: an axis' ends."""


def unpublished(cell: Any) -> list[tuple[str, bool]]:
    """What a cell shows that no page does, in Chinese; each with whether it is mild: what was written as an error.

    Nothing where the cell is tagged `remove-output` or `remove-cell`, or where this was noted when it was assembled.
    """
    tags = set(cell.metadata.get("tags", ()))
    if tags & (REMOVED | SILENT) or "unpublished" in cell.metadata.get("reportkit", {}):
        return []
    if cell.cell_type == "raw":
        return [("原始（raw）单元格不会公布", False)] if cell.source.strip() else []
    if cell.cell_type != "code":
        return []
    found = [_unpublished(output, cell.source) for output in cell.outputs if not is_published(output)]
    return list(dict.fromkeys(each for each in found if each is not None))


def _sets_limits(source: str) -> bool:
    """Whether what a cell's code ends with is a call that sets an axis' ends."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return False
    called = last.value.func if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in _LIMITS


def _unpublished(output: Any, source: str) -> tuple[str, bool] | None:
    if output.get("metadata", {}).get("reportkit"):
        return None  # a note of the section to the build
    if output.output_type == "stream":
        return ("写到标准错误的文字不会公布", True) if output.name == "stderr" else ("打印的文字不会公布", False)
    if output.output_type == "error":
        return "单元格出错", False
    data = output.get("data", {})
    text = "".join(data.get("text/plain", ""))
    if set(data) <= {"text/plain"} and (_BARE.search(text) or not text or (text[0] == "(" and _sets_limits(source))):
        return None
    kinds = "、".join(sorted(set(data) - {"text/plain"}))
    return f"输出的值不会公布{f'（{kinds}）' if kinds else ''}", False
