"""A Word file read back, without what wrote it: its statutory tables as grids, merges unfolded; its parts."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from reportkit.errors import PublishingError
from reportkit.formats import FORMATS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WHERE = FORMATS["docx"].file
Place = tuple[int, int]


Grid = dict[Place, tuple[str, int, int]]
"""The cells of a table by the grid place of their upper left corner: text, rows and columns spanned."""


def word_parts(docx: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name. Raises PublishingError where it can't be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            if (broken := archive.testzip()) is not None:
                raise zipfile.BadZipFile(broken)
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise PublishingError("docx_not_whole", where=WHERE) from error


def parsed(parts: Mapping[str, bytes], name: str) -> Any:
    """The root of an XML part. Raises PublishingError for one that isn't there, isn't XML or has a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(parts[name], parser)
    except KeyError as error:
        raise PublishingError("docx_lacks", where=WHERE, name=name) from error
    except etree.XMLSyntaxError as error:
        raise PublishingError("docx_not_xml", where=WHERE, name=name, error=error) from error
    if root.getroottree().docinfo.doctype:
        raise PublishingError("docx_doctype", where=WHERE, name=name)
    return root


def grids_of(document: Any) -> Iterator[tuple[str, Grid]]:
    """The tables with a caption in a document's XML."""
    for table in document.iter(f"{W}tbl"):
        caption = table.find(f"{W}tblPr/{W}tblCaption")
        if caption is not None:
            yield caption.get(f"{W}val"), _grid(table)


def _grid(table: Any) -> Grid:
    """Cells by their places. Raises PublishingError where a row doesn't fill the grid, or goes on what never began."""
    width = len(table.findall(f"{W}tblGrid/{W}gridCol"))
    grid: Grid = {}
    open_above: dict[int, Place] = {}
    for row, line in enumerate(table.findall(f"{W}tr")):
        column = 0
        for cell in line.findall(f"{W}tc"):
            columns = int(_value(cell, "gridSpan") or 1)
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            if goes_on:
                start = open_above.get(column)
                above = grid.get(start) if start is not None else None
                if start is None or above is None or above[2] != columns or text_of(cell):
                    raise PublishingError("docx_merge", where=f"{WHERE}, row {row + 1}")
                grid[start] = above[0], above[1] + 1, columns
            else:
                grid[row, column] = text_of(cell), 1, columns
                open_above.pop(column, None)
                if merge is not None:
                    open_above[column] = row, column
            column += columns
        if column != width:
            raise PublishingError("docx_row_columns", where=f"{WHERE}, row {row + 1}", columns=column, width=width)
    return grid


def _value(cell: Any, name: str) -> str | None:
    found = cell.find(f"{W}tcPr/{W}{name}")
    return None if found is None else found.get(f"{W}val")


def text_of(element: Any) -> str:
    """The text of an element, line breaks as line ends."""
    return "".join("\n" if each.tag == f"{W}br" else each.text or "" for each in element.iter(f"{W}t", f"{W}br"))
