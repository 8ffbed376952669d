"""What stands around an article on government sites: meta tags, navigation, tools, related links, footer."""

from tests.published.figures import Report
from tests.published.markup import title_of

_META = """<meta name="SiteName" content="市人民政府门户网站">
<meta name="SiteDomain" content="www.example.gov.cn">
<meta name="SiteIDCode" content="3200000001">
<meta name="ColumnName" content="政府信息公开年报">
<meta name="ColumnDescription" content="政府信息公开工作年度报告">
<meta name="ColumnKeywords" content="年报,政府信息公开">
<meta name="ColumnType" content="信息公开年报">
<meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{next_year}-01-{day} 09:30">
<meta name="ContentSource" content="{body}">"""


def meta_tags(report: Report, *, day: int = 24) -> str:
    """The tags that 国办发〔2017〕47号 asks of article pages."""
    return _META.format(title=title_of(report), next_year=report.year + 1, day=day, body=report.body)


def head(report: Report, *, charset: str = '<meta charset="utf-8">', style: str = "") -> str:
    """A modern page's head."""
    return f"<head>\n{charset}\n<title>{title_of(report)}</title>\n{meta_tags(report)}\n<style>{style}</style>\n</head>"


def navigation(report: Report) -> str:
    """Site name, main menu and the path to the column."""
    items = "".join(
        f'<li><a href="/{each}/">{each}</a></li>' for each in ("首页", "要闻动态", "政务公开", "政务服务", "互动交流")
    )
    return (
        '<div class="header"><a href="/">市人民政府</a><input type="text" value="请输入关键字"><a>无障碍浏览</a>'
        f'<a>长者助手</a></div>\n<ul class="nav">{items}</ul>\n'
        '<div class="position">您当前所在位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; '
        f'<a href="/nb/">政府信息公开年报</a> &gt; <a href="/nb/{report.year}/">{report.year}年</a></div>'
    )


def publication_box(report: Report) -> str:
    """The box with 索引号 and dates above the article."""
    return (
        '<table class="xxgk_top" width="100%" border="0"><tr><td><b>索 引 号：</b></td>'
        f"<td>014000{report.year}/{report.year + 1}-00017</td><td><b>信息分类：</b></td><td>年报 / 其他</td></tr>"
        f"<tr><td><b>发布机构：</b></td><td>{report.body}</td>"
        f"<td><b>发布日期：</b></td><td>{report.year + 1}-01-24</td></tr>"
        "<tr><td><b>文　　号：</b></td><td></td><td><b>有 效 性：</b></td><td>有效</td></tr></table>"
    )


def tools(report: Report) -> str:
    """The line below the title: date, source, views, type sizes, printing, sharing."""
    return (
        f'<div class="article-info"><span>发布时间：{report.year + 1}-01-24 09:30</span>'
        f"<span>来源：{report.body}</span>"
        '<span>浏览次数：<script>document.write("1286")</script>次</span>'
        '<span>字号：[ <a href="javascript:doZoom(20)">大</a> <a href="javascript:doZoom(16)">中</a> '
        '<a href="javascript:doZoom(14)">小</a> ]</span><a href="javascript:window.print()">打印</a>'
        '<span class="share">分享到：<a>微信</a><a>微博</a></span></div>'
    )


def related(report: Report) -> str:
    """Links to the reports of the years before, whose titles look like this one's."""
    years = range(report.year - 1, report.year - 5, -1)
    links = "".join(
        f'<li><a href="/art/{year + 1}/1/20/art_66.html">{report.body}{year}年政府信息公开工作年度报告</a>'
        f"<span>{year + 1}-01-20</span></li>"
        for year in years
    )
    return f'<div class="relate"><h3>相关信息</h3><ul>{links}</ul></div>'


def footer() -> str:
    """QR code, owner, record numbers."""
    return (
        '<div class="qr"><img src="/images/qr.png" alt=""><p>扫一扫在手机打开当前页</p></div>\n'
        '<div class="footer"><p>主办：市人民政府办公室　承办：市大数据中心</p><p>网站标识码：3200000001　'
        "苏ICP备00000000号-1　苏公网安备 32000002000000号</p><p>网站地图　联系我们</p></div>"
    )


def page(report: Report, content: str, *, style: str = "", before: str = "", box: bool = False) -> str:
    """A whole modern page around an article's container."""
    top = publication_box(report) if box else ""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n{head(report, style=style)}\n<body>\n{before}{navigation(report)}\n'
        f'<div class="main">{top}\n<h1 class="title">{title_of(report)}</h1>\n{tools(report)}\n{content}\n'
        f"{related(report)}</div>\n{footer()}\n</body>\n</html>\n"
    )
