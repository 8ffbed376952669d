"""Kernels as the tests see them: started under any kernelspec, asked in plain Python, gone at the end of the block."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
import pytest
from jupyter_client.manager import KernelManager

PLAIN, FORKED = KERNELS = ("python3", "reportkit")
SERVER = "reportkit.execution.kernels.server"
PATIENCE_S = 240
"""How long a test waits for what must come; a test that passes never waits this long."""


@dataclass(frozen=True)
class Cell:
    """What a cell has shown; `shown` are its displays and its result, by media type."""

    stdout: str = ""
    stderr: str = ""
    shown: tuple[Mapping[str, Any], ...] = ()
    error: str = ""


@dataclass
class Kernel:
    """A running kernel with its manager and a client of it."""

    manager: KernelManager
    client: Any

    @property
    def pid(self) -> int:
        provisioner: Any = self.manager.provisioner
        return int(provisioner.pid)

    def run(self, source: str, *, until: str = "") -> Cell:
        """Executes a cell; goes on reading after its end until its output has the text `until`."""
        return self.outcome(self.client.execute(source, allow_stdin=False), until=until)

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel, by way of JSON."""
        cell = self.run(f"import json as _json; print(_json.dumps({expression}))")
        assert cell.error == "", cell
        return json.loads(cell.stdout)

    def begin(self, source: str) -> str:
        """Executes a cell up to its `print('begun')`; returns its message id."""
        message_id: str = self.client.execute(source, allow_stdin=False)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            message = self.client.get_iopub_msg(timeout=PATIENCE_S)
            if message["msg_type"] == "stream" and "begun" in message["content"]["text"]:
                return message_id
        raise TimeoutError("the cell did not begin")

    def outcome(self, message_id: str, *, until: str = "") -> Cell:
        """Reads a cell's messages until it has ended."""
        streams = {"stdout": "", "stderr": ""}
        shown: list[Mapping[str, Any]] = []
        error, idle = "", False
        while not (idle and until in streams["stdout"] + streams["stderr"]):
            try:
                message = self.client.get_iopub_msg(timeout=PATIENCE_S)
            except Empty:
                raise TimeoutError(f"no more than {streams} {shown} {error}") from None
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    streams[content["name"]] += content["text"]
                case "display_data" | "execute_result":
                    shown.append(content["data"])
                case "error":
                    error = content["ename"]
                case "status" if message["parent_header"].get("msg_id") == message_id:
                    idle = content["execution_state"] == "idle"
        return Cell(streams["stdout"], streams["stderr"], tuple(shown), error)

    def restart(self, *, now: bool) -> None:
        self.manager.restart_kernel(now=now)
        self.client.wait_for_ready(timeout=PATIENCE_S)

    def shut_down(self) -> None:
        """Asks the kernel to end, as a person does who closes a notebook."""
        self.manager.shutdown_kernel()

    def is_forked(self) -> bool:
        return is_server(psutil.Process(self.pid).cmdline())


def surroundings(**variables: str) -> dict[str, str]:
    """This process's environment; with pytest's own variable ipykernel would not read file descriptors."""
    return {name: text for name, text in os.environ.items() if name != "PYTEST_CURRENT_TEST"} | variables


@contextmanager
def running(name: str, *, env: Mapping[str, str] | None = None, **launch: Any) -> Iterator[Kernel]:
    """A kernel of this kernelspec; it is killed at the end where the block hasn't shut it down."""
    manager = KernelManager(kernel_name=name)
    client: Any = None
    try:
        manager.start_kernel(env=dict(surroundings() if env is None else env), **launch)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE_S)
        yield Kernel(manager, client)
    finally:
        if client is not None:
            client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


@contextmanager
def own_runtime() -> Iterator[Path]:
    """A short-named folder for the sockets and connection files of this process and its kernels.

    Ends the kernel servers that it holds.
    """
    with tempfile.TemporaryDirectory(prefix="rk-") as name, pytest.MonkeyPatch.context() as patch:
        root = Path(name)
        for variable, folder in (("XDG_RUNTIME_DIR", "run"), ("JUPYTER_RUNTIME_DIR", "jupyter")):
            (root / folder).mkdir(mode=0o700)
            patch.setenv(variable, str(root / folder))
        try:
            yield root
        finally:
            _end_servers(root)


@contextmanager
def own_folders(factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A short-named folder for the sockets, connection files and temporary files of this process and its kernels.

    Ends the kernel servers that it holds.
    """
    factory.getbasetemp()  # pytest makes it where temporary files are when it is first asked for
    with tempfile.TemporaryDirectory(prefix="rk-") as name, pytest.MonkeyPatch.context() as patch:
        root = Path(name)
        for variable, folder in (("XDG_RUNTIME_DIR", "run"), ("TMPDIR", "tmp"), ("JUPYTER_RUNTIME_DIR", "jupyter")):
            (root / folder).mkdir()
            patch.setenv(variable, str(root / folder))
        patch.setenv("IPYTHONDIR", str(root / "ipython"))
        patch.setattr(tempfile, "tempdir", str(root / "tmp"))
        try:
            yield root
        finally:
            _end_servers(root)


def _end_servers(root: Path) -> None:
    for server in servers(root):
        server.terminate()
    eventually(lambda: not servers(root))


def leftovers(root: Path) -> list[str]:
    """Whatever is in the folders for sockets, connection files and temporary files."""
    folders = [root / folder for folder in ("run", "tmp", "jupyter")]
    return sorted(str(path.relative_to(root)) for folder in folders for path in folder.rglob("*"))


def is_server(command: list[str]) -> bool:
    """Whether a command is the server's; a forked kernel has its server's."""
    return len(command) > 2 and SERVER in command[2]


def servers(root: Path) -> list[psutil.Process]:
    """The servers whose socket is below `root`; unlike their kernels they lead no session."""
    found = []
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if is_server(command) and str(root) in command[3] and os.getsid(process.pid) != process.pid:
                found.append(process)
        except (psutil.Error, ProcessLookupError):
            continue
    return found


def the_server(root: Path) -> psutil.Process:
    (server,) = servers(root)
    return server


def eventually(holds: Callable[[], object]) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "It never came to hold."
        time.sleep(0.02)


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or left for the init process to reap."""
    return is_gone(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def is_gone(pid: int) -> bool:
    """Whether there is no such process, not even a zombie."""
    return not psutil.pid_exists(pid)


@contextmanager
def client_process(name: str, **launch: Any) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A process of its own that has started a kernel and waits for a line, with the kernel's pid and connection file.

    Given a line it ends without another word to its kernel.
    """
    source = (
        "import json, os, subprocess, sys\n"
        "from jupyter_client.manager import KernelManager\n"
        f"manager = KernelManager(kernel_name={name!r})\n"
        f"manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **{launch!r})\n"
        "client = manager.client()\n"
        "client.start_channels()\n"
        f"client.wait_for_ready({PATIENCE_S})\n"
        "told = {'pid': manager.provisioner.pid, 'connection_file': manager.connection_file}\n"
        "print(json.dumps(told), flush=True)\n"
        "sys.stdin.readline()\n"
        "os._exit(0)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", source],
        env=surroundings(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def install_kernelspec(root: Path, name: str, *preload: str, idle_s: float = 600.0, python: str = "python") -> None:
    """Writes a kernelspec of forked kernels into `root`, a folder that JUPYTER_PATH names."""
    spec = {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
        "metadata": {
            "kernel_provisioner": {
                "provisioner_name": "reportkit-fork",
                "config": {"preload": list(preload), "idle_s": idle_s},
            }
        },
    }
    folder = root / "kernels" / name
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
