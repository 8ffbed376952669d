"""An assembled notebook in each format, every file read back against the figures."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import PurePosixPath
from typing import Any

from reportkit.formats import FORMATS, Format
from reportkit.publishing.exporter import ReportExporter
from reportkit.publishing.fonts import font_digests, font_set
from reportkit.publishing.read_back import Expected
from reportkit.publishing.styles import css
from reportkit.publishing.typst import library
from reportkit.publishing.wordfile import package_part

ReadBack = Callable[[bytes, Mapping[str, bytes], Expected], None]
"""Given a finished file, those that lie beside it, and what they must show."""


def render(
    notebook: Any, formats: Iterable[str], expected: Expected, font_paths: tuple[str, ...], system_fonts: bool
) -> dict[str, bytes]:
    """The files of a report in these formats, by their place in the finished folder; a PDF has files attached.

    Raises PublishingError where one can't be made, or is not exactly what is expected.
    """
    files: dict[str, bytes] = {}
    for each in (FORMATS[name] for name in formats):
        page, resources = _exporter(each.name, font_paths, system_fonts).from_notebook_node(
            notebook, {"attachments": dict(expected.attachments)}
        )
        content = page.encode() if isinstance(page, str) else page
        folder = PurePosixPath(each.file).parent
        beside: Mapping[str, bytes] = resources.get("outputs", {}) if folder.name else {}
        _read_back(each.name)(content, beside, expected)
        files |= {each.file: content, **{f"{folder}/{name}": picture for name, picture in beside.items()}}
    return files


def warm_exporters(font_paths: tuple[str, ...], *, system_fonts: bool) -> None:
    """Makes what the first report would have to wait for."""
    for name in FORMATS:
        _exporter(name, font_paths, system_fonts)


def forget_templates() -> None:
    """Reads templates and fonts anew from now on, while they are being changed."""
    for each in (css, library, font_set, font_digests, package_part, _exporter):
        each.cache_clear()


@cache
def _exporter(name: str, font_paths: tuple[str, ...], system_fonts: bool) -> ReportExporter:
    """A format's exporter, made once: reading its template takes ten times as long as filling it."""
    made: ReportExporter = _named(FORMATS[name], "exporter")(
        font_paths=list(font_paths), system_fonts=system_fonts, **FORMATS[name].options
    )
    return made


@cache
def _read_back(name: str) -> ReadBack:
    found: ReadBack = _named(FORMATS[name], "read_back")
    return found


def _named(of: Format, what: str) -> Any:
    return EntryPoint(of.name, getattr(of, what), "reportkit").load()
