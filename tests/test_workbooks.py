"""Workbooks: what is written is read back, by hidden ids and by labels; what isn't sure is refused with its cell."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reportkit.editions.sums import sums_of
from reportkit.errors import InputError
from reportkit.inputs.handed_in import HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.beside import fact_id_of
from reportkit.inputs.workbook.marks import MARKS_SHEET
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked
from reportkit.model import Value
from reportkit.workbook.write import workbook_of
from tests.building import write_shipped

Book = Any
SHIPPED = [(2023, "nangang-ysj"), (2023, "suqian"), (2024, "suqian")]


@pytest.fixture(scope="module")
def root(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shipped(repository, tmp_path_factory.mktemp("workbooks") / "project")


@pytest.fixture(scope="module")
def written(root: Path) -> bytes:
    return workbook_of(Project(root), 2024, "suqian")


def read(root: Path, content: bytes, name: str = "handed-in.xlsx", **asked: Any) -> HandedIn:
    (found,) = read_workbook(Project(root), content, name, Asked(**asked))
    return found


def values_of(handed_in: HandedIn) -> dict[str, Value]:
    """The figures by cell id."""
    return {cell: found.value for cell, found in handed_in.figures.items()}


def changed(content: bytes, change: Callable[[Book], None]) -> bytes:
    """A workbook after somebody has changed it; totals keep what was last computed."""
    values, book = (openpyxl.load_workbook(io.BytesIO(content), data_only=each) for each in (True, False))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = values[sheet.title][cell.coordinate].value
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def find(book: Book, sheet: str, text: str) -> Any:
    return next(cell for row in book[sheet].iter_rows() for cell in row if str(cell.value or "").startswith(text))


def without_marks(book: Book) -> None:
    """As after copying what is seen, as values, into a new workbook."""
    del book[MARKS_SHEET]
    for name in [*book.defined_names]:
        del book.defined_names[name]
    for sheet in book.worksheets:
        unmerged(sheet)
        for row in [*sheet.iter_rows(max_col=1)]:
            if str(row[0].value or "") == "rk:columns":
                for cell in sheet[row[0].row]:
                    cell.value = None
            row[0].value = None


@pytest.mark.parametrize(("year", "department"), SHIPPED)
def test_what_was_handed_in_comes_back_whole(root: Path, year: int, department: str) -> None:
    project = Project(root)
    stated, found = project.submission(year, department), read(root, workbook_of(project, year, department))
    assert (found.department, found.year, found.refusals) == (department, year, ())
    assert values_of(found) == stated.figures.cells
    assert found.prose == {slot: text.strip() for slot, text in stated.prose.items()}
    assert found.facts == stated.facts
    dates = (stated.published_on, stated.issued_on, stated.index_number)
    assert (found.published_on, found.issued_on, found.index_number) == dates


def test_the_same_inputs_give_the_same_bytes(root: Path, written: bytes) -> None:
    assert workbook_of(Project(root), 2024, "suqian") == written


def test_a_new_year_has_what_last_years_report_decides(root: Path) -> None:
    project = Project(root)
    last, found = project.submission(2024, "suqian").figures, read(root, workbook_of(project, 2025, "suqian"))
    stated = {cell: value for cell, value in values_of(found).items() if value is not None}
    assert stated == {
        f"requests.carried_in/{column}": last[f"requests.carried_out/{column}"]
        for column in (spec.column for spec in project.editions.for_year(2025).rows["requests.carried_in"])
    }


def test_found_by_labels_alone_where_the_marks_are_gone(root: Path, written: bytes) -> None:
    found = read(root, changed(written, without_marks))
    assert found.refusals == ()
    assert (found.department, found.year) == ("suqian", 2024)
    assert values_of(found) == Project(root).submission(2024, "suqian").figures.cells


def unmerged(sheet: Any) -> Any:
    """The sheet without merged areas, which the library would leave where they were."""
    for merged in [*sheet.merged_cells.ranges]:
        sheet.unmerge_cells(str(merged))
    return sheet


def insert_row(book: Book) -> None:
    unmerged(book["表三"])
    book["表三"].insert_rows(find(book, "表三", "（一）予以公开").row)


def move_row(book: Book) -> None:
    sheet = unmerged(book["表三"])
    row = find(book, "表三", "2.重复申请").row
    for column in range(1, sheet.max_column + 1):
        one, other = sheet.cell(row, column), sheet.cell(row + 1, column)
        one.value, other.value = other.value, one.value


def swap_columns(book: Book) -> None:
    sheet = book["表三"]
    column = find(book, "表三", "科研机构").column
    for row in range(4, sheet.max_row + 1):
        one, other = sheet.cell(row, column), sheet.cell(row, column + 1)
        if not {type(one).__name__, type(other).__name__} & {"MergedCell"}:
            one.value, other.value = other.value, one.value


def rename_and_move(book: Book) -> None:
    book["表三"].title = "依申请"
    book.move_sheet("依申请", -3)


def as_text(book: Book) -> None:
    for row in book["表三"].iter_rows():
        for cell in row:
            if isinstance(cell.value, int):
                cell.value = f"{cell.value:,}".translate({48 + digit: 0xFF10 + digit for digit in range(10)})


def on_its_side(book: Book) -> None:
    without_marks(book)
    sheet, turned = book["表三"], book.create_sheet("转置")
    turned["A1"] = "宿迁市人民政府2024年政府信息公开申请情况表"
    for row in sheet.iter_rows(min_row=3):
        for cell in row:
            if cell.value is not None:
                turned.cell(cell.column + 2, cell.row, cell.value)
    del book["表三"]


MANGLED = {
    "a row inserted": insert_row,
    "rows in another order": move_row,
    "columns in another order": swap_columns,
    "sheets renamed and moved": rename_and_move,
    "numbers as text": as_text,
    "a table on its side": on_its_side,
}


@pytest.mark.parametrize("change", MANGLED.values(), ids=MANGLED)
@pytest.mark.parametrize("marks", [True, False])
def test_what_was_moved_is_found(root: Path, written: bytes, change: Callable[[Book], None], marks: bool) -> None:
    def both(book: Book) -> None:
        change(book)
        if not marks and change is not on_its_side:
            without_marks(book)

    found = read(root, changed(written, both))
    assert [str(each) for each in found.refusals] == []
    assert values_of(found) == Project(root).submission(2024, "suqian").figures.cells


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("22（其中修订16件）", 22, "（其中修订16件）"),
        (" 22 ", 22, ""),
        ("22件", 22, ""),
        ("1,022", 1022, ""),
        ("２２", 22, ""),
        (22.0, 22, ""),
        ("/", None, ""),
        ("—", None, ""),
        ("无", None, ""),
        ("  ", None, ""),
        (0, 0, ""),
    ],
)
def test_what_people_write_into_cells(root: Path, written: bytes, text: Any, value: int | None, note: str) -> None:
    def change(book: Book) -> None:
        cell = find(book, "表二", "行政许可")
        book["表二"].cell(cell.row, cell.column + 1).value = text

    found = read(root, changed(written, change))
    assert found.refusals == ()
    figure = found.figures["disclosure.licensing/decisions"]
    assert (figure.value, figure.note) == (value, note and note.replace("（", "(").replace("）", ")"))
    assert str(figure.place).startswith("表二!")


@pytest.mark.parametrize(
    "text", ["约20", "20余", "十二", "1,02", "2.5", -3, "12元", "1.2万", "3-1", True, "22 33", "5%"]
)
def test_what_is_no_number_surely_is_refused_with_its_cell(root: Path, written: bytes, text: Any) -> None:
    def change(book: Book) -> None:
        cell = find(book, "表二", "行政许可")
        book["表二"].cell(cell.row, cell.column + 1).value = text

    (refusal,) = read(root, changed(written, change)).refusals
    assert refusal.code == "cell_no_figure"
    assert "表二!" in str(refusal.where)


def copied_with_another_number(book: Book) -> None:
    sheet = book.copy_worksheet(book["表三"])
    cell = next(each for row in sheet.iter_rows() for each in row if each.value == "一、本年新收政府信息公开申请数量")
    number = next(each for each in sheet[cell.row] if isinstance(each.value, int))
    number.value += 1


def another_body_in_the_title(book: Book) -> None:
    book["表三"]["B1"] = "南岗区营商环境建设监督局2024年政府信息公开申请情况"


def of_two_years(book: Book) -> None:
    without_marks(book)
    book["表二"]["B1"] = "宿迁市人民政府2023年政府信息公开情况"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (copied_with_another_number, "cells_disagree"),
        (another_body_in_the_title, "workbook_bodies_differ"),
        (of_two_years, "workbook_years_differ"),
    ],
)
def test_two_readings_that_disagree_are_refused(
    root: Path, written: bytes, change: Callable[[Book], None], code: str
) -> None:
    content = changed(written, change)
    try:
        (refusal,) = [each for each in read(root, content).refusals if each.code == code]
    except InputError as error:
        refusal = error
    assert refusal.code == code


RECEIVED = "一、本年新收政府信息公开申请数量"


def retitled(title: str) -> Callable[[Book], None]:
    def change(book: Book) -> None:
        without_marks(book)
        book["表二"]["B1"] = title

    return change


def relabelled(sheet: str, old: str, new: str) -> Callable[[Book], None]:
    def change(book: Book) -> None:
        without_marks(book)
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value = new

    return change


def two_years_of_table_four(book: Book) -> None:
    without_marks(book)
    sheet = book["表四"]
    row = next(each[0].row for each in sheet.iter_rows() if sum(isinstance(cell.value, int) for cell in each) > 10)
    sheet.insert_rows(row)
    for cell in sheet[row + 1]:
        if isinstance(cell.value, int):
            sheet.cell(row, cell.column, cell.value + 1)


def a_blank_sheet_and_a_filled_copy(book: Book) -> None:
    copy = book.copy_worksheet(book["表三"])
    copy.title = "旧稿"
    for row in book["表三"].iter_rows(min_row=4):
        for cell in row:
            if isinstance(cell.value, int):
                cell.value = None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (retitled("宿迁市人民政府2024年上半年主动公开情况"), "workbook_part_of_year"),
        (retitled("宿迁市人民政府2024年1—6月主动公开情况"), "workbook_part_of_year"),
        (relabelled("表二", "本年制发件数", "上年制发件数"), "disclosure.rules/issued"),
        (relabelled("表二", "本年收费金额（单位：万元）", "本年收费金额（单位：元）"), "disclosure.fees/amount"),
        (
            relabelled("表三", "一、本年新收政府信息公开申请数量", "一、上年新收政府信息公开申请数量"),
            "requests.received/total",
        ),
        (two_years_of_table_four, "cells_disagree"),
        (a_blank_sheet_and_a_filled_copy, "cells_disagree"),
    ],
)
def test_what_looks_right_and_is_another_thing_is_not_taken(
    root: Path, written: bytes, change: Callable[[Book], None], told: str
) -> None:
    content = changed(written, change)
    if told == "workbook_part_of_year":
        with pytest.raises(InputError) as refused:
            read(root, content)
        assert refused.value.code == told
    elif "." in told:
        found = read(root, content)
        assert told not in found.figures
        assert "row_not_found" in {each.code for each in found.remarks}
    else:
        assert told in {each.code for each in read(root, content).refusals}


def test_a_slip_of_one_letter_is_the_label(root: Path, written: bytes) -> None:
    found = read(root, changed(written, relabelled("表二", "行政规范性文件", "行政规范姓文件")))
    assert found.figures["disclosure.normative_documents/in_force"].value == 420
    # 行政许可 and 行政处罚 are as near.
    unsure = read(root, changed(written, relabelled("表二", "行政强制", "行政強制")))
    assert "disclosure.coercion/decisions" not in unsure.figures
    assert [each.code for each in unsure.remarks] == ["row_not_found"]


def test_a_sum_that_was_not_computed_again_is_refused(root: Path, written: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written))
    cell = find(book, "表三", "（一）予以公开")
    number = next(each for each in book["表三"][cell.row] if isinstance(each.value, int))
    number.value += 1
    saved = io.BytesIO()
    book.save(saved)  # openpyxl drops what formulas have come to
    found = read(root, saved.getvalue())
    assert found.refusals == ()
    assert found.figures["requests.granted/total"].value == 1432
    kept = changed(written, lambda book: None)
    assert values_of(read(root, kept)) == Project(root).submission(2024, "suqian").figures.cells


def test_two_departments_on_one_sheet_are_two(root: Path) -> None:
    book = openpyxl.Workbook()
    sheet, line = book.active, 1
    for name, count in (("宿迁市人民政府", 5), ("南岗区营商环境建设监督局", 7)):
        sheet.cell(line, 1, f"{name}2024年行政许可等情况统计")
        sheet.cell(line + 1, 1, "信息内容")
        sheet.cell(line + 1, 2, "本年处理决定数量")
        sheet.cell(line + 2, 1, "行政许可")
        sheet.cell(line + 2, 2, count)
        line += 4
    saved = io.BytesIO()
    book.save(saved)
    found = read_workbook(Project(root), saved.getvalue(), "两家.xlsx", Asked())
    told = {each.department: each.figures["disclosure.licensing/decisions"].value for each in found}
    assert told == {"suqian": 5, "nangang-ysj": 7}


def test_text_that_looks_like_a_formula_stays_text_both_ways(root: Path, written: bytes) -> None:
    def change(book: Book) -> None:
        cell = find(book, "文字", "主动公开")
        book["文字"].cell(cell.row, cell.column + 2).value = "=1+1"
        book["文字"].cell(cell.row, cell.column + 2).data_type = "s"

    assert read(root, changed(written, change)).prose["proactive"] == "=1+1"


@pytest.mark.parametrize("name", ["微信公众号条数", "12345热线", "policy_qa", "？？"])
def test_a_clerks_name_of_a_number_is_an_id(name: str) -> None:
    assert fact_id_of(name).isascii()
    assert fact_id_of(name)[0].isalpha()


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink 200 figures takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), year=st.sampled_from([2020, 2024]))
def test_any_figures_come_back(root: Path, data: st.DataObject, year: int) -> None:
    project = Project(root)
    edition = project.editions.for_year(year)
    count = st.one_of(st.none(), st.integers(0, 999_999_999))
    amount = st.one_of(st.none(), st.decimals(0, 10**8, places=4))
    cells = {cell: data.draw(amount if spec.kind == "amount" else count) for cell, spec in edition.cells.items()}
    for cell, parts in sums_of(edition).items():
        values = [cells[each] for each in parts]
        cells[cell] = None if None in values else sum(value for value in values if value is not None)
    path = root / "params" / str(year)
    path.mkdir(exist_ok=True)
    lines = ["figures:"]
    for table in edition.tables:
        lines.append(f"  {table.id}:")
        lines += _yaml_rows(edition, table.id, cells)
    (path / "nangang-ysj.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    project = Project(root)
    found = read(root, workbook_of(project, year, "nangang-ysj"))
    assert found.refusals == ()
    assert values_of(found) == project.submission(year, "nangang-ysj").figures.cells


def _yaml_rows(edition: Any, table: str, cells: dict[str, Any]) -> list[str]:
    lines, above = [], list[str]()
    for row, specs in edition.rows.items():
        if specs[0].table != table:
            continue
        ids = row.split(".")[1:]
        for depth, each in enumerate(ids[:-1]):
            if above[: depth + 1] != ids[: depth + 1]:
                lines.append(f"{'  ' * (depth + 2)}{each}:")
        above = ids[:-1]
        said = ", ".join("~" if cells[spec.id] is None else f"{cells[spec.id]}" for spec in specs)
        lines.append(f"{'  ' * (len(ids) + 1)}{ids[-1]}: [{said}]")
    return lines
