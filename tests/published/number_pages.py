"""Pages whose figures, labels or tags need care: dressed, hidden, broken, of an older edition."""

from dataclasses import replace

from tests.published.cms_pages import BORDERED
from tests.published.figures import REQUEST_ROWS, invented, real, statutory_rows
from tests.published.furniture import page
from tests.published.markup import (
    Article,
    Look,
    nbsp_for_blank,
    plain,
    signed,
    source_of,
    statutory_tables,
    thousands,
    with_cells,
    yuan,
)
from tests.published.source import Source, Value
from tests.published.statutory import Cell, disclosure, disputes
from tests.published.words import OLD_NAMES, prose

_DRESSED = {
    "disclosure.normative_documents/issued": "109（其中修订16件）",
    "disclosure.rules/repealed": "/",
    "disclosure.fees/amount": "59,237.2449<sup>[1]</sup>",
    "requests.granted/natural_person": "<s>1157</s> 1175",
    "requests.granted/total": "<del>1173</del><ins>1191</ins>",
    "requests.carried_in/research": "-",
    "requests.carried_in/charity": "—",
    "requests.other.unpaid/total": "10<sup>①</sup>",
    "requests.refused.internal_affairs/natural_person": "&nbsp;20&nbsp;",
    "requests.refused.prohibited_by_law/natural_person": "2<span>7</span>",
    "requests.unavailable.not_held/natural_person": "９６８",
    "requests.unavailable.not_held/total": "1 047",
    "disputes.review/total": "440（含上年结转）",
    "disputes.review/upheld": "309件",
    "disputes.litigation.after_review/corrected": "不适用",
}


def dressed_numbers() -> Source:
    """Numbers with units, additions in brackets, footnote marks, struck-out predecessors, slashes and dashes.

    Structure: seen on pages of 西咸新区 (“/” for 规章) and of 上海 (what a count includes, in brackets); `sup` and `s`
    as editors write them.
    """
    report = with_cells(
        real("suqian-2023", "市"),
        disclosure__rules={"repealed": None},
        requests__carried_in={"research": None, "charity": None},
        disputes__litigation__after_review={"corrected": None},
    )
    look = Look(shown=lambda cell, value: _DRESSED.get(cell, thousands(cell, value)))
    tables = statutory_tables(report, look)
    tables["requests"] += "<p>①系申请人逾期未缴纳信息处理费。</p>"
    inner = Article().written(report, prose(report), tables)
    simple = {
        "requests.refused.internal_affairs/natural_person",
        "requests.refused.prohibited_by_law/natural_person",
        "requests.unavailable.not_held/natural_person",
    }
    told = frozenset(_DRESSED) - simple
    return source_of(
        "dressed_numbers", report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED), told=told
    )


def with_units() -> Source:
    """Every figure carries its unit: 件, and 万元 for the fees.

    Structure: known from reports of small bodies that fill each cell with a phrase.
    """
    report = invented("云川市退役军人事务局", 2023)
    look = Look(shown=lambda cell, value: yuan(value))
    inner = Article().written(report, prose(report), statutory_tables(report, look))
    content = page(report, f'<div id="zoom">{inner}</div>', style=BORDERED)
    return source_of("with_units", report, content, told=frozenset(report.cells))


# As they are printed elsewhere too: a reader knows them.
_VARIANTS = {
    "第二十条第（一）项": "第二十条  第(一)项",
    "第二十条第（八）项": "第二十条第(八)项",
    "行政规范性文件": "规范性文件",
    "本年收费金额（单位：万元）": "本年收费金额(单位:万元)",
    "二、上年结转政府信息公开申请数量": "二、上年结转政府 信息公开申请数量",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "(二)部分公开(区分处理的,只计这一情形,不计其他情形)",
    "1.属于国家秘密": "属于国家秘密",
    "2.其他法律行政法规禁止公开": "2、其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”": '3.危及"三安全一稳定"',
    "4.保护第三方合法权益": "４．保护第三方合法权益",
    "4.无正当理由大量反复申请": "无正当理由大量反复申请",
    "（七）总计": "（七）总 计",
    "四、结转下年度继续办理": "四、结转下年度继续办理 ",
    "未经复议直接起诉": "未经复议\n直接起诉",
    "尚未审结": "尚未 审结",
}

