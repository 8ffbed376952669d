"""The nouns of the project: frozen, complete at birth, no files.

All of them are in one module, long as it is: each is made of those above it, and readers look for any of them here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Self

from reportkit.digests import digest_of

Value = int | Decimal | None
"""A cell of a statutory table: a whole number, a Decimal, or None for missing. Missing is never 0."""

MISSING = "（缺）"
"""How a missing value is printed, everywhere."""

TABLE_MIME = "application/vnd.reportkit.table+json"
"""The mime type a Table travels under in a notebook's outputs."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom readers ask, and where the electronic copy is; printed in the preamble."""

    office: str | None = None
    address: str | None = None
    phone: str | None = None
    portal: str | None = None
    column: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """One body in the register. `reports` is False for a body named only as a parent or successor."""

    id: str
    name: str
    short_name: str
    kind: str
    level: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    reports: bool = True
    contact: Contact = field(default_factory=Contact)
    also_called: tuple[str, ...] = ()
    """Other names by which its own words call it."""

    def valid_in(self, year: int) -> bool:
        """Whether the body existed on at least one day of that year."""
        return (self.valid_from is None or self.valid_from.year <= year) and (
            self.valid_to is None or self.valid_to.year >= year
        )


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """All departments, in the order of the file, by id. Equal to itself alone: what is found in one is kept by it."""

    departments: Mapping[str, Department]

    def __iter__(self) -> Iterator[Department]:
        return iter(self.departments.values())

    def __getitem__(self, department_id: str) -> Department:
        return self.departments[department_id]

    def __contains__(self, department_id: object) -> bool:
        return department_id in self.departments


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of tables 二 三 四 for one department and year, by cell id; every cell of the edition is here."""

    edition: str
    cells: Mapping[str, Value]

    def __getitem__(self, cell_id: str) -> Value:
        return self.cells[cell_id]

    def missing(self) -> tuple[str, ...]:
        """Ids of the cells that weren't stated, in table order."""
        return tuple(cell_id for cell_id, value in self.cells.items() if value is None)


@dataclass(frozen=True, slots=True)
class Fact:
    """A named number used in prose. `text` is how it is printed where that isn't the bare number (18万余)."""

    id: str
    value: int | Decimal
    unit: str
    source: str | None = None
    text: str | None = None

    @property
    def printed(self) -> str:
        return self.text if self.text is not None else format_number(self.value)


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a cell holds that is not a figure (-3, 2.5, 约10); the cell is missing, and rule T3-4 reports it."""

    cell: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What one department hands in for one year. Prose is Markdown with `{{ fact }}` not yet bound, by slot id."""

    department: str
    year: int
    figures: Figures
    facts: Mapping[str, Fact]
    prose: Mapping[str, str]
    published_on: date | None = None
    issued_on: date | None = None
    index_number: str | None = None
    validity: str | None = None
    decisions: tuple[str, ...] = ()
    """Chinese sentences on what was decided for the figures (none received, blanks are zero).

    Each is a finding of the kind I, and is listed in figures.json.
    """
    misfits: tuple[Misfit, ...] = ()
    short_rows: tuple[str, ...] = ()
    """Rows that were stated without a total and end with what their other numbers come to: it may be the total."""
    carried_over: tuple[str, ...] = ()
    """Slots whose words are last year's, to be rewritten: while they are, the report is a draft."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A published report of a closed year made again, for a reason: 更正, numbered from 1."""

    number: int
    on: date
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "on": self.on.isoformat(), "reason": self.reason}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError, LookupError or TypeError where it is none."""
        return cls(int(data["number"]), date.fromisoformat(data["on"]), str(data["reason"]))


BodyKind = Literal["government", "office", "department", "agency"]
"""What kind of body a department is: a people's government, its general office, a department of it, an agency."""


class State(StrEnum):
    """Where a report is between a department's desk and the portal; late (逾期) is a flag beside it."""

    NOT_SUBMITTED = "未填报"
    DRAFT = "草稿"
    IN_REVIEW = "待审"
    RETURNED = "退回"
    APPROVED = "已签发"
    PUBLISHED = "已发布"
    NOT_PUBLISHED = "未发布"
    """Of a closed year, in which nothing was published."""


