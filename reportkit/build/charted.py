"""A document's charts against its plan: what they draw from figures and facts is just that, else none is published."""

from collections.abc import Iterator

from reportkit.checks.evidence import Evidence
from reportkit.checks.plotted import ShownChart, check_charts
from reportkit.editions import Edition, Editions
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.errors import PublishingError
from reportkit.model import LAST_YEAR, Finding, Plan, Value, format_number
from reportkit.publishing.blocks import Block, Chart
from reportkit.publishing.svg import read_words


def chart_findings(evidence: Evidence, edition: Edition, shown: list[Block]) -> list[Finding]:
    """The findings on what a document's charts say and draw; each names the section and the cell."""
    titles = {section.id: section.title or "引言" for section in edition.sections}
    charts = [
        ShownChart(
            block.exhibit,
            tuple(read_words(block.svg)),
            block.section,
            f"{titles.get(block.section, block.section)}，图{block.number}（单元格 {block.cell}）",
        )
        for block in shown
        if isinstance(block, Chart)
    ]
    return check_charts(evidence, charts)


def refuse_other_numbers(plan: Plan, editions: Editions, shown: list[Block]) -> None:
    """Raises PublishingError where a chart draws or names a number that isn't the figure or fact that it should be."""
    for block in shown:
        if isinstance(block, Chart):
            for what, name, is_value, expected in _drawn(plan, editions, block):
                if not is_value:
                    raise PublishingError(
                        "chart_number", where=block.place, number=block.number, drawn=what, name=name, expected=expected
                    )


def _drawn(plan: Plan, editions: Editions, block: Chart) -> Iterator[tuple[str, str, bool, str]]:
    """Each number with a name: what the chart says it is, its name, whether that is so, what it is in the data."""
    exhibit = block.exhibit
    for point in exhibit.points():
        if point.name:
            value = _value(plan, editions, point.name)
            said = f"'{point.label}' ({point.series}) is drawn as {point.value}"
            yield said, point.name, value is not None and float(value) == point.value, format_number(value)
    for place in exhibit.bound:
        if place.name not in ("year", "department.name", "department.short_name"):
            text = (exhibit.caption if place.part == "caption" else exhibit.alt)[place.start : place.end]
            expected = _text(plan, editions, place.name)
            yield f"its {place.part} says '{text}'", place.name, text == expected, expected


def _value(plan: Plan, editions: Editions, name: str) -> Value:
    """A figure or fact of the plan by the name that notebooks use; None where it is missing or there is none."""
    basis = plan.basis
    facts, figures = basis.facts, basis.figures
    if name.startswith(LAST_YEAR):
        if basis.last_year is None:
            return None
        name = name.removeprefix(LAST_YEAR)
        facts, figures = basis.last_year.facts, basis.last_year.figures
    if name in facts:
        return facts[name].value
    try:
        return look_up(editions.load(figures.edition), figures, name)
    except UnknownFigure:
        return None


def _text(plan: Plan, editions: Editions, name: str) -> str:
    """What a name in braces stands for."""
    fact, _, part = name.partition(".")
    if fact in plan.basis.facts:
        found = plan.basis.facts[fact]
        return {"": found.printed, "unit": found.unit}.get(part, format_number(found.value))
    return format_number(_value(plan, editions, name))
