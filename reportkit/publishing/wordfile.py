"""A Word file as the parts of its package: what each refers to, its properties, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from html import escape

from reportkit.model import DocumentHead
from reportkit.publishing.head import LANGUAGE, called, keywords
from reportkit.publishing.styles import TEMPLATES

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_ML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_KINDS = {"styles": "styles", "settings": "settings", "fontTable": "fontTable", "numbering": "numbering"}
_CONTENT_TYPES = {
    "word/document.xml": f"{_WORD_ML}.document.main+xml",
    **{f"word/{name}.xml": f"{_WORD_ML}.{kind}+xml" for name, kind in _KINDS.items()},
    "word/footnotes.xml": f"{_WORD_ML}.footnotes+xml",
    "word/theme.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
    **{
        f"word/{kind}-{side}.xml": f"{_WORD_ML}.{kind}+xml" for kind in ("header", "footer") for side in ("odd", "even")
    },
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}
_COMPRESSED_AS = 6
TEXT_WIDTH_TWIPS = 8844
"""156 mm."""


class References:
    """What a document refers to outside its text: parts, pictures, addresses; and its numbered lists."""

    def __init__(self) -> None:
        self._targets: dict[tuple[str, str], str] = {}
        self._lists: list[tuple[int, int]] = []
        self._notes: list[str] = []
        self._note_targets: dict[str, str] = {}
        for name in (*_KINDS, "theme"):
            self.part(name, f"{name}.xml")

    def part(self, kind: str, name: str) -> str:
        """The id of another part of the package."""
        return self._targets.setdefault((kind, name), f"rId{len(self._targets) + 1}")

    def link(self, address: str, *, in_note: bool = False) -> str:
        """The id of an address that readers may follow, from the text or from a footnote."""
        if in_note:
            return self._note_targets.setdefault(address, f"rId{len(self._note_targets) + 1}")
        return self.part("hyperlink", address)

    def note(self) -> int:
        """The number of a new footnote, from 1 in the order of the text."""
        self.part("footnotes", "footnotes.xml")
        self._notes.append("")
        return len(self._notes)

    def say_note(self, number: int, paragraphs: str) -> None:
        """Gives a footnote its paragraphs."""
        self._notes[number - 1] = paragraphs

    def ordered_list(self, level: int, start: int) -> int:
        """The number of a new list that counts from `start`; bullets have number 1."""
        self._lists.append((level, start))
        return len(self._lists) + 1

    def relationships(self) -> str:
        """document.xml.rels."""
        return _relationships(
            (identifier, f"{_OFFICE}/{kind}", target) for (kind, target), identifier in self._targets.items()
        )

    def footnotes(self) -> dict[str, str]:
        """footnotes.xml and what it refers to; nothing where there are no footnotes."""
        if not self._notes:
            return {}
        notes = "".join(
            f'<w:footnote w:id="{number}">{each}</w:footnote>' for number, each in enumerate(self._notes, 1)
        )
        parts = {
            "word/footnotes.xml": package_part("footnotes.xml").replace("</w:footnotes>", f"{notes}</w:footnotes>")
        }
        if self._note_targets:
            links = [(identifier, f"{_OFFICE}/hyperlink", url) for url, identifier in self._note_targets.items()]
            parts["word/_rels/footnotes.xml.rels"] = _relationships(links)
        return parts

    def settings(self) -> str:
        """settings.xml, which names the rules above footnotes where there are some."""
        named = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        written = package_part("settings.xml")
        return written.replace("<w:compat>", named) if self._notes else written

    def numbering(self) -> str:
        """numbering.xml with an entry for each numbered list."""
        numbers = "".join(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
            for number, (level, start) in enumerate(self._lists, start=2)
        )
        return package_part("numbering.xml").replace("</w:numbering>", f"{numbers}</w:numbering>")


@cache
def package_part(name: str) -> str:
    """A part that is the same in every document."""
    return (TEMPLATES / "reportkit-docx" / "package" / name).read_text(encoding="utf-8")


def package(
    document: str, references: References, pictures: Mapping[str, bytes], properties: str, *, draft: bool
) -> bytes:
    """A .docx from its document.xml, its pictures by name under word/media/, and its properties."""
    names = ["styles", "settings", "fontTable", "theme", "footer-odd", "footer-even"]
    names += ["header-odd", "header-even"] if draft else []
    parts: dict[str, str | bytes] = {
        "_rels/.rels": _relationships(
            [
                ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": properties,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": references.relationships(),
        "word/numbering.xml": references.numbering(),
        **{f"word/{name}.xml": package_part(f"{name}.xml") for name in names},
        **references.footnotes(),
        "word/settings.xml": references.settings(),
        **{f"word/media/{name}": content for name, content in pictures.items()},
    }
    return _zipped({"[Content_Types].xml": _content_types(parts), **parts})


def core_properties(head: DocumentHead, created: datetime) -> str:
    """core.xml: title, author, subject, keywords, language, and the time that the document states."""
    texts = {
        "dc:title": head.title,
        "dc:subject": called(head)["report"],
        "dc:creator": head.name,
        "cp:keywords": ", ".join(keywords(head)),
        "dc:language": LANGUAGE,
        "cp:lastModifiedBy": head.name,
        "cp:revision": "1",
    }
    stated = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
    time = f"{created:%Y-%m-%dT%H:%M:%SZ}"
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{time}</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        f'{_PROLOGUE}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{stated}{times}</cp:coreProperties>'
    )


def _relationships(targets: Iterable[tuple[str, str, str]]) -> str:
    outside = ' TargetMode="External"'
    each = "".join(
        f'<Relationship Id="{identifier}" Type="{kind}" Target="{escape(target)}"'
        f"{outside if kind.endswith('/hyperlink') else ''}/>"
        for identifier, kind, target in targets
    )
    return f'{_PROLOGUE}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _content_types(parts: Mapping[str, str | bytes]) -> str:
    endings = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "svg": "image/svg+xml",
    } | ({"jpeg": "image/jpeg"} if any(name.endswith(".jpeg") for name in parts) else {})
    defaults = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items())
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in _CONTENT_TYPES.items() if name in parts
    )
    return f'{_PROLOGUE}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>'


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts in the given order, without a time and without a trace of the system."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".jpeg")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=_COMPRESSED_AS)
    return output.getvalue()
