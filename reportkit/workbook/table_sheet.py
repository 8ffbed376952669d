"""A statutory table as a sheet: figures to fill in, totals and rules as live formulas."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from reportkit.checks.arithmetic import HeldPlace, cancel_out, clauses_in_force, places_of
from reportkit.checks.bounds import holds
from reportkit.checks.evidence import Evidence
from reportkit.editions.layout import lay_out
from reportkit.editions.rules import RuleSpec
from reportkit.editions.sums import sums_of
from reportkit.editions.tables import CellSpec, TableSpec
from reportkit.inputs.workbook.marks import BLANK_TABLE, BLANKS_ARE_ZERO, COLUMNS, ROW, TABLE_SHEET
from reportkit.model import PlacedCell, Severity, Value
from reportkit.workbook import formulas
from reportkit.workbook.sheets import DOUBT, WRONG, Book, Sheet, lines_of

_WIDTH = 92.0
"""Of the columns of a table together, in characters of half width."""
_CHECK_WIDTH = 34.0
_BEFORE_WIDTH = 20.0
_WIDE = 12
"""Columns from which a table is printed across."""
_MOST_DIGITS = 15
"""That a spreadsheet keeps of a number; one with more is written as text."""
_STYLES = {"corner": "head", "block": "head", "column": "head", "row": "stub"}
HINT = "空白不等于0：没有发生的填0，不掌握的留空。"


@dataclass
class TableSheet:
    """One table's sheet: where each of its cells stands, and what they hold."""

    evidence: Evidence
    spec: TableSpec
    sheet: Sheet
    given: Mapping[str, Value]
    """Cells that last year's report decides, by id."""
    before: Mapping[str, Value]
    """What cells of this table were last year that this year's go on from, by id."""
    at: dict[str, tuple[int, int]] = field(default_factory=dict)

    def address(self, cell: str) -> str:
        return str(xl_rowcol_to_cell(*self.at[cell]))

    def value(self, cell: str) -> Value:
        return self.evidence.figures[cell]


def write_table(
    book: Book,
    evidence: Evidence,
    spec: TableSpec,
    given: Mapping[str, Value],
    before: Mapping[str, Value],
    heading: str,
) -> None:
    """A table as it is printed, and beside and below it what its rules say."""
    unit = _WIDTH / sum(spec.widths)
    here = {cell: value for cell, value in before.items() if evidence.edition.cells[cell].table == spec.id}
    widths = [*(each * unit for each in spec.widths), *([_BEFORE_WIDTH] if here else []), _CHECK_WIDTH]
    name = TABLE_SHEET.format(number=spec.number)
    made = TableSheet(evidence, spec, book.sheet(name, widths, landscape=len(spec.widths) >= _WIDE), given, here)
    sheet = made.sheet
    sheet.line(f"表{spec.number}　{spec.caption}", "title")
    sheet.height(1.4, sheet.row - 1, of=20)
    sheet.line(f"{heading}　　单位：{spec.unit}　　{HINT}", "small")
    top = sheet.row
    _grid(made)
    _blanks(made)
    _checks(made)
    sheet.worksheet.freeze_panes(top, 0)
    if spec.note:
        sheet.line(f"注：{spec.note}", "small")


def _grid(made: TableSheet) -> None:
    """Heads and figures; above each run of figures a hidden row that says what its columns are."""
    table, sheet = lay_out(made.evidence.edition, made.spec.id, made.evidence.figures), made.sheet
    cells: dict[int, list[PlacedCell]] = {}
    for each in table.placed():
        cells.setdefault(each.row, []).append(each)
    rows: dict[int, int] = {}
    above_is_data = True
    for number, placed in cells.items():
        is_data = any(each.cell.id for each in placed)
        if is_data and not above_is_data:
            _columns(made, placed)
        above_is_data = is_data
        rows[number] = sheet.row
        sheet.row += 1
    for number, placed in cells.items():
        for each in placed:
            _cell(made, each, rows)
        sheet.height(_lines(made, placed), rows[number])
    first = min(rows.values())
    sheet.text(sheet.last, "核对", "head", first)
    labels = dict.fromkeys(made.evidence.edition.cells[cell].column_label for cell in made.before)
    if labels:
        sheet.text(sheet.last - 1, f"上年{'、'.join(labels)}", "head", first)
    for cell, value in made.before.items():
        _number(sheet, made.at[cell][0], sheet.last - 1, value, "given")


def _columns(made: TableSheet, placed: list[PlacedCell]) -> None:
    for each in placed:
        if each.cell.id is not None:
            made.sheet.worksheet.write_string(made.sheet.row, each.column + 1, _ends(made, each.cell.id)[1])
    made.sheet.mark(COLUMNS)
    made.sheet.worksheet.set_row(made.sheet.row, None, None, {"hidden": True})
    made.sheet.row += 1


