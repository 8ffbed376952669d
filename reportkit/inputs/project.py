"""The project on disk: its definition, register and submissions, each read and checked when asked for."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from reportkit.editions import Edition, Editions
from reportkit.editions.loading import OWN
from reportkit.errors import InputError, ProjectError, ReportkitError, near_match
from reportkit.inputs.definition import read_definition, sections_for, told
from reportkit.inputs.definition_documents import DefinitionDocument, SectionDocument
from reportkit.inputs.file_names import is_lock, misnamed
from reportkit.inputs.files import DEFINITION, REGISTER, Files, submission_path
from reportkit.inputs.register import read_register, register_part
from reportkit.inputs.submission import read_submission
from reportkit.model import Department, Register, Submission

_YEAR = re.compile(r"[12][0-9]{3}\Z")
_NEARLY_YEAR = re.compile(r"\s*\d[\d\s]*年?度?\s*\Z")
_EDITION = re.compile(r"[a-z0-9][a-z0-9-]*\.yaml\Z")
_YAML = re.compile(r"^[^.].*\.ya?ml", re.I | re.S)
_BESIDE = (".waivers.yaml", "~")


def _is_submission(name: str) -> bool:
    return _YAML.search(name) is not None and not name.endswith(_BESIDE) and not is_lock(name)


@dataclass
class Project:
    """A project's inputs, each read once."""

    root: Path
    overlay: Mapping[str, Path] = field(default_factory=dict)
    """Files from elsewhere that replace the project's own, by project-relative path."""
    _submissions: dict[str, dict[int, Submission]] = field(default_factory=dict, repr=False)
    """By department and year."""

    @cached_property
    def files(self) -> Files:
        """The bytes that everything else is read from."""
        return Files(self.root, self.overlay)

    def with_submission(self, year: int, department_id: str, path: Path) -> "Project":
        """The project with a file from elsewhere as one submission; what is known of the rest stays known."""
        other = Project(self.root, {**self.overlay, submission_path(year, department_id): path})
        known = ("register", "_defined", "_own_editions", "editions")
        other.__dict__.update({part: self.__dict__[part] for part in known if part in self.__dict__})
        return other

    @cached_property
    def definition(self) -> DefinitionDocument:
        """What report.yaml says. Raises InputError with its line."""
        return self._defined[0]

    @cached_property
    def editions(self) -> Editions:
        """The statutory formats with what the project adds: its own editions, the parts that report.yaml adds.

        A report's unpacked inputs have no report.yaml: their editions are whole. Raises InputError with the line.
        """
        return self._defined[1] if self.files.has(DEFINITION) else Editions(self._own_editions)

    def editions_have_changed(self) -> bool:
        """Whether the files of the project's own editions aren't any more what was read of them."""
        names = self.files.in_folder(OWN)
        return set(names) != set(self._own_editions) or any(map(self.files.has_changed, names))

    @cached_property
    def _defined(self) -> tuple[DefinitionDocument, Editions]:
        return read_definition(self.files.yaml(DEFINITION), self._own_editions)

    @cached_property
    def _own_editions(self) -> dict[str, bytes]:
        names = self.files.in_folder(OWN)
        for name in names:
            if not _EDITION.match(name.removeprefix(OWN)):
                raise InputError("edition_file_named", where=name, name=name)
        return {name: self.files.read(name) for name in names}

    def is_closed(self, year: int) -> bool:
        """Whether reports of that year are only verified, and not built any more."""
        return self.definition.open_years is not None and year not in self.definition.open_years

    def asks_for(self, year: int, department: Department) -> bool:
        """Whether a department has to hand in a report of a year: from report.yaml's first_year on.

        Without that key the newest year is asked of everybody, an earlier one of those that have handed in that one or
        one before: a single old file asks nobody else for anything.
        """
        if not (self.editions.has_year(year) and department.reports and department.valid_in(year)):
            return False
        first = self.definition.first_year
        if first is None:
            newest = self.years[-1] if self.years else year
            first = min(newest, self._first_submitted.get(department.id, newest))
        return year >= first

    @cached_property
    def _first_submitted(self) -> dict[str, int]:
        """The first year that each department has a file for."""
        return {each: year for year in reversed(self.years) for each in self.submitted(year)}

    @cached_property
    def without_notebooks(self) -> tuple[tuple[str, SectionDocument], ...]:
        """Parts of the project's own whose notebook isn't there, with their lines: a report without words of theirs
        is made without it, so that nothing else would say so.
        """
        file = self.files.yaml(DEFINITION)
        return tuple(
            (file.where(("sections", number, "notebook")), each)
            for number, each in enumerate(self.definition.sections)
            if each.title is not None and not self.files.has(f"notebooks/{each.notebook}")
        )

    def sections_for(
        self, department: Department, edition: Edition, submission: Submission
    ) -> tuple[SectionDocument, ...]:
        """The notebooks that make up this department's report, in order."""
        self.files.note(DEFINITION)
        return told(sections_for(self.definition, department, edition, submission.year), edition, submission)

    def edition_of(self, submission: Submission) -> Edition:
        """The edition of a submission's year, without the parts of the project's own that its report doesn't have."""
        edition = self.editions.for_year(submission.year)
        if not any(section.own for section in edition.sections) or not self.files.has(DEFINITION):
            return edition
        department = self.department(submission.department)
        told_there = {each.section for each in sections_for(self.definition, department, edition, submission.year)}
        absent = frozenset(each.id for each in edition.sections if each.own and each.id not in told_there)
        return self.editions.without(edition, absent)

    def parts(self, submission: Submission) -> tuple[str, ...]:
        """The titles of the parts that make up a report, in order; the format's where the project adds nothing."""
        edition = self.editions.for_year(submission.year)
        if not self.editions.is_own(edition.id):
            return tuple(each.title for each in edition.sections if each.title)
        found = self.sections_for(self.department(submission.department), edition, submission)
        titles = {each.id: each.title for each in edition.sections}
        return tuple(title for each in found if (title := titles[each.section]))

    def title_place(self, edition: Edition, section_id: str) -> str:
        """The file and line of the title of a part that the project has added."""
        keys = {DEFINITION: "section"} | dict.fromkeys(self.editions.own_files(edition.id), "id")
        for name, key in keys.items():
            file = self.files.yaml(name)
            for number, each in enumerate(file.data.get("sections") or ()):
                if each[key] == section_id and "title" in each:
                    return file.where(("sections", number, "title"))
        return DEFINITION

    @cached_property
    def register(self) -> Register:
        """All departments. Raises InputError with its line."""
        file = self.files.yaml(REGISTER)
        found = read_register(file)
        # Nothing is wrong with it, so its lines aren't needed; they take more memory than what it says.
        self.files.keep(replace(file, lines={}, text_lines={}))
        return found

    def department(self, department_id: str) -> Department:
        """One department. Raises ProjectError with the nearest id where there is none."""
        if department_id not in self.register:
            raise ProjectError(
                "unknown_department",
                where=REGISTER,
                department=department_id,
                near=near_match(department_id, self.register.departments),
            )
        return self.register[department_id]

    def reporting(self, year: int, department_id: str) -> Department:
        """The department that a submission of a year is of.

        Raises InputError where its file is a copy, or is named otherwise than by an id; else as `department` does.
        """
        if department_id not in self.register and (found := misnamed(department_id, self.register)):
            said, file = found
            raise InputError(said, where=f"params/{year}/{file}")
        return self.department(department_id)

    def register_part(self, department: Department) -> bytes:
        """A register with just this department and the bodies it names: what its own report may depend on."""
        return register_part(self.register, self.files.yaml(REGISTER), department)

    def register_part_now(self, department: Department) -> bytes:
        """The same of the register as the file is now; empty where it can't be read."""
        if not self.files.has_changed(REGISTER):
            return self.register_part(department)
        try:
            now = Project(self.root, self.overlay)
            return now.register_part(now.department(department.id))
        except ReportkitError:
            return b""

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Report years that have a folder of submissions, oldest first."""
        folders = (self.root / "params").iterdir() if (self.root / "params").is_dir() else ()
        return tuple(sorted(int(entry.name) for entry in folders if entry.is_dir() and _YEAR.match(entry.name)))

    @cached_property
    def misnamed(self) -> tuple[str, ...]:
        """Folders of params/ that are nearly named as a year, `20240` or `２０２４`: what is in them isn't read."""
        params = self.root / "params"
        folders = [entry.name for entry in params.iterdir() if entry.is_dir()] if params.is_dir() else []
        return tuple(sorted(name for name in folders if not _YEAR.match(name) and _NEARLY_YEAR.match(name)))

    @cached_property
    def locks(self) -> tuple[str, ...]:
        """Files that programs have left beside submissions that are open: what is in them isn't read."""
        found = [entry for year in self.years for entry in (self.root / "params" / str(year)).iterdir()]
        return tuple(sorted(entry.relative_to(self.root).as_posix() for entry in found if is_lock(entry.name)))

    def submitted(self, year: int) -> tuple[str, ...]:
        """Ids of the departments that handed in a file for that year, in register order.

        Unknown ids and other file names come last: each is a report that fails, never one that is passed over.
        """
        folder = self.root / "params" / str(year)
        names: list[str] = []
        if folder.is_dir():
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries]
        prefix = f"params/{year}/"
        names += [name.removeprefix(prefix) for name in self.overlay if name.startswith(prefix)]
        found = {name.removesuffix(".yaml") for name in names if _is_submission(name)}
        known = [department.id for department in self.register if department.id in found]
        return (*known, *sorted(found.difference(known)))

    def has_submission(self, year: int, department_id: str) -> bool:
        return self.files.has(submission_path(year, department_id))

    def submission(self, year: int, department_id: str) -> Submission:
        """One submission, with every mistake in it collected into one error; read once."""
        name = submission_path(year, department_id)
        other = f"{name.removesuffix('.yaml')}.yml"
        self.files.note(name)
        self.files.note(other)
        read = self._submissions.setdefault(department_id, {})
        if year not in read:
            if self.files.has(other):
                raise InputError("two_submissions", where=f"{name} and {other}")
            edition = self.editions.for_year(year)
            if not self.files.has(name):
                raise InputError("no_submission", where=name, name=name)
            read[year] = read_submission(edition, self.files.yaml(name), year, department_id)
        return read[year]

    def forget(self, department_id: str) -> None:
        """Drops what was read of a department's files, where thousands are read one after the other."""
        self.files.forget(department_id)
        self._submissions.pop(department_id, None)
