"""整改通知: for each body one letter, as text and as a Word file, on what is wrong with its reports."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from reportkit.auditing.audit import Audit, Audited
from reportkit.auditing.shown import PROBLEMS, Problem, problems
from reportkit.editions import Editions
from reportkit.model import DocumentHead
from reportkit.publishing.wordfile import References, core_properties, package
from reportkit.publishing.wordtext import paragraph, run
from reportkit.text.strings import printable

_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\0', "_"))
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>{body}'
    '<w:sectPr>{footers}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1972" '
    'w:left="1587" w:header="1191" w:footer="1276" w:gutter="0"/></w:sectPr></w:body></w:document>'
)


def notices(editions: Editions, audit: Audit) -> dict[str, bytes]:
    """File names → the letters: of each body that has something to put right one .txt and one .docx."""
    found: dict[str, bytes] = {}
    by_body: dict[str, list[Audited]] = {}
    for each in audit.reports:
        by_body.setdefault(each.subject.department.id, []).append(each)
    for reports in by_body.values():
        asked = [(each, [*problems(editions, each, PROBLEMS)]) for each in reports]
        asked = [(each, found_there) for each, found_there in asked if found_there]
        if asked:
            name = _free(found, f"整改通知-{reports[0].name.translate(_UNSAFE)[:60]}")
            lines = [*_lines(editions, asked)]
            found[f"{name}.txt"] = ("\n".join(text for _, text in lines) + "\n").encode()
            found[f"{name}.docx"] = _word(reports[0].name, lines, max(each.year for each, _ in asked))
    return found


def _free(taken: Mapping[str, bytes], name: str) -> str:
    """A name that no other body's letter has."""
    number, found = 1, name
    while f"{found}.txt" in taken:
        number += 1
        found = f"{name}-{number}"
    return found


Line = tuple[str, str]
"""What kind of paragraph it is, and its words."""
_STYLES: Mapping[str, tuple[str, str]] = {
    "title": ("Title", ""),
    "addressee": ("", '<w:ind w:firstLineChars="0" w:firstLine="0"/>'),
    "year": ("Heading1", ""),
    "body": ("", ""),
    "signature": ("", '<w:jc w:val="right"/>'),
}
"""By the kind of paragraph its style, and what it has of its own."""


def _lines(editions: Editions, asked: Sequence[tuple[Audited, Sequence[Problem]]]) -> Iterator[Line]:
    """A letter's paragraphs: to whom, what was audited, each problem, and what is to be done."""
    audited = asked[0][0]
    report = editions.publication_for(audited.year).report
    yield "title", f"{report}整改通知"
    yield "addressee", f"{printable(audited.name)}："
    years = "、".join(f"{each.year}年" for each, _ in asked)
    count = sum(len(found) for _, found in asked)
    yield "body", f"经审核，你单位{years}{report}有{count}个问题需要整改，列出如下。"
    for each, found in asked:
        if len(asked) > 1:
            yield "year", f"{each.year}年"
        for number, problem in enumerate(found, 1):
            yield "body", f"{number}．{problem.place}：{problem.what}（{problem.kind}）"
            yield from (("body", line) for line in problem.detail.split("\n")[1:])
            yield "body", f"评价标准：{problem.criterion}。依据：{problem.law}。"
            yield "body", f"整改要求：{problem.fix}"
    yield "body", "请逐项核实整改，更正后的报告注明更正日期和内容，并将整改情况书面反馈。审核有误的，请说明情况。"
    yield "signature", "（审核机关）"
    yield "signature", "　　年　月　日"


def _word(name: str, lines: Sequence[Line], year: int) -> bytes:
    """The letter in the typography of GB/T 9704; the same letter gives the same bytes."""
    references = References()
    body = "".join(paragraph(run(text), *_STYLES[style]) for style, text in lines)
    footers = "".join(
        f'<w:footerReference w:type="{kind}" r:id="{references.part("footer", f"footer-{side}.xml")}"/>'
        for kind, side in (("default", "odd"), ("even", "even"))
    )
    head = DocumentHead(lines[0][1], (lines[0][1],), name=name, year=year)
    properties = core_properties(head, datetime(year + 1, 1, 1))
    document = _DOCUMENT.format(body=body, footers=footers)
    return package(document, references, {}, properties, draft=False)
