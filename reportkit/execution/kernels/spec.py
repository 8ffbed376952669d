"""The kernelspec `reportkit` as the package carries it; `pip install` puts the same file where Jupyter looks."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager

IDLE_S = 600.0
"""How long a server waits for another launch."""


def kernel_spec() -> KernelSpec:
    """This interpreter's forked kernel, whatever kernelspecs the user or the system has installed."""
    return KernelSpec.from_resource_dir(str(Path(__file__).with_name("kernelspec")))


class ForkedKernelSpecManager(KernelSpecManager):
    """Finds `kernel_spec()` under the name of Python's own kernel, and every other kernel where it is installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return kernel_spec() if kernel_name == NATIVE_KERNEL_NAME else super().get_kernel_spec(kernel_name)


def start_ahead(python: str, variables: Mapping[str, str]) -> None:
    """Starts the server that launches of `kernel_spec()` with this environment will ask; it does its imports meanwhile.

    Where none can be started nothing happens: the launches will say so.
    """
    if sys.platform != "linux":
        return
    from reportkit.execution.kernels.address import Environment
    from reportkit.execution.kernels.launch import ensure_server

    preload = kernel_spec().metadata["kernel_provisioner"]["config"]["preload"]
    with suppress(OSError):
        ensure_server(Environment(python, variables, tuple(preload), IDLE_S))
