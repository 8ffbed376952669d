"""What a chart's picture may be made of: elements, attributes and CSS properties by name, values by CSS's own grammar.

The lists are what matplotlib draws with, and what SVG has for the same purpose. Whatever isn't on them is refused, in
the notebook's picture and once more in the finished page. `image` holds the pixels that matplotlib puts into a picture
(`imshow`): PNG data alone. Filters (Gouraud shading) aren't drawn alike by browsers and PDF, and are refused.
"""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2 import ast

from reportkit.errors import PublishingError
from reportkit.messages.said import Said

SVG, XLINK, XML = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/XML/1998/namespace",
)
ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "use", "title", "desc", "text", "tspan", "clipPath", "mask", "marker", "image"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "pattern"),
    )
)
_PAINT = frozenset(("fill", "stroke", "clip-path", "mask", "marker-start", "marker-mid", "marker-end"))
"""Properties that may name a thing of the same picture: `url(#id)`."""
PROPERTIES = _PAINT | frozenset(
    (
        *("fill-opacity", "fill-rule", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"),
        *("stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "clip-rule", "color"),
        *("stop-color", "stop-opacity", "font", "font-family", "font-size", "font-style", "font-weight"),
        *("font-variant", "font-stretch", "text-anchor", "dominant-baseline", "alignment-baseline", "baseline-shift"),
        *("letter-spacing", "word-spacing", "text-decoration", "text-rendering", "shape-rendering"),
        *("image-rendering", "paint-order", "vector-effect"),
    )
)
_COLOURS = frozenset(("rgb", "rgba", "hsl", "hsla"))
_TRANSFORMS = frozenset(("transform", "gradientTransform", "patternTransform"))
_MOVES = frozenset(("matrix", "translate", "scale", "rotate", "skewx", "skewy"))
_GEOMETRY = frozenset(
    (
        *("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr", "dx", "dy", "rotate"),
        *("width", "height", "viewBox", "preserveAspectRatio", "version", "offset", "spreadMethod", "pathLength"),
        *("gradientUnits", "patternUnits", "patternContentUnits", "clipPathUnits", "maskUnits", "maskContentUnits"),
        *(
            "markerWidth",
            "markerHeight",
            "markerUnits",
            "refX",
            "refY",
            "orient",
            "textLength",
            "lengthAdjust",
            "space",
        ),
        *("d", "points"),
    )
)
_OF_ROOT = frozenset(("version", "viewBox", "width", "height", "preserveAspectRatio", "style", "stroke-linejoin"))
"""What the picture's outermost element may have: nothing that moves it. Its colours and lines are its parts' own."""
ADDED = frozenset(("role", "aria-label"))
"""What the page gives the outermost element."""
_PLAIN = re.compile(r"[\w.,%#;:+\-\s]*", re.ASCII)
_NAMED = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)", re.I)
_ID = re.compile(r"[\w.:-]{1,200}")
_PIXELS = {"data:image/png;base64": b"\x89PNG\r\n\x1a\n", "data:image/jpeg;base64": b"\xff\xd8\xff"}


def refuse_unknown(root: Any, where: str) -> None:
    """Raises PublishingError unless every part of a picture is one that a chart may have; it names the first.

    Takes a parsed SVG, or the `svg` element of a parsed page, where names are in small letters and without namespace.
    """
    elements = [each for each in root.iter() if isinstance(each.tag, str)]
    if len(elements) < sum(1 for _ in root.iter()):
        raise _refused(Said("svg_entity"), where)
    ids = {each.get("id") for each in elements} - {None}
    for element in elements:
        name = _local(element.tag, SVG)
        if name is None or name.lower() not in _folded(ELEMENTS) or (name.lower() == "svg" and element is not root):
            raise _refused(Said("svg_element", tag=str(element.tag).rpartition("}")[2]), where)
        for attribute, value in element.attrib.items():
            _attribute(name, attribute, value, ids, where, is_root=element is root)
    _refuse_copies_of_copies(elements, where)
    _refuse_paints_of_paints(elements, where)


def _refuse_copies_of_copies(elements: list[Any], where: str) -> None:
    """A few lines of copies that hold copies would be drawn millions of times."""
    copies = [each for each in elements if str(each.tag).rpartition("}")[2].lower() == "use"]
    above = {id(parent) for each in copies for parent in (each, *each.iterancestors())}
    held = {f"#{each.get('id')}" for each in elements if id(each) in above}
    for each in copies:
        if (each.get("href") or each.get(f"{{{XLINK}}}href") or each.get("xlink:href")) in held:
            raise _refused(Said("svg_copies"), where)


_PAINTED = frozenset(("marker", "pattern", "mask", "clippath"))


def _refuse_paints_of_paints(elements: list[Any], where: str) -> None:
    """A few markers that are drawn with markers, or patterns of patterns, would be drawn millions of times too."""
    painted = [each for each in elements if _kind(each) in _PAINTED]
    names = {each.get("id") for each in painted} - {None}
    for outer in painted:
        for each in outer.iter():
            if isinstance(each.tag, str):
                for attribute, value in each.attrib.items():
                    for name in _NAMED.findall(value):
                        if name in names:
                            place = f"{attribute.rpartition('}')[2]}='{value[:60]}'"
                            raise _refused(Said("svg_paints", tag=_kind(outer), place=place), where)


def _kind(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _attribute(element: str, attribute: str, value: str, ids: set[str], where: str, *, is_root: bool) -> None:
    name = _local(attribute, "", XLINK, XML)
    place = f"{attribute.rpartition('}')[2]}='{value[:60]}' of <{element}>"
    if name is None or (is_root and not _is_of_root(attribute, name, value)):
        raise _refused(Said("svg_attribute", place=place, fault=Said("svg_not_published")), where)
    folded = name.lower()
    if folded == "id":
        fault = None if _ID.fullmatch(value) else Said("svg_no_id")
    elif folded == "href":
        fault = _address(element, value, ids)
    elif folded == "style":
        fault = _style(value, ids)
    elif folded in PROPERTIES:
        fault = _value(folded, value, ids)
    elif folded in _folded(_TRANSFORMS):
        fault = None if _PLAIN.fullmatch(value) else _functions(value, _MOVES)
    elif folded in _folded(_GEOMETRY) or (is_root and (folded in ADDED or folded.startswith("xmlns"))):
        is_plain = folded in ADDED or folded.startswith("xmlns") or _PLAIN.fullmatch(value)
        fault = None if is_plain else Said("svg_no_length")
    else:
        fault = Said("svg_not_published")
    if fault is not None:
        raise _refused(Said("svg_attribute", place=place, fault=fault), where)


def _is_of_root(attribute: str, name: str, value: str) -> bool:
    if attribute.startswith("xmlns"):  # of a parsed page; in a parsed SVG they are no attributes
        return value in (SVG, XLINK)
    return name.lower() in _folded(_OF_ROOT) or name in ADDED or name == "id"


def _address(element: str, value: str, ids: set[str]) -> Said | None:
    if element == "use":
        return None if value.startswith("#") and value[1:] in ids else Said("svg_names_nothing")
    if element == "image":
        return None if _is_pixels(value) else Said("svg_no_pixels")
    return Said("svg_not_published")


def _is_pixels(value: str) -> bool:
    """Whether an address holds a PNG or a JPEG itself."""
    kind, _, content = value.partition(",")
    if kind not in _PIXELS:
        return False
    try:
        return b64decode("".join(content.split()), validate=True).startswith(_PIXELS[kind])
    except (BadBase64, ValueError):
        return False


def _style(text: str, ids: set[str]) -> Said | None:
    """Why a style attribute is refused; None where it isn't."""
    fault, named = _read_style(text)
    return fault or _foreign(named, ids)


def _foreign(named: tuple[str, ...], ids: set[str]) -> Said | None:
    """The first of the ids that isn't one of the picture's."""
    return next((Said("svg_names_other", id=each) for each in named if each not in ids), None)


@lru_cache(maxsize=4096)  # matplotlib writes the same few styles again and again
def _read_style(text: str) -> tuple[Said | None, tuple[str, ...]]:
    """Why a style is refused whatever picture it is in, and the ids that it names."""
    if "\\" in text:
        return Said("svg_escape"), ()
    named: list[str] = []
    for each in tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True):
        if not isinstance(each, ast.Declaration):
            return Said("svg_no_style"), ()
        if each.lower_name not in PROPERTIES:
            return Said("svg_sets", name=each.lower_name), ()
        fault, ids = _read_value(each.lower_name, tinycss2.serialize(each.value))
        if fault:
            return fault, ()
        named += ids
    return None, tuple(named)


def _value(name: str, text: str, ids: set[str]) -> Said | None:
    if _PLAIN.fullmatch(text):
        return None
    fault, named = _read_value(name, text)
    return fault or _foreign(named, ids)


@lru_cache(maxsize=4096)
def _read_value(name: str, text: str) -> tuple[Said | None, tuple[str, ...]]:
    """Why a property's value is refused, and the ids that it names: one at the most, and only to paint or to clip."""
    if "\\" in text:
        return Said("svg_escape"), ()
    named: list[str] = []
    for token in tinycss2.parse_component_value_list(text):
        match token:
            case ast.URLToken():
                named.append(token.value)
            case ast.FunctionBlock() if token.lower_name == "url":
                named.append("".join(each.value for each in token.arguments if isinstance(each, ast.StringToken)))
            case ast.FunctionBlock() if token.lower_name not in _COLOURS or _holds_more(token.arguments):
                return Said("svg_calls", name=token.name), ()
            case ast.ParseError() | ast.CurlyBracketsBlock() | ast.SquareBracketsBlock() | ast.ParenthesesBlock():
                return Said("svg_no_value"), ()
    if any(not each.startswith("#") for each in named):
        return Said("svg_loads"), ()
    if len(named) > 1 or (named and name not in _PAINT):
        return Said("svg_names_more"), ()
    return None, tuple(each[1:] for each in named)


def _functions(text: str, allowed: frozenset[str]) -> Said | None:
    for token in tinycss2.parse_component_value_list(text):
        if isinstance(token, ast.FunctionBlock) and token.lower_name in allowed and not _holds_more(token.arguments):
            continue
        if not isinstance(token, ast.WhitespaceToken) and str(getattr(token, "value", "")) != ",":
            return Said("svg_no_transformation")
    return None


def _holds_more(arguments: list[Any]) -> bool:
    """Whether the arguments of a colour or a transformation are more than numbers."""
    plain = (ast.NumberToken, ast.PercentageToken, ast.DimensionToken, ast.WhitespaceToken)
    return any(not isinstance(each, plain) and each not in (",", "/") for each in arguments)


def _local(name: str, *namespaces: str) -> str | None:
    """A name without its namespace, or None where that isn't one of these; of a parsed page it has none."""
    namespace, brace, local = name.rpartition("}")
    if brace:
        if namespace[1:] not in namespaces:
            return None
        known = {XLINK: ("href",), XML: ("space",)}.get(namespace[1:])
        return local if known is None or local in known else None
    prefix, colon, after = name.partition(":")
    return name if not colon or prefix == "xmlns" else after if name in ("xlink:href", "xml:space") else None


@lru_cache(maxsize=16)
def _folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(each.lower() for each in names)


def _refused(fault: Said, where: str) -> PublishingError:
    return PublishingError("svg_refused", where=where, fault=fault)


@lru_cache(maxsize=64)  # the page's own style sheet is the same in every report
def loads(css: str, *, declarations: bool = False) -> bool:
    """Whether a style sheet or a style attribute of the page makes a browser fetch something."""
    parse = tinycss2.parse_declaration_list if declarations else tinycss2.parse_stylesheet
    return any(_fetches(each) for each in parse(css, skip_comments=True, skip_whitespace=True))


_FETCHING = frozenset(("url", "src", "image-set", "-webkit-image-set", "image", "cross-fade", "-webkit-cross-fade"))


def _fetches(node: Any) -> bool:
    if isinstance(node, ast.URLToken):
        return not node.value.startswith(("#", "data:"))
    if isinstance(node, ast.AtRule) and node.lower_at_keyword in ("import", "font-face", "namespace"):
        return True
    if isinstance(node, ast.FunctionBlock) and node.lower_name in _FETCHING:
        texts = [each.value for each in node.arguments if isinstance(each, ast.StringToken)]
        if node.lower_name != "url" or any(not each.startswith(("#", "data:")) for each in texts):
            return True
    parts = (getattr(node, name, None) for name in ("prelude", "content", "value", "arguments"))
    return any(_fetches(each) for part in parts if isinstance(part, list) for each in part)
