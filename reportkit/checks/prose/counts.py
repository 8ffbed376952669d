"""What each number of a sentence counts: its own label, the object, and the words around that say more."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from reportkit.checks.prose.bodies import Bodies, Whose
from reportkit.checks.prose.lexicon import NAMING, Lexicon, Word
from reportkit.checks.prose.numbers import HAN_YEAR, Kind, Number, read_numbers
from reportkit.checks.prose.plain import Sentence
from reportkit.checks.prose.respectively import assigned
from reportkit.checks.prose.scopes import ALL_CHANNELS, Said, Scope, Scopes, scopes

CASES = frozenset(("", "件", "宗", "起", "例", "次", "条", "份", "个", "项", "件次"))
"""Units in which applications and cases are counted."""
_CLAUSE = re.compile(r"[，,；;：:（）()。]|、(?!法人)")
_STOP = re.compile(r"[，,；;：:（）()。、]")
_FILLER = re.compile(
    r"(?:提出|提交|递交|其中|另外|此外|以及|还有|总共|一共|共计|总计|合计|共有|共|计|为|是|有|达到|达|分别|各|约|的|了|已|均|都|并|及|和|与|"
    r"全[市县区省镇乡局]|[两三四](?:类|项|者|种|块)|总数|总量|数量|件数|案件|情况|年度|全年|一年|年|内|后|中|占|等|全部|所有|发生|被提起|被申请|提起|涉及|：|\s)*"
)
_DISCLOSURE = re.compile(r"信息公开|依申请|公开申请")
_EVERYBODY = re.compile(r"公民[、和或]$")
"""公民、法人和其他组织 is everybody, and no applicant type."""
_OF_THIRD_PARTY = re.compile(
    r"(?:第三方|权利人|利害关系人)(?!的?(?:合法)?权益|的?意见)[^，。；]*$|(?:第三方(?!的?(?:合法)?权益)|权利人|利害关系人)[^。；]*同意公开$"
)
"""第三方同意公开140件次，不同意公开73件次: what was asked of others, and no outcome."""
_MAY_STAND_BEFORE = re.compile(
    r"(?:^|[\s，,；;：:（）()。、“”的是凡个件条份起宗次项类收理到复受新年共有效众民人业织位关度面函邮场真网上部余将对和及与各该名批出交0-9]|收办|公开|全[市县区省镇乡局])$"
)


@dataclass(frozen=True)
class Count:
    """A number with what is around it, up to the numbers beside it.

    `label` is its own clause before it, `lead` what comes before that, `after` its own clause behind it.
    """

    reading: "Reading"
    number: Number
    label: tuple[int, int]
    lead: tuple[int, int]
    after: tuple[int, int]

    def text(self, span: tuple[int, int]) -> str:
        return self.reading.sentence.text[slice(*span)]

    def terms(self, *spans: tuple[int, int], kind: str = "") -> list[Word]:
        """The words within spans, span by span in the order of the sentence."""
        terms, starts = self.reading.terms, self.reading.starts
        return [
            term
            for start, end in spans
            for term in terms[bisect_left(starts, start) : bisect_left(starts, end)]
            if term.end <= end and (not kind or term.kind == kind)
        ]

    def ids(self, kind: str, *spans: tuple[int, int]) -> list[str]:
        return list(dict.fromkeys(term.id for term in self.terms(*(spans or (self.near,)), kind=kind)))

    @property
    def assigned(self) -> Word | None:
        """The word that 分别 gives it: 甲、乙分别为3件、5件."""
        return self.reading.assigned.get(self.number.span)

    @cached_property
    def near(self) -> tuple[int, int]:
        """Where the words are that say what is counted: the label; where it says nothing, behind, or before it."""
        if self.assigned is not None:
            return self.assigned.start, self.assigned.end
        kinds = {"rows", "columns", "roles", "outcomes", "objects", "changes"}
        labelled = {term.kind for term in self.terms(self.label)} & kinds
        if self.opposite is not None:
            return self.opposite.near
        if labelled == {"objects"} and self.terms(self.after, kind="rows"):
            return self.after  # 申请96件无法提供
        if labelled == {"objects"} and _SUCH.search(self.text(self.label)):
            return self.lead[0], self.label[1]
        if labelled:
            return self.label
        if any(term.kind in kinds for term in self.terms(self.after)) or _PUBLIC.fullmatch(self.text(self.after)):
            return self.after
        if self.scope.aside and not self.text(self.label).strip("约近共计为"):
            bracket = self.label[0] - 1
            marks = [match.end() for match in _CLAUSE.finditer(self.reading.sentence.text, 0, bracket)]
            return max(marks, default=0), bracket  # it says again what the words before the bracket say
        is_beside = self.text(self.lead)[-1:] in ("）", ")")  # （含上年结转）3646件
        brackets = () if is_beside and not self.scope.among else _CLOSED.finditer(self.text(self.lead))
        lead = self.lead[0] + max((each.end() for each in brackets), default=0)
        stop = _STOP.search(self.reading.sentence.text, self.number.end)
        if not self.text(self.label) and stop and self.reading.residue(self.number.end, stop.start()) > 1:
            return self.after  # 38件逾期未缴费，3件已缴费: in words that the lexicon doesn't know
        is_filler = _FILLER.fullmatch(self.text(self.label))
        return (lead, self.label[1]) if is_filler and not self.is_denied((lead, self.lead[1])) else self.label

    @cached_property
    def opposite(self) -> "Count | None":
        """由1191件增至1431件: the number before it, whose words say what both count."""
        return self.reading.before(self) if _FROM.fullmatch(self.text(self.label)) else None

    def is_denied(self, span: tuple[int, int]) -> bool:
        """Whether words say that there is none: what they name isn't what a number behind them counts."""
        return any(word.kind == "negations" and span[0] <= word.start < span[1] for word in self.reading.words_said)

    @cached_property
    def object(self) -> str:
        """What is counted: the last thing named before the number, then behind it; empty where nothing is named."""
        if self.assigned is not None and self.assigned.kind == "objects":
            return self.assigned.id
        said = ""
        for term in reversed(self.reading.terms):
            if term.end <= self.number.start:
                if term.kind == "objects":
                    return term.id
                if term.kind == "rows" and self.reading.tells_of_requests:
                    return "requests"
                if term.kind == "roles" and term.id in ("carried_in", "concluded_total"):
                    said = "requests"  # unless reviews or lawsuits were named before
        if said:
            return said
        for term in self.terms(self.after, kind="objects"):
            return term.id
        return self.reading.about

    @cached_property
    def scope(self) -> Scope:
        return self.reading.scopes.at(self.number.start)

    @cached_property
    def is_part(self) -> bool:
        """Whether it counts what no table has: half a year, one channel, one office, or so many of a hundred."""
        return (
            self.is_rate
            or bool(self.scope.parts)
            or any(
                not ALL_CHANNELS.match(self.reading.sentence.text, term.end)
                for term in self.terms(self.after, kind="subsets")
            )
        )

    @cached_property
    def is_rate(self) -> bool:
        start = self.reading.segment(self.number.start)[0]
        return _RATE.search(self.reading.sentence.text, start, self.number.end) is not None

    @property
    def is_of_others(self) -> bool:
        """Whether another body's number, or that of the area which the unit is in."""
        return self.scope.whose in (Whose.OTHER, Whose.ABOVE)

    @property
    def is_of_another_year(self) -> bool:
        """Whether it is of another year than the report's; what was carried in is this year's."""
        return self.scope.year is not None

    @cached_property
    def clause_start(self) -> int:
        """Where the last two clauses before the number begin."""
        text = self.text(self.lead)
        stops = [match.end() for match in re.finditer(r"[，,；;。]", text)]
        return self.lead[0] + (stops[-2] if len(stops) > 1 else 0)

    @cached_property
    def is_change(self) -> bool:
        """Whether it says how much something rose or fell, rather than how much there is."""
        label = self.text(self.label)
        if _FROM.match(self.reading.sentence.text, self.number.end) or _MORE.search(label):
            return True
        if self.number.kind is Kind.COUNT and re.search(r"(?:至|到|为|达)$", label.rstrip("约近")):
            return False
        return bool(self.terms(self.label, kind="changes"))

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is no number of this unit's in this year, or says how much one changed."""
        return self.is_change or self.is_of_another_year or self.is_of_others


