"""Hostile prose by the thousand, through both renderings and, by the dozen, through a whole report."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from reportkit.inputs.prose import bind
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.pdftext import pages_of
from reportkit.publishing.read_back import verify_html, verify_pdf
from tests.documents import numbered_figures, rendered_anyway, report, tables_of
from tests.strategies import hostile_text
from tests.test_markdown import TAGS, as_html, compiled


@given(hostile_text)
@settings(max_examples=3000)
def fuzz_no_prose_becomes_an_active_element(text: str) -> None:
    page = as_html(text)
    assert {element.tag for element in page.iter()} <= TAGS
    assert all(link.get("href").startswith(("http://", "https://", "mailto:")) for link in page.iter("a"))


@given(hostile_text)
@settings(max_examples=1500)
def fuzz_every_prose_compiles(text: str) -> None:
    assert compiled(text).startswith(b"%PDF")


@given(hostile_text)
@settings(max_examples=3000)
def fuzz_binding_changes_nothing_without_braces(text: str) -> None:
    text = re.sub(r"{+", "{", text.replace("\x00", "").replace("\r", "\n"))
    assert bind(text, str, str) == text


@given(st.lists(hostile_text, max_size=4))
@settings(max_examples=60)
def fuzz_a_report_with_any_prose_is_read_back_whole(texts: list[str]) -> None:
    figures = numbered_figures()
    notebook = report(figures, prose="\n\n".join(texts), draft=True)
    verify_html(rendered_anyway(ReportHTMLExporter(), notebook), tables_of(figures))
    verify_pdf(pages_of(rendered_anyway(ReportPDFExporter(), notebook)), tables_of(figures))
