"""The same build on a real scheduler and two worker processes."""

import json
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from types import SimpleNamespace
from typing import Any

import dask.config
import matplotlib
import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from distributed import Client
from fontTools.ttLib import TTFont
from typer.testing import CliRunner

from reportkit.build.plan import plan_report
from reportkit.cli import app, doctor
from reportkit.cluster import client, fitting, worker
from reportkit.cluster import scheduler as connection
from reportkit.cluster.client import each_bundle_on
from reportkit.cluster.fitness import differences, fitness_of
from reportkit.demo.write import demo_of, write_demo
from reportkit.docs import guide
from reportkit.errors import ProjectError
from reportkit.execution import pool
from reportkit.execution.pool import MOST_JOBS
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Finished, Outcome, Plan
from tests import cluster_jobs
from tests.conftest import allow_interrupts
from tests.faults import digests

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Workers fork kernels; that is Linux's.")
REPOSITORY = Path(__file__).parents[1]
YEAR = 2024
PATIENCE_S = 120
DEPARTMENTS = 5


def eventually(there: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE_S
    while not (found := there()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), **more}


@contextmanager
def started(
    *command: str, log: Path, env: Mapping[str, str] | None = None, by: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this interpreter, started `by` another command, ended at the end with all that it has started."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*by, sys.executable, "-m", *command],
            stdout=output,
            stderr=output,
            env=environment() if env is None else dict(env),
            preexec_fn=allow_interrupts,
        )
    try:
        yield process
    finally:
        family = [process, *psutil.Process(process.pid).children(recursive=True)] if process.poll() is None else []
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            for each in family:
                each.kill()
            process.wait()


@contextmanager
def scheduler(
    folder: Path,
    *options: str,
    host: str = "127.0.0.1",
    env: Mapping[str, str] | None = None,
    by: tuple[str, ...] = (),
) -> Iterator[tuple[str, int]]:
    """Its address and process id."""
    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    command = ("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
    with started(*command, "--host", host, *options, log=folder / "scheduler.log", env=env, by=by) as process:

        def address() -> str | None:
            return json.loads(told.read_text())["address"] if told.is_file() and told.stat().st_size else None

        yield eventually(address), process.pid


@contextmanager
def workers(
    address: str,
    folder: Path,
    jobs: int,
    *options: str,
    env: Mapping[str, str] | None = None,
    by: tuple[str, ...] = (),
) -> Iterator[int]:
    """`reportkit worker`; its process id, once its workers have joined."""
    log = folder / f"workers-{time.monotonic_ns()}.log"
    with started("reportkit", "worker", address, "--jobs", str(jobs), *options, log=log, env=env, by=by) as process:
        eventually(lambda: log.read_text().count("Starting established connection") >= jobs)
        yield process.pid


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[str, int]]:
    """A scheduler with two worker processes: its address, and the process id of `reportkit worker`."""
    with TemporaryDirectory(prefix="rk-") as name:
        folder = Path(name)
        with scheduler(folder) as (address, _), workers(address, folder, 2) as pid:
            yield address, pid


