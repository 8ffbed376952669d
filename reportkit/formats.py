"""The formats that a report is published in: one record each, with all that others need to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Format:
    """One way of publishing a report.

    `name` is what report.yaml calls it, `file` where it lies in a finished folder (others may lie beside it, where that
    is a folder of its own), `label` what readers are shown. `exporter` and `read_back` are named as entry points are:
    a class of nbconvert's kind, made with `options`, and the function that raises PublishingError where the finished
    file isn't the data's. A `download` is offered on the portal; `in_browser` says that browsers show it.
    """

    name: str
    file: str
    label: str
    media_type: str
    exporter: str
    read_back: str
    options: Mapping[str, bool] = field(default_factory=dict)
    download: bool = False
    in_browser: bool = False


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="html",
            file="report.html",
            label="网页",
            media_type="text/html",
            exporter="reportkit.publishing.html:ReportHTMLExporter",
            read_back="reportkit.publishing.read_back:read_back_html",
            in_browser=True,
        ),
        Format(
            name="pdf",
            file="report.pdf",
            label="PDF",
            media_type="application/pdf",
            exporter="reportkit.publishing.pdf:ReportPDFExporter",
            read_back="reportkit.publishing.read_back:read_back_pdf",
            download=True,
            in_browser=True,
        ),
        Format(
            name="docx",
            file="report.docx",
            label="Word",
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            exporter="reportkit.publishing.word:ReportWordExporter",
            read_back="reportkit.publishing.read_back:read_back_docx",
            download=True,
        ),
        Format(
            name="fragment",
            file="report.fragment.html",
            label="网页片段",
            media_type="text/html",
            exporter="reportkit.publishing.fragment:ReportFragmentExporter",
            read_back="reportkit.publishing.read_back:read_back_fragment",
        ),
        Format(
            name="fragment-files",
            file="fragment/index.html",
            label="网页片段（图另存）",
            media_type="text/html",
            exporter="reportkit.publishing.fragment:ReportFragmentExporter",
            read_back="reportkit.publishing.read_back:read_back_fragment",
            options={"pictures_beside": True},
        ),
    )
}
"""By their names, in the order in which they are offered."""
