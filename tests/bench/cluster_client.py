"""The client of `make bench-dask`, a process of its own: `reportkit build --scheduler` without what renders."""

import json
import re
import sys
import time
from pathlib import Path

from reportkit.build.build import Listener, build
from reportkit.cli.entry import open_project
from reportkit.cluster.client import Cluster
from reportkit.execution.pool import MOST_JOBS
from reportkit.model import Outcome
from tests.cluster_jobs import stub


def main(address: str, root: Path) -> None:
    """Prints the memory that this process has had at most, and its time a report."""
    project = open_project(root)
    import reportkit.build.report  # after the register, as `reportkit build` does

    reportkit.build.report.build_report = stub
    targets = [(year, department) for year in project.years for department in project.submitted(year)]
    listener = Listener(lambda: None, lambda decision: None, lambda plan: None)
    began = time.monotonic()
    for bundle in build(project, targets, Cluster(address, MOST_JOBS), listener):
        if bundle.outcome is not Outcome.PUBLISHED:
            raise SystemExit(f"{bundle.department}: {bundle.failure}")
    taken = time.monotonic() - began
    sys.stdout.write(json.dumps({"most_mb": most_mb(), "ms_a_report": 1000 * taken / len(targets)}))


def most_mb() -> float:
    """What Linux has noted of this process alone; resource.getrusage tells of the one that has started it too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
