"""A submission's lines: which are markup, and where one ends a paragraph, for clerks leave no blank lines."""

import re
from itertools import accumulate
from typing import Any

from reportkit.text.markdown_rules import ends_sentence

_INDENT = " \u3000"
_BULLET = re.compile(r"[ ]*[-*+] ")
_NUMBERED = re.compile(r"[0-9]{1,9}[.)][ \t]")
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]*[ \t]*")
_PAUSE = re.compile(r"[；;：:]\s*$")
_ENUMERATED = re.compile(
    r"[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}(?:是|、|要)|第[一二三四五六七八九十]{1,3}[，、是]"
    r"|[①-⑳]|\d{1,3}[、．.)）]"
)
_LISTED = re.compile(r"\d{1,3}、")
_LOOKED_AT = 16
_GOES_ON = re.compile(r"[、，,第\d]\s*$")


def prose_lines(text: str) -> str:
    """A submission's text as Markdown: what clerks write by hand (indents, numbers, odd marks) stays text.

    Numbered lines, and those after a list's last sentence, get a blank line before them.
    """
    lines = text.split("\n")
    closing = _longest_fences(lines)
    found: list[str] = []
    fence = ""
    for number, line in enumerate(lines):
        bare = line.lstrip(_INDENT)
        if fence:
            is_end = bare.rstrip(" \t") == bare[:1] * len(bare.rstrip(" \t")) and bare.startswith(fence)
            found.append(bare if is_end else line)
            fence = "" if is_end else fence
            continue
        if _BULLET.match(line):
            found.append(line)
            continue
        if opened := _FENCE.match(bare):
            if _LANGUAGE.fullmatch(opened[2]) and closing[number + 1][bare[0] == "~"] >= len(opened[1]):
                fence = opened[1]
            else:
                bare = re.sub(r"[`~]", r"\\\g<0>", bare)
        if _NUMBERED.match(bare) or (found and _is_after_list(found[-1], line)):
            found.append("")
        found.append(bare)
    return "\n".join(found)


def _longest_fences(lines: list[str]) -> list[tuple[int, int]]:
    """For each line the longest line of nothing but backticks, and of tildes, from there on."""
    lengths = [(0, 0)]
    for line in reversed(lines):
        bare = line.strip(_INDENT + "\t")
        length = len(bare) if bare and bare == bare[0] * len(bare) else 0
        lengths.append((length if bare[:1] == "`" else 0, length if bare[:1] == "~" else 0))
    longest = accumulate(lengths, lambda one, other: (max(one[0], other[0]), max(one[1], other[1])))
    return [*longest][::-1]


def _is_after_list(above: str, line: str) -> bool:
    return bool(_BULLET.match(above) and line.strip() and not line.startswith(" ") and ends_sentence(above))


def paragraphs(tokens: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The paragraphs of what Markdown takes for one: a line that ends a sentence ends one, no other line does.

    But an enumeration's items (一是, （二）, 3、) are paragraphs also after a semicolon or colon.
    """
    atoms = [each for token in tokens for each in _atoms(token)]
    below = _first_words(atoms)
    found: list[list[dict[str, Any]]] = [[]]
    above = ""
    for token, next_words in zip(atoms, below[1:], strict=False):
        if token["type"] in ("softbreak", "linebreak") and _ends(above, next_words):
            found.append([])
            above = ""
            continue
        if not above and token["type"] == "text":
            token = {"type": "text", "raw": token["raw"].lstrip(_INDENT)}
        found[-1].append(token)
        above = (above + _words(token))[-_LOOKED_AT:]
    return [each for each in found if each]


def _atoms(token: dict[str, Any]) -> list[dict[str, Any]]:
    """A text token's lines as tokens of their own."""
    if token["type"] != "text" or "\n" not in token["raw"]:
        return [token]
    found: list[dict[str, Any]] = []
    for line in token["raw"].split("\n"):
        found += [{"type": "text", "raw": line}, {"type": "softbreak"}]
    return found[:-1]


def _first_words(atoms: list[dict[str, Any]]) -> list[str]:
    """For each token, and for the end, the first words from there on."""
    found = [""]
    for token in reversed(atoms):
        found.append(_words(token) or found[-1])
    return found[::-1]


def _words(token: dict[str, Any]) -> str:
    own = str(token.get("raw", "")) or "".join(map(_words, token.get("children", [])))
    return own if own.strip() else ""


def _ends(above: str, below: str) -> bool:
    """Whether a line that ends with these words is a paragraph's last, given the next line's words."""
    if not above or not below:
        return False
    below = below.lstrip(_INDENT)
    if ends_sentence(above) or (_LISTED.match(below) and not _GOES_ON.search(above)):
        return True
    return bool(_PAUSE.search(above) and _ENUMERATED.match(below))
