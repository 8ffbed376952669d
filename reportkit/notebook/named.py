"""What a section knows its numbers by: figures, facts and names in braces, each noted as it is read."""

import os
import re
from collections.abc import Mapping
from typing import Any

from reportkit.editions.lookup import UnknownFigure
from reportkit.errors import NotebookError, near_match
from reportkit.inputs.prose import UnknownName
from reportkit.inputs.reads import Reader
from reportkit.messages.said import Said
from reportkit.model import BoundWords, Value, format_number
from reportkit.notebook.given import Given
from reportkit.notebook.phrase import replaced

INPUTS = "REPORTKIT_INPUTS"
"""The environment variable that names the folder of a Plan's unpacked inputs."""


def is_watched() -> bool:
    """Whether somebody looks at the cells: during a build nobody does."""
    return not os.environ.get(INPUTS)


class Named:
    """One report's reader, and the numbers that its notebook was given."""

    def __init__(self, reader: Reader, year: int) -> None:
        self._reader = reader
        self._given = Given(year)
        self.year = year

    def _is_figure(self, name: str) -> bool:
        return name.partition(".")[0] in {table.id for table in self._reader.edition.tables}

    def _number(self, name: str, call: str) -> Value:
        """A figure's number or a fact's value; None where it is missing."""
        try:
            return self._reader.number(name)
        except UnknownFigure as error:
            raise unknown("figure", name, call, near_match(name, error.accepted)) from error
        except UnknownName as error:
            raise unknown("fact", name, call, error.hint) from error

    def _words(self, part: str, text: str) -> tuple[str, tuple[BoundWords, ...]]:
        """A chart's caption or alternative text, and where names were replaced in it."""
        found = replaced(text, lambda match: self._value(match, {}))
        if not found.text.strip():
            raise NotebookError("chart_lacks_part", where="show()", part=part)
        return found.text, tuple(BoundWords(part, *place) for place in found.places)

    def _text(self, name: str, within: str) -> str:
        """What a name stands for. Raises NotebookError; `within` are the words that it is in."""
        try:
            return self._reader.text(name)
        except UnknownName as error:
            raise NotebookError("name_undefined", where=within[:60], name=error.name, near=error.hint) from error

    def _value(self, match: re.Match[str], values: Mapping[str, Any]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name in values:
            value = values[name]
            return value if isinstance(value, str) else format_number(value)
        return self._text(name, match.string)


def unknown(kind: str, name: str, call: str, near: Said) -> NotebookError:
    """The error for a number that there isn't."""
    return NotebookError("no_such_number", where=f"{call}()", kind=kind, name=name, near=near)
