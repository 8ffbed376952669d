"""退回意见: what is sent to a department whose report must be corrected, as text and as a Word document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache

from jinja2 import Template

from reportkit.model import DocumentHead, Finding
from reportkit.publishing.styles import TEMPLATES
from reportkit.publishing.wordfile import References, core_properties, package
from reportkit.publishing.wordtext import paragraph, run
from reportkit.text.severities import WAIVED, asked_for
from reportkit.text.strings import printable

_NUMERALS = "一二三四五"
_CLOSED_SIGNS = "。！？"


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a report of a year comes back to the department of that name: its findings, and the reviewer's own words.

    `report` is what this kind of report is called.
    """

    year: int
    name: str
    report: str
    findings: tuple[Finding, ...]
    comment: str
    by: str
    on: date

    @property
    def title(self) -> str:
        return f"关于退回修改{self.year}年{self.report}的意见"

    def paragraphs(self) -> Iterator[tuple[str, str]]:
        """What is below the title: the style of each paragraph (`to`, `body`, `heading`, `sign`), and its words."""
        yield "to", f"{printable(self.name)}："
        yield (
            "body",
            f"你单位{self.year}年{self.report}经审核，须作修改。请按下列意见修改后重新报送。",
        )
        parts = asked_for(self.findings)
        for number, (title, found) in enumerate(parts):
            yield "heading", f"{_NUMERALS[number]}、{title}（{len(found)}项）"
            yield from (("body", f"{place}. {_sentence(each)}") for place, each in enumerate(found, 1))
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
        references = References()
        page = _template().render(
            title=paragraph(run(self.title), "Title"),
            body=[paragraph(run(words), *_LAYOUTS[style]) for style, words in self.paragraphs()],
            footers={side: references.part("footer", f"footer-{side}.xml") for side in ("odd", "even")},
        )
        head = DocumentHead(self.title, (self.title,))
        written = datetime.combine(self.on, time(), UTC)
        return package(page, references, {}, core_properties(head, written), draft=False)


_LAYOUTS = {
    "to": ("", '<w:ind w:firstLine="0" w:firstLineChars="0"/>'),
    "body": ("",),
    "heading": ("Heading1",),
    "sign": ("", '<w:ind w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>'),
}
"""The style of each kind of paragraph, and what is stated beside it."""


@cache
def _template() -> Template:
    """The page of a report, without the exporter that fills it: what is XML already goes in as it is."""
    page = TEMPLATES / "reportkit-docx" / "index.xml.j2"
    template: Template = Template(page.read_text(encoding="utf-8"))
    return template


def _sentence(finding: Finding) -> str:
    what, fix = (_closed(printable(text)) for text in (f"{finding.where}：{finding.what}", finding.fix))
    waived = f"（{WAIVED}）" if finding.waiver else ""
    rule = f"（规则{finding.rule}）" if finding.rule else ""
    return f"{what}{fix}{rule}{waived}"


def _closed(text: str) -> str:
    return text if text.endswith(tuple(_CLOSED_SIGNS)) else f"{text}。"