def _ends(made: TableSheet, cell: str) -> tuple[str, str]:
    """A cell's id as what its row says and what its column says of it: in a table without heads of rows, its own."""
    row, _, column = cell.partition("/")
    if any(block.rows for block in made.spec.blocks):
        return row, f"/{column}"
    return made.spec.id, f"{row.removeprefix(made.spec.id)}/{column}"


def _cell(made: TableSheet, placed: PlacedCell, rows: Mapping[int, int]) -> None:
    cell, row, column, sheet = placed.cell, rows[placed.row], placed.column + 1, made.sheet
    last_row, last_column = rows[placed.row + cell.rowspan - 1], column + cell.colspan - 1
    style = _STYLES.get(cell.role, "stub")
    if cell.id is None:
        if (last_row, last_column) != (row, column):
            sheet.worksheet.merge_range(row, column, last_row, last_column, "", sheet.book.style(style))
        sheet.text(column, cell.text, style, row)
        return
    spec = made.evidence.edition.cells[cell.id]
    made.at[cell.id] = (row, column)
    sheet.mark(ROW + _ends(made, cell.id)[0], row)
    if last_column > column:
        sheet.worksheet.merge_range(row, column, row, last_column, "", sheet.book.style(_style(made, spec)))


def _style(made: TableSheet, spec: CellSpec) -> str:
    if _is_given(made, spec.id):
        return "given"
    return "amount" if spec.kind == "amount" else "number"


def _is_given(made: TableSheet, cell: str) -> bool:
    """Whether last year's report has a figure for a cell, and the submission has none other."""
    return made.given.get(cell) is not None and made.value(cell) in (None, made.given[cell])


def _lines(made: TableSheet, placed: list[PlacedCell]) -> float:
    widths = made.sheet.widths
    return max(
        lines_of(each.cell.text, sum(widths[each.column : each.column + each.cell.colspan])) / each.cell.rowspan
        for each in placed
    )


def fill(made: TableSheet) -> None:
    """The figures, once every cell has its place: totals as formulas with their value, the rest as numbers."""
    edition, sheet = made.evidence.edition, made.sheet
    sums = sums_of(edition)
    for cell, (row, column) in made.at.items():
        spec = edition.cells[cell]
        sheet.comment(column, cell, row)
        parts = sums.get(cell, ())
        value = made.given[cell] if _is_given(made, cell) else made.value(cell)
        if parts and value in (None, _sum(made, parts)):
            formula = formulas.total_of([made.address(each) for each in parts])
            sheet.worksheet.write_formula(row, column, formula, sheet.book.style("given"), _cached(value))
            continue
        _number(sheet, row, column, value, _style(made, spec))
        _validated(sheet, row, column, spec)


def _sum(made: TableSheet, parts: tuple[str, ...]) -> Value:
    values = [made.value(each) for each in parts]
    return None if None in values else sum(each for each in values if each is not None)


def _cached(value: Value) -> int | float | str:
    return "" if value is None else value if isinstance(value, int) else float(value)


def _number(sheet: Sheet, row: int, column: int, value: Value, style: str) -> None:
    format_ = sheet.book.style(style)
    if value is None:
        sheet.worksheet.write_blank(row, column, None, format_)
    elif len(f"{abs(value)}".replace(".", "")) > _MOST_DIGITS:
        sheet.worksheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else f"{value}", format_)
    else:
        sheet.worksheet.write_number(row, column, value, format_)


_WANTED = {"count": ("integer", "不小于0的整数"), "amount": ("decimal", "不小于0的数"), "change": ("integer", "整数")}


def _validated(sheet: Sheet, row: int, column: int, spec: CellSpec) -> None:
    kind, said = _WANTED[spec.kind]
    least = -(10**9) if spec.kind == "change" else 0
    rule = {"validate": kind, "criteria": ">=", "value": least, "error_title": "这里填不进去"}
    message = f"应填{said}。不掌握的留空，确为零的填0；“/”“-”“无”都不填。"
    sheet.worksheet.data_validation(row, column, row, column, {**rule, "error_message": message})


def _blanks(made: TableSheet) -> None:
    sheet = made.sheet
    sheet.mark(BLANK_TABLE + made.spec.name)
    said = f"{BLANKS_ARE_ZERO}：核对过、没有填的格确实都是0的，在右边选“是”（会记录在案）；不选的，空白按缺数据处理。"
    sheet.text(1, said, "small", to=sheet.last - 1)
    sheet.choice(sheet.last, sheet.row)
    sheet.height(lines_of(said, _WIDTH))
    sheet.row += 1


