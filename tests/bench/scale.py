"""`make bench-scale`: a thousand reports, cold: how long, how much memory, and what is left behind.

Writes outputs/bench-scale.json and exits 1 where a bar is missed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from reportkit.demo.write import demo_of, write_demo
from tests.bench.variants import Work, write_work

REPOSITORY = Path(__file__).parents[2]
YEAR = 2024
NOTEBOOKS = 7
SAMPLE_S = 2.0
BARS: Mapping[str, float] = {
    "minutes": 20,
    "pss_gb": 2.5,
    "slowdown": 1.25,
    "failures": 0,
    "more_handles": 0,
    "zombies": 0,
    "left_behind": 0,
}
"""What each figure may be at most, for a thousand reports."""


@dataclass(slots=True)
class Watch:
    """What was seen of the processes while they worked, a sample every two seconds."""

    pss_bytes: list[int] = field(default_factory=list)
    """Of all processes together, shared pages counted once."""
    zombies: list[set[int]] = field(default_factory=list)
    """Process ids of those that had ended and were not reaped."""
    handles: dict[int, list[int]] = field(default_factory=dict)
    """Process id → open descriptors; of the build, its workers and the kernel server."""

    def look(self, root: psutil.Process, runtime: Path) -> None:
        """One sample."""
        lasting = [root, *root.children(), *servers(runtime)]
        everyone = {each.pid: each for parent in lasting for each in [parent, *children(parent)]}
        total = 0
        dead = set()
        for process in everyone.values():
            with suppress(OSError, psutil.Error):
                total += pss(process.pid)
            with suppress(psutil.Error):
                if process.status() == psutil.STATUS_ZOMBIE:
                    dead.add(process.pid)
        self.pss_bytes.append(total)
        self.zombies.append(dead)
        for process in lasting:
            with suppress(psutil.Error):
                self.handles.setdefault(process.pid, []).append(process.num_fds())

    def lasting_zombies(self) -> int:
        """How many were still zombies two seconds later."""
        return len(
            set().union(*(earlier & later for earlier, later in zip(self.zombies, self.zombies[1:], strict=False)))
        )

    def more_handles(self) -> int:
        """By how many descriptors any lasting process grew from its second quarter to its last, at its quietest."""
        grown = [0]
        for counts in self.handles.values():
            quarter = len(counts) // 4
            if quarter:
                grown.append(min(counts[-quarter:]) - min(counts[quarter : 2 * quarter]))
        return max(grown)


def pss(pid: int) -> int:
    """A process's proportional set size in bytes. Source: the kernel's smaps_rollup."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def servers(runtime: Path) -> Iterator[psutil.Process]:
    """The kernel servers whose sockets are below a folder."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = process.cmdline()
            if any("kernels.server" in part for part in command) and any(str(runtime) in part for part in command):
                parent = process.parent()
                if parent is None or "kernels.server" not in " ".join(parent.cmdline()):
                    yield process


def children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def build(folder: Path, departments: int, watch: Watch) -> tuple[dict[str, Any], float]:
    """Builds every report of a new demo project; returns what the variant printed, and the seconds."""
    write_demo(folder / "demo", demo_of(departments, 1, 1, YEAR))
    reports = tuple((YEAR, path.stem) for path in sorted((folder / "demo/params" / str(YEAR)).glob("*.yaml")))
    for name in ("work", "tmp", "run"):
        (folder / name).mkdir()
    (folder / "run").chmod(0o700)
    job = folder / "work.json"
    write_work(Work(folder / "demo", folder / "work", reports), job)
    env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"TMPDIR": str(folder / "tmp"), "XDG_RUNTIME_DIR": str(folder / "run")}
    began = time.monotonic()
    with (folder / "printed").open("w+", encoding="utf-8") as printed:
        command = [sys.executable, "-m", "tests.bench.variants.ours", str(job)]
        process = subprocess.Popen(command, cwd=REPOSITORY, env=env, stdout=printed)
        root = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.Error):
                watch.look(root, folder / "run")
            with suppress(subprocess.TimeoutExpired):
                process.wait(SAMPLE_S)
        taken = time.monotonic() - began
        printed.seek(0)
        lines = printed.read().splitlines()
    if process.returncode:
        raise SystemExit(f"The build failed with {process.returncode}.")
    deadline = time.monotonic() + 10
    while list(servers(folder / "run")) and time.monotonic() < deadline:
        time.sleep(0.1)
    return json.loads(lines[-1]), taken


def slowdown(finished: list[float]) -> float:
    """Seconds a report at the end against those around the hundredth, both as the median of the gaps of ten reports."""

    def pace(moments: list[float]) -> float:
        return statistics.median(later - earlier for earlier, later in zip(moments, moments[10:], strict=False))

    return pace(finished[-100:]) / pace(finished[50:150])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--departments", type=int, default=1000, help="at least 200; the bars are for 1,000")
    departments = parser.parse_args().departments
    watch = Watch()
    with TemporaryDirectory(prefix="rk-scale-") as name:
        folder = Path(name)
        printed, taken = build(folder, departments, watch)
        published = len(list((folder / f"work/project/outputs/{YEAR}").iterdir()))
        left = [path.name for place in ("tmp", "run") for path in (folder / place).iterdir()]
    found = {
        "minutes": round(taken / 60, 2),
        "pss_gb": round(max(watch.pss_bytes) / 1e9, 2),
        "slowdown": round(slowdown(printed["finished"]), 2),
        "failures": departments - published,
        "more_handles": watch.more_handles(),
        "zombies": watch.lasting_zombies(),
        "left_behind": len(left),
    }
    missed = [figure for figure, most in BARS.items() if found[figure] > most]
    sys.stdout.write(
        f"{departments} reports, {departments * NOTEBOOKS} notebooks, {taken / departments:.2f} s a report\n"
    )
    for figure, value in found.items():
        sys.stdout.write(f"{figure:14}{value:8}   at most {BARS[figure]}{'   MISSED' if figure in missed else ''}\n")
    content = found | {"reports": departments, "seconds_per_report": taken / departments, "left": left}
    (REPOSITORY / "outputs/bench-scale.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
