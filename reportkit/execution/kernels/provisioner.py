"""The kernel provisioner `reportkit-fork`: kernels are forked from a warm server, or plain where that can't be."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, Float, Integer, List, Unicode

from reportkit.execution.kernels.confine import confined_command
from reportkit.execution.kernels.ready import PROMPT_CLIENTS
from reportkit.execution.kernels.spec import IDLE_S

if sys.platform == "linux":
    from reportkit.execution.kernels.address import ServerSettings
    from reportkit.execution.kernels.launch import ForkedKernel, NoServer, fork_kernel
    from reportkit.execution.kernels.wire import Request

_LAUNCHER = ["-m", "ipykernel_launcher"]
_UNDERSTOOD = {"cwd", "env", "stdin", "stdout", "stderr", "independent", "extra_arguments", "kernel_id"}
_POLITE_S = 1.0
"""How long a shutdown waits for the process itself before jupyter_client begins to look every 0.1 s."""
_log = logging.getLogger(__name__)
_logged: set[str] = set()


class ForkProvisioner(LocalProvisioner):
    """Launches kernels as LocalProvisioner does, but forks them from a server that has their imports done.

    Where no kernel can be forked a plain one is launched, and one line of the log says why.
    """

    preload = List(Unicode(), help="Modules to import, or `module:function` to call, before kernels are forked.")
    idle_s = Float(IDLE_S, help="Seconds without a launch after which the server ends.")
    network = Bool(True, help="Whether kernels have a network; where the system can't take it away they have.")
    memory_mb = Integer(None, allow_none=True, help="The most memory of its own that a kernel may have.")

    process: Any = None
    _waited_s = 0.0
    _launched = False

    @property
    def forked(self) -> bool:
        """Whether the kernel that runs now was forked."""
        return sys.platform == "linux" and isinstance(self.process, ForkedKernel)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Forks the kernel that `cmd` would start; its sockets are bound when this returns."""
        reason = _unfit(cmd, kwargs)
        restarted, self._launched = self._launched, True
        if not reason:
            try:
                await self._fork(cmd, restarted, **kwargs)
            except (NoServer, OSError) as error:
                reason = str(error)
            else:
                return self.connection_info
        if reason not in _logged and Path(kwargs.get("cwd") or ".").is_dir():
            _logged.add(reason)
            _log.warning("Kernels are started one by one, not forked: %s", reason)
        command = _with_last_words(cmd, kwargs.get("env") or os.environ)
        return await super().launch_kernel(self._confined(command), **kwargs)

    def _confined(self, cmd: list[str]) -> list[str]:
        return confined_command(cmd, network=self.network, memory_bytes=self._memory_bytes)

    @property
    def _memory_bytes(self) -> int | None:
        return None if self.memory_mb is None else self.memory_mb * 2**20

    async def _fork(self, cmd: list[str], restarted: bool, **kwargs: Any) -> None:
        independent = bool(kwargs.get("independent"))
        env = dict(kwargs["env"])
        if not independent:
            env["JPY_PARENT_PID"] = str(os.getpid())
        cwd = kwargs.get("cwd") or Path.cwd()
        request = Request(
            arguments=tuple(cmd[3:]),
            cwd=str(Path(cwd).absolute()),
            env=env,
            umask=_umask(),
            ignored=tuple(number for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN),
            blocked=tuple(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
            independent=independent,
            restarted=restarted,
            memory_bytes=self._memory_bytes,
        )
        python = os.path.expanduser(cmd[0])  # noqa: PTH111 - a text
        environment = ServerSettings(python, env, tuple(self.preload), self.idle_s, self.network)
        with _descriptors(kwargs.get("stdout"), kwargs.get("stderr")) as descriptors:
            self.process = await fork_kernel(environment, request, descriptors)
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        manager = self.parent
        if manager is not None and manager.client_factory in PROMPT_CLIENTS:
            manager.client_factory = PROMPT_CLIENTS[manager.client_factory]

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002 - jupyter_client's signature
        """Waits for the process's end, which mostly comes in milliseconds, rather than looking every 0.1 s."""
        if self.forked:
            started = time.monotonic()
            await self.process.async_wait(_POLITE_S)
            self._waited_s = time.monotonic() - started

    def get_shutdown_wait_time(self, recommended: float = 5.0) -> float:
        """What is left of the time for a shutdown after `shutdown_requested` has waited."""
        waited, self._waited_s = self._waited_s, 0.0
        return max(0.0, super().get_shutdown_wait_time(recommended) - waited)

    async def wait(self) -> int | None:
        """Waits for the process's end without looking every 0.1 s."""
        if self.forked:
            while not await self.process.async_wait(60):
                pass
        return await super().wait()

    async def send_signal(self, signum: int) -> None:
        """Signals the kernel's process group; a process that has its number by now is never hit."""
        if self.forked:
            self.process.send_signal(signum)
        else:
            await super().send_signal(signum)


def _unfit(cmd: list[str], kwargs: Mapping[str, Any]) -> str:
    """Why a launch can't be a fork; empty where it can."""
    if sys.platform != "linux":
        return "this system can't fork safely"
    if cmd[1:3] != _LAUNCHER:
        return f"the kernel's command is not `python {' '.join(_LAUNCHER)}`"
    if unknown := set(kwargs) - _UNDERSTOOD:
        return f"a fork can't have {', '.join(sorted(unknown))}"
    if kwargs.get("stdin") not in (None, subprocess.DEVNULL):
        return "a fork reads no standard input"
    if not Path(kwargs.get("cwd") or ".").is_dir():
        return f"there is no folder {kwargs['cwd']}"
    return ""


def _umask() -> int:
    """This process's umask, without setting it for a moment."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("Umask:")[2].split(maxsplit=1)[0], 8)


@contextmanager
def _descriptors(stdout: Any, stderr: Any) -> Iterator[list[int]]:
    """Descriptors of one's own for what Popen would take as standard output and error. Raises NoServer, OSError."""
    opened: list[int] = []
    try:
        for stream, inherited in ((stdout, 1), (stderr, 2)):
            if stream == subprocess.DEVNULL:
                opened.append(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC))
            elif stream == subprocess.STDOUT:
                opened.append(os.dup(opened[0]))
            elif stream == subprocess.PIPE:
                raise NoServer("a fork has no pipes")
            elif stream is None:
                opened.append(os.dup(inherited))
            else:
                opened.append(os.dup(stream if isinstance(stream, int) else stream.fileno()))
        yield opened
    finally:
        for fd in opened:
            os.close(fd)


_LAST_WORDS = (
    "--IPKernelApp.exec_lines=__import__('faulthandler').enable("
    "getattr(__import__('sys').stderr, '_original_stdstream_copy', None) or 2, all_threads=False)"
)


def _with_last_words(command: list[str], environment: Mapping[str, str]) -> list[str]:
    """A plain kernel's command, so that what PYTHONFAULTHANDLER asks for outlives the process as a forked one's does.

    By itself Python would write it into the pipe that ipykernel reads standard error from, and dies with.
    """
    asked = environment.get("PYTHONFAULTHANDLER") and "ipykernel_launcher" in command
    return [*command, _LAST_WORDS] if asked else command