@pytest.fixture(scope="module")
def locally(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that this machine has built."""
    root = tmp_path_factory.mktemp("cluster") / "local"
    write_demo(root, demo_of(DEPARTMENTS, 1, 3, YEAR))
    assert build(root).exit_code == 0
    return root


@pytest.fixture
def root(locally: Path, tmp_path: Path) -> Path:
    """The same project, not built."""
    project = tmp_path / "project"
    shutil.copytree(locally, project, ignore=shutil.ignore_patterns("outputs"))
    (project / "outputs").mkdir()
    shutil.copy(locally / "outputs/.gitignore", project / "outputs")
    return project


def processes(pid: int) -> list[psutil.Process]:
    """The worker processes of a `reportkit worker` that live."""
    found = []
    for each in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):  # a zombie too
            if "multiprocessing.spawn" in " ".join(each.cmdline()):
                found.append(each)
    return found


def build(root: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["build", "--all", "-C", str(root), *options])


def plans(root: Path) -> Iterator[Plan]:
    for path in sorted((root / f"params/{YEAR}").glob("*.yaml")):
        yield plan_report(Project(root), YEAR, path.stem)


def sent(address: str, root: Path, build_report: Any, told: list[str] | None = None) -> list[Bundle]:
    said: list[str] = [] if told is None else told
    return bundles_of(each_bundle_on(address, build_report, plans(root), MOST_JOBS, lambda plan: None, said.append))


def bundles_of(made: Iterable[Finished]) -> list[Bundle]:
    """The Bundles of reports that were made, without their Plans."""
    return [each[1] for each in made if isinstance(each, tuple)]


def test_the_bytes_are_those_of_a_local_build(cluster: tuple[str, int], root: Path, locally: Path) -> None:
    done = build(root, "--scheduler", cluster[0])
    assert done.exit_code == 0, done.output
    assert digests(root) == digests(locally)
    again = build(root, "--scheduler", "tcp://127.0.0.1:1")  # nothing is to be done, so nobody is asked
    assert again.exit_code == 0


def test_a_run_builds_there_too_as_report_yaml_says(cluster: tuple[str, int], root: Path, locally: Path) -> None:
    settings = root / "params/report.yaml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\nscheduler: {cluster[0]}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["run", "--json", "-C", str(root)])
    assert done.exit_code == 0, done.output
    published = [path.relative_to(locally) for path in (locally / f"outputs/{YEAR}").rglob("report.*")]
    assert published
    for path in published:
        if path.suffix != ".ipynb":
            assert (root / path).read_bytes() == (locally / path).read_bytes()


def test_reports_go_to_both_workers_and_notebooks_travel_once(
    cluster: tuple[str, int], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    travelled: list[bool] = []

    def dumps(sent: tuple[Any, ...]) -> bytes:
        travelled.append(sent[-1] is not None)
        return pickle.dumps(sent)

    monkeypatch.setattr(client, "pickle", SimpleNamespace(dumps=dumps, loads=pickle.loads))
    found = sent(cluster[0], root, cluster_jobs.quick)
    assert len(found) == len(travelled) == DEPARTMENTS
    assert len({bundle.files["pid"] for bundle in found}) == sum(travelled) == 2


def test_reports_without_notebooks_are_sent_once(cluster: tuple[str, int], root: Path) -> None:
    bare = [plan.with_jobs(()) for plan in plans(root)]
    told: list[Plan] = []
    found = bundles_of(each_bundle_on(cluster[0], cluster_jobs.quick, iter(bare), MOST_JOBS, told.append, print))
    assert len(found) == len(told) == DEPARTMENTS


def test_two_clients_share_the_workers(cluster: tuple[str, int], root: Path) -> None:
    with (
        sending(cluster[0], root, cluster_jobs.quick) as (one, _),
        sending(cluster[0], root, cluster_jobs.quick) as (
            other,
            _,
        ),
    ):
        for found in (one.result(PATIENCE_S), other.result(PATIENCE_S)):
            assert {bundle.outcome for bundle in found} == {Outcome.PUBLISHED}
            assert len(found) == DEPARTMENTS


def test_a_killed_workers_reports_are_built_elsewhere(cluster: tuple[str, int], root: Path, locally: Path) -> None:
    command = [sys.executable, "-m", "reportkit", "build", "--all", "--scheduler", cluster[0], "-C", str(root)]
    with (
        Client(cluster[0], set_as_default=False) as other,
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as process,
    ):
        eventually(lambda: sum("report-" in str(each) for each in other.processing().values()) == 2)
        assert process.stderr is not None
        processes(cluster[1])[0].kill()
        said = process.stderr.read()
        assert process.wait(PATIENCE_S) == 0, said
    assert lost(said.splitlines()) == 1
    assert digests(root) == digests(locally)


def test_a_report_that_kills_workers_twice_fails_by_itself(cluster: tuple[str, int], root: Path) -> None:
    found = {bundle.department: bundle for bundle in sent(cluster[0], root, cluster_jobs.deadly)}
    assert len(found) == DEPARTMENTS
    failed = found.pop(cluster_jobs.KILLER)
    assert "killed 2 times" in str(failed.failure)
    assert {bundle.outcome for bundle in found.values()} == {Outcome.PUBLISHED}


def test_a_scheduler_that_gives_up_at_once_is_told_otherwise(root: Path) -> None:
    """Dask's own limit of failures, set by whoever runs the scheduler, fails no report."""
    env = environment(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name), env=env) as (address, _),
        workers(address, Path(name), 2),
    ):
        found = {bundle.department: bundle for bundle in sent(address, root, cluster_jobs.deadly)}
    assert "killed 2 times" in str(found.pop(cluster_jobs.KILLER).failure)
    assert {bundle.outcome for bundle in found.values()} == {Outcome.PUBLISHED}


