"""Markdown → tokens: one small flavour for submissions, one for notebooks; every character that isn't markup survives.

Both have paragraphs, lists, quotes, code, tables, emphasis, struck-out words, links and footnotes; a notebook's own
cells have headings too. `unprintable` names what else is markup: formulas, HTML, task boxes. Pictures that stand alone
(`markdown_pictures`) are no part of the tokens; those within words can't be published.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from reportkit.messages.said import Said
from reportkit.text.markdown_kinds import Unprintable, described
from reportkit.text.markdown_lines import paragraphs, prose_lines
from reportkit.text.markdown_pictures import without_pictures
from reportkit.text.markdown_rules import DEEPEST, Flavour, parser
from reportkit.text.own_tables import rows_of, shape_of
from reportkit.text.strings import join_lines, printable

Tokens = list[dict[str, Any]]

_BOUND = re.compile("[\ue000-\ue003]")
_NEARLY_PICTURE = re.compile(r"!\[[^\[\]\n]*\][(（][^\n]{0,40}")
"""What was meant for a picture and isn't written as one."""
_TASK = re.compile(r"\[[ xX]\](?=\s|$)")


def parse(text: str, flavour: Flavour) -> Tokens:
    """A text's block tokens, as mistune names them; for reading alone: the same text has the same tokens.

    A `footnote` has its own blocks under `note`, and its name under `label`.
    """
    return _read(text, flavour)[0]


def unprintable(text: str, flavour: Flavour) -> list[Unprintable]:
    """What of a text can't be published, in its order; formats print it as it was typed where they are asked to.

    Private marks around what replaced names in braces tell of such names within code.
    """
    return described(text, _read(text, flavour)[1])


@lru_cache(maxsize=256)
def _read(text: str, flavour: Flavour) -> tuple[Tokens, tuple[tuple[str, str], ...]]:
    """The tokens of a text, and what can't be published: its kind and how it was typed."""
    cleaned = without_pictures(printable(text))
    markdown = parser(flavour)
    found, state = markdown.parse(prose_lines(cleaned) if flavour == "prose" else cleaned)
    assert isinstance(found, list)
    reading = _Reading(flavour, state.env)
    tokens = reading.blocks(found)
    return tokens, (*reading.problems, *reading.left_over())


class _Reading:
    """mistune's tokens without blank lines, what can't be published as text, footnotes with their words."""

    def __init__(self, flavour: Flavour, env: Mapping[str, Any]) -> None:
        self.flavour, self.env = flavour, env
        self.problems: list[tuple[str, str]] = []
        self.notes: dict[str, Tokens] = {}
        self.links: set[str] = set()

    def blocks(self, tokens: Tokens, *, within: str = "", depth: int = 0) -> Tokens:
        return [each for token in tokens for each in self._block(token, within, depth)]

    def _block(self, token: dict[str, Any], within: str, depth: int) -> Iterator[dict[str, Any]]:
        children = token.get("children", [])
        if depth == DEEPEST and token["type"] in ("list", "block_quote"):
            self.problems.append(("deep", _first_words(token)))
        match token["type"]:
            case "blank_line":
                return
            case "unprintable":
                yield {"type": "paragraph", "children": [self._flagged(token["attrs"]["kind"], token["raw"])]}
            case "paragraph" | "block_text":
                inline = self.inline(children)
                typed = "".join(each["raw"] if each["type"] == "text" else "\0" for each in inline)
                if nearly := _NEARLY_PICTURE.search(typed):
                    self.problems.append(("image", nearly[0]))
                split = paragraphs(inline) if self.flavour == "prose" and within != "list" else [inline]
                yield from ({**token, "children": each} for each in split)
            case "heading" if within or self.flavour == "prose":
                mark = "#" * token["attrs"]["level"] + " "
                kind = "heading" if self.flavour == "notebook" else "prose_heading"
                self.problems.append((kind, mark + plain(children)))
                yield {"type": "paragraph", "children": [{"type": "text", "raw": mark}, *self.inline(children)]}
            case "list":
                yield {**token, "children": [self._item(each, depth + 1) for each in children]}
            case "block_quote":
                yield {**token, "children": self.blocks(children, within="quote", depth=depth + 1)}
            case "block_code":
                self._note_bound(token["raw"])
                yield token
            case "table" if within:
                rows = cells_of(token)
                self.problems.append(("inner_table", "\t".join(rows[0])))
                yield from (
                    {"type": "paragraph", "children": [{"type": "text", "raw": " | ".join(row)}]} for row in rows
                )
            case "table" | "table_head" | "table_body" | "table_row":
                found = {**token, "children": self.blocks(children, within=within)}
                if token["type"] == "table" and shape_of(cells_of(found)) is None:
                    self.problems.append(("wide", "\t".join(cells_of(found)[0])))
                yield found
            case _:
                yield {**token, "children": self.inline(children)}

    def _item(self, item: dict[str, Any], depth: int) -> dict[str, Any]:
        blocks = self.blocks(item["children"], within="list", depth=depth)
        if blocks and blocks[0]["type"] in ("paragraph", "block_text"):
            first = plain(merge_text(blocks[0]["children"]))
            self.problems += [("task", first[:3])] if _TASK.match(first) else []
        return {**item, "children": blocks}

    def inline(self, tokens: Tokens) -> Tokens:
        return [each for token in tokens for each in self._inline(token)]

    def _inline(self, token: dict[str, Any]) -> Iterator[dict[str, Any]]:
        match token["type"]:
            case "unprintable":
                yield self._flagged(token["attrs"]["kind"], token["raw"])
            case "image":
                self.links.add(token.get("ref", ""))
                shown = readable_url(str(token["attrs"]["url"]))
                self.problems.append(("image", plain(token["children"]) or shown))
                yield from self.inline(token["children"])
                yield {"type": "text", "raw": f"（{shown}）"}
            case "footnote":
                label = token["attrs"]["label"]
                yield {**token, "note": self._note(label)}
            case "codespan":
                self._note_bound(token["raw"])
                yield token
            case "link":
                self.links.add(token.get("ref", ""))
                yield {**token, "children": self.inline(token["children"])}
            case _ if "children" in token:
                yield {**token, "children": self.inline(token["children"])}
            case _:
                yield token

    def _note(self, label: str) -> Tokens:
        """A footnote's paragraphs, in which no other footnote can be."""
        if label not in self.notes:
            self.notes[label] = []
            inline = parser(self.flavour).inline
            for text in self.env["notes"][label]:
                children = []
                for token in self.inline(inline(text.strip(" \r\n\t\f"), dict(self.env))):
                    is_nested = token["type"] == "footnote"
                    children.append(self._flagged("nested", f"[^{token['attrs']['label']}]") if is_nested else token)
                self.notes[label].append({"type": "paragraph", "children": children})
        return self.notes[label]

    def _flagged(self, kind: str, raw: str) -> dict[str, Any]:
        self.problems.append((kind, raw))
        return {"type": "text", "raw": raw}

    def _note_bound(self, code: str) -> None:
        if _BOUND.search(code):
            self.problems.append(("bound", code))

    def left_over(self) -> Iterator[tuple[str, str]]:
        """Footnotes and addresses that nothing refers to, and such with a name that was taken."""
        yield from (("repeated", raw) for raw in self.env.get("repeated", ()))
        yield from (("unused", f"[^{label}]") for label in self.env.get("notes", {}) if label not in self.notes)
        refs = self.env.get("ref_links", {})
        yield from (("address", f"[{ref['label']}]") for key, ref in refs.items() if key not in self.links)


