"""Whether words can be printed: every character has to be in the fonts."""

from collections.abc import Container, Iterable, Iterator

from reportkit.checks.evidence import finding
from reportkit.editions.edition import Edition
from reportkit.model import Finding
from reportkit.text.strings import printable


def check_glyphs(edition: Edition, words: Iterable[tuple[str, str]], drawable: Container[int]) -> list[Finding]:
    """Rule FONT: an error for each text with characters that no font draws.

    `words` are the names of places, each with the text that is there. Invisible characters are left out anyway.
    """
    return [each for where, text in words for each in _undrawable(edition, text, where, drawable)]


def _undrawable(edition: Edition, text: str, where: str, drawable: Container[int]) -> Iterator[Finding]:
    rule = edition.rulebook.get("FONT")
    lacking = sorted({each for each in printable(text) if not each.isspace() and ord(each) not in drawable})
    if rule is not None and lacking:
        shown = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in lacking[:10])
        yield finding(rule, f"字体中没有的字符：{shown}", where)
