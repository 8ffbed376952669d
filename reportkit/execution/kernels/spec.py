"""The kernelspec `reportkit` as the package carries it; `pip install` puts the same file where Jupyter looks."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager
from traitlets import Bool, Integer

PROVISIONER = "reportkit-fork"
IDLE_S = 600.0
"""How long a server waits for another launch."""


def kernel_spec() -> KernelSpec:
    """This interpreter's forked kernel, whatever kernelspecs the user or the system has installed."""
    return KernelSpec.from_resource_dir(str(Path(__file__).with_name("kernelspec")))


class ForkedKernelSpecManager(KernelSpecManager):
    """Finds `kernel_spec()` under the name of Python's own kernel, and every other kernel where it is installed.

    Kernels that it finds are kept from the network, unless `network`, and from more memory than `memory_mb`.
    """

    network = Bool(True)
    memory_mb = Integer(None, allow_none=True)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        found = kernel_spec() if kernel_name == NATIVE_KERNEL_NAME else super().get_kernel_spec(kernel_name)
        default = {"provisioner_name": PROVISIONER, "config": {}}
        provisioner = found.metadata.setdefault("kernel_provisioner", default)
        if provisioner["provisioner_name"] == PROVISIONER:
            provisioner["config"] |= {"network": self.network, "memory_mb": self.memory_mb}
        return found


def tidy_servers() -> None:
    """Removes what kernel servers left that were killed."""
    if sys.platform == "linux":
        from reportkit.execution.kernels.launch import clear_dead

        clear_dead()


def start_ahead(python: str, variables: Mapping[str, str], *, network: bool) -> None:
    """Starts the server that launches of `kernel_spec()` with this environment will ask; it does its imports meanwhile.

    Where none can be started nothing happens: the launches will say so.
    """
    if sys.platform != "linux":
        return
    from reportkit.execution.kernels.address import ServerSettings
    from reportkit.execution.kernels.launch import ensure_server

    preload = kernel_spec().metadata["kernel_provisioner"]["config"]["preload"]
    with suppress(OSError):
        ensure_server(ServerSettings(python, variables, tuple(preload), IDLE_S, network))
