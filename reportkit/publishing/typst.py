"""The nbconvert exporter `reportkit-typst`: a notebook of the report as one self-contained Typst file.

The file is code mode throughout: text enters it only as quoted string literals, so no prose can become markup.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from traitlets import default

from reportkit.editions.squeeze import Fit, fit_of, usual_size
from reportkit.model import Cell, DocumentHead, Table
from reportkit.publishing.blocks import Chart, StatutoryTable, Words, blocks
from reportkit.publishing.exporter import ReportExporter
from reportkit.publishing.fonts import ROLES, FontSet, bundled_characters, font_set
from reportkit.publishing.head import correction_lines, head_of, keywords
from reportkit.publishing.styles import TEMPLATES
from reportkit.publishing.svg import clean_svg, printed_width
from reportkit.publishing.typsttext import TypstRenderer, typst_string

GETA = "〓"
"""What printers set for a character that they lack."""


class ReportTypstExporter(ReportExporter):
    """One Typst file in the typography of GB/T 9704."""

    output_mimetype = "text/vnd.typst"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".typ"

    @default("template_name")
    def _template_name(self) -> str:
        return "reportkit-typst"

    def rendered(self, notebook: Any, filled: dict[str, Any]) -> Any:
        """The Typst file and nbconvert's resources; a draft shows 〓 for what no font has, where Typst would refuse."""
        source = super().rendered(notebook, filled)
        if head_of(notebook, filled).draft:
            drawable = bundled_characters()
            source = "".join(each if each.isspace() or ord(each) in drawable else GETA for each in source)
        return source

    def context(self, notebook: Any, head: DocumentHead) -> dict[str, Any]:
        fonts = font_set(tuple(self.font_paths), self.system_fonts)
        return {
            "library": library(),
            "title": typst_string(head.title),
            "lines": [typst_string(line) for line in head.title_lines],
            "author": typst_string(head.name),
            "keywords": [typst_string(each) for each in keywords(head)],
            "draft": "true" if head.draft else "false",
            "fonts": _fonts(fonts),
            "corrections": [typst_string(each) for each in correction_lines(head)],
            "findings": [_finding(each) for each in head.findings],
            "body": render_blocks(notebook, fonts),
        }


def _finding(each: Mapping[str, str]) -> str:
    parts = (each["kind"], each["rule"], f"{each['where']}：{each['what']}", each["mend"])
    return f"({_joined(map(typst_string, parts))})"


@cache
def library() -> str:
    """The functions that every document calls."""
    return (TEMPLATES / "reportkit-typst" / "report.typ").read_text(encoding="utf-8")


def render_blocks(notebook: Any, fonts: FontSet) -> list[str]:
    """A notebook's blocks as Typst expressions."""
    body: list[str] = []
    renderer = TypstRenderer()
    for block in blocks(notebook):
        match block:
            case Words():
                body.append(renderer.render(block.tokens))
            case StatutoryTable():
                body.append(render_table(block.table, fonts))
            case Chart():
                svg = clean_svg(block.svg, f"chart{block.number}", block.place)
                words = f"{typst_string(block.exhibit.alt)}, {typst_string(block.caption)}"
                body.append(f"chart({typst_string(svg)}, {words}, wide: {100 * printed_width(svg):g}%)")
    return [text for text in body if text]


def render_table(table: Table, fonts: FontSet) -> str:
    """A statutory table as a call of the library's `statutory`, one array of cells a row."""
    fit, usual = fit_of(table), usual_size(table)
    squeezed = None if fit == Fit(usual) else fit
    rows = ", ".join(f"({_joined(_cell(cell, squeezed) for cell in row)})" for row in table.rows)
    widths = _joined(f"{width:g}" for width in table.widths)
    note = "" if table.note is None else f"note: {typst_string(table.note)}, "
    return (
        f"statutory({_fonts(fonts)}, widths: ({widths}), heads: {table.head_rows}, "
        f"unit: {typst_string(table.unit)}, size: {usual:g}pt, {note}{rows})"
    )


def _cell(cell: Cell, squeezed: Fit | None) -> str:
    options = [f"{name}: {span}" for name, span in (("rowspan", cell.rowspan), ("colspan", cell.colspan)) if span > 1]
    if cell.role == "row" and cell.rowspan == 1:
        options.append("align: left + horizon")
    text = typst_string(cell.text)
    if cell.missing:
        text = f"missing({text})"
    elif squeezed is not None and cell.role == "data":
        text = f"squeezed({squeezed.size_pt:g}pt, {squeezed.width:.0%}, {text})"
    if cell.role in ("block", "column"):
        options.append("fill: luma(94%)")
    return f"table.cell({_joined([*options, text])})" if options else text


def _joined(parts: Iterable[str]) -> str:
    """Arguments or array members; the comma at the end keeps an array of one an array."""
    return "".join(f"{part}, " for part in parts)


def _fonts(fonts: FontSet) -> str:
    roles = ", ".join(f"{role}: ({_joined(map(typst_string, fonts.role(role)))})" for role in ROLES)
    return f"({roles})"
