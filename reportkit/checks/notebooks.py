"""What a section notebook should look like: thin cells that say and show; code that grows belongs into the package."""

import ast
from typing import Any

from reportkit.checks.evidence import finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding

_MOST_LINES = 10
_HEAVY = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.Lambda: "lambda",
    ast.ClassDef: "class",
    ast.For: "for",
    ast.While: "while",
    ast.With: "with",
    ast.ListComp: "for",
    ast.SetComp: "for",
    ast.DictComp: "for",
    ast.GeneratorExp: "for",
}
_CODE_OR_FILES = frozenset(
    ("open", "eval", "exec", "read_text", "read_bytes", "write_text", "write_bytes", "read_csv", "read_excel", "to_csv")
)


def check_notebook(rule: RuleSpec | None, name: str, notebook: Any) -> list[Finding]:
    """Rule NOTEBOOK: a warning for each cell with a function, class, loop or file access, or more than ten lines."""
    return [
        finding(rule, f"单元格不够简明：{'、'.join(faults)}", f"{name}，单元格 {cell.id}")
        for cell in notebook.cells
        if rule is not None and cell.cell_type == "code" and (faults := _faults(cell.source))
    ]


def _faults(source: str) -> list[str]:
    lines = [line for line in source.split("\n") if line.strip()]
    found = [f"有{len(lines)}行（不宜超过{_MOST_LINES}行）"] if len(lines) > _MOST_LINES else []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return found  # a magic, or an error that the run will report
    for node in ast.walk(tree):
        if word := _HEAVY.get(type(node)):
            found.append(f"含有 {word}")
        elif isinstance(node, ast.Call) and (called := _called(node)) in _CODE_OR_FILES:
            found.append(f"含有 {called}()")
    return found


def _called(node: ast.Call) -> str:
    """The last name of what is called: `read_csv` for `pd.read_csv(…)`."""
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