@contextmanager
def sending(address: str, root: Path, build_report: Any) -> Iterator[tuple["Future[list[Bundle]]", list[str]]]:
    """Reports on their way to workers while the test goes on: what comes back, and what is told meanwhile."""
    said: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(sent, address, root, build_report, said), said


def lost(said: list[str]) -> int:
    return sum("is built elsewhere" in line for line in said)


@contextmanager
def killing(root: Path, times: int) -> Iterator[tuple[list[Bundle], list[str]]]:
    """Reports that wait at a worker which is killed so often, for another client's work has it; and what is told."""
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name)) as (address, _),
        workers(address, Path(name), 1) as pid,
        Client(address, set_as_default=False) as other,
    ):
        work = other.submit(time.sleep, PATIENCE_S)
        eventually(lambda: any(other.processing().values()))
        with sending(address, root, cluster_jobs.quick) as (found, said):
            for _ in range(times):
                eventually(lambda: any("report-" in str(waiting) for waiting in other.processing().values()))
                victim = processes(pid)[0]
                victim.kill()
                eventually(lambda victim=victim: processes(pid) not in ([], [victim]))
            work.cancel()
            eventually(lambda: processes(pid))[0].kill()  # it is asleep
            yield found.result(PATIENCE_S), said


def test_reports_that_only_waited_are_not_blamed_for_killed_workers(root: Path) -> None:
    with killing(root, 3) as (done, said):
        assert {bundle.outcome for bundle in done} == {Outcome.PUBLISHED}
        assert len(done) == DEPARTMENTS
        assert lost(said) >= 3


def test_a_report_that_never_comes_to_be_built_is_given_up(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_LOSSES", 2)
    with killing(root, 2) as (done, _):
        failed = [bundle for bundle in done if bundle.outcome is Outcome.FAILED]
    assert len(done) == DEPARTMENTS
    assert len(failed) == 1
    assert "lost 2 times before they had built this report" in str(failed[0].failure)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """What `held` waits for; beside it, and nothing else there, what has begun."""
    folder = tmp_path / "gate"
    folder.mkdir()
    return folder / "open"


def test_a_report_is_not_blamed_where_somebody_ends_its_worker(root: Path, gate: Path) -> None:
    """As for maintenance: as often as it happens, the report isn't its cause."""
    env = environment(**{cluster_jobs.GATE: str(gate)})
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name)) as (address, _),
        sending(address, root, cluster_jobs.held) as (found, said),
    ):
        for times in range(1, 4):
            with workers(address, Path(name), 1, env=env) as pid:
                eventually(lambda times=times: len(list(gate.parent.iterdir())) == times)
                for each in (psutil.Process(pid), *processes(pid)):  # as systemd and a terminal do
                    each.terminate()
        gate.touch()
        with workers(address, Path(name), 1, env=env):
            done = found.result(PATIENCE_S)
    assert len(done) == DEPARTMENTS
    assert {bundle.outcome for bundle in done} == {Outcome.PUBLISHED}
    assert lost(said) == 3


def test_a_restarted_cluster_loses_no_report(root: Path, gate: Path) -> None:
    env = environment(**{cluster_jobs.GATE: str(gate)})
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name)) as (address, _),
        workers(address, Path(name), 1, env=env),
        sending(address, root, cluster_jobs.held) as (found, _),
    ):
        eventually(lambda: list(gate.parent.iterdir()))
        with Client(address, set_as_default=False) as other:
            other.restart()
        gate.touch()
        done = found.result(PATIENCE_S)
    assert len(done) == DEPARTMENTS
    assert {bundle.outcome for bundle in done} == {Outcome.PUBLISHED}


