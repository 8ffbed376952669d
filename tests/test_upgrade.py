"""`reportkit new upgrade`: what is as it was shipped becomes today's, what somebody edited stays, all or nothing."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reportkit import cli
from reportkit.build.plan import check_report
from reportkit.cli import starting
from reportkit.errors import ProjectError
from reportkit.execution.dependencies import notebook_digest
from reportkit.inputs.project import Project
from reportkit.starting.merge_cells import Merged, base_of, merge
from reportkit.starting.new import NewBody, new_project
from reportkit.starting.notebooks import notebooks_of_sections
from reportkit.starting.shipped_cells import (
    RECORD,
    Cell,
    Shipped,
    cell_digest,
    cell_digests,
    file_digest,
    known_files,
    known_notebooks,
    read_record,
)
from reportkit.starting.upgrade import today_files, upgrade_of
from tests.known_digests import FILE, FIRST, git, with_versions

PREAMBLE, OVERVIEW = "notebooks/00-preamble.ipynb", "notebooks/01-overview.ipynb"


@pytest.fixture
def today(tmp_path: Path) -> Path:
    """A new project of this version."""
    root = tmp_path / "jyj"
    new_project(root, NewBody("示例县教育局", "department", "county", parent="示例县人民政府"), 2025).write()
    return root


def older(root: Path) -> Path:
    """Makes of a project one that the first `new project` wrote: no record, other notebooks, old schemas."""
    (root / RECORD).unlink()
    for name in notebooks_of_sections():
        content = git("show", f"{FIRST}:notebooks/{name}")
        if not content:
            pytest.skip("this clone has no history")
        text = content.replace("year = 2024", "year = 2025").replace('\\"suqian\\"', '\\"shili-jyj\\"')
        (root / "notebooks" / name).write_text(text, encoding="utf-8")
    readme = git("show", f"{FIRST}:reportkit/starting/project_readme.md")
    for word, said in (("name", "示例县教育局"), ("id", "shili-jyj"), ("year", "2025"), ("next", "2026")):
        readme = readme.replace(f"${word}", said)
    (root / "README.md").write_text(readme, encoding="utf-8")
    schema = root / "params/report.schema.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace("after", "behind"), encoding="utf-8")
    (root / "params/waivers.schema.json").unlink()
    return root


@pytest.fixture
def old(today: Path) -> Path:
    return older(today)


def contents(root: Path) -> Mapping[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def cells_of(root: Path, name: str) -> dict[str, Cell]:
    return {cell["id"]: cell for cell in json.loads((root / name).read_bytes())["cells"]}


def change(root: Path, name: str, act: Callable[[list[Cell]], object]) -> None:
    """Changes a notebook's cells as JupyterLab would save them."""
    notebook = json.loads((root / name).read_bytes())
    act(notebook["cells"])
    (root / name).write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def code(name: str, source: str) -> Cell:
    return {
        "cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": [source]
    }  # fmt: skip


