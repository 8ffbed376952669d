"""A cell's content → a figure and the note beside it; what isn't surely a number is refused, never guessed."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from reportkit.editions.tables import CellSpec
from reportkit.inputs.workbook.grid import GridCell
from reportkit.model import Value

_NOTHING = frozenset(("", "/", "\\", "-", "--", "---", "—", "——", "–", "−", "无", "不适用", "暂无", "空", "N/A", "n/a"))
"""What people write into a cell that has no figure: it is missing, and never 0."""
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_NOTED = re.compile(r"(?P<number>[^（(]*?)\s*(?P<note>[（(].*[)）])")
_UNIT = re.compile(r"(?P<number>[+\-\d,.]+)\s*(?P<unit>\D+)")
_UNITS = {"件": ("件", "宗", "起", "条", "项", "份", "个"), "万元": ("万元",)}
_MOST_DIGITS = 15
"""That a spreadsheet keeps of a number; of a longer one the last are not those that were typed."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a cell says: a figure with what stood beside it; None where it is blank. `refused` where it is neither."""

    value: Value
    note: str = ""
    refused: bool = False


_REFUSED = Numeral(None, refused=True)


def numeral(cell: GridCell, spec: CellSpec) -> Numeral:
    """The figure of a cell of a statutory table."""
    value = cell.value
    if value is None:
        return Numeral(None)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return _REFUSED  # a date was a number once, perhaps
    if isinstance(value, str):
        return _of_text(value, spec)
    number = value if isinstance(value, int | Decimal) else Decimal(repr(value))
    return _fitting(Decimal(number), spec)


def _of_text(text: str, spec: CellSpec) -> Numeral:
    plain = unicodedata.normalize("NFKC", text).replace("，", ",").strip(" \u3000\t\r\n'\u200b\ufeff")
    if plain in _NOTHING:
        return Numeral(None)
    note = ""
    if match := _NOTED.fullmatch(plain):
        plain, note = (
            match["number"].strip(),
            unicodedata.normalize("NFKC", text).strip()[len(match["number"]) :].strip(),
        )
    if (match := _UNIT.fullmatch(plain)) and match["unit"].strip() in _UNITS.get(spec.unit, (spec.unit,)):
        plain = match["number"]
    if not (_PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        return _REFUSED
    found = _fitting(Decimal(plain.replace(",", "")), spec)
    return found if found.refused else Numeral(found.value, note)


def _fitting(number: Decimal, spec: CellSpec) -> Numeral:
    """A number that the cell may hold; a count has no fraction, none but a change is below 0."""
    if not number.is_finite() or (number < 0 and spec.kind != "change") or number.adjusted() >= _MOST_DIGITS:
        return _REFUSED
    if number == number.to_integral_value():
        return Numeral(int(number))
    return Numeral(number) if spec.kind == "amount" else _REFUSED
