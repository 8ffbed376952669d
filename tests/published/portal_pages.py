"""Pages with small habits of portals: units in cells, remarks, halves, boxes, gaps, tabs, pictures."""

from collections.abc import Mapping
from dataclasses import replace

from tests.published.cms_pages import BORDERED
from tests.published.figures import APPLICANTS, Report, invented, real
from tests.published.furniture import page
from tests.published.markup import Article, Look, full_width, plain, source_of, statutory_tables, title_of, yuan
from tests.published.source import Source, Value
from tests.published.statutory import Cell, Grid, Row, disputes, requests, requests_head, unmerged
from tests.published.words import prose

_DRAWN = Look(figure='<td{span} align="center">{text}</td>')


def _page(name: str, report: Report, changed: Mapping[str, str], look: Look = _DRAWN) -> Source:
    tables = statutory_tables(report, look) | changed
    inner = Article().written(report, prose(report), tables)
    return source_of(name, report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED))


def _full_width_unit(cell: str, value: Value) -> str:
    return "" if value is None else f"{full_width(cell, value)}&nbsp;{yuan(value)[len(str(value)) :]}"


def units_in_cells() -> Source:
    """Each figure in full-width digits with its unit behind a no-break space: １２ 件."""
    report = invented("云川市医疗保障局", 2023)
    return _page("units_in_cells", report, {}, replace(_DRAWN, shown=_full_width_unit))


def remarks_column() -> Source:
    """Table 三 with a column 备注 at its right, with words and a number in it."""
    report = invented("云川市退役军人事务局", 2023)
    top, groups, heads, *rows = requests(2023)
    notes = {1: "含网上申请3件", 4: "2", 8: "无"}
    body = [(*row, Cell(notes.get(number, ""))) for number, row in enumerate(rows)]
    table = ((*top, Cell("备注", down=3, head=True)), groups, heads, *body)
    return _page("remarks_column", report, {"requests": _DRAWN.written(table, report.cells)})


def total_at_the_left() -> Source:
    """Table 三 with its totals left of the natural persons."""
    report = invented("云川市乡村振兴局", 2024)
    top, (natural, legal, total), heads, *rows = requests(2024)
    body = [(*row[:-7], row[-1], *row[-7:-1]) for row in rows]
    table = (top, (total, natural, legal), heads, *body)
    return _page("total_at_the_left", report, {"requests": _DRAWN.written(table, report.cells)})


def halves() -> Source:
    """Table 三 in two tables with the same rows: natural persons and enterprises in one, the rest in the other."""
    report = invented("云川市机关事务管理局", 2022)
    rows = unmerged(requests(2022)[3:], repeat=True)
    labels, columns = (*(Cell("项目", head=True),) * 3,), [*APPLICANTS.values()]
    written = []
    for start, end in ((0, 3), (3, 7)):
        head: Row = (*labels, *(Cell(label, head=True) for label in columns[start:end]))
        body: Grid = tuple((*row[:3], *row[3:][start:end]) for row in rows)
        written.append(_DRAWN.written((head, *body), report.cells))
    return _page("halves", report, {"requests": "<p>（一）</p>".join(written)})


def boxes_in_boxes() -> Source:
    """Cells whose words stand in three boxes each, as visual editors nest them."""
    report = invented("云川市信息中心", 2024, "心")
    look = Look(
        head='<td{span}><div class="c"><div><p><span>{text}</span></p></div></div></td>',
        label='<td{span}><div class="c"><div><p>{text}</p></div></div></td>',
        figure='<td{span}><div class="c"><div><section><p><b>{text}</b></p></section></div></div></td>',
    )
    return _page("boxes_in_boxes", report, {}, look)


def digits_in_boxes() -> Source:
    """Each digit in a box of its own with blanks between, as on forms: whether 1 2 is one number isn't sure."""
    report = invented("云川市地方志办公室", 2023, "办")

    def shown(cell: str, value: Value) -> str:
        return " ".join(f'<span class="digit">{digit}</span>' for digit in plain(cell, value))

    source = _page("digits_in_boxes", report, {}, replace(_DRAWN, shown=shown))
    return replace(source, told=frozenset(cell for cell, value in report.cells.items() if len(str(value)) > 1))


def one_picture() -> Source:
    """Table 三 as a picture with its figures in the words beside it; the other two as tables."""
    report = invented("云川市投资促进局", 2023)
    picture = '<p align="center"><img src="/upload/image/202401/t3.png" width="720" height="900" alt=""></p>'
    source = _page("one_picture", report, {"requests": picture})
    return replace(source, truth={cell: each for cell, each in report.cells.items() if "requests." not in cell})


def gaps_of_a_sheet() -> Source:
    """Pasted from a spreadsheet: an empty narrow column behind each figure, covered by its head, blanks as &nbsp;."""
    report = real("shuyang-fgj-2023")
    head = tuple(
        tuple(replace(cell, right=cell.right if cell.right == 3 else cell.right * 2) for cell in row)
        for row in requests_head()
    )
    body = []
    for row in requests(2023)[3:]:
        spaced: list[Cell] = []
        for cell in row:
            spaced += [cell] if cell.id is None else [cell, Cell("&nbsp;")]
        body.append(tuple(spaced))
    look = replace(_DRAWN, labels=str, shown=lambda _, value: "&nbsp;" if value is None else str(value))
    return _page("gaps_of_a_sheet", report, {"requests": look.written((*head, *body), report.cells)})


def tabs_in_a_box() -> Source:
    """Tables as preformatted text with tabs, pasted into an editor's code box."""
    report = invented("云川市供销合作社", 2024, "社")
    look = Look(table="<pre>{rows}</pre>", row="{cells}", head="{text}\t", label="{text}\t", figure="{text}\t")
    tables = {
        name: text.replace("\t\n", "\n").replace("\t<", "<") for name, text in statutory_tables(report, look).items()
    }
    return _page("tabs_in_a_box", report, tables)


def two_years() -> Source:
    """Table 四 with a line for each year, this one and the last, each named at its left."""
    report = invented("云川市司法局", 2024)
    before = {cell: value + 100 for cell, value in report.cells.items() if cell.startswith("disputes.") and value}
    top, groups, heads, figures = disputes()
    stub = Cell("年度", down=3, head=True)
    other = tuple(Cell(str(before.get(str(cell.id), 0))) for cell in figures)
    table = ((stub, *top), groups, heads, (Cell("2023年"), *other), (Cell("2024年"), *figures))
    return _page("two_years", report, {"disputes": _DRAWN.written(table, report.cells)})


def links_only() -> Source:
    """Tables behind links to files: nothing of them is on the page."""
    report = invented("云川市公共资源交易中心", 2023, "心")
    link = f'<p><a href="/upload/t.xlsx">点击查看：{title_of(report)}附表.xlsx</a></p>'
    return replace(_page("links_only", report, dict.fromkeys(statutory_tables(report, _DRAWN), link)), truth={})


PORTAL_PAGES = (
    units_in_cells,
    remarks_column,
    total_at_the_left,
    halves,
    boxes_in_boxes,
    digits_in_boxes,
    one_picture,
    gaps_of_a_sheet,
    tabs_in_a_box,
    two_years,
    links_only,
)
