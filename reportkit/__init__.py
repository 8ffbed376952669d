"""Parameterized notebooks become the published annual report on government information disclosure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str


def __getattr__(name: str) -> str:
    """`__version__`, looked up when it is asked for: finding it takes longer than importing the package."""
    if name == "__version__":
        from importlib.metadata import version

        return version("reportkit")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
