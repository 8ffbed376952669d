"""What a workbook says beside its tables: words, the numbers of the words, dates, and that blanks are zero."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from pypinyin import lazy_pinyin

from reportkit.editions import Edition
from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.tables.labels import near, plain
from reportkit.inputs.tables.numerals import number_in, number_of, plain_width
from reportkit.inputs.workbook.marks import BLANK_TABLE, BLANKS_ARE_ZERO, FACT, FIELD, FIELDS, NO, SLOT, YES
from reportkit.messages.said import Said
from reportkit.model import Fact
from reportkit.text.dates import chinese_date, read_date

WORDS_HEADS = ("本年文字", "文字", "内容", "本年内容", "正文")
"""The head of the column of this year's words."""
_FACT_HEADS = {"名称": "name", "数值": "value", "单位": "unit", "来源": "source", "正文写法": "text"}
_FACT_PARTS = ("unit", "source", "text")
_SPLIT_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YES = frozenset((YES, "√", "✓", "✔", "☑", "■", "●", "有勾", "打勾", "是的", "y", "yes", "true"))
_NO = frozenset((NO, "×", "✗", "✘", "✕", "☒", "□", "☐", "○", "不是", "n", "no", "false", "/", "-", "—"))
_LONGEST_ID, _CUT_ID = 60, 51
"""Characters of an id; of a longer one what stands before the digest."""
_FACT_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LINE_END = re.compile(r"_x000D_\n?|\r\n?")


@dataclass
class Beside:
    """What was found, and what can't be read."""

    prose: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    fields: dict[str, date | str | bool] = field(default_factory=dict)
    blank_tables: list[str] = field(default_factory=list)
    left_blank: dict[str, str] = field(default_factory=dict)
    """What has a place of its own and nothing in it: `slot:proactive`, `fact:hotline`, with what it is called."""
    unsaid: dict[str, frozenset[str]] = field(default_factory=dict)
    """Fact id → which of its parts the file has no column for."""
    refusals: list[InputError] = field(default_factory=list)


def read_beside(edition: Edition, grid: Grid, file: str, found: Beside) -> None:
    """Adds what a sheet says beside tables to what was found."""
    _words(edition, grid, file, found)
    _facts(grid, file, found)
    _fields(grid, file, found)
    _blanks(edition, grid, file, found)


def _blanks(edition: Edition, grid: Grid, file: str, found: Beside) -> None:
    """The tables of which a sheet says that blanks are zero: in the cell right of those words."""
    names = {table.name for table in edition.tables}
    for spot, text in grid.texts:
        name = text.removeprefix(BLANK_TABLE)
        if not text.startswith(BLANK_TABLE) or name not in names:
            continue
        right = ((spot[0], column) for column in range(spot[1] + 1, grid.columns))
        said = [at for at in right if not (grid[at].is_blank or plain(grid[at].text).startswith(BLANKS_ARE_ZERO))]
        if not said:
            found.left_blank[f"blanks:{name}"] = BLANKS_ARE_ZERO
        elif (is_yes := yes_or_no(grid[said[0]])) is None:
            where = f"{file}, {grid.place(said[0])}"
            found.refusals.append(InputError("no_yes_or_no", where=where, text=grid[said[0]].text[:40]))
        elif is_yes:
            found.blank_tables.append(name)


def yes_or_no(cell: GridCell) -> bool | None:
    """Whether a box is ticked; None where what is in it is neither yes nor no."""
    text = unicodedata.normalize("NFKC", cell.text).strip().rstrip("。").casefold()
    return True if text in _YES else False if text in _NO else None


def _head(grid: Grid, names: tuple[str, ...]) -> Spot | None:
    """The first cell that is one of these heads."""
    return next((spot for spot, text in grid.texts if plain(text) in names), None)


def _words(edition: Edition, grid: Grid, file: str, found: Beside) -> None:
    """The words of each part: in the column of this year's words, else in the cell right of the part's name."""
    head, labels = _head(grid, WORDS_HEADS), {plain(slot.label): slot.id for slot in edition.slots.values()}
    names, marked = tuple(labels), any(text.startswith(SLOT) for _, text in grid.texts)
    pieces: dict[str, list[str]] = {}
    for spot, text in grid.texts:
        slot = text.removeprefix(SLOT) if text.startswith(SLOT) else None
        if slot is None and not marked and head is not None and spot[1] < head[1] and spot[0] > head[0]:
            name = near(plain(text.removesuffix("（续）")), names)
            slot = None if name is None else labels[name]
        if slot not in edition.slots or head is None:
            continue
        cell = grid[spot[0], head[1]]
        if (cell.is_altered or cell.aside) and cell.text.strip():
            where = f"{file}, {grid.place((spot[0], head[1]))}"
            found.refusals.append(InputError("words_altered", where=where, part=edition.slots[slot].label))
        said = _LINE_END.sub("\n", cell.text)
        if slot in pieces and slot in found.prose:
            continue
        pieces.setdefault(slot, []).append(said)
    for slot, parts in pieces.items():
        words = "".join(parts).strip()
        if not words:
            found.left_blank[f"slot:{slot}"] = edition.slots[slot].label
            continue
        if found.prose.setdefault(slot, words) != words:
            where = f"{file}, {grid.name}"
            found.refusals.append(InputError("words_differ", where=where, part=edition.slots[slot].label))


