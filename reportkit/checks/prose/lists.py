"""Rule N-5: lists of numbers in one sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportkit.checks.prose.counts import Count, Reading
from reportkit.checks.prose.numbers import About, Kind
from reportkit.checks.prose.registry import ReadWords, rule, sentence_finding
from reportkit.editions.rules import RuleSpec
from reportkit.model import Finding, format_number

_SAME = {"宗": "件", "起": "件", "例": "件", "件次": "件", "条": "件", "份": "件", "篇": "件", "则": "件"}
"""Units in which one list may count: information in 条, and the documents among it in 件."""
_OPENS = re.compile(
    r"即(?=[\u4e00-\u9fff]{1,8}\d)|"
    r"其中|分别|包括|包含|(?<=[，（件宗起条次份户个项期场批篇部家名位人处笔])含(?!有?上?年?结转)|(?<=[件宗起条次份户个项期场批篇部家名位人处笔])(?:[：:]|[（(](?!其中|含|包))|(?<![理事缘因])由(?=[^。；]{0,80}组成)"
)
_WHOLE = re.compile(r"即|分别|包括|包含|由")
_SUMS_UP = re.compile(
    r"^(?:个|件)?[）)]?(?:组成)?(?:，|、)?(?:[二两三四五六七八九十](?:者|家|项|类)|以上)?(?:合计|共计|总计|总共|共|累计|加在一起|加起来|相加)(?:为|是|达|有)?$"
    r"|^[）)]?，(?:合计|共计|总计)(?:收到|接到|受理|收办|办结|答复|办理|发布|公开|接收|登记)[^，。；\d]{0,20}$"
)
_NO_ITEM = re.compile(
    r"同比|上年|去年|占|增长|增加|下降|减少|提高|较|平均|人均|总数|全部|超过|不足|满意|率|结转"
    r"|^(?:并|均|已|共|另|还|全年|累计|合计|共计|总计|一并|及时|按时|按期|已经)*(?:办结|答复|处理|解决|整改|惠及|服务|帮助|覆盖|参与|参加|吸引|投入"
    r"|阅读|点击|浏览|访问|下载|转发|涉及|为|合计|共计|总计|累计|发现|完成|收到|收集|回复|采纳|培训|参训)"
)
_OPENING = re.compile(r"^(?:其中|分别|包括|包含|由)(?:为|是|有)?[：:，]?")
_MOST_NUMBERS = 60
"""Numbers of the longest list that is added up: no reader would."""
_BREAK = re.compile(r"[，；;]")
_HARD = re.compile(r"[。；;]")


@dataclass(frozen=True, slots=True)
class _List:
    """A stated total and its items, with whether they must come to it or may only not exceed it."""

    total: Count
    items: tuple[Count, ...]
    whole: bool


@rule("N-5")
def lists(words: ReadWords, spec: RuleSpec) -> Iterator[Finding]:
    """Items don't exceed their total; after 分别, 合计, 包括 and 由…组成 they come to it."""
    for reading in words.readings:
        if reading.sentence.passage.slot == "other_matters" and "费" in reading.sentence.text:
            continue  # F-2's
        if len(reading.counts) > _MOST_NUMBERS:
            continue
        for found in (*_opened(reading), *_summed(reading)):
            if fault := _fault(reading, found):
                numbers = [each.number for each in (found.total, *found.items)]
                span = min(each.start for each in numbers), max(each.end for each in numbers)
                yield sentence_finding(spec, reading.sentence, fault, span)


def unit_of(count: Count) -> str:
    """The unit in which a list may count it: documents among information in 条 count in 件."""
    return _SAME.get(count.number.unit, count.number.unit)


def _countable(count: Count) -> bool:
    return count.number.kind in (Kind.COUNT, Kind.MONEY) and bool(count.number.unit)


def _opened(reading: Reading) -> Iterator[_List]:
    """总数……，其中A×件、B×件: the items behind a word that opens a list, and the number before it."""
    text = reading.sentence.text
    for opening in _OPENS.finditer(text):
        before = [
            each
            for each in reading.counts
            if each.number.end <= opening.start()
            and _countable(each)
            and not _closed_before(text, each.number.end, opening.start())
        ]
        behind = [each for each in reading.counts if each.number.start >= opening.end()]
        if not before or not behind:
            continue
        total = _total_before(before, behind, opening.start(), text)
        if total is None:
            continue
        limit = len(text)
        depth_end = _closing(text, opening.start())
        if depth_end is not None:
            limit = depth_end
        items = _items(reading, behind, total, limit)
        bare = opening.group() in ("：", ":", "（", "(")
        if bare and not _is_itemized(text, total, items, opening):
            continue
        if len(items) < 2 and opening.group() != "其中":
            continue
        if items:
            word = opening.group()
            whole = bool(_WHOLE.fullmatch(word)) and (word != "由" or "组成" in text[opening.end() :])
            if word == "由" and not whole:
                continue
            if word == "分别" and (
                not _divides(text, total, opening) or _turns_to_another(text, total, opening.start())
            ):
                continue
            open_ended = text[items[-1].number.end :].startswith("等")
            yield _List(total, items, whole and not open_ended)


