"""A Table as a person sees it in JupyterLab and in a terminal, beside the data that the report is made from."""

from html import escape

from reportkit.model import Table


def table_html(table: Table) -> str:
    """A table as JupyterLab shows it: the printed merges, in a plain style."""
    lines = ['<table style="border-collapse:collapse">', f"<caption>{escape(table.caption)}</caption>"]
    for row in table.rows:
        lines.append("<tr>")
        for cell in row:
            tag = "td" if cell.role == "data" else "th"
            spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            style = "border:1px solid;padding:2px 6px;text-align:center"
            lines.append(f'<{tag}{spans} style="{style}">{escape(cell.text)}</{tag}>')
        lines.append("</tr>")
    lines.append("</table>")
    return "".join(lines)


def table_text(table: Table) -> str:
    """A table as a terminal shows it: one line a row."""
    return "\n".join([table.caption, *("  ".join(cell.text for cell in row) for row in table.rows)])
