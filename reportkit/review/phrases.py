"""Differences in Chinese sentences: where, and what."""

from collections import Counter
from collections.abc import Iterable, Mapping

from reportkit.content import HEAD
from reportkit.editions import Editions
from reportkit.review.changes import Change, Comparison, ExhibitChange, FigureChange, HeadChange, WordsChange

_LONGEST = 80
_LONGEST_VALUE = 30
_MOST_VALUES = 5
KINDS = {"added": "新增", "removed": "删去", "changed": "修改", "moved": "移动", "form": "格式"}


def section_titles(editions: Editions, *ids: str) -> dict[str, str]:
    """The title of each section of these editions by its id; the preamble and the head have none of their own."""
    sections = (section for edition in ids for section in editions.load(edition).sections)
    return {HEAD: "标题和日期", **{section.id: section.title or "引言" for section in sections}}


def where(change: Change, titles: Mapping[str, str]) -> str:
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
            return f"图“{exhibit.caption}”{kind or f'（{_chart(change)}）'}"
        case WordsChange(kind="form", after=""):
            return "表头或者版式有变化"
        case WordsChange(kind="form"):
            return f"文字未变，加粗、链接、列表、标题层次或者表头有变化：“{_cut(change.after, longest)}”"
        case WordsChange(kind="moved"):
            return f"段落移动：“{_cut(change.after, longest)}”"
    if is_spacing(change.before, change.after):
        return f"空格或换行有变化：{_spacing(change.before, longest)}改为{_spacing(change.after, longest)}"
    if not change.before:
        return f"新增“{_cut(change.after, longest)}”"
    if not change.after:
        return f"删去“{_cut(change.before, longest)}”"
    return f"“{_cut(change.before, longest)}”改为“{_cut(change.after, longest)}”"


def _chart(change: ExhibitChange) -> str:
    """What is not as it was in a chart: the first values, of long words only that they changed; and how many."""
    values = [
        f"{name}有变化" if max(len(old), len(new)) > _LONGEST_VALUE else f"{name}：{old or '无'}→{new or '无'}"
        for name, old, new in change.what
    ]
    return "；".join(values if len(values) <= _MOST_VALUES else [*values[:_MOST_VALUES], f"共{len(values)}处"])


def is_spacing(before: str, after: str) -> bool:
    """Whether two texts differ in spaces and line breaks alone."""
    return "".join(before.split()) == "".join(after.split())


def spaces_shown(text: str) -> str:
    """A text whose spaces and line breaks can be seen."""
    return "".join("↵" if each == "\n" else "␣" if each.isspace() else each for each in text)


def _spacing(text: str, longest: int) -> str:
    text = spaces_shown(text)
    return f"“{text if len(text) <= longest else f'{text[: longest - 1]}…'}”"


def numbers(changes: Iterable[Change]) -> str:
    """`3个数据、2处文字、1幅图`, the head's lines among the words; empty where nothing has changed."""
    units = {FigureChange: "个数据", WordsChange: "处文字", HeadChange: "处文字", ExhibitChange: "幅图"}
    counted = Counter(units[type(each)] for each in changes)
    return "、".join(f"{counted[unit]}{unit}" for unit in dict.fromkeys(units.values()) if counted[unit])


def not_compared(comparison: Comparison) -> str:
    """The titles of the sections that were left out of a comparison; empty where none was."""
    return "、".join(comparison.titles.get(name, name) for name in comparison.beside)


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
