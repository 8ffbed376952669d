"""Pages whose tables are built in another way than the statutory form prints them."""

import base64
from dataclasses import replace
from html import escape

from tests.published.cms_pages import BORDERED
from tests.published.figures import APPLICANTS, Report, invented, real
from tests.published.furniture import page
from tests.published.markup import (
    Article,
    Look,
    nbsp_for_blank,
    plain,
    source_of,
    statutory_tables,
    title_of,
)
from tests.published.source import Source
from tests.published.statutory import (
    Cell,
    Grid,
    disclosure,
    disputes,
    requests,
    requests_head,
    shares_of,
    unmerged,
)
from tests.published.words import RUN_IN, USUAL, Headings, prose

_DRAWN = Look(figure='<td{span} align="center">{text}</td>')


def _page(
    name: str,
    report: Report,
    tables: dict[str, str],
    *,
    article: Article | None = None,
    headings: Headings = USUAL,
    style: str = BORDERED,
) -> Source:
    """The source of a modern page with these tables in `div#zoom`."""
    article = article or Article(headings=headings)
    inner = article.written(report, prose(report), tables)
    return source_of(name, report, page(report, f'<div id="zoom">{inner}</div>', style=style), headings=headings)


def split_tables() -> Source:
    """Table 三 in two tables, cut within （五）; the second repeats the head and the labels that reach over the cut.

    Structure: known from Word documents whose long table was cut by hand at a page's end.
    """
    report = invented("云川市农业农村局", 2023)
    above, below = shares_of(requests(2023), 20, head=requests_head())
    tables = statutory_tables(report, _DRAWN)
    tables["requests"] = f"{_DRAWN.written(above, report.cells)}<p>&nbsp;</p>{_DRAWN.written(below, report.cells)}"
    return _page("split_tables", report, tables)


def split_without_head() -> Source:
    """Table 三 in two tables, the second without a head; cut between （四） and （五）.

    Structure: as `split_tables`.
    """
    report = invented("云川市商务局", 2022)
    above, below = shares_of(requests(2022), 18)
    tables = statutory_tables(report, _DRAWN)
    tables["requests"] = f"{_DRAWN.written(above, report.cells)}\n{_DRAWN.written(below, report.cells)}"
    return _page("split_without_head", report, tables)


def labels_repeated() -> Source:
    """Tables without merged cells: labels of merged rows and columns repeated in each cell.

    Structure: known from spreadsheets whose cells were unmerged and filled before they were pasted.
    """
    report = invented("云川市统计局", 2023)
    tables = {
        section: _DRAWN.written(unmerged(grid, repeat=True), report.cells) for section, grid in _grids(2023).items()
    }
    return _page("labels_repeated", report, tables, headings=RUN_IN)


def labels_blank() -> Source:
    """Tables without merged cells: what was merged is blank; many figures of table 三 are blank too.

    Structure: a public fixture of a 省 report leaves blank cells under 自然人 and 总计; the rest as pasted from cells.
    """
    report = real("shuyang-fgj-2023")
    look = replace(_DRAWN, shown=nbsp_for_blank)
    tables = {
        section: look.written(unmerged(grid, repeat=False), report.cells) for section, grid in _grids(2023).items()
    }
    return _page("labels_blank", report, tables)


def _grids(year: int) -> dict[str, Grid]:
    return {"disclosure": disclosure(year), "requests": requests(year), "disputes": disputes()}


def div_classes() -> Source:
    """Tables as nested divs whose class names say row and cell; merged labels stand once, blanks are empty divs.

    Structure: known from front ends that draw 年报 from stored fields (components in public repositories).
    """
    report = real("shuyang-fgj-2023")
    look = Look(
        table='<div class="nb-table">{rows}</div>',
        row='<div class="nb-tr">{cells}</div>',
        head='<div class="nb-th">{text}</div>',
        label='<div class="nb-td nb-label">{text}</div>',
        figure='<div class="nb-td nb-num">{text}</div>',
    )
    style = ".nb-table{display:table}.nb-tr{display:table-row}.nb-tr>div{display:table-cell;border:1px solid #333}"
    return _page("div_classes", report, _unmerged_tables(report, look), style=style)


def div_display() -> Source:
    """Tables as divs styled inline with display:table, table-row and table-cell.

    Structure: known from responsive pages that replaced table elements; CSS 2.1's own display values.
    """
    report = invented("云川市文化和旅游局", 2023)
    cell = '<div style="display: table-cell; border: 1px solid #666; padding: 2px 4px;">{text}</div>'
    look = Look(
        table='<div style="display: table; border-collapse: collapse;">{rows}</div>',
        row='<div style="display: table-row;">{cells}</div>',
        head=cell,
        label=cell,
        figure=cell,
    )
    return _page("div_display", report, _unmerged_tables(report, look))


