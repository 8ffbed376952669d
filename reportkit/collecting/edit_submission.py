"""A submission's text with other figures, facts, words and dates in it; order and the rest stay.

Comments stay too, but those within a fact's braces that become others.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from reportkit.editions import Edition
from reportkit.editions.lookup import row_label
from reportkit.editions.tables import CellSpec
from reportkit.inputs.handed_in import HandedIn
from reportkit.model import Fact, Figures, Value, format_number
from reportkit.starting.names import scalar

BLANK = "~"
_FOR_A_BLOCK = re.compile("[\n\x20-\x7e\u00a0-\u2027\u202f-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
"""What YAML reads back from a block as it was: no control character, no other line end."""


def edited(edition: Edition, text: str, handed_in: HandedIn, stated: Figures | None = None) -> str:
    """A submission's text with what was handed in: cells that the file has, words and facts that it has.

    A cell that it leaves blank becomes missing; a part without words keeps its own. `stated` are the text's figures:
    where those of a row are what was handed in, its line stays.
    """
    figures = {cell: found.value for cell, found in handed_in.figures.items()}
    if stated is not None:
        figures = {
            cell: value
            for specs in edition.rows.values()
            if not all(figures.get(spec.id, stated[spec.id]) == stated[spec.id] for spec in specs)
            for cell in (spec.id for spec in specs)
            if cell in figures
            for value in (figures[cell],)
        }
    text = _with_rows(edition, text, figures)
    for name in ("published_on", "issued_on", "index_number"):
        if (value := getattr(handed_in, name)) is not None:
            text = _with_value(text, (name,), value.isoformat() if isinstance(value, date) else scalar(value))
    if handed_in.none_received:
        text = _with_value(text, ("none_received",), "true")
    if handed_in.blank_tables:
        text = _with_zeros(text, handed_in.blank_tables)
    for fact in handed_in.facts.values():
        text = _with_fact(text, fact, handed_in.unsaid.get(fact.id, frozenset()))
    for slot, words in handed_in.prose.items():
        text = _with_words(edition, text, slot, words)
    return text


@lru_cache(maxsize=4)
def _composed(text: str) -> Any:
    return yaml.compose(text, yaml.CSafeLoader)


@dataclass
class _Document:
    """A YAML text with its nodes, and the replacements that are to be made in it."""

    text: str
    root: Any = field(init=False)

    def __post_init__(self) -> None:
        self.root = _composed(self.text)

    def node(self, path: Sequence[str]) -> Any:
        """The node at a path of keys; None where there is none."""
        found = self.root
        for key in path:
            if not isinstance(found, yaml.MappingNode):
                return None
            found = next((value for name, value in found.value if name.value == key), None)
        return found

    def inserted(self, path: Sequence[str], new: str, before: Sequence[str] = ()) -> str:
        """The text with a key that isn't there: behind the last one of its mapping, or before another one.

        Mappings above it that aren't there are made too.
        """
        depth = len(path) - 1
        while depth and not isinstance(self.node(path[:depth]), yaml.MappingNode):
            depth -= 1
        above = self.node(path[:depth]) if depth else self.root
        lines = []
        for number, key in enumerate(path[depth:]):
            indent = "  " * (depth + number)
            lines.append(f"{indent}{key}:" + (f" {new}" if number == len(path) - depth - 1 else ""))
        if depth and not isinstance(above, yaml.MappingNode):
            return self.text
        at = self._line_for(above, before)
        kept = self.text.split("\n")
        if depth == 0 and self.node(path[:1]) is not None:  # a key without anything below it
            bare = next(name for name, _ in self.root.value if name.value == path[0])
            at, lines = bare.start_mark.line + 1, lines[1:]
        return "\n".join([*kept[:at], *"\n".join(lines).split("\n"), *kept[at:]])

    def _line_for(self, above: Any, before: Sequence[str]) -> int:
        if above is None or not above.value:
            return self.text.rstrip("\n").count("\n") + 1
        for key in before:
            name = next((name for name, _ in above.value if name.value == key), None)
            if name is not None:
                return self._above_comments(name.start_mark.line)
        last = above.value[-1][1]
        return self.text[: _end(self.text, last)].count("\n") + 1

    def _above_comments(self, line: int) -> int:
        lines = self.text.split("\n")
        while line and lines[line - 1].lstrip().startswith("#"):
            line -= 1
        return line


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line, from 0, of a key of a submission's text; None where it isn't there."""
    node, line = _composed(text), None
    for key in path:
        if not isinstance(node, yaml.MappingNode):
            return None
        found = next(((name, value) for name, value in node.value if name.value == key), None)
        if found is None:
            return None
        line, node = found[0].start_mark.line, found[1]
    return line


