"""Imports run one way; whatever isn't on a lower floor, or beside it by its name, can't be imported."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

FLOORS: tuple[tuple[str, ...], ...] = (
    ("messages",),
    ("__init__", "deferred", "digests", "errors", "formats", "installed"),
    ("model",),
    ("text",),
    ("content",),
    ("editions",),
    ("inputs", "checks", "execution", "publishing", "review"),
    ("outputs", "starting"),
    ("build",),
    ("cluster",),
    ("desk", "site", "demo", "docs", "workbook"),
    ("runs", "preview", "collecting", "auditing"),
    ("lab",),
    ("cli",),
    ("__main__",),
)
"""The parts of the package, from the ground up. A part imports what is on the floors below its own."""

IN_KERNELS = "notebook"
"""Imported inside kernels alone: it sees inputs, editions and what is below, and no part of the package imports it."""
KERNELS_SEE = {"inputs", *(part for floor in FLOORS[:6] for part in floor)}

MAY_IMPORT: Mapping[str, set[str]] = {
    IN_KERNELS: KERNELS_SEE,
    **{
        part: {below for lower in FLOORS[:number] for below in lower}
        for number, floor in enumerate(FLOORS)
        for part in floor
    },
}
"""For each part of the package the other parts that it may import."""


def imported(name: str, source: str, package: bool) -> set[str]:
    """What a module imports of reportkit, wherever in it, as dotted names: a module, or a module's name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: len(name.split(".")) - node.level + package] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return {each for each in found if each.split(".")[0] == "reportkit"}


def part(name: str) -> str:
    """The part that a dotted name belongs to; what the package's own `__init__` defines belongs to that."""
    own = [*name.split("."), "__init__"][1]
    return "__init__" if own.startswith("__") and own not in MAY_IMPORT else own


def violations(modules: Mapping[str, tuple[str, bool]]) -> list[str]:
    """`a → b` for each import that runs the wrong way, and each part whose place nobody has stated.

    Takes: module name → its source, and whether it is a package.
    """
    found = []
    for name, (source, package) in modules.items():
        own = part(name)
        if own not in MAY_IMPORT:
            found.append(f"{name} has no place")
            continue
        others = sorted(imported(name, source, package))
        found += [f"{name} → {other}" for other in others if part(other) not in {own, *MAY_IMPORT[own]}]
    return found


@pytest.fixture(scope="module")
def package(repository: Path) -> dict[str, tuple[str, bool]]:
    """Every module of the package, by its dotted name."""
    found = {}
    for path in sorted((repository / "reportkit").rglob("*.py")):
        names = path.relative_to(repository).with_suffix("").parts
        is_package = names[-1] == "__init__"
        name = ".".join(names[:-1] if is_package else names)
        found[name] = (path.read_text(encoding="utf-8"), is_package)
    return found


def test_imports_run_one_way(package: dict[str, tuple[str, bool]]) -> None:
    assert violations(package) == []


