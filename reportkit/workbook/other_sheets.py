"""The sheets beside the tables: how to fill them in, the words, the numbers of the words, what else is handed in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from xlsxwriter.utility import xl_rowcol_to_cell

from reportkit.editions import Edition
from reportkit.inputs.workbook.marks import (
    FACT,
    FACTS_SHEET,
    FIELD,
    FIELDS,
    FIELDS_SHEET,
    FRONT_SHEET,
    MOST_IN_CELL,
    SLOT,
    WORDS_SHEET,
)
from reportkit.model import Department, Fact, Finding, Submission, format_number
from reportkit.starting.submission_text import guidance
from reportkit.workbook.sheets import Book, Sheet, lines_of

_NEW_FACTS = 10
"""Blank rows for numbers of one's own."""
_CONTACT = {"office": "负责机构", "address": "通信地址", "phone": "联系电话", "portal": "门户网站", "url": "网址"}


def write_front(book: Book, heading: str, due: date, findings: Sequence[Finding], returned: str) -> Sheet:
    """What this workbook is for and how it is filled in; above it, where it goes back, why."""
    sheet = book.sheet(FRONT_SHEET, [42, 42])  # of one column that is too wide LibreOffice prints what fits
    sheet.line(heading, "title")
    sheet.height(1.4, sheet.row - 1, of=20)
    if returned:
        sheet.line(returned, "said")
    for number, each in enumerate(findings, 1):
        sheet.line(f"{number}．{each.where}：{each.what}。{each.fix}", "said")
    for line in _how_to(due):
        sheet.line(line, "said")
    return sheet


def _how_to(due: date) -> Iterator[str]:
    yield f"填报期限：{due.year}年{due.month}月{due.day}日以前公布；请按上级通知的时间报回。"
    yield "一、只填黄色的格。灰色的格由公式算出，或者由上年报告带入，不用填；上年数确实有误的，先请上级更正上年报告。"
    yield "二、空白不等于0：没有发生的填0，还不掌握的留空。表下“本表空白为0”选“是”的，空白的格按0计，并记录在案。"
    yield "三、数只填数字，不写“件”“万元”；需要说明的，写在“正文数据”或者报回时的来文中。"
    yield "四、“核对”一栏和表下各行随填随算：√表示相符，“待填”表示有格还空着；红色的必须改，黄色的请核实。"
    yield "五、“文字”一张，一行写一个部分，不写标题；换行按 Alt+Enter，一个自然段一行。旁边的上年文字供参考，不要照抄。"
    yield "六、文字中的数登记在“正文数据”里，并写明来源。表中已有的数不必登记。"
    yield "七、可以复制、粘贴（请用“选择性粘贴—数值”），不要删改表中的项目名称。改动表样也能读回，认不出来的会退回。"
    yield "八、填好后保存为 .xlsx，原样报回。"


def write_words(book: Book, edition: Edition, prose: Mapping[str, str], before: Mapping[str, str]) -> None:
    """A part a row: what to write, this year's words with a counter, last year's beside them."""
    sheet = book.sheet(WORDS_SHEET, [16, 24, 70, 8, 60], landscape=True)
    for column, head in enumerate(("部分", "要求", "本年文字", "字数", "上年文字（供参考）"), 1):
        sheet.text(column, head, "head")
    sheet.worksheet.repeat_rows(0)
    sheet.worksheet.freeze_panes(1, 0)
    sheet.row += 1
    for slot in edition.slots.values():
        said = "必写。" if slot.required else "可不写。"
        limit = "" if slot.most_characters is None else f"不超过{slot.most_characters}字。"
        wanted = said + limit + (edition.guidance.get(slot.id) or guidance().get(slot.id, ""))
        texts, last = _pieces(prose.get(slot.id, "")), before.get(slot.id, "")[:MOST_IN_CELL]
        for number, text in enumerate(texts):
            sheet.mark(SLOT + slot.id)
            sheet.text(1, slot.label + ("（续）" if number else ""), "stub")
            sheet.text(2, "" if number else wanted, "stub")
            sheet.text(3, text, "text")
            if not number:
                sheet.comment(3, slot.id)
            formula = f'=LEN(SUBSTITUTE(SUBSTITUTE({xl_rowcol_to_cell(sheet.row, 3)}," ",""),CHAR(10),""))'
            length = len(text.replace(" ", "").replace("\n", ""))
            sheet.worksheet.write_formula(sheet.row, 4, formula, book.style("check"), length)
            sheet.text(5, "" if number else last, "before")
            sheet.height(max(4, lines_of(text, 70), lines_of(last, 60), lines_of(wanted, 24)))
            sheet.row += 1


