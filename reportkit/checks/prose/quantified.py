"""Claims without a number: that there is none of something, or that all of it is so; read from the lexicon's words."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from reportkit.checks.prose.counts import Count, Reading
from reportkit.checks.prose.lexicon import Word
from reportkit.checks.prose.scopes import MARK, Scope

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """That there is none, or that all are: `said` are the words that name what, `span` is its place.

    `of` is what was counted last before it, of which “all” speaks; None where nothing was.
    """

    reading: Reading
    span: Span
    scope: Scope
    said: tuple[Word, ...]
    of: Count | None = None
    excepted: tuple[Count, ...] = ()

    @property
    def text(self) -> str:
        return self.reading.sentence.text[slice(*self.span)]

    def ids(self, kind: str) -> list[str]:
        return [word.id for word in self.said if word.kind == kind]

    @property
    def is_whole(self) -> bool:
        """Whether it speaks of the whole year and the whole unit."""
        return not (self.scope.parts or self.scope.among or self.scope.year) and self.scope.whose.is_own


_TARGETS = frozenset(("objects", "rows", "columns", "roles", "outcomes"))
_TOLD = frozenset(("rows", "columns", "roles", "outcomes"))


def none_of(reading: Reading) -> Iterator[Statement]:
    """Each statement that there is none: a negation, and what it is of, with nothing that narrows it."""
    negations = [word for word in reading.words_said if word.kind == "negations"]
    for place, word in enumerate(negations):
        end = _end_of_piece(reading.sentence.text, word.end)
        if place + 1 < len(negations):
            end = min(end, negations[place + 1].start)
        said = _named(reading, word.end, end)
        if not said and _NOTHING_MORE.fullmatch(reading.sentence.text, word.end, end):
            said = _subject(reading, word)
        elif word.text == "零" and not _letters(_HAPPENED.sub("", reading.sentence.text[word.end : end])):
            said = _before(reading, word)
        elif word.text == "零" and said and not {"objects", "rows"} & {each.kind for each in said}:
            said = (*_before(reading, word), *said)
        if said:
            said = (*_subjects(reading, word.start), *said)
            span = min(word.start, said[0].start), max(word.end, said[-1].end)
            yield Statement(reading, span, reading.scopes.at(word.start), said)


def _subjects(reading: Reading, place: int) -> tuple[Word, ...]:
    """The applicants that a piece speaks of before a place: 科研机构没有提出申请."""
    start = max((mark.end() for mark in MARK.finditer(reading.sentence.text, 0, place)), default=0)
    return tuple(word for word in reading.terms if word.kind == "columns" and start <= word.start < place)


_HAPPENED = re.compile(r"发生|案件|[件起例]")
_NOTHING_MORE = re.compile(r"(?:发生|出现|产生|收到|有)?过?一?[件份宗起例个]?")


def _subject(reading: Reading, none: Word) -> tuple[Word, ...]:
    """Of what there is none where nothing follows: 行政复议，全年没有一起; 不予公开的，一件也没有."""
    text = reading.sentence.text
    start = max((mark.end() for mark in re.finditer("[。；]", text[: none.start])), default=0)
    numbers = [number.end for number in reading.numbers if start <= number.end <= none.start]
    marks = [mark.end() for mark in MARK.finditer(text, max([start, *numbers]), none.start)]
    for begin in sorted({start if not numbers else max(marks, default=none.start), *marks}, reverse=True):
        if said := _named(reading, begin, none.start):
            return said
        if reading.residue(begin, none.start):
            return ()  # narrowed by words of its own
    return ()


def _before(reading: Reading, zero: Word) -> tuple[Word, ...]:
    """What is said to be 零, 为零 or 零发生: the words side by side before it."""
    said: list[Word] = []
    place = zero.start
    for word in reversed(reading.words_said):
        if word.end > zero.start:
            continue
        if _letters(reading.sentence.text[word.end : place]) or word.kind not in ("objects", "fillers", "quantifiers"):
            break
        if word.kind == "objects" and (word.id != "nothing" or word.text == "依申请公开工作"):
            said.insert(0, word if word.id != "nothing" else replace(word, id="requests"))
        place = word.start
    return tuple(said)


def all_of(reading: Reading) -> Iterator[Statement]:
    """Each statement that all of what was counted, or is named, is so: 均已办结, 全部予以公开, 所有申请……答复."""
    text, last = reading.sentence.text, 0
    for word in reading.words_said:
        if word.kind != "quantifiers" or text[: word.start].endswith("占"):
            continue  # 占全部已办结申请的……: the base of a share
        end = _end_of_piece(text, word.end)
        if word.start < last:
            continue  # 所有……均已: once is enough
        if word.id == "done_share":
            said = (Word("roles", "concluded", word.start, word.end, word.text),) * bool(_WHOLLY.match(text, word.end))
        else:
            said = _named(reading, word.end, end, until=_TOLD)
        last = said[-1].end if said else last
        marks = [0, *(mark.end() for mark in MARK.finditer(text, 0, word.start))]
        start = marks[-1]
        if len(marks) > 1 and any(
            each.id == "every" and marks[-2] <= each.start < start for each in reading.words_said
        ):
            start = marks[-2]  # 凡到期的，均已……
        if said and not any(each.kind == "timely" and start <= each.start < end for each in reading.words_said):
            excepted = _excepted(reading, word.start)
            of = _spoken_of(reading, word.start)
            yield Statement(reading, (word.start, said[-1].end), reading.scopes.at(word.start), said, of, excepted)


_WHOLLY = re.compile(r"(?:[均都]|全部)?(?:为|是|达到?|达)?了?(?:100(?:\.0+)?%|百分之百|百分之一百)")
_BUT = re.compile(r"除了?(?P<what>[^。；]{1,60}?)(?:外|之外|以外)")


def _excepted(reading: Reading, place: int) -> tuple[Count, ...]:
    """The counts that a 除……外 before a place leaves out."""
    spans = [match.span("what") for match in _BUT.finditer(reading.sentence.text, 0, place)]
    return tuple(count for count in reading.cases if any(start <= count.number.start < end for start, end in spans))


def _spoken_of(reading: Reading, place: int) -> Count | None:
    """The count of cases before a place of which “all” is said, but for what brackets and exceptions hold."""
    left_out = _excepted(reading, place)
    for count in reversed(reading.cases):
        if count.number.end <= place and count not in left_out and not count.scope.aside:
            return count
    return None


def _end_of_piece(text: str, start: int) -> int:
    mark = MARK.search(text, start)
    return mark.start() if mark else len(text)


def _named(reading: Reading, start: int, end: int, *, until: Collection[str] = ()) -> tuple[Word, ...]:
    """What the words within a span name, where all else in them adds nothing; no further than a word of some kinds."""
    said: list[Word] = []
    for word in reading.words_said:
        if not start <= word.start < end:
            continue
        if word.id == "nothing" or word.kind in ("subsets", "timely", "changes"):
            return ()
        if word.kind in _TARGETS:
            said.append(word)
            if word.kind in until:
                end = word.end
                break
    return tuple(said) if not reading.residue(start, end) else ()


def _letters(text: str) -> int:
    return sum(each.isalnum() for each in text)
