"""A message as data: a code and its arguments, which the catalogue's text of a language makes a sentence."""

import re
from collections.abc import Mapping
from typing import Any, Union

from reportkit.messages.catalogue import catalogue
from reportkit.messages.languages import Language

Argument = Union[int, str, "Said", tuple["Argument", ...]]
"""What a text can hold: words as they are, a list of such, or a message that is written in the text's own language."""

# `{names}` is a list as it is, `{names:or}` one of which anything may be chosen, `{names:quoted}` one of words.
_PLACE = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)(?::(or|quoted))?\}(?!\})")
_BETWEEN: Mapping[Language, str] = {"en": ", ", "zh": "、"}
_OR: Mapping[Language, str] = {"en": " or ", "zh": "或"}


class Said:
    """A code of the catalogue with its arguments; a code that it doesn't have is taken for the sentence itself."""

    __slots__ = ("arguments", "code")

    def __init__(self, code: str, /, **arguments: Any) -> None:
        self.code = code
        self.arguments: Mapping[str, Argument] = {name: _plain(value) for name, value in arguments.items()}

    def text(self, part: str, language: Language = "en") -> str:
        """`what` or `fix` in a language; in English where there is no Chinese, empty where there is no such part."""
        entry = catalogue().get(self.code)
        if entry is None:
            return self.code if part == "what" else _shown(self.arguments.get(part, ""), language)
        language = language if language in entry else "en"
        template = entry[language].get(part, "")
        return _PLACE.sub(lambda match: _shown(self.arguments[match[1]], language, match[2] or ""), template)

    @property
    def has_chinese(self) -> bool:
        """Whether there is a Chinese text for it."""
        return "zh" in catalogue().get(self.code, ())

    def to_json(self) -> dict[str, Any]:
        """The message as data, for another process that shows it in its own language."""
        return {"code": self.code, "arguments": {name: _as_json(value) for name, value in self.arguments.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Said":
        """The message of `to_json`. Raises LookupError or TypeError where the data are none."""
        return cls(str(data["code"]), **{name: _from_json(value) for name, value in data["arguments"].items()})

    def __str__(self) -> str:
        return self.text("what")

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.arguments.items())
        return f"Said({self.code!r}{given})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and (self.code, self.arguments) == (other.code, other.arguments)

    def __hash__(self) -> int:
        return hash((self.code, *self.arguments.items()))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.code, dict(self.arguments)))


def places_in(template: str) -> frozenset[str]:
    """The arguments that a text of the catalogue names."""
    return frozenset(match[1] for match in _PLACE.finditer(template))


def _rebuild(code: str, arguments: dict[str, Any]) -> Said:
    return Said(code, **arguments)


def _as_json(value: Argument) -> Any:
    if isinstance(value, Said):
        return value.to_json()
    return [*map(_as_json, value)] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Said.from_json(value)
    return [*map(_from_json, value)] if isinstance(value, list) else value


def _plain(value: Any) -> Argument:
    """A value that crosses process borders and never changes; what is no list, number or message is its text."""
    if isinstance(value, int | Said) and not isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return str(value)


def _shown(value: Argument, language: Language, between: str = "") -> str:
    if isinstance(value, Said):
        return value.text("what", language)
    if not isinstance(value, tuple):
        return str(value)
    each = [_shown(one, language) for one in value]
    if between == "quoted" and language == "en":
        each = [f"'{one}'" for one in each]
    if not between or len(each) < 2:
        return _BETWEEN[language].join(each)
    return _BETWEEN[language].join(each[:-1]) + _OR[language] + each[-1]
