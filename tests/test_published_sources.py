"""Pages, PDFs, texts and Word files as others publish them: each figure is read as it stands there, or it is told."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from reportkit.editions import STATUTORY
from reportkit.errors import InputError
from reportkit.inputs.published.opening import open_page
from reportkit.inputs.published.prose import words_of
from reportkit.inputs.published.read import figures_of
from reportkit.inputs.published.titled import titles_of, years_in
from reportkit.inputs.tables.labels import all_labels
from tests.published.copied import COPIED
from tests.published.pages import PAGES
from tests.published.pdfs import TYPESET_PDFS
from tests.published.source import Source
from tests.published.word_files import WORD_FILES

READ_NOT_ALL = {
    "slips_in_labels": 2,  # 规范性文件, which is the older format's label
}
"""Cells that somebody careful would read, and we tell."""
REFUSED = {"scanned": "published_scanned", "locked": "published_encrypted"}
UNTITLED = {
    "without_characters",
    "office_from_word_html",  # LibreOffice has left out what Word calls its title
}


def sources() -> Iterator[tuple[str, Callable[[], Source]]]:
    """By name, what makes each source."""
    for group in (PAGES, TYPESET_PDFS, COPIED, WORD_FILES):
        for each in group.values() if isinstance(group, dict) else group:
            yield (each.name, partial(lambda made: made, each)) if isinstance(each, Source) else (each.__name__, each)


def check(source: Source) -> tuple[int, int]:
    """How many cells a source has that must be read, and how many of these aren't; nothing may be read wrongly."""
    edition = STATUTORY.for_year(source.year)
    foreign = tuple(name for each in STATUTORY.ids if each != edition.id for name in all_labels(STATUTORY.load(each)))
    page = open_page(source.content, source.name)
    reading = figures_of(edition, page, source.name, source.year, foreign)
    sure = {cell: found.value for cell, found in reading.figures.items() if cell not in reading.doubts}
    wrong = {cell: value for cell, value in sure.items() if value is not None and value != source.truth.get(cell)}
    assert wrong == {}
    wanted = {cell: value for cell, value in source.truth.items() if cell not in source.told}
    lost = [cell for cell, value in wanted.items() if cell not in sure or sure[cell] != value]
    assert [cell for cell in lost if cell not in reading.doubts] == []
    words = words_of(edition, page.blocks)
    for slot, start in source.prose.items():
        assert words.prose[slot][0].text.startswith(start[:6]), slot
    if source.name not in UNTITLED:
        assert years_in(titles_of(page, words)[0].replace(" ", "")) == [source.year]
    return len(wanted), len(lost)


@pytest.mark.parametrize(("name", "made"), [*sources()])
def test_a_source_is_read_whole_or_told(name: str, made: Callable[[], Source]) -> None:
    source = made()
    if source.name in REFUSED:
        with pytest.raises(InputError) as refused:
            open_page(source.content, source.name)
        assert refused.value.code == REFUSED[source.name]
        return
    wanted, lost = check(source)
    assert lost == READ_NOT_ALL.get(source.name, 0)
    assert wanted or source.told or not source.truth