Call = Callable[..., tuple[Any, str, str]]


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `reportkit new upgrade` in this process, where there is no terminal: exit code, what it printed."""
    monkeypatch.setenv("COLUMNS", "300")

    def call(root: Path, *arguments: str) -> tuple[Any, str, str]:
        monkeypatch.setattr(sys, "argv", ["reportkit", "new", "upgrade", "-C", str(root), *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return (stopped.value.code, *capsys.readouterr())

    return call


# What was shipped


def test_the_known_digests_hold_what_is_shipped_now_and_what_git_knows() -> None:
    held = json.loads(FILE.read_text(encoding="utf-8"))
    assert with_versions(held) == held, "make shipped"
    for name, content in notebooks_of_sections().items():
        assert known_notebooks()[name][-1] == cell_digests(json.loads(content)["cells"])
    for name, digest in today_files().items():
        assert digest in known_files(name)


def test_a_new_project_has_a_record_of_what_it_was_given(today: Path) -> None:
    record = read_record((today / RECORD).read_bytes())
    assert {name: [*cells] for name, cells in record.notebooks.items()} == {
        f"notebooks/{name}": [*cells_of(today, f"notebooks/{name}")] for name in notebooks_of_sections()
    }
    for name, digest in record.files.items():
        assert file_digest(name, (today / name).read_bytes()) == digest


def test_a_record_that_cant_be_read_is_none() -> None:
    for content in (None, b"", b"{", b"[]", b'{"notebooks": 1}', b'{"notebooks": {"a": 1}}'):
        assert read_record(content) == Shipped()


@pytest.mark.parametrize(
    ("edited", "same"),
    [
        ({"source": 'year = 2031\ndepartment = "a"'}, True),
        ({"source": ["year = 2024\r\n", 'department = "suqian"\n']}, True),
        ({"outputs": [{"output_type": "stream"}], "execution_count": 3}, True),
        ({"metadata": {"tags": ["parameters"], "collapsed": True}}, True),
        ({"source": 'year = 2024\ndepartment = "suqian"\nmonth = 1'}, False),
        ({"metadata": {"tags": ["parameters", "remove-cell"]}}, False),
        ({"cell_type": "raw"}, False),
    ],
)
def test_what_a_cell_is_decides_and_not_how_it_was_saved(edited: Cell, same: bool) -> None:
    cell = {**code("parameters", 'year = 2024\ndepartment = "suqian"'), "metadata": {"tags": ["parameters"]}}
    assert (cell_digest({**cell, **edited}) == cell_digest(cell)) == same


# Cells


def merged(found: str, today: str, base: str = "a1 b1 c1") -> tuple[str, Merged]:
    """Merges cells that are written as an id and a version; those of the result, so written."""

    def cells(text: str) -> list[Cell]:
        return [code(each[0], each) for each in text.split()]

    made = merge(cells(found), cell_digests(cells(base)), (), cells(today))
    return " ".join(cell["source"][0] for cell in made.cells), made


@pytest.mark.parametrize(
    ("found", "today", "result", "kept"),
    [
        ("a1 b1 c1", "a1 b2 c1", "a1 b2 c1", []),
        ("a1 b1 c1", "a1 n1 b1 c1", "a1 n1 b1 c1", []),
        ("a1 b1 c1", "n1 a1 b1 c1 m1", "n1 a1 b1 c1 m1", []),
        ("a1 b1 c1", "a1 c1", "a1 c1", []),
        ("a1 b1 c1", "c1 b1 a1", "c1 b1 a1", []),
        ("a1 b9 c1", "a2 b2 c1", "a2 b9 c1", [("b", "changed")]),
        ("a1 b9 c1", "a1 c1", "a1 b9 c1", [("b", "changed")]),
        ("a1 c1", "a1 b2 c2", "a1 c2", [("b", "removed")]),
        ("a1 c1", "a1 c2", "a1 c2", []),
        ("a1 u1 b1 c1", "a1 n1 b1 c2", "a1 u1 n1 b1 c2", [("u", "added")]),
        ("u1 a1 b1 c1 w1", "a1 b2 c1", "u1 a1 b2 c1 w1", [("u", "added"), ("w", "added")]),
        ("c1 a1 b1", "a1 b2 n1 c1", "c1 a1 b2 n1", [("c", "moved")]),
        ("a1 b1 c1 n9", "a1 b1 n1 c1", "a1 b1 c1 n9", [("n", "added")]),
        ("a1 b2 c1", "a1 b2 c2", "a1 b2 c2", []),
        ("", "a1 b1 c2", "", [("a", "removed"), ("b", "removed"), ("c", "removed")]),
    ],
)
def test_cells_are_merged_one_by_one(found: str, today: str, result: str, kept: list[tuple[str, str]]) -> None:
    text, made = merged(found, today)
    if result == "a1 b1 c1 n9":
        assert sorted(text.split()) == sorted(result.split())
    else:
        assert text == result
    assert [(each.cell, each.edit) for each in made.kept] == kept


def test_what_was_merged_is_merged_already() -> None:
    text, _ = merged("u1 a1 b9 c1", "a2 b2 n1 c2")
    again, made = merged(text, "a2 b2 n1 c2", base="a2 b2 n1 c2")
    assert (again, made.updated, made.added) == (text, (), ())


def test_cells_that_a_tool_has_given_other_ids_are_known_by_what_they_are() -> None:
    found = [code("0", "a1"), code("1", "b9"), code("2", "c1")]
    made = merge(found, cell_digests([code("a", "a1"), code("b", "b1"), code("c", "c1")]), (), [code("a", "a2")])
    assert [(cell["id"], cell["source"]) for cell in made.cells] == [("a", ["a2"]), ("1", ["b9"])]


def test_a_cell_that_any_earlier_version_shipped_is_unedited() -> None:
    earlier = cell_digests([code("a", "a0")])
    made = merge([code("a", "a0")], cell_digests([code("a", "a1")]), [earlier], [code("a", "a2")])
    assert (made.updated, made.kept) == (("a",), ())


def test_without_a_record_the_version_with_most_of_the_cells_is_the_base() -> None:
    one, two = cell_digests([code("a", "a1"), code("b", "b1")]), cell_digests([code("a", "a2"), code("b", "b2")])
    assert base_of([code("a", "a1"), code("b", "b9")], [one, two]) is one
    assert base_of([code("a", "a9")], [one, two]) is two


# A project


def test_a_new_project_is_up_to_date(today: Path, upgrade: Call) -> None:
    before = contents(today)
    for arguments in ((), ("--yes",), ("--dry-run",)):
        status, out, _ = upgrade(today, *arguments)
        assert (status, "都是最新的" in out) == (0, True)
    assert contents(today) == before


def test_an_older_project_becomes_todays_and_is_then_up_to_date(today: Path, upgrade: Call) -> None:
    wanted = contents(today)
    old = older(today)
    before = contents(old)
    status, out, _ = upgrade(old, "--yes")
    assert status == 0
    assert "-    parts=" not in out
    assert "+    parts=s.parts()," in out
    assert contents(old) == wanted
    untouched = {name for name, content in before.items() if wanted[name] == content}
    assert {"params/report.yaml", "params/departments.yaml", "params/2025/shili-jyj.yaml", OVERVIEW} <= untouched
    assert upgrade_of(Project(old)).changes == ()


def test_edited_cells_stay_and_the_others_become_todays(old: Path, upgrade: Call) -> None:
    def act(cells: list[Cell]) -> None:
        cells[2]["source"] = ["s.say('我局的引言。')"]
        cells.insert(3, code("ours", "s.say('本局补充。')"))

    change(old, PREAMBLE, act)
    change(old, OVERVIEW, lambda cells: cells.pop(4))
    status, out, _ = upgrade(old, "--yes")
    cells = cells_of(old, PREAMBLE)
    assert status == 0
    assert [*cells] == ["parameters", "open", "basis", "ours", "parts", "contact"]
    assert cells["basis"]["source"] == ["s.say('我局的引言。')"]
    assert "s.parts()" in "".join(cells["parts"]["source"])
    assert "basis（改过）" in out
    assert "ours（自行添加）" in out
    assert "proactive-title（已删去）" in out
    assert "proactive-title" not in cells_of(old, OVERVIEW)
    again = upgrade_of(Project(old))
    assert again.changes == ()
    assert {name: [each.cell for each in kept] for name, kept in again.kept.items()} == {
        PREAMBLE: ["basis", "ours"],
        OVERVIEW: ["proactive-title"],
    }


def test_defaults_and_what_jupyterlab_notes_are_no_edits(old: Path) -> None:
    def act(cells: list[Cell]) -> None:
        cells[0]["source"] = 'year = 2023\ndepartment = "suqian"  # 试一试\n'
        for number, cell in enumerate(cells):
            cell |= {"execution_count": number, "outputs": [{"output_type": "stream", "name": "stdout", "text": "甲"}]}
            cell["metadata"]["collapsed"] = True

    change(old, PREAMBLE, act)
    found = upgrade_of(Project(old))
    assert found.kept == {}
    found.write()
    cells = cells_of(old, PREAMBLE)
    assert "".join(cells["parameters"]["source"]).startswith('year = 2023\ndepartment = "suqian"')
    assert (cells["parts"]["outputs"], cells["parts"]["metadata"]["collapsed"]) == ([], True)


def test_a_notebook_that_was_only_saved_otherwise_is_not_written(today: Path) -> None:
    change(today, OVERVIEW, lambda cells: cells[3].update(outputs=[], source="".join(cells[3]["source"])))
    schema = today / "params/report.schema.json"
    schema.write_text(json.dumps(json.loads(schema.read_bytes()), indent=4), encoding="utf-8")
    assert upgrade_of(Project(today)).changes == ()


def test_a_notebook_of_ones_own_and_one_that_is_not_listed_are_left_alone(today: Path) -> None:
    shutil.copy(today / OVERVIEW, today / "notebooks/07-annex.ipynb")
    definition = today / "params/report.yaml"
    lines = definition.read_text(encoding="utf-8").splitlines(keepends=True)
    definition.write_text("".join(line for line in lines if "06-other" not in line), encoding="utf-8")
    (today / "notebooks/06-other-matters.ipynb").unlink()
    assert upgrade_of(Project(today)).changes == ()


def test_a_listed_notebook_that_is_not_there_is_written(today: Path) -> None:
    wanted = (today / OVERVIEW).read_bytes()
    (today / OVERVIEW).unlink()
    (found,) = upgrade_of(Project(today)).changes
    assert (found.how, found.file) == ("new", OVERVIEW)
    upgrade_of(Project(today)).write()
    assert (today / OVERVIEW).read_bytes() == wanted


def test_a_part_of_ones_own_makes_no_schema_outdated(today: Path) -> None:
    definition = today / "params/report.yaml"
    part = "  - {section: annex, title: 七、附件, notebook: 07-annex.ipynb, prose: [{id: annex, label: 附件}]}\n"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace("\n\n# html", f"\n{part}\n# html", 1), encoding="utf-8")
    assert Project(today).editions.for_year(2025).slots["annex"]
    assert upgrade_of(Project(today)).changes == ()
    schema = today / "params/submission-2021.schema.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace("公布日期", "发布日期"), encoding="utf-8")
    (change,) = upgrade_of(Project(today)).changes
    assert (change.file, change.how) == ("params/submission-2021.schema.json", "replaced")
    assert b"annex" in change.after


def test_schemas_are_generated_also_those_of_ones_own_editions(today: Path) -> None:
    path = today / "params/editions/local.yaml"
    path.parent.mkdir()
    path.write_text('extends: "2021"\nname: 补充\nfirst_year: 2024\n', encoding="utf-8")
    assert [each.file for each in upgrade_of(Project(today)).changes] == ["params/submission-local.schema.json"]


def test_an_edited_readme_and_gitignore_stay(old: Path) -> None:
    for name in ("README.md", ".gitignore"):
        with (old / name).open("a", encoding="utf-8") as file:
            file.write("另\n")
    found = upgrade_of(Project(old))
    assert [*found.kept] == ["README.md", ".gitignore"]
    assert not {"README.md", ".gitignore"} & {each.file for each in found.changes}


# Asking


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("--json",), 2), (("--dry-run",), 0)])
def test_nothing_is_written_unasked(old: Path, upgrade: Call, arguments: tuple[str, ...], code: int) -> None:
    before = contents(old)
    status, out, err = upgrade(old, *arguments)
    assert status == code
    assert ("--yes" in err) == (code == 2)
    assert ("@@" in out) == ("--json" not in arguments)
    assert contents(old) == before


def test_on_a_terminal_it_is_shown_and_asked(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "is_terminal", lambda: True)
    before = contents(old)
    asked = ["new", "upgrade", "-C", str(old)]
    refused = CliRunner().invoke(cli.app, asked, input="n\n")
    assert (refused.exit_code, "+    parts=s.parts()," in refused.output) == (1, True)
    assert contents(old) == before
    assert CliRunner().invoke(cli.app, asked, input="y\n").exit_code == 0
    assert upgrade_of(Project(old)).changes == ()


def test_what_changed_while_it_was_asked_is_not_written_over(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "is_terminal", lambda: True)

    def answer(*_: object, **__: object) -> bool:
        change(old, PREAMBLE, lambda cells: cells[2].update(source="s.say('甲。')"))
        return True

    monkeypatch.setattr("typer.confirm", answer)
    ended = CliRunner().invoke(cli.app, ["new", "upgrade", "-C", str(old)])
    assert isinstance(ended.exception, ProjectError)
    assert ended.exception.code == "upgrade_overtaken"
    assert not (old / RECORD).exists()


def test_json_says_what_a_machine_wants_to_know(old: Path, upgrade: Call) -> None:
    _, out, _ = upgrade(old, "--json", "--dry-run")
    said = json.loads(out)
    assert said["written"] is False
    assert {each["file"]: each["how"] for each in said["changes"]} == {
        PREAMBLE: "replaced",
        "README.md": "replaced",
        "params/report.schema.json": "replaced",
        "params/waivers.schema.json": "new",
        RECORD: "record",
    }
    assert said["changes"][0]["updated"] == ["basis", "parts"]
    assert json.loads(upgrade(old, "--json", "--yes")[1]) == {**said, "written": True}


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b'{"nbformat": 3}', b'{"nbformat": 4, "cells": [{"cell_type": "raw", "source": ""}]}', b"[" * 99999],
)
def test_a_broken_notebook_is_told_and_stops_nothing_else(old: Path, upgrade: Call, content: bytes) -> None:
    (old / OVERVIEW).write_bytes(content)
    status, out, err = upgrade(old, "--yes")
    assert status == 1
    assert OVERVIEW in err
    assert (old / OVERVIEW).read_bytes() == content
    assert "s.parts()" in (old / PREAMBLE).read_text(encoding="utf-8")
    assert upgrade(old, "--yes")[0] == 1
    assert f"{OVERVIEW}：" not in out


def test_cells_of_the_same_id_are_told(today: Path) -> None:
    change(today, OVERVIEW, lambda cells: cells[3].update(id="open"))
    (found,) = upgrade_of(Project(today)).unfit
    assert "open" in found.what


def test_all_is_written_or_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old)
    found = upgrade_of(Project(old))
    last = replace(found.changes[0], file="params/2025", before=b"", after=b"")  # a folder: it can't be replaced
    with pytest.raises(ProjectError):
        replace(found, changes=(*found.changes, last)).write()
    assert contents(old) == before


def test_no_report_depends_on_the_record(today: Path) -> None:
    project = Project(today)
    with project.files.noting() as asked:
        check_report(project, 2025, "shili-jyj")
    assert "params/report.yaml" in asked
    assert RECORD not in asked


def test_a_project_whose_cells_are_as_before_has_the_same_runs(old: Path, today: Path) -> None:
    """What is brought up to date without a change in a cell runs no notebook again."""
    before = {name: notebook_digest((old / "notebooks" / name).read_bytes()) for name in notebooks_of_sections()}
    upgrade_of(Project(old)).write()
    after = {name: notebook_digest((old / "notebooks" / name).read_bytes()) for name in notebooks_of_sections()}
    assert [name for name in before if before[name] != after[name]] == [PREAMBLE.removeprefix("notebooks/")]
