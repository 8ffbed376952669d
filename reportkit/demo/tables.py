"""The invented figures of a demo project: every equation of the edition holds, and each year opens where one ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reportkit.demo.departments import DemoDepartment, Span, places
from reportkit.demo.dice import Dice
from reportkit.editions import STATUTORY, Edition
from reportkit.model import Figures, Value

# Out of about a thousand applications, dealt out as the published reports of a city are.
_APPLICANTS = {"natural_person": 920, "commercial": 45, "research": 3, "charity": 8, "other_organization": 12}
_OUTCOMES = {
    "granted": 390,
    "partial": 110,
    "unavailable.not_held": 280,
    "not_processed.petition": 55,
    "other": 60,
    "other.miscellaneous": 60,
    "other.no_correction": 18,
    "carried_out": 35,
}
_RARE = 6
_DISPUTES_PERCENT = {"review": 5, "litigation.direct": 1, "litigation.after_review": 2}
_DISPUTE_OUTCOMES = {"upheld": 55, "corrected": 5, "other": 25, "pending": 15}
_FIRST_YEAR_OF_FEES = 2021  # 国办函〔2020〕109号 is in force from 1 January 2021


@dataclass(frozen=True, slots=True)
class Account:
    """One body's year: its figures, and what it charged for handling applications (信息处理费, in yuan)."""

    figures: Figures
    fee_cases: int = 0
    fee_yuan: int = 0


@dataclass(slots=True)
class _Books:
    """What a body takes from one year into the next, whatever the edition."""

    open_cases: dict[str, int] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Usual:
    """A body's usual year, drawn once: applications and decisions in cases, administrative fees in 万元."""

    intake: int
    decisions: Mapping[str, int]
    fees: int


def accounts(bodies: Sequence[DemoDepartment], seed: int, years: range) -> dict[tuple[int, str], Account]:
    """Each reporting body's account of each year, by year and department id.

    A government's figures are the sum of what is directly below it, its own office included (rule R-1); one
    without an office has some of its own. A body's figures of a year depend on the seed and its id alone, so they
    are the same in a larger project and in one of more years.
    """
    below: dict[str | None, list[DemoDepartment]] = {}
    for body in bodies:
        below.setdefault(body.department.parent, []).append(body)
    found: dict[tuple[int, str], Account] = {}
    for body in reversed(bodies):  # those below come first
        if not body.department.reports:
            continue
        parts = [[found[year, each.department.id] for year in years] for each in below.get(body.department.id, ())]
        if not any(each.department.kind == "office" for each in below.get(body.department.id, ())):
            parts.append(own_accounts(body, seed, years))
        for year, *of_year in zip(years, *parts, strict=True):
            found[year, body.department.id] = of_year[0] if len(of_year) == 1 else _sum(of_year)
    return found


def _sum(parts: Sequence[Account]) -> Account:
    first = parts[0].figures
    columns = zip(*(part.figures.cells.values() for part in parts), strict=True)
    cells: dict[str, Value] = {
        cell: sum(value for value in values if value is not None)
        for cell, values in zip(first.cells, columns, strict=True)
    }
    figures = Figures(first.edition, cells)
    return Account(figures, sum(part.fee_cases for part in parts), sum(part.fee_yuan for part in parts))


def own_accounts(body: DemoDepartment, seed: int, years: range) -> list[Account]:
    """What one body does by itself in each of the years; its books are kept from the first edition's first year on."""
    first = min(STATUTORY.load(each).first_year for each in STATUTORY.ids)
    dice = Dice(seed, body.department.id)
    usual = _usual(body, dice)
    books = _open_books(body, dice)
    kept = [_year(body, year, usual, books, Dice(seed, body.department.id, year)) for year in range(first, years.stop)]
    return kept[years.start - first :]


