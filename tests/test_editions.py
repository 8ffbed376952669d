"""The statutory formats: labels letter by letter, the one layout, the grammar of rules, names of figures."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from reportkit.docs import guide
from reportkit.editions import STATUTORY, Edition, Editions, lay_out
from reportkit.editions.grammar import (
    Combination,
    Condition,
    Negation,
    Relation,
    Sum,
    Term,
    parse_condition,
    parse_sum,
)
from reportkit.editions.loading import parse_edition
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.editions.rules import RuleSpec
from reportkit.errors import InputError, ProjectError
from reportkit.model import MISSING, Cell, Figures, PlacedCell, Table, Value
from tests.conftest import Golden
from tests.strategies import figures

STATUTE = json.loads((Path(__file__).parent / "data" / "format_tables.json").read_text(encoding="utf-8"))
EDITIONS = tuple(STATUTORY.load(edition_id) for edition_id in STATUTORY.ids)
EACH_EDITION = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)

# Title of a block, its head (label, colspan), its row labels: format.md, table 二.
TABLE_TWO: dict[str, list[tuple[str, list[tuple[str, int]], list[str]]]] = {
    "2021": [
        (
            "第二十条第（一）项",
            [("信息内容", 1), ("本年制发件数", 1), ("本年废止件数", 1), ("现行有效件数", 1)],
            ["规章", "行政规范性文件"],
        ),
        ("第二十条第（五）项", [("信息内容", 1), ("本年处理决定数量", 3)], ["行政许可"]),
        ("第二十条第（六）项", [("信息内容", 1), ("本年处理决定数量", 3)], ["行政处罚", "行政强制"]),
        ("第二十条第（八）项", [("信息内容", 1), ("本年收费金额（单位：万元）", 3)], ["行政事业性收费"]),
    ],
    "2019": [
        (
            "第二十条第（一）项",
            [("信息内容", 1), ("本年新制作数量", 1), ("本年新公开数量", 1), ("对外公开总数量", 1)],
            ["规章", "规范性文件"],
        ),
        (
            "第二十条第（五）项",
            [("信息内容", 1), ("上一年项目数量", 1), ("本年增/减", 1), ("处理决定数量", 1)],
            ["行政许可", "其他对外管理服务事项"],
        ),
        (
            "第二十条第（六）项",
            [("信息内容", 1), ("上一年项目数量", 1), ("本年增/减", 1), ("处理决定数量", 1)],
            ["行政处罚", "行政强制"],
        ),
        ("第二十条第（八）项", [("信息内容", 1), ("上一年项目数量", 1), ("本年增/减", 2)], ["行政事业性收费"]),
        ("第二十条第（九）项", [("信息内容", 1), ("采购项目数量", 1), ("采购总金额", 2)], ["政府集中采购"]),
    ],
}
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def none_stated(edition: Edition) -> Figures:
    return Figures(edition.id, dict.fromkeys(edition.cells))


def with_cells(edition: Edition, cells: dict[str, Value]) -> Figures:
    assert not cells.keys() - edition.cells.keys()
    return Figures(edition.id, {**dict.fromkeys(edition.cells), **cells})


def blank_table(edition: Edition, table_id: str) -> Table:
    return lay_out(edition, table_id, none_stated(edition))


def of_role(table: Table, role: str) -> list[PlacedCell]:
    return [placed for placed in table.placed() if placed.cell.role == role]


def row_heads(table: Table, row: int) -> list[str]:
    """The row heads that stand left of a row's figures, from left to right."""
    heads = [each for each in of_role(table, "row") if each.row <= row < each.row + each.cell.rowspan]
    return [each.cell.text for each in sorted(heads, key=lambda each: each.column)]


def printed(edition: Edition, cell_id: str, value: Value) -> str:
    table = lay_out(edition, edition.cells[cell_id].table, with_cells(edition, {cell_id: value}))
    return next(placed.cell.text for placed in table.placed() if placed.cell.id == cell_id)


