"""How the cells of an OpenDocument sheet are shown: struck out, raised, white, hidden, as another number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.workbook.bounds import MOST_CELLS
from reportkit.inputs.workbook.marks import COMMENTS_BY
from reportkit.inputs.workbook.pieces import Piece, told_apart

_SPACES = {
    short: f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for short, name in {
        "fo": "xsl-fo-compatible", "number": "datastyle", "office": "office", "style": "style", "table": "table",
        "text": "text",
    }.items()
} | {"dc": "{http://purl.org/dc/elements/1.1/}"}  # fmt: skip
_CONDITION = re.compile(r"value\(\)\s*(?P<sign>>=|<=|!=|[<>=])\s*(?P<bound>-?\d+(?:\.\d+)?)")
_UNKNOWN = "[<0]"
"""A format of which nothing is known: no number in it is taken as it is."""
_PLAIN = "General"
_DEEPEST = 20
"""Styles that each begin as another one."""


def _name(short: str) -> str:
    """`table:name` as the parser calls it."""
    space, _, name = short.partition(":")
    return f"{_SPACES[space]}{name}"


@dataclass
class _Styles:
    """The styles of a file by name, of those of cells and of words, and those of numbers."""

    by_name: dict[tuple[str, str], Any] = field(default_factory=dict)
    of_numbers: dict[str, Any] = field(default_factory=dict)
    known: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def add(self, root: Any) -> None:
        """Adds the styles of a part of the file."""
        for each in root.iter(_name("style:style")):
            self.by_name[each.get(_name("style:family"), ""), each.get(_name("style:name"), "")] = each
        for above in (*root.iter(_name("office:automatic-styles")), *root.iter(_name("office:styles"))):
            for each in above:
                if isinstance(each.tag, str) and each.tag.startswith(_SPACES["number"]):
                    self.of_numbers[each.get(_name("style:name"), "")] = each

    def of(self, family: str, name: str) -> Mapping[str, str]:
        """What a style says, with what it has of those that it begins as: properties by their short names."""
        if (family, name) not in self.known:
            found: dict[str, str] = {}
            above = name
            for _ in range(_DEEPEST):
                style = self.by_name.get((family, above))
                if style is None:
                    break
                for each in (style, *style):
                    for key, value in each.items():
                        found.setdefault(key.rpartition("}")[2], value)
                above = style.get(_name("style:parent-style-name"), "")
            self.known[family, name] = found
        return self.known[family, name]

    def format_for(self, name: str, value: Decimal) -> str:
        """The format that a number style has for a value, as other spreadsheets write it."""
        for _ in range(_DEEPEST):
            style = self.of_numbers.get(name)
            if style is None:
                return _PLAIN
            maps = [each for each in style if each.tag == _name("style:map")]
            chosen = next((each for each in maps if _holds(each.get(_name("style:condition"), ""), value)), None)
            if chosen is None:
                return "".join(_pieces_of_format(style))
            name = chosen.get(_name("style:apply-style-name"), "")
        return _UNKNOWN


def _holds(condition: str, value: Decimal) -> bool:
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return False
    bound = Decimal(match["bound"])
    return {
        ">=": value >= bound, "<=": value <= bound, "!=": value != bound, ">": value > bound, "<": value < bound,
        "=": value == bound,
    }[match["sign"]]  # fmt: skip


def _pieces_of_format(style: Any) -> Iterator[str]:
    is_of_numbers = style.tag in (_name("number:number-style"), _name("number:currency-style"))
    if not is_of_numbers and style.tag not in (_name("number:text-style"), _name("number:percentage-style")):
        yield _UNKNOWN
    for each in style:
        if each.tag == _name("number:number"):
            places = each.get(_name("number:decimal-places"))
            yield _PLAIN if places is None else "0." + "0" * min(int(places or 0), 20) if int(places or 0) else "0"
            factor = each.get(_name("number:display-factor"), "1")
            yield "" if factor in ("", "1") else ","
        elif each.tag in (_name("number:text"), _name("number:currency-symbol")):
            text = each.text or ""
            yield text if not text.strip("-() ") else f'"{text}"'
        elif each.tag == _name("number:text-content"):
            yield "@"
        elif each.tag not in (_name("style:text-properties"), _name("style:map")):
            yield _UNKNOWN


def _is_altered(said: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a style strikes out, or hides in white; and whether it raises or lowers."""
    lines = (said.get(f"text-line-through-{each}", "none") for each in ("style", "type"))
    is_struck = any(each != "none" for each in lines)
    is_unseen = said.get("color", "").lower() == "#ffffff" or said.get("display") == "none"
    position = said.get("text-position", "0%").split()[0]
    return is_struck or is_unseen, position not in ("0%", "baseline")