# A wrong or a lost character: a reader may refuse the row or the column.
_SLIPS = {
    "本年制发件数": "本年制发数",
    "一、本年新收政府信息公开申请数量": "一、本年新收政府信息公开申请数里",
    "6.属于四类过程性信息": "6.属于四类过程性性信息",
    "2.没有现成信息需要另行制作": "2.没有现成信息须要另行制作",
    "3.补正后申请内容仍不明确": "3.补正后申请内容乃不明确",
    "1.信访举报投诉类申请": "1.信访举报投述类申请",
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": (
        "1.申请人无正当理由遏期不补正、行政机关不再处理其政府信息公开申请"
    ),
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": (
        "2.申请人逾期末按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
    ),
}


def slips_in_labels() -> Source:
    """Labels as typists and OCR make them: half-width brackets, lost numbering, one wrong character, spaces.

    Structure: pages of 长春 (“第二十条  第(一)项”) and 汉阳 (“过程性性信息”); others as OCR makes them (未/末, 逾/遏).
    """
    report = invented("云川市市场监督管理局", 2023)
    look = Look(labels=lambda text: {**_VARIANTS, **_SLIPS}.get(text, text).replace('"', "&quot;"))
    inner = Article(headings=OLD_NAMES).written(report, prose(report), statutory_tables(report, look))
    content = page(report, f'<div id="zoom">{inner}</div>', style=BORDERED)
    rows = {f"requests.{REQUEST_ROWS[key]}" for key, label in statutory_rows(2023) if label.split("/")[-1] in _SLIPS}
    told = frozenset(cell for cell in report.cells if cell.split("/")[0] in rows or cell.endswith("/issued"))
    return source_of("slips_in_labels", report, content, headings=OLD_NAMES, told=told)


def hidden_elements() -> Source:
    """Last year's table hidden before this year's, a hidden column, a hidden row and an old number in a hidden span.

    Structure: `display: none` left by editors and Excel (hidden columns), as web pages saved from spreadsheets have it.
    """
    report, before = real("suqian-2024", "市"), real("suqian-2023", "市")
    look = Look(shown=lambda cell, value: f'<span style="display:none">{value + 7}</span>{value}')
    tables = statutory_tables(report, Look())
    tables["disputes"] = look.written(disputes(), report.cells)
    tables["requests"] = tables["requests"].replace(
        "<tr>",
        '<tr style="display:none"><td colspan="3">一、本年新收政府信息公开申请数量</td>'
        + "<td>1</td>" * 7
        + "</tr><tr>",
        4,
    )
    tables["requests"] = tables["requests"].replace("</tr>", '<td style="display: none">99</td></tr>')
    old = Look(table="<div hidden><table>{rows}</table></div>").written(disclosure(2023), before.cells)
    tables["disclosure"] = old + tables["disclosure"]
    inner = Article().written(report, prose(report), tables)
    return source_of("hidden_elements", report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED))


def unclosed_tags() -> Source:
    """Cells and rows without end tags, `<p>` and `<font>` never closed, as HTML 4 was typed.

    Structure: optional end tags of HTML; a browser's repair gives the tables as they were meant.
    """
    report = invented("云川市粮食和物资储备局", 2022)
    look = Look(
        table='<table border=1 width="100%">{rows}',
        row="<tr>{cells}",
        head="<td{span}><b>{text}",
        label="<td{span}><p>{text}",
        figure="<td{span}><p align=center><span>{text}",
    )
    tables = {section: f"{table}</table>" for section, table in statutory_tables(report, look).items()}
    inner = Article(heading="<p><b>{text}</b>", part="<p>{text}", paragraph="<p>{text}").written(
        report, prose(report), tables
    )
    return source_of("unclosed_tags", report, page(report, f"<div id=zoom>{inner}</div>", style=BORDERED))


