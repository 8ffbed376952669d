"""A document's charts against its plan: what they draw from figures and facts is just that, else none is published."""

from collections.abc import Iterator

from nbformat import NotebookNode

from reportkit.checks.evidence import Evidence
from reportkit.checks.plotted import ShownChart, check_charts
from reportkit.editions import Edition, Editions
from reportkit.editions.lookup import UnknownFigure, look_up
from reportkit.errors import PublishingError
from reportkit.model import Finding, Plan, Value, format_number, year_of
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


def refuse_other_cells(plan: Plan, editions: Editions, notebook: NotebookNode) -> None:
    """Raises PublishingError where a cell of an analyst's own table isn't the figure or fact that it should be."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("reportkit", {})
            for row, column, name, text in about.get("cells", ()):
                expected = _text(plan, editions, name)
                if text != expected:
                    raise PublishingError(
                        "table_number",
                        where=f"section {cell.metadata['reportkit']['section']}, cell {cell.id}",
                        place=f"row {row + 1}, column {column + 1}",
                        text=text,
                        name=name,
                        expected=expected,
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
    year, name = year_of(plan.year, name)
    if year != plan.year:
        of = basis.last_year if year == plan.year - 1 else basis.earlier.get(year)
        if of is None:
            return None
        facts, figures = of.facts, of.figures
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
