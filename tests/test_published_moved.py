"""Each cell of a page's tables moved, merged, split, lost or doubled: what is read is what is seen, or it is told."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
from lxml import html as lxml_html

from reportkit.editions import STATUTORY
from reportkit.inputs.published.html_page import open_html
from reportkit.inputs.published.read import figures_of
from reportkit.inputs.tables.labels import all_labels
from reportkit.inputs.tables.reading import Reading
from reportkit.model import Value
from reportkit.publishing.html import ReportHTMLExporter
from tests.documents import numbered_figures, report

TABLES = {"disclosure": 0, "requests": 1, "disputes": 2}


def read(content: bytes, edition_id: str) -> Reading:
    edition = STATUTORY.load(edition_id)
    foreign = tuple(name for each in STATUTORY.ids if each != edition_id for name in all_labels(STATUTORY.load(each)))
    return figures_of(edition, open_html(content, "page"), "page", 2020 if edition_id == "2019" else 2024, foreign)


def page_of(edition_id: str) -> Any:
    figures = numbered_figures(edition_id, first=1000)
    return lxml_html.document_fromstring(ReportHTMLExporter().from_notebook_node(report(figures))[0])


def cells_of(table: Any) -> list[Any]:
    return list(table.iter("td", "th"))


def say(cell: Any, text: str) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.text = text


def lost(cell: Any) -> None:
    cell.getparent().remove(cell)


def put_below(cell: Any) -> None:
    row = cell.getparent()
    below = row.getnext()
    if below is not None:
        row.remove(cell)
        below.insert(0, cell)


def merged_with_next(cell: Any) -> None:
    other = cell.getnext()
    if other is not None:
        cell.set("colspan", str(sum(int(each.get("colspan", "1")) for each in (cell, other))))
        say(cell, cell.text_content() + other.text_content())
        other.getparent().remove(other)


def merged_with_below(cell: Any) -> None:
    row = cell.getparent()
    below = row.getnext()
    if below is not None and row.index(cell) < len(below):
        other = below[row.index(cell)]
        cell.set("rowspan", "2")
        say(cell, cell.text_content() + other.text_content())
        below.remove(other)


def split(cell: Any) -> None:
    text = cell.text_content()
    other = deepcopy(cell)
    half = max(1, len(text) // 2)
    say(cell, text[:half])
    say(other, text[half:])
    cell.addnext(other)


def doubled(cell: Any) -> None:
    cell.addnext(deepcopy(cell))


def pushed_right(cell: Any) -> None:
    blank = deepcopy(cell)
    say(blank, "")
    cell.addprevious(blank)


CHANGES: Mapping[str, Callable[[Any], None]] = {
    "lost": lost,
    "put on the next line": put_below,
    "merged with the next": merged_with_next,
    "merged with the one below": merged_with_below,
    "split": split,
    "doubled": doubled,
    "pushed right": pushed_right,
}


def read_wrongly(reading: Reading, table: str, truth: Mapping[str, Value]) -> Iterator[str]:
    """The figures that are said to be others than they were, without a doubt."""
    for cell, found in reading.figures.items():
        is_other = found.value is not None and found.value != truth[cell]
        if is_other and reading.edition.cells[cell].table == table and cell not in reading.doubts:
            yield f"{cell}: {found.value}"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("edition_id", ["2019", "2021"])
@pytest.mark.parametrize("change", CHANGES)
def test_no_figure_is_taken_for_another(edition_id: str, table: str, change: str) -> None:
    page = page_of(edition_id)
    truth = numbered_figures(edition_id, first=1000).cells
    statutory = [each for each in page.iter("table") if each.find(".//th") is not None and len(cells_of(each)) > 20]
    whole = statutory[TABLES[table]]
    assert len(statutory) == len(TABLES)
    wrong, told = [], 0
    for number in range(len(cells_of(whole))):
        changed = deepcopy(whole)
        cell = cells_of(changed)[number]
        CHANGES[change](cell)
        reading = read(lxml_html.tostring(changed, encoding="utf-8"), edition_id)
        found = list(read_wrongly(reading, table, truth))
        wrong += [f"{cell.text_content().strip()[:12]} {each}" for each in found]
        told += bool(reading.refusals) or not reading.located
    assert wrong == []
    assert told > 0


@pytest.mark.parametrize("edition_id", ["2019", "2021"])
def test_numbers_that_have_changed_places_are_read_where_they_stand(edition_id: str) -> None:
    page = page_of(edition_id)
    truth = numbered_figures(edition_id, first=1000).cells
    numbers = [each for each in page.iter("td") if each.text_content().strip().isdigit()]
    pairs = [(each, each.getnext()) for each in numbers[::9] if each.getnext() is not None]
    assert len(pairs) > 10
    for cell, other in pairs:
        one, another = cell.text_content().strip(), other.text_content().strip()
        say(cell, another)
        say(other, one)
        found = read(lxml_html.tostring(page, encoding="utf-8"), edition_id).figures
        cells = {str(value): name for name, value in truth.items()}
        assert (str(found[cells[one]].value), str(found[cells[another]].value)) == (another, one)
        say(cell, one)
        say(other, another)