_AMOUNT = frozenset(("申请量", "申请总量", "申请数量", "申请总数"))
"""What opens a clause in no other matter's name."""
_ONLY_OF_REQUESTS = frozenset(("received_only", "carried_in", "carried_out", "concluded_total", "due"))
_YEAR = re.compile(rf"(?:(?:19|20)\d{{2}}|{HAN_YEAR})(?=年)")
_NUMBER_FIRST = re.compile(r"(?<!之)[和及与]$")
"""12件予以公开和3件不予公开: where the number stands first, the word between parts what belongs to each."""
_CLOSED = re.compile(r"[）)]")
_PUBLIC = re.compile("(?:依法|已|均)?公开了?")
_SUCH = re.compile(r"这样的|这类|此类|该类|这些")
"""Words that point back at what was just named."""
_RATE = re.compile(
    r"每(?:办[理结]|收到|受理|新收|处理|答复)?(?:[一两二三四五六七八九十百千万\d]+余?)?[件份宗天日月周季年人名个]|平均每|(?<![\d一二三四五六七八九十])[日周月季年人]均"
)
"""每百件申请中约有41件: a rate, and no count."""
_MORE = re.compile(r"(?<![最至不很许差大为太])(?:多|少|增|减)(?:了|出)?$")
_FROM = re.compile(
    r"(?:，|大幅|明显|逐步|[骤陡锐猛急剧])?(?:上升|下降|增长|减少|增加|压减|压降|降低|提高|爬升|回落|缩减|变|降|增|升|减)(?:至|到|为|成)(?:了)?"
)
"""What follows last year's number: 由440件降至170件. What both count stands before the first."""


