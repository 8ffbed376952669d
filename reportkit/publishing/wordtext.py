"""Words as WordprocessingML: runs and paragraphs, Markdown's tokens; text enters it through one function alone."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlsplit

from reportkit.errors import PublishingError
from reportkit.publishing.wordfile import TEXT_WIDTH_TWIPS, References
from reportkit.text.markdown import Tokens, cells_of, inline_text, link_of, merge_text
from reportkit.text.markdown_html import unknown
from reportkit.text.own_tables import rows_of, shape_of
from reportkit.text.strings import printable

_DEEPEST_HEADING, _DEEPEST_LIST = 6, 9
_INDENT_TWIPS, _STEP_TWIPS = 640, 420  # of a list's text, as in numbering.xml
_SMALL_PT = 10
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_MAILBOX = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")


STRUCK = "Struck"
"""No style of its own: words that are struck out, whatever else they are."""


def run(text: str, styles: Sequence[str] = ()) -> str:
    """Text in the innermost of some character styles, the outer ones stated directly; a line end is a break."""
    if not text:
        return ""
    named = [each for each in styles if each != STRUCK]
    style = f'<w:rStyle w:val="{named[-1]}"/>' if named else ""
    font = ' w:eastAsia="楷体_GB2312"' if "Emphasis" in named[:-1] else ""
    bold = "<w:b/><w:bCs/>" if "Strong" in named[:-1] else ""
    bold += "<w:strike/>" if STRUCK in styles else ""
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
    """Tokens as paragraphs; links, lists and footnotes are noted in the document's references."""

    def __init__(self, references: References) -> None:
        self.references = references
        self._numbers: dict[str, int] = {}
        self._in_note = False
        self._quotes = self._lists = 0

    def render(self, tokens: Tokens) -> list[str]:
        """The paragraphs of one text, in which each footnote has its own name."""
        self._numbers = {}
        return self._blocks(tokens)

    def _blocks(self, tokens: Tokens) -> list[str]:
        return [each for token in tokens for each in self._block(token)]

    def _block(self, token: Mapping[str, Any]) -> list[str]:
        children = token.get("children", [])
        match token["type"]:
            case "paragraph" | "block_text":
                return [self._paragraph(children)]
            case "heading":
                level = min(token["attrs"]["level"], _DEEPEST_HEADING)
                return [paragraph(self.inline(children), f"Heading{level}")]
            case "list":
                self._lists += 1
                found = self._list(token)
                self._lists -= 1
                return found
            case "block_quote":
                self._quotes += 1
                found = self._blocks(children)
                self._quotes -= 1
                return found
            case "block_code":
                return [paragraph(run(token["raw"].removesuffix("\n")), "Code", _indent(self._left()))]
            case "table":
                return self._table(token)
        raise unknown(token)

    def _paragraph(self, children: Tokens) -> str:
        if not self._quotes:
            return paragraph(self.inline(children))
        further = _indent(self._left()) if self._quotes > 1 or self._lists else ""
        return paragraph(self.inline(children), "Quote", further)

    def _left(self) -> int:
        """Twips that a paragraph is indented here, within quotes and lists."""
        lists = _INDENT_TWIPS + _STEP_TWIPS * self._lists if self._lists else 0
        return lists + _INDENT_TWIPS * self._quotes

    def _list(self, token: Mapping[str, Any]) -> list[str]:
        level = min(self._lists, _DEEPEST_LIST) - 1
        ordered = token["attrs"]["ordered"]
        number = self.references.ordered_list(level, int(token["attrs"].get("start", 1))) if ordered else 1
        marked = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        further = _indent(self._left())
        if self._quotes:
            marked += f'<w:ind w:left="{self._left()}" w:hanging="{_STEP_TWIPS}"/>'
        found: list[str] = []
        for item in token["children"]:
            style, properties = "ListNumber" if ordered else "ListBullet", marked
            for child in item["children"] or [{"type": "paragraph"}]:
                if child["type"] in ("paragraph", "block_text"):
                    found.append(paragraph(self.inline(child.get("children", [])), style, properties))
                else:
                    found += self._block(child)
                style, properties = "ListContinue", further
        return found

    def _table(self, table: Mapping[str, Any]) -> list[str]:
        """A writer's own table below its caption, as wide as the text."""
        shape = shape_of(cells_of(table))
        if shape is None:
            raise PublishingError("table_too_wide_word")
        edges = [round(TEXT_WIDTH_TWIPS * sum(shape.widths_pt[:n]) / sum(shape.widths_pt)) for n in
                 range(len(shape.widths_pt) + 1)]  # fmt: skip
        widths = [right - left for left, right in pairwise(edges)]
        size = f'<w:sz w:val="{2 * shape.size_pt:g}"/>'
        lines = []
        for number, row in enumerate(rows_of(table)):
            shade = "" if number else '<w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/>'
            cells = "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
                + paragraph(
                    self.inline(cell["children"]).replace("</w:rPr>", f"{size}</w:rPr>"),
                    "TableTextLarge" if shape.size_pt > _SMALL_PT else "TableText",
                    '<w:jc w:val="left"/>' if wraps else "",
                )
                + "</w:tc>"
                for cell, width, wraps in zip(row, widths, shape.wraps, strict=False)
            )
            repeated = "" if number else "<w:tblHeader/>"
            lines.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        body = (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="PlainTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(lines)}</w:tbl>'
        )
        return [*self._caption(table), body, paragraph("", "TableGap")]

    def _caption(self, table: Mapping[str, Any]) -> list[str]:
        if "label" not in table:
            return []
        words = self.inline(table["caption"])
        label = run(f"{table['label']}　" if words else table["label"])
        return [paragraph(label + words, "Caption", "<w:keepNext/>")]

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
            case "strikethrough":
                return self.inline(token["children"], (*styles, STRUCK))
            case "codespan":
                return run(token["raw"], (*styles, "CodeWords"))
            case "linebreak":
                return "<w:r><w:br/></w:r>"
            case "link":
                return self._link(token, styles)
            case "footnote":
                return self._footnote(token)
        raise unknown(token)

    def _link(self, token: Mapping[str, Any], styles: tuple[str, ...]) -> str:
        link = link_of(token)
        address = None if link.url is None else word_url(link.url)
        if address is None:
            link = link_of(token, followed=False)
            return self.inline(link.children, styles) + run(link.beside, styles)
        body = self.inline(link.children, (*styles, "Hyperlink"))
        identifier = self.references.link(address, in_note=self._in_note)
        shown = f'<w:hyperlink r:id="{identifier}">{body}</w:hyperlink>' if body else ""
        return shown + run(link.beside, styles)

    def _footnote(self, token: Mapping[str, Any]) -> str:
        """A footnote's mark; where it is referred to again, its number alone."""
        label = token["attrs"]["label"]
        if label in self._numbers:
            return run(f"[{self._numbers[label]}]", ("FootnoteReference",))
        number = self._numbers[label] = self.references.note()
        self._in_note = True
        mark = _NOTE_MARK.format("<w:footnoteRef/>") + run(" ")
        paragraphs = []
        for each in token["note"]:
            paragraphs.append(paragraph(mark + self.inline(each["children"]), "FootnoteText"))
            mark = ""
        self._in_note = False
        self.references.say_note(number, "".join(paragraphs))
        parts = ("<w:t>[</w:t>", f'<w:footnoteReference w:id="{number}"/>', "<w:t>]</w:t>")
        return "".join(map(_NOTE_MARK.format, parts))


_NOTE_MARK = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>{}</w:r>'
"""A part of a footnote's mark, in a run of its own: of several in one, LibreOffice loses some."""


def _indent(left: int) -> str:
    return f'<w:ind w:left="{left}"/>' if left else ""