def _usual(body: DemoDepartment, dice: Dice) -> _Usual:
    profile, city = body.profile, body.department.level == "prefecture"

    def draw(span: Span) -> int:
        # Most bodies lie near the lower end of the span, a few near the upper.
        most = span[0] + (span[1] - span[0]) * dice.between(10, 100) // 100
        number = dice.between(span[0], most)
        return number if city else number // 2

    steps = places().intakes[profile.intake]
    place = dice.tally(1, [percent for percent, _, _ in steps]).index(1)
    low, high = steps[place][1:]
    intake = dice.between(low, high)
    spans = {"licensing": profile.licensing, "penalties": profile.penalties, "coercion": profile.coercion}
    decisions = {row: draw(span) for row, span in spans.items()}
    return _Usual(intake if city or intake < 4 else intake // 2, decisions, draw(profile.fees))


def _open_books(body: DemoDepartment, dice: Dice) -> _Books:
    books = _Books()
    books.documents["normative_documents"] = dice.between(*body.profile.documents)
    books.documents["rules"] = dice.between(6, 20) if body.makes_rules else 0
    for row in ("licensing", "other_services", "penalties", "coercion", "fees"):
        books.items[row] = dice.between(0, 40)
    return books


def _year(body: DemoDepartment, year: int, usual: _Usual, books: _Books, dice: Dice) -> Account:
    edition = STATUTORY.for_year(year)
    received = _received(usual.intake, dice)
    cells: dict[str, Value] = dict.fromkeys(edition.cells)
    for row, columns in (
        *_disclosure(edition, body, usual, books, dice),
        *_requests(edition, received, books, dice),
        *_disputes(edition, received, books, dice),
    ):
        for spec in edition.rows[row]:
            cells[spec.id] = sum(columns.values()) if spec.total else columns[spec.column]
    figures = Figures(edition.id, cells)
    if year >= _FIRST_YEAR_OF_FEES and received >= 12 and dice.chance(20):
        pages = [dice.between(31, 240) for _ in range(dice.between(1, 3))]
        return Account(figures, len(pages), sum(map(fee_yuan, pages)))
    return Account(figures)


def _received(usual: int, dice: Dice) -> int:
    """Applications of a year. A change of half and of 20 cases, or from 10 to none, would be a finding (X-2)."""
    if usual == 0:
        return 1 if dice.chance(5) else 0
    return max(0, dice.near(usual) + dice.between(-1, 1))


Row = tuple[str, Mapping[str, int | Decimal]]
"""A row's id and its values by column; a total is left out."""


def _disclosure(edition: Edition, body: DemoDepartment, usual: _Usual, books: _Books, dice: Dice) -> Iterator[Row]:
    """Table 二: each row's values under all the names that an edition may give its columns."""
    for row in edition.rows:
        table, _, name = row.partition(".")
        if table != "disclosure":
            continue
        if name in books.documents:
            values = _documents(name, body, books, dice)
        elif name == "procurement":
            projects = dice.between(0, 12)
            values = {"projects": projects, "value": projects * dice.between(2_000, 90_000) * 10}
        else:
            before = books.items[name]
            change = dice.between(-min(2, before), 2)
            books.items[name] += change
            decisions = dice.near(usual.decisions.get(name, 0))
            amount = Decimal(dice.near(usual.fees * 10_000) + dice.below(10_000)).scaleb(-4) if usual.fees else 0
            values = {"previous": before, "change": change, "decisions": decisions, "amount": amount}
        yield row, {spec.column: values[spec.column] for spec in edition.rows[row]}


def _documents(name: str, body: DemoDepartment, books: _Books, dice: Dice) -> dict[str, int | Decimal]:
    stock = books.documents[name]
    most = 0 if name == "rules" and not body.makes_rules else stock // 8 + (body.profile.documents[1] > 0)
    issued = dice.between(0, most)
    repealed = dice.between(0, min(stock, most))
    books.documents[name] = stock + issued - repealed
    in_force = books.documents[name]
    return {
        **{"issued": issued, "repealed": repealed, "in_force": in_force},
        **{"made": issued, "disclosed": issued, "public_total": in_force},
    }


def _requests(edition: Edition, received: int, books: _Books, dice: Dice) -> list[Row]:
    """Table 三: each application falls to one applicant type and one outcome, or stays open."""
    columns = [spec.column for spec in edition.rows["requests.received"] if not spec.total]
    opened = dict(zip(columns, dice.tally(received, [_APPLICANTS.get(each, 12) for each in columns]), strict=True))
    carried_in = {column: books.open_cases.get(column, 0) for column in columns}
    names = [row.partition(".")[2] for row in edition.rows if row.startswith("requests.")]
    outcomes = [name for name in names if name not in ("received", "carried_in", "concluded")]
    weights = [_OUTCOMES.get(name, _RARE) for name in outcomes]
    tallies = {column: dice.tally(opened[column] + carried_in[column], weights) for column in columns}
    rows = {name: {column: tallies[column][place] for column in columns} for place, name in enumerate(outcomes)}
    carried_out = rows["carried_out"]
    rows |= {"received": opened, "carried_in": carried_in}
    rows["concluded"] = {each: opened[each] + carried_in[each] - carried_out[each] for each in columns}
    books.open_cases = carried_out
    return [(f"requests.{name}", row) for name, row in rows.items()]


def _disputes(edition: Edition, received: int, books: _Books, dice: Dice) -> Iterator[Row]:
    """Table 四: last year's pending cases and new ones, each with one of four outcomes (T4-1, T4-2)."""
    for row in edition.rows:
        table, _, name = row.partition(".")
        if table != "disputes":
            continue
        columns = [spec.column for spec in edition.rows[row] if not spec.total]
        percent = _DISPUTES_PERCENT[name]
        cases = books.pending.get(name, 0) + dice.tally(received, [percent, 100 - percent])[0]
        tally = dice.tally(cases, [_DISPUTE_OUTCOMES[each] for each in columns])
        values = dict(zip(columns, tally, strict=True))
        books.pending[name] = values["pending"]
        yield row, values


def fee_yuan(pages: int) -> int:
    """The fee for one application charged by page: 30 free, then 10, 20 and 40 yuan a page (国办函〔2020〕109号)."""
    steps = ((30, 100, 10), (100, 200, 20), (200, pages, 40))
    return sum(max(0, min(pages, end) - start) * yuan for start, end, yuan in steps)