def lost_tags() -> Source:
    """Two cells without their start tag: a browser shows their numbers above the table, the row's others move left.

    Structure: HTML's foster parenting, as every browser does it.
    """
    report = invented("云川市机关事务管理局", 2023)
    tables = statutory_tables(report, Look())
    rows = {"（一）予以公开": "requests.granted", "1.信访举报投诉类申请": "requests.not_processed.petition"}
    for label, row in rows.items():
        marker = f"{label}</td><td>{report.cells[f'{row}/natural_person']}</td>"
        tables["requests"] = tables["requests"].replace(marker, marker.replace("<td>", ""))
    inner = Article().written(report, prose(report), tables)
    hit = frozenset(cell for cell in report.cells if cell.startswith(tuple(f"{row}/" for row in rows.values())))
    content = page(report, f'<div id="zoom">{inner}</div>', style=BORDERED)
    return source_of("lost_tags", report, content, told=hit)


def lost_row_end() -> Source:
    """Two rows of （五） run together, as one `</tr><tr>` is lost: merged labels then reach one row too far down.

    Structure: known from rows deleted by hand in an editor's source view.
    """
    report = invented("云川市人民防空办公室", 2024, "办")
    tables = statutory_tables(report, Look())
    tables["requests"] = tables["requests"].replace("</tr>\n<tr><td>2.重复申请", "<td>2.重复申请")
    inner = Article().written(report, prose(report), tables)
    below = ("not_processed.", "other.", "concluded/", "carried_out/")
    hit = frozenset(cell for cell in report.cells if cell.startswith(tuple(f"requests.{row}" for row in below)))
    content = page(report, f'<div id="zoom">{inner}</div>', style=BORDERED)
    return source_of("lost_row_end", report, content, told=hit)


def heads_as_th() -> Source:
    """thead, th for row labels with scope, tfoot; a caption element; a colgroup.

    Structure: known from accessible templates (W3C's table concepts) and front ends that draw 年报.
    """
    report = invented("云川市医疗保障局", 2024)
    look = Look(
        table="<table><caption>统计表（2024年）</caption><colgroup><col></colgroup><tbody>{rows}</tbody></table>",
        head='<th scope="col"{span}>{text}</th>',
        label='<th scope="row"{span}>{text}</th>',
    )
    inner = Article(heading="<h2>{text}</h2>", part="<h3>{text}</h3>").written(
        report, prose(report), statutory_tables(report, look)
    )
    return source_of("heads_as_th", report, page(report, f"<article>{inner}</article>", style=BORDERED))


def shanghai_2019() -> Source:
    """The 2019 edition as that office printed it: five grid columns in table 二, in heads and rows merged differently.

    Structure: the published page, as a public data set holds it (`nowrap`, `colspan="2"` once in the second, once in
    the third cell, `<br />` in 本年新公开数量); blanks are no-break spaces.
    """
    report = real("shanghai-fgt-2019", "厅")
    grid = []
    for row in disclosure(2019):
        widths = [cell.right for cell in row]
        if len(row) == 4 and row[0].text in ("信息内容", "规章", "规范性文件"):
            widths = [1, 1, 2, 1]
        elif len(row) == 4:
            widths = [1, 2, 1, 1]
        elif len(row) == 3:
            widths = [1, 2, 2]
        else:
            widths = [5]
        grid.append(tuple(replace(cell, right=width) for cell, width in zip(row, widths, strict=True)))
    look = Look(
        table='<table align="center" border="1" cellspacing="1"><tbody>{rows}</tbody></table>',
        head='<td{span} nowrap="nowrap"><p align="center">{text}</p></td>',
        label='<td{span} nowrap="nowrap"><p>{text}</p></td>',
        figure='<td{span} nowrap="nowrap"><p align="center">{text}</p></td>',
        shown=signed,
        labels=lambda text: text.replace("本年新公开数量", "本年新<br />公开数量").replace(
            "本年新制作数量", "本年新<br />制作数量"
        ),
    )
    tables = {**statutory_tables(report, look), "disclosure": look.written(tuple(grid), report.cells)}
    inner = Article().written(report, prose(report), tables)
    return source_of("shanghai_2019", report, page(report, f'<div id="ivs_content">{inner}</div>', style=BORDERED))


