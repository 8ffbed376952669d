"""YAML files read with the line of every key, so that each error can say where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from reportkit.errors import InputError

Path = tuple[str | int, ...]
"""A key's place inside a document: `("figures", "requests", 0)`."""

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
_MOST_CHARACTERS = 2_000_000
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A document as plain data (dict, list, str, int, Decimal, bool, date, None) and the line of each key."""

    name: str
    data: Any
    lines: dict[Path, int]
    text_lines: dict[Path, int]
    """The line on which each text begins: for a block scalar the one after its key."""

    def where(self, path: Path = ()) -> str:
        """`params/2024/suqian.yaml, line 12, figures.requests`: the nearest line that is known."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                line = f", line {self.lines[path[:length]]}"
                break
        else:
            line = ""
        key = ".".join(str(part) for part in path)
        return f"{self.name}{line}{', ' + key if key else ''}"


def read_yaml(content: bytes, name: str) -> YamlFile:
    """A YAML file's data with lines. Numbers with a point become Decimals; a repeated key is an error.

    Raises InputError with the line for: text that isn't UTF-8 or YAML, repeated keys, anchors, tags of one's own,
    numbers that YAML would read in a way nobody expects (010, 1_000, 1:30, .inf).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{name} is not UTF-8 text.", where=f"{name}, line {line}", mend="Save the file with UTF-8 encoding."
        ) from error
    if len(text) > _MOST_CHARACTERS:
        raise InputError(
            f"{name} has {len(text)} characters.", where=name, mend=f"At most {_MOST_CHARACTERS} are read."
        )
    _refuse_anchors_and_depth(text, name)
    try:
        node = yaml.compose(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line_text = f", line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{name} is not valid YAML: {error.problem or error.context}.",
            where=f"{name}{line_text}",
            mend="Look at the indentation, colons and quotation marks of this line and the one before.",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(f"{name} is not valid YAML: {error}.", where=name, mend="Remove that character.") from error
    file = YamlFile(name, None, {}, {})
    return file if node is None else replace(file, data=_value(node, (), file))


def _refuse_anchors_and_depth(text: str, name: str) -> None:
    """Anchors let a few lines stand for millions of values, and depth overflows the stack; nothing here needs them."""
    depth = 0
    try:
        for event in _events(text):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise InputError(
                    f"{name} is nested too deeply.",
                    where=f"{name}, line {event.start_mark.line + 1}",
                    mend=f"No value lies deeper than {_DEEPEST} keys; look for brackets that don't end.",
                )
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise InputError(
                    "Anchors and aliases (&name, *name) are not read.",
                    where=f"{name}, line {event.start_mark.line + 1}",
                    mend="Write the value out, or put it in quotation marks if it is text.",
                )
    except yaml.YAMLError:
        return  # compose says it better


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, yaml.CSafeLoader)


def _value(node: yaml.Node, path: Path, file: YamlFile) -> Any:
    line = node.start_mark.line + 1
    where = f"{file.name}, line {line}"
    file.lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        file.text_lines[path] = line + (node.style in ("|", ">"))
        return _scalar(node, where)
    if node.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
        raise InputError(f"The tag {node.tag} is not read.", where=where, mend="Write the value without a tag.")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, file)
    return [_value(child, (*path, number), file) for number, child in enumerate(node.value)]


def _mapping(node: yaml.MappingNode, path: Path, file: YamlFile) -> dict[str, Any]:
    found: dict[str, Any] = {}
    name, lines = file.name, file.lines
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        where = f"{name}, line {line}"
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
            raise InputError("A key must be a plain word.", where=where, mend="Write `key: value`.")
        key = key_node.value
        if key in found:
            raise InputError(
                f"Key '{key}' stands twice.", where=where, mend=f"Keep one; the first is in line {lines[(*path, key)]}."
            )
        lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), file)
    return found


def _scalar(node: yaml.ScalarNode, where: str) -> Any:
    kind, text = node.tag.removeprefix("tag:yaml.org,2002:"), node.value
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "int" and _WHOLE.match(text):
        return int(text) if len(text) < 19 else text
    if kind == "float" and _DECIMAL.match(text):
        return abs(Decimal(text)) if Decimal(text) == 0 else Decimal(text)
    if kind == "timestamp":
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise InputError(f"'{text}' is not a date.", where=where, mend="Write it as 2024-01-31.") from error
    raise InputError(
        f"'{text}' can't be read as a number, date or text.",
        where=where,
        mend="Write plain digits (1234 or 12.5), or put it in quotation marks if it is text.",
    )
