"""CONTRIBUTING does what it says: its walks are walked, and each thing that can be added is added as written."""

import ast
import importlib
import inspect
import re
import shutil
import subprocess
import sys
import textwrap
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from reportkit.cli.building import build
from reportkit.cli.reports import check
from reportkit.notebook import open_section
from reportkit.notebook.section import NotebookSection
from reportkit.publishing.exporter import ReportExporter
from tests.building import edit

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
MOST_CHARACTERS, MOST_STEPS = 12_000, 12
STEP = re.compile(r"^(\S+\.py)( +)([\w.]+)(?:  +\S.*)?$")


def test_it_is_short() -> None:
    assert len(TEXT) <= MOST_CHARACTERS


# The walks

WALKS = [block.splitlines() for block in re.findall(r"```walk\n(.*?)```", TEXT, re.S)]


def steps(walk: list[str]) -> list[tuple[int, Any]]:
    """How far each step is indented, and its function."""
    found = []
    for line in walk:
        match = STEP.match(line)
        assert match, line
        part: Any = importlib.import_module("reportkit." + match[1].removesuffix(".py").replace("/", "."))
        for name in match[3].split("."):
            part = getattr(part, name)
        found.append((match.end(2), part))
    return found


def names_called(function: Any) -> set[str]:
    """The names of what a function calls, or hands on to what it calls; imported names as they were before."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    imported = {alias.asname: alias.name for alias in ast.walk(tree) if isinstance(alias, ast.alias) and alias.asname}
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for node in (call.func, *call.args, *(keyword.value for keyword in call.keywords)):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(imported.get(name, name))
    return found


def test_a_figure_a_finding_and_a_build_can_be_followed() -> None:
    assert len(WALKS) == 3
    assert all(1 < len(walk) <= MOST_STEPS for walk in WALKS)


ROOTS = (open_section, NotebookSection.table, ReportExporter.from_notebook_node, check, build)
"""Where a walk begins: what a person or nbconvert calls."""


@pytest.mark.parametrize("walk", WALKS, ids=["figure", "finding", "build"])
def test_each_step_is_called_by_the_one_above_it(walk: list[str]) -> None:
    found = steps(walk)
    for place, (depth, function) in enumerate(found):
        above = [each for level, each in reversed(found[:place]) if level < depth]
        if not above:
            assert function in ROOTS
            continue
        assert function.__name__ in names_called(above[0]), f"{above[0].__qualname__} → {function.__qualname__}"


def test_a_step_that_nobody_calls_is_noticed() -> None:
    ours = steps(["build/plan.py  plan_report", "outputs/swap.py    publish_folder"])
    assert ours[1][1].__name__ not in names_called(ours[0][1])


# How to add …


def blocks(title: str) -> dict[str, str]:
    """The code of one how-to: where it goes, as its first line says → the rest."""
    section = TEXT[TEXT.index(f"### … {title}\n") :]
    lines = takewhile(lambda line: not line.startswith("## "), section.splitlines())
    code = re.findall(
        r"```(?:python|yaml|text)\n# reportkit/(.*?)\n(.*?)```", "\n".join(lines).split("\n### ")[0], re.S
    )
    assert code, title
    return dict(code)


@pytest.fixture
def package(repository: Path, tmp_path: Path) -> Path:
    """A copy of the package that a how-to may change, with the shipped project beside it."""
    for folder in ("reportkit", "params", "notebooks"):
        shutil.copytree(repository / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def named(package: Path, entry: str, rule_id: str) -> None:
    """Puts a rule into the catalogue, and names it in the edition."""
    catalogue = package / "reportkit/editions/rules.yaml"
    catalogue.write_text(catalogue.read_text(encoding="utf-8").rstrip("\n") + "\n" + entry, encoding="utf-8")
    edit(package, "reportkit/editions/2021.yaml", "rules: [\n", f"rules: [\n  {rule_id},\n")


def run(package: Path, script: str) -> str:
    """What a script prints that imports the changed package."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=package, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_rule_in_data(package: Path) -> None:
    (rule,) = blocks("a rule in data").values()
    named(package, rule, "T3-9")
    said = run(
        package,
        """
        from reportkit.checks.arithmetic import check_figures
        from reportkit.checks.evidence import Evidence
        from reportkit.editions import STATUTORY
        from reportkit.model import Department, Figures, Register

        edition = STATUTORY.load("2021")
        body = Department("x", "某局", "某局", "department", "county")
        cells = dict.fromkeys(edition.cells, 0)
        cells["requests.granted/natural_person"], cells["requests.partial/natural_person"] = 1, 20
        evidence = Evidence(edition, body, 2024, Figures("2021", cells), Register({"x": body}), None)
        print(*(each.severity + each.rule for each in check_figures(evidence) if each.rule == "T3-9"))
        """,
    )
    assert said.split() == ["WT3-9"]


