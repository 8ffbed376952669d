"""Whose sheets are, as titles, names and lists say it; sheets and lines of others are told apart."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reportkit.errors import InputError
from reportkit.inputs.handed_in import Place
from reportkit.inputs.tables.grid import Grid, Spot
from reportkit.inputs.tables.labels import plain
from reportkit.inputs.tables.numerals import is_like_a_number
from reportkit.inputs.workbook.beside import WORDS_HEADS
from reportkit.inputs.workbook.marks import DEPARTMENT, MARKS_SHEET
from reportkit.inputs.workbook.opening import Opened
from reportkit.inputs.workbook.titles import LONGEST_TITLE, Asked, titles_in, without_gaps
from reportkit.model import Register

_BEHIND = re.compile(
    r"$|[^\u4e00-\u9fff]|表[二三四]|政府信息|信息公开|主动公开|依申请|行政许可|填报|报送|统计|情况|年度|年报|二[〇○零]|公开|本年"
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
_FEWEST_NUMBERS, _LONGEST_NAME = 2, 30
"""Numbers that make a line one of a list, and characters of a body's name."""
_FEWEST_LABELS, _LONG_LABEL = 2, 4
"""Labels that make a sheet one of our tables, and letters of one that does so alone."""
_NO_NAME = re.compile(r"[报表给送交填]")
"""What in a file's name makes it more than that of a body."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NO_BODY = re.compile(
    r"^(?:[总合小共]计|汇总|平均|栏次|序号|单位(?:名称)?$|本年|上年|去年|比上年|增减|同比|全[市县区]|\d|注|备注|说明)"
)
"""What in a list of bodies is none: a sum, a head, a comparison."""
_A_BODY = re.compile(r"[局委办厅部院所校园政府公司队站会署处科室社团]$|中心$")


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
    parts = _by_name(names, opened, file, labels)
    named = [each for each in parts if each is not None]
    known = asked.department or stated
    by_file, unknown = ([], "") if asked.department else names.of_file(file.rsplit(".", 1)[0])
    if unknown and not known and not (len(named) == 1 and is_nickname(unknown, register[named[0]].name)):
        raise InputError("workbook_unknown_body", where=file, body=unknown)
    if known is None and len(named) > 1:
        if nameless := [grid.name for grid in parts.get(None, ()) if grid.texts]:
            raise InputError("workbook_no_body", where=f"{file}, {nameless[0]}")
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


def _by_name(names: "_Names", opened: Opened, file: str, labels: Collection[str]) -> dict[str | None, list[Grid]]:
    """The sheets, and parts of sheets, by the body that they name; of sheets of something else none.

    Raises InputError where only such a sheet names a body, and nobody registered.
    """
    parts: dict[str | None, list[Grid]] = {}
    unrelated: list[Grid] = []
    for grid in opened.grids:
        if names.are_unknown(grid) and _is_unrelated(grid, labels):
            unrelated.append(grid)
        elif grid.name != MARKS_SHEET:
            rows = names.rows(grid)
            for department, part in _split(grid, rows, rows_of_others(grid, rows, labels, file), names, file):
                parts.setdefault(department, []).append(part)
    # A cover that names another body is no unrelated sheet: the tables must say for themselves whose they are.
    untitled = [grid for grid in parts.get(None, ()) if not _is_unrelated(grid, labels)]
    if unrelated and (parts.keys() <= {None} or untitled):
        where = f"{file}, {unrelated[0].name}"
        raise InputError("workbook_unknown_body", where=where, body=names.unknown(unrelated[0]))
    return parts


def listed_beside(
    register: Register, opened: Opened, labels: Collection[str], file: str
) -> Iterator[tuple[str, Place]]:
    """The bodies that lists name beside registered ones, each with its cell: nobody reads what their rows say."""
    names = _Names(register)
    for grid in opened.grids:
        for spot in rows_of_others(grid, names.rows(grid), labels, file):
            yield grid[spot].text.strip(), grid.place(spot)


def rows_of_others(grid: Grid, rows: Sequence[tuple[Spot, str]], labels: Collection[str], file: str) -> list[Spot]:
    """The cells of a list of bodies that name bodies that aren't registered.

    Raises InputError for a row with figures that names none surely: its figures would be lost.
    """
    listed, column = {spot for spot, _ in rows}, rows[0][0][1] if rows else 0
    found: list[Spot] = []
    for row in range(grid.rows if rows else 0):
        text = grid[row, column].text.strip()
        if (row, column) in listed or not _HAN.search(text) or plain(text) in labels or _NO_BODY.search(text):
            continue
        right = [grid[row, each].text.strip() for each in range(column + 1, grid.columns)]
        if sum(map(is_like_a_number, right)) < _FEWEST_NUMBERS:
            continue
        if not _A_BODY.search(text) or len(text) > _LONGEST_NAME or any(map(_HAN.search, right)):
            where = f"{file}, {grid.place((row, column))}"
            raise InputError("workbook_unknown_body", where=where, body=text[:LONGEST_TITLE])
        found.append((row, column))
    return found


def _is_unrelated(grid: Grid, labels: Collection[str]) -> bool:
    """Whether a sheet has no table of ours and no words: not two labels, nor one that isn't 总计 or the like."""
    texts = {plain(text) for _, text in grid.texts}
    if any(text.startswith("rk:") for _, text in grid.texts) or texts & {*WORDS_HEADS, "名称", "数值"}:
        return False
    found = texts & {*labels}
    return len(found) < _FEWEST_LABELS and not any(len(each) >= _LONG_LABEL for each in found)