def test_a_frozen_worker_of_somebody_elses_stops_no_build(root: Path) -> None:
    with TemporaryDirectory(prefix="rk-") as name, scheduler(Path(name)) as (address, _):
        log = Path(name) / "worker.log"
        alone = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
        with started(*alone, log=log) as frozen, workers(address, Path(name), 1):
            eventually(lambda: "Starting established connection" in log.read_text())
            frozen.send_signal(signal.SIGSTOP)
            try:
                done = sent(address, root, cluster_jobs.quick)
            finally:
                frozen.send_signal(signal.SIGCONT)
    assert len(done) == DEPARTMENTS


@pytest.mark.usefixtures("impatience")
def test_a_build_that_is_done_needs_no_worker_any_more(root: Path) -> None:
    told: list[str] = []
    with TemporaryDirectory(prefix="rk-") as name, scheduler(Path(name)) as (address, _):
        with workers(address, Path(name), 1) as pid:
            coming = each_bundle_on(
                address, cluster_jobs.quick, islice(plans(root), 1), MOST_JOBS, lambda plan: None, told.append
            )
            (first,) = bundles_of(islice(coming, 1))
            assert first.outcome is Outcome.PUBLISHED
            os.kill(pid, signal.SIGTERM)
        assert list(coming) == []


def test_a_worker_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    with scheduler(tmp_path) as (address, _), workers(address, tmp_path, 2) as pid:
        family = psutil.Process(pid).children(recursive=True)
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: not any(each.is_running() for each in family))


def test_a_worker_tells_that_its_scheduler_is_lost(tmp_path: Path) -> None:
    """With an error, so that what started it starts it again."""
    with scheduler(tmp_path) as (address, pid), workers(address, tmp_path, 1):
        os.kill(pid, signal.SIGKILL)
        log = next(tmp_path.glob("workers-*.log"))
        told = (
            f"The scheduler at {address} is lost.",
            f"No scheduler answers at {address}.",
        )  # the latter: at its start
        eventually(lambda: any(each in log.read_text() for each in told))


def test_others_workers_keep_no_build_from_waiting_for_its_own(root: Path, locally: Path) -> None:
    command = [sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root), "--scheduler"]
    with TemporaryDirectory(prefix="rk-") as name, scheduler(Path(name)) as (address, _):
        folder = Path(name)
        with (
            workers(address, folder, 1, env=environment(SOURCE_DATE_EPOCH="7")),
            subprocess.Popen([*command, address], stderr=subprocess.PIPE, text=True, env=environment()) as process,
        ):
            assert process.stderr is not None
            assert "SOURCE_DATE_EPOCH: None here, 7 there" in process.stderr.readline()
            assert "waiting for a worker" in process.stderr.readline()
            with workers(address, folder, 1):
                said = process.stderr.read()
                assert process.wait(PATIENCE_S) == 0, said
    assert digests(root) == digests(locally)


def test_a_variable_that_notebooks_see_is_set_on_workers_too(cluster: tuple[str, int], root: Path) -> None:
    settings = root / "params/report.yaml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\nruns: {{environment: [TOKEN]}}\n", encoding="utf-8")
    asked = [sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root), "--scheduler", cluster[0]]
    with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True, env=environment(TOKEN="a secret")) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert "environment variable TOKEN: set here, none there" in told
    assert "a secret" not in told + said


def test_a_worker_keeps_the_notebooks_of_several_projects(root: Path) -> None:
    plan = next(plans(root))
    light = plan.with_jobs(tuple(replace(job, notebook=b"") for job in plan.execution.jobs))
    notebooks = {job.name: job.notebook for job in plan.execution.jobs}
    for number in range(9):
        assert worker.make(cluster_jobs.quick, light, str(number), notebooks)
    made = [worker.make(cluster_jobs.quick, light, str(number), None) for number in range(9)]
    assert made[0] is None  # the client sends that report once more, with all of it
    assert all(made[1:])


