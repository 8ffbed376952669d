"""Markdown's tokens as HTML, with footnotes that are numbered through a page and lead there and back."""

from collections.abc import Mapping
from html import escape
from typing import Any

from reportkit.errors import PublishingError
from reportkit.text.markdown import Tokens, heading_text, inline_text, link_of, merge_text
from reportkit.text.own_tables import rows_of
from reportkit.text.strings import printable

_TAGS = {"strong": "strong", "emphasis": "em", "strikethrough": "s"}


class Notes:
    """The footnotes of one page in their order; `linked` where it may have ids."""

    def __init__(self, *, linked: bool = True) -> None:
        self.linked = linked
        self.bodies: list[str] = []
        self._marks: dict[int, int] = {}

    def mark(self, number: int) -> str:
        """A footnote's mark in the text; in brackets, as 5 with a note 1 isn't 51."""
        self._marks[number] = self._marks.get(number, 0) + 1
        if not self.linked:
            return f"<sup>[{number}]</sup>"
        again = f"-{self._marks[number]}" if self._marks[number] > 1 else ""
        return (
            f'<sup><a href="#footnote-{number}" id="footnote-mark-{number}{again}" role="doc-noteref" '
            f'aria-label="脚注{number}">[{number}]</a></sup>'
        )

    def render(self) -> str:
        """All footnotes below the text; empty where there are none."""
        notes = "".join(self._note(number, body) for number, body in enumerate(self.bodies, 1))
        if not notes or not self.linked:
            return notes
        return f'<section class="footnotes" role="doc-endnotes" aria-label="脚注">{notes}</section>'

    def _note(self, number: int, body: str) -> str:
        if not self.linked:
            return f'<p class="footnote">[{number}] {body}</p>'
        back = f'<a href="#footnote-mark-{number}" role="doc-backlink" aria-label="回到脚注{number}处">[{number}]</a>'
        return f'<p id="footnote-{number}">{back} {body}</p>'


class HtmlRenderer:
    """Tokens as HTML; `prefix` gives each heading its id, `top` is the level of a notebook's first heading.

    Renderers of one page share its `notes`, which are rendered after the last of them.
    """

    def __init__(self, prefix: str, top: int = 2, notes: Notes | None = None) -> None:
        self.prefix, self.top, self.headings = prefix, top, 0
        self.notes = Notes() if notes is None else notes
        self.outline: list[tuple[int, str, str]] = []
        self._numbers: dict[str, int] = {}

    def render(self, tokens: Tokens) -> str:
        """The HTML of one text, in which each footnote has its own name."""
        self._numbers = {}
        return self._blocks(tokens)

    def _blocks(self, tokens: Tokens) -> str:
        return "\n".join(self._block(token) for token in tokens)

    def _block(self, token: Mapping[str, Any]) -> str:
        children = token.get("children", [])
        match token["type"]:
            case "paragraph" | "block_text":
                body = self.inline(children)
                return f"<p>{body}</p>" if token["type"] == "paragraph" else body
            case "heading":
                return self._heading(token, children)
            case "list":
                return self._list(token)
            case "block_quote":
                return f"<blockquote>{self._blocks(children)}</blockquote>"
            case "block_code":
                # An exporter drops blank lines of its page.
                code = escape(printable(token["raw"]).removesuffix("\n"), quote=False).replace("\n", "&#10;")
                return f"<pre><code>{code}</code></pre>"
            case "table":
                caption = f"<caption>{self._caption(token)}</caption>" if "label" in token else ""
                return f'<div class="scroll"><table class="plain">{caption}{self._rows(token)}</table></div>'
        raise unknown(token)

    def _heading(self, token: Mapping[str, Any], children: Tokens) -> str:
        self.headings += 1
        anchor = self.prefix if self.headings == 1 else f"{self.prefix}-{self.headings - 1}"
        shifted = min(token["attrs"]["level"] - 1 + self.top, 6)
        self.outline.append((shifted, anchor, heading_text(token)))
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

    def _caption(self, table: Mapping[str, Any]) -> str:
        words = self.inline(table["caption"])
        return f"{table['label']}　{words}" if words else str(table["label"])

    def _rows(self, table: Mapping[str, Any]) -> str:
        found = []
        for number, row in enumerate(rows_of(table)):
            tag = "td" if number else 'th scope="col"'
            cells = "".join(f"<{tag}>{self.inline(cell['children'])}</{tag[:2]}>" for cell in row)
            found.append(f"<tr>{cells}</tr>")
        return "".join(found)

    def inline(self, tokens: Tokens) -> str:
        return "".join(self._inline(token) for token in merge_text(tokens))

    def _inline(self, token: Mapping[str, Any]) -> str:
        match token["type"]:
            case "text":
                return escape(inline_text(token), quote=False)
            case "strong" | "emphasis" | "strikethrough":
                tag = _TAGS[token["type"]]
                return f"<{tag}>{self.inline(token['children'])}</{tag}>"
            case "codespan":
                return f"<code>{escape(printable(token['raw']), quote=False)}</code>"
            case "linebreak":
                return "<br>"
            case "link":
                link = link_of(token)
                body = self.inline(link.children)
                shown = body if link.url is None else f'<a href="{escape(link.url)}" rel="noopener">{body}</a>'
                return shown + escape(link.beside, quote=False)
            case "footnote":
                return self._footnote(token)
        raise unknown(token)

    def _footnote(self, token: Mapping[str, Any]) -> str:
        label = token["attrs"]["label"]
        if label not in self._numbers:
            # No paragraphs in it: a note is one, and further ones begin a new line.
            self.notes.bodies.append("<br>".join(self.inline(each["children"]) for each in token["note"]))
            self._numbers[label] = len(self.notes.bodies)
        return self.notes.mark(self._numbers[label])


def unknown(token: Mapping[str, Any]) -> PublishingError:
    """What a renderer raises for a token that it doesn't know."""
    return PublishingError("markdown_kind", kind=token["type"])
