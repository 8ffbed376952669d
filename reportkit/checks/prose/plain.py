"""Markdown → the sentences that readers see, with the places of numbers that were bound rather than typed."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from reportkit.text.markdown import Tokens, link_of, parse
from reportkit.text.markdown_rules import Flavour
from reportkit.text.own_tables import rows_of
from reportkit.text.strings import join_lines, printable

BOUND_FIGURE, BOUND_FACT, BOUND_END = "\ue000", "\ue001", "\ue002"
"""Marks around what `{{ name }}` was replaced by, for the rules alone: private characters that no font has."""
_MARKS = re.compile(f"[{BOUND_FIGURE}{BOUND_FACT}{BOUND_END}]")
_NUMBERING = re.compile(r"\s*(?:\d{1,3}[.)、](?!\d)[ \t]*)+")
_WIDE = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}  # radicals, ⼆ for 二
_WIDE |= {ord("％"): "%", ord("．"): ".", ord("＋"): "+"}
_BESIDE_DIGITS = re.compile(
    r"(?<=[\u4e00-\u9fff，。；：、（）“”]) +(?=[\d\ue000\ue001])|(?<=[\d%\ue002]) +(?=[\u4e00-\u9fff，。；：、（）“”])"
)
"""Spaces that some put between Chinese and digits."""
_CIRCLED = re.compile(r"[①-⑳㉑-㉟㊱-㊿](?=[件条份次个项起宗例部])")
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff)）])[,;:](?=[\u4e00-\u9fff\d“])")
_AS_CHINESE = str.maketrans(",;:", "，；：")
_BRACKETED = re.compile(r"\((?P<within>[^()]*[\u4e00-\u9fff][^()]*)\)")
_SENTENCE = re.compile(r"[^。！？!?]*(?:[。！？!?][。！？!?，、；：]*)?[”’）)」』]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words with their place: a prose slot and its Chinese label, or a section of the finished document."""

    slot: str
    label: str
    text: str
    _: KW_ONLY
    opens: bool = True
    """Whether the slot or section begins here."""
    about: str | None = None
    """What its numbers count where its words don't say; None where that depends on the slot."""
    years: frozenset[int] = frozenset()
    """Of a chart's words: the years that its data are of, which they may name."""
    flavour: Flavour = "prose"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it is read; `figures` and `facts` are the spans that were bound to such."""

    passage: Passage
    text: str
    figures: tuple[tuple[int, int], ...] = ()
    facts: tuple[tuple[int, int], ...] = ()
    opens: bool = False
    """Whether it is the first of its passage."""
    table: str = ""
    """Of a number in a table of one's own: the table's caption, heads and rows' names, which say what it counts."""

    def quote(self, start: int = 0, end: int | None = None) -> str:
        """The words around a place, whole where the sentence is short."""
        end = len(self.text) if end is None else end
        if len(self.text) <= _QUOTED:
            return self.text
        first = max(0, start - _AROUND)
        last = min(len(self.text), end + _AROUND)
        return f"{'…' if first else ''}{self.text[first:last]}{'…' if last < len(self.text) else ''}"


_QUOTED, _AROUND = 60, 24
_LONGEST = 800
"""Characters of the longest sentence that is read as one."""


def marked(text: str, *, from_fact: bool) -> str:
    """What was bound to a name, between marks that distinguish a fact from a figure."""
    return f"{BOUND_FACT if from_fact else BOUND_FIGURE}{text}{BOUND_END}"


def unmarked(text: str) -> str:
    """Text without the marks of bound numbers."""
    return _MARKS.sub("", text)


def sentences(passage: Passage) -> Iterator[Sentence]:
    """The sentences of a passage, Markdown and invisible characters gone, full-width digits and letters made plain."""
    opens = passage.opens
    for block, table in _blocks(passage.text, passage.flavour):
        for match in _SENTENCE.finditer(block):
            for piece in _pieces(match.group().strip()):
                yield _sentence(passage, piece, opens, table)
                opens = False


def _pieces(sentence: str) -> Iterator[str]:
    """A sentence whole; one that no person has written in parts, so that rules take time in proportion to words."""
    while len(sentence) > _LONGEST:
        end = max(sentence.rfind(mark, _LONGEST // 2, _LONGEST) for mark in "；，、 ") + 1 or _LONGEST
        yield sentence[:end]
        sentence = sentence[end:]
    if sentence:
        yield sentence


def clause_before(text: str, place: int) -> str:
    """The words between the last mark and a place."""
    return re.split(r"[，。；：！？]", text[:place])[-1]


def sentences_of_text(text: str) -> Iterator[str]:
    """The sentences of a text as they are read."""
    for block, _ in _blocks(text):
        yield from (match.group().strip() for match in _SENTENCE.finditer(block) if match.group().strip())


def _blocks(text: str, flavour: Flavour = "prose") -> Iterator[tuple[str, str]]:
    """What readers see as one: paragraphs, items, rows, footnotes; a notebook's headings are none of its words.

    With each, the words of the table that it is a number of.
    """
    for tokens, table in _read(parse(text, flavour)):
        words = _BESIDE_DIGITS.sub("", join_lines(_seen(tokens)).translate(_WIDE))
        words = _CIRCLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), words)
        words = _HALF_WIDTH.sub(lambda match: match[0].translate(_AS_CHINESE), words)
        words = _BRACKETED.sub(r"（\g<within>）", words)
        yield (_NUMBERING.sub("", words, count=1) if _NUMBERING.match(words) else words), table
        for note in _notes(tokens):
            yield from ((join_lines(_seen(paragraph["children"])).translate(_WIDE), "") for paragraph in note)


