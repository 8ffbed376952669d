"""JupyterLab's own server in folders of its own, asked over HTTP."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.kernels import PATIENCE_S, eventually, surroundings

TOKEN = uuid.uuid4().hex


class Lab:
    """A running JupyterLab, asked over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url

    def request(self, method: str, path: str, content: dict[str, Any] | None = None) -> Any:
        """The answer of its programming interface."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.url}api/{path}", body, headers, method=method)
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read() or b"null")

    def kernels(self) -> dict[str, str]:
        """The state of each kernel that JupyterLab lists, by id."""
        return {each["id"]: each["execution_state"] for each in self.request("GET", "kernels")}


@contextmanager
def running_lab(root: Path, work: Path) -> Iterator[Lab]:
    """JupyterLab on the folder `work`; what it writes besides is in `root`, a folder of `own_folders`."""
    env = surroundings(JUPYTER_CONFIG_DIR=str(root / "config"), JUPYTER_DATA_DIR=str(root / "data"))
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.port=0",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={work}",
        "--KernelRestarter.time_to_dead=0.2",
    ]
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=env, stdout=log, stderr=log, cwd=root
        )
    try:
        eventually(lambda: process.poll() is not None or _url(root))
        url = _url(root)
        assert url, (root / "log").read_text()
        eventually(lambda: _answers(Lab(url)))
        yield Lab(url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


def _url(root: Path) -> str:
    for path in (root / "jupyter").glob("jpserver-*.json"):
        try:
            return str(json.loads(path.read_text())["url"])
        except ValueError:  # half written
            continue
    return ""


def _answers(lab: Lab) -> bool:
    try:
        return bool(lab.request("GET", "status"))
    except urllib.error.URLError:
        return False
