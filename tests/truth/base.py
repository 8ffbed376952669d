"""What the grammar stands on: cases, units and the pattern engine.

Patterns: ``[a|b|c]`` chooses one (nesting allowed); ``<name>`` is a value of the claim or an entry of ``VOCAB``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Figures = dict[str, "int | Decimal"]
Cells = Mapping[str, "int | Decimal"]

COLUMNS = ("natural_person", "commercial", "research", "charity", "legal_service", "other_organization")
GROUPS: dict[str, tuple[str, ...]] = {
    "granted": ("granted",),
    "partial": ("partial",),
    "refused": tuple(
        "refused." + leaf
        for leaf in (
            "state_secret",
            "prohibited_by_law",
            "security_and_stability",
            "third_party_rights",
            "internal_affairs",
            "deliberative",
            "enforcement_file",
            "administrative_query",
        )
    ),
    "unavailable": ("unavailable.not_held", "unavailable.needs_creation", "unavailable.unclear"),
    "not_processed": tuple(
        "not_processed." + leaf for leaf in ("petition", "repeated", "publication", "abusive", "confirmation")
    ),
    "other": ("other.no_correction", "other.unpaid", "other.miscellaneous"),
}
LEAVES = tuple(leaf for group in GROUPS.values() for leaf in group)
DISPUTES = ("review", "litigation.direct", "litigation.after_review")
OUTCOMES = ("upheld", "corrected", "other", "pending")


@dataclass(frozen=True)
class Case:
    """A text for one slot of the report, with the rule ids that it must bring about (none if it is sound)."""

    slot: str
    text: str
    findings: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Unit:
    """The body that reports."""

    name: str
    short_name: str
    level: str
    kind: str
    parents: tuple[str, ...]
    others: tuple[str, ...]
    members: tuple[str, ...]
    year: int


def own_word(unit: Unit) -> str:
    """The word that may follow 我/本 for this unit: 局, 委, 办, 镇, 市 …"""
    if unit.kind == "government":
        return unit.name.removesuffix("人民政府")[-1]
    if unit.kind == "office":
        return "厅" if unit.name.endswith("厅") else "办"
    for ending, word in (("街道办事处", "街道"), ("委员会", "委"), ("厅", "厅"), ("办公室", "办"), ("局", "局")):
        if unit.name.endswith(ending):
            return word
    return "单位"


def subjects(unit: Unit) -> list[str]:
    """Every way of naming the unit itself that the rules accept."""
    word = own_word(unit)
    names = [f"我{word}", f"我{word}", f"本{word}", unit.name, unit.short_name]
    if unit.kind == "government":
        names += [f"全{word}", f"{word}政府"]
    else:
        names += ["本机关", "我单位", "本单位"]
    if word == "局" and unit.short_name[0] in "市县区":
        names.append(unit.short_name[0] + "局")
    return names


def regions(unit: Unit) -> list[str]:
    """Words for the region that the unit belongs to, by its ancestors (我区, 我市 …)."""
    names = unit.parents + ((unit.name,) if unit.kind == "government" else ())
    found = {name.removesuffix("人民政府")[-1] for name in names if name.endswith("人民政府")}
    return ["我" + word for word in sorted(found & set("省市县区镇乡"))]


def unit(rng: random.Random) -> Unit:
    """An invented unit, of any kind and level."""
    year = rng.choice((2022, 2023, 2024))
    city = rng.choice(("松平市", "云泽市", "安湖市"))
    county = rng.choice(("临溪区", "松岗县", "北塘区", "云岭县"))
    mark, here = county[-1], county + "人民政府"
    above = (here, city + "人民政府")
    bureaus = (
        ("财政局", "财政局"),
        ("教育局", "教育局"),
        ("自然资源局", "自然资源局"),
        ("发展和改革委员会", "发改委"),
        ("住房和城乡建设局", "住建局"),
        ("市场监督管理局", "市场监管局"),
    )
    (name, short), *rest = rng.sample(bureaus, 4)
    members = tuple(county + long for long, _ in rest)
    pick = rng.randrange(7)
    if pick < 2:
        return Unit(county + name, mark + short, "county", "department", above, members, (), year)
    if pick == 2:
        others = tuple(city + long for long, _ in rest)
        return Unit(city + name, "市" + short, "prefecture", "department", (city + "人民政府",), others, (), year)
    if pick == 3:
        return Unit(county + "松岭镇人民政府", "松岭镇", "township", "government", above, members, (), year)
    if pick == 4:
        return Unit(county + "南桥街道办事处", "南桥街道", "township", "agency", above, members, (), year)
    if pick == 5:
        return Unit(here + "办公室", mark + "政府办公室", "county", "office", above, members, (), year)
    if rng.random() < 0.5:
        return Unit(here, county, "county", "government", above[1:], (), (*members, "松岭镇", "南桥街道"), year)
    return Unit(city + "人民政府", city, "prefecture", "government", (), (), ("临溪区", "云岭县", "市财政局"), year)


# --- the pattern engine ---

VOCAB: dict[str, str] = {
    "W": "[<Y>年，|<Y>年|<Y>年度，|<Y>年度|全年|全年，|本年度|本年度，|年内，|报告期内，|统计期限内，|]",
    "WW": "[<Y>年|<Y>年度|全年|本年度|年内|报告期内]",
    "O": "[政府信息公开申请|政府信息公开申请|政府信息公开申请|信息公开申请|依申请公开政府信息申请|政府信息依申请公开申请|"
    "公民、法人[或|和]其他组织提[出|交]的政府信息公开申请|[社会公众|群众|申请人]提[出|交]的政府信息公开申请]",
    "P": "[政府信息公开申请|政府信息公开申请|信息公开申请|依申请公开申请|政府信息依申请公开申请]",
    "all": "[共|累计|一共|总共|共计|]",
    "mw": "[件|件|件|件|件|宗|份]",
    "T": "[因政府信息公开[工作|]引发的|涉及政府信息公开的|涉政府信息公开的|政府信息公开|与政府信息公开有关的|政府信息公开领域的]",
}


@dataclass
class Draft:
    """A claim before it is written: its patterns, its true values, and how each value can be made false."""

    rule: str
    slot: str
    patterns: Sequence[str]
    values: dict[str, int | str] = field(default_factory=dict)
    wrong: dict[str, Callable[[], int | str | None]] = field(default_factory=dict)
    true: bool | None = None  # for claims without a number that could change: whether the figures bear them out


class Gen:
    """One throw of the grammar, for one unit and its figures."""

    def __init__(
        self, rng: random.Random, this: Mapping[str, int | Decimal], last: Mapping[str, int | Decimal], body: Unit
    ):
        self.rng, self.this, self.last, self.unit = rng, this, last, body
        self.style = rng.choice(("plain",) * 6 + ("comma", "comma", "wide", "han", "han"))
        self.vocab = VOCAB | {"S": "[" + "|".join(subjects(body)) + "]", "Y": str(body.year), "Y-1": str(body.year - 1)}

    def now(self, key: str, column: str = "total") -> int:
        """A cell of table 三, this year."""
        return int(self.this[f"requests.{key}.{column}"])

    def before(self, key: str, column: str = "total") -> int:
        """A cell of table 三, last year."""
        return int(self.last[f"requests.{key}.{column}"])

    def num(self, number: int) -> str:
        """A count as officials write it."""
        if number >= 100000 and self.rng.random() < 0.5:
            text = f"{Decimal(number) / 10000:.2f}"
            return self.rng.choice(("", "约")) + text + "万"
        if self.style == "han" and 1 <= number <= 10:
            return "一两三四五六七八九十"[number - 1]
        text = f"{number:,}" if self.style == "comma" else str(number)
        return text.translate(WIDE) if self.style == "wide" else text

    def say(self, pattern: str, values: Mapping[str, int | str] | None = None) -> str:
        """Write out a pattern; the measure word stays the same throughout."""
        held = dict(values or {})
        held.setdefault("mw", self._expand(self.vocab["mw"], {}))
        return self._expand(pattern, held)

    def _expand(self, pattern: str, values: Mapping[str, int | str]) -> str:
        text = pattern
        while (found := re.search(r"\[([^\[\]]*)\]|<([^<>\[\]|]+)>", text)) is not None:
            if found[2] is None:
                new: int | str = self.rng.choice(found[1].split("|"))
            else:
                new = values.get(found[2], self.vocab.get(found[2], ""))
            text = text[: found.start()] + (self.num(new) if isinstance(new, int) else new) + text[found.end() :]
        return text

    def off(
        self, true: int, avoid: Sequence[int] = (), low: int = 1, high: int | None = None
    ) -> Callable[[], int | None]:
        """A maker of a number that is not true, nor in ``avoid``, and lies within the bounds."""

        def make() -> int | None:
            if true >= 100000:
                steps = [round(true * share / 100) for share in (-27, -18, -9, -6, 7, 11, 19, 32)]
            else:
                steps = [
                    s * k
                    for s in (1, -1)
                    for k in (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 20, max(1, true // 7), max(1, true // 3))
                ]
            found = [true + s for s in steps if low <= true + s and (high is None or true + s <= high)]
            digits = str(true)
            if len(digits) > 1 and digits[-1] != digits[-2] and digits[0] != "0":
                found += [n for n in (int(digits[:-2] + digits[-1] + digits[-2]),) if low <= n <= (high or n)] * 4
            found = [n for n in found if n != true and n not in avoid]
            return self.rng.choice(found) if found else None

        return make


WIDE = str.maketrans("0123456789.%", "０１２３４５６７８９．％")


# --- figures -----------------------------------------------------------------------------------------------

SIZES = {"none": (0, 0), "few": (1, 12), "office": (12, 80), "county": (90, 600), "city": (900, 4500)}


def _spread(rng: random.Random, count: int, weights: Sequence[float]) -> list[int]:
    """Throw ``count`` cases into as many boxes as there are weights."""
    boxes = [0] * len(weights)
    for box in rng.choices(range(len(weights)), weights, k=count):
        boxes[box] += 1
    return boxes


def _requests(
    rng: random.Random, carried: Sequence[int], new: Sequence[int], mix: Sequence[float], out: float
) -> Figures:
    """Table 三 of one year: every column balances, every outcome has its place."""
    cells: Figures = {}
    for column, before, fresh in zip(COLUMNS, carried, new, strict=False):
        left = min(fresh, sum(rng.random() < out for _ in range(fresh)))
        row = dict(zip(LEAVES, _spread(rng, before + fresh - left, mix), strict=False))
        row |= {"received": fresh, "carried_in": before, "concluded": before + fresh - left, "carried_out": left}
        cells |= {f"requests.{key}.{column}": number for key, number in row.items()}
    for key in (*LEAVES, "received", "carried_in", "concluded", "carried_out"):
        cells[f"requests.{key}.total"] = sum(int(cells[f"requests.{key}.{column}"]) for column in COLUMNS)
    return cells


def _disputes(rng: random.Random, scale: float, last: Cells | None) -> Figures:
    """Table 四; no total is below last year's 尚未审结."""
    cells: Figures = {}
    for group in DISPUTES:
        key = f"disputes.{group}"
        if last is None:
            total = int(rng.random() * scale * rng.choice((0, 0.5, 1, 1)))
        else:
            before = int(last[key + ".total"])
            total = max(int(last[key + ".pending"]), round(before * rng.uniform(0.65, 1.4)) + rng.randrange(2))
        for outcome, number in zip(OUTCOMES, _spread(rng, total, (5, 1, 2, 1)), strict=False):
            cells[f"{key}.{outcome}"] = number
        cells[key + ".total"] = total
    return cells


