"""Slips of people who seldom write YAML, by name and at the line where they are, in a file that can't be read."""

import re
from collections.abc import Iterator, Sequence

import yaml

from reportkit.messages.said import Said

_OPENS_BLOCK = re.compile(r"^( *)(?:- )?[^#\s].*:\s*[|>][-+0-9]*\s*(?:#.*)?$")
_WIDE_COLON = re.compile(r"^\s*(?:- +)?(['\"]?[\w-]+['\"]?)\s*：")
_NO_SPACE = re.compile(r"^\s*(?:- +)?([\w-]+):(?![\s/])(?=\S)")
_KEY = re.compile(r"^\s*(?:#|(?:- +)?['\"]?[\w-]+['\"]?\s*[:：])")
_NUMBERS = re.compile(r"^[\s0-9.,-]+$")
_NOTHING_BETWEEN = re.compile(r"\[\s*,|,\s*,")
_TILDE = re.compile(r"[\[\s]~[,\]\s]")
_BEHIND_BAR = re.compile(r"^\s*([\w-]+):\s*[|>][-+0-9]*\s+(?!#)\S")
_PASTED = re.compile(r"^\s*([^\s:：#][^\t:：]*)\t([\s0-9.,-]+)$")
_WORDS_AS_KEY = re.compile(r"^\s*([^\s:#'\"\[{-][^:#'\"]*): +\S")
_COLON_IN_TEXT = re.compile(r"^\s*(?:- +)?([\w-]+): +[^'\"\[{|>\s].*: ")
_CHINESE_QUOTES = "“”‘’「」『』"
_CLOSED_BY = {"[": "]", "{": "}"}
_LINES_BEFORE = 4
"""How many lines above an error its cause may be, comments and empty ones not counted."""


def slip_of(error: yaml.MarkedYAMLError, text: str, name: str) -> tuple[Said, int] | None:
    """What was written that YAML can't read, and its line from 1; None where it is nothing that we know by name."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return None
    lines = text.split("\n")
    last = min(mark.line, len(lines) - 1)
    if error.context_mark is not None and (found := _unclosed(error, lines, name)):
        return found
    if _NOTHING_BETWEEN.search(lines[last]):
        blank = "~" if _TILDE.search(text) else "null"
        return Said("yaml_nothing_between_commas", name=name, blank=blank), last + 1
    for number in _lines_before(lines, last):
        if (words := _words_as_key(lines[number])) is not None:
            return Said("yaml_words_misplaced", name=name, words=words), number + 1
        if said := _in_line(lines[number], name):
            return said, number + 1
        if (key := _text_below(lines, number)) is not None:
            return Said("yaml_text_not_indented", name=name, key=key), number + 2
    if said := _at(error, mark, lines[last], name):
        return said, last + 1
    return None


def _at(error: yaml.MarkedYAMLError, mark: yaml.Mark, line: str, name: str) -> Said | None:
    """What the parser's own complaint at its place comes to."""
    problem, context = error.problem or "", error.context or ""
    before = line[: mark.column]
    if "alias" in context or "anchor" in context:
        return Said("yaml_anchor")
    if "cannot start any token" in problem and mark.column < len(line):
        return Said("yaml_first_character", name=name, character=line[mark.column])
    if "expected key" in problem and not before.strip() and line.strip():
        return Said("yaml_indentation", name=name)
    if "mapping values" in problem and before[:1] == " " and re.match(r" +[\w-]+\Z", before):
        return Said("yaml_indentation", name=name)
    return None


def _text_below(lines: Sequence[str], number: int) -> str | None:
    """The key of a block of text on a line whose text isn't indented; None where there is no such."""
    opens = _OPENS_BLOCK.match(lines[number])
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if opens is None or not below.strip() or len(below) - len(below.lstrip(" ")) > len(opens[1]) or _KEY.match(below):
        return None
    return lines[number].strip().partition(":")[0]


def colon_slip(key: str, name: str) -> Said | None:
    """What there is to say of a key that holds a colon: a full-width one, or one without a space behind it."""
    match = _NO_SPACE.match(key)
    return wide_colon(key, name) or (Said("yaml_no_space", name=name, key=match[1]) if match else None)