def _pieces(text: str) -> list[str]:
    """Words in pieces that fit a cell, cut between paragraphs where that can be."""
    text = text.strip("\n")
    found = []
    while len(text) > MOST_IN_CELL:
        end = text.rfind("\n", 1, MOST_IN_CELL)
        end = MOST_IN_CELL if end < 0 else end
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


def write_facts(book: Book, facts: Mapping[str, Fact], before: Mapping[str, Fact]) -> None:
    """The numbers of the words; those that only last year had are blank, and further rows are for new ones."""
    sheet = book.sheet(FACTS_SHEET, [30, 14, 8, 30, 16, 20])
    heads = ("名称", "数值", "单位", "来源", "正文写法（与数值不同的）", "上年")
    for column, head in enumerate(heads, 1):
        sheet.text(column, head, "head")
    sheet.worksheet.repeat_rows(0)
    sheet.worksheet.freeze_panes(1, 0)
    sheet.row += 1
    for fact_id in [*facts, *(each for each in before if each not in facts), *[""] * _NEW_FACTS]:
        fact, last = facts.get(fact_id), before.get(fact_id)
        known = fact or last
        if fact_id:
            sheet.mark(FACT + fact_id)
        sheet.text(1, fact_id, "stub" if fact_id else "line")
        sheet.text(2, "" if fact is None else format_number(fact.value), "line")
        sheet.text(3, "" if known is None else known.unit, "line")
        sheet.text(4, "" if fact is None else fact.source or "", "line")
        sheet.text(5, "" if fact is None else fact.text or "", "line")
        sheet.text(6, "" if last is None else f"{last.printed}{last.unit}", "before")
        sheet.row += 1


def write_fields(book: Book, submission: Submission | None, department: Department, due: date) -> None:
    """Dates, the index number, whether nothing was received, and how the report says whom to ask."""
    sheet = book.sheet(FIELDS_SHEET, [34, 40, 46])
    for column, head in enumerate(("项目", "填写", "说明"), 1):
        sheet.text(column, head, "head")
    sheet.row += 1
    notes = {
        "published_on": f"如 {due.year}-01-20，不晚于 {due.isoformat()}",
        "issued_on": f"如 {due.year}-01-18",
        "index_number": "没有的留空",
        "none_received": "选“是”的，表三第一项各格为0；不写的按表三所填",
    }
    for name, label in FIELDS.items():
        sheet.mark(FIELD + name)
        sheet.text(1, label, "stub")
        value = None if submission is None or name == "none_received" else getattr(submission, name)
        if name == "none_received":
            sheet.choice(2, sheet.row)
        elif isinstance(value, date):
            sheet.worksheet.write_datetime(sheet.row, 2, datetime.combine(value, time()), book.style("day"))
        elif name.endswith("_on"):
            sheet.worksheet.write_blank(sheet.row, 2, None, book.style("day"))
        else:
            sheet.text(2, value or "", "line")
        sheet.text(3, notes[name], "before")
        sheet.height(lines_of(notes[name], 46))
        sheet.row += 1
    for part, label in _CONTACT.items():
        sheet.text(1, label, "stub")
        sheet.text(2, getattr(department.contact, part) or "", "given")
        sheet.text(3, "印在报告里；有变动的，请在来文中说明", "before")
        sheet.row += 1
    for label in ("填报人", "填报人电话", "审核人"):
        sheet.text(1, label, "stub")
        sheet.text(2, "", "line")
        sheet.text(3, "只供上级联系，不会公开", "before")
        sheet.row += 1
