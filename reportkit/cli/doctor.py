"""Whether this machine can build reports, and in which fonts: what was found, said plainly."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import DEVNULL, run
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import KernelManager

from reportkit.desk.approve import identity
from reportkit.errors import ReportkitError
from reportkit.execution.kernels.confine import why_not_cut
from reportkit.execution.kernels.spec import ForkedKernelSpecManager
from reportkit.inputs.project import Project
from reportkit.model import Confinement, DocumentHead
from reportkit.outputs.folders import OUTPUTS
from reportkit.publishing.fonts import ROLES, SERIF, font_set
from reportkit.publishing.pdf import STANDARDS, compile_pdf, creation_time
from reportkit.publishing.shaping import LIBRARIES
from reportkit.publishing.typst import library

_NO_LOGIN = "a record, not a login: who can write in params/ can write any name"
_ROLE_LABELS = {
    "title": "标题 2号小标宋",
    "body": "正文 3号仿宋",
    "heading": "一级标题 黑体",
    "subheading": "二级标题 楷体",
    "number": "页码 4号宋体",
    "table": "表格 黑体",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `ok` is True, False (reports can't be built), or None (worth knowing)."""

    ok: bool | None
    subject: str
    found: str


def examine(project: Project | None) -> Iterator[Check]:
    """Each check in turn: Python, libraries, kernel, time zone, fonts, the PDF compiler, the project's folders."""
    yield Check(sys.version_info >= (3, 11), "Python", sys.version.split()[0])
    yield from _libraries()
    yield _kernel()
    yield _forked_kernel()
    yield _time_zone()
    yield from _fonts(project)
    yield _typst()
    if project is not None:
        yield from _confinement(project.definition.runs.confinement)
        if address := project.definition.scheduler:
            yield _scheduler(address)
        yield from _project(project)


def _confinement(asked: Confinement) -> Iterator[Check]:
    """What report.yaml asks kernels to be kept from, and whether this machine does it."""
    if asked.network:
        yield Check(None, "kernels' network", "open: report.yaml says so")
    elif why := why_not_cut():
        yield Check(None, "kernels' network", f"open, NOT taken away: {why}")
    else:
        yield Check(True, "kernels' network", "none")
    if asked.memory_mb is None:
        yield Check(None, "kernels' memory", "without limit: report.yaml says so")
    elif sys.platform == "linux":
        yield Check(True, "kernels' memory", f"{asked.memory_mb} MB each")
    else:
        yield Check(None, "kernels' memory", "without limit, NOT enforced: this system can't")
    missing = [name for name in asked.environment if name not in os.environ]
    named = f"the usual variables and {', '.join(asked.environment)}" if asked.environment else "the usual variables"
    unset = f"; {', '.join(missing)} not set here" if missing else ""
    yield Check(None if missing else True, "kernels' environment", f"{named}; a temporary folder of its own{unset}")
    if _can_adopt():
        yield Check(True, "kernels' processes", "all that a forked kernel leaves behind ends with it")
    else:
        held = "what a kernel leaves behind ends with it while it keeps the kernel's environment; NOT enforced further"
        yield Check(None, "kernels' processes", held)
    yield Check(None, "kernels' files", "open: a notebook may read and write whatever this user may")


def _can_adopt() -> bool:
    """Whether a kernel server here is given what its kernels leave behind; tried in a process of its own."""
    probe = "from reportkit.execution.kernels.leftovers import adopt_orphans; print(adopt_orphans())"
    done = run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    return sys.platform == "linux" and done.stdout.strip() == "True"


def _scheduler(address: str) -> Check:
    """Where report.yaml says that reports are built; it isn't asked."""
    try:
        return Check(True, "scheduler", f"{address}, by distributed {version('distributed')}; not asked")
    except PackageNotFoundError:
        return Check(False, "scheduler", f"{address}, but this needs: pip install 'reportkit[dask]'")


def _libraries() -> Iterator[Check]:
    for name in (*LIBRARIES, "jupyterlab", "pypdfium2"):
        try:
            yield Check(True, name, version(name))
        except PackageNotFoundError:
            yield Check(False, name, "not installed")


def _kernel() -> Check:
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Check(False, "kernel python3", "not found; install ipykernel into this environment")
    command = shutil.which(spec.argv[0]) or spec.argv[0]
    here = spec.argv[0] in ("python", "python3", f"python3.{sys.version_info.minor}") or Path(command) == Path(
        sys.executable
    )
    return Check(True if here else None, "kernel python3", "this environment's" if here else f"runs {spec.argv[0]}")


def _forked_kernel() -> Check:
    """Starts one kernel as a build does; plain ones do the same work, only later."""
    manager = KernelManager(kernel_spec_manager=ForkedKernelSpecManager())
    try:
        manager.start_kernel(stdout=DEVNULL, stderr=DEVNULL)
        forked = getattr(manager.provisioner, "forked", False)
        manager.shutdown_kernel(now=True)
    except (OSError, RuntimeError, ModuleNotFoundError) as error:
        return Check(False, "kernel reportkit", f"can't be started: {error}")
    return Check(forked or None, "kernel reportkit", "forked from a warm server" if forked else "plain, slower kernels")


def _time_zone() -> Check:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return Check(False, "time zone Asia/Shanghai", "not found; install tzdata")
    return Check(True, "time zone", "Asia/Shanghai")


def _fonts(project: Project | None) -> Iterator[Check]:
    """Which family serves each role, among the bundled fonts or, where report.yaml asks for it, this machine's."""
    paths: tuple[str, ...] = ()
    system = False
    if project is not None:
        paths = tuple(str(project.root / path) for path in project.definition.font_paths)
        system = project.definition.system_fonts
    used, machine = font_set(paths, system), font_set(paths, True)
    for role in ROLES:
        official = machine.role(role)[0]
        note = ""
        if official not in used.families:
            note = f" ({official} is on this machine: set system_fonts: true to use it)"
        yield Check(True, f"font {_ROLE_LABELS[role]}", used.role(role)[0] + note)


def _typst() -> Check:
    roles = ", ".join(f'{role}: ("{SERIF}",)' for role in ROLES)
    source = f'{library()}\n#report(title: "试", lines: ("试",), fonts: ({roles}), {{ par("试") }})'
    try:
        size = len(compile_pdf(source, (), False, creation_time(DocumentHead("", ()))))
    except ReportkitError as error:
        return Check(False, "PDF", str(error))
    return Check(size > 0, "PDF", f"Typst meets {' and '.join(STANDARDS)}")


def _project(project: Project) -> Iterator[Check]:
    yield Check(True, "project", f"{len(project.register.departments)} departments, years {list(project.years)}")
    try:
        (project.root / OUTPUTS).mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=project.root / OUTPUTS, prefix=".doctor"):
            yield Check(True, "outputs/", "writable")
    except OSError as error:
        yield Check(False, "outputs/", f"not writable: {error.strerror}")
    try:
        who = Check(True, "approvals", f"noted as {identity(None, project)}; {_NO_LOGIN}")
    except ReportkitError:
        who = Check(None, "approvals", f"no name: set git's user.name, or write --as; {_NO_LOGIN}")
    yield who
    free_gib = shutil.disk_usage(project.root).free / 2**30
    yield Check(free_gib > 0.5, "disk", f"{free_gib:.1f} GiB free")