def test_a_worker_that_was_changed_after_its_start_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process has the old code; what is on its disk says nothing of that."""
    here = SimpleNamespace(name="here-0")
    as_it_is = dict(fitness_of((), False))
    monkeypatch.setattr(worker, "_born", as_it_is)
    assert worker.introduce(False, (), here) == ("here-0", as_it_is)
    monkeypatch.setattr(worker, "_born", {**as_it_is, "library matplotlib": "1.0"})
    assert "start it again" in worker.introduce(False, (), here)[1]


def test_a_worker_whose_last_report_does_not_stop_ends(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its nanny starts another one, and the report that was to come goes elsewhere."""
    monkeypatch.setattr(pool, "_limit", lambda plan: 0.1)
    monkeypatch.setattr(pool, "_STOP_S", 0)
    going_on, held = Event(), Event()

    def endless(plan: Plan, at_once: int) -> Bundle:
        going_on.set()
        held.wait(PATIENCE_S)
        return cluster_jobs.quick(plan, at_once)

    def ended(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", ended)
    try:
        plan = next(plans(root))
        failed = worker.make(endless, plan, "one", {job.name: job.notebook for job in plan.execution.jobs})
        assert failed is not None
        assert "took too long" in str(failed.failure)
        going_on.wait(PATIENCE_S)
        with pytest.raises(SystemExit):
            worker.made(b"")
    finally:
        held.set()
    eventually(lambda: not pool.is_stuck())


def test_fonts_of_the_project_may_lie_elsewhere_on_a_worker(root: Path, tmp_path: Path) -> None:
    fonts, alone = root / "fonts", tmp_path / "alone"
    fonts.mkdir()
    named_font(fonts / "another.ttf")
    with (root / "params/report.yaml").open("a", encoding="utf-8") as settings:
        settings.write("\nfont_paths: [fonts]\n")
    shutil.copytree(root, alone)
    shutil.copytree(fonts, tmp_path / "elsewhere")
    assert build(alone).exit_code == 0
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name)) as (address, _),
        workers(address, Path(name), 1, "--font-path", str(tmp_path / "elsewhere")),
    ):
        done = build(root, "--scheduler", address)
    assert done.exit_code == 0, done.output
    assert digests(root) == digests(alone)


def named_font(path: Path) -> None:
    """A font of an official family, which would be used."""
    font = TTFont(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = "FangSong_GB2312"
    font.save(path)


def test_a_worker_with_other_fonts_is_refused_by_name(
    cluster: tuple[str, int], root: Path, locally: Path, tmp_path: Path
) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    named_font(fonts / "another.ttf")
    with workers(cluster[0], tmp_path, 1, "--font-path", str(fonts)) as pid:
        done = build(root, "--scheduler", cluster[0])
    assert done.exit_code == 0
    assert re.search(rf"-{pid}-[0-9a-f]{{4}}-0 is refused", done.stderr)
    assert "font file another.ttf: none here" in done.stderr
    assert "font body: Noto Serif SC here, FangSong_GB2312 there" in done.stderr
    assert digests(root) == digests(locally)


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build bears for a second, rather than a minute, that no fitting worker is there."""
    monkeypatch.setattr(fitting, "NO_WORKER_S", 1)
    monkeypatch.setattr(fitting, "_WARN_S", 0)


@pytest.fixture
def refusal_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build gives up as soon as a worker is refused, however long a busy machine takes to say so."""
    judge = fitting.Workers._judge

    def judged(workers: fitting.Workers, address: str, answer: object) -> None:
        judge(workers, address, answer)
        if workers._refused:
            monkeypatch.setattr(fitting, "NO_WORKER_S", 0)

    monkeypatch.setattr(fitting.Workers, "_judge", judged)


@pytest.mark.usefixtures("refusal_ends")
def test_where_no_worker_fits_nothing_is_built(root: Path) -> None:
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name)) as (address, _),
        workers(address, Path(name), 1, env=environment(SOURCE_DATE_EPOCH="7")),
    ):
        done = build(root, "--scheduler", address)
    assert isinstance(done.exception, ProjectError)
    assert "SOURCE_DATE_EPOCH: None here, 7 there" in str(done.exception)


