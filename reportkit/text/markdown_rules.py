"""mistune's parsers with our two flavours: what of Markdown is markup in a submission, and what in a notebook.

In a submission little is: clerks write `5*6*7`, `>50%`, `3~~5月`, indent by spaces and number their lines by hand.
"""

import re
from collections.abc import Mapping
from functools import cache
from html.entities import html5
from typing import Any, Literal

import mistune
from mistune.helpers import HTML_ATTRIBUTES
from mistune.plugins.formatting import parse_strikethrough
from mistune.plugins.table import NP_TABLE_PATTERN, TABLE_PATTERN, parse_nptable, parse_table
from mistune.util import unikey

from reportkit.text import markdown_stars

Flavour = Literal["prose", "notebook"]

_BLOCKS: Mapping[Flavour, tuple[str, ...]] = {
    "prose": (
        *("fenced_code", "atx_heading", "setex_heading", "thematic_break", "block_quote", "list", "table", "nptable"),
        *("note", "formula_block", "address"),
    ),
    "notebook": (
        *("fenced_code", "atx_heading", "setex_heading", "thematic_break", "block_quote", "list", "ref_link"),
        *("table", "nptable", "note", "formula_block"),
    ),
}
_TABLES = ("table", "nptable")
_NESTED = ("fenced_code", "atx_heading", "setex_heading", "thematic_break", "block_quote", "list", *_TABLES)
"""What may stand in quotes and lists; a heading or table there is found, to be refused."""
_INLINE = (
    *("formula", "escape", "codespan", "emphasis", "strikethrough", "footnote", "reference", "link", "link_close"),
    *("auto_link", "tag", "entity", "linebreak", "softbreak"),
)
DEEPEST = 6
"""Of lists and quotes within each other that are printed."""

_BULLETS = r"^(?P<list_1> {0,3})(?P<list_2>[*+-])(?P<list_3>[ \t]*|[ \t].+)$"
_QUOTE = r"^ {0,3}>[ \t]+(?P<quote_1>\S[^\n]*)$"
_QUOTED = re.compile(r" {0,3}>(?:[ \t]([^\n]*))?(?:\n|$)")
_LABEL = r"[\w-]{1,100}"
_NOTE = rf"^ {{0,3}}\[\^(?P<note_label>{_LABEL})\][:：][ \t]*(?P<note_text>[^\n]*)$"
_FURTHER = re.compile(r"(?:[ \t]*\n)*(?: {2,}|\t)[ \t]*(\S[^\n]*)(?:\n|$)")
_BEGINS = re.compile(r" {0,3}(?:>|#{1,6}[ \t]|[*+-][ \t]|\d{1,9}[.)][ \t]|`{3}|~{3}|\||\[\^|\$\$)")
_ENDED = re.compile(r"[。！？!?…][”’\"'）)」』】》]*\s*$")
_FORMULA_BLOCK = r"^ {0,3}\$\$[ \t]*\n[^$]{1,2000}\$\$[ \t]*$"
_FORMULA = (
    r"\$\$(?P<formula_1>[^$]{1,500})\$\$|\$(?P<formula_2>(?:[^$\\]|\\.){1,300})\$"
    r"|\\\\?\((?P<formula_3>(?:(?!\\\))[^\n]){1,300})\\\)|\\\\?\[(?P<formula_4>(?:(?!\\\]).){1,300})\\\]"
    r"|\\begin\{[A-Za-z]{1,20}\*?\}"
)
_COMMAND = re.compile(r"\\[A-Za-z]{2}")
_SCRIPT = re.compile(r"[\^_]")
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_ESCAPES = re.compile(rf"(?:{_ESCAPED.pattern})+")
_RULED = re.compile(r"[|\s:-]*-[|\s:-]*")
_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_TAG = (
    r"<!--(?:[^-]|-(?!->)){0,2000}(?:-->)?|<[?!][A-Za-z\[][^<>]{0,500}>"
    rf"|</?[A-Za-z][A-Za-z0-9:-]*{HTML_ATTRIBUTES}\s*/?>"
)
_NAME = re.compile(r"<([A-Za-z][A-Za-z0-9]*)")
_ELEMENT = re.compile(
    r"a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|bgsound|big|blink|blockquote|body"
    r"|br|button|canvas|caption|center|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em"
    r"|embed|fieldset|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe"
    r"|image|img|input|ins|kbd|label|legend|li|link|main|map|mark|marquee|math|menu|meta|meter|nav|nobr|noframes"
    r"|noscript|object|ol|optgroup|option|output|p|param|picture|plaintext|pre|progress|q|rp|rt|ruby|s|samp|script"
    r"|search|section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template"
    r"|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr|xmp",
    re.I,
)
"""The names of HTML's elements; what else is in angle brackets is text, unless it looks like a tag for sure."""
_SURELY_TAG = re.compile(r"</|<[A-Za-z][A-Za-z0-9]*[:-]|[^>]*[=/]")
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ADDRESS = r"^ {0,3}\[(?!\^)(?P<address_label>[^\[\]\n]{1,100})\]:[ \t]*(?P<address_to><?\S+)[^\n]*$"
_LEADS = re.compile(r"<|[A-Za-z][A-Za-z0-9+.-]*:\S|[/.#]|www\.|\S*\.[A-Za-z0-9]{1,5}(?:[?#]\S*)?$")
_REFERENCE = r"!?\[(?!\^)[^\[\]\n]{0,200}\]\[(?!\^)(?P<reference_label>[^\[\]\n]{0,100})\]"
_OPENING = re.compile(r"!?\[")
_WORD = "0-9A-Za-z"
_BETWEEN = re.compile(rf"[{_WORD}][*_]+[{_WORD}]")
_RANGE = re.compile(rf"[{_WORD}年月日时点分号%％]~~[{_WORD}]")


