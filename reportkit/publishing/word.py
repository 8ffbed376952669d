"""The nbconvert exporter `reportkit-docx`: a notebook as a Word file in the typography of GB/T 9704.

The parts that are the same in every file, its styles above all, lie in `templates/reportkit-docx/package/`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

from traitlets import default

from reportkit.formats import FORMATS
from reportkit.publishing.blocks import Chart, StatutoryTable, Words, blocks
from reportkit.publishing.exporter import ReportExporter
from reportkit.publishing.head import correction_lines, head_of
from reportkit.publishing.pdf import creation_time
from reportkit.publishing.pictures import Pixels, draw
from reportkit.publishing.svg import clean_svg
from reportkit.publishing.wordfile import References, core_properties, package
from reportkit.publishing.wordtable import word_picture, word_table
from reportkit.publishing.wordtext import WordRenderer, paragraph, run

_WIDEST_TITLE = 20.1  # characters of 22 pt in 156 mm
_VIEW_BOX = re.compile(r'<svg( [^>]*viewBox="[-0-9.e]+ [-0-9.e]+ ([0-9.e]+) ([0-9.e]+)")')


class ReportWordExporter(ReportExporter):
    """A Word file: statutory tables with their merges, real headings, charts as SVG with a PNG for older programs."""

    output_mimetype = FORMATS["docx"].media_type
    export_from_notebook = "年报 Word"

    @default("template_name")
    def _template_name(self) -> str:
        return "reportkit-docx"

    @default("template_extension")
    def _template_extension(self) -> str:
        return ".xml.j2"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".docx"

    def rendered(self, notebook: Any, filled: dict[str, Any]) -> bytes:
        """The finished file and nbconvert's resources."""
        head = head_of(notebook, filled)
        pixels, drawings = self._pictures(notebook)
        references = References()
        page = self.template.render(
            head=head,
            resources=filled,
            title=_title(head.title_lines),
            corrections=[paragraph(run(each), "Subtitle") for each in correction_lines(head)],
            body=render_blocks(notebook, references, pixels),
            findings=_findings(head.findings),
            headers=_sides(references, "header") if head.draft else {},
            footers=_sides(references, "footer"),
        )
        properties = core_properties(head, creation_time(head))
        filled["output_extension"] = ".docx"
        return package(page, references, drawings, properties, draft=head.draft)

    def _pictures(self, notebook: Any) -> tuple[dict[int, Pixels], dict[str, bytes]]:
        """Every chart's pixels by its number; its files: `chart1.svg`, `chart1.png`, of a photo `chart1.jpeg` alone."""
        charts = {
            block.number: clean_svg(block.svg, f"chart{block.number}", block.place)
            for block in blocks(notebook)
            if isinstance(block, Chart)
        }
        drawn = draw(list(charts.values()), tuple(self.font_paths), self.system_fonts)
        found: dict[str, bytes] = {}
        for (number, svg), pixels in zip(charts.items(), drawn, strict=True):
            if not pixels.alone:
                found[f"chart{number}.svg"] = _VIEW_BOX.sub(r'<svg width="\2" height="\3"\1', svg, count=1).encode()
            found[f"chart{number}.{pixels.kind}"] = pixels.content
        return dict(zip(charts, drawn, strict=True)), found


def render_blocks(notebook: Any, references: References, pictures: Mapping[int, Pixels]) -> list[str]:
    """A notebook's blocks as paragraphs and tables."""
    body: list[str] = []
    renderer = WordRenderer(references)
    for block in blocks(notebook):
        match block:
            case Words():
                body += renderer.render(block.tokens)
            case StatutoryTable():
                body += word_table(block.table)
            case Chart():
                body += word_picture(references, block.number, pictures[block.number], block.exhibit)
    return body


def _title(lines: Sequence[str]) -> str:
    """The title, in one line where it fits."""
    whole = "".join(lines)
    wide = sum(1 if east_asian_width(each) in "WFA" else 0.5 for each in whole)
    return paragraph(run(whole if wide <= _WIDEST_TITLE else "\n".join(lines)), "Title")


def _findings(findings: Sequence[Mapping[str, str]]) -> list[str]:
    """A draft's last page: what was found, for those who correct it. No part of the report."""
    lines = [
        paragraph(
            run(f"{each['kind']} {each['rule']}　", ("FindingKind",))
            + run(f"{each['where']}：{each['what']}　")
            + run(each["mend"], ("FindingMend",)),
            "Finding",
        )
        for each in findings
    ]
    return [paragraph(run("核对结果"), "FindingsHeading"), *lines] if lines else []


def _sides(references: References, kind: str) -> dict[str, str]:
    """The ids of the header's or footer's parts for odd and even pages."""
    return {side: references.part(kind, f"{kind}-{side}.xml") for side in ("odd", "even")}
