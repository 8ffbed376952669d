"""The summary of a year: every figure where its heads say, blanks blank, rows that sort, nothing added up."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reportkit.collecting.collect import Collected, Standing, collect
from reportkit.collecting.filings import filings_of
from reportkit.collecting.keep import keep
from reportkit.collecting.summary import summary_of
from reportkit.collecting.summary_columns import figure_columns
from reportkit.editions import STATUTORY
from reportkit.inputs.project import Project
from reportkit.inputs.workbook.titles import Asked
from tests.building import edit, write_shipped
from tests.conftest import TESTS
from tests.test_cli import Call, reportkit

__all__ = ["reportkit"]  # the fixture, by its import
ON = date(2024, 2, 3)
BEFORE = 4
"""Columns in front of the figures."""


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return write_shipped(repository, tmp_path / "project")


def content_of(root: Path, year: int = 2023, on: date = ON) -> bytes:
    project = Project(root)
    return summary_of(project.editions.for_year(year), filings_of(project, year), on)


def book_of(root: Path, year: int = 2023, on: date = ON) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content_of(root, year, on)))


def filtered(sheet: Any) -> tuple[int, int]:
    """The row of the heads that the filter stands on, and the last row below it."""
    first, last = sheet.auto_filter.ref.split(":")
    return sheet[first].row, sheet[last].row


def rows_of(sheet: Any) -> dict[str, list[Any]]:
    """A body's name → its row."""
    head, last = filtered(sheet)
    rows = sheet.iter_rows(min_row=head + 1, max_row=last, values_only=True)
    return {row[1]: list(row) for row in rows if row[1]}


