"""The editions of a project, the package's and its own: read, and chosen by the year."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from reportkit.digests import digest_of
from reportkit.editions.edition import Edition
from reportkit.editions.own import AddedSection, extended, with_sections
from reportkit.editions.publication import Publication
from reportkit.editions.rules import CATALOGUE
from reportkit.errors import InputError, ProjectError, near_match
from reportkit.model import Department
from reportkit.text.validation import validate
from reportkit.text.yamlfile import YamlFile, read_yaml

OWN = "params/editions/"
"""Where a project's own editions are, relative to it."""


@dataclass(frozen=True, eq=False)
class Editions:
    """The editions in force: the package's, those in `own` (files by project-relative path), with the parts `added`.

    An own edition takes the place of what it extends in the years that it is for, and of the package's of its id.
    """

    own: Mapping[str, bytes] = field(default_factory=dict)
    added: Sequence[AddedSection] = ()
    _loaded: dict[str, Edition] = field(default_factory=dict, repr=False)
    _by_year: dict[int, Edition | None] = field(default_factory=dict, repr=False)
    _without: dict[tuple[str, frozenset[str]], Edition] = field(default_factory=dict, repr=False)

    @cached_property
    def _files(self) -> dict[str, str]:
        """Own files by their edition's id."""
        return {name.removeprefix(OWN).removesuffix(".yaml"): name for name in self.own if _is_edition(name)}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of all editions, in the order of their first years."""
        names = sorted({*_statutory_ids(), *self._files})
        return tuple(sorted(names, key=lambda each: (self.load(each).first_year, each)))

    @cached_property
    def digest(self) -> str:
        """sha256 over what a project has added; empty where it has added nothing."""
        files = {name: self.own[name].decode(errors="replace") for name in sorted(self._files.values())}
        added = [each.model_dump(mode="json") for each in self.added]
        return digest_of([files, added]) if files or added else ""

    def check(self) -> None:
        """Raises InputError where one of them can't be read, or two are for one year."""
        for each in self.ids:
            self._covering(self.load(each).first_year)

    def is_own(self, edition_id: str) -> bool:
        """Whether a project has made or changed this edition."""
        return edition_id in self._files or bool(self.added)

    def load(self, edition_id: str) -> Edition:
        """The edition of that id, read once; a broken file is an InputError with its line or key."""
        if edition_id not in self._loaded:
            self._loaded[edition_id] = with_sections(self._as_said(edition_id, ()), self.added)
        return self._loaded[edition_id]

    def levels(self, edition_id: str) -> list[tuple[str, Edition]]:
        """What makes an edition, from the package's on: each file, with the edition that it makes of the one before."""
        chain = self._chain(edition_id)
        below = tuple(each for each, _ in chain)
        found = [(where, self._as_said(each, below[:place])) for place, (each, where) in enumerate(chain)]
        found.reverse()
        return [*found, ("params/report.yaml", self.load(edition_id))] if self.added else found

    def own_files(self, edition_id: str) -> list[str]:
        """The project's own files that make an edition."""
        return [where for _, where in self._chain(edition_id) if where in self.own]

    def _chain(self, edition_id: str) -> list[tuple[str, str]]:
        """An edition and those that it extends, one the other, by their ids: each with its file."""
        found: list[tuple[str, str]] = []
        above: str | None = edition_id
        while above is not None:
            is_packages = above not in self._files or bool(found and found[-1][0] == above)
            found.append((above, f"reportkit/editions/{above}.yaml" if is_packages else self._files[above]))
            above = None if is_packages else self._base_of(above)
        return found

    def for_year(self, year: int) -> Edition:
        """The edition in force for a report year; a year before the first is a ProjectError."""
        found = self._covering(year)
        if found is None:
            first = min(self.load(each).first_year for each in self.ids)
            raise ProjectError("no_edition_for_year", where="the report year", year=year, first=first)
        return found

    def years_in_force(self, edition_id: str) -> list[tuple[int, int | None]]:
        """The spans of report years that an edition is really the one for; None at the end where there is no last year.

        None at all where another one has taken its place in every year.
        """
        every = [self.load(each) for each in self.ids]
        starts = sorted({year for each in every for year in (each.first_year, (each.last_year or 0) + 1)} - {1})
        found: list[tuple[int, int | None]] = []
        for start, end in zip(starts, [*(each - 1 for each in starts[1:]), None], strict=True):
            chosen = self._covering(start)
            if chosen is None or chosen.id != edition_id:
                continue
            if found and found[-1][1] == start - 1:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def without(self, edition: Edition, sections: frozenset[str]) -> Edition:
        """One of these editions without some of its sections, made once."""
        if (edition.id, sections) not in self._without:
            self._without[edition.id, sections] = edition.without(sections)
        return self._without[edition.id, sections]

    def has_year(self, year: int) -> bool:
        """Whether a statutory format is known for a report year."""
        return self._covering(year) is not None

    def publication_for(self, year: int | None = None) -> Publication:
        """That of the edition in force for a report year; of the nearest for other years, of the newest without one."""
        return self._nearest(year).publication

    def called_in(self, year: int | None = None) -> dict[str, str]:
        """What the same edition calls this kind of report and its tables: 表二、表三、表四."""
        return self._nearest(year).called

    def deadline(self, department: Department, year: int) -> date:
        """When a department's report of a year is due, in the next year (条例第四十九条)."""
        return self.publication_for(year).due(department.kind, year)

    def _as_said(self, edition_id: str, below: tuple[str, ...]) -> Edition:
        """An edition without the added parts; `below` are the own ones that extend it, one the other."""
        name = self._files.get(edition_id)
        # An own edition may extend the package's of its own id.
        if name is None or (below and below[-1] == edition_id):
            if edition_id not in _statutory_ids():
                where = self._files[below[-1]] if below else "editions"
                near = near_match(edition_id, sorted({*_statutory_ids(), *self._files}))
                raise ProjectError("no_such_edition", where=where, edition_id=edition_id, near=near)
            return _statutory(edition_id)
        if edition_id in below:
            raise InputError("editions_in_a_circle", where=name, editions=[*below, edition_id])
        file = _own_file(self.own[name], name)
        base = self._base_of(edition_id)
        if base is None:
            whole = _whole(file)
            _refuse_lacking(whole, name)
            return whole
        above = self._as_said(base, (*below, edition_id))
        with _placed_in(file):
            return extended(above, file, edition_id)

    def _base_of(self, edition_id: str) -> str | None:
        """The id of the edition that an own one extends; None where it stands for itself, or isn't own."""
        if edition_id not in self._files:
            return None
        name = self._files[edition_id]
        data = _own_file(self.own[name], name).data
        base = data.get("extends") if isinstance(data, dict) else None
        return None if base is None else str(base)

    def _covering(self, year: int) -> Edition | None:
        if year not in self._by_year:
            self._by_year[year] = self._chosen(year)
        return self._by_year[year]

    def _chosen(self, year: int) -> Edition | None:
        """The edition that covers a year: an own one before the package's, one that extends before what it extends."""
        covering = [each for each in self.ids if self.load(each).covers(year)]
        own = [each for each in covering if each in self._files]
        last = [each for each in own if all(self._base_of(other) != each or other == each for other in own)]
        if len(last) > 1:
            where = "、".join(self._files[each] for each in last)
            raise InputError("two_editions_for_year", where=where, year=year, editions=last)
        chosen = last or covering
        return self.load(chosen[0]) if chosen else None

    def _nearest(self, year: int | None) -> Edition:
        if year is not None and (found := self._covering(year)) is not None:
            return found
        editions = [self.load(each) for each in self.ids]
        if year is not None:
            return min(editions, key=lambda each: _distance(each, year))
        return self._covering(max(each.first_year for each in editions)) or editions[-1]


