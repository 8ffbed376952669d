"""Published reports that a real LibreOffice wrote, as PDFs and as .doc: each figure is read, or it is told."""

from collections.abc import Callable

import pytest

from tests.published.pdfs import OFFICE_PDFS
from tests.published.source import Source
from tests.published.word_files import WORD_FILES, as_doc
from tests.test_published_sources import check


@pytest.mark.parametrize("made", OFFICE_PDFS)
def test_an_exported_pdf_is_read_whole_but_for_numbers_that_break(made: Callable[[], Source]) -> None:
    wanted, lost = check(made())
    assert (wanted > 190, lost) == (True, 0)


@pytest.mark.parametrize("made", WORD_FILES)
def test_an_old_word_file_is_read_whole(made: Callable[[], Source]) -> None:
    wanted, lost = check(as_doc(made()))
    assert (wanted > 190, lost) == (True, 0)
