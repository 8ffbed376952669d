"""The nbconvert exporter `reportkit-fragment`: the body of a report for the editor of a portal's CMS.

Such editors strip scripts, style sheets, classes and ids, and some strip styles too. So every element carries its own
style, tables also have the old attributes for their looks, merges are plain attributes, and charts are pictures.
"""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from traitlets import Bool, default

from reportkit.formats import FORMATS
from reportkit.model import DocumentHead
from reportkit.publishing.blocks import Chart, StatutoryTable, Words, blocks
from reportkit.publishing.exporter import ReportExporter
from reportkit.publishing.head import correction_lines
from reportkit.publishing.html import render_table
from reportkit.publishing.pictures import Pixels, draw
from reportkit.publishing.read_back import DRAFT_NOTE
from reportkit.publishing.svg import clean_svg
from reportkit.text.markdown_html import HtmlRenderer, Notes
from reportkit.text.strings import printable

_BODY = "仿宋_GB2312,FangSong,仿宋,STFangsong,serif"
_HEAVY = "黑体,SimHei,sans-serif"
_LIGHT = "楷体_GB2312,KaiTi,楷体,STKaiti,serif"
_TABLE = "宋体,SimSun,serif"
_LINE = "1px solid #666666"
STYLES: Mapping[str, str] = {
    "div": f"font-family:{_BODY};font-size:16pt;line-height:1.75;color:#000000;",
    "p": "margin:0 0 8px 0;text-indent:2em;text-align:justify;",
    "h2": f"margin:20px 0 8px 0;text-indent:2em;font-family:{_HEAVY};font-size:16pt;font-weight:normal;",
    "h3": f"margin:12px 0 8px 0;text-indent:2em;font-family:{_LIGHT};font-size:16pt;font-weight:normal;",
    "h4": "margin:8px 0;text-indent:2em;font-size:16pt;font-weight:bold;",
    "ul": "margin:0 0 8px 0;padding-left:3em;",
    "ol": "margin:0 0 8px 0;padding-left:3em;",
    "table": f"margin:0 0 12px 0;border-collapse:collapse;width:100%;font-family:{_TABLE};font-size:10.5pt;"
    "line-height:1.4;",
    "th": f"border:{_LINE};padding:4px;text-align:center;vertical-align:middle;font-weight:normal;"
    "background-color:#f2f2f2;",
    "td": f"border:{_LINE};padding:4px;text-align:center;vertical-align:middle;",
    "img": "max-width:100%;height:auto;",
    "blockquote": f"margin:0 2em 8px 2em;font-family:{_LIGHT};",
    "code": f"font-family:{_HEAVY};",
    "s": "text-decoration:line-through;",
}
"""The style that each element carries with it."""
_PLAIN: Mapping[str, Mapping[str, str]] = {
    "table": {"border": "1", "cellspacing": "0", "cellpadding": "4", "width": "100%"},
    "td": {"align": "center"},
    "th": {"align": "center"},
}
_KEPT = frozenset({"rowspan", "colspan", "scope", "href", "src", "alt", "start", "style", "width", "align"})
_UNIT = "margin:8px 0 4px 0;text-indent:0;text-align:right;font-size:10.5pt;"
_NOTE = "margin:4px 0 8px 0;text-indent:0;font-size:10.5pt;"
_CODE = f"margin:0 0 8px 0;text-indent:0;text-align:left;font-family:{_HEAVY};font-size:12pt;line-height:1.5;"
_CENTRED = "margin:8px 0;text-indent:0;text-align:center;"
_MARK = f"{_CENTRED}border:2px solid #8a1c1c;color:#8a1c1c;font-family:{_HEAVY};"
PICTURE = "chart{number}.{kind}"
"""The name of a chart that lies beside the fragment."""


