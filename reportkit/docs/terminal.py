"""A guide as a terminal shows it: rich's Markdown, whose tables cut no cell that is wider than its column."""

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, TableElement
from rich.table import Table


class _WholeTable(TableElement):
    """A table that folds what rich would cut: Chinese has no spaces to break a line at."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for each in super().__rich_console__(console, options):
            if isinstance(each, Table):
                for column in each.columns:
                    column.overflow = "fold"
            yield each


class _Guide(Markdown):
    elements = {**Markdown.elements, "table_open": _WholeTable}  # noqa: RUF012 - as rich declares it


def typeset(text: str) -> Markdown:
    """Markdown for a rich console; links show the name of the file that they lead to."""
    return _Guide(text, hyperlinks=False)