def _split(
    grid: Grid, rows: Sequence[tuple[Spot, str]], others: Sequence[Spot], names: "_Names", file: str
) -> Iterator[tuple[str | None, Grid]]:
    """A sheet by the bodies that its titles name, from one title to the next; a list of bodies by its rows."""
    if others or len({body for _, body in rows}) > 1:
        first = min(row for row, _ in (*others, *(spot for spot, _ in rows)))
        for (row, _), body in rows:
            cells = {spot: cell for spot, cell in grid.cells.items() if spot[0] < first or spot[0] == row}
            yield body, replace(grid, cells=cells)
        return
    starts: list[tuple[int, str]] = []
    by_name, unnamed = names.within(grid.name)
    for spot, text in sorted({*titles_in(grid), *names.alone(grid)}):
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


def is_nickname(text: str, name: str) -> bool:
    """Whether a text is a short form of a body's name: 营商局, 沪府办; 建设局 and 教育局 are other bodies.

    Of the place any characters may be left out, of the rest all but the first and the last, each in its order.
    """
    match = _PLACE.match(name)
    place, own = (match[0], name[match.end() :]) if match else ("", name)
    if text[:1] in _PROVINCES and place.startswith(_PROVINCES[text[0]]):
        text = text[1:]
    for office in _OFFICES:
        if own.endswith(office) and text.endswith("办"):
            text = text[:-1] + office
    return any(
        _is_within(text[:start], place) and text[start] == each[0] and text[-1] == each[-1]
        for each in (own, own.removeprefix("人民"), own.removeprefix("人民政"))
        for start in range(len(text) - 1)
        if each and _is_within(text[start:], each)
    )


def _is_within(text: str, name: str) -> bool:
    """Whether a text's characters are among those of a name, in their order."""
    left = iter(name)
    return all(letter in left for letter in text)


_PLACE = re.compile(r".*[省市区县旗州盟](?!场)")
_OFFICES = ("办公厅", "办公室")
_PROVINCES = {
    **{"京": "北京", "津": "天津", "沪": "上海", "渝": "重庆", "冀": "河北", "晋": "山西", "辽": "辽宁", "吉": "吉林"},
    **{"黑": "黑龙江", "苏": "江苏", "浙": "浙江", "皖": "安徽", "闽": "福建", "赣": "江西", "鲁": "山东"},
    **{"豫": "河南", "鄂": "湖北", "湘": "湖南", "粤": "广东", "桂": "广西", "琼": "海南", "川": "四川"},
    **{"黔": "贵州", "滇": "云南", "藏": "西藏", "陕": "陕西", "甘": "甘肃", "青": "青海", "宁": "宁夏", "新": "新疆"},
}
"""The letter that stands for a place in names of offices."""


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
        return (
            (spot, text)
            for spot, each in grid.texts
            for text in (each, without_gaps(each))[: 1 if each in self._bodies else 2]
            if text in self._bodies
        )

    def rows(self, grid: Grid) -> list[tuple[Spot, str]]:
        """The cells and bodies of a list of bodies: a name alone in each, below each other, numbers right of it."""
        found: dict[int, list[tuple[Spot, str]]] = {}
        for (row, column), text in self.alone(grid):
            numbers = (grid[row, each].text for each in range(column + 1, grid.columns))
            if sum(any(letter.isdigit() for letter in number) for number in numbers) > 1:
                found.setdefault(column, []).append(((row, column), self._bodies[text]))
        return max(found.values(), key=len, default=[])

    def are_unknown(self, grid: Grid) -> bool:
        """Whether the titles of a sheet, or its name, name bodies that aren't registered, and none that is."""
        found = [self.within(text) for text in (grid.name, *(text for _, text in titles_in(grid)))]
        return not any(bodies for bodies, _ in found) and bool(self.unknown(grid))

    def unknown(self, grid: Grid) -> str:
        """What the titles of a sheet, or its name, call a body that isn't registered; empty where they call none so."""
        named = (self.within(text)[1] for text in (grid.name, *(text for _, text in titles_in(grid))))
        return next((each for each in named if each), grid.name if _NAME_OF_BODY.fullmatch(grid.name) else "")

    def of_file(self, stem: str) -> tuple[list[str], str]:
        """As `within`, for the name of a file, which may be that of a body alone, or hold its id."""
        found, unknown = self.within(stem)
        ids = [each.id for each in self.register if re.search(rf"(?<![a-z0-9]){re.escape(each.id)}(?![a-z0-9])", stem)]
        found = [*dict.fromkeys((*found, *sorted(ids, key=len)[-1:]))]
        is_a_name = _NAME_OF_BODY.fullmatch(stem) and not _NO_NAME.search(stem)
        return found, unknown or (stem if is_a_name and not found else "")

    def within(self, text: str) -> tuple[list[str], str]:
        """The registered bodies that a text names, each once, and words that name another one.

        A longer name hides those that are within it.
        """
        found, unknown = self._within(text)
        return (found, unknown) if found or unknown else self._within(without_gaps(text))

    def _within(self, text: str) -> tuple[list[str], str]:
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
