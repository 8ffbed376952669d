"""Of which year sheets are: as marks, titles and file names say it; what doesn't agree is refused."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import plain
from reportkit.inputs.tables.numerals import plain_width
from reportkit.inputs.tables.times import DAY
from reportkit.inputs.workbook.beside import WORDS_HEADS
from reportkit.inputs.workbook.marks import FIELD, MARKS_SHEET, SLOT, YEAR
from reportkit.inputs.workbook.opening import Opened

LONGEST_TITLE = 80
_BREAK = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]*\r?\n\s*(?=[\u4e00-\u9fff])")
_SPACED_OUT = re.compile(
    r"(?:(?<!\S)|(?<=[：:]))(?:20\d\d|[^\s\w]?[\u4e00-\u9fff\d][^\s\w]?)"
    r"(?:[ \u3000](?:20\d\d|[^\s\w]?[\u4e00-\u9fff\d][^\s\w]?)){3,}(?!\S)"
)
"""Four and more letters with a gap between each two; a year may stand whole among them."""
_GAP = re.compile(r"[ \u3000]")
_TITLE = re.compile(
    r"政府信息公开|年度报告|年报|依申请|主动公开|填报|统计|情况表|报送|填表|单位|汇总|年度|年|半年|季度|月报"
)
"""What stands in titles: a body's name elsewhere is an address, a portal, somebody's words."""
_PART = re.compile(
    r"半年|季度|月报(?!送)|快报|[0-9一二三四五六七八九十]+月份|\bQ[1-4]\b|前[0-9一二三四五六七八九十]+个?月|预计|预估"
)
_MONTHS = re.compile(r"(?P<first>\d{1,2})\s*月?(?:\s*\d{1,2}\s*日)?\s*[-—–~～至到]+\s*(?P<last>\d{1,2})\s*月")
_END = re.compile(
    r"(?:[至到—–~～]|截[至止][^0-9]*)\s*(?:(?P<year>20\d\d)\s*[-年./]\s*)?(?P<last>\d{1,2})(?P<behind>\s*月|\s*[-./]\s*\d{1,2})?(?!\d)"
)
"""Until when figures count: in a month, or on a day."""
_HAN_MONTH = re.compile(r"(?P<month>十[一二]?|[一二三四五六七八九])(?=月|至|到|[-—–~～])")
_HAN_NUMBERS = {each: str(number) for number, each in enumerate("一二三四五六七八九十", 1)} | {
    "十一": "11",
    "十二": "12",
}
_NOT_FILED = re.compile(
    r"作废|样表|样例|样张|测试|计划数?(?=表|$)|(?:数据|数)(?:为|是|系)上年|^上年(?:度)?(?:参考|数据?|情况)?$"
)
"""What makes a sheet one that isn't handed in."""
_LAST_YEARS = re.compile("(?:上年|去年|上一年)度?(?:同期(?:数据?|情况)?|数据?|情况)")
_NO_YEAR = re.compile(r"[〔\[【（(]\s*20\d\d\s*[〕\]】）)]\s*第?\s*\d+\s*号|97\s*[-—–~]\s*2003")
"""A document's number, and a format of files."""
_WORDS = re.compile(r"[\s\u3000]{2,}")
_YEAR_ALONE = re.compile(r"[\d年度上本去前期数据值（）()：:\s]+")
"""A label that says of which year figures are: a head of a column, not a title."""
_TIME = re.compile(r"(?<!\d)20[0-4]\d\s*年?度?|^(?:上年|去年|本年)度?\s*[:：]")
_YEAR = re.compile(r"(?<!\d)(?P<year>20[0-4]\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(?P<year>\d\d)年(?!\d)")
_HAN_YEAR = re.compile(r"二(?P<year>[〇○零O0][〇○零O0一二三四五六七八九]{2})")
_HAN_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")


@dataclass(frozen=True)
class Asked:
    """What the command says of a file, where it does: of which department and year it is."""

    department: str | None = None
    year: int | None = None


def marks_of(opened: Opened) -> Mapping[str, str]:
    """What our own workbooks say of themselves: by their names, or on their hidden sheet."""
    found = dict(opened.names)
    for grid in opened.grids:
        if grid.name == MARKS_SHEET:
            found |= {grid[row, 0].text: grid[row, 1].text for row in range(grid.rows)}
    return found


