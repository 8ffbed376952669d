"""Of whom a clause speaks: of the report's own body, or of another."""

import re

from reportkit.checks.evidence import Evidence

_BODY = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:局|委员会|委|办公室|镇|乡|街道|县|区|部门|科室|处室)(?![\u4e00-\u9fff]{0,2}(?:长|内|域))"
)
_OWN = re.compile(
    r"我[局委办镇乡区县市省厅]|本[局委办镇乡区县市省厅机单部]|全[区市县省镇乡局委]|各[镇乡部单区县]|我单位|街道办事处"
)


def clause_before(text: str, place: int) -> str:
    """The words between the last mark and a place."""
    return re.split(r"[，。；：！？]", text[:place])[-1]


def speaks_of_others(evidence: Evidence, clause: str) -> bool:
    """Whether a clause's subject is some other body, so that it says nothing of this one's figures."""
    department = evidence.department
    for name in (department.name, department.short_name):
        clause = clause.replace(name, "")
    return bool(_BODY.search(clause)) and not _OWN.search(clause)
