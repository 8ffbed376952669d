"""Rules on charts: their words are read as words are, the numbers that they draw are held against the row they name."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.prose.lexicon import lexicon
from reportkit.checks.prose.numbers import Kind, Number
from reportkit.checks.prose.plain import Passage, marked
from reportkit.checks.prose.registry import ReadWords
from reportkit.checks.prose.run_rules import COUNTS, check_prose
from reportkit.checks.prose.structure import known_numbers, listed, typed_numbers
from reportkit.editions.lookup import unit_of
from reportkit.model import FLOATING, SLICE, UNREAD, WRITTEN, Exhibit, Finding, PlottedPoint, year_of
from reportkit.text.strings import NUMERAL, printable

_JUST_A_YEAR = re.compile(r"\s*(?P<year>(?:19|20)\d{2})\s*(?:年度?)?\s*")
_A_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*年度?")
_BEFORE = frozenset(("上年", "上年度", "去年", "上一年", "上一年度"))
_NOW = frozenset(("本年", "本年度", "今年", "当年"))
_SAYS_NOTHING = re.compile(r"数值\d*|标注|项目|数量|件数|数|合计|总计|[件个条次份项宗起例]")
"""Names of series that name no row."""
_NUMBERED = re.compile(r"[\d.,，]+\s*$")
_LAST_DAY = 31
_MANY_OF = re.compile(r"(?:^|单位|[（(：:/，、\s])\s*(?P<unit>[十百千万亿]+[件宗起例条份个项人元])(?=\s*(?:$|[）)]))")
"""A unit of many, or of money, by itself or at the end of words: 万件, 数量（亿元）."""
_SHARE = frozenset(("%", "％", "百分比", "‰"))


@dataclass(frozen=True)
class ShownChart:
    """A chart of the finished document: its exhibit, the words drawn in it, its section and how its place is called."""

    exhibit: Exhibit
    drawn: tuple[str, ...]
    section: str
    label: str

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The words that name its data: series and categories."""
        exhibit = self.exhibit
        named = [*exhibit.columns[1:], *(str(row[0]) for row in exhibit.rows)]
        named += [text for row in exhibit.rows for text in row[1:] if isinstance(text, str)]
        named += [text for point in exhibit.beside for text in _words_of(point)]
        return tuple(dict.fromkeys(text for each in named if (text := " ".join(printable(each).split()))))

    def years(self, year: int) -> frozenset[int]:
        """The years that its data are of."""
        found = {int(match["year"]) for each in self.labels if (match := _JUST_A_YEAR.fullmatch(each))}
        for point in self.exhibit.points():
            if point.name:
                found.add(year_of(year, point.name)[0])
        return frozenset(found)


def _words_of(point: PlottedPoint) -> tuple[str, str]:
    if point.series == UNREAD:
        return "", ""
    return ("" if point.series in (WRITTEN, SLICE, FLOATING) else point.series), point.label


def check_charts(evidence: Evidence, charts: Sequence[ShownChart]) -> list[Finding]:
    """The findings on a document's charts: on their words (N, Z, P), on what they draw, and what was typed (UNBOUND).

    Where a category is a row's name, the number drawn there must be the row's; a year that labels data must be theirs.
    """
    found: list[Finding] = []
    for chart in charts:
        passages = _passages(evidence, chart)
        found += check_prose(evidence, passages, whole=False)
        found += _of_last_year(evidence, passages)
        found += _drawn(evidence, chart)
        found += _marked_otherwise(evidence, chart)
        found += _of_another_unit(evidence, chart)
        found += _typed(evidence, chart, passages)
    return list(dict.fromkeys(found))


def _about(evidence: Evidence, chart: ShownChart) -> str:
    """What a number of the chart counts where its words don't say: applications, unless something else is named."""
    words = lexicon(evidence.edition)
    exhibit = chart.exhibit
    said = (exhibit.caption, exhibit.alt, exhibit.source or "", exhibit.unit, *chart.labels, *chart.drawn)
    terms = words.naming("，".join(said))
    objects = {term.id for term in words.naming(exhibit.caption) if term.kind == "objects"}
    if objects:
        return "requests" if objects == {"requests"} else ""
    if any(term.kind == "rows" for term in terms) or chart.section == "requests":
        return "requests"
    return ""


def _passages(evidence: Evidence, chart: ShownChart) -> list[Passage]:
    """The words of a chart, each kind by itself; numbers that replaced names are marked as such."""
    exhibit, about, years = chart.exhibit, _about(evidence, chart), chart.years(evidence.year)
    # A number by itself was held against what is drawn.
    drawn = [each for each in chart.drawn if each not in chart.labels and not NUMERAL.fullmatch(each)]
    parts = (
        ("图题", _marked(exhibit, "caption")),
        ("替代文字", _marked(exhibit, "alt")),
        ("来源", exhibit.source or ""),
        ("单位", exhibit.unit),
        ("图例和项目", "\n\n".join(chart.labels)),
        ("图中文字", "\n\n".join(drawn)),
    )
    return [
        Passage(chart.section, f"{chart.label}的{name}", text, opens=False, about=about, years=years)
        for name, text in parts
        if text.strip()
    ]