def _is_itemized(text: str, total: Count, items: tuple[Count, ...], opening: re.Match[str]) -> bool:
    """Whether numbers behind a bare colon or bracket are its parts: at once behind it, each with a short name."""
    if len(items) < 2 or total.number.end + 1 != opening.end():
        return False
    places = [opening.end(), *(each.number.end for each in items)]
    between = [text[start : each.number.start] for start, each in zip(places, items, strict=False)]
    return all(_PART_NAME.fullmatch(each) for each in between)


_PART_NAME = re.compile(r"[，、；\s]?(?!新收|共|另|均|已|办结|收到|受理)[\u4e00-\u9fffA-Za-z“”]{1,12}")
_NAMED_BEFORE = re.compile(r"[，；](?P<what>(?!其中|主要|按|从)[\u4e00-\u9fff]{3,12})$")


def _closed_before(text: str, place: int, opening: int) -> bool:
    """Whether a parenthesis around a place closes before another."""
    depth = 0
    for each in text[place:opening]:
        depth += (each in "（(") - (each in "）)")
        if depth < 0:
            return True
    return False


def _divides(text: str, total: Count, opening: re.Match[str]) -> bool:
    """分别 states parts of a total where it follows it at once, or where each part has its name behind it."""
    between = text[total.number.end : opening.start()]
    if not re.match(r"(?:为|是|有)?[：:]?[约近]?\d", text[opening.end() :]) and "、" not in between:
        return True
    if _LEVELS.fullmatch(between) or _GRADED.search(between):
        return True
    return _follows_at_once(text, total, opening.start())


_GRADED = re.compile(r"(?:评定?|划分|分|评级)为[^，。；]*$")
_LEVEL = r"(?:[省市州县区镇乡]{1,2}(?:本?级|直)?|街道|[乡镇]{2}街道|部门)(?:本级|单位|机关|部门)?"
_LEVELS = re.compile(
    rf"[件宗起场期次条篇个部份]?[，：（](?:{_LEVEL}(?:[、和与及]{_LEVEL})+|各[期批次场季月镇乡区县级类个][\u4e00-\u9fff]{{0,2}}|上半年[、和]下半年)"
)
"""……21场，市级、县区级分别为: the levels of government, or all the parts, that hold all between them."""


def _turns_to_another(text: str, total: Count, opening: int) -> bool:
    """公开文件120件，解读材料分别为……: something else is named before 分别, with no word of what the total counts."""
    named = _NAMED_BEFORE.search(text, total.number.end, opening)
    return named is not None and not set(named["what"]) & set(total.text(total.label))


def _follows_at_once(text: str, total: Count, opening: int) -> bool:
    return bool(
        re.fullmatch(
            r"[件宗起例条次份户个项期场批篇部家名位人处笔元]?(?:[，：:（(]|，其中)?", text[total.number.end : opening]
        )
    )


def _total_before(before: list[Count], behind: list[Count], opening: int, text: str) -> Count | None:
    """The number that a list is about: the nearest before it of the same unit, in the same or the clause before."""
    unit = unit_of(behind[0]) if _countable(behind[0]) else ""
    for each in reversed(before[-2:]):
        if unit_of(each) == unit and not _HARD.search(text[each.number.end : opening]):
            if each.is_change:
                return None
            between = text[each.number.end : opening]
            return each if len(_BREAK.findall(between)) <= 2 and "）" not in between.lstrip("）") else None
    return None


def _closing(text: str, place: int) -> int | None:
    """Where the parenthesis closes in which a place lies; None where it lies in none."""
    depth = 0
    for position in range(place - 1, -1, -1):
        if text[position] in "）)":
            depth += 1
        elif text[position] in "（(":
            if depth == 0:
                end = min(
                    (found for found in (text.find("）", place), text.find(")", place)) if found >= 0), default=-1
                )
                return end if end >= 0 else len(text)
            depth -= 1
    return None


def _items(reading: Reading, behind: list[Count], total: Count, limit: int) -> tuple[Count, ...]:
    """The run of numbers that are parts of the total: same unit, each with a label of its own, no new statement."""
    text = reading.sentence.text
    items: list[Count] = []
    depth_start = behind[0].number.start
    for count in behind:
        if count.number.start >= limit or not _countable(count):
            if count.number.kind in (Kind.PERCENT, Kind.POINTS) and count.number.start < limit:
                continue
            break
        if unit_of(count) != unit_of(total):
            break
        if _inside_parenthesis(text, depth_start, count.number.start):
            continue
        label = _OPENING.sub("", count.text(count.label))
        if _NO_ITEM.search(label) or count.is_change:
            break
        if items and _OPENS.search(_IN_BRACKETS.sub("", text[items[-1].number.end : count.number.start])):
            break
        if _is_beside(count, total):
            break
        items.append(count)
    return tuple(items)