def year_of(opened: Opened, marks: Mapping[str, str], file: str, asked: Asked, labels: Collection[str]) -> int:
    """The report year. Raises InputError where it is of a part of a year, of several, or of none that is said.

    `labels` are those of all tables: with a year beside one, it is the head of a column and no title.
    """
    stated = int(marks[YEAR]) if marks.get(YEAR, "").isdecimal() else None
    titles = [text for grid in opened.grids for text in _titles_of_tables(grid, labels)]
    titles += [
        text for grid in opened.grids for _, text in grid.texts if len(text) < LONGEST_TITLE and "为上年" in text
    ]
    texts = [*titles, file, *(grid.name for grid in opened.grids if grid.name != MARKS_SHEET)]
    texts = [_HAN_MONTH.sub(lambda month: _HAN_NUMBERS[month["month"]], text) for text in texts]
    names = texts[len(titles) :]
    refuse_not_of_a_year(texts, file)
    years = {year for year in (asked.year, stated) if year is not None}
    years = years or {year for text in titles for year in _years(text)} or {y for text in names for y in _years(text)}
    months = [day for text in texts for day in DAY.finditer(text) if day["month"] and not day["day"]]
    if not years:
        if alone := [day[0] for day in months if int(day["month"]) != 12]:
            raise InputError("workbook_part_of_year", where=file, part=alone[0])
        raise InputError("workbook_no_year", where=file)
    # A day early in the next year is that on which it was filled in.
    others = {year for text in texts for year in _years(text)} - years
    late = {int(day["year"]) for text in texts for day in DAY.finditer(text)} - years - {year + 1 for year in years}
    if len(years) > 1 or others | late:
        raise InputError("workbook_years_differ", where=file, years=sorted(years | others | late))
    year = years.pop()
    if within := [day[0] for day in months if int(day["year"]) == year and int(day["month"]) != 12]:
        raise InputError("workbook_part_of_year", where=file, part=within[0])
    return year


def refuse_not_of_a_year(texts: Iterable[str], file: str) -> None:
    """Raises InputError where a title, or the file's name, is of what isn't handed in, or of a part of a year."""
    for text in texts:
        if words := _NOT_FILED.search(text.rsplit(".", 1)[0] if text == file else text):
            raise InputError("workbook_not_filed", where=file, words=words[0])
        if part := _part(text):
            raise InputError("workbook_part_of_year", where=file, part=part)


def titles_in(grid: Grid) -> Iterator[tuple[Spot, str]]:
    """Short texts that may say whose sheet it is, and of which year; of a longer line what stands first."""
    for spot, text in grid.texts:
        title = _WORDS.split(text)[0] if "。" in text else text
        title = without_gaps(title) if _SPACED_OUT.search(title) else title
        if len(title) <= LONGEST_TITLE and "。" not in title and _TITLE.search(title):
            yield spot, plain_width(title)


def without_gaps(text: str) -> str:
    """A text without line breaks between Chinese letters, and without the gaps of one like 2 0 2 4 年."""
    text = _BREAK.sub("", text)
    return _SPACED_OUT.sub(lambda run: _GAP.sub("", run[0]), text)


def _titles_of_tables(grid: Grid, labels: Collection[str]) -> Iterator[str]:
    """The titles of a sheet's tables; a sheet of words has none, as these may be last year's."""
    if any(text.startswith((SLOT, FIELD)) or plain(text) in WORDS_HEADS for _, text in grid.texts):
        return
    for _, text in titles_in(grid):
        if _YEAR_ALONE.fullmatch(text) or plain(_TIME.sub("", text)) in labels:
            continue
        yield text


def _part(text: str) -> str:
    """What says that figures are of a part of the year, or of last year; empty where nothing does."""
    for end in _END.finditer(text):
        is_month = end["year"] is not None or (end["behind"] or "").strip() == "月"
        if is_month and int(end["last"]) not in (0, 12):
            return end[0]
    if match := _PART.search(text):
        return match[0]
    if match := _LAST_YEARS.fullmatch(text.strip()):
        return match[0]
    months = (each[0] for each in _MONTHS.finditer(text) if (int(each["first"]), int(each["last"])) != (1, 12))
    return next(months, "")


def _years(text: str) -> set[int]:
    """The years that a text names, but for those of days."""
    bare = DAY.sub(" ", _NO_YEAR.sub(" ", text))
    found = {int(match["year"]) for match in _YEAR.finditer(bare)}
    found |= {2000 + int(match["year"]) for match in _SHORT_YEAR.finditer(bare)}
    return found | {2000 + int(match["year"].translate(_HAN_DIGITS)) for match in _HAN_YEAR.finditer(bare)}
