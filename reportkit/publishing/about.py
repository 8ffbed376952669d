"""What a notebook says about the document it becomes: title, body, draft or not; with defaults for any notebook."""

from collections.abc import Mapping
from typing import Any

from reportkit.text import printable

LANGUAGE = "zh-CN"


def about_of(notebook: Any, resources: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document's metadata: from `metadata.reportkit` of an assembled report, else from the notebook's name."""
    given = dict(notebook.metadata.get("reportkit", {}).get("about", {}))
    name = (resources or {}).get("metadata", {}).get("name") or "notebook"
    about = {
        "title": name,
        "title_lines": [given.get("title") or name],
        "name": "",
        "language": LANGUAGE,
        "draft": False,
        "missing": 0,
        "published_on": None,
        "issued_on": None,
        "index_number": None,
        "site": {},
        **given,
    }
    return {key: printable(value) if isinstance(value, str) else value for key, value in about.items()}
