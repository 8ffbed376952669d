"""What stops reports, each cause once: a file that can't be read stops its own year's report and the next one's."""

from collections.abc import Iterable, Sequence

from reportkit.cli import console
from reportkit.errors import ReportkitError, each_error, escaped
from reportkit.messages.languages import shown_language
from reportkit.messages.said import Said

_MOST_NAMED = 5
"""Reports that are named as stopped by the same cause; of more their number is said."""

Failed = Sequence[tuple[str, Exception]]
"""Reports, as year/department, with what stops each."""


def causes_of(failed: Failed) -> dict[str, list[tuple[Exception, list[str]]]]:
    """Each cause under the first report that it stops, with the others that it stops too."""
    stopped: dict[str, list[str]] = {}
    first: dict[str, tuple[str, Exception]] = {}
    for report, error in failed:
        for each in _single(error):
            first.setdefault(str(each), (report, each))
            stopped.setdefault(str(each), []).append(report)
    found: dict[str, list[tuple[Exception, list[str]]]] = {report: [] for report, _ in failed}
    for text, (report, error) in first.items():
        found[report].append((error, [each for each in dict.fromkeys(stopped[text]) if each != report]))
    return found


def print_causes(report: str, causes: Iterable[tuple[Exception, Sequence[str]]]) -> None:
    """What stops a report, and which others are stopped by the same."""
    for error, others in causes:
        console.print_error(error, report)
        if others:
            said = Said("stops_others", reports=_named(others))
            console.err().print("  " + said.text("what", shown_language()), markup=False)


def print_failed(failed: Failed) -> set[str]:
    """What stops reports, each cause once; returns its texts."""
    for report, causes in causes_of(failed).items():
        print_causes(report, causes)
    return {str(each) for _, error in failed for each in _single(error)}


def print_problems(problems: Iterable[tuple[str, str]], told: Iterable[str] = (), *, board: bool = False) -> None:
    """What is wrong with reports of the board or the portal, each text once, but for what was told already."""
    known = set(told)
    reports: dict[str, list[str]] = {}
    for report, text in problems:
        if not known.issuperset(text.split("\n")):
            reports.setdefault(text, []).append(report)
    for text, names in reports.items():
        named = _named(names)
        console.print_said(Said("on_the_board" if board else "of_reports", reports=named, problem=text))


def _single(error: Exception) -> tuple[Exception, ...]:
    return each_error(error) if isinstance(error, ReportkitError) else (error,)


def _named(reports: Sequence[str]) -> Said:
    """Some reports by name, of many the number of the others."""
    reports = [*map(escaped, reports)]
    if len(reports) <= _MOST_NAMED:
        return Said("reports_named", reports=reports)
    return Said("reports_and_more", reports=reports[:_MOST_NAMED], more=len(reports) - _MOST_NAMED)
