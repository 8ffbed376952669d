"""Rules on what only a published page shows: that its files agree, its date, links, attachments, headings, tables."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from reportkit.auditing.pages import FILE, ReadPage
from reportkit.auditing.whose import Subject, conflicts_of
from reportkit.checks.evidence import finding
from reportkit.editions import Edition, Editions
from reportkit.editions.rules import RuleSpec, read_rules
from reportkit.inputs.tables.labels import plain
from reportkit.model import Finding, Severity, format_number

_MOST_LISTED = 5
_ADDRESS = re.compile(r"(?:https?://)?(?P<host>(?:[\w-]+\.)+(?:gov\.cn|cn|com|net|org))(?![\w.-])", re.I)
_LOCAL = re.compile(r"(?:file:|[a-z]:[\\/]|about:|\\\\|https?://(?:localhost|127\.|10\.|192\.168\.))", re.I)


@cache
def page_rules() -> dict[str, RuleSpec]:
    """The rules of this module by id."""
    name = "rules.yaml"
    return read_rules(files("reportkit.auditing").joinpath(name).read_bytes(), f"reportkit/auditing/{name}")


def check_page(page: ReadPage, subject: Subject, edition: Edition, editions: Editions) -> Iterator[Finding]:
    """What is wrong with one file by itself."""
    yield from _whose(page, subject)
    yield from _headings(page, edition)
    yield from _tables(page, edition)
    yield from _blanks(page, edition)
    yield from _date(page, subject, editions)
    yield from _links(page)
    yield from _attachments(page)


def _whose(page: ReadPage, subject: Subject) -> Iterator[Finding]:
    """Rule A-5: whose a page is, and of which year, is said in one way."""
    rule = page_rules()["A-5"]
    if not subject.is_named:
        what = "没有写明是哪个机关的报告，与机关有关的规则未能核对"
        fix = "在清单（LIST.csv）中写明 name、kind、level。"
        yield finding(rule, what, "标题", severity=Severity.UNASSESSABLE, quote=page.title, fix=fix)
    for each in conflicts_of(page, subject):
        what = f"{each.what}不一致：清单或名录为{each.one}，页面或另一处为{each.other}"
        yield finding(rule, what, "标题", quote=page.title)


def _headings(page: ReadPage, edition: Edition) -> Iterator[Finding]:
    """Rule S-1: the titles of the parts are there, in their order, in the format's words."""
    rule = page_rules()["S-1"]
    titles = {each.id: each.title for each in edition.sections if each.title and not each.may_lack}
    if missing := [title for section, title in titles.items() if section not in page.headings]:
        found = "没有找到任何一个部分的标题" if len(missing) == len(titles) else f"缺标题：{'；'.join(missing)}"
        yield finding(rule, f"{found}（没有，或顺序不对）", "全文")
    for section, heading in page.headings.items():
        title = titles.get(section)
        if title is not None and plain(heading.text) != plain(title):
            yield finding(rule, f"标题“{heading.text}”应为“{title}”", title, quote=heading.text)


def _tables(page: ReadPage, edition: Edition) -> Iterator[Finding]:
    """Rule A-4: every statutory table is there as a table, and what of it couldn't be read surely."""
    rule = page_rules()["A-4"]
    found = {edition.cells[cell].table for cell in (*page.said.figures, *page.said.doubts)}
    for table in edition.tables:
        label = f"表{table.number}"
        doubts = [cell for cell in page.said.doubts if edition.cells[cell].table == table.id]
        if table.id not in found:
            if page.kind == "text":
                what, severity = f"复制的文字中没有{label}，未能核对", Severity.UNASSESSABLE
            else:
                pictures = f"（页面有{page.pictures}张图片，表格可能是图片）" if page.pictures else ""
                what, severity = f"没有{label}“{table.caption}”{pictures}", Severity.ERROR
            yield finding(rule, what, label, severity=severity)
        elif doubts:
            places = [edition.cells[cell].label for cell in doubts]
            listed = "；".join(places[:_MOST_LISTED]) + (f"等{len(places)}格" if len(places) > _MOST_LISTED else "")
            why = page.said.doubts[doubts[0]][0].shown("zh").what
            fix = "打开页面，人工核对这些格。"
            yield finding(
                rule,
                f"{len(doubts)}格不能确切读出：{listed}。{why}",
                label,
                severity=Severity.UNASSESSABLE,
                cells=tuple(doubts),
                fix=fix,
            )


def _blanks(page: ReadPage, edition: Edition) -> Iterator[Finding]:
    """Rule T3-4: cells that are blank on the page, or have a mark in place of a number; missing is never 0."""
    rule = edition.rulebook.get("T3-4")
    for table in edition.tables if rule else ():
        of_table = {
            cell: each
            for cell, each in page.said.figures.items()
            if edition.cells[cell].table == table.id and cell not in page.said.doubts
        }
        for is_marked, said in ((False, "空白"), (True, "写有“/”“-”等，不是数")):
            found = [
                cell for cell, each in of_table.items() if each.value is None and bool(each.text.strip()) is is_marked
            ]
            if found and rule:
                whole = "全表" if len(found) == len(of_table) else f"{len(found)}格"
                listed = "；".join(edition.cells[cell].label for cell in found[:_MOST_LISTED])
                more = f"：{listed}{'等' if len(found) > _MOST_LISTED else ''}"
                severity = Severity.ERROR if is_marked else Severity.WARNING
                fix = "补填；确为零的填0。"
                yield finding(
                    rule, f"{whole}{said}{more}", f"表{table.number}", severity=severity, cells=tuple(found), fix=fix
                )


