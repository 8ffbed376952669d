"""ipykernel's application as a forked child runs it."""

import os
import select
from collections.abc import Callable
from threading import Thread
from typing import Any

from ipykernel.kernelapp import IPKernelApp

_CONTROL_THREAD_S = 2.0


class ForkedKernelApp(IPKernelApp):
    """Tells the client when its sockets are bound, and ends with the client's process.

    `bound` is called once all five sockets listen: an earlier connection would be refused and tried again later.
    `client` is the client's pidfd, None for a kernel that outlives it.
    """

    def __init__(self, *, bound: Callable[[], None], client: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._bound, self._client = bound, client
        # ipykernel read it when the server imported it; one that has none prints how to connect.
        self.parent_handle = int(os.environ.get("JPY_PARENT_PID") or 0)

    def init_poller(self) -> None:
        """Waits for the client's end; ipykernel's own poller waits for the parent's, which is the server."""
        if self._client is not None:
            Thread(target=self._end_with_client, name="client watch", daemon=True).start()

    def _end_with_client(self) -> None:
        assert self._client is not None
        waiting = select.poll()
        waiting.register(self._client, select.POLLIN)
        while not waiting.poll():
            pass
        os._exit(1)

    def init_heartbeat(self) -> None:
        super().init_heartbeat()  # type: ignore[no-untyped-call]
        self._bound()

    def end_control_thread(self) -> None:
        """Lets the control channel finish: its last flush would wait for an IOPub thread that atexit has closed."""
        if self.control_thread is not None and self.control_thread.is_alive():
            self.control_thread.stop()
            self.control_thread.join(_CONTROL_THREAD_S)