class Severity(StrEnum):
    """E blocks publication, W does not; `?` could not be assessed, which is never a pass; I is information."""

    ERROR = "E"
    WARNING = "W"
    UNASSESSABLE = "?"
    INFORMATION = "I"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A reviewer's decision to accept a finding: rule, place, reason, who decided so, and until when.

    `place` is a cell, a row, a table, a prose slot, or words that the finding quotes. `where` is its own line.
    """

    rule: str
    place: str
    reason: str
    by: str
    until: date
    where: str = ""
    sentence: str = ""
    """The digest of the one sentence that is meant; empty where the rule isn't on words."""

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason, "by": self.by, "until": self.until.isoformat()}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check reports: which rule, how severe, what is wrong, where, and how to fix it (in Chinese).

    `cells` are the figures it is about; `slot` and `quote` the department's words, or those of a notebook.
    `lacks_history`: it could not be assessed for want of last year's data alone, which makes no draft.
    """

    rule: str
    severity: Severity
    what: str
    where: str
    fix: str
    cells: tuple[str, ...] = ()
    slot: str = ""
    quote: str = ""
    lacks_history: bool = False
    waiver: Mapping[str, Any] | None = None
    sentence: str = ""
    """The digest of the sentence that it is about, by which it can be waived."""

    @property
    def is_error(self) -> bool:
        """Whether it blocks publication and isn't waived."""
        return self.severity is Severity.ERROR and self.waiver is None

    @property
    def blocks(self) -> bool:
        """Whether a report with it is a draft: an error, or an input of this year's that is missing."""
        return self.is_error or (self.severity is Severity.UNASSESSABLE and not self.lacks_history)

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "rule": self.rule,
            "severity": self.severity.value,
            "what": self.what,
            "where": self.where,
            "mend": self.fix,
            "cells": list(self.cells),
        }
        if self.slot:
            data["slot"] = self.slot
        if self.quote:
            data["quote"] = self.quote
        if self.sentence:
            data["sentence"] = self.sentence
        if self.lacks_history:
            data["lacks_history"] = True
        if self.waiver is not None:
            data["waiver"] = dict(self.waiver)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        rest = {key: value for key, value in data.items() if key != "mend"}
        severity, cells = Severity(data["severity"]), tuple(data["cells"])
        return cls(**{**rest, "fix": data["mend"], "severity": severity, "cells": cells})


@dataclass(frozen=True, slots=True)
class Checked:
    """One report's findings; or the error because of which it can't be read, and no findings.

    `missing` is how many cells weren't stated.
    """

    year: int
    department: str
    name: str
    findings: tuple[Finding, ...]
    draft: bool
    error: Exception | None = None
    missing: int = 0

    @property
    def report(self) -> str:
        return f"{self.year}/{self.department}"

    def to_json(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "department": self.department,
            "name": self.name,
            "draft": self.draft,
            "error": str(self.error) if self.error else None,
            "code": getattr(self.error, "code", None),
            "findings": [finding.to_json() for finding in self.findings],
        }

    @property
    def fails(self) -> bool:
        """Whether it can't be read or has an error that isn't waived."""
        return self.error is not None or any(finding.is_error for finding in self.findings)


Role = Literal["corner", "block", "column", "row", "data"]
"""What a table cell is: the corner, a full-width block heading, a column head, a row head, or a figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a Table. A figure has an id such as `requests.refused.state_secret/natural_person`."""

    text: str
    role: Role
    rowspan: int = 1
    colspan: int = 1
    id: str | None = None
    missing: bool = False

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"text": self.text, "role": self.role}
        if self.rowspan > 1:
            data["rowspan"] = self.rowspan
        if self.colspan > 1:
            data["colspan"] = self.colspan
        if self.id is not None:
            data["id"] = self.id
        if self.missing:
            data["missing"] = True
        return data


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell with the grid place of its upper left corner, counted from 0."""

    row: int
    column: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """The only table model: rows of cells in reading order, rendered to HTML, Typst, and the rest.

    `widths` are relative column widths, `head_rows` the rows that are repeated on each page.
    """

    id: str
    caption: str
    unit: str
    widths: tuple[float, ...]
    head_rows: int
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None

    def placed(self) -> tuple[PlacedCell, ...]:
        """Every cell with its place in the grid, merges unfolded."""
        taken: set[tuple[int, int]] = set()
        found: list[PlacedCell] = []
        for row_number, row in enumerate(self.rows):
            column = 0
            for cell in row:
                while (row_number, column) in taken:
                    column += 1
                found.append(PlacedCell(row_number, column, cell))
                taken.update(
                    (row_number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)
                )
                column += cell.colspan
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        return {
            "version": 1,
            "id": self.id,
            "caption": self.caption,
            "unit": self.unit,
            "widths": list(self.widths),
            "head_rows": self.head_rows,
            "note": self.note,
            "rows": [[cell.to_json() for cell in row] for row in self.rows],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            id=data["id"],
            caption=data["caption"],
            unit=data["unit"],
            widths=tuple(data["widths"]),
            head_rows=data["head_rows"],
            note=data["note"],
            rows=tuple(tuple(Cell(**cell) for cell in row) for row in data["rows"]),
        )


LAST_YEAR = "last_year."
"""What the name of a number of last year's begins with."""
OF_YEAR = "of_year."
"""What that of a year before begins with: `of_year.2022.requests.received.total`."""


