"""The layout of a PDF's pages read back: no text outside the text block, none over another, none across a line."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import combining

from reportkit.errors import PublishingError
from reportkit.formats import FORMATS
from reportkit.publishing.blocks import Chart, StatutoryTable, Words, blocks
from reportkit.publishing.pdftext import Character, Line, Page
from reportkit.publishing.svg import drawn_words
from reportkit.text.markdown import parse, plain

_MM = 72 / 25.4
LEFT, RIGHT = 28 * _MM, (210 - 26) * _MM
BOTTOM, TOP = 35 * _MM, (297 - 37) * _MM
"""The text block of GB/T 9704 on A4, as `report.typ` sets it."""
_HANGING_PT = 7.0
"""How far ink may reach out of it: Typst lets a full stop at a line's end hang, and a fifth of a long dash."""
_COVERED = 0.3
"""Of the smaller of two characters' boxes; neighbours' ink overlaps less: 「//」 in italics a quarter."""
_LONGEST_LIGATURE = 3
_LEAST_ADVANCE = 0.7
"""Of a letter's width: how far behind it the next one of a word begins at least."""
_ACROSS_PT = 0.6
_APART_PT = 2.0
_SAME_PT = 2.0
_IN_MARGINS = frozenset("—-0123456789草稿尚未签发，不得公布")
"""What headers and footers are of: the page's number, the draft's note."""
_AROUND = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """Text that is printed, without white space, and where it comes from."""

    text: str
    where: str


def placed_texts(notebook: Any) -> list[Placed]:
    """All that an assembled notebook prints, each with its place: a part of a submission, a cell, a chart, a figure."""
    found: list[Placed] = []
    for block in blocks(notebook):
        cell = f"section {block.section}, cell {block.cell}"
        match block:
            case Words():
                where = f"part '{block.slot}', {cell}" if block.slot else cell
                found += [Placed(each, where) for each in _words(parse(block.text, block.flavour))]
            case Chart():
                name = f"图{block.number}, {cell}"
                found += [Placed(_bare(each), name) for each in (block.caption, *drawn_words(block.svg))]
            case StatutoryTable():
                cells = (each for row in block.table.rows for each in row)
                found += [Placed(_bare(each.text), f"{block.table.caption}, {each.id or each.text}") for each in cells]
    return found


def _words(tokens: Sequence[Any]) -> Iterator[str]:
    """The text of each paragraph, heading, item and table cell."""
    for token in tokens:
        children = token.get("children", ())
        if token["type"] in ("list", "list_item", "table", "table_head", "table_body", "table_row", "block_quote"):
            yield from _words(children)
        else:
            yield _bare(token.get("raw", "") if not children else plain(children))


def _bare(text: str) -> str:
    return "".join(text.split())


def verify_layout(pages: Sequence[Page], texts: Sequence[Placed]) -> None:
    """Raises PublishingError naming the cell or part where text of a page can't be read as it is set.

    That is where it is outside the text block, over other text, or across a line of the table that it is in. `texts`
    are all that are printed; without them the page is named alone.
    """
    for number, page in enumerate(pages, 1):
        for fault, place in _faults(page):
            raise PublishingError(
                "pdf_layout",
                where=_where(page.characters, place, texts) or FORMATS["pdf"].file,
                number=number,
                fault=fault,
                words=_around(page.characters, place, 3),
            )


def _faults(page: Page) -> Iterator[tuple[str, int]]:
    """What is wrong with a page, and with which of its characters."""
    for place, each in enumerate(page.characters):
        beside = each.left < LEFT - _HANGING_PT or each.right > RIGHT + _HANGING_PT
        above = each.bottom < BOTTOM - _HANGING_PT or each.top > TOP + _HANGING_PT
        if beside or (above and each.text not in _IN_MARGINS):
            yield "text is outside the text block", place
    squares = _squares(page.characters)
    yield from (("text is set over other text", place) for place in _covering(page.characters, squares))
    yield from (("text runs across a line of its table", place) for place in _across(page, squares))


Squares = dict[tuple[int, int], list[int]]
"""The characters of a page by each square of the paper that they touch."""
_SIDE_PT = 12


