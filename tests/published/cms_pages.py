"""Article pages after the content management systems that most government sites run on."""

from html import escape

from tests.published.figures import Report, invented, real
from tests.published.furniture import head, navigation, page, publication_box, related
from tests.published.markup import (
    Article,
    Look,
    broken_labels,
    digits_apart,
    full_width,
    nbsp_for_blank,
    plain,
    source_of,
    statutory_tables,
    thousands,
    title_of,
)
from tests.published.source import Source, Value
from tests.published.statutory import disclosure_blocks
from tests.published.words import OLD_NAMES, RUN_IN, TYPED, prose

BORDERED = "table{border-collapse:collapse;margin:1em auto}td,th{border:1px solid #333;padding:2px 5px;font-size:14px}"


def trs_editor() -> Source:
    """TRS WCM, `div.TRS_Editor` with its own style element; Word-pasted tables.

    Structure: selectors in Kira-yoshikage-d/spider-gov and dongrunhua/simhash; class names as Word writes them.
    """
    report = real("suqian-2023", "市")
    look = Look(
        table='<table class="MsoNormalTable" style="border-collapse: collapse;" border="1" cellpadding="0" '
        'cellspacing="0" width="605"><tbody>{rows}</tbody></table>',
        label='<td{span} style="padding: 0cm 5.4pt;"><p class="MsoNormal">{text}</p></td>',
        figure='<td{span} style="padding: 0cm 5.4pt;"><p class="MsoNormal" align="center">'
        '<span lang="EN-US">{text}</span></p></td>',
    )
    article = Article(heading='<p style="text-indent: 2em;"><b>　　{text}</b></p>', paragraph="<p>　　{text}</p>")
    inner = article.written(report, prose(report), statutory_tables(report, look))
    style = '<style type="text/css">.TRS_Editor P{line-height:2;font-family:宋体;font-size:12pt;}</style>'
    return source_of(
        "trs_editor", report, page(report, f'<div class="TRS_Editor">{style}{inner}</div>', style=BORDERED)
    )


def trs_ueditor() -> Source:
    """TRS 海云, `div.view.TRS_UEDITOR.trs_paper_default`: cells hold paragraphs, first row has its class.

    Structure: class names in Kira-yoshikage-d/spider-gov; `firstRow`, `data-sort` known from UEditor's own output.
    """
    report = real("suqian-2024", "市")
    look = Look(
        table='<table data-sort="sortDisabled" width="100%"><tbody>{rows}</tbody></table>',
        head='<td{span} valign="middle" align="center"><p style="text-align: center;"><strong>{text}</strong></p></td>',
        label='<td{span} valign="middle"><p>{text}</p></td>',
        figure='<td{span} valign="middle" align="center"><p style="text-align: center;">{text}</p></td>',
    )
    article = Article(
        heading='<p style="text-indent:32px"><span style="font-family:黑体">{text}</span></p>',
        part='<p style="text-indent:32px"><span style="font-family:楷体_GB2312">{text}</span></p>',
    )
    tables = {
        section: table.replace("<tr>", '<tr class="firstRow">', 1)
        for section, table in statutory_tables(report, look).items()
    }
    inner = article.written(report, prose(report), tables)
    content = f'<div id="zoom"><div class="view TRS_UEDITOR trs_paper_default trs_web">{inner}</div></div>'
    return source_of("trs_ueditor", report, page(report, content, style=BORDERED))


def ucap() -> Source:
    """开普 UCAP: elements of its own, `<ucaptitle>` and `<ucapcontent>`, no-break spaces in blank cells.

    Structure: `#zoom #font ucapcontent` in public crawlers of hainan and suyu sites, `#UCAP-CONTENT` in spider-gov.
    """
    report = real("shuyang-fgj-2023")
    look = Look(
        table='<table border="1" cellspacing="0" cellpadding="0"><tbody>{rows}</tbody></table>',
        figure='<td{span} style="text-align:center"><p style="text-align:center">{text}</p></td>',
        shown=nbsp_for_blank,
    )
    article = Article(headings=RUN_IN, several=False)
    inner = article.written(report, prose(report), statutory_tables(report, look))
    content = (
        f'<ucaptitle>{title_of(report)}</ucaptitle><div class="pages_content" id="UCAP-CONTENT"><div id="font">'
        f"<ucapcontent>{inner}</ucapcontent></div></div>"
    )
    return source_of("ucap", report, page(report, content, style=BORDERED), headings=RUN_IN)