def year_of(report_year: int, name: str) -> tuple[int, str]:
    """Of which year a number is by its name in the report of a year, and what that year calls it."""
    if name.startswith(OF_YEAR):
        year, _, rest = name.removeprefix(OF_YEAR).partition(".")
        return int(year), rest
    return (report_year - 1, name.removeprefix(LAST_YEAR)) if name.startswith(LAST_YEAR) else (report_year, name)


def of_year(report_year: int, year: int, name: str) -> str:
    """The name of a year's number in the report of a year."""
    if year == report_year:
        return name
    return f"{LAST_YEAR}{name}" if year == report_year - 1 else f"{OF_YEAR}{year}.{name}"


WRITTEN, SLICE, UNREAD, FLOATING = "标注", "占比", "图形", "起点"
"""The series of numbers that were written into a chart and that it doesn't draw; of slices that aren't the data's; of
shapes that can't be held against given data, by kind and how many they are; of where bars begin that stand on nothing.
"""


@dataclass(frozen=True, slots=True)
class PlottedPoint:
    """A number that a chart draws: in which series, below which label; `name` is the figure or fact behind it."""

    series: str
    label: str
    value: int | float
    name: str = ""

    def to_json(self) -> list[Any]:
        return [self.series, self.label, self.value, *([self.name] if self.name else [])]


@dataclass(frozen=True, slots=True)
class BoundWords:
    """Characters of a chart's `caption` or `alt` that a name was replaced by."""

    part: str
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What travels with a chart: caption, alt text, source, unit, and the plotted data as a small table.

    `columns` are its heads; each row of `rows` starts with its label, then plain numbers. `number` is the one that
    it has in a whole report, from 1; None as long as it is in none. `shapes` is the digest of what is drawn
    beside the data, a line across bars for example; empty where nothing is.

    What no reader sees tells where numbers come from, and makes no exhibit another: `names` are the figures and facts
    behind the values, by row (`last_year.requests.granted.total`; empty where a number was typed), none where all were
    typed. `beside` are the numbers that are drawn and aren't in the data, `bound` the places of names in the words.
    """

    caption: str
    alt: str
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]
    source: str | None = None
    number: int | None = None
    shapes: str = ""
    names: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    beside: tuple[PlottedPoint, ...] = field(default=(), compare=False)
    bound: tuple[BoundWords, ...] = field(default=(), compare=False)

    def points(self) -> Iterator[PlottedPoint]:
        """Every number that it draws, those of the data first."""
        for number, row in enumerate(self.rows):
            names = self.names[number] if number < len(self.names) else ()
            for place, value in enumerate(row[1:]):
                if not isinstance(value, str):
                    series = self.columns[place + 1] if place + 1 < len(self.columns) else ""
                    yield PlottedPoint(series, str(row[0]), value, names[place] if place < len(names) else "")
        yield from self.beside

    def to_json(self) -> dict[str, Any]:
        return {
            "caption": self.caption,
            "alt": self.alt,
            "unit": self.unit,
            "source": self.source,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            **({} if self.number is None else {"number": self.number}),
            **({"shapes": self.shapes} if self.shapes else {}),
            **({"names": [list(each) for each in self.names]} if self.names else {}),
            **({"beside": [each.to_json() for each in self.beside]} if self.beside else {}),
            **({"bound": [[each.part, each.start, each.end, each.name] for each in self.bound]} if self.bound else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            caption=data["caption"],
            alt=data["alt"],
            unit=data["unit"],
            source=data["source"],
            columns=tuple(data["columns"]),
            rows=tuple(tuple(row) for row in data["rows"]),
            number=data.get("number"),
            shapes=data.get("shapes", ""),
            names=tuple(tuple(row) for row in data.get("names", ())),
            beside=tuple(PlottedPoint(*each) for each in data.get("beside", ())),
            bound=tuple(BoundWords(*each) for each in data.get("bound", ())),
        )


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a report's kernels are given: a network or none, memory, environment variables besides the usual ones.

    `memory_mb` is each kernel's most, None without limit; `environment` are names, of variables that may hold secrets.
    `output_mb` is the most that a notebook's cells may show together.
    """

    network: bool = False
    memory_mb: int | None = None
    environment: tuple[str, ...] = ()
    output_mb: int = 16


