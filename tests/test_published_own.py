"""Our own reports read back as anybody's: every figure, blank and word, whatever the format."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reportkit.demo.write import demo_of, write_demo
from reportkit.editions import STATUTORY
from reportkit.formats import FORMATS
from reportkit.inputs.project import Project
from reportkit.inputs.published.opening import open_page
from reportkit.inputs.published.read import figures_of, read_published
from reportkit.inputs.tables.labels import all_labels
from reportkit.inputs.workbook.titles import Asked
from reportkit.model import Figures, Value
from reportkit.publishing.fragment import ReportFragmentExporter
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.word import ReportWordExporter
from tests.building import edit
from tests.documents import report
from tests.strategies import figures
from tests.test_build import reportkit

EXPORTERS = {
    "html": ReportHTMLExporter,
    "fragment": ReportFragmentExporter,
    "docx": ReportWordExporter,
    "pdf": ReportPDFExporter,
}
YEARS = {"2019": 2020, "2021": 2024}


def read(content: bytes, edition_id: str) -> dict[str, Value]:
    """The figures of a file by cell id, none of which may be doubtful."""
    edition = STATUTORY.load(edition_id)
    foreign = tuple(name for each in STATUTORY.ids if each != edition_id for name in all_labels(STATUTORY.load(each)))
    reading = figures_of(edition, open_page(content, "report"), "report", YEARS[edition_id], foreign)
    assert reading.refusals == []
    return {cell: found.value for cell, found in reading.figures.items()}


@pytest.mark.parametrize("edition_id", ["2019", "2021"])
@pytest.mark.parametrize(("name", "examples"), [("html", 15), ("fragment", 15), ("docx", 15), ("pdf", 5)])
def test_what_was_printed_is_what_is_read(edition_id: str, name: str, examples: int) -> None:
    # Not made smaller where one fails: each is a whole report.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)

    @settings(max_examples=examples, deadline=None, phases=phases, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        stated: Figures = data.draw(figures(STATUTORY.load(edition_id)))
        content = EXPORTERS[name]().from_notebook_node(report(stated))[0]
        found = read(content.encode() if isinstance(content, str) else content, edition_id)
        assert found == stated.cells

    holds()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty departments' reports of the last year of one format and the first of the next, built in all formats."""
    root = tmp_path_factory.mktemp("demo")
    write_demo(root, demo_of(20, 2, 1, last_year=2021))
    edit(root, "params/report.yaml", "formats: [html, pdf]", "formats: [html, pdf, docx, fragment]")
    assert reportkit(root, "build", "--all").returncode == 0
    return root


@pytest.mark.parametrize("name", [*EXPORTERS])
def test_twenty_departments_reports_of_two_formats_are_read_whole(built: Path, name: str) -> None:
    project = Project(built)
    seen = 0
    for year in project.years:
        for department in project.submitted(year):
            stated = project.submission(year, department)
            file = FORMATS[name].file
            content = (built / "outputs" / str(year) / department / file).read_bytes()
            # A fragment is what is pasted into a page, which has the title.
            asked = Asked(department, year) if name == "fragment" else Asked()
            found = read_published(project, content, file, asked).said
            assert (found.year, found.department, found.refusals) == (year, department, ())
            assert {cell: each.value for cell, each in found.figures.items()} == stated.figures.cells
            assert {slot for slot, text in stated.prose.items() if text.strip()} <= {*found.prose}
            seen += 1
    assert seen == 40
