"""Kernels by the hundred from one server."""

from pathlib import Path

from tests.test_kernel_server import folders, run_in_a_row, warm

__all__ = ["folders", "warm"]


def fuzz_500_kernels_in_a_row_leave_nothing_behind(folders: Path, warm: str) -> None:
    run_in_a_row(folders, warm, 500)
