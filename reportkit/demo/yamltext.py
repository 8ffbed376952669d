"""A demo project's YAML files, laid out and commented as people write them."""

from collections.abc import Iterator, Sequence
from datetime import date

from reportkit.demo.departments import DemoDepartment
from reportkit.demo.dice import Dice
from reportkit.demo.sentences import InventedWords
from reportkit.demo.tables import Account
from reportkit.editions import STATUTORY, Edition
from reportkit.model import Department, Fact, Figures, format_number
from reportkit.starting.figure_lines import lines_of_figures

_REGISTER_HEAD = """\
# yaml-language-server: $schema=departments.schema.json
# 演示用虚构机关名录，由 reportkit demo 生成；没有一个机关真实存在，联系方式也是虚构的。一个机关一段：
#   id          小写字母开头，与 params/<年份>/ 中的文件名一致；定下后不改
#   name        机关全称，用于标题        short_name  规范简称，用于正文
#   kind        government 人民政府；office 政府办公厅（室）；department 工作部门；agency 其他单位
#   level       state 国家；province 省级；prefecture 地级；county 县级；township 乡级
#   parent      上级机关的 id
#   reports     只作为上级出现、不在本项目编制年度报告的，写 false
#   contact     引言中的联系方式和电子版位置
departments:
"""


def register_text(bodies: Sequence[DemoDepartment]) -> str:
    """params/departments.yaml: one entry a body, those above before those below."""
    return _REGISTER_HEAD + "\n".join("".join(f"{line}\n" for line in _entry(each.department)) for each in bodies)


def _entry(department: Department) -> Iterator[str]:
    yield f"  - id: {department.id}"
    for key in ("name", "short_name", "kind", "level", "parent"):
        if value := getattr(department, key):
            yield f"    {key}: {value}"
    if not department.reports:
        yield "    reports: false"
    contact = department.contact
    if contact.portal is None:
        return
    yield "    contact:"
    yield f"      office: {contact.office}"
    yield f"      address: {contact.address}"
    yield f'      phone: "{contact.phone}"'
    yield f"      portal: {contact.portal}"
    yield f"      column: [{', '.join(contact.column)}]"
    yield f"      url: {contact.url}"


def submission_text(body: DemoDepartment, year: int, account: Account, words: InventedWords, dice: Dice) -> str:
    """params/<year>/<id>.yaml: dates, figures with their Chinese labels, facts, prose."""
    edition, department = STATUTORY.for_year(year), body.department
    month = 3 if department.kind == "government" else 1  # the month that its deadline ends
    issued = dice.between(6, 20)
    published = issued + dice.between(0, 8)
    lines = [
        f"# yaml-language-server: $schema=../submission-{edition.id}.schema.json",
        f"# {department.name} {year} 年（演示用虚构内容，由 reportkit demo 生成）",
        f"published_on: {date(year + 1, month, published).isoformat()}",
        f"issued_on: {date(year + 1, month, issued).isoformat()}",
        f"index_number: 演示-{year}-{department.id}",
        "",
        *_decision(edition, account.figures),
        *_figures(account.figures),
        "",
        *_facts([*words.facts]),
        "# 各部分文字：每个自然段写成一行，段间空一行；标题由报告自动生成，这里不写。",
        "prose:",
    ]
    for slot, text in words.prose.items():
        lines.append(f"  {slot}: |")
        lines += [f"    {line}" if line else "" for line in text.split("\n")]
        lines.append("")
    return "\n".join(lines)


def _decision(edition: Edition, figures: Figures) -> list[str]:
    received = edition.rows[edition.none_received.row]
    if any(figures[spec.id] for spec in received):
        return []
    return ["# 本年度未收到政府信息公开申请：表三第一项各格为0。", "none_received: true", ""]


def _figures(figures: Figures) -> list[str]:
    lines = ["figures:"]
    for line, cells in lines_of_figures(STATUTORY.load(figures.edition)):
        if cells:
            row = ", ".join(format_number(figures[cell]) for cell in cells)
            lines.append(line.replace("[]", f"[{row}]"))
        else:
            lines.append(line)
    return lines


def _facts(facts: Sequence[tuple[Fact, str]]) -> list[str]:
    if not facts:
        return []
    lines = ["# 正文中的数据：正文里写 {{ 名称 }}，只印数字，单位写在正文中；表中已有的数字由正文直接引用", "facts:"]
    for fact, label in facts:
        text = f", text: {fact.text}" if fact.text else ""
        value = f"value: {format_number(fact.value)}, unit: {fact.unit}, source: {fact.source}{text}"
        lines.append(f"  {fact.id}: {{{value}}}  # {label}")
    return [*lines, ""]