def huitong_2020() -> Source:
    """The 2019 edition of a county bureau: changes with “+”, table 三 filled in its 总计 column only, the rest “/”.

    Structure: the figures of a published page; `&nbsp;` and “/” as such offices write what they have not.
    """
    report = with_cells(
        real("huitong-lyj-2020"),
        requests__received={"total": 171},
        requests__granted={"total": 4},
        requests__refused__internal_affairs={"total": 2},
        requests__not_processed__abusive={"total": 165},
        requests__concluded={"total": 171},
    )
    look = Look(shown=_slash_for_requests)
    inner = Article(headings=OLD_NAMES).written(report, prose(report), statutory_tables(report, look))
    content = page(report, f'<div class="TRS_Editor">{inner}</div>', style=BORDERED)
    return source_of("huitong_2020", report, content, headings=OLD_NAMES)


def _slash_for_requests(cell: str, value: Value) -> str:
    return "/" if value is None and cell.startswith("requests.") else signed(cell, value)


def old_table_two() -> Source:
    """A report for 2023 with table 二 of the 2019 edition, five columns wide with an empty last one: none of it counts.

    Structure: a page for 2023 of a county bureau that went on with the old form; 三 and 四 are the new ones.
    """
    report = invented("云川县民政局", 2023)
    wide = tuple((*row, Cell()) if len(row) > 1 else row for row in disclosure(2019))
    old = {cell.id: number for number, cell in enumerate((cell for row in wide for cell in row if cell.id), start=31)}
    tables = {**statutory_tables(report, Look()), "disclosure": Look().written(wide, old)}
    inner = Article().written(report, prose(report), tables)
    source = source_of("old_table_two", report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED))
    return replace(source, truth={cell: v for cell, v in report.cells.items() if not cell.startswith("disclosure.")})


def table_three_alone() -> Source:
    """A report that has table 三 as a table, but says 二 and 四 in words: “无” and a sentence.

    Structure: known from reports of bodies without regulations and suits; a 西咸新区 page leaves columns blank.
    """
    report = invented("云川市档案馆", 2023, "馆")
    look = Look(shown=nbsp_for_blank)
    tables = {
        "disclosure": "<p>本年度本馆无规章、行政规范性文件，无行政许可、行政处罚和行政强制事项。</p>",
        "requests": statutory_tables(report, look)["requests"],
        "disputes": "<p>本年度未发生因政府信息公开引起的行政复议、行政诉讼。</p>",
    }
    inner = Article().written(report, prose(report), tables)
    source = source_of("table_three_alone", report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED))
    return replace(source, truth={cell: v for cell, v in report.cells.items() if cell.startswith("requests.")})


def entities_in_place() -> Source:
    """Numbers between zero-width spaces, byte-order marks and ideographic spaces; soft hyphens in labels.

    Structure: known from text pasted out of chat programs and editors (U+200B, U+FEFF, U+3000, U+00AD).
    """
    report = invented("云川市城市管理局", 2023)
    look = Look(
        shown=lambda cell, value: f"\u3000{plain(cell, value)}\u200b\ufeff",
        labels=lambda text: text[:3] + "&shy;" + text[3:] + "\u200b",
    )
    inner = Article().written(report, prose(report), statutory_tables(report, look))
    return source_of("entities_in_place", report, page(report, f'<div id="zoom">{inner}</div>', style=BORDERED))


NUMBER_PAGES = (
    dressed_numbers,
    with_units,
    slips_in_labels,
    hidden_elements,
    unclosed_tags,
    lost_tags,
    lost_row_end,
    heads_as_th,
    shanghai_2019,
    huitong_2020,
    old_table_two,
    table_three_alone,
    entities_in_place,
)
