"""Files that each have other tables of one report → what they say together."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from reportkit.editions import Edition
from reportkit.inputs.handed_in import HandedIn

_ONE_VALUE = ("published_on", "issued_on", "index_number")
_BY_NAME = ("prose", "facts", "unsaid")


def joined(edition: Edition, parts: Sequence[HandedIn]) -> HandedIn | None:
    """What several files say of one report; None where two have the same table, or say different things of one.

    A table of which a file has no figure at all isn't that file's.
    """
    tables = [_tables(edition, each) for each in parts]
    if any(one & other for one, other in combinations(tables, 2)) or not all(tables):
        return None
    if any(_differ(one, other) for one, other in combinations(parts, 2)):
        return None
    everywhere, filled = set[str]().union(*tables), {id(each): own for each, own in zip(parts, tables, strict=True)}
    figures = {
        cell: found
        for each in parts
        for cell, found in each.figures.items()
        if (table := edition.cells[cell].table) in filled[id(each)] or table not in everywhere
    }
    said: dict[str, Any] = {
        name: {key: value for each in parts for key, value in getattr(each, name).items()} for name in _BY_NAME
    }
    said |= {name: next((day for each in parts if (day := getattr(each, name))), None) for name in _ONE_VALUE}
    return replace(
        parts[0],
        file="、".join(each.file for each in parts),
        figures={cell: figures[cell] for cell in edition.cells if cell in figures},
        **said,
        none_received=any(each.none_received for each in parts),
        blank_tables=tuple(dict.fromkeys(table for each in parts for table in each.blank_tables)),
        remarks=tuple(remark for each in parts for remark in each.remarks),
        left_blank={
            place: label
            for each in parts
            for place, label in each.left_blank.items()
            if all(place in other.left_blank for other in parts)
        },
    )


def _tables(edition: Edition, handed_in: HandedIn) -> set[str]:
    """The tables of which a file has a figure."""
    return {edition.cells[cell].table for cell, found in handed_in.figures.items() if found.value is not None}


def _differ(one: HandedIn, other: HandedIn) -> bool:
    """Whether two files say different things of the same words, number or day."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in _ONE_VALUE]
    pairs += [(one.prose.get(slot), words) for slot, words in other.prose.items()]
    pairs += [(one.facts.get(fact), said) for fact, said in other.facts.items()]
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)
