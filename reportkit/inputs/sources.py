"""Where a submission's figures came from, as params/<year>/<department>.sources.json keeps it: no build reads it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reportkit.errors import InputError

Kind = Literal["workbook", "published"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was read: the `file` that was handed in and its sha256, the sheet and cell, what stood there.

    `note` is what stood in the cell beside the number.
    """

    kind: Kind
    file: str
    digest: str
    sheet: str
    cell: str
    text: str = ""
    note: str = ""

    def __str__(self) -> str:
        return f"{self.file}, {self.sheet}!{self.cell}"


def sources_path(year: int, department: str) -> str:
    return f"params/{year}/{department}.sources.json"


def sources_text(sources: Mapping[str, Source]) -> str:
    """The file's text: sources by cell id, in the order that they are given."""
    told = {cell: {name: value for name, value in asdict(each).items() if value} for cell, each in sources.items()}
    return json.dumps({"version": 1, "figures": told}, ensure_ascii=False, indent=1) + "\n"


def read_sources(content: bytes, name: str) -> dict[str, Source]:
    """Sources by cell id. Raises InputError where the file isn't one of sources."""
    try:
        data: Any = json.loads(content)
        return {str(cell): Source(**each) for cell, each in data["figures"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError("sources_broken", where=name) from error
