"""The guides: each opens by `reportkit docs`, names what exists, leaves no command out, and its how-tos work."""

import io
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
import typer
from lxml import html
from nbclient import NotebookClient
from rich.console import Console
from typer.testing import CliRunner

from reportkit.build.build import build
from reportkit.build.local import LocalPool
from reportkit.cli import app
from reportkit.digests import code_digest
from reportkit.docs import FOLDER, READERS, Guide, guide, guides
from reportkit.docs.terminal import typeset
from reportkit.editions import STATUTORY
from reportkit.inputs.project import Project
from reportkit.model import Outcome
from reportkit.notebook.section import NotebookSection
from tests.building import QUIET
from tests.conftest import TESTS, MakeProject

REPOSITORY = TESTS.parent
EACH_GUIDE = pytest.mark.parametrize("topic", [each.topic for each in guides()])
PAGES = [*sorted(FOLDER.glob("*.md")), REPOSITORY / "README.md", REPOSITORY / "README.zh-CN.md"]
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def docs(*arguments: str) -> Any:
    """How `reportkit docs …` ends, and what it prints."""
    return CliRunner().invoke(app, ["docs", *arguments])


# Topics


def test_the_list_of_modules_has_every_one_with_what_it_does() -> None:
    listed = guide("modules").text
    for path in (REPOSITORY / "reportkit").rglob("*.py"):
        room = "/".join(path.relative_to(REPOSITORY).parts[:-1])
        assert f"### {room}/\n" in listed
        if not path.stem.startswith("__"):
            assert re.search(rf"^- `{path.stem}`: \S", listed, re.M), path


def test_every_file_is_a_topic() -> None:
    assert sorted(each.topic for each in guides()) == sorted(path.stem for path in FOLDER.glob("*.md"))


@EACH_GUIDE
def test_a_guide_has_a_title_and_says_whom_it_is_for(topic: str) -> None:
    found = guide(topic)
    assert found.text.startswith(f"# {found.title}\n\n{found.audience}\n\n")
    assert found.audience.startswith({"en": "For developers ", "zh-CN": "写给"}[found.language])
    assert len(re.findall(r"^# ", without_code(found.text), re.M)) == 1


@EACH_GUIDE
def test_a_guide_is_in_the_language_of_its_readers(topic: str) -> None:
    found = guide(topic)
    chinese = len(re.findall(r"[\u4e00-\u9fff]", found.text)) / len(found.text)
    assert chinese > 0.2 if found.language == "zh-CN" else chinese < 0.05


@EACH_GUIDE
def test_the_command_prints_a_guide_as_the_markdown_that_it_is(topic: str) -> None:
    result = docs(topic)
    assert (result.exit_code, result.stdout) == (0, guide(topic).text)
    assert result.stdout.startswith((FOLDER / f"{topic}.md").read_text(encoding="utf-8"))
    assert docs(f"{topic}.md").stdout == result.stdout


def test_without_a_topic_every_guide_is_listed_under_its_readers() -> None:
    listed = docs().stdout.split("\n")
    places = [listed.index(readers) for readers in READERS]
    assert places == sorted(places)
    for each in guides():
        (line,) = (line for line in listed if line.split() and line.split()[0] == each.topic)
        assert line.endswith(each.title)


def test_the_list_is_there_for_machines() -> None:
    topics = json.loads(docs("--json").stdout)["topics"]
    assert topics == [
        {"topic": each.topic, "language": each.language, "title": each.title, "readers": each.readers}
        for each in guides()
    ]
    assert json.loads(docs("clerks", "--json").stdout)["markdown"] == guide("clerks").text


