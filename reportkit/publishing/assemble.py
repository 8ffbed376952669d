"""Seven executed notebooks → one: what is the same each time, in the order of the report."""

from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from reportkit.errors import PublishingError
from reportkit.model import DocumentHead, Run
from reportkit.publishing.blocks import REMOVED, is_published, unpublished
from reportkit.text.cell_ids import shortened
from reportkit.text.markdown import main_headings
from reportkit.text.markdown_pictures import pictures
from reportkit.text.picture_files import as_svg


def assemble(runs: Iterable[Run], head: DocumentHead, files: Mapping[str, bytes] | None = None) -> Any:
    """One notebook of all sections, without parameters, timings, counts and other things that differ each time.

    Pictures that words name are taken from `files`, by project-relative path, and put beside the words.

    Cell ids are prefixed with their section, so that they stay unique. Raises PublishingError for a repeated heading.
    """
    cells: list[Any] = []
    for run in runs:
        assert run.notebook is not None
        notebook = nbformat.reads(run.notebook.decode(), as_version=4)
        cells += [
            _cell(cell, run.job.section) for cell in notebook.cells if not REMOVED & set(cell.metadata.get("tags", ()))
        ]
    _refuse_repeated_headings(cells)
    for cell in cells:
        _bring_pictures(cell, files or {})
    assembled = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "reportkit": {"about": head.to_json()},
        },
    )
    nbformat.validate(assembled)
    return assembled


def write(notebook: Any) -> bytes:
    """A notebook as the bytes of its file."""
    return f"{nbformat.writes(notebook)}\n".encode()


def _cell(cell: Any, section: str) -> Any:
    left_out = unpublished(cell)
    tags = cell.metadata.get("tags", [])
    cell.metadata = NotebookNode({"reportkit": {"section": section}} | ({"tags": tags} if tags else {}))
    cell.id = shortened(f"{section.replace('_', '-')}-{cell.id}")
    if left_out:
        # Printed text may differ each time (addresses, process ids): it stays in the executed notebook.
        cell.metadata["reportkit"]["unpublished"] = [list(each) for each in left_out]
    if cell.cell_type == "code":
        cell.execution_count = None
        cell.outputs = [output for output in cell.outputs if is_published(output)]
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = None
    return cell


def _bring_pictures(cell: Any, files: Mapping[str, bytes]) -> None:
    """Puts the pictures that a cell's words name into its metadata, as SVG by the file as it is written."""
    if cell.cell_type == "markdown":
        if found := _svgs(cell.source, files):
            cell.metadata["reportkit"]["pictures"] = found
        return
    for output in cell.get("outputs", ()):
        if found := _svgs("".join(output.get("data", {}).get("text/markdown", "")), files):
            output.metadata["reportkit"]["pictures"] = found


def _svgs(text: str, files: Mapping[str, bytes]) -> dict[str, str]:
    named = [each.file for each in pictures(text)]
    return {name: as_svg(files[file], name) for name in named if (file := name.removeprefix("../")) in files}


def _refuse_repeated_headings(cells: list[Any]) -> None:
    seen: dict[str, str] = {}
    for cell in cells:
        if cell.cell_type != "markdown":
            continue
        for title in main_headings(cell.source):
            if title in seen:
                raise PublishingError("heading_twice", where=f"cells {seen[title]} and {cell.id}", title=title)
            seen[title] = cell.id
