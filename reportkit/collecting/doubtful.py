"""A submission's text with a comment above each row that couldn't be read surely, and with numbers that it may use."""

from collections.abc import Iterable, Mapping, Sequence

from reportkit.checks.prose.offered import Offered
from reportkit.collecting.edit_submission import line_of
from reportkit.editions import Edition
from reportkit.errors import InputError
from reportkit.inputs.workbook.beside import fact_id_of
from reportkit.model import format_number
from reportkit.starting.names import scalar

_MARK = "# 待核对："
_OFFERED = "# 原文正文中的数，需要登记的删去行首的“# ”，正文中的这个数改写为 {{ 名称 }}。"


def with_doubts(edition: Edition, text: str, doubts: Mapping[str, Sequence[InputError]]) -> str:
    """The text with a comment above each row that has a doubtful figure: its columns, and where it was read.

    A comment that is there already isn't written again.
    """
    for specs in edition.rows.values():
        doubtful = [spec for spec in specs if spec.id in doubts]
        line = line_of(text, ("figures", *specs[0].row.split("."))) if doubtful else None
        if line is None:
            continue
        lines = text.split("\n")
        indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        columns = "各栏" if len(doubtful) == len(specs) else "、".join(spec.column_label for spec in doubtful)
        error = doubts[doubtful[0].id][0]
        comment = f"{indent}{_MARK}{columns}（{error.where}）"
        if line == 0 or lines[line - 1] != comment:
            text = "\n".join([*lines[:line], comment, *lines[line:]])
    return text


def with_offered(text: str, offered: Iterable[Offered]) -> str:
    """The text with numbers of its words as facts that somebody may want, in comments above the words."""
    found = [
        f"#   {fact_id_of(each.name)}: {{value: {format_number(each.value)}, unit: {scalar(each.unit)}}}  # {each.name}"
        for each in offered
    ]
    line = line_of(text, ("prose",))
    if not found or line is None or _OFFERED in text:
        return text
    lines = text.split("\n")
    while line and lines[line - 1].startswith("#"):
        line -= 1
    return "\n".join([*lines[:line], _OFFERED, "# facts:", *found, "", *lines[line:]])
