"""A picture file as an SVG that holds it, without what it says of camera, place or person; always the same bytes."""

import io
import re
import warnings
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from reportkit.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".svg")
MOST_BYTES = 10 * 2**20
_MOST_PIXELS = 40_000_000
_WIDE, _TALL = 1600, 2000
"""Pixels that are kept: 260 an inch across the text of a page."""
_NATURAL = 590
"""Pixels that fill the text's width as a screen shows them; a smaller picture isn't blown up."""
_QUALITY = 88


def picture_digest(content: bytes) -> str:
    """What tells one picture from another in comparisons and approvals."""
    return sha256(content).hexdigest()[:16]


def refuse_unfit(content: bytes, where: str) -> None:
    """Raises InputError for what is no PNG, JPEG or SVG, or too large; its pixels aren't looked at yet."""
    if len(content) > MOST_BYTES:
        raise InputError(
            "picture_large", where=where, megabytes=f"{len(content) / 2**20:.1f}", most=MOST_BYTES // 2**20
        )
    if is_svg(content):
        return
    size = _size(content)
    if size is None:
        raise InputError("picture_kind", where=where)
    if size[0] * size[1] > _MOST_PIXELS:
        raise InputError("picture_pixels", where=where, size=f"{size[0]} × {size[1]}", most=_MOST_PIXELS // 1_000_000)


def _size(content: bytes) -> tuple[int, int] | None:
    """How wide and tall a PNG or JPEG is; None for what is neither.

    Asked of Pillow's readers themselves: its `open` refuses to tell the size of very large pictures.
    """
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    for reader in (PngImageFile, JpegImageFile):
        # Pillow's readers raise whatever they meet.
        with suppress(Exception), warnings.catch_warnings(), reader(io.BytesIO(content)) as opened:
            warnings.simplefilter("ignore")
            return opened.size
    return None


def as_svg(content: bytes, where: str) -> str:
    """A picture as SVG; photos turned upright, made small enough for a page, and on white.

    Raises InputError as `refuse_unfit` does, and where it can't be read to its end.
    """
    refuse_unfit(content, where)
    if is_svg(content):
        try:
            svg = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError("picture_kind", where=where) from error
        _refuse_shape(svg, where)
        return svg
    import PIL.Image
    import PIL.ImageOps

    try:
        with warnings.catch_warnings(), PIL.Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            warnings.simplefilter("ignore")
            kind = "PNG" if opened.format == "PNG" else "JPEG"  # telephones write several JPEGs into one file
            picture = PIL.ImageOps.exif_transpose(opened)
            picture.thumbnail((_WIDE, _TALL), PIL.Image.Resampling.LANCZOS)
            written = _written(_on_white(picture), kind)
    except Exception as error:
        raise InputError("picture_broken", where=where, reason=str(error) or type(error).__name__) from error
    width, height = picture.size
    across = max(width, _NATURAL)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {across} {height}">'
        f'<image x="{(across - width) // 2}" y="0" width="{width}" height="{height}" '
        f'xlink:href="data:image/{kind.lower()};base64,{b64encode(written).decode()}"/></svg>'
    )


def is_svg(content: bytes) -> bool:
    """Whether a file is an SVG, by what it begins with."""
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")) and b"<svg" in content[:100_000]


_ROOT = re.compile(r"<svg\b[^>]*>")
_VIEW_BOX = re.compile(r"viewBox\s*=\s*[\"'][-\d.eE+]+[\s,]+[-\d.eE+]+[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)\s*[\"']")
_SIDE = re.compile(r"\b(width|height)\s*=\s*[\"']\s*([\d.]+)")
_LONGEST = 12


def _refuse_shape(svg: str, where: str) -> None:
    """Refuses an SVG that doesn't say how wide and tall it is, or that is hardly more than a line."""
    root = _ROOT.search(svg)
    box = _VIEW_BOX.search(root[0]) if root else None
    sides = {match[1]: match[2] for match in _SIDE.finditer(root[0])} if root else {}
    try:
        width, height = map(float, box.groups() if box else (sides["width"], sides["height"]))
    except (KeyError, ValueError):
        width = height = 0.0
    if not (0 < width < 100_000 and 0 < height < 100_000 and 1 / _LONGEST <= width / height <= _LONGEST):
        raise InputError("picture_shape", where=where)


def _on_white(picture: "Image") -> "Image":
    """A picture in grey or in red, green and blue, what is transparent of it on white."""
    import PIL.Image

    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        white = PIL.Image.new("RGBA", whole.size, "white")
        return PIL.Image.alpha_composite(white, whole).convert("RGB")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _written(picture: "Image", kind: str) -> bytes:
    """The pixels alone as a file."""
    written = io.BytesIO()
    clean = picture.copy()
    clean.info = {}
    if kind == "JPEG":
        clean.save(written, "JPEG", quality=_QUALITY)
    else:
        clean.save(written, "PNG")
    return written.getvalue()