class _Blocks(mistune.BlockParser):
    """mistune's block parser with a flavour's rules; text that others would take stays text."""

    def __init__(self, flavour: Flavour) -> None:
        super().__init__(max_nested_level=DEEPEST + 1)
        self.flavour = flavour
        self.allowed = ("blank_line", *_BLOCKS[flavour])
        self.rules = [rule for rule in self.rules if rule in self.allowed]
        nested = ("blank_line", *_NESTED)
        self.list_rules = self.block_quote_rules = [rule for rule in (*self.DEFAULT_RULES, *_TABLES) if rule in nested]
        if flavour == "prose":
            self.specification |= {"list": _BULLETS, "block_quote": _QUOTE}
        self.register("formula_block", _FORMULA_BLOCK, _formula_block, before="list")
        self.register("note", _NOTE, _note, before="list")
        if flavour == "prose":
            self.register("address", _ADDRESS, _address, before="list")
        self.register("table", TABLE_PATTERN, _table, before="paragraph")
        self.register("nptable", NP_TABLE_PATTERN, _table, before="paragraph")

    def parse_method(self, m: re.Match[str], state: mistune.BlockState) -> int | None:
        # A list looks for the beginnings of other blocks by itself, whatever the rules are.
        return super().parse_method(m, state) if m.lastgroup in self.allowed else None

    def parse_block_quote(self, m: re.Match[str], state: mistune.BlockState) -> int:
        """In a submission a quote has its mark, and a space, on every line: `>50%` begins none."""
        if self.flavour == "notebook":
            return super().parse_block_quote(m, state)
        lines, end = [], state.cursor
        while end < state.cursor_max and (line := _QUOTED.match(state.src, end)):
            lines.append(line[1] or "")
            end = line.end()
        child = state.child_state("\n".join(lines) + "\n")
        deep = state.depth() >= self.max_nested_level - 1
        self.parse(child, [rule for rule in self.block_quote_rules if not deep or rule not in ("block_quote", "list")])
        state.append_token({"type": "block_quote", "children": child.tokens})
        return end

    def parse_thematic_break(self, m: re.Match[str], state: mistune.BlockState) -> int:
        return _refused_line(m, state, "rule")

    def parse_setex_heading(self, m: re.Match[str], state: mistune.BlockState) -> int | None:
        above = state.last_token()
        if above and above["type"] == "paragraph" and state.cursor not in state.lazy_line_starts:
            return _refused_line(m, state, "underlined")
        return super().parse_setex_heading(m, state)