def test_a_rule_on_words(package: Path) -> None:
    ((_, function),) = blocks("a rule on words").items()
    path = package / "reportkit/checks/prose/slips.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{function}", encoding="utf-8")
    entry = "  - {id: P-20, name: 不用感叹号, severities: [W], law: 本市要求, mend: 改用句号。, example: 成绩显著！}\n"
    named(package, entry, "P-20")
    said = run(
        package,
        """
        from reportkit.checks.evidence import Evidence
        from reportkit.checks.prose.plain import Passage
        from reportkit.checks.prose.run_rules import check_prose
        from reportkit.editions import STATUTORY
        from reportkit.model import Department, Figures, Register

        edition = STATUTORY.load("2021")
        body = Department("x", "某局", "某局", "department", "county")
        figures = Figures("2021", dict.fromkeys(edition.cells, 0))
        evidence = Evidence(edition, body, 2024, figures, Register({"x": body}), None)
        passages = [Passage("proactive", "主动公开", "成绩显著！制度健全。")]
        print(*(each.rule + each.quote for each in check_prose(evidence, passages, whole=False) if each.rule == "P-20"))
        """,
    )
    assert said.split() == ["P-20成绩显著！"]


def test_a_format(package: Path) -> None:
    record, exporter = blocks("a format").items()
    assert (record[0], exporter[0]) == ("formats.py, in FORMATS", "publishing/plain_text.py")
    (package / "reportkit/publishing/plain_text.py").write_text(exporter[1], encoding="utf-8")
    edit(
        package,
        "reportkit/formats.py",
        '            options={"pictures_beside": True},\n        ),\n',
        '            options={"pictures_beside": True},\n        ),\n'
        + textwrap.indent(record[1].rstrip(), " " * 8)
        + ",\n",
    )
    shutil.copytree(Path(__file__).parent, package / "tests", ignore=shutil.ignore_patterns("__pycache__", "goldens"))
    said = run(
        package,
        """
        from reportkit.errors import PublishingError
        from reportkit.inputs.definition_documents import DefinitionDocument
        from reportkit.publishing.read_back import Expected
        from reportkit.publishing.render import render
        from tests.documents import numbered_figures, report, tables_of

        assert "txt" in str(DefinitionDocument.model_json_schema())
        figures = numbered_figures()
        files = render(report(figures), ["txt"], Expected(tables_of(figures), False, {}), (), False)
        print(*files)
        try:
            render(report(figures), ["txt"], Expected(tables_of(numbered_figures(first=2)), False, {}), (), False)
        except PublishingError as error:
            print(error.where)
        """,
    )
    assert said.split() == ["report.txt", "report.txt"]


def test_an_input(package: Path) -> None:
    documents, noun, reading = blocks("an input").items()
    for (place, code), before in (
        (documents, "    none_received: bool = Field"),
        (noun, '    decisions: tuple[str, ...] = ()\n    """Chinese'),
        (reading, "        misfits=stated.misfits,"),
    ):
        name, indent = place.partition(",")[0], before[: len(before) - len(before.lstrip())]
        edit(package, f"reportkit/{name}", before, textwrap.indent(code, indent) + before)
    submission = package / "params/2024/suqian.yaml"
    submission.write_text(submission.read_text(encoding="utf-8") + "\nhandled_by: 张三\n", encoding="utf-8")
    said = run(
        package,
        """
        from pathlib import Path
        from reportkit.inputs.project import Project

        project = Project(Path.cwd())
        print(project.submission(2024, "suqian").handled_by, project.submission(2023, "suqian").handled_by)
        """,
    )
    assert said.split() == ["张三", "None"]
    schemas = [sys.executable, "-m", "reportkit", "schema"]
    assert subprocess.run([*schemas, "--check"], cwd=package, capture_output=True, check=False).returncode == 1
    assert subprocess.run(schemas, cwd=package, capture_output=True, check=False).returncode == 0
    assert "handled_by" in (package / "params/submission-2021.schema.json").read_text(encoding="utf-8")


def test_a_chart(package: Path) -> None:
    function, method = blocks("a chart").items()
    charts = package / "reportkit/notebook/charts.py"
    charts.write_text(f"{charts.read_text(encoding='utf-8')}\n\n{function[1]}", encoding="utf-8")
    edit(
        package,
        "reportkit/notebook/drawing.py",
        "    @offered\n    def comparison_chart(",
        f"{textwrap.indent(method[1], '    ')}\n    @offered\n    def comparison_chart(",
    )
    said = run(
        package,
        """
        from reportkit.notebook import charts, open_section

        s = open_section(2024, "suqian")
        figure = s.column_chart({"予以公开": "requests.granted.total", "部分公开": "requests.partial.total"})
        svg, exhibit = charts.exhibit(figure, "办理结果", "柱形图。", "件", None, None)
        print(exhibit.rows[0][0], exhibit.rows[0][1] == s.figure("requests.granted.total"), svg[:5])
        """,
    )
    assert said.split()[-3:] == ["予以公开", "True", "<?xml"]