def every_cell(book: Any) -> Iterator[Any]:
    return (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


# Figures


@pytest.mark.parametrize(("year", "department"), [(2019, "shanghai-fgt"), (2023, "nangang-ysj"), (2023, "suqian")])
def test_each_figure_is_in_its_bodys_row_as_a_number_and_a_blank_is_blank(
    root: Path, year: int, department: str
) -> None:
    project, book = Project(root), book_of(root, year)
    stated, edition = project.submission(year, department).figures, project.editions.for_year(year)
    found: dict[str, Any] = {}
    for table in edition.tables:
        row = rows_of(book[f"表{table.number}"])[project.department(department).name]
        columns = figure_columns(table)
        assert len(row) == BEFORE + len(columns)
        found |= {column.cell.id: value for column, value in zip(columns, row[BEFORE:], strict=True)}
        assert row[3] == row[BEFORE:].count(None)
    values = {cell: float(value) if isinstance(value, Decimal) else value for cell, value in stated.cells.items()}
    assert found == values
    assert 0 in found.values()


def test_a_body_that_has_not_handed_in_has_no_figure_at_all(root: Path) -> None:
    book = book_of(root)
    for name in ("表二", "表三", "表四"):
        row = rows_of(book[name])["上海市人民政府办公厅"]
        assert row[2] == "未报"
        assert set(row[3:]) == {None}


def test_nothing_is_added_up(root: Path) -> None:
    assert [cell.coordinate for cell in every_cell(book_of(root)) if cell.data_type == "f"] == []
    assert all(len(rows_of(book_of(root)[name])) == 3 for name in ("表二", "表三", "表四"))


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_each_column_is_under_the_statutory_labels_of_its_row_and_column(edition: str) -> None:
    told = STATUTORY.load(edition)
    for table in told.tables:
        columns = figure_columns(table)
        assert [each.cell.id for each in columns] == [
            cell for cell, spec in told.cells.items() if spec.table == table.id
        ]
        for each in columns:
            heads = (*each.above, each.head)
            assert each.head.startswith(each.cell.column_label)
            for part in each.cell.row_label.split("·")[1:]:
                assert any(part in head for head in heads), each.cell.id
        assert len({(*each.above, each.head) for each in columns}) == len(columns)


def test_the_heads_above_the_filter_are_what_the_columns_below_them_share(root: Path) -> None:
    sheet = book_of(root)["表三"]
    head, _ = filtered(sheet)
    area = next(
        each
        for each in sheet.merged_cells.ranges
        if str(sheet[each.coord.split(":")[0]].value).startswith("（一）予以公开")
    )
    assert [sheet.cell(head, column).value for column in range(area.min_col, area.max_col + 1)] == [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
    ]
    assert [sheet.cell(head - 1, column).value for column in range(area.min_col, area.min_col + 2)] == [
        "",
        "法人或其他组织",
    ]


def test_no_cell_id_is_anywhere(root: Path) -> None:
    edition, content = STATUTORY.for_year(2023), content_of(root)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert [cell for cell in edition.cells if f">{cell}<" in text or f">{edition.cells[cell].row}<" in text] == []


def test_a_number_keeps_its_places_and_one_too_long_for_a_spreadsheet_is_text(root: Path) -> None:
    edit(root, "params/2023/suqian.yaml", "    fees: [", "    fees: [12345.50]  # ")
    edit(root, "params/2023/suqian.yaml", "    licensing: [", "    licensing: [12345678901234567]  # ")
    sheet = book_of(root)["表二"]
    row = next(row for row in sheet.iter_rows() if row[1].value == "宿迁市人民政府")
    (fee,) = (cell for cell in row if cell.value == 12345.5)
    assert fee.number_format == "0.00"
    (licensing,) = (cell for cell in row if cell.value == "12345678901234567")
    assert licensing.data_type == "s"


# Sheets


def test_the_sheets_are_the_overview_the_reminders_and_one_a_table(root: Path) -> None:
    assert book_of(root).sheetnames == ["报送情况", "催报", "表二", "表三", "表四"]


def test_rows_can_be_sorted_and_filtered_but_not_written_on(root: Path) -> None:
    for sheet in book_of(root).worksheets:
        head, last = filtered(sheet)
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert not sheet.protection.sort  # that is, it isn't forbidden
        assert not sheet.protection.autoFilter
        assert [str(area) for area in sheet.merged_cells.ranges if area.max_row >= head and area.min_row <= last] == []
        (refused,) = sheet.data_validations.dataValidation
        assert (refused.type, refused.formula1, refused.errorStyle) == ("custom", "FALSE", None)
        assert str(refused.sqref) == sheet.auto_filter.ref.replace(f"A{head}", f"A{head + 1}", 1)
        for row in sheet.iter_rows(max_row=head):
            assert all(cell.protection.locked for cell in row)


def test_heads_stay_in_sight_and_on_every_page(root: Path) -> None:
    for sheet in book_of(root).worksheets:
        head, _ = filtered(sheet)
        assert sheet.freeze_panes == f"{'E' if sheet.title.startswith('表') else 'C'}{head + 1}"
        assert sheet.print_title_rows == f"$1:${head}"
        assert sheet.page_setup.orientation == "landscape"


def test_a_table_too_wide_for_a_page_is_cut_between_statutory_rows(root: Path) -> None:
    sheet = book_of(root)["表三"]
    assert sheet.print_title_cols == "$A:$D"
    cuts = [each.id for each in sheet.col_breaks.brk]
    assert cuts
    assert {(each - BEFORE) % 7 for each in cuts} == {0}
    assert book_of(root)["表二"].page_setup.fitToWidth in (None, 1)


def test_the_overview_says_who_has_handed_in_what(root: Path) -> None:
    text = (root / "params/2023/suqian.yaml").read_text(encoding="utf-8")
    came = Collected(Path("=cmd|报回.xlsx"), Standing.SAME, 2023, "suqian", content=b"1", before=text, after=text)
    keep(Project(root), came, datetime(2024, 1, 5, 16, 30, tzinfo=UTC))
    book = book_of(root)
    found = rows_of(book["报送情况"])
    assert found["宿迁市人民政府"][2:] == [
        "已报",
        datetime(2024, 3, 31),
        "=cmd|报回.xlsx",
        datetime(2024, 1, 6, 0, 30),
        "未改动",
        0,
        0,
        None,
    ]
    assert found["南岗区营商环境建设监督局"][2:] == ["已报", datetime(2024, 1, 31), None, None, None, 0, 193, None]
    assert found["上海市人民政府办公厅"][2:] == ["未报", datetime(2024, 1, 31), *[None] * 6]
    (file,) = (cell for cell in every_cell(book) if cell.value == "=cmd|报回.xlsx")
    assert file.data_type == "s"
    assert book["报送情况"]["A2"].value == "应报3个单位，已报2个，未报1个。"


def test_the_overview_says_what_cant_be_read_and_what_belongs_to_nobody(root: Path) -> None:
    (root / "params/2023/suqian.yaml").write_text("figurs: {}\n", encoding="utf-8")
    (root / "params/2023/教育局.yaml").write_text("{}\n", encoding="utf-8")
    sheet = book_of(root)["报送情况"]
    row = rows_of(sheet)["宿迁市人民政府"]
    assert (row[2], row[7], row[8]) == ("已报，读不了", None, None)
    assert "figurs" in row[9]
    assert any("教育局.yaml" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_the_reminders_are_those_of_the_day(root: Path) -> None:
    found = rows_of(book_of(root)["催报"])
    assert {name: row[2:6] for name, row in found.items()} == {
        "上海市人民政府办公厅": ["未报", datetime(2024, 1, 31), -3, "逾期3天"],
        "南岗区营商环境建设监督局": ["有193格空白", datetime(2024, 1, 31), -3, "逾期3天"],
    }
    later = rows_of(book_of(root, on=date(2024, 1, 31))["催报"])
    assert {row[5] for row in later.values()} == {"今天到期"}


def test_a_body_named_as_a_formula_is_a_text(root: Path) -> None:
    edit(root, "params/departments.yaml", "name: 宿迁市人民政府", "name: '=1+1'")
    cells = [cell for cell in every_cell(book_of(root)) if cell.value == "=1+1"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert len(cells) == 4


# Bytes

SCRIPT = """
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from tests.test_summary import content_of
print(sha256(content_of(Path(sys.argv[1]))).hexdigest())
"""


def test_the_same_inputs_and_day_give_the_same_bytes_anywhere(root: Path) -> None:
    found = set()
    for seed, zone in (("1", "UTC"), ("2", "America/New_York")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(root)],
            cwd=TESTS.parent,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(ran.stdout)
    assert len(found) == 1


def test_only_the_reminders_depend_on_the_day(root: Path) -> None:
    one, other = (book_of(root, on=on) for on in (ON, date(2024, 3, 1)))
    differ = [sheet.title for sheet in one.worksheets if [*sheet.values] != [*other[sheet.title].values]]
    assert differ == ["催报"]


# The command


def test_the_command_writes_the_file_that_is_named(reportkit: Call, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    ran = reportkit("workbook", "--summary", "-y", 2023, "-o", path, "--on", ON, "-C", root)
    assert (ran.code, ran.out.splitlines()) == (0, [f"{path}：已写出汇总", "应报3个单位，已报2个，未报1个。"])
    assert path.read_bytes() == content_of(root)
    told = reportkit("workbook", "--summary", "-y", 2023, "-o", path, "--on", ON, "--json", "-C", root).json
    assert (told["written"], told["kept"], told["on"]) == ([str(path)], [], "2024-02-03")
    assert [(each["department"], each["handed_in"]) for each in told["filings"]] == [
        ("nangang-ysj", True),
        ("suqian", True),
        ("shanghai-fgt", False),
    ]


def test_without_a_name_it_is_in_the_folder_of_workbooks(reportkit: Call, root: Path, tmp_path: Path) -> None:
    assert reportkit("workbook", "--summary", "-y", 2023, "--on", ON, "-C", root).code == 0
    assert (root / "outputs/workbooks/2023-汇总.xlsx").read_bytes() == content_of(root)
    assert reportkit("workbook", "--summary", "-y", 2023, "--on", ON, "-o", tmp_path, "-C", root).code == 0
    assert (tmp_path / "2023-汇总.xlsx").is_file()


def test_another_file_is_only_written_over_when_that_is_said(reportkit: Call, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(b"mine")
    asked = ("workbook", "--summary", "-y", 2023, "-o", path, "--on", ON, "-C", root)
    assert reportkit(*asked).code == 1
    assert reportkit(*asked, "--yes", "--dry-run").code == 0
    assert path.read_bytes() == b"mine"
    assert reportkit(*asked, "--yes").code == 0
    assert path.read_bytes() == content_of(root)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-y", 2023, "-d", "suqian"), "汇总是全部单位的"),
        (("-y", 2023, "-o", "汇总"), "要以.xlsx结尾"),
        (("-y", 2022), "2022年没有要求报送的单位"),
    ],
)
def test_what_is_asked_wrongly_is_said(reportkit: Call, root: Path, arguments: tuple[object, ...], said: str) -> None:
    ran = reportkit("workbook", "--summary", *arguments, "--on", ON, "--lang", "zh", "-C", root)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_summary_is_no_submission(root: Path, tmp_path: Path) -> None:
    for year in (2019, 2023, 2024):
        path = tmp_path / f"{year}-汇总.xlsx"
        path.write_bytes(content_of(root, year))
        assert {each.standing for each in collect(Project(root), [path], Asked())} == {Standing.REFUSED}
        asked = Asked("suqian", year)
        assert {each.standing for each in collect(Project(root), [path], asked)} == {Standing.REFUSED}
