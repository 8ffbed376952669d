"""A new submission's text: every row with its Chinese label and blank cells, every part with what to write there."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from reportkit.editions import Edition, Editions
from reportkit.model import Department, Fact, format_number
from reportkit.starting.carry_over import CarriedOver
from reportkit.starting.figure_lines import lines_of_figures
from reportkit.starting.names import scalar
from reportkit.text.strings import printable

BLANK = "~"
"""A cell that is missing."""
_FOR_A_BLOCK = re.compile("[\n\x20-\x7e\u00a0-\u2027\u202f-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
"""What YAML reads back from a block as it was: no control character, no other line end."""


def submission_text(editions: Editions, department: Department, year: int, before: CarriedOver | None = None) -> str:
    """params/<year>/<id>.yaml: dates, figures, facts and prose, blank but for what was carried over."""
    edition, carried = editions.for_year(year), before or CarriedOver()
    return "\n".join(
        [
            f"# yaml-language-server: $schema=../submission-{edition.id}.schema.json",
            f"# {department.name}{year}年。每行“#”后面是说明；填到哪里，随时可以用 reportkit check 核对。",
            f"published_on:  # 公布日期，不晚于 {editions.deadline(department, year).isoformat()}",
            "issued_on:  # 成文日期",
            "index_number:  # 索引号，没有的留空",
            "",
            *_figures(edition, carried),
            "",
            *_facts(carried.facts, year),
            *_prose(edition, carried.prose),
        ]
    )


def _figures(edition: Edition, carried: CarriedOver) -> Iterator[str]:
    table = edition.none_received.then_table
    name = next(each.name for each in edition.tables if each.id == table)
    yield f"# 数据：把 {BLANK} 换成数，没有发生的填 0；还不掌握的留着 {BLANK}，按“缺”处理，不会当作0。"
    yield "# 总计可以留着不填，由程序相加。"
    yield "# 本年没有收到申请的，删去下一行开头的“# ”；上年也没有结转的，第二项各格填0，办理结果即都是0"
    yield "# none_received: true"
    yield "# 表三填好之后，其余空格都是0的，删去下一行开头的“# ”，不必逐格填0（会记录在案）"
    yield f"# blanks_are_zero: [{name}]"
    yield "figures:"
    for line, cells in lines_of_figures(edition):
        if not cells:
            yield line
            continue
        values = [carried.cells.get(cell) for cell in cells]
        row = ", ".join(BLANK if value is None else format_number(value) for value in values)
        yield line.replace("[]", f"[{row}]") + _note(edition, cells, carried)


def _note(edition: Edition, cells: Sequence[str], carried: CarriedOver) -> str:
    """What stands behind a row's label: where its figures come from, or what they go on from."""
    if any(cell in carried.cells for cell in cells):
        return "（由上年报告带入）"
    before = [
        f"上年{edition.cells[cell].column_label} {format_number(carried.before[cell])}"
        for cell in cells
        if cell in carried.before
    ]
    return f"（{'，'.join(before)}）" if before else ""


def _facts(facts: Mapping[str, Fact], year: int) -> Iterator[str]:
    yield "# 正文中的数据：正文里写 {{ 名称 }}，只印数字，单位写在正文中。"
    yield "# 表中已有的数直接引用，如 {{ requests.received.total }}"
    if not facts:
        yield "# 要用时删去下面两行开头的“# ”，换成自己的名称和数"
        yield "# facts:"
        yield f"#   disclosed_items: {{value: 120, unit: 条, source: {year}年信息公开台账}}"
    else:
        yield "# 以下名称是上年用过的：填上本年的数，删去行首的“# ”，再删去正文中这个名称前面的反斜杠“\\”"
        yield "# facts:"
        for fact in facts.values():
            last = " ".join(printable(f"{fact.printed}{fact.unit}").split())
            yield f"#   {fact.id}: {{value: , unit: {scalar(fact.unit)}, source: }}  # 上年：{last}"
    yield ""


def _prose(edition: Edition, prose: Mapping[str, str]) -> Iterator[str]:
    if prose:
        yield "# 下列部分的文字是上年的，都要按本年的情况改写；与上年仍有八成以上相同的，报告只能是草稿。"
        yield "# 改好的不必从这里删去；情况确实没有变化的，由审核人员登记豁免。"
        yield f"carried_over: [{', '.join(prose)}]"
        yield ""
    yield "# 各部分文字：写在“|”的下一行，每行开头空四格；每个自然段写成一行，段间空一行。"
    yield "# 标题由报告自动生成，这里不写。"
    yield "prose:"
    for slot in edition.slots.values():
        must = "必写" if slot.required else "可不写"
        yield f"  # {slot.label}（{must}）：{edition.guidance.get(slot.id) or guidance().get(slot.id, slot.label)}"
        text = prose.get(slot.id, "").strip("\n")
        if not text:
            yield f"  {slot.id}: |"
        elif _FOR_A_BLOCK.fullmatch(text):
            yield f"  {slot.id}: |{'2' if text[0] == ' ' else ''}"
            yield from (f"    {line}" if line.strip() else "" for line in text.split("\n"))
        else:
            yield f"  {slot.id}: {json.dumps(text)}"
        yield ""


@cache
def guidance() -> Mapping[str, str]:
    """Slot → what to write there."""
    found: Any = yaml.load(files(__package__).joinpath("guidance.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return {str(slot): str(text) for slot, text in found.items()}
