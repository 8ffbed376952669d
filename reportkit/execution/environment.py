"""The environment variables that a report's kernels run with."""

import os
import sys
from pathlib import Path

from reportkit.execution.kernels.spec import start_ahead

INPUTS = "REPORTKIT_INPUTS"
"""Names the folder of the plan's unpacked inputs."""
ALIKE = {
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "TZ": "Asia/Shanghai",
    "LC_ALL": "C.UTF-8",
    "MATPLOTLIBRC": os.devnull,  # charts don't depend on whose matplotlibrc the machine has
}
"""What makes every machine's kernels alike."""


def kernel_env(inputs: Path, cwd: Path) -> dict[str, str]:
    """A kernel's environment: the plan's inputs, no user's IPython profile, one time zone, locale and hash seed."""
    return {**os.environ, **ALIKE, INPUTS: str(inputs), "IPYTHONDIR": str(cwd / ".ipython")}


def warm_kernels() -> None:
    """Starts the server that the reports' kernels are forked from, so that it is ready when the workers are."""
    start_ahead(sys.executable, {**os.environ, **ALIKE})