def _disclosure(rng: random.Random, size: str, rules: bool, last: Cells | None) -> Figures:
    """Table 二; 现行有效 follows from last year's."""
    cells: Figures = {}
    for key, most in (("rules", 4 if rules else 0), ("normative_documents", 3 if size in ("none", "few") else 15)):
        before = int(last[f"disclosure.{key}.in_force"]) if last else rng.randint(most, 6 * most)
        made, repealed = rng.randint(0, most), rng.randint(0, min(before, most))
        cells |= {f"disclosure.{key}.made": made, f"disclosure.{key}.repealed": repealed}
        cells[f"disclosure.{key}.in_force"] = before + made - repealed
    scale = {"none": 0, "few": 1, "office": 9, "county": 600, "city": 16000}[size]
    for key, share in (("licensing", rng.randint(30, 90)), ("penalties", rng.choice((0, 40, 130))), ("coercion", 2)):
        name = f"disclosure.{key}.decisions"
        cells[name] = round((last[name] if last else scale * share) * Decimal(rng.randint(80, 130)) / 100)
    fee = Decimal(rng.randint(0, 9_000_000 if size == "city" else 90_000)) / 10000 if scale else Decimal(0)
    before_fee = last["disclosure.fees.amount"] if last else fee
    cells["disclosure.fees.amount"] = Decimal(round(before_fee * 10000 * rng.randint(80, 130) / 100)) / 10000
    return cells


