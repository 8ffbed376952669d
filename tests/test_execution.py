"""Notebooks run for real: a fresh kernel each, in its own folder, within its time."""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
import pytest
from jupyter_core.utils import ensure_event_loop

from reportkit.build.plan import plan_report
from reportkit.errors import NotebookError
from reportkit.execution import pool
from reportkit.execution.kernel_variables import kernel_env, warm_kernels
from reportkit.execution.pool import each_bundle
from reportkit.execution.run_jobs import check_parameters, run_job, run_jobs
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Confinement, Job, Outcome, Plan, Run
from tests.conftest import MakeProject
from tests.kernels import own_folders, servers

PARAMETERS = "year = 2024\ndepartment = 'demo'"
OPENED = "from reportkit.notebook import open_section\ns = open_section(year, department)\n"


def notebook(*sources: str, parameters: str = PARAMETERS) -> bytes:
    """A notebook with a `parameters` cell and code cells called c1, c2, …"""
    first = nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources, start=1)]
    made = nbformat.v4.new_notebook(cells=[first, *cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made).encode()


def run(tmp_path: Path, *sources: str, timeout_s: int = 60) -> Run:
    (tmp_path / "work").mkdir()
    job = Job("overview", "x.ipynb", notebook(*sources), {"year": 2023, "department": "a"}, timeout_s)
    return run_job(job, tmp_path / "inputs", tmp_path / "work", Confinement())


def printed(done: Run) -> str:
    assert done.failure is None, done.failure
    assert done.notebook is not None
    executed = nbformat.reads(done.notebook.decode(), as_version=4)
    return "".join(output.get("text", "") for cell in executed.cells for output in cell.get("outputs", ()))


def failure(done: Run) -> NotebookError:
    assert isinstance(done.failure, NotebookError)
    return done.failure


def test_a_kernel_has_its_own_folder_inputs_and_time_zone(tmp_path: Path) -> None:
    seen = json.loads(
        printed(
            run(
                tmp_path,
                "import json, os, time\n"
                "print(json.dumps([os.getcwd(), os.environ['REPORTKIT_INPUTS'], time.tzname[0], year, department]))",
            )
        )
    )
    assert seen == [str(tmp_path / "work"), str(tmp_path / "inputs"), "CST", 2023, "a"]


def test_running_leaves_our_own_folder_and_environment_alone(tmp_path: Path) -> None:
    before = (Path.cwd(), dict(os.environ))
    run(tmp_path, "import os; os.chdir('/'); os.environ['TZ'] = 'UTC'")
    assert (Path.cwd(), dict(os.environ)) == before


def test_no_kernel_outlives_its_notebook(tmp_path: Path) -> None:
    kernel = int(printed(run(tmp_path, "import os; print(os.getpid())")))
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)


def test_a_cell_that_raises_shows_source_output_and_traceback(tmp_path: Path) -> None:
    fault = failure(run(tmp_path, "print('看这里')\nraise ValueError('坏了')"))
    assert fault.what == "ValueError: 坏了"
    assert fault.where == "notebooks/x.ipynb, cell `c1`"
    assert "raise ValueError('坏了')" in fault.detail
    assert "看这里" in fault.detail
    assert "Traceback" in fault.detail
    assert "\x1b" not in fault.detail


def test_an_error_of_our_own_is_said_once_in_the_builders_language(tmp_path: Path, one_notebook_project: Path) -> None:
    (tmp_path / "work").mkdir()
    job = Job("any", "x.ipynb", notebook(OPENED + 's.prose("platfrom")'), {"year": 2024, "department": "demo"}, 60)
    fault = failure(run_job(job, one_notebook_project, tmp_path / "work", Confinement()))
    assert (fault.code, fault.detail) == ("no_such_prose", "")
    assert fault.where == "notebooks/x.ipynb, cell `c1`, line 3, prose()"
    assert str(fault).count("platfrom") == 1
    assert fault.shown("zh").where == "notebooks/x.ipynb，单元格c1第3行（prose()）"
    assert (fault.shown("zh").what, fault.shown("zh").fix) == ("没有名为“platfrom”的文字", "是否应为“platform”？")


def test_an_error_that_only_looks_like_our_own_keeps_its_traceback(tmp_path: Path) -> None:
    about = "{'reportkit': {'kind': 'raised', 'errors': [{'said': {'code': 'unknown_key', 'arguments': {}}}]}}"
    source = f"from IPython.display import display\ndisplay({{}}, metadata={about}, raw=True)\n1 / 0"
    fault = failure(run(tmp_path, source))
    assert fault.what.startswith("ZeroDivisionError")
    assert "1 / 0" in fault.detail


def test_the_time_limit_is_for_the_whole_notebook(tmp_path: Path) -> None:
    fault = failure(run(tmp_path, *["import time; time.sleep(1.2)"] * 4, timeout_s=3))
    assert fault.what == "The notebook ran longer than 3 s."
    assert fault.where.startswith("notebooks/x.ipynb, cell `c")


