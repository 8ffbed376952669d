"""Parameterized notebooks become the published annual report on government information disclosure."""

from importlib.metadata import version

__version__ = version("reportkit")
