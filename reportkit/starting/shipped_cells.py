"""What reportkit has shipped of each file, as digests: what somebody edited is told from it.

`shipped.json` holds what earlier versions shipped and this one does; a project has a record of what it was given.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from reportkit.digests import digest_of
from reportkit.text.json_text import read_json
from reportkit.text.strings import json_bytes

Cell = dict[str, Any]
"""A cell as the notebook's JSON has it."""

RECORD = "params/.reportkit.json"
"""The record in a project. No build looks at it, so none changes or runs again for it."""
README, IGNORED = "README.md", ".gitignore"
_LENGTH = 16
_DEFAULT = re.compile(r"^(year|department)[ \t]*=[ \t]*(.*?)[ \t]*$", re.M)
_WORDS = (r"\A# (?P<name>\S.*)政府信息公开工作年度报告$", r"`params/(?P<year>[12]\d{3})/(?P<id>[a-z][a-z0-9-]*)\.yaml`")


@dataclass(frozen=True, slots=True)
class Shipped:
    """Digests of cells by notebook and cell id, in the cells' order, and of other files."""

    notebooks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        return json_bytes({"notebooks": self.notebooks, "files": self.files})


def read_record(content: bytes | None) -> Shipped:
    """What a project notes that it was given; nothing where that can't be read: then the known versions do."""
    try:
        found = read_json(content or b"{}")
        notebooks = {str(name): {**cells} for name, cells in found.get("notebooks", {}).items()}
        return Shipped(notebooks, {**found.get("files", {})})
    except (ValueError, AttributeError, TypeError):
        return Shipped()


@cache
def known_notebooks() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Each notebook's versions, oldest first: cell id → digest."""
    found: Mapping[str, Sequence[Mapping[str, str]]] = _known()["notebooks"]
    return found


def known_files(name: str) -> frozenset[str]:
    """The digests of a file in all versions."""
    return frozenset(_known()["files"].get(name, ()))


@cache
def _known() -> Any:
    return read_json(files(__package__).joinpath("shipped.json").read_bytes())


def source_of(cell: Cell) -> str:
    """A cell's text, whoever saved it: in lines or in one piece, with the line ends of any system."""
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    return text.replace("\r\n", "\n").rstrip("\n")


def is_parameters(cell: Cell) -> bool:
    return "parameters" in tags_of(cell)


def tags_of(cell: Cell) -> list[str]:
    return list(cell.get("metadata", {}).get("tags", ()))


def cell_digest(cell: Cell) -> str:
    """The digest of what a cell is: not of outputs and counts, nor of the values that a project gives its defaults."""
    source = source_of(cell)
    text = _DEFAULT.sub(r"\1", source) if is_parameters(cell) else source
    said = {"type": cell["cell_type"], "source": text, "tags": tags_of(cell)}
    return digest_of(said | ({"attachments": found} if (found := cell.get("attachments")) else {}))[:_LENGTH]


def cell_digests(cells: Iterable[Cell]) -> dict[str, str]:
    """Cell id → digest, in order."""
    return {cell["id"]: cell_digest(cell) for cell in cells}


def defaults_in(cells: Iterable[Cell]) -> dict[str, str]:
    """The defaults that a notebook has, as they are written: `2025`, `"shili-jyj"`."""
    return {match[1]: match[2] for cell in cells if is_parameters(cell) for match in _DEFAULT.finditer(source_of(cell))}


def given_defaults(cell: Cell, defaults: Mapping[str, str]) -> Cell:
    """The cell, with these defaults where it is that of the parameters."""
    if not is_parameters(cell):
        return cell
    text = _DEFAULT.sub(lambda match: f"{match[1]} = {defaults.get(match[1], match[2])}", source_of(cell))
    return {**cell, "source": text.splitlines(keepends=True)}


def words_in(readme: str) -> dict[str, str] | None:
    """What the README of a new project was written with; None for another README."""
    found = [re.search(pattern, readme, re.M) for pattern in _WORDS]
    words = {name: said for match in found if match is not None for name, said in match.groupdict().items()}
    return {**words, "next": str(int(words["year"]) + 1)} if None not in found else None


def file_digest(name: str, content: bytes) -> str:
    """The digest of a file; of the README without what is each project's own."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    if name == README and (words := words_in(text)) is not None:
        text = re.sub(rf"/{words['id']}(?=\.yaml|/)", "/$id", text)
        for word in ("name", "year", "next"):
            text = text.replace(words[word], f"${word}")
    return digest_of(text)[:_LENGTH]
