"""A submission's `figures` → Figures: every cell of the edition, each a number or missing; missing is never 0."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reportkit.editions.edition import Edition
from reportkit.editions.lookup import labels_below, row_label
from reportkit.editions.sums import are_nought, sum_rows
from reportkit.editions.tables import CellSpec
from reportkit.errors import InputError, InputErrors, near_match
from reportkit.inputs.documents import SubmissionDocument
from reportkit.inputs.row_slips import looks_short, row_said
from reportkit.messages.said import Said
from reportkit.model import Figures, Misfit, Value
from reportkit.text.strings import printable
from reportkit.text.yaml_slips import colon_slip, wide_colon
from reportkit.text.yamlfile import Path, YamlFile

_BLANK = frozenset(("", "/", "／", "-", "－", "—", "——", "不适用"))
"""What people write into a cell that has no figure: it is missing, and never 0."""


@dataclass(slots=True)
class _Reader:
    edition: Edition
    file: YamlFile
    cells: dict[str, Value]
    errors: list[InputError] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    """Rows whose last part is what the others come to, so that it may be their total."""

    def refuse(self, said: Said, path: Path) -> None:
        self.errors.append(InputError(said, where=self.file.where(path)))

    def refuse_text(self, said: Said, path: Path) -> None:
        """Refuses a value rather than its key: what was pasted may stand on the line below."""
        self.errors.append(InputError(said, where=self.file.where_text(path)))

    def misfit_texts(self) -> dict[str, str]:
        """What cells hold that is no figure: such a cell is missing, and is never made a number."""
        return {misfit.cell: misfit.text for misfit in self.misfits}


@dataclass(frozen=True, slots=True)
class StatedFigures:
    """A submission's figures, the decisions it states about them as Chinese sentences, and what is no figure.

    `short_rows` were stated without a total, and their last number is what the others come to.
    """

    figures: Figures
    decisions: tuple[str, ...]
    misfits: tuple[Misfit, ...]
    short_rows: tuple[str, ...]


def read_figures(edition: Edition, document: SubmissionDocument, file: YamlFile) -> StatedFigures:
    """The figures of a submission.

    A row is a list in the order of the columns (the total may be left out: it is then the sum, missing where a part
    is missing), or a mapping by column id. Raises InputErrors with each mistake and its line.
    """
    reader = _Reader(edition, file, dict.fromkeys(edition.cells))
    stated: set[str] = set()
    _walk(reader, document.figures or {}, ("figures",), "", stated)
    decisions = _none_received(reader, document, stated) + _blanks_are_zero(reader, document)
    if reader.errors:
        raise InputErrors(reader.errors)
    _fill_totals(reader)
    figures = Figures(edition.id, reader.cells)
    return StatedFigures(figures, decisions, tuple(reader.misfits), tuple(reader.short))


def _walk(reader: _Reader, data: Any, path: Path, prefix: str, stated: set[str]) -> None:
    known = {name.partition(".")[0] for row in reader.edition.rows if (name := _below(row, prefix))}
    if data is None:
        return
    if not isinstance(data, dict):
        slip = wide_colon(data, reader.file.name) if isinstance(data, str) else None
        near = near_match(str(data), known)
        name, kind = prefix or "figures", type(data).__name__
        reader.refuse_text(slip or Said("holds_rows", name=name, kind=kind, near=near), path)
        return
    for key, value in data.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if name in reader.edition.rows:
            if not _is_blank_row(value):
                stated.add(name)
            _row(reader, value, (*path, key), name)
        elif key in known:
            _walk(reader, value, (*path, key), name, stated)
        else:
            slip = colon_slip(str(key), reader.file.name)
            reader.refuse(slip or _unknown_row(reader.edition, str(key), prefix), (*path, key))


def _unknown_row(edition: Edition, key: str, prefix: str) -> Said:
    """A key of `figures` that is no row there: another key's, another table's, or misspelt."""
    if key in SubmissionDocument.model_fields:
        return Said("key_belongs_at_top", key=key)
    labels = labels_below(edition, prefix)
    if key not in labels.values():
        ends = [row for row in edition.rows if row.endswith(f".{key}") or row_label(edition, row) == key]
        ends += [table.id for table in edition.tables if prefix and key in (table.id, table.caption)]
        if len(ends) == 1:
            return Said("row_belongs_below", key=key, row=f"figures.{ends[0]}")
    near = near_match(key, labels, labels)
    return Said("unknown_row", row=key, format=Said("format_of", edition=edition.id, name=edition.name), near=near)


def _below(row: str, prefix: str) -> str:
    if not prefix:
        return row
    return row.removeprefix(prefix + ".") if row.startswith(prefix + ".") else ""


def _row(reader: _Reader, data: Any, path: Path, row: str) -> None:
    specs = reader.edition.rows[row]
    parts = [spec for spec in specs if not spec.total]
    if data is None:
        return
    if isinstance(data, dict):
        by_column = {spec.column: spec for spec in specs}
        for column, value in data.items():
            if column in by_column:
                _cell(reader, by_column[column], value, (*path, column))
            else:
                labels = {spec.column: spec.column_label for spec in specs}
                near = near_match(str(column), by_column, labels)
                reader.refuse(Said("unknown_column", column=column, near=near), (*path, column))
    elif isinstance(data, list) and len(data) in (len(parts), len(specs)):
        if len(data) < len(specs) and looks_short(data):
            reader.short.append(row)
        for number, (spec, value) in enumerate(zip(specs if len(data) == len(specs) else parts, data, strict=True)):
            _cell(reader, spec, value, (*path, number))
    else:
        reader.refuse_text(row_said(data, specs, reader.file.name), path)


def _is_blank(value: Any) -> bool:
    """Whether a cell, or what is in the place of a row, has nothing in it."""
    return value is None or (isinstance(value, str) and value.strip() in _BLANK)


def _is_blank_row(data: Any) -> bool:
    """Whether a row has nothing but blank cells: it is as good as one that is absent."""
    cells = data.values() if isinstance(data, dict) else data if isinstance(data, list) else [data]
    return all(_is_blank(each) for each in cells)


def _cell(reader: _Reader, spec: CellSpec, value: Any, path: Path) -> None:
    if _is_blank(value):
        return
    allowed = (int, Decimal) if spec.kind == "amount" else (int,)
    fits = isinstance(value, allowed) and not isinstance(value, bool) and (value >= 0 or spec.kind == "change")
    if fits:
        reader.cells[spec.id] = value
    else:
        reader.misfits.append(Misfit(spec.id, printable(f"{value!s:.80}"), reader.file.where(path)))


def _none_received(reader: _Reader, document: SubmissionDocument, stated: set[str]) -> tuple[str, ...]:
    if not document.none_received:
        return ()
    rule = reader.edition.none_received
    misfits = reader.misfit_texts()
    received = []
    for spec in reader.edition.rows[rule.row]:
        if (value := misfits.get(spec.id, reader.cells[spec.id])) not in (None, 0):
            received.append(Said("cell_is", cell=spec.label, column=spec.column_label, value=value))
        reader.cells[spec.id] = 0
    if received:
        reader.refuse(Said("received_after_all", cells=received), ("none_received",))
    said = ["本年度未收到政府信息公开申请，第一项各格为0。"]
    carried = reader.edition.rows[rule.and_row]
    if all(reader.cells[spec.id] == 0 for spec in carried if not spec.total):
        said.append("上年亦无结转，办理结果和结转下年度各格为0。")
        for spec in reader.edition.cells.values():
            if spec.table == rule.then_table and reader.cells[spec.id] is None and spec.row not in stated:
                reader.cells[spec.id] = 0
    return tuple(said)


def _blanks_are_zero(reader: _Reader, document: SubmissionDocument) -> tuple[str, ...]:
    tables = {table.name: table for table in reader.edition.tables}
    misfits = reader.misfit_texts()
    said = []
    for number, name in enumerate(dict.fromkeys(document.blanks_are_zero)):
        if name not in tables:
            near = near_match(name, tables, {each: f"表{table.number}" for each, table in tables.items()})
            reader.refuse(Said("unknown_table", name=name, near=near), ("blanks_are_zero", number))
            continue
        blank = [
            spec
            for spec in reader.edition.cells.values()
            if spec.table == tables[name].id and reader.cells[spec.id] is None and not spec.total
            if spec.id not in misfits
        ]
        for spec in blank:
            reader.cells[spec.id] = 0
        missing = _take_back_sums(reader, {spec.id for spec in blank})
        said.append(
            f"填报单位决定：表{tables[name].number}的空格按0计（共{len(blank) - len(missing)}格）。"
            + "".join(f"“{label}”一行没有填，各项不都是0，仍按缺处理。" for label in dict.fromkeys(missing.values()))
        )
    return tuple(said)


def _take_back_sums(reader: _Reader, blank: set[str]) -> dict[str, str]:
    """Makes rows missing again that were left out whole and are the sum of rows which aren't all 0.

    `blank` are the cells that were taken for 0. Returns those that are missing with their row's own label.
    """
    missing: dict[str, str] = {}
    for row, parts in sum_rows(reader.edition).items():
        own = [spec for spec in reader.edition.rows[row] if not spec.total]
        was_left_out = all(spec.id in blank for spec in own) and all(
            reader.cells[spec.id] is None for spec in reader.edition.rows[row] if spec.total
        )
        if was_left_out and not are_nought(reader.edition, reader.cells, parts):
            reader.cells.update(dict.fromkeys((spec.id for spec in own), None))
            missing |= {spec.id: spec.row_label.split("·")[-1] for spec in own}
    return missing


def _fill_totals(reader: _Reader) -> None:
    """A total that wasn't stated is the sum of its row; it stays missing where a part is missing."""
    cells, misfits = reader.cells, reader.misfit_texts()
    for specs in reader.edition.rows.values():
        parts = [cells[spec.id] for spec in specs if not spec.total]
        for spec in specs:
            if spec.total and cells[spec.id] is None and None not in parts and spec.id not in misfits:
                cells[spec.id] = sum(part for part in parts if part is not None)
