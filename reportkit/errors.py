"""What stops us: errors that say what, where and how to fix it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from typing import Self


class ReportkitError(Exception):
    """We can't go on. `what` happened, `where` it is, how to `fix` it; each one plain sentence or phrase.

    `detail` is what helps to understand it but is too long for a line: a failed cell's source and traceback.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", detail: str = "") -> None:
        what, where, fix = map(escaped, (what, where, fix))
        super().__init__(what, where, fix, detail)
        self.what, self.where, self.fix, self.detail = what, where, fix, detail

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"Where: {self.where}.")
        if self.fix:
            parts.append(f"Fix: {self.fix}")
        return " ".join(parts)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the lines of cells that led here, then what, where and how."""
        frames = [frame for frame in extract_tb(self.__traceback__) if not _is_installed(frame.filename)]
        lines = [f"line {frame.lineno}: {frame.line}" for frame in frames if frame.line]
        for each in each_error(self):
            assert isinstance(each, ReportkitError)
            lines.append(f"{type(each).__name__}: {each.what}")
            lines += [f"  {label}: {text}" for label, text in (("Where", each.where), ("Fix", each.fix)) if text]
        return lines

    def caused_by(self, cause: BaseException) -> Self:
        """This error with its cause, for one that is kept rather than raised."""
        self.__cause__ = cause
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        return (_rebuild, (type(self), self.what, self.where, self.fix, self.detail))


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def escaped(text: str) -> str:
    """Text in one line, in which characters that nobody sees, or that turn others round, are shown escaped."""
    return _UNSEEN.sub(lambda match: repr(match[0])[1:-1], text)


def _is_installed(filename: str) -> bool:
    """Whether a file is a library's or reportkit's, and no cell of a notebook."""
    path = Path(filename)
    return "site-packages" in path.parts or path.is_relative_to(Path(__file__).parent)


def _rebuild(kind: type[ReportkitError], what: str, where: str, fix: str, detail: str) -> ReportkitError:
    return kind(what, where=where, fix=fix, detail=detail)


class InputError(ReportkitError):
    """A file of the project (register, definition, submission, notebook) can't be used as it is."""


class ApprovalsError(InputError):
    """A report's approvals file is not what was written: a line was changed, or is gone."""


class InputErrors(InputError):
    """Several things are wrong with one file; `errors` holds each, so that they are fixed in one go."""

    def __init__(self, errors: Iterable[ReportkitError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        more = f" (and {len(self.errors) - 1} more)" if len(self.errors) > 1 else ""
        super().__init__(first.what + more, where=first.where, fix=first.fix)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)

    def __reduce__(self) -> tuple[object, ...]:
        return (InputErrors, (self.errors,))


class ProjectError(ReportkitError):
    """The project itself can't be read, or the command's arguments don't fit it: exit code 2."""


class NotebookError(ReportkitError):
    """A notebook can't be planned, raised, hung or lost its kernel."""


class PublishingError(ReportkitError):
    """A rendered document is not fit to be published."""


def defect(error: Exception, where: str) -> PublishingError:
    """An exception that no code expected, as an error that stops one report and no other."""
    return PublishingError(
        f"{type(error).__name__}: {error!s:.200}",
        where=where,
        fix="Look at what was changed last; report this as a defect of reportkit.",
    ).caused_by(error)


def each_error(error: ReportkitError) -> tuple[ReportkitError, ...]:
    """The single errors inside an error, itself where it is single."""
    return error.errors if isinstance(error, InputErrors) else (error,)


def near_match(word: str, accepted: Iterable[str]) -> str:
    """A hint for a misspelt word: the nearest accepted one, then all that are accepted."""
    names = sorted(accepted)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    return f"{hint}Accepted: {', '.join(names)}." if names else f"{hint}Nothing is accepted here."
