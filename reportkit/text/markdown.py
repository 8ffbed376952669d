"""Markdown → tokens → HTML or Typst: one small flavour, in which every character that isn't markup survives.

What a department writes has paragraphs, lists, tables, emphasis, strong emphasis and links; a notebook's own cells
have headings too. There is no HTML, no code, no mathematics, no image: such text is printed as it is.
"""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any, Literal
from urllib.parse import urlsplit

import mistune
from mistune.plugins.table import table

from reportkit.errors import PublishingError
from reportkit.text.strings import join_lines, printable

Flavour = Literal["prose", "notebook"]
Tokens = list[dict[str, Any]]

_BLOCKS = {
    "prose": ["list", "table", "nptable"],
    "notebook": ["atx_heading", "axt_heading", "list", "table", "nptable"],
}
_INLINE = ["escape", "emphasis", "link", "link_close"]
_DEEPEST = 6
# 5*6*7 is a product, not emphasis; and an item's number is what its writer wrote, so such lines are paragraphs.
_BETWEEN_FIGURES = re.compile(r"(?<=[0-9A-Za-z])[*_]+(?=[0-9A-Za-z])")
_NUMBERED = re.compile(r"^[ ]*([0-9]{1,9})([.)])(?=[ \t])", re.M)


class _Blocks(mistune.BlockParser):
    """mistune's block parser with a few of its rules; text that others would take stays text."""

    def __init__(self, allowed: list[str]) -> None:
        super().__init__(max_nested_level=_DEEPEST)
        self.allowed = ["blank_line", *allowed]
        self.rules = [rule for rule in self.rules if rule in self.allowed]
        self.list_rules = [rule for rule in self.list_rules if rule in ("blank_line", "list")]

    def parse_method(self, m: re.Match[str], state: mistune.BlockState) -> int | None:
        # A list looks for the beginnings of other blocks by itself, whatever the rules are.
        return super().parse_method(m, state) if m.lastgroup in self.allowed else None


@cache
def _parser(flavour: Flavour) -> mistune.Markdown:
    inline = mistune.InlineParser()
    markdown = mistune.Markdown(renderer=None, block=_Blocks(_BLOCKS[flavour]), inline=inline, plugins=[table])
    inline.rules = [rule for rule in inline.rules if rule in (*_INLINE, "linebreak", "softbreak")]
    return markdown


def parse(text: str, flavour: Flavour) -> Tokens:
    """A text's block tokens, as mistune names them."""
    cleaned = printable(text)
    if flavour == "prose":
        # Clerks indent paragraphs with spaces; that is no structure.
        cleaned = "\n".join(line if _is_list_line(line) else line.lstrip(" \u3000") for line in cleaned.split("\n"))
        cleaned = _NUMBERED.sub(r"\n\1\\\2", _BETWEEN_FIGURES.sub(lambda match: "\\" + "\\".join(match[0]), cleaned))
    tokens = _parser(flavour)(cleaned)
    assert isinstance(tokens, list)
    tokens = [token for token in tokens if token["type"] != "blank_line"]
    return _images_as_text(tokens) if flavour == "prose" else tokens


def _images_as_text(tokens: Tokens) -> Tokens:
    """A department's words hold no picture: what looks like one stays text, its address in brackets."""
    found: Tokens = []
    for token in tokens:
        children = _images_as_text(token.get("children", []))
        if token["type"] == "image":
            found += [*children, {"type": "text", "raw": f"（{token['attrs']['url']}）"}]
        else:
            found.append({**token, "children": children} if "children" in token else token)
    return found


def _is_list_line(line: str) -> bool:
    body = line.lstrip(" ")
    return body[:2] in ("- ", "* ", "+ ")


def plain(tokens: Tokens) -> str:
    """The bare text of inline tokens."""
    return "".join(token["raw"] if "raw" in token else plain(token.get("children", [])) for token in tokens)


def heading_text(token: Mapping[str, Any]) -> str:
    """The title of a heading token."""
    return join_lines(plain(merge_text(token["children"])))


def main_headings(text: str) -> list[str]:
    """The titles of a notebook cell's first-level headings."""
    return [
        heading_text(token)
        for token in parse(text, "notebook")
        if token["type"] == "heading" and token["attrs"]["level"] == 1
    ]


def safe_url(url: str) -> str | None:
    """The address of a link that may be followed: http, https or mailto; None for anything else."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        return url.strip()
    return url.strip() if parts.scheme == "mailto" and parts.path else None


def inline_text(token: Mapping[str, Any]) -> str:
    """The text of a text token, its line breaks joined as Chinese is written."""
    return join_lines(token["raw"])


def merge_text(tokens: Tokens) -> Tokens:
    """Inline tokens with neighbouring texts and soft breaks made one, so that lines join rightly."""
    merged: Tokens = []
    for token in tokens:
        raw = "\n" if token["type"] == "softbreak" else token.get("raw") if token["type"] == "text" else None
        if raw is None:
            merged.append(token)
        elif merged and merged[-1]["type"] == "text":
            merged[-1] = {"type": "text", "raw": merged[-1]["raw"] + raw}
        else:
            merged.append({"type": "text", "raw": raw})
    return merged


def link_parts(token: Mapping[str, Any]) -> tuple[str | None, Tokens]:
    """A link's address (None where it may not be followed) and its text; a refused address is shown as text."""
    url, children = str(token["attrs"]["url"]), list(token["children"])
    if safe := safe_url(url):
        return safe, children
    return None, [*children, {"type": "text", "raw": f"（{url}）"}]


