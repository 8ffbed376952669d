"""The project on disk: its register, definition and submissions, each read and checked when asked for."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

import yaml

from reportkit.editions import Edition, edition_for, edition_ids, load_edition
from reportkit.errors import InputError, InputErrors, ProjectError, ReportkitError, near_match
from reportkit.inputs.documents import (
    KINDS,
    LEVELS,
    DefinitionDocument,
    DepartmentDocument,
    RegisterDocument,
    SectionDocument,
    SubmissionDocument,
    validate,
)
from reportkit.inputs.figures import read_figures
from reportkit.inputs.prose import RESERVED, Names, bind
from reportkit.model import Contact, Department, Fact, Register, Submission
from reportkit.text.yamlfile import MOST_CHARACTERS, YamlFile, read_yaml

_PARAMS = "params/"
REGISTER = "params/departments.yaml"
DEFINITION = "params/report.yaml"
_REGISTER_CHARACTERS = 50_000_000
"""About a hundred and fifty thousand bodies."""
_YEAR = re.compile(r"[12][0-9]{3}\Z")
_YAML = re.compile(r"^[^.].*\.ya?ml", re.I)
_BESIDE = (".waivers.yaml", "~")
_WHEN = re.compile(r"(kind|level|id)\s*(==|!=)\s*([a-z][a-z0-9-]*)\Z")


def submission_path(year: int, department: str) -> str:
    """Where a submission lies, relative to the project."""
    return f"params/{year}/{department}.yaml"


def find_root(start: Path) -> Path:
    """The nearest folder upwards that holds params/departments.yaml."""
    for folder in (start, *start.parents):
        if (folder / REGISTER).is_file():
            return folder
    raise ProjectError(
        "No reportkit project here.",
        where=str(start),
        mend=f"Change to a folder with {REGISTER}, or name one with --project.",
    )


@dataclass(slots=True)
class _Held:
    """What was read of files, by project-relative path; submissions by year."""

    digests: dict[str, str | None] = field(default_factory=dict)
    yaml: dict[str, YamlFile] = field(default_factory=dict)
    submissions: dict[int, Submission] = field(default_factory=dict)


@dataclass
class Project:
    """A project's inputs, each file read once and as it was then."""

    root: Path
    overlay: Mapping[str, Path] = field(default_factory=dict)
    """Files from elsewhere that stand for the project's own, by project-relative path."""
    _asked: set[str] | None = field(default=None, repr=False)
    """What is looked at, while somebody wants to know."""
    _held: dict[str, _Held] = field(default_factory=lambda: defaultdict(_Held), repr=False)
    """By department; what all share is under the empty name."""

    def read(self, name: str) -> bytes:
        """A file's bytes, by project-relative path."""
        self._note(name)
        try:
            content = (self.overlay.get(name) or self.root / name).read_bytes()
        except OSError as error:
            raise InputError(
                f"{name} can't be read: {error.strerror}.", where=name, mend="Create it, or make it readable."
            ) from error
        self._of(name).digests[name] = sha256(content).hexdigest()
        return content

    def _of(self, name: str) -> _Held:
        folder, _, file = name.removeprefix(_PARAMS).partition("/")
        return self._held[file.partition(".")[0] if _YEAR.match(folder) else ""]

    def _note(self, name: str) -> None:
        if self._asked is not None:
            self._asked.add(name)

    def has(self, name: str) -> bool:
        """Whether there is a file of that project-relative path."""
        self._note(name)
        return name in self.overlay or (self.root / name).is_file()

    def digest(self, name: str) -> str | None:
        """The sha256 of a file as it was read, or is now where it wasn't; None where there is none."""
        digests = self._of(name).digests
        if name not in digests:
            try:
                digests[name] = sha256((self.overlay.get(name) or self.root / name).read_bytes()).hexdigest()
            except OSError:
                digests[name] = None
        return digests[name]

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """The names of all files that are looked at within, also those that aren't there."""
        before, self._asked = self._asked, set()
        try:
            yield self._asked
        finally:
            self._asked = None if before is None else before | self._asked

    def read_yaml_file(self, name: str) -> YamlFile:
        """A YAML file with its lines, by project-relative path; read once."""
        self._note(name)
        files = self._of(name).yaml
        if name not in files:
            most = _REGISTER_CHARACTERS if name == REGISTER else MOST_CHARACTERS
            files[name] = read_yaml(self.read(name), name, most)
        return files[name]

    @cached_property
    def definition(self) -> DefinitionDocument:
        """What report.yaml says; an unknown section or `when` is an error with its line."""
        file = self.read_yaml_file(DEFINITION)
        document = validate(DefinitionDocument, file)
        known = {section.id for edition_id in edition_ids() for section in load_edition(edition_id).sections}
        for number, section in enumerate(document.sections):
            if section.section not in known:
                raise _unknown_section(section.section, known, file.where(("sections", number, "section")))
            if section.when is not None:
                _check_condition(section.when, file.where(("sections", number, "when")))
        _check_levels(document, file)
        return document

    def sections_for(self, department: Department, edition: Edition) -> tuple[SectionDocument, ...]:
        """The notebooks that tell this department's report, in order."""
        known = [section.id for section in edition.sections]
        for number, section in enumerate(self.definition.sections):
            if section.section not in known:
                where = self.read_yaml_file(DEFINITION).where(("sections", number, "section"))
                raise _unknown_section(section.section, known, where)
        chosen = [section for section in self.definition.sections if _applies(section.when, department)]
        for section in chosen:
            if sum(other.section == section.section for other in chosen) > 1:
                raise InputError(
                    f"Section '{section.section}' has more than one notebook for '{department.id}'.",
                    where=DEFINITION,
                    mend="One notebook tells a section; limit each with `when`, or put their cells into one.",
                )
        return tuple(chosen)

    def is_closed(self, year: int) -> bool:
        """Whether reports of that year are only verified, and not built any more."""
        return self.definition.open_years is not None and year not in self.definition.open_years

    @cached_property
    def register(self) -> Register:
        """All departments; repeated ids, unknown parents and circles are errors with their line."""
        file = self.read_yaml_file(REGISTER)
        found = _register(validate(RegisterDocument, file), file)
        # Nothing is wrong with it, so nobody asks for its lines, which take more memory than what it says.
        self._of(REGISTER).yaml[REGISTER] = replace(file, lines={}, text_lines={})
        return found

    def department(self, department_id: str) -> Department:
        if department_id not in self.register:
            raise ProjectError(
                f"Unknown department '{department_id}'.",
                where=REGISTER,
                mend=near_match(department_id, self.register.departments),
            )
        return self.register[department_id]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Report years that have a folder of submissions, oldest first."""
        folders = (self.root / "params").iterdir() if (self.root / "params").is_dir() else ()
        return tuple(sorted(int(entry.name) for entry in folders if entry.is_dir() and _YEAR.match(entry.name)))

    def submitted(self, year: int) -> tuple[str, ...]:
        """Ids of the departments that handed in a file for that year, in register order.

        Unknown ids and other file names come last: each is a report that fails, never one that is passed over.
        """
        folder = self.root / "params" / str(year)
        names: list[str] = []
        if folder.is_dir():
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if entry.is_file()]
        prefix = f"params/{year}/"
        names += [name.removeprefix(prefix) for name in self.overlay if name.startswith(prefix)]
        found = {name.removesuffix(".yaml") for name in names if _YAML.search(name) and not name.endswith(_BESIDE)}
        known = [department.id for department in self.register if department.id in found]
        return (*known, *sorted(found.difference(known)))

    def forget(self, department_id: str) -> None:
        """Lets go of what was read of a department's files, where thousands are read one after the other."""
        self._held.pop(department_id, None)

    def has_submission(self, year: int, department_id: str) -> bool:
        return self.has(submission_path(year, department_id))

    def submission(self, year: int, department_id: str) -> Submission:
        """One submission, with every mistake in it collected into one error; read once."""
        name = submission_path(year, department_id)
        self._note(name)
        submissions = self._of(name).submissions
        if year not in submissions:
            submissions[year] = self._submission(year, department_id)
        return submissions[year]

    def _submission(self, year: int, department_id: str) -> Submission:
        edition = edition_for(year)
        name = submission_path(year, department_id)
        if not self.has_submission(year, department_id):
            raise InputError(f"There is no submission {name}.", where=name, mend="Create it, or choose another year.")
        file = self.read_yaml_file(name)
        document = validate(SubmissionDocument, file)
        stated = read_figures(edition, document, file)
        submission = Submission(
            department=department_id,
            year=year,
            figures=stated.figures,
            facts={
                fact_id: Fact(fact_id, fact.value, fact.unit, fact.source, fact.text)
                for fact_id, fact in (document.facts or {}).items()
            },
            prose={slot: text for slot, text in (document.prose or {}).items() if text is not None},
            published_on=document.published_on,
            issued_on=document.issued_on,
            index_number=document.index_number,
            validity=document.validity,
            decisions=stated.decisions,
            misfits=stated.misfits,
        )
        _check_names(edition, document, file)
        return submission

    def names(self, submission: Submission) -> Names:
        """What a submission's prose may name; last year's figures where last year was handed in."""
        edition, before = edition_for(submission.year), submission.year - 1
        last_year = None
        if self.has_submission(before, submission.department):
            last_year = (edition_for(before), self.submission(before, submission.department).figures)
        return Names(edition, self.department(submission.department), submission, last_year)

    def bound_prose(
        self, submission: Submission, names: Names, slot: str, mark: Callable[[str, str], str] | None = None
    ) -> str:
        """The department's words for a slot, names replaced; an unknown name is an error with the file's line.

        `mark` is given each name with what stands for it, and returns what is to stand there.
        """
        name = submission_path(submission.year, submission.department)
        text = submission.prose[slot]
        first = self.read_yaml_file(name).text_line(("prose", slot))

        def where(line: int) -> str:
            return f"{name}, line {first + line - 1}, prose.{slot}"

        return bind(text, names.text if mark is None else lambda name: mark(name, names.text(name)), where)

    def has_changed(self, name: str) -> bool:
        """Whether a file isn't any more what was read of it."""
        return Project(self.root, self.overlay).digest(name) != self.digest(name)

    def register_part_now(self, department: Department) -> bytes:
        """What `register_part` gives of the register as it lies there now; empty where it can't be read."""
        if not self.has_changed(REGISTER):
            return self.register_part(department)
        try:
            now = Project(self.root, self.overlay)
            return now.register_part(now.department(department.id))
        except ReportkitError:
            return b""

    def register_part(self, department: Department) -> bytes:
        """A register with just this department and the bodies it names: what its own report may depend on."""
        names: set[str] = set()
        wanted = [department.id]
        while wanted:
            name = wanted.pop()
            if name not in names:
                names.add(name)
                wanted += [other for other in (self.register[name].parent, self.register[name].successor) if other]
        order = order_of(self.register)
        departments = self.read_yaml_file(REGISTER).data["departments"]
        entries = [departments[number] for number in sorted(order[name] for name in names)]
        return yaml.safe_dump({"departments": entries}, allow_unicode=True, sort_keys=False).encode()