def _facts(grid: Grid, file: str, found: Beside) -> None:
    """The numbers of the words; a row without a value is none, and one that says how it is written is refused."""
    columns = _fact_columns(grid)
    if columns is None:
        return
    line, places = columns
    for row in range(line + 1, grid.rows):
        marks = [grid[row, column].text for column in range(places["name"])]
        mark = next((each.removeprefix(FACT) for each in marks if each.startswith(FACT)), "")
        mark = mark if _FACT_ID.fullmatch(mark) else ""
        name, cell = grid[row, places["name"]].text.strip(), grid[row, places["value"]]
        said = {part: grid[row, places[part]].text.strip() for part in _FACT_PARTS if part in places}
        label, where = name or mark, f"{file}, {grid.place((row, places['value']))}"
        if cell.is_blank and not said.get("text"):
            if label:
                found.left_blank[f"fact:{mark or fact_id_of(name)}"] = label
        elif cell.is_blank or not label:
            found.refusals.append(InputError("fact_in_part", where=where, fact=label or cell.text[:40]))
        elif (value := _fact_value(cell, said.get("unit", ""))) is None:
            found.refusals.append(InputError("fact_no_number", where=where, fact=label, text=cell.text[:40]))
        else:
            fact_id = mark or fact_id_of(name)
            found.unsaid[fact_id] = frozenset(_FACT_PARTS) - said.keys()
            fact = Fact(fact_id, value, said.get("unit", ""), said.get("source") or None, said.get("text") or None)
            if found.facts.setdefault(fact_id, fact) != fact:
                found.refusals.append(InputError("fact_twice_in_workbook", where=where, fact=label))


def _fact_columns(grid: Grid) -> tuple[int, Mapping[str, int]] | None:
    """The line of the heads of the numbers, and the column of each part; None where a sheet has no such heads."""
    for row in range(min(grid.rows, 20)):
        found: dict[str, int] = {}
        for column in range(grid.columns):
            text = plain(grid[row, column].text)
            if (part := next((_FACT_HEADS[each] for each in _FACT_HEADS if text.startswith(each)), None)) is not None:
                found.setdefault(part, column)
        if {"name", "value"} <= set(found):
            return row, found
    return None


def _fact_value(cell: GridCell, unit: str) -> int | Decimal | None:
    """A number that is shown as it is; None for any other, and for a formula without its result."""
    if cell.is_altered:
        return None
    is_text = isinstance(cell.value, str)
    number = number_in(plain_width(cell.text).strip()) if is_text else number_of(cell, (unit,))
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else number


def fact_id_of(name: str) -> str:
    """The id of a number that a clerk has named in Chinese: its pinyin; a long one is cut and ends in a digest."""
    words = re.findall(r"[a-z0-9]+", "_".join(lazy_pinyin(unicodedata.normalize("NFKC", name))).lower())
    text = "_".join(words)
    if len(text) > _LONGEST_ID:
        text = f"{text[:_CUT_ID]}_{sha256(name.encode()).hexdigest()[:8]}"
    return text if text[:1].isalpha() else f"n_{text}".rstrip("_")


def _fields(grid: Grid, file: str, found: Beside) -> None:
    """Dates, the index number, and whether nothing was received: in the cell right of what they are called."""
    labels, seen = {plain(label): name for name, label in FIELDS.items()}, set[Spot]()
    for spot, text in grid.texts:
        name = text.removeprefix(FIELD) if text.startswith(FIELD) else None
        at = (spot[0], spot[1] + 1)
        if name is None:
            name = labels.get(plain(text))
        else:
            at = (spot[0], spot[1] + 2)
        if name not in FIELDS or at in seen:
            continue
        seen.add(at)
        if grid[at].is_blank:
            if text.startswith(FIELD):
                found.left_blank[f"field:{name}"] = FIELDS[name]
            continue
        value = _field(name, grid[at])
        if isinstance(value, Said):
            found.refusals.append(InputError(value, where=f"{file}, {grid.place(at)}"))
        elif found.fields.setdefault(name, value) != value:
            where = f"{file}, {grid.place(at)}"
            found.refusals.append(InputError("words_differ", where=where, part=FIELDS[name]))


def _field(name: str, cell: GridCell) -> date | str | bool | Said:
    text = unicodedata.normalize("NFKC", cell.text).strip()
    if name == "none_received":
        is_yes = yes_or_no(cell)
        return Said("no_yes_or_no", text=text[:40]) if is_yes is None else is_yes
    if not name.endswith("_on"):
        return cell.text.strip()
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if match := _SPLIT_DATE.fullmatch(text):
        text = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    chinese = chinese_date(text)
    if chinese is not None:
        return chinese
    try:
        return read_date(text, "")
    except InputError as error:
        return error.said
