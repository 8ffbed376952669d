"""What a notebook says about one department and year: prose, sentences, statutory tables and charts."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython import get_ipython
from IPython.display import display

from reportkit.editions import Edition
from reportkit.editions.lookup import UnknownFigure
from reportkit.editions.own import chinese_number, without_number
from reportkit.errors import NotebookError, near_match
from reportkit.inputs.documents import Id
from reportkit.inputs.files import find_root
from reportkit.inputs.project import Project
from reportkit.inputs.prose import UnknownName, escape_markdown
from reportkit.inputs.reads import Reader
from reportkit.messages.said import Said
from reportkit.model import LAST_YEAR, MISSING, TABLE_MIME, BoundWords, Department, Value, format_number
from reportkit.notebook import charts, contact
from reportkit.notebook import growth as numbers
from reportkit.notebook.calls import offered
from reportkit.notebook.cells import chart_html, table_html, table_text, words_html
from reportkit.notebook.given import Given
from reportkit.notebook.opened import opened, watch
from reportkit.notebook.phrase import NAME, Phrase, replaced
from reportkit.text.markdown import unprintable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = "REPORTKIT_INPUTS"
"""The environment variable that names the folder of a Plan's unpacked inputs."""

_opens: list[str] = []
"""Each report that this kernel has opened for a build, as often as it has."""

_BOUND = "\ue000"
"""A private character that no font has, put around what replaced a name for a moment."""


class _UnknownCall(NotebookError, AttributeError):
    """A name that a section doesn't have."""


@offered
def open_section(year: int, department: Id) -> "NotebookSection":
    """Opens one department's submission for one year; every other call of a notebook starts from what this returns.

    Reads the folder named by $REPORTKIT_INPUTS during a build, otherwise the nearest `params/` upwards.
    Raises an error with the file's line where the submission can't be used. What was read travels back in the
    output's metadata.
    """
    folder = os.environ.get(INPUTS)
    project = Project(Path(folder) if folder else find_root(Path.cwd()))
    name = project.department(str(department)).name
    reader = Reader(project, project.submission(int(year), str(department)))
    section = NotebookSection(reader, int(year))
    charts.style()  # charts of one's own get it too
    display(
        {"text/plain": f"{name} {year}年 {section.edition.name}"},
        metadata={"reportkit": {"kind": "opened", "report": f"{year}/{department}"}},
        raw=True,
    )
    if folder and (shell := get_ipython()) is not None:
        watch(folder)
        _opens.append(f"{year}/{department}")
        shell.events.register("post_run_cell", lambda _: _send_reads(f"{year}/{department}", reader))
    return section


def _send_reads(report: str, reader: Reader) -> None:
    """Sends what has been read so far with the cell's outputs: a build runs a section again if that changes."""
    notes = {"reads": dict(reader.reads), "files": opened(), "opened": [*_opens]}
    about = {"kind": "reads", "report": report, **notes}
    display({}, metadata={"reportkit": about}, raw=True)


