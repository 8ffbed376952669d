"""Pages whose tables have other heads than the form prints: broken over rows, shortened, fewer, or beside the rows."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from tests.published.cms_pages import BORDERED
from tests.published.figures import APPLICANTS, OUTCOMES, Report, invented, real
from tests.published.furniture import page
from tests.published.markup import Article, Look, source_of, statutory_tables
from tests.published.source import Source
from tests.published.statutory import CORNER, Cell, Grid, disputes, requests, unmerged
from tests.published.words import prose

_DRAWN = Look(figure='<td{span} align="center">{text}</td>')
_BROKEN = {
    "商业企业": ("商业", "企业"),
    "科研机构": ("科研", "机构"),
    "社会公益组织": ("社会公益", "组织"),
    "法律服务机构": ("法律服务", "机构"),
    **{label: (label[:2], label[2:]) for label in ("结果维持", "结果纠正", "其他结果", "尚未审结")},
}
_IN_THREE = {
    "自然人": ("自", "然", "人"),
    "商业企业": ("商", "业", "企业"),
    "科研机构": ("科研", "", "机构"),
    "社会公益组织": ("社会", "公益", "组织"),
    "法律服务机构": ("法律", "服务", "机构"),
    "其他": ("其", "", "他"),
    "总计": ("总", "", "计"),
}


def _page(name: str, report: Report, tables: dict[str, Grid], *, left_out: Collection[str] = ()) -> Source:
    """The source of a page with some tables of another build; `left_out` are columns that table 三 hasn't."""
    shown = statutory_tables(report, _DRAWN)
    shown |= {section: _DRAWN.written(grid, report.cells) for section, grid in tables.items()}
    inner = Article().written(report, prose(report), shown)
    source = source_of(name, report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED))
    missing = {cell for cell in report.cells if cell.startswith("requests.") and cell.partition("/")[2] in left_out}
    return replace(source, truth={cell: value for cell, value in report.cells.items() if cell not in missing})


def _broken(head: Cell) -> tuple[Cell, Cell]:
    upper, lower = _BROKEN.get(head.text, (head.text, ""))
    return replace(head, text=upper, down=1), replace(head, text=lower, down=1)


def heads_in_two_rows() -> Source:
    """Heads broken by hand: 商业 in one row, 企业 in the one below; what isn't broken reaches over both.

    Structure: known from Word tables whose columns are too narrow for a label, pasted into editors.
    """
    report = invented("云川市民政局", 2023)
    corner, *rest = requests(2023)[0]
    groups = tuple(replace(cell, down=3) if cell.down == 2 else cell for cell in requests(2023)[1])
    pairs = [_broken(cell) if cell.text in _BROKEN else (replace(cell, down=2), None) for cell in requests(2023)[2]]
    table = (
        (replace(corner, down=4), *rest),
        groups,
        tuple(upper for upper, _ in pairs),
        tuple(lower for _, lower in pairs if lower is not None),
        *requests(2023)[3:],
    )
    return _page("heads_in_two_rows", report, {"requests": table, "disputes": _disputes_in_two_rows()})


def _disputes_in_two_rows() -> Grid:
    """Table 四 with every outcome broken over two rows, without merges over rows."""
    top, _, _, figures = disputes()
    groups = (Cell(right=5, head=True), *disputes()[1][5:])
    halves = [
        _broken(Cell(label, head=True)) if label in _BROKEN else (Cell("总"), Cell("计")) for label in OUTCOMES.values()
    ]
    return (top, groups, *(tuple(half[row] for half in halves) * 3 for row in (0, 1)), figures)


def heads_in_three_rows() -> Source:
    """Heads of a sheet without merges: a label's parts below each other, some with a blank between.

    Structure: known from spreadsheets in which labels were typed down a column to keep it narrow.
    """
    report = invented("云川市司法局", 2022)
    head = (
        (Cell(CORNER, head=True), Cell(), Cell(), Cell("申请人情况"), *(Cell() for _ in range(6))),
        (*(Cell() for _ in range(4)), Cell("法人或其他组织"), *(Cell() for _ in range(5))),
        *(
            (Cell(), Cell(), Cell(), *(Cell(_IN_THREE[label][row], head=True) for label in APPLICANTS.values()))
            for row in range(3)
        ),
    )
    return _page("heads_in_three_rows", report, {"requests": (*head, *unmerged(requests(2022)[3:], repeat=False))})


def _requests_with(columns: Mapping[str, str], year: int) -> Grid:
    """Table 三 with some columns of applicants alone, under heads of their own."""
    kept = [*columns]
    inner = [each for each in kept if each not in ("natural_person", "total")]
    top, groups, _, *rows = requests(year)
    natural, legal, total = groups
    head = (
        (top[0], replace(top[1], right=len(kept))),
        (
            replace(natural, text=columns["natural_person"]),
            replace(legal, right=len(inner)),
            *((replace(total, text=columns["total"]),) if "total" in columns else ()),
        ),
        tuple(Cell(columns[each], head=True) for each in inner),
    )
    body = tuple(tuple(cell for cell in row if cell.id is None or cell.id.partition("/")[2] in columns) for row in rows)
    return (*head, *body)


