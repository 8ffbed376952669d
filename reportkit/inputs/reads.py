"""What a section reads of its inputs, one key after the other: only a change of these can change what it says."""

import re
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import accumulate

from reportkit.digests import digest_of
from reportkit.editions import Edition, lay_out
from reportkit.editions.lookup import UnknownFigure, look_up, unit_of
from reportkit.errors import ReportkitError, near_match
from reportkit.inputs.binding import bound_prose, names_of
from reportkit.inputs.files import submission_path
from reportkit.inputs.pictures import picture_path, read_picture
from reportkit.inputs.project import Project
from reportkit.inputs.prose import Names, UnknownName
from reportkit.model import Department, Figures, Submission, Table, Value, format_number
from reportkit.text.picture_files import picture_digest

Reads = dict[str, str]
"""What was read → what it was: a number as it is printed, or the sha256 of anything longer.

Keys: `figure:requests.received.total`, `fact:policy_qa`, `last_year:…`, `text:…` (what `{name}` stood for),
`prose:overview`, `table:requests`, `department` (the register's entry), `has_last_year`, `parts` (of the report),
`picture:params/2024/photos/x.jpg`, `has_picture:…`, `unit:…` (a figure's or a fact's).
"""

MOST_YEARS = 5
"""How many years a chart may show side by side."""
_ABSENT = "-"
_DIGITS = re.compile(r"\d+")
_MARK = "\ue003"
"""Put before and after what replaces a name, for a moment: a private character that no font has."""


