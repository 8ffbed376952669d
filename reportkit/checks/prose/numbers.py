"""Numbers as people write them in Chinese: 1,234件, 一百二十三件, 三十余件, 14万余条, 12.5%, 0.3个百分点."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from reportkit.checks.bounds import Bounds
from reportkit.checks.prose.plain import Sentence

Span = tuple[int, int]


class Kind(StrEnum):
    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"
    TIMES = "times"
    MONEY = "money"


class About(StrEnum):
    """How a number that isn't exact relates to what it stands for."""

    EXACT = ""
    AROUND = "约"
    ABOVE = "余"
    BELOW = "近"


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit; `step` is one unit of its last printed digit that counts, `span` its place."""

    value: Decimal
    unit: str
    kind: Kind
    step: Decimal
    about: About
    span: Span
    text: str
    from_figure: bool = False
    from_fact: bool = False

    @property
    def start(self) -> int:
        return self.span[0]

    @property
    def end(self) -> int:
        return self.span[1]

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest that it can stand for."""
        low, high = self.value, self.value
        if self.about in (About.AROUND, About.ABOVE):
            high += self.step
        if self.about in (About.AROUND, About.BELOW):
            low -= self.step
        return low, high

    def agrees(self, found: Bounds) -> bool | None:
        """Whether it stands for a figure; None where the figure is missing and it may."""
        low, high = self.range
        if high < found.low or low > found.high:
            return False
        return True if found.known else None


_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGITS = {each: number for number, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ARABIC = r"\d{1,3}(?:[,， ]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_HAN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_COUNTED = (
    "个百分点|件次|人次|场次|户次|家次|件|条|次|份|户|个|宗|起|例|项|期|场|批|篇|部|家|名|位|人|处|笔|页|台|张|套|"
    "册|幅|辆|座|所|种|类|组|轮|票|封|通|卷|支|只|块|盘|堂|节|门次|门|字|倍|元|%|‰"
)
_NUMBER = re.compile(
    rf"(?P<about>大约|约为|约|将近|接近|近|不足|不到|超过|超|逾|突破)?"
    rf"(?:百分之(?P<cent>{_ARABIC}|[{_HAN}点]+)"
    rf"|(?P<digits>{_ARABIC})(?P<scale>[百千]?[万亿]?)(?P<more>余|多(?!少|年|种|元|层|项|个部)|来)?(?P<scale2>[万亿]?)"
    rf"|(?P<han>[{_HAN}]+)(?P<hanmore>余|多|来)?(?P<hanscale>[万亿]?))"
    rf"[ ]?(?P<unit>{_COUNTED})?"
)
_MASKED = re.compile(
    r"https?://[^\s，。；、（）]+|[\w.+-]+@[\w.-]+|[〔\[(（【]\s*\d{4}\s*[〕\])）】]\s*第?\d*号?"
    r"|第[零〇一二两三四五六七八九十百千\d]+[条款项号章编期届次批部分节季名位件起例宗份人者]"
    r"|(?<!\d)\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d)|(?<!\d)\d{3,4}-\d{7,8}(?:-\d+)?|(?<!\d)\d+(?:\+\d+)+(?:\+X)?|(?<!\d)\d+[×xX]\d+|\d+(?:\.\d+)?[∶:：]\d+(?:\.\d+)?(?![\d.]*[件份宗起例条个])"
    r"|(?<!\d)\d{1,4}\s*[-—–~～至到]+\s*\d{1,4}\s*(?:年|月|日|号|时|天|个月|点)"
    r"|(?<!\d)\d{4}\s*(?:年度?|学年|财年)|(?<!\d)\d{1,2}\s*月(?:份|底|末|初)?(?:\s*\d{1,2}\s*日)?|(?<!\d)\d{1,2}\s*日"
    r"|(?<!\d)\d+\s*(?:号|时|点(?!\d)|分钟|小时|秒|天|周年|周|岁|楼|室|层|级|版|世纪|代|强|公里|米|平方|个工作日|个月|季度|万?亩|吨)"
    r"|[零〇一二两三四五六七八九十百千]+(?:年|月|日|时|分钟|小时|天|周|届|级|大|是|方面|体|化|批次|季度|位一体|个工作日|个月)"
    r"|最[\u4e00-\u9fff]{1,4}的一[件份宗起例]|一[件份宗起例](?:[也都]|均)?(?:未|没)|一(?:件事|站|网|窗|门|体|号|线|致|定|般|些|批|个|项|名|家|条龙|次性|步|手|方|旦|直|律|并|经|切|系列|把手|点|套|支|部|处|份|种|类|场|期|次)"
    r"|[一二两三四五六七八九十\d]+个?(?:部分|方面|环节|领域|阶段|层面|维度|板块|百分之)"
    r"|[一二两三四五六七八九十](?:项|类|者|种|块|种情形|类情形)(?=，?(?:占|合计|一?共|相加|之和|加|情形))|[二两三四五六七八九]家(?=合计|共)"
    r"|[三四五六七八九十]+(?:个一|张清单|安全一稳定|公开|公|统一|项机制)|国令第?\d+号|[A-Za-z]+[-]?\d+(?:\.\d+)*|(?<!\d)\d+[A-Za-z]+"
    r"|(?:没有|未曾|未|无|没)(?:发生|收到|接到|出现|产生|引发|有)?(?:过|任何|哪怕)?[一1](?:起|件|例|宗|次)(?!\d)|(?:没有|无|没)任何|一起(?!行政|复议|诉讼|案|申请)|统一|唯一|专一|万一|万众|千家万户|万家|百姓|百年|千方百计|[一两]手|[二三四五六七八九]类(?:内部|过程)"
)
_SEPARATOR = re.compile(r"[,， ]")
_WORD_AFTER = re.compile(r"\.|(?![和及与或])[\u4e00-\u9fff]")
"""What makes a bare number part of a name: 12345热线."""


