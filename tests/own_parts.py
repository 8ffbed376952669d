"""What tests of own parts have in common: a local table with its rule, and a section notebook."""

import nbformat

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
TABLE = """\
tables:
  - id: interpretation
    name: table5
    number: 五
    caption: 解读回应情况
    kind: count
    unit: 件
    widths: [60, 32, 32, 32]
    blocks:
      - corner: 方式
        columns:
          - {id: issued, label: 发布}
          - {id: answered, label: 回应}
          - {id: total, label: 合计, total: true}
        rows: [{id: text, label: 文字}, {id: video, label: 视频}]
rules:
  - id: LOCAL-1
    name: 合计相符
    severities: [E]
    law: 示政办发〔2025〕9号
    mend: 核对表五
    example: 3＋1＝4
    clauses: [{table: interpretation, each: row, holds: issued + answered == total, says: 应等于合计}]
"""
"""The end of an edition of one's own."""


def notebook(title: str, *calls: str, words: str = "") -> str:
    """A section notebook with a heading, some calls, and words in a Markdown cell."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    opening = "from reportkit.notebook import open_section\n\ns = open_section(year, department)"
    made.cells = [
        nbformat.v4.new_code_cell('year = 2024\ndepartment = "suqian"', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(opening, metadata={"tags": ["remove-cell"]}),
        nbformat.v4.new_markdown_cell(f"# {title}"),
        *(nbformat.v4.new_code_cell(call, metadata={"tags": ["remove-input"]}) for call in calls),
        *([nbformat.v4.new_markdown_cell(words)] if words else []),
    ]
    made.cells[0].metadata["tags"].append("remove-cell")
    return str(nbformat.writes(made))
