"""Heads that aren't as the form prints them, each cell moved, lost or doubled: what is read is what is seen."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import html as lxml_html

from tests.published.head_pages import HEAD_PAGES
from tests.published.source import Source
from tests.test_published_moved import CHANGES, cells_of, read

TABLES = {"heads_in_two_rows": slice(1, 3), "ragged_spans": slice(1, 3), "disputes_upright": slice(2, 3)}
"""The tables of a page that are built otherwise, by their number; table 三 alone of any other."""
_LINES = 5
"""Rows of a table whose cells are changed one by one: its heads and the first of its figures."""


def wrong_of(source: Source, change: str) -> list[str]:
    page = lxml_html.document_fromstring(source.content)
    wrong = []
    for table in [*page.iter("table")][TABLES.get(source.name, slice(1, 2))]:
        rows = [*table.iter("tr")][:_LINES]
        for number in range(sum(len(cells_of(row)) for row in rows)):
            changed = deepcopy(page)
            at = [*page.iter("table")].index(table)
            cell = cells_of([*changed.iter("table")][at])[number]
            said = cell.text_content()
            CHANGES[change](cell)
            reading = read(lxml_html.tostring(changed, encoding="utf-8"), "2021")
            for name, found in reading.figures.items():
                is_other = found.value is not None and found.value != source.truth.get(name)
                if is_other and name not in reading.doubts:
                    wrong.append(f"table {at} {said!r} {name}: {found.value}")
    return wrong


SEEN = {("ragged_spans", "lost"), ("ragged_spans", "put on the next line")}
"""Where a browser shows the row's figures below other heads too: it has as many cells again, the last of them empty."""


@pytest.mark.parametrize(
    ("made", "change"),
    [(made, change) for made in HEAD_PAGES for change in CHANGES if (made.__name__, change) not in SEEN],
)
def test_no_figure_is_taken_for_another(made: Callable[[], Source], change: str) -> None:
    assert wrong_of(made(), change) == []
