"""Rules on a submission's words before any notebook runs: nothing required is empty, everything can be printed."""

from collections.abc import Iterator, Mapping

from reportkit.editions.edition import Edition
from reportkit.model import Finding, Severity
from reportkit.text import printable


def check_words(edition: Edition, prose: Mapping[str, str], drawable: frozenset[int]) -> list[Finding]:
    """Findings on a submission's bound prose, by slot id: required slots left empty, characters that no font draws."""
    findings = [
        Finding("S-1", Severity.UNASSESSABLE, "未填写文字", slot.label, "补写这一部分。")
        for slot in edition.slots.values()
        if slot.required and not prose.get(slot.id, "").strip()
    ]
    for slot_id, text in prose.items():
        findings.extend(undrawable(text, edition.slots[slot_id].label, drawable))
    return findings


def undrawable(text: str, where: str, drawable: frozenset[int]) -> Iterator[Finding]:
    """An error for the characters of a text that the report's fonts lack; invisible ones are left out anyway."""
    lacking = sorted({each for each in printable(text) if not each.isspace() and ord(each) not in drawable})
    if lacking:
        shown = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in lacking[:10])
        yield Finding("FONT", Severity.ERROR, f"字体中没有的字符：{shown}", where, "换用通用规范汉字和常用符号。")
