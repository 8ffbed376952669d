"""`make bench-again`: a thousand reports once more: unchanged, one submission changed, one notebook changed, reviewed.

Writes outputs/bench-again.json and exits 1 where a bar is missed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from reportkit.demo.write import demo_of, write_demo

REPOSITORY = Path(__file__).parents[2]
YEARS = 2
ROUNDS = 5
NOTEBOOK = "06-other-matters.ipynb"
BARS: Mapping[str, float] = {
    "unchanged_s": 5,
    "one_changed_s": 3,
    "status_s": 1,
    "diff_s": 0.5,
    "board_s": 3,
    "board_mb": 2,
    "cache_mb": 500,
    "touched": 0,
    "kernel_servers": 0,
    "wrong_notebooks": 0,
}
"""What each figure may be at most, for a thousand reports."""


class Machine:
    """The command line over one project, in an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self._run = folder / "project", folder / "run"
        self._run.mkdir(mode=0o700)
        kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._env = kept | {"XDG_RUNTIME_DIR": str(self._run)}

    def call(self, *arguments: str) -> tuple[float, Any]:
        """Seconds, and what was printed as JSON."""
        command = [sys.executable, "-m", "reportkit", *arguments, "--json", "-C", str(self.root)]
        began = time.monotonic()
        done = subprocess.run(command, cwd=self._run, env=self._env, capture_output=True, text=True, check=False)
        taken = time.monotonic() - began
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
        return taken, json.loads(done.stdout)

    def servers(self) -> int:
        """How many kernel servers listen."""
        return len(list(self._run.rglob("*.sock")))

    def stamps(self) -> dict[str, tuple[int, int]]:
        found = (path for path in (self.root / "outputs").rglob("*") if ".cache" not in path.parts)
        return {path.as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}


def executed(reports: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {f"{each['year']}/{each['department']}": each["executed"] for each in reports if each["executed"]}


def changed_one(machine: Machine, departments: list[str]) -> Iterator[tuple[float, dict[str, list[str]]]]:
    """Changes the words of one department's first year, one after the other, and builds."""
    for department in departments:
        path = machine.root / f"params/2023/{department}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("overview: |\n", "overview: |\n    各项工作稳步推进。\n\n", 1), encoding="utf-8")
        taken, printed = machine.call("build", "--all")
        yield taken, executed(printed["reports"])


def measured(machine: Machine, departments: int) -> dict[str, float]:
    first, printed = machine.call("build", "--all")
    names = sorted({each["department"] for each in printed["reports"]})[:ROUNDS]
    found: dict[str, float] = {"first_minutes": first / 60, "cache_mb": machine.call("cache", "size")[1]["bytes"] / 1e6}
    while machine.servers():
        time.sleep(1)
    before = machine.stamps()
    found["unchanged_s"] = statistics.median(machine.call("build", "--all")[0] for _ in range(ROUNDS))
    found["touched"] = sum(before.get(path) != stamp for path, stamp in machine.stamps().items())
    found["kernel_servers"] = machine.servers()
    found["status_s"] = statistics.median(machine.call("status")[0] for _ in range(ROUNDS))
    compared = ("diff", "-y", "2024", "-d", names[0], "--against", "last-year")
    found["diff_s"] = statistics.median(machine.call(*compared)[0] for _ in range(ROUNDS))
    found["board_s"] = statistics.median(machine.call("board")[0] for _ in range(ROUNDS))
    found["board_mb"] = (machine.root / "outputs/board.html").stat().st_size / 1e6
    rounds = list(changed_one(machine, names))
    found["one_changed_s"] = statistics.median(taken for taken, _ in rounds)
    expected = [{f"2023/{name}": ["01-overview.ipynb"]} for name in names]
    found["wrong_notebooks"] = sum(ran != wanted for (_, ran), wanted in zip(rounds, expected, strict=True))
    path = machine.root / "notebooks" / NOTEBOOK
    path.write_text(path.read_text(encoding="utf-8").replace('"source": [\n    "#', '"source": [\n    " #', 1))
    taken, printed = machine.call("build", "--all")
    ran = executed(printed["reports"])
    found["notebook_changed_minutes"] = taken / 60
    found["wrong_notebooks"] += sum(each != [NOTEBOOK] for each in ran.values()) + departments * YEARS - len(ran)
    return found


def tell(found: dict[str, float], bars: Mapping[str, float], reports: int, name: str) -> NoReturn:
    """Prints each figure beside its bar, keeps them as outputs/<name>.json, and ends with 1 where one is missed."""
    missed = [figure for figure, most in bars.items() if found[figure] > most]
    sys.stdout.write(f"{reports} reports\n")
    for figure, value in found.items():
        bar = f"   at most {bars[figure]}" if figure in bars else ""
        sys.stdout.write(f"{figure:26}{value:10}{bar}{'   MISSED' if figure in missed else ''}\n")
    content = json.dumps(found | {"reports": reports}, indent=1)
    (REPOSITORY / f"outputs/{name}.json").write_text(f"{content}\n", encoding="utf-8")
    sys.exit(1 if missed else 0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.again", description=__doc__)
    parser.add_argument("--departments", type=int, default=500, help="each with two years; the bars are for 500")
    departments = parser.parse_args().departments
    with TemporaryDirectory(prefix="rk-again-") as name:
        write_demo(Path(name) / "project", demo_of(departments, YEARS, 1))
        found = {figure: round(value, 2) for figure, value in measured(Machine(Path(name)), departments).items()}
    tell(found, BARS, departments * YEARS, "bench-again")


if __name__ == "__main__":
    main()
