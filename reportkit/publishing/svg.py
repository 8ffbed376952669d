"""A chart's SVG made fit for a page: its ids made unique, nothing in it that runs or loads anything."""

import re
from functools import lru_cache
from typing import Any

from lxml import etree

from reportkit.errors import InputError, PublishingError
from reportkit.messages.said import Said
from reportkit.publishing.svg_allowed import SVG, XLINK, refuse_unknown
from reportkit.publishing.svg_edges import TALLEST, refuse_unreadable
from reportkit.text.picture_files import as_svg
from reportkit.text.strings import printable

_SVG = f"{{{SVG}}}"
_HREFS = ("href", f"{{{XLINK}}}href")
_STYLE_OF_MATPLOTLIB = "*{stroke-linejoin:round;stroke-linecap:butt}"
"""What its style element says, without spaces: of every element of the page that it would be in."""
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)", re.I)
_VIEW_BOX = re.compile(r'<svg [^>]*viewBox="[-0-9.e]+[ ,]+[-0-9.e]+[ ,]+([0-9.e]+)[ ,]+([0-9.e]*[1-9][0-9.e]*)"')
_NAMESPACES = {None: SVG, "xlink": XLINK}


@lru_cache(maxsize=32)  # each format of a report asks for the same charts
def clean_svg(svg: str, prefix: str, where: str = "") -> str:
    """An SVG without XML prologue and metadata, with each used id prefixed and each unused one dropped.

    Raises PublishingError for whatever isn't on the lists of `svg_allowed`, and for words that its edge cuts off or
    that would be too small to be read; `where` is the chart's place.
    """
    place = where or prefix
    root = _parsed(svg, place)
    if root.tag != f"{_SVG}svg":
        raise PublishingError("chart_not_svg", where=place)
    _drop(root)
    refuse_unknown(root, place)
    refuse_unreadable(root, place)
    used: set[str] = set()
    for element in root.iter():
        used.update(_references(element))
    for element in root.iter():
        _rename(element, prefix, used)
    # matplotlib's style element says just this.
    root.set("stroke-linejoin", "round")
    _scalable(root)
    etree.cleanup_namespaces(root, top_nsmap=_NAMESPACES if _uses_xlink(root) else {None: _NAMESPACES[None]})
    return printable(etree.tostring(root, encoding="unicode"))


def refuse_picture(content: bytes, name: str, where: str) -> None:
    """Raises InputError for an SVG file, `name`, that can't be published as a picture; `where` is what shows it."""
    place = f"{where}, {name}"
    svg = as_svg(content, place)
    try:
        clean_svg(svg, "picture", place)
    except PublishingError as error:
        raise InputError("picture_unfit", where=place, file=name, fault=_fault(error)) from error


def _fault(error: PublishingError) -> Said:
    """What in a picture is refused, in words that speak of no chart."""
    said = error.said.arguments
    match error.code:
        case "chart_words_over_edge":
            return Said("svg_words_over_edge", words=said["words"])
        case "chart_words_small":
            return Said("svg_words_small", words=said["words"], height=said["height"])
        case "svg_invalid":
            return Said("svg_unreadable", error=said["error"])
        case "chart_not_svg":
            return Said("svg_is_none")
    fault = said["fault"]
    assert isinstance(fault, Said)
    return fault


def printed_width(svg: str) -> float:
    """The share of the text's width in which a cleaned chart is printed: less than 1 where it is taller than a page."""
    box = _VIEW_BOX.match(svg)
    return min(1.0, TALLEST * float(box[1]) / float(box[2])) if box else 1.0


def _drop(root: Any) -> None:
    """Takes out what matplotlib writes that draws nothing: its metadata, and the style that `clean_svg` sets itself."""
    for element in list(root.iter(f"{_SVG}metadata", f"{_SVG}style")):
        own = "".join("".join(element.itertext()).split()) == _STYLE_OF_MATPLOTLIB
        if element.getparent() is not None and (own or element.tag == f"{_SVG}metadata"):
            element.getparent().remove(element)


def _parsed(svg: str, where: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(svg.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise PublishingError("svg_invalid", where=where, error=error) from error


def _references(element: Any) -> set[str]:
    found = {value[1:] for name in _HREFS if (value := element.get(name, "")).startswith("#")}
    for value in element.attrib.values():
        found.update(_REFERENCE.findall(value))
    return found


def _rename(element: Any, prefix: str, used: set[str]) -> None:
    own = element.get("id")
    if own is not None:
        if own in used:
            element.set("id", f"{prefix}-{own}")
        else:
            del element.attrib["id"]
    for name, value in element.attrib.items():
        if name in _HREFS and value.startswith("#"):
            element.set(name, f"#{prefix}-{value[1:]}")
        elif "url(" in value.lower():
            element.set(name, _REFERENCE.sub(lambda match: f"url(#{prefix}-{match[1]})", value))


def _scalable(root: Any) -> None:
    """A chart is as wide as its place; its proportions are in the viewBox."""
    if root.get("viewBox"):
        for name in ("width", "height"):
            root.attrib.pop(name, None)


def _uses_xlink(root: Any) -> bool:
    return any(_HREFS[1] in element.attrib for element in root.iter())


def drawn_words(svg: str) -> list[str]:
    """The words that a chart shows, in the order in which they are drawn; also those that a pointer or a reader of
    screens brings up. Raises PublishingError."""
    holders = (f"{_SVG}{name}" for name in ("text", "title", "desc"))
    found = ("".join(each.itertext()) for each in _parsed(svg, "a chart").iter(*holders))
    return [text for text in (" ".join(printable(each).split()) for each in found) if text]


def read_words(svg: str) -> list[str]:
    """As `drawn_words`, with mathematics as it is read, from left to right: its letters are drawn one by one."""
    found = []
    for each in _parsed(svg, "a chart").iter(*(f"{_SVG}{name}" for name in ("text", "title", "desc"))):
        spans = [span for span in each if span.tag == f"{_SVG}tspan" and span.get("x") and span.get("y")]
        found.append(_from_left(spans) if spans else "".join(each.itertext()))
    return [text for text in (" ".join(printable(each).split()) for each in found) if text]


def _from_left(spans: list[Any]) -> str:
    """The letters of spans by their places; a digit of another line, as of a power or a fraction, stands apart."""
    letters = [
        (float(place), span.get("y"), letter)
        for span in spans
        for place, letter in zip(span.get("x").split(), span.text or "", strict=False)
    ]
    said, before = "", ""
    for _, line, letter in sorted(letters, key=lambda each: each[0]):
        said += f" {letter}" if line != before and letter.isdigit() and said[-1:].isdigit() else letter
        before = line
    return said