def _squares(characters: Sequence[Character]) -> Squares:
    found: Squares = defaultdict(list)
    for place, (_, _, _, left, bottom, right, top) in enumerate(characters):
        rows = range(int(bottom // _SIDE_PT), int(top // _SIDE_PT) + 1)
        for column in range(int(left // _SIDE_PT), int(right // _SIDE_PT) + 1):
            for row in rows:
                found[column, row].append(place)
    return found


def _touched(left: float, bottom: float, right: float, top: float) -> Iterator[tuple[int, int]]:
    columns = range(int(left // _SIDE_PT), int(right // _SIDE_PT) + 1)
    rows = range(int(bottom // _SIDE_PT), int(top // _SIDE_PT) + 1)
    return ((column, row) for column in columns for row in rows)


def _covering(characters: Sequence[Character], squares: Squares) -> Iterator[int]:
    """The characters that cover another one before them; not those of one glyph, as `fl`, nor marks on letters."""
    for places in squares.values():
        for number, later in enumerate(places):
            above = characters[later]
            if combining(above.text):
                continue
            for earlier in places[:number]:
                below = characters[earlier]
                if not (later - earlier < _LONGEST_LIGATURE and _is_set_on(below, above)) and _covers(above, below):
                    yield later
                    break


def _is_set_on(one: Character, following: Character) -> bool:
    """Whether a character follows another one in the same word: in one glyph with it, or drawn near to it, as `Ty`."""
    on = following.x - one.x
    return abs(one.baseline - following.baseline) < 1 and (on == 0 or on > _LEAST_ADVANCE * (one.right - one.left))


def _covers(one: Character, other: Character) -> bool:
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.top, other.top) - max(one.bottom, other.bottom)
    if wide <= 0 or high <= 0:
        return False
    areas = ((each.right - each.left) * (each.top - each.bottom) for each in (one, other))
    return wide * high > _COVERED * min(areas)


def _across(page: Page, squares: Squares) -> Iterator[int]:
    """The characters through which a line of a ruled table runs, or that go on beyond it; not words struck out."""
    ruled = [line for line in page.lines if any(_is_of(grid.xs, grid.ys, *line) for grid in page.grids)]
    characters = page.characters
    for line in ruled:
        near = {place for square in _touched(*line) for place in squares.get(square, ())}
        for place in sorted(near):
            following = characters[place + 1] if place + 1 < len(characters) else None
            if _cuts(characters[place], line) or (following is not None and _parts(characters[place], following, line)):
                yield place


def _cuts(each: Character, line: Line) -> bool:
    """Whether a line runs through a character."""
    left, bottom, right, top = line
    if right - left < top - bottom:
        inside, reaches = bottom < each.middle_y < top, (left - each.left, each.right - right)
    else:
        inside, reaches = left < each.middle_x < right, (bottom - each.bottom, each.top - top)
    return inside and min(reaches) > _ACROSS_PT


def _parts(one: Character, following: Character, line: Line) -> bool:
    """Whether an upright line runs between two characters of one word; those of two cells are further apart."""
    left, bottom, right, top = line
    is_one_word = abs(one.baseline - following.baseline) < 1 and 0 <= following.left - one.right < _APART_PT
    between = one.middle_x < left <= right < following.middle_x
    return is_one_word and between and right - left < top - bottom and bottom < one.middle_y < top


def _is_of(xs: Sequence[float], ys: Sequence[float], left: float, bottom: float, right: float, top: float) -> bool:
    """Whether a line ends on the lines of a grid."""
    return all(any(abs(each - line) < _SAME_PT for line in xs) for each in (left, right)) and all(
        any(abs(each - line) < _SAME_PT for line in ys) for each in (bottom, top)
    )


def _around(characters: Sequence[Character], place: int, reach: int) -> str:
    """The characters before and after one, as they were set, on its line."""
    baseline = characters[place].baseline
    near = characters[max(0, place - reach) : place + reach + 1]
    return "".join(each.text for each in near if abs(each.baseline - baseline) < 1)


def _where(characters: Sequence[Character], place: int, texts: Sequence[Placed]) -> str:
    """The place of the text that a character is in, by the characters around it."""
    for reach in range(_AROUND, 1, -1):
        wanted = _around(characters, place, reach)
        if found := next((each.where for each in texts if wanted in each.text), ""):
            return found
    # Of two texts over each other the characters come mixed: the one of which most are there.
    near = _around(characters, place, 2 * _AROUND)
    fitting = [each for each in texts if characters[place].text in each.text]
    return max(fitting, key=lambda each: _shared(each.text, near), default=Placed("", "")).where


def _shared(text: str, near: str) -> float:
    """How much of a text is among some characters, the longer the better."""
    common = sum((Counter(text) & Counter(near)).values())
    return common * common / len(text)
