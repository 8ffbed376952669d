"""What offices usually hand in otherwise than we hand it out, and a careful clerk surely reads; its neighbour isn't."""

from decimal import Decimal
from pathlib import Path

import pytest

from reportkit.editions.sums import sums_of
from reportkit.errors import InputError
from reportkit.inputs.handed_in import FoundFigure, HandedIn
from reportkit.inputs.project import Project
from reportkit.inputs.tables.grid import Grid, GridCell
from reportkit.inputs.tables.located import Located
from reportkit.inputs.tables.numerals import numeral
from reportkit.inputs.tables.reading import Reading
from reportkit.inputs.workbook.bodies import is_nickname
from reportkit.inputs.workbook.read import read_workbook
from reportkit.inputs.workbook.titles import Asked, without_gaps
from reportkit.workbook.write import workbook_of
from tests.building import write_shipped
from tests.mangling import typed
from tests.test_workbook_readings import codes, figures
from tests.test_workbooks import unmerged


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(write_shipped(repository, tmp_path_factory.mktemp("usual") / "project"))


def read(project: Project, content: bytes | str, name: str) -> list[HandedIn] | str:
    """What a file says; the code of what it is refused for as a whole."""
    try:
        return read_workbook(project, content.encode() if isinstance(content, str) else content, name, Asked())
    except InputError as error:
        return error.code


def of(found: list[HandedIn] | str) -> dict[str, dict[str, object]]:
    """The figures by department, of a file in which nothing is refused."""
    assert not isinstance(found, str)
    assert [codes(each) for each in found] == [set()] * len(found)
    return {each.department or "": figures(each) for each in found}


# Whose it is

OFFICE, BUREAU = "上海市人民政府办公厅", "南岗区营商环境建设监督局"


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("营商局", BUREAU, True),
        ("区营商局", BUREAU, True),
        ("南岗营商局", BUREAU, True),
        ("市府办公厅", OFFICE, True),
        ("沪府办", OFFICE, True),
        ("教育局", BUREAU, False),
        ("建设局", BUREAU, False),
        ("监督局", BUREAU, False),
        ("京府办", OFFICE, False),
        ("市教育局", BUREAU, False),
        ("营商办", BUREAU, False),
        ("局", BUREAU, False),
    ],
)
def test_a_nickname_is_made_of_a_names_own_letters(text: str, name: str, wanted: bool) -> None:
    assert is_nickname(text, name) is wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("营商局2023（汇总）.xlsx", None),
        ("教育局2023.xlsx", "workbook_unknown_body"),
        ("教育局.xlsx", "workbook_unknown_body"),
    ],
)
def test_a_files_name_may_be_a_nickname_of_the_body_that_its_tables_name(
    project: Project, name: str, wanted: str | None
) -> None:
    found = read(project, typed(project, 2023, "nangang-ysj").content(), name)
    assert found == wanted if wanted else of(found)


def test_a_sheet_of_something_else_names_nobody(project: Project) -> None:
    handed = typed(project, 2024, "suqian")
    sheet = handed.book.create_sheet("网站访问", 0)
    for line in (("宿迁市政府门户网站2024年访问情况",), ("月份", "企业注册用户", "总计"), ("1月", 30, 1030)):
        sheet.append(line)
    assert of(read(project, handed.content(), "报表包.xlsx")) == {"suqian": handed.truth}


def test_a_cover_of_another_body_is_no_sheet_of_something_else(project: Project) -> None:
    handed = typed(project, 2024, "suqian")
    for sheet in handed.book.worksheets:
        sheet.cell(1, 1).value = "2024年政府信息公开情况表"
    handed.book.create_sheet("封面", 0).append(["示例县教育局2024年政府信息公开报表"])
    assert read(project, handed.content(), "宿迁市.xlsx") == "workbook_unknown_body"


LISTED = """2024年政府信息公开行政复议情况统计表
填报单位,行政复议,,,,
,结果维持,结果纠正,其他结果,尚未审结,总计
示例县教育局,4,3,4,0,11
宿迁市人民政府,88,18,28,36,170
{other}
合计,92,21,32,36,181
"""


def test_the_rows_of_bodies_that_are_not_registered_are_told(project: Project) -> None:
    found = read(project, LISTED.format(other="泗阳县人民政府,0,0,0,0,0"), "汇总.csv")
    assert of(found)["suqian"]["disputes.review/upheld"] == 88
    assert isinstance(found, list)
    (told,) = [str(each) for each in found[0].remarks if each.code == "bodies_not_registered"]
    assert "示例县教育局 (CSV!A4)" in told
    assert "泗阳县人民政府 (CSV!A6)" in told


