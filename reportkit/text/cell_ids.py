"""Ids for the cells of notebooks that have none: made from what a cell holds, so that they are the same each time."""

import json
from collections.abc import Mapping, MutableMapping
from hashlib import sha256
from typing import Any

from reportkit.text.json_text import read_json

_LENGTH = 12
_LONGEST = 64
"""Characters of an id, as nbformat has it."""


def give_ids(notebook: MutableMapping[str, Any]) -> bool:
    """Gives every cell an id of its own where it has none, or one that another cell has; returns whether any was given.

    Cells have ids from nbformat 4.5 on, which the notebook says it is then. Jupyter's own tools give random ones.
    """
    taken: set[str] = set()
    given = False
    for cell in notebook["cells"]:
        found = cell.get("id")
        if not isinstance(found, str) or not found or found in taken:
            cell["id"] = _new_id(cell, taken)
            given = True
        taken.add(cell["id"])
    if given and notebook.get("nbformat") == 4:
        notebook["nbformat_minor"] = max(5, int(notebook.get("nbformat_minor", 0)))
    return given


def with_ids(notebook: bytes) -> bytes:
    """A notebook's file with an id in every cell; the same bytes where each has one.

    What is no notebook is left as it is: whoever reads it says why it can't be.
    """
    try:
        node = read_json(notebook)
        return json.dumps(node, ensure_ascii=False).encode() if give_ids(node) else notebook
    except (ValueError, LookupError, TypeError, AttributeError):
        return notebook


def shortened(found: str) -> str:
    """An id as long as one may be; of a longer one its beginning, and what it is by which no other is the same."""
    if len(found) <= _LONGEST:
        return found
    return f"{found[: _LONGEST - _LENGTH - 1]}-{sha256(found.encode()).hexdigest()[:_LENGTH]}"


def _new_id(cell: Mapping[str, Any], taken: set[str]) -> str:
    """From the cell's kind and source; where the same cell is there before, with its number."""
    digest = sha256(f"{cell.get('cell_type')}\0{''.join(cell.get('source', ''))}".encode()).hexdigest()[:_LENGTH]
    number, found = 1, digest
    while found in taken:
        number += 1
        found = f"{digest}-{number}"
    return found
