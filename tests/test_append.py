"""Lines added to approvals and corrections: one process at a time, and nothing that another one wrote is lost."""

from pathlib import Path

import pytest

from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.outputs.append import add_line

NAME = "params/2024/demo.approvals.jsonl"


@pytest.fixture
def project(one_section_project: Path) -> Project:
    return Project(one_section_project)


def lines(project: Project) -> bytes:
    return (project.root / NAME).read_bytes()


def test_each_line_knows_those_before_it(project: Project) -> None:
    seen = []
    for number in range(3):
        add_line(project, NAME, lambda before, number=number: seen.append(before) or str(number))  # type: ignore[misc]
    assert seen == [b"", b"0\n", b"0\n1\n"]
    assert lines(project) == b"0\n1\n2\n"


def test_a_line_that_is_refused_takes_nothing_away(project: Project) -> None:
    def refused(before: bytes) -> str:
        raise InputError("No.")

    with pytest.raises(InputError, match="No"):
        add_line(project, NAME, refused)
    assert not (project.root / NAME).exists()
    add_line(project, NAME, lambda _: "one")
    with pytest.raises(InputError, match="No"):
        add_line(project, NAME, refused)
    assert lines(project) == b"one\n"


def test_a_file_that_comes_while_the_lock_is_waited_for_is_not_removed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    entered = FileLock.__enter__

    def late(self: FileLock) -> FileLock:
        (project.root / NAME).write_bytes(b"theirs\n")
        return entered(self)

    monkeypatch.setattr(FileLock, "__enter__", late)

    def refused(before: bytes) -> str:
        assert before == b"theirs\n"
        raise InputError("No.")

    with pytest.raises(InputError, match="No"):
        add_line(project, NAME, refused)
    assert lines(project) == b"theirs\n"


def test_a_line_is_taken_back_where_it_is_the_last(project: Project) -> None:
    add_line(project, NAME, lambda _: "one")
    add_line(project, NAME, lambda _: "two")()
    assert lines(project) == b"one\n"


def test_a_line_that_another_follows_stays(project: Project) -> None:
    undo = add_line(project, NAME, lambda _: "one")
    add_line(project, NAME, lambda _: "two")
    undo()
    assert lines(project) == b"one\ntwo\n"


def test_the_first_line_taken_back_leaves_no_file(project: Project) -> None:
    add_line(project, NAME, lambda _: "one")()
    assert not (project.root / NAME).exists()


def test_an_error_names_what_cant_be_written(project: Project) -> None:
    (project.root / "outputs").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"^outputs can't be written"):
        add_line(project, NAME, lambda _: "one")
