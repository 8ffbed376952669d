"""What no format can print, found in a notebook before it is rendered: each by its section and cell."""

from typing import Any

from reportkit.errors import PublishingError
from reportkit.publishing.blocks import Words, blocks
from reportkit.text.markdown import skipped_level, unprintable


def refuse_unprintable(notebook: Any) -> None:
    """Raises PublishingError for markup that no format prints, and for a heading that skips a level."""
    words = [block for block in blocks(notebook) if isinstance(block, Words)]
    for block in words:
        for found in unprintable(block.text, block.flavour):
            line = "" if found.line is None else f", line {found.line}"
            raise PublishingError(found.said, where=f"{_place(block)}{line}")
    skipped = skipped_level((_place(block), block.text) for block in words if block.flavour == "notebook")
    if skipped is not None:
        raise PublishingError(skipped.said, where=skipped.where)


def _place(block: Words) -> str:
    slot = f", prose.{block.slot}" if block.slot else ""
    return f"section {block.section}, cell {block.cell}{slot}"