@pytest.mark.usefixtures("impatience")
def test_without_any_worker_the_error_says_how_to_start_one(root: Path) -> None:
    with TemporaryDirectory(prefix="rk-") as name, scheduler(Path(name)) as (address, _):
        done = build(root, "--scheduler", address)
    assert isinstance(done.exception, ProjectError)
    assert f"reportkit worker {address}" in done.exception.fix
    assert f"waiting for a worker at {address}" in done.stderr


@pytest.mark.usefixtures("refusal_ends")
def test_a_worker_that_dask_itself_started_is_refused(root: Path) -> None:
    with TemporaryDirectory(prefix="rk-") as name, scheduler(Path(name)) as (address, _):
        log = Path(name) / "worker.log"
        with started("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard", log=log):
            eventually(lambda: "Starting established connection" in log.read_text())
            done = build(root, "--scheduler", address)
    assert isinstance(done.exception, ProjectError)
    assert "reportkit worker" in str(done.exception)


def test_a_lost_scheduler_is_told_and_what_was_done_stays(root: Path) -> None:
    command = [sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root), "--scheduler"]
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name)) as (address, pid),
        workers(address, Path(name), 1),
        subprocess.Popen([*command, address], stderr=subprocess.PIPE, text=True, env=environment()) as process,
    ):
        assert process.stderr is not None
        while "published in" not in (line := process.stderr.readline()):
            assert line
        os.kill(pid, signal.SIGKILL)
        said = process.stderr.read()
        assert process.wait(PATIENCE_S) == 2, said
    assert f"The scheduler at {address} is lost." in said
    assert "Traceback" not in said
    assert list((root / f"outputs/{YEAR}").glob("*/report.pdf"))
    verified = CliRunner().invoke(app, ["verify", "-C", str(root)])
    assert verified.exit_code == 0, verified.output


def test_ctrl_c_cancels_what_is_queued(cluster: tuple[str, int], root: Path) -> None:
    command = [sys.executable, "-m", "reportkit", "build", "--all", "--scheduler", cluster[0], "-C", str(root)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment(), preexec_fn=allow_interrupts
    ) as process:
        assert process.stderr is not None
        assert "building" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    with Client(cluster[0], set_as_default=False) as other:
        eventually(lambda: not any(other.processing().values()))
    assert not list((root / "outputs").rglob("*.new"))
    verified = CliRunner().invoke(app, ["verify", "-C", str(root)])
    assert verified.exit_code == 0, verified.output


def test_tls_by_dasks_own_settings(root: Path, locally: Path) -> None:
    """As the operators' guide has it; whoever has no certificate is turned away."""
    with TemporaryDirectory(prefix="rk-") as name:
        folder = Path(name)
        env = environment(DASK_CONFIG=str(tls_settings(folder)))
        options = ("--protocol", "tls")
        with scheduler(folder, *options, env=env) as (address, _), workers(address, folder, 1, env=env):
            assert address.startswith("tls://")
            command = [sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root), "--scheduler", address]
            refused = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
            assert refused.returncode == 2
            assert "is not named" in refused.stderr
            assert "Traceback" not in refused.stderr
            done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
            assert done.returncode == 0, done.stderr
    assert digests(root) == digests(locally)


def inside(host: str) -> tuple[str, ...]:
    """What runs a command on one of the two hosts."""
    return ("ip", "netns", "exec", host)


