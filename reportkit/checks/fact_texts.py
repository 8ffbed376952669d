"""Whether a fact that is printed in words of its own says the number that it is."""

from reportkit.checks.bounds import exactly
from reportkit.checks.evidence import Evidence, finding
from reportkit.checks.prose.numbers import han_value, read_numbers
from reportkit.checks.prose.plain import Passage, Sentence
from reportkit.model import Fact, Finding, format_number

_HAN = frozenset("零〇一二两三四五六七八九十百千万亿")


def check_fact_texts(evidence: Evidence) -> list[Finding]:
    """Rule FACT: an error for each fact whose `text` is a number that its value isn't.

    A text that holds no number, or several, is not judged.
    """
    rule = evidence.rule("FACT")
    if rule is None:
        return []
    return [
        finding(
            rule,
            f"文字写“{fact.text}”，数值为{format_number(fact.value)}",
            f"正文中的数据·{fact.id}",
        )
        for fact in evidence.facts.values()
        if _says(fact) is False
    ]


def _says(fact: Fact) -> bool | None:
    """Whether a fact's text stands for its value; None where nobody can tell."""
    if fact.text is None:
        return None
    if set(fact.text) <= _HAN:
        value = han_value(fact.text)
        return None if value is None else value == fact.value
    sentence = Sentence(Passage("", "", ""), f"{fact.text}{fact.unit}")
    numbers = read_numbers(sentence)
    return numbers[0].agrees(exactly(fact.value)) if len(numbers) == 1 else None
