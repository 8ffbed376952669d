"""Who is to be reminded on a day, the most urgent first, and that as words to be sent. Nothing here asks the clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportkit.collecting.filings import Filing, Filings
from reportkit.text.strings import printable


@dataclass(frozen=True, slots=True)
class Reminder:
    """One body that still has to do something for its report of a year; `days_left` is below 0 where it is late."""

    year: int
    filing: Filing
    days_left: int

    @property
    def left(self) -> str:
        """How much time is left, in Chinese."""
        return left(self.days_left)

    @property
    def line(self) -> str:
        """The body, what is wanting, until when, and how much time that is."""
        due = self.filing.due
        until = f"公布期限{due.year}年{due.month}月{due.day}日，{self.left}"
        return f"{printable(self.filing.department.name)}：{self.filing.wanting}；{until}"

    def to_json(self) -> dict[str, Any]:
        return {
            "year": self.year,
            **self.filing.to_json(),
            "wanting": self.filing.wanting,
            "days_left": self.days_left,
            "left": self.left,
        }


def reminders(filings: Filings, on: date) -> list[Reminder]:
    """The bodies that must report and have not handed in, or have what is wrong, blank or sent back, by urgency.

    Of equal deadlines those that have not handed in come first, then the order of the register. None of a closed year:
    nothing of it can be handed in any more.
    """
    if filings.closed:
        return []
    found = [Reminder(filings.year, each, (each.due - on).days) for each in filings.asked if each.wanting]
    return sorted(found, key=lambda each: (each.days_left, each.filing.handed_in))


def reminder_text(filings: Filings, found: Sequence[Reminder], on: date) -> str:
    """A year's reminders as a message in Chinese: how many are wanting, then a line a body, those that are late first.

    Takes: what `reminders` found for that day; of none it says so.
    """
    heading = f"{filings.year}年{filings.report}催报名单（{on.year}年{on.month}月{on.day}日）"
    if filings.closed:
        return f"{heading}\n{filings.year}年度已封存，不再催报。"
    if not found:
        return f"{heading}\n{filings.counted}没有需要催报的单位。"
    faulty = sum(each.filing.handed_in for each in found)
    corrected = f"已报的当中，{faulty}个需要补正。" if faulty else ""
    lines = [heading, f"{filings.counted}{corrected}", *_groups(found)]
    return "\n".join([*lines, "请未报的尽快报送，需要补正的改好后重新报送。"])


def left(days: int) -> str:
    """Days that are left, in Chinese: 还有11天, 今天到期, 逾期3天."""
    if days == 0:
        return "今天到期"
    return f"还有{days}天" if days > 0 else f"逾期{-days}天"


def _groups(found: Sequence[Reminder]) -> Iterator[str]:
    late = [each for each in found if each.days_left < 0]
    for words, group in (("已经逾期：", late), ("尚未到期：", found[len(late) :])):
        if group:
            yield words
            yield from _numbered(each.line for each in group)


def _numbered(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        yield f"{number}．{line}"