def refuse_image(token: Mapping[str, Any]) -> PublishingError:
    return PublishingError(
        f"The Markdown image '{plain(token.get('children', []))}' can't be published.",
        where=str(token["attrs"]["url"])[:80],
        fix="Draw it in the notebook with s.show(figure, caption=…, alt=…).",
    )


class HtmlRenderer:
    """Tokens as HTML; `anchors` gives each heading its id, `top` is the level of a notebook's first heading."""

    def __init__(self, prefix: str, top: int = 2) -> None:
        self.prefix, self.top, self.headings = prefix, top, 0
        self.outline: list[tuple[int, str, str]] = []

    def render(self, tokens: Tokens) -> str:
        return "\n".join(self._block(token) for token in tokens)

    def _block(self, token: Mapping[str, Any]) -> str:
        children = token.get("children", [])
        match token["type"]:
            case "paragraph" | "block_text":
                body = self.inline(children)
                return f"<p>{body}</p>" if token["type"] == "paragraph" else body
            case "heading":
                return self._heading(token["attrs"]["level"], children)
            case "list":
                return self._list(token)
            case "table":
                return f'<div class="scroll"><table class="plain">{self._rows(children)}</table></div>'
            case "blank_line":
                return ""
        raise PublishingError(f"Markdown of the kind '{token['type']}' can't be published.", fix="Write it as text.")

    def _heading(self, level: int, children: Tokens) -> str:
        self.headings += 1
        anchor = self.prefix if self.headings == 1 else f"{self.prefix}-{self.headings - 1}"
        shifted = min(level - 1 + self.top, 6)
        self.outline.append((shifted, anchor, join_lines(plain(merge_text(children)))))
        return f'<h{shifted} id="{anchor}">{self.inline(children)}</h{shifted}>'

    def _list(self, token: Mapping[str, Any]) -> str:
        attributes = token["attrs"]
        start = attributes.get("start", 1)
        tag = "ol" if attributes["ordered"] else "ul"
        opened = f'{tag} start="{start}"' if tag == "ol" and start != 1 else tag
        items = "".join(
            f"<li>{''.join(self._block(child) for child in item['children'])}</li>" for item in token["children"]
        )
        return f"<{opened}>{items}</{tag}>"

    def _rows(self, parts: Tokens) -> str:
        found = []
        for part in parts:
            rows = [part["children"]] if part["type"] == "table_head" else [row["children"] for row in part["children"]]
            for row in rows:
                tag = 'th scope="col"' if part["type"] == "table_head" else "td"
                cells = "".join(f"<{tag}>{self.inline(cell['children'])}</{tag[:2]}>" for cell in row)
                found.append(f"<tr>{cells}</tr>")
        return "".join(found)

    def inline(self, tokens: Tokens) -> str:
        return "".join(self._inline(token) for token in merge_text(tokens))

    def _inline(self, token: Mapping[str, Any]) -> str:
        match token["type"]:
            case "text":
                return escape(inline_text(token), quote=False)
            case "strong" | "emphasis":
                tag = "strong" if token["type"] == "strong" else "em"
                return f"<{tag}>{self.inline(token['children'])}</{tag}>"
            case "linebreak":
                return "<br>"
            case "link":
                url, children = link_parts(token)
                body = self.inline(children)
                return body if url is None else f'<a href="{escape(url)}" rel="noopener">{body}</a>'
            case "image":
                raise refuse_image(token)
        raise PublishingError(f"Markdown of the kind '{token['type']}' can't be published.", fix="Write it as text.")


class TypstRenderer:
    """Tokens as Typst code: content is only ever in quoted string literals."""

    def render(self, tokens: Tokens) -> str:
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
                items = ", ".join(
                    "{" + "; ".join(self._block(child) for child in item["children"]) + "}" for item in children
                )
                start = f"start: {int(token['attrs'].get('start', 1))}, " if token["attrs"]["ordered"] else ""
                return f"{'enum' if start else 'list'}({start}{items})"
            case "table":
                return self._table(children)
            case "blank_line":
                return "none"
        raise PublishingError(f"Markdown of the kind '{token['type']}' can't be published.", fix="Write it as text.")

    def _table(self, parts: Tokens) -> str:
        head = next(part for part in parts if part["type"] == "table_head")["children"]
        rows = [row["children"] for part in parts if part["type"] == "table_body" for row in part["children"]]
        heads = ", ".join(self.inline(cell["children"]) for cell in head)
        cells = "".join(f", {self.inline(cell['children'])}" for row in rows for cell in row)
        return f"plain-table({len(head)}, ({heads},){cells})"

    def inline(self, tokens: Tokens) -> str:
        return "{" + "; ".join(self._inline(token) for token in merge_text(tokens)) + "}" if tokens else '""'

    def _inline(self, token: Mapping[str, Any]) -> str:
        match token["type"]:
            case "text":
                return typst_string(inline_text(token))
            case "strong" | "emphasis":
                return f"{'strong' if token['type'] == 'strong' else 'emph'}({self.inline(token['children'])})"
            case "linebreak":
                return "linebreak()"
            case "link":
                url, children = link_parts(token)
                body = self.inline(children)
                return body if url is None else f"link({typst_string(url)}, {body})"
            case "image":
                raise refuse_image(token)
        raise PublishingError(f"Markdown of the kind '{token['type']}' can't be published.", fix="Write it as text.")


def typst_string(text: str) -> str:
    """Text as a Typst string literal: the only way text enters Typst code."""
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
