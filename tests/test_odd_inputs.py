"""What is odd in place of an input is that input's error, at once: no hang, no crash, no other report's trouble."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reportkit.build.check import check_reports
from reportkit.errors import InputError, InputErrors, ReportkitError
from reportkit.inputs.documents import SubmissionDocument
from reportkit.inputs.project import Project
from reportkit.outputs.manifest import read_manifest
from reportkit.text import validation
from reportkit.text.validation import validate
from reportkit.text.yamlfile import read_yaml


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    path.symlink_to("not-there")


ODD = [pipe, device, loop, folder, nothing]
NAMES = ["params/2024/qinghe-swj.yaml", "params/2024/qinghe-swj.waivers.yaml", "notebooks/other.ipynb"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_file_in_place_of_an_input_is_its_error(
    one_section_project: Path, odd: Callable[[Path], None], name: str
) -> None:
    path = one_section_project / name
    path.unlink(missing_ok=True)
    odd(path)
    project = Project(one_section_project)
    (found,) = check_reports(project, [(2024, "qinghe-swj")], 1)
    assert isinstance(found.error, InputError)
    assert name in found.error.where


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["params/report.yaml", "params/departments.yaml"])
def test_what_is_no_file_in_place_of_what_all_share_is_an_error(
    one_section_project: Path, odd: Callable[[Path], None], name: str
) -> None:
    (one_section_project / name).unlink()
    odd(one_section_project / name)
    project = Project(one_section_project)
    with pytest.raises(InputError, match="can't be read") as refused:
        _ = project.definition, project.register
    assert refused.value.where == name


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_submission_is_listed_and_stops_no_other(one_section_project: Path, odd: Callable[[Path], None]) -> None:
    odd(one_section_project / "params/2024/stray.yaml")
    project = Project(one_section_project)
    assert project.submitted(2024) == ("qinghe-swj", "stray")
    demo, stray = check_reports(project, [(2024, each) for each in project.submitted(2024)], 1)
    assert demo.error is None
    assert isinstance(stray.error, ReportkitError)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("!!bool ture", "'ture' can't be read"),
        ("!!bool 1", "'1' can't be read"),
        ("!!null 5", "'5' can't be read"),
        ("!!null no", "'no' can't be read"),
        ("0001-01-01", "no day of our time"),
        ("9999-12-31", "no day of our time"),
        ("1" * 50_000, "has 50000 digits"),
        ("1." + "1" * 50_000, "has 50002 digits"),
        ("!!int " + "9" * 60, "has 60 digits"),
    ],
)
def test_an_odd_value_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        read_yaml(f"a: 1\nb: {text}\n".encode(), "f.yaml")
    assert refused.value.where == "f.yaml, line 2"
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("!!bool yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("!!null ''", None),
    ],
)
def test_plain_words_for_true_false_and_nothing_are_read(text: str, value: object) -> None:
    assert read_yaml(f"a: {text}\n".encode(), "f.yaml").data == {"a": value}


def test_thousands_of_mistakes_cost_one_look_at_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    schema = SubmissionDocument.model_json_schema
    monkeypatch.setattr(SubmissionDocument, "model_json_schema", lambda *a, **b: asked.append(a) or schema(*a, **b))
    validation._schema.cache_clear()
    text = "".join(f"key{number}: 1\n" for number in range(2_000))
    with pytest.raises(InputErrors) as refused:
        validate(SubmissionDocument, read_yaml(text.encode(), "f.yaml"))
    assert len(refused.value.errors) == 2_000
    assert len(asked) == 1
    validation._schema.cache_clear()


@pytest.mark.parametrize("command", [["check"], ["build"], ["status"], ["plan"], ["build", "--explain"], ["verify"]])
@pytest.mark.parametrize("name", ["a\x1b[31mred", "a\u202egnp", "a\nb", "a\x9b5m", "\x07", "a\u2028b"])
def test_names_that_could_write_as_the_terminal_are_shown_escaped(
    one_section_project: Path, command: list[str], name: str
) -> None:
    folder = one_section_project / "params/2024"
    (folder / f"{name}.yaml").write_bytes((folder / "qinghe-swj.yaml").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "reportkit", *command, "-C", str(one_section_project)],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert name not in done.stdout + done.stderr
    if command not in (["verify"], ["status"]):  # they list what is registered or finished
        assert repr(name)[1:-1] in done.stdout + done.stderr


def test_a_manifest_that_is_nested_too_deeply_is_none(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    assert read_manifest(tmp_path) is None
