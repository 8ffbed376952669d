"""How tables and articles are written as HTML, whatever the editor."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

from tests.published.figures import Report
from tests.published.source import Kind, Source, Value
from tests.published.statutory import Cell, Grid, disclosure, disputes, requests
from tests.published.words import TITLES, USUAL, Headings, Prose, first_words, preamble, prose

Shown = Callable[[str, Value], str]


def plain(cell: str, value: Value) -> str:
    """A figure as printed by most: digits, a blank for what is missing."""
    return "" if value is None else str(value)


def nbsp_for_blank(cell: str, value: Value) -> str:
    """Editors put a no-break space into an empty cell."""
    return "&nbsp;" if value is None else str(value)


def thousands(cell: str, value: Value) -> str:
    """Digits in groups of three."""
    return "" if value is None else f"{value:,}"


def full_width(cell: str, value: Value) -> str:
    """Full-width digits, as a Chinese input method types them."""
    return "" if value is None else str(value).translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))


def signed(cell: str, value: Value) -> str:
    """As the 2019 edition writes them: changes with their sign, the purchase total with its unit."""
    if value is None:
        return "&nbsp;"
    if cell.endswith("/change") and value > 0:
        return f"+{value}"
    return f"{value}元" if cell.endswith("/value") else str(value)


@dataclass(frozen=True)
class Look:
    """How an editor writes tables: templates with {span} and {text}."""

    table: str = '<table border="1" cellspacing="0"><tbody>{rows}</tbody></table>'
    row: str = "<tr>{cells}</tr>"
    head: str = "<td{span}>{text}</td>"
    label: str = "<td{span}>{text}</td>"
    figure: str = "<td{span}>{text}</td>"
    shown: Shown = plain
    labels: Callable[[str], str] = escape
    spans_of_one: bool = False

    def written(self, grid: Grid, cells: Mapping[str, Value]) -> str:
        """A table with its figures."""
        rows = (self.row.format(cells="".join(self._cell(cell, cells) for cell in row)) for row in grid)
        return self.table.format(rows="\n".join(rows))

    def _cell(self, cell: Cell, cells: Mapping[str, Value]) -> str:
        if cell.id is not None:
            return self.figure.format(span=self._span(cell), text=self.shown(cell.id, cells[cell.id]))
        template = self.head if cell.head else self.label
        return template.format(span=self._span(cell), text=self.labels(cell.text))

    def _span(self, cell: Cell) -> str:
        named = (("rowspan", cell.down), ("colspan", cell.right))
        return "".join(f' {name}="{size}"' for name, size in named if size > 1 or self.spans_of_one)


@dataclass(frozen=True)
class Article:
    """How an editor writes paragraphs: templates with {text}; `run_in` is a heading in its paragraph."""

    title: str = '<h1 align="center">{text}</h1>'
    heading: str = "<p><strong>{text}</strong></p>"
    part: str = "<p>{text}</p>"
    paragraph: str = "<p>{text}</p>"
    run_in: str = "<strong>{text}</strong>"
    headings: Headings = USUAL
    several: bool = True

    def written(self, report: Report, said: Prose, tables: Mapping[str, str]) -> str:
        """The whole report: preamble, six sections, the tables in theirs."""
        parts = [self.paragraph.format(text=preamble(report))]
        for section in TITLES:
            parts.append(self.heading.format(text=self.headings.titles[section]))
            parts += self._paragraphs(section, said)
            if section in tables:
                parts.append(tables[section])
        return "\n".join(parts)

    def _paragraphs(self, section: str, said: Prose) -> list[str]:
        slots = {
            "overview": ("proactive", "on_request", "management", "platform", "supervision"),
            "problems": ("problems", "improvements"),
            "other_matters": ("other_matters",),
        }
        found = []
        for slot in slots.get(section, ()):
            lines = list(said[slot]) if self.several else ["".join(said[slot])]
            titled = slot in self.headings.parts and (section != "problems" or self.headings.parts_of_five)
            if titled and self.headings.run_in:
                lines[0] = self.run_in.format(text=self.headings.parts[slot]) + lines[0]
            elif titled:
                found.append(self.part.format(text=self.headings.parts[slot]))
            found += [self.paragraph.format(text=line) for line in lines]
        return found


def statutory_tables(report: Report, look: Look) -> dict[str, str]:
    """The three tables as the edition has them."""
    grids = {"disclosure": disclosure(report.year), "requests": requests(report.year), "disputes": disputes()}
    return {section: look.written(grid, report.cells) for section, grid in grids.items()}


def title_of(report: Report) -> str:
    """The report's title."""
    return f"{report.body}{report.year}年政府信息公开工作年度报告"


def source_of(
    name: str, report: Report, page: str | bytes, *, headings: Headings = USUAL, told: frozenset[str] = frozenset()
) -> Source:
    """The source for a page that shows a whole report."""
    content = page.encode() if isinstance(page, str) else page
    said = first_words(prose(report), headings)
    return Source(name, content, report.year, report.body, report.cells, said, told)


def renamed(source: Source, name: str, content: bytes, *, kind: Kind) -> Source:
    """The same report in another file."""
    return replace(source, name=name, content=content, kind=kind)


def with_cells(report: Report, **rows: Mapping[str, Value]) -> Report:
    """A report with some figures changed: a row's name (two underscores for its dots) and its columns."""
    changed = {
        f"{row.replace('__', '.')}/{column}": value
        for row, columns in rows.items()
        for column, value in columns.items()
    }
    return replace(report, cells={**report.cells, **changed})


def digits_apart(text: str, template: str) -> str:
    """A number in several elements: all but its last digit, then the last."""
    return template.format(text[:-1]) + template.format(text[-1:]) if len(text) > 1 else template.format(text)


def broken_labels(text: str, every: int = 4) -> str:
    """A label with <br /> inside, as narrow columns are broken by hand."""
    if not 4 < len(text) < 9 or not re.fullmatch(r"[\u4e00-\u9fff]+", text):
        return escape(text)
    return escape(text[:every]) + "<br />" + escape(text[every:])


def yuan(value: Decimal | int) -> str:
    """A count or amount with its unit, as some print it in the cell."""
    return f"{value}万元" if isinstance(value, Decimal) else f"{value}件"