def _date(page: ReadPage, subject: Subject, editions: Editions) -> Iterator[Finding]:
    """Rule D-2: the date that a page shows, against the deadline of what its body may be."""
    rule, publication = page_rules()["D-2"], editions.publication_for(page.year)
    if page.published is None:
        if page.kind == "html":
            what = "页面没有写明发布日期，未能核对是否按期公布"
            yield finding(rule, what, "发布日期", severity=Severity.UNASSESSABLE, fix="写明发布日期，或查看网站后台。")
        return
    day, words = page.published
    due = sorted({publication.due(kind, page.year) for kind in subject.kinds})
    shown = f"发布日期{day.isoformat()}"
    if day.year <= page.year:
        yield finding(rule, f"{shown}，在报告年度结束之前", "发布日期", quote=words)
    elif day > due[-1]:
        late = (day - due[-1]).days
        yield finding(rule, f"{shown}，晚于期限{due[-1].isoformat()}，逾期{late}天", "发布日期", quote=words)
    elif day > due[0]:
        what = f"{shown}，部门的期限是{due[0].isoformat()}，人民政府是{due[-1].isoformat()}：机关类别不掌握，未能判定"
        fix = "在清单（LIST.csv）的 kind 栏写明类别。"
        yield finding(rule, what, "发布日期", severity=Severity.UNASSESSABLE, quote=words, fix=fix)


def _links(page: ReadPage) -> Iterator[Finding]:
    """Rule A-2: links within a report by their form alone; nothing is fetched."""
    rule = page_rules()["A-2"]
    for link in dict.fromkeys(page.links):
        if wrong := _wrong_with(link.href, link.text):
            yield finding(rule, f"链接“{link.text[:30] or '（无文字）'}”{wrong}", "链接", quote=link.text or link.href)


def _wrong_with(href: str, text: str) -> str:
    """What is wrong with a link's address, in Chinese; empty where nothing is."""
    if href.startswith("#") and len(href) > 1:
        return ""
    if href in ("", "#") or href.lower().startswith("javascript:"):
        return "没有地址"
    if _LOCAL.match(href):
        return f"指向本机或内网：{href[:60]}"
    try:
        host = (urlsplit(href).hostname or "").removeprefix("www.")
    except ValueError:
        return f"的地址写错了：{href[:60]}"
    said = _ADDRESS.search(text)
    if said and host and not _is_same_site(said["host"].lower().removeprefix("www."), host):
        return f"写的是{said['host']}，指向的是{host}"
    return f"的地址中有空格或汉字标点：{href[:60]}" if re.search(r"[\s，。；“”（）]", href) else ""


def _is_same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _attachments(page: ReadPage) -> Iterator[Finding]:
    """Rule A-3: where a page announces an attachment, something can be downloaded."""
    if page.kind != "html" or not page.announced or any(FILE.search(each.href) for each in page.links):
        return
    for each in page.announced[:1]:
        yield finding(page_rules()["A-3"], f"写有“{each.text[:40]}”，页面上没有可以下载的文件", "附件", quote=each.text)


def check_copies(edition: Edition, pages: Sequence[ReadPage]) -> Iterator[Finding]:
    """Rule A-1: the files of one report say the same, cell by cell and part by part."""
    rule, first = page_rules()["A-1"], pages[0]
    for other in pages[1:]:
        differing = [
            (cell, first.said.figures[cell].value, other.said.figures[cell].value)
            for cell in edition.cells
            if cell in first.said.figures and cell in other.said.figures
            if not {cell} & (first.said.doubts.keys() | other.said.doubts.keys())
            if first.said.figures[cell].value != other.said.figures[cell].value
        ]
        for cell, one, two in differing:
            what = f"{first.name}为{format_number(one)}，{other.name}为{format_number(two)}"
            yield finding(rule, what, edition.cells[cell].label, cells=(cell,))
        yield from _other_words(edition, first, other, rule)


def _other_words(edition: Edition, first: ReadPage, other: ReadPage, rule: RuleSpec) -> Iterator[Finding]:
    for slot in edition.slots.values():
        one, two = ("".join(plain(each.text) for each in page.words.get(slot.id, ())) for page in (first, other))
        if one and two and one != two:
            at = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
            around = slice(max(0, at - 8), at + 12)
            what = f"文字不一致：{first.name}“…{one[around]}…”，{other.name}“…{two[around]}…”"
            yield finding(rule, what, slot.label, severity=Severity.WARNING, slot=slot.id)
