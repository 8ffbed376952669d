"""An Edition: the statutory format in force for a span of years, read from its YAML file and indexed by cell id."""

import re
from collections.abc import Collection
from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reportkit.digests import digest_of
from reportkit.editions.grammar import names_in, parse_sum
from reportkit.editions.publication import Publication
from reportkit.editions.rules import Clause, RuleSpec, rule_catalogue
from reportkit.editions.tables import ID, CellSpec, TableSpec, block_cells
from reportkit.errors import InputError, near_match
from reportkit.messages.said import Said
from reportkit.text.validation import Misplaced


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Citations(_Data):
    """What reports cite: the regulation, its decree's number; the format's document, its title where that matters."""

    regulation: str
    decree: str
    format: str
    format_title: str = ""


class Slot(_Data):
    """A place for a department's own words."""

    id: str = Field(pattern=ID)
    label: str
    required: bool = False
    most_characters: int | None = None


class Section(_Data):
    """One of the report's parts; `title` is None for the preamble, `headings` are its statutory sub-headings.

    `own` are those that a project has added.
    """

    id: str = Field(pattern=ID)
    title: str | None
    headings: tuple[str, ...] = Field(default=(), strict=False)
    most_characters: int | None = None
    prose: tuple[Slot, ...] = Field(default=(), strict=False)
    table: str | None = None
    own: bool = False

    @property
    def may_lack(self) -> bool:
        """Whether a report may do without it: a project's own that has neither a table nor words that must be there."""
        return self.own and self.table is None and not any(slot.required for slot in self.prose)


class NoneReceived(_Data):
    """Which row `none_received` states to be 0, and which whole table where a second row is stated 0 as well."""

    row: str
    and_row: str
    then_table: str


_UNTOLD = ("rules", "outdated_words", "publication", "additions_after", "guidance")


