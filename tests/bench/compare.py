"""Whether two variants ran the same cells to the same outputs."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat


def outputs(path: Path) -> dict[str, Any]:
    """Cell id → what the cell displayed and printed, of a notebook's cells that have outputs; metadata left out."""
    found: dict[str, Any] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", []):
            shown = [simple(output) for output in cell.outputs]
            found[re.sub(r"^s\d+-", "", cell.id)] = [each for each in shown if each]
    return found


def simple(output: Any) -> Any:
    """An output without what differs between runs that are alike: execution counts."""
    if output.output_type == "stream":
        return [output.name, output.text]
    return {name: output.data[name] for name in sorted(output.data)} if "data" in output else dict(output)


def differing(first: Sequence[Path], second: Sequence[Path]) -> list[str]:
    """Notebook and cell of each output that differs, and notebooks that only one of them has."""
    found = []
    for one, other in zip(first, second, strict=True):
        left, right = outputs(one), outputs(other)
        found += [
            f"{one.name} {cell}" for cell in sorted(left.keys() | right.keys()) if left.get(cell) != right.get(cell)
        ]
    return found
