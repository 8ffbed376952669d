"""What may look like a figure, a title or a label and isn't: each is refused, or read as a careful clerk would."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font

from reportkit.editions import Edition
from reportkit.errors import InputError
from reportkit.inputs.handed_in import HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.tables.grid import Grid, GridCell, Raw
from reportkit.inputs.tables.labels import all_labels
from reportkit.inputs.tables.numerals import numeral
from reportkit.inputs.workbook.beside import fact_id_of
from reportkit.inputs.workbook.bodies import by_department
from reportkit.inputs.workbook.opening import Opened
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked, year_of
from tests.building import write_shipped
from tests.hostile_workbooks import ods, packed
from tests.mangling import Handed, letters, own, typed
from tests.test_workbooks import unmerged

COUNT, AMOUNT = "requests.received/total", "disclosure.fees/amount"


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(write_shipped(repository, tmp_path_factory.mktemp("readings") / "project"))


@pytest.fixture(scope="module")
def edition(project: Project) -> Edition:
    return project.editions.for_year(2024)


# A cell


@pytest.mark.parametrize(
    ("value", "wanted", "note"),
    [
        ("58①", 58, "①"),
        ("78²", 78, "²"),
        ("12※", 12, "※"),
        ("1 573 179", 1573179, ""),
        ("22(其中修订16件)", 22, "(其中修订16件)"),
        ("22（均为网上公开）", 22, "(均为网上公开)"),
        ("＋３", 3, ""),
        ("'7", 7, ""),
        ("零", 0, ""),
        ("零件", 0, ""),
        ("3525件。", 3525, ""),
        ("3,525。", 3525, ""),
        ("12件次", 12, ""),
    ],
)
def test_a_number_with_what_is_none_of_its_digits(edition: Edition, value: str, wanted: int, note: str) -> None:
    found = numeral(GridCell(value), edition.cells[COUNT])
    assert (found.value, found.note, found.refused) == (wanted, note, False)


@pytest.mark.parametrize(
    "value",
    [
        "①", "²", "十五", "Ⅻ", "１５①６", "15（更正：16）", "0（实为3）", "35000（元）", "22（其中应为16件）", "12 34",
        "22 333", "1,573,17", "零五", "12人次", "3.", "1e3", "0x10", "+", "3/4", "2024-01-02", "约15", "<5", "O5", "l5",
    ],
)  # fmt: skip
def test_what_is_no_number_surely(edition: Edition, value: str) -> None:
    assert numeral(GridCell(value), edition.cells[COUNT]).refused


@pytest.mark.parametrize(
    ("value", "number_format", "refused"),
    [
        (35000, "0!.0,", True),
        (35000, "0.0,", True),
        (2466120, "0.00,,", True),
        (0.98, "0%", True),
        (45000, "yyyy-mm-dd", True),
        (35000, '0"元"', True),
        (12, '0"件"', False),
        (12, "#,##0", False),
        (12, "General", False),
        (12, '#,##0_);[Red](#,##0)', False),
        (2.6, "0", True),
        (True, "General", True),
        (-3, "0", True),
        (10**16, "0", True),
    ],
)  # fmt: skip
def test_a_number_that_is_shown_as_another_is_none(
    edition: Edition, value: Raw, number_format: str, refused: bool
) -> None:
    assert numeral(GridCell(value, format=number_format), edition.cells[COUNT]).refused is refused


def test_an_amount_has_its_decimals_and_its_own_unit(edition: Edition) -> None:
    spec = edition.cells[AMOUNT]
    assert numeral(GridCell(59237.2449), spec).value == Decimal("59237.2449")
    assert numeral(GridCell("59237.2449万元"), spec).value == Decimal("59237.2449")
    assert numeral(GridCell("592372449元"), spec).refused
    assert numeral(GridCell(35000, format='0"元"'), spec).refused


# Whose, and of which year


def year(project: Project, *titles: str, file: str = "报回.xlsx", sheet: str = "Sheet1") -> int | str:
    grid = Grid(sheet, {(row, 0): GridCell(title) for row, title in enumerate(titles)})
    editions = [project.editions.load(each) for each in project.editions.ids]
    labels = {name for each in editions for name in all_labels(each)}
    try:
        return year_of(Opened((grid,), {}), {}, file, Asked(), labels)
    except InputError as error:
        return error.code


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        (("宿迁市人民政府2024年政府信息公开情况表",), 2024),
        (("二〇二四年度政府信息公开情况表",), 2024),
        (("二○二四年宿迁市人民政府主动公开情况",), 2024),
        (("24年政府信息公开情况表",), 2024),
        (("政府信息公开情况表（2024 年度）", "填报时间：2025-01-16"), 2024),
        (("2024年1—12月政府信息公开情况表",), 2024),
        (("2024年政府信息公开情况表", "2023年总计"), 2024),
        (("2024年政府信息公开情况表", "上年（2023年）"), 2024),
        (("根据国办公开办函〔2021〕30号填报", "2024年政府信息公开情况表"), 2024),
        (("2024年政府信息公开情况表", "填报日期：2024年12月"), 2024),
        (("政府信息公开情况表",), "workbook_no_year"),
        (("2024年政府信息公开情况表", "2023年政府信息公开情况表"), "workbook_years_differ"),
        (("2024年政府信息公开情况表", "填报时间：2027-01-16"), "workbook_years_differ"),
        (("2024年上半年政府信息公开情况表",), "workbook_part_of_year"),
        (("2024年第三季度政府信息公开情况表",), "workbook_part_of_year"),
        (("2024年1月至6月政府信息公开情况表",), "workbook_part_of_year"),
        (("2024年6月份政府信息公开情况表",), "workbook_part_of_year"),
        (("2024年6月政府信息公开情况表",), "workbook_part_of_year"),
        (("2024年政府信息公开情况表（截至9月）",), "workbook_part_of_year"),
        (("2024年政府信息公开月报",), "workbook_part_of_year"),
    ],
)
def test_the_year_that_titles_say(project: Project, titles: tuple[str, ...], wanted: int | str) -> None:
    assert year(project, *titles) == wanted


def test_names_of_files_and_sheets_say_the_year_where_titles_dont_and_mustnt_say_another(project: Project) -> None:
    assert year(project, "政府信息公开情况表", file="2024年报送.xlsx") == 2024
    assert year(project, "政府信息公开情况表", sheet="2024年") == 2024
    assert year(project, "2024年政府信息公开情况表", file="宿迁（97-2003格式）.xls") == 2024
    assert year(project, "2024年政府信息公开情况表", file="2025年1月报送.xlsx") == 2024
    assert year(project, "2024年政府信息公开情况表", file="2023年报送.xlsx") == "workbook_years_differ"
    assert year(project, "2024年政府信息公开情况表", sheet="Q2") == "workbook_part_of_year"


def body(project: Project, *titles: str, file: str = "报回.xlsx", sheet: str = "Sheet1") -> list[str] | str:
    grid = Grid(sheet, {(row, 0): GridCell(title) for row, title in enumerate(titles)})
    try:
        return [*by_department(project.register, Opened((grid,), {}), {}, file, Asked())]
    except InputError as error:
        return error.code


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        (("宿迁市人民政府2024年政府信息公开情况表",), ["suqian"]),
        (("二〇二四年宿迁市人民政府主动公开情况",), ["suqian"]),
        (("填报单位（盖章）：南岗区营商环境建设监督局",), ["nangang-ysj"]),
        (("宿迁市人民政府办公室2024年政府信息公开情况表",), "workbook_unknown_body"),
        (("新宿迁市人民政府2024年政府信息公开情况表",), "workbook_unknown_body"),
        (("示例县教育局2024年政府信息公开情况表",), "workbook_unknown_body"),
        (("政府信息公开情况表",), "workbook_no_body"),
    ],
)
def test_the_body_that_titles_name(project: Project, titles: tuple[str, ...], wanted: list[str] | str) -> None:
    assert body(project, *titles) == wanted


def test_names_of_files_and_sheets_name_no_other_body(project: Project) -> None:
    title = "宿迁市人民政府2024年政府信息公开情况表"
    assert body(project, title, file="宿迁市人民政府.xlsx") == ["suqian"]
    assert body(project, title, file="南岗区营商环境建设监督局.xlsx") == "workbook_bodies_differ"
    assert body(project, title, sheet="南岗区营商环境建设监督局") == "workbook_bodies_differ"
    assert body(project, "政府信息公开情况表", sheet="南岗区营商环境建设监督局") == ["nangang-ysj"]


# Tables that offices make


def read(handed: Handed) -> HandedIn:
    (found,) = read_workbook(handed.project, handed.content(), handed.name, Asked())
    return found


def suqian(project: Project) -> Handed:
    return typed(project, 2024, "suqian")


def codes(found: HandedIn) -> set[str]:
    return {each.code for each in found.refusals}


def figures(found: HandedIn) -> dict[str, Any]:
    return {cell: each.value for cell, each in found.figures.items()}


def test_an_older_format_is_refused_as_such(project: Project) -> None:
    handed = typed(project, 2019, "shanghai-fgt")
    for sheet in handed.book.worksheets:
        sheet.cell(1, 1).value = str(sheet.cell(1, 1).value).replace("2019", "2024")
    assert "sheet_of_other_format" in codes(read(handed))


def test_last_years_column_beside_this_years_is_not_taken(project: Project) -> None:
    handed = suqian(project)
    sheet = unmerged(handed.book["表三"])
    head = handed.at["requests.received/natural_person"][2]
    sheet.insert_cols(head)
    handed.moved("表三", lambda row: row, lambda column: column + 1 if column >= head else column)
    rows = sorted({row for name, row, _ in handed.at.values() if name == "表三"})
    for row in rows:
        sheet.cell(row, head, 999)
    sheet.cell(rows[0] - 1, head, "上年自然人")
    found = read(handed)
    assert codes(found) <= {"label_unlike"}
    assert 999 not in figures(found).values()


def test_a_row_that_numbers_the_columns_is_none_of_figures(project: Project) -> None:
    handed = suqian(project)
    sheet = unmerged(handed.book["表四"])
    row = handed.at["disputes.review/upheld"][1]
    columns = sorted(column for name, _, column in handed.at.values() if name == "表四")
    sheet.insert_rows(row)
    for number, column in enumerate(columns, 1):
        sheet.cell(row, column, number)
    found = read(handed)
    assert (codes(found), figures(found)) == (set(), handed.truth)


SUMS = {5: "5=1+2+3+4", 10: "（10）=（6）+（7）+（8）+（9）", 15: "15=11+12+13+14"}


@pytest.mark.parametrize("table", ["表三", "表四"])
def test_a_row_that_says_of_which_columns_others_are_the_sum_is_none_of_figures(project: Project, table: str) -> None:
    handed = suqian(project)
    sheet = unmerged(handed.book[table])
    row = min(row for name, row, _ in handed.at.values() if name == table)
    columns = sorted({column for name, _, column in handed.at.values() if name == table})
    sheet.insert_rows(row)
    handed.moved(table, lambda line: line + 1)
    sheet.cell(row, 1, "栏次")
    for number, column in enumerate(columns, 1):
        sheet.cell(
            row, column, SUMS.get(number, number) if table == "表四" else "7=1+2+3+4+5+6" if number == 7 else number
        )
    found = read(handed)
    assert (codes(found), figures(found)) == (set(), handed.truth)


@pytest.mark.parametrize("label", ["上年", "2023年", "增减", "比上年增减（%）"])
def test_a_row_of_another_year_or_of_differences_is_not_taken(project: Project, label: str) -> None:
    handed = suqian(project)
    sheet = unmerged(handed.book["表四"])
    sheet.insert_cols(1)
    handed.moved("表四", lambda row: row, lambda column: column + 1)
    row = handed.at["disputes.review/upheld"][1]
    for name, _, column in [*handed.at.values()]:
        if name == "表四":
            sheet.cell(row + 1, column, -5 if "增减" in label else 5)
    sheet.cell(row, 1, "本年")
    sheet.cell(row + 1, 1, label)
    found = read(handed)
    assert (codes(found), figures(found)) == (set(), handed.truth)


def test_numbers_that_have_shifted_by_a_column_are_refused(project: Project) -> None:
    handed = suqian(project)
    sheet = unmerged(handed.book["表三"])
    row = handed.at["requests.received/natural_person"][1]
    columns = sorted(column for name, line, column in handed.at.values() if (name, line) == ("表三", row))
    for column in reversed(columns):
        sheet.cell(row, column + 1, sheet.cell(row, column).value)
    sheet.cell(row, columns[0], 3)
    assert "figure_without_head" in codes(read(handed))


def test_a_row_by_another_name_is_told_where_one_is_missing(project: Project) -> None:
    handed = suqian(project)
    sheet, row, column = handed.at["disclosure.licensing/decisions"]
    handed.book[sheet].cell(row, column - 1).value = "行政审批"
    found = read(handed)
    assert "label_unknown" in codes(found)
    assert "行政审批" in " ".join(str(each) for each in found.refusals)


def test_figures_merged_into_one_are_refused(project: Project) -> None:
    handed = suqian(project)
    _, row, column = handed.at["requests.received/natural_person"]
    handed.book["表三"].merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + 1)
    assert "figure_merged" in codes(read(handed))


def test_another_unit_of_a_sheet_is_refused(project: Project) -> None:
    handed = suqian(project)
    handed.book["表二"].cell(2, 1).value = "单位：元"
    assert "sheet_unit" in codes(read(handed))


def struck(cell: Any) -> None:
    cell.font = Font(strike=True)


def corrected(cell: Any) -> None:
    old, new = TextBlock(InlineFont(strike=True), "99"), TextBlock(InlineFont(), str(int(cell.value)))
    cell.value = CellRichText(old, new)


def raised_within(cell: Any) -> None:
    cell.value = CellRichText("1", TextBlock(InlineFont(vertAlign="superscript"), "2"), "5")


def raised_before_its_unit(cell: Any) -> None:
    cell.value = CellRichText("15", TextBlock(InlineFont(vertAlign="superscript"), "3"), "件")


def raised_whole(cell: Any) -> None:
    cell.value = CellRichText(TextBlock(InlineFont(vertAlign="superscript"), "15"))


def struck_whole(cell: Any) -> None:
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), "15"))


def with_a_footnote(cell: Any) -> None:
    cell.value = CellRichText(str(int(cell.value)), TextBlock(InlineFont(vertAlign="superscript"), "3"))


@pytest.mark.parametrize(
    ("change", "is_read"),
    [
        (struck, False),
        (corrected, True),
        (with_a_footnote, True),
        (raised_within, False),
        (raised_before_its_unit, False),
        (raised_whole, False),
        (struck_whole, False),
    ],
)
def test_what_is_struck_out_or_raised_is_no_digit(
    project: Project, change: Callable[[Any], None], is_read: bool
) -> None:
    handed = suqian(project)
    change(handed.cell_of(COUNT))
    found = read(handed)
    assert codes(found) == (set() if is_read else {"cell_no_figure"})
    if is_read:
        assert found.figures[COUNT].value == handed.truth[COUNT]
        assert found.figures[COUNT].note


def test_a_hidden_figure_is_taken_where_a_sum_that_is_seen_proves_it(project: Project) -> None:
    handed = suqian(project)
    sheet, row, _ = handed.at["requests.granted/natural_person"]
    handed.book[sheet].row_dimensions[row].hidden = True
    assert codes(read(handed)) == set()
    cell = handed.at["requests.granted/natural_person"]
    handed.book[cell[0]].cell(cell[1], cell[2]).value = 1
    assert "figure_hidden" in codes(read(handed))


def test_two_bodies_in_a_list_are_two_and_one_table_under_anothers_name_is_refused(project: Project) -> None:
    handed = suqian(project)
    handed.book["表二"].cell(1, 1).value = "南岗区营商环境建设监督局2024年主动公开政府信息情况"
    with pytest.raises(InputError) as refused:
        read_workbook(project, handed.content(), "汇总.xlsx", Asked())
    assert refused.value.code == "workbook_bodies_differ"
    handed = suqian(project)
    sheet = unmerged(handed.book["表四"])
    for name in ("表二", "表三"):
        del handed.book[name]
    sheet.insert_cols(1)
    sheet.cell(1, 2).value = None
    sheet.cell(1, 1).value = "2024年行政复议、行政诉讼情况汇总"
    row = handed.at["disputes.review/upheld"][1]
    for column in range(2, sheet.max_column + 1):
        sheet.cell(row + 1, column, 1)
    sheet.cell(row, 1).value, sheet.cell(row + 1, 1).value = "宿迁市人民政府", "南岗区营商环境建设监督局"
    found = {each.department: each for each in read_workbook(project, handed.content(), "汇总.xlsx", Asked())}
    assert found["suqian"].figures["disputes.review/upheld"].value == handed.truth["disputes.review/upheld"]
    assert found["nangang-ysj"].figures["disputes.review/upheld"].value == 1


# Files of text, and what is beside tables


def test_a_text_that_is_called_a_workbook_is_refused_as_such(project: Project) -> None:
    content = "南岗区营商环境建设监督局2024年政府信息公开情况\n信息内容,本年处理决定数量\n行政许可,5\n".encode()
    with pytest.raises(InputError) as refused:
        read_workbook(project, content, "报回.xlsx", Asked())
    assert refused.value.code == "workbook_not_what_it_is_called"
    (found,) = read_workbook(project, content, "报回.csv", Asked())
    assert figures(found) == {"disclosure.licensing/decisions": 5}


def separated(project: Project, *lines: str) -> HandedIn:
    text = "\n".join(("南岗区营商环境建设监督局2024年政府信息公开情况", *lines))
    (found,) = read_workbook(project, text.encode(), "报回.csv", Asked())
    return found


@pytest.mark.parametrize(
    "lines",
    [
        ("信息内容,本年处理决定数量,备注", "行政许可,3,746"),
        ("信息内容,本年处理决定数量,备注", "行政许可,5,", "行政处罚,3,746,"),
        ("信息内容,本年处理决定数量", "行政许可,3,746"),
    ],
)
def test_a_comma_within_a_number_that_tears_it_in_two_is_refused(project: Project, lines: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as refused:
        separated(project, *lines)
    assert refused.value.code == "csv_torn_number"
    assert "CSV!B" in str(refused.value.where)


def test_a_comma_within_a_quoted_number_is_one_between_thousands(project: Project) -> None:
    found = separated(project, "信息内容,本年处理决定数量,备注", '行政许可,"3,746",')
    assert figures(found) == {"disclosure.licensing/decisions": 3746}


def own_fields(project: Project, label: str, value: Any) -> HandedIn:
    handed = own(project, 2024, "suqian")
    cell = next(each for row in handed.book["报送信息"].iter_rows() for each in row if each.value == label)
    handed.book["报送信息"].cell(cell.row, cell.column + 1).value = value
    return read(handed)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("√", True), ("✓", True), ("是。", True), ("Y", True), ("☑", True), ("否", False), ("□", False)],
)
def test_a_box_is_ticked_in_each_way_that_people_know(project: Project, value: str, wanted: bool) -> None:
    found = own_fields(project, "本年没有收到政府信息公开申请", value)
    assert (found.refusals, found.none_received) == ((), wanted)


@pytest.mark.parametrize("label", ["本年没有收到政府信息公开申请", "本表空白为0"])
def test_a_box_that_says_neither_yes_nor_no_is_refused_with_its_cell(project: Project, label: str) -> None:
    handed = own(project, 2024, "suqian")
    sheet, cell = next(
        (sheet, each)
        for sheet in handed.book.worksheets
        for row in sheet.iter_rows()
        for each in row
        if str(each.value).startswith(label)
    )
    right = sheet.cell(cell.row, max(cell.column + 1, sheet.max_column if label == "本表空白为0" else 0))
    right.value = "不清楚"
    (refusal,) = read(handed).refusals
    assert refusal.code == "no_yes_or_no"
    assert right.coordinate in str(refusal.where)


def test_a_bad_day_is_said_once(project: Project) -> None:
    assert len(own_fields(project, "公布日期", "下周").refusals) == 1


def test_two_long_names_of_numbers_have_two_ids_that_stay(project: Project) -> None:
    long = "通过门户网站政务新媒体新闻发布会等多种渠道主动公开的政府信息"
    ids = {fact_id_of(f"{long}条数"), fact_id_of(f"{long}件数")}
    assert len(ids) == 2
    assert ids == {fact_id_of(f"{long}条数"), fact_id_of(f"{long}件数")}
    assert max(map(len, ids)) <= 64


def with_fact(project: Project, **said: Any) -> HandedIn:
    handed = own(project, 2024, "suqian")
    sheet = handed.book["正文数据"]
    columns = {str(cell.value)[:2]: cell.column for cell in sheet[1] if cell.value}
    row = next(row for row in range(2, 99) if not sheet.cell(row, columns["名称"]).value)
    for name, value in said.items():
        sheet.cell(row, columns[name]).value = value
    return read(handed)


@pytest.mark.parametrize("said", [{"名称": "热线", "正文": "约五百"}, {"正文": "约五百"}, {"数值": 5}])
def test_a_number_of_the_words_that_lacks_its_name_or_value_is_refused(project: Project, said: dict[str, Any]) -> None:
    assert codes(with_fact(project, **said)) == {"fact_in_part"}


def test_a_file_without_a_column_of_sources_says_so(project: Project) -> None:
    assert with_fact(project, 名称="热线", 数值=5).unsaid["re_xian"] == frozenset()
    handed = own(project, 2024, "suqian")
    sheet = handed.book["正文数据"]
    column = next(cell.column for cell in sheet[1] if cell.value == "来源")
    sheet.delete_cols(column)
    sheet.cell(80, 2).value, sheet.cell(80, 3).value = "热线", 5
    assert read(handed).unsaid["re_xian"] == {"source"}


# Labels as offices have them, and figures beside labels that aren't known


def relabelled(handed: Handed, old: str, new: str) -> Handed:
    cells = [each for sheet in handed.book.worksheets for row in sheet.iter_rows() for each in row if each.value == old]
    assert cells
    for cell in cells:
        cell.value = new
    return handed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("（七）总计", "（七）合计"),
        ("总计", "合计"),
        ("行政复议", "行政复议情况"),
        ("未经复议直接起诉", "直接起诉"),
        ("复议后起诉", "经复议后起诉"),
        ("本年收费金额（单位：万元）", "本年收费金额（万元）"),
    ],
)
def test_other_words_for_a_label_are_that_label(project: Project, old: str, new: str) -> None:
    handed = relabelled(suqian(project), old, new)
    found = read(handed)
    assert (codes(found), figures(found)) == (set(), handed.truth)


@pytest.mark.parametrize(
    ("old", "new", "cell"),
    [
        ("（七）总计", "合计", "requests.concluded/natural_person"),
        ("行政复议", "复议", "disputes.review/upheld"),
        ("本年收费金额（单位：万元）", "收费情况", "disclosure.fees/amount"),
        ("本年收费金额（单位：万元）", "本年收费金额", "disclosure.fees/amount"),
        ("本年处理决定数量", "数量", "disclosure.licensing/decisions"),
        ("规章", "部门规章", "disclosure.rules/issued"),
    ],
)
def test_a_figure_beside_a_label_that_isnt_known_is_refused_with_its_cell(
    project: Project, old: str, new: str, cell: str
) -> None:
    handed = relabelled(suqian(project), old, new)
    found = read(handed)
    assert codes(found) & {"figure_not_taken", "label_unknown"}
    assert letters(*handed.at[cell]) in " ".join(str(each) for each in found.refusals)


def test_a_head_of_a_group_that_isnt_above_its_columns_loses_no_figure(project: Project) -> None:
    handed = suqian(project)
    sheet = unmerged(handed.book["表四"])
    cell = next(each for row in sheet.iter_rows() for each in row if each.value == "行政复议")
    sheet.cell(cell.row, cell.column + 2).value, cell.value = cell.value, None
    found = read(handed)
    assert "figure_not_taken" in codes(found)
    assert letters(*handed.at["disputes.review/upheld"]) in " ".join(str(each) for each in found.refusals)


def listed(project: Project, *bodies: str) -> list[HandedIn]:
    """A list of bodies by row, each with table four's figures."""
    handed = suqian(project)
    sheet = unmerged(handed.book["表四"])
    for name in ("表二", "表三"):
        del handed.book[name]
    sheet.insert_cols(1)
    sheet.cell(1, 2).value, sheet.cell(1, 1).value = None, "2024年行政复议、行政诉讼情况汇总"
    row = handed.at["disputes.review/upheld"][1]
    for number, name in enumerate(bodies):
        sheet.cell(row + number, 1).value = name
        for column in range(2, 17):
            sheet.cell(row + number, column, number)
    return read_workbook(project, handed.content(), "汇总.xlsx", Asked())