# Table 三


@EACH_EDITION
def test_rows_of_table_three_are_the_statutes_letter_by_letter(edition: Edition) -> None:
    table = blank_table(edition, "requests")
    data_rows = dict.fromkeys(placed.row for placed in of_role(table, "data"))
    labels = ["/".join(each for each in row_heads(table, row) if each != "三、本年度办理结果") for row in data_rows]
    assert labels == [row["label"] for row in STATUTE[f"rows_{edition.id}"]]


@EACH_EDITION
def test_columns_of_table_three_are_the_statutes_letter_by_letter(edition: Edition) -> None:
    table = blank_table(edition, "requests")
    leaves = [each for each in of_role(table, "column") if each.row + each.cell.rowspan == 3]
    assert [each.cell.text for each in sorted(leaves, key=lambda each: each.column)] == STATUTE["columns"]


@EACH_EDITION
def test_the_heads_of_table_three_are_merged_as_printed(edition: Edition) -> None:
    table = blank_table(edition, "requests")
    merged = [
        (each.cell.text, each.row, each.column, each.cell.rowspan, each.cell.colspan)
        for each in of_role(table, "column")
        if each.cell.rowspan * each.cell.colspan > 1
    ]
    assert merged == [
        ("申请人情况", 0, 3, 1, 7),
        ("自然人", 1, 3, 2, 1),
        ("法人或其他组织", 1, 4, 1, 5),
        ("总计", 1, 9, 2, 1),
    ]


@EACH_EDITION
def test_the_corner_of_table_three_states_the_rule_in_three_columns_and_rows(edition: Edition) -> None:
    (corner,) = of_role(blank_table(edition, "requests"), "corner")
    assert corner.cell == Cell(STATUTE["corner"], "corner", rowspan=3, colspan=3)


@EACH_EDITION
def test_part_three_of_table_three_spans_the_rows_that_the_statute_prints(edition: Edition) -> None:
    table = blank_table(edition, "requests")
    spans = {each.cell.text: each.cell.rowspan for each in of_role(table, "row")}
    assert spans["三、本年度办理结果"] == STATUTE["rowspan_三"][edition.id]


@pytest.mark.parametrize(("edition_id", "data_rows"), [("2021", 25), ("2019", 23)])
def test_table_three_has_its_size(edition_id: str, data_rows: int) -> None:
    table = blank_table(STATUTORY.load(edition_id), "requests")
    assert (len(table.widths), table.head_rows, len(table.rows)) == (10, 3, 3 + data_rows)


@EACH_EDITION
def test_groups_of_table_three_have_no_subtotal_rows(edition: Edition) -> None:
    groups = {"（三）不予公开": 8, "（四）无法提供": 3, "（五）不予处理": 5}
    groups |= {"（六）其他处理": 3} if edition.id == "2021" else {}
    spans = {each.cell.text: each.cell.rowspan for each in of_role(blank_table(edition, "requests"), "row")}
    assert {label: spans[label] for label in groups} == groups


# Table 四


@EACH_EDITION
def test_table_four_has_fifteen_columns_and_one_row_of_figures(edition: Edition) -> None:
    table = blank_table(edition, "disputes")
    assert len(table.widths) == 15
    assert {placed.row for placed in of_role(table, "data")} == {len(table.rows) - 1}
    assert len(of_role(table, "data")) == 15


@EACH_EDITION
def test_table_four_has_the_statutes_heads(edition: Edition) -> None:
    heads = [
        (each.cell.text, each.cell.rowspan, each.cell.colspan)
        for each in of_role(blank_table(edition, "disputes"), "column")
    ]
    assert heads == [
        ("行政复议", 1, 5),
        ("行政诉讼", 1, 10),
        *((outcome, 2, 1) for outcome in OUTCOMES),
        ("未经复议直接起诉", 1, 5),
        ("复议后起诉", 1, 5),
        *((outcome, 1, 1) for outcome in OUTCOMES * 2),
    ]


