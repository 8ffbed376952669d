"""What stops us: errors that say what, where and how to fix it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from typing import Any, Self

from reportkit.messages.languages import Language, shown_language
from reportkit.messages.places import place
from reportkit.messages.said import Said


@dataclass(frozen=True, slots=True)
class Shown:
    """An error in one language: what happened, where it is, how to fix it, and what is too long for a line."""

    what: str
    where: str
    fix: str
    detail: str = ""


LABELS: Mapping[Language, tuple[str, str]] = {"en": ("Where: ", "Fix: "), "zh": ("位置：", "改法：")}
"""What stands before a place and before how to fix it."""


class ReportkitError(Exception):
    """We can't go on: a code of `reportkit/messages/` with its arguments, and where it happened.

    `what` happened and how to `fix` it are one plain English sentence or phrase each; `shown` has them in any language.
    `detail` is what helps to understand it but is too long for a line: a failed cell's source and traceback.
    """

    def __init__(self, said: str | Said, *, where: str = "", detail: str = "", **arguments: Any) -> None:
        self.said = said if isinstance(said, Said) else Said(said, **arguments)
        self.where, self.detail = escaped(where), detail
        super().__init__(self.said, self.where, detail)

    @property
    def code(self) -> str:
        return self.said.code

    @property
    def what(self) -> str:
        return self.shown("en").what

    @property
    def fix(self) -> str:
        return self.shown("en").fix

    def shown(self, language: Language) -> Shown:
        """The error in a language. Where it has no Chinese, that is said in general, and the English is the detail."""
        what, fix = (escaped(self.said.text(part, language)) for part in ("what", "fix"))
        detail = self.detail
        if language == "zh" and not self.said.has_chinese:
            detail = "\n".join(filter(None, (f"{what} {fix}".strip(), detail)))
            what, fix = (Said("english_only").text(part, language) for part in ("what", "fix"))
        return Shown(what, place(self.where, language), fix, detail)

    def __str__(self) -> str:
        """What happened, where and how to fix it, in the language in which this process shows errors."""
        language = shown_language()
        found, (where, fix) = self.shown(language), LABELS[language]
        if language == "en":
            parts = [
                found.what,
                f"{where}{found.where}." if found.where else "",
                f"{fix}{found.fix}" if found.fix else "",
            ]
            return " ".join(filter(None, parts))
        what = found.what if self.said.has_chinese else f"{found.what}：{self.what}"
        parts = [
            f"{what}。",
            f"{where}{found.where}。" if found.where else "",
            f"{fix}{found.fix}" if found.fix else "",
        ]
        return "".join(parts)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the lines of cells that led here, then what, where and how."""
        frames = [frame for frame in extract_tb(self.__traceback__) if not _is_installed(frame.filename)]
        lines = [f"line {frame.lineno}: {frame.line}" for frame in frames if frame.line]
        for each in each_error(self):
            lines.append(f"{type(each).__name__}: {each.what}")
            lines += [f"  {label}: {text}" for label, text in (("Where", each.where), ("Fix", each.fix)) if text]
        return lines

    def caused_by(self, cause: BaseException) -> Self:
        """This error with its cause, for one that is kept rather than raised."""
        self.__cause__ = cause
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        return (_rebuild, (type(self), self.said, self.where, self.detail))


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def escaped(text: str) -> str:
    """Text in one line, in which characters that nobody sees, or that turn others round, are shown escaped."""
    return _UNSEEN.sub(lambda match: repr(match[0])[1:-1], text)


def _is_installed(filename: str) -> bool:
    """Whether a file is a library's or reportkit's, and no cell of a notebook."""
    path = Path(filename)
    return "site-packages" in path.parts or path.is_relative_to(Path(__file__).parent)


def _rebuild(kind: type[ReportkitError], said: Said, where: str, detail: str) -> ReportkitError:
    return kind(said, where=where, detail=detail)


class InputError(ReportkitError):
    """A file of the project (register, definition, submission, notebook) can't be used as it is."""


class ApprovalsError(InputError):
    """A report's approvals file is not what was written: a line was changed, or is gone."""


class InputErrors(InputError):
    """Several things are wrong with one file; `errors` holds each, so that they are fixed in one go."""

    def __init__(self, errors: Iterable[ReportkitError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        more = len(self.errors) - 1
        super().__init__(Said("and_more", first=first.said, more=more) if more else first.said, where=first.where)

    @property
    def code(self) -> str:
        return self.errors[0].code

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
    return PublishingError("defect", where=where, kind=type(error).__name__, error=f"{error!s:.200}").caused_by(error)


def each_error(error: ReportkitError) -> tuple[ReportkitError, ...]:
    """The single errors inside an error, itself where it is single."""
    return error.errors if isinstance(error, InputErrors) else (error,)


_MOST_ACCEPTED = 12
"""Names that are all listed; of more only the nearest help."""
_MOST_NEAR = 5
NEAR = frozenset(("near", "nearest", "near_of_many"))
"""Codes of hints that name the word which was meant."""


def near_match(word: str, accepted: Iterable[str], labels: Mapping[str, str] | None = None) -> Said:
    """A hint for a misspelt word: the nearest accepted one, then all that are accepted.

    `labels` are what people call accepted words in Chinese: who has written one of these is told the word.
    """
    names = sorted(accepted)
    if not names:
        return Said("nothing_accepted")
    if near := get_close_matches(word, names, n=_MOST_NEAR, cutoff=0.6):
        return _near(Said("meant", near=near[0]), near, names)
    if labels and not word.isascii():
        called = {_bare(label): name for name, label in labels.items() if name in names and label}
        bare = _bare(word)
        holding = [label for label in called if bare in label]
        if found := holding if len(holding) == 1 else get_close_matches(bare, called, n=1, cutoff=0.5):
            name = called[found[0]]
            return _near(Said("meant_called", near=name, label=labels[name]), [name], names)
    if len(names) <= _MOST_ACCEPTED:
        return Said("accepted", accepted=names)
    if near := _beginning_alike(word, names):
        return Said("rather_near", near=near)
    return Said("many_accepted", some=names[:_MOST_ACCEPTED], number=len(names))


def _near(meant: Said, near: Sequence[str], names: Sequence[str]) -> Said:
    """The nearest name, then all that are accepted; of many only those that are near too."""
    if len(names) <= _MOST_ACCEPTED:
        return Said("near", meant=meant, accepted=names)
    return Said("near_of_many", meant=meant, near=near[1:]) if near[1:] else Said("nearest", meant=meant)


def _beginning_alike(word: str, names: Sequence[str]) -> list[str]:
    """The nearest of the names that begin with the word's first letter, small or capital: T3-1 for `t9`."""
    small = {name.lower(): name for name in names if name[:1].lower() == word[:1].lower()}
    return [small[each] for each in get_close_matches(word.lower(), small, n=_MOST_NEAR, cutoff=0.0)]


_NUMBER = re.compile(r"^[一二三四五六七八九十0-9（）().．、\s]+|[\s：:]+")
_BRACKETS = re.compile(r"（.*?）|\(.*?\)")


def _bare(label: str) -> str:
    """A label without its number, spaces and what is in brackets."""
    return _BRACKETS.sub("", _NUMBER.sub("", label)) or label