@pytest.mark.parametrize(
    "bodies",
    [
        ("宿迁市人民政府", "示例县教育局", "南岗区营商环境建设监督局"),
        ("宿迁市人民政府", "南岗区营商环境建设监督局", "示例县政府"),
        ("示例县政府", "宿迁市人民政府", "南岗区营商环境建设监督局"),
        ("宿迁市人民政府", "示例县政府"),
    ],
)
def test_a_row_of_a_list_that_names_nobody_registered_is_told_with_its_cell(
    project: Project, bodies: tuple[str, ...]
) -> None:
    found = listed(project, *bodies)
    assert len(found) == len(bodies) - 1
    assert [codes(each) for each in found] == [set()] * len(found)
    (told,) = {str(said) for each in found for said in each.remarks if said.code == "bodies_not_registered"}
    assert "表四!A" in told


def test_a_list_of_one_body_and_its_sum_is_that_bodys(project: Project) -> None:
    (found,) = listed(project, "宿迁市人民政府")
    assert (found.department, codes(found)) == ("suqian", set())
    assert len([each for each in figures(found).values() if each == 0]) == 15
    assert len(listed(project, "宿迁市人民政府", "南岗区营商环境建设监督局", "合计")) == 2


# What is struck out, raised, white or hidden


def white_by_theme(cell: Any) -> None:
    cell.font = Font(color=Color(theme=0))


