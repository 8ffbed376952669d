"""What a place of a sentence is about: whose numbers, of which year, of the whole or of a part; one walk over it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportkit.checks.prose.bodies import Bodies, Whose
from reportkit.checks.prose.lexicon import Word
from reportkit.checks.prose.numbers import HAN_YEAR, Number, han_year


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence's text with the words that name what it counts, its numbers, and the report's year."""

    text: str
    terms: Sequence[Word]
    numbers: Sequence[Number]
    year: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What is said of whatever comes next: parts are the subsets named; `year` None is the report's own."""

    whose: Whose = Whose.UNSAID
    parts: tuple[str, ...] = ()
    year: int | None = None
    among: bool = False
    """Whether it is behind 其中 and its like: what was counted last is the whole of it."""
    aside: bool = False
    """Whether it is in a bracket."""


MARK = re.compile(r"[，,；;。：:（）()]")
_AMONG = re.compile(
    r"其中|(?:包括|包含|(?<!不)含有?|内有|里面有?)(?!上年)|[件宗起例份个条批][\u4e00-\u9fff]{0,12}?(?<!其)(?:中|里|当中)(?=[，,]|$)"
)
_EVERYWHERE = re.compile(r"全[市区县省镇局]")
_WHOLE = re.compile(r"全年|共计|总计|总共|合计|累计|共(?!同|享|性|建|治|有关)|(?<!前)[两三四五六]项相加")
ALL_CHANNELS = re.compile(
    r"[^，。；]{0,20}(?:等|多种|各种|各类)[^，。；]{0,8}(?:渠道|方式|途径|形式|平台|申请)|[、和及与]各(?:部门|单位)"
)
_BODIES = re.compile("单位|机关|部门|行政机关|全年|未|没")
"""415家单位未收到申请: they speak of so many bodies."""
_MONTHS = re.compile(
    r"(?P<until>截至|截止|到)?(?<!\d)(?:(?P<first>\d{1,2})\s*月?份?(?:1日)?\s*[-—–~～至到]+\s*(?:20\d{2}年)?)?"
    r"(?P<month>\d{1,2})\s*月[份底末]?(?P<day>\d{1,2}日)?"
)
_YEAR = re.compile(
    rf"(?<![\d〔（(])(?P<digits>(?:19|20)\d{{2}})\s*年度?|(?P<han>{HAN_YEAR})年度?"
    r"|(?P<last>(?:上|去|前)一?年度?)|(?P<now>今年|本年度?|当年|报告年度)"
)
_YEARS = re.compile(
    r"(?:近[两几二三四五六七八九十]|[两二三四五六七八九十])年(?=合|共|累计|来|间|内|加|总|，|全)(?!来?[最新首])"
    r"|“[^”]{2,6}五”(?:期间|时期|以来)|(?<![今当])(?:(?P<since>20\d{2})年?|实?施行?|成立|开通|上线)以来"
    r"|20\d{2}年?度?[-—–~～至到]+20\d{2}年"
)
"""Several years together, of which no table tells."""
_COMPARED = re.compile(r"(?:[较比与同和由从自对]|相比|截至|截止|到|至|结转|转入|继|照)[^，。；]{0,3}$")
_CARRIED = frozenset(("carried_in", "carried"))
_CARRIED_WITHIN = 8
_LEFT = re.compile(r"[^，。；]{0,8}(?:结转|转入|转来|遗留|留下|带[进来入过]|剩[下余]|顺延|延续|没办完|未办完)")
"""Letters between a year and what was carried over from it: 上年度申请结转."""
_ITS_NUMBER = re.compile(r"(?:同期)?的[\d,，]+")
_ITS_END = re.compile(r"年?[末底]")


def scopes(said: Said, bodies: Bodies) -> "Scopes":
    """The scope of each place of a sentence."""
    places, found = [0], [Scope()]
    for place, scope in _walk(said, bodies):
        places.append(place)
        found.append(scope)
    return Scopes(tuple(places), tuple(found))


@dataclass(frozen=True, slots=True)
class Scopes:
    places: tuple[int, ...]
    found: tuple[Scope, ...]

    def at(self, place: int) -> Scope:
        """The scope of what begins at a place."""
        return self.found[bisect_right(self.places, place) - 1]


