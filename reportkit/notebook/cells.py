"""What a cell shows in JupyterLab and in a terminal: a table and words in the style in which they are published."""

from base64 import b64encode
from html import escape

from reportkit.model import Cell, Exhibit, Table
from reportkit.text.markdown import parse
from reportkit.text.markdown_html import HtmlRenderer, Notes

SERIF = '"FangSong_GB2312","FangSong","STFangsong","Noto Serif SC","Source Han Serif SC","Songti SC","SimSun",serif'
SANS = '"Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","SimHei",sans-serif'
INK, LINE, HEAD, WARN, MUTED = "#1c1c1c", "#8a8a8a", "#f3f1ec", "#8a1c1c", "#555"
"""The fonts and colours of the published page's style sheet."""
_PAGE = f"max-width:46rem;background:#fff;color:{INK};padding:.25rem .75rem"
_WORDS = f"font-family:{SERIF};font-size:1.125rem;line-height:1.85"
_PARAGRAPH = "margin:0 0 .85rem;text-indent:2em;text-align:justify;overflow-wrap:anywhere"
_TABLE = f"border-collapse:collapse;width:100%;font-family:{SANS};font-size:.9375rem;line-height:1.45"
_PICTURE = "display:block;width:100%;max-width:40rem;margin:0 auto"
_UNDER = "margin-top:.5rem;text-align:center;font-size:.9375rem"
_CAPTION = f"caption-side:top;padding:.25rem 0 .5rem;text-align:right;color:{MUTED};font-size:.875rem"


def words_html(text: str) -> str:
    """Markdown as the published page shows it."""
    notes = Notes(linked=False)
    body = HtmlRenderer("cell", notes=notes).render(parse(text, "prose")) + notes.render()
    return _styled(_WORDS, body.replace("<p>", f'<p style="{_quoted(_PARAGRAPH)}">'))


def chart_html(svg: str, exhibit: Exhibit) -> str:
    """A chart as the published page shows it: its picture above its caption and source."""
    source = f"（来源：{escape(exhibit.source)}）" if exhibit.source else ""
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    picture = f'<img src="{address}" alt="{escape(exhibit.alt)}" style="{_PICTURE}">'
    caption = f'<div style="{_UNDER}">图　{escape(exhibit.caption)}{source}</div>'
    return _styled(f"font-family:{SANS}", f"{picture}{caption}")


def table_html(table: Table) -> str:
    """A table as the published page shows it: the printed merges, heads and colours."""
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    widths = "".join(f'<col style="width:{100 * width / sum(table.widths):.4g}%">' for width in table.widths)
    caption = f'<caption style="{_CAPTION}">{escape(table.caption)}　单位：{escape(table.unit)}</caption>'
    return _styled("", f'<table style="{_quoted(_TABLE)}">{caption}<colgroup>{widths}</colgroup>{rows}</table>')


def table_text(table: Table) -> str:
    """A table as a terminal shows it: one line a row."""
    return "\n".join([table.caption, *("  ".join(cell.text for cell in row) for row in table.rows)])


def _cell(cell: Cell) -> str:
    tag = "td" if cell.role == "data" else "th"
    spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    styles = [f"border:1px solid {LINE};padding:.35rem .4rem;vertical-align:middle"]
    styles.append("text-align:left" if cell.role == "row" and cell.rowspan == 1 else "text-align:center")
    styles.append(f"font-weight:{'700' if cell.role in ('block', 'column') else '400'}")
    styles.append("background:#fff" if cell.role == "data" else f"background:{HEAD}")
    if cell.missing:
        styles.append(f"color:{WARN}")
    return f'<{tag}{spans} style="{";".join(styles)}">{escape(cell.text)}</{tag}>'


def _styled(style: str, body: str) -> str:
    return f'<div style="{_quoted(";".join(filter(None, (_PAGE, style))))}">{body}</div>'


def _quoted(style: str) -> str:
    return style.replace('"', "&quot;")