# Table 二


@EACH_EDITION
def test_table_two_has_the_statutes_blocks(edition: Edition) -> None:
    rows = blank_table(edition, "disclosure").rows
    found: list[tuple[str, list[tuple[str, int]], list[str]]] = []
    for row in rows:
        if row[0].role == "block":
            found.append((row[0].text, [], []))
        elif row[0].role == "corner":
            found[-1][1].extend((cell.text, cell.colspan) for cell in row)
        else:
            found[-1][2].append(row[0].text)
    assert found == TABLE_TWO[edition.id]


@EACH_EDITION
def test_a_block_of_table_two_is_headed_over_its_full_width(edition: Edition) -> None:
    table = blank_table(edition, "disclosure")
    assert {(each.column, each.cell.colspan) for each in of_role(table, "block")} == {(0, 4)}
    assert len(table.widths) == 4


# Every table


@pytest.mark.parametrize("table_id", ["disclosure", "requests", "disputes"])
@EACH_EDITION
@given(data=st.data())
def test_a_table_fills_its_grid_without_gap_or_overlap(edition: Edition, table_id: str, data: st.DataObject) -> None:
    table = lay_out(edition, table_id, data.draw(figures(edition)))
    places = [
        (placed.row + down, placed.column + right)
        for placed in table.placed()
        for down in range(placed.cell.rowspan)
        for right in range(placed.cell.colspan)
    ]
    full = {(row, column) for row in range(len(table.rows)) for column in range(len(table.widths))}
    assert len(places) == len(full)
    assert set(places) == full


@EACH_EDITION
@given(data=st.data())
def test_every_figure_is_printed_once_in_its_own_cell(edition: Edition, data: st.DataObject) -> None:
    given_figures = data.draw(figures(edition))
    cells = [cell for table in edition.tables for row in lay_out(edition, table.id, given_figures).rows for cell in row]
    by_id = {cell.id: cell for cell in cells if cell.id is not None}
    assert [cell.id for cell in cells if cell.role == "data"] == list(edition.cells)
    assert {cell_id for cell_id, cell in by_id.items() if cell.missing} == set(given_figures.missing())
    for cell_id, cell in by_id.items():
        digits = cell.text.removeprefix("+").removesuffix("元")
        assert cell.missing or Decimal(digits) == given_figures[cell_id]


@given(data=st.data())
def test_a_table_survives_its_way_through_json(data: st.DataObject) -> None:
    edition = data.draw(st.sampled_from(EDITIONS))
    table = lay_out(edition, data.draw(st.sampled_from(edition.tables)).id, data.draw(figures(edition)))
    assert Table.from_json(json.loads(json.dumps(table.to_json()))) == table


@EACH_EDITION
def test_blank_tables_are_those_of_the_golden(edition: Edition, golden: Golden) -> None:
    lines = []
    for spec in edition.tables:
        table = blank_table(edition, spec.id)
        lines += [f"{table.caption} [{table.unit}] {len(table.widths)} columns, {table.head_rows} head rows"]
        for row in table.rows:
            cells = [f"{cell.text}[{cell.role} {cell.rowspan}x{cell.colspan}]" for cell in row if cell.role != "data"]
            figures_here = [f"{cell.id}[{cell.colspan}]" for cell in row if cell.role == "data"]
            lines.append("  " + " ".join((*cells, *figures_here)))
    golden(f"tables-{edition.id}.txt", "\n".join(lines) + "\n")


# Cells


@EACH_EDITION
def test_a_cell_is_named_by_table_group_row_and_column(edition: Edition) -> None:
    spec = edition.cells["requests.refused.state_secret/natural_person"]
    assert spec.label == "表三·（三）不予公开·1.属于国家秘密·自然人"


