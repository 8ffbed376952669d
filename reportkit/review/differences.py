"""What differs between two finished reports: figures cell by cell, words paragraph by paragraph."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from reportkit.model import MISSING


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two reports differ: a figure's label or a section's id, and what stood and stands there.

    Empty for words that weren't or aren't there; a missing figure is printed as it is in the report.
    """

    kind: Literal["figure", "words"]
    where: str
    before: str
    after: str

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "where": self.where, "before": self.before, "after": self.after}


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """What differs between the files of two finished reports, by name: figures.json and report.ipynb are looked at."""
    return (*_figures(before, after), *_words(before, after))


def _figures(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Difference]:
    old, new = (json.loads(files["figures.json"])["figures"] for files in (before, after))
    for cell in dict.fromkeys((*old, *new)):
        values = [_printed(cells.get(cell)) for cells in (old, new)]
        if values[0] != values[1]:
            yield Difference("figure", (new.get(cell) or old[cell])["label"], *values)


def _printed(cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return ""
    return MISSING if cell["value"] is None else str(cell["value"])


def _words(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Difference]:
    old, new = (_paragraphs(files["report.ipynb"]) for files in (before, after))
    for section in dict.fromkeys((*old, *new)):
        one, other = old.get(section, []), new.get(section, [])
        for what, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if what != "equal":
                yield Difference("words", section, "\n".join(one[start:end]), "\n".join(other[first:last]))


def _paragraphs(notebook: bytes) -> dict[str, list[str]]:
    """Section → its paragraphs, notebook's own and shown ones, in order."""
    found: dict[str, list[str]] = {}
    for cell in json.loads(notebook)["cells"]:
        texts = [cell["source"]] if cell["cell_type"] == "markdown" else []
        texts += [each["data"]["text/markdown"] for each in cell.get("outputs", ()) if "text/markdown" in each["data"]]
        section = cell["metadata"].get("reportkit", {}).get("section", "")
        for text in texts:
            found.setdefault(section, []).extend(line.strip() for line in "".join(text).splitlines() if line.strip())
    return found
