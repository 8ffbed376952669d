"""A chart's SVG made fit for a page: its ids made unique, nothing in it that runs or loads anything."""

import re
from typing import Any

from lxml import etree

from reportkit.errors import PublishingError
from reportkit.text.strings import printable

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_ALLOWED = frozenset(
    _SVG + name
    for name in (
        *("svg", "g", "defs", "use", "symbol", "title", "desc", "text", "tspan", "clipPath", "mask", "marker"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "pattern"),
    )
)
_DROPPED = (_SVG + "metadata", _SVG + "style")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_NAMESPACES = {None: "http://www.w3.org/2000/svg", "xlink": "http://www.w3.org/1999/xlink"}


def clean_svg(svg: str, prefix: str) -> str:
    """An SVG without XML prologue and metadata, with each used id prefixed and each unused one dropped.

    Raises PublishingError for scripts, event handlers, foreign content and addresses outside the picture.
    """
    root = _parsed(svg, prefix)
    for element in list(root.iter()):
        if element.tag in _DROPPED:
            element.getparent().remove(element)
    used: set[str] = set()
    for element in root.iter():
        _refuse_active(element, prefix)
        used.update(_references(element))
    for element in root.iter():
        _rename(element, prefix, used)
    # matplotlib's style element says just this, of every element of the page it would be in.
    root.set("stroke-linejoin", "round")
    _scalable(root)
    etree.cleanup_namespaces(root, top_nsmap=_NAMESPACES if _uses_xlink(root) else {None: _NAMESPACES[None]})
    return printable(etree.tostring(root, encoding="unicode"))


def _parsed(svg: str, where: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(svg.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise PublishingError(
            f"A chart is not valid SVG: {error}.", where=where, fix="Show a matplotlib figure."
        ) from error


def _refuse_active(element: Any, where: str) -> None:
    if element.tag not in _ALLOWED:
        name = str(element.tag).rpartition("}")[2]
        raise PublishingError(
            f"A chart holds <{name}>, which is not published.", where=where, fix="Draw with matplotlib."
        )
    for name, value in element.attrib.items():
        local = name.rpartition("}")[2].lower()
        outside = name in _HREFS and not value.startswith("#")
        loads = "url(" in value.replace(" ", "").lower() and not _REFERENCE.search(value)
        if local.startswith("on") or outside or loads:
            raise PublishingError(
                f"A chart's attribute {local}='{value[:60]}' runs or loads something.", where=where, fix="Remove it."
            )


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
        if name in _HREFS:
            element.set(name, f"#{prefix}-{value[1:]}")
        elif "url(" in value:
            element.set(name, _REFERENCE.sub(lambda match: f"url(#{prefix}-{match[1]})", value))


def _scalable(root: Any) -> None:
    """A chart is as wide as its place; its proportions are in the viewBox."""
    if root.get("viewBox"):
        for name in ("width", "height"):
            root.attrib.pop(name, None)


def _uses_xlink(root: Any) -> bool:
    return any(_HREFS[1] in element.attrib for element in root.iter())


def drawn_words(svg: str) -> list[str]:
    """The words that a chart shows, in the order in which they are drawn. Raises PublishingError."""
    found = ("".join(each.itertext()) for each in _parsed(svg, "a chart").iter(f"{_SVG}text"))
    return [text for text in (" ".join(printable(each).split()) for each in found) if text]
