"""What a section draws: charts from its numbers, an analyst's own figures, pictures, tables of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reportkit.errors import NotebookError
from reportkit.inputs.reads import MOST_YEARS
from reportkit.model import LAST_YEAR, Exhibit, Value, of_year
from reportkit.notebook import charts
from reportkit.notebook.alt import alt_from
from reportkit.notebook.calls import offered
from reportkit.notebook.cells import chart_html
from reportkit.notebook.given import Whole, note_whole, whole_of
from reportkit.notebook.named import Named, is_watched
from reportkit.notebook.own_table import check_sums, own_table
from reportkit.notebook.shown import show_markdown, show_output
from reportkit.text.picture_files import as_svg, picture_digest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Drawing(Named):
    """The calls that draw."""

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
        of_years = zip(*pairs.values(), strict=True)
        series = {f"{year}年": of for year, of in zip((self.year - 1, self.year), of_years, strict=True)}
        drawn = charts.grouped_bars([*pairs], series, unit)
        return charts.of_names(drawn, [[LAST_YEAR + name for name in named.values()], [*named.values()]])

    @offered
    def share_chart(self, named: Mapping[str, str], whole: str, unit: str = "件") -> "Figure | None":
        """How much of a whole each figure or fact is: a bar in a frame as long as the whole, with its percentage.

        None where a number is missing or the whole is 0. Raises NotebookError where a part is more than the whole, or
        is of another unit.
        """
        total = self._number(whole, "share_chart")
        values = {label: self._number(name, "share_chart") for label, name in named.items()}
        units = {name: unit for name in (whole, *named.values()) if (unit := self._reader.unit(name))}
        if len(set(units.values())) > 1:
            said = [f"{name} ({unit})" for name, unit in units.items()]
            raise NotebookError("chart_parts_of_other_units", where="share_chart()", units=said)
        if not total or None in values.values():
            return None
        parts = {label: value for label, value in values.items() if value is not None}
        if over := next((label for label, value in parts.items() if value > total), None):
            raise NotebookError(
                "chart_part_over_whole", where="share_chart()", label=over, part=parts[over], whole=total
            )
        drawn = note_whole(charts.shares(parts, total, unit), Whole(whole, total))
        return charts.of_names(drawn, [[*named.values()]])

    @offered
    def years_chart(self, named: Mapping[str, str], years: int = 3, unit: str = "件") -> "Figure | None":
        """The numbers of several years side by side, up to this one; from submissions, never from what was built.

        Years that weren't handed in, or that lack one of the numbers, are left out; None where only one is left.
        Raises NotebookError for another number of years than from 2 to 5.
        """
        if not 2 <= years <= MOST_YEARS:
            raise NotebookError("chart_number_of_years", where="years_chart()", years=years, most=MOST_YEARS)
        found = {
            year: [self._of_year(year, name) for name in named.values()]
            for year in range(self.year - years + 1, self.year + 1)
        }
        whole = {year: [float(each) for each in of if each is not None] for year, of in found.items() if None not in of}
        if len(whole) < 2 or self.year not in whole or not any(map(any, whole.values())):
            return None
        drawn = charts.grouped_bars([*named], {f"{year}年": of for year, of in whole.items()}, unit)
        return charts.of_names(drawn, [[of_year(self.year, year, name) for name in named.values()] for year in whole])

    def _of_year(self, year: int, name: str) -> Value:
        """A figure or fact of a year; None where it is missing, or nothing was handed in."""
        if year == self.year:
            return self._number(name, "years_chart")
        return self._reader.last_year(name) if year == self.year - 1 else self._reader.of_year(year, name)

    @offered
    def data_table(
        self,
        rows: Any,
        *,
        caption: str,
        columns: Sequence[str] | None = None,
        sums: str | None = None,
        source: str | None = None,
    ) -> None:
        """Shows a table of one's own: rows as lists or mappings, or a data frame; the first column names each row.

        A cell `{requests.granted.total}` is that figure or fact, and is held against the data when the report is built.
        `sums` checks totals: "rows" that the last column is the sum of the row's others, "columns" that the last row is
        that of its column's others, "both". Missing numbers are printed as （缺）.
        Raises NotebookError where the rows are no table, or a sum is wrong.
        """
        table = own_table(rows, columns, lambda name: self._text(name, caption))
        if sums is not None:
            check_sums(table, sums)
        words, _ = self._words("caption", caption)
        text, places = table.markdown(f"{words}（来源：{source}）" if source else words)
        about = {"kind": "own_table", "computed": places, "cells": [each.to_json() for each in table.bound]}
        show_markdown(text, about)

    @offered
    def show(
        self,
        figure: "Figure | None",
        *,
        caption: str,
        alt: str | None = None,
        unit: str = "件",
        source: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Shows a matplotlib figure as a chart of the report; `{names}` in caption and alt text are replaced.

        The plotted data travel with it: read from its bars and lines, or given as
        `data={"columns": ["年份", "件数"], "rows": [["2023", 12]]}`. Nothing is shown where the figure is None.
        Without alt text it is made from the data. Raises NotebookError without a caption, and for a character that the
        chart's font lacks.
        """
        if figure is None:
            return
        if not hasattr(figure, "savefig"):
            raise NotebookError("no_figure", where="show()", figure=f"{figure!r:.60}")
        caption, titled = self._words("caption", caption)
        said, told = ("", ()) if alt is None else self._words("alt", alt)
        svg, exhibit = charts.exhibit(figure, caption, said, unit, source, data, given=self._given)
        if alt is None:
            said, told = alt_from(exhibit, whole_of(figure))
        exhibit = replace(exhibit, alt=said, bound=(*titled, *told))
        shown = {"image/svg+xml": svg, "text/plain": exhibit.alt}
        if is_watched():
            shown["text/html"] = chart_html(charts.picture(figure), exhibit)
        show_output(shown, {"kind": "chart", "exhibit": exhibit.to_json()})

    @offered
    def picture(
        self, file: str, *, caption: str, alt: str, source: str | None = None, missing_ok: bool = False
    ) -> None:
        """Shows a PNG, JPEG or SVG file below the project as a figure; `{names}` in caption and alt text are replaced.

        The path begins at the project's folder; `{year}` and `{department}` in it stand for the report's. What the
        file says of camera, place and person is left out. With `missing_ok` nothing is shown where there is no file.
        Raises InputError for a file that is missing, too large, or no picture; NotebookError without a caption or alt.
        """
        if missing_ok and not self._reader.has_picture(file):
            return
        content = self._reader.picture(file)
        (caption, titled), (alt, told) = self._words("caption", caption), self._words("alt", alt)
        svg = as_svg(content, file)
        exhibit = Exhibit(caption, alt, "", (), (), source, shapes=picture_digest(content), bound=(*titled, *told))
        shown = {"image/svg+xml": svg, "text/plain": alt}
        if is_watched():
            shown["text/html"] = chart_html(svg, exhibit)
        show_output(shown, {"kind": "picture", "exhibit": exhibit.to_json()})