@pytest.mark.parametrize(
    ("edition_id", "cell_id", "value", "text"),
    [
        ("2021", "requests.received/total", None, MISSING),
        ("2021", "requests.received/total", 0, "0"),
        ("2021", "disclosure.licensing/decisions", 1808595, "1808595"),
        ("2021", "disclosure.fees/amount", Decimal("59237.2449"), "59237.2449"),
        ("2021", "disclosure.fees/amount", Decimal("12.5000"), "12.5000"),
        ("2021", "disclosure.fees/amount", Decimal("0.0000001"), "0.0000001"),
        ("2021", "disclosure.fees/amount", 7, "7"),
        ("2021", "disclosure.fees/amount", 12345678901234567, "12345678901234567"),
        ("2019", "disclosure.fees/change", 19, "+19"),
        ("2019", "disclosure.fees/change", 0, "0"),
        ("2019", "disclosure.fees/change", -3, "-3"),
        ("2019", "disclosure.fees/change", None, MISSING),
        ("2019", "disclosure.procurement/value", 251000, "251000元"),
        ("2019", "disclosure.procurement/value", Decimal("0.50"), "0.50元"),
        ("2019", "disclosure.procurement/value", None, MISSING),
    ],
)
def test_a_cell_prints_its_figure(edition_id: str, cell_id: str, value: Value, text: str) -> None:
    assert printed(STATUTORY.load(edition_id), cell_id, value) == text


# Which edition


