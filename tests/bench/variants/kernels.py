"""Kernels alone: seconds from the start to the first answer, memory after the imports, papermill unmodified."""

import asyncio
import json
import sys
import time
from statistics import median
from typing import Any

import papermill
import psutil
from jupyter_client.manager import AsyncKernelManager

from tests.bench.variants import Work, read_work

STARTS = 5
IMPORTS = "import matplotlib.pyplot, numpy\nfrom reportkit.notebook import open_section"


async def ready_s(kernel: str, code: str = "") -> tuple[float, int]:
    """One kernel's life: seconds until it is ready, and its own memory in bytes once `code` has run."""
    began = time.perf_counter()
    manager: Any = AsyncKernelManager(kernel_name=kernel, transport="ipc")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        taken = time.perf_counter() - began
        if code:
            await client.execute_interactive(code, timeout=60)
        return taken, psutil.Process(manager.provisioner.pid).memory_full_info().uss
    finally:
        client.stop_channels()
        await manager.shutdown_kernel()


def papermill_s(work: Work, kernel: str) -> float:
    """Seconds that papermill's own engine takes for one report's notebooks, one after the other."""
    year, department = work.reports[0]
    folder = work.place(year, department)
    began = time.perf_counter()
    for source in work.notebooks:
        parameters = {"year": year, "department": department}
        target = str(folder / f"{kernel}-{source.name}")
        papermill.execute_notebook(str(source), target, parameters, kernel_name=kernel, progress_bar=False)
    return time.perf_counter() - began


def main() -> None:
    work = read_work()
    asyncio.run(ready_s("reportkit"))  # the server's own start is not a kernel's
    found: dict[str, Any] = {"ready_s": {}, "uss_bytes": {}, "papermill_s": {}}
    starts: dict[str, list[float]] = {"python3": [], "reportkit": []}
    for _ in range(STARTS):
        for kernel, taken in starts.items():
            taken.append(asyncio.run(ready_s(kernel))[0])
    for kernel, taken in starts.items():
        found["ready_s"][kernel] = median(taken)
        found["uss_bytes"][kernel] = asyncio.run(ready_s(kernel, IMPORTS))[1]
        found["papermill_s"][kernel] = papermill_s(work, kernel)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
