"""Rules on the assembled document: its main headings are the edition's, in order."""

from collections.abc import Sequence

from reportkit.checks.evidence import finding
from reportkit.editions.edition import Edition
from reportkit.model import Finding


def check_outline(edition: Edition, headings: Sequence[str]) -> list[Finding]:
    """Rule S-1: the statutory titles are in the document, each once, in their order; headings are its main ones.

    Source: format.md, S-1; 国办公开办函〔2021〕30号.
    """
    rule = edition.rulebook.get("S-1")
    expected = [section.title for section in edition.sections if section.title is not None]
    if rule is None or list(headings) == expected:
        return []
    missing = [title for title in expected if title not in headings]
    foreign = [heading for heading in headings if heading not in expected]
    what = "各部分标题与法定格式不一致"
    if missing:
        what += f"，缺：{'；'.join(missing)}"
    if foreign:
        what += f"，多：{'；'.join(foreign)}"
    if not missing and not foreign:
        what += "：顺序有误或有重复"
    return [finding(rule, what, "全文", fix=f"按《格式》的标题和顺序：{'；'.join(expected)}。")]