def hanweb() -> Source:
    """大汉 hanweb: `div#zoom` between template comments, an 索引号 table above, digits in groups of three.

    Structure: `#zoom` in Kira-yoshikage-d/spider-gov; addresses of the form art/年/月/日/art_… and the box above as
    on a 泰州 page; the `<!--<$[…]>begin-->` comments are known from that system's pages.
    """
    report = real("suqian-2023", "市")
    look = Look(
        figure='<td{span} width="67" style="text-align: center;">{text}</td>',
        shown=thousands,
        labels=broken_labels,
    )
    article = Article(
        heading='<p style="text-indent: 2em;"><strong>{text}</strong></p>', headings=OLD_NAMES, several=False
    )
    inner = article.written(report, prose(report), statutory_tables(report, look))
    content = (
        f'<div class="main-txt"><div id="zoom"><!--<$[信息内容]>begin-->\n<meta name="ContentStart">{inner}'
        '<meta name="ContentEnd"><!--<$[信息内容]>end--></div></div>'
    )
    return source_of("hanweb", report, page(report, content, style=BORDERED, box=True), headings=OLD_NAMES)


def epoint() -> Source:
    """新点 epoint: `ewb-article`, `ewb-article-info`; table heads as th, wangEditor's attributes of one.

    Structure: RSSHub's 徐州 route and crawlers of 公共资源 sites; wangEditor v5's `colSpan="1" rowSpan="1"`, from its
    own output. `ewb-main` and `ivs_content` around the text: a fixture for 黄浦 pages in a public repository.
    """
    report = invented("云川市财政局", 2024)
    look = Look(
        table='<table style="width: auto;table-layout: fixed;"><tbody>{rows}</tbody></table>',
        head='<th{span} width="auto" style="border-width: 1px;">{text}</th>',
        label='<td{span} width="auto">{text}</td>',
        figure='<td{span} width="auto" style="text-align: center;">{text}</td>',
        spans_of_one=True,
    )
    article = Article(
        heading="<h3>{text}</h3>", part="<h4>{text}</h4>", paragraph='<p style="line-height: 2;">{text}</p>'
    )
    inner = article.written(report, prose(report), statutory_tables(report, look))
    content = (
        '<div class="ewb-main container"><div class="ewb-article"><div class="ewb-article-info" id="ivs_content">'
        f"{inner}</div></div></div>"
    )
    return source_of("epoint", report, page(report, content, style=BORDERED))


def custom_union_style() -> Source:
    """省级集约化 `div.Custom_UnionStyle` within TRS_Editor: full-width digits, no-break spaces as indents.

    Structure: RSSHub and a 湖北发改委 crawler name the class; a JSP in a public repository nests it in TRS_Editor.
    """
    report = invented("云川市教育局", 2022)
    look = Look(figure='<td{span} nowrap="nowrap">{text}</td>', shown=full_width)
    paragraph = '<p class="Custom_UnionStyle">&nbsp;&nbsp;&nbsp; {text}</p>'
    article = Article(heading=paragraph, part=paragraph, paragraph=paragraph)
    inner = article.written(report, prose(report), statutory_tables(report, look))
    content = f'<div class="TRS_Editor"><div class="Custom_UnionStyle">{inner}</div></div>'
    return source_of("custom_union_style", report, page(report, content, style=BORDERED))


def vsb() -> Source:
    """博达 VSB 网站群: `#vsb_content .v_news_content` in a form; numbers as character references.

    Structure: RSSHub and crawlers of 网站群 sites, `_newscontent_fromname` forms.
    """
    report = invented("云川市民政局", 2023)
    look = Look(
        figure='<td{span}><p style="text-align: center" class="vsbcontent_end">{text}</p></td>', shown=_referenced
    )
    article = Article(paragraph='<p class="vsbcontent_start">{text}</p>', headings=TYPED)
    inner = article.written(report, prose(report), statutory_tables(report, look))
    content = (
        '<form name="_newscontent_fromname"><div id="vsb_content" class="v_news_content">'
        f"{inner}</div></form><p>上一条：<a>云川市民政局2024年部门预算</a></p>"
    )
    return source_of("vsb", report, page(report, content, style=BORDERED), headings=TYPED)


def _referenced(cell: str, value: Value) -> str:
    return "".join(f"&#{ord(each)};" for each in str(value))