@pytest.mark.parametrize(("year", "edition_id"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")])
def test_a_year_has_the_edition_in_force(year: int, edition_id: str) -> None:
    assert STATUTORY.for_year(year).id == edition_id


def test_a_year_before_the_first_format_is_refused_with_the_first_year() -> None:
    with pytest.raises(ProjectError) as refused:
        STATUTORY.for_year(2018)
    assert "2018" in refused.value.what
    assert "2019" in refused.value.fix


def test_editions_cover_each_year_once() -> None:
    for year in range(2019, 2041):
        assert sum(edition.covers(year) for edition in EDITIONS) == 1


@EACH_EDITION
def test_the_six_parts_have_their_titles_in_order(edition: Edition) -> None:
    titles = [section.title for section in edition.sections if section.title is not None]
    assert titles == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    assert edition.title.format(name="甲局", year=2024) == "甲局2024年政府信息公开工作年度报告"


# A format of the future is data

THIRD = """
id: "2031"
name: 试行格式
first_year: 2031
last_year: null
title: "{name}{year}年报告"
publication:
  report: 报告
  short: 报告
  subject: 试验
  column: 试验报告
  column_type: 试验
  law: 《试验条例》
  law_short: 《条例》
  articles: 第一条
  deadlines: [{bodies: 省政府, kind: government, month: 4, day: 30}, {bodies: 各机关, month: 2, day: 28}]
sections:
  - id: words
    title: 一、文字
    prose: [{id: words, label: 文字, required: true}]
  - {id: figures, title: 二、数字, table: figures}
tables:
  - id: figures
    name: table1
    number: 一
    caption: 试行表
    kind: count
    unit: 件
    widths: [1, 1, 1, 2, 2, 2]
    blocks:
      - corner: 项目
        columns:
          - label: 线上
            columns:
              - {id: web, label: 网站}
              - {id: phone, label: 电话}
          - {id: sum, label: 合计, total: true}
        rows:
          - {id: asked, label: 甲、咨询}
          - id: answered
            label: 乙、答复
            rows:
              - {id: at_once, label: 当场}
              - id: later
                label: 事后
                rows:
                  - {id: by_letter, label: 书面}
                  - {id: by_call, label: 来电}
derived:
  figures.all: asked + answered
  figures/online: web + phone
none_received: {row: figures.asked, and_row: figures.answered.at_once, then_table: figures}
rules:
  - S-1
  - id: A-1
    name: 有问必答
    severities: [E]
    law: 试行办法
    mend: 核对
    example: 问3答2
    clauses:
      - {table: figures, each: column, holds: asked == answered, says: 有问必答}
  - id: A-2
    name: 合计相符
    severities: [W]
    law: 试行办法
    mend: 核对
    example: 1＋1＝3
    clauses:
      - {table: figures, each: row, holds: web + phone == sum, says: 合计相符}
"""


@pytest.fixture(scope="module")
def third() -> Edition:
    return parse_edition(THIRD, where="2031.yaml")


def test_a_new_edition_needs_no_code_to_be_laid_out(third: Edition) -> None:
    table = lay_out(third, "figures", with_cells(third, {"figures.answered.later.by_call/phone": 8}))
    assert [
        (each.row, each.column, each.cell.text, each.cell.rowspan, each.cell.colspan) for each in table.placed()
    ] == [
        (0, 0, "项目", 2, 3),
        (0, 3, "线上", 1, 2),
        (0, 5, "合计", 2, 1),
        (1, 3, "网站", 1, 1),
        (1, 4, "电话", 1, 1),
        (2, 0, "甲、咨询", 1, 3),
        *((2, column, MISSING, 1, 1) for column in (3, 4, 5)),
        (3, 0, "乙、答复", 3, 1),
        (3, 1, "当场", 1, 2),
        *((3, column, MISSING, 1, 1) for column in (3, 4, 5)),
        (4, 1, "事后", 2, 1),
        (4, 2, "书面", 1, 1),
        *((4, column, MISSING, 1, 1) for column in (3, 4, 5)),
        (5, 2, "来电", 1, 1),
        (5, 3, MISSING, 1, 1),
        (5, 4, "8", 1, 1),
        (5, 5, MISSING, 1, 1),
    ]


def test_a_new_editions_figures_have_names(third: Edition) -> None:
    assert list(third.rows) == [
        "figures.asked",
        "figures.answered.at_once",
        "figures.answered.later.by_letter",
        "figures.answered.later.by_call",
    ]
    numbers = Figures(third.id, {cell_id: number for number, cell_id in enumerate(third.cells, 1)})
    assert look_up(third, numbers, "figures.answered.web") == 4 + 7 + 10
    assert look_up(third, numbers, "figures.answered.later.sum") == 9 + 12
    assert look_up(third, numbers, "figures.all.phone") == 2 + 5 + 8 + 11
    assert look_up(third, numbers, "figures.asked.online") == 1 + 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "name: 试行格式",
            "name: [",
        ),
        ("first_year: 2031", "first_yaer: 2031"),
        ("first_year: 2031", "first_year: soon"),
        ("kind: count", "kind: amounts"),
        ("id: asked", "id: Asked"),
        ("holds: asked == answered", "holds: asked == answerd"),
        ("holds: web + phone == sum", "holds: web + fone == sum"),
        ("  - S-1", "  - S-99"),
        ("severities: [W]", "severities: [Z]"),
        ("    law: 试行办法\n    mend: 核对\n    example: 问3答2", "    mend: 核对\n    example: 问3答2"),
        ("table: figures, each: row", "table: figure, each: row"),
    ],
)
def test_a_broken_edition_says_where(old: str, new: str) -> None:
    assert old in THIRD
    with pytest.raises(InputError) as refused:
        parse_edition(THIRD.replace(old, new), where="2031.yaml")
    assert refused.value.where.startswith("2031.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("holds: asked == answered", "holds: asked == == answered"),
        ("id: at_once, label: 当场", "id: later, label: 当场, rows: [{id: by_letter, label: 书面}]"),
        ("id: phone, label: 电话", "label: 电话"),
    ],
    ids=["equation", "repeated cell", "column without id"],
)
def test_an_edition_that_contradicts_itself_names_its_file(old: str, new: str) -> None:
    assert old in THIRD
    with pytest.raises(InputError) as refused:
        parse_edition(THIRD.replace(old, new), where="2031.yaml")
    assert "2031.yaml" in refused.value.where


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("figures.all: asked + answered", "figures.all: asked + anwsered"),
        ("none_received: {row: figures.asked", "none_received: {row: figures.aksed"),
        ("then_table: figures}", "then_table: figure}"),
        ("title: 二、数字, table: figures", "title: 二、数字, table: figure"),
    ],
    ids=["derived", "none_received row", "none_received table", "section table"],
)
def test_an_edition_names_only_what_it_has(old: str, new: str) -> None:
    assert old in THIRD
    with pytest.raises(InputError):
        parse_edition(THIRD.replace(old, new), where="2031.yaml")