class Edition(_Data):
    """Sections, tables and rules of one statutory format. Data, not code: no table is described in Python."""

    id: str
    name: str
    first_year: int
    last_year: int | None
    title: str
    publication: Publication
    sections: tuple[Section, ...] = Field(strict=False)
    tables: tuple[TableSpec, ...] = Field(strict=False)
    derived: dict[str, str] = {}
    none_received: NoneReceived
    citations: Citations | None = None
    outdated_words: tuple[str, ...] = Field(default=(), strict=False)
    rules: tuple[str | RuleSpec, ...] = Field(default=(), strict=False)
    additions_after: tuple[str, ...] = Field(default=(), strict=False)
    guidance: dict[str, str] = {}

    @cached_property
    def told_digest(self) -> str:
        """sha256 over what sections can see of it: not over its rules, and what it is called elsewhere."""
        return digest_of(self.model_dump(mode="json", exclude=set(_UNTOLD)))

    @cached_property
    def called(self) -> dict[str, str]:
        """What pages, letters and files call this kind of report and its tables."""
        words = self.publication
        tables = "、".join(f"表{table.number}" for table in self.tables)
        return {name: getattr(words, name) for name in ("report", "short", "subject", "column_type")} | {
            "tables": tables
        }

    def without(self, sections: Collection[str]) -> "Edition":
        """The edition without some of its sections; a table of such a one is still there."""
        if not sections:
            return self
        told = {name: getattr(self, name) for name in Edition.model_fields}
        left = tuple(each for each in self.sections if each.id not in sections)
        return Edition(**{**told, "sections": left})

    @property
    def document(self) -> str:
        """The document that the format is from, as reports cite it."""
        return self.citations.format if self.citations else self.name

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def table(self, table_id: str) -> TableSpec:
        for table in self.tables:
            if table.id == table_id:
                return table
        raise LookupError(f"edition {self.id} has no table '{table_id}'")

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """All places for prose, by id, in the order of the report."""
        return {slot.id: slot for section in self.sections for slot in section.prose}

    @cached_property
    def cells(self) -> dict[str, CellSpec]:
        """Every figure of every table by cell id, in reading order."""
        found: dict[str, CellSpec] = {}
        for number, table in enumerate(self.tables):
            for block in table.blocks:
                for spec in block_cells(table, block):
                    if spec.id in found:
                        raise Misplaced(Said("edition_cell_twice", cell=spec.id), "tables", number)
                    found[spec.id] = spec
        return found

    @cached_property
    def rows(self) -> dict[str, tuple[CellSpec, ...]]:
        """The cells of each row of figures, by row id."""
        found: dict[str, list[CellSpec]] = {}
        for spec in self.cells.values():
            found.setdefault(spec.row, []).append(spec)
        return {row: tuple(specs) for row, specs in found.items()}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Row ids below each group's id (`requests.refused`), by group id."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            parts = row.split(".")
            for length in range(2, len(parts)):
                found.setdefault(".".join(parts[:length]), []).append(row)
        return {group: tuple(rows) for group, rows in found.items()}

    def rows_of(self, name: str) -> tuple[str, ...] | None:
        """The rows that a row's or a group's id stands for; None where the edition has no such id."""
        return (name,) if name in self.rows else self.groups.get(name)

    @cached_property
    def rulebook(self) -> dict[str, RuleSpec]:
        """Every rule that holds in this edition, by id; one of the catalogue with the clauses that fit its tables."""
        found: dict[str, RuleSpec] = {}
        for place, rule in enumerate(self.rules):
            spec = self._from_catalogue(rule, place) if isinstance(rule, str) else rule
            if spec.id in found:
                raise Misplaced(Said("rule_twice", rule=spec.id), "rules", place)
            found[spec.id] = spec
        return found

    def _from_catalogue(self, rule_id: str, place: int) -> RuleSpec:
        catalogue = rule_catalogue()
        if rule_id not in catalogue:
            raise Misplaced(Said("rule_unknown", rule=rule_id, near=near_match(rule_id, catalogue)), "rules", place)
        rule = catalogue[rule_id]
        fitting = tuple(clause for clause in rule.clauses if not self._misfit(clause))
        if rule.clauses and not fitting:
            raise Misplaced(Said("rule_misfit", rule=rule_id, why=self._misfit(rule.clauses[0])), "rules", place)
        return rule.model_copy(update={"clauses": fitting})

    def fits(self, clause: Clause) -> bool:
        """Whether a clause can hold in this edition."""
        return not self._misfit(clause)

    def _misfit(self, clause: Clause) -> Said | None:
        """Why a clause can't hold in this edition: a name that its table lacks; None where it can."""
        if not any(spec.table == clause.table for spec in self.cells.values()):
            return Said("misfit_no_table", table=clause.table)
        names = {term.name for term in names_in(clause.condition)}
        if all(term.last_year for term in names_in(clause.condition)):
            return Said("misfit_no_cell")
        columns = {spec.column for spec in self.cells.values() if spec.table == clause.table}
        for name, of_rows in (
            *((name, clause.each == "column") for name in sorted(names)),
            *((name, clause.each == "row") for name in clause.only),
            *((name, False) for name in (clause.mild_with,) if name),
        ):
            if not (self.rows_of(f"{clause.table}.{name}") if of_rows else name in columns):
                return _lacks(clause.table, name, of_rows=of_rows)
        if clause.each == "row":
            return self._lacking(clause, names)
        return None

    def _lacking(self, clause: Clause, columns: set[str]) -> Said | None:
        """The first row that a clause holds for and that lacks one of its columns; only rows that it names must not."""
        named = [row for name in clause.only for row in self.rows_of(f"{clause.table}.{name}") or ()]
        for row in named:
            lacking = sorted(columns - {spec.column for spec in self.rows[row]})
            if lacking:
                return Said("misfit_row_lacks", row=row, column=lacking[0])
        every = [row for row, specs in self.rows.items() if specs[0].table == clause.table]
        if not any(columns <= {spec.column for spec in self.rows[row]} for row in named or every):
            return Said("misfit_no_row_has", table=clause.table, columns=sorted(columns))
        return None

    @model_validator(mode="after")
    def _names_only_what_exists(self) -> Self:
        for position, rule in enumerate(self.rulebook.values()):
            for number, clause in enumerate(rule.clauses):
                if misfit := self._misfit(clause):
                    said = Said("rule_misfit", rule=rule.id, why=misfit)
                    raise Misplaced(said, "rules", position, "clauses", number)
            for other in rule.cancels:
                if other not in self.rulebook:
                    raise Misplaced(Said("rule_cancels_unknown", rule=rule.id, other=other), "rules", position)
        for name, text in self.derived.items():
            self._check_derived(name, text)
        sections = {section.id for section in self.sections}
        for number, name in enumerate(self.additions_after):
            if name not in sections:
                said = Said("edition_name_unknown", name=name, near=near_match(name, sections))
                raise Misplaced(said, "additions_after", number)
        tables = {table.id for table in self.tables}
        named: list[tuple[tuple[str | int, ...], str]] = [(("none_received",), self.none_received.then_table)]
        named += [(("sections", number), each.table) for number, each in enumerate(self.sections) if each.table]
        for path, table in named:
            if table not in tables:
                raise Misplaced(Said("edition_name_unknown", name=table, near=near_match(table, tables)), *path)
        for row in (self.none_received.row, self.none_received.and_row):
            if row not in self.rows:
                said = Said("edition_name_unknown", name=row, near=near_match(row, self.rows))
                raise Misplaced(said, "none_received")
        return self

    def _check_derived(self, name: str, text: str) -> None:
        try:
            total = parse_sum(text)
        except InputError as error:
            raise Misplaced(error.said, "derived", name) from error
        if total.constant or total.absolute or any(term.last_year for term in total.terms):
            raise Misplaced(Said("derived_no_sum"), "derived", name)
        table, of_rows = re.split(r"[./]", name)[0], "/" not in name
        columns = {spec.column for spec in self.cells.values() if spec.table == table}
        for each in (term.name for term in total.terms):
            if not (self.rows_of(f"{table}.{each}") if of_rows else each in columns):
                raise Misplaced(Said("derived_misfit", why=_lacks(table, each, of_rows=of_rows)), "derived", name)


def _lacks(table: str, name: str, *, of_rows: bool) -> Said:
    if of_rows:
        return Said("misfit_no_row", table=table, row=name)
    return Said("misfit_no_column", table=table, column=name)
