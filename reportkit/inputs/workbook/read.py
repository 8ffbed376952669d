"""A workbook → what it says of each department in it; whatever can't be read surely is refused with its cell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from reportkit.editions import Edition
from reportkit.editions.sums import sums_of
from reportkit.errors import InputError
from reportkit.inputs.handed_in import FoundFigure, HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.beside import WORDS_HEADS, Beside, read_beside
from reportkit.inputs.workbook.grid import Grid, GridCell, Spot
from reportkit.inputs.workbook.labels import plain
from reportkit.inputs.workbook.marks import DEPARTMENT, MARKS_SHEET, SLOT, YEAR
from reportkit.inputs.workbook.numerals import Numeral, numeral
from reportkit.inputs.workbook.opening import Opened, open_sheets
from reportkit.inputs.workbook.tables import Located, all_labels, labelled, marked, of_other_edition
from reportkit.messages.said import Said
from reportkit.model import MISSING, Register, Value, format_number

_LONGEST_TITLE = 80
_PART = re.compile(
    r"上半年|下半年|[一二三四1-4]季度|\d{1,2}\s*[-—~～至到]\s*\d{1,2}\s*月|前[\d一二三四五六七八九十]+个?月|截至|截止"
)
"""What says that a table is of a part of the year."""
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)\s*年")
_TITLE = re.compile(r"政府信息公开|年度报告|年报|依申请|主动公开|填报|统计|情况表|报送|填表|单位|20\d\d\s*年")
"""What stands in titles: a body's name elsewhere is an address, a portal, somebody's words."""


@dataclass(frozen=True)
class Asked:
    """What the command says of a file, where it does: of which department and year it is."""

    department: str | None = None
    year: int | None = None


def read_workbook(project: Project, content: bytes, file: str, asked: Asked) -> list[HandedIn]:
    """What a file says, one record for each department in it.

    Raises InputError where the file can't be opened safely, names no year, or has no statutory table.
    """
    opened = open_sheets(content, file)
    marks = _marks(opened)
    year = _year(opened, marks, file, asked)
    edition = project.editions.for_year(year)
    parts = _by_department(project, opened, marks, file, asked)
    digest = sha256(content).hexdigest()
    found = [
        _read(project, edition, grids, HandedIn(file, digest, edition.id, department, year))
        for department, grids in parts.items()
    ]
    found = [each for each in found if each.figures or each.prose or each.refusals]
    if not found:
        raise InputError("workbook_no_table", where=file)
    return found


def _marks(opened: Opened) -> Mapping[str, str]:
    """What our own workbooks say of themselves: by their names, or on their hidden sheet."""
    found = dict(opened.names)
    for grid in opened.grids:
        if grid.name == MARKS_SHEET:
            found |= {grid[row, 0].text: grid[row, 1].text for row in range(grid.rows)}
    return found


def _titles(grid: Grid) -> Iterator[tuple[Spot, str]]:
    """Short texts that may say whose sheet it is, and of which year."""
    return ((spot, text) for spot, text in grid.texts if len(text) <= _LONGEST_TITLE and "。" not in text)


def _said_of_year(grid: Grid) -> Iterator[str]:
    """The titles of a sheet's tables; a sheet of words has none, as these may be last year's."""
    if any(text.startswith(SLOT) or plain(text) in WORDS_HEADS for _, text in grid.texts):
        return
    yield from (text for _, text in _titles(grid) if _TITLE.search(text))


def _year(opened: Opened, marks: Mapping[str, str], file: str, asked: Asked) -> int:
    stated = int(marks[YEAR]) if marks.get(YEAR, "").isdecimal() else None
    said = [text for grid in opened.grids for text in _said_of_year(grid)]
    titles = {int(match[1]) for text in said if (match := _YEAR.search(text))}
    if part := next((match[0] for text in said if (match := _PART.search(text))), None):
        raise InputError("workbook_part_of_year", where=file, part=part)
    years = {year for year in (asked.year, stated) if year is not None} or titles
    if len(years) > 1 or (titles and not years <= titles):
        raise InputError("workbook_years_differ", where=file, years=sorted({*years, *titles}))
    if not years:
        raise InputError("workbook_no_year", where=file)
    return years.pop()


def _by_department(
    project: Project, opened: Opened, marks: Mapping[str, str], file: str, asked: Asked
) -> Mapping[str, list[Grid]]:
    """The sheets of each department, and parts of sheets where one names several."""
    register, stated = project.register, marks.get(DEPARTMENT)
    if stated is not None and stated not in register:
        raise InputError("workbook_unknown_body", where=file, body=stated)
    parts: dict[str | None, list[Grid]] = {}
    for grid in opened.grids:
        if grid.name != MARKS_SHEET:
            for department, part in _split(grid, register):
                parts.setdefault(department, []).append(part)
    named = [each for each in parts if each is not None]
    by_file = _bodies(file, register)
    known = asked.department or stated or (named[0] if len(named) == 1 else None)
    if len(named) > 1 and known is None:
        if parts.get(None):
            parts.pop(None)
        return {each: parts[each] for each in named}
    if known is None:
        known = by_file[0] if len(by_file) == 1 else None
    if known is None:
        raise InputError("workbook_no_body", where=file)
    others = [each for each in (*named, *by_file) if each != known] if asked.department is None else named
    if wrong := [each for each in dict.fromkeys(others) if each != known]:
        names = [register[each].name for each in (known, *wrong)]
        raise InputError("workbook_bodies_differ", where=file, bodies=names)
    return {known: [grid for grids in parts.values() for grid in grids]}


def _split(grid: Grid, register: Register) -> Iterator[tuple[str | None, Grid]]:
    """A sheet by the bodies that its titles name, from one title to the next."""
    starts: list[tuple[int, str]] = []
    names = {name for body in register for name in (body.name, body.short_name)}
    for spot, text in _titles(grid):
        bodies = _bodies(text, register) if _TITLE.search(text) or text in names else []
        if len(bodies) == 1 and (not starts or starts[-1][1] != bodies[0]):
            starts.append((spot[0], bodies[0]))
    if len({body for _, body in starts}) < 2:
        yield (starts[0][1] if starts else None), grid
        return
    for number, (row, body) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else grid.rows
        first = 0 if number == 0 else row
        cells = {spot: cell for spot, cell in grid.cells.items() if first <= spot[0] < end}
        yield body, replace(grid, cells=cells)


def _bodies(text: str, register: Register) -> list[str]:
    """The registered bodies that a text names, each once; a longer name hides those that are within it."""
    found: list[tuple[int, int, str]] = []
    names = sorted((name, body.id) for body in register for name in {body.name, body.short_name} if len(name) > 2)
    for name, body in sorted(names, key=lambda each: -len(each[0])):
        start = text.find(name)
        if start >= 0 and not any(one <= start < last for one, last, _ in found):
            found.append((start, start + len(name), body))
    return list(dict.fromkeys(body for _, _, body in sorted(found)))


def _read(project: Project, edition: Edition, grids: Sequence[Grid], about: HandedIn) -> HandedIn:
    located: dict[str, dict[tuple[str, Spot], Located]] = {}
    others = tuple(
        name
        for other in project.editions.ids
        for name in all_labels(project.editions.load(other))
        if other != edition.id
    )
    for grid in grids:
        for each in (*marked(edition, grid), *labelled(edition, grid, others)):
            place = str(each.grid.place(each.spots[0]))
            located.setdefault(each.cell, {})[place, each.spots[0]] = each
    refusals: list[InputError] = []
    figures: dict[str, FoundFigure] = {}
    for cell, places in located.items():
        found = _figure(edition, cell, [*places.values()], about.file, refusals)
        if found is not None:
            figures[cell] = found
    _hold_sums(edition, figures, grids, about.file, refusals)
    if len(figures) < len(edition.cells):
        refusals += _of_older_format(project, edition, grids, about.file)
    beside = Beside()
    for grid in grids:
        read_beside(edition, grid, about.file, beside)
    fields = beside.fields
    return replace(
        about,
        figures={cell: figures[cell] for cell in edition.cells if cell in figures},
        prose=beside.prose,
        facts=beside.facts,
        published_on=_day(fields.get("published_on")),
        issued_on=_day(fields.get("issued_on")),
        index_number=str(fields["index_number"]) if "index_number" in fields else None,
        none_received=fields.get("none_received") is True,
        blank_tables=tuple(dict.fromkeys(beside.blank_tables)),
        refusals=(*refusals, *beside.refusals),
        remarks=tuple(_remarks(edition, figures)),
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _figure(
    edition: Edition, cell: str, places: Sequence[Located], file: str, refusals: list[InputError]
) -> FoundFigure | None:
    """The figure of one cell, from every place that may hold it. Adds why it can't be read."""
    spec, read = edition.cells[cell], list[tuple[Grid, Spot, Numeral, GridCell]]()
    blank: FoundFigure | None = None
    empty: list[str] = []
    for each in places:
        before = len(read)
        for spot in each.spots:
            content = each.grid[spot]
            place = each.grid.place(spot)
            if content.is_formula and content.value in (None, ""):
                if cell not in sums_of(edition) and content.value is None:
                    refusals.append(InputError("formula_without_value", where=f"{file}, {place}", cell=spec.label))
                blank = blank or FoundFigure(None, place)
                continue
            found = numeral(content, spec)
            if found.refused:
                said = Said("cell_no_figure", cell=spec.label, text=content.text[:40])
                refusals.append(InputError(said, where=f"{file}, {place}"))
            elif found.value is None:
                blank = blank or FoundFigure(None, place, content.text.strip())
            else:
                read.append((each.grid, spot, found, content))
        empty += [] if len(read) > before else [str(each.grid.place(each.spots[0]))]
    told = {str(grid.place(spot)): format_number(found.value) for grid, spot, found, _ in read}
    if read and (len(set(told.values())) > 1 or empty):
        told |= dict.fromkeys(empty, MISSING)
        said = Said("cells_disagree", cell=spec.label, found=[f"{place} {value}" for place, value in told.items()])
        refusals.append(InputError(said, where=f"{file}, {read[0][0].place(read[0][1])}"))
        return None
    if not read:
        return blank
    grid, spot, found, content = read[0]
    return FoundFigure(found.value, grid.place(spot), content.text.strip(), found.note)


