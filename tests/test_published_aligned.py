"""Tables of a PDF without rules, each number moved, lost or doubled: it is read where it stands, or it is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from reportkit.editions import STATUTORY
from reportkit.inputs.published.opening import open_page
from reportkit.inputs.published.page import Mark, Page
from reportkit.inputs.published.read import figures_of
from reportkit.inputs.published.stacks import stacks_of
from reportkit.inputs.tables.labels import all_labels
from reportkit.inputs.tables.numerals import is_like_a_number
from reportkit.inputs.tables.reading import Reading
from tests.published.pdfs import no_rules, three_lines, unruled_left, unruled_old_edition, unruled_right
from tests.published.source import Source

SOURCES = {each.__name__: each for each in (no_rules, three_lines, unruled_right, unruled_left, unruled_old_edition)}
FULL = {"no_rules", "three_lines", "unruled_left"}
"""Where each cell has a number: one that is moved to another cell isn't alone there."""
SMALL = {"half a column right", "half a column left", "half a row down", "doubled beside it", "another digit near it"}
_COLUMN_PT, _ROW_PT = 32, 12.5


def read(page: Page, source: Source) -> Reading:
    edition = STATUTORY.for_year(source.year)
    foreign = tuple(name for each in STATUTORY.ids if each != edition.id for name in all_labels(STATUTORY.load(each)))
    return figures_of(edition, page, source.name, source.year, foreign)


def moved(mark: Mark, across: float, down: float) -> Mark:
    return mark._replace(
        left=mark.left + across, right=mark.right + across, top=mark.top + down, bottom=mark.bottom + down
    )


CHANGES: Mapping[str, Callable[[Mark], list[Mark]]] = {
    "half a column right": lambda mark: [moved(mark, _COLUMN_PT / 2, 0)],
    "half a column left": lambda mark: [moved(mark, -_COLUMN_PT / 2, 0)],
    "a column right": lambda mark: [moved(mark, _COLUMN_PT, 0)],
    "a column left": lambda mark: [moved(mark, -_COLUMN_PT, 0)],
    "half a row down": lambda mark: [moved(mark, 0, _ROW_PT / 2)],
    "a row up": lambda mark: [moved(mark, 0, -_ROW_PT)],
    "doubled beside it": lambda mark: [mark, moved(mark, _COLUMN_PT / 2, 0)],
    "another digit near it": lambda mark: [mark, moved(mark, mark.right - mark.left + 3, 0)._replace(text="7")],
}


def changed(page: Page, change: Callable[[Mark], list[Mark]]) -> Iterator[tuple[Mark, Page]]:
    """The page with each number changed in turn, of the many in table 三 every seventh."""
    numbers = [place for place, mark in enumerate(page.marks) if is_like_a_number(mark.text)]
    blocks = [each for each in page.blocks if type(each).__name__ != "Tokens"]
    for place in numbers[::7]:
        marks = [*page.marks[:place], *change(page.marks[place]), *page.marks[place + 1 :]]
        yield page.marks[place], replace(page, marks=marks, blocks=blocks)


@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name in SOURCES for change in CHANGES if name in FULL or change in SMALL]
)
def test_no_figure_is_taken_for_another(name: str, change: str) -> None:
    source = SOURCES[name]()
    page = open_page(source.content, source.name)
    assert page.marks
    wrong = []
    for mark, other in changed(page, CHANGES[change]):
        reading = read(other, source)
        for cell, found in reading.figures.items():
            is_other = found.value is not None and found.value != source.truth.get(cell)
            if is_other and cell not in reading.doubts:
                wrong.append(f"{mark.text} {mark.place} {cell}: {found.value}")
    assert wrong == []


def test_words_that_are_no_head_among_the_heads_leave_nothing_sure() -> None:
    source = no_rules()
    page = open_page(source.content, source.name)
    head = next(each for each in page.marks if each.text == "其他")
    marks = [each._replace(text="个体") if each is head else each for each in page.marks]
    blocks = [each for each in page.blocks if type(each).__name__ != "Tokens"]
    reading = read(replace(page, marks=marks, blocks=blocks), source)
    assert "requests.received/commercial" not in reading.figures
    assert "table_not_aligned" in [each.code for each in reading.refusals]


def test_a_page_on_which_everything_may_be_a_label_is_given_up_at_once() -> None:
    page = open_page(no_rules().content, "no_rules")
    head = next(each for each in page.marks if each.text == "商业")
    lines = [head._replace(text="商业企业"[row], top=head.top + 10.0 * row) for row in range(4)]
    marks = [each._replace(bottom=each.top + 9, left=each.left, right=each.left + 9) for each in lines] * 300
    assert stacks_of(marks, {"商业企业"}) == []
    assert [each.name for each in stacks_of(marks[:4], {"商业企业"})] == ["商业企业"]
