"""Jobs → Runs: each notebook executed by papermill in a fresh kernel, in a folder of its own, within its time."""

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from reportkit.errors import NotebookError, ReportkitError
from reportkit.execution.cell_failures import failure_of_cell, same_each_time
from reportkit.execution.complete import refuse_other_report, refuse_unfinished
from reportkit.execution.kernel_variables import kernel_env
from reportkit.execution.running import TOO_MUCH, fits_socket
from reportkit.execution.temporary import temporary_folder
from reportkit.messages.said import Said
from reportkit.model import FILES, Confinement, Job, Plan, Run
from reportkit.text.cell_ids import with_ids

# A failure is reported once, by the Run; papermill's log would repeat it on standard error.
logging.getLogger("papermill").addHandler(logging.NullHandler())
_FATAL = "Fatal Python error"
_LINES = 20
_ENDED = {"killed", TOO_MUCH}
"""What is noted of a kernel that didn't die by itself."""
_SHORT = "/tmp"  # noqa: S108 - a folder of one's own is made in it


def run_jobs(plan: Plan, at_once: int = 1) -> tuple[Run, ...]:
    """Executes a plan's notebooks in a temporary folder, `at_once` at the same time, each in a kernel of its own.

    Those that an earlier build has executed are taken as they are.

    Returns the Runs in the plan's order; after a failure no further notebook is started, so they may be fewer.
    """
    with temporary_folder() as folder:
        inputs = Path(folder) / "inputs"
        unpack(plan.execution.inputs, inputs)
        failed = threading.Event()

        def run_one(number: int, job: Job) -> Run | None:
            if (kept := plan.execution.kept.get(job.name)) is not None:
                return Run(job, kept, 0.0, executed=False)
            if failed.is_set():
                return None
            try:
                done = _run_tried(job, inputs, Path(folder) / f"{number:02d}", plan)
            finally:
                ensure_event_loop().close()  # papermill's own, one a thread
            if done.failure is not None:
                failed.set()
            return done

        runs = _each(run_one, plan.execution.jobs, at_once)
    return tuple(run for run in runs if run is not None)


def _each(run_one: Callable[[int, Job], Run | None], jobs: Sequence[Job], at_once: int) -> list[Run | None]:
    """What `run_one` gives for each job, in their order, several at the same time.

    In daemon threads: an interrupt needn't wait for a notebook to end, as it would with an executor.
    """
    waiting = iter(enumerate(jobs))
    found: dict[int, Run | None] = {}
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for number, job in waiting:
                found[number] = run_one(number, job)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(max(1, min(at_once, len(jobs))))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [found[number] for number in range(len(jobs))]


def unpack(inputs: Mapping[str, bytes], folder: Path) -> None:
    """Writes a plan's inputs below a folder, by their project-relative paths."""
    for name, content in inputs.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _run_tried(job: Job, inputs: Path, place: Path, plan: Plan) -> Run:
    """One notebook, once more where its kernel died by itself: memory is short for a moment, a machine is busy.

    An error of the notebook's own is reported at once.
    """
    for tries in (1, 2):
        cwd = place.with_name(f"{place.name}-{tries}")
        cwd.mkdir()
        note: dict[str, Any] = {}
        done = run_job(job, inputs, cwd, plan.execution.confinement, note, report=plan.name)
        done = replace(done, peak_bytes=note.get("peak_bytes"), tries=tries)
        if not isinstance(getattr(done.failure, "__cause__", None), DeadKernelError) or note.keys() & _ENDED:
            break
    return done


def run_job(
    job: Job,
    inputs: Path,
    cwd: Path,
    confinement: Confinement,
    note: dict[str, Any] | None = None,
    *,
    report: str | None = None,
) -> Run:
    """One notebook in one fresh kernel; any error is the Run's failure, never an exception.

    What the engine knows of the kernel is put into `note`. Where a `report` is named (year/department), the
    notebook must have opened it, once, and no other.
    """
    started, began = time.monotonic(), time.time()
    current: dict[str, Any] = {}
    note = {} if note is None else note
    log, source = cwd.with_suffix(".log"), cwd.with_suffix(".ipynb")

    def on_cell(cell: Any, **_: Any) -> None:
        current["cell"] = cell

    try:
        source.write_bytes(with_ids(job.notebook))
        with log.open("wb") as kernel_log, _connection_file(cwd) as connection_file:
            executed = papermill.execute_notebook(
                str(source),
                None,
                parameters=dict(job.parameters),
                engine_name="reportkit",
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                notebook_timeout_s=job.timeout_s,
                kernel_cwd=str(cwd),
                kernel_env=kernel_env(inputs, cwd, confinement),
                confinement=confinement,
                connection_file=connection_file,
                kernel_log=kernel_log,
                note=note,
                on_cell_start=on_cell,
            )
    except Exception as error:  # whatever papermill, nbclient or the system raise belongs to this report alone
        failure = _failure(job, error, current, note, confinement, log).caused_by(error)
        return Run(job, None, time.monotonic() - started, failure, began=began)
    if (unfit := _incomplete(job, executed, report)) is not None:
        return Run(job, None, time.monotonic() - started, unfit, began=began)
    executed.metadata.papermill["input_path"] = f"notebooks/{job.name}"  # where it lies in the project
    reads = _take_reads(executed)
    return Run(job, nbformat.writes(executed).encode(), time.monotonic() - started, reads=reads, began=began)


