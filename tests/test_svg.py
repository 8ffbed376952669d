"""Charts made fit for a page."""

import re

import pytest

from reportkit.errors import PublishingError
from reportkit.notebook import charts
from reportkit.publishing.svg import clean_svg

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" width="9pt">'
)


def drawing(body: str) -> str:
    return f"{HEAD}{body}</svg>"


def test_a_chart_of_ours_passes_and_keeps_its_words() -> None:
    svg, _ = charts.exhibit(charts.bars({"予以公开": 12}, "件"), "图", "图", "件", None, None)
    cleaned = clean_svg(svg, "chart1")
    assert cleaned.startswith("<svg")
    assert "予以公开" in cleaned
    assert "<style" not in cleaned


def test_used_ids_are_prefixed_and_unused_ones_dropped() -> None:
    cleaned = clean_svg(
        drawing(
            '<defs><clipPath id="a"><rect/></clipPath></defs><g id="b" clip-path="url(#a)"/><use xlink:href="#a"/>'
        ),
        "chart2",
    )
    assert 'id="chart2-a"' in cleaned
    assert 'clip-path="url(#chart2-a)"' in cleaned
    assert 'xlink:href="#chart2-a"' in cleaned
    assert 'id="b"' not in cleaned


def test_two_charts_on_a_page_share_no_id() -> None:
    svg, _ = charts.exhibit(
        charts.paired_bars({"甲": (1, 2)}, ("2023年", "2024年"), "件"), "图", "图", "件", None, None
    )
    ids = [set(re.findall(r' id="([^"]+)"', clean_svg(svg, name))) for name in ("chart1", "chart2")]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        "<foreignObject/>",
        '<image href="https://example.org/a.png"/>',
        '<a href="https://example.org"><path/></a>',
        '<path onclick="1"/>',
        '<use href="https://example.org/a.svg#b"/>',
        '<path style="fill: url(https://example.org/a.svg)"/>',
    ],
)
def test_what_runs_or_loads_is_refused(body: str) -> None:
    with pytest.raises(PublishingError):
        clean_svg(drawing(body), "chart1")


def test_what_is_not_svg_is_refused() -> None:
    with pytest.raises(PublishingError, match="not valid SVG"):
        clean_svg("<svg", "chart1")


def test_entities_are_refused() -> None:
    with pytest.raises(PublishingError):
        clean_svg('<!DOCTYPE svg [<!ENTITY a "公公公公">]>' + drawing("<text>&a;</text>"), "chart1")


def test_a_chart_scales_with_its_place() -> None:
    assert "width=" not in clean_svg(drawing("<g/>"), "chart1").partition(">")[0]