def test_a_cell_that_ignores_interrupts_is_stopped_all_the_same(tmp_path: Path) -> None:
    source = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)"
    assert failure(run(tmp_path, source, timeout_s=3)).what == "The notebook ran longer than 3 s."
    assert not asyncio.all_tasks(ensure_event_loop())  # asyncio would say at its end that they were destroyed


def test_a_kernel_that_dies_is_reported_with_its_last_words(tmp_path: Path) -> None:
    fault = failure(run(tmp_path, "import ctypes\nctypes.string_at(0)"))
    assert fault.what == "The kernel died while the cell ran."
    assert fault.where == "notebooks/x.ipynb, cell `c1`"
    assert "Segmentation fault" in fault.detail
    assert "string_at" in fault.detail


def test_a_kernel_that_could_not_be_forked_has_last_words_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportkit.execution.kernels.provisioner._unfit", lambda *_: "a server that is too busy")
    fault = failure(run(tmp_path, "assert 'faulthandler' not in globals()", "import ctypes\nctypes.string_at(0)"))
    assert fault.where == "notebooks/x.ipynb, cell `c2`"
    assert "Segmentation fault" in fault.detail
    assert "string_at" in fault.detail


def test_a_kernel_that_is_not_installed_is_reported(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    unknown = notebook().replace(b'"python3"', b'"no-such-kernel"')
    done = run_job(Job("a", "x.ipynb", unknown, {}, 60), tmp_path, tmp_path / "work", Confinement())
    assert "no-such-kernel" in failure(done).what


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("year = 1\ndeparment = 'x'", "Rename 'deparment' to 'department' there. It accepts: deparment, year."),
        ("year = 1", "Write `department = …` there. It accepts: year."),
    ],
)
def test_a_misspelt_parameter_is_refused_before_anything_runs(source: str, fix: str) -> None:
    content = notebook(parameters=source)
    with pytest.raises(NotebookError) as caught:
        check_parameters("x.ipynb", content, {"year": 2024, "department": "a"})
    assert caught.value.what == "Parameter 'department' is not accepted by this notebook."
    assert caught.value.fix == fix


def test_a_file_that_is_no_notebook_is_refused() -> None:
    with pytest.raises(NotebookError, match="can't be read"):
        check_parameters("x.ipynb", b"{", {})


def keys(value: Any) -> Any:
    """The keys of nested mappings, without their values."""
    return {key: keys(each) for key, each in value.items()} if isinstance(value, dict) else None


def tells_reads(output: Any) -> bool:
    return bool(output.get("metadata", {}).get("reportkit", {}).get("kind") == "reads")