def read_numbers(sentence: Sentence, *, spoken: bool = False) -> list[Number]:
    """The numbers of a sentence that count or measure something; years, dates, ordinals and file numbers are none.

    Bare numbers of a list (分别为5、10和8件) take the unit of the last. With `spoken` also shares and changes in words.
    """
    masked = _masked(sentence.text)
    in_words = [*_spoken_shares(masked)] if spoken else []
    for each in in_words:
        masked = masked[: each.start] + "\x00" * (each.end - each.start) + masked[each.end :]
    found = [number for match in _NUMBER.finditer(masked) if (number := _number(match, sentence))]
    return _with_units(sorted([*found, *in_words], key=lambda each: each.start), sentence.text)


_SPOKEN = re.compile(
    r"(?P<about>大约|约为|约|将近|接近|近|不足|不到|超过|超|逾|突破)?"
    r"(?:(?P<tenths>[一二两三四五六七八九])成(?P<hundredths>[一二三四五六七八九半])?(?!立|员|果|功|长|为|效|本|品|熟|就|套|绩|因|分|文|形|都)"
    r"|(?P<below>[二两三四五六七八九十])分之(?P<above>[一二两三四五六七八九])|(?P<half>过半数?|半数))(?P<more>以上|多|余|左右)?"
)
_DOUBLED = re.compile(r"(?<=翻|了)(?P<times>[一两三])番")
_SAME = re.compile(r"(?<![体本致])(?:持平|相同)")


def _spoken_shares(masked: str) -> Iterator[Number]:
    """七成, 过半, 三分之二 as percentages, as coarse as they are meant; 翻了一番 as 100 percent more, 持平 as 0."""
    for match in _SPOKEN.finditer(masked):
        if match["half"]:
            value, step = (Decimal(75), Decimal(25)) if match["half"].startswith("过") else (Decimal(50), Decimal(5))
        elif match["below"]:
            below = 10 if match["below"] == "十" else _DIGITS[match["below"]]
            value, step = Decimal(100 * _DIGITS[match["above"]]) / below, Decimal(3)
        else:
            last = match["hundredths"]
            value = Decimal(10 * _DIGITS[match["tenths"]] + (0 if not last else 5 if last == "半" else _DIGITS[last]))
            step = Decimal(1 if last else 5)
        about = About.EXACT
        if match["about"] in ("超过", "超", "逾", "突破") or match["more"] in ("以上", "多", "余"):
            about = About.ABOVE
        elif match["about"] in ("将近", "接近", "近", "不足", "不到"):
            about = About.BELOW
        yield Number(value, "成", Kind.PERCENT, step, about, match.span(), match.group())
    for match in _DOUBLED.finditer(masked):
        value = Decimal(100 * (2 ** _DIGITS[match["times"]] - 1))
        yield Number(value, "成", Kind.PERCENT, Decimal(3), About.EXACT, match.span(), match.group())
    for match in _SAME.finditer(masked):
        yield Number(Decimal(0), "件", Kind.COUNT, Decimal(1), About.EXACT, match.span(), match.group())


def _masked(text: str) -> str:
    return _MASKED.sub(lambda match: "\x00" * len(match.group()), text)


