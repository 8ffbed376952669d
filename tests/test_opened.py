"""What a notebook reads beside its section is known: a style sheet, a font, a list; and what nobody can follow."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest

from reportkit.build.plan import plan_report
from reportkit.digests import UNFOLLOWABLE, file_state
from reportkit.execution.run_jobs import run_jobs
from reportkit.inputs.project import Project
from reportkit.model import FILES

OPEN = "from reportkit.notebook import open_section\ns = open_section(year, department)\n"


def files_read(root: Path, *sources: str) -> dict[str, str]:
    """The files that a section notes, once it has opened and runs these cells."""
    plan = plan_report(Project(root), 2024, "suqian")
    (job,) = [each for each in plan.execution.jobs if each.section == "problems"]
    node = nbformat.reads(job.notebook.decode(), as_version=4)
    place = next(number for number, cell in enumerate(node.cells) if "open_section" in cell.source)
    node.cells[place].source = OPEN
    node.cells[place + 1 :] = [nbformat.v4.new_code_cell(source, id=f"x{n}") for n, source in enumerate(sources)]
    (done,) = run_jobs(plan.with_jobs((replace(job, notebook=nbformat.writes(node).encode()),)))
    assert done.failure is None, done.failure
    assert done.reads is not None
    return dict(done.reads.get(FILES, {}))


def test_a_section_that_keeps_to_its_calls_reads_nothing_else(shipped: Path) -> None:
    cells = (
        "s.prose('problems')",
        "f = s.bar_chart({'收到': 'requests.received.total'})",
        "s.show(f, caption='甲', alt='乙')",
    )
    assert files_read(shipped, *cells) == {}


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.style as look\nlook.use({path!r})",
        "import matplotlib.pyplot as plt\nplt.style.context({path!r}).__enter__()",
        "import matplotlib.pyplot as plt\nwith plt.style.context({path!r}):\n    plt.subplots()[1].bar(['甲'], [1])",
        "open({path!r}).read()",
        "import pathlib\npathlib.Path({path!r}).read_text()",
        "import os\nos.close(os.open({path!r}, os.O_RDONLY))",
        "import threading\nt = threading.Thread(target=lambda: open({path!r}).read()); t.start(); t.join()",
    ],
)
def test_a_file_is_noted_with_what_it_was(shipped: Path, tmp_path: Path, source: str) -> None:
    path = tmp_path / "house.mplstyle"
    path.write_text("font.size: 14\n", encoding="utf-8")
    assert files_read(shipped, source.format(path=str(path))) == {str(path): sha256(path.read_bytes()).hexdigest()}


def test_a_font_that_is_asked_for_by_its_file_is_noted(shipped: Path, tmp_path: Path) -> None:
    from pylopdf_fonts_zh_cn import sans_path

    font = tmp_path / "a.ttf"
    font.write_bytes(sans_path().read_bytes())
    drawn = (
        "import matplotlib.pyplot as plt\nfrom matplotlib.font_manager import FontProperties\nf, a = plt.subplots()\n"
        f"a.bar(['甲'], [1]); a.set_title('乙', fontproperties=FontProperties(fname={str(font)!r}))\n"
        "s.show(f, caption='丙', alt='丁')"
    )
    assert files_read(shipped, drawn) == {str(font): file_state(str(font))}


def test_a_file_that_is_not_there_yet_is_noted(shipped: Path, tmp_path: Path) -> None:
    path = tmp_path / "later.txt"
    (state,) = files_read(shipped, f"try:\n    open({str(path)!r})\nexcept FileNotFoundError:\n    pass").values()
    assert state == file_state(str(path))
    path.write_text("甲", encoding="utf-8")
    assert state != file_state(str(path))


@pytest.mark.parametrize(
    ("source", "event"),
    [
        ("import os\nos.listdir({path!r})", "os.listdir"),
        ("import glob\nglob.glob({path!r} + '/*')", "glob.glob"),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
        ("import os\nos.system('true')", "os.system"),
        ("import sqlite3\nsqlite3.connect({path!r} + '/a.db')", "sqlite3.connect"),
    ],
)
def test_what_nobody_can_follow_is_never_the_same(shipped: Path, tmp_path: Path, source: str, event: str) -> None:
    found = files_read(shipped, source.format(path=str(tmp_path)))
    assert found[event] == UNFOLLOWABLE
    assert file_state(event) != UNFOLLOWABLE


def test_what_it_writes_and_reads_again_is_its_own(shipped: Path) -> None:
    written = "import tempfile\nwith tempfile.TemporaryFile('w+') as f:\n    f.write('甲'); f.seek(0); f.read()"
    cell = "open('own.txt', 'w').write('甲'); open('own.txt').read()"
    assert files_read(shipped, cell, written) == {}
