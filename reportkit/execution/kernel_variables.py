"""The environment variables that a report's kernels run with: no secret is among them unless report.yaml names it."""

import os
import sys
from pathlib import Path

from reportkit.execution.kernels.spec import start_ahead
from reportkit.model import Confinement

INPUTS = "REPORTKIT_INPUTS"
"""Names the folder of the plan's unpacked inputs."""
ALIKE = {
    "PYTHONFAULTHANDLER": "1",  # a kernel that a library has killed says in which line
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "TZ": "Asia/Shanghai",
    "LC_ALL": "C.UTF-8",
    "MATPLOTLIBRC": os.devnull,  # charts don't depend on whose matplotlibrc the machine has
}
"""What makes every machine's kernels alike."""
USUAL = frozenset(
    (
        "PATH", "HOME", "USER", "LOGNAME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH",
        "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "MPLCONFIGDIR",
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_PATH", "JUPYTER_RUNTIME_DIR",
        "PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONMALLOC",
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX",
        "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
        "PROGRAMDATA", "PROGRAMFILES",
    )
)  # fmt: skip
"""What Python, its libraries and the system need to find their files; no secret is kept there."""


def kernel_env(inputs: Path, cwd: Path, confinement: Confinement) -> dict[str, str]:
    """A kernel's environment: the usual variables and those named, the plan's inputs, a temporary folder of its own.

    No user's IPython profile; one time zone, locale and hash seed. A named variable that isn't set is left out.
    """
    temporary = cwd.with_suffix(".tmp")
    temporary.mkdir(exist_ok=True)
    own = {"IPYTHONDIR": str(cwd / ".ipython"), **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))}
    return {**_passed(confinement), **ALIKE, **own, INPUTS: str(inputs)}


def warm_kernels(confinement: Confinement) -> None:
    """Starts the server that the reports' kernels are forked from, so that it is ready when the workers are."""
    start_ahead(sys.executable, {**_passed(confinement), **ALIKE}, network=confinement.network)


def _passed(confinement: Confinement) -> dict[str, str]:
    names = USUAL | set(confinement.environment)
    return {name: text for name, text in os.environ.items() if name in names}
