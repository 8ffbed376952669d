"""A published report → figures with their places, words by part, and what can't be read surely, in one record."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from reportkit.editions import Edition, Editions
from reportkit.editions.sums import sums_of
from reportkit.editions.tables import CellSpec
from reportkit.errors import InputError
from reportkit.inputs.handed_in import HandedIn, Place
from reportkit.inputs.project import Project
from reportkit.inputs.published.aligned import aligned_grids
from reportkit.inputs.published.opening import open_page
from reportkit.inputs.published.page import Page, Tokens
from reportkit.inputs.published.prose import Words, as_prose, words_of
from reportkit.inputs.published.rows import rows_found
from reportkit.inputs.published.shape import joined
from reportkit.inputs.published.titled import published_on, titles_of, years_in
from reportkit.inputs.tables.grid import Grid, GridCell
from reportkit.inputs.tables.labels import all_labels
from reportkit.inputs.tables.left_over import left_over
from reportkit.inputs.tables.located import Located
from reportkit.inputs.tables.reading import Reading
from reportkit.inputs.workbook.bodies import names_within
from reportkit.inputs.workbook.titles import Asked
from reportkit.messages.said import Said


@dataclass(frozen=True)
class Published:
    """A published report as it was read: `said` is what it hands in, the rest what only a published page shows."""

    said: HandedIn
    page: Page
    words: Words
    titles: Sequence[str]


def read_published(project: Project, content: bytes, file: str, asked: Asked) -> Published:
    """What a published report says.

    Figures that can't be read surely are in `doubts`, and have no value. Raises InputError where the file can't be
    opened, or says neither of which year nor of which body it is, or says two.
    """
    page = open_page(content, file)
    titles = titles_in(project.editions, page, max(project.years, default=2023))
    year, department = _year(titles, file, asked), _department(project, titles, file, asked)
    about = HandedIn(file, sha256(content).hexdigest(), "", department, year, kind="published")
    return published(project.editions, page, titles, about)


def titles_in(editions: Editions, page: Page, year: int) -> list[str]:
    """What may be a page's title, the likeliest first; its parts are told by the edition of a year."""
    return titles_of(page, words_of(editions.for_year(year), page.blocks))


def published(editions: Editions, page: Page, titles: Sequence[str], about: HandedIn) -> Published:
    """A page as it was read, once it is known whose it is and of which year: `about` says these, and the file."""
    year = about.year or 0
    edition = editions.for_year(year)
    words = words_of(edition, page.blocks)
    others = (editions.load(each) for each in editions.ids if each != edition.id)
    foreign = tuple(dict.fromkeys(name for each in others for name in all_labels(each)))
    reading = figures_of(edition, page, about.file, year, foreign)
    day = published_on(page)
    said = replace(
        about,
        edition=edition.id,
        figures={cell: reading.figures[cell] for cell in edition.cells if cell in reading.figures},
        prose={
            slot: "\n\n".join(as_prose(each.text) for each in parts) for slot, parts in words.prose.items() if parts
        },
        published_on=None if day is None else day[0],
        refusals=tuple(dict.fromkeys(reading.refusals)),
        doubts={cell: tuple(errors) for cell, errors in reading.doubts.items()},
        remarks=tuple(_remarks(edition, page, words, reading)),
    )
    return Published(said, page, words, titles)


def _year(titles: Sequence[str], file: str, asked: Asked) -> int:
    """The report's year: as the command says, else as its titles do. Raises InputError where these differ."""
    if asked.year is not None:
        return asked.year
    found = sorted({year for title in titles for year in years_in(title)} or {*years_in(file)})
    if not found:
        raise InputError("workbook_no_year", where=file)
    if len(found) > 1:
        raise InputError("workbook_years_differ", where=file, years=found)
    return found[0]


def _department(project: Project, titles: Sequence[str], file: str, asked: Asked) -> str:
    """The body: as the command says, else as its titles or the file's name do."""
    if asked.department is not None:
        return asked.department
    for texts in (titles, [file.rsplit(".", 1)[0]]):
        found: dict[str, None] = {}
        for text in texts:
            bodies, unknown = names_within(project.register, text)
            if unknown:
                raise InputError("workbook_unknown_body", where=file, body=unknown[:40])
            found |= dict.fromkeys(bodies)
        if len(found) > 1:
            names = [project.department(each).name for each in found]
            raise InputError("workbook_bodies_differ", where=file, bodies=names)
        if found:
            return next(iter(found))
    raise InputError("workbook_no_body", where=file)


