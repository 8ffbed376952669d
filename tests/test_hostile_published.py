"""Published files that mean harm are read or refused in little time and memory; nothing of them is fetched or run."""

import json
import sys
from pathlib import Path
from subprocess import run

from tests.building import write_shipped
from tests.hostile_pages import hostile, page, pdf, word

MOST_MEMORY = 700_000_000
TAKEN = {"spans.html", "attribute.html", "noise.html", "nothing.txt"}
"""What may be read: they hold a report, or nothing."""
CHILD = r"""
import json, re, sys, time
from pathlib import Path
import socket
from reportkit.errors import InputError
from reportkit.inputs.project import Project
from reportkit.inputs.published.read import read_published
from reportkit.inputs.workbook.titles import Asked
def refused(*_, **__):
    raise AssertionError("a connection")
socket.socket.connect = refused
project, told = Project(Path(sys.argv[1])), {}
path = Path(sys.argv[2])
began = time.monotonic()
try:
    said = read_published(project, path.read_bytes(), path.name, Asked("suqian", 2024)).said
    told = ["taken", sum(each.value is not None for each in said.figures.values())]
except InputError as error:
    told = [error.code, str(error)]
status = Path("/proc/self/status").read_text()
told += [time.monotonic() - began, int(re.search(r"VmHWM:\s*(\d+)", status)[1]) * 1024]
print(json.dumps(told))
"""
"""Reads one file: what becomes of it, in how many seconds, and the most memory until then."""


def told(project: Path, path: Path) -> tuple[str, object, float, int]:
    call = [sys.executable, "-c", CHILD, str(project), str(path)]
    done = run(call, capture_output=True, text=True, check=True, timeout=120)
    code, words, seconds, most = json.loads(done.stdout)
    return code, words, seconds, most


def test_each_is_read_or_refused_in_words_and_in_little_memory(repository: Path, tmp_path: Path) -> None:
    project = write_shipped(repository, tmp_path / "project")
    for name, content in hostile().items():
        path = tmp_path / name
        path.write_bytes(content)
        code, words, _, most = told(project, path)
        assert most < MOST_MEMORY, (name, most)
        assert (code == "taken" and name in TAKEN) or code.startswith("published_"), (name, code, words)


def test_what_means_no_harm_is_read(repository: Path, tmp_path: Path) -> None:
    project = write_shipped(repository, tmp_path / "project")
    scripts = page().replace(
        "</body>", "<script>fetch('http://localhost/')</script><img src='http://localhost/'></body>"
    )
    for name, content in {"a.html": scripts.encode(), "a.docx": word(), "a.pdf": pdf()}.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert told(project, path)[:2] == ("taken", 200), name
