"""The statutory tables without any markup: rows of cells that have a label or the id of a figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from tests.published.figures import APPLICANTS, OUTCOMES, REQUEST_ROWS, statutory_rows

CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True)
class Cell:
    """One printed cell: a label, or a figure by its id; how many rows and columns it covers."""

    text: str = ""
    id: str | None = None
    down: int = 1
    right: int = 1
    head: bool = False


Row = tuple[Cell, ...]
Grid = tuple[Row, ...]

_THREE_COLUMNS_2021 = {"issued": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"}
_THREE_COLUMNS_2019 = {"made": "本年新制作数量", "disclosed": "本年新公开数量", "public_total": "对外公开总数量"}
_PROJECTS_2019 = {"previous": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"}
_DECISIONS_2021 = {"decisions": "本年处理决定数量"}

_BLOCKS_2021 = (
    ("第二十条第（一）项", _THREE_COLUMNS_2021, {"rules": "规章", "normative_documents": "行政规范性文件"}),
    ("第二十条第（五）项", _DECISIONS_2021, {"licensing": "行政许可"}),
    ("第二十条第（六）项", _DECISIONS_2021, {"penalties": "行政处罚", "coercion": "行政强制"}),
    ("第二十条第（八）项", {"amount": "本年收费金额（单位：万元）"}, {"fees": "行政事业性收费"}),
)
_BLOCKS_2019 = (
    ("第二十条第（一）项", _THREE_COLUMNS_2019, {"rules": "规章", "normative_documents": "规范性文件"}),
    ("第二十条第（五）项", _PROJECTS_2019, {"licensing": "行政许可", "other_services": "其他对外管理服务事项"}),
    ("第二十条第（六）项", _PROJECTS_2019, {"penalties": "行政处罚", "coercion": "行政强制"}),
    ("第二十条第（八）项", {"previous": "上一年项目数量", "change": "本年增/减"}, {"fees": "行政事业性收费"}),
    ("第二十条第（九）项", {"projects": "采购项目数量", "value": "采购总金额"}, {"procurement": "政府集中采购"}),
)


@cache
def disclosure_blocks(year: int) -> tuple[Grid, ...]:
    """Table 二 as its blocks, each with its title row and head."""
    return tuple(_block(*each) for each in (_BLOCKS_2021 if year >= 2021 else _BLOCKS_2019))


def _block(title: str, columns: dict[str, str], rows: dict[str, str]) -> Grid:
    widths = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[len(columns)]
    head = [Cell(label, right=width, head=True) for label, width in zip(columns.values(), widths, strict=True)]
    lines = [
        (
            Cell(label),
            *(Cell(id=f"disclosure.{row}/{each}", right=wide) for each, wide in zip(columns, widths, strict=True)),
        )
        for row, label in rows.items()
    ]
    return ((Cell(title, right=4, head=True),), (Cell("信息内容", head=True), *head), *lines)


def disclosure(year: int) -> Grid:
    """Table 二 as one table."""
    return tuple(row for block in disclosure_blocks(year) for row in block)


@cache
def requests(year: int) -> Grid:
    """Table 三 with its merged labels."""
    return (*requests_head(), *_request_rows(year))


def requests_head(corner: str = CORNER) -> Grid:
    """The three head rows of table 三."""
    organizations = list(APPLICANTS.values())[1:-1]
    return (
        (Cell(corner, down=3, right=3, head=True), Cell("申请人情况", right=7, head=True)),
        (
            Cell("自然人", down=2, head=True),
            Cell("法人或其他组织", right=5, head=True),
            Cell("总计", down=2, head=True),
        ),
        tuple(Cell(label, head=True) for label in organizations),
    )


def _request_rows(year: int) -> Iterator[Row]:
    lines = [(key, *_split(label)) for key, label in statutory_rows(year)]
    results = [line for line in lines if line[0] not in ("new", "carried_in", "carried_out")]
    for key, _, label in lines[:2]:
        yield (Cell(label, right=3), *_figures(key))
    first = True
    for group, members in groupby(results, key=lambda line: line[1]):
        each_line = list(members)
        for number, (key, _, label) in enumerate(each_line):
            stub = [Cell("三、本年度办理结果", down=len(results))] if first else []
            if group and number == 0:
                stub.append(Cell(group, down=len(each_line)))
            stub.append(Cell(label, right=1 if group else 2))
            yield (*stub, *_figures(key))
            first = False
    yield (Cell(lines[-1][2], right=3), *_figures("carried_out"))


def _split(label: str) -> tuple[str, str]:
    group, slash, rest = label.partition("/")
    return (group, rest) if slash else ("", label)


def _figures(key: str) -> Iterator[Cell]:
    return (Cell(id=f"requests.{REQUEST_ROWS[key]}/{column}") for column in APPLICANTS)


@cache
def disputes() -> Grid:
    """Table 四: three head rows above one row of figures."""
    labels = tuple(Cell(label, head=True) for label in OUTCOMES.values())
    groups = ("review", "litigation.direct", "litigation.after_review")
    return (
        (Cell("行政复议", right=5, head=True), Cell("行政诉讼", right=10, head=True)),
        (
            *(replace(each, down=2) for each in labels),
            Cell("未经复议直接起诉", right=5, head=True),
            Cell("复议后起诉", right=5, head=True),
        ),
        (*labels, *labels),
        tuple(Cell(id=f"disputes.{group}/{outcome}") for group in groups for outcome in OUTCOMES),
    )


def unmerged(grid: Grid, *, repeat: bool) -> Grid:
    """The grid without merged cells: what a merge covered repeats its label, or is blank."""
    lines: dict[int, dict[int, Cell]] = {}
    for number, row in enumerate(grid):
        column = 0
        for cell in row:
            while column in lines.setdefault(number, {}):
                column += 1
            for down in range(cell.down):
                for right in range(cell.right):
                    corner = down == right == 0
                    single = replace(cell, down=1, right=1)
                    if cell.id is not None and not corner:
                        single = Cell()
                    elif not corner and not repeat:
                        single = replace(single, text="")
                    lines.setdefault(number + down, {})[column + right] = single
            column += cell.right
    return tuple(tuple(line[column] for column in sorted(line)) for _, line in sorted(lines.items()))


def shares_of(grid: Grid, at: int, *, head: Sequence[Row] = ()) -> tuple[Grid, Grid]:
    """The grid cut in two above row `at`: labels that reach over the cut are repeated below it."""
    above: list[Row] = []
    reaching: list[Cell] = []
    for number, row in enumerate(grid[:at]):
        kept = []
        for cell in row:
            over = number + cell.down - at
            kept.append(replace(cell, down=cell.down - over) if over > 0 else cell)
            if over > 0:
                reaching.append(replace(cell, down=over))
        above.append(tuple(kept))
    first, *rest = grid[at:]
    return tuple(above), (*head, (*reaching, *first), *rest)
