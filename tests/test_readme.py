"""What the READMEs tell analysts to do, done step by step: a chart is added, looked at in a cell, and published."""

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lxml import html
from nbclient import NotebookClient

from reportkit.build.build import Listener, build
from reportkit.build.local import LocalPool
from reportkit.inputs.project import Project
from reportkit.model import Outcome

SECTIONS = {"README.md": "### Edit wording, add a chart", "README.zh-CN.md": "### 修改表述，增加图表"}
QUIET = Listener(lambda: None, lambda decision: None, lambda plan: None)


def charts_of(readme: Path) -> list[str]:
    """The cells that the how-to shows."""
    text = readme.read_text(encoding="utf-8")
    section = text[text.index(SECTIONS[readme.name]) :]
    return re.findall(r"```python\n(.*?)```", section[: section.index("\n### ", 5)], re.S)


def with_charts(path: Path, charts: list[str]) -> Any:
    """Adds each chart as a new cell with the tag of its neighbours, as somebody would in JupyterLab, and saves."""
    notebook: Any = nbformat.read(path, as_version=4)
    for number, source in enumerate(charts):
        cell = nbformat.v4.new_code_cell(source.strip(), id=f"added-{number}", metadata={"tags": ["remove-input"]})
        notebook.cells.append(cell)
    nbformat.write(notebook, path)
    return notebook


@pytest.mark.parametrize("name", SECTIONS)
def test_add_a_chart(name: str, repository: Path, shipped: Path) -> None:
    charts = charts_of(repository / name)
    assert len(charts) == 2
    path = shipped / "notebooks/04-disputes.ipynb"
    with_charts(path, charts)

    # Run in JupyterLab: the notebook runs as it is, and each new cell shows a picture and its caption.
    seen: Any = nbformat.read(path, as_version=4)
    NotebookClient(seen, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell, caption in zip(seen.cells[-2:], ("2024年行政复议、行政诉讼数量", "行政复议结果"), strict=True):
        (output,) = cell.outputs
        assert caption in output.data["text/html"]
        assert "data:image/svg+xml" in output.data["text/html"]

    # Saved with its outputs and built: the charts stand on the finished page with their data.
    nbformat.write(seen, path)
    (bundle,) = build(Project(shipped), [(2024, "suqian")], LocalPool(1), QUIET)
    assert bundle.failure is None
    assert bundle.outcome is Outcome.PUBLISHED
    page = html.fromstring((shipped / "outputs/2024/suqian/report.html").read_text(encoding="utf-8"))
    captions = [each.text_content() for each in page.iter("figcaption")]
    assert [each.split("　")[1] for each in captions[-2:]] == ["2024年行政复议、行政诉讼数量", "行政复议结果"]
    rows = [[cell.text for cell in row.iter("th", "td")] for row in page.xpath('//table[@class="data"]')[-1].iter("tr")]
    assert rows[1:] == [["结果维持", "88"], ["结果纠正", "18"]]
    shutil.rmtree(shipped / "outputs")