def _jump(this: Figures, last: Figures) -> bool:
    """Rule X-2 (a change that needs an explanation): such figures are drawn again."""
    pairs = [(this[key], last[key]) for key in this if key.startswith(("requests", "disputes"))]
    return any((abs(a - b) >= 20 and abs(a - b) * 2 >= b) or (b >= 10 and not a) for a, b in pairs)


def figures(rng: random.Random, unit: Unit | None = None) -> tuple[Figures, Figures]:
    """Figures of this year and of last year; ``unit`` (optional) keeps 规章 at 0 where rule T2-2 wants it."""
    sizes = ["none", "few", "few", "office", "office", "office", "county", "city"]
    if unit is not None:
        town = unit.level == "township"
        sizes = sizes[:5] if town else (["county", "city"] if unit.kind == "government" else sizes[:7])
    size = rng.choice(sizes)
    rules = size == "city" and (unit is None or unit.level in ("prefecture", "province"))
    while True:
        low, high = SIZES[size]
        types = rng.choice(((1, 0, 0, 0, 0, 0), (9, 2, 0, 0, 1, 0), (30, 4, 0.3, 1, 1, 0.5)))
        weights = [rng.gammavariate(0.5, 1) + (0.05 if low > 80 else 0) for _ in LEAVES]
        weights[0], weights[1] = weights[0] + 4, weights[1] + rng.choice((0, 1.5))
        weights[LEAVES.index("unavailable.not_held")] += 2 * rng.random()
        if low < 80 and rng.random() < 0.2:
            weights = [1.0] + [0.0] * (len(LEAVES) - 1)
        out = rng.choice((0, 0.05, 0.1, 0.2))
        count = rng.randint(low, high)
        carried = _spread(rng, round(count * out * rng.uniform(0.8, 1.2)), types)
        last = _requests(rng, carried, _spread(rng, count, types), weights, out)
        now = max(low, round(count * rng.uniform(0.72, 1.35)))
        left = [int(last[f"requests.carried_out.{column}"]) for column in COLUMNS]
        this = _requests(rng, left, _spread(rng, now, types), weights, rng.choice((0, out, out)))
        scale = {"none": 1, "few": 2, "office": 8, "county": 40, "city": 200}[size]
        last |= _disputes(rng, scale, None) | _disclosure(rng, size, rules, None)
        this |= _disputes(rng, scale, last) | _disclosure(rng, size, rules, last)
        if not _jump(this, last):
            return this, last