@dataclass(frozen=True, slots=True)
class Job:
    """One planned notebook execution: `notebook` is its source as bytes.

    `needs` are digests, by what they are of, of all that decides its outcome besides what it reads of the inputs.
    """

    section: str
    name: str
    notebook: bytes
    parameters: Mapping[str, Any]
    timeout_s: int
    needs: Mapping[str, str] = field(default_factory=dict)


FILES = "files"
"""Among what a Run has read, in the place of a report: other files by their path, with their state then."""


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of one Job: the executed notebook as bytes, and the failure where there was one.

    `reads` are what it read of each report that it opened, by key, and of FILES; None where that isn't known.
    `executed` is False for one that was kept. `began` is in seconds since 1970, `peak_bytes` the most memory that its
    kernel had, None where that isn't known; `tries` are 2 where its kernel died the first time.
    """

    job: Job
    notebook: bytes | None
    seconds: float
    failure: Exception | None = None
    reads: Mapping[str, Mapping[str, str]] | None = None
    executed: bool = True
    began: float = 0.0
    peak_bytes: int | None = None
    tries: int = 1

    def without_bytes(self) -> Self:
        """The same Run without the bytes of its notebook."""
        return replace(self, job=replace(self.job, notebook=b""), notebook=None, reads=None)


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """What a document says of itself: its title, whose it is, its dates; whether it is a draft, and what it lacks.

    `title_lines` are the title as it is printed; `missing` is how many cells weren't stated, `pending` the levels that
    haven't approved it yet, `findings` what a draft shows of them: kind, rule, where, what, mend. `site` has what the
    meta tags of a page name: name, domain, id_code. `called` is what a project's own edition calls this kind of report.
    """

    title: str
    title_lines: tuple[str, ...]
    name: str = ""
    department: str = ""
    year: int | None = None
    edition: str = ""
    called: Mapping[str, str] = field(default_factory=dict)
    draft: bool = False
    missing: int = 0
    published_on: date | None = None
    issued_on: date | None = None
    index_number: str | None = None
    validity: str | None = None
    decisions: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    site: Mapping[str, str | None] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    findings: tuple[Mapping[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What travels in an assembled notebook's metadata."""
        data: dict[str, Any] = {
            "title": self.title,
            "title_lines": list(self.title_lines),
            "name": self.name,
            "department": self.department,
            "year": self.year,
            "edition": self.edition,
            "draft": self.draft,
            "missing": self.missing,
            "published_on": self.published_on and self.published_on.isoformat(),
            "issued_on": self.issued_on and self.issued_on.isoformat(),
            "index_number": self.index_number,
            "decisions": list(self.decisions),
            "site": dict(self.site),
        }
        if self.called:
            data["called"] = dict(self.called)
        if self.validity:
            data["validity"] = self.validity
        if self.corrections:
            data["corrections"] = [each.to_json() for each in self.corrections]
        if self.pending:
            data["pending"] = list(self.pending)
        if self.draft:
            data["findings"] = [dict(each) for each in self.findings]
        return data


@dataclass(frozen=True, slots=True)
class Environment:
    """What shapes the bytes of every report besides its inputs: versions, the package's digest, the fonts.

    `roles` says which family serves each role, `font_files` has the sha256 of each file by its name.
    """

    python: str
    libraries: Mapping[str, str]
    code: str
    source_date_epoch: int | None
    roles: Mapping[str, str]
    font_files: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return {
            "python": self.python,
            "libraries": dict(self.libraries),
            "code": self.code,
            "source_date_epoch": self.source_date_epoch,
            "fonts": {"roles": dict(self.roles), "files": dict(self.font_files)},
        }

    def parts(self) -> dict[str, str]:
        """Each thing that can change by itself, by its name; the fonts as one."""
        return {
            "python": self.python,
            **{f"library {name}": version for name, version in self.libraries.items()},
            "the package's code and templates": self.code,
            "SOURCE_DATE_EPOCH": str(self.source_date_epoch),
            "fonts": digest_of({"roles": dict(self.roles), "files": dict(self.font_files)}),
        }