def _walk(said: Said, bodies: Bodies) -> Iterator[tuple[int, Scope]]:
    text = said.text
    scope, around = Scope(), []
    start = 0
    for mark in [*MARK.finditer(text), None]:
        end = mark.start() if mark else len(text)
        inner, leaves = _piece(said, bodies, scope, start, end)
        yield from inner
        scope = leaves
        if mark is None:
            return
        match mark.group():
            case "（" | "(":
                around.append(scope)
                whose = next(
                    (named.whose for named in bodies.in_text(text[start:end]) if named.end == end - start), None
                )
                scope = replace(scope, aside=True, whose=whose or scope.whose)
            case "）" | ")":
                scope = around.pop() if around else scope
            case "；" | ";" | "。":
                scope = Scope(aside=scope.aside)
            case _:
                pass
        start = mark.end()


def _piece(said: Said, bodies: Bodies, scope: Scope, start: int, end: int) -> tuple[list[tuple[int, Scope]], Scope]:
    """The scopes within a piece between two marks, and the one that it leaves to the next."""
    text = said.text
    if not scope.among:
        if _WHOLE.search(text, start, end):
            scope = replace(scope, parts=tuple(each for each in scope.parts if each == "years"))
        elif _EVERYWHERE.search(text, start, end):
            scope = replace(scope, parts=tuple(each for each in scope.parts if each in ("period", "years")))
    events = sorted(_events(said, bodies, start, end), key=lambda each: each[0])
    found, now = [(start, scope)], scope
    for place, change in events:
        now = _changed(now, change)
        found.append((place, now))
    counts = [each for each in said.numbers if start <= each.start < end]
    leaves = now
    if not counts:
        if not any(named.end == end - start for named in bodies.in_text(text[start:end])):
            leaves = replace(leaves, whose=scope.whose)  # no subject of what follows
        if now.year != scope.year and not _YEAR.fullmatch(text[start:end].strip()):
            leaves = replace(leaves, year=scope.year)
    return found, leaves


def _changed(scope: Scope, change: Whose | int | str) -> Scope:
    if isinstance(change, Whose):
        return replace(scope, whose=change)
    if isinstance(change, int):
        return replace(scope, year=change or None, parts=tuple(each for each in scope.parts if each != "years"))
    if change == "among":
        return replace(scope, among=True)
    return replace(scope, parts=(*scope.parts, change))


def _events(said: Said, bodies: Bodies, start: int, end: int) -> Iterator[tuple[int, Whose | int | str]]:
    text = said.text
    for named in bodies.in_text(text[start:end]):
        yield start + named.end, named.whose
    for term in said.terms:
        if start <= term.start < end and term.kind == "subsets" and not ALL_CHANNELS.match(text, term.end):
            yield term.end, term.id
    for number in said.numbers:
        if start <= number.start < end and number.unit == "家" and _BODIES.match(text, number.end):
            yield number.end, "some"
    for match in _MONTHS.finditer(text, start, end):
        if not _is_whole_year(match):
            yield match.end(), "period"
    for match in _YEARS.finditer(text, start, end):
        if match["since"] != str(said.year):
            yield match.end(), "years"
    for match in _AMONG.finditer(text, start, end):
        yield match.end(), "among"
    for match in _YEAR.finditer(text, start, end):
        compared = _COMPARED.search(text, start, match.start()) and not _ITS_END.match(text, match.end())
        of_it = _ITS_NUMBER.match(text, match.end())
        if (compared and not of_it) or _is_carried(said, match):
            continue
        year = _year(match, said.year)
        yield match.end(), 0 if year == said.year else year
        if compared and of_it:
            yield of_it.end(), 0  # 由2023年的24件变为……: that number alone


def _is_carried(said: Said, year: re.Match[str]) -> bool:
    """Whether what was carried over from a year is named at it, or close behind it: 上年结转, 上年度未办结的转入."""
    if _LEFT.match(said.text, year.end()):
        return True
    for term in said.terms:
        if term.id in _CARRIED and year.start() <= term.start <= year.end() + _CARRIED_WITHIN:
            return MARK.search(said.text, year.end(), max(term.start, year.end())) is None
    return False


def _is_whole_year(months: re.Match[str]) -> bool:
    """1月至12月, 截至12月底, and a year's own first and last day."""
    if months["first"]:
        return (months["first"], months["month"]) == ("1", "12")
    first_day, last_day = ("1", "1日"), ("12", "31日")
    return (months["month"], months["day"]) in (first_day, last_day) or bool(
        months["until"] and months["month"] == "12"
    )


def _year(match: re.Match[str], reported: int) -> int:
    if match["digits"]:
        return int(match["digits"])
    if match["han"]:
        return han_year(match["han"])
    return reported if match["now"] else reported - 1
