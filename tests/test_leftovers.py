"""Whatever a notebook starts ends with its kernel; and it shows no more than it may."""

import sys
from pathlib import Path
from threading import Thread

import psutil
import pytest
from jupyter_core.utils import ensure_event_loop

from reportkit.errors import NotebookError
from reportkit.model import Confinement, Run
from tests.kernels import eventually
from tests.test_confinement import run

SLEEPS = "import time; open({path!r}, 'w').write(str(__import__('os').getpid())); time.sleep(600)"
"""A program that notes its process id."""

DAEMON = """import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        exec(CODE)
    os._exit(0)"""
WAYS = {
    "child": "subprocess.Popen([sys.executable, '-c', CODE])",
    "session": "subprocess.Popen([sys.executable, '-c', CODE], start_new_session=True)",
    "shell": "os.environ['CODE'] = CODE; os.system(f'setsid {sys.executable} -c \"$CODE\" >/dev/null 2>&1 &')",
    "daemon": DAEMON,
    "without environment": "subprocess.Popen([sys.executable, '-c', CODE], start_new_session=True, env={})",
}


def started(path: Path, source: str) -> str:
    """A cell that starts a program in some way, and goes on once that runs."""
    wait = f"while not (os.path.isfile({str(path)!r}) and open({str(path)!r}).read()): time.sleep(0.01)"
    return f"import os, subprocess, sys, time\nCODE = {SLEEPS.format(path=str(path))!r}\n{source}\n{wait}"


def is_running(path: Path) -> bool:
    try:
        return psutil.Process(int(path.read_text(encoding="ascii"))).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


linux = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has kernels adopt what is left behind.")


@linux
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", ["", "raise ValueError", "import os; os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_what_a_kernel_leaves_behind_ends_with_it(tmp_path: Path, way: str, ending: str) -> None:
    note = tmp_path / "pid"
    run(tmp_path, Confinement(), started(note, WAYS[way]), ending)
    eventually(lambda: not is_running(note))


@linux
def test_what_another_kernel_has_started_goes_on(tmp_path: Path) -> None:
    note, other = tmp_path / "pid", tmp_path / "other"
    other.mkdir()
    waits = f"import os, time\nwhile not os.path.isfile({str(other / 'done')!r}): time.sleep(0.01)"
    found: list[Run] = []

    def run_and_close() -> None:
        found.append(run(tmp_path, Confinement(), started(note, DAEMON), waits))
        ensure_event_loop().close()  # papermill's own, one a thread

    first = Thread(target=run_and_close)
    first.start()
    eventually(note.is_file)
    run(other, Confinement(), started(other / "pid", DAEMON))
    eventually(lambda: not is_running(other / "pid"))
    assert is_running(note)
    (other / "done").touch()
    first.join()
    assert found[0].failure is None
    eventually(lambda: not is_running(note))


@linux
@pytest.mark.parametrize("way", [way for way in WAYS if way != "without environment"])
def test_what_a_plain_kernel_leaves_behind_ends_with_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    spec = tmp_path / "kernels" / "another" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = f'["{sys.executable}", "-X", "utf8", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"]'
    spec.write_text(f'{{"argv": {command}, "display_name": "x", "language": "python"}}', encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    note = tmp_path / "pid"
    run(tmp_path, Confinement(), started(note, WAYS[way]), kernel="another")
    eventually(lambda: not is_running(note))


FLOODS = {
    "print": "while True: print('x' * 10**5)",
    "bit by bit": "while True: print('x', flush=True)",
    "once": "print('x' * (3 * 2**20))",
    "display": "from IPython.display import Markdown, display\nwhile True: display(Markdown('字' * 10**5))",
    "stderr": "import sys\nwhile True: sys.stderr.write('x' * 10**5)",
    "by a child": "import os\nos.system('yes')",
    "value": "'x' * (3 * 2**20)",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_notebook_that_shows_too_much_is_stopped_with_its_cell(tmp_path: Path, flood: str) -> None:
    """Not when its time is over, nor when memory is: those fail otherwise. And it isn't tried again."""
    done = run(tmp_path, Confinement(output_mb=2), "1", FLOODS[flood], "2")
    assert isinstance(done.failure, NotebookError)
    assert done.failure.what == "The cell shows too much: the notebook's output is over 2 MB."
    assert done.failure.where == "notebooks/x.ipynb, cell `c1`"


def test_what_is_shown_counts_together(tmp_path: Path) -> None:
    cells = ["print('x' * 2**20)"] * 2
    assert run(tmp_path, Confinement(output_mb=3), *cells).failure is None
    done = run(tmp_path, Confinement(output_mb=3), *cells, cells[0])
    assert isinstance(done.failure, NotebookError)
    assert "cell `c2`" in done.failure.where
