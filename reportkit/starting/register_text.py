"""The register's text: a new one, and entries added to one that people have written."""

import re
from collections.abc import Iterator, Sequence

from reportkit.errors import ProjectError, ReportkitError
from reportkit.inputs.files import REGISTER
from reportkit.inputs.register import read_register
from reportkit.model import Department
from reportkit.starting.names import scalar
from reportkit.text.bodies import KIND_LABELS, LEVEL_LABELS
from reportkit.text.yamlfile import read_yaml

_HEAD = """\
# yaml-language-server: $schema=departments.schema.json
# 机关名录。一个机关一段：
#   id          小写字母开头，与 params/<年份>/ 中的文件名一致；定下后不改
#   name        机关全称，用于标题        short_name  规范简称，用于正文
#   kind        government 人民政府；office 政府办公厅（室）；department 工作部门；agency 其他单位
#   level       state 国家；province 省级；prefecture 地级；county 县级；township 乡级
#   parent      上级机关的 id
#   reports     只作为上级出现、不在本项目编制年度报告的，写 false
#   contact     引言中的联系方式和电子版位置；不掌握的项目不写，不要编造
departments:
"""
_CONTACT = """\
# 新成立的机关写明成立日期，如 valid_from: 2025-06-01
# 联系方式和电子版位置，印在引言中。掌握的项目删去行首的“# ”，换成实际内容
# contact:
#   office: 办公室
#   address: 示例路1号
#   phone: "000-00000000"
#   portal: 示例县人民政府门户网站
#   column: [政务公开, 政府信息公开年报]
#   url: https://www.example.gov.cn
"""
_ENTRY = re.compile(r"^( *)- +\S", re.M)


def register_text(departments: Sequence[Department]) -> str:
    """params/departments.yaml, new: those above before those below."""
    return _HEAD + "\n".join(entry_text(each) for each in departments)


def entry_text(department: Department, indent: str = "  ") -> str:
    """One body's entry, what isn't known of it as comments."""
    return "".join(f"{indent}{line}\n" for line in _lines(department))


def _lines(department: Department) -> Iterator[str]:
    yield f"- id: {department.id}"
    yield f"  name: {scalar(department.name)}"
    yield f"  short_name: {scalar(department.short_name)}"
    yield f"  kind: {department.kind}  # {KIND_LABELS[department.kind]}"
    yield f"  level: {department.level}  # {LEVEL_LABELS[department.level]}"
    if department.parent:
        yield f"  parent: {department.parent}"
    if not department.reports:
        yield "  reports: false"
        return
    yield from (f"  {line}" for line in _CONTACT.splitlines())


def with_entries(content: bytes, departments: Sequence[Department]) -> tuple[bytes, str]:
    """A register's bytes with bodies added at its end, and the text that was added; what was there stays as it is.

    Raises ProjectError where the file isn't written as a list of entries, one a paragraph.
    """
    text = content.decode("utf-8-sig")
    indents = _ENTRY.findall(text)
    added = "\n".join(entry_text(each, indents[0] if indents else "  ") for each in departments)
    end = "\r\n" if "\r\n" in text else "\n"
    new = (text.rstrip() + "\n\n" + added).replace("\r\n", "\n").replace("\n", end).encode()
    before = read_register(read_yaml(content, REGISTER))
    try:
        after = read_register(read_yaml(new, REGISTER)).departments
    except ReportkitError as error:
        raise ProjectError("new_register_unfit", where=REGISTER, detail=added) from error
    if list(after.values()) != [*before, *departments]:
        raise ProjectError("new_register_unfit", where=REGISTER, detail=added)
    return new, added
