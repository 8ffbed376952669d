"""What a user writes today: papermill's API, nbconvert's HTML, Chromium's PDF; in one process or in two."""

import time
from functools import cache
from multiprocessing import get_context
from typing import Any

import papermill
from nbconvert import HTMLExporter

from tests.bench.variants import Timing, Work, read_work
from tests.bench.variants.pages import export, merged


@cache
def exporter() -> Any:
    return HTMLExporter()


def make(work: Work, year: int, department: str) -> float:
    """One report; returns the seconds that its notebooks took."""
    folder = work.place(year, department)
    began = time.perf_counter()
    executed = [folder / path.name for path in work.notebooks]
    for source, target in zip(work.notebooks, executed, strict=True):
        papermill.execute_notebook(
            str(source),
            str(target),
            parameters={"year": year, "department": department},
            kernel_name=work.kernel,
            progress_bar=False,
        )
    taken = time.perf_counter() - began
    export(merged(executed), folder, exporter())
    return taken


def make_one(given: tuple[Work, int, str]) -> tuple[float, float]:
    """One report in a worker: the seconds of its notebooks, and when it was finished."""
    return make(*given), time.perf_counter()


def main() -> None:
    work = read_work()
    timing = Timing()
    if work.processes == 1:
        for year, department in work.reports:
            taken = make(work, year, department)
            timing.finish()
            timing.parts.setdefault("execution", []).append(taken)
    else:
        with get_context("fork").Pool(work.processes) as pool:
            given = [(work, year, department) for year, department in work.reports]
            for _, finished in pool.imap_unordered(make_one, given, chunksize=1):
                timing.finished.append(finished)
    timing.print()


if __name__ == "__main__":
    main()
