"""Reviewers at work: a project with two published reports, the command line, and what is asked of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from typer.testing import CliRunner

from reportkit.build.build import build
from reportkit.build.local import LocalPool
from reportkit.cli import app
from reportkit.desk.status import Status, status_of
from reportkit.desk.versions import approvals_of
from reportkit.editions import STATUTORY
from reportkit.inputs.project import Project
from reportkit.model import Bundle
from reportkit.publishing.extract import read_folder
from reportkit.review import differences
from tests.building import QUIET, copy_project

SUQIAN = (2024, "suqian")
SUBMISSION, NOTEBOOK = "params/2024/suqian.yaml", "notebooks/03-requests.ipynb"
WORDS = ("政策发布与解读同步考虑。", "政策发布与解读一并考虑。")
FIGURE = ("fees: [72701.2578]", "fees: [72701.2579]")
ON = date(2030, 1, 1)
FEES = "disclosure.fees/amount"
compare = partial(differences.compare, STATUTORY)
LEVELS = "\napprovals:\n  required: [prepare, review, sign]\n"


def build_one(root: Path, *, force: bool = False, report: tuple[int, str] = SUQIAN) -> Bundle:
    (bundle,) = build(Project(root), [report], LocalPool(1), QUIET, force=force)
    return bundle


@pytest.fixture
def root(built_project: Path, tmp_path: Path) -> Path:
    """A copy of the shipped project of which two reports are built and published."""
    return copy_project(built_project, tmp_path / "project", ("2023/suqian", "2024/suqian"))


@dataclass
class Result:
    code: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


Cli = Callable[..., Result]


@pytest.fixture
def cli(root: Path) -> Cli:
    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(app, [*map(str, arguments), "-C", str(root)])
        told = "" if isinstance(result.exception, SystemExit) else str(result.exception or "")
        return Result(result.exit_code, result.stdout + told)

    return call


@pytest.fixture
def approve(cli: Cli) -> Callable[..., Result]:
    def call(*levels: str, action: str = "approve", by: str = "张三") -> Result:
        for level in levels:
            result = cli(action, "-y", 2024, "-d", "suqian", "-l", level, "--as", by)
            assert result.code == 0, result.text
        return result

    return call


def diff(cli: Cli, against: str, *more: object) -> Any:
    return cli("diff", "-y", 2024, "-d", "suqian", "--against", against, "--json", *more).json


def changes(found: Any) -> tuple[list[str], list[str]]:
    """Changed cells, and the sentences that stand there now."""
    return [each["cell"] for each in found["figures"]], [each["after"] for each in found["wording"]]


def status(root: Path) -> Status:
    project = Project(root)
    (found,) = status_of(project, [2024], [project.department("suqian")], date(2025, 1, 1))
    return found


def state(root: Path) -> str:
    return status(root).state


def add_cell(root: Path, notebook: str, source: str) -> None:
    """Puts a cell at the end of a section's notebook."""
    path = root / "notebooks" / notebook
    data = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "added", "metadata": {}, "outputs": [], "execution_count": None}
    data["cells"].append({**cell, "source": source})
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def board_row(root: Path, name: str = "suqian2024") -> Any:
    """A report's row on the board as it was written last."""
    page = html.parse(root / "outputs/board.html")
    return next(each for each in page.xpath("//tbody/tr") if name in each.text_content())


def standing(root: Path) -> dict[str, str]:
    project = Project(root)
    folder = next(
        root / name / "2024/suqian" for name in ("outputs/drafts", "outputs") if (root / name / "2024/suqian").is_dir()
    )
    content = read_folder(folder)
    assert content is not None
    return {
        each.level: str(each.to_json()["state"]) for each in approvals_of(project, *SUQIAN).standings(content.digests())
    }