class NotebookSection:
    """One department and year, opened in a notebook. `s.<Tab>` lists what can be said; each call shows its result."""

    def __init__(self, reader: Reader, year: int) -> None:
        self._reader = reader
        self._given = Given(year)
        self.year = year

    @property
    def department(self) -> Department:
        """The department as the register has it."""
        return self._reader.department

    @property
    def edition(self) -> Edition:
        """The statutory format of this report year."""
        return self._reader.edition

    @property
    def has_last_year(self) -> bool:
        """Whether last year's submission is in the project."""
        return self._reader.has_last_year

    @offered
    def parts(self) -> str:
        """The parts of this report as its preamble lists them: `总体情况，……其他需要报告的事项六个部分`."""
        titles = [without_number(each) for each in self._reader.parts]
        return f"{'，'.join(titles)}{chinese_number(len(titles))}个部分"

    @offered
    def figure(self, name: str) -> Value:
        """A number by name, such as `requests.refused.total`; None where a cell of it is missing."""
        try:
            return self._given.note(name, self._reader.figure(name))
        except UnknownFigure as error:
            is_fact = self._reader.has_fact(name)
            hint = Said("it_is_a_fact", name=name) if is_fact else near_match(name, error.accepted)
            raise _unknown("figure", name, "figure", hint) from error

    @offered
    def fact(self, name: str) -> Value:
        """The value of a fact that the department has handed in, such as `policy_qa`; None where it hasn't."""
        if "." in name:
            raise _unknown("fact", name, "fact", Said("it_is_a_figure", name=name))
        return self._given.note(name, self._number(name, "fact"))

    @offered
    def last_year(self, name: str) -> Value:
        """Last year's figure or fact; None where it is missing, has no such row, or there is no last year."""
        return self._given.note(LAST_YEAR + name, self._reader.last_year(name))

    @offered
    def growth(self, name: str) -> str | None:
        """`增长1.08%`, `下降3.20%` or `持平` against last year; None where either year's number is missing or 0."""
        return numbers.growth(self._reader.last_year(name), self._number(name, "growth"))

    @offered
    def share(self, part: str, whole: str) -> str | None:
        """A part of a whole as a percentage with two digits; None where a number is missing or the whole is 0."""
        return numbers.share(self._number(part, "share"), self._number(whole, "share"))

    @offered
    def items(self, named: Mapping[str, str], unit: str = "件") -> str | None:
        """`予以公开12件、部分公开3件`: the figures or facts of a mapping from label to name, without those that are 0.

        None where all are 0; （缺） where all are missing.
        """
        values = {label: self._number(name, "items") for label, name in named.items()}
        if all(value is None for value in values.values()):
            return MISSING
        said = [f"{label}{format_number(value)}{unit}" for label, value in values.items() if value != 0]
        return "、".join(said) or None

    @offered
    def sentence(self, text: str, zero: str | None = None, **values: str | Decimal | int | None) -> Phrase:
        """Words with `{name}` replaced by facts, figures and the given values; for `say`.

        `zero` is said instead where every figure named is 0. Where a given value is None there is nothing to say,
        and the sentence is empty. A missing figure is printed as （缺）. Double a brace to print one.
        """
        if any(value is None for value in values.values()):
            return Phrase("")
        if zero is not None:
            named = [match[1] for match in NAME.finditer(text) if match[1] is not None and match[1] not in values]
            figures = [self._number(name, "sentence") for name in named if self._is_figure(name)]
            if figures and all(value == 0 for value in figures):
                return self._bind(zero, values)
        return self._bind(text, values)

    @offered
    def say(self, *texts: str, zero: str | None = None, **values: str | Decimal | int | None) -> None:
        """Shows one paragraph: sentences with `{requests.received.total}` replaced by this report's numbers.

        Takes plain texts (bound as `sentence` does, with the same `zero` and values) and finished sentences.
        """
        said = [text if isinstance(text, Phrase) else self.sentence(text, zero, **values) for text in texts]
        paragraph = "".join(said)
        if paragraph:
            starts = accumulate((len(each) for each in said), initial=0)
            places = [
                (first + start, first + end)
                for first, each in zip(starts, said, strict=False)
                for start, end in each.computed
            ]
            _show_markdown(paragraph, {"kind": "sentence", "computed": places})

    def where_to_read(self) -> Phrase:
        """Where the electronic copy of the report is, from the register; empty where no portal is registered."""
        return _registered(contact.where_to_read(self.department.contact))

    def whom_to_ask(self) -> Phrase:
        """Whom to ask about the report, from the register; empty where neither address nor phone is registered."""
        return _registered(contact.whom_to_ask(self.department.contact, self.department.short_name))

    @offered
    def prose(self, slot: str) -> None:
        """Shows the department's own words for a slot of the edition, such as `proactive`.

        A required slot that was left empty is printed as （缺）; an optional one shows nothing.
        """
        if slot not in self.edition.slots:
            raise NotebookError("no_such_prose", where="prose()", slot=slot, near=near_match(slot, self.edition.slots))
        text, computed = self._reader.prose(slot)
        text = text or (MISSING if self.edition.slots[slot].required else "")
        if text:
            _show_markdown(text, {"kind": "prose", "slot": slot, "computed": computed})

    @offered
    def table(self, table_id: str) -> None:
        """Shows a statutory table of the edition: `disclosure` (表二), `requests` (表三) or `disputes` (表四)."""
        known = [table.id for table in self.edition.tables]
        if table_id not in known:
            raise NotebookError("no_such_table", where="table()", table_id=table_id, near=near_match(table_id, known))
        table = self._reader.table(table_id)
        display(
            {TABLE_MIME: table.to_json(), "text/html": table_html(table), "text/plain": table_text(table)},
            metadata={"reportkit": {"kind": "table", "table": table_id}},
            raw=True,
        )

    @offered
    def bar_chart(self, named: Mapping[str, str], unit: str = "件") -> "Figure | None":
        """A horizontal bar for each figure or fact of a mapping from label to name; for `show`.

        None where one is missing or all are 0: there is nothing to draw then.
        """
        values = {label: self._number(name, "bar_chart") for label, name in named.items()}
        if None in values.values() or not any(values.values()):
            return None
        drawn = charts.bars({label: float(value) for label, value in values.items() if value is not None}, unit)
        return charts.of_names(drawn, [[*named.values()]])

    @offered
    def comparison_chart(self, named: Mapping[str, str], unit: str = "件") -> "Figure | None":
        """Last year's and this year's numbers side by side; None where there is no last year or one is missing."""
        now = {label: self._number(name, "comparison_chart") for label, name in named.items()}
        before = {label: self._reader.last_year(name) for label, name in named.items()}
        pairs = {
            label: (float(old), float(new))
            for label, old, new in zip(now, before.values(), now.values(), strict=True)
            if old is not None and new is not None
        }
        if len(pairs) < len(now) or not any(map(any, pairs.values())):
            return None
        drawn = charts.paired_bars(pairs, (f"{self.year - 1}年", f"{self.year}年"), unit)
        return charts.of_names(drawn, [[LAST_YEAR + name for name in named.values()], [*named.values()]])

    @offered
    def show(
        self,
        figure: "Figure | None",
        *,
        caption: str,
        alt: str,
        unit: str = "件",
        source: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Shows a matplotlib figure as a chart of the report; `{names}` in caption and alt text are replaced.

        The plotted data travel with it: read from its bars and lines, or given as
        `data={"columns": ["年份", "件数"], "rows": [["2023", 12]]}`. Nothing is shown where the figure is None.
        Raises NotebookError without a caption or alt text, and for a character that the chart's font lacks.
        """
        if figure is None:
            return
        if not hasattr(figure, "savefig"):
            raise NotebookError("no_figure", where="show()", figure=f"{figure!r:.60}")
        (caption, titled), (alt, told) = self._words("caption", caption), self._words("alt", alt)
        svg, exhibit = charts.exhibit(figure, caption, alt, unit, source, data, given=self._given)
        exhibit = replace(exhibit, bound=(*titled, *told))
        shown = {"image/svg+xml": svg, "text/plain": exhibit.alt}
        if not os.environ.get(INPUTS):
            shown["text/html"] = chart_html(charts.picture(figure), exhibit)
        display(shown, metadata={"reportkit": {"kind": "chart", "exhibit": exhibit.to_json()}}, raw=True)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)  # what IPython asks of everything
        known = [each for each in dir(type(self)) if not each.startswith("_")]
        raise _UnknownCall("no_such_call", where=f"s.{name}", name=name, near=near_match(name, known))

    def _is_figure(self, name: str) -> bool:
        return name.partition(".")[0] in {table.id for table in self.edition.tables}

    def _number(self, name: str, call: str) -> Value:
        """A figure's number or a fact's value; None where it is missing."""
        try:
            return self._reader.number(name)
        except UnknownFigure as error:
            raise _unknown("figure", name, call, near_match(name, error.accepted)) from error
        except UnknownName as error:
            raise _unknown("fact", name, call, error.hint) from error

    def _bind(self, text: str, values: Mapping[str, Any]) -> Phrase:
        found = replaced(text, lambda match: escape_markdown(self._value(match, values)))
        return Phrase(found.text, tuple((start, end) for start, end, _ in found.places))

    def _words(self, part: str, text: str) -> tuple[str, tuple[BoundWords, ...]]:
        """A chart's caption or alternative text, and where names were replaced in it."""
        found = replaced(text, lambda match: self._value(match, {}))
        if not found.text.strip():
            raise NotebookError("chart_lacks_part", where="show()", part=part)
        return found.text, tuple(BoundWords(part, *place) for place in found.places)

    def _value(self, match: re.Match[str], values: Mapping[str, Any]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name in values:
            value = values[name]
            return value if isinstance(value, str) else format_number(value)
        try:
            return self._reader.text(name)
        except UnknownName as error:
            raise NotebookError("name_undefined", where=match.string[:60], name=error.name, near=error.hint) from error


def _unknown(kind: str, name: str, call: str, near: Said) -> NotebookError:
    return NotebookError("no_such_number", where=f"{call}()", kind=kind, name=name, near=near)


def _registered(text: str) -> Phrase:
    """Words that all come from the register."""
    words = escape_markdown(text)
    return Phrase(words, ((0, len(words)),) if words else ())


def _show_markdown(text: str, about: dict[str, Any]) -> None:
    _refuse_unprintable(text, about)
    data = {"text/markdown": text, "text/plain": text}
    if not os.environ.get(INPUTS):  # somebody is looking at the cell; a build takes the Markdown
        data["text/html"] = words_html(text)
    display(data, metadata={"reportkit": about}, raw=True)


def _refuse_unprintable(text: str, about: Mapping[str, Any]) -> None:
    """Raises NotebookError for markup that no format prints, names in braces within code among it."""
    marked = text
    for start, end in sorted(about["computed"], reverse=True):
        marked = f"{marked[:start]}{_BOUND}{marked[start:end]}{_BOUND}{marked[end:]}"
    for found in unprintable(marked, "prose"):
        where = f'prose("{about["slot"]}")' if "slot" in about else "say()"
        raise NotebookError(found.said, where=where)