@pytest.fixture
def hosts() -> Iterator[dict[str, str]]:
    """Two network namespaces, joined by a cable: their names → their addresses."""
    found = {f"rk-{os.getpid()}-{number}": f"10.77.0.{number}" for number in (1, 2)}

    def ip(*arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True, capture_output=True)

    try:
        for name in found:
            ip("netns", "add", name)
        one, other = found
        ip("-n", one, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", other)
        for name, address in found.items():
            ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
            for link in ("lo", "cable"):
                ip("-n", name, "link", "set", link, "up")
        yield found
    finally:
        for name in found:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


@pytest.mark.skipif(
    shutil.which("ip") is None or os.getuid() != 0, reason="Only root may lay a cable between two network namespaces."
)
def test_two_hosts_with_no_disk_in_common(hosts: Mapping[str, str], root: Path, locally: Path) -> None:
    """The worker's host sees nothing of the project: an empty disk lies over it there."""
    (one, address), (other, _) = hosts.items()
    hidden = (*inside(other), "sh", "-c", f'mount -t tmpfs none "{root}" && exec "$@"', "sh")
    command = [*inside(one), sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root), "--scheduler"]
    with (
        TemporaryDirectory(prefix="rk-") as name,
        scheduler(Path(name), host=address, by=inside(one)) as (there, _),
        workers(there, Path(name), 2, by=hidden),
    ):
        done = subprocess.run([*command, there], capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    assert digests(root) == digests(locally)


def tls_settings(folder: Path) -> Path:
    """A folder with the operators' guide's settings for TLS, and beside it an authority and one certificate of it."""

    def name(of: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of)])

    def certificate(of: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey) -> bytes:
        today = datetime.now(UTC)
        built = x509.CertificateBuilder(name("authority"), name(of), key.public_key(), x509.random_serial_number())
        built = built.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
        built = built.add_extension(x509.BasicConstraints(ca=of == "authority", path_length=None), critical=True)
        return built.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, ours = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    (folder / "ca.pem").write_bytes(certificate("authority", authority, authority))
    (folder / "me.pem").write_bytes(certificate("me", ours, authority))
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "me.key").write_bytes(ours.private_bytes(pem, form, serialization.NoEncryption()))
    told = re.search(r"# ~/\.config/dask/distributed\.yaml\n(.*?)```", guide("operators").text, re.S)
    assert told is not None
    settings = folder / "dask"
    settings.mkdir()
    (settings / "distributed.yaml").write_text(told[1].replace("/etc/dask", str(folder)), encoding="utf-8")
    return settings


def test_a_scheduler_needs_no_package_of_ours(root: Path, locally: Path) -> None:
    with TemporaryDirectory(prefix="rk-") as name:
        folder = Path(name)
        (folder / "none/reportkit").mkdir(parents=True)
        (folder / "none/reportkit/__init__.py").write_text("raise ModuleNotFoundError('reportkit')\n")
        env = {**os.environ, "PYTHONPATH": str(folder / "none")}
        with scheduler(folder, env=env) as (address, _), workers(address, folder, 1):
            done = build(root, "--scheduler", address)
    assert done.exit_code == 0, done.output
    assert digests(root) == digests(locally)


@pytest.mark.parametrize(
    "address", ["", "foo", "tcp://127.0.0.1", "http://127.0.0.1:80", "tcp://127.0.0.1:abc", "tcp://h:0"]
)
@pytest.mark.parametrize("command", [["worker"], ["build", "--all", "--force", "--scheduler"]])
def test_what_is_no_address_is_refused_at_once(root: Path, command: list[str], address: str) -> None:
    done = CliRunner().invoke(app, [*command, address, "-C", str(root)] if "build" in command else [*command, address])
    assert isinstance(done.exception, ProjectError)
    assert f"'{address}' is no address of a scheduler." in str(done.exception)
    assert not (root / f"outputs/{YEAR}").exists()


@pytest.mark.parametrize("command", [["worker"], ["build", "--all", "--force", "--scheduler"]])
def test_a_refused_address_ends_the_command_with_its_error(root: Path, command: list[str]) -> None:
    asked = [sys.executable, "-m", "reportkit", *command, "foo"]
    done = subprocess.run(asked, cwd=root, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 2
    assert "'foo' is no address of a scheduler." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_short_of_memory_is_not_paused(root: Path) -> None:
    """A paused one would take no report and say nothing; with one report at a time that helps nobody."""
    with TemporaryDirectory(prefix="rk-") as name:
        folder = Path(name)
        with scheduler(folder) as (address, _), workers(address, folder, 1, "--memory-limit", "600MiB"):
            done = sent(address, root, cluster_jobs.greedy)
    assert {bundle.outcome for bundle in done} == {Outcome.PUBLISHED}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--memory-limit", "abc"], "'abc' is no amount of memory."),
        (["--memory-limit", "-5"], "'-5' is no amount of memory."),
        (["--memory-limit", "600"], "'600' is 600 B; a worker needs 400.00 MiB."),
        (["--jobs", "4096"], "4096 workers have"),
        (["--font-path", "nowhere"], "'nowhere' does not exist"),
    ],
)
def test_slips_in_a_workers_options_are_told_at_once(options: list[str], told: str) -> None:
    done = CliRunner().invoke(app, ["worker", "tcp://127.0.0.1:1", *options])
    assert isinstance(done.exception, ProjectError | SystemExit)  # the latter: an option's own check has printed it
    assert told in done.stderr + str(done.exception)