_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")


def _is_beside(count: Count, total: Count) -> bool:
    """Whether it counts a group of outcomes beside the total's: 无法提供59件，其中……；不予处理11件."""
    rows, of = count.ids("rows", count.label), total.ids("rows", total.near)
    return bool(rows and of) and not any(each.startswith(f"{of[-1]}.") for each in rows)


def _inside_parenthesis(text: str, start: int, place: int) -> bool:
    opened = text.count("（", start, place) + text.count("(", start, place)
    return opened > text.count("）", start, place) + text.count(")", start, place)


def _summed(reading: Reading) -> Iterator[_List]:
    """A×件、B×件，合计×件: the numbers before a word that sums up."""
    for place, total in enumerate(reading.counts):
        if place < 2 or not _countable(total):
            continue
        if not _SUMS_UP.fullmatch(reading.sentence.text[reading.counts[place - 1].number.end : total.number.start]):
            continue
        items: list[Count] = []
        for count in reversed(reading.counts[:place]):
            if not _countable(count) or unit_of(count) != unit_of(total) or count.is_change:
                break
            if items and _HARD.search(reading.sentence.text[count.number.end : items[0].number.start]):
                break
            items.insert(0, count)
        if len(items) > 1:
            yield _List(total, tuple(items), True)


def _fault(reading: Reading, found: _List) -> str:
    """What is wrong with a list, in Chinese; empty where some reading of it is sound."""
    total = found.total.number
    numbers = [each.number for each in found.items]
    if any(each.about is not About.EXACT for each in numbers) and not _is_rounded_alike(found):
        return ""
    if all(each.from_figure for each in (total, *numbers)):
        return ""
    values = [each.value for each in numbers]
    added = sum(values, start=Decimal(0))
    shown = "＋".join(format_number(each) for each in values)
    unit = total.unit
    low, high = total.range
    slack = sum((each.step for each in numbers if each.about is not About.EXACT), start=Decimal(0))
    if slack and (not found.whole or (added - slack <= high and added + slack >= low)):
        return ""
    ones = len(_ONE.findall(reading.sentence.text, min(total.start, numbers[0].start), numbers[-1].end + 20))
    high, low = high, low - ones  # numerals that may be articles
    if not found.whole and added <= _run_up_to(reading, found.total):
        return ""
    if low <= added <= high or _sound_runs(reading, found):
        return ""
    if found.whole:
        return f"各项{shown}＝{format_number(added)}{unit}，不等于“{total.text}”"
    if added > high:
        return f"各项{shown}＝{format_number(added)}{unit}，超过“{total.text}”"
    return ""


def _is_rounded_alike(found: _List) -> bool:
    """1.86万条由……0.29万条……组成: total and items are rounded to the same digit, and by nothing but that."""
    numbers = [each.number for each in (found.total, *found.items)]
    plain = all(each.about is About.AROUND and re.match(r"[\d.]+万", each.text) for each in numbers)
    return plain and len({each.step for each in numbers}) == 1


_ONE = re.compile(r"一[件份宗起例条次个期篇]")


def _run_up_to(reading: Reading, total: Count) -> Decimal:
    """What a total and the numbers listed just before it come to: 复议170件、诉讼77件，其中维持128件."""
    text, added = reading.sentence.text, total.number.value
    place = reading.counts.index(total)
    for earlier, later in zip(reading.counts[place - 1 :: -1], reading.counts[place:0:-1], strict=False):
        between = text[earlier.number.end : later.number.start]
        if not _countable(earlier) or unit_of(earlier) != unit_of(total) or not re.match(r"[、和及与]", between):
            break
        if _BREAK.search(between):
            break
        added += earlier.number.value
    return added


def _sound_runs(reading: Reading, found: _List) -> bool:
    """Whether a run of items between commas comes to the total by itself: by applicant, then by channel."""
    text, total = reading.sentence.text, found.total.number.value
    runs: list[list[Decimal]] = [[]]
    previous: Count | None = None
    for item in found.items:
        if previous is not None and _BREAK.search(text[previous.number.end : item.number.start]):
            runs.append([])
        runs[-1].append(item.number.value)
        previous = item
    # Runs may also be joined, as long as the commas are between them.
    joined = [Decimal(0)]
    for run in runs:
        joined.append(joined[-1] + sum(run))
    sound = [one - other for place, one in enumerate(joined) for other in joined[:place]].count(total)
    if sound and (not found.whole or len(runs) < len(found.items) or (sound > 1 and joined[-1] % total == 0)):
        return True
    if found.whole or len(runs) == len(found.items) or len(runs[0]) < 2:
        return False
    return all(sum(run) <= total for run in runs)
