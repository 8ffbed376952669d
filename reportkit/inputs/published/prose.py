"""The words of a published report by its headings: which paragraphs are of which part."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from reportkit.editions import Edition
from reportkit.editions.edition import Section, Slot
from reportkit.inputs.handed_in import Place
from reportkit.inputs.prose import escape_markdown
from reportkit.inputs.published.page import Block, Paragraph
from reportkit.inputs.tables.labels import plain
from reportkit.text.markdown import parse, unprintable

_NUMERALS = "一二三四五六七八九十"
_TITLE = re.compile(rf"[（(]?(?P<number>[{_NUMERALS}]{{1,2}})[）)]?\s*[、.．,，:：]?\s*(?P<words>.*)")
_HEADING = re.compile(rf"[（(]?\s*(?P<number>[{_NUMERALS}]{{1,2}}|\d{{1,2}})\s*[）)]\s*[、.．]?\s*(?P<words>.*)", re.S)
_ALIKE, _MORE = 70, 12
"""How alike a title must be to the statute's, of 100; and how many characters longer it may be."""
_LONGEST_HEADING = 40
_RUN_IN = re.compile(r"(?P<heading>[^。：:]{2,30}?)(?:[。：:]|(?<=情况)(?=[^。]))(?P<rest>.+)", re.S)
_WITHIN = re.compile(rf"(?<=[。；])\s*(?=[（(][{_NUMERALS}]{{1,2}}[）)])")
"""Where a heading may begin within a paragraph."""
_FURNITURE = re.compile(
    r"^(?:扫一扫|关联稿件|相关(?:链接|文档|附件|稿件|阅读|信息)|上一[篇条]|下一[篇条]|打印|关闭|收藏|分享|返回|责任编辑|责编|编辑[:：]"
    r"|版权所有|主办(?:单位)?[:：]|承办(?:单位)?[:：]|网站(?:标识码|地图)|备案|ICP|来源[:：]|浏览次数|点击(?:数|量)|附件下载|-$|您(?:访问|是第))"
)
"""What stands below a report on a page, and is no part of it."""
_ALSO = {
    "problems": ("问题", "不足", "困难"),
    "improvements": ("改进", "整改", "措施", "下一步", "下步", "打算", "计划", "方向"),
    "platform": ("平台", "网站", "新媒体"),
    "supervision": ("监督", "保障"),
    "management": ("信息管理", "规范性文件管理"),
}
"""What headings of a part also say, by the id of its slot."""


@dataclass
class Words:
    """Words by slot, and by what they can't be told apart; `told` is what was found and is in no slot."""

    prose: dict[str, list[Paragraph]] = field(default_factory=dict)
    titles: dict[str, Paragraph] = field(default_factory=dict)
    """By section id, the paragraph that is its title."""
    before: list[Paragraph] = field(default_factory=list)
    """What stands before the first title: the preamble, and whatever a page has above it."""
    told: list[tuple[str, Paragraph]] = field(default_factory=list)
    """Paragraphs that no slot has room for, with the section's title."""
    undivided: list[Section] = field(default_factory=list)
    """Sections of several slots whose words aren't told apart by headings."""


def words_of(edition: Edition, blocks: Sequence[Block]) -> Words:
    """The words of each part. Those of a part whose headings can't be told apart are its first slot's."""
    paragraphs = [each for each in blocks if isinstance(each, Paragraph)]
    found = Words()
    starts = _titles(edition, paragraphs)
    first = min(starts.values(), default=len(paragraphs))
    found.before = paragraphs[:first]
    found.titles = {section: paragraphs[at] for section, at in starts.items()}
    inside = _container([paragraphs[at].place for at in starts.values()])
    ordered = sorted(starts.items(), key=lambda each: each[1])
    for number, (section_id, at) in enumerate(ordered):
        end = ordered[number + 1][1] if number + 1 < len(ordered) else len(paragraphs)
        said = paragraphs[at + 1 : end]
        if number + 1 == len(ordered):
            said = [*_until_furniture(said, inside)]
        section = next(each for each in edition.sections if each.id == section_id)
        _divide(section, said, found)
    return found


def _titles(edition: Edition, paragraphs: Sequence[Paragraph]) -> dict[str, int]:
    """Where each section's title stands. Where a list of contents has them too, those with more words between them."""
    places: dict[str, list[int]] = {}
    for section in edition.sections:
        if section.title is not None:
            places[section.id] = [at for at, each in enumerate(paragraphs) if _is_title(section.title, each.text)]
    chains = [_chain(places, last=last) for last in (True, False)]
    return max(chains, key=lambda chain: (len(chain), _length(paragraphs, chain)))


def _chain(places: Mapping[str, Sequence[int]], *, last: bool) -> dict[str, int]:
    """One place of each title, in rising order: the last ones that there are, or the first."""
    found: dict[str, int] = {}
    sections = [*reversed([*places])] if last else [*places]
    bound = None
    for section in sections:
        fitting = [at for at in places[section] if bound is None or (at < bound if last else at > bound)]
        if fitting:
            bound = found[section] = max(fitting) if last else min(fitting)
    return found


def _length(paragraphs: Sequence[Paragraph], chain: Mapping[str, int]) -> int:
    places = sorted(chain.values())
    return sum(len(each.text) for each in paragraphs[places[0] : places[-1]]) if places else 0


