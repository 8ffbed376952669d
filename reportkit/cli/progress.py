"""How far a build is: a bar on a terminal, a line a report elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from reportkit.cli.console import OUTCOMES, err, print_said
from reportkit.errors import escaped
from reportkit.messages.languages import shown_language
from reportkit.messages.said import Said
from reportkit.model import Outcome

_LONG = 8
"""Pieces of work of which a bar tells how many are done."""


class BuildProgress:
    """Which reports are under way and how many are done: a bar on a terminal, a line a report elsewhere."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._left = total, 0, 0
        self._bar: Progress | None = None
        if sys.stderr.isatty() and total:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=err(),
                transient=True,
            )
            self._task = self._bar.add_task("building", total=total)

    def __enter__(self) -> "BuildProgress":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
        elif self._left:
            print_said(Said("nothing_to_do", left=self._left, total=self._total))

    def waiting(self) -> None:
        """Another build of this project is under way."""
        print_said(Said("other_build_waited_for"))

    def warned(self, words: str) -> None:
        """Something of a scheduler's workers."""
        err().print(words, markup=False, highlight=False)

    def starting(self, name: str) -> None:
        if self._bar:
            self._bar.update(self._task, description=name)
        else:
            print_said(Said("report_building", report=escaped(name)))

    def finished(self, name: str, outcome: Outcome, seconds: float) -> None:
        self._done += 1
        if outcome in (Outcome.UP_TO_DATE, Outcome.CLOSED):
            self._left += 1
        if self._bar:
            self._bar.update(self._task, completed=self._done)
        elif outcome not in (Outcome.UP_TO_DATE, Outcome.CLOSED):
            shown = OUTCOMES[outcome] if shown_language() == "zh" else outcome.value
            place, time = f"{self._done}/{self._total}", f"{seconds:.1f}"
            print_said(Said("report_built", report=escaped(name), outcome=shown, seconds=time, place=place))


@contextmanager
def counted(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal that each call moves on by one; nothing elsewhere."""
    if not sys.stderr.isatty() or total < _LONG:
        yield lambda: None
        return
    with Progress(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err(), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