# The grammar of rules


def terms(*found: tuple[int, str]) -> Sum:
    return Sum(tuple(Term(factor, name) for factor, name in found))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a == b", Relation(terms((1, "a")), "==", terms((1, "b")))),
        ("a+b==c", Relation(terms((1, "a"), (1, "b")), "==", terms((1, "c")))),
        ("  a  -  b  !=  c  ", Relation(terms((1, "a"), (-1, "b")), "!=", terms((1, "c")))),
        ("a - (b - c) >= 0", Relation(terms((1, "a"), (-1, "b"), (1, "c")), ">=", Sum())),
        ("2 * a < b * 3", Relation(terms((2, "a")), "<", terms((3, "b")))),
        ("-a.b <= 1", Relation(terms((-1, "a.b")), "<=", Sum(constant=1))),
        ("last_year.a.b > 0", Relation(Sum((Term(1, "a.b", True),)), ">", Sum())),
        ("abs(a - b) < 2", Relation(Sum(absolute=((1, terms((1, "a"), (-1, "b"))),)), "<", Sum(constant=2))),
        (
            "a == b or not a > c",
            Combination(
                False,
                (
                    Relation(terms((1, "a")), "==", terms((1, "b"))),
                    Negation(Relation(terms((1, "a")), ">", terms((1, "c")))),
                ),
            ),
        ),
        (
            "a < b < c",
            Combination(
                True,
                (
                    Relation(terms((1, "a")), "<", terms((1, "b"))),
                    Relation(terms((1, "b")), "<", terms((1, "c"))),
                ),
            ),
        ),
    ],
)
def test_a_condition_compares_sums(text: str, condition: Condition) -> None:
    assert parse_condition(text) == condition


@pytest.mark.parametrize(
    "text",
    ["", "a", "==", "a ==", "== a", "a = b", "a b == c", "a + == b", "a * b == c", "a == b; c", "a / b == c",
     "__import__('os') == a", "a == 'b'", "a[0] == b", "a == True", "a if b else c", "lambda: a", "a in b", "a is b",
     "abs(a, b) == c", "max(a) == c", "last_year == a", "f'{a}' == b", "[a] == b", "a == (b := c)", "a ** 2 == b",
     "a\x00 == b", "a == " + "(" * 300 + "b" + ")" * 300, "a + " * 2000 + "a == b", "not " * 300 + "a == b; c"],
)  # fmt: skip
def test_anything_but_a_condition_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_condition(text)
    assert refused.value.fix
    assert refused.value.where


def test_a_formula_that_cannot_be_read_names_the_character() -> None:
    with pytest.raises(InputError) as refused:
        parse_condition("asked + max(b) == c")
    assert refused.value.where.endswith("character 9")


def test_a_sum_has_no_comparison() -> None:
    assert parse_sum("a + b") == terms((1, "a"), (1, "b"))
    with pytest.raises(InputError):
        parse_sum("a == b")


