"""The floor: the same cells in a warm shell of each of two processes, no kernel; one HTML, one Typst, one reading back.

No notebook is isolated from another here: nobody would publish from it, but nothing can be faster.
"""

import os
import time
from multiprocessing import get_context
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from reportkit.build.plan import plan_report
from reportkit.build.report import finish
from reportkit.execution.kernel_variables import ALIKE
from reportkit.inputs.project import Project
from reportkit.model import Plan, Run
from reportkit.notebook.preload import warm_up
from reportkit.outputs.swap import publish_folder
from tests.bench.variants import Timing, Work, read_work

PROCESSES = 2


def outputs_of(captured: Any) -> list[Any]:
    """What a cell displayed and printed, as a notebook holds it."""
    new_output = nbformat.v4.new_output
    printed = {"stdout": captured.stdout, "stderr": captured.stderr}
    return [
        *(new_output("stream", name=name, text=text) for name, text in printed.items() if text),
        *(new_output("display_data", data=each.data, metadata=each.metadata or {}) for each in captured.outputs),
    ]


def execute(shell: InteractiveShell, source: bytes, parameters: dict[str, Any]) -> bytes:
    """A notebook with its cells run in a shell that has nothing left of the notebook before."""
    for name in set(shell.user_ns) - set(shell.user_ns_hidden):
        del shell.user_ns[name]
    notebook = nbformat.reads(source.decode(), as_version=4)
    injected = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        with capture_output() as captured:
            result = shell.run_cell(cell.source)
            if "parameters" in cell.metadata.get("tags", []):
                shell.run_cell(injected)
        result.raise_error()
        cell.outputs = outputs_of(captured)
    return nbformat.writes(notebook).encode()


def make(work: Work, plan: Plan, shell: InteractiveShell) -> None:
    """One report, executed and published as reportkit publishes."""
    runs = [Run(job, execute(shell, job.notebook, dict(job.parameters)), 0.0) for job in plan.execution.jobs]
    for run in runs:
        assert run.notebook is not None
        (work.place(plan.year, plan.department.id) / run.job.name).write_bytes(run.notebook)
    files, _, _ = finish(plan, runs)
    publish_folder(work.folder / "outputs" / plan.name, files)


def make_share(given: tuple[Work, int]) -> list[float]:
    """Every second report, after one that isn't counted; returns when each was finished, the uncounted one first."""
    work, share = given
    project = Project(work.project)
    plans = [plan_report(project, year, department) for year, department in work.reports][share::PROCESSES]
    os.environ.update(ALIKE)
    time.tzset()
    shell = InteractiveShell.instance()
    warm_up()
    make(work, plans[0], shell)
    finished = [time.perf_counter()]
    for plan in plans:
        make(work, plan, shell)
        finished.append(time.perf_counter())
    return finished


def main() -> None:
    work = read_work()
    timing = Timing()
    with get_context("spawn").Pool(PROCESSES) as pool:
        shares = pool.map(make_share, [(work, share) for share in range(PROCESSES)], chunksize=1)
    timing.began = max(share[0] for share in shares)
    timing.finished = sorted(moment for share in shares for moment in share[1:])
    timing.print()


if __name__ == "__main__":
    main()