@dataclass(frozen=True, slots=True)
class _Check:
    """A rule at one place: its formula, what it says with the figures as they are, and the sheet's row beside it."""

    formula: str
    says: str
    beside: int | None
    column: int | None
    head: str


def _checks(made: TableSheet) -> None:
    """The rules: those of a row in the last column beside it, those of a column below it, others in lines below."""
    fill(made)
    sheet, beside = made.sheet, dict[int, list[_Check]]()
    below: dict[str, list[_Check]] = {}
    for each in _all(made):
        if each.beside is not None:
            beside.setdefault(each.beside, []).append(each)
        else:
            below.setdefault(each.head, []).append(each)
    for row, checks in beside.items():
        _write_check(sheet, row, sheet.last, _joined(checks), _joined_says(checks))
    for head, checks in below.items():
        columns = [each.column for each in checks if each.column is not None]
        last = min(columns) - 1 if columns else sheet.last - 1
        sheet.text(1, head, "small", to=last)
        for each in checks:
            _write_check(sheet, sheet.row, each.column or sheet.last, each.formula, each.says)
        sheet.height(max(2, lines_of(head, sum(sheet.widths[:last]))))
        sheet.row += 1
    area = (0, 1, sheet.row, sheet.last)
    for sign, style in ((WRONG, "wrong"), (DOUBT, "doubt")):
        rule = {"type": "text", "criteria": "containing", "value": sign, "format": sheet.book.style(style)}
        sheet.worksheet.conditional_format(*area, rule)


def _write_check(sheet: Sheet, row: int, column: int, formula: str, says: str) -> None:
    sheet.worksheet.write_formula(row, column, formula, sheet.book.style("check"), says)


def _joined(checks: list[_Check]) -> str:
    """Several rules in one cell: what is wrong, one after the other; else the first one's word."""
    if len(checks) == 1:
        return checks[0].formula
    parts = [each.formula.removeprefix("=") for each in checks]
    fine, waiting = f'"{formulas.FINE}"', f'"{formulas.WAITING}"'
    wrong = "&".join(f'IF(OR(({each})={fine},({each})={waiting}),"",({each}))' for each in parts)
    waits = ",".join(f"({each})={waiting}" for each in parts)
    return f'=IF(({wrong})<>"",{wrong},IF(OR({waits}),{waiting},{fine}))'


def _joined_says(checks: list[_Check]) -> str:
    said = [each.says for each in checks]
    wrong = [each for each in said if each not in (formulas.FINE, formulas.WAITING)]
    return "".join(wrong) or (formulas.WAITING if formulas.WAITING in said else formulas.FINE)


def _all(made: TableSheet) -> Iterator[_Check]:
    evidence = made.evidence
    for rule in evidence.edition.rulebook.values():
        for clause in clauses_in_force(evidence, rule):
            if clause.table != made.spec.id:
                continue
            for place in places_of(evidence, clause):
                yield from _one(made, rule, place)
        for other in rule.cancels:
            for clause in evidence.edition.rulebook[other].clauses:
                words = f"{DOUBT}{rule.id} {rule.name}"
                if clause.table != made.spec.id:
                    continue
                if formula := formulas.cancelling(evidence, clause, made.address, words):
                    says = {None: formulas.WAITING, True: words, False: formulas.FINE}[cancel_out(evidence, clause)]
                    yield _Check(formula, says, None, None, f"核对 {rule.id}：{rule.name}（{clause.says}）")


def _one(made: TableSheet, rule: RuleSpec, place: HeldPlace) -> Iterator[_Check]:
    clause = place.clause
    severity = Severity(rule.set_to or clause.severity or rule.severities[0])
    breach = f"{WRONG if severity is Severity.ERROR else DOUBT}{rule.id} {clause.says}"
    formula = formulas.check_of(place, made.address, breach)
    if formula is None:
        return
    found = holds(clause.condition, place.bounds) if place.is_complete() else None
    says = formulas.WAITING if found is None else formulas.FINE if found else breach
    rows = {made.at[each][0] for each in place.cells()}
    columns = {made.at[each][1] for each in place.cells()}
    has_stub = any(block.rows for block in made.spec.blocks)
    if clause.each == "row" and has_stub and len(rows) == 1:
        yield _Check(formula, says, rows.pop(), None, "")
    elif clause.each == "column" and len(columns) == 1:
        yield _Check(formula, says, None, columns.pop(), f"核对 {rule.id}：{clause.says}")
    else:
        yield _Check(formula, says, None, None, f"核对 {rule.id}　{place.label()}：{clause.says}")
