"""`**bold**` beside Chinese punctuation, as `**一是公开不够。**全年…`; and asterisks that were meant so and aren't.

CommonMark takes no mark for one that ends bold words where punctuation is before it and a letter behind it. In Chinese
no space parts words, so this happens in every second paragraph.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import category

Tokens = list[dict[str, Any]]

EDGE = "\ufffe"
"""Stands where a space would part words, for mistune alone: no character, and in no text."""
_ESCAPED = "\uffff"
"""Stands for an asterisk that was escaped, for a moment."""
_CJK = re.compile(
    "[\u2014\u2018-\u201d\u2026\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\ue000-\ue003]"
)
_OPENING, _CLOSING = ("Ps", "Pi"), ("Pe", "Pf")
_EITHER = frozenset("\"'")
_RUN = re.compile(r"\*{2,}")


def edges(before: str, after: str) -> tuple[str, str]:
    """What stands before and after a run of asterisks for mistune, given the characters beside it.

    Beside Chinese a run may begin bold words that begin with a bracket or quotation mark, and end such that end with
    punctuation.
    """
    if not before or not after or not (_CJK.match(before) or _CJK.match(after)):
        return "", ""
    if _is_mark(before) and after.isalnum():
        return "", EDGE if category(before) not in _OPENING else ""
    if before.isalnum() and _is_mark(after):
        return EDGE if _begins(after) else "", ""
    return "", ""


def _is_mark(character: str) -> bool:
    return not character.isalnum() and not character.isspace()


def _begins(character: str) -> bool:
    kind = category(character)
    return character in _EITHER or (kind not in _CLOSING and kind != "Po")


def hide_escaped(tokens: Tokens) -> Tokens:
    """Tokens whose escaped asterisks are none for now."""
    return [
        {**token, "raw": token["raw"].replace("*", _ESCAPED)}
        if token["type"] == "text" and token.get("_emphasis") is False
        else token
        for token in tokens
    ]


def read(tokens: Tokens) -> Tokens:
    """mistune's finished tokens without edges; the first `**` that was meant to begin bold words is a token of its own.

    It was where another is behind it, and the words before it are no part of its word: 张**和李** are two names.
    """
    found = [_plain(token) for token in tokens]
    runs = [(place, match) for place, token in enumerate(found) for match in _runs(token)]
    for number, (place, match) in enumerate(runs[:-1]):
        text = found[place]["raw"]
        before = text[match.start() - 1 : match.start()] or _beside(found, place - 1, -1)
        after = text[match.end() : match.end() + 1] or _beside(found, place + 1, 0)
        if not before.isalnum() or after.isspace():
            last_place, last = runs[number + 1]
            end = last.end() if last_place == place else len(text)
            pieces = [(text[: match.start()], "text"), (text[match.start() : end], "stars"), (text[end:], "text")]
            found[place : place + 1] = [_piece(raw, kind) for raw, kind in pieces if raw]
            break
    return [_shown(token) for token in found]


def _piece(raw: str, kind: str) -> dict[str, Any]:
    if kind == "text":
        return {"type": "text", "raw": raw}
    return {"type": "unprintable", "attrs": {"kind": kind}, "raw": raw}


def _plain(token: Mapping[str, Any]) -> dict[str, Any]:
    """A token without edges; what emphasis holds too."""
    found = dict(token)
    if found["type"] == "text":
        found["raw"] = found["raw"].replace(EDGE, "")
    elif found["type"] in ("emphasis", "strong"):
        found["children"] = [_plain(each) for each in found["children"]]
    return found


def _shown(token: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(token)
    if "raw" in found and found["type"] in ("text", "unprintable"):
        found["raw"] = found["raw"].replace(_ESCAPED, "*")
    elif found["type"] in ("emphasis", "strong"):
        found["children"] = [_shown(each) for each in found["children"]]
    return found


def _runs(token: Mapping[str, Any]) -> list[re.Match[str]]:
    return [*_RUN.finditer(token["raw"])] if token["type"] == "text" else []


def _beside(tokens: Sequence[Mapping[str, Any]], place: int, character: int) -> str:
    """The character beside a token's text; a space where a line or the paragraph ends."""
    if not 0 <= place < len(tokens) or tokens[place]["type"] in ("softbreak", "linebreak"):
        return " "
    raw = str(tokens[place].get("raw") or "")
    return raw[character] if raw else "\ufffc"
