"""YAML files read with the line of every key, so that each error can say where it is."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import yaml

from reportkit.errors import InputError
from reportkit.text.dates import read_date
from reportkit.text.yaml_slips import slip_of

Path = tuple[str | int, ...]
"""A key's place inside a document: `("figures", "requests", 0)`."""

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
_BEFORE_COMMA = re.compile(r"(?<![0-9.])([1-9][0-9]{0,2}(?:,[0-9]{3})*),\Z")
_AFTER_COMMA = re.compile(r"0[0-9]{2}\Z")
"""What stands before and behind the comma of 1,024."""
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
        known = next((path[:length] for length in range(len(path), -1, -1) if path[:length] in self.lines), None)
        return self._where(path, None if known is None else self.lines[known])

    def where_text(self, path: Path) -> str:
        """The same, with the line on which the text begins where that isn't its key's."""
        return self._where(path, self.text_lines[path]) if path in self.text_lines else self.where(path)

    def _where(self, path: Path, line: int | None) -> str:
        key = ".".join(str(part) for part in path)
        return ", ".join(filter(None, (self.name, "" if line is None else f"line {line}", key)))


def read_yaml(content: bytes, name: str, most_characters: int = MOST_CHARACTERS) -> YamlFile:
    """A YAML file's data with lines. Numbers with a point become Decimals; a repeated key is an error.

    Raises InputError with the line for: text that isn't UTF-8 or YAML, repeated keys, anchors, tags of one's own,
    numbers that YAML would read in an unexpected way (010, 1_000, 1:30, .inf).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError("not_utf8", where=f"{name}, line {line}", name=name) from error
    if len(text) > most_characters:
        raise InputError("too_many_characters", where=name, name=name, length=len(text), most=most_characters)
    file = YamlFile(name, None, {}, {})
    try:
        return replace(file, data=_Reading(text, file).document())
    except yaml.MarkedYAMLError as error:
        raise _invalid(error, name, text) from error
    except yaml.YAMLError as error:
        raise InputError("yaml_character", where=name, name=name, error=error) from error


def _invalid(error: yaml.MarkedYAMLError, name: str, text: str) -> InputError:
    """Why a text isn't YAML: the slip by its name, else what the parser makes of it."""
    if (slip := slip_of(error, text, name)) is not None:
        said, line = slip
        return InputError(said, where=f"{name}, line {line}")
    mark = error.problem_mark or error.context_mark
    where = f"{name}, line {min(mark.line, text.count(chr(10))) + 1}" if mark else name
    return InputError("yaml_invalid", where=where, name=name, problem=error.problem or error.context)


class _Reading:
    """One pass over a document's events: no tree of nodes, which takes ten times the memory of what it says."""

    def __init__(self, text: str, file: YamlFile) -> None:
        self.file, self.depth = file, 0
        self._same: dict[str, str] = {}
        """Texts that occur more than once are kept once."""
        self._text = text
        self._loader: Any = yaml.CSafeLoader(text)

    def document(self) -> Any:
        """The only document's value; None where there is none."""
        try:
            found = None
            while not isinstance(event := self._next(), yaml.StreamEndEvent):
                if isinstance(event, yaml.DocumentStartEvent):
                    if () in self.file.lines:
                        raise InputError("yaml_two_documents", where=self._where(event), name=self.file.name)
                    found = self._value(self._next(), ())
            return found
        finally:
            self._loader.dispose()

    def _next(self) -> Any:
        """Anchors let a few lines stand for millions of values; nothing here needs them."""
        event = self._loader.get_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError("yaml_anchor", where=self._where(event))
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
            if not event.style and _AFTER_COMMA.match(text):
                self._refuse_cut(event)
            return _scalar(self._tag(event), text, self._where(event))
        if self._tag(event) not in (_COLLECTION, f"{_TAG}map", f"{_TAG}seq"):
            raise InputError("yaml_tag", where=self._where(event), tag=event.tag)
        self.depth += 1
        if self.depth > _DEEPEST:  # deeper ones would overflow the stack
            raise InputError("yaml_too_deep", where=self._where(event), name=self.file.name, most=_DEEPEST)
        found = self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)
        self.depth -= 1
        return found

    def _refuse_cut(self, event: Any) -> None:
        """Refuses what is left of a number behind the comma that cut it."""
        if before := _BEFORE_COMMA.search(self._text, max(event.start_mark.index - 20, 0), event.start_mark.index):
            number = f"{before[1]},{event.value}"
            raise InputError("thousands_cut", where=self._where(event), number=number, plain=number.replace(",", ""))

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
                raise InputError("key_no_word", where=self._where(event))
            key = self._same.setdefault(event.value, event.value)
            here = (*path, key)
            if key in found:
                raise InputError("key_twice", where=self._where(event), key=key, first=lines[here])
            lines[here] = _line(event)
            found[key] = self._value(self._next(), here)
        return found


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


_NULLS = frozenset(("", "~", "null"))
_BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MOST_DIGITS = 40


def _scalar(tag: str, text: str, where: str) -> Any:
    kind = tag.removeprefix(_TAG)
    if kind == "str":
        return text
    if kind == "null" and text.lower() in _NULLS:
        return None
    if kind == "bool" and text.lower() in _BOOLS:
        return _BOOLS[text.lower()]
    if kind in ("int", "float") and len(text) > _MOST_DIGITS:
        raise InputError("too_many_digits", where=where, number=text[:20], length=len(text), most=_MOST_DIGITS)
    if kind == "int" and _WHOLE.match(text):
        return int(text) if len(text) < 19 else text
    if kind == "float" and _DECIMAL.match(text):
        return abs(Decimal(text)) if Decimal(text) == 0 else Decimal(text)
    if kind == "timestamp":
        return read_date(text, where)
    raise InputError("scalar_unreadable", where=where, text=text[:40])
