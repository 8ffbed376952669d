"""JupyterLab's own server runs forked kernels as it runs plain ones: cells, interrupts, restarts, the debugger."""

import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.jupyterlab import TOKEN, Lab, running_lab
from tests.kernels import KERNELS, PATIENCE_S, is_gone, own_folders

if sys.platform != "linux":
    pytest.skip("Kernels are forked on Linux only.", allow_module_level=True)


class Notebook:
    """One kernel's websocket, as a browser has it."""

    def __init__(self, lab: Lab, kernel: str, socket: WebSocketClientConnection) -> None:
        self.lab, self.kernel, self._socket = lab, kernel, socket
        self._session = uuid.uuid4().hex

    async def send(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        """Sends a request; returns its id."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.3",
        }
        parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel}
        await self._socket.write_message(json.dumps(parts))
        return str(header["msg_id"])

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Reads messages up to the first that fits."""
        while True:
            text = await asyncio.wait_for(self._socket.read_message(), PATIENCE_S)
            assert text is not None, "The websocket was closed."
            if fits(message := json.loads(text)):
                return message

    async def execute(self, source: str) -> str:
        return await self.send("execute_request", {"code": source, "silent": False})

    async def printed(self, source: str) -> str:
        """What a cell prints first."""
        asked = await self.execute(source)
        message = await self.until(
            lambda each: each["msg_type"] in ("stream", "error") and each["parent_header"].get("msg_id") == asked
        )
        return str(message["content"].get("text", message["content"].get("ename")))

    async def printed_at_last(self, source: str) -> str:
        """What a cell prints, sent until it is answered: a request to a kernel that is just dying may go with it."""
        for _ in range(int(PATIENCE_S)):
            try:
                return await asyncio.wait_for(self.printed(source), 1)
            except TimeoutError:
                continue
        raise TimeoutError("no answer")

    async def debug(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request of the debug adapter protocol."""
        content = {"type": "request", "seq": 1, "command": command, "arguments": arguments}
        asked = await self.send("debug_request", content, "control")
        reply = await self.until(
            lambda each: each["msg_type"] == "debug_reply" and each["parent_header"].get("msg_id") == asked
        )
        found: dict[str, Any] = reply["content"]
        return found


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with own_folders(tmp_path_factory) as root:
        (root / "work").mkdir()
        with running_lab(root, root / "work") as lab:
            yield lab


def drive(lab: Lab, name: str, use: Callable[[Notebook], Awaitable[None]]) -> None:
    """Starts a kernel through JupyterLab, uses it as a browser does, and deletes it if it is still there."""

    async def run() -> None:
        kernel = (await asyncio.to_thread(lab.request, "POST", "kernels", {"name": name}))["id"]
        url = f"{lab.url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
        socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {TOKEN}"}))
        try:
            await use(Notebook(lab, kernel, socket))
        finally:
            socket.close()
            while await asyncio.wait_for(socket.read_message(), PATIENCE_S) is not None:
                pass
            if kernel in lab.kernels():
                await asyncio.to_thread(lab.request, "DELETE", f"kernels/{kernel}")

    asyncio.run(run())


@pytest.fixture(params=KERNELS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_jupyterlab_offers_both_kernels(lab: Lab) -> None:
    assert set(KERNELS) <= set(lab.request("GET", "kernelspecs")["kernelspecs"])


def test_jupyterlab_executes_a_cell(lab: Lab, name: str) -> None:
    async def use(notebook: Notebook) -> None:
        assert await notebook.printed("print('你好')") == "你好\n"

    drive(lab, name, use)


def test_jupyterlab_interrupts_a_cell(lab: Lab, name: str) -> None:
    async def use(notebook: Notebook) -> None:
        cell = await notebook.execute("print('begun', flush=True)\nwhile True: pass")
        await notebook.until(lambda each: each["content"].get("text") == "begun\n")
        await asyncio.to_thread(lab.request, "POST", f"kernels/{notebook.kernel}/interrupt")
        reply = await notebook.until(
            lambda each: each["msg_type"] == "execute_reply" and each["parent_header"].get("msg_id") == cell
        )
        assert reply["content"]["ename"] == "KeyboardInterrupt"

    drive(lab, name, use)


def test_jupyterlab_restarts_a_kernel(lab: Lab, name: str) -> None:
    async def use(notebook: Notebook) -> None:
        before = int(await notebook.printed("import os; print(os.getpid())"))
        await asyncio.to_thread(lab.request, "POST", f"kernels/{notebook.kernel}/restart")
        after = int(await notebook.printed_at_last("import os; print(os.getpid())"))
        assert after != before
        assert is_gone(before)

    drive(lab, name, use)


def test_jupyterlab_starts_a_kernel_again_that_has_killed_itself(lab: Lab, name: str) -> None:
    async def use(notebook: Notebook) -> None:
        before = int(await notebook.printed("import os; print(os.getpid())"))
        await notebook.execute("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        await notebook.until(lambda each: each["content"].get("execution_state") == "restarting")
        after = int(await notebook.printed_at_last("import os; print(os.getpid())"))
        assert after != before

    drive(lab, name, use)


def test_a_kernel_deleted_in_jupyterlab_is_gone(lab: Lab, name: str) -> None:
    pids: list[int] = []

    async def use(notebook: Notebook) -> None:
        pids.append(int(await notebook.printed("import os; print(os.getpid())")))
        await asyncio.to_thread(lab.request, "DELETE", f"kernels/{notebook.kernel}")

    drive(lab, name, use)
    assert is_gone(pids[0])


def test_jupyterlabs_debugger_attaches(lab: Lab, name: str) -> None:
    async def use(notebook: Notebook) -> None:
        await notebook.printed("print('ready')")
        initialized = await notebook.debug(
            "initialize", {"clientID": "test", "adapterID": "", "pathFormat": "path", "linesStartAt1": True}
        )
        assert initialized["success"], initialized
        attached = await notebook.debug("attach", {})
        assert attached["success"], attached
        dumped = await notebook.debug("dumpCell", {"code": "held = 41\nheld += 1\nprint(held)"})
        assert dumped["success"], dumped
        path = dumped["body"]["sourcePath"]
        placed = await notebook.debug(
            "setBreakpoints", {"source": {"path": path}, "breakpoints": [{"line": 3}], "sourceModified": False}
        )
        assert placed["body"]["breakpoints"][0]["verified"], placed

    drive(lab, name, use)
