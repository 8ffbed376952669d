"""The nbconvert exporter `reportkit-pdf`: Typst code → PDF/A-3a and PDF/UA-1, the same bytes each time."""

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pikepdf
import typst
from traitlets import default

from reportkit.digests import read_regular
from reportkit.errors import PublishingError
from reportkit.formats import FORMATS
from reportkit.messages.said import Said
from reportkit.model import DocumentHead, Table
from reportkit.publishing.blocks import StatutoryTable, blocks
from reportkit.publishing.fonts import font_set
from reportkit.publishing.head import called, head_of
from reportkit.publishing.pdflayout import placed_texts, verify_layout
from reportkit.publishing.pdftext import pages_of
from reportkit.publishing.shaping import source_date_epoch
from reportkit.publishing.typst import ReportTypstExporter

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
ATTACHMENTS = {
    "figures.csv": ("text/csv", "{tables}的全部数据（CSV）"),
    "figures.json": ("application/json", "{tables}的全部数据（JSON）"),
}
"""The files that a report's PDF carries along: mime type and description of each, naming the tables."""
_MAIN = "main.typ"


class ReportPDFExporter(ReportTypstExporter):
    """A PDF that archives and screen readers accept; a missing glyph or alt text is an error."""

    output_mimetype = FORMATS["pdf"].media_type
    export_from_notebook = "年报 PDF"

    @default("template_extension")
    def _template_extension(self) -> str:
        return ".typ.j2"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".pdf"

    def rendered(self, notebook: Any, filled: dict[str, Any]) -> bytes:
        """The finished PDF and nbconvert's resources.

        The files of ATTACHMENTS go into it: those in `resources["attachments"]`, or else beside a report's notebook.
        """
        source = super().rendered(notebook, filled)
        head = head_of(notebook, filled)
        created = creation_time(head)
        attached = filled.get("attachments", _beside(notebook, filled))
        attached = {name: attached[name] for name in ATTACHMENTS if name in attached}
        source = "".join(_attach(name, called(head)["tables"]) for name in attached) + source
        pdf = compile_pdf(source, tuple(self.font_paths), self.system_fonts, created, attached)
        if "attachments" not in filled:  # a build reads it back by itself
            verify_layout(pages_of(pdf), placed_texts(notebook))
        tables = [block.table for block in blocks(notebook) if isinstance(block, StatutoryTable)]
        filled["output_extension"] = ".pdf"
        return mark_row_heads(pdf, tables)


def creation_time(head: DocumentHead) -> datetime:
    """The time that a PDF states: SOURCE_DATE_EPOCH, else the day of publication, else the last day of the report year.

    Never the clock.
    """
    epoch = source_date_epoch()
    if epoch is not None:
        return datetime.fromtimestamp(epoch, UTC)
    if head.published_on is not None:
        return datetime.combine(head.published_on, time(), UTC)
    return datetime(head.year or 2000, 12, 31, tzinfo=UTC)


@cache
def compiler(font_paths: tuple[str, ...], system_fonts: bool) -> typst.Compiler:
    """Typst with the fonts of one way of publishing."""
    return typst.Compiler(font_paths=font_set(font_paths, system_fonts).fonts, ignore_system_fonts=not system_fonts)


def compile_pdf(
    source: str,
    font_paths: tuple[str, ...],
    system_fonts: bool,
    created: datetime,
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """Typst code as a PDF that meets the standards. Raises PublishingError with Typst's words.

    `attached` are the files that the code reads, by name.
    """
    files = dict(attached or {})
    try:
        pdf = compiler(font_paths, system_fonts).compile(
            input={_MAIN: source.encode(), **files},  # type: ignore[type-var]  # files by name, which its stub lacks
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=created,
        )
    except typst.TypstError as error:
        hints = "; ".join(error.hints) or Said("typst_without_hints")
        where = _place(error) or FORMATS["pdf"].file
        raise PublishingError("pdf_not_made", where=where, reason=error.message, hints=hints) from error
    assert isinstance(pdf, bytes)
    return pdf


def _beside(notebook: Any, resources: Mapping[str, Any]) -> dict[str, bytes]:
    """The files that lie beside an assembled report; nbconvert says where that is."""
    folder = resources.get("metadata", {}).get("path")
    if folder is None or "about" not in notebook.metadata.get("reportkit", {}):
        return {}
    paths = [Path(folder) / name for name in ATTACHMENTS]
    return {path.name: read_regular(path) for path in paths if path.is_file()}


def _attach(name: str, tables: str) -> str:
    mime, description = ATTACHMENTS[name]
    description = description.format(tables=tables)
    return (
        f'#pdf.attach("{name}", read("{name}", encoding: none), relationship: "data", '
        f'mime-type: "{mime}", description: "{description}")\n'
    )


def _place(error: typst.TypstError) -> str:
    """The source line that Typst complains about, shortened."""
    match = re.search(r"│\s*(\S.*)", getattr(error, "diagnostic", ""))
    return match[1][:120] if match else ""


def mark_row_heads(pdf: bytes, tables: list[Table]) -> bytes:
    """The PDF with the row heads of its statutory tables tagged TH of scope Row; Typst tags them as data.

    Raises PublishingError where the tagged tables are not the report's tables, row by row.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tagged = [
            rows
            for element in _elements(document.Root.StructTreeRoot, "/Table")
            if (rows := list(_elements(element, "/TR")))
        ]
        wanted = iter(tables)
        table = next(wanted, None)
        for rows in tagged:
            if table is None or [len(_cells(row)) for row in rows] != [len(row) for row in table.rows]:
                continue
            for element, cells in zip(rows, table.rows, strict=True):
                _mark_row(element, [cell.role for cell in cells])
            table = next(wanted, None)
        if table is not None:
            raise PublishingError("pdf_table_untagged", where=FORMATS["pdf"].file, table=table.id)
        output = io.BytesIO()
        document.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return output.getvalue()


def _mark_row(row: pikepdf.Object, roles: list[str]) -> None:
    for cell, role in zip(_cells(row), roles, strict=True):
        if role == "data" or cell.S == "/TH":
            continue
        cell.S = pikepdf.Name.TH
        scope = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name("/Row" if role == "row" else "/Column"))
        known = cell.get("/A")
        if known is None:
            cell.A = scope
        elif isinstance(known, pikepdf.Array):
            known.append(scope)
        else:
            cell.A = pikepdf.Array([known, scope])


def _cells(row: pikepdf.Object) -> list[pikepdf.Object]:
    kids = row.get("/K")
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)] if isinstance(kids, pikepdf.Array) else [kids]


def _elements(root: pikepdf.Object, kind: str) -> Any:
    """Structure elements of one kind below another, in reading order, without looking inside those found."""
    kids = root.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kind == kid.S:
                yield kid
            else:
                yield from _elements(kid, kind)
