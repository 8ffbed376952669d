"""The figures of the sources: real ones from `tests/data`, and invented ones of a county bureau that doesn't exist."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests.published.source import Value

_DATA = Path(__file__).parent.parent / "data"

APPLICANTS = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "charity": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_organization": "其他",
    "total": "总计",
}

# Row keys of format_tables.json and of the real figures → rows of table 三.
REQUEST_ROWS = {
    "new": "received",
    "carried_in": "carried_in",
    "r1": "granted",
    "r2": "partial",
    "r3_1": "refused.state_secret",
    "r3_2": "refused.prohibited_by_law",
    "r3_3": "refused.security_and_stability",
    "r3_4": "refused.third_party_rights",
    "r3_5": "refused.internal_affairs",
    "r3_6": "refused.deliberative",
    "r3_7": "refused.enforcement_file",
    "r3_8": "refused.administrative_query",
    "r4_1": "unavailable.not_held",
    "r4_2": "unavailable.needs_creation",
    "r4_3": "unavailable.unclear",
    "r5_1": "not_processed.petition",
    "r5_2": "not_processed.repeated",
    "r5_3": "not_processed.publication",
    "r5_4": "not_processed.abusive",
    "r5_5": "not_processed.confirmation",
    "r6": "other",
    "r6_1": "other.no_correction",
    "r6_2": "other.unpaid",
    "r6_3": "other.miscellaneous",
    "total": "concluded",
    "carried_out": "carried_out",
}

OUTCOMES = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}

DISCLOSURE_ROWS = {
    "规章": "rules",
    "规范性文件": "normative_documents",
    "行政规范性文件": "normative_documents",
    "行政许可": "licensing",
    "其他对外管理服务事项": "other_services",
    "行政处罚": "penalties",
    "行政强制": "coercion",
    "行政事业性收费": "fees",
    "政府集中采购": "procurement",
}

DISCLOSURE_COLUMNS = {
    "本年制发件数": "issued",
    "本年废止件数": "repealed",
    "现行有效件数": "in_force",
    "本年处理决定数量": "decisions",
    "本年收费金额（单位：万元）": "amount",
    "本年新制作数量": "made",
    "本年新公开数量": "disclosed",
    "对外公开总数量": "public_total",
    "上一年项目数量": "previous",
    "本年增/减": "change",
    "处理决定数量": "decisions",
    "采购项目数量": "projects",
    "采购总金额": "value",
}


@dataclass(frozen=True)
class Report:
    """The cells of one body and year, and the level that its sentences speak of."""

    body: str
    year: int
    cells: Mapping[str, Value]
    level: str = "局"

    def count(self, cell: str) -> int:
        """A count for a sentence, where a blank is as good as none."""
        return int(self.cells.get(cell) or 0)


@cache
def statutory_rows(year: int) -> tuple[tuple[str, str], ...]:
    """The key and label of each row of table 三 in the edition of a year."""
    tables = json.loads((_DATA / "format_tables.json").read_text(encoding="utf-8"))
    return tuple((row["key"], row["label"]) for row in tables["rows_2021" if year >= 2021 else "rows_2019"])


@cache
def real(name: str, level: str = "局") -> Report:
    """A report of `tests/data`; what wasn't seen there is blank."""
    data = json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    cells: dict[str, Value] = dict(_disclosure(data["table2"]))
    lines = {row["key"]: row["values"] for row in (data["table3"] or {"rows": []})["rows"]}
    for key, _ in statutory_rows(data["year"]):
        values = lines.get(key, [None] * len(APPLICANTS))
        cells.update(_line(f"requests.{REQUEST_ROWS[key]}", APPLICANTS, values))
    cells.update(_disputes(data["table4"] or {}))
    return Report(data["body"], data["year"], cells, level)


def _line(row: str, columns: Sequence[str] | Mapping[str, str], values: Sequence[Value]) -> Iterator[tuple[str, Value]]:
    return ((f"{row}/{column}", value) for column, value in zip(columns, values, strict=True))


def _disclosure(table: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
    for block in table.values():
        for row, columns in block.items() if isinstance(block, dict) else ():
            for column, value in columns.items():
                yield f"disclosure.{DISCLOSURE_ROWS[row]}/{DISCLOSURE_COLUMNS[column]}", _value(value)


def _value(value: str | float | None) -> Value:
    if isinstance(value, str):
        return int(value.removeprefix("+").removesuffix("元"))
    return Decimal(str(value)) if isinstance(value, float) else value


def _disputes(table: Mapping[str, Mapping]) -> Iterator[tuple[str, Value]]:
    suits = table.get("行政诉讼", {})
    groups = {
        "review": table.get("行政复议", {}),
        "litigation.direct": suits.get("未经复议直接起诉", {}),
        "litigation.after_review": suits.get("复议后起诉", {}),
    }
    for group, outcomes in groups.items():
        yield from _line(f"disputes.{group}", OUTCOMES, [outcomes.get(label) for label in OUTCOMES.values()])


@cache
def invented(body: str, year: int, level: str = "局", most: int = 40) -> Report:
    """A consistent report of the 2021 edition in which neighbouring cells differ, so that a shift is seen."""
    dice = random.Random(f"{body}{year}")
    rows = [
        REQUEST_ROWS[key] for key, _ in statutory_rows(year) if key not in ("new", "carried_in", "total", "carried_out")
    ]
    cells: dict[str, Value] = {}
    for column in list(APPLICANTS)[:-1]:
        share = most if column == "natural_person" else max(most // 6, 2)
        results = {row: dice.randrange(share) for row in rows}
        carried_in, carried_out = dice.randrange(1, share), dice.randrange(1, share)
        concluded = sum(results.values())
        results |= {"concluded": concluded, "carried_out": carried_out}
        results |= {"carried_in": carried_in, "received": concluded + carried_out - carried_in}
        cells.update({f"requests.{row}/{column}": value for row, value in results.items()})
    for key, _ in statutory_rows(year):
        row = f"requests.{REQUEST_ROWS[key]}"
        cells[f"{row}/total"] = sum(int(cells[f"{row}/{each}"] or 0) for each in list(APPLICANTS)[:-1])
    for group in ("review", "litigation.direct", "litigation.after_review"):
        outcomes = [dice.randrange(1, 20) for _ in range(4)]
        cells.update(_line(f"disputes.{group}", OUTCOMES, [*outcomes, sum(outcomes)]))
    cells.update(_invented_disclosure(dice))
    return Report(body, year, cells, level)


def _invented_disclosure(dice: random.Random) -> dict[str, Value]:
    return {
        "disclosure.rules/issued": 0,
        "disclosure.rules/repealed": 0,
        "disclosure.rules/in_force": 0,
        "disclosure.normative_documents/issued": dice.randrange(2, 9),
        "disclosure.normative_documents/repealed": dice.randrange(10, 20),
        "disclosure.normative_documents/in_force": dice.randrange(21, 60),
        "disclosure.licensing/decisions": dice.randrange(1200, 9900),
        "disclosure.penalties/decisions": dice.randrange(100, 990),
        "disclosure.coercion/decisions": dice.randrange(10, 99),
        "disclosure.fees/amount": Decimal(dice.randrange(10000, 990000)) / 100,
    }
