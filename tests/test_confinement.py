"""What kernels are kept from: network, memory beyond a limit, secrets of the environment, text that would be code."""

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from jupyter_client.manager import KernelManager

from reportkit.build.plan import plan_report
from reportkit.build.report import build_report
from reportkit.cli.doctor import examine
from reportkit.errors import NotebookError, ReportkitError
from reportkit.execution.kernels.confine import why_not_cut
from reportkit.execution.kernels.spec import ForkedKernelSpecManager
from reportkit.execution.run_jobs import run_job
from reportkit.inputs.project import Project
from reportkit.model import Confinement, Job, Run
from tests.conftest import MakeProject

CONNECT = """import socket
try:
    socket.create_connection(("127.0.0.1", {port}), 5)
    print("reached")
except OSError as error:
    print(error.strerror)"""


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def run(tmp_path: Path, confinement: Confinement, *sources: str, kernel: str = "python3") -> Run:
    cells = [nbformat.v4.new_code_cell("year = 1", id="parameters", metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": kernel, "display_name": "Python 3", "language": "python"}
    job = Job("any", "x.ipynb", nbformat.writes(made).encode(), {"year": 2}, 60)
    work = Path(tempfile.mkdtemp(dir=tmp_path)) / "work"
    work.mkdir()
    return run_job(job, tmp_path, work, confinement)


def printed(done: Run) -> str:
    assert done.notebook is not None, done.failure
    executed = nbformat.reads(done.notebook.decode(), as_version=4)
    return "".join(output.get("text", "") for cell in executed.cells for output in cell.get("outputs", ()))


def test_a_kernel_has_the_network_only_where_report_yaml_says_so(tmp_path: Path, port: int) -> None:
    """What the doctor says of this machine is what a kernel finds."""
    open_anyway = bool(why_not_cut())
    assert printed(run(tmp_path, Confinement(network=True), CONNECT.format(port=port))) == "reached\n"
    assert (printed(run(tmp_path, Confinement(), CONNECT.format(port=port))) == "reached\n") == open_anyway


def test_a_kernel_that_isnt_forked_is_confined_too(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spec = tmp_path / "kernels" / "another" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = f'["{sys.executable}", "-X", "utf8", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"]'
    spec.write_text(f'{{"argv": {command}, "display_name": "x", "language": "python"}}', encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    confinement = Confinement(memory_mb=256)
    assert (printed(run(tmp_path, confinement, CONNECT.format(port=port), kernel="another")) == "reached\n") == bool(
        why_not_cut()
    )
    assert "not forked" in caplog.text
    done = run(tmp_path, confinement, "x = bytearray(700 * 2**20)", kernel="another")
    assert "MemoryError" in str(done.failure)
    assert "reached" in printed(run(tmp_path, Confinement(network=True), CONNECT.format(port=port), kernel="another"))


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits what a process allocates.")
@pytest.mark.parametrize("source", ["x = bytearray(700 * 2**20)", "import numpy; x = numpy.ones(700 * 2**17)"])
def test_a_notebook_that_takes_too_much_memory_is_stopped_and_told_its_limit(tmp_path: Path, source: str) -> None:
    done = run(tmp_path, Confinement(memory_mb=256), source)
    assert isinstance(done.failure, NotebookError)
    assert "MemoryError" in str(done.failure)
    assert "256 MB" in done.failure.fix
    assert printed(run(tmp_path, Confinement(memory_mb=1024), source + "\nprint(len(x))"))


def test_the_least_memory_is_enough_for_a_report(make_project: MakeProject) -> None:
    root = make_project("shipped")
    settings = root / "params/report.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\nruns: {memory_mb: 256}\n", encoding="utf-8")
    bundle = build_report(plan_report(Project(root), 2024, "suqian"))
    assert bundle.failure is None


def test_a_kernel_sees_no_variable_but_the_usual_and_those_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter3")
    seen = printed(run(tmp_path, Confinement(environment=("AWS_SECRET_ACCESS_KEY",)), "import os; print(os.environ)"))
    assert "hunter2" not in seen
    assert "hunter3" in seen
    started = printed(run(tmp_path, Confinement(), "print(open('/proc/self/environ').read())"))
    assert "hunter" not in started


def test_a_kernels_temporary_files_are_its_own_and_go_with_it(tmp_path: Path) -> None:
    source = "import tempfile; print(tempfile.mkdtemp())"
    first, second = (Path(printed(run(tmp_path, Confinement(), source)).strip()) for _ in range(2))
    assert first.parent != second.parent
    assert tmp_path in first.parents


def test_the_doctor_says_what_is_enforced(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project("shipped")
    settings = root / "params/report.yaml"
    before = settings.read_text(encoding="utf-8")

    def found() -> dict[str, tuple[bool | None, str]]:
        return {each.subject: (each.ok, each.found) for each in examine(Project(root))}

    checks = found()
    assert checks["kernels' network"] == ((None, checks["kernels' network"][1]) if why_not_cut() else (True, "none"))
    assert checks["kernels' memory"][1].startswith("2048 MB" if sys.platform == "linux" else "without limit")
    monkeypatch.setattr("reportkit.cli.doctor.why_not_cut", lambda: "Operation not permitted")
    settings.write_text(before + "\nruns: {memory_mb: null, environment: [NOT_SET_HERE]}\n", encoding="utf-8")
    checks = found()
    assert checks["kernels' network"] == (None, "open, NOT taken away: Operation not permitted")
    assert checks["kernels' memory"] == (None, "without limit: report.yaml says so")
    assert "NOT_SET_HERE not set here" in checks["kernels' environment"][1]


def test_a_notebook_for_python_with_confinement_forks_from_one_server(tmp_path: Path) -> None:
    """A network-less server is another than JupyterLab's own; each serves any number of kernels."""
    parents = [printed(run(tmp_path, Confinement(), "import os; print(os.getppid())")) for _ in range(2)]
    assert parents[0] == parents[1]
    manager = KernelManager(kernel_spec_manager=ForkedKernelSpecManager(network=False, memory_mb=512))
    assert manager.kernel_spec is not None
    config = manager.kernel_spec.metadata["kernel_provisioner"]["config"]
    assert (config["network"], config["memory_mb"]) == (False, 512)


# Departments' text is data

HOSTILE = (
    "__import__('pathlib').Path({flag!r}).touch()",
    "'); __import__('pathlib').Path({flag!r}).touch(); ('",
    '"""\n__import__("pathlib").Path({flag!r}).touch()\n"""',
    "\\n!touch {flag}\\n",
    "!touch {flag}",
    "%%bash\ntouch {flag}",
    "{{% raw %}}{{{{ cycler.__init__.__globals__.os.system('touch {flag}') }}}}{{% endraw %}}",
    "{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}",
    "{{x:__import__('pathlib').Path({flag!r}).touch()}}",
    "$(touch {flag})`touch {flag}`",
    "<script>touch</script>",
)


def altered(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize("part", ["name", "fact", "prose"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_of_a_department_reaches_no_kernel_as_code(
    make_project: MakeProject, number: int, part: str
) -> None:
    """Refused with an error that names its place, or shown as text; never run."""
    flag = Path(tempfile.gettempdir()) / f"rk-flag-{os.getpid()}"  # a fact's text has 100 characters at most
    text = HOSTILE[number].format(flag=str(flag))
    root = make_project("one-notebook")
    register, submission = root / "params/departments.yaml", root / "params/2024/demo.yaml"
    if part == "name":
        altered(register, lambda known: known["departments"][-1].update(name=" ".join(text.split())))
    elif part == "fact":
        altered(submission, lambda data: data["facts"].update(hostile={"value": 3, "text": text}))
        altered(submission, lambda data: data["prose"].update(proactive="来源：{{ hostile }}。"))
    else:
        altered(submission, lambda data: data.update(prose=dict.fromkeys(data["prose"], f"{text}\n\n一句话。")))
    try:
        bundle = build_report(plan_report(Project(root), 2024, "demo"))
    except ReportkitError as error:
        assert "params/" in str(error)  # noqa: PT017 - or no error
    else:
        assert bundle.failure is None
        assert b"touch" in bundle.files["report.html"] or b"__class__" in bundle.files["report.html"]
    assert not flag.exists()


@pytest.mark.parametrize("name", ["a'; import os #", "a\nb", "a b", "../a", "__import__('os')", "a}}", "%run a"])
def test_an_id_that_could_be_code_is_no_id(make_project: MakeProject, name: str) -> None:
    root = make_project("one-notebook")
    altered(root / "params/departments.yaml", lambda known: known["departments"][-1].update(id=name))
    with pytest.raises(ReportkitError, match=r"departments\.yaml"):
        _ = Project(root).register


def test_a_files_name_is_never_code(make_project: MakeProject) -> None:
    """A submission under a hostile name belongs to nobody, and neither builds anything nor stops another."""
    root = make_project("one-notebook")
    odd = root / "params/2024/x'); open('flag', 'w') #.yaml"
    odd.write_bytes((root / "params/2024/demo.yaml").read_bytes())
    assert build_report(plan_report(Project(root), 2024, "demo")).failure is None
    with pytest.raises(ReportkitError):
        plan_report(Project(root), 2024, odd.stem)
    assert not list(root.rglob("flag"))


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux keeps kernels from the network.")
@pytest.mark.parametrize("network", [True, False])
def test_a_temporary_folder_with_too_long_a_path_for_sockets_will_do(tmp_path: Path, network: bool) -> None:
    """Without a Unix socket a kernel could only be talked to over the network that it doesn't have."""
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    assert printed(run(deep, Confinement(network), "print(1)")) == "1\n"
