"""The state of each level of approval, and who has done what, as the board and the pages show it."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportkit.desk.versions import Compared, approvals_of
from reportkit.errors import ApprovalsError
from reportkit.inputs.project import Project
from reportkit.review.approvals import ACTIONS, Record, Standing
from reportkit.review.errors_in_chinese import in_chinese
from reportkit.review.pending import void_because
from reportkit.review.phrases import section_titles
from reportkit.text.strings import printable


def approvals_shown(project: Project, compared: Compared) -> dict[str, Any]:
    """The state of each level, and who has done what; or why the approvals can't be read."""
    try:
        found = approvals_of(project, compared.year, compared.department)
    except ApprovalsError as error:
        return {"approvals": [], "history": [], "problem": printable(in_chinese([error]))}
    content = compared.after.content
    titles = section_titles(project.editions, content.edition)
    return {
        "approvals": [
            level_row(
                each,
                titles,
                void_because(found, each, content, most=1) if each.is_void else (),
                optional=bool(found.required) and each.level not in found.required,
            )
            for each in found.standings(content.digests())
        ],
        "history": [record_line(each, found.levels, titles) for each in reversed(found.records)],
        "problem": "",
    }


def record_line(
    record: Record, levels: Mapping[str, str] | None = None, titles: Mapping[str, str] | None = None
) -> str:
    """A line of the approvals: who, when, why; with the levels' labels also what was done, and to which sections."""
    who = record.who_and_when()
    if levels is not None:
        parts = "、".join((titles or {}).get(name, name) for name in record.sections)
        whole = record.action == "return" or not parts or len(record.sections) >= len(titles or ())
        level = levels.get(record.level, record.level)
        who += f"：{level}{ACTIONS[record.action]}{'' if whole else f'（{parts}）'}"
    return printable(f"{who}：{record.comment}" if record.comment else who)


def level_row(
    standing: Standing, titles: Mapping[str, str], because: Sequence[str] = (), *, optional: bool = False
) -> dict[str, str]:
    """The state of a level; `because` of what it is void; `optional` where publication doesn't wait for it."""
    state = standing.state
    lacking = "、".join(titles.get(name, name) for name in standing.lacking)
    words = {
        "approved": "已批准",
        "void": "批准已失效",
        "partial": f"批准了一部分，尚缺：{lacking}",
        "pending": "未批准",
    }[state]
    record = standing.record
    if record is None and standing.ended is not None:
        record, words = standing.ended, {"withdraw": "批准已撤回", "return": "已退回修改"}[standing.ended.action]
    who = "" if record is None else printable(record.who_and_when())
    comment = "" if record is None else printable(record.comment)
    return {
        "label": printable(standing.label) + ("（非必经）" if optional else ""),
        "state": state,
        "words": printable(words),
        "told": who,
        "comment": comment,
        "because": printable("；".join(because)),
    }