def with_formats(grids: Sequence[Grid], content: bytes, styles_part: bytes) -> tuple[Grid, ...]:
    """The sheets of a file with what its content says of how they are shown.

    `content` and `styles_part` are its parts content.xml and styles.xml, which are known to be within bounds.
    Raises ValueError where they aren't what a spreadsheet writes.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    styles = _Styles()
    try:
        root = etree.fromstring(content, parser)
        for part in (etree.fromstring(styles_part, parser) if styles_part else None, root):
            if part is not None:
                styles.add(part)
    except etree.XMLSyntaxError as error:
        raise ValueError from error
    tables = {each.get(_name("table:name")): each for each in root.iter(_name("table:table"))}
    return tuple(_Sheet(styles, grid).read(tables[grid.name]) if grid.name in tables else grid for grid in grids)


@dataclass
class _Sheet:
    """A sheet being gone through: what is hidden of it, and its cells as they are shown."""

    styles: _Styles
    grid: Grid
    columns: list[tuple[int, str]] = field(default_factory=list)
    """Up to which column a style of cells counts, and its name."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cells: dict[Spot, GridCell] = field(default_factory=dict)
    merged: dict[Spot, Spot] = field(default_factory=dict)
    spanned: int = 0
    """Cells of merged areas."""

    def read(self, table: Any) -> Grid:
        end = 0
        for each in table.iter(_name("table:table-column")):
            first, end = end, end + _times(each, "columns")
            if first >= self.grid.columns:
                break
            self.columns.append((end, each.get(_name("table:default-cell-style-name"), "")))
            if _is_unseen(each) or self._has_no(each, "table-column", "column-width"):
                self.hidden_columns |= {*range(first, min(end, self.grid.columns))}
        self.cells, row = dict(self.grid.cells), 0
        for each in table.iter(_name("table:table-row")):
            rows = range(row, min(row + _times(each, "rows"), self.grid.rows))
            row += _times(each, "rows")
            if _is_unseen(each) or self._has_no(each, "table-row", "row-height"):
                self.hidden_rows |= {*rows}
            self._read_row(each, rows)
        said = self.styles.of("table", table.get(_name("table:style-name"), ""))
        is_hidden = self.grid.is_hidden or said.get("display") == "false"
        hidden = frozenset(self.hidden_rows), frozenset(self.hidden_columns)
        merged = {**self.merged, **self.grid.merged}
        return Grid(self.grid.name, self.cells, merged, self.grid.is_turned, *hidden, is_hidden)

    def _has_no(self, node: Any, family: str, size: str) -> bool:
        """Whether a row or a column is given no height or width."""
        said = self.styles.of(family, node.get(_name("table:style-name"), "")).get(size, "")
        return re.fullmatch(r"0(?:\.0*)?[a-z]*", said) is not None

    def _read_row(self, row: Any, rows: range) -> None:
        column, of_row = 0, row.get(_name("table:default-cell-style-name"), "")
        for node in row:
            if node.tag not in (_name("table:table-cell"), _name("table:covered-table-cell")):
                continue
            first, column = column, column + _times(node, "columns")
            if len(node) == 0 and node.get(_name("office:value-type")) is None:
                continue
            for at in range(first, min(column, self.grid.columns)):
                style = node.get(_name("table:style-name"), "") or of_row or self._of_column(at)
                for line in rows:
                    self._read_cell(node, (line, at), style)

    def _of_column(self, column: int) -> str:
        return next((name for end, name in self.columns if column < end), "")

    def _read_cell(self, node: Any, spot: Spot, style: str) -> None:
        down, right = (int(node.get(_name(f"table:number-{each}-spanned"), "1") or 1) for each in ("rows", "columns"))
        if down > 1 or right > 1:
            last = min(spot[0] + down, self.grid.rows), min(spot[1] + right, self.grid.columns)
            self.spanned += (size := (last[0] - spot[0]) * (last[1] - spot[1]))
            if self.spanned > MOST_CELLS:
                raise ValueError("merged areas over each other")
            if size > 1:
                self.merged[spot] = last[0] - 1, last[1] - 1
        cell = self.cells.get(spot)
        if cell is None:
            return
        said = self.styles.of("table-cell", style)
        is_struck, is_raised = _is_altered(said)
        is_formula = node.get(_name("table:formula")) is not None
        cell = replace(cell, is_formula=is_formula, is_altered=is_struck or is_raised, comment=_comment(node))
        if isinstance(cell.value, str) and next(node.iter(_name("text:span")), None) is not None:
            seen, aside, is_unsure = told_apart(self._pieces(node))
            cell = replace(cell, value=seen, aside=aside, is_altered=cell.is_altered or is_unsure)
        elif (number := _number(node)) is not None:
            is_raised_within = any(any(_is_altered(self._of_words(each))) for each in node.iter(_name("text:span")))
            shown = self.styles.format_for(said.get("data-style-name", ""), number)
            cell = replace(cell, format=shown, is_altered=cell.is_altered or is_raised_within)
        self.cells[spot] = cell

    def _of_words(self, span: Any) -> Mapping[str, str]:
        return self.styles.of("text", span.get(_name("text:style-name"), ""))

    def _pieces(self, node: Any) -> list[Piece]:
        """The words of a cell, each with whether it is struck out and raised."""
        found: list[Piece] = []

        def walk(inside: Any, is_struck: bool, is_raised: bool) -> None:
            found.append((inside.text or "", is_struck, is_raised))
            for each in inside:
                one, other = _is_altered(self._of_words(each)) if each.tag == _name("text:span") else (False, False)
                if each.tag == _name("text:s"):
                    found.append((" " * min(_times(each, ""), 99), is_struck, is_raised))
                walk(each, is_struck or one, is_raised or other)
                found.append((each.tail or "", is_struck, is_raised))

        for number, line in enumerate(each for each in node if each.tag == _name("text:p")):
            found += [("\n", False, False)] if number else []
            walk(line, False, False)
        return found


def _comment(node: Any) -> str:
    """What somebody says of a cell beside it; not what went out with the workbook."""
    notes = (
        each for each in node.iter(_name("office:annotation")) if each.findtext(_name("dc:creator")) != COMMENTS_BY
    )
    return "\n".join("".join(line.itertext()) for note in notes for line in note.iter(_name("text:p"))).strip()


def _times(node: Any, what: str) -> int:
    said = node.get(_name(f"table:number-{what}-repeated" if what else "text:c"), "1")
    return int(said[:9]) if said.isdecimal() else 1


def _is_unseen(node: Any) -> bool:
    return node.get(_name("table:visibility"), "visible") in ("collapse", "filter")


def _number(node: Any) -> Decimal | None:
    try:
        return Decimal(node.get(_name("office:value"), ""))
    except InvalidOperation:
        return None