def flex_rows() -> Source:
    """Tables as flex rows whose cells are as wide as the columns that they cover; figures in a span.

    Structure: known from low-code page builders (rows of `display:flex`, shares as `flex`).
    """
    report = invented("云川市应急管理局", 2024)
    look = Look(
        table='<section class="grid">{rows}</section>',
        row='<div style="display:flex;border-bottom:1px solid #999">{cells}</div>',
        head='<div style="flex:1"><b>{text}</b></div>',
        label='<div style="flex:1">{text}</div>',
        figure='<div style="flex:1;text-align:center"><span class="num">{text}</span></div>',
    )
    return _page("flex_rows", report, _unmerged_tables(report, look))


def _unmerged_tables(report: Report, look: Look) -> dict[str, str]:
    return {
        section: look.written(unmerged(grid, repeat=False), report.cells)
        for section, grid in _grids(report.year).items()
    }


def empty_first_column() -> Source:
    """Each row starts with an empty cell; a head label has an addition in brackets.

    Structure: a 汉阳 page of 2023 (a leading empty cell in every row, “（历史累计）” in the head of 现行有效件数).
    """
    report = invented("云川区人民政府办公室", 2022, "办")
    grids = {section: tuple((Cell(), *row) for row in grid) for section, grid in _grids(2022).items()}
    tables = {section: _DRAWN.written(grid, report.cells) for section, grid in grids.items()}
    tables["disclosure"] = tables["disclosure"].replace("现行有效件数", "现行有效件数<br>（历史累计）")
    return _page("empty_first_column", report, tables)


def rows_within() -> Source:
    """Tables with a title row, a unit row and a note row of their own.

    Structure: known from reports made from statistics forms (“单位：件” right-aligned in the table's second row).
    """
    report = invented("云川市审计局", 2023)
    tables = {}
    for section, (title, width) in {
        "disclosure": ("主动公开政府信息情况统计表", 4),
        "requests": ("收到和处理政府信息公开申请情况统计表", 10),
        "disputes": ("政府信息公开行政复议、行政诉讼情况统计表", 15),
    }.items():
        grid = (
            (Cell(title, right=width, head=True),),
            (Cell("单位：件" if section != "disclosure" else "统计年度：2023年", right=width),),
            *_grids(2023)[section],
            (Cell("注：1.本表由局办公室填报。2.行政复议、行政诉讼数量含上年度结转数量。", right=width),),
        )
        tables[section] = _DRAWN.written(grid, report.cells)
    return _page("rows_within", report, tables)


def mobile_cards() -> Source:
    """A narrow view of table 三: one card a row, each figure with its column as label; the other tables as usual.

    Structure: known from responsive-table scripts (`data-label` on cells, a `dl` per row for small screens).
    """
    report = invented("云川市体育局", 2024)
    cards = []
    group = ""
    for row in requests(2024)[3:]:
        label = [cell.text for cell in row if cell.id is None][-1]
        group = next((cell.text for cell in row[:-8] if cell.text.startswith("（")), group)
        figures = zip(APPLICANTS.values(), (cell.id for cell in row if cell.id), strict=True)
        pairs = "".join(f"<dt>{column}</dt><dd>{plain(cell, report.cells[cell])}</dd>" for column, cell in figures)
        title = f"{group} {label}" if label[0].isdigit() else label
        cards.append(f'<div class="card"><h5>{escape(title)}</h5><dl>{pairs}</dl></div>')
    tables = {**statutory_tables(report, _DRAWN), "requests": "\n".join(cards)}
    told = frozenset(cell for cell in report.cells if cell.startswith("requests."))
    return replace(_page("mobile_cards", report, tables), told=told)


def pictures() -> Source:
    """The three tables are pictures, with their captions as alt texts: no figure can be read.

    Structure: known from pages whose editors paste screenshots; what format.md forbids.
    """
    report = invented("云川市信访局", 2023)
    pixel = base64.b64encode(
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;"
    ).decode()
    tables = {
        section: f'<p align="center"><img src="data:image/gif;base64,{pixel}" alt="{section}.png" width="600"></p>'
        for section in _grids(2023)
    }
    return replace(_page("pictures", report, tables), truth={})


def embedded_file() -> Source:
    """A page that shows nothing but a viewer with a PDF: neither words nor figures are on it.

    Structure: known from portals' viewers (`pdf.js/web/viewer.html?file=` in an iframe).
    """
    report = invented("云川市气象局", 2023)
    content = (
        '<div id="zoom"><iframe src="/pdfjs/web/viewer.html?file=/upload/nb2023.pdf" height="900"></iframe>'
        f'<p>附件：<a href="/upload/nb2023.pdf">{title_of(report)}.pdf</a></p></div>'
    )
    return replace(source_of("embedded_file", report, page(report, content)), truth={}, prose={})


TABLE_PAGES = (
    split_tables,
    split_without_head,
    labels_repeated,
    labels_blank,
    div_classes,
    div_display,
    flex_rows,
    empty_first_column,
    rows_within,
    mobile_cards,
    pictures,
    embedded_file,
)
