"""The fragment for a portal's CMS: it needs nothing but itself, and what editors strip takes no figure along."""

import base64
import io
import re
from typing import Any

import nh3
import pytest
from hypothesis import given
from lxml import html
from PIL import Image

from reportkit.errors import PublishingError
from reportkit.model import Figures
from reportkit.publishing.fragment import ReportFragmentExporter
from reportkit.publishing.read_back import DRAFT_NOTE, verify_fragment
from tests.documents import missing_figures, numbered_figures, prose_cell, rendered_anyway, report, tables_of
from tests.grids import grids_of, grids_of_html
from tests.strategies import hostile_text

EDITOR = {
    "tags": {
        *("p", "h2", "h3", "h4", "table", "tbody", "thead", "tr", "td", "th"),
        *("img", "strong", "em", "br", "ul", "ol", "li", "a"),
    },
    "attributes": {"td": {"rowspan", "colspan"}, "th": {"rowspan", "colspan"}, "img": {"src", "alt"}, "a": {"href"}},
    "url_schemes": {"http", "https", "mailto", "data"},
}  # fmt: skip
"""What the editor of a CMS typically lets through: no styles, no classes, no ids, no division."""


def fragment_of(notebook: Any, **options: Any) -> str:
    return str(ReportFragmentExporter(**options).from_notebook_node(notebook)[0])


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("make", [numbered_figures, missing_figures])
def test_figures_and_merges_survive_what_an_editor_strips(edition: str, make: Any) -> None:
    figures: Figures = make(edition)
    page = fragment_of(report(figures))
    assert grids_of_html(page) == grids_of(tables_of(figures))
    stripped = nh3.clean(page, **EDITOR)
    assert "style=" not in stripped
    assert grids_of_html(stripped) == grids_of(tables_of(figures))
    assert "data:image/png" in stripped


def test_it_holds_nothing_that_could_clash_with_a_portals_page() -> None:
    page = html.fragment_fromstring(fragment_of(report()))
    assert page.tag == "div"
    assert {str(element.tag) for element in page.iter()} <= {
        "div", "p", "h2", "h3", "h4", "table", "colgroup", "col", "thead", "tbody", "tr", "td", "th", "img",
    }  # fmt: skip
    assert not page.xpath("//@class | //@id | //@headers | //@tabindex | //@role")
    unstyled = {str(element.tag) for element in page.iter() if not element.get("style")}
    assert unstyled <= {"colgroup", "col", "thead", "tbody", "tr"}


def test_headings_and_words_are_the_reports() -> None:
    page = html.fragment_fromstring(fragment_of(report(prose="设有**公开专栏**7个。\n\n- 甲\n- 乙")))
    assert [each.text_content() for each in page.iter("h2")][:2] == ["一、总体情况", "二、主动公开政府信息情况"]
    assert "设有公开专栏7个。" in page.text_content()
    assert [each.text_content() for each in page.iter("li")] == ["甲", "乙"]


def test_a_chart_is_a_picture_with_its_words() -> None:
    page = html.fragment_fromstring(fragment_of(report()))
    (picture,) = page.iter("img")
    assert picture.get("alt") == "条形图：予以公开12件，部分公开3件。"
    png = base64.b64decode(picture.get("src").removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(png)) as image:
        assert image.width > 1000
        colours = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 20) or ()}
    assert len(colours) > 10, "something is drawn"
    assert "图1　办理结果" in page.text_content()


def test_pictures_can_lie_beside_it() -> None:
    exporter = ReportFragmentExporter(pictures_beside=True)
    page, resources = exporter.from_notebook_node(report())
    assert html.fragment_fromstring(page).xpath("//img/@src") == ["chart1.png"]
    assert resources["outputs"]["chart1.png"].startswith(b"\x89PNG")
    verify_fragment(page, tables_of(numbered_figures()), draft=False, pictures=["chart1.png"])
    with pytest.raises(PublishingError, match="loads something"):
        verify_fragment(page, tables_of(numbered_figures()), draft=False)


def test_a_draft_bears_its_mark() -> None:
    figures = missing_figures()
    page = fragment_of(report(figures, draft=True, missing=200))
    assert page.count(DRAFT_NOTE) == 2
    verify_fragment(page, tables_of(figures), draft=True)
    with pytest.raises(PublishingError, match="bears the draft mark"):
        verify_fragment(page, tables_of(figures), draft=False)
    with pytest.raises(PublishingError, match="lacks the draft mark"):
        verify_fragment(fragment_of(report(figures)), tables_of(figures), draft=True)


def test_the_same_bytes_each_time() -> None:
    assert fragment_of(report()) == fragment_of(report())


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        (">57<", ">75<", "the data say"),
        ('<td colspan="3" ', "<td ", "spans 1 x 1 cells, not 1 x 3"),
        ("<h2 ", '<h2 id="x" ', "The fragment holds <h2>"),
        ("<p ", "<script>1</script><p ", "The page holds <script>"),
        ("<img ", '<img onerror="x()" ', "runs or loads"),
        ("alt=", "data-alt=", "no alt text"),
    ],
)
def test_what_is_not_the_reports_is_refused(old: str, new: str, match: str) -> None:
    page = fragment_of(report())
    assert old in page
    with pytest.raises(PublishingError, match=match):
        verify_fragment(page.replace(old, new, 1), tables_of(numbered_figures()), draft=False)


@given(hostile_text)
def test_hostile_words_stay_words(text: str) -> None:
    notebook = report(extra=[prose_cell(text, "other_matters", "hostile")])
    page = rendered_anyway(ReportFragmentExporter(), notebook)
    verify_fragment(page, tables_of(numbered_figures()), draft=False)
    assert not re.search(r"<(?:script|iframe|svg)\b", page)
