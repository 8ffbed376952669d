"""`make bench-run`: sixty departments and two years: runs that find nothing to do, and one that finds one digit.

Writes outputs/bench-run.json and exits 1 where a bar is missed.
"""

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.demo.write import demo_of, write_demo
from tests.bench.again import Machine, tell

RUNS = 10
YEARS = 2
BARS: Mapping[str, float] = {"slowest_unchanged_s": 1.5, "jobs": 0, "touched": 0, "wrong_reports": 0}
"""What each figure may be at most."""
_FEES = re.compile(r"(fees: \[)(\d)")


def measured(machine: Machine) -> dict[str, float]:
    first, _ = machine.call("run")
    before = stamps(machine)
    taken, jobs = [], 0
    for _ in range(RUNS):
        seconds, record = machine.call("run")
        taken.append(seconds)
        jobs += sum(len(each["jobs"]) for each in record["reports"])
    touched = sum(before.get(path) != stamp for path, stamp in stamps(machine).items())
    path = sorted((machine.root / "params/2023").glob("*.yaml"))[0]
    text = path.read_text(encoding="utf-8")
    path.write_text(_FEES.sub(lambda found: f"{found[1]}{(int(found[2]) % 9) + 1}", text, count=1), encoding="utf-8")
    seconds, record = machine.call("run")
    made = {each["report"] for each in record["reports"] if each["outcome"] != "up-to-date"}
    return {
        "first_s": first,
        "slowest_unchanged_s": max(taken),
        "median_unchanged_s": sorted(taken)[RUNS // 2],
        "jobs": jobs,
        "touched": touched,
        "one_digit_s": seconds,
        "wrong_reports": len(made ^ {f"2023/{path.stem}", f"2024/{path.stem}"}),
    }


def stamps(machine: Machine) -> dict[str, tuple[int, int]]:
    """Of everything in outputs/ but the records of runs and the cache."""
    return {path: stamp for path, stamp in machine.stamps().items() if "/outputs/.runs" not in path}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.nights", description=__doc__)
    parser.add_argument("--departments", type=int, default=60)
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="reportkit-run-") as folder:
        machine = Machine(Path(folder))
        write_demo(machine.root, demo_of(arguments.departments, YEARS, 1))
        found = {name: round(value, 2) for name, value in measured(machine).items()}
    tell(found, BARS, arguments.departments * YEARS, "bench-run")


if __name__ == "__main__":
    main()
