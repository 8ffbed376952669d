"""The server behind forked kernels: whatever becomes of it, a client gets a kernel, and nothing is left behind."""

import asyncio
import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
import pytest
from jupyter_client.manager import KernelManager

from reportkit.execution.kernels import launch, provisioner, ready, spec, wire
from reportkit.execution.kernels.address import locked_folder
from reportkit.execution.kernels.wire import PROTOCOL
from tests.kernels import (
    PATIENCE_S,
    Kernel,
    client_process,
    eventually,
    has_ended,
    install_kernelspec,
    is_gone,
    leftovers,
    own_folders,
    running,
    servers,
    surroundings,
    the_server,
)

if sys.platform != "linux":
    pytest.skip("Kernels are forked on Linux only.", allow_module_level=True)

NAME = "warm"
"""The kernelspec that a test installs."""


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """This test's own folders, where kernelspecs are found and where servers and kernels find modules."""
    with own_folders(tmp_path_factory) as root:
        find_in(root, monkeypatch)
        yield root


@pytest.fixture(autouse=True)
def _not_yet_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test hears what is logged once a process."""
    monkeypatch.setattr(provisioner, "_logged", set())


def find_in(root: Path, patch: pytest.MonkeyPatch) -> None:
    """Has kernelspecs and modules found below `root`."""
    (root / "modules").mkdir()
    patch.setenv("JUPYTER_PATH", str(root))
    patch.setenv("PYTHONPATH", str(root / "modules"))


@pytest.fixture
def warm(folders: Path) -> str:
    """A kernelspec of forked kernels with nothing of ours to import."""
    install_kernelspec(folders, NAME)
    return NAME


def module(folders: Path, name: str, source: str) -> None:
    """Writes a module that servers and kernels can import."""
    (folders / "modules" / f"{name}.py").write_text(source)


def launches_plain(caplog: pytest.LogCaptureFixture) -> str:
    """Launches two kernels, which must be plain and work; returns the one line that the log has about them."""
    with caplog.at_level(logging.WARNING, provisioner.__name__):
        with running(NAME) as kernel:
            assert not kernel.is_forked()
            assert kernel.value("1 + 1") == 2
        second = KernelManager(kernel_name=NAME)
        second.start_kernel(env=surroundings())
        second.shutdown_kernel(now=True)
    (record,) = caplog.records
    return record.getMessage()


# The server goes


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_kernels_outlive_their_server_and_the_next_has_a_new_one(
    folders: Path, warm: str, number: signal.Signals
) -> None:
    with running(warm) as survivor:
        first = the_server(folders)
        first.send_signal(number)
        eventually(lambda: has_ended(first.pid))
        cell = survivor.begin("print('begun', flush=True)\nwhile True: pass")
        survivor.manager.interrupt_kernel()
        assert survivor.outcome(cell).error == "KeyboardInterrupt"
        with running(warm) as newcomer:
            assert newcomer.value("__import__('os').getppid()") == the_server(folders).pid != first.pid
        survivor.shut_down()
        assert has_ended(survivor.pid)


@pytest.mark.parametrize("stopped_first", [False, True], ids=["killed", "stopped and killed"])
def test_a_client_gets_a_kernel_though_the_server_dies_while_it_waits(folders: Path, stopped_first: bool) -> None:
    hold = folders / "hold"
    hold.touch()
    source = "import os, time\nopen({!r}, 'w').close()\nwhile os.path.exists({!r}): time.sleep(0.01)\n"
    module(folders, "slow", source.format(str(folders / "begun"), str(hold)))
    install_kernelspec(folders, NAME, "slow")
    victims: list[int] = []

    def kill() -> None:
        eventually((folders / "begun").exists)
        victim = the_server(folders)
        if stopped_first:
            victim.suspend()
        hold.unlink()
        victim.kill()
        victims.append(victim.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    with running(NAME) as kernel:
        killer.join()
        assert kernel.value("__import__('os').getppid()") == the_server(folders).pid
        assert the_server(folders).pid not in victims


def test_an_idle_server_ends_and_leaves_nothing(folders: Path) -> None:
    install_kernelspec(folders, NAME, idle_s=0.3)
    with running(NAME) as kernel:
        kernel.shut_down()
    eventually(lambda: not servers(folders))
    assert leftovers(folders) == []


def test_a_server_with_a_kernel_is_not_idle(folders: Path) -> None:
    install_kernelspec(folders, NAME, idle_s=0.1)
    with running(NAME) as kernel:
        kernel.run("import time; time.sleep(0.5)")
        assert kernel.value("__import__('os').getppid()") == the_server(folders).pid


@pytest.mark.parametrize("end", ["ends", "is killed"])
def test_a_server_ends_with_its_last_owner_and_leaves_nothing(folders: Path, warm: str, end: str) -> None:
    with client_process(warm) as (client, told):
        server = the_server(folders)
        if end == "ends":
            client.communicate("\n")
        else:
            client.kill()
        eventually(lambda: is_gone(told["pid"]) and has_ended(server.pid))
    Path(told["connection_file"]).unlink()  # the client could not: a plain kernel's stays as well
    assert leftovers(folders) == []


def test_a_server_stays_for_its_other_owner(folders: Path, warm: str) -> None:
    with running(warm) as kernel:
        server = the_server(folders)
        with client_process(warm) as (client, told):
            client.kill()
            eventually(lambda: is_gone(told["pid"]))
        assert kernel.value("__import__('os').getppid()") == server.pid
        kernel.shut_down()
        with running(warm) as another:
            assert another.value("__import__('os').getppid()") == server.pid


def test_a_killed_servers_socket_goes_with_the_next_server(folders: Path) -> None:
    install_kernelspec(folders, NAME, idle_s=0.3)
    with running(NAME):
        the_server(folders).kill()
    with running(NAME):
        pass
    eventually(lambda: not servers(folders))
    assert leftovers(folders) == []


def test_a_killed_servers_socket_goes_where_it_is_asked_for_and_a_working_one_stays(folders: Path, warm: str) -> None:
    install_kernelspec(folders, "another", idle_s=0.3)
    with running(warm):
        working = {path.name for path in (folders / "run").rglob("*.sock")}
        with running("another"):
            (other,) = (each for each in servers(folders) if not working & {Path(each.cmdline()[3]).name})
            other.kill()
        eventually(lambda: is_gone(other.pid))
        spec.tidy_servers()
        assert {path.name for path in (folders / "run").rglob("*.sock")} == working


def test_twenty_kernels_in_a_row_leave_nothing_behind(folders: Path, warm: str) -> None:
    run_in_a_row(folders, warm, 20)


def run_in_a_row(folders: Path, name: str, count: int) -> None:
    """Runs kernels one after another, and holds the last's surroundings against the second's."""
    pids: list[int] = []
    seen: list[tuple[int, int, list[str]]] = []
    for _ in range(count):
        with running(name) as kernel:
            pids.append(kernel.pid)
            assert kernel.value("6 * 7") == 42
            kernel.shut_down()
        eventually(lambda: is_gone(pids[-1]))
        server = the_server(folders)
        eventually(lambda server=server: not server.children())
        seen.append((psutil.Process().num_fds(), server.num_fds(), leftovers(folders)))
    assert len({the_server(folders).pid, *pids}) == count + 1
    assert seen[-1] == seen[1]
    assert [Path(each).suffix for each in seen[-1][2]] == ["", ".sock"]


# Which server


def test_a_second_kernel_has_the_same_server(folders: Path, warm: str) -> None:
    with running(warm), running(warm):
        assert len(servers(folders)) == 1


@pytest.mark.parametrize(
    ("variable", "text", "probe"),
    [
        ("PYTHONHASHSEED", "7", "hash('甲')"),
        ("OMP_NUM_THREADS", "1", "int(__import__('os').environ['OMP_NUM_THREADS'])"),
        ("LC_ALL", "C", "__import__('locale').setlocale(0)"),
        ("PYTHONWARNINGS", "error::UserWarning", "__import__('sys').warnoptions"),
        ("PYDEVD_USE_FRAME_EVAL", "YES", "__import__('os').environ['PYDEVD_USE_FRAME_EVAL']"),
        ("NPY_PROMOTION_STATE", "weak", "__import__('os').environ['NPY_PROMOTION_STATE']"),
    ],
)
def test_what_a_fork_cannot_change_has_a_server_of_its_own(
    folders: Path, warm: str, variable: str, text: str, probe: str
) -> None:
    env = surroundings(**{variable: text})
    asked = [sys.executable, "-c", f"import json; print(json.dumps({probe}))"]
    expected = json.loads(subprocess.run(asked, env=env, capture_output=True, check=True, text=True).stdout)
    with running(warm) as usual, running(warm, env=env) as other:
        assert len(servers(folders)) == 2
        assert other.value(probe) == expected
        assert usual.value("__import__('os').getppid()") != other.value("__import__('os').getppid()")


def test_what_a_fork_can_change_has_not(folders: Path, warm: str) -> None:
    with running(warm), running(warm, env=surroundings(TZ="UTC", MPLBACKEND="agg", GREETING="你好"), cwd=str(folders)):
        assert len(servers(folders)) == 1


def test_an_upgraded_package_is_seen_by_the_next_kernel(folders: Path) -> None:
    module(folders, "upgraded", "version = 1\n")
    install_kernelspec(folders, NAME, "upgraded")
    with running(NAME) as before:
        assert before.value("__import__('upgraded').version") == 1
        module(folders, "upgraded", "version = 'two'\n")
        with running(NAME) as after:
            assert after.is_forked()
            assert after.value("__import__('upgraded').version") == "two"
        assert before.value("__import__('upgraded').version") == 1


def test_a_server_that_was_replaced_ends_with_its_kernels(folders: Path) -> None:
    module(folders, "upgraded", "version = 1\n")
    install_kernelspec(folders, NAME, "upgraded")
    with running(NAME) as before:
        old = the_server(folders)
        module(folders, "upgraded", "version = 'two'\n")
        with running(NAME):
            assert len(servers(folders)) == 2
            before.shut_down()
            eventually(lambda: has_ended(old.pid))
            with running(NAME) as third:
                assert third.is_forked()


def test_a_module_in_a_folder_that_was_not_there_before_is_found(
    folders: Path, monkeypatch: pytest.MonkeyPatch, warm: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(folders / "later"))
    with running(warm):
        (folders / "later").mkdir()
        (folders / "later" / "newcomer.py").write_text("answer = 42\n")
        with running(warm) as after:
            assert after.value("__import__('newcomer').answer") == 42


# What a server imports


def test_a_preloaded_module_is_there_without_an_import(folders: Path) -> None:
    module(folders, "ready", "def warm_up():\n    global warmed\n    warmed = True\n")
    install_kernelspec(folders, NAME, "ready:warm_up")
    with running(NAME) as kernel:
        assert kernel.value("__import__('sys').modules['ready'].warmed") is True


@pytest.mark.parametrize("absent", ["absent", "absent.inner", "xml.absent", "absent:function"])
def test_an_absent_preload_is_skipped(folders: Path, absent: str) -> None:
    install_kernelspec(folders, NAME, absent)
    with running(NAME) as kernel:
        assert kernel.is_forked()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import threading, time\nthreading.Thread(target=time.sleep, args=[600]).start()\n", "fault starts 1 thread"),
        ("raise ValueError('坏了')\n", "ValueError: 坏了"),
        ("import fau\n", "No module named 'fau'"),
        ("import ctypes\nctypes.string_at(0)\n", "the kernel server ended"),
        ("raise SystemExit\n", "the kernel server ended"),
    ],
    ids=["thread", "error", "import error", "segfault", "exit"],
)
def test_a_preload_that_fails_means_plain_kernels_and_one_line(
    folders: Path, caplog: pytest.LogCaptureFixture, source: str, reason: str
) -> None:
    module(folders, "fault", source)
    install_kernelspec(folders, NAME, "fault", idle_s=0.1)
    assert reason in launches_plain(caplog)
    eventually(lambda: not servers(folders))
    assert leftovers(folders) == []


def test_a_variable_that_a_preload_sets_is_the_kernels_too(folders: Path) -> None:
    module(folders, "setting", "import os\nos.environ['SET'] = 'yes'\nos.environ.setdefault('GIVEN', 'default')\n")
    install_kernelspec(folders, NAME, "setting")
    with running(NAME, env=surroundings(GIVEN="by the client")) as kernel:
        assert kernel.value("[__import__('os').environ[each] for each in ('SET', 'GIVEN')]") == ["yes", "by the client"]


def test_workers_find_modules_beside_the_notebook_though_multiprocessing_was_preloaded(
    folders: Path, tmp_path: Path
) -> None:
    (tmp_path / "besides.py").write_text("def double(number): return number * 2\n")
    install_kernelspec(folders, NAME, "multiprocessing.pool")
    source = (
        "import besides, multiprocessing\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "    print(pool.map_async(besides.double, [1, 2]).get(20))\n"
    )
    with running(NAME, cwd=str(tmp_path)) as kernel:
        assert kernel.run(source).stdout == "[2, 4]\n"


# No server to be had


def _open_to_others(folder: Path, _: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    folder.chmod(0o755)


def _a_link(folder: Path, _: pytest.MonkeyPatch) -> None:
    elsewhere = folder.with_name("elsewhere")
    elsewhere.mkdir(mode=0o700)
    folder.symlink_to(elsewhere)


def _absent(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("XDG_RUNTIME_DIR", str(folder / "absent"))


@pytest.mark.parametrize("spoil", [_open_to_others, _a_link, _absent])
def test_a_folder_unfit_for_sockets_means_plain_kernels_and_one_line(
    folders: Path, warm: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, spoil: Any
) -> None:
    spoil(folders / "run" / f"reportkit-kernels-{os.getuid()}", monkeypatch)
    assert "not forked" in launches_plain(caplog)
    assert servers(folders) == []


def test_a_ninth_server_is_not_started(folders: Path, warm: str, caplog: pytest.LogCaptureFixture) -> None:
    listeners = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(8)]
    try:
        for number, listener in enumerate(listeners):
            with locked_folder() as folder:
                listener.bind(str(folder / f"{number}.sock"))
            listener.listen(10)
        assert "8 kernel servers are running already" in launches_plain(caplog)
    finally:
        for listener in listeners:
            listener.close()


def test_an_interpreter_that_hangs_means_a_plain_kernel(
    folders: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = folders / "python"
    python.write_text(f'#!/bin/sh\nif [ "$1" = -c ]; then exec sleep 600; fi\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    install_kernelspec(folders, NAME, python=str(python))
    monkeypatch.setattr(launch, "_START_S", 0.2)
    assert "did not start within" in launches_plain(caplog)


def test_an_environment_larger_than_a_message_means_a_plain_kernel(
    folders: Path, warm: str, caplog: pytest.LogCaptureFixture
) -> None:
    env = surroundings(**{f"LARGE_{number}": "x" * 100_000 for number in range(12)})
    with running(warm, env=env) as kernel:
        assert kernel.value("len(__import__('os').environ['LARGE_11'])") == 100_000
    assert len(caplog.records) == 1


@pytest.mark.parametrize("launch_options", [{"stdin": subprocess.PIPE}, {"pass_fds": ()}], ids=["stdin", "unknown"])
def test_a_launch_that_a_fork_cannot_do_is_a_plain_one(
    folders: Path, warm: str, caplog: pytest.LogCaptureFixture, launch_options: dict[str, Any]
) -> None:
    with running(warm, **launch_options) as kernel:
        assert not kernel.is_forked()
    assert len(caplog.records) == 1


# Strangers at the socket


@dataclass(frozen=True)
class Served:
    """A kernel and its server, to which strangers connect."""

    folders: Path
    kernel: Kernel
    server: psutil.Process

    def connected(self) -> socket.socket:
        return connected(self.server)

    def serves_another(self) -> bool:
        """Whether the server still forks kernels."""
        with running(NAME) as another:
            return {each.value("__import__('os').getppid()") for each in (self.kernel, another)} == {self.server.pid}

    def has_as_before(self, fds: int) -> bool:
        """Whether the server has that many descriptors, and this kernel only."""
        return self.server.num_fds() == fds and [each.pid for each in self.server.children()] == [self.kernel.pid]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A kernel and its server that tests share."""
    with pytest.MonkeyPatch.context() as patch, own_folders(tmp_path_factory) as root:
        find_in(root, patch)
        install_kernelspec(root, NAME)
        with running(NAME) as kernel:
            yield Served(root, kernel, the_server(root))


