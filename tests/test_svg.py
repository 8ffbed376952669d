"""Charts made fit for a page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Wedge

from reportkit.errors import PublishingError
from reportkit.notebook import charts
from reportkit.publishing.fragment import STYLES
from reportkit.publishing.read_back import verify_html
from reportkit.publishing.styles import css
from reportkit.publishing.svg import clean_svg
from reportkit.publishing.svg_allowed import loads

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
        charts.grouped_bars(["甲"], {"2023年": [1], "2024年": [2]}, "件"), "图", "图", "件", None, None
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


# Only what is on the lists

REFUSED = {
    "foreign content": '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">9999件</p></foreignObject>',
    "an element of another namespace": '<p xmlns="http://www.w3.org/1999/xhtml">9999件</p>',
    "animation": '<rect><animate attributeName="x" to="9"/></rect>',
    "a set value": '<rect><set attributeName="fill" to="red"/></rect>',
    "a style element": "<style>text{position:fixed}</style>",
    "a style element that begins as matplotlib's": "<style>*{stroke-linejoin:round;stroke-linecap:butt}a{b:c}</style>",
    "a picture within": '<svg width="9999"/>',
    "a switch": "<switch><g/></switch>",
    "a filter": '<filter id="f"/>',
    "a link": '<a xlink:href="#a"><path/></a>',
    "an SVG as an image": '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    "an image that is no PNG": '<image href="data:image/png;base64,PHN2Zy8+"/>',
    "an image beside": '<image xlink:href="chart.image0.png"/>',
    "a use of elsewhere": '<use xlink:href="a.svg#b"/>',
    "a use of nothing": '<use xlink:href="#b"/>',
    "a use of a use": '<g id="a"><use href="#b"/></g><path id="b"/><use href="#a"/>',
    "a class of the page": '<rect class="draft-bar"/>',
    "an event": '<rect onload="1"/>',
    "an event in capitals": '<rect OnLoad="1"/>',
    "a tab stop": '<rect tabindex="0"/>',
    "an attribute of another namespace": '<rect xmlns:x="urn:x" x:fill="red"/>',
    "xml:base": '<rect xml:base="https://example.org/"/>',
    "position": '<rect style="position:fixed"/>',
    "position in capitals": '<rect style="POSITION : fixed"/>',
    "position behind a comment": '<rect style="fill:red;/**/position:fixed"/>',
    "position with an escape": '<rect style="p\\6fsition:fixed"/>',
    "transform as a style": '<rect style="transform:scale(99)"/>',
    "overflow": '<rect style="overflow:visible"/>',
    "a custom property": '<rect style="--a:url(https://example.org)"/>',
    "z-index": '<rect style="z-index:9"/>',
    "image-set": "<rect style=\"fill:image-set('https://example.org/a.png' 1x)\"/>",
    "image-set as an attribute": "<rect fill=\"image-set('https://example.org/a.png' 1x)\"/>",
    "an escaped url": '<rect style="fill:u\\72l(https://example.org/a)"/>',
    "an escaped url of its own": '<rect id="a" style="fill:u\\72l(#a)"/>',
    "a second url": '<pattern id="a"/><rect fill="url(#a) url(https://example.org/a)"/>',
    "a second url of its own": '<pattern id="a"/><rect style="mask:url(#a), url(#a)"/>',
    "a url in quotes": "<rect style=\"fill:url('https://example.org/a')\"/>",
    "a url in capitals": '<rect fill="URL(https://example.org/a)"/>',
    "a url without a scheme": '<rect fill="url(//example.org/a)"/>',
    "data in a url": '<rect fill="url(data:image/png;base64,AAAA)"/>',
    "a url that names nothing": '<rect clip-path="url(#gone)"/>',
    "a url where nothing is painted": '<rect id="a" style="font-size:url(#a)"/>',
    "a background": '<rect style="background-image:url(#a)"/>',
    "a calculation": '<rect style="stroke-width:calc(1px * 99)"/>',
    "an expression": '<rect width="expression(1)"/>',
    "an import": '<rect style="@import url(a)"/>',
    "broken CSS": '<rect style="fill:url(a b"/>',
    "a transformation that is none": '<rect transform="url(#a)"/>',
    "a path that is none": '<path d="url(https://example.org)"/>',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_on_no_list_is_refused_with_its_place(body: str) -> None:
    with pytest.raises(PublishingError) as refused:
        clean_svg(drawing(body), "chart1", "section requests, cell overlay")
    assert refused.value.where == "section requests, cell overlay"
    assert "A chart" in refused.value.what


@pytest.mark.parametrize(
    "attributes",
    [
        'style="position:fixed;top:0;left:0;width:100vw;height:100vh"',
        'transform="scale(99)"',
        'style="transform:scale(99)"',
        'overflow="visible"',
        'x="-999"',
        'class="skip"',
        'onload="1"',
        'style="margin:-99rem"',
    ],
)
def test_the_outermost_element_cannot_leave_its_place(attributes: str) -> None:
    with pytest.raises(PublishingError):
        clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" {attributes}><g/></svg>', "chart1")


def test_a_picture_is_an_svg_and_no_part_of_one() -> None:
    with pytest.raises(PublishingError):
        clean_svg('<g xmlns="http://www.w3.org/2000/svg"/>', "chart1")


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_the_finished_page_is_held_against_the_same_lists(body: str) -> None:
    page = f'<html><body><h1>a</h1><svg aria-label="图" viewBox="0 0 9 9">{body}</svg></body></html>'
    with pytest.raises(PublishingError):
        verify_html(page, [])


@pytest.mark.parametrize(
    "style",
    [
        "a{background:image-set('https://example.org/a.png' 1x)}",
        "a{background:u\\72l(https://example.org/a)}",
        "@media print{a{background:URL( 'https://example.org/a' )}}",
        "@import 'https://example.org/a.css'",
        "a{background:url(#a), url(//example.org/a)}",
    ],
)
def test_a_style_of_the_page_that_loads_something_is_refused(style: str) -> None:
    with pytest.raises(PublishingError, match="loads something"):
        verify_html(f"<html><head><style>{style}</style></head><body><h1>a</h1></body></html>", [])


def test_the_pages_own_style_loads_nothing() -> None:
    assert not loads(css())
    assert all(not loads(style, declarations=True) for style in STYLES.values())


PLOTS: dict[str, Callable[[Any], object]] = {
    "bars with hatches": lambda axes: axes.bar(["甲", "乙"], [1, 2], hatch="//", edgecolor="k", alpha=0.5),
    "stacked bars": lambda axes: [axes.barh(["甲"], [1]), axes.barh(["甲"], [2], left=[1])],
    "lines with markers": lambda axes: axes.plot([1, 2, 3], [1, 3, 2], "o--", label="甲", clip_on=True),
    "a legend": lambda axes: [axes.plot([1, 2], label="甲"), axes.legend()],
    "a scatter": lambda axes: axes.scatter([1, 2], [3, 4], c=[1, 2], s=[9, 99], cmap="viridis"),
    "a pie": lambda axes: axes.pie([1, 2], labels=["甲", "乙"], autopct="%.1f%%", shadow=True),
    "areas": lambda axes: axes.stackplot([1, 2], [[1, 2], [3, 4]]),
    "a filled band": lambda axes: axes.fill_between([1, 2], [1, 2], [2, 3], hatch="x", alpha=0.3),
    "a mesh": lambda axes: axes.pcolormesh([[1, 2], [3, 4]]),
    "contours": lambda axes: [axes.contour([[1, 2], [3, 4]]), axes.contourf([[1, 2], [3, 4]])],
    "a colour bar": lambda axes: axes.figure.colorbar(axes.pcolormesh([[1, 2]])),
    "boxes": lambda axes: axes.boxplot([[1, 2, 3], [2, 3, 4]]),
    "violins": lambda axes: axes.violinplot([[1, 2, 3], [2, 3, 4]]),
    "error bars": lambda axes: axes.errorbar([1, 2], [1, 2], yerr=[0.1, 0.2], capsize=3),
    "stems": lambda axes: axes.stem([1, 2], [3, 4]),
    "steps": lambda axes: axes.step([1, 2], [3, 4]),
    "a histogram": lambda axes: axes.hist([1, 1, 2]),
    "arrows": lambda axes: axes.quiver([1], [1], [1], [1]),
    "an annotation": lambda axes: axes.annotate("甲", (0.2, 0.2), (0.5, 0.5), arrowprops={"arrowstyle": "->"}),
    "text in a box": lambda axes: axes.text(0.5, 0.5, "甲\n乙", rotation=30, bbox={"boxstyle": "round"}),
    "mathematics": lambda axes: axes.set_title(r"$\frac{a}{b}$ 甲"),
    "a table": lambda axes: axes.table([["1", "2"]], loc="center"),
    "bar labels": lambda axes: axes.bar_label(axes.bar(["甲"], [1]), label_type="center"),
    "spans": lambda axes: [axes.axvspan(1, 2, alpha=0.2), axes.axhline(1, ls=":")],
    "a broken bar": lambda axes: axes.broken_barh([(1, 2)], (1, 2)),
    "triangles": lambda axes: axes.tripcolor([0, 1, 0], [0, 0, 1], [1, 2, 3]),
    "a second axis": lambda axes: axes.twinx().plot([1, 2]),
    "a dashed edge": lambda axes: axes.add_patch(Wedge((0, 0), 1, 0, 90, ls="--", joinstyle="miter", capstyle="round")),
}


@pytest.mark.parametrize("draw", PLOTS.values(), ids=PLOTS)
def test_whatever_matplotlib_draws_passes(draw: Callable[[Any], object]) -> None:
    figure = Figure(figsize=(4, 3))
    with charts._styled():
        draw(figure.add_subplot())
        svg, _ = charts.exhibit(figure, "图", "图", "件", None, {"columns": ["甲", "乙"], "rows": [["丙", 1]]})
    page = f"<h1>a</h1>{clean_svg(svg, 'chart1')}".replace("<svg", '<svg role="img" aria-label="图"', 1)
    verify_html(f"<html><body>{page}</body></html>", [])


MALFORMED = {
    "a box of words": ('viewBox="0 0 abc 10"', "viewBox"),
    "a box of three": ('viewBox="0 0 10"', "viewBox"),
    "a box of nothing": ('viewBox="0 0 0 10"', "viewBox"),
    "a box with units": ('viewBox="0 0 10% 10em"', "viewBox"),
}
ODD = {
    "several places": ('<text x="1 2 3" y="50">甲</text>', "x of <text>"),
    "no place": ('<text x="1.2.3" y="50">甲</text>', "x of <text>"),
    "an unknown unit": ('<text x="1furlong" y="50">甲</text>', "x of <text>"),
    "an endless place": ('<text x="1e999" y="50">甲</text>', "x of <text>"),
    "a size of two": ('<text x="1" y="50" style="font-size:1.2.3px">甲</text>', "font-size of <text>"),
    "a size in words": ('<text x="1" y="50" font-size="large">甲</text>', "font-size of <text>"),
    "a font without a size": ('<text x="1" y="50" style="font: serif">甲</text>', "font of <text>"),
    "a move of two dots": ('<text transform="translate(1.2.3 4)">甲</text>', "transform of <text>"),
    "a move of nothing": ('<g transform="translate()"><text>甲</text></g>', "transform of <g>"),
    "a matrix of five": ('<g transform="matrix(1 0 0 1 2)"><text>甲</text></g>', "transform of <g>"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_frame_that_cannot_be_read_is_refused(kind: str) -> None:
    attributes, what = MALFORMED[kind]
    with pytest.raises(PublishingError, match=what):
        clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><text y="5">甲</text></svg>', "chart1")


@pytest.mark.parametrize("kind", ODD)
def test_a_number_that_cannot_be_read_is_refused_with_its_place(kind: str) -> None:
    body, what = ODD[kind]
    with pytest.raises(PublishingError, match=re.escape(what)) as refused:
        clean_svg(framed(body), "chart1", "section a, cell b")
    assert refused.value.where == "section a, cell b"


def framed(body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{body}</svg>'


WORDS = "甲乙丙丁"
INSIDE = {
    "px": f'<text x="10px" y="50" style="font-size:20px">{WORDS}</text>',
    "percent": f'<text x="10%" y="50%" font-size="20">{WORDS}</text>',
    "points": f'<text x="10" y="50" style="font-size:15pt">{WORDS}</text>',
    "em": f'<g font-size="10"><text x="10" y="50" style="font-size:2em">{WORDS}</text></g>',
    "a font": f'<text x="10" y="50" style="font: bold 20px \'Noto Sans SC\', sans-serif">{WORDS}</text>',
    "a group": f'<g transform="translate(-80 0)"><text x="90" y="50" font-size="20">{WORDS}</text></g>',
    "the end": f'<text x="90" y="50" font-size="20" text-anchor="end">{WORDS}</text>',
    "a group's end": f'<g style="text-anchor:end"><text x="90" y="50" font-size="20">{WORDS}</text></g>',
    "upright": f'<text x="50" y="90" font-size="20" transform="rotate(-90 50 90)">{WORDS}</text>',
    "a copy": f'<defs><text id="t" x="90" y="50" font-size="20">{WORDS}</text></defs><use href="#t" x="-80"/>',
    "a part": '<text x="10" y="50" font-size="20">甲<tspan>乙丙丁</tspan></text>',
    "characters": '<text><tspan x="10 30 50 70" y="50" style="font-size:20px">甲乙丙丁</tspan></text>',
}
OUTSIDE = {
    "px": f'<text x="90px" y="50" style="font-size:20px">{WORDS}</text>',
    "percent": f'<text x="90%" y="50" font-size="20">{WORDS}</text>',
    "points": f'<text x="10" y="50" style="font-size:30pt">{WORDS}</text>',
    "em": f'<g font-size="10"><text x="10" y="50" style="font-size:4em">{WORDS}</text></g>',
    "a group": f'<g transform="translate(80 0)"><text x="10" y="50" font-size="20">{WORDS}</text></g>',
    "groups": f'<g transform="scale(2)"><g transform="translate(20)"><text y="9" font-size="10">{WORDS}</text></g></g>',
    "a matrix": f'<g transform="matrix(1,0,0,1,80,0)"><text x="10" y="50" font-size="20">{WORDS}</text></g>',
    "a shift": f'<text x="10" dx="80" y="50" font-size="20">{WORDS}</text>',
    "a copy": f'<defs><text id="t" x="10" y="50" font-size="20">{WORDS}</text></defs><use href="#t" x="80"/>',
    "a part": '<text x="10" y="50" font-size="20">甲<tspan x="90">乙丙丁</tspan></text>',
    "a part behind": '<text x="10" y="50" font-size="20">甲乙丙<tspan>丁戊己</tspan></text>',
    "characters": '<text><tspan x="10 30 50 120" y="50" style="font-size:20px">甲乙丙丁</tspan></text>',
    "no size": f'<text x="90" y="50">{WORDS}</text>',
}
SMALL = {
    "an attribute": '<text x="10" y="50" font-size="0.5">甲</text>',
    "a group's": '<g font-size="0.5"><text x="10" y="50">甲</text></g>',
    "points": '<text x="10" y="50" style="font-size:0.4pt">甲</text>',
    "a scale": '<g transform="scale(0.05)"><text x="200" y="500" font-size="10">甲</text></g>',
    "squeezed": '<g transform="scale(1 0.05)"><text x="10" y="500" font-size="10">甲</text></g>',
    "a part": '<text x="10" y="50" font-size="20">甲<tspan font-size="0.5">乙</tspan></text>',
}


@pytest.mark.parametrize("kind", INSIDE)
def test_words_within_the_frame_are_sound_however_they_are_placed(kind: str) -> None:
    assert clean_svg(framed(INSIDE[kind]), "chart1")


@pytest.mark.parametrize("kind", OUTSIDE)
def test_words_over_the_edge_are_found_however_they_are_placed(kind: str) -> None:
    with pytest.raises(PublishingError, match="run over its edge"):
        clean_svg(framed(OUTSIDE[kind]), "chart1")


@pytest.mark.parametrize("kind", SMALL)
def test_words_too_small_are_found_however_that_is_said(kind: str) -> None:
    with pytest.raises(PublishingError, match="pt high"):
        clean_svg(framed(SMALL[kind]), "chart1")


@pytest.mark.parametrize(
    "body",
    [
        '<marker id="a"><path d="M0 0"/></marker><marker id="b"><path d="M0 0" marker-mid="url(#a)"/></marker>',
        '<marker id="a"><path d="M0 0" style="marker-mid:url(#a)"/></marker>',
        '<pattern id="a"/><pattern id="b"><rect fill="url(#a)"/></pattern>',
        '<mask id="a"/><mask id="b"><g><rect style="mask:url( \'#a\' )"/></g></mask>',
        '<clipPath id="a"/><clipPath id="b" clip-path="url(#a)"/>',
        '<mask id="a"/><pattern id="b"><rect mask="url(#a)"/></pattern>',
    ],
)
def test_what_is_drawn_with_things_that_are_drawn_with_others_is_refused(body: str) -> None:
    with pytest.raises(PublishingError, match="is drawn with another"):
        clean_svg(framed(f"<defs>{body}</defs>"), "chart1")


@pytest.mark.parametrize("name", ["pattern", "marker", "mask", "clipPath"])
def test_words_in_a_pattern_are_refused(name: str) -> None:
    with pytest.raises(PublishingError, match="holds words"):
        clean_svg(framed(f'<{name} id="a"><text>甲</text></{name}>'), "chart1")


def test_gouraud_shading_is_refused_as_no_two_programs_draw_it_alike() -> None:
    figure = Figure()
    figure.add_subplot().tripcolor([0, 1, 0], [0, 0, 1], [1, 2, 3], shading="gouraud")
    svg, _ = charts.exhibit(figure, "图", "图", "件", None, {"columns": ["甲", "乙"], "rows": [["丙", 1]]})
    with pytest.raises(PublishingError, match="<filter>"):
        clean_svg(svg, "chart1")
