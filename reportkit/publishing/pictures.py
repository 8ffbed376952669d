"""Charts as pixels, for where SVG is not understood: drawn by Typst with the PDF's fonts, the same each time."""

from collections.abc import Sequence

import typst

from reportkit.errors import PublishingError
from reportkit.publishing.pdf import compiler
from reportkit.publishing.typsttext import typst_string

_PIXELS_PER_INCH = 200


def draw(svgs: Sequence[str], font_paths: tuple[str, ...], system_fonts: bool) -> list[bytes]:
    """SVGs as PNGs, as wide as the text of a page (156 mm, 200 pixels an inch). Raises PublishingError."""
    if not svgs:
        return []
    images = (f'#image(bytes({typst_string(svg)}), format: "svg", width: 100%)' for svg in svgs)
    source = "#set page(width: 156mm, height: auto, margin: 0pt)\n" + "\n#pagebreak()\n".join(images)
    try:
        drawn = compiler(font_paths, system_fonts).compile(input=source.encode(), format="png", ppi=_PIXELS_PER_INCH)
    except typst.TypstError as error:
        raise PublishingError("chart_not_drawn", where="a chart", reason=error.message) from error
    return [each for each in (drawn if isinstance(drawn, list) else [drawn]) if each is not None]
