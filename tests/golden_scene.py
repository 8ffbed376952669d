"""A project whose one report has all that a project can add: a section, an edition, pictures, tables, charts."""

import io
from pathlib import Path

from PIL import Image, ImageDraw

from tests.building import edit, write_shipped
from tests.own_parts import TABLE, notebook
from tests.shipped import FORMATS

REPORT = (2024, "suqian")
EDITION = """\
extends: "2021"
name: 示政办发〔2025〕9号
first_year: 2023
limits: {other_matters: 600}
sections:
  - {id: local, title: 七、解读回应情况, after: other_matters, table: interpretation, prose: [{id: local, label: 说明}]}
"""
EDITION += TABLE
SECTIONS = """\
  - {section: local, notebook: 07-local.ipynb}
  - {section: annex, title: 八、附件, notebook: 08-annex.ipynb}
"""
OUTCOMES = """\
outcomes = {
    "予以公开": "requests.granted.total",
    "部分公开": "requests.partial.total",
    "不予公开": "requests.refused.total",
    "无法提供": "requests.unavailable.total",
}"""
ANNEX = (
    's.say("下列图表根据填报数据绘制。")',
    's.picture(\n    "params/{year}/photos/hall.png",\n    caption="{year}年政务公开专区",\n'
    '    alt="公开专区的示意图：左侧查阅台，右侧电子屏",\n)',
    f'{OUTCOMES}\ns.show(s.share_chart(outcomes, whole="requests.concluded.total"), caption="办理结果占比")',
    'named = {"新收申请": "requests.received.total", "办结申请": "requests.concluded.total"}\n'
    "s.show(\n    s.years_chart(named, years=2),\n"
    '    caption="近两年收到和办结的申请",\n)',
    's.data_table(\n    [["予以公开", "{requests.granted.total}"], ["部分公开", "{requests.partial.total}"]],\n'
    '    columns=["结果", "件数（件）"],\n    caption="主要办理结果",\n)',
)


def hall() -> bytes:
    """A drawing in a few flat colours, as a PNG."""
    image = Image.new("RGB", (900, 420), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 200, 400, 380), fill=(31, 78, 121))
    draw.rectangle((520, 60, 860, 300), fill=(191, 54, 12))
    draw.line((0, 400, 900, 400), fill="black", width=6)
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def photo() -> bytes:
    """A photograph: many colours, as a JPEG."""
    image = Image.radial_gradient("L").resize((1200, 700))
    made = io.BytesIO()
    Image.merge("RGB", (image, image.rotate(180), Image.linear_gradient("L").resize((1200, 700)))).save(made, "JPEG")
    return made.getvalue()


def write_scene(repository: Path, root: Path) -> Path:
    """The shipped project with the additions; returns its folder."""
    write_shipped(repository, root)
    photos = root / "params/2024/photos"
    photos.mkdir()
    (photos / "hall.png").write_bytes(hall())
    (photos / "training.jpg").write_bytes(photo())
    (root / "params/editions").mkdir()
    (root / "params/editions/local.yaml").write_text(EDITION, encoding="utf-8")
    definition = root / "params/report.yaml"
    text = definition.read_text(encoding="utf-8").replace("\n\nformats:", f"\n{SECTIONS}\nformats:")
    lines = [FORMATS if line.startswith("formats:") else line for line in text.splitlines()]
    definition.write_text("\n".join(lines) + "\n", encoding="utf-8")
    local = notebook("七、解读回应情况", 's.prose("local")', 's.table("interpretation")')
    (root / "notebooks/07-local.ipynb").write_text(local, encoding="utf-8")
    picture = '![培训现场，工作人员在会议室听课](../params/2024/photos/training.jpg "2024年培训")'
    (root / "notebooks/08-annex.ipynb").write_text(notebook("八、附件", *ANNEX, words=picture), encoding="utf-8")
    for year, rows in ((2024, "{text: [3, 1, 4], video: [2, 2, 4]}"), (2023, "{text: [1, 1, 2], video: [1, 0, 1]}")):
        edit(root, f"params/{year}/suqian.yaml", "figures:\n", f"figures:\n  interpretation: {rows}\n")
    submission = root / "params/2024/suqian.yaml"
    words = submission.read_text(encoding="utf-8").rstrip() + "\n  local: |\n    本表按市里的通知填报。\n"
    submission.write_text(words, encoding="utf-8")
    return root
