"""Whether words can be printed: every character has to be in the fonts."""

from collections.abc import Container, Iterator, Mapping

from reportkit.editions.edition import Edition
from reportkit.model import Finding, Severity
from reportkit.text.strings import printable


def check_words(edition: Edition, words: Mapping[str, str], drawable: Container[int]) -> list[Finding]:
    """An error for each slot of a submission with characters that no font draws."""
    return [
        finding
        for slot_id, text in words.items()
        for finding in undrawable(text, edition.slots[slot_id].label, drawable)
    ]


def undrawable(text: str, where: str, drawable: Container[int]) -> Iterator[Finding]:
    """An error for the characters of a text that the report's fonts lack; invisible ones are left out anyway."""
    lacking = sorted({each for each in printable(text) if not each.isspace() and ord(each) not in drawable})
    if lacking:
        shown = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in lacking[:10])
        yield Finding("FONT", Severity.ERROR, f"字体中没有的字符：{shown}", where, "换用通用规范汉字和常用符号。")
