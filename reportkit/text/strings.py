"""Text as we write it: pages without control, bidirectional and surrogate characters, JSON the same each time."""

import json
import re
import unicodedata
from typing import Any

# C0 and C1 controls but tab and newline, bidirectional marks and overrides (they make text read otherwise than it
# is stored), zero-width and other invisible marks, surrogates and noncharacters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U000e0000-\U000e0fff]"
)
HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, one of a pair of UTF-16's units alone: no file can hold it."""
TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the words behind them round: who typed them saw others than are printed."""
NUMERAL = re.compile(
    r"(?P<sign>[-−]?)(?P<digits>\d[\d,，]*(?:\.\d+)?)\s*"
    r"(?:(?P<percent>[%％])|(?P<unit>(?P<many>[万亿]?)(?:件|宗|起|例|次|条|份|个|项|人|期|户|场次|元)?))"
)
"""A number by itself, with a unit or without."""
_SPACE_LIKE = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f]")
_CJK = (
    r"\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u2018-\u201d\u2026\u2014\U00020000-\U0003ffff"
)
_BREAK_BETWEEN_HAN = re.compile(f"(?<=[{_CJK}])[ ]*\n[ ]*|[ ]*\n[ ]*(?=[{_CJK}])")


def printable(text: str) -> str:
    """Text without what no page should hold; every visible character stays."""
    return _SPACE_LIKE.sub(" ", _UNPRINTABLE.sub("", text))


def join_lines(text: str) -> str:
    """One line of text: a line break beside a Han character or full-width mark is nothing, elsewhere a space."""
    return _BREAK_BETWEEN_HAN.sub("", text).replace("\n", " ")


def lines_of(content: bytes) -> list[str]:
    """The lines of a file that holds one thing a line: split at line ends alone, as no thing has one in it."""
    return content.decode(errors="replace").removesuffix("\n").split("\n") if content else []


def json_bytes(data: Any) -> bytes:
    """JSON as this project writes it: readable, keys in the given order, one line end, no clock."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


_WITH_UNIT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?[^\d\s.,，]{1,4}\Z")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?\Z")


def plain_number(text: str) -> str | None:
    """The digits of a number with thousands separators, full-width digits or a unit; None where it is none."""
    narrow = unicodedata.normalize("NFKC", text.strip())
    if _THOUSANDS.match(narrow):
        return re.sub("[,，]", "", narrow)
    if match := _WITH_UNIT.match(narrow):
        return match[1]
    return narrow if narrow != text and re.match(r"-?[0-9]+(\.[0-9]+)?\Z", narrow) else None
