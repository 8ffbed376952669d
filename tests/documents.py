"""Assembled reports for tests of publishing: real tables and charts, no kernel."""

from collections.abc import Mapping
from typing import Any

import nbformat

from reportkit.editions import STATUTORY, lay_out
from reportkit.model import TABLE_MIME, Exhibit, Figures, Table
from reportkit.notebook import charts
from reportkit.publishing.assemble import write

ABOUT = {
    "title": "试验区数据局2024年政府信息公开工作年度报告",
    "title_lines": ["试验区数据局", "2024年政府信息公开工作年度报告"],
    "name": "试验区数据局",
    "year": 2024,
    "draft": False,
    "missing": 0,
    "published_on": "2025-01-20",
    "issued_on": None,
    "index_number": None,
}


def numbered_figures(edition_id: str = "2021", first: int = 1) -> Figures:
    """Figures in which every cell holds another number, so that no two can be mistaken for one another."""
    edition = STATUTORY.load(edition_id)
    return Figures(edition_id, {cell_id: first + number for number, cell_id in enumerate(edition.cells)})


def missing_figures(edition_id: str = "2021") -> Figures:
    """Figures of which nothing was stated."""
    return Figures(edition_id, dict.fromkeys(STATUTORY.load(edition_id).cells))


def tables_of(figures: Figures) -> list[Table]:
    """The statutory tables of some figures."""
    edition = STATUTORY.load(figures.edition)
    return [lay_out(edition, table.id, figures) for table in edition.tables]


def markdown_cell(text: str, section: str, cell_id: str) -> Any:
    cell = nbformat.v4.new_markdown_cell(text, id=cell_id)
    cell.metadata["reportkit"] = {"section": section}
    return cell


def output_cell(data: Mapping[str, Any], section: str, cell_id: str, about: Mapping[str, Any] | None = None) -> Any:
    output = nbformat.v4.new_output("display_data", data=dict(data), metadata={"reportkit": dict(about or {})})
    cell = nbformat.v4.new_code_cell("…", outputs=[output], id=cell_id)
    cell.metadata["reportkit"] = {"section": section}
    return cell


def prose_cell(text: str, section: str = "overview", cell_id: str = "prose") -> Any:
    return output_cell({"text/markdown": text}, section, cell_id, {"kind": "prose"})


def chart_cell(section: str = "requests", cell_id: str = "chart") -> Any:
    figure = charts.bars({"予以公开": 12, "部分公开": 3}, "件")
    svg, exhibit = charts.exhibit(figure, "办理结果", "条形图：予以公开12件，部分公开3件。", "件", None, None)
    return output_cell({"image/svg+xml": svg}, section, cell_id, {"exhibit": exhibit.to_json()})


def bare_exhibit(**changes: str) -> dict[str, Any]:
    """A chart's metadata with some fields changed."""
    given = {"caption": "图", "alt": "图", "unit": "件", **changes}
    return {"exhibit": Exhibit(columns=("项目", "数值"), rows=(("甲", 1),), **given).to_json()}


def rendered_anyway(exporter: Any, notebook: Any) -> Any:
    """A notebook as a document, also where it holds what can't be published."""
    return exporter.rendered(notebook, {"metadata": {}})


def report(figures: Figures | None = None, *, prose: str = "设有公开专栏7个。", extra: Any = (), **about: Any) -> Any:
    """An assembled report: six headings, the department's words, the statutory tables, and further cells."""
    figures = figures or numbered_figures()
    disclosure, requests, disputes = (
        output_cell({TABLE_MIME: table.to_json()}, table.id, f"table-{table.id}") for table in tables_of(figures)
    )
    cells = [
        prose_cell("根据条例编制本报告。", "preamble", "preamble"),
        markdown_cell("# 一、总体情况", "overview", "one"),
        markdown_cell("## （一）主动公开", "overview", "one-one"),
        prose_cell(prose),
        markdown_cell("# 二、主动公开政府信息情况", "disclosure", "two"),
        disclosure,
        markdown_cell("# 三、收到和处理政府信息公开申请情况", "requests", "three"),
        requests,
        chart_cell(),
        markdown_cell("# 四、政府信息公开行政复议、行政诉讼情况", "disputes", "four"),
        disputes,
        markdown_cell("# 五、存在的主要问题及改进情况", "problems", "five"),
        prose_cell("一是解读形式不够丰富。", "problems", "problems-prose"),
        markdown_cell("# 六、其他需要报告的事项", "other_matters", "six"),
        prose_cell("本年度未收取信息处理费。", "other_matters", "other-prose"),
        *extra,
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"reportkit": {"about": {**ABOUT, **about}}})
    return nbformat.reads(write(notebook).decode(), as_version=4)
