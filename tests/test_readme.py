"""The READMEs: short, with two pictures and two commands, and the same links in both languages."""

import re
from pathlib import Path

import pytest

MOST_CHARACTERS = 8_000
EACH_README = pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])


def links(path: Path) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))


@EACH_README
def test_a_readme_is_short(name: str, repository: Path) -> None:
    assert len((repository / name).read_text(encoding="utf-8")) <= MOST_CHARACTERS


@EACH_README
def test_a_readme_shows_two_pictures_and_two_commands(name: str, repository: Path) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    assert len(re.findall(r"!\[[^\]]+\]\(", text)) == 2
    (block,) = re.findall(r"^```\n(.*?)^```", text, re.M | re.S)
    assert [line.partition("#")[0].strip() for line in block.splitlines()] == ["make report", "make test"]


@EACH_README
def test_each_kind_of_reader_gets_five_lines(name: str, repository: Path) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    parts = re.findall(r"^### (.*?)\n\n(.*?)\n\n", text, re.M | re.S)
    assert len(parts) == 5
    assert {len(lines.split("\n")) for _, lines in parts} == {5}


def test_both_readmes_link_to_the_same_pages(repository: Path) -> None:
    english, chinese = (links(repository / name) for name in ("README.md", "README.zh-CN.md"))
    assert sorted(set(english) - {"README.zh-CN.md"}) == sorted(set(chinese) - {"README.md"})


@EACH_README
def test_a_readme_links_to_every_guide(name: str, repository: Path) -> None:
    guides = {f"reportkit/docs/{path.name}" for path in (repository / "reportkit/docs").glob("*.md")}
    assert guides <= set(links(repository / name))
