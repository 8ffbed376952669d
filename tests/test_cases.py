"""Small inputs that once went wrong, along the whole road: what is published, what is a draft, what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from reportkit.build.build import build
from reportkit.build.check import check_reports
from reportkit.build.local import LocalPool
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Outcome
from reportkit.publishing.pdftext import page_texts
from tests.building import QUIET, edit

Notebook = dict[str, Any]


def change(root: Path, name: str, change: Callable[[Notebook], None]) -> None:
    path = root / f"notebooks/{name}.ipynb"
    node = json.loads(path.read_text(encoding="utf-8"))
    change(node)
    path.write_text(json.dumps(node, ensure_ascii=False), encoding="utf-8")


def with_cell(source: str, kind: str = "code") -> Callable[[Notebook], None]:
    """Adds a cell `mine` at the end of a notebook."""

    def added(node: Notebook) -> None:
        cell: Notebook = {"cell_type": kind, "id": "mine", "metadata": {}, "source": source}
        node["cells"].append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))

    return added


def built(root: Path) -> Bundle:
    (bundle,) = build(Project(root), [(2024, "suqian")], LocalPool(1), QUIET)
    return bundle


def page_of(root: Path) -> Any:
    return html.document_fromstring((root / "outputs/2024/suqian/report.html").read_text(encoding="utf-8"))


SVG = (
    "from IPython.display import display\n"
    'svg = \'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" {root}>{inside}</svg>\'\n'
    "about = {{'exhibit': {{'caption': '图', 'alt': '图', 'unit': '件', 'columns': ['项目', '件数'], "
    "'rows': [['甲', 1]], 'source': None}}}}\n"
    "display({{'image/svg+xml': svg}}, metadata={{'reportkit': about}}, raw=True)"
)
MONTHS = [f"{month}月" for month in range(1, 13)]
REFUSED: dict[str, tuple[str, str, str]] = {
    "ends early": ("code", "import sys\nsys.exit()", "The cell ends the notebook."),
    "opens another year": (
        "code",
        "from reportkit.notebook import open_section\nt = open_section(2023, department)",
        "The notebook has opened 2023/suqian, not 2024/suqian.",
    ),
    "covers the page": (
        "code",
        SVG.format(root='style="position:fixed;top:0;left:0;width:100vw;height:100vh"', inside="<g/>"),
        "sets 'position'",
    ),
    "loads from elsewhere": (
        "code",
        SVG.format(root="", inside='<rect fill="url(#a) url(http://elsewhere.example/b)"/>'),
        "its fill=",
    ),
    "foreign content": ("code", SVG.format(root="", inside="<foreignObject/>"), "foreignObject"),
    "an image in HTML": ("markdown", '<img src="a.png" width="50">', "The Markdown image"),
    "a formula": ("markdown", "$$\\frac{a}{b}$$", "The formula"),
    "a task box": ("markdown", "- [ ] 待办", "The task box"),
    "a skipped level": ("markdown", "#### 四级", "The heading '四级'"),
    "a table too wide": (
        "markdown",
        f"|{'|'.join(MONTHS * 2)}|\n|{'--|' * 24}\n|{'12345|' * 24}",
        "is too wide to be printed",
    ),
    "the same words twice": ("code", 's.prose("improvements")', "are in the document 2 times"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cant_be_published_is_refused_with_its_cell(shipped: Path, name: str) -> None:
    kind, source, what = REFUSED[name]
    change(shipped, "05-problems", with_cell(source, kind))
    bundle = built(shipped)
    assert bundle.outcome is Outcome.FAILED
    assert what in str(bundle.failure)
    assert "mine" in str(bundle.failure)
    assert not (shipped / "outputs/2024/suqian").exists()


def test_words_that_a_notebook_leaves_out_are_missed(shipped: Path) -> None:
    def without(node: Notebook) -> None:
        node["cells"] = [cell for cell in node["cells"] if 's.prose("improvements")' not in "".join(cell["source"])]

    change(shipped, "05-problems", without)
    bundle = built(shipped)
    assert bundle.outcome is Outcome.FAILED
    assert "The words of 'improvements' (改进情况) are not in the document." in str(bundle.failure)


DRAFTED = {
    "a caption of another year": (
        "import matplotlib.pyplot as plt\nf, a = plt.subplots(layout='constrained')\na.bar(['甲'], [1])\n"
        "s.show(f, caption='2023年办理情况，予以公开1500件', alt='图')",
        {"N-3", "P-2"},
    ),
    "a typed number at a row's name": (
        "import matplotlib.pyplot as plt\nf, a = plt.subplots(layout='constrained')\na.bar(['予以公开'], [1500])\n"
        "s.show(f, caption='办理情况', alt='图')",
        {"N-3"},
    ),
    "printed output": ("print('三千件')", {"NOTEBOOK"}),
    "a bare value": ("1500", {"NOTEBOOK"}),
}


@pytest.mark.parametrize("name", DRAFTED)
def test_what_contradicts_the_tables_or_isnt_shown_makes_a_draft(shipped: Path, name: str) -> None:
    source, rules = DRAFTED[name]
    change(shipped, "05-problems", with_cell(source))
    bundle = built(shipped)
    assert bundle.outcome is Outcome.DRAFT
    assert rules & {finding.rule for finding in bundle.findings if finding.is_error}
    assert not (shipped / "outputs/2024/suqian").exists()


PROBLEMS = "  problems: |\n    一是公众参与的广度不够。"


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (
            "一是甲事不足。\n    二是乙事不足。\n    三是丙事不足。\n\n    ",
            ["一是甲事不足。", "二是乙事不足。", "三是丙事不足。"],
        ),
        ("见[实施方案](附件1)。\n\n    ", ["见实施方案（附件1）。"]),
        ("- 甲类\n      - 乙类\n        - 丙类\n\n    ", ["甲类", "乙类", "丙类"]),
        ("> 引用的话\n\n    删去~~旧的~~新的，`代码`。\n\n    ", ["引用的话", "删去旧的新的，代码。"]),
    ],
)
def test_what_a_department_writes_is_printed_whole(shipped: Path, words: str, printed: list[str]) -> None:
    edit(shipped, "params/2024/suqian.yaml", PROBLEMS, f"  problems: |\n    {words}一是公众参与的广度不够。")
    bundle = built(shipped)
    assert bundle.outcome is Outcome.PUBLISHED, (bundle.failure, bundle.findings)
    page = page_of(shipped)
    pdf = "".join(page_texts((shipped / "outputs/2024/suqian/report.pdf").read_bytes()))
    for each in printed:
        own = ["".join(found.xpath("text() | code/text() | s/text()")).strip() for found in page.iter("p", "li")]
        assert each in own
        assert each in pdf
    assert "%E9" not in html.tostring(page, encoding="unicode")


def without_ids(node: Notebook) -> None:
    for cell in node["cells"]:
        del cell["id"]


def with_one_id(node: Notebook) -> None:
    for cell in node["cells"]:
        cell["id"] = "same"


def with_long_ids(node: Notebook) -> None:
    for number, cell in enumerate(node["cells"]):
        cell["id"] = "x" * 60 + str(number)


@pytest.mark.parametrize(
    ("minor", "ids"), [(2, without_ids), (4, without_ids), (5, without_ids), (5, with_one_id), (5, with_long_ids)]
)
def test_a_notebook_without_ids_of_its_own_gives_the_same_bytes_and_no_warning(
    shipped: Path, minor: int, ids: Callable[[Notebook], None], recwarn: pytest.WarningsRecorder
) -> None:
    """All that is published; executed notebooks hold times."""
    change(shipped, "05-problems", ids)
    change(shipped, "05-problems", lambda node: node.update(nbformat_minor=minor))
    found = []
    for _ in range(2):
        (bundle,) = build(Project(shipped), [(2024, "suqian")], LocalPool(1), QUIET, force=True)
        assert bundle.outcome is Outcome.PUBLISHED
        folder = shipped / "outputs/2024/suqian"
        found.append({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})
    assert {"report.ipynb", "report.html", "report.pdf", "manifest.json"} <= found[0].keys()
    assert [name for name in found[0] if found[0][name] != found[1].get(name)] == []
    assert not [warning for warning in recwarn if "missing an id" in str(warning.message)]


def test_words_under_another_sub_heading_are_refused(shipped: Path) -> None:
    def swapped(node: Notebook) -> None:
        for cell in node["cells"]:
            source = "".join(cell["source"])
            names = {'s.prose("problems")': 's.prose("improvements")', 's.prose("improvements")': 's.prose("problems")'}
            cell["source"] = names.get(source, source)

    change(shipped, "05-problems", swapped)
    bundle = built(shipped)
    assert bundle.outcome is Outcome.FAILED
    assert "are under '（二）改进情况'" in str(bundle.failure)


@pytest.mark.parametrize(
    ("text", "is_drafted"), [("2100余", False), ("两千余", False), ("21000余", True), ("近9000", True), ("若干", False)]
)
def test_a_fact_whose_words_are_another_number_makes_a_draft(shipped: Path, text: str, is_drafted: bool) -> None:
    edit(shipped, "params/2024/suqian.yaml", "text: 2100余", f"text: {text}")
    (found,) = check_reports(Project(shipped), [(2024, "suqian")], 1)
    assert ("FACT" in {finding.rule for finding in found.findings}) is is_drafted


@pytest.mark.parametrize("character", ["\u202e", "\u2066"])
def test_a_character_that_turns_words_round_is_refused_with_its_line(shipped: Path, character: str) -> None:
    edit(shipped, "params/2024/suqian.yaml", "一是公众参与的广度不够。", f"一是{character}公众参与的广度不够。")
    (found,) = check_reports(Project(shipped), [(2024, "suqian")], 1)
    assert f"U+{ord(character):04X}" in str(found.error)


def test_two_submissions_of_one_report_are_refused(shipped: Path) -> None:
    path = shipped / "params/2024/suqian.yaml"
    path.with_suffix(".yml").write_bytes(path.read_bytes())
    found = {each.department: each for each in check_reports(Project(shipped), [(2024, "suqian")], 1)}
    assert "There are two submissions." in str(found["suqian"].error)
