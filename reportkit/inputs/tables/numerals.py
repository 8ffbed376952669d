"""A cell's content → a figure and the note beside it; what isn't surely a number is refused, never guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import normalize

from reportkit.editions.tables import CellSpec
from reportkit.inputs.tables.grid import GridCell
from reportkit.model import Value

NOTHING = frozenset(
    (
        *("", "/", "\\", "-", "--", "---", "—", "——", "–", "−", "N/A", "n/a"),
        *("无", "不适用", "暂无", "空", "(缺)"),
    )
)
"""What people write into a cell that has no figure: it is missing, and never 0."""
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:[ \u00a0][0-9]{3}){2,})(?:\.[0-9]+)?")
"""With commas between thousands, or spaces; one space alone may stand between two numbers."""
_NOTED = re.compile(r"(?P<number>[^(]*?)\s*(?P<note>\(\s*(?:其中|含|包括|均为|全部为|都是)[^()]*\))")
_TAKES_BACK = re.compile(r"更正|实为|应|改为|原为|误|不是|不计|不含|重复|漏|未|减|扣|剔|除|元|[百千万亿]")
"""What in a note says that the number isn't what is meant."""
_MARKED = re.compile(r"(?P<number>[0-9,.]+)\s*(?P<note>[①-⑳¹²³⁴-⁹*※]+)")
"""A mark of a footnote behind a number; it is no digit of it."""
_UNIT = re.compile(r"(?P<number>[+\-0-9,.]+|零)\s*(?P<unit>[^\s0-9零]+)")
_UNITS = {"件": ("件", "件次", "宗", "起", "条", "项", "份", "个"), "万元": ("万元",)}
_MOST_DIGITS = 15
"""That a spreadsheet keeps of a number; of a longer one the last are not those that were typed."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width letters and digits; ① and ² are no digits of a number."""
_BESIDE_FORMAT = re.compile(r"\[[^\]]*\]|_.|\*.")
_CONDITION = re.compile(r"\[[<>=]")
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)')
_DIGITS = re.compile(r"General|@|[#0?]*(?:,[#0?]+)*(?:\.[#0?]+)?", re.I)
_FEWEST_COLUMNS = 3
"""Numbers on a line that may number the columns."""
OF_COLUMN = re.compile(r"[(\[]?(?P<number>\d{1,2})[)\]]?(?:\s*=[\d+()\[\]\s]+)?")
"""A column's number, and of which others it is the sum: 5=1+2+3+4."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a cell says: a figure with what stood beside it; None where it is blank. `refused` where it is neither."""

    value: Value
    note: str = ""
    refused: bool = False


_REFUSED = Numeral(None, refused=True)


def numeral(cell: GridCell, spec: CellSpec) -> Numeral:
    """The figure of a cell of a statutory table."""
    if cell.value is None:
        return Numeral(None)
    text = plain_width(cell.text).strip()
    if cell.is_altered and text:
        return _REFUSED
    units = _UNITS.get(spec.unit, (spec.unit,))
    if isinstance(cell.value, str):
        found = _of_text(text, spec, units)
        return Numeral(found.value, found.note + cell.aside) if cell.aside and found.value is not None else found
    number = number_of(cell, units)
    return _REFUSED if number is None else _fitting(number, spec)


def number_of(cell: GridCell, units: tuple[str, ...]) -> Decimal | None:
    """The number that a cell holds; None where it is shown as something else than it is: 3.5 for 35000, 98%, a date."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(f"{value:.15g}") if is_shown_plainly(cell.format, units, value) else None


def is_shown_plainly(number_format: str, units: tuple[str, ...], value: float | Decimal) -> bool:
    """Whether a format shows a number itself, with nothing but one of the units beside it; for 0 a dash will do."""
    if _CONDITION.search(number_format):
        return False
    sections = number_format.split(";")
    chosen = sections[min(len(sections) - 1, 0 if value > 0 else 1 if value < 0 else 2 if len(sections) > 2 else 0)]
    unpadded = _BESIDE_FORMAT.sub("", chosen).replace("\\-", "-")
    shown = unpadded.strip("()- ")
    literals = "".join(match[1] or match[2] or "" for match in _LITERAL.finditer(shown)).strip()
    digits = _LITERAL.sub("", shown).strip()
    is_dash = literals == "-" or (not shown and "-" in chosen)
    if value == 0 and is_dash and digits.strip("?") == "":
        return True
    if not digits or (value > 0 and "-" in unpadded):
        return False
    return (not literals or literals in units) and _DIGITS.fullmatch(digits) is not None


def is_like_a_number(text: str) -> bool:
    """Whether a text is surely one number."""
    return number_in(plain_width(text)) is not None


def is_a_count(text: str) -> bool:
    """Whether a text is a number, be it with a unit behind it."""
    match = _UNIT.fullmatch(plain_width(text).removesuffix("。"))
    return is_like_a_number(
        match["number"] if match and any(match["unit"] in each for each in _UNITS.values()) else text
    )


def number_in(text: str) -> Decimal | None:
    """The number that a text of plain width is; None where it is anything else."""
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"[,\s]", "", text))
    return Decimal(0) if text == "零" else None


def plain_width(text: str) -> str:
    """A text with full-width letters, digits and signs made plain."""
    return text.translate(_WIDE).strip("\u200b\ufeff'")


def _of_text(plain: str, spec: CellSpec, units: tuple[str, ...]) -> Numeral:
    if plain in NOTHING:
        return Numeral(None)
    note = ""
    if match := _NOTED.fullmatch(plain):
        plain, note = match["number"], match["note"]
        if _TAKES_BACK.search(note):
            return _REFUSED
    if match := _MARKED.fullmatch(plain):
        plain, note = match["number"], match["note"]
    plain = plain.removesuffix("。")
    if (match := _UNIT.fullmatch(plain)) and match["unit"] in units:
        plain = match["number"]
    number = number_in(plain)
    if number is None:
        return _REFUSED
    found = _fitting(number, spec)
    return found if found.refused else Numeral(found.value, note)


def _fitting(number: Decimal, spec: CellSpec) -> Numeral:
    """A number that the cell may hold; a count has no fraction, none but a change is below 0."""
    if not number.is_finite() or (number < 0 and spec.kind != "change") or number.adjusted() >= _MOST_DIGITS:
        return _REFUSED
    if number == number.to_integral_value():
        return Numeral(int(number))
    return Numeral(number) if spec.kind == "amount" else _REFUSED


def is_of_marks(line: Sequence[str]) -> bool:
    """Whether the texts of a line number the columns, or are their hidden ids."""
    texts = [text for text in line if text]
    numbers = [match["number"] for text in texts if (match := OF_COLUMN.fullmatch(normalize("NFKC", text)))]
    if len(texts) > _FEWEST_COLUMNS and len(numbers) == len(texts):
        return numbers == [str(int(numbers[0]) + number) for number in range(len(texts))]
    return bool(texts) and all(text[:1] in "./" and len(text) > 1 for text in texts)
