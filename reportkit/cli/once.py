"""Errors of many reports, each once: what stops all of them for one reason is no news in every one."""

from collections.abc import Iterable

from reportkit.errors import ReportkitError, each_error
from reportkit.messages.languages import shown_language
from reportkit.messages.said import Said


def each_once(failures: Iterable[tuple[str, Exception]]) -> list[tuple[str, str, Exception]]:
    """Each single error of reports: the first of them that it stops, that one with how many more, and the error.

    What differs in its place or its detail is another one. In the order of the reports.
    """
    errors: dict[object, Exception] = {}
    stopped: dict[object, dict[str, None]] = {}
    for report, failure in failures:
        for error in each_error(failure) if isinstance(failure, ReportkitError) else (failure,):
            key: object = id(error)
            if isinstance(error, ReportkitError):
                key = (type(error), error.said, error.where, error.detail)
            errors.setdefault(key, error)
            stopped.setdefault(key, {})[report] = None
    return [(next(iter(stopped[key])), _called([*stopped[key]]), error) for key, error in errors.items()]


def texts_once(problems: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same for problems that are texts: the reports that each is of, as they are called, and the text."""
    reports: dict[str, list[str]] = {}
    for report, problem in problems:
        reports.setdefault(problem, []).append(report)
    return [(_called(of), problem) for problem, of in reports.items()]


def _called(reports: list[str]) -> str:
    if len(reports) == 1:
        return reports[0]
    said = Said("reports_stopped", first=reports[0], more=len(reports) - 1, number=len(reports))
    return said.text("what", shown_language())