@pytest.mark.parametrize("name", ["01-overview.ipynb", "03-requests.ipynb"])
def test_an_executed_notebook_is_what_papermill_makes(
    name: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (repository / "notebooks" / name).read_bytes()
    given = {"year": 2024, "department": "suqian"}
    (tmp_path / "work").mkdir()
    ours = run_job(Job("any", name, source, given, 60), repository, tmp_path / "work", Confinement())
    assert ours.notebook is not None, ours.failure
    for variable, text in kernel_env(repository, tmp_path / "work", Confinement()).items():
        monkeypatch.setenv(variable, text)
    monkeypatch.chdir(repository)
    theirs = papermill.execute_notebook(f"notebooks/{name}", None, given, engine_name=None, progress_bar=False)
    done = nbformat.reads(ours.notebook.decode(), as_version=4)
    assert keys(done.metadata) == keys(theirs.metadata)
    assert done.metadata.papermill.input_path == theirs.metadata.papermill.input_path
    assert done.metadata.kernelspec == theirs.metadata.kernelspec
    assert done.metadata.language_info == theirs.metadata.language_info
    assert len(done.cells) == len(theirs.cells)
    for mine, other in zip(done.cells, theirs.cells, strict=True):
        assert (mine.cell_type, mine.source, keys(mine.metadata)) == (
            other.cell_type,
            other.source,
            keys(other.metadata),
        )
        assert mine.get("outputs", []) == [each for each in other.get("outputs", []) if not tells_reads(each)]
        assert mine.get("execution_count") == other.get("execution_count")


@pytest.fixture
def plan_of(make_project: MakeProject) -> Callable[..., Plan]:
    """A plan whose notebooks have one cell each."""
    whole = plan_report(Project(make_project("failing-notebooks")), 2024, "sound")

    def made(*sources: str) -> Plan:
        given = {"year": 2024, "department": "sound"}
        jobs = (Job(f"s{n}", f"{n}.ipynb", notebook(source), given, 60) for n, source in enumerate(sources))
        return whole.with_jobs(tuple(jobs))

    return made


def test_notebooks_run_at_the_same_time_and_come_back_in_order(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    meet = f"{OPENED}import pathlib, time\nhere = pathlib.Path({str(tmp_path)!r})\n"
    wait = "while len(list(here.iterdir())) < 2: time.sleep(0.01)"
    runs = run_jobs(plan_of(*(f"{meet}(here / '{number}').touch()\n{wait}\nprint({number})" for number in "01")), 2)
    assert [printed(run) for run in runs] == ["0\n", "1\n"]


def test_the_first_failure_in_the_plans_order_is_told_and_nothing_begun_after_it(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    slow, quick = "import time; time.sleep(1); raise ValueError('slow')", "raise ValueError('quick')"
    late = f"import pathlib; pathlib.Path({str(tmp_path / 'late')!r}).touch()"
    runs = run_jobs(plan_of(slow, quick, late), 2)
    assert [failure(run).what for run in runs] == ["ValueError: slow", "ValueError: quick"]
    assert not (tmp_path / "late").exists()


def test_running_notebooks_keeps_no_event_loop_and_no_descriptor(plan_of: Callable[..., Plan]) -> None:
    run_jobs(plan_of("1", "2"), 2)
    before = psutil.Process().num_fds()
    for _ in range(3):
        run_jobs(plan_of("1", "2"), 2)
    assert psutil.Process().num_fds() <= before


@pytest.mark.parametrize(("cores", "free_gib", "jobs"), [(1, 64, 1), (2, 64, 2), (16, 64, 16), (16, 2, 3), (4, 0.1, 1)])
def test_workers_are_as_many_as_cores_and_memory_allow(
    cores: int, free_gib: float, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_cores", lambda: cores)
    monkeypatch.setattr(pool, "_free_bytes", lambda: int(free_gib * 2**30))
    assert pool.default_jobs() == jobs


@pytest.mark.parametrize(
    ("cores", "workers", "free_gib", "at_once"),
    [(1, 1, 64, 2), (2, 1, 64, 3), (2, 2, 64, 2), (8, 8, 64, 2), (8, 2, 64, 5), (16, 1, 0.7, 4), (16, 1, 0, 1)],
)
def test_no_core_waits_for_a_kernel_to_start_while_memory_lasts(
    cores: int, workers: int, free_gib: float, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_cores", lambda: cores)
    monkeypatch.setattr(pool, "_free_bytes", lambda: int(free_gib * 2**30))
    assert pool.notebooks_at_once(workers) == at_once


@pytest.mark.skipif(sys.platform != "linux", reason="Kernels are forked on Linux only.")
def test_a_reports_kernels_come_from_the_one_server_that_was_warmed(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with own_folders(tmp_path_factory) as root:
        warm_kernels(Confinement())
        parent = int(printed(run(tmp_path, "import os; print(os.getppid())")))
        assert [server.pid for server in servers(root)] == [parent]


def test_the_engine_works_for_papermill_alone(tmp_path: Path) -> None:
    source = tmp_path / "x.ipynb"
    source.write_bytes(notebook("print(year + 1)"))
    done = papermill.execute_notebook(str(source), None, {"year": 2030}, engine_name="reportkit", progress_bar=False)
    assert done.cells[-1].outputs[0].text == "2031\n"


def _killed_for_dies(plan: Plan, at_once: int) -> Bundle:
    if plan.department.id == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    return Bundle(plan.year, plan.department.id, Outcome.PUBLISHED, False, {}, ())


def test_a_worker_that_is_killed_fails_its_own_report_only(make_project: MakeProject) -> None:
    project = Project(make_project("failing-notebooks"))
    plans = [plan_report(project, 2024, department) for department in ("dies", "sound", "raises", "hangs")]
    started: list[str] = []
    bundles = {
        made[1].department: made[1].outcome
        for made in each_bundle(_killed_for_dies, iter(plans), len(plans), 2, lambda plan: started.append(plan.name))
        if isinstance(made, tuple)
    }
    assert bundles.pop("dies") is Outcome.FAILED
    assert set(bundles.values()) == {Outcome.PUBLISHED}
    assert len(started) == 4


class _KillsWhoReadsIt(Plan):
    """A plan that ends the worker before it has said that it begins."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


def test_a_worker_that_dies_before_its_report_leaves_the_others_another_pool(make_project: MakeProject) -> None:
    project = Project(make_project("failing-notebooks"))
    plans = [plan_report(project, 2024, department) for department in ("dies", "sound", "raises", "hangs")]
    deadly = _KillsWhoReadsIt(**{each.name: getattr(plans[0], each.name) for each in fields(Plan)})
    found = {
        made[1].department: made[1]
        for made in each_bundle(_killed_for_dies, iter([deadly, *plans[1:]]), 4, 1, lambda plan: None)
        if isinstance(made, tuple)
    }
    assert [name for name, bundle in found.items() if bundle.outcome is Outcome.FAILED] == ["dies"]
    assert len(found) == 4


def test_no_thread_for_the_pool_is_each_reports_failure(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    project = Project(make_project("failing-notebooks"))
    plans = [plan_report(project, 2024, department) for department in ("dies", "sound", "raises")]
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    made = [*each_bundle(_killed_for_dies, iter(plans), 3, 2, lambda plan: None)]
    assert [str(each[1].failure)[:52] for each in made if isinstance(each, tuple)] == [
        "The worker process ended unexpectedly: can't start n"
    ] * 3