def test_a_report_that_takes_all_memory_fails_by_itself(root: Path) -> None:
    with TemporaryDirectory(prefix="rk-") as name:
        folder = Path(name)
        with scheduler(folder) as (address, _), workers(address, folder, 1, "--memory-limit", "600MiB"):
            found = {bundle.department: bundle for bundle in sent(address, root, cluster_jobs.insatiable)}
    assert "killed 2 times" in str(found.pop(cluster_jobs.KILLER).failure)
    assert len(found) == DEPARTMENTS - 1
    assert {bundle.outcome for bundle in found.values()} == {Outcome.PUBLISHED}


def test_without_a_scheduler_the_error_says_how_to_start_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_S", 1)
    done = build(root, "--scheduler", "tcp://127.0.0.1:1")
    assert isinstance(done.exception, ProjectError)
    assert "dask scheduler" in done.exception.fix


def test_this_machine_can_be_asked_for_where_report_yaml_names_a_scheduler(root: Path, locally: Path) -> None:
    settings = root / "params/report.yaml"
    before = settings.read_bytes()
    settings.write_bytes(before + b"\nscheduler: tcp://127.0.0.1:1\n")
    done = build(root, "--scheduler", "local")
    assert done.exit_code == 0, done.output
    settings.write_bytes(before)
    assert digests(root) == digests(locally)


def test_what_says_nothing_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_S", 1)
    monkeypatch.setattr(connection, "_GRACE_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        done = build(root, "--scheduler", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
    assert isinstance(done.exception, ProjectError)
    assert "No scheduler answers" in str(done.exception)


@pytest.mark.parametrize(
    ("tls", "protocol", "told"),
    [
        ({"ca-file": "/nowhere/ca.pem"}, "tls", "the authority's certificate, /nowhere/ca.pem, is not there"),
        ({}, "tls", "the authority's certificate is not named"),
        ({"ca-file": __file__, "client.cert": __file__, "client.key": __file__}, "tls", "don't fit together"),
        ({}, "tcp", "is not encrypted, as dask's settings require"),
    ],
)
def test_slips_in_the_settings_of_tls_are_told_at_once(
    root: Path, tls: Mapping[str, object], protocol: str, told: str
) -> None:
    settings = {f"distributed.comm.tls.{key}": value for key, value in tls.items()}
    with dask.config.set({"distributed.comm.require-encryption": True, **settings}):
        done = build(root, "--scheduler", f"{protocol}://127.0.0.1:1")
    assert isinstance(done.exception, ProjectError | SystemExit)  # the latter: an option's own check has printed it
    assert told in done.stderr + str(done.exception)


def test_without_the_extra_the_error_says_what_to_install(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = build(root, "--scheduler", "tcp://127.0.0.1:1")
    assert isinstance(done.exception, ProjectError)
    assert "reportkit[dask]" in done.exception.fix


def test_the_doctor_tells_what_a_scheduler_in_report_yaml_needs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (root / "params/report.yaml").open("a", encoding="utf-8") as settings:
        settings.write("\nscheduler: tcp://10.0.0.5:8786\n")
    found = {each.subject: each for each in doctor.examine(Project(root))}
    assert found["scheduler"].ok
    assert "tcp://10.0.0.5:8786" in found["scheduler"].found

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", missing)
    found = {each.subject: each for each in doctor.examine(Project(root))}
    assert found["scheduler"].ok is False
    assert "reportkit[dask]" in found["scheduler"].found


def test_differences_are_named_shortly() -> None:
    ours = fitness_of((), False)
    theirs = {**ours, "library matplotlib": "1.0", "font file a.ttf": "f" * 64}
    told = differences(ours, theirs)
    assert told == [
        f"library matplotlib: {ours['library matplotlib']} here, 1.0 there",
        f"font file a.ttf: none here, {'f' * 12} there",
    ]