def white_of_old(cell: Any) -> None:
    cell.font = Font(color=Color(indexed=9))


def black_by_theme(cell: Any) -> None:
    cell.font = Font(color=Color(theme=1))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [(white_by_theme, {"cell_no_figure"}), (white_of_old, {"cell_no_figure"}), (black_by_theme, set())],
)
def test_a_white_figure_is_refused_whatever_makes_it_white(
    project: Project, change: Callable[[Any], None], wanted: set[str]
) -> None:
    handed = suqian(project)
    change(handed.cell_of(COUNT))
    assert codes(read(handed)) == wanted


def test_rows_that_a_sheet_hides_by_default_are_hidden(project: Project) -> None:
    handed = suqian(project)
    handed.book["表二"].sheet_format.zeroHeight = True
    assert "figure_hidden" in codes(read(handed))


SPACES = {"dc": "http://purl.org/dc/elements/1.1/"} | {
    short: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for short, name in {
        "fo": "xsl-fo-compatible", "number": "datastyle", "office": "office", "style": "style", "table": "table",
        "text": "text",
    }.items()
}  # fmt: skip
STYLES = (
    "<style:style style:name='raised' style:family='{0}'><style:text-properties style:text-position='super 58%'/>"
    "</style:style><style:style style:name='struck' style:family='{0}'><style:text-properties "
    "style:text-line-through-style='solid'/></style:style><style:style style:name='child' style:family='{0}' "
    "style:parent-style-name='struck'/><style:style style:name='white' style:family='{0}'><style:text-properties "
    "fo:color='#FFFFFF'/></style:style>"
)
NUMBERS = (
    "<number:number-style style:name='N0'><number:number number:min-integer-digits='1'/></number:number-style>"
    "<number:number-style style:name='N1'><number:number number:decimal-places='1' number:display-factor='1000'/>"
    "</number:number-style><number:number-style style:name='N2'/>"
    "<number:number-style style:name='N3'><number:text>-</number:text><number:number number:decimal-places='0'/>"
    "<style:map style:condition='value()&gt;=0' style:apply-style-name='N0'/></number:number-style>"
) + "".join(
    f"<style:style style:name='c{n}' style:family='table-cell' style:data-style-name='N{n}'/>" for n in range(4)
)