def _replaced(text: str, node: Any, new: str) -> str:
    """The text with another value in a node's place, one space behind its key."""
    start, end = node.start_mark.index, _end(text, node)
    return f"{text[:start]}{' ' if text[:start].endswith(':') else ''}{new}{text[end:]}"


def _end(text: str, node: Any) -> int:
    """Where a node's text ends, without the blank lines and comments behind it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1])
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        said = text[node.start_mark.index : node.end_mark.index]
        return int(node.start_mark.index) + len(said.rstrip("\n "))
    return int(node.end_mark.index)


def _with_value(text: str, path: Sequence[str], new: str) -> str:
    document = _Document(text)
    node = document.node(path)
    if node is None:
        return document.inserted(path, new, before=("figures", "facts", "prose"))
    same = isinstance(node, yaml.ScalarNode) and node.value == new.strip('"')
    return text if same else _replaced(text, node, new)


def _with_zeros(text: str, tables: Sequence[str]) -> str:
    """The text with tables whose blanks are zero, beside those that it has decided already."""
    known = zero_tables(text)
    new = [each for each in tables if each not in known]
    return _with_value(text, ("blanks_are_zero",), f"[{', '.join([*known, *new])}]") if new else text


def zero_tables(text: str) -> list[str]:
    """The tables of which a submission's text says that their blanks are zero."""
    node = _Document(text).node(("blanks_are_zero",))
    return [each.value for each in node.value] if isinstance(node, yaml.SequenceNode) else []


def _with_rows(edition: Edition, text: str, figures: Mapping[str, Value]) -> str:
    """The text with other figures: a row is changed where one of its cells is another."""
    document = _Document(text)
    nodes = {row: document.node(("figures", *row.split("."))) for row in edition.rows}
    there = [row for row, node in nodes.items() if node is not None]
    # From the last one up, so that the places of those before stay where they were found.
    for row in sorted(there, key=lambda each: -nodes[each].start_mark.index):
        if (wanted := _wanted(edition.rows[row], nodes[row], figures)) is not None:
            columns = dict(zip((spec.column for spec in edition.rows[row]), wanted, strict=True))
            changed = _in_place(text, nodes[row], columns, edition.rows[row][-1])
            text = _replaced(text, nodes[row], _row_said(wanted)) if changed is None else changed
    for row in (row for row, node in nodes.items() if node is None):
        if (wanted := _wanted(edition.rows[row], None, figures)) is not None:
            path, new = ("figures", *row.split(".")), f"{_row_said(wanted)}  # {row_label(edition, row)}"
            text = _Document(text).inserted(path, new, _behind(edition, row))
    return text


def _wanted(specs: Sequence[CellSpec], node: Any, figures: Mapping[str, Value]) -> list[Value] | None:
    """A row's figures; None where they are what it states."""
    stated = _stated(node, [spec.column for spec in specs], [spec.column for spec in specs if not spec.total])
    wanted = [figures.get(spec.id, stated.get(spec.column)) for spec in specs]
    parts = [value for value, spec in zip(wanted, specs, strict=True) if not spec.total]
    known = [stated.get(spec.column) for spec in specs]
    if None not in parts and known[-1] is None and specs[-1].total and len(stated) < len(specs):
        known[-1] = sum(value for value in parts if value is not None)
    return wanted if any(spec.id in figures for spec in specs) and not _alike(wanted, known) else None


def _row_said(values: Sequence[Value]) -> str:
    return f"[{', '.join(map(_said, values))}]"


def _in_place(text: str, node: Any, wanted: Mapping[str, Value], last: CellSpec) -> str | None:
    """The text with the numbers of a row replaced one by one, so that what is between them stays.

    None where the row hasn't a place for each: it isn't there, or states no total, and another one is wanted.
    """
    if isinstance(node, yaml.MappingNode):
        places = {name.value: each for name, each in node.value}
    elif isinstance(node, yaml.SequenceNode):
        places = dict(zip(wanted, node.value, strict=False))
    else:
        return None
    if last.total and last.column not in places:
        parts = [value for column, value in wanted.items() if column != last.column]
        total = None if None in parts else sum(value for value in parts if value is not None)
        if wanted[last.column] not in (None, total):
            return None
        wanted = {column: value for column, value in wanted.items() if column != last.column}
    if places.keys() != wanted.keys() or not all(isinstance(each, yaml.ScalarNode) for each in places.values()):
        return None
    for column, each in sorted(places.items(), key=lambda place: -place[1].start_mark.index):
        start, end = each.start_mark.index, each.end_mark.index
        if not _alike([_number(each)], [wanted[column]]):
            space = " " if text[start - 1 : start] in (":", "-") else ""
            text = f"{text[:start]}{space}{_said(wanted[column])}{text[end:]}"
    return text


def _said(value: Value) -> str:
    return BLANK if value is None else format_number(value)


