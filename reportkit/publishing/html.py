"""The nbconvert exporter `reportkit-html`: a notebook of the report as one self-contained page."""

from collections.abc import Callable
from html import escape
from typing import Any

from traitlets import default

from reportkit.content import printed
from reportkit.formats import FORMATS
from reportkit.model import Cell, DocumentHead, Exhibit, Table
from reportkit.publishing.blocks import Chart, StatutoryTable, Words, blocks, chart_caption
from reportkit.publishing.exporter import ReportExporter
from reportkit.publishing.head import FACTS, LANGUAGE, called, correction_lines, facts_of
from reportkit.publishing.styles import css
from reportkit.publishing.svg import clean_svg
from reportkit.text.markdown_html import HtmlRenderer, Notes
from reportkit.text.strings import printable


class ReportHTMLExporter(ReportExporter):
    """One HTML page: no script, no request to anywhere, statutory tables with their heads, charts as inline SVG."""

    output_mimetype = FORMATS["html"].media_type
    export_from_notebook = "年报 HTML"
    escape_html = True

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name(self) -> str:
        return "reportkit-html"

    def context(self, notebook: Any, head: DocumentHead) -> dict[str, Any]:
        body, outline = render_blocks(notebook)
        facts = [(FACTS[key], text) for key, text in facts_of(head).items()]
        meta = [(name, value) for name, value in _meta(head) if value]
        corrections = correction_lines(head)
        page = {"meta": meta, "css": css(), "body": body, "outline": outline}
        return {**page, "language": LANGUAGE, "facts": facts, "corrections": corrections}


_NARROW = 4  # columns that a telephone shows side by side


def _meta(head: DocumentHead) -> list[tuple[str, str | None]]:
    """The meta tags that portals are asked for. Source: 国办发〔2017〕47号."""
    site = head.site
    return [
        ("SiteName", site.get("name")),
        ("SiteDomain", site.get("domain")),
        ("SiteIDCode", site.get("id_code")),
        ("ColumnType", called(head)["column_type"]),
        ("ArticleTitle", head.title),
        ("PubDate", f"{head.published_on} 00:00" if head.published_on else None),
        ("ContentSource", head.name),
    ]