def open_document(project: Project, cell: str, *, row: str = "", column: str = "") -> HandedIn:
    """A small .ods with 行政许可 alone; its cell, and what is said of its row and column."""
    title = "南岗区营商环境建设监督局2024年政府信息公开情况"

    def words(text: str) -> str:
        return f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>"

    content = (
        f"<table:table table:name='表二'><table:table-column/><table:table-column {column}/>"
        f"<table:table-row>{words(title)}</table:table-row>"
        f"<table:table-row>{words('信息内容')}{words('本年处理决定数量')}</table:table-row>"
        f"<table:table-row {row}>{words('行政许可')}{cell}</table:table-row></table:table>"
    )
    spaces = " ".join(f"xmlns:{short}='{name}'" for short, name in SPACES.items())
    styles = STYLES.format("table-cell") + STYLES.format("text") + NUMBERS
    text = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>"
    )
    file = packed({"content.xml": text.encode()}, ods(""))
    (found,) = read_workbook(project, file, "报回.ods", Asked())
    return found


def number(style: str, inside: str = "15", value: int = 15) -> str:
    return (
        f"<table:table-cell table:style-name='{style}' office:value-type='float' office:value='{value}'>"
        f"<text:p>{inside}</text:p></table:table-cell>"
    )


def text(inside: str) -> str:
    return f"<table:table-cell office:value-type='string'><text:p>{inside}</text:p></table:table-cell>"


