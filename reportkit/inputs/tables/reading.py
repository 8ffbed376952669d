"""The figures of one department being read: found by label or id, each from every place that may hold it."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from reportkit.editions import Edition
from reportkit.editions.sums import sums_of
from reportkit.errors import InputError
from reportkit.inputs.handed_in import FoundFigure, Place
from reportkit.inputs.tables.grid import Grid, GridCell, Spot
from reportkit.inputs.tables.located import Located, labelled
from reportkit.inputs.tables.numerals import Numeral, numeral, plain_width
from reportkit.inputs.tables.other_edition import of_other_edition
from reportkit.inputs.tables.paths import by_path
from reportkit.messages.said import Said
from reportkit.model import MISSING, Value, format_number

_DOUBTS = re.compile(r"\d|(?<![无没])误|(?<![无没有])错|应为|应是|应该|改为|更正|不对|待核|核实")
"""What in a comment says that a figure may be another one."""
_FOREIGN = 3
"""Labels of another format that make a sheet without figures of ours one of it."""


_UNITS = re.compile(r"(?<![填报送本])单位(?!名)(?P<units>.*)")
_UNIT = re.compile(r"[十百千万亿]*[元件宗起条份](?![\u4e00-\u9fff])")
_IN_UNIT = re.compile(r"(?P<alone>[百千]?元)|.*?以(?P<counted>[元百千万亿]+)计")
"""A cell that is a unit, or says in which the figures are."""
_LONGEST_UNIT = 60
"""Characters of a text that says so."""


@dataclass
class Reading:
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

    not_computed: dict[str, Value] = field(default_factory=dict)
    """Sums that our own formula has left blank beside a text, by cell id: what their parts add up to."""

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

    def locate(
        self,
        grid: Grid,
        year: int,
        foreign: tuple[str, ...],
        by_id: Iterable[Located] = (),
        *,
        with_paths: bool = False,
    ) -> None:
        """Adds where the figures of a sheet stand, by its labels and by our own hidden ids.

        `with_paths`: by words too that name row and column in full, where those find more.
        """
        crossing, paths = (
            labelled(self.edition, grid, year, foreign),
            by_path(self.edition, grid, year) if with_paths else {},
        )
        for table, places in paths.items():
            known = {each.cell for each in crossing if self.edition.cells[each.cell].table == table}
            if len({each.cell for each in places}) > len(known):
                crossing = [each for each in crossing if self.edition.cells[each.cell].table != table] + places
        for each in crossing:
            self.located.setdefault(each.cell, {}).setdefault(str(each.grid.place(each.spots[0])), each)
        for each in by_id:
            at, key = self.located.setdefault(each.cell, {}), str(grid.place(each.spots[0]))
            before = at.get(key)
            at[key] = each if before is None else replace(before, by_id=True, unlike=before.unlike or each.unlike)

    def add(self, each: Located) -> None:
        """Adds a place where a figure may stand."""
        self.located.setdefault(each.cell, {}).setdefault(str(each.grid.place(each.spots[0])), each)

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
                if not each.grid.fits(spot):
                    self.refuse(Said("row_unfit", cell=spec.label), place, cell)
                    continue
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
            if found.value is None and self._is_for_a_text(cell, parts):
                self.not_computed[cell] = total
            elif found.value is None and self.is_computed:
                self.refuse(Said("formula_without_value", cell=self.edition.cells[cell].label), found.place, cell)
            elif found.value is None:
                figures[cell] = replace(found, value=total)
            elif found.value != total:
                said = Said("sum_is_stale", cell=self.edition.cells[cell].label, found=found.value, expected=total)
                self.refuse(said, found.place, cell)

    def _is_for_a_text(self, cell: str, parts: Collection[str]) -> bool:
        """Whether a sum of our own workbook is blank as its formula leaves it: where one of its parts is a text."""
        ours = [*self.located.get(cell, {}).values()]
        texts = (
            isinstance(each.grid[spot].value, str)
            for part in parts
            for each in self.located.get(part, {}).values()
            for spot in each.spots
        )
        return bool(ours) and all(each.by_id for each in ours) and any(texts)

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
        for cell, total in self.not_computed.items():
            place = str(self.figures[cell].place)
            yield Said("sum_left_blank", cell=self.edition.cells[cell].label, place=place, total=total)

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