def render_blocks(notebook: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """A notebook's blocks as HTML, and its outline: (anchor, title) of each main heading."""
    body: list[str] = []
    outline: list[tuple[str, str]] = []
    headings: dict[str, HtmlRenderer] = {}
    notes = Notes()
    tables = 0
    for block in blocks(notebook):
        match block:
            case Words():
                renderer = headings.setdefault(
                    block.section, HtmlRenderer(block.section.replace("_", "-"), notes=notes)
                )
                seen = len(renderer.outline)
                body.append(renderer.render(block.tokens))
                outline += [(anchor, title) for level, anchor, title in renderer.outline[seen:] if level == 2]
            case StatutoryTable():
                tables += 1
                body.append(render_table(block.table, f"t{tables}"))
            case Chart():
                body.append(render_chart(block.svg, block.exhibit, block.number, where=block.place))
    body += [notes.render()] if notes.bodies else []
    return body, outline


Shown = Callable[[Cell], tuple[str, str]]
"""Gives more attributes for the cell of a figure, and what is shown in it, as HTML."""


def render_table(table: Table, prefix: str, shown: Shown | None = None) -> str:
    """A statutory table: every head has a scope, every figure names its heads by ids that begin with `prefix`."""
    heads = _Heads(table, prefix)
    rows = []
    placed = iter(table.placed())
    for number, row in enumerate(table.rows):
        cells = []
        for _ in row:
            place = next(placed)
            cells.append(
                _cell(place.cell, heads.identifier(place.row, place.column), heads.of(place.row, place.column), shown)
            )
        rows.append((number < table.head_rows, f"<tr>{''.join(cells)}</tr>"))
    head = "".join(text for is_head, text in rows if is_head)
    body = "".join(text for is_head, text in rows if not is_head)
    widths = "".join(f'<col style="width:{100 * width / sum(table.widths):.4g}%">' for width in table.widths)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    caption = f'<caption><span class="name">{escape(table.caption)}。</span>单位：{escape(table.unit)}</caption>'
    wide = " wide" if len(table.widths) > _NARROW else ""
    return (
        f'<div class="scroll{wide}" tabindex="0" role="region" aria-label="{escape(table.caption)}">'
        f'<table class="{escape(table.id)}" id="table-{escape(table.id)}">{caption}<colgroup>{widths}</colgroup>'
        f"{f'<thead>{head}</thead>' if head else ''}<tbody>{body}</tbody></table></div>{note}"
    )


class _Heads:
    """Which heads each figure of a table is under: ids of head cells by the grid place of the figure."""

    def __init__(self, table: Table, prefix: str) -> None:
        self.prefix = prefix
        self.columns: dict[int, list[str]] = {}
        self.rows: dict[int, list[str]] = {}
        self.by_place: dict[tuple[int, int], list[str]] = {}
        previous_was_data = True
        for place in table.placed():
            cell, identifier = place.cell, self.identifier(place.row, place.column)
            if cell.role == "block":
                self.columns = {}
            elif cell.role == "column":
                for column in range(place.column, place.column + cell.colspan):
                    if previous_was_data:
                        self.columns = {}
                    previous_was_data = False
                    self.columns.setdefault(column, []).append(identifier)
            elif cell.role == "row":
                for row in range(place.row, place.row + cell.rowspan):
                    self.rows.setdefault(row, []).append(identifier)
            elif cell.role == "data":
                previous_was_data = True
                self.by_place[place.row, place.column] = [
                    *self.rows.get(place.row, ()),
                    *self.columns.get(place.column, ()),
                ]

    def identifier(self, row: int, column: int) -> str:
        return f"{self.prefix}-{row}-{column}"

    def of(self, row: int, column: int) -> list[str]:
        return self.by_place.get((row, column), [])


def _cell(cell: Cell, identifier: str, heads: list[str], shown: Shown | None) -> str:
    spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    text = escape(printable(cell.text), quote=False)
    if cell.role == "data":
        missing = ' class="missing"' if cell.missing else ""
        more, text = shown(cell) if shown is not None and cell.id is not None else ("", text)
        return f'<td{spans}{missing}{more} headers="{" ".join(heads)}">{text}</td>'
    if cell.role == "corner":
        return f'<th{spans} id="{identifier}" class="corner" scope="col">{text}</th>'
    if cell.role == "block":
        return f'<th{spans} id="{identifier}" class="block" scope="colgroup">{text}</th>'
    wide, tall = cell.colspan > 1 and cell.role == "column", cell.rowspan > 1 and cell.role == "row"
    scope = "colgroup" if wide else "rowgroup" if tall else "col" if cell.role == "column" else "row"
    return f'<th{spans} id="{identifier}" scope="{scope}">{text}</th>'


def render_chart(svg: str, exhibit: Exhibit, number: int, anchor: str = "", where: str = "") -> str:
    """A chart as inline SVG with its alt text and caption; beside it, the plotted data behind a switch."""
    anchor = anchor or f"chart{number}"
    picture = clean_svg(svg, anchor, where).replace(
        "<svg", f'<svg role="img" aria-label="{escape(printable(exhibit.alt))}"', 1
    )
    caption = escape(chart_caption(exhibit, number))
    figure = f'<figure id="{anchor}" tabindex="0">{picture}<figcaption>{caption}</figcaption></figure>'
    if not exhibit.rows:  # a picture, which draws no numbers
        return figure
    heads = "".join(f'<th scope="col">{escape(printable(column))}</th>' for column in exhibit.columns)
    rows = "".join(
        "<tr>"
        + f'<th scope="row">{escape(printed(row[0]))}</th>'
        + "".join(f"<td>{escape(printed(value))}</td>" for value in row[1:])
        + "</tr>"
        for row in exhibit.rows
    )
    return (
        f"{figure}<details><summary>图{number}数据（单位：{escape(printable(exhibit.unit))}）</summary>"
        f'<table class="data"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>'
    )
