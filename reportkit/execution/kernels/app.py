"""ipykernel's application as a forked child runs it."""

import faulthandler
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from reportkit.execution.kernels.stream import PromptStream

_CONTROL_THREAD_S = 2.0
_RECONNECT_S = 0.3
"""What a restarted kernel leaves the clients that it finds: zmq tries again every 0.1 to 0.2 s, and what is published
before that is lost. A plain kernel takes longer to start."""
_HISTORY = "--HistoryManager.hist_file="


def known_config(argv: Sequence[str]) -> Config | None:
    """What `-f FILE` and `--HistoryManager.hist_file=FILE` configure, each once at most; None for anything else."""
    config = Config()
    rest = list(argv)
    while rest:
        argument = rest.pop(0)
        if argument == "-f" and rest and not rest[0].startswith("-") and "IPKernelApp" not in config:
            config.IPKernelApp.connection_file = rest.pop(0)
        elif argument.startswith(_HISTORY) and "HistoryManager" not in config:
            config.HistoryManager.hist_file = argument.removeprefix(_HISTORY)
        else:
            return None
    return config


class ForkedKernelApp(IPKernelApp):
    """Tells the client when its sockets are bound.

    `bound` is called once all five sockets listen: an earlier connection would be refused and tried again later.
    `restarted` says that clients of the kernel before it are still there, and must not miss its first words.
    """

    def __init__(self, *, bound: Callable[[], None], restarted: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._bound, self._restarted = bound, restarted
        self.outstream_class = f"{PromptStream.__module__}.{PromptStream.__qualname__}"
        # ipykernel read it when the server imported it; one that has none prints how to connect.
        self.parent_handle = int(os.environ.get("JPY_PARENT_PID") or 0)

    def parse_command_line(self, argv: Sequence[str] | None = None) -> None:
        """The kernelspec's own arguments at once; for others traitlets builds its parser of every option there is."""
        config = None if argv is None else known_config(argv)
        if argv is None or config is None:
            super().parse_command_line(argv)
            return
        self.argv, self.cli_config = list(argv), config
        self.update_config(config)

    def init_io(self) -> None:
        """As ipykernel's own; but what PYTHONFAULTHANDLER asks for is written where it outlives the process."""
        super().init_io()  # type: ignore[no-untyped-call]  # ipykernel's own
        if os.environ.get("PYTHONFAULTHANDLER"):
            faulthandler.disable()  # it believes the server's handlers to be there still
            faulthandler.enable(getattr(sys.stderr, "_original_stdstream_copy", None) or 2, all_threads=False)

    def init_poller(self) -> None:
        """Nothing: ipykernel's own poller waits for the parent's end, and the parent is the server."""

    def init_heartbeat(self) -> None:
        super().init_heartbeat()  # type: ignore[no-untyped-call]  # ipykernel's own
        self._bound()
        if self._restarted:
            time.sleep(_RECONNECT_S)

    def end_control_thread(self) -> None:
        """Lets the control channel finish: its last flush would wait for an IOPub thread that atexit has closed."""
        if self.control_thread is not None and self.control_thread.is_alive():
            self.control_thread.stop()
            self.control_thread.join(_CONTROL_THREAD_S)
