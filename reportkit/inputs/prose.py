"""A department's words: `{{ name }}` bound to facts and figures by Jinja2's parser, with names and attributes only."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

from reportkit.editions.edition import Edition
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.errors import InputError, near_match
from reportkit.messages.said import Said
from reportkit.model import Department, Fact, Figures, Submission, format_number

# Comments and blocks are only Jinja's: such text stays text, so their marks are set to what no file can hold.
_JINJA = Environment(
    block_start_string="\x00{%",
    block_end_string="%}\x00",
    comment_start_string="\x00{#",
    comment_end_string="#}\x00",
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - nothing is ever rendered: only the parsed names are looked at
)
_ESCAPED = "\\{{"
# Parentheses only where they could be markup: \(…\) is a formula's.
_PUNCTUATION = re.compile(r"([!-'*-/:-@\[-`{-~]|^\()")
_NUMBERED = re.compile(r"^([0-9]+)\)")

_OF_DEPARTMENT = ("department.name", "department.short_name")
RESERVED = ("year", "department", "last_year")


@dataclass(frozen=True, slots=True)
class Names:
    """What prose and sentences may name: year, department, facts, figures, and last year's figures.

    `facts_of_last_year` are for charts and growth.
    """

    edition: Edition
    department: Department
    submission: Submission
    last_year: tuple[Edition, Figures] | None = None
    facts_of_last_year: Mapping[str, Fact] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A name's value as it is printed; an UnknownName says what could have been meant."""
        first, _, rest = name.partition(".")
        if name == "year":
            return str(self.submission.year)
        if first == "department":
            return self._department(name, rest)
        if first in self.submission.facts:
            return _fact_text(self.submission.facts[first], name, rest)
        if first == "last_year" and self.last_year is None:
            raise UnknownName(name, Said("no_last_year"))
        edition, figures, figure = self.edition, self.submission.figures, name
        if first == "last_year" and self.last_year is not None:
            (edition, figures), figure = self.last_year, rest
        try:
            return format_number(look_up(edition, figures, figure))
        except UnknownFigure as error:
            raise UnknownName(name, near_match(name, self._known(first, error.accepted))) from error

    def _known(self, first: str, figures: tuple[str, ...]) -> tuple[str, ...]:
        """Whole names that work, figures among them; those of last year with its prefix."""
        if first == "last_year":
            return tuple(f"last_year.{each}" for each in figures)
        return (*self.submission.facts, "year", *_OF_DEPARTMENT, *figures)

    def _department(self, name: str, rest: str) -> str:
        if rest == "name":
            return self.department.name
        if rest == "short_name":
            return self.department.short_name
        raise UnknownName(name, near_match(name, _OF_DEPARTMENT))


class UnknownName(LookupError):
    """A name that is neither a fact nor a figure; `hint` says what is accepted."""

    def __init__(self, name: str, hint: Said) -> None:
        super().__init__(name)
        self.name, self.hint = name, hint


def _fact_text(fact: Fact, name: str, rest: str) -> str:
    printed: Mapping[str, str] = {"": fact.printed, "value": format_number(fact.value), "unit": fact.unit}
    if rest not in printed:
        whole = name.removesuffix(f".{rest}")
        raise UnknownName(name, near_match(name, [whole, f"{whole}.value", f"{whole}.unit"]))
    return printed[rest]


def bind(text: str, value_of: Callable[[str], str], where: Callable[[int], str]) -> str:
    """Markdown with every `{{ name }}` replaced by what `value_of` prints for it, escaped as plain text.

    `where` turns a line of the text (from 1) into a place for errors. `\\{{` stands for two literal braces.
    Filters, calls, operators and literals are refused: an InputError with the line; so is an unknown name.
    """
    bound: list[str] = []
    line = 1
    for number, piece in enumerate(text.split(_ESCAPED)):
        if number:
            bound.append("{{")
        bound.append(_bind_piece(piece, value_of, where, line))
        line += piece.count("\n")
    return "".join(bound)


def _bind_piece(text: str, value_of: Callable[[str], str], where: Callable[[int], str], line: int) -> str:
    # Jinja would take NUL for our block marks; no prose needs it.
    text = text.replace("\x00", "")
    try:
        tree = _JINJA.parse(text)
    except TemplateSyntaxError as error:
        raise InputError("braces_unreadable", where=where(line + error.lineno - 1), reason=error.message) from error
    except Exception as error:  # the lexer has limits of its own: depth, length of a number
        raise InputError("braces_too_complex", where=where(line), reason=type(error).__name__) from error
    found: list[str] = []
    for node in tree.body:
        assert isinstance(node, nodes.Output)
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                found.append(child.data)
                continue
            place = where(line + child.lineno - 1)
            name = _dotted(child, place)
            try:
                found.append(escape_markdown(value_of(name)))
            except UnknownName as error:
                raise InputError("name_undefined", where=place, name=error.name, near=error.hint) from error
    return "".join(found)


def _dotted(node: nodes.Node, where: str) -> str:
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    if isinstance(node, nodes.Name):
        return ".".join([node.name, *reversed(parts)])
    raise InputError("only_names_in_braces", where=where, kind=type(node).__name__.lower())


def escape_markdown(text: str) -> str:
    """Plain text written so that Markdown shows it as it is, on one line."""
    words = _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\)", words)
