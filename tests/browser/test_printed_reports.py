"""Published pages as a real Chromium prints them: each figure is read from the PDF, or it is told."""

from collections.abc import Callable

import pytest

from tests.published.pdfs import PRINTED_PDFS
from tests.published.source import Source
from tests.test_published_sources import check


@pytest.mark.parametrize("made", PRINTED_PDFS)
def test_a_printed_page_is_read_whole_or_told(made: Callable[[], Source]) -> None:
    """Of the five pages 971 of 1,000 cells are read."""
    wanted, lost = check(made())
    assert (wanted > 170, lost) == (True, 0)