def _is_edition(name: str) -> bool:
    return name.startswith(OWN) and name.endswith(".yaml")


def _distance(edition: Edition, year: int) -> int:
    """How many years lie between a year and those that an edition is in force for."""
    last = year if edition.last_year is None else edition.last_year
    return max(edition.first_year - year, year - last, 0)


@lru_cache(maxsize=64)
def _own_file(content: bytes, name: str) -> YamlFile:
    return read_yaml(content, name)


def parse_edition(text: str, *, where: str) -> Edition:
    """An edition from the text of its file; anything wrong with it is an InputError with the line."""
    return _whole(read_yaml(text.encode(), where))


def _whole(file: YamlFile) -> Edition:
    with _placed_in(file):
        return validate(Edition, file)


def _refuse_lacking(edition: Edition, name: str) -> None:
    """Refuses a whole edition of a project's own that leaves out rules that can block publication.

    Those of the package's edition of its first year must hold, but for what is about tables that it doesn't have.
    """
    packages = [_statutory(each) for each in reversed(_statutory_ids())]
    before = next((each for each in packages if each.covers(edition.first_year)), None)
    if before is None:
        return
    has_its_tables = {table.id for table in before.tables} <= {table.id for table in edition.tables}
    lacking = [
        rule.id
        for rule in before.rulebook.values()
        if "E" in rule.severities and rule.id not in edition.rulebook
        if any(map(edition.fits, rule.clauses)) or (has_its_tables and not rule.clauses)
    ]
    if lacking:
        raise InputError("edition_lacks_rules", where=f"{name}, rules", rules=lacking)


@contextmanager
def _placed_in(file: YamlFile) -> Iterator[None]:
    """Says of errors that name a part of an edition which file it is in."""
    try:
        yield
    except InputError as error:
        if file.name in error.where:
            raise
        raise InputError(error.said, where=f"{file.name}, {error.where}") from error


STATUTORY = Editions()
"""The package's alone."""


@cache
def _statutory(edition_id: str) -> Edition:
    name = f"{edition_id}.yaml"
    text = files("reportkit.editions").joinpath(name).read_text(encoding="utf-8")
    return parse_edition(text, where=f"reportkit/editions/{name}")


@cache
def _statutory_ids() -> tuple[str, ...]:
    names = {entry.name for entry in files("reportkit.editions").iterdir() if entry.name != CATALOGUE}
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))
