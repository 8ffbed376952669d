"""What the rules of one report look at: everything about one submission, read already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from reportkit.checks.bounds import NOUGHT, Bounds, bounds
from reportkit.editions import STATUTORY, Edition, Editions
from reportkit.editions.rules import RuleSpec
from reportkit.model import Department, Fact, Figures, Finding, Misfit, Register, Severity


@dataclass(frozen=True)
class Evidence:
    """One department's year, with what it is compared to.

    `history` are last year's figures, a successor's those of its predecessors added up; None where none were handed
    in. `words` are the department's words by slot id, with names bound. `editions` are those of the project.
    """

    edition: Edition
    department: Department
    year: int
    figures: Figures
    register: Register
    history: Figures | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    misfits: tuple[Misfit, ...] = ()
    short_rows: tuple[str, ...] = ()
    published_on: date | None = None
    deadline: date | None = None
    editions: Editions = STATUTORY

    @cached_property
    def history_edition(self) -> Edition | None:
        return None if self.history is None else self.editions.load(self.history.edition)

    @property
    def ancestors(self) -> tuple[Department, ...]:
        """The bodies above the department, the nearest first."""
        found = []
        above = self.department.parent
        while above is not None:
            found.append(self.register[above])
            above = self.register[above].parent
        return tuple(found)

    def bounds(self, row: str, column: str, *, last_year: bool = False) -> Bounds | None:
        """What the figure of a row or group in a column can be; None where there is no such cell."""
        edition, figures = (self.history_edition, self.history) if last_year else (self.edition, self.figures)
        rows = edition.rows_of(row) if edition else None
        if edition is None or figures is None or rows is None:
            return None
        specs = [edition.cells.get(f"{each}/{column}") for each in rows]
        found = [bounds(edition, figures, spec) for spec in specs if spec is not None]
        if len(found) < len(specs):
            return None
        first, *others = found
        for each in others:
            first += each
        return first

    def sum_of(self, rows: Iterable[str], column: str, *, last_year: bool = False) -> Bounds | None:
        """What rows and groups can be together in a column; None where there is no such cell of one."""
        found = NOUGHT
        for row in rows:
            part = self.bounds(row, column, last_year=last_year)
            if part is None:
                return None
            found += part
        return found

    def rule(self, rule_id: str) -> RuleSpec | None:
        """A rule of this edition; None where it doesn't hold for these years."""
        return self.edition.rulebook.get(rule_id)


def finding(
    rule: RuleSpec,
    what: str,
    where: str,
    *,
    severity: Severity | None = None,
    cells: tuple[str, ...] = (),
    slot: str = "",
    quote: str = "",
    fix: str = "",
    lacks_history: bool = False,
) -> Finding:
    """A finding of a rule, with the rule's way to fix it, as severe as the rule usually is or as is said.

    An edition of a project's own may have set another severity, of all that is an error, a warning or information.
    """
    usual = Severity(rule.set_to or rule.severities[0])
    return Finding(
        rule.id,
        usual if severity is None or (rule.set_to and severity is not Severity.UNASSESSABLE) else severity,
        what,
        where,
        fix or rule.fix,
        cells,
        slot=slot,
        quote=quote,
        lacks_history=lacks_history,
    )
