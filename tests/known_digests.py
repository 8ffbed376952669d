"""Writes reportkit/starting/shipped.json: the digests of what all versions have shipped: `make shipped`.

What git knows since `reportkit new` exists comes first, then what the file held already, then what is shipped now; in a
clone without history nothing is lost.
"""

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reportkit.starting.notebooks import notebooks_of_sections
from reportkit.starting.shipped_cells import IGNORED, README, cell_digests, file_digest
from reportkit.starting.upgrade import today_files

ROOT = Path(__file__).parent.parent
FILE = ROOT / "reportkit/starting/shipped.json"
FIRST = "4ae0ef6"
"""The commit that has `reportkit new` first."""
_FOLDERS = ("notebooks", "reportkit/starting")


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def commits() -> list[str]:
    """The first commit and those since that changed what is shipped, oldest first; none where git knows none."""
    later = git("log", "--reverse", "--format=%H", f"{FIRST}..HEAD", "--", *_FOLDERS).split()
    return [FIRST, *later] if git("cat-file", "-t", FIRST) else []


def versions() -> Iterator[tuple[dict[str, dict[str, str]], dict[str, str]]]:
    """Digests of cells by notebook, and of files: of each commit, then of now."""
    for commit in commits():
        cells = {}
        for name in notebooks_of_sections():
            if content := git("show", f"{commit}:notebooks/{name}"):
                cells[name] = cell_digests(json.loads(content)["cells"])
        texts = {
            README: git("show", f"{commit}:reportkit/starting/project_readme.md"),
            IGNORED: ignored_in(git("show", f"{commit}:reportkit/starting/new.py")),
        }
        yield cells, {name: file_digest(name, text.encode()) for name, text in texts.items() if text}
    now = {name: cell_digests(json.loads(content)["cells"]) for name, content in notebooks_of_sections().items()}
    yield now, today_files()


def ignored_in(module: str) -> str:
    """The .gitignore that an older module wrote."""
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_IGNORED":
            return str(ast.literal_eval(node.value))
    return ""


def with_versions(held: dict[str, Any]) -> dict[str, Any]:
    """What the file held, with what it lacks."""
    notebooks: dict[str, list[dict[str, str]]] = {name: [*each] for name, each in held["notebooks"].items()}
    files: dict[str, list[str]] = {name: [*each] for name, each in held["files"].items()}
    for cells, texts in versions():
        for name, digests in cells.items():
            if digests not in notebooks.setdefault(name, []):
                notebooks[name].append(digests)
        for name, digest in texts.items():
            if digest not in files.setdefault(name, []):
                files[name].append(digest)
    return {"notebooks": notebooks, "files": files}


if __name__ == "__main__":
    held = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {"notebooks": {}, "files": {}}
    FILE.write_text(json.dumps(with_versions(held), indent=1) + "\n", encoding="utf-8")
