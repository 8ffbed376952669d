"""Where on a page a finding is, and what stands there: the paragraph with the words marked, or the row of a table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportkit.auditing.pages import ReadPage
from reportkit.editions import Edition
from reportkit.inputs.handed_in import Place
from reportkit.model import Finding, format_number

_NAMED = re.compile(r"“([^“”]{1,60})”")
_LONGEST = 400
"""Characters of a paragraph that are shown whole; of a longer one those around the words."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands at a place of a file: `text` before, within and behind the words that a finding is about.

    Of a table, `cells` are the row's columns with what stands in each, and whether the finding is about it. Empty
    texts and no cells where a finding is about nothing that stands there.
    """

    file: str
    place: str
    before: str = ""
    text: str = ""
    behind: str = ""
    cells: tuple[tuple[str, str, bool], ...] = ()

    def to_json(self) -> dict[str, Any]:
        cells = [{"label": label, "text": text, "meant": meant} for label, text, meant in self.cells]
        words = {"before": self.before, "text": self.text, "behind": self.behind}
        return (
            {"file": self.file, "place": self.place}
            | (words if self.text else {})
            | ({"cells": cells} if cells else {})
        )


def quote(finding: Finding, pages: Sequence[ReadPage], edition: Edition) -> Quoted:
    """The place of a finding: that of its first cell, else of its words, else of its part's beginning."""
    for page in pages:
        if finding.cells and (found := _row(finding, page, edition)) is not None:
            return found
    for page in pages:
        if finding.quote and (found := _words(finding, page)) is not None:
            return found
    for page in pages:
        if words := page.words.get(finding.slot):
            return Quoted(page.name, _shown(words[0].place))
        if finding.quote and finding.quote in (page.title, *(page.published or ())[1:]):
            return Quoted(page.name, "标题" if finding.quote == page.title else "页面信息", text=finding.quote)
    return Quoted(pages[0].name, "", text=finding.quote)


def _shown(place: Place) -> str:
    return f"{place.sheet}，{place.cell}" if place.cell else place.sheet


def _row(finding: Finding, page: ReadPage, edition: Edition) -> Quoted | None:
    """The row of a finding's first cell that was read there: every column as it stands."""
    first = next((cell for cell in finding.cells if cell in page.said.figures), None)
    if first is None:
        return None
    specs = edition.rows[edition.cells[first].row]
    cells = []
    for spec in specs:
        figure = page.said.figures.get(spec.id)
        text = "（未读出）" if figure is None else figure.text or format_number(figure.value)
        cells.append((spec.column_label or spec.label, text, spec.id in finding.cells))
    label = specs[0].row_label or specs[0].label
    return Quoted(page.name, _shown(page.said.figures[first].place), before=label, cells=tuple(cells))


def _words(finding: Finding, page: ReadPage) -> Quoted | None:
    """The paragraph that has the words which a finding quotes, spaces and widths aside."""
    wanted = finding.quote.strip("…")
    slots = [finding.slot] if finding.slot in page.words else [*page.words]
    paragraphs = [each for slot in slots for each in page.words[slot]]
    paragraphs += [*page.headings.values(), *page.announced]
    for each in paragraphs:
        if (span := _find(each.text, wanted)) is not None:
            start, end = _narrowed(finding.what, each.text, *span)
            first, last = max(0, start - _LONGEST // 2), end + _LONGEST // 2
            before = ("…" if first else "") + each.text[first:start]
            behind = each.text[end:last] + ("…" if last < len(each.text) else "")
            return Quoted(page.name, _shown(each.place), before, each.text[start:end], behind)
    links = (each for each in page.links if finding.quote in (each.text, each.href))
    link = next(links, None)
    return None if link is None else Quoted(page.name, _shown(link.place), text=f"{link.text}（{link.href}）")


def _narrowed(what: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Within a sentence the words that a finding names first, where they stand there once."""
    named = _NAMED.search(what)
    if named is None or text[start:end].count(named[1]) != 1:
        return start, end
    at = text.index(named[1], start)
    return at, at + len(named[1])


def _find(text: str, wanted: str) -> tuple[int, int] | None:
    """Where words stand in a text; the rules have read it with plain digits and without spaces beside them."""
    if (at := text.find(wanted)) >= 0:
        return at, at + len(wanted)
    kept = [(at, letter) for at, letter in enumerate(text) if letter.isalnum()]
    letters = [letter for letter in wanted if letter.isalnum()]
    plain = "".join(_plain(letter) for _, letter in kept)
    at = plain.find("".join(map(_plain, letters))) if letters else -1
    return None if at < 0 else (kept[at][0], kept[at + len(letters) - 1][0] + 1)


def _plain(letter: str) -> str:
    return chr(ord(letter) - 0xFEE0) if 0xFF10 <= ord(letter) <= 0xFF5A else letter