def _refused_line(m: re.Match[str], state: mistune.BlockState, kind: str) -> int:
    state.append_token({"type": "unprintable", "attrs": {"kind": kind}, "raw": m[0].strip()})
    return m.end() + 1


def _formula_block(_block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int:
    return _refused_line(m, state, "formula")


def _table(block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int | None:
    """A table; one whose rows aren't as long as its head is found, to be refused."""
    lines = [m[0].rstrip("\n")]
    end = m.end()
    while end < state.cursor_max and "|" in (line := state.get_line(end)):
        lines.append(line.rstrip("\n"))
        end += len(line)
    if len(lines) < 2 or not _RULED.fullmatch(lines[1].strip()):
        return None
    piped = [each.strip().startswith("|") for each in lines]
    if len({_width(each) for each in lines}) == len(set(piped)) == 1:
        return (parse_table if piped[0] else parse_nptable)(block, m, state)
    state.append_token({"type": "unprintable", "attrs": {"kind": "ragged"}, "raw": "\n".join(lines)})
    return end


def _width(row: str) -> tuple[int, bool]:
    """How many cells a row of a table has; in one that begins with an upright line, whether it ends with one."""
    bare = row.strip()
    return len(_BAR.findall(bare)), not bare.startswith("|") or bare.endswith("|")


def _address(_block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int | None:
    """In a submission an address apart from its words, `[1]: http://…`; what is no address there are words."""
    if not _LEADS.match(m["address_to"]):
        return None
    state.env.setdefault("addresses", set()).add(m["address_label"])
    return _refused_line(m, state, "reference")


def _note(block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int:
    """A footnote's words: to the end of the paragraph, in a notebook also the indented paragraphs below it."""
    assert isinstance(block, _Blocks)
    is_prose = block.flavour == "prose"
    paragraphs = [m["note_text"]]
    end = m.end() + 1
    while end < state.cursor_max:
        line = state.get_line(end)
        if not line.strip() or _BEGINS.match(line) or (is_prose and ends_sentence(paragraphs[-1])):
            break
        paragraphs[-1] += "\n" + line.strip()
        end += len(line)
    while not is_prose and end < state.cursor_max and (further := _FURTHER.match(state.src, end)):
        paragraphs.append(further[1])
        end = further.end()
    notes = state.env.setdefault("notes", {})
    if m["note_label"] in notes:
        state.env.setdefault("repeated", []).append(m[0])
    notes.setdefault(m["note_label"], paragraphs)
    state.append_token({"type": "blank_line"})  # what follows is no part of the paragraph above
    return end


class _Inline(mistune.InlineParser):
    """mistune's inline parser; in a submission marks between figures are no markup."""

    SPECIFICATION = mistune.InlineParser.SPECIFICATION | {"auto_link": r"<(?:https?://|mailto:)[^<>\x00-\x20]{1,2000}>"}

    def __init__(self, flavour: Flavour) -> None:
        super().__init__()
        self.flavour = flavour
        self.register("formula", _FORMULA, _formula, before="escape", start_chars=("$", "\\"))
        self.register("footnote", rf"\[\^(?P<footnote_label>{_LABEL})\]", _footnote, before="link", start_chars="[")
        self.register("reference", _REFERENCE, _reference, before="link", start_chars=("!", "["))
        self.register("entity", _ENTITY, _entity, before="linebreak", start_chars="&")
        self.register("strikethrough", r"~~(?=[^\s~])", _strike, before="link", start_chars="~")
        self.register("tag", _TAG, _tag, before="linebreak", start_chars="<")

    def parse_emphasis(self, m: re.Match[str], state: mistune.InlineState) -> int:
        if self.flavour == "prose" and _BETWEEN.match(state.src, max(m.start() - 1, 0)):
            self.process_text(m[0], state, parse_emphasis=False)
            return m.end()
        if "_" in m[0]:
            return super().parse_emphasis(m, state)
        before, after = markdown_stars.edges(
            state.src[max(m.start() - 1, 0) : m.start()], state.src[m.end() : m.end() + 1]
        )
        self.process_text(f"{before}{m[0]}{after}", state)
        return m.end()

    def finalize_tokens(self, tokens: list[dict[str, Any]], depth: int) -> list[dict[str, Any]]:
        return markdown_stars.read(super().finalize_tokens(markdown_stars.hide_escaped(tokens), depth))


def _formula(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int | None:
    if _is_formula(m, state.src[m.end() : m.end() + 1]):
        return _flag(inline, m, state, "formula")
    escaped = _ESCAPES.match(state.src, m.start())
    return inline.parse_escape(escaped, state) if escaped else None


def _is_formula(m: re.Match[str], after: str) -> bool:
    """Whether it is mathematics, and not two prices or words in brackets."""
    if m["formula_1"] is not None:
        return bool(m["formula_1"].strip())
    inner = next((m[f"formula_{number}"] for number in (2, 3, 4) if m[f"formula_{number}"] is not None), "\\begin")
    bare = _ESCAPED.sub("", inner)
    if _COMMAND.search(bare):
        return True
    is_dollar, has_han = m["formula_2"] is not None, _HAN.search(inner) is not None
    tight = inner == inner.strip() and not (is_dollar and after.isdigit())
    if has_han:
        return is_dollar and tight and "=" in inner
    if m[0].startswith("\\\\") or _SCRIPT.search(bare):
        return True
    # Plain brackets may be escaped: \(0527\) is a telephone's, \[1\] but a number in brackets.
    return tight and (is_dollar or (m["formula_3"] is not None and re.search("[A-Za-z]", inner) is not None))


def _footnote(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int:
    if m["footnote_label"] in state.env.get("notes", {}):
        state.append_token({"type": "footnote", "attrs": {"label": m["footnote_label"]}})
        return m.end()
    return _flag(inline, m, state, "undefined")


def _reference(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int | None:
    """A picture or, in a submission, a link whose address is elsewhere; [1][2] are numbers of notes."""
    label = m["reference_label"] or m[0].lstrip("!")[1:].partition("]")[0]
    if unikey(label) not in state.env.get("ref_links", {}):
        if m[0].startswith("!"):
            return _flag(inline, m, state, "image")
        if label in state.env.get("addresses", ()):
            return _flag(inline, m, state, "reference")
    opening = _OPENING.match(state.src, m.start())
    return None if opening is None else inline.parse_link(opening, state)


def _entity(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int | None:
    if "#" not in m[0] and m[0][1:] not in html5:
        return None
    return _flag(inline, m, state, "entity")


def _tag(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int | None:
    """A tag of HTML; `<名称>` and `<name>` are none."""
    named = _NAME.match(m[0])
    if named and not _ELEMENT.fullmatch(named[1]) and not _SURELY_TAG.match(m[0]):
        return None
    return _flag(inline, m, state, "image" if named and named[1].lower() in ("img", "image", "svg") else "html")


def _flag(_inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState, kind: str) -> int:
    state.append_token({"type": "unprintable", "attrs": {"kind": kind}, "raw": m[0]})
    return m.end()


def _strike(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int | None:
    """What is struck out; in a submission not a range of figures, such as 3~~5月."""
    assert isinstance(inline, _Inline)
    if inline.flavour == "prose" and _RANGE.match(state.src, max(m.start() - 1, 0)):
        return None
    return parse_strikethrough(inline, m, state)


def ends_sentence(text: str) -> bool:
    """Whether a line's last character ends a sentence, closing quotation marks and brackets aside."""
    return _ENDED.search(text) is not None


@cache
def parser(flavour: Flavour) -> mistune.Markdown:
    """What gives a flavour's tokens, not yet cleaned."""
    inline = _Inline(flavour)
    markdown = mistune.Markdown(renderer=None, block=_Blocks(flavour), inline=inline)
    inline.rules = [rule for rule in _INLINE if rule in inline.rules]
    return markdown
