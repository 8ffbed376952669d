"""The invented words of a demo project: points chosen for each part of a report, and the facts that they name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from reportkit.demo.departments import DemoDepartment
from reportkit.demo.dice import Dice
from reportkit.demo.tables import Account
from reportkit.editions import STATUTORY
from reportkit.editions.lookup import look_up
from reportkit.model import Fact

SOURCE = "演示用虚构数据"
_NAME = re.compile(r"\{\{ ([a-z][a-z0-9_]*) \}\}")
_NUMERALS = "一二三四五六"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactSpec(_Data):
    """A number that points may use: drawn between two ends, or added up from its parts."""

    unit: str
    label: str
    low: int = Field(1, alias="from")
    high: int = Field(1, alias="to")
    parts: tuple[str, ...] = ()
    grows: bool = False
    ten_thousands: bool = False


class Point(_Data):
    """Something to say, in several ways; a problem has its answer, said under another slot."""

    title: str
    says: tuple[str, ...] = Field(min_length=1)
    when: frozenset[str] = frozenset()
    always: bool = False
    answer: str = ""
    answers: tuple[str, ...] = ()


class SlotSpec(_Data):
    """The points of one prose slot, how many are taken, and the slot that answers them."""

    points: tuple[Point, ...]
    least: int = 1
    most: int = 1
    answers: str | None = None


class Phrases(_Data):
    """What words.yaml holds."""

    notice: str
    closing: str
    facts: dict[str, FactSpec]
    slots: dict[str, SlotSpec]


@dataclass(frozen=True, slots=True)
class InventedWords:
    """A submission's prose by slot, each paragraph one line, and the facts it names, each with its label."""

    prose: Mapping[str, str]
    facts: tuple[tuple[Fact, str], ...]


@cache
def phrases() -> Phrases:
    """What words.yaml holds, checked."""
    data: Any = yaml.load(files("reportkit.demo").joinpath("words.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return Phrases.model_validate(data)


def circumstances(body: DemoDepartment, account: Account) -> frozenset[str]:
    """What holds for one body's year, in the words that a point's `when` may use."""
    edition = STATUTORY.load(account.figures.edition)

    def any_of(*names: str) -> bool:
        return any(look_up(edition, account.figures, name) for name in names)

    kind = body.department.kind
    said = {
        "body": kind != "government",
        "asked": any_of("requests.handled.total"),
        "unasked": not any_of("requests.handled.total"),
        "carried": any_of("requests.carried_out.total"),
        "disputed": any_of("disputes.review.total", "disputes.litigation.total"),
        "petitioned": any_of("requests.not_processed.petition.total"),
        "not_held": any_of("requests.unavailable.not_held.total"),
        "charged": account.fee_cases > 0,
        "free": account.fee_cases == 0,
    }
    return frozenset({edition.id, kind, *(name for name, holds in said.items() if holds)})


def write_words(body: DemoDepartment, account: Account, below: int, dice: Dice) -> InventedWords:
    """One body's words for one year; `below` bodies are below it, and some facts grow with them."""
    known, edition = phrases(), STATUTORY.load(account.figures.edition)
    holds = circumstances(body, account)
    prose: dict[str, str] = {}
    for slot, spec in known.slots.items():
        fitting = [point for point in spec.points if point.when <= holds]
        most = spec.most + (spec.most > 1 and body.department.kind == "government")
        drawn = dice.several(fitting, dice.between(spec.least, most))
        chosen = [point for point in fitting if point.always or point in drawn]
        numbered = len(chosen) > 1 and dice.chance(60)
        prose[slot] = _paragraphs([(point.title, dice.pick(point.says)) for point in chosen], numbered)
        if spec.answers:
            answers = [(point.answer, dice.pick(point.answers)) for point in chosen]
            prose[spec.answers] = _paragraphs(answers, numbered)
    prose["overview"] = f"{known.notice}\n\n{prose['overview']}"
    prose["other_matters"] = f"{prose['other_matters']}\n\n{known.closing}"
    words = {"$self": body.own_word, "$area": body.area_word}
    for slot, text in prose.items():
        for mark, word in words.items():
            text = text.replace(mark, word)
        prose[slot] = text
    return InventedWords(
        {slot: prose[slot] for slot in edition.slots if prose[slot]}, _facts(prose, account, below, dice)
    )


def _paragraphs(said: list[tuple[str, str]], numbered: bool) -> str:
    if numbered:
        return "\n\n".join(
            f"{numeral}是{title}。{text}" for numeral, (title, text) in zip(_NUMERALS, said, strict=False)
        )
    return "".join(text for _, text in said)


def _facts(prose: Mapping[str, str], account: Account, below: int, dice: Dice) -> tuple[tuple[Fact, str], ...]:
    """The facts that the prose names, and the parts they are added up from, in the order of words.yaml."""
    known = phrases().facts
    named = {name for text in prose.values() for name in _NAME.findall(text)}
    named |= {part for name in named & known.keys() for part in known[name].parts}
    values: dict[str, int] = {}
    for name, spec in known.items():  # all are drawn: one more fact named changes no other
        drawn = dice.between(spec.low, spec.high) * (1 + (below if spec.grows else 0))
        values[name] = drawn * 10_000 + dice.below(10_000) if spec.ten_thousands else drawn
    found = []
    for name, spec in known.items():
        value = sum(values[part] for part in spec.parts) or values[name]
        text = f"{value // 10_000}万余" if spec.ten_thousands else None
        if name in named:
            found.append((Fact(name, value, spec.unit, SOURCE, text), spec.label))
    fees = {"fee_cases": (account.fee_cases, "件", "收取信息处理费"), "fee_yuan": (account.fee_yuan, "元", "收取金额")}
    found += [(Fact(name, value, unit, SOURCE), label) for name, (value, unit, label) in fees.items() if name in named]
    return tuple(found)