def connected(server: psutil.Process) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(server.cmdline()[3])
    return connection


@pytest.mark.parametrize(
    "message",
    [
        b"\x00\xff garbage",
        b"[]",
        b"{}",
        json.dumps({"protocol": PROTOCOL}).encode(),
        json.dumps({"protocol": PROTOCOL + 1, "arguments": []}).encode(),
        b"[" * 100_000,
    ],
    ids=["bytes", "list", "empty", "fields missing", "other protocol", "deep"],
)
@pytest.mark.parametrize("fds", [0, 2, 20])
def test_a_message_that_is_no_request_disturbs_nobody(served: Served, message: bytes, fds: int) -> None:
    before = served.server.num_fds()
    with served.connected() as connection, Path(os.devnull).open("rb") as null:
        socket.send_fds(connection, [message], [null.fileno()] * fds)
        assert connection.recv(1) == b""
    eventually(lambda: served.has_as_before(before))


@pytest.mark.parametrize(
    "fields",
    [
        {"cwd": 5},
        {"env": {"A": 5}},
        {"env": []},
        {"umask": "x"},
        {"arguments": [5]},
        {"arguments": ["-f", "/nowhere/at/all.json"]},
        {"fd": 5},
    ],
    ids=str,
)
def test_a_request_that_makes_no_sense_disturbs_nobody(served: Served, fields: dict[str, Any]) -> None:
    before = served.server.num_fds()
    sound = {"arguments": ["--no-such=1"], "cwd": "/", "env": dict(surroundings()), "umask": 0, "independent": False}
    request = json.dumps({"protocol": PROTOCOL, **sound, **fields}).encode()
    with served.connected() as connection, Path(os.devnull).open("wb") as null:
        socket.send_fds(connection, [request], [null.fileno()] * 2)
        kinds = []
        while message := connection.recv(1 << 16):
            kinds.append(json.loads(message)["kind"])
            if kinds[-1] == "bound":
                os.kill(json.loads(message)["pid"], signal.SIGKILL)
    assert kinds == [] or kinds[0] == "forked"
    eventually(lambda: served.has_as_before(before))


