"""`make bench-dask`: the same reports by the local pool and by a scheduler with as many workers, in turn; and memory.

What is timed is a whole `reportkit build --force`. The client's memory is that of a build of a thousand reports, and of
five thousand: five years of the same bodies, or one year of five times as many. Workers send back files of the usual
size with nothing in them. Writes outputs/bench-dask.json and exits 1 where a bar is missed.
"""

import argparse
import json
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.build.plan import plan_report
from reportkit.demo.write import demo_of, write_demo
from reportkit.inputs.project import Project
from tests.bench.again import Machine, tell
from tests.test_cluster import scheduler, workers

YEAR = 2024
PROCESSES = 2
BARS: Mapping[str, float] = {"overhead": 1.10, "memory_ratio": 1.10, "memory_ratio_bodies": 1.10}
"""What each figure may be at most."""
FEW, YEARS = 1000, 5


def client_of(folder: Path, address: str, bodies: int, years: int) -> dict[str, float]:
    """Of a build of so many reports that workers only pretend to make: the client's memory, its time a report."""
    root = folder / f"project-{bodies}-{years}"
    write_demo(root, demo_of(bodies, years, 1, YEAR))
    command = [sys.executable, "-m", "tests.bench.cluster_client", address, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    found: dict[str, float] = json.loads(done.stdout)
    shutil.rmtree(root)
    return found


def sizes(root: Path) -> dict[str, float]:
    """What travels for one report, in KB: its Plan without notebooks, these, and its files."""
    department = Project(root).submitted(YEAR)[0]
    plan = plan_report(Project(root), YEAR, department)
    light = plan.with_jobs(tuple(replace(job, notebook=b"") for job in plan.execution.jobs))
    finished = (path for path in (root / f"outputs/{YEAR}/{department}").rglob("*") if path.is_file())
    return {
        "plan_kb": len(pickle.dumps(light)) / 1000,
        "notebooks_kb": sum(len(job.notebook) for job in plan.execution.jobs) / 1000,
        "bundle_kb": sum(path.stat().st_size for path in finished) / 1000,
    }


def cpu_s() -> float:
    """What processes that have ended here have used; workers haven't."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(folder: Path, departments: int, rounds: int) -> dict[str, float]:
    machine = Machine(folder)
    write_demo(machine.root, demo_of(departments, 1, 1, YEAR))
    local, there, used = [], [], []
    with scheduler(folder) as (address, _), workers(address, folder, PROCESSES):
        machine.call("build", "--all", "--scheduler", address)  # both begin with the same cache and warm servers
        for _ in range(rounds):
            local.append(machine.call("build", "--all", "--force", "--jobs", str(PROCESSES))[0] / departments)
            before = cpu_s()
            there.append(machine.call("build", "--all", "--force", "--scheduler", address)[0] / departments)
            used.append((cpu_s() - before) / departments)
        few, many, bodies = (client_of(folder, address, *each) for each in ((FEW, 1), (FEW, YEARS), (FEW * YEARS, 1)))
    return sizes(machine.root) | {
        "local_s_a_report": statistics.median(local),
        "dask_s_a_report": statistics.median(there),
        "overhead": statistics.median(one / other for one, other in zip(there, local, strict=True)),
        "memory_mb": few["most_mb"],
        "memory_mb_5_years": many["most_mb"],
        "memory_ratio": many["most_mb"] / few["most_mb"],
        "memory_mb_5_times_bodies": bodies["most_mb"],
        "memory_ratio_bodies": bodies["most_mb"] / few["most_mb"],
        "client_cpu_ms_a_report": 1000 * statistics.median(used),
        "client_ms_a_stub": few["ms_a_report"],
        "client_ms_a_stub_5_years": many["ms_a_report"],
        "client_ms_a_stub_5_times_bodies": bodies["ms_a_report"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__)
    parser.add_argument("--departments", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="rk-dask-") as folder:
        figures = measured(Path(folder), arguments.departments, arguments.rounds)
        found = {name: round(value, 3) for name, value in figures.items()}
    tell(found, BARS, arguments.departments, "bench-dask")


if __name__ == "__main__":
    main()