def test_an_unknown_topic_ends_with_the_nearest_one(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "reportkit", "docs", "operator"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no topic 'operator'." in done.stderr
    assert "Did you mean 'operators'?" in done.stderr


def test_on_a_terminal_a_guide_is_typeset_and_paged(tmp_path: Path) -> None:
    pager = tmp_path / "pager.sh"
    pager.write_text('#!/bin/sh\necho "this is the pager"\ncat\n')
    pager.chmod(0o755)
    env = {**os.environ, "PAGER": str(pager), "TERM": "xterm", "COLUMNS": "100"}
    ours, theirs = pty.openpty()
    asked = [sys.executable, "-m", "reportkit", "docs", "clerks"]
    with subprocess.Popen(asked, cwd=tmp_path, env=env, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(read_all(ours)).decode()
        assert process.wait(60) == 0
    os.close(ours)
    assert shown.startswith("this is the pager")
    assert guide("clerks").title in shown
    assert "\x1b[" in shown
    assert "## " not in shown


@EACH_GUIDE
def test_a_narrow_terminal_shows_a_guide_whole(topic: str) -> None:
    """Every word of it, in tables too; and no mark of Markdown that means nothing to a reader."""
    console = Console(width=60, file=io.StringIO(), record=True)
    console.print(typeset(guide(topic).text))
    text = console.export_text()
    shown = re.sub(r"\s", "", text)
    assert shown.count("…") == guide(topic).text.count("…")
    prose = re.sub(r"`[^`]*`", "", without_code(guide(topic).text))
    words = re.findall(r"[\u4e00-\u9fff]+", "\n".join(line for line in prose.split("\n") if "|" not in line))
    assert [word for word in words if word not in shown] == []
    plain = Console(width=60, file=io.StringIO(), record=True)
    plain.print(typeset(without_code(guide(topic).text)))
    text = plain.export_text()
    for code in sorted(re.findall(r"`([^`]+)`", without_code(guide(topic).text)), key=len, reverse=True):
        text = text.replace(code, "")
    assert not re.search(r"\*\*\S|\]\(|\(#", text)


def read_all(terminal: int) -> Iterator[bytes]:
    """What is written to a terminal until nobody holds its other end."""
    while True:
        try:
            yield os.read(terminal, 65536)
        except OSError:  # Linux says so where the other end is closed
            return


def test_no_guide_changes_what_a_report_is_made_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copy = tmp_path / "reportkit"
    shutil.copytree(FOLDER.parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("reportkit.digests.files", lambda name: copy)
    before = code_digest.__wrapped__()
    (copy / "docs/clerks.md").write_text("# 别的\n")
    assert code_digest.__wrapped__() == before
    (copy / "docs/__init__.py").write_text("")
    assert code_digest.__wrapped__() != before


def test_a_wheel_has_every_guide(tmp_path: Path) -> None:
    made = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(made, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    asked = [sys.executable, "-m", "reportkit", "docs", "clerks"]
    shown = subprocess.run(
        asked, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    assert shown == guide("clerks").text
    names = {path.name for path in (tmp_path / "installed/reportkit/docs").glob("*.md")}
    assert names == {f"{each.topic}.md" for each in guides()}


# What guides name


def without_code(text: str) -> str:
    """Markdown without its code blocks."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.M | re.S)


def anchors(page: Path) -> set[str]:
    """What links may lead to inside a page: its headings, as GitHub and others name them."""
    headings = re.findall(r"^#+ (.*)$", without_code(page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EACH_PAGE
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`]*`", "", without_code(page.read_text(encoding="utf-8")))
    found = re.findall(r"\]\(([^)]+)\)", text)
    links = [each for each in found if not each.startswith("https://")]
    for link in links:
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link
        assert page.parent != FOLDER or target.parent == FOLDER, f"{link} is not in the wheel"


@EACH_PAGE
def test_every_command_line_shown_is_one(page: Path) -> None:
    for line in (line.strip() for block in code_blocks(page.read_text(encoding="utf-8")) for line in block.split("\n")):
        if line.startswith("reportkit "):
            parse(shlex.split(line, comments=True)[1:])


@EACH_PAGE
def test_every_command_named_is_one(page: Path) -> None:
    for named in re.findall(r"`(reportkit [^`]+)`", without_code(page.read_text(encoding="utf-8"))):
        command, rest = command_of(shlex.split(named)[1:])
        options = {each.partition("=")[0] for each in rest if re.match(r"--?[a-z]", each, re.I)}
        assert options <= options_of(command), named


def parse(arguments: Sequence[str]) -> None:
    """Reads a command line as the program would; a usage error where it is none."""
    command, rest = command_of(arguments)
    command.make_context(command.name, list(rest))


def command_of(arguments: Sequence[str]) -> tuple[Any, Sequence[str]]:
    """The command that a command line names, and what follows it."""
    command: Any = typer.main.get_command(app)
    while (known := getattr(command, "commands", None)) is not None:
        if arguments and arguments[0].startswith("-"):
            break
        assert arguments, f"{command.name}: which of {sorted(known)}?"
        assert arguments[0] in known, f"There is no command {arguments[0]}"
        command, arguments = known[arguments[0]], arguments[1:]
    return command, arguments


def options_of(command: Any) -> set[str]:
    return {"-h", "--help", *(name for each in command.params for name in each.opts)}


@pytest.mark.parametrize(
    "line", ["reportkit bild", "reportkit build --no-such", "reportkit diff -y 2024 -d", "reportkit"]
)
def test_a_slip_in_a_command_line_is_found(line: str) -> None:
    with pytest.raises(Exception, match=r"bild|no-such|requires an argument|which of"):
        parse(shlex.split(line)[1:])


def every_command(command: Any, name: str = "reportkit") -> Iterator[tuple[str, Any]]:
    """Each command of the command line with its full name; a group by its commands."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for each, inner in command.commands.items():
        yield from every_command(inner, f"{name} {each}")


COMMANDS = dict(every_command(typer.main.get_command(app)))


def rows_of_commands() -> dict[str, str]:
    """The tables of the guide `commands`: a command → what is said of it."""
    found = re.findall(r"^\| `(reportkit [a-z ]*[a-z])[^`]*` \| (.*) \|$", guide("commands").text, re.M)
    rows = dict(found)
    assert len(rows) == len(found)
    return rows


def test_every_command_is_in_the_list_of_commands() -> None:
    assert rows_of_commands().keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_options_in_the_list_are_the_commands(name: str) -> None:
    said = set(re.findall(r"`(--?[a-z][a-z-]*)", rows_of_commands()[name]))
    assert said <= options_of(COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_used_in_a_guide(name: str) -> None:
    pages = [page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md") if page.stem != "commands"]
    assert any(name in page for page in pages)


OFFERED = {"year", *(each for each in dir(NotebookSection) if not each.startswith("_"))}


@pytest.mark.parametrize("call", sorted(OFFERED))
def test_every_call_offered_to_notebooks_is_in_the_analysts_guide(call: str) -> None:
    rows = [line for line in guide("analysts").text.split("\n") if line.startswith("| `s.")]
    assert any(re.search(rf"`s\.{call}\b", row) for row in rows), call


def test_the_analysts_guide_offers_no_call_that_is_not_there() -> None:
    called = set(re.findall(r"\bs\.([a-z_]+)", guide("analysts").text))
    assert called <= OFFERED


def test_every_rule_is_in_the_guide_of_checks_as_it_is_named() -> None:
    rows = dict(re.findall(r"^\| `([A-Z0-9-]+)` \| (.*) \| [EWI]", guide("checks").text, re.M))
    rules = {rule.id: rule.name for each in STATUTORY.ids for rule in STATUTORY.load(each).rulebook.values()}
    assert rows == rules


def test_the_clerks_guide_has_every_row_and_every_place_for_words() -> None:
    edition = STATUTORY.for_year(2024)
    text = guide("clerks").text
    names = {name for row in edition.rows for name in row.split(".")} | set(edition.slots)
    assert [name for name in sorted(names) if f"`{name}`" not in text and f"`{name}:`" not in text] == []


# How-tos, done step by step


def test_add_a_department(make_project: MakeProject) -> None:
    """As the clerks' guide has it: registered, handed in, checked; nothing is missing and nothing wrong."""
    entry, submission = re.findall(r"```yaml\n(.*?)```", guide("clerks").text, re.S)
    root = make_project("shipped", {"params/2024/shili-jyj.yaml": submission})
    register = root / "params/departments.yaml"
    register.write_text(f"{register.read_text(encoding='utf-8').rstrip()}\n\n{entry}", encoding="utf-8")
    asked = ["check", "-y", "2024", "-d", "shili-jyj", "--json", "-C", str(root)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.stdout)["reports"]
    assert not found["draft"]
    assert "E" not in {each["severity"] for each in found["findings"]}


def charts_of(found: Guide) -> list[str]:
    """The cells that the how-to shows."""
    text = found.text
    section = text[text.index("## 增加图表") :]
    return re.findall(r"```python\n(.*?)```", section[: section.index("\n## ", 5)], re.S)


def with_charts(path: Path, charts: list[str]) -> Any:
    """Adds each chart as a new cell with the tag of its neighbours, as somebody would in JupyterLab, and saves."""
    notebook: Any = nbformat.read(path, as_version=4)
    for number, source in enumerate(charts):
        cell = nbformat.v4.new_code_cell(source.strip(), id=f"added-{number}", metadata={"tags": ["remove-input"]})
        notebook.cells.append(cell)
    nbformat.write(notebook, path)
    return notebook


def test_add_a_chart(shipped: Path) -> None:
    """As the analysts' guide has it: a chart is added, looked at in a cell, and published."""
    charts = charts_of(guide("analysts"))
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


# Guides that hold wherever they are read

OF_CHECKOUTS = r"params/20\d\d/(?:suqian|shanghai-fgt|nangang-ysj)\.yaml`|\.venv/bin/activate|make lab"


@pytest.mark.parametrize("topic", [each.topic for each in guides() if each.readers != "Developers"])
def test_no_guide_for_users_names_what_only_a_checkout_has(topic: str) -> None:
    assert not re.findall(OF_CHECKOUTS, guide(topic).text)


def test_the_clerks_guide_has_pictures_as_what_can_be_printed() -> None:
    text = guide("clerks").text
    refused = text[text.index("下面这些印不出来") :].partition("\n")[0]
    assert "图片" not in refused
    assert "也可以放图片" in text