def ueditor_blocks() -> Source:
    """UEditor in a self-built site: each block of table 二 a table of its own with its clause as a paragraph above.

    Structure: widths, `valign`, `rowspan` order known from UEditor's own output; blocks apart as on a 蠡县 page.
    """
    report = invented("云川市司法局", 2023)
    look = Look(
        table="<table><tbody>{rows}</tbody></table><p><br/></p>",
        figure='<td width="71" valign="top" style="word-break: break-all;"{span}>{text}</td>',
        labels=lambda text: f'<span style="font-size: 14px;">{escape(text)}</span>',
    )
    tables = statutory_tables(report, look)
    tables["disclosure"] = "\n".join(
        f'<p style="text-align: center;">{block[0][0].text}</p>{look.written(block[1:], report.cells)}'
        for block in disclosure_blocks(2023)
    )
    inner = Article(headings=RUN_IN).written(report, prose(report), tables)
    content = f'<div class="article-content" id="js_content">{inner}</div>'
    return source_of("ueditor_blocks", report, page(report, content, style=BORDERED), headings=RUN_IN)


def kindeditor() -> Source:
    """KindEditor: pretty-printed cells with line breaks and tabs, `<br />` before an end, labels broken by hand.

    Structure: known from the editor's own output (`ke-zeroborder`, tab indents).
    """
    report = invented("云川市水利局", 2023)
    look = Look(
        table='<table style="width:100%;" cellpadding="2" border="1" class="ke-zeroborder">\n\t<tbody>\n'
        "{rows}\n\t</tbody>\n</table>\n<br />",
        row="\t\t<tr>\n{cells}\t\t</tr>",
        head="\t\t\t<td{span}>\n\t\t\t\t<strong>{text}</strong><br />\n\t\t\t</td>\n",
        label="\t\t\t<td{span}>\n\t\t\t\t{text}<br />\n\t\t\t</td>\n",
        figure="\t\t\t<td{span}>\n\t\t\t\t{text}<br />\n\t\t\t</td>\n",
        labels=broken_labels,
    )
    article = Article(
        heading="<p>\n\t<strong>{text}</strong> \n</p>", part="<p>\n\t{text}\n</p>", paragraph="<p>\n\t　　{text}\n</p>"
    )
    inner = article.written(report, prose(report), statutory_tables(report, look))
    return source_of(
        "kindeditor", report, page(report, f'<div class="con" id="NewsContent">{inner}</div>', style=BORDERED)
    )


def asp_nested() -> Source:
    """A site of the ASP era: the whole page is layout tables, upper-case tags, unquoted attributes, GB2312.

    Structure: `td > font#zoom` in Kira-yoshikage-d/spider-gov; the rest known from such pages' source.
    """
    report = invented("云川县林业局", 2021)
    look = Look(
        table='<TABLE cellSpacing=0 cellPadding=0 width="98%" align=center border=1><TBODY>{rows}</TBODY></TABLE>',
        row="<TR>{cells}</TR>",
        head="<TD align=middle{span}><FONT size=2><B>{text}</B></FONT></TD>",
        label="<TD{span}><FONT size=2>{text}</FONT></TD>",
        figure="<TD align=middle{span}><FONT size=2>{text}</FONT></TD>",
    )
    article = Article(heading="<B>{text}</B><BR>", part="　　{text}<BR>", paragraph="　　{text}<BR>")
    inner = article.written(report, prose(report), statutory_tables(report, look))
    menu = "".join(
        f"<TR><TD bgColor=#eeeeee>·<A href=list.asp?id={n}>{each}</A></TD></TR>"
        for n, each in enumerate(["机构概况", "通知公告", "政策法规"])
    )
    content = (
        f'<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=gb2312"><TITLE>{title_of(report)}'
        "</TITLE></HEAD><BODY><CENTER><TABLE width=960 border=0><TR><TD colSpan=2 bgColor=#006699><FONT color=white>"
        f'云川林业信息网</FONT></TD></TR><TR><TD vAlign=top width=180><TABLE width="100%" border=0>{menu}</TABLE></TD>'
        '<TD vAlign=top><TABLE width="100%" border=0><TR><TD align=middle><FONT color=red size=4><B>'
        f"{title_of(report)}</B></FONT></TD></TR><TR><TD align=middle>发布日期：2022-1-20　点击：317</TD></TR>"
        f"<TR><TD><FONT id=zoom>{inner}</FONT></TD></TR><TR><TD align=right>【关闭窗口】</TD></TR></TABLE></TD></TR>"
        "<TR><TD colSpan=2 align=middle>版权所有：云川县林业局</TD></TR></TABLE></CENTER></BODY></HTML>"
    )
    return source_of("asp_nested", report, content.encode("gbk"))


