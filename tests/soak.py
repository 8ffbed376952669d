"""`make soak`: two hundred runs in one process, one changed department each; nothing may grow from run to run.

A process that makes one run and ends would hide what it keeps, so all runs are made by this one, and by the one kernel
server that serves it. Writes outputs/soak.json and exits 1 where a bar is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from reportkit.build.local import LocalPool
from reportkit.demo.write import demo_of, write_demo
from reportkit.desk.status import now
from reportkit.inputs.project import Project
from reportkit.model import Outcome
from reportkit.runs.run import Watcher, run
from tests.bench.again import tell

YEAR = 2024
BARS: Mapping[str, float] = {
    "memory_ratio": 1.05,
    "server_memory_ratio": 1.05,
    "more_handles": 0,
    "more_server_handles": 0,
    "more_threads": 0,
    "more_processes": 0,
    "more_temporary_files": 0,
    "more_files": 0,
    "wrong_runs": 0,
}
"""What each may be at most: the median of the last tenth of all runs against that of the second tenth."""

_MARKS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Seen:
    """What there was after a run; memory in bytes. Files are those of outputs/ but for the cache and the records."""

    seconds: float
    memory: int
    server_memory: int
    handles: int
    server_handles: int
    threads: int
    processes: int
    temporary_files: int
    files: int
    cache_bytes: int


def look(folder: Path, seconds: float) -> Seen:
    ours = psutil.Process()
    servers = [each for each in psutil.process_iter() if _is_server(each, folder)]
    outputs = folder / "project/outputs"
    return Seen(
        seconds=seconds,
        memory=ours.memory_info().rss,
        server_memory=sum(each.memory_info().rss for each in servers),
        handles=ours.num_fds(),
        server_handles=sum(each.num_fds() for each in servers),
        threads=threading.active_count(),
        processes=len(ours.children(recursive=True)) + len(servers),
        temporary_files=sum(1 for _ in (folder / "tmp").rglob("*")),
        files=sum(1 for path in outputs.rglob("*") if not {".cache", ".runs"} & set(path.relative_to(outputs).parts)),
        cache_bytes=sum(path.stat().st_size for path in (outputs / ".cache").rglob("*") if path.is_file()),
    )


def _is_server(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error):
        command = process.cmdline()
        return len(command) > 3 and "kernels.server" in command[2] and str(folder) in command[3]
    return False


def soak(folder: Path, departments: int, runs: int) -> tuple[list[Seen], int]:
    """What was seen after each run, and how many runs published anything but the changed department."""
    root = folder / "project"
    write_demo(root, demo_of(departments, 1, 1, YEAR))
    quiet = Watcher(lambda name: None, lambda name, outcome, seconds: None, None)
    run(Project(root), now(), LocalPool(2), quiet)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (root / f"params/{YEAR}").glob("*.yaml")}
    names = sorted(texts)
    seen: list[Seen] = []
    wrong = 0
    for number in range(runs):
        name = names[number % len(names)]
        path = root / f"params/{YEAR}/{name}.yaml"
        mark = "".join(_MARKS[int(digit)] for digit in f"{number:04}")
        words = f"各项工作稳步推进（{mark}）。"  # never the same, and always as long
        path.write_text(texts[name].replace("overview: |\n", f"overview: |\n    {words}\n\n", 1), encoding="utf-8")
        began = time.monotonic()
        record = run(Project(root), now(), LocalPool(1), quiet)
        made = [each["report"] for each in record["reports"] if each["outcome"] != Outcome.UP_TO_DATE.value]
        wrong += made != [f"{YEAR}/{name}"] or record["outcome"] != "done"
        seen.append(look(folder, time.monotonic() - began))
        if (number + 1) % 20 == 0:
            sys.stdout.write(f"{number + 1:4} {asdict(seen[-1])}\n")
            sys.stdout.flush()
    return seen, wrong


def grown(seen: list[Seen]) -> dict[str, float]:
    """The medians of the last tenth against those of the second tenth."""
    tenth = max(1, len(seen) // 10)
    early, late = seen[tenth : 2 * tenth], seen[-tenth:]

    def median(of: list[Seen], name: str) -> float:
        return statistics.median(getattr(each, name) for each in of)

    found = {f"{name}_ratio": median(late, name) / median(early, name) for name in ("memory", "server_memory")}
    for name in ("handles", "server_handles", "threads", "processes", "temporary_files", "files"):
        found[f"more_{name}"] = median(late, name) - median(early, name)
    found["seconds_a_run"] = median(late, "seconds")
    found["memory_mb"] = median(late, "memory") / 1e6
    found["server_memory_mb"] = median(late, "server_memory") / 1e6
    found["handles"] = median(late, "handles")
    found["cache_mb"] = late[-1].cache_bytes / 1e6
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--departments", type=int, default=20)
    parser.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="rk-soak-") as name:
        folder = Path(name)
        for each in ("tmp", "run"):
            (folder / each).mkdir(mode=0o700)
        os.environ |= {"TMPDIR": str(folder / "tmp"), "XDG_RUNTIME_DIR": str(folder / "run")}
        tempfile.tempdir = None
        seen, wrong = soak(folder, arguments.departments, arguments.runs)
    found = {key: round(value, 3) for key, value in grown(seen).items()} | {"wrong_runs": float(wrong)}
    tell(found, BARS, arguments.runs, "soak")


if __name__ == "__main__":
    main()
