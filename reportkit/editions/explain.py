"""Rules and editions as people want to read them: what is demanded, of whom, by which law, and where that is said."""

from collections.abc import Iterator, Sequence
from typing import Any

from reportkit.editions.edition import Edition
from reportkit.editions.loading import Editions
from reportkit.model import Severity
from reportkit.text.severities import consequence


def explanation(rule_id: str, editions: Sequence[Edition]) -> dict[str, Any]:
    """A rule's words, with the editions and years that it holds for, and the formulas of each."""
    holding = [edition for edition in editions if rule_id in edition.rulebook]
    rule = holding[-1].rulebook[rule_id]
    formulas = {
        f"表{edition.table(clause.table).number}每{'列' if clause.each == 'column' else '行'}：{clause.holds}": None
        for edition in holding
        for clause in edition.rulebook[rule_id].clauses
    }
    return {
        "id": rule.id,
        "name": rule.name,
        "severities": {each: consequence(rule.id, Severity(each)) for each in rule.severities},
        "waivable": rule.waivable,
        "editions": {edition.name: years(edition) for edition in holding},
        "law": rule.law,
        "formulas": list(formulas) or ([f"由{'、'.join(rule.cancels)}的各列差额计算"] if rule.cancels else []),
        "example": rule.example,
        "mend": rule.fix,
    }


def in_force(editions: Editions, edition_id: str) -> list[dict[str, str]]:
    """What an edition asks for, each with the file that says so: `kind`, `id`, `what` and `whence`."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for where, edition in editions.levels(edition_id):
        now = {(kind, name): what for kind, name, what in _asked(edition)}
        found = {key: (found[key] if found.get(key, ("",))[0] == what else (what, where)) for key, what in now.items()}
    return [{"kind": kind, "id": name, "what": what, "whence": where} for (kind, name), (what, where) in found.items()]


def _asked(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """Kind, id and words of each thing that an edition asks for."""
    yield "格式", edition.id, f"{edition.name}，{years(edition)}"
    for due in edition.publication.deadlines:
        yield "期限", due.kind or "*", f"{due.bodies}：次年{due.month}月{due.day}日前"
    for section in edition.sections:
        yield "部分", section.id, f"{section.title or '引言'}{_at_most(section.most_characters)}"
        for slot in section.prose:
            must = "必写" if slot.required else "可不写"
            guidance = f"；{edition.guidance[slot.id]}" if slot.id in edition.guidance else ""
            yield "文字", slot.id, f"{slot.label}，{must}{_at_most(slot.most_characters)}{guidance}"
    for table in edition.tables:
        yield "表", table.id, f"表{table.number} {table.caption}"
    for name, text in edition.derived.items():
        yield "合计", name, text
    for rule in edition.rulebook.values():
        yield "规则", rule.id, f"{rule.set_to or '、'.join(rule.severities)}　{rule.name}"
    for word in edition.outdated_words:
        yield "不再使用的词语", word, word


def _at_most(characters: int | None) -> str:
    return "" if characters is None else f"，不超过{characters}字"


def years(edition: Edition) -> str:
    """`2021年度起`, `2019—2020年度`."""
    return _span(edition.first_year, edition.last_year)


def years_in_force(editions: Editions, edition_id: str) -> str:
    """`2021—2022年度、2026年度起`: the years in which no other edition has taken its place."""
    return "、".join(_span(*each) for each in editions.years_in_force(edition_id)) or "已由其他格式代替"


def _span(first: int, last: int | None) -> str:
    if last is None:
        return f"{first}年度起"
    return f"{first}年度" if first == last else f"{first}—{last}年度"