def wechat() -> Source:
    """A 公众号 article: `section` inside `section`, inline styles, numbers split over spans.

    Structure: `div#js_content.rich_media_content` known from such articles' own source.
    """
    report = invented("云川市卫生健康委员会", 2023, "委")
    look = Look(
        table='<section style="overflow-x:auto"><table width="100%"><tbody>{rows}</tbody></table></section>',
        label='<td{span}><section style="margin:0 8px"><span leaf="">{text}</span></section></td>',
        figure='<td{span}><section style="text-align:center">{text}</section></td>',
        shown=lambda cell, value: digits_apart(plain(cell, value), '<span leaf="">{}</span>'),
    )
    section = (
        '<section style="line-height:2em"><span style="font-size:16px"><span leaf="">{text}</span></span></section>'
    )
    article = Article(heading=section, part=section, paragraph=section)
    inner = article.written(report, prose(report), statutory_tables(report, look))
    content = f'<div class="rich_media_content js_underline_content" id="js_content">{inner}</div>'
    return source_of("wechat", report, _bare(report, content))


def _bare(report: Report, content: str) -> str:
    title = f'<h1 class="rich_media_title">{title_of(report)}</h1>'
    return f"<!DOCTYPE html>\n<html>{head(report, style=BORDERED)}<body>{title}{content}</body></html>"


def saved_page() -> Source:
    """A page saved as “网页，全部”: the browser's note, `_files` paths, scripts, a related report's digest.

    Structure: the note and the paths known from browsers' own output; furniture as on portal pages.
    """
    report = invented("云川市交通运输局", 2024)
    inner = Article().written(report, prose(report), statutory_tables(report, Look()))
    digest = (
        '<div class="tj"><h3>猜你喜欢</h3><p>云川市商务局2024年政府信息公开工作年度报告：一、总体情况。全年新收'
        "政府信息公开申请 86 件……</p><table><tr><td>一、本年新收政府信息公开申请数量</td><td>86</td></tr></table></div>"
    )
    content = (
        f'<div class="article"><div class="content" id="zoom">{inner}</div></div>{digest}'
        '<script src="./年报_files/share.js"></script><img src="./年报_files/qr.png" alt="二维码">'
    )
    whole = page(report, content, style=BORDERED, before='<script>var siteId="3200000001";</script>')
    note = "<!DOCTYPE html>\n<!-- saved from url=(0052)https://www.example.gov.cn/art/2025/1/24/art_66_1.html -->"
    return source_of("saved_page", report, whole.replace("<!DOCTYPE html>", note))


def year_tabs() -> Source:
    """An 年报 module with a tab for each year: all years are in the page, one is shown.

    Structure: hanweb's xxgkAnnualReport.jsp?fbtime= pages choose a year in place; tabs by `display:none`, as UI
    libraries write them.
    """
    shown, before = real("suqian-2024", "市"), real("suqian-2023", "市")
    panes = []
    for report, style in ((shown, "display:block"), (before, "display: none;")):
        inner = Article().written(report, prose(report), statutory_tables(report, Look()))
        panes.append(
            f'<div class="tab-pane" style="{style}"><h2>{title_of(report)}</h2><div class="zoom">{inner}</div></div>'
        )
    tabs = "".join(f"<li>{each.year}年</li>" for each in (shown, before))
    content = f'<ul class="tab-hd">{tabs}</ul><div class="tab-bd">{"".join(panes)}</div>'
    whole = (
        f"<!DOCTYPE html><html>{head(shown, style=BORDERED)}<body>{navigation(shown)}{publication_box(shown)}"
        f"{content}{related(before)}</body></html>"
    )
    return source_of("year_tabs", shown, whole)


CMS_PAGES = (
    trs_editor,
    trs_ueditor,
    ucap,
    hanweb,
    epoint,
    custom_union_style,
    vsb,
    ueditor_blocks,
    kindeditor,
    asp_nested,
    wechat,
    saved_page,
    year_tabs,
)
