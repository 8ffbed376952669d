"""`make bench`: whole reports by reportkit, by what users write today, by the peers, and by the floor.

Prints each variant's seconds a report and the ratios, and writes them into outputs/bench.json. Exits 1 where a ratio
misses its bar.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reportkit.demo.write import demo_of, write_demo
from tests.bench import publishing
from tests.bench.compare import differing
from tests.bench.peers import NoPeers, peers_python
from tests.bench.variants import Timing, Work, steady_s, write_work
from tests.bench.variants.pages import chromium

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 5
REPORTS = 20
WARM_UP = 2
YEAR = 2024
BARS: Mapping[str, tuple[str, float]] = {
    "kernel_ready": ("at least", 6),
    "papermill_unmodified": ("at least", 6),
    "report_vs_loop": ("at least", 12),
    "report_vs_parallel_loop": ("at least", 6),
    "report_vs_ploomber": ("at least", 8),
    "report_vs_floor": ("at most", 2.5),
    "kernel_memory": ("at most", 0.5),
}
"""Ratio → whether it must be at least or at most what."""
EXTRA_ROUNDS = 2
"""For the rows that no ratio needs."""


@dataclass(slots=True)
class Bench:
    """One run: the demo project, where variants work, and what each of them took in each round."""

    project: Path
    folder: Path
    peers: Path | None
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """Variant → seconds a report, a number a round."""
    kernels: list[dict[str, Any]] = field(default_factory=list)

    def work(self, name: str, reports: int, processes: int = 1) -> Work:
        """A variant's work on the first so many reports, in an empty folder of its own."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return Work(self.project, folder, tuple(self.reports()[:reports]), processes=processes)

    def reports(self) -> list[tuple[int, str]]:
        """Reports with both charts: those of departments that had applications, with a year before."""
        paths = sorted((self.project / "params" / str(YEAR)).glob("*.yaml"))
        return [(YEAR, path.stem) for path in paths if "none_received" not in path.read_text(encoding="utf-8")]

    def run(self, module: str, work: Work, *arguments: str, python: Path | None = None) -> dict[str, Any]:
        """What a variant prints, run as a process of its own."""
        job = work.folder.with_suffix(".json")
        write_work(work, job)
        env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["REPORTKIT_INPUTS"] = str(work.project)
        command = [str(python or sys.executable), "-m", f"tests.bench.variants.{module}", str(job), *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{module} failed:\n{done.stderr[-3000:]}")
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found

    def time(self, name: str, found: Mapping[str, Any], warm_up: int = 0, reports: int | None = None) -> None:
        """Notes a round: seconds a report after the warm-up; where `reports` is given, they were finished together."""
        timing = Timing(found["began"], found["finished"], found["parts"])
        taken = (timing.finished[-1] - timing.began) / reports if reports else steady_s(timing, warm_up)
        self.seconds.setdefault(name, []).append(taken)


def ours(bench: Bench) -> None:
    bench.time("reportkit", bench.run("ours", bench.work("ours", REPORTS + WARM_UP)), WARM_UP)


def floor(bench: Bench) -> None:
    bench.time("floor", bench.run("floor", bench.work("floor", REPORTS)))


def loop(bench: Bench) -> None:
    bench.time("loop", bench.run("loop", bench.work("loop", 2)), 1)


def parallel_loop(bench: Bench) -> None:
    bench.time("parallel loop", bench.run("loop", bench.work("parallel-loop", 2, processes=2)))


def ploomber(bench: Bench) -> None:
    work = bench.work("ploomber", 2, processes=2)
    bench.time("ploomber", bench.run("ploomber_dag", work, python=bench.peers), reports=2)


def kernels(bench: Bench) -> None:
    bench.kernels.append(bench.run("kernels", bench.work("kernels", 1)))


def command_line(peer: str) -> Callable[[Bench], None]:
    def measure(bench: Bench) -> None:
        bench.time(peer, bench.run("command_line", bench.work(peer, 1), peer, python=bench.peers))

    return measure


VARIANTS = (ours, floor, loop, parallel_loop, kernels)
EXTRAS = ("nbconvert", "nbprint", "jupyter-book")


def check_alike(bench: Bench) -> list[str]:
    """Runs every variant once on one report and refuses to go on where a cell's output differs from papermill's own.

    Returns the names of those whose outputs were compared; jupyter-book and nbprint keep notebooks of another shape.
    """
    work = bench.work("loop", 1)
    bench.run("loop", work)
    year, department = work.reports[0]
    wanted = [work.place(year, department) / path.name for path in work.notebooks]

    def compare(name: str, folder: Path) -> str:
        if wrong := differing(wanted, [folder / path.name for path in wanted]):
            raise SystemExit(f"{name} and the loop don't agree: {', '.join(wrong)}")
        return name

    mine = bench.work("ours", 2)
    bench.run("ours", mine)
    alike = [compare("reportkit", mine.folder / "project/outputs" / str(year) / department / "notebooks")]
    lowest = bench.work("floor", 2)
    bench.run("floor", lowest)
    alike.append(compare("floor", lowest.place(year, department)))
    if bench.peers:
        dag = bench.work("ploomber", 1, processes=2)
        bench.run("ploomber_dag", dag, python=bench.peers)
        alike.append(compare("ploomber", dag.place(year, department)))
        executed = bench.work("nbconvert", 1)
        bench.run("command_line", executed, "nbconvert", python=bench.peers)
        alike.append(compare("nbconvert", executed.place(year, department)))
    return alike


def per_round(bench: Bench, slower: str, faster: str) -> float | None:
    """The median over the rounds of how many times as long one variant takes as another.

    None for a variant that was not measured; one that was measured in the first rounds only is compared in those.
    """
    if slower not in bench.seconds:
        return None
    return statistics.median(
        one / other for one, other in zip(bench.seconds[slower], bench.seconds[faster], strict=False)
    )


def ratios(bench: Bench) -> dict[str, float | None]:
    """Every ratio of BARS; None for a peer that could not be installed."""

    def of_kernels(figure: str) -> float:
        return statistics.median(each[figure]["python3"] / each[figure]["reportkit"] for each in bench.kernels)

    return {
        "kernel_ready": of_kernels("ready_s"),
        "papermill_unmodified": of_kernels("papermill_s"),
        "report_vs_loop": per_round(bench, "loop", "reportkit"),
        "report_vs_parallel_loop": per_round(bench, "parallel loop", "reportkit"),
        "report_vs_ploomber": per_round(bench, "ploomber", "reportkit"),
        "report_vs_floor": per_round(bench, "reportkit", "floor"),
        "kernel_memory": statistics.median(
            each["uss_bytes"]["reportkit"] / each["uss_bytes"]["python3"] for each in bench.kernels
        ),
    }


def misses(found: Mapping[str, float | None]) -> list[str]:
    """The ratios that miss their bar."""
    missed = []
    for name, (sense, bar) in BARS.items():
        ratio = found[name]
        if ratio is not None and (ratio < bar if sense == "at least" else ratio > bar):
            missed.append(name)
    return missed


def show(bench: Bench, found: Mapping[str, float | None]) -> None:
    """The table that the guides quote."""
    say = sys.stdout.write
    say(f"\n{'variant':20}{'s/report':>10}{'× reportkit':>13}   rounds: least … most\n")
    for name, taken in sorted(bench.seconds.items(), key=lambda each: statistics.median(each[1])):
        middle = statistics.median(taken)
        times = per_round(bench, name, "reportkit")
        say(f"{name:20}{middle:10.2f}{times:13.1f}   {min(taken):.2f} … {max(taken):.2f}\n")
    say("\n")
    for name, ratio in found.items():
        sense, bar = BARS[name]
        told = "not measured" if ratio is None else f"{ratio:6.2f}"
        say(f"{name:26}{told}   {sense} {bar}{'   MISSED' if name in misses(found) else ''}\n")


def measure(bench: Bench, rounds: int) -> None:
    """The rounds, each beginning with another variant so that none is always measured on a warm machine."""
    variants = [*VARIANTS, *([ploomber] if bench.peers else [])]
    extras = [command_line(peer) for peer in EXTRAS] if bench.peers else []
    for number in range(rounds):
        todo = variants[number % len(variants) :] + variants[: number % len(variants)]
        for variant in [*todo, *(extras if number < EXTRA_ROUNDS else [])]:
            variant(bench)
        sys.stdout.write(f"round {number + 1} of {rounds}\n")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--no-peers", action="store_true", help="leave out what must be installed first")
    given = parser.parse_args()
    began = time.monotonic()
    peers, why = None, "left out"
    if not given.no_peers:
        try:
            peers = peers_python(REPOSITORY)
        except NoPeers as error:
            why = str(error)
    if peers is None:
        sys.stdout.write(f"The peers are not measured: {why}\n")
    if chromium() is None:
        sys.stdout.write("No Chromium here: the others' PDFs are made by reportkit's Typst, which is faster.\n")
    with TemporaryDirectory(prefix="reportkit-bench-") as name:
        folder = Path(name)
        write_demo(folder / "project", demo_of(60, 2, 3, YEAR))
        bench = Bench(folder / "project", folder / "work", peers)
        bench.folder.mkdir()
        assert len(bench.reports()) >= REPORTS + WARM_UP
        sys.stdout.write(f"outputs are the loop's: {', '.join(check_alike(bench))}\n")
        measure(bench, given.rounds)
    found = ratios(bench)
    show(bench, found)
    content = {
        "ratios": found,
        "seconds_per_report": bench.seconds,
        "kernels": bench.kernels,
        "pdf_of_others": "Chromium" if chromium() else "Typst",
        "cores": len(os.sched_getaffinity(0)),
        "python": sys.version.split()[0],
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    (REPOSITORY / "outputs/bench.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n")
    publishing.main()
    sys.exit(1 if misses(found) else 0)


if __name__ == "__main__":
    main()
