"""A chart's alternative text from its data, where none is written."""

from collections.abc import Iterator
from decimal import Decimal

from reportkit.model import BoundWords, Exhibit, format_number
from reportkit.notebook.given import Whole
from reportkit.notebook.growth import share

_MOST = 24
"""How many values are told; the table beside the chart has all of them."""


def alt_from(exhibit: Exhibit, whole: Whole | None = None) -> tuple[str, tuple[BoundWords, ...]]:
    """`新收：自然人10件，商业企业2件。` for each series of a chart, and where in it figures and facts stand.

    Of a chart of shares the whole comes first, and each value has its share of it.
    """
    text, bound = f"{exhibit.caption}。", list[BoundWords]()
    told = 0
    if whole is not None:
        total = format_number(whole.value)
        bound.append(BoundWords("alt", len(text) + 2, len(text) + 2 + len(total), whole.name))
        text += f"总数{total}{exhibit.unit}，其中"
    for series, name in enumerate(exhibit.columns[1:]):
        values = [*_values(exhibit, series)]
        if not values or told >= _MOST:
            continue
        text += f"{name}：" if len(exhibit.columns) > 2 else ""
        for place, (label, value, behind) in enumerate(values[: _MOST - told]):
            text += f"{'，' if place else ''}{label}"
            if behind:
                bound.append(BoundWords("alt", len(text), len(text) + len(value), behind))
            text += f"{value}{exhibit.unit}"
            text += "" if whole is None else f"（{share(Decimal(value), whole.value)}）"
        told += len(values)
        text += "。"
    return text + ("其余见图后的数据。" if told > _MOST else ""), tuple(bound)


def _values(exhibit: Exhibit, series: int) -> Iterator[tuple[str, str, str]]:
    """Label, value as it is printed, and name of each point of a series."""
    for number, row in enumerate(exhibit.rows):
        value = row[series + 1]
        if isinstance(value, int | float):
            names = exhibit.names[number] if number < len(exhibit.names) else ()
            yield (
                str(row[0]),
                str(value) if isinstance(value, int) else f"{value:.10g}",
                names[series] if series < len(names) else "",
            )