def _read(tokens: Tokens) -> Iterator[tuple[Tokens, str]]:
    """The inline tokens of each block, a row's cells apart by wide spaces; of a table's numbers the table's words."""
    before = ""
    for token in tokens:
        match token["type"]:
            case "paragraph" | "block_text":
                before = _seen(token["children"])
                yield token["children"], ""
            case "block_code":
                yield from (([{"type": "text", "raw": printable(line)}], "") for line in token["raw"].split("\n"))
            case "table":
                yield from _rows(rows_of(token), before if before.startswith("表") else "")
            case kind if kind != "heading":
                yield from _read(token.get("children", []))


_GAP: dict[str, Any] = {"type": "text", "raw": "\u3000"}
_COUNTS = re.compile(
    r"(?P<what>[^（(\d年]*?)(?:数量?|数目|量)?\s*[（(](?P<unit>[件宗起例条份个项人次])[)）]"
    r"|(?P<of>[^（(\d年]*?)(?P<counted>[件宗起例条份项])数"
)
"""A column's head that says what is counted below it: 予以公开（件）, 件数."""
_BARE = re.compile(r"\d[\d,，]*")


def _rows(rows: Sequence[Sequence[dict[str, Any]]], caption: str) -> Iterator[tuple[Tokens, str]]:
    """The inline tokens of each row of a table, its cells apart by wide spaces.

    A bare number below a head that says its unit is read as words are: row, head, number and unit.
    """
    heads = [_COUNTS.fullmatch(_bare(cell)) for cell in rows[0]]
    about = "，".join([caption, *map(_bare, rows[0]), *(_bare(row[0]) for row in rows[1:])])
    for number, row in enumerate(rows):
        counted = {
            place: head
            for place, head in enumerate(heads[: len(row)])
            if number and place and head is not None and _BARE.fullmatch(_bare(row[place]))
        }
        yield [each for at, cell in enumerate(row) if at not in counted for each in (_GAP, *cell["children"])], ""
        for place, head in counted.items():
            what, unit = _text(head["what"] or head["of"] or ""), _text(head["unit"] or head["counted"])
            yield [*row[0]["children"], what, *row[place]["children"], unit], about


def _bare(cell: Mapping[str, Any]) -> str:
    return unmarked(_seen(cell["children"])).strip()


def _text(raw: str) -> dict[str, Any]:
    return {"type": "text", "raw": raw}


def _seen(tokens: Tokens) -> str:
    """Inline tokens as they are printed, without footnotes' marks."""
    found = []
    for token in tokens:
        match token["type"]:
            case "softbreak" | "linebreak":
                found.append("\n")
            case "link":
                link = link_of(token)
                found += [_seen(link.children), link.beside]
            case "strikethrough":
                struck = _seen(token["children"])
                found += () if struck.strip().isdecimal() else (struck, _GAP["raw"])  # none goes on in the next one
            case _:
                found.append(printable(token["raw"]) if "raw" in token else _seen(token.get("children", [])))
    return "".join(found)


def _notes(tokens: Tokens) -> Iterator[Tokens]:
    """The footnotes that are referred to, each with its paragraphs."""
    labels: set[str] = set()
    for token in tokens:
        if token["type"] == "footnote" and token["attrs"]["label"] not in labels:
            labels.add(token["attrs"]["label"])
            yield token["note"]
        yield from _notes(token.get("children", []))


def _sentence(passage: Passage, marked: str, opens: bool, table: str) -> Sentence:
    if not _MARKS.search(marked):
        return Sentence(passage, marked, opens=opens, table=table)
    figures: list[tuple[int, int]] = []
    facts: list[tuple[int, int]] = []
    pieces: list[str] = []
    length, start, spans = 0, 0, figures
    for piece in re.split(f"({_MARKS.pattern})", marked):
        if piece in (BOUND_FIGURE, BOUND_FACT):
            start, spans = length, figures if piece == BOUND_FIGURE else facts
        elif piece == BOUND_END:
            spans.append((start, length))
        else:
            pieces.append(piece)
            length += len(piece)
    return Sentence(passage, "".join(pieces), tuple(figures), tuple(facts), opens, table)
