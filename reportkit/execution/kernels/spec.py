"""The kernelspec `reportkit` as the package carries it; `pip install` puts the same file where Jupyter looks."""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpec

NAME = "reportkit"
IDLE_S = 600.0
"""How long a server waits for another launch."""
_FOLDER = Path(__file__).with_name("kernelspec")


def kernel_spec() -> "KernelSpec":
    """This interpreter's forked kernel, whatever kernelspecs the user or the system has installed."""
    from jupyter_client.kernelspec import KernelSpec

    return KernelSpec.from_resource_dir(str(_FOLDER))


def start_ahead(python: str, variables: Mapping[str, str]) -> None:
    """Starts the server that launches of `kernel_spec()` with this environment will ask; it does its imports meanwhile.

    Where none can be started nothing happens: the launches will say so.
    """
    if sys.platform != "linux":
        return
    from reportkit.execution.kernels.address import Environment
    from reportkit.execution.kernels.launch import ensure_server

    config = json.loads((_FOLDER / "kernel.json").read_text(encoding="utf-8"))["metadata"]["kernel_provisioner"]
    with suppress(OSError):
        ensure_server(Environment(python, variables, tuple(config["config"]["preload"]), IDLE_S))
