"""A writer's own tables: their captions, and how wide each column is printed, the whole as wide as the text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Tokens = list[dict[str, Any]]

TEXT_WIDTH_PT = 156 * 72 / 25.4
SIZES_PT = (12.0, 10.5, 9.0, 8.0, 7.5)
"""The sizes in which a table may be set, from 小四 down to 六号, the least that is read without a glass."""
_BESIDE_PT = 6.0
"""A cell's margins and its line."""
_CAPTION = re.compile(r"^表[：:]\s*")
_PIECE = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)
_NARROWEST = (4, 2)
"""Chinese characters that stay beside each other in a column, where they are so many."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table is set: its size in points, the width of each column in points, and which of them have long words."""

    size_pt: float
    widths_pt: tuple[float, ...]
    wraps: tuple[bool, ...]


def captioned(tokens: Tokens, before: int | None) -> Tokens:
    """Block tokens in which each table has its `label` and, as inline tokens, its `caption`.

    A paragraph that begins with 表： is the caption of the table below it. `before` tables of the report are above
    these; where that isn't known the label is 表 without a number.
    """
    found: Tokens = []
    number = before
    for token in tokens:
        if token["type"] != "table":
            found.append(token)
            continue
        number = None if number is None else number + 1
        caption: Tokens = []
        if found and (words := _caption(found[-1])) is not None:
            caption = words
            found.pop()
        found.append({**token, "label": f"表{number or ''}", "caption": caption})
    return found


def _caption(token: Mapping[str, Any]) -> Tokens | None:
    """The words of a paragraph that is a table's caption; None for any other."""
    children = token.get("children", [])
    if token["type"] != "paragraph" or not children or children[0]["type"] != "text":
        return None
    match = _CAPTION.match(children[0]["raw"])
    return None if match is None else [{**children[0], "raw": children[0]["raw"][match.end() :]}, *children[1:]]


def count(tokens: Tokens) -> int:
    """How many tables are among block tokens."""
    return sum(token["type"] == "table" for token in tokens)


def rows_of(table: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The cells of each row of a table token, its head first."""
    rows: list[list[dict[str, Any]]] = []
    for part in table["children"]:
        rows += [part["children"]] if part["type"] == "table_head" else [row["children"] for row in part["children"]]
    return rows


def shape_of(rows: Sequence[Sequence[str]]) -> Shape | None:
    """How a table with these cells is set, in the largest size that holds it; None where it holds in none.

    Words that can't be broken (numbers, addresses) are not.
    """
    columns = [*zip(*rows, strict=False)]
    for together in _NARROWEST:
        for size in SIZES_PT if together == _NARROWEST[0] else SIZES_PT[-1:]:
            least = [max(_least(cell, together) for cell in column) * size + _BESIDE_PT for column in columns]
            whole = [max(_ems(cell) for cell in column) * size + _BESIDE_PT for column in columns]
            if sum(least) <= TEXT_WIDTH_PT:
                widths = _shared(least, whole)
                return Shape(size, widths, tuple(map(_is_less, widths, whole)))
    return None


def _is_less(width: float, whole: float) -> bool:
    return width < whole


def _shared(least: Sequence[float], whole: Sequence[float]) -> tuple[float, ...]:
    """Widths that fill the text's: each column has its least, then what it wants, then its share of the rest."""
    rest = TEXT_WIDTH_PT - sum(least)
    wants = [full - small for small, full in zip(least, whole, strict=True)]
    if sum(wants) > rest:
        return tuple(round(small + rest * want / sum(wants), 2) for small, want in zip(least, wants, strict=True))
    rest = TEXT_WIDTH_PT - sum(whole)
    return tuple(round(full + rest * full / sum(whole), 2) for full in whole)


def _least(text: str, together: int) -> float:
    return max((_least_of(piece, together) for piece in _PIECE.findall(text)), default=1.0)


def _least_of(piece: str, together: int) -> float:
    return min(len(piece), together) if _is_wide(piece[0]) else _ems(piece)


def _ems(text: str) -> float:
    """About how wide a line of text is, in ems."""
    return sum(_width(each) for each in text)


def _width(character: str) -> float:
    if _is_wide(character):
        return 1.0
    return 0.3 if character in " .,:;|!'-()[]il" else 0.9 if character in "MW@%" else 0.58


def _is_wide(character: str) -> bool:
    return ord(character) >= 0x2E80
