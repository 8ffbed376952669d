"""Whose sheets are, and of which year: as marks, titles and file names say it; what doesn't agree is refused."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reportkit.errors import InputError
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import plain
from reportkit.inputs.tables.numerals import is_like_a_number, plain_width
from reportkit.inputs.tables.times import DAY
from reportkit.inputs.workbook.beside import WORDS_HEADS
from reportkit.inputs.workbook.marks import DEPARTMENT, FIELD, MARKS_SHEET, SLOT, YEAR
from reportkit.inputs.workbook.opening import Opened
from reportkit.model import Register

_LONGEST_TITLE = 80
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
_BEHIND = re.compile(
    r"$|[^\u4e00-\u9fff]|政府信息|信息公开|主动公开|依申请|行政许可|填报|报送|统计|情况|年度|年报|二[〇○零]|公开|本年"
)
"""What may stand behind a body's name: other words make it another body's."""
_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|单位|机关|名称|报送|填报|关于|部门|年|年度|[〇○零一二三四五六七八九]年度?)$"
)
_NAMED = re.compile(
    r"(?:填报单位|报送单位|单位名称|填报机关|报送机关|单位)?[：:\s]*(?P<body>[\u4e00-\u9fff（）]{2,40}?)"
    r"(?=\s*(?:20\d\d|二[〇○零]|\d\d年|政府信息|行政复议|主动公开|收到和处理|依申请))"
)
_SIGNED = re.compile(r"(?:填报|报送|编制)(?:单位|机关)(?:[（(][^）)]*[）)])?\s*[：:]\s*(?P<body>[\u4e00-\u9fff]{3,40})")
_NAME_OF_BODY = re.compile(r"[\u4e00-\u9fff]{2,}(?:局|委|委员会|办公室|厅|政府|院|管委会)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NO_BODY = re.compile(
    r"^(?:[总合小共]计|汇总|平均|栏次|序号|单位(?:名称)?$|本年|上年|去年|比上年|增减|同比|全[市县区]|\d|注|备注|说明)"
)
"""What in a list of bodies is none: a sum, a head, a comparison."""
_A_BODY = re.compile(r"[局委办厅部院所校园政府公司队站会署处科室社团]$|中心$")


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
        text for grid in opened.grids for _, text in grid.texts if len(text) < _LONGEST_TITLE and "为上年" in text
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


def _titles(grid: Grid) -> Iterator[tuple[Spot, str]]:
    """Short texts that may say whose sheet it is, and of which year; of a longer line what stands first."""
    for spot, text in grid.texts:
        title = _WORDS.split(text)[0] if "。" in text else text
        if len(title) <= _LONGEST_TITLE and "。" not in title and _TITLE.search(title):
            yield spot, plain_width(title)


def _titles_of_tables(grid: Grid, labels: Collection[str]) -> Iterator[str]:
    """The titles of a sheet's tables; a sheet of words has none, as these may be last year's."""
    if any(text.startswith((SLOT, FIELD)) or plain(text) in WORDS_HEADS for _, text in grid.texts):
        return
    for _, text in _titles(grid):
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


def by_department(
    register: Register,
    opened: Opened,
    marks: Mapping[str, str],
    file: str,
    asked: Asked,
    labels: Collection[str] = (),
) -> Mapping[str, list[Grid]]:
    """The sheets of each department, and parts of sheets where one names several.

    `labels` are those of all tables, which are no body's name. Raises InputError where a body is named that isn't
    registered, where several are named that one file can't be of, and for a sheet that names nobody beside those of
    several bodies.
    """
    stated = marks.get(DEPARTMENT)
    if stated is not None and stated not in register:
        raise InputError("workbook_unknown_body", where=file, body=stated)
    names = _Names(register)
    parts: dict[str | None, list[Grid]] = {}
    for grid in opened.grids:
        if grid.name != MARKS_SHEET:
            _refuse_unknown_rows(grid, names.rows(grid), labels, file)
            for department, part in _split(grid, names, file):
                parts.setdefault(department, []).append(part)
    named = [each for each in parts if each is not None]
    known = asked.department or stated
    by_file, unknown = ([], "") if known else names.within(file.rsplit(".", 1)[0])
    if unknown:
        raise InputError("workbook_unknown_body", where=file, body=unknown)
    if known is None and len(named) > 1:
        if untitled := [grid.name for grid in parts.get(None, ()) if grid.texts]:
            raise InputError("workbook_no_body", where=f"{file}, {untitled[0]}")
        if len(by_file) == 1:
            bodies = [register[each].name for each in named]
            raise InputError("workbook_bodies_differ", where=file, bodies=bodies)
        return {each: parts[each] for each in named}
    known = known or (named[0] if named else by_file[0] if len(by_file) == 1 else None)
    if known is None:
        raise InputError("workbook_no_body", where=file)
    if others := [each for each in dict.fromkeys((*named, *by_file)) if each != known]:
        bodies = [register[each].name for each in (known, *others)]
        raise InputError("workbook_bodies_differ", where=file, bodies=bodies)
    return {known: [grid for grids in parts.values() for grid in grids]}


def _refuse_unknown_rows(grid: Grid, rows: Sequence[tuple[Spot, str]], labels: Collection[str], file: str) -> None:
    """Raises InputError for a row of a list of bodies that names none that is registered: its figures would be lost."""
    listed, column = {spot for spot, _ in rows}, rows[0][0][1] if rows else 0
    for row in range(grid.rows if rows else 0):
        text = grid[row, column].text.strip()
        if (row, column) in listed or not _HAN.search(text) or plain(text) in labels or _NO_BODY.search(text):
            continue
        right = (grid[row, each].text.strip() for each in range(column + 1, grid.columns))
        if sum(map(is_like_a_number, right)) > 1:
            where = f"{file}, {grid.place((row, column))}"
            raise InputError("workbook_unknown_body", where=where, body=text[:_LONGEST_TITLE])


def _split(grid: Grid, names: "_Names", file: str) -> Iterator[tuple[str | None, Grid]]:
    """A sheet by the bodies that its titles name, from one title to the next; a list of bodies by its rows."""
    rows = names.rows(grid)
    if len({body for _, body in rows}) > 1:
        first = rows[0][0][0]
        for (row, _), body in rows:
            cells = {spot: cell for spot, cell in grid.cells.items() if spot[0] < first or spot[0] == row}
            yield body, replace(grid, cells=cells)
        return
    starts: list[tuple[int, str]] = []
    by_name, unnamed = names.within(grid.name)
    for spot, text in sorted({*_titles(grid), *names.alone(grid)}):
        bodies, unknown = names.within(text)
        where = f"{file}, {grid.place(spot)}"
        if unknown:
            raise InputError("workbook_unknown_body", where=where, body=unknown)
        if len({*bodies, *by_name}) > 1:
            told = [names.register[each].name for each in dict.fromkeys((*bodies, *by_name))]
            raise InputError("workbook_bodies_differ", where=where, bodies=told)
        if bodies and (not starts or starts[-1][1] != bodies[0]):
            starts.append((spot[0], bodies[0]))
    if not starts and (unnamed or (not by_name and _NAME_OF_BODY.fullmatch(grid.name))):
        raise InputError("workbook_unknown_body", where=f"{file}, {grid.name}", body=grid.name)
    if len({body for _, body in starts}) < 2:
        yield (starts[0][1] if starts else by_name[0] if by_name else None), grid
        return
    for number, (row, body) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else grid.rows
        first = 0 if number == 0 else row
        cells = {spot: cell for spot, cell in grid.cells.items() if first <= spot[0] < end}
        yield body, replace(grid, cells=cells)


def names_within(register: Register, text: str) -> tuple[list[str], str]:
    """The registered bodies that a text names, each once, and words that name another one."""
    return _Names(register).within(text)


class _Names:
    """The names of registered bodies, as texts are searched for them."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._bodies = {name: body.id for body in register for name in (body.short_name, body.name) if len(name) > 2}
        self._lengths = sorted({len(name) for name in self._bodies}, reverse=True)

    def alone(self, grid: Grid) -> Iterator[tuple[Spot, str]]:
        """The cells that hold a name and nothing else."""
        return ((spot, text) for spot, text in grid.texts if text in self._bodies)

    def rows(self, grid: Grid) -> list[tuple[Spot, str]]:
        """The cells and bodies of a list of bodies: a name alone in each, below each other, numbers right of it."""
        found: dict[int, list[tuple[Spot, str]]] = {}
        for (row, column), text in self.alone(grid):
            numbers = (grid[row, each].text for each in range(column + 1, grid.columns))
            if sum(any(letter.isdigit() for letter in number) for number in numbers) > 1:
                found.setdefault(column, []).append(((row, column), self._bodies[text]))
        return max(found.values(), key=len, default=[])

    def within(self, text: str) -> tuple[list[str], str]:
        """The registered bodies that a text names, each once, and words that name another one.

        A longer name hides those that are within it.
        """
        found: list[tuple[int, int, str]] = []
        unknown = ""
        for length in self._lengths:
            for start in range(len(text) - length + 1):
                end = start + length
                body = self._bodies.get(text[start:end])
                if body is None or any(one <= start < last for one, last, _ in found):
                    continue
                if _BEHIND.match(text[end:]) and _BEFORE.search(text[:start]):
                    found.append((start, end, body))
                else:
                    unknown = text
        match = _SIGNED.search(text) or _NAMED.match(text)
        if not found and match and _A_BODY.search(match["body"]):
            unknown = match["body"]
        return list(dict.fromkeys(body for _, _, body in sorted(found))), unknown