# Names of figures


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests.refused.state_secret.natural_person", 1),
        ("requests.refused.natural_person", 1 + 2),
        ("requests.handled.natural_person", 10 + 20),
        ("requests.received.organizations", 1 + 2 + 3 + 4 + 5),
        ("requests.handled.organizations", 2 + 2 + 3 + 4 + 5),
        ("disputes.litigation.total", 7 + 8),
        ("disclosure.fees.amount", Decimal("59237.2449")),
    ],
)
def test_a_name_is_a_cell_a_group_or_a_derived_sum(name: str, value: Value) -> None:
    edition = STATUTORY.load("2021")
    cells: dict[str, Value] = dict.fromkeys(edition.cells, 0)
    cells |= {
        "requests.refused.state_secret/natural_person": 1,
        "requests.refused.deliberative/natural_person": 2,
        "requests.received/natural_person": 10,
        "requests.carried_in/natural_person": 20,
        **{f"requests.received/{column}": number for number, column in enumerate(_ORGANIZATIONS, 1)},
        "requests.carried_in/commercial": 1,
        "disputes.litigation.direct/total": 7,
        "disputes.litigation.after_review/total": 8,
        "disclosure.fees/amount": Decimal("59237.2449"),
    }
    assert look_up(edition, Figures(edition.id, cells), name) == value


_ORGANIZATIONS = ("commercial", "research", "charity", "legal_service", "other_organization")


@pytest.mark.parametrize(
    ("gap", "name"),
    [
        ("requests.refused.deliberative/total", "requests.refused.total"),
        ("requests.carried_in/total", "requests.handled.total"),
        ("requests.received/charity", "requests.received.organizations"),
        ("requests.carried_in/charity", "requests.handled.organizations"),
        ("requests.granted/total", "requests.granted.total"),
    ],
)
def test_a_sum_with_a_missing_cell_is_missing(gap: str, name: str) -> None:
    edition = STATUTORY.load("2021")
    cells: dict[str, Value] = dict.fromkeys(edition.cells, 1)
    assert look_up(edition, Figures(edition.id, cells), name) is not None
    assert look_up(edition, Figures(edition.id, cells | {gap: None}), name) is None


@EACH_EDITION
@given(data=st.data())
def test_a_group_is_the_sum_of_its_rows_or_missing(edition: Edition, data: st.DataObject) -> None:
    numbers = data.draw(figures(edition))
    for group, rows in edition.groups.items():
        for spec in edition.rows[rows[0]]:
            parts = [numbers[f"{row}/{spec.column}"] for row in rows]
            expected = None if None in parts else sum(part for part in parts if part is not None)
            assert look_up(edition, numbers, f"{group}.{spec.column}") == expected


@pytest.mark.parametrize(
    "name",
    ["", "requests", "requests.total", "requests.recieved.total", "requests.received.totl", "requests.handled.totl",
     "disclosure.rules.organizations", "disclosure/rules", "requests.received/total", "requests..total", "no.such"],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_those_accepted(name: str) -> None:
    edition = STATUTORY.load("2021")
    numbers: Any = none_stated(edition)
    with pytest.raises(UnknownFigure) as refused:
        look_up(edition, numbers, name)
    assert refused.value.accepted


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("holds: asked == answered", "holds: asked == answered +", "can't be read"),
        ("holds: asked == answered", f"holds: {'(' * 400}asked{')' * 400} == answered", "can't be read"),
        ("mend: 核对\n    example: 问3答2", "mend: " + "[" * 60, "nested too deeply"),
        ("mend: 核对\n    example: 问3答2", "mend: &a [*a]", "Anchors"),
    ],
    ids=["unfinished", "parentheses", "brackets", "anchor"],
)
def test_a_broken_rule_says_its_line_and_why(old: str, new: str, told: str) -> None:
    assert old in THIRD
    with pytest.raises(InputError) as refused:
        parse_edition(THIRD.replace(old, new), where="2031.yaml")
    assert told in str(refused.value)
    assert "line" in refused.value.where


