"""A forked kernel is a kernel like any other: what holds for ipykernel's own holds for it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from tests.kernels import (
    FORKED,
    KERNELS,
    PATIENCE_S,
    PLAIN,
    Kernel,
    client_process,
    eventually,
    is_gone,
    own_folders,
    running,
    surroundings,
)

if sys.platform != "linux":
    pytest.skip("Kernels are forked on Linux only.", allow_module_level=True)

UMASK = 0o027
IGNORE_ALL = (
    "import signal, time\n"
    "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)\n"
    "print('begun', flush=True)\n"
    "while True: time.sleep(1)\n"
)


@pytest.fixture(scope="module", autouse=True)
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where this module's kernels and servers live."""
    with own_folders(tmp_path_factory) as root:
        yield root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working directory of the shared kernels."""
    made = tmp_path_factory.mktemp("work")
    (made / "matplotlibrc").write_text("lines.linewidth: 7.5\n")
    (made / "besides.py").write_text("def double(number): return number * 2\n")
    return made


@pytest.fixture(scope="module", params=KERNELS)
def name(request: pytest.FixtureRequest) -> str:
    """A kernelspec; tests come grouped by it."""
    return str(request.param)


@pytest.fixture(scope="module")
def kernel(name: str, folder: Path) -> Iterator[Kernel]:
    """A kernel that tests share which leave it as it was."""
    before = os.umask(UMASK)
    try:
        with running(name, cwd=str(folder), env=surroundings(TZ="Asia/Kathmandu", GREETING="你好")) as started:
            os.umask(before)
            yield started
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def twin(name: str, folder: Path) -> Iterator[Kernel]:
    """A second shared kernel."""
    with running(name, cwd=str(folder)) as started:
        yield started


def test_the_two_kernelspecs_are_what_these_tests_take_them_for(name: str, kernel: Kernel) -> None:
    assert kernel.is_forked() == (name == FORKED)


# Output


def test_what_a_cell_prints_is_standard_output(kernel: Kernel) -> None:
    cell = kernel.run("print('甲')")
    assert (cell.stdout, cell.stderr) == ("甲\n", "")


def test_what_a_cell_writes_to_stderr_is_standard_error(kernel: Kernel) -> None:
    cell = kernel.run("import sys; print('乙', file=sys.stderr)")
    assert (cell.stdout, cell.stderr) == ("", "乙\n")


@pytest.mark.parametrize(("fd", "stream"), [(1, "stdout"), (2, "stderr")])
def test_what_a_cell_writes_to_a_descriptor_is_shown(kernel: Kernel, fd: int, stream: str) -> None:
    cell = kernel.run(f"import os; _ = os.write({fd}, b'raw bytes')", until="raw bytes")
    assert "raw bytes" in getattr(cell, stream)


@pytest.mark.parametrize(
    "source",
    ["import subprocess; _ = subprocess.run(['echo', 'a child speaks'])", "!echo a child speaks"],
    ids=["subprocess", "shell"],
)
def test_what_a_child_of_a_cell_prints_is_shown(kernel: Kernel, source: str) -> None:
    assert "a child speaks" in kernel.run(source, until="a child speaks").stdout


def test_a_cell_can_ask_for_input(kernel: Kernel) -> None:
    message_id = kernel.client.execute("print(input('谁？'))", allow_stdin=True)
    assert kernel.client.get_stdin_msg(timeout=PATIENCE_S)["content"]["prompt"] == "谁？"
    kernel.client.input("我")
    assert kernel.outcome(message_id).stdout == "我\n"


def test_a_deprecation_in_a_cell_is_shown(kernel: Kernel) -> None:
    assert "DeprecationWarning: 旧" in kernel.run("import warnings; warnings.warn('旧', DeprecationWarning)").stderr


# What a process is born with


def test_a_kernel_runs_in_the_folder_asked_for(kernel: Kernel, folder: Path) -> None:
    assert kernel.value("__import__('os').getcwd()") == str(folder)


def test_a_module_beside_the_notebook_can_be_imported(kernel: Kernel) -> None:
    assert kernel.value("__import__('besides').double(21)") == 42


def test_a_kernel_has_the_variables_asked_for(kernel: Kernel) -> None:
    assert kernel.value("__import__('os').environ['GREETING']") == "你好"


def test_a_variable_reaches_what_a_cell_starts(kernel: Kernel) -> None:
    assert "你好" in kernel.run("!echo $GREETING", until="你好").stdout


def test_no_variable_of_an_earlier_kernel_is_left(kernel: Kernel, twin: Kernel) -> None:
    assert kernel.value("'GREETING' in __import__('os').environ")
    assert not twin.value("'GREETING' in __import__('os').environ")


def test_a_kernel_lives_in_its_time_zone(kernel: Kernel) -> None:
    assert kernel.value("__import__('time').localtime(0).tm_gmtoff") == 5.5 * 3600


def test_a_kernel_has_its_clients_umask(kernel: Kernel, folder: Path) -> None:
    kernel.run("open('masked', 'w').close()")
    assert (folder / "masked").stat().st_mode & 0o777 == 0o666 & ~UMASK


def test_a_kernel_ignores_what_its_client_ignores(name: str) -> None:
    # A job started by nohup or in the background of a shell ignores the hang-up and the interrupt.
    ways = {signal.SIGHUP: signal.SIG_IGN, signal.SIGUSR1: signal.SIG_IGN, signal.SIGTERM: signal.SIG_DFL}
    before = {number: signal.signal(number, way) for number, way in ways.items()}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    try:
        with running(name) as started:
            assert started.run("import signal").error == ""
            for number, way in ways.items():
                assert started.value(f"signal.getsignal({int(number)}) is signal.{way.name}")
            assert started.value("sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))") == [signal.SIGUSR2]
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, way in before.items():
            signal.signal(number, way)


def test_two_kernels_draw_different_random_numbers(kernel: Kernel, twin: Kernel) -> None:
    drawn = "[__import__('random').random(), __import__('numpy').random.random()]"
    mine, its = kernel.value(drawn), twin.value(drawn)
    assert mine[0] != its[0]
    assert mine[1] != its[1]


def test_two_kernels_name_their_temporary_files_differently(kernel: Kernel, twin: Kernel) -> None:
    drawn = "next(__import__('tempfile')._get_candidate_names())"
    assert kernel.value(drawn) != twin.value(drawn)


# matplotlib


def test_a_plot_is_shown_without_being_asked(kernel: Kernel) -> None:
    cell = kernel.run("import matplotlib.pyplot as plt; _ = plt.plot([1, 2])")
    assert [sorted(each) for each in cell.shown] == [["image/png", "text/plain"]]


def test_a_plot_is_shown_once(kernel: Kernel) -> None:
    kernel.run("import matplotlib.pyplot as plt; _ = plt.plot([1, 2])")
    assert kernel.run("1 + 1").shown == ({"text/plain": "2"},)


def test_a_matplotlibrc_beside_the_notebook_is_read(kernel: Kernel) -> None:
    assert kernel.value("__import__('matplotlib').rcParams['lines.linewidth']") == 7.5


def test_the_backend_of_the_environment_is_used(name: str) -> None:
    with running(name, env=surroundings(MPLBACKEND="svg")) as started:
        assert started.value("__import__('matplotlib').get_backend()") == "svg"


# Threads, processes, loops


def test_what_a_thread_prints_is_shown(kernel: Kernel) -> None:
    source = "from threading import Thread\nt = Thread(target=print, args=['丙']); t.start(); t.join()"
    assert kernel.run(source).stdout == "丙\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_worker_processes_run_a_function_beside_the_notebook(kernel: Kernel, method: str) -> None:
    source = (
        "import besides, multiprocessing\n"
        f"with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "    print(pool.map_async(besides.double, [1, 2]).get(30))\n"
    )
    assert kernel.run(source).stdout == "[2, 4]\n"


def test_forked_workers_run_a_function_of_a_cell(kernel: Kernel) -> None:
    source = (
        "import multiprocessing\n"
        "def triple(number): return number * 3\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map_async(triple, [1, 2]).get(30))\n"
    )
    assert kernel.run(source).stdout == "[3, 6]\n"


def test_matrices_are_multiplied(kernel: Kernel) -> None:
    assert kernel.value("(__import__('numpy').ones((600, 600)) @ __import__('numpy').ones((600, 600))).sum()") == 600**3


def test_a_cell_can_await(kernel: Kernel) -> None:
    assert kernel.run("import asyncio\nprint(await asyncio.sleep(0.01, '丁'))").stdout == "丁\n"


# Interrupts


@pytest.mark.parametrize("rest", ["import time; time.sleep(600)", "while True: pass"], ids=["sleeping", "busy"])
def test_an_interrupt_ends_a_cell_and_the_kernel_goes_on(kernel: Kernel, rest: str) -> None:
    cell = kernel.begin(f"print('begun', flush=True)\n{rest}")
    kernel.manager.interrupt_kernel()
    assert kernel.outcome(cell).error == "KeyboardInterrupt"
    assert kernel.value("1 + 1") == 2


def test_an_interrupt_reaches_what_the_cell_has_started(kernel: Kernel) -> None:
    source = (
        "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nprint('begun', flush=True)\nwhile True: pass"
    )
    cell = kernel.begin(source)
    kernel.manager.interrupt_kernel()
    assert kernel.outcome(cell).error == "KeyboardInterrupt"
    assert kernel.value("child.wait(30)") == -signal.SIGINT


# Ends


@pytest.fixture(scope="module")
def ended(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a kernel that was shut down with work to finish."""
    made = tmp_path_factory.mktemp("ended")
    source = (
        "import atexit, sys, threading, time\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from pathlib import Path\n"
        "def outlast_the_main_thread():\n"
        "    threading.main_thread().join()\n"
        "    Path('thread').touch()\n"
        "threading.Thread(target=outlast_the_main_thread).start()\n"
        "pool = ThreadPoolExecutor(1)\n"
        "for number in range(3): pool.submit(lambda: time.sleep(0.1))\n"
        "pool.submit(Path('future').touch)\n"
        "atexit.register(Path('atexit').touch)\n"
        "_ = sys.__stdout__.write('last words')\n"
    )
    with (made / "stdout").open("wb") as stdout, running(name, cwd=str(made), stdout=stdout) as started:
        assert started.run(source).error == ""
        started.shut_down()
    return made