def _behind(edition: Edition, row: str) -> tuple[str, ...]:
    """The keys that stand behind a row's at any level, the nearest first."""
    rows, own = [*edition.rows], row.split(".")
    later = [key for each in rows[rows.index(row) + 1 :] for key in each.split(".") if key not in own]
    return (*dict.fromkeys(later), "facts", "prose")


def _alike(wanted: Sequence[Value], stated: Sequence[Value]) -> bool:
    return [None if each is None else Decimal(each) for each in wanted] == [
        None if each is None else Decimal(each) for each in stated
    ]


def _stated(node: Any, columns: Sequence[str], parts: Sequence[str]) -> dict[str, Value]:
    """What a row states, by column; nothing where it is no row."""
    if isinstance(node, yaml.SequenceNode) and len(node.value) in (len(columns), len(parts)):
        names = columns if len(node.value) == len(columns) else parts
        return {name: _number(each) for name, each in zip(names, node.value, strict=True)}
    if isinstance(node, yaml.MappingNode):
        return {name.value: _number(each) for name, each in node.value}
    return {}


def _number(node: Any) -> Value:
    text = node.value if isinstance(node, yaml.ScalarNode) and not node.style else ""
    return Decimal(text) if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text) else None


def _with_fact(text: str, fact: Fact, unsaid: Collection[str]) -> str:
    """The text with a number of the words; parts that nobody was asked for stay as they are."""
    document = _Document(text)
    node = document.node(("facts", fact.id))
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    stated = {name.value: each.value for name, each in pairs if each.value}
    fact = replace(fact, **{part: stated[part] for part in unsaid if part in stated})
    said = {"value": format_number(fact.value), "unit": scalar(fact.unit) if fact.unit else ""}
    said |= {"source": scalar(fact.source) if fact.source else "", "text": scalar(fact.text) if fact.text else ""}
    new = "{" + ", ".join(f"{name}: {value}" for name, value in said.items() if value) + "}"
    if node is None:
        return document.inserted(("facts", fact.id), new, before=("prose",))
    same_value = _alike([_number(each) for name, each in pairs if name.value == "value"], [fact.value])
    wanted = {"unit": fact.unit, "source": fact.source, "text": fact.text}
    same = same_value and all((stated.get(name) or "") == (value or "") for name, value in wanted.items())
    if same:
        return text
    in_lines = isinstance(node, yaml.MappingNode) and not node.flow_style
    return _with_lines(text, pairs, said) or _replaced(text, node, new) if in_lines else _replaced(text, node, new)


def _with_lines(text: str, pairs: Sequence[tuple[Any, Any]], said: Mapping[str, str]) -> str | None:
    """The text with other values on a mapping's own lines, whose comments stay; None where one of them must go."""
    there = {name.value: each for name, each in pairs}
    if any(not said.get(name) for name in there) or not all(
        isinstance(each, yaml.ScalarNode) for each in there.values()
    ):
        return None
    new = [name for name, value in said.items() if value and name not in there]
    column = pairs[0][0].start_mark.column
    last = text.find("\n", _end(text, pairs[-1][1]))
    last = len(text) if last < 0 else last
    lines = "".join(f"\n{' ' * column}{name}: {said[name]}" for name in new)
    text = f"{text[:last]}{lines}{text[last:]}"
    for name, each in sorted(there.items(), key=lambda pair: -pair[1].start_mark.index):
        value = format_number(_number(each)) if name == "value" and _number(each) is not None else each.value
        if value != said[name].strip('"'):
            text = _replaced(text, each, said[name])
    return text


def _with_words(edition: Edition, text: str, slot: str, words: str) -> str:
    document = _Document(text)
    node = document.node(("prose", slot))
    if node is not None and isinstance(node, yaml.ScalarNode) and node.value.strip() == words.strip():
        return text
    if _FOR_A_BLOCK.fullmatch(words):
        lines = [f"    {line}" if line.strip() else "" for line in words.strip("\n").split("\n")]
        new = "\n".join([f"|{'2' if words[:1] == ' ' else ''}", *lines])
    else:
        new = json.dumps(words, ensure_ascii=True)
    if node is not None:
        return _replaced(text, node, _with_comment(text, node, new))
    slots = [*edition.slots]
    return document.inserted(("prose", slot), new, before=slots[slots.index(slot) + 1 :])


def _with_comment(text: str, node: Any, new: str) -> str:
    """A block's text with the comment that stood on the first line of the one before it."""
    head, _, _ = text[node.start_mark.index :].partition("\n")
    comment = re.search(r"\s+#.*", head) if node.style in ("|", ">") and new.startswith("|") else None
    first, _, rest = new.partition("\n")
    return new if comment is None else f"{first}{comment[0]}\n{rest}"
