"""Words as WordprocessingML: runs and paragraphs, Markdown's tokens; text enters it through one function alone."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from reportkit.errors import PublishingError
from reportkit.publishing.wordfile import TEXT_WIDTH_TWIPS, References
from reportkit.text.markdown import Tokens, inline_text, link_parts, merge_text, refuse_image
from reportkit.text.strings import printable

_DEEPEST_HEADING, _DEEPEST_LIST = 6, 9
_INDENT_TWIPS, _STEP_TWIPS = 640, 420  # of a list's text, as in numbering.xml
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_MAILBOX = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")


def run(text: str, styles: Sequence[str] = ()) -> str:
    """Text in the innermost of some character styles, the outer ones stated directly; a line end is a break."""
    if not text:
        return ""
    style = f'<w:rStyle w:val="{styles[-1]}"/>' if styles else ""
    font = ' w:eastAsia="楷体_GB2312"' if "Emphasis" in styles[:-1] else ""
    bold = "<w:b/><w:bCs/>" if "Strong" in styles[:-1] else ""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in printable(text).split("\n"))
    # Without the hint Word sets quotation marks, dashes and the like in the Latin font.
    return f'<w:r><w:rPr>{style}<w:rFonts w:hint="eastAsia"{font}/>{bold}</w:rPr>{"<w:br/>".join(lines)}</w:r>'


def paragraph(body: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; the style of body text where none is named."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{body}</w:p>" if named or properties else f"<w:p>{body}</w:p>"


def word_url(url: str) -> str | None:
    """A link's address as a package may hold it, in ASCII; None where Word would call the file damaged for it."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "mailto":
            return _quoted(url) if _MAILBOX.fullmatch(parts.path) else None
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:  # an address that only looks like one; UnicodeError is one of these
        return None
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    rest = url.partition("://")[2][len(parts.netloc) :]
    return f"{parts.scheme}://{host}{port}{_quoted(rest)}"


def _quoted(address: str) -> str:
    before, mark, fragment = _BARE_PERCENT.sub("%25", address).partition("#")
    safe = "/?:@!$&'()*+,;=%~"
    return quote(before, safe=safe) + mark + quote(fragment, safe=safe)


class WordRenderer:
    """Tokens as paragraphs; links and lists are noted in the document's references."""

    def __init__(self, references: References) -> None:
        self.references = references

    def render(self, tokens: Tokens) -> list[str]:
        return [each for token in tokens for each in self._block(token)]

    def _block(self, token: Mapping[str, Any]) -> list[str]:
        children = token.get("children", [])
        match token["type"]:
            case "paragraph" | "block_text":
                return [paragraph(self.inline(children))]
            case "heading":
                level = min(token["attrs"]["level"], _DEEPEST_HEADING)
                return [paragraph(self.inline(children), f"Heading{level}")]
            case "list":
                return self._list(token, 0)
            case "table":
                return [self._table(children)]
            case "blank_line":
                return []
        raise PublishingError(f"Markdown of the kind '{token['type']}' can't be published.", fix="Write it as text.")

    def _list(self, token: Mapping[str, Any], depth: int) -> list[str]:
        level = min(depth, _DEEPEST_LIST - 1)
        ordered = token["attrs"]["ordered"]
        number = self.references.ordered_list(level, int(token["attrs"].get("start", 1))) if ordered else 1
        marked = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        further = f'<w:ind w:left="{_INDENT_TWIPS + _STEP_TWIPS * (level + 1)}"/>'
        found: list[str] = []
        for item in token["children"]:
            style, properties = "ListNumber" if ordered else "ListBullet", marked
            for child in item["children"] or [{"type": "paragraph"}]:
                if child["type"] in ("paragraph", "block_text"):
                    found.append(paragraph(self.inline(child.get("children", [])), style, properties))
                elif child["type"] == "list":
                    found += self._list(child, depth + 1)
                else:
                    found += self._block(child)
                style, properties = "ListContinue", further
        return found

    def _table(self, parts: Tokens) -> str:
        """A department's own table, its columns of the same width."""
        head = next(part for part in parts if part["type"] == "table_head")["children"]
        rows = [row["children"] for part in parts if part["type"] == "table_body" for row in part["children"]]
        width, left = TEXT_WIDTH_TWIPS // len(head), '<w:jc w:val="left"/>'
        lines = []
        for number, row in enumerate([head, *rows]):
            cells = "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                f"{paragraph(self.inline(cell['children']), 'TableTextLarge', left)}</w:tc>"
                for cell in row
            )
            repeated = "<w:tblHeader/>" if number == 0 else ""
            lines.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
        columns = f'<w:gridCol w:w="{width}"/>' * len(head)
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="PlainTable"/><w:tblW w:w="{width * len(head)}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(lines)}</w:tbl>'
            f"{paragraph('', 'TableGap')}"
        )

    def inline(self, tokens: Tokens, styles: tuple[str, ...] = ()) -> str:
        return "".join(self._inline(token, styles) for token in merge_text(tokens))

    def _inline(self, token: Mapping[str, Any], styles: tuple[str, ...]) -> str:
        match token["type"]:
            case "text":
                return run(inline_text(token), styles)
            case "strong":
                return self.inline(token["children"], (*styles, "Strong"))
            case "emphasis":
                return self.inline(token["children"], (*styles, "Emphasis"))
            case "linebreak":
                return "<w:r><w:br/></w:r>"
            case "link":
                return self._link(token, styles)
            case "image":
                raise refuse_image(token)
        raise PublishingError(f"Markdown of the kind '{token['type']}' can't be published.", fix="Write it as text.")

    def _link(self, token: Mapping[str, Any], styles: tuple[str, ...]) -> str:
        url, children = link_parts(token)
        if url is None:
            return self.inline(children, styles)
        address = word_url(url)
        if address is None:
            return self.inline([*children, {"type": "text", "raw": f"（{url}）"}], styles)
        body = self.inline(children, (*styles, "Hyperlink"))
        return f'<w:hyperlink r:id="{self.references.link(address)}">{body}</w:hyperlink>' if body else ""
