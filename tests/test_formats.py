"""One report in every format: the same figures in the same places, whatever they are, also where cells are missing."""

import csv
import io
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reportkit.editions import STATUTORY, lay_out
from reportkit.model import Figures, Value
from reportkit.publishing.data import figures_csv
from reportkit.publishing.docxtext import Grid
from reportkit.publishing.fragment import ReportFragmentExporter
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.pdftext import pages_of
from reportkit.publishing.word import ReportWordExporter
from tests import strategies
from tests.documents import report
from tests.grids import grids_of, grids_of_html, grids_of_word


def grids_of_csv(content: bytes, edition_id: str) -> list[Grid]:
    """The statutory tables that a file of figures makes."""
    edition = STATUTORY.load(edition_id)
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    values: dict[str, Value] = {}
    for row in rows:
        text = row["value"]
        values[row["id"]] = None if not text else Decimal(text) if "." in text else int(text)
    return grids_of(lay_out(edition, table.id, Figures(edition_id, values)) for table in edition.tables)


def read_from_pdf(pdf: bytes, like: list[Grid]) -> list[Grid]:
    """What stands between the ruled lines of a PDF at the places of some grids; {} for a table that isn't there."""
    ruled = [grid for page in pages_of(pdf) for grid in page.grids]
    found = []
    for grid in like:
        rows = max(row + down for (row, _), (_, down, _) in grid.items())
        columns = max(column + right for (_, column), (_, _, right) in grid.items())
        shown = [each for each in ruled if each.shape == (rows, columns)]
        read: Grid = {}
        for each in shown[:1]:
            read = {
                (row, column): (each.text(row, column, down, right), down, right)
                for (row, column), (_, down, right) in grid.items()
            }
        found.append(read)
    return found


def bare(grids: list[Grid]) -> list[Grid]:
    return [{place: ("".join(text.split()), *spans) for place, (text, *spans) in grid.items()} for grid in grids]  # type: ignore[misc]


def exported(exporter: Any, notebook: Any) -> Any:
    return exporter.from_notebook_node(notebook)[0]


@settings(max_examples=12)
@given(data=st.data(), edition_id=st.sampled_from(sorted(STATUTORY.ids)))
def test_every_format_carries_the_same_figures_in_the_same_places(data: st.DataObject, edition_id: str) -> None:
    figures = data.draw(strategies.figures(STATUTORY.load(edition_id)))
    missing = len(figures.missing())
    notebook = report(figures, draft=missing > 0, missing=missing)
    wanted = bare(grids_of_csv(figures_csv(STATUTORY.load(edition_id), figures), edition_id))
    assert bare(grids_of_html(exported(ReportHTMLExporter(), notebook))) == wanted
    assert bare(grids_of_html(exported(ReportFragmentExporter(), notebook))) == wanted
    assert bare([grid for _, grid in grids_of_word(exported(ReportWordExporter(), notebook))]) == wanted
    assert bare(read_from_pdf(exported(ReportPDFExporter(), notebook), wanted)) == wanted
