"""Words as Typst code: Markdown's tokens, in which content is only ever in quoted string literals."""

from collections.abc import Mapping
from typing import Any

from reportkit.errors import PublishingError
from reportkit.text.markdown import Tokens, cells_of, inline_text, link_of, merge_text
from reportkit.text.markdown_html import unknown
from reportkit.text.own_tables import rows_of, shape_of
from reportkit.text.strings import printable

_CALLS = {"strong": "strong", "emphasis": "emph", "strikethrough": "strike"}


class TypstRenderer:
    """Tokens as Typst code; footnotes are numbered by Typst through the whole document."""

    def __init__(self) -> None:
        self.notes = self._lists = 0
        self._numbers: dict[str, int] = {}

    def render(self, tokens: Tokens) -> str:
        """The code of one text, in which each footnote has its own name."""
        self._numbers = {}
        return self._blocks(tokens)

    def _blocks(self, tokens: Tokens) -> str:
        return "\n".join(self._block(token) for token in tokens)

    def _block(self, token: Mapping[str, Any]) -> str:
        children = token.get("children", [])
        match token["type"]:
            case "paragraph":
                return f"par({self.inline(children)})"
            case "block_text":
                return self.inline(children)
            case "heading":
                return f"heading(level: {token['attrs']['level']}, {self.inline(children)})"
            case "list":
                return self._list(token)
            case "block_quote":
                return f"quote(block: true, {{{self._blocks(children)}}})"
            case "block_code":
                return f"raw(block: true, {typst_string(token['raw'].removesuffix(chr(10)))})"
            case "table":
                return self._table(token)
        raise unknown(token)

    def _list(self, token: Mapping[str, Any]) -> str:
        attributes = token["attrs"]
        start = f"start: {int(attributes.get('start', 1))}, " if attributes["ordered"] else ""
        inner = "indent: 0pt, " if self._lists else ""
        self._lists += 1
        items = (f"{{{'; '.join(map(self._block, item['children']))}}}" for item in token["children"])
        code = f"{'enum' if start else 'list'}({inner}{start}{', '.join(items)})"
        self._lists -= 1
        return code

    def _table(self, table: Mapping[str, Any]) -> str:
        shape = shape_of(cells_of(table))
        if shape is None:
            raise PublishingError("table_too_wide_pdf")
        head, *rows = rows_of(table)
        widths = "".join(f"{width:g}pt, " for width in shape.widths_pt)
        sides = "".join(f"{'left' if wraps else 'center'} + horizon, " for wraps in shape.wraps)
        words = [typst_string("　"), self.inline(table["caption"])] if table.get("caption") else []
        caption = f"{{{'; '.join([typst_string(table.get('label', '')), *words])}}}"
        heads = ", ".join(self.inline(cell["children"]) for cell in head)
        cells = "".join(f", {self.inline(cell['children'])}" for row in rows for cell in row)
        return f"plain-table({caption}, {shape.size_pt:g}pt, ({widths}), ({sides}), ({heads},){cells})"

    def inline(self, tokens: Tokens) -> str:
        return "{" + "; ".join(self._inline(token) for token in merge_text(tokens)) + "}" if tokens else '""'

    def _inline(self, token: Mapping[str, Any]) -> str:
        match token["type"]:
            case "text":
                return typst_string(inline_text(token))
            case "strong" | "emphasis" | "strikethrough":
                return f"{_CALLS[token['type']]}({self.inline(token['children'])})"
            case "codespan":
                return f"raw({typst_string(token['raw'])})"
            case "linebreak":
                return "linebreak()"
            case "link":
                link = link_of(token)
                body = self.inline(link.children)
                shown = body if link.url is None else f"link({typst_string(link.url)}, {body})"
                return f"{{{shown}; {typst_string(link.beside)}}}" if link.beside else shown
            case "footnote":
                return self._footnote(token)
        raise unknown(token)

    def _footnote(self, token: Mapping[str, Any]) -> str:
        label = token["attrs"]["label"]
        if label in self._numbers:
            return f"footnote(<footnote-{self._numbers[label]}>)"
        self.notes += 1
        self._numbers[label] = self.notes
        body = "; linebreak(); ".join(self.inline(each["children"]) for each in token["note"])
        return f"[#footnote({{h(0.3em); {body}}})<footnote-{self.notes}>]"


def typst_string(text: str) -> str:
    """Text as a Typst string literal: the only way text enters Typst code."""
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