@pytest.mark.parametrize(
    ("cell", "told", "wanted"),
    [
        (number(""), set(), 15),
        (number("c0"), set(), 15),
        (number("c3"), set(), 15),
        (number("c1"), {"cell_no_figure"}, None),
        (number("c2"), {"cell_no_figure"}, None),
        (number("raised"), {"cell_no_figure"}, None),
        (number("struck"), {"cell_no_figure"}, None),
        (number("child"), {"cell_no_figure"}, None),
        (number("white"), {"cell_no_figure"}, None),
        (text("15<text:span text:style-name='raised'>3</text:span>"), set(), 15),
        (text("1<text:span text:style-name='raised'>5</text:span>3"), {"cell_no_figure"}, None),
        (text("<text:span text:style-name='struck'>99</text:span>15"), set(), 15),
    ],
)
def test_an_open_document_says_how_its_figures_are_shown(
    project: Project, cell: str, told: set[str], wanted: int | None
) -> None:
    found = open_document(project, cell)
    assert (codes(found), figures(found).get("disclosure.licensing/decisions")) == (told, wanted)
    assert "formats_unseen" not in {each.code for each in found.remarks}


@pytest.mark.parametrize("how", ["collapse", "filter"])
def test_hidden_rows_and_columns_of_an_open_document_are_hidden(project: Project, how: str) -> None:
    assert codes(open_document(project, number("c0"), row=f"table:visibility='{how}'")) == {"figure_hidden"}
    assert codes(open_document(project, number("c0"), column=f"table:visibility='{how}'")) == {"figure_hidden"}


