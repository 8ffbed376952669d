"""Pictures in Markdown: `![替代文字](params/2024/photos/x.jpg "图题")`, alone in its paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(
    r' {0,3}!\[(?P<alt>[^\[\]]*[^\[\]\s][^\[\]]*)\]\((?P<file>[^\s()<>"]+)[ \t]+"(?P<caption>[^"]*[^"\s][^"]*)"\)[ \t]*'
)
_FENCE = re.compile(r" {0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class MarkdownPicture:
    """A picture that a text names: its file as it is written, alternative text and caption; its line, from 1."""

    file: str
    alt: str
    caption: str
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words between pictures, and where in the whole text they begin."""

    text: str
    start: int


def pieces(text: str) -> list[Piece | MarkdownPicture]:
    """A text's pictures and the words between them, in order; of a text without pictures the text alone."""
    found: list[Piece | MarkdownPicture] = []
    begin = 0
    for picture, start, end in _pictures(text):
        found += [Piece(text[begin:start], begin), picture]
        begin = end
    found.append(Piece(text[begin:], begin))
    return [each for each in found if not isinstance(each, Piece) or each.text.strip()] or [Piece(text, 0)]


def pictures(text: str) -> list[MarkdownPicture]:
    """The pictures that a text names."""
    return [picture for picture, _, _ in _pictures(text)]


def without_pictures(text: str) -> str:
    """A text in which each picture's line is empty, so that all others stay where they are."""
    for _, start, end in reversed([*_pictures(text)]):
        text = text[:start] + "\n" * text.count("\n", start, end) + text[end:]
    return text


def _pictures(text: str) -> Iterator[tuple[MarkdownPicture, int, int]]:
    """Each picture, with where its line begins and ends."""
    if "![" not in text:
        return
    lines = text.splitlines(keepends=True)
    place, fence = 0, ""
    for number, line in enumerate(lines):
        if match := _FENCE.match(line):
            fence = "" if fence == match[1] else fence or match[1]
        bare = line.rstrip("\r\n")
        alone = all(not lines[each].strip() for each in (number - 1, number + 1) if 0 <= each < len(lines))
        if not fence and alone and (match := _LINE.fullmatch(bare)):
            yield MarkdownPicture(match["file"], match["alt"], match["caption"], number + 1), place, place + len(line)
        place += len(line)
