"""Whether an executed notebook is whole: every cell has run, and what it opened is the report that was planned."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from reportkit.errors import NotebookError

SKIPPED = frozenset({"skip-execution", "skip_execution"})
"""nbclient's tag, both spellings."""


def refuse_unfinished(name: str, executed: Any) -> None:
    """Raises NotebookError where a cell of an executed notebook didn't run, however its kernel ended.

    Empty cells and those tagged `skip-execution` needn't run; a skipped cell that uses the section must.
    """
    cells = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    sections = set(_sections(cell.source for cell in cells))
    for cell in cells:
        if SKIPPED & set(cell.metadata.get("tags", ())):
            if sections & _names(cell.source):
                raise NotebookError("cell_skipped", where=f"notebooks/{name}, cell `{cell.id}`")
        elif cell.execution_count is None:
            raise NotebookError("cell_never_run", where=f"notebooks/{name}, cell `{cell.id}`")
        elif any(output.get("ename") == "SystemExit" for output in cell.outputs):
            raise NotebookError("cell_ends_notebook", where=f"notebooks/{name}, cell `{cell.id}`")


def refuse_other_report(name: str, executed: Any, report: str) -> None:
    """Raises NotebookError unless the notebook has opened the planned report (year/department), and once.

    Last year's figures and words come through the section's own calls alone.
    """
    opened = list(_opened(executed))
    if not opened:
        raise NotebookError("report_not_opened", where=f"notebooks/{name}", report=report)
    for place, (found, cell) in enumerate(opened):
        if found != report:
            raise NotebookError(
                "other_report_opened", where=f"notebooks/{name}, cell `{cell}`", found=found, report=report
            )
        if place:
            raise NotebookError("report_opened_twice", where=f"notebooks/{name}, cell `{cell}`", report=report)


def _opened(executed: Any) -> Iterator[tuple[str, str]]:
    """Each report that was opened, and the cell."""
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("reportkit", {})
            if about.get("kind") == "opened":
                yield str(about.get("report")), cell.id


def _sections(sources: Iterable[str]) -> Iterator[str]:
    """The names that hold an opened section, and the call's own."""
    yield "open_section"
    for source in sources:
        for node in ast.walk(_parsed(source)):
            if isinstance(node, ast.Assign) and "open_section" in _names(ast.unparse(node.value)):
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(_parsed(source)) if isinstance(node, ast.Name)}


def _parsed(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])  # a magic: the run has shown whether it works