class Reader:
    """One submission as a section reads it; `reads` holds what was asked for so far."""

    def __init__(self, project: Project, submission: Submission, *, within: Container[str] | None = None) -> None:
        """`within` are the only files that there are, where not all of the project's are meant."""
        self._project, self._submission, self._within = project, submission, within
        self.reads: Reads = {}

    @cached_property
    def _names(self) -> Names:
        names = names_of(self._project, self._submission)
        last_year = submission_path(self._submission.year - 1, self._submission.department)
        return (
            names
            if self._within is None or last_year in self._within
            else replace(names, last_year=None, facts_of_last_year={})
        )

    @property
    def edition(self) -> Edition:
        """The statutory format of the year: no read, for it is the same in every report of that year."""
        return self._project.editions.for_year(self._submission.year)

    @property
    def department(self) -> Department:
        body = self._project.department(self._submission.department)
        self._note("department", digest_of(asdict(body)))
        return body

    @property
    def has_last_year(self) -> bool:
        found = self._last_year is not None
        self._note("has_last_year", str(found))
        return found

    @property
    def _last_year(self) -> tuple[Edition, Figures] | None:
        return self._names.last_year

    @property
    def parts(self) -> tuple[str, ...]:
        """The titles of the report's parts, in order."""
        found = self._project.parts(self._submission)
        self._note("parts", digest_of(found))
        return found

    def figure(self, name: str) -> Value:
        """A number by name; raises UnknownFigure."""
        self._note(f"figure:{name}", _ABSENT)
        value = look_up(self.edition, self._submission.figures, name)
        self._note(f"figure:{name}", format_number(value))
        return value

    def fact(self, name: str) -> Value:
        """A fact's value; None where none of that name was handed in. Raises UnknownName where it is misspelt."""
        known = self._submission.facts
        if name in known:
            self._note(f"fact:{name}", format_number(known[name].value))
            return known[name].value
        near = _misspelt(name, known)
        self._note(f"fact:{name}", f"{_ABSENT}{near or ''}")
        if near is not None:
            raise UnknownName(name, near_match(name, known))
        return None

    def has_fact(self, name: str) -> bool:
        """Whether a fact of that name was handed in."""
        self._note(
            f"fact:{name}",
            format_number(self._submission.facts[name].value) if name in self._submission.facts else _ABSENT,
        )
        return name in self._submission.facts

    def number(self, name: str) -> Value:
        """A figure's number or a fact's value; raises as `figure` and `fact` do."""
        is_fact = "." not in name and name not in {table.id for table in self.edition.tables}
        return self.fact(name) if is_fact else self.figure(name)

    def unit(self, name: str) -> str:
        """The unit of a figure or a fact; empty where none is stated."""
        facts = self._submission.facts
        found = facts[name].unit if name in facts else unit_of(self.edition, name)
        self._note(f"unit:{name}", found)
        return found

    def last_year(self, name: str) -> Value:
        """Last year's number or fact; None where it is missing, has no such row, or there is no last year."""
        value: Value = None
        if name in self._names.facts_of_last_year:
            value = self._names.facts_of_last_year[name].value
        elif self._last_year is not None:
            edition, figures = self._last_year
            try:
                value = look_up(edition, figures, name)
            except UnknownFigure:
                value = None
        self._note(f"last_year:{name}", _ABSENT if value is None else format_number(value))
        return value

    def of_year(self, year: int, name: str) -> Value:
        """A number or fact of an earlier year; None where it is missing, has no such row, or wasn't handed in."""
        value: Value = None
        if self._project.has_submission(year, self._submission.department):
            of = self._project.submission(year, self._submission.department)
            if name in of.facts:
                value = of.facts[name].value
            else:
                with suppress(UnknownFigure):
                    value = look_up(self._project.editions.for_year(year), of.figures, name)
        self._note(f"of_year:{year}.{name}", _ABSENT if value is None else format_number(value))
        return value

    def text(self, name: str) -> str:
        """What a name in braces stands for; raises UnknownName."""
        self._note(f"text:{name}", _ABSENT)
        text = self._names.text(name)
        self._note(f"text:{name}", text)
        return text

    def prose(self, slot: str) -> tuple[str, list[tuple[int, int]]]:
        """The department's words for a slot, names replaced, and where in them; empty where there are none.

        Raises InputError.
        """
        words, places = "", list[tuple[int, int]]()
        if (typed := self._submission.prose.get(slot, "")).strip():
            note = self._noted_text if _MARK in typed else self._marked_text
            words = bound_prose(self._project, self._submission, self._names, slot, note)
            if _MARK not in typed:
                words, places = _without_marks(words)
        self._note(f"prose:{slot}", digest_of(words) if words else _ABSENT)
        return words, places

    def table(self, table_id: str) -> Table:
        """A statutory table of the edition, which has one of that id."""
        table = lay_out(self.edition, table_id, self._submission.figures)
        self._note(f"table:{table_id}", digest_of(table.to_json()))
        return table

    def picture(self, written: str) -> bytes:
        """A picture of the project; see `picture_path`. Raises InputError."""
        name = picture_path(written, self._submission.year, self._submission.department, "picture()")
        self._note(f"picture:{written}", _ABSENT)
        content = read_picture(self._project.files, name, name)
        self._note(f"picture:{written}", picture_digest(content))
        return content

    def has_picture(self, written: str) -> bool:
        """Whether there is a picture of that name."""
        name = picture_path(written, self._submission.year, self._submission.department, "picture()")
        found = self._project.files.has(name)
        self._note(f"has_picture:{written}", str(found))
        return found

    def now(self, key: str) -> str | None:
        """What a key of earlier reads is today; None where it can no longer be read."""
        kind, _, name = key.partition(":")
        try:
            match kind:
                case "department":
                    _ = self.department
                case "has_last_year":
                    _ = self.has_last_year
                case "parts":
                    _ = self.parts
                case "of_year":
                    self.of_year(int(name.partition(".")[0]), name.partition(".")[2])
                case "figure" | "fact" | "last_year" | "text" | "prose" | "table" | "picture" | "has_picture" | "unit":
                    getattr(self, kind)(name)
                case _:
                    return None
        except (UnknownFigure, UnknownName):
            pass  # a notebook may have asked for what isn't there, and gone on
        except (ReportkitError, LookupError):
            return None
        return self.reads.get(key)

    def _noted_text(self, name: str, text: str) -> str:
        self._note(f"text:{name}", text)
        return text

    def _marked_text(self, name: str, text: str) -> str:
        return f"{_MARK}{self._noted_text(name, text)}{_MARK}"

    def _note(self, key: str, value: str) -> None:
        self.reads[key] = value


_SPELT_ALIKE = 0.88
"""How alike names are of which one is thought to be the other, misspelt."""


def _misspelt(name: str, known: Iterable[str]) -> str | None:
    """The fact that was meant; names that differ in their digits alone (news_1, news_2) are two facts."""
    found = get_close_matches(name, known, n=1, cutoff=_SPELT_ALIKE)
    return found[0] if found and _DIGITS.sub("", found[0]) != _DIGITS.sub("", name) else None


def _without_marks(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text, and the places of what was between marks."""
    pieces = text.split(_MARK)
    ends = list(accumulate(map(len, pieces)))
    return "".join(pieces), list(zip(ends[:-1:2], ends[1::2], strict=False))