@pytest.mark.parametrize("trace", ["atexit", "thread", "future"])
def test_a_kernel_that_is_shut_down_finishes_what_was_begun(ended: Path, trace: str) -> None:
    assert (ended / trace).exists()


def test_a_kernel_that_is_shut_down_writes_what_it_had_buffered(ended: Path) -> None:
    assert (ended / "stdout").read_text() == "last words"


def notebook(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])


def test_a_cell_that_takes_too_long_ends_the_notebook(name: str) -> None:
    client = NotebookClient(notebook("import time; time.sleep(600)"), kernel_name=name, timeout=1)
    with pytest.raises(CellTimeoutError):
        client.execute(env=surroundings())


DEATHS = {
    "leaves": ("import os; os._exit(3)", 3),
    "segfaults": ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
    "is killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_kernel_that_dies_ends_the_notebook(name: str, death: str) -> None:
    client = NotebookClient(notebook(DEATHS[death][0]), kernel_name=name, timeout=PATIENCE_S)
    with pytest.raises(DeadKernelError):
        client.execute(env=surroundings())


@pytest.mark.parametrize("death", DEATHS)
def test_the_client_hears_how_a_kernel_died(name: str, death: str) -> None:
    source, returncode = DEATHS[death]
    with running(name) as started:
        started.client.execute(source)
        eventually(lambda: not started.manager.is_alive())
        provisioner: Any = started.manager.provisioner
        assert provisioner.process.poll() == returncode


@pytest.mark.parametrize("now", [False, True], ids=["restart", "restart now"])
def test_a_restarted_kernel_is_another_process_that_knows_nothing(name: str, now: bool) -> None:
    with running(name) as started:
        before = started.pid
        started.run("known = 1")
        started.restart(now=now)
        assert started.run("known").error == "NameError"
        assert started.pid != before
        assert is_gone(before)


def test_a_restarted_kernel_keeps_its_ports(name: str) -> None:
    with running(name) as started:
        before = started.manager.get_connection_info()
        started.restart(now=True)
        assert started.manager.get_connection_info() == before


def test_a_kernel_that_ignores_every_polite_signal_is_stopped(name: str) -> None:
    with running(name) as started:
        started.begin(IGNORE_ALL)
        started.manager.shutdown_wait_time = 0.5
        started.shut_down()
        assert is_gone(started.pid)


def test_a_kernel_that_ignores_every_polite_signal_can_be_restarted(name: str) -> None:
    with running(name) as started:
        started.begin(IGNORE_ALL)
        started.manager.shutdown_wait_time = 0.5
        started.restart(now=False)
        assert started.value("1 + 1") == 2


def test_what_a_stopped_kernel_has_started_is_stopped_with_it(name: str) -> None:
    with running(name) as started:
        child = started.value("__import__('subprocess').Popen(['sleep', '600']).pid")
        started.manager.shutdown_kernel(now=True)
        eventually(lambda: is_gone(child))


@pytest.mark.parametrize(("cwd", "error"), [("missing", FileNotFoundError), ("file", NotADirectoryError)])
def test_a_folder_that_is_none_is_refused(name: str, tmp_path: Path, cwd: str, error: type[OSError]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(error), running(name, cwd=str(tmp_path / cwd)):
        pass


async def _answer_of_one(name: str, number: int) -> tuple[str, int]:
    manager = AsyncKernelManager(kernel_name=name)
    await manager.start_kernel(env=surroundings())
    client: Any = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=PATIENCE_S)
        heard: list[str] = []
        await client.execute_interactive(
            f"print({number} * {number})",
            timeout=PATIENCE_S,
            output_hook=lambda message: heard.append(message["content"].get("text", "")),
        )
        provisioner: Any = manager.provisioner
        return "".join(heard), provisioner.pid
    finally:
        client.stop_channels()
        await manager.shutdown_kernel()


def test_twelve_kernels_can_be_started_together(name: str) -> None:
    async def together() -> list[tuple[str, int]]:
        return list(await asyncio.gather(*(_answer_of_one(name, number) for number in range(12))))

    answers = asyncio.run(together())
    assert [text for text, _ in answers] == [f"{number * number}\n" for number in range(12)]
    assert len({pid for _, pid in answers}) == 12


def test_a_kernel_goes_with_its_client(name: str) -> None:
    with client_process(name) as (client, told):
        assert psutil.pid_exists(told["pid"])
        client.kill()
        eventually(lambda: is_gone(told["pid"]))


def test_an_independent_kernel_outlives_its_client(name: str) -> None:
    with client_process(name, independent=True) as (client, told):
        client.kill()
        client.wait()
    kernel_client = BlockingKernelClient(connection_file=told["connection_file"])
    kernel_client.load_connection_file()
    kernel_client.start_channels()
    try:
        kernel_client.wait_for_ready(timeout=PATIENCE_S)
        kernel_client.shutdown()
        eventually(lambda: is_gone(told["pid"]))
    finally:
        kernel_client.stop_channels()


@pytest.mark.parametrize("end", ["shut down", "killed", "died"])
def test_an_ended_kernel_leaves_neither_process_nor_file(
    name: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with running(name, env=surroundings(TMPDIR=str(tmp_path))) as started:
        if end == "shut down":
            started.shut_down()
        elif end == "died":
            started.client.execute("import os; os._exit(1)")
            eventually(lambda: not started.manager.is_alive())
    assert is_gone(started.pid)
    assert list(tmp_path.iterdir()) == []


# Seen from inside, the two are alike

FACTS = {
    "sys.path": "sys.path",
    "sys.argv": "[sys.argv[0], sys.argv[1], len(sys.argv[2].split('/'))]",
    "sys.executable": "sys.executable",
    "sys.prefix": "[sys.prefix, sys.exec_prefix]",
    "__main__": "sorted(set(dir(sys.modules['__main__'])) - {'_json'})",
    "__main__ is this": "sys.modules['__main__'].__dict__ is globals()",
    "__name__": "__name__",
    "standard input": "[sys.stdin.name, sys.stdin.encoding, os.read(0, 1).decode()]",
    "standard output": "[[each.name, each.encoding, each.errors] for each in (sys.__stdout__, sys.__stderr__)]",
    "buffering": "[each.line_buffering for each in (sys.__stdout__, sys.__stderr__)]",
    "environment": "dict(os.environ)",
    "working directory": "os.getcwd()",
    "session": "[os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()]",
    "nice": "os.nice(0)",
    "cores": "sorted(os.sched_getaffinity(0))",
    "limits": "[resource.getrlimit(each) for each in range(16)]",
    "umask": "[line for line in open('/proc/self/status') if line.startswith('Umask')]",
    "blocked signals": "sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    "signals": "{each.name: str(signal.getsignal(each)).split(' at ')[0] for each in signal.Signals}",
    "locale": "[locale.setlocale(each) for each in range(6)]",
    "encodings": "[sys.getfilesystemencoding(), locale.getpreferredencoding()]",
    "recursion": "sys.getrecursionlimit()",
    "collector": "[gc.isenabled(), gc.get_threshold()]",
    "switching": "sys.getswitchinterval()",
    "hooks": "[str(each).split(' at ')[0] for each in (sys.excepthook, sys.displayhook, sys.settrace, sys.gettrace())]",
    "flags": "list(sys.flags)",
    "logging": "[str(each) for each in logging.root.handlers] + [logging.root.level]",
    "warnings": "sorted(map(str, warnings.filters))",
    "backend": "matplotlib.get_backend()",
    "matplotlib": "{key: str(value) for key, value in matplotlib.rcParams.items()}",
    "main thread": "[threading.current_thread() is threading.main_thread(), threading.main_thread().name]",
    "recent error": "faulthandler.is_enabled()",
}
MODULES = (
    "faulthandler, gc, locale, logging, matplotlib, matplotlib.pyplot, numpy, os, resource, signal, sys, "
    "threading, warnings"
)
# A thread of OpenBLAS's is there from the import on, or after a fork from the first product on.
COUNTS = (
    "import json, os\n"
    "def tasks(): return len(os.listdir('/proc/self/task'))\n"
    "fds, before = len(os.listdir('/proc/self/fd')), tasks()\n"
    "import numpy\n"
    "numpy.ones((600, 600)) @ numpy.ones((600, 600))\n"
    "print(json.dumps({'fds': fds, 'BLAS threads': tasks() - before}))\n"
)


@pytest.fixture(scope="module")
def inside(folder: Path) -> dict[str, dict[str, Any]]:
    """By kernelspec: the facts, as a cell of a new kernel finds them."""
    found: dict[str, dict[str, Any]] = {}
    for each in KERNELS:
        with running(each, cwd=str(folder), env=surroundings(GREETING="你好")) as started:
            counts = json.loads(started.run(COUNTS).stdout.splitlines()[-1])
            assert started.run(f"import {MODULES}\ndel tasks, fds, before").error == ""
            found[each] = counts | {fact: started.value(f"({source})") for fact, source in FACTS.items()}
    return found


@pytest.mark.parametrize("fact", FACTS)
def test_a_cell_finds_the_same_in_both_kernels(inside: dict[str, dict[str, Any]], fact: str) -> None:
    assert inside[FORKED][fact] == inside[PLAIN][fact]


def test_numpy_calculates_with_as_many_threads_in_both_kernels(inside: dict[str, dict[str, Any]]) -> None:
    assert inside[FORKED]["BLAS threads"] == inside[PLAIN]["BLAS threads"]


def test_a_forked_kernel_has_no_descriptors_of_the_server(inside: dict[str, dict[str, Any]]) -> None:
    # Its own are the client's pidfd and what matplotlib opened when they were imported.
    assert inside[FORKED]["fds"] <= inside[PLAIN]["fds"] + 2