def _number(match: re.Match[str], sentence: Sentence) -> Number | None:
    unit = match["unit"] or ""
    after = sentence.text[match.end() : match.end() + 1]
    if match["han"]:
        if unit in ("", "次", "种", "类", "人", "字", "节", "门", "通", "只") and match["han"] in (
            "一",
            "千",
            "万",
            "百",
        ):
            return None
        if not unit or (value := han_value(match["han"])) is None:
            return None
        trailing = match["han"][-1].translate(_CAPITALS)
        step = Decimal(_SCALES.get(trailing, 1))
        scale = match["hanscale"]
        more = match["hanmore"]
    elif match["digits"]:
        digits = _SEPARATOR.sub("", match["digits"])
        if not unit and (len(digits) > 11 or _WORD_AFTER.match(after)):
            return None
        value = Decimal(digits)
        step = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
        scale, more = match["scale"] + match["scale2"], match["more"]
    else:
        return _percent_in_words(match)
    return _made(match, sentence, value, step, scale, more, unit)


def _made(
    match: re.Match[str], sentence: Sentence, value: Decimal, step: Decimal, scale: str, more: str | None, unit: str
) -> Number:
    factor = 1
    for each in scale:
        factor *= _SCALES[each]
    about = _about(match["about"], more, rounded=factor > 1)
    if about is not About.EXACT and value and "." not in (match["digits"] or ""):
        while value % (step * 10) == 0:
            step *= 10
    start = match.end("about") if match["about"] else match.start()
    span = (start, match.end())
    kinds = {"%": Kind.PERCENT, "个百分点": Kind.POINTS, "倍": Kind.TIMES, "元": Kind.MONEY}
    return Number(
        value * factor,
        unit,
        kinds.get(unit, Kind.COUNT),
        step * factor,
        about,
        span,
        sentence.text[start : match.end()],
        _is_bound(match, scale, sentence),
        _within(span, sentence.facts),
    )


def _percent_in_words(match: re.Match[str]) -> Number | None:
    written = match["cent"]
    whole, _, fraction = written.partition("点")
    if written[0].isdigit():
        value: Decimal | None = Decimal(_SEPARATOR.sub("", written))
    else:
        value = han_value(whole)
        if value is not None and fraction:
            if not all(each in _DIGITS for each in fraction):
                return None
            value += Decimal("0." + "".join(str(_DIGITS[each]) for each in fraction))
    if value is None:
        return None
    step = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
    about = _about(match["about"], None, rounded=False)
    return Number(value, "%", Kind.PERCENT, step, about, match.span(), match.group())


def _about(before: str | None, after: str | None, *, rounded: bool) -> About:
    if after or before in ("超过", "超", "逾", "突破"):
        return About.ABOVE
    if before in ("将近", "接近", "近", "不足", "不到"):
        return About.BELOW
    return About.AROUND if before or rounded else About.EXACT


def _is_bound(match: re.Match[str], scale: str, sentence: Sentence) -> bool:
    """Whether the digits are a bound figure's and nothing else: no digit or 万 is beside it."""
    return bool(match["digits"]) and not scale and match.span("digits") in sentence.figures


def _within(span: Span, spans: tuple[Span, ...]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def han_value(text: str) -> Decimal | None:
    """一百二十三 and 壹佰贰拾叁 as 123; None for what is no single number (三四, 十百)."""
    text = text.translate(_CAPITALS)
    total = section = digit = 0
    seen_digit = False
    for each in text:
        if each in _DIGITS:
            if seen_digit and digit and _DIGITS[each]:
                return None
            digit, seen_digit = _DIGITS[each], True
        elif each in "万亿":
            section = (section + digit) * _SCALES[each]
            if section == 0:
                return None
            total, section, digit, seen_digit = total + section, 0, 0, False
        else:
            section += (digit if seen_digit else 1) * _SCALES[each]
            digit, seen_digit = 0, False
    return Decimal(total + section + digit)


HAN_YEAR = "二[〇零○][一二][〇零○一二三四五六七八九]"
"""A pattern of the years of this century, written digit by digit."""


def han_year(written: str) -> int:
    """二〇二三 as 2023."""
    return int("".join(str(_DIGITS.get(each, 0)) for each in written))


_JOINT = re.compile(r"\s*(?:[、，,]|和|及|与|或)\s*")


def _with_units(found: list[Number], text: str) -> list[Number]:
    """Bare numbers get the unit of the number after them where nothing but a comma or 和 is between."""
    result: list[Number] = []
    following: Number | None = None
    for number in reversed(found):
        if not number.unit and following is not None and following.unit:
            between = text[number.end : following.start]
            if _JOINT.fullmatch(between):
                number = replace(number, unit=following.unit, kind=following.kind)
        result.append(number)
        following = number
    return result[::-1]