def _first_words(token: Mapping[str, Any]) -> str:
    """The words of a list or quote until its first line ends; empty where it has none."""
    for child in token.get("children", []):
        own = child["type"] in ("paragraph", "block_text", "heading")
        if words := plain(merge_text(child["children"])) if own else _first_words(child):
            return words.partition("\n")[0]
    return ""


def plain(tokens: Tokens) -> str:
    """The bare text of inline tokens, footnotes left out."""
    return "".join(token["raw"] if "raw" in token else plain(token.get("children", [])) for token in tokens)


def cells_of(table: Mapping[str, Any]) -> list[list[str]]:
    """The bare text of each cell of a table token, row by row, its head first."""
    return [[join_lines(plain(merge_text(cell["children"]))) for cell in row] for row in rows_of(table)]


def heading_text(token: Mapping[str, Any]) -> str:
    """The title of a heading token."""
    return join_lines(plain(merge_text(token["children"])))


def headings(text: str) -> list[tuple[int, str]]:
    """The level and title of each heading of a notebook's cell."""
    tokens = parse(text, "notebook")
    return [(token["attrs"]["level"], heading_text(token)) for token in tokens if token["type"] == "heading"]


def main_headings(text: str) -> list[str]:
    """The titles of a notebook cell's first-level headings."""
    return [title for level, title in headings(text) if level == 1]


@dataclass(frozen=True, slots=True)
class SkippedLevel:
    """A heading that is more than one level below the one before it, `above` (0 where there is none)."""

    where: str
    title: str
    level: int
    above: int

    @property
    def said(self) -> Said:
        mark, wanted = "#" * self.level, "#" * (self.above + 1)
        if not self.above:
            return Said("heading_starts_low", title=self.title, mark=mark, wanted=wanted)
        return Said("heading_skips_level", title=self.title, mark=mark, before="#" * self.above, wanted=wanted)


def skipped_level(cells: Iterable[tuple[str, str]]) -> SkippedLevel | None:
    """The first heading of a notebook's cells that skips a level; they are given as (where, text), in order."""
    above = 0
    for where, text in cells:
        for level, title in headings(text):
            if level > above + 1:
                return SkippedLevel(where, title, level, above)
            above = level
    return None


def safe_url(url: str) -> str | None:
    """The address of a link that may be followed: http, https or mailto; None for anything else."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        return url.strip()
    return url.strip() if parts.scheme == "mailto" and parts.path else None


def readable_url(url: str) -> str:
    """An address as a person would type it, `%E9%99%84` decoded."""
    try:
        found = unquote(url, errors="strict")
    except UnicodeDecodeError:
        return url
    return url if printable(found) != found or len(found.split()) != 1 else found


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


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is printed: its address, None where it may not be followed; its words; what is said behind them."""

    url: str | None
    children: Tokens
    beside: str


def link_of(token: Mapping[str, Any], *, followed: bool = True) -> Link:
    """A link token as it is printed: nothing of it is lost.

    Its title is said in brackets behind its words, and so is an address that may not be `followed`.
    """
    url, title = str(token["attrs"]["url"]), join_lines(printable(str(token["attrs"].get("title") or "")))
    safe, children = safe_url(url) if followed else None, list(token["children"])
    words = plain(children).strip()
    said = [] if safe is not None or words == readable_url(url) else [readable_url(url)]
    if not words:
        children, said = [{"type": "text", "raw": readable_url(safe or url)}], []
    said += [title] if title and title != words else []
    return Link(safe, children, f"（{'，'.join(said)}）" if said else "")