def _marked(exhibit: Exhibit, part: str) -> str:
    """A caption or alternative text with marks around what replaced names."""
    text, last, pieces = (exhibit.caption if part == "caption" else exhibit.alt), 0, []
    for each in sorted((each for each in exhibit.bound if each.part == part), key=lambda each: each.start):
        pieces += [text[last : each.start], marked(text[each.start : each.end], from_fact="." not in each.name)]
        last = each.end
    return "".join([*pieces, text[last:]])


def _of_last_year(evidence: Evidence, passages: Sequence[Passage]) -> list[Finding]:
    """Sentences of charts that speak of last year alone, held against last year's figures."""
    before = _evidence_of_last_year(evidence)
    if before is None:
        return []
    found = []
    for passage in passages:
        sentences = re.split(r"(?<=[。；！？\n])", passage.text)
        told = [each for each in sentences if {int(m["year"]) for m in _A_YEAR.finditer(each)} == {before.year}]
        if told:
            only = replace(passage, text="\n\n".join(told))
            found += check_prose(before, [only], whole=False, only=COUNTS)
    return found


def _evidence_of_last_year(evidence: Evidence) -> Evidence | None:
    edition = evidence.history_edition
    if evidence.history is None or edition is None:
        return None
    return Evidence(edition, evidence.department, evidence.year - 1, evidence.history, evidence.register)


def _drawn(evidence: Evidence, chart: ShownChart) -> Iterator[Finding]:
    """What a chart draws below a row's name, held against that row by the rules that read words."""
    if chart.exhibit.unit.strip() in _SHARE:
        return
    about = _about(evidence, chart)
    for point in chart.exhibit.points():
        year, text = _meaning(evidence, chart, point)
        of = evidence if year == evidence.year else _evidence_of_last_year(evidence)
        if of is None or of.year != year or not text or point.value < 0 or point.series in (SLICE, UNREAD, FLOATING):
            continue
        # 新收1 and 5 are no 15.
        said = f"{_NUMBERED.sub('', text)}{_printed(point.value)}{chart.exhibit.unit}"
        passage = Passage(chart.section, f"{chart.label}的数据", said, opens=False, about=about)
        for each in check_prose(of, [passage], whole=False, only=COUNTS):
            is_of = _is_of(of, point, each.cells, of_last_year=of is not evidence)
            if not (is_of and _names_its_type(of, chart, point)):
                yield replace(each, what=each.what.replace("文字为", f"{year}年，图中为", 1))


def _printed(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.10g}"


def _year_of(text: str, year: int) -> int | None:
    """The year that a label is; None where it is none."""
    text = text.strip()
    if match := _JUST_A_YEAR.fullmatch(text):
        return int(match["year"])
    return year - 1 if text in _BEFORE else year if text in _NOW else None


def _meaning(evidence: Evidence, chart: ShownChart, point: PlottedPoint) -> tuple[int, str]:
    """Of which year a drawn number is, and what it counts, in the words of its label, series and caption."""
    caption, this_year = chart.exhibit.caption, evidence.year
    labels = [" ".join(each.split()) for each in (point.series, point.label)]
    stated = [year for each in labels if (year := _year_of(each, this_year)) is not None]
    in_caption = {int(match["year"]) for match in _A_YEAR.finditer(caption)}
    year = stated[0] if stated else min(in_caption) if len(in_caption) == 1 else this_year
    text = "".join(each for each in labels if _year_of(each, this_year) is None and not _says_nothing(each, chart))
    words = lexicon(evidence.edition)
    if not text:
        return year, _A_YEAR.sub("", caption)
    known = {term.kind for term in words.naming(text)}
    if not known & {"objects", "rows", "roles"}:
        text = "、".join(term.text for term in words.naming(caption) if term.kind == "objects") + text
    return year, text


def _says_nothing(text: str, chart: ShownChart) -> bool:
    bare = re.sub(r"（\d+）$", "", text)
    return bool(_SAYS_NOTHING.fullmatch(bare)) or bare == chart.exhibit.unit


def _is_of(evidence: Evidence, point: PlottedPoint, cells: Sequence[str], *, of_last_year: bool) -> bool:
    """Whether a number is a figure of the very rows that its label names: another column, a sum that holds it."""
    own, name = year_of(evidence.year + of_last_year, point.name)
    if "." not in name or own != evidence.year:
        return False
    row = name.rpartition(".")[0]
    rows = set(evidence.edition.rows_of(row) or ())
    if row in evidence.edition.derived:
        rows |= {part for part in evidence.edition.rows if part.partition(".")[0] == row.partition(".")[0]}
    return bool(rows & {cell.partition("/")[0] for cell in cells})


def _names_its_type(evidence: Evidence, chart: ShownChart, point: PlottedPoint) -> bool:
    """Whether a number is a row's total, or its label, series or caption says of which type of applicants it is."""
    name = year_of(evidence.year, point.name)[1]
    table, column = name.partition(".")[0], name.rpartition(".")[2]
    if table != "requests" or column == "total":
        return True
    said = "，".join((point.label, point.series, chart.exhibit.caption))
    named = {term.id for term in lexicon(evidence.edition).naming(said) if term.kind == "columns"}
    return column in named or (column == "other_organization" and "其他" in said)


