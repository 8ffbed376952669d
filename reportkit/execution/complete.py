"""Whether an executed notebook is whole: every cell has run, and what it opened is the report that was planned."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from reportkit.errors import NotebookError
from reportkit.execution.section_names import names_in, section_names

SKIPPED = frozenset({"skip-execution", "skip_execution"})
"""nbclient's tag, both spellings."""


def refuse_unfinished(name: str, executed: Any) -> None:
    """Raises NotebookError where a cell of an executed notebook didn't run, however its kernel ended.

    Empty cells and those tagged `skip-execution` needn't run; a skipped cell that uses the section must.
    """
    cells = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    sections = section_names(cell.source for cell in cells)
    for cell in cells:
        if SKIPPED & set(cell.metadata.get("tags", ())):
            if sections & names_in(cell.source):
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
    """Each report that was opened, and the cell.

    What a cell shows can be captured or cleared; what the kernel sends of its reads after each cell can't, and it says
    what had been opened by then.
    """
    seen: Counter[str] = Counter()
    for cell in executed.cells:
        notes = [output.get("metadata", {}).get("reportkit", {}) for output in cell.get("outputs", ())]
        shown = Counter(str(each.get("report")) for each in notes if each.get("kind") == "opened")
        counted = Counter[str]()
        for each in notes:
            if each.get("kind") == "reads":
                counted |= Counter([str(each.get("report"))]) | Counter(map(str, each.get("opened", ())))
        for report, times in ((seen + shown) | counted).items():
            for _ in range(times - seen[report]):
                yield report, cell.id
        seen = (seen + shown) | counted