# One figure a line


LINES = (
    "单位,年度,表,行,列,数值",
    "宿迁市人民政府,2024,表三,（三）不予公开·4.保护第三方合法权益,自然人,16",
    "宿迁市人民政府,2024,表二,规章,本年制发件数,2",
    '宿迁市人民政府,2024,表二,行政许可,本年处理决定数量,"1,573,179"',
    "南岗区营商环境建设监督局,2023,表四,行政诉讼·未经复议直接起诉,总计,25",
)


def of_lines(project: Project, *lines: str) -> list[HandedIn]:
    return read_workbook(project, "\n".join(lines).encode("gb18030"), "导出.csv", Asked())


def test_a_list_with_a_figure_a_line_is_read_by_department_and_year(project: Project) -> None:
    found = {(each.year, each.department): figures(each) for each in of_lines(project, *LINES)}
    assert found == {
        (2024, "suqian"): {
            "disclosure.rules/issued": 2,
            "disclosure.licensing/decisions": 1573179,
            "requests.refused.third_party_rights/natural_person": 16,
        },
        (2023, "nangang-ysj"): {"disputes.litigation.direct/total": 25},
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("宿迁市人民政府,2024,表二,规章,本年制发件数,3", "cells_disagree"),
        ("宿迁市人民政府,2024,表二,规章,本年收文数,3", "line_unknown"),
        ("宿迁市人民政府,2024,表三,总计,总计,3", "line_unknown"),
        ("宿迁市人民政府,2024,表二,规章,本年废止件数,约3", "cell_no_figure"),
    ],
)
def test_a_line_that_isnt_surely_one_of_the_figures_is_refused(project: Project, line: str, code: str) -> None:
    found = next(each for each in of_lines(project, *LINES, line) if each.department == "suqian")
    assert codes(found) == {code}
    assert "CSV!F6" in str(found.refusals[0].where)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("示例县教育局,2024,表二,规章,本年制发件数,3", "workbook_unknown_body"),
        ("宿迁市人民政府,2024上半年,表二,规章,本年制发件数,3", "workbook_no_year"),
    ],
)
def test_a_line_of_nobody_or_no_year_is_refused(project: Project, line: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        of_lines(project, *LINES, line)
    assert refused.value.code == code


def test_a_list_with_a_figure_a_line_beside_other_sheets_is_refused(project: Project) -> None:
    handed = suqian(project)
    sheet = handed.book.create_sheet("导出")
    for line in LINES[:3]:
        sheet.append(line.split(","))
    with pytest.raises(InputError) as refused:
        read(handed)
    assert refused.value.code == "lines_beside_sheets"
