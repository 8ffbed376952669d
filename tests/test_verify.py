"""Reading back: what was drawn wrongly, or would run or load something, never passes."""

import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest

from reportkit.errors import PublishingError
from reportkit.model import Figures
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.pdftext import pages_of
from reportkit.publishing.read_back import verify_attachments, verify_draft_mark, verify_html, verify_pdf
from tests.documents import missing_figures, numbered_figures, report, tables_of


def page_of(figures: Figures) -> str:
    return str(ReportHTMLExporter().from_notebook_node(report(figures))[0])


def pdf_of(figures: Figures, **about: object) -> bytes:
    pdf, _ = ReportPDFExporter().from_notebook_node(report(figures, **about))
    assert isinstance(pdf, bytes)
    return pdf


@pytest.fixture(scope="module", params=["2019", "2021"])
def figures(request: pytest.FixtureRequest) -> Figures:
    return numbered_figures(request.param, first=1000)


@pytest.fixture(scope="module")
def page(figures: Figures) -> str:
    return page_of(figures)


@pytest.fixture(scope="module")
def pdf(figures: Figures) -> bytes:
    return pdf_of(figures)


def changed(figures: Figures, cell: str, value: int | None) -> Figures:
    return Figures(figures.edition, {**figures.cells, cell: value})


def exchanged(figures: Figures, one: str, other: str) -> Figures:
    return Figures(figures.edition, {**figures.cells, one: figures[other], other: figures[one]})


GRANTED, DIRECT = "requests.granted/natural_person", "disputes.litigation.direct/pending"
WRONG: dict[str, Callable[[Figures], Figures]] = {
    "another digit": lambda figures: changed(figures, GRANTED, 1001),
    "a missing figure": lambda figures: changed(figures, GRANTED, None),
    "two cells of a row exchanged": lambda figures: exchanged(figures, GRANTED, "requests.granted/commercial"),
    "two cells of a column exchanged": lambda figures: exchanged(figures, GRANTED, "requests.partial/natural_person"),
    "another digit in table four": lambda figures: changed(figures, DIRECT, 7),
    "another digit in table two": lambda figures: changed(figures, "disclosure.licensing/decisions", 7),
}


def test_a_faithful_page_passes(page: str, figures: Figures) -> None:
    verify_html(page, tables_of(figures))


def test_a_faithful_pdf_passes(pdf: bytes, figures: Figures) -> None:
    verify_pdf(pages_of(pdf), tables_of(figures))


@pytest.mark.parametrize("fault", WRONG)
def test_a_page_with_a_wrong_figure_is_refused(page: str, figures: Figures, fault: str) -> None:
    with pytest.raises(PublishingError, match="the data say"):
        verify_html(page, tables_of(WRONG[fault](figures)))


@pytest.mark.parametrize("fault", WRONG)
def test_a_pdf_with_a_wrong_figure_is_refused(pdf: bytes, figures: Figures, fault: str) -> None:
    with pytest.raises(PublishingError, match="the data say"):
        verify_pdf(pages_of(pdf), tables_of(WRONG[fault](figures)))


def test_a_page_with_a_lost_merge_is_refused(page: str, figures: Figures) -> None:
    at = page.index(' colspan="3"', page.index("<tbody>"))
    with pytest.raises(PublishingError, match=r"spans . x 1 cells, not . x 3"):
        verify_html(page[:at] + page[at + len(' colspan="3"') :], tables_of(figures))


def test_a_refusal_names_the_cell_and_both_figures(pdf: bytes, figures: Figures) -> None:
    shown = str(figures[GRANTED])
    with pytest.raises(PublishingError, match=rf"{GRANTED} reads '{shown}', the data say '1001'") as refused:
        verify_pdf(pages_of(pdf), tables_of(changed(figures, GRANTED, 1001)))
    assert refused.value.where == f'report.pdf, s.table("requests") at {GRANTED}'


def test_a_refusal_of_a_page_names_the_table_and_the_cell(page: str, figures: Figures) -> None:
    with pytest.raises(PublishingError) as refused:
        verify_html(page, tables_of(changed(figures, GRANTED, 1001)))
    assert f's.table("requests") at {GRANTED}, row ' in refused.value.where


def test_a_draft_of_missing_cells_is_read_back_too() -> None:
    figures = missing_figures()
    verify_pdf(pages_of(pdf_of(figures, draft=True, missing=200)), tables_of(figures))


def test_a_pdf_carries_the_figures_along() -> None:
    files = {"figures.csv": b"\xef\xbb\xbfid,value\r\n", "figures.json": b"{}\n"}
    pdf, _ = ReportPDFExporter().from_notebook_node(report(), {"attachments": {**files, "foreign": b"x"}})
    verify_attachments(pdf, files)
    with pytest.raises(PublishingError, match=r"carries \['figures.csv', 'figures.json'\], or one that differs"):
        verify_attachments(pdf, {**files, "figures.json": b"[]\n"})
    with pytest.raises(PublishingError, match="carries"):
        verify_attachments(pdf, {})


def test_a_draft_without_its_mark_is_refused(pdf: bytes) -> None:
    verify_draft_mark(pages_of(pdf), False)
    with pytest.raises(PublishingError, match="Page 1 lacks the draft mark"):
        verify_draft_mark(pages_of(pdf), True)


def test_a_report_with_a_draft_mark_is_refused() -> None:
    marked = pdf_of(missing_figures(), draft=True, missing=200)
    verify_draft_mark(pages_of(marked), True)
    with pytest.raises(PublishingError, match="Page 1 bears the draft mark"):
        verify_draft_mark(pages_of(marked), False)


def test_a_pdf_in_which_no_table_can_be_read_is_refused(pdf: bytes, figures: Figures) -> None:
    ruleless = [replace(page, grids=()) for page in pages_of(pdf)]
    with pytest.raises(PublishingError, match="no page shows"):
        verify_pdf(ruleless, tables_of(figures))


def test_a_pdf_that_lost_a_page_is_refused(pdf: bytes, figures: Figures) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.pages[1:]
        output = io.BytesIO()
        document.save(output)
    with pytest.raises(PublishingError, match="no page shows"):
        verify_pdf(pages_of(output.getvalue()), tables_of(figures))


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        ("<script>1</script>", "holds <script>"),
        ('<link rel="stylesheet" href="https://example.org/a.css">', "holds <link>"),
        ('<img alt="图" src="https://example.org/a.png">', "runs or loads"),
        ('<img src="data:image/png;base64,aGk=">', "no alt text"),
        ('<svg role="img"><path d="M0 0"/></svg>', "no alt text"),
        ('<svg aria-label="图"><use href="https://example.org/a.svg#a"/></svg>', "runs or loads"),
        ('<a href="javascript:alert(1)">甲</a>', "runs or loads"),
        ('<p onclick="alert(1)">甲</p>', "runs or loads"),
        ('<p style="background: url(https://example.org/a.png)">甲</p>', "style of the page loads"),
        ("<style>@import 'a.css'</style>", "style of the page loads"),
        ('<p id="overview">甲</p>', "appears twice"),
        ("<h1>又一个标题</h1>", "2 main headings"),
    ],
)
def test_what_runs_loads_or_misleads_is_refused(page: str, figures: Figures, added: str, complaint: str) -> None:
    with pytest.raises(PublishingError, match=complaint):
        verify_html(page.replace("</main>", added + "</main>"), tables_of(figures))


def test_a_page_without_a_table_is_refused(page: str, figures: Figures) -> None:
    with pytest.raises(PublishingError, match="appears 0 times"):
        verify_html(page.replace('id="table-disputes"', 'id="other"'), tables_of(figures))
