"""Kernel clients that know at once when a kernel is ready; jupyter_client's own wait for 0.2 s of silence."""

import time
from collections.abc import Awaitable, Callable
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_core.utils import run_sync

_AGAIN_S = 0.25
"""When to ask again, the first time: an IOPub message is lost where the subscription came after it."""
_Message = dict[str, Any]


async def _wait_for_ready(client: Any, timeout: float | None = None) -> None:
    """Returns when the kernel has answered and its IOPub channel is known to be connected and empty.

    IOPub is ordered: once the `idle` of our own request has come, nothing from before it can. Raises RuntimeError
    where the kernel died or `timeout` seconds have passed, in the words of the method that it replaces.
    """
    deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
    asked: set[str] = set()
    reply = None
    again_s = _AGAIN_S
    while True:
        asked.add(client.kernel_info())
        until = min(time.monotonic() + again_s, deadline)
        again_s *= 2
        reply = reply or await _first(client._async_get_shell_msg, asked, until, _is_reply)
        if reply is not None and await _first(client._async_get_iopub_msg, asked, until, _is_idle) is not None:
            client._handle_kernel_info_reply(reply)
            return
        if not await client._async_is_alive():
            raise RuntimeError("Kernel died before replying to kernel_info")
        if time.monotonic() >= deadline:
            raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")


async def _first(
    get: Callable[..., Awaitable[_Message]], asked: set[str], until: float, fits: Callable[[_Message], bool]
) -> _Message | None:
    """The first message that answers one of the requests and fits; None where none came in time."""
    while (left := until - time.monotonic()) > 0:
        try:
            message = await get(timeout=left)
        except Empty:
            return None
        if message["parent_header"].get("msg_id") in asked and fits(message):
            return message
    return None


def _is_reply(message: _Message) -> bool:
    return bool(message["msg_type"] == "kernel_info_reply")


def _is_idle(message: _Message) -> bool:
    return bool(message["msg_type"] == "status" and message["content"]["execution_state"] == "idle")


class PromptAsyncKernelClient(AsyncKernelClient):
    """An AsyncKernelClient whose `wait_for_ready` doesn't wait for silence."""

    wait_for_ready = _wait_for_ready


class PromptBlockingKernelClient(BlockingKernelClient):
    """A BlockingKernelClient whose `wait_for_ready` doesn't wait for silence."""

    wait_for_ready = run_sync(_wait_for_ready)


PROMPT_CLIENTS: dict[type, type] = {
    AsyncKernelClient: PromptAsyncKernelClient,
    BlockingKernelClient: PromptBlockingKernelClient,
}
"""What replaces which of jupyter_client's own clients."""