def _hold_sums(
    edition: Edition, figures: dict[str, FoundFigure], grids: Sequence[Grid], file: str, refusals: list[InputError]
) -> None:
    """Fills in sums that a formula hasn't computed; refuses those that it has computed of other figures."""
    by_name = {grid.name: grid for grid in grids}
    for cell, parts in sums_of(edition).items():
        found = figures.get(cell)
        if found is None or (at := _cell_at(by_name, found)) is None or not at.is_formula:
            continue
        values = [figures[each].value if each in figures else None for each in parts]
        if None in values:
            continue
        total = sum(each for each in values if each is not None)
        if found.value is None:
            figures[cell] = replace(found, value=total)
        elif found.value != total:
            said = Said("sum_is_stale", cell=edition.cells[cell].label, found=found.value, expected=total)
            refusals.append(InputError(said, where=f"{file}, {found.place}"))


def _cell_at(grids: Mapping[str, Grid], found: FoundFigure) -> GridCell | None:
    grid = grids.get(found.place.sheet)
    match = re.fullmatch(r"([A-Z]+)(\d+)", found.place.cell)
    if grid is None or match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return grid[int(match[2]) - 1, column - 1]


def _of_older_format(project: Project, edition: Edition, grids: Iterable[Grid], file: str) -> Iterator[InputError]:
    """Labels that only another statutory format has: such a sheet is of that format."""
    for grid in grids:
        for other_id in project.editions.ids:
            other = project.editions.load(other_id)
            if other_id == edition.id or project.editions.is_own(other_id):
                continue
            for spot in of_other_edition(edition, other, grid)[:1]:
                said = Said("sheet_of_other_format", label=grid[spot].text[:40], format=other.name, wanted=edition.name)
                yield InputError(said, where=f"{file}, {grid.place(spot)}")


def _remarks(edition: Edition, figures: Mapping[str, FoundFigure]) -> Iterator[Said]:
    tables = {edition.cells[cell].table for cell in figures}
    for specs in edition.rows.values():
        if specs[0].table in tables and (absent := [spec for spec in specs if spec.id not in figures]):
            columns = [spec.column_label for spec in absent]
            yield Said("row_not_found", row=specs[0].row_label, columns=columns)
    for cell, found in figures.items():
        label = edition.cells[cell].label
        if found.note:
            yield Said("figure_noted", cell=label, place=str(found.place), value=found.value, note=found.note)
        elif found.value is None and found.text:
            yield Said("cell_taken_for_blank", cell=label, place=str(found.place), text=found.text[:20])


def values_of(handed_in: HandedIn) -> Mapping[str, Value]:
    """The figures by cell id."""
    return {cell: found.value for cell, found in handed_in.figures.items()}
