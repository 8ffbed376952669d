"""The list of modules, from their docstrings: a table by hand would say what was true once."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path


def module_list() -> str:
    """Markdown: every room with what it holds, and each of its modules with the first line of its docstring."""
    root = Path(str(files("reportkit")))
    rooms = sorted(path.parent for path in root.rglob("__init__.py"))
    return "\n\n".join(_room(root, room) for room in rooms) + "\n"


def _room(root: Path, room: Path) -> str:
    name = "/".join(["reportkit", *room.relative_to(root).parts])
    modules = "\n".join(f"- `{path.stem}`: {_first_line(path)}" for path in _modules(room))
    return "\n\n".join(part for part in (f"### {name}/", _first_line(room / "__init__.py"), modules) if part)


def _modules(room: Path) -> Iterator[Path]:
    yield from (path for path in sorted(room.glob("*.py")) if path.name not in ("__init__.py", "__main__.py"))


def _first_line(path: Path) -> str:
    """What a module says of itself in its first paragraph."""
    stated = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(stated.split("\n\n")[0].split())
