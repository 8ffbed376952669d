"""Charts as pixels, for where SVG is not understood: drawn by Typst with the PDF's fonts, the same each time.

What is nothing but a photo or a picture file isn't drawn: its own pixels are smaller, and as good.
"""

import re
import struct
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

import typst

from reportkit.errors import PublishingError
from reportkit.publishing.pdf import compiler
from reportkit.publishing.typsttext import typst_string

_PIXELS_PER_INCH = 200
_PICTURE_ALONE = re.compile(
    r'<svg [^<>]*viewBox="0 0 (?P<width>\d+) (?P<height>\d+)"[^<>]*>'
    r'<image x="0" y="0" width="(?P=width)" height="(?P=height)" '
    r'xlink:href="data:image/(?P<kind>png|jpeg);base64,(?P<data>[A-Za-z0-9+/=]+)"/></svg>'
)
"""What `text.picture_files.as_svg` makes of a picture that fills the text's width."""
_PNG_SIZE = slice(16, 24)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A chart as the content of a file, png or jpeg, with its width and height; `alone`: it is a picture's own."""

    kind: str
    content: bytes
    shape: tuple[int, int]
    alone: bool = False


def draw(svgs: Sequence[str], font_paths: tuple[str, ...], system_fonts: bool) -> list[Pixels]:
    """Cleaned SVGs as pixels: a picture's own, else as wide as the text of a page (156 mm, 200 an inch).

    Raises PublishingError.
    """
    alone = [_alone(svg) for svg in svgs]
    lines = [svg for svg, found in zip(svgs, alone, strict=True) if found is None]
    drawn = iter(_drawn(lines, font_paths, system_fonts))
    return [next(drawn) if found is None else found for found in alone]


def _alone(svg: str) -> Pixels | None:
    """The picture that a cleaned SVG is nothing but; None for all others."""
    match = _PICTURE_ALONE.fullmatch(svg.strip())
    if match is None:
        return None
    return Pixels(match["kind"], b64decode(match["data"]), (int(match["width"]), int(match["height"])), alone=True)


def _drawn(svgs: Sequence[str], font_paths: tuple[str, ...], system_fonts: bool) -> list[Pixels]:
    if not svgs:
        return []
    images = (f'#image(bytes({typst_string(svg)}), format: "svg", width: 100%)' for svg in svgs)
    source = "#set page(width: 156mm, height: auto, margin: 0pt)\n" + "\n#pagebreak()\n".join(images)
    try:
        drawn = compiler(font_paths, system_fonts).compile(input=source.encode(), format="png", ppi=_PIXELS_PER_INCH)
    except typst.TypstError as error:
        raise PublishingError("chart_not_drawn", where="a chart", reason=error.message) from error
    pages = [each for each in (drawn if isinstance(drawn, list) else [drawn]) if each is not None]
    return [Pixels("png", each, struct.unpack(">II", each[_PNG_SIZE])) for each in pages]
