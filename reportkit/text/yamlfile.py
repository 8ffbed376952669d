"""YAML files read with the line of every key, so that each error can say where it is."""

import re
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
MOST_CHARACTERS = 2_000_000
"""Of a file, unless more are asked for."""
_DEEPEST = 20
_TAG = "tag:yaml.org,2002:"
_COLLECTION = ""
"""Used as the tag of a mapping or a sequence that has none."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A document as plain data (dict, list, str, int, Decimal, bool, date, None) and the line of each key."""

    name: str
    data: Any
    lines: dict[Path, int]
    text_lines: dict[Path, int]
    """The line on which a text begins that doesn't begin on its key's: of a block scalar the one after it."""

    def text_line(self, path: Path) -> int:
        """The line on which a text begins. Raises KeyError where there is none."""
        return self.text_lines.get(path, self.lines[path])

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


def read_yaml(content: bytes, name: str, most_characters: int = MOST_CHARACTERS) -> YamlFile:
    """A YAML file's data with lines. Numbers with a point become Decimals; a repeated key is an error.

    Raises InputError with the line for: text that isn't UTF-8 or YAML, repeated keys, anchors, tags of one's own,
    numbers that YAML would read in an unexpected way (010, 1_000, 1:30, .inf).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{name} is not UTF-8 text.", where=f"{name}, line {line}", fix="Save the file with UTF-8 encoding."
        ) from error
    if len(text) > most_characters:
        raise InputError(f"{name} has {len(text)} characters.", where=name, fix=f"At most {most_characters} are read.")
    file = YamlFile(name, None, {}, {})
    try:
        return replace(file, data=_Reading(text, file).document())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line_text = f", line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{name} is not valid YAML: {error.problem or error.context}.",
            where=f"{name}{line_text}",
            fix="Look at the indentation, colons and quotation marks of this line and the one before.",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(f"{name} is not valid YAML: {error}.", where=name, fix="Remove that character.") from error


class _Reading:
    """One pass over a document's events: no tree of nodes, which takes ten times the memory of what it says."""

    def __init__(self, text: str, file: YamlFile) -> None:
        self.file, self.depth = file, 0
        self._same: dict[str, str] = {}
        """Texts that occur more than once are kept once."""
        self._loader: Any = yaml.CSafeLoader(text)

    def document(self) -> Any:
        """The only document's value; None where there is none."""
        try:
            found = None
            while not isinstance(event := self._next(), yaml.StreamEndEvent):
                if isinstance(event, yaml.DocumentStartEvent):
                    if () in self.file.lines:
                        raise InputError(
                            f"{self.file.name} has more than one document.",
                            where=self._where(event),
                            fix="Remove the line `---` and what follows it.",
                        )
                    found = self._value(self._next(), ())
            return found
        finally:
            self._loader.dispose()

    def _next(self) -> Any:
        """Anchors let a few lines stand for millions of values; nothing here needs them."""
        event = self._loader.get_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(
                "Anchors and aliases (&name, *name) are not read.",
                where=self._where(event),
                fix="Write the value out, or put it in quotation marks if it is text.",
            )
        return event

    def _where(self, event: Any) -> str:
        return f"{self.file.name}, line {_line(event)}"

    def _tag(self, event: Any) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if event.tag in (None, "!"):
                return str(self._loader.resolve(yaml.ScalarNode, event.value, event.implicit))
        elif event.tag in (None, "!"):
            return _COLLECTION
        return str(event.tag)

    def _value(self, event: Any, path: Path) -> Any:
        line = _line(event)
        self.file.lines.setdefault(path, line)
        if isinstance(event, yaml.ScalarEvent):
            if (begins := line + (event.style in ("|", ">"))) != self.file.lines[path]:
                self.file.text_lines[path] = begins
            text = self._same.setdefault(event.value, event.value)
            return _scalar(self._tag(event), text, self._where(event))
        if self._tag(event) not in (_COLLECTION, f"{_TAG}map", f"{_TAG}seq"):
            raise InputError(
                f"The tag {event.tag} is not read.", where=self._where(event), fix="Write the value without a tag."
            )
        self.depth += 1
        if self.depth > _DEEPEST:  # deeper ones would overflow the stack
            raise InputError(
                f"{self.file.name} is nested too deeply.",
                where=self._where(event),
                fix=f"No value lies deeper than {_DEEPEST} keys; look for brackets that don't end.",
            )
        found = self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)
        self.depth -= 1
        return found

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        lines = self.file.lines
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or self._tag(event) == f"{_TAG}merge":
                raise InputError("A key must be a plain word.", where=self._where(event), fix="Write `key: value`.")
            key = self._same.setdefault(event.value, event.value)
            here = (*path, key)
            if key in found:
                raise InputError(
                    f"Key '{key}' appears twice.",
                    where=self._where(event),
                    fix=f"Keep one; the first is in line {lines[here]}.",
                )
            lines[here] = _line(event)
            found[key] = self._value(self._next(), here)
        return found


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


_NULLS = frozenset(("", "~", "null"))
_BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MOST_DIGITS = 40
_YEARS = range(1900, 2200)
"""Nothing that is written here happened before, or will be published after."""


def _day(text: str, where: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"'{text[:40]}' is not a date.", where=where, fix="Write it as 2024-01-31.") from error
    if found.year not in _YEARS:
        raise InputError(f"'{text}' is no day of our time.", where=where, fix="Correct the year.")
    return found


def _scalar(tag: str, text: str, where: str) -> Any:
    kind = tag.removeprefix(_TAG)
    if kind == "str":
        return text
    if kind == "null" and text.lower() in _NULLS:
        return None
    if kind == "bool" and text.lower() in _BOOLS:
        return _BOOLS[text.lower()]
    if kind in ("int", "float") and len(text) > _MOST_DIGITS:
        raise InputError(
            f"The number {text[:20]}… has {len(text)} digits.", where=where, fix=f"At most {_MOST_DIGITS} are read."
        )
    if kind == "int" and _WHOLE.match(text):
        return int(text) if len(text) < 19 else text
    if kind == "float" and _DECIMAL.match(text):
        return abs(Decimal(text)) if Decimal(text) == 0 else Decimal(text)
    if kind == "timestamp":
        return _day(text, where)
    raise InputError(
        f"'{text[:40]}' can't be read as a number, date or text.",
        where=where,
        fix="Write plain digits (1234 or 12.5), or put it in quotation marks if it is text.",
    )
