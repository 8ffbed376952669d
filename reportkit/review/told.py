"""Differences as people are told of them, in Chinese: where, and what."""

from reportkit.content import HEAD
from reportkit.editions import load_edition
from reportkit.review.differences import (
    Change,
    ExhibitChange,
    FigureChange,
    HeadChange,
    WordsChange,
)

_LONGEST = 80
KINDS = {"added": "新增", "removed": "删去", "changed": "修改", "moved": "移动", "form": "格式"}


def section_titles(*editions: str) -> dict[str, str]:
    """The title of each section of these editions by its id; the preamble and the head have none of their own."""
    sections = (section for edition in editions for section in load_edition(edition).sections)
    return {HEAD: "标题和日期", **{section.id: section.title or "引言" for section in sections}}


def where(change: Change, titles: dict[str, str]) -> str:
    """The place of a change: a cell's label, or the title of its section."""
    match change:
        case FigureChange():
            return change.label
        case HeadChange():
            return change.label
        case _:
            return titles.get(change.section, change.section)


def what(change: Change, longest: int = _LONGEST) -> str:
    """A change in one line; long words are cut."""
    match change:
        case FigureChange():
            return f"{_figure(change.before)}→{_figure(change.after)}{growth(change)}"
        case ExhibitChange():
            exhibit = change.after or change.before
            assert exhibit is not None
            kind = "新增" if change.before is None else "删去" if change.after is None else ""
            cells = "；".join(f"{name}：{old or '无'}→{new or '无'}" for name, old, new in change.what)
            return f"图“{exhibit.caption}”{kind or f'（{_cut(cells, longest)}）'}"
        case WordsChange(kind="form", after=""):
            return "表头或者版式有变化"
        case WordsChange(kind="form"):
            return f"文字未变，加粗、链接、标题层次或者表头有变化：“{_cut(change.after, longest)}”"
        case WordsChange(kind="moved"):
            return f"段落移动：“{_cut(change.after, longest)}”"
    if not change.before:
        return f"新增“{_cut(change.after, longest)}”"
    if not change.after:
        return f"删去“{_cut(change.before, longest)}”"
    return f"“{_cut(change.before, longest)}”改为“{_cut(change.after, longest)}”"


def growth(change: FigureChange) -> str:
    """`（+9，+75.00%）`; empty where there is nothing to compare."""
    if change.change is None:
        return ""
    percent = "" if change.percent is None else f"，{change.percent:+}%"
    return f"（{change.change:+}{percent}）"


def _figure(text: str | None) -> str:
    return "无此格" if text is None else text


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
