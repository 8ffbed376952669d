"""The papermill engine `reportkit`: nbclient with forked kernels, one time limit a notebook, and a kernel's own place.

Usable as `papermill --engine reportkit`: notebooks for `python3` run in this interpreter's forked kernels; without our
arguments the rest is what papermill's own engine does.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

from reportkit.execution.kernels.leftovers import end_marked
from reportkit.execution.kernels.spec import ForkedKernelSpecManager
from reportkit.execution.running import TOO_MUCH, clients, fits_socket, process_of
from reportkit.model import Confinement

_MESSAGE_BYTES = 1024
"""What a message counts besides its texts: thousands of empty ones are too much as well."""

_ENDING_S = 1.0


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Talks to its kernel over Unix sockets where there are any; stops one that hangs at once, without asking first."""

    connection_file: str | None = None
    confinement = Confinement(network=True)
    note: dict[str, Any] | None = None
    forked = False
    _shown_bytes = 0

    def create_kernel_manager(self) -> Any:
        manager = super().create_kernel_manager()
        name = self.connection_file
        manager.kernel_spec_manager = ForkedKernelSpecManager(
            network=self.confinement.network, memory_mb=self.confinement.memory_mb
        )
        self.ipython_hist_file = ""  # the kernelspec's own arguments name it already
        if name is not None and fits_socket(name):
            # No other user can listen in, and no port is taken.
            manager.transport = "ipc"
            manager.connection_file = name
        return manager

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """As papermill's own; once a notebook has shown too much its kernel is killed, and the rest isn't kept."""
        if self.note is not None:
            self._shown_bytes += _MESSAGE_BYTES + _length(msg.get("content"))
            if self._shown_bytes > self.confinement.output_mb * 2**20:
                self.note.setdefault(TOO_MUCH, cell.id)
                if (process := process_of(self.km)) is not None:
                    process.kill()
                return None
        return super().process_message(msg, cell, cell_index)

    def papermill_execute_cells(self) -> None:
        try:
            super().papermill_execute_cells()
        except (CellTimeoutError, DeadKernelError):
            self.shutdown_kernel = "immediate"
            _end_waiting_tasks()
            raise
        finally:
            self.forked = bool(getattr(self.km.provisioner, "forked", False))
            if self.note is not None:
                self.note["peak_bytes"] = _peak_bytes(self.km)


def _end_waiting_tasks() -> None:
    """Ends what still waits for a stopped kernel's output: nbclient cancels it, but doesn't await its end."""
    loop = ensure_event_loop()
    if loop.is_running() or not (waiting := asyncio.all_tasks(loop)):
        return
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.wait(waiting, timeout=_ENDING_S))


class ReportkitEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Executes a notebook within `notebook_timeout_s` seconds, its kernel started in `kernel_cwd` with `kernel_env`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        *,
        notebook_timeout_s: float | None = None,
        kernel_cwd: str | None = None,
        kernel_env: Mapping[str, str] | None = None,
        connection_file: str | None = None,
        kernel_log: IO[bytes] | None = None,
        confinement: Confinement | None = None,
        note: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        started = time.monotonic()

        def remaining(_cell: Any) -> float | None:
            if notebook_timeout_s is None:
                return execution_timeout
            # nbclient takes 0 for "no limit".
            return max(notebook_timeout_s - (time.monotonic() - started), 0.001)

        kwargs.pop("input_path", None)
        client = _Client(
            nb_man,
            timeout_func=remaining,
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            **kwargs,
        )
        client.connection_file = connection_file
        client.confinement = confinement or client.confinement
        client.note = note
        start: dict[str, Any] = {}
        if kernel_log is not None:
            start["stdout"] = start["stderr"] = kernel_log
        if kernel_cwd is not None:
            start["cwd"] = kernel_cwd
        if kernel_env is not None:
            start["env"] = dict(kernel_env)
        clients.add(client)
        try:
            return client.execute(**start)
        finally:
            clients.discard(client)
            if kernel_env is not None and "TMPDIR" in kernel_env and not client.forked:
                end_marked("TMPDIR", kernel_env["TMPDIR"])  # the server sees to those of forked kernels


def _length(content: Any) -> int:
    """About how long a message's content is: the characters of all its texts."""
    match content:
        case str():
            return len(content)
        case dict():
            return sum(map(_length, content.values()))
        case list():
            return sum(map(_length, content))
    return 0


def _peak_bytes(manager: Any) -> int | None:
    """The most memory that a kernel had, what it shares with others among it; None where the system doesn't say."""
    with suppress(OSError, ValueError, AttributeError, LookupError):
        status = Path(f"/proc/{process_of(manager).pid}/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024
    return None
