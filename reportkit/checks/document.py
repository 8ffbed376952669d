"""Rules on the assembled document: its main headings are the edition's, in order."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from reportkit.checks.evidence import finding
from reportkit.editions.edition import Edition
from reportkit.editions.own import chinese_number, wrong_number
from reportkit.messages.places import place
from reportkit.model import Finding


def check_outline(edition: Edition, headings: Sequence[str], told: Collection[str]) -> list[Finding]:
    """Rule S-1: the titles are in the document, each once, in their order; headings are its main ones.

    A part that a project has added need only be there where it is among the sections `told`.

    Source: format.md, S-1; 国办公开办函〔2021〕30号.
    """
    rule = edition.rulebook.get("S-1")
    expected = [title for _, title in _titles(edition, told)]
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


def check_numbers(edition: Edition, told: Collection[str], place_of: Callable[[str], str]) -> list[Finding]:
    """Rule S-1: the titles of a report are numbered without a gap; `place_of` says where a section's title is."""
    rule = edition.rulebook.get("S-1")
    titles = _titles(edition, told)
    wrong = wrong_number([title for _, title in titles])
    if rule is None or wrong is None:
        return []
    section, title = titles[wrong[0]]
    fix = f"更正自设部分的标题（{place(place_of(section), 'zh')}）。"
    return [finding(rule, f"标题“{title}”的序号应为{wrong[1]}", "全文", fix=fix)]


def _titles(edition: Edition, told: Collection[str]) -> list[tuple[str, str]]:
    """The sections that a document has a title for, each with its title."""
    return [
        (section.id, section.title)
        for section in edition.sections
        if section.title is not None and (not section.may_lack or section.id in told)
    ]


_COMPOSED = re.compile(r"(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})个?(?:大)?部分(?:组成|构成)")


def check_number_of_parts(edition: Edition, headings: Sequence[str], texts: Iterable[tuple[str, str]]) -> list[Finding]:
    """Rule P-9: a sentence on how many parts make up the report; texts with the places that they are in."""
    rule = edition.rulebook.get("P-9")
    if rule is None:
        return []
    known = (str(len(headings)), chinese_number(max(1, len(headings))))
    fix = "按实际的部分数更正；笔记本中可用 s.parts() 列举。"
    return [
        finding(rule, f"写“{match[0]}”，报告有{len(headings)}个部分", where, quote=match[0], fix=fix)
        for where, text in texts
        for match in _COMPOSED.finditer(text)
        if "报告" in text[: match.start()] and match["number"] not in known
    ]
