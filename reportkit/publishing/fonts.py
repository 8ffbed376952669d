"""The fonts of a PDF: the families of GB/T 9704 where they may be used and are there, then free ones, then Noto."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import typst
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

SANS, SERIF = "Noto Sans SC", "Noto Serif SC"

ROLES: Mapping[str, tuple[str, ...]] = {
    "title": (
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "方正小标宋简体",
        "方正小标宋_GBK",
        "Source Han Serif SC",
        SERIF,
    ),
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", SERIF),
    "heading": ("SimHei", "黑体", "STHeiti", "Source Han Sans SC", SANS),
    "subheading": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "LXGW WenKai", SERIF),
    "number": ("SimSun", "宋体", "STSong", SERIF),
    "table": (SANS,),
}
"""For each role of GB/T 9704-2012 the families that may serve, the official ones first, the bundled one last."""


@dataclass(frozen=True, slots=True)
class FontSet:
    """Fonts for one way of publishing: where they lie, which families they hold."""

    fonts: typst.Fonts
    families: frozenset[str]
    files: tuple[Path, ...]
    system: bool

    def role(self, name: str) -> tuple[str, ...]:
        """The families that are there for a role, best first; never empty, the bundled one is always there."""
        return tuple(family for family in ROLES[name] if family in self.families)

    @property
    def roles(self) -> dict[str, str]:
        """The family that each role is set in."""
        return {role: self.role(role)[0] for role in ROLES}


@cache
def font_set(font_paths: tuple[str, ...] = (), system_fonts: bool = False) -> FontSet:
    """The bundled fonts, those of further folders, and the system's where asked for; one search a process."""
    folders = [sans_path().parent, *(Path(path) for path in font_paths)]
    fonts = typst.Fonts(include_system_fonts=system_fonts, include_embedded_fonts=False, font_paths=folders)
    files = tuple(sorted({Path(info.path) for info in fonts.fonts() if info.path}))
    return FontSet(fonts, frozenset(fonts.families()), files, system_fonts)


@cache
def font_digests(font_paths: tuple[str, ...] = (), system_fonts: bool = False) -> dict[str, str]:
    """sha256 of each font file that a role is set in, by file name."""
    used = font_set(font_paths, system_fonts)
    families = {family for role in ROLES for family in used.role(role)}
    paths = {Path(info.path) for info in used.fonts.fonts() if info.path and info.family in families}
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(paths, key=lambda path: path.name)}


@cache
def bundled_characters() -> frozenset[int]:
    """Code points that both bundled fonts can draw; any other character can't be published."""
    covered = []
    for path in (sans_path(), serif_path()):
        with TTFont(path, lazy=True) as font:
            covered.append(frozenset(font.getBestCmap()))
    return covered[0] & covered[1]


@cache
def common_characters() -> frozenset[int]:
    """Code points of ASCII and GB 2312, all of which the bundled fonts draw: known without reading a font."""
    rows = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset(range(0x20, 0x7F)) | {ord(each) for pair in rows for each in pair.decode("gb2312", "ignore")}


class Drawable:
    """The code points that can be published; the fonts are read when one is asked for that isn't a common one."""

    def __contains__(self, code: object) -> bool:
        return code in common_characters() or code in bundled_characters()
