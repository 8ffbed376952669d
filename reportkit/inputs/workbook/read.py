"""A workbook → what it says of each department in it; whatever can't be read surely is refused with its cell."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from itertools import combinations

from reportkit.editions import Edition
from reportkit.editions.sums import sums_of
from reportkit.errors import InputError
from reportkit.inputs.handed_in import FoundFigure, HandedIn, Place
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.beside import Beside, read_beside
from reportkit.inputs.workbook.grid import Grid, GridCell, Spot
from reportkit.inputs.workbook.labels import all_labels
from reportkit.inputs.workbook.left_over import left_over
from reportkit.inputs.workbook.lines import read_lines
from reportkit.inputs.workbook.marked import marked
from reportkit.inputs.workbook.marks import DIGEST
from reportkit.inputs.workbook.not_taken import not_taken
from reportkit.inputs.workbook.numerals import Numeral, numeral, plain_width
from reportkit.inputs.workbook.opening import open_sheets
from reportkit.inputs.workbook.tables import Located, labelled, of_other_edition
from reportkit.inputs.workbook.titles import Asked, by_department, marks_of, year_of
from reportkit.messages.said import Said
from reportkit.model import MISSING, format_number

_UNITS = re.compile(r"(?<![填报送本])单位(?!名)(?P<units>.*)")
_UNIT = re.compile(r"[十百千万亿]*[元件宗起条份](?![\u4e00-\u9fff])")
_IN_UNIT = re.compile(r"(?P<alone>[百千]?元)|.*?以(?P<counted>[元百千万亿]+)计")
"""A cell that is a unit, or says in which the figures are."""
_LONGEST_UNIT = 60
"""Characters of a text that says so."""
_DOUBTS = re.compile(r"\d|(?<![无没])误|(?<![无没有])错|应为|应是|应该|改为|更正|不对|待核|核实")
"""What in a comment says that a figure may be another one."""
_FOREIGN = 3
"""Labels of another format that make a sheet without figures of ours one of it."""


def read_workbook(project: Project, content: bytes, file: str, asked: Asked) -> list[HandedIn]:
    """What a file says, one record for each department in it.

    Raises InputError where the file can't be opened safely, names no year, or has no statutory table.
    """
    opened, digest = open_sheets(content, file), sha256(content).hexdigest()
    if of_lines := read_lines(project, opened, file, digest, asked):
        return of_lines
    marks = marks_of(opened)
    editions = [project.editions.load(each) for each in project.editions.ids]
    labels = {name for each in editions for name in all_labels(each)}
    year = year_of(opened, marks, file, asked, labels)
    edition = project.editions.for_year(year)
    parts = by_department(project.register, opened, marks, file, asked, labels)
    found = [
        _read(project, edition, grids, HandedIn(file, digest, edition.id, department, year, made_of=marks.get(DIGEST)))
        for department, grids in parts.items()
    ]
    empty = [each for each in found if not (each.figures or each.prose or each.refusals)]
    found = [each for each in found if each not in empty]
    # A name below a table and no table of its own, or one table under another's name.
    if found and (empty or _has_apart(edition, found)):
        bodies = [project.department(each.department or "").name for each in (*found, *empty)]
        raise InputError("workbook_bodies_differ", where=file, bodies=bodies)
    if not opened.has_formats:
        found = [replace(each, remarks=(*each.remarks, Said("formats_unseen"))) for each in found]
    if not found:
        raise InputError("workbook_no_table", where=file)
    return found


def _has_apart(edition: Edition, found: Sequence[HandedIn]) -> bool:
    """Whether two bodies have different tables, and none that both have."""
    tables = [{edition.cells[cell].table for cell in each.figures} for each in found]
    return any(one and other and not one & other for one, other in combinations(tables, 2))


def _read(project: Project, edition: Edition, grids: Sequence[Grid], about: HandedIn) -> HandedIn:
    reading = _Reading(edition, about.file)
    others = [project.editions.load(each) for each in project.editions.ids if each != edition.id]
    foreign = tuple(dict.fromkeys(name for each in others for name in all_labels(each)))
    for grid in grids:
        reading.locate(grid, about.year or 0, foreign)
    reading.read()
    located = [each for places in reading.located.values() for each in places.values()]
    for said, place in (*left_over(edition, located), *not_taken(edition, grids, located, reading.figures, foreign)):
        reading.refuse(said, place)
    if reading.located:
        statutory = [each for each in others if not project.editions.is_own(each.id)]
        reading.refuse_foreign(statutory, grids)
    beside = Beside()
    for grid in grids:
        read_beside(edition, grid, about.file, beside)
    fields = beside.fields
    return replace(
        about,
        figures={cell: reading.figures[cell] for cell in edition.cells if cell in reading.figures},
        prose=beside.prose,
        facts=beside.facts,
        published_on=_day(fields.get("published_on")),
        issued_on=_day(fields.get("issued_on")),
        index_number=str(fields["index_number"]) if "index_number" in fields else None,
        none_received=fields.get("none_received") is True,
        blank_tables=tuple(dict.fromkeys(beside.blank_tables)),
        refusals=(*dict.fromkeys(reading.refusals), *beside.refusals),
        left_blank=beside.left_blank,
        unsaid=beside.unsaid,
        doubts={cell: tuple(errors) for cell, errors in reading.doubts.items()},
        remarks=(*_remarks(edition, reading.figures), *reading.computed()),
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


@dataclass
class _Reading:
    """The figures of one department being read: where each may stand, what was found, and what can't be read."""

    edition: Edition
    file: str
    located: dict[str, dict[str, Located]] = field(default_factory=dict)
    """By cell id and place; a place that ids and labels name is one."""
    figures: dict[str, FoundFigure] = field(default_factory=dict)
    refusals: list[InputError] = field(default_factory=list)
    doubts: dict[str, list[InputError]] = field(default_factory=dict)
    hidden: dict[str, Place] = field(default_factory=dict)
    """Figures that nobody sees, by cell id."""
    formulas: dict[str, bool] = field(default_factory=dict)
    """Figures that are computed, by cell id."""

    @property
    def sheets(self) -> set[str]:
        """The sheets that have figures."""
        return {each.grid.name for places in self.located.values() for each in places.values()}

    @property
    def is_computed(self) -> bool:
        """Whether formulas have results: then one without is one that couldn't be computed."""
        grids = {each.grid.name: each.grid for places in self.located.values() for each in places.values()}
        return any(
            cell.is_formula and cell.value not in (None, "") for grid in grids.values() for cell in grid.cells.values()
        )

    def locate(self, grid: Grid, year: int, foreign: tuple[str, ...]) -> None:
        """Adds where the figures of a sheet stand."""
        for each in labelled(self.edition, grid, year, foreign):
            self.located.setdefault(each.cell, {}).setdefault(str(each.grid.place(each.spots[0])), each)
        for each in marked(self.edition, grid):
            places, key = self.located.setdefault(each.cell, {}), str(grid.place(each.spots[0]))
            known = places.get(key)
            places[key] = each if known is None else replace(known, by_id=True, unlike=known.unlike or each.unlike)

    def refuse(self, said: Said, place: Place, cell: str = "") -> None:
        """Refuses what stands at a place, and the figure that is read from it where it is one's."""
        error = InputError(said, where=f"{self.file}, {place}")
        self.refusals.append(error)
        if cell:
            self.doubts.setdefault(cell, []).append(error)

    def read(self) -> None:
        """Reads each figure from every place that may hold it, then holds sums against what they are sums of."""
        for cell, places in self.located.items():
            timely = [each for each in places.values() if not each.is_of_other_time]
            found = self._figure(cell, timely or [*places.values()])
            if found is not None:
                self.figures[cell] = found
        self._hold_sums()
        for cell, place in self.hidden.items():
            if not self._is_in_a_sum(cell):
                self.refuse(Said("figure_hidden", cell=self.edition.cells[cell].label), place, cell)

    def _figure(self, cell: str, places: Sequence[Located]) -> FoundFigure | None:
        spec = self.edition.cells[cell]
        read: list[tuple[Place, Numeral, GridCell]] = []
        blank: FoundFigure | None = None
        empty: list[str] = []
        for each in places:
            before = len(read)
            for spot in each.spots:
                content, place = each.grid[spot], each.grid.place(spot)
                if content.is_formula and content.value in (None, ""):
                    if cell not in sums_of(self.edition) and content.value is None:
                        self.refuse(Said("formula_without_value", cell=spec.label), place, cell)
                    blank = blank or FoundFigure(None, place)
                    self.formulas[cell] = True
                    continue
                found = numeral(content, spec)
                if found.refused:
                    self.refuse(Said("cell_no_figure", cell=spec.label, text=content.text[:40]), place, cell)
                elif found.value is None:
                    blank = blank or FoundFigure(None, place, content.text.strip())
                elif self._is_taken(each, spot, spec.label, found):
                    read.append((place, found, content))
            empty += [] if len(read) > before else [str(each.grid.place(each.spots[0]))]
        told = {str(place): format_number(found.value) for place, found, _ in read}
        if read and (len(set(told.values())) > 1 or empty):
            told |= dict.fromkeys(empty, MISSING)
            places_told = [f"{place} {value}" for place, value in told.items()]
            self.refuse(Said("cells_disagree", cell=spec.label, found=places_told), read[0][0], cell)
            return None
        if not read:
            return blank
        place, found, content = read[0]
        self.formulas[cell] = content.is_formula
        return FoundFigure(found.value, place, content.text.strip(), found.note)

    def _is_taken(self, located: Located, spot: Spot, label: str, found: Numeral) -> bool:
        """Whether a number stands where it is meant to; refuses it where it doesn't surely."""
        grid, said = located.grid, None
        if located.unlike:
            said = Said("label_unlike", cell=label, label=located.unlike[:40])
        elif not grid.area(spot) <= {*located.spots}:
            said = Said("figure_merged", cell=label)
        elif (comment := grid[spot].comment) and _DOUBTS.search(comment):
            said = Said("figure_commented", cell=label, comment=comment[:60])
        elif (found.value or grid.is_hidden) and not located.by_id and not grid.is_seen(spot):
            self.hidden[located.cell] = grid.place(spot)
        if said is not None:
            self.refuse(said, grid.place(spot), located.cell)
        return said is None

    def _hold_sums(self) -> None:
        """Fills in sums that a formula hasn't computed; refuses those that it has computed of other figures."""
        figures = self.figures
        for cell, parts in sums_of(self.edition).items():
            found = figures.get(cell)
            if found is None or not self.formulas.get(cell):
                continue
            values = [figures[each].value if each in figures else None for each in parts]
            if None in values:
                continue
            total = sum(each for each in values if each is not None)
            if found.value is None and self.is_computed:
                self.refuse(Said("formula_without_value", cell=self.edition.cells[cell].label), found.place, cell)
            elif found.value is None:
                figures[cell] = replace(found, value=total)
            elif found.value != total:
                said = Said("sum_is_stale", cell=self.edition.cells[cell].label, found=found.value, expected=total)
                self.refuse(said, found.place, cell)

    def computed(self) -> Iterator[Said]:
        """A remark on figures that aren't sums, and were computed: nobody has typed them."""
        sums = sums_of(self.edition)
        found = [
            str(self.figures[cell].place)
            for cell, is_formula in self.formulas.items()
            if is_formula and cell not in sums and cell in self.figures and self.figures[cell].value is not None
        ]
        if found:
            yield Said("figures_computed", count=len(found), places=found[:5])

    def _is_in_a_sum(self, cell: str) -> bool:
        """Whether a figure is a part of a sum that is seen and is right: then it is meant, though it is hidden."""
        values = {each: found.value for each, found in self.figures.items()}
        for total, parts in sums_of(self.edition).items():
            if (cell != total and (cell not in parts or total in self.hidden)) or values.get(total) is None:
                continue
            found = [values.get(each) for each in parts]
            if None not in found and sum(each for each in found if each is not None) == values[total]:
                return True
        return False

    def refuse_foreign(self, others: Sequence[Edition], grids: Sequence[Grid]) -> None:
        """Refuses sheets of another unit than the tables have, and with labels that only another format has."""
        units, sheets = {spec.unit for spec in self.edition.cells.values()}, self.sheets
        for grid in grids:
            for spot, text in grid.texts if grid.name in sheets else ():
                if unit := _other_unit(plain_width(text), units):
                    self.refuse(Said("sheet_unit", unit=unit, units=sorted(units)), grid.place(spot))
            for other in others:
                spots = [*of_other_edition(self.edition, other, grid)]
                if len(spots) < _FOREIGN and grid.name not in sheets:
                    continue  # a sheet of something else
                for spot in spots[:1]:
                    label, wanted = grid[spot].text[:40], self.edition.name
                    said = Said("sheet_of_other_format", label=label, format=other.name, wanted=wanted)
                    self.refuse(said, grid.place(spot))


def _other_unit(text: str, units: Collection[str]) -> str:
    """A unit that a text says figures are in, and is none of the tables'; empty where it says no such."""
    if len(text) > _LONGEST_UNIT:
        return ""
    if match := _IN_UNIT.fullmatch(text.strip()):
        return match["alone"] or match["counted"]
    match = _UNITS.search(text)
    return next((each for each in _UNIT.findall(match["units"]) if each not in units), "") if match else ""


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
