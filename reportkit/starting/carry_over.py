"""What a new year takes from the year before: closings, and words to be rewritten."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reportkit.editions import Edition
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.editions.rules import Clause
from reportkit.errors import InputError
from reportkit.inputs.history import history_of, last_year_of
from reportkit.inputs.project import Project
from reportkit.inputs.prose import UnknownName, bind
from reportkit.messages.said import Said
from reportkit.model import Fact, Figures, Submission, Value

_LAST = r"last_year\.([a-z_]+)"
_CARRIED = re.compile(rf"([a-z_]+) == {_LAST}(?: \+ {_LAST})?")
"""An equation that last year's figures answer alone: carried_in == last_year.carried_out."""
_STOCK = re.compile(r"([a-z_]+) == last_year\.\1 [+-]")
"""An equation that goes on from last year's own figure: in_force == last_year.in_force + issued - repealed."""
_NAME = re.compile(r"(?<!\\)\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\s*\}\}")
_BRACES = re.compile(r"(?<!\\)\{\{")
_OTHERS = ("year", "department.name", "department.short_name")


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What one body's new year begins with; empty where nothing was handed in the year before.

    `cells` and `before` are by cell id: what opens this year, and what a cell was last year that this year's goes on
    from. `prose` is last year's, in which names that mean nothing any more are written out with their braces.
    """

    cells: Mapping[str, Value] = field(default_factory=dict)
    before: Mapping[str, Value] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    prose: Mapping[str, str] = field(default_factory=dict)


def carried_over(project: Project, year: int, department_id: str) -> CarriedOver:
    """What a body's report of a year takes from the year before; a successor's closings are its predecessors' sums.

    Raises InputError where a file of last year's can't be read.
    """
    edition = project.editions.for_year(year)
    blank = Submission(department_id, year, Figures(edition.id, dict.fromkeys(edition.cells)), {}, {})
    history, last = history_of(project, blank), last_year_of(project, blank)
    cells, before = ({}, {}) if history is None else (_opening(edition, history), _stocks(edition, history))
    if last is None:
        return CarriedOver(cells, before)
    prose = {
        slot: _unbound(text, edition, project.editions.load(last.figures.edition), last)
        for slot, text in last.prose.items()
        if slot in edition.slots
    }
    return CarriedOver(cells, before, last.facts, {slot: text for slot, text in prose.items() if text.strip()})


def _opening(edition: Edition, history: Figures) -> dict[str, Value]:
    """The cells that a rule wants to be last year's, or a sum of these: those that last year has."""
    found: dict[str, Value] = {}
    for clause, (name, *terms) in _equations(edition, _CARRIED):
        for cell_id in _cells(edition, clause, name):
            values = [history.cells.get(_other(clause, cell_id, name, term)) for term in terms if term]
            if None not in values:
                found[cell_id] = sum(value for value in values if value is not None)
    return found


def _stocks(edition: Edition, history: Figures) -> dict[str, Value]:
    """The cells that go on from last year's own figure → that figure, where last year has it."""
    return {
        cell_id: value
        for clause, (name,) in _equations(edition, _STOCK)
        for cell_id in _cells(edition, clause, name)
        if (value := history.cells.get(cell_id)) is not None
    }


def _equations(edition: Edition, form: re.Pattern[str]) -> tuple[tuple[Clause, tuple[str, ...]], ...]:
    """The clauses of an edition's rules that have this form, with the names in them."""
    clauses = [clause for rule in edition.rulebook.values() for clause in rule.clauses]
    whole = re.compile(form.pattern + ("" if form is _STOCK else r"\Z"))
    return tuple((clause, match.groups()) for clause in clauses if (match := whole.match(clause.holds)))


def _cells(edition: Edition, clause: Clause, name: str) -> Iterator[str]:
    """The cells of a name: of a row where a rule holds for each column, of a column where it holds for each row."""
    for cell_id, spec in edition.cells.items():
        if spec.table != clause.table:
            continue
        row = spec.row.removeprefix(f"{spec.table}.")
        own, other = (row, spec.column) if clause.each == "column" else (spec.column, row)
        if own == name and (not clause.only or other in clause.only):
            yield cell_id


def _other(clause: Clause, cell_id: str, name: str, term: str) -> str:
    """The cell beside one, in the same column or row."""
    row, _, column = cell_id.partition("/")
    return f"{row.removesuffix(name)}{term}/{column}" if clause.each == "column" else f"{row}/{term}"


def _unbound(text: str, edition: Edition, before: Edition, last: Submission) -> str:
    """Words in which names that have no value in the new year are printed with their braces: rule P-3 finds these."""
    blank = Figures(edition.id, dict.fromkeys(edition.cells))

    def is_known(name: str) -> bool:
        if name.startswith("last_year."):
            return _is_figure(before, last.figures, name.removeprefix("last_year."))
        return name in _OTHERS or _is_figure(edition, blank, name)

    def value_of(name: str) -> str:
        if not is_known(name):
            raise UnknownName(name, Said("nothing_accepted"))
        return ""

    found = _NAME.sub(lambda match: match[0] if is_known(match[1]) else f"\\{match[0]}", text)
    try:
        bind(found, value_of, str)
    except InputError:  # something in braces is written otherwise than a name: none of it can be kept
        return _BRACES.sub(r"\\{{", text)
    return found


def _is_figure(edition: Edition, figures: Figures, name: str) -> bool:
    try:
        look_up(edition, figures, name)
    except UnknownFigure:
        return False
    return True
