"""The search: an index of pairs of neighbouring characters, cut into small files that a browser loads by itself.

Chinese needs no dictionary this way: a word is found where all its pairs are, and what is shown is looked at again.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a portal that is as it was needs no index
    import numpy as np

SHARDS = 128
"""Files that the index is cut into; a pair's code says in which one it is."""
_RUN = re.compile(r"[^\W_]+")
_BREAK = "\0"
_PLACE_BITS = 24
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def runs(text: str) -> list[str]:
    """A text's unbroken runs of letters and figures, in small letters, full-width ones made plain."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())


def shard_of(pair: int) -> int:
    """Which file has a pair of UTF-16 units, as `first << 16 | second`; `site.js` computes the same."""
    return ((pair >> 16) * 31 + (pair & 0xFFFF)) % SHARDS


def index_of(texts: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each file of the index: its number, and for each pair in it the texts that have it, by their places."""
    import numpy as np

    pairs, places = _pairs(texts)
    files: list[dict[str, str]] = [{} for _ in range(SHARDS)]
    if len(pairs):
        starts = np.flatnonzero(np.diff(pairs, prepend=-1))
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(pairs)], strict=True):
            pair = int(pairs[start])
            files[shard_of(pair)][_base36(pair)] = postings(places[start:end].tolist())
    yield from enumerate(files)


def _pairs(texts: Sequence[str]) -> "tuple[np.ndarray, np.ndarray]":
    """Every pair with every text that has it, once, in their order: codes, and places of texts."""
    import numpy as np

    found = []
    for place, text in enumerate(texts):
        units = np.frombuffer(_BREAK.join(runs(text)).encode("utf-16-le", "surrogatepass"), dtype="<u2").astype(
            np.int64
        )
        first, second = units[:-1], units[1:]
        within = (first != 0) & (second != 0)
        found.append(np.unique(first[within] << 16 | second[within]) << _PLACE_BITS | place)
    both = np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
    return both >> _PLACE_BITS, both & ((1 << _PLACE_BITS) - 1)


def postings(places: Sequence[int]) -> str:
    """Ascending places as steps from one to the next, those that follow one another as `step+more`, to the base 36."""
    parts = []
    last, number = 0, 0
    while number < len(places):
        first = number
        while number + 1 < len(places) and places[number + 1] == places[number] + 1:
            number += 1
        more = number - first
        parts.append(_base36(places[first] - last) + (f"+{_base36(more)}" if more else ""))
        last = places[number]
        number += 1
    return ",".join(parts)


def _base36(number: int) -> str:
    digits = ""
    while number >= 36:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return _DIGITS[number] + digits


def script(call: str, *arguments: object) -> bytes:
    """A file that a page loads as a script, so that it works from a file share too: one call with plain data."""
    data = ",".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in arguments)
    # Nothing in data may end a script, or be a line end to JavaScript alone.
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"{call}({data});\n".encode()
