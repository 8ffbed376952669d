"""What shapes the published bytes beside the inputs: versions of the libraries, the package's own code, the fonts."""

import os
import platform
from functools import cache
from importlib.metadata import version
from zlib import ZLIB_RUNTIME_VERSION

from reportkit.digests import code_digest
from reportkit.errors import ProjectError
from reportkit.model import Environment
from reportkit.publishing.fonts import font_digests, font_set

LIBRARIES = (
    "reportkit", "ipykernel", "jinja2", "lxml", "matplotlib", "mistune", "nbclient", "nbconvert", "nbformat",
    "numpy", "papermill", "pikepdf", "pydantic", "pylopdf-fonts-zh-cn", "pyyaml", "typst",
)  # fmt: skip


def environment(font_paths: tuple[str, ...], system_fonts: bool) -> Environment:
    """Versions, the package's code digest, and the fonts by role and file digest; for manifest and plan digest."""
    return Environment(
        python=platform.python_version(),
        # zlib comes with Python, and compresses the Word file.
        libraries={**library_versions(), "zlib": ZLIB_RUNTIME_VERSION},
        code=code_digest(),
        source_date_epoch=source_date_epoch(),
        roles=font_set(font_paths, system_fonts).roles,
        font_files=font_digests(font_paths, system_fonts),
    )


@cache
def library_versions() -> dict[str, str]:
    """Those of what shapes a page, as they are installed; read once in a process."""
    return {name: version(name) for name in LIBRARIES}


def source_date_epoch() -> int | None:
    """The seconds in $SOURCE_DATE_EPOCH, None where it isn't set; anything but digits is a ProjectError."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise ProjectError("source_date_epoch", where="the environment", text=text)
    return int(text)