@pytest.mark.parametrize("other", ["其中：局机关,4,3,4,0,11", "宿迁市人民政府（更正）,4,3,4,0,11"])
def test_a_row_that_names_no_body_surely_is_refused(project: Project, other: str) -> None:
    assert read(project, LISTED.format(other=other), "汇总.csv") == "workbook_unknown_body"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("南 岗 区 营 商 局  2 0 2 3 年 年 报", "南岗区营商局  2023年年报"),
        ("2023 年 度 情 况 表", "2023年度情况表"),
        ("南岗区营商环境\n建设监督局", "南岗区营商环境建设监督局"),
        ("宿迁市 2023 年 年报", "宿迁市 2023 年 年报"),
        ("12 34 56 78", "12 34 56 78"),
    ],
)
def test_a_text_that_is_spaced_out_is_read_without_its_gaps(text: str, wanted: str) -> None:
    assert without_gaps(text) == wanted


def test_titles_may_be_spaced_out_or_broken(project: Project) -> None:
    handed = typed(project, 2024, "suqian")
    for sheet in handed.book.worksheets:
        sheet.cell(1, 1).value = "宿 迁 市 人 民 政 府  2 0 2 4 年 政 府 信 息 公 开 情 况"
    handed.book.worksheets[0].cell(1, 1).value = "宿迁市\n人民政府2024年政府信息公开情况"
    assert of(read(project, handed.content(), "表.xlsx")) == {"suqian": handed.truth}


# What a cell holds


def test_unicode_text_of_a_spreadsheet_is_read(project: Project) -> None:
    text = LISTED.format(other="").replace(",", "\t")
    for encoding in ("utf-16", "utf-16-be"):
        content = text.encode(encoding) if encoding == "utf-16" else b"\xfe\xff" + text.encode(encoding)
        assert of(read(project, content, "汇总.csv"))["suqian"]["disputes.review/upheld"] == 88
    assert read(project, b"\xff\xfe\x00", "汇总.csv") == "workbook_unknown"


@pytest.mark.parametrize(
    ("value", "number_format", "refused"),
    [
        (0, r"_ * #,##0_ ;_ * \-#,##0_ ;_ * \-_ ;_ @_ ", False),
        (12, r"_ * #,##0_ ;_ * \-#,##0_ ;_ * \-_ ;_ @_ ", False),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', False),
        (0, "0;-0;", True),
        (0, r"0;-0;\-5", True),
        (12, r"\-0", True),
    ],
)  # fmt: skip
def test_a_zero_that_is_shown_as_a_dash_is_one(project: Project, value: int, number_format: str, refused: bool) -> None:
    spec = project.editions.for_year(2024).cells["requests.received/total"]
    found = numeral(GridCell(value, format=number_format), spec)
    assert (found.refused, found.value) == ((True, None) if refused else (False, value))


@pytest.mark.parametrize(
    ("mark", "is_hidden", "is_read"),
    [
        ("ZB052", True, True),
        ("ZB052", False, True),
        ("已校验", True, False),
        ("甲", False, False),
    ],
)
def test_a_code_left_of_figures_makes_them_nobody_elses(
    project: Project, mark: str, is_hidden: bool, is_read: bool
) -> None:
    handed = typed(project, 2024, "suqian")
    sheet = unmerged(handed.book["表四"])
    sheet.insert_cols(1)
    sheet.cell(handed.at["disputes.review/upheld"][1], 1).value = mark
    sheet.column_dimensions["A"].hidden = is_hidden
    (found,) = read(project, handed.content(), handed.name)
    assert (codes(found) == set()) is is_read


def test_a_sum_that_our_formula_leaves_blank_beside_a_text_stays_blank_and_is_told(project: Project) -> None:
    edition = project.editions.for_year(2024)
    total, parts = next((cell, parts) for cell, parts in sums_of(edition).items() if cell == "requests.received/total")
    cells: dict[tuple[int, int], GridCell] = {(0, number): GridCell(1) for number in range(len(parts))}
    cells |= {(0, 0): GridCell("14 件"), (0, 50): GridCell(None, is_formula=True), (1, 0): GridCell(7, is_formula=True)}
    grid, reading = Grid("表三", cells), Reading(edition, "报回.xlsx")
    for number, cell in enumerate((*parts, total)):
        reading.add(Located(cell, grid, ((0, 50 if cell == total else number),), by_id=True))
    reading.figures = {cell: FoundFigure(2, grid.place((0, 0))) for cell in parts}
    reading.figures[total] = FoundFigure(None, grid.place((0, 50)))
    reading.formulas[total] = True
    reading.read()
    assert (reading.refusals, reading.figures[total].value) == ([], None)
    assert [each.code for each in reading.computed()] == ["sum_left_blank"]


# What heads and lines are called


SHORTENED = {"商业企业": "企业", "社会公益组织": "公益组织", "法律服务机构": "法律服务", "其他": "其他组织"}


@pytest.mark.parametrize(
    ("heads", "is_read"),
    [
        (SHORTENED, True),
        ({"商业企业": "企业", "科研机构": "事业单位"}, False),
        ({"商业企业": "企业", "其他": "企业"}, False),
    ],
)  # fmt: skip
def test_shortened_heads_are_read_where_all_of_a_set_stand_there(
    project: Project, heads: dict[str, str], is_read: bool
) -> None:
    handed = typed(project, 2024, "suqian")
    for line in handed.book["表三"].iter_rows(max_row=8, min_col=4):
        for cell in line:
            if cell.value in heads:
                cell.value = heads[cell.value]
    (found,) = read(project, handed.content(), handed.name)
    assert isinstance(found, HandedIn)
    assert (codes(found) == set()) is is_read
    assert all(found.figures[cell].value in (None, handed.truth[cell]) for cell in found.figures)


