"""Pictures of a project that its reports show: files below its folder, each an input of the reports that name it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from reportkit.errors import InputError
from reportkit.inputs.files import Files
from reportkit.text.json_text import read_json
from reportkit.text.markdown_pictures import pictures
from reportkit.text.picture_files import SUFFIXES, refuse_unfit

_NOT_BELOW = ("outputs", ".git", ".venv")
_RECEIVED = re.compile(r"params/[^/]+/received/", re.I)
"""What came in, as it came: in no version control, and no input of a report before somebody has put it elsewhere."""


def picture_path(written: str, year: int, department: str, where: str) -> str:
    """A picture's file relative to the project; `{year}` and `{department}` stand for the report's.

    Raises InputError for one that isn't below the project, is written with backslashes, is in the folder of what came
    in, or is named as no PNG, JPEG or SVG.
    """
    name = written.replace("{year}", str(year)).replace("{department}", department)
    path = PurePosixPath(re.sub(r"\\+", "/", name))
    if path.is_absolute() or ".." in path.parts or ":" in name or not path.parts or path.parts[0] in _NOT_BELOW:
        raise InputError("picture_elsewhere", where=where, file=written)
    if "\\" in name:
        raise InputError("picture_backslash", where=where, file=written, wanted=re.sub(r"\\+", "/", written))
    if _RECEIVED.match(path.as_posix()):
        raise InputError("picture_received", where=where, file=written)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError("picture_named", where=where, file=written)
    return path.as_posix()


def read_picture(files: Files, name: str, where: str) -> bytes:
    """A picture's bytes. Raises InputError where there is none, it leads out of the project, or can't be used."""
    if not files.has(name):
        raise InputError("picture_missing", where=where, file=name)
    if not (files.root / name).resolve().is_relative_to(files.root.resolve()):
        raise InputError("picture_elsewhere", where=where, file=name)
    content = files.read(name)
    refuse_unfit(content, f"{where}, {name}" if where != name else name)
    return content


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture that a notebook names: its file as it is written, its cell, and whether a call names it."""

    file: str
    cell: str
    is_call: bool


@lru_cache(maxsize=512)  # a thousand reports have the same notebooks
def in_notebook(content: bytes) -> tuple[NamedPicture, ...]:
    """The pictures that a notebook names in Markdown and in `s.picture("…")`.

    Markdown names them from the notebook's folder, as JupyterLab does.
    """
    return tuple(_in_notebook(content))


def _in_notebook(content: bytes) -> Iterator[NamedPicture]:
    for cell in read_json(content).get("cells", ()):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for each in pictures(source):
                yield NamedPicture(_ABOVE.sub("", each.file), str(cell.get("id")), is_call=False)
        elif cell["cell_type"] == "code" and "picture" in source:
            for name in _named(source):
                yield NamedPicture(name, str(cell.get("id")), is_call=True)


@lru_cache(maxsize=512)
def asks_for_years(content: bytes) -> bool:
    """Whether a notebook draws numbers of years before the last."""
    return any(
        "years_chart" in "".join(cell["source"])
        for cell in read_json(content).get("cells", ())
        if cell["cell_type"] == "code"
    )


_ABOVE = re.compile(r"\A\.\.[/\\]")
_ESCAPED = re.compile(r"""\bpicture\(\s*[rR]?(?P<mark>["'])(?P<file>[^"'\n]*\\(?![uUN])[^"'\n]*)(?P=mark)""")
"""A path with backslashes as it is typed: Python makes other characters of them, or doesn't read the cell at all."""


def _named(source: str) -> Iterator[str]:
    if escaped := [match["file"] for match in _ESCAPED.finditer(source)]:
        yield from escaped
        return
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "picture":
            first = next(iter(node.args), None)
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
