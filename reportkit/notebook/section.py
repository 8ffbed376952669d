"""What a notebook says about one department and year: prose, sentences, statutory tables and charts."""

import os
from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from reportkit.editions import Edition
from reportkit.editions.lookup import UnknownFigure
from reportkit.editions.own import chinese_number, without_number
from reportkit.errors import NotebookError, near_match
from reportkit.inputs.documents import Id
from reportkit.inputs.files import find_root
from reportkit.inputs.project import Project
from reportkit.inputs.prose import escape_markdown
from reportkit.inputs.reads import Reader
from reportkit.messages.said import Said
from reportkit.model import LAST_YEAR, MISSING, TABLE_MIME, Department, Value, format_number
from reportkit.notebook import charts, contact
from reportkit.notebook import growth as numbers
from reportkit.notebook.calls import offered
from reportkit.notebook.cells import table_html, table_text
from reportkit.notebook.drawing import Drawing
from reportkit.notebook.named import INPUTS, unknown
from reportkit.notebook.opened import opened, watch
from reportkit.notebook.phrase import NAME, Phrase, replaced
from reportkit.notebook.raised import send_errors
from reportkit.notebook.shown import show_markdown, show_output

if TYPE_CHECKING:
    pass

_opens: list[str] = []
"""Each report that this kernel has opened for a build, as often as it has."""


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
    if folder:
        send_errors()
    project = Project(Path(folder) if folder else find_root(Path.cwd()))
    name = project.department(str(department)).name
    reader = Reader(project, project.submission(int(year), str(department)))
    section = NotebookSection(reader, int(year))
    charts.style()  # charts of one's own get it too
    about = {"kind": "opened", "report": f"{year}/{department}"}
    show_output({"text/plain": f"{name} {year}年 {section.edition.name}"}, about)
    if folder and (shell := get_ipython()) is not None:
        watch(folder)
        _opens.append(f"{year}/{department}")
        shell.events.register("post_run_cell", lambda _: _send_reads(f"{year}/{department}", reader))
    return section


def _send_reads(report: str, reader: Reader) -> None:
    """Sends what has been read so far with the cell's outputs: a build runs a section again if that changes."""
    notes = {"reads": dict(reader.reads), "files": opened(), "opened": [*_opens]}
    about = {"kind": "reads", "report": report, **notes}
    show_output({}, about)


class NotebookSection(Drawing):
    """One department and year, opened in a notebook. `s.<Tab>` lists what can be said; each call shows its result."""

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
            raise unknown("figure", name, "figure", hint) from error

    @offered
    def fact(self, name: str) -> Value:
        """The value of a fact that the department has handed in, such as `policy_qa`; None where it hasn't."""
        if "." in name:
            raise unknown("fact", name, "fact", Said("it_is_a_figure", name=name))
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
            show_markdown(paragraph, {"kind": "sentence", "computed": places})

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
            show_markdown(text, {"kind": "prose", "slot": slot, "computed": computed})

    @offered
    def table(self, table_id: str) -> None:
        """Shows a statutory table of the edition: `disclosure` (表二), `requests` (表三) or `disputes` (表四)."""
        known = [table.id for table in self.edition.tables]
        if table_id not in known:
            raise NotebookError("no_such_table", where="table()", table_id=table_id, near=near_match(table_id, known))
        table = self._reader.table(table_id)
        show_output(
            {TABLE_MIME: table.to_json(), "text/html": table_html(table), "text/plain": table_text(table)},
            {"kind": "table", "table": table_id},
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)  # what IPython asks of everything
        known = [each for each in dir(type(self)) if not each.startswith("_")]
        raise _UnknownCall("no_such_call", where=f"s.{name}", name=name, near=near_match(name, known))

    def _bind(self, text: str, values: Mapping[str, Any]) -> Phrase:
        found = replaced(text, lambda match: escape_markdown(self._value(match, values)))
        return Phrase(found.text, tuple((start, end) for start, end, _ in found.places))


def _registered(text: str) -> Phrase:
    """Words that all come from the register."""
    words = escape_markdown(text)
    return Phrase(words, ((0, len(words)),) if words else ())