def _fewer(name: str, report: Report, columns: Mapping[str, str], *, told: bool = False) -> Source:
    source = _page(
        name, report, {"requests": _requests_with(columns, report.year)}, left_out={*APPLICANTS} - {*columns}
    )
    own = {cell for cell in source.truth if cell.startswith("requests.")}
    sure = {each for each in columns if columns[each] == APPLICANTS[each]}
    unsure = {cell for cell in own if cell.partition("/")[2] not in sure}
    return replace(source, told=frozenset(unsure)) if told else source


def six_columns() -> Source:
    """Table 三 without 其他, its heads shortened: 企业, 公益组织, 法律机构, 合计."""
    columns = {**APPLICANTS, "commercial": "企业", "charity": "公益组织", "legal_service": "法律机构", "total": "合计"}
    del columns["other_organization"]
    return _fewer("six_columns", invented("云川市教育体育局", 2024), columns)


def five_columns() -> Source:
    """Table 三 with three kinds of organisations: 企业法人, 律师事务所等法律服务机构, 其他组织."""
    columns = {
        "natural_person": "自然人",
        "commercial": "企业法人",
        "legal_service": "律所等法律服务机构",
        "other_organization": "其他组织",
        "total": "合 计",
    }
    return _fewer("five_columns", invented("云川市口岸办公室", 2023, "办"), columns)


def no_total_column() -> Source:
    """Table 三 without a column of totals, 科研单位 among its heads."""
    columns = {**APPLICANTS, "research": "科研单位"}
    del columns["total"]
    return _fewer("no_total_column", invented("云川市城市更新局", 2022), columns)


def two_kinds() -> Source:
    """Table 三 with 企业 and 其他组织 alone: the latter may be all others, so only the printed heads are sure."""
    columns = {"natural_person": "自然人", "commercial": "企业", "other_organization": "其他组织", "total": "总计"}
    return _fewer("two_kinds", invented("云川市林业局", 2024), columns, told=True)


def head_of_their_own() -> Source:
    """Table 三 with a column 个体工商户 among shortened heads: 企业 may be without them."""
    columns = {**APPLICANTS, "commercial": "企业", "other_organization": "个体工商户"}
    source = _fewer("head_of_their_own", invented("云川市粮食局", 2024), columns, told=True)
    other = {cell for cell in source.truth if cell.startswith("requests.") and cell.endswith("/other_organization")}
    return replace(source, truth={cell: value for cell, value in source.truth.items() if cell not in other})


def disputes_upright() -> Source:
    """Table 四 upright: its groups are rows, the outcomes columns."""
    report = real("suqian-2024", "市")
    rows = {"review": "行政复议", "litigation.direct": "未经复议直接起诉", "litigation.after_review": "复议后起诉"}
    table = [(Cell("类别", right=2, head=True), *(Cell(label, head=True) for label in OUTCOMES.values()))]
    for group, label in rows.items():
        figures = tuple(Cell(id=f"disputes.{group}/{outcome}") for outcome in OUTCOMES)
        stub: tuple[Cell, ...] = (Cell(label, right=2),) if group == "review" else (Cell(label),)
        if group == "litigation.direct":
            stub = (Cell("行政诉讼", down=2), *stub)
        table.append((*stub, *figures))
    return _page("disputes_upright", report, {"disputes": tuple(table)})


def ragged_spans() -> Source:
    """Spans that a paste has broken: a group of table 四 one too short, an empty cell behind a full row of table 三.

    Structure: known from WPS tables pasted into editors, where browsers show nothing odd.
    """
    report = invented("云川市供销合作社", 2023, "社")
    rows = [*requests(2023)]
    rows[5] = (*rows[5], Cell())
    top, *rest = disputes()
    short = (top[0], replace(top[1], right=9))
    return _page("ragged_spans", report, {"requests": tuple(rows), "disputes": (short, *rest)})


def numbered_anew() -> Source:
    """Table 三 without the rows that were all 0, the others numbered anew: 2.其他 under （六）其他处理."""
    report = invented("云川市档案局", 2022)
    gone = {"refused.state_secret", "refused.prohibited_by_law", "other.unpaid"}
    names = {"3.危及“三安全一稳定”": "1.危及“三安全一稳定”", "4.保护第三方合法权益": "2.保护第三方合法权益"}
    names |= {"5.属于三类内部事务信息": "3.属于三类内部事务信息", "3.其他": "2.其他"}
    rows = []
    for row in unmerged(requests(2022), repeat=True):
        keys = {cell.id.partition("/")[0].removeprefix("requests.") for cell in row if cell.id is not None}
        if not keys & gone:
            rows.append(tuple(replace(cell, text=names.get(cell.text, cell.text)) for cell in row))
    source = _page("numbered_anew", report, {"requests": tuple(rows)})
    left = {cell for cell in report.cells if cell.partition("/")[0].removeprefix("requests.") in gone}
    return replace(source, truth={cell: value for cell, value in report.cells.items() if cell not in left})


HEAD_PAGES = (
    heads_in_two_rows,
    heads_in_three_rows,
    six_columns,
    five_columns,
    no_total_column,
    two_kinds,
    head_of_their_own,
    disputes_upright,
    ragged_spans,
    numbered_anew,
)