def wide_colon(text: str, name: str) -> Said | None:
    """What there is to say of a value that is a key with a full-width colon, and was taken for words."""
    match = _WIDE_COLON.match(text)
    return Said("yaml_wide_colon", name=name, key=match[1]) if match else None


def _words_as_key(line: str) -> str | None:
    """The first words of a line that reads as a key with a value, but is a sentence such as `注意: …`."""
    match = _WORDS_AS_KEY.match(line)
    return match[1] if match and not match[1].isascii() else None


def _in_line(line: str, name: str) -> Said | None:
    if match := _BEHIND_BAR.match(line):
        return Said("yaml_text_behind_bar", name=name, key=match[1])
    if (match := _PASTED.match(line)) and not _NUMBERS.match(line):
        return Said("yaml_pasted_with_label", name=name, label=match[1], row=f"[{', '.join(match[2].split())}]")
    if match := _COLON_IN_TEXT.match(line):
        return Said("yaml_colon_in_text", name=name, key=match[1])
    if "\t" in line and _NUMBERS.match(line):
        return Said("yaml_pasted", name=name, row=f"[{', '.join(line.split())}]")
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Said("yaml_tab", name=name)
    return colon_slip(line, name)


def _unclosed(error: yaml.MarkedYAMLError, lines: Sequence[str], name: str) -> tuple[Said, int] | None:
    """A quotation mark or bracket that nothing closes, with the line on which it is opened."""
    opened, context = error.context_mark, error.context or ""
    assert opened is not None
    if (
        "flow" in context
        and opened.line >= len(lines) - 1
        and not "".join(lines[opened.line :])[opened.column :].strip()
    ):
        return _bracket_left_open(lines, name)
    if opened.line >= len(lines):
        return None
    rest = lines[opened.line][opened.column :]
    if "quoted scalar" in context and rest[:1] in ("'", '"'):
        mark = next((each for each in rest[1:] if each in _CHINESE_QUOTES), "")
        if mark:
            return Said("yaml_chinese_quote", name=name, opened=rest[0], closed=mark), opened.line + 1
        return Said("yaml_quote_unclosed", name=name, opened=rest[0]), opened.line + 1
    if "flow" in context and rest[:1] in _CLOSED_BY and _CLOSED_BY[rest[0]] not in _between(error, lines):
        wide = next((each for each in "】］｝" if each in rest), "")
        if wide:
            return Said("yaml_wide_bracket", name=name, opened=rest[0], closed=wide), opened.line + 1
        return Said("yaml_bracket_unclosed", name=name, opened=rest[0]), opened.line + 1
    return None


def _bracket_left_open(lines: Sequence[str], name: str) -> tuple[Said, int] | None:
    """The last line with a bracket that it doesn't close, where the file ends within brackets."""
    for number in range(len(lines) - 1, -1, -1):
        for opening, closing in _CLOSED_BY.items():
            if lines[number].count(opening) > lines[number].count(closing):
                return Said("yaml_bracket_unclosed", name=name, opened=opening), number + 1
    return None


def _between(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> str:
    """What stands from where something was opened to where the parser gave up."""
    opened, ended = error.context_mark, error.problem_mark
    assert opened is not None
    last = len(lines) if ended is None else ended.line
    within = [lines[opened.line][opened.column :], *lines[opened.line + 1 : last]]
    if ended is not None and ended.line == opened.line:
        return lines[opened.line][opened.column : ended.column]
    return "\n".join(within) + (lines[last][: ended.column] if ended is not None and last < len(lines) else "")


def _lines_before(lines: Sequence[str], last: int) -> Iterator[int]:
    """The line itself, then the nearest above it that hold keys and values: no comment, no line of a block of text."""
    yield last
    within: int | None = None
    keys: list[int] = []
    for number, line in enumerate(lines[:last]):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or (within is not None and indent > within):
            continue
        within = None
        if match := _OPENS_BLOCK.match(line):
            within = len(match[1])
        if not line.lstrip().startswith("#"):
            keys.append(number)
    yield from keys[: -_LINES_BEFORE - 1 : -1]