def _is_title(title: str, text: str) -> bool:
    stated, typed = _TITLE.fullmatch(title), _TITLE.fullmatch(text.strip("。 "))
    if stated is None or typed is None or len(text) > len(title) + _MORE:
        return False
    same_number = stated["number"] == typed["number"]
    return same_number and fuzz.ratio(plain(stated["words"]), plain(typed["words"])) >= _ALIKE


def _container(places: Sequence[Place]) -> str:
    """The path of the innermost element of a page that holds all titles; empty for other files."""
    paths = [each.cell.split("/") for each in places if each.cell.startswith("/")]
    if len(paths) < 2:
        return ""
    common = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common)


def _until_furniture(paragraphs: Sequence[Paragraph], inside: str) -> Iterator[Paragraph]:
    """The last part's paragraphs, up to what is the page's own."""
    for each in paragraphs:
        is_outside = bool(inside) and not f"{each.place.cell}/".startswith(f"{inside}/")
        if is_outside or _FURNITURE.search(each.text):
            return
        yield each


def _divide(section: Section, paragraphs: Sequence[Paragraph], found: Words) -> None:
    """The paragraphs of a section by its slots."""
    if not section.prose:
        found.told += [(section.title or "", each) for each in paragraphs if _says_something(each.text)]
        return
    headed = {slot.id for heading in section.headings if (slot := _slot_of(section, heading))}
    opening = next((slot for slot in section.prose if slot.id not in headed), section.prose[0])
    slot = opening if len(section.prose) > 1 and opening.id not in headed else section.prose[0]
    is_divided = len(section.prose) == 1
    for each in (part for paragraph in paragraphs for part in _parted(section, paragraph)):
        heading, rest = _heading(section, each.text)
        named = _slot_of(section, heading) if heading else None
        if named is not None:
            slot, is_divided = named, True
            found.prose.setdefault(slot.id, [])
        if rest:
            found.prose.setdefault(slot.id, []).append(Paragraph(rest, each.place))
    if not is_divided and paragraphs:
        found.undivided.append(section)


def _parted(section: Section, paragraph: Paragraph) -> Iterator[Paragraph]:
    """A paragraph, before each heading of the section's that stands within it."""
    start = 0
    for match in _WITHIN.finditer(paragraph.text):
        if _heading(section, paragraph.text[match.start() :])[0]:
            yield Paragraph(paragraph.text[start : match.start()], paragraph.place, paragraph.level)
            start = match.start()
    yield Paragraph(paragraph.text[start:], paragraph.place, paragraph.level)


def _heading(section: Section, text: str) -> tuple[str, str]:
    """A paragraph's heading, empty where it has none of its slots', and the words behind it."""
    match = _HEADING.fullmatch(text)
    words = match["words"] if match else text
    if len(text) <= _LONGEST_HEADING and "。" not in words.rstrip("。"):
        is_heading = _slot_of(section, words) is not None and (match is not None or _is_bare(section, words))
        return (words.rstrip("。：:"), "") if is_heading else ("", text)
    if match and (run_in := _RUN_IN.fullmatch(words)) and _slot_of(section, run_in["heading"]):
        return run_in["heading"], run_in["rest"].strip()
    return "", text


def _is_bare(section: Section, words: str) -> bool:
    """Whether a short line without a number is a part's heading, letter by letter."""
    said = plain(words)
    labels = {plain(slot.label) for slot in section.prose} | {
        plain(match["words"]) for heading in section.headings if (match := _HEADING.fullmatch(heading))
    }
    return said in labels


def _slot_of(section: Section, heading: str) -> Slot | None:
    """The slot that a heading is of: called as it, or in other words for it; None where it is none's, or two's."""
    match = _HEADING.fullmatch(heading)
    said = plain(match["words"] if match else heading)
    if len(said) > _LONGEST_HEADING or not said:
        return None
    exact = [slot for slot in section.prose if plain(slot.label) == said]
    if exact:
        return exact[0]
    scores = {slot.id: fuzz.ratio(plain(slot.label), said) for slot in section.prose}
    best = max(section.prose, key=lambda slot: scores[slot.id])
    if scores[best.id] >= _ALIKE and sorted(scores.values())[-2:].count(scores[best.id]) == 1:
        return best
    named = [slot for slot in section.prose if any(word in said for word in _ALSO.get(slot.id, ()))]
    contained = [slot for slot in section.prose if plain(slot.label) in said]
    for found in (contained, named):
        if len(found) == 1:
            return found[0]
    return None


def as_prose(text: str) -> str:
    """A paragraph as a submission has it: written so that what is no markup is printed as it is."""
    shown = parse(text, "prose")
    is_plain = len(shown) == 1 and shown[0]["type"] == "paragraph" and not unprintable(text, "prose")
    words = shown[0].get("children", []) if is_plain else []
    kept = (
        text
        if [each.get("type") for each in words] == ["text"] and words[0].get("raw") == text
        else escape_markdown(text)
    )
    return kept.replace("{{", "\\{{")


def _says_something(text: str) -> bool:
    """Whether a line beside a table is more than its unit, its caption or a note on how it counts."""
    said = plain(text)
    return len(said) > 8 and not said.startswith(("单位", "图", "表", "数据来源"))
