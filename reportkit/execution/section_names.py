"""The names by which a notebook's cells can reach a section that was opened, in whatever way it was given to them."""

import ast
import re
from collections.abc import Iterable, Iterator

_OURS = "reportkit"
_CALL = "open_section"
_MAGIC = re.compile(r"^[ \t]*(?:[%!?]|[A-Za-z_][\w, ]*=\s*[%!]).*$", re.M)
_WORD = re.compile(r"[^\W\d]\w*")
_SET = re.compile(r"([^\W\d]\w*)\s*(?:=(?!=)|:=)")


def section_names(sources: Iterable[str]) -> set[str]:
    """The names that hold an opened section, something made from one, or what opens one.

    A name does that is bound, or whose thing is changed, by a statement that uses such a name. Libraries aren't any.
    """
    statements = [each for source in sources for each in _statements(source)]
    libraries = {name for imported, _, _ in statements for name in imported}
    found = {_CALL} | {name for imported, _, _ in statements for name, module in imported.items() if _is_ours(module)}
    while True:
        more = {name for _, used, changed in statements if used & found for name in changed} - libraries
        if more <= found:
            return found
        found |= more


def names_in(source: str) -> set[str]:
    """All names that a cell's code uses."""
    tree = _parsed(source)
    return set(_WORD.findall(source)) if tree is None else _loaded(tree)


Statement = tuple[dict[str, str], set[str], set[str]]
"""What a statement imports (name → module), the names that it uses, and those that it binds or changes."""


def _statements(source: str) -> Iterator[Statement]:
    tree = _parsed(source)
    if tree is None:
        yield {}, set(_WORD.findall(source)), set(_SET.findall(source))
        return
    for statement in tree.body:
        imported: dict[str, str] = {}
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                imported |= {each.asname or each.name.partition(".")[0]: each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported |= {each.asname or each.name: node.module or "" for each in node.names}
        yield imported, _loaded(statement), set(_changed(statement))


def _loaded(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _changed(statement: ast.AST) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                yield from _base(node)
            case ast.Call(func=ast.Attribute() as called, args=args, keywords=keywords) if args or keywords:
                yield from _base(called)  # box.append(s)


def _base(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == _OURS


def _parsed(source: str) -> ast.Module | None:
    """A cell's code without its magics; None where it isn't Python, as the run has shown."""
    try:
        return ast.parse(_MAGIC.sub("", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
