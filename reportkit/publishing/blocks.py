"""A notebook as a list of things to publish: Markdown, statutory tables, charts. All renderings start from it."""

from dataclasses import dataclass
from typing import Any

from reportkit.errors import PublishingError
from reportkit.model import TABLE_MIME, Exhibit, Table
from reportkit.text.markdown import Flavour

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


Block = Words | StatutoryTable | Chart


def blocks(notebook: Any) -> list[Block]:
    """What a notebook publishes, in order. Raises PublishingError for a picture without caption or alt text."""
    found: list[Block] = []
    charts = 0
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", ()))
        section = cell.metadata.get("reportkit", {}).get("section", "section")
        if tags & REMOVED:
            continue
        if cell.cell_type == "markdown":
            found.append(Words(cell.source, "notebook", section, cell.id))
        elif cell.cell_type == "code" and not tags & SILENT:
            for output in cell.outputs:
                block = _output(output, section, cell.id, charts + 1)
                charts += isinstance(block, Chart)
                if block is not None:
                    found.append(block)
    return found


def _output(output: Any, section: str, cell: str, number: int) -> Block | None:
    data = output.get("data", {})
    about = output.get("metadata", {}).get("reportkit", {})
    if TABLE_MIME in data:
        return StatutoryTable(Table.from_json(data[TABLE_MIME]), section, cell)
    if "image/svg+xml" in data or any(mime.startswith("image/") for mime in data):
        if "exhibit" not in about or "image/svg+xml" not in data:
            raise PublishingError(
                "A picture has no caption and alt text.",
                where=f"section {section}, cell {cell}",
                fix="Show it with s.show(figure, caption=…, alt=…).",
            )
        exhibit = Exhibit.from_json(about["exhibit"])
        if not exhibit.alt.strip() or not exhibit.caption.strip():
            raise PublishingError(
                "A chart's alt text is empty.", where=f"section {section}, cell {cell}", fix="Write alt='…'."
            )
        return Chart("".join(data["image/svg+xml"]), exhibit, number, section, cell)
    if "text/markdown" in data:
        computed = tuple((int(start), int(end)) for start, end in about.get("computed", ()))
        return Words("".join(data["text/markdown"]), "prose", section, cell, computed)
    return None


def is_published(output: Any) -> bool:
    """Whether an output is something to publish; printed text, warnings and bare values are not."""
    data = output.get("data", {})
    return TABLE_MIME in data or "text/markdown" in data or any(mime.startswith("image/") for mime in data)
