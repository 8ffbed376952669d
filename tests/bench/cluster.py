"""`make bench-dask`: the same reports by the local pool and by a scheduler with as many workers, in turn; and memory.

What is timed is a whole `reportkit build --force`. The client's memory is looked at while it sends a thousand and five
thousand plans to workers that build nothing. Writes outputs/bench-dask.json and exits 1 where a bar is missed.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.cluster.client import each_bundle_on
from reportkit.demo.project import demo_of, write_demo
from reportkit.inputs.project import Project
from reportkit.model import Plan
from reportkit.plan import plan_report
from tests.bench.again import Machine, tell
from tests.cluster_jobs import quick
from tests.test_cluster import scheduler, workers

YEAR = 2024
PROCESSES = 2
BARS: Mapping[str, float] = {"overhead": 1.10, "memory_ratio": 1.10}
"""What each figure may be at most."""
FEW, MANY = 1000, 5000


def synthetic(root: Path, count: int) -> Iterator[Plan]:
    """One report's plan under so many names."""
    path = sorted((root / f"params/{YEAR}").glob("*.yaml"))[0]
    plan = plan_report(Project(root), YEAR, path.stem)
    for number in range(count):
        yield replace(plan, department=replace(plan.department, id=f"{path.stem}-{number}"))


def memory_of(root: Path, address: str, count: int) -> float:
    """The most memory, in MB, of a client of its own that sends so many plans."""
    command = [sys.executable, "-m", "tests.bench.cluster", "--client", address, str(root), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    found: float = json.loads(done.stdout)
    return found


def client(address: str, root: Path, count: int) -> None:
    plans = synthetic(root, count)
    made = sum(1 for _ in each_bundle_on(address, quick, plans, None, lambda plan: None, lambda words: None))
    assert made == count
    sys.stdout.write(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(folder: Path, departments: int, rounds: int) -> dict[str, float]:
    machine = Machine(folder)
    write_demo(machine.root, demo_of(departments, 1, 1, YEAR))
    local, there = [], []
    with scheduler(folder) as (address, _), workers(address, folder, PROCESSES):
        machine.call("build", "--all", "--scheduler", address)  # both begin with the same cache and warm servers
        for _ in range(rounds):
            local.append(machine.call("build", "--all", "--force", "--jobs", str(PROCESSES))[0] / departments)
            there.append(machine.call("build", "--all", "--force", "--scheduler", address)[0] / departments)
        few, many = (memory_of(machine.root, address, count) for count in (FEW, MANY))
    return {
        "local_s_a_report": statistics.median(local),
        "dask_s_a_report": statistics.median(there),
        "overhead": statistics.median(one / other for one, other in zip(there, local, strict=True)),
        f"memory_mb_at_{FEW}": few,
        f"memory_mb_at_{MANY}": many,
        "memory_ratio": many / few,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__)
    parser.add_argument("--departments", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--client", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.client:
        address, root, count = arguments.client
        client(address, Path(root), int(count))
        return
    with TemporaryDirectory(prefix="rk-dask-") as folder:
        figures = measured(Path(folder), arguments.departments, arguments.rounds)
        found = {name: round(value, 3) for name, value in figures.items()}
    tell(found, BARS, arguments.departments, "bench-dask")


if __name__ == "__main__":
    main()
