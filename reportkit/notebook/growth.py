"""Growth and shares as sentences print them; percentages are rounded half up, as people check them by hand."""

from decimal import ROUND_HALF_UP, Decimal

from reportkit.model import Value

_HUNDREDTH = Decimal("0.01")


def growth(before: Value, now: Value) -> str | None:
    """`增长1.08%`, `下降3.20%` or `持平`; None where a number is missing, or there is nothing in one of the years."""
    if before is None or now is None or before == 0 or now == 0:
        return None
    if now == before:
        return "持平"
    percent = _percent(abs(Decimal(now) - Decimal(before)), Decimal(before))
    return f"{'增长' if now > before else '下降'}{percent}%"


def share(part: Value, whole: Value) -> str | None:
    """A percentage with two digits; None where a number is missing or the whole is 0."""
    if part is None or whole is None or whole == 0:
        return None
    return f"{_percent(Decimal(part), Decimal(whole))}%"


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (100 * part / whole).quantize(_HUNDREDTH, ROUND_HALF_UP)