def _failure(
    job: Job,
    error: Exception,
    current: Mapping[str, Any],
    note: Mapping[str, Any],
    confinement: Confinement,
    log: Path,
) -> ReportkitError:
    """What went wrong as a notebook ran, as its analyst is told it."""
    if TOO_MUCH in note:
        return NotebookError(
            "too_much_output", where=f"notebooks/{job.name}, cell `{note[TOO_MUCH]}`", output_mb=confinement.output_mb
        )
    where = _place(job, current)
    match error:
        case PapermillExecutionError():
            return failure_of_cell(error, current["cell"], where, confinement.memory_mb, log.with_suffix(""))
        case CellTimeoutError():
            return NotebookError("notebook_too_slow", where=where, timeout_s=job.timeout_s)
        case DeadKernelError():
            return NotebookError("kernel_died", where=where, detail=same_each_time(_tail(log), log.with_suffix("")))
    is_short = isinstance(error, MemoryError | OSError) or "new thread" in str(error)
    return NotebookError(
        "notebook_lacked_room" if is_short else "notebook_not_run", where=where, kind=type(error).__name__, error=error
    )


def _incomplete(job: Job, executed: Any, report: str | None) -> NotebookError | None:
    """Why a notebook that ended well isn't whole: papermill takes `sys.exit(0)` for success."""
    try:
        refuse_unfinished(job.name, executed)
        if report is not None:
            refuse_other_report(job.name, executed, report)
    except NotebookError as error:
        return error
    return None


@contextmanager
def _connection_file(cwd: Path) -> Iterator[str]:
    """Where a kernel's connection file goes, and its Unix sockets beside it: a kernel without network has no others."""
    usual = str(cwd.with_suffix(".json"))
    if os.name != "posix" or fits_socket(usual):
        yield usual
    else:  # a socket's path is short
        with temporary_folder(_SHORT) as folder:
            yield f"{folder}/kernel.json"


def _take_reads(executed: Any) -> dict[str, dict[str, str]] | None:
    """What each report that the notebook opened was read for; the outputs that say so are taken out.

    None where a section was opened that didn't say: it isn't known then when this must run again.
    """
    reads: dict[str, dict[str, str]] = {}
    opened = 0
    for cell in executed.cells:
        kept = []
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("reportkit", {})
            opened += about.get("kind") == "opened"
            if about.get("kind") == "reads":
                reads.setdefault(about["report"], {}).update(about["reads"])
                if about.get("files"):
                    reads[FILES] = dict(about["files"])
            else:
                kept.append(output)
        if "outputs" in cell:
            cell.outputs = kept
    return reads if bool(opened) == bool(reads) else None


def check_parameters(name: str, notebook: bytes, given: Mapping[str, Any]) -> None:
    """Refuses parameters that the notebook's `parameters` cell doesn't have; papermill would only warn.

    Raises NotebookError naming both sides. Source: papermill's `inspect_notebook`.
    """
    try:
        node = nbformat.reads(with_ids(notebook).decode(), as_version=4)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            accepted = papermill.inspect_notebook(node)
    except Exception as error:
        raise NotebookError("notebook_unreadable", where=f"notebooks/{name}", error=error) from error
    for parameter in given:
        if parameter not in accepted:
            raise _parameter_not_accepted(name, parameter, sorted(accepted))


def _parameter_not_accepted(notebook: str, parameter: str, accepted: list[str]) -> NotebookError:
    where = f"notebooks/{notebook}, cell tagged `parameters`"
    known = accepted or Said("nothing")
    if near := get_close_matches(parameter, accepted, n=1):
        return NotebookError("parameter_misspelt", where=where, parameter=parameter, near=near[0], known=known)
    return NotebookError("parameter_missing", where=where, parameter=parameter, known=known)


def _tail(log: Path) -> str:
    """What a kernel wrote to its own output before it died: what faulthandler wrote, or else the last lines."""
    text = log.read_text(encoding="utf-8", errors="replace").strip()
    _, fatal, place = text.partition(_FATAL)
    lines = f"{fatal}{place}".splitlines()[:_LINES] if fatal else text.splitlines()[-_LINES:]
    return "\n".join(["The kernel's last words:", *lines]) if lines else ""


def _place(job: Job, current: Mapping[str, Any]) -> str:
    cell = current.get("cell")
    return f"notebooks/{job.name}" + (f", cell `{cell.id}`" if cell is not None else ", before the first cell")