class ReportFragmentExporter(ReportExporter):
    """The body alone: inline styles, no class, no id, no script, no style sheet; charts as PNG.

    With `pictures_beside` charts are files, in nbconvert's resources under `outputs`, and not data in the page.
    """

    output_mimetype = FORMATS["fragment"].media_type
    export_from_notebook = "年报 片段"

    pictures_beside = Bool(False, help="Whether charts lie beside the fragment as files.").tag(config=True)

    @default("template_extension")
    def _template_extension(self) -> str:
        return ".html.j2"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".fragment.html"

    @default("template_name")
    def _template_name(self) -> str:
        return "reportkit-fragment"

    def rendered(self, notebook: Any, filled: dict[str, Any]) -> str:
        """The fragment, and nbconvert's resources with the pictures that lie beside it."""
        page: str = super().rendered(notebook, filled)
        if self.pictures_beside:
            outputs = dict(filled.get("outputs", {}))
            outputs.update(
                (_file(number, pixels), pixels.content) for number, pixels in self._pictures(notebook).items()
            )
            filled["outputs"] = outputs
        return page

    def context(self, notebook: Any, head: DocumentHead) -> dict[str, Any]:
        pictures = {
            number: _file(number, pixels)
            if self.pictures_beside
            else f"data:image/{pixels.kind};base64,{b64encode(pixels.content).decode()}"
            for number, pixels in self._pictures(notebook).items()
        }
        mark = f'<p style="{_MARK}">{DRAFT_NOTE}</p>' if head.draft else ""
        corrections = "".join(f'<p style="{_CENTRED}">{escape(each)}</p>' for each in correction_lines(head))
        body = "\n".join([mark, corrections, *_blocks(notebook, pictures), mark])
        return {"body": styled(body)}

    def _pictures(self, notebook: Any) -> dict[int, Pixels]:
        """Every chart as pixels, by its number."""
        charts = {each.number: each for each in blocks(notebook) if isinstance(each, Chart)}
        svgs = [clean_svg(chart.svg, f"chart{number}", chart.place) for number, chart in charts.items()]
        return dict(zip(charts, draw(svgs, tuple(self.font_paths), self.system_fonts), strict=True))


def _file(number: int, pixels: Pixels) -> str:
    return PICTURE.format(number=number, kind=pixels.kind)


def _blocks(notebook: Any, pictures: Mapping[int, str]) -> list[str]:
    body: list[str] = []
    notes = Notes(linked=False)
    for number, block in enumerate(blocks(notebook)):
        match block:
            case Words():
                body.append(HtmlRenderer(f"b{number}", notes=notes).render(block.tokens))
            case StatutoryTable():
                body.append(f'<p style="{_UNIT}">单位：{escape(block.table.unit)}</p>')
                body.append(render_table(block.table, f"b{number}"))
            case Chart():
                alt = escape(printable(block.exhibit.alt))
                body.append(f'<p style="{_CENTRED}"><img src="{pictures[block.number]}" alt="{alt}"></p>')
                body.append(f'<p style="{_CENTRED}">{escape(block.caption)}</p>')
    body += [notes.render()] if notes.bodies else []
    return body


def styled(body: str) -> str:
    """reportkit's HTML with the style of each element on itself; classes, ids and all that editors strip are gone."""
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    for element in list(root.iter("caption")):
        table = element.getparent()
        if table.get("class") == "plain":  # what editors make of a caption is anybody's guess
            element.tag = "p"
            element.set("style", _CENTRED)
            table.addprevious(element)
        else:
            element.drop_tree()
    for element in list(root.iter("div", "span")):
        if element is not root:
            element.drop_tag()
    for element in list(root.iter("pre")):
        _without_pre(element)
    for element in root.iter():
        tag = str(element.tag)
        missing = "missing" in element.get("class", "")
        if element.get("class") in ("note", "footnote"):
            element.set("style", _NOTE)
        if tag == "col":
            element.set("width", element.get("style", "").removeprefix("width:"))
            element.attrib.pop("style", None)
        elif (style := STYLES.get(tag)) is not None and (tag != "p" or "style" not in element.attrib):
            left = "text-align:left;" if tag == "th" and element.get("scope") == "row" else ""
            element.set("style", style + left + ("color:#8a1c1c;" if missing else ""))
        for name, value in _PLAIN.get(tag, {}).items():
            element.set(name, value)
        for name in [name for name in element.attrib if name not in _KEPT]:
            del element.attrib[name]
    written = lxml_html.tostring(root, encoding="unicode")
    return str(written)


def _without_pre(element: Any) -> None:
    """Code as a paragraph whose lines and spaces stay: editors that know no <pre> make one line of it."""
    lines = element.text_content().replace(" ", "\u00a0").split("\n")
    for child in list(element):
        element.remove(child)
    element.tag, element.text = "p", lines[0]
    element.set("style", _CODE)
    for line in lines[1:]:
        etree.SubElement(element, "br").tail = line