@pytest.mark.parametrize(
    ("old", "new", "told", "line_of"),
    [
        ("web + phone == sum", "web + fax == sum", "has no column 'fax'", "web + fax"),
        ("asked == answered", "asked == replied", "has no row 'replied'", "replied"),
        ("  - S-1", "  - S-9", "There is no rule 'S-9'", "- S-9"),
        ("id: A-2", "id: A-1", "Rule A-1 appears twice", "id: A-1\n    name: 合计"),
    ],
)
def test_a_rule_that_does_not_fit_its_tables_says_its_own_line(old: str, new: str, told: str, line_of: str) -> None:
    assert old in THIRD
    text = THIRD.replace(old, new)
    with pytest.raises(InputError) as refused:
        parse_edition(text, where="2031.yaml")
    assert told in str(refused.value)
    line = text[: text.index(line_of)].count("\n") + 1
    assert f"line {line}," in refused.value.where


@pytest.mark.parametrize(
    ("only", "told"),
    [("only: [licensing], ", "row disclosure.licensing has no column 'issued'"), ("", "")],
)
def test_a_rule_on_rows_that_lack_its_columns_is_refused_where_it_names_them(only: str, told: str) -> None:
    text = files("reportkit.editions").joinpath("2021.yaml").read_text(encoding="utf-8")
    clause = f"{{table: disclosure, each: row, {only}holds: issued >= repealed, says: 试}}"
    rule = f"{{id: A-1, name: 试, severities: [W], law: 试, mend: 试, example: 试, clauses: [{clause}]}}"
    text = text.replace("\nrules: [\n", f"\nrules: [\n  {rule},\n")
    if not told:
        assert "A-1" in parse_edition(text, where="2021.yaml").rulebook
        return
    with pytest.raises(InputError) as refused:
        parse_edition(text, where="2021.yaml")
    assert told in str(refused.value)


# Publication


def test_deadlines_are_data_of_the_edition() -> None:
    publication = parse_edition(THIRD, where="2031.yaml").publication
    assert (publication.due("government", 2031), publication.due("agency", 2031)) == (
        date(2032, 4, 30),
        date(2032, 2, 28),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{bodies: 各机关, month: 2",
            "{bodies: 各机关, kind: agency, month: 2",
            "The last deadline must be for every kind",
        ),
        ("month: 2, day: 28", "month: 2, day: 30", "day"),
        ("month: 4", "month: 13", "12"),
    ],
)
def test_a_deadline_that_cant_be_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_edition(THIRD.replace(old, new), where="2031.yaml")
    assert said in refused.value.what
    assert "deadlines" in refused.value.where


def test_a_whole_edition_of_a_projects_own_is_found_beside_the_packages() -> None:
    editions = Editions({"params/editions/2031.yaml": THIRD.encode()})
    assert editions.ids == (*STATUTORY.ids, "2031")
    assert editions.load("2031").name == "试行格式"
    assert editions.load("2021") is STATUTORY.load("2021")


@pytest.mark.parametrize(("year", "expected"), [(1998, "2019"), (2020, "2019"), (2026, "2021"), (None, "2021")])
def test_words_of_other_years_are_those_of_the_nearest_edition(year: int | None, expected: str) -> None:
    assert STATUTORY.publication_for(year) is STATUTORY.load(expected).publication


def test_an_edition_is_read_once_however_it_is_asked_for() -> None:
    assert STATUTORY.load("2021") is Editions().load("2021") is STATUTORY.for_year(2024)


def test_an_edition_that_is_not_there_is_an_error_with_the_nearest() -> None:
    with pytest.raises(ProjectError, match="There is no edition '2012'") as refused:
        STATUTORY.load("2012")
    assert "2021" in refused.value.fix


def _fields(model: type[BaseModel]) -> Iterator[str]:
    """The names of a model's fields, and of those of the models in them."""
    for name, field in model.model_fields.items():
        yield name
        for each in (field.annotation, *get_args(field.annotation)):
            if isinstance(each, type) and issubclass(each, BaseModel) and each not in (RuleSpec, model):
                yield from _fields(each)


def test_the_developers_guide_names_every_field() -> None:
    told = set(re.findall(r"`([a-z_]+)`", guide("editions").text))
    assert not {*_fields(Edition)} - told