@dataclass(frozen=True, slots=True)
class Execution:
    """What the kernels are given: jobs, and files by project-relative path.

    `kept` are executed notebooks of an earlier build, by name: jobs that need not run.
    """

    jobs: tuple[Job, ...]
    inputs: Mapping[str, bytes]
    confinement: Confinement = Confinement()
    kept: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the finished document is checked against.

    `figures` are what its pages are read back against, `history` last year's, `words` the department's by slot with
    names bound, `register` the bodies that its words may name, `findings` those on its inputs. `facts` are the
    department's numbers besides, `last_year` its own submission of the year before, `earlier` those of
    years before that: what notebooks may draw.
    """

    figures: Figures
    history: Figures | None
    words: Mapping[str, str]
    register: Register
    findings: tuple[Finding, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    last_year: Submission | None = None
    earlier: Mapping[int, Submission] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendering:
    """How the document becomes files: formats, fonts, and what shapes the bytes.

    `sbom` is the file, below outputs/, that lists what is installed; a report is not made again for that alone.
    """

    formats: tuple[str, ...]
    font_paths: tuple[str, ...]
    system_fonts: bool
    environment: Environment
    sbom: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalsAsked:
    """Which levels must have approved the report: ids in `required`, of those in `levels` (id → label).

    `file` holds the approvals as bytes; it is empty where none are asked for.
    """

    file: bytes = b""
    levels: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Digests of what a plan holds, by what they are of: `made_from` is over `parts`, `digest` over approvals too."""

    parts: Mapping[str, str]
    made_from: str
    digest: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One report with all its inputs as bytes, and its jobs; nothing else is needed to build it.

    With a `correction` it is the report of a closed year that is made again for that reason.
    """

    department: Department
    year: int
    head: DocumentHead
    execution: Execution
    basis: Basis
    rendering: Rendering
    origin: Origin
    approvals: ApprovalsAsked = ApprovalsAsked()
    correction: Correction | None = None

    @property
    def name(self) -> str:
        return f"{self.year}/{self.department.id}"

    @property
    def digest(self) -> str:
        return self.origin.digest

    def with_jobs(self, jobs: tuple[Job, ...]) -> Self:
        """The same plan with other jobs: without their notebooks' bytes, for one, which travel apart."""
        return replace(self, execution=replace(self.execution, jobs=jobs))


class Outcome(StrEnum):
    """What became of a report in one build."""

    PUBLISHED = "published"
    DRAFT = "draft"
    FAILED = "failed"
    UP_TO_DATE = "up-to-date"
    CLOSED = "closed"
    """Of a closed year: not built; what is published is what its manifest says."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything one report produced, held in memory until it may be published: files by name."""

    year: int
    department: str
    outcome: Outcome
    draft: bool
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    failure: Exception | None = None
    runs: tuple[Run, ...] = ()
    """Also those that were executed before something failed."""
    executed: tuple[str, ...] = ()
    """Names of the notebooks that were run for it."""
    missing: int = 0
    """How many cells weren't stated."""
    of_document: tuple[Finding, ...] = ()
    """Those of the findings that only the finished document shows: `check` can't know them."""

    @classmethod
    def failed(cls, plan: Plan, failure: Exception, seconds: float = 0.0, runs: tuple[Run, ...] = ()) -> Self:
        """The Bundle of a report that could not be built or put in its place."""
        name, executed = plan.department.id, tuple(run.job.name for run in runs if run.executed)
        return cls(
            plan.year, name, Outcome.FAILED, plan.head.draft, {}, plan.basis.findings, seconds, failure, runs, executed
        )

    def with_origin(self, plan: Plan) -> Self:
        """The same Bundle of a finished report with what its plan knows: missing cells, and which findings are new."""
        return replace(self, missing=plan.head.missing, of_document=self.findings[len(plan.basis.findings) :])


Step = Plan | Bundle
"""What a build does next: a report to be made, or the Bundle of one for which nothing needs to be made."""

Finished = tuple[Plan, Bundle] | Bundle
"""What comes back: a report that was made, with its Plan; or a Bundle as it went in."""


def format_number(value: Value) -> str:
    """A number as the statutory tables print it: plain digits, no separators; a missing one as （缺）."""
    if value is None:
        return MISSING
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