def test_every_part_of_the_package_was_read(package: dict[str, tuple[str, bool]]) -> None:
    assert {part(name) for name in package} >= MAY_IMPORT.keys()
    assert any(imported(name, *source) for name, source in package.items())


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        (
            "reportkit.checks.arithmetic",
            "from reportkit.inputs.project import Project",
            "reportkit.inputs.project.Project",
        ),
        ("reportkit.inputs.project", "import reportkit.publishing.html", "reportkit.publishing.html"),
        (
            "reportkit.execution.pool",
            "from reportkit.build.report import build_report",
            "reportkit.build.report.build_report",
        ),
        ("reportkit.execution.pool", "from reportkit import build", "reportkit.build"),
        ("reportkit.execution.pool", "def f():\n    from reportkit import cli", "reportkit.cli"),
        ("reportkit.publishing.html", "from ..inputs import project", "reportkit.inputs.project"),
        ("reportkit.publishing.html", "from .. import inputs", "reportkit.inputs"),
        (
            "reportkit.editions.layout",
            "from reportkit.checks.arithmetic import check_figures",
            "reportkit.checks.arithmetic.check_figures",
        ),
        ("reportkit.model", "from reportkit.editions import Edition", "reportkit.editions.Edition"),
        ("reportkit.errors", "import reportkit.model as m", "reportkit.model"),
        ("reportkit.text.markdown", "from reportkit.content import Content", "reportkit.content.Content"),
        (
            "reportkit.notebook.section",
            "if TYPE_CHECKING:\n    from reportkit.checks import words",
            "reportkit.checks.words",
        ),
        (
            "reportkit.notebook.section",
            "from reportkit.execution.run_jobs import INPUTS",
            "reportkit.execution.run_jobs.INPUTS",
        ),
        ("reportkit.build", "from reportkit.notebook import open_section", "reportkit.notebook.open_section"),
        ("reportkit.build", "from reportkit.cli import console", "reportkit.cli.console"),
        ("reportkit.desk.status", "from reportkit.cli import app", "reportkit.cli.app"),
    ],
)
def test_an_import_that_runs_the_wrong_way_is_found(name: str, source: str, told: str) -> None:
    assert violations({name: (source, False)}) == [f"{name} → {told}"]


def test_a_new_part_must_be_given_its_place() -> None:
    assert violations({"reportkit.utils": ("", False)}) == ["reportkit.utils has no place"]


@pytest.mark.parametrize(
    ("name", "source", "is_package"),
    [
        (
            "reportkit.checks.arithmetic",
            "from reportkit.editions import Edition\nfrom reportkit.checks import words",
            False,
        ),
        ("reportkit.inputs.project", "from .prose import bind\nfrom . import figures", False),
        ("reportkit.notebook", "from .section import open_section", True),
        ("reportkit.cli", "from reportkit import __version__, desk", False),
        ("reportkit.model", "import json\nfrom dataclasses import dataclass", False),
    ],
)
def test_an_import_that_runs_downwards_is_none(name: str, source: str, is_package: bool) -> None:
    assert violations({name: (source, is_package)}) == []


def circle(modules: Mapping[str, set[str]]) -> list[str]:
    """A path of imports that leads back to where it began; empty where there is none."""

    def walk(path: list[str]) -> list[str]:
        for other in sorted(modules.get(path[-1], ())):
            if other in path:
                return [*path[path.index(other) :], other]
            if other not in done and (found := walk([*path, other])):
                return found
        done.add(path[-1])
        return []

    done: set[str] = set()
    return next((found for name in sorted(modules) if name not in done and (found := walk([name]))), [])


def test_no_module_imports_itself_in_a_circle(package: dict[str, tuple[str, bool]]) -> None:
    def module(name: str) -> str:
        return name if name in package else name.rpartition(".")[0]

    assert circle({name: {module(each) for each in imported(name, *source)} for name, source in package.items()}) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": {"b"}}) == ["b", "d", "b"]


MOST_LOOSE, LONG = 10, 350
ROAD = ("plan", "decide", "report", "publish", "build")


def test_the_package_shows_its_rooms(repository: Path) -> None:
    """A loose module is one that no room could hold: the nouns, errors, and what is below them."""
    assert len(list((repository / "reportkit").glob("*.py"))) <= MOST_LOOSE


def test_a_long_module_says_why_it_is_one(package: dict[str, tuple[str, bool]]) -> None:
    long = {name: source for name, (source, _) in package.items() if len(source.splitlines()) > LONG}
    assert [
        name for name, source in long.items() if "in one module" not in (ast.get_docstring(ast.parse(source)) or "")
    ] == []


@pytest.mark.parametrize("module", ROAD)
def test_the_road_says_what_it_carries(package: dict[str, tuple[str, bool]], module: str) -> None:
    """No `Any` in a signature: who follows a figure along the road sees the type of all that travels with it."""
    tree = ast.parse(package[f"reportkit.build.{module}"][0])
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    assert [
        function.name
        for function in functions
        for each in (*ast.walk(function.args), *(ast.walk(function.returns) if function.returns else ()))
        if isinstance(each, ast.Name) and each.id == "Any"
    ] == []
