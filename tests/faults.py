"""`make faults`: runs are killed at seeded random moments, then run again; nothing may be lost, changed or left behind.

Each kill strikes the run itself, a worker, a kernel or the kernel server with SIGKILL, while sixty departments are
either built anew (every submission has changed) or published after their approval. Afterwards `reportkit run` must end
with the same bytes as an undisturbed run, and no process, temporary file or half-written file may be left.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from reportkit.demo.write import demo_of, write_demo
from reportkit.desk.approve import Reviewer, approve
from reportkit.desk.status import now
from reportkit.errors import ProjectError
from reportkit.inputs.project import Project

KINDS = ("run", "worker", "kernel", "server")
YEAR = 2024
LEVELS = "\napprovals:\n  required: [sign]\n"
_PATIENCE_S = 300
_GONE_S = 30
_SERVER = "reportkit.execution.kernels.server"
_WORKER = "multiprocessing.spawn"
_DAY = re.compile(rb"\d{4}-\d\d-\d\d|\d{4}\xe5\xb9\xb4\d+\xe6\x9c\x88\d+\xe6\x97\xa5")
"""A day, as ISO and in Chinese: the board tells of which day it is."""


@dataclass(frozen=True)
class Scene:
    """A project as it is before a run, and what an undisturbed run makes of it."""

    name: str
    base: Path
    expected: Mapping[str, str]
    """Digests by path: of outputs/, and of params/, which no run may change."""
    seconds: float


@dataclass(frozen=True)
class Struck:
    """One kill: what was struck, when, and whatever was wrong afterwards."""

    number: int
    scene: str
    kind: str
    seconds: float
    faults: tuple[str, ...]


class Machine:
    """The command line over one project, with temporary and socket folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "project"
        self.told, self.warned = folder / "told.json", folder / "warned.txt"
        self.temporary, self.runtime = folder / "tmp", folder / "run"
        for each in (self.temporary, self.runtime):
            each.mkdir(mode=0o700)
        self.env = {
            **{name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.runtime),
        }

    def take(self, base: Path) -> None:
        """Makes the project a copy of another."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(base, self.root, symlinks=True)

    def start(self) -> "subprocess.Popen[bytes]":
        """`reportkit run`, in a session of its own."""
        command = [sys.executable, "-m", "reportkit", "run", "--json", "-C", str(self.root)]
        with self.told.open("wb") as told, self.warned.open("wb") as warned:  # nobody reads a pipe while it is struck
            return subprocess.Popen(
                command, cwd=self.folder, env=self.env, stdout=told, stderr=warned, start_new_session=True
            )

    def run(self) -> dict[str, Any]:
        """One undisturbed run's record; raises RuntimeError where it failed."""
        with self.start() as process:
            process.wait(_PATIENCE_S)
        if process.returncode:
            said = self.warned.read_text(encoding="utf-8")
            raise RuntimeError(f"the run ended with {process.returncode}: {said[-2000:]}")
        found: dict[str, Any] = json.loads(self.told.read_bytes())
        return found

    def servers(self) -> list[psutil.Process]:
        """The kernel servers; unlike their kernels they lead no session."""
        return [each for each in self._with_server_command() if os.getsid(each.pid) != each.pid]

    def kernels(self) -> list[psutil.Process]:
        return [each for each in self._with_server_command() if os.getsid(each.pid) == each.pid]

    def _with_server_command(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                command = process.cmdline()
                if len(command) > 3 and _SERVER in command[2] and str(self.runtime) in command[3]:
                    os.getsid(process.pid)
                    yield process

    def processes(self) -> list[str]:
        """Whatever still works for this project."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                ours = any(str(self.folder) in part for part in process.cmdline()) or str(
                    self.temporary
                ) in process.environ().get("TMPDIR", "")
                if ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline())[:120])
        return found

    def left_behind(self) -> list[str]:
        """Files that should be gone: temporary ones, sockets, what was half written."""
        outputs = self.root / "outputs"
        half = [path for path in outputs.rglob(".*") if path.name.endswith((".new", ".old"))]
        unfinished = list((outputs / ".cache").rglob("unfinished/*"))
        return sorted(
            str(path.relative_to(self.folder))
            for path in (*self.temporary.iterdir(), *self.runtime.rglob("*.sock"), *half, *unfinished)
        )


def digests(root: Path) -> dict[str, str]:
    """What must be the same, by path: the bytes of params/ and outputs/; executed notebooks need only be there."""
    found = {}
    for path in sorted((*(root / "params").rglob("*"), *(root / "outputs").rglob("*"))):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or name.startswith(("outputs/.cache/", "outputs/.runs/", "outputs/.lock")):
            continue
        executed = path.parent.name == "notebooks"
        content = _DAY.sub(b"", path.read_bytes()) if name == "outputs/board.html" else path.read_bytes()
        found[name] = "executed" if executed else sha256(content).hexdigest()
    return found


def scenes(machine: Machine, departments: int, seed: int) -> tuple[Scene, Scene]:
    """Every submission changed, everything else as it was; and every report approved, but not yet published."""
    write_demo(machine.root, demo_of(departments, 1, seed, YEAR))
    machine.run()
    built = machine.folder / "built"
    shutil.copytree(machine.root, built, symlinks=True)

    for path in (machine.root / f"params/{YEAR}").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("overview: |\n", "overview: |\n    各项工作稳步推进。\n\n", 1), encoding="utf-8")
    words = _scene("words", machine)

    machine.take(built)
    definition = machine.root / "params/report.yaml"
    definition.write_text(definition.read_text(encoding="utf-8") + LEVELS, encoding="utf-8")
    machine.run()
    project = Project(machine.root)
    approved = 0
    for path in sorted((machine.root / f"params/{YEAR}").glob("*.yaml")):
        with suppress(ProjectError):  # a draft with errors can't be approved
            approve(project, YEAR, path.stem, "sign", Reviewer("签发人", now()))
            approved += 1
    assert approved > departments / 2
    return words, _scene("approved", machine)


def _scene(name: str, machine: Machine) -> Scene:
    base = machine.folder / name
    shutil.copytree(machine.root, base, symlinks=True)
    began = time.monotonic()
    machine.run()
    seconds = time.monotonic() - began
    return Scene(name, base, digests(machine.root), seconds)


def strike(machine: Machine, scene: Scene, kind: str, after_s: float) -> tuple[float, list[str]]:
    """One run, struck after so many seconds, and the next; returns when it was struck, and what was wrong.

    Where nothing of the kind lives just then, it is struck as soon as one does; 0 seconds where none came.
    """
    machine.take(scene.base)
    began = time.monotonic()
    struck_s = 0.0
    with machine.start() as process:
        while process.poll() is None:
            if time.monotonic() - began >= after_s and (victims := _victims(machine, kind, process.pid)):
                with suppress(psutil.Error):
                    random.Random(after_s).choice(victims).send_signal(signal.SIGKILL)
                    struck_s = time.monotonic() - began
                break
            time.sleep(0.005)
        process.wait(_PATIENCE_S)
    if not struck_s:
        return 0.0, []
    faults = []
    if _eventually_none(machine.processes) and kind == "run":
        faults.append(f"still there after the kill: {machine.processes()}")
    try:
        machine.run()
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        faults.append(f"the next run failed: {error}")
    found = digests(machine.root)
    differing = sorted(
        name for name in found.keys() | scene.expected.keys() if found.get(name) != scene.expected.get(name)
    )
    if differing:
        faults.append(f"not as undisturbed: {len(differing)} files, {differing[:3]}")
    if left := _eventually_none(machine.processes):
        faults.append(f"stray processes: {left[:3]}")
    if left := machine.left_behind():
        faults.append(f"stray files: {left[:3]}")
    return struck_s, faults


def _victims(machine: Machine, kind: str, run: int) -> list[psutil.Process]:
    if kind == "kernel":
        return machine.kernels()
    if kind == "server":
        return machine.servers()
    with suppress(psutil.Error):
        process = psutil.Process(run)
        if kind == "run":
            return [process]
        return [each for each in process.children() if any(_WORKER in part for part in each.cmdline())]
    return []


def _eventually_none(look: Any) -> list[str]:
    until = time.monotonic() + _GONE_S
    while (found := look()) and time.monotonic() < until:
        time.sleep(0.1)
    return list(found)


def struck(folder: Path, departments: int, kills: int, seed: int) -> Iterator[Struck]:
    """So many kills, their kinds and moments drawn from the seed; one that found nothing to strike is drawn again."""
    machine = Machine(folder)
    words, approved = scenes(machine, departments, seed)
    draw = random.Random(seed)
    number = 0
    while number < kills:
        kind = KINDS[number % len(KINDS)]
        scene = draw.choice((words, approved)) if kind in ("run", "worker") else words
        seconds, faults = strike(machine, scene, kind, draw.uniform(0, scene.seconds))
        if seconds:
            number += 1
            yield Struck(number, scene.name, kind, seconds, tuple(faults))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--departments", type=int, default=60)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    failed, kinds = 0, Counter[str]()
    with TemporaryDirectory(prefix="rk-faults-") as folder:
        for each in struck(Path(folder), arguments.departments, arguments.kills, arguments.seed):
            kinds[f"{each.kind} while {each.scene}"] += 1
            failed += bool(each.faults)
            told = "; ".join(each.faults) or "as undisturbed"
            sys.stdout.write(f"{each.number:3} {each.scene:9}{each.kind:7} after {each.seconds:5.2f} s: {told}\n")
            sys.stdout.flush()
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items()))
    over = f"{sum(kinds.values())} kills over {arguments.departments} departments ({told})"
    sys.stdout.write(f"{over}, {failed} with faults, {(time.monotonic() - began) / 60:.1f} min\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
