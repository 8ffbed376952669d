"""退回意见: what is sent to a department whose report must be mended, as text and as a Word document."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from reportkit.model import Finding, Severity
from reportkit.text.strings import printable

if TYPE_CHECKING:
    from docx.section import Section
    from docx.text.paragraph import Paragraph

_GROUPS = {
    "error": "须改正的错误",
    "missing": "须补填的数据",
    "unassessable": "缺少数据、未能核对的事项",
    "warning": "请核实的事项",
}
_MISSING = "T3-4"
"""The rule of cells that were left blank: a warning, but nothing is published as long as one is."""
_NUMERALS = "一二三四五"
_CLOSED_SIGNS = "。！？"


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a report of a year comes back to the department of that name: its findings, and the reviewer's own words."""

    year: int
    name: str
    findings: tuple[Finding, ...]
    comment: str
    by: str
    on: date

    @property
    def title(self) -> str:
        return f"关于退回修改{self.year}年政府信息公开工作年度报告的意见"

    def paragraphs(self) -> Iterator[tuple[str, str]]:
        """What stands below the title: the style of each paragraph (`to`, `body`, `heading`, `sign`), and its words."""
        yield "to", f"{printable(self.name)}："
        yield "body", f"你单位{self.year}年政府信息公开工作年度报告经审核，须作修改。请按下列意见修改后重新报送。"
        parts = [(title, [each for each in self.findings if _group(each) == kind]) for kind, title in _GROUPS.items()]
        parts = [(title, found) for title, found in parts if found]
        for number, (title, found) in enumerate(parts):
            yield "heading", f"{_NUMERALS[number]}、{title}（{len(found)}项）"
            yield from (("body", f"{place}. {_told(each)}") for place, each in enumerate(found, 1))
        if self.comment.strip():
            yield "heading", f"{_NUMERALS[len(parts)]}、审核意见"
            yield from (("body", line.strip()) for line in printable(self.comment).splitlines() if line.strip())
        yield "sign", f"退回人：{printable(self.by)}"
        yield "sign", f"{self.on.year}年{self.on.month}月{self.on.day}日"

    def text(self) -> str:
        """The notice as plain text, ready to be pasted into a message."""
        indents = {"to": "", "body": "　　", "heading": "　　", "sign": "　　　　　　　　"}
        lines = [f"{indents[style]}{words}" for style, words in self.paragraphs()]
        return "\n".join([self.title, "", *lines, ""])

    def docx(self) -> bytes:
        """The notice as a Word document in the layout of official papers: A4, 28 × 22, exact 29 pt lines."""
        from docx import Document  # takes a moment, and few ask for it
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        document = Document()
        _lay_out_page(document.sections[0])
        properties = document.core_properties
        properties.author, properties.title, properties.comments = "", self.title, ""
        properties.created = properties.modified = datetime(self.on.year, self.on.month, self.on.day)
        heading = document.add_paragraph()
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _set(heading, self.title, "方正小标宋简体", 22)
        document.add_paragraph()
        for style, words in self.paragraphs():
            paragraph = document.add_paragraph()
            _set(paragraph, words, "黑体" if style == "heading" else "仿宋_GB2312", 16)
            if style in ("body", "heading"):
                paragraph.paragraph_format.first_line_indent = Pt(32)
            elif style == "sign":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()


def _group(finding: Finding) -> str:
    if finding.rule == _MISSING and finding.severity is Severity.WARNING:
        return "missing"
    return finding.severity.name.lower()


def _told(finding: Finding) -> str:
    what, mend = (_closed(printable(text)) for text in (f"{finding.where}：{finding.what}", finding.mend))
    waived = "（已豁免）" if finding.waiver else ""
    return f"{what}{mend}（规则{finding.rule}）{waived}"


def _closed(text: str) -> str:
    return text if text.endswith(tuple(_CLOSED_SIGNS)) else f"{text}。"


def _lay_out_page(section: "Section") -> None:
    """A4 with the margins of GB/T 9704: 37 mm above, 28 mm left, 26 mm right, 35 mm below."""
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _set(paragraph: "Paragraph", words: str, font: str, size: float) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    properties = run._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(29)
    layout.space_before = layout.space_after = Pt(0)