@dataclass(frozen=True)
class Reading:
    """A sentence with its numbers and words; `about` is what a number counts where the sentence doesn't say."""

    sentence: Sentence
    words: Lexicon
    bodies: Bodies
    about: str = ""
    year: int = 0

    @cached_property
    def numbers(self) -> list[Number]:
        idioms = [word for word in self.words_said if word.kind in ("quantifiers", "negations")]
        found = read_numbers(self.sentence, spoken=True)
        return [each for each in found if not any(word.start <= each.start < word.end for word in idioms)]

    @cached_property
    def words_said(self) -> list[Word]:
        """Every word of the lexicon, also those that name nothing."""
        return self.words.terms(self.sentence.text)

    @cached_property
    def terms(self) -> list[Word]:
        """The words that name what is counted, and what of it."""
        return list(self._checked([word for word in self.words_said if word.kind in NAMING]))

    @cached_property
    def scopes(self) -> Scopes:
        return scopes(Said(self.sentence.text, self.terms, self.numbers, self.year), self.bodies)

    @cached_property
    def starts(self) -> list[int]:
        return [term.start for term in self.terms]

    def _checked(self, terms: list[Word]) -> Iterator[Word]:
        """A bare 申请 after another word is an application for something else: 许可申请, 补贴申请."""
        text = self.sentence.text
        for term in terms:
            if term.text.startswith("申请") and term.kind == "objects" and term.id == "requests":
                before = text[max(0, term.start - 2) : term.start]
                is_amount = term.text in _AMOUNT and before[-1:] in ("", "，", "。", "；", "：")
                is_meant = self.about == "requests" or _DISCLOSURE.search(text) or self._tells_by_the_way or is_amount
                if not is_meant:
                    yield Word("objects", "other", term.start, term.end, term.text)
                    continue
                named = any(other.end == term.start and other.id != "nothing" for other in terms)
                if not named and not _MAY_STAND_BEFORE.search(before):
                    yield Word("objects", "other", term.start, term.end, term.text)
                    continue
            if term.kind == "rows" and _OF_THIRD_PARTY.search(text[: term.end]):
                yield Word("objects", "other", term.start, term.end, term.text)
                continue
            if term.kind == "columns" and _EVERYBODY.search(text, max(0, term.start - 3), term.start):
                continue
            if term.id != "nothing":
                yield term

    @cached_property
    def _tells_by_the_way(self) -> bool:
        """Whether bare 申请 are those of table 三: what only that table has is said of them (新收, 自然人)."""
        return any((word.kind in ("rows", "columns")) or word.id in _ONLY_OF_REQUESTS for word in self.words_said)

    @cached_property
    def tells_of_requests(self) -> bool:
        """Whether a row's name here means applications: they are named, or it is beside another row's."""
        rows = {term.id for term in self.terms if term.kind == "rows"}
        named = any(term.id in ("requests", "concluded_total") for term in self.terms)
        return self.about == "requests" or named or len(rows) > 1

    @cached_property
    def leaves_about(self) -> str:
        """What the next sentence counts where it doesn't say: applications, until something else is named."""
        named = [term.id for term in self.terms if term.kind == "objects"]
        return ("requests" if set(named) == {"requests"} else "") if named else self.about

    @cached_property
    def counts(self) -> list[Count]:
        """Every number that counts, with its surroundings; percentages and money have theirs too."""
        text, found = self.sentence.text, []
        previous = outside = 0
        for place, number in enumerate(self.numbers):
            aside = self.scopes.at(number.start).aside
            if not aside:
                previous = outside  # what is said in a bracket isn't said of what follows it
            gap = text[previous : number.start]
            stops = [match.end() for match in (*_CLAUSE.finditer(gap), *_NUMBER_FIRST.finditer(gap))]
            label = previous + (stops[-1] if stops else 0)
            following = self.numbers[place + 1].start if place + 1 < len(self.numbers) else len(text)
            stop = _STOP.search(text, number.end, following) or _NUMBER_FIRST.search(text, number.end, following)
            last = place + 1 == len(self.numbers)
            end = stop.start() if stop else following if last else number.end
            end = min([end, *(each for each in self.said_of_all if number.end <= each < end)])
            after = number.end, end
            found.append(Count(self, number, (label, number.start), (previous, label), after))
            previous = number.end
            outside = outside if aside else previous
        return found

    def segment(self, place: int) -> tuple[int, int]:
        """The part of the sentence around a place, between semicolons."""
        marks = [match.span() for match in re.finditer("[；;]", self.sentence.text)]
        start = max((end for _, end in marks if end <= place), default=0)
        return start, min((begin for begin, _ in marks if begin >= place), default=len(self.sentence.text))

    def residue(self, start: int, end: int) -> int:
        """How many letters of a span are neither of a word of the lexicon, nor of the unit's own name, nor a year's."""
        text = self.sentence.text
        known = [(word.start, word.end) for word in self.words_said]
        known += [match.span() for match in _YEAR.finditer(text)]
        known += self.own_names
        covered = {place for first, last in known for place in range(max(first, start), min(last, end))}
        return sum(text[place].isalnum() and place not in covered for place in range(start, end))

    @cached_property
    def own_names(self) -> list[tuple[int, int]]:
        return self.bodies.own_spans(self.sentence.text)

    @cached_property
    def said_of_all(self) -> list[int]:
        """Where 均, 全部 and their like stand: what follows is said of all, and names no part."""
        return [word.start for word in self.words_said if word.kind == "quantifiers" and word.id == "all"]

    @cached_property
    def assigned(self) -> dict[tuple[int, int], Word]:
        return assigned(self.sentence.text, self.terms, self.numbers)

    @cached_property
    def cases(self) -> list[Count]:
        return [each for each in self.counts if each.number.kind is Kind.COUNT and each.number.unit in CASES]

    def before(self, count: Count, kind: Kind = Kind.COUNT) -> Count | None:
        """The nearest number of a kind that comes before."""
        for each in reversed(self.counts):
            if each.number.end <= count.number.start and each.number.kind is kind and not self.is_aside(each, count):
                return each
        return None

    def is_aside(self, count: Count, other: Count) -> bool:
        """Whether a count is in a parenthesis that has closed before another one."""
        text = self.sentence.text
        opened = max(text.rfind("（", 0, count.number.start), text.rfind("(", 0, count.number.start))
        closed = max(text.rfind("）", 0, count.number.start), text.rfind(")", 0, count.number.start))
        return opened > closed and bool(re.search(r"[）)]", text[count.number.end : other.number.start]))