@lru_cache(maxsize=4)
def order_of(register: Register) -> Mapping[str, int]:
    """Department's id → its place in the register, from 0."""
    return {name: number for number, name in enumerate(register.departments)}


def _unknown_section(name: str, known: Iterable[str], where: str) -> InputError:
    return InputError(f"Unknown section '{name}'.", where=where, mend=near_match(name, known))


def _check_levels(document: DefinitionDocument, file: YamlFile) -> None:
    levels = [level.id for level in document.approvals.levels]
    for number, level in enumerate(levels):
        if level in levels[:number]:
            raise InputError(
                f"Level '{level}' stands twice.",
                where=file.where(("approvals", "levels", number, "id")),
                mend="Ids are unique.",
            )
    for number, level in enumerate(document.approvals.required):
        if level not in levels:
            raise InputError(
                f"There is no level '{level}'.",
                where=file.where(("approvals", "required", number)),
                mend=near_match(level, levels),
            )


def _check_condition(when: str, where: str) -> None:
    match = _WHEN.match(when)
    if match is None:
        raise InputError(
            f"The condition '{when}' can't be read.",
            where=where,
            mend="Write `kind == government`, with kind, level or id, and == or !=.",
        )
    known = {"kind": KINDS, "level": LEVELS}.get(match[1])
    if known is not None and match[3] not in known:
        raise InputError(f"There is no {match[1]} '{match[3]}'.", where=where, mend=near_match(match[3], known))