def test_a_connection_that_says_nothing_disturbs_nobody(served: Served) -> None:
    with served.connected(), served.connected():
        assert served.serves_another()


def test_a_connection_that_says_nothing_is_not_kept_by_kernels(folders: Path, warm: str) -> None:
    with running(warm):
        server = the_server(folders)
        with connected(server) as connection, running(warm):
            server.kill()
            assert connection.recv(1) == b""


def test_a_client_that_leaves_after_its_request_leaves_no_kernel(served: Served) -> None:
    before = served.server.num_fds()
    request = {"arguments": [], "cwd": "/", "env": dict(surroundings()), "umask": 0, "independent": False}
    with Path(os.devnull).open("wb") as null:
        for _ in range(3):
            with served.connected() as connection:
                content = json.dumps({"protocol": PROTOCOL, **request}).encode()
                socket.send_fds(connection, [content], [null.fileno()] * 2)
    assert served.serves_another()
    eventually(lambda: served.has_as_before(before))


def test_looking_at_a_socket_makes_nobody_an_owner(folders: Path, warm: str) -> None:
    with client_process(warm) as (client, _):
        server = the_server(folders)
        connected(server).close()
        client.kill()
        eventually(lambda: has_ended(server.pid))


# Other systems


def test_a_system_without_pidfds_has_plain_kernels_and_one_line(
    folders: Path, warm: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "this system can't fork safely" in launches_plain(caplog)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_the_provisioner_can_be_imported_on_any_system(platform: str) -> None:
    code = (
        "import sys, jupyter_client.provisioning.local_provisioner\n"
        "import jupyter_client.asynchronous.client, jupyter_client.blocking.client\n"
        f"sys.platform = {platform!r}\n"
        "sys.modules['fcntl'] = sys.modules['resource'] = None\n"
        "from reportkit.execution.kernels import provisioner, spec\n"
        "spec.start_ahead(sys.executable, {}, network=True)\n"
        "print(provisioner.ForkProvisioner().forked)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr


def test_a_runtime_folder_with_a_long_name_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    short = tmp_path.parents[1] / "r"
    for folder, used in ((short, str(short)), (tmp_path / ("long" * 30), "/tmp")):
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        folder.mkdir(exist_ok=True)
        with locked_folder() as made:
            assert str(made.parent) == used
    assert list(short.iterdir()) == []
    short.rmdir()


# The client's half


class Answering:
    """A client whose kernel answers so many seconds after it was asked."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._asked: list[tuple[str, float]] = []
        self._read: dict[str, int] = {"shell": 0, "iopub": 0}
        self.reply: dict[str, Any] = {}

    def kernel_info(self) -> str:
        self._asked.append((str(len(self._asked)), time.monotonic() + self._after_s))
        return self._asked[-1][0]

    async def _answer(self, channel: str, timeout: float, rest: dict[str, Any]) -> dict[str, Any]:
        asked, due = self._asked[self._read[channel]] if self._read[channel] < len(self._asked) else ("", float("inf"))
        await asyncio.sleep(max(0.0, min(timeout, due - time.monotonic())))
        if time.monotonic() < due:
            raise Empty
        self._read[channel] += 1
        return {"parent_header": {"msg_id": asked}, **rest}

    async def _async_get_shell_msg(self, timeout: float) -> dict[str, Any]:
        return await self._answer("shell", timeout, {"msg_type": "kernel_info_reply"})

    async def _async_get_iopub_msg(self, timeout: float) -> dict[str, Any]:
        return await self._answer("iopub", timeout, {"msg_type": "status", "content": {"execution_state": "idle"}})

    async def _async_is_alive(self) -> bool:
        return True

    def _handle_kernel_info_reply(self, reply: dict[str, Any]) -> None:
        self.reply = reply


@pytest.mark.parametrize("after_s", [0.0, 0.3, 1.1])
def test_a_slow_answer_makes_a_kernel_ready_too(after_s: float) -> None:
    client = Answering(after_s)
    asyncio.run(ready._wait_for_ready(client, timeout=PATIENCE_S))
    assert client.reply["msg_type"] == "kernel_info_reply"


def test_a_kernel_that_never_answers_is_given_up_in_time() -> None:
    with pytest.raises(RuntimeError, match="didn't respond in 1 seconds"):
        asyncio.run(ready._wait_for_ready(Answering(PATIENCE_S), timeout=1))


def test_two_may_wait_for_the_end_of_one_kernel(folders: Path, warm: str) -> None:
    with running(warm) as kernel:
        process: Any = kernel.manager.provisioner
        process = process.process

        async def both() -> list[bool]:
            waiting = [asyncio.create_task(process.async_wait(PATIENCE_S)) for _ in range(2)]
            await asyncio.sleep(0.1)
            process.kill()
            return list(await asyncio.gather(*waiting))

        assert asyncio.run(both()) == [True, True]


def test_a_process_that_leads_no_group_yet_is_signalled_all_the_same() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    ours, theirs = socket.socketpair()
    with ours, theirs:
        launch.ForkedKernel(process.pid, os.pidfd_open(process.pid), ours).kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL


def test_only_a_refused_connection_says_that_a_server_is_dead(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with locked_folder() as folder:
        path = folder / "some.sock"
        path.touch()
        monkeypatch.setattr(wire, "connection_to", _no_descriptor_left)
        assert launch._listens(path)
        assert path.exists()
        monkeypatch.undo()
        assert not launch._listens(path)
        assert not path.exists()


def _no_descriptor_left(_path: str) -> None:
    raise OSError(errno.EMFILE, "Too many open files")