def _marked_otherwise(evidence: Evidence, chart: ShownChart) -> Iterator[Finding]:
    """Rule CHART: a number below a year is that year's, one that is written at a bar or point is the one drawn."""
    spec = evidence.rule("CHART")
    if spec is None:
        return
    for point in chart.exhibit.points():
        stated = [year for each in (point.series, point.label) if (year := _year_of(each, evidence.year)) is not None]
        is_figure = bool(point.name) and "." in point.name
        own, _ = year_of(evidence.year, point.name)
        if is_figure and stated and own not in stated:
            what = f"标为{stated[0]}年的“{point.label}”{_printed(point.value)}，是{own}年的数"
            yield finding(spec, what, f"{chart.label}的数据", slot=chart.section)
        if point.series == WRITTEN and point.label:
            what = f"“{point.label}”处标注“{_printed(point.value)}”，所画的没有这个数"
            yield finding(spec, what, f"{chart.label}的图中文字", slot=chart.section)
        if point.series == FLOATING:
            what = f"“{point.label}”的柱从{_printed(point.value)}画起，下面没有画到这里的柱"
            yield finding(spec, what, f"{chart.label}的数据", slot=chart.section)
        if point.series == SLICE:
            what = f"“{point.label}”画成{_printed(point.value)}%，数据不是"
            yield finding(spec, what, f"{chart.label}的数据", slot=chart.section)


def _of_another_unit(evidence: Evidence, chart: ShownChart) -> Iterator[Finding]:
    """Rule CHART: figures that are drawn as they are have their own unit, no multiple of it and no other."""
    spec, names = evidence.rule("CHART"), {year_of(evidence.year, point.name)[1] for point in chart.exhibit.points()}
    units = {unit for name in names if (unit := unit_of(evidence.edition, name))}
    if spec is None or not units:
        return
    for place, words in (("单位", (chart.exhibit.unit,)), ("图中文字", chart.drawn)):
        for unit in dict.fromkeys(match["unit"] for each in words if (match := _MANY_OF.search(each.strip()))):
            if unit not in units:
                what = f"单位写“{unit}”，所画的是表中的数，单位是{'、'.join(sorted(units))}"
                yield finding(spec, what, f"{chart.label}的{place}", slot=chart.section)


def _typed(evidence: Evidence, chart: ShownChart, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Rule UNBOUND: what a chart draws that came from no figure and no fact, and unknown numbers of its words."""
    spec = evidence.rule("UNBOUND")
    if spec is None:
        return
    points = [*chart.exhibit.points()]
    drawn = [_printed(point.value) for point in points if not point.name and point.series not in (UNREAD, FLOATING)]
    drawn += [each for each in _numbers_that_label(points) if each not in drawn]
    known = known_numbers(evidence)
    readings = ReadWords(evidence, tuple(passages)).readings
    wholes = {number.value for reading in readings for number in reading.numbers} & known
    said = [
        number.text
        for reading in readings
        for number in typed_numbers(reading)
        if number.value not in known
        and _printed(float(number.value)).removesuffix(".0") not in drawn
        and not _is_share(number, points, wholes)
    ]
    found = list(dict.fromkeys((*drawn, *said)))
    if found:
        fix = "画图用 s.figure、s.last_year、s.fact 取数，文字用 {名称} 引用；没有的数登记在 facts 中并注明来源。"
        what = f"有{len(found)}个数是直接填写的：{listed(found)}"
        yield finding(spec, what, chart.label, slot=chart.section, fix=fix)
    if unread := [f"{point.label}（{point.value}处）" for point in points if point.series == UNREAD]:
        what = f"所画的面积、线段等无法与数据核对：{'、'.join(unread)}"
        fix = "请人工核对，或者用柱、线、点、扇形来画。"
        yield finding(spec, what, chart.label, slot=chart.section, fix=fix)


def _is_share(number: Number, points: Sequence[PlottedPoint], wholes: Collection[Decimal]) -> bool:
    """Whether a percentage is that of a drawn figure or fact and a number which the chart names and the data has."""
    if number.kind is not Kind.PERCENT:
        return False
    parts = [Decimal(str(point.value)) for point in points if point.name]
    shares = (100 * part / whole for part in parts for whole in wholes if whole and part <= whole)
    return any(abs(each - number.value) * 2 <= number.step for each in shares)


def _numbers_that_label(points: Sequence[PlottedPoint]) -> Iterator[str]:
    """Labels that are numbers and neither years nor the numbers of days."""
    for label in dict.fromkeys(point.label.strip() for point in points if point.series != UNREAD):
        if NUMERAL.fullmatch(label) and not _JUST_A_YEAR.fullmatch(label):
            is_ordinal = label.isdecimal() and int(label) <= _LAST_DAY
            yield from () if is_ordinal else (label,)