def _applies(when: str | None, department: Department) -> bool:
    if when is None:
        return True
    match = _WHEN.match(when)
    assert match is not None
    attribute, operator, value = match.groups()
    return bool((getattr(department, attribute) == value) == (operator == "=="))


def _check_names(edition: Edition, document: SubmissionDocument, file: YamlFile) -> None:
    errors = [
        InputError(f"Unknown prose '{slot}'.", where=file.where(("prose", slot)), mend=near_match(slot, edition.slots))
        for slot in document.prose or {}
        if slot not in edition.slots
    ]
    taken = {*RESERVED, *(table.id for table in edition.tables)}
    errors += [
        InputError(
            f"A fact can't be called '{fact}'.",
            where=file.where(("facts", fact)),
            mend=f"These names are taken: {', '.join(sorted(taken))}.",
        )
        for fact in document.facts or {}
        if fact in taken
    ]
    if errors:
        raise InputErrors(errors)


def _register(document: RegisterDocument, file: YamlFile) -> Register:
    departments: dict[str, Department] = {}
    for number, entry in enumerate(document.departments):
        if entry.id in departments:
            raise InputError(
                f"Department '{entry.id}' stands twice.",
                where=file.where(("departments", number, "id")),
                mend="Ids are unique.",
            )
        departments[entry.id] = _department(entry)
    for number, department in enumerate(departments.values()):
        for key, other in (("parent", department.parent), ("successor", department.successor)):
            if other is not None and other not in departments:
                raise InputError(
                    f"Department '{department.id}' names the unknown {key} '{other}'.",
                    where=file.where(("departments", number, key)),
                    mend=near_match(other, departments),
                )
        _refuse_circle(departments, department, file.where(("departments", number, "parent")))
    return Register(departments)


def _refuse_circle(departments: Mapping[str, Department], start: Department, where: str) -> None:
    seen, above = {start.id}, start.parent
    while above is not None:
        if above in seen:
            raise InputError(
                f"Department '{start.id}' stands above itself.", where=where, mend="Correct the parents on this path."
            )
        seen.add(above)
        above = departments[above].parent


def _department(entry: DepartmentDocument) -> Department:
    contact = entry.contact
    return Department(
        id=entry.id,
        name=entry.name,
        short_name=entry.short_name,
        kind=entry.kind,
        level=entry.level,
        parent=entry.parent,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        successor=entry.successor,
        reports=entry.reports,
        contact=Contact(
            office=contact.office,
            address=contact.address,
            phone=contact.phone,
            portal=contact.portal,
            column=tuple(contact.column),
            url=contact.url,
        ),
    )


def deadline(department: Department, year: int) -> date:
    """When the report of a year is due: 31 January of the next, 31 March for a people's government (条例第四十九条)."""
    return date(year + 1, 3, 31) if department.kind == "government" else date(year + 1, 1, 31)
