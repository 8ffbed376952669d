"""Words that a cell shows: as Markdown for the build, and as the published page has them for whoever looks."""

from collections.abc import Mapping
from typing import Any

from IPython.display import display

from reportkit.errors import NotebookError
from reportkit.notebook.cells import words_html
from reportkit.notebook.named import is_watched
from reportkit.text.markdown import unprintable

_BOUND = "\ue000"
"""A private character that no font has, put around what replaced a name for a moment."""


def show_output(data: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Shows an output: what it is by media type, and what it is about for the build."""
    display(dict(data), metadata={"reportkit": dict(about)}, raw=True)


def show_markdown(text: str, about: dict[str, Any]) -> None:
    """Shows Markdown; `about` says what it is, and which of its places were computed. Raises NotebookError."""
    _refuse_unprintable(text, about)
    data = {"text/markdown": text, "text/plain": text}
    if is_watched():  # somebody is looking at the cell; a build takes the Markdown
        data["text/html"] = words_html(text)
    show_output(data, about)


def _refuse_unprintable(text: str, about: Mapping[str, Any]) -> None:
    """Raises NotebookError for markup that no format prints, names in braces within code among it."""
    marked = text
    for start, end in sorted(about["computed"], reverse=True):
        marked = f"{marked[:start]}{_BOUND}{marked[start:end]}{_BOUND}{marked[end:]}"
    for found in unprintable(marked, "prose"):
        where = f'prose("{about["slot"]}")' if "slot" in about else "say()"
        raise NotebookError(found.said, where=where)