def test_the_heads_of_what_was_issued_may_want_their_first_words(project: Project) -> None:
    handed = typed(project, 2024, "suqian")
    for line in handed.book["表二"].iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.value = (
                    cell.value.replace("本年制发", "制发").replace("本年废止", "废止").replace("本年处理", "处理")
                )
    assert of(read(project, handed.content(), handed.name)) == {"suqian": handed.truth}


@pytest.mark.parametrize("row", ["（一）予以公开-自然人", "三、本年度办理结果-（一）予以公开-自然人"])
def test_a_line_may_name_row_and_column_in_one_path(project: Project, row: str) -> None:
    text = f"年度,填报单位,报表,指标,数值\n2023,宿迁市人民政府,表三,{row},9\n"
    assert of(read(project, text, "导出.csv")) == {"suqian": {"requests.granted/natural_person": 9}}
    assert codes(read(project, text.replace("自然人", "个人"), "导出.csv")[0]) == {"line_unknown"}


NUMBERED = """宿迁市2024年主动公开政府信息情况,
1．规章本年制发件数,2件
2．规章本年废止件数,0件
3．规章现行有效件数,11件
10．行政事业性收费金额,"59,237.2449万元"
"""


def test_numbered_lines_that_name_row_and_column_are_read(project: Project) -> None:
    assert of(read(project, NUMBERED, "表二.csv"))["suqian"] == {
        "disclosure.rules/issued": 2,
        "disclosure.rules/repealed": 0,
        "disclosure.rules/in_force": 11,
        "disclosure.fees/amount": Decimal("59237.2449"),
    }


COMPARED = """宿迁市人民政府2024年政府信息公开年报数据（附上年对比）
表,项目,指标,2023年（上年）,2024年（本年）,增减
表二,规章,本年制发件数,2,3,1
表二,规章,本年废止件数,0,1,1
表二,规章,现行有效件数,11,12,1
"""


@pytest.mark.parametrize(("last", "is_read"), [("2023年（上年）", True), ("另报数", False), ("", False)])
def test_of_two_years_beside_each_other_this_years_is_read(project: Project, last: str, is_read: bool) -> None:
    (found,) = read(project, COMPARED.replace("2023年（上年）", last), "对比.csv")
    assert isinstance(found, HandedIn)
    assert (codes(found) == set()) is is_read
    assert not is_read or list(figures(found).values()) == [3, 1, 12]


MATRIX = """宿迁市2024年政府信息公开行政复议和行政诉讼情况
类型,,维持,纠正,其他,未审结,合计
行政复议,,5,0,5,3,13
行政诉讼,直接起诉,4,5,0,1,10
,经复议后起诉,4,4,5,2,15
诉讼小计,,8,9,5,3,25
"""


def test_kinds_below_each_other_are_read_with_short_heads(project: Project) -> None:
    found = of(read(project, MATRIX, "复议诉讼.csv"))["suqian"]
    assert [found[cell] for cell in ("disputes.review/upheld", "disputes.litigation.after_review/total")] == [5, 15]
    assert len(found) == 15


ACROSS = """2024年各单位主动公开政府信息情况一览表
单位,规章制发件数,规章废止件数,规章现行有效件数,行政许可处理决定数量
宿迁市人民政府,2,0,11,88
示例县教育局,9,9,9,9
"""


def test_a_list_of_bodies_may_name_row_and_column_above_its_figures(project: Project) -> None:
    assert list(of(read(project, ACROSS, "一览.csv"))["suqian"].values()) == [2, 0, 11, 88]
    assert read(project, ACROSS.replace("示例县教育局", "其中：机关"), "一览.csv") == "workbook_unknown_body"


def test_the_id_of_another_body_in_a_files_name_is_told(project: Project) -> None:
    content = workbook_of(project, 2023, "suqian")
    assert set(of(read(project, content, "2023-suqian-最终版.xlsx"))) == {"suqian"}
    assert read(project, content, "2023-nangang-ysj.xlsx") == "workbook_bodies_differ"


def test_a_table_that_another_stands_below_ends_there(project: Project) -> None:
    """Table four has no labels of rows: what stands below it on one sheet isn't its figures."""
    book = typed(project, 2023, "suqian")
    sheet = book.book["表四"]
    below = book.book["表二"]
    for row in below.iter_rows():
        sheet.append([cell.value for cell in row])
    del book.book["表二"]
    (found,) = read_workbook(project, book.content(), "2023-suqian.xlsx", Asked("suqian", 2023))
    assert found.refusals == ()
    stated = project.submission(2023, "suqian").figures
    assert {cell: each.value for cell, each in found.figures.items()} == stated.cells