def figures_of(edition: Edition, page: Page, file: str, year: int, foreign: tuple[str, ...]) -> Reading:
    reading = Reading(edition, file)
    for grid in joined(page.blocks):
        reading.locate(grid, year, foreign)
    known = {*reading.located}
    unsure: list[tuple[Said, Place, str]] = []
    by_order: set[str] = set()
    by_place = {*_aligned(reading, page, year, foreign)} - known
    for block in page.blocks:
        if isinstance(block, Tokens):
            for located, said, place, cell in _of_rows(edition, block, foreign):
                if cell in known:
                    continue  # read where its row and column cross
                if located is not None:
                    by_order.add(cell)
                    reading.add(located)
                elif said is not None:
                    unsure.append((said, place, cell))
    reading.read()
    for said, place, cell in unsure:
        if cell not in reading.figures:
            reading.refuse(said, place, cell)
    for spec, total in _out_of_order(edition, reading, by_order - by_place):
        reading.refuse(Said("order_not_sure", cell=spec.label, total=total.label), _place(reading, spec), spec.id)
    for spec, total in _out_of_order(edition, reading, by_place):
        reading.refuse(Said("alignment_not_sure", cell=spec.label, total=total.label), _place(reading, spec), spec.id)
    for said, place, cell in _not_found(edition, reading):
        reading.refuse(said, place, cell)
    everywhere = [each for places in reading.located.values() for each in places.values()]
    for said, place in left_over(edition, everywhere):
        reading.refuse(said, place)
    return reading


def _aligned(reading: Reading, page: Page, year: int, foreign: tuple[str, ...]) -> Iterator[str]:
    """Adds the figures of tables whose columns are told by alignment, and gives their cells."""
    for table, grid, place in aligned_grids(reading.edition, page.marks):
        if grid is None:
            reading.refuse(Said("table_not_aligned", table=f"表{table.number}"), place)
            continue
        before = {*reading.located}
        reading.locate(grid, year, foreign)
        yield from {*reading.located} - before


def _place(reading: Reading, cell: CellSpec) -> Place:
    return reading.figures[cell.id].place


def _out_of_order(edition: Edition, reading: Reading, cells: Collection[str]) -> Iterator[tuple[CellSpec, CellSpec]]:
    """The figures that are only told by where pieces stand, with a sum of their table that doesn't come out."""
    values = {cell: reading.figures[cell].value for cell in cells if cell in reading.figures}
    wrong = {
        edition.cells[total].table: total
        for total, parts in sums_of(edition).items()
        if (stated := values.get(total)) is not None
        and None not in (addends := [values.get(each) for each in parts])
        and sum(each for each in addends if each is not None) != stated
    }
    for cell in values:
        if (total := wrong.get(edition.cells[cell].table)) is not None:
            yield edition.cells[cell], edition.cells[total]


def _not_found(edition: Edition, reading: Reading) -> Iterator[tuple[Said, Place, str]]:
    """The cells that aren't there of tables that are."""
    at: dict[str, Place] = {}
    for cell, places in reading.located.items():
        for each in places.values():
            at.setdefault(edition.cells[cell].table, Place(each.grid.name, ""))
    for cell, spec in edition.cells.items():
        if spec.table in at and cell not in reading.located:
            yield Said("cell_not_found", cell=spec.label), at[spec.table], cell


def _of_rows(
    edition: Edition, block: Tokens, foreign: tuple[str, ...]
) -> Iterator[tuple[Located | None, Said | None, Place, str]]:
    """The figures of a table that is told by the order of its pieces, and those that aren't sure."""
    for number, row in enumerate(rows_found(edition, block.each, foreign)):
        place = row.label.place
        if row.tokens is None or not row.heads_are_known or not row.is_alone:
            label = row.specs[0].row_label or row.label.text
            said = Said("row_of_other_length", row=label, found=row.count, wanted=len(row.specs))
            if row.tokens is not None:
                said = Said("row_beside_another" if row.heads_are_known else "row_without_heads", row=label)
            for spec in row.specs:
                yield None, said, place, spec.id
            continue
        cells = {(0, column): GridCell(token.text) for column, token in enumerate(row.tokens) if token.text.strip()}
        places: Mapping[tuple[int, int], Place] = {(0, column): each.place for column, each in enumerate(row.tokens)}
        grid = Grid(f"{place.sheet}·{number + 1}", cells, places=places)
        for column, spec in enumerate(row.specs):
            yield Located(spec.id, grid, ((0, column),)), None, place, spec.id


def _remarks(edition: Edition, page: Page, words: Words, reading: Reading) -> Iterator[Said]:
    """What is worth knowing: tables that aren't there, words that no part has room for, comments."""
    found = {edition.cells[cell].table for cell in reading.located}
    for table in edition.tables:
        if table.id not in found:
            yield Said("published_without_table", table=f"表{table.number}", pictures=page.pictures)
    for title, paragraph in words.told:
        yield Said("published_words_beside", part=title, text=paragraph.text[:30])
    for section in words.undivided:
        yield Said("published_undivided", part=section.title or "", slots=[slot.label for slot in section.prose])
    for each in page.notes:
        yield Said("published_comment", text=each[:60])
