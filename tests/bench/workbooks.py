"""`make bench-workbook`: workbooks of a district and of a city written, and collected into submissions again.

Each figure that comes back is held against the one that went out. Writes outputs/bench-workbook.json and exits 1 where
a bar is missed.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from reportkit.demo.write import demo_of, write_demo
from reportkit.inputs.project import Project

REPOSITORY = Path(__file__).parents[2]
YEAR = 2024
BARS: Mapping[int, float] = {60: 15, 1000: 120}
"""Seconds at most, each way, by the number of departments."""


def run(*arguments: str) -> float:
    """Seconds of a command that must end well."""
    began = time.monotonic()
    command = [sys.executable, "-m", "reportkit", *arguments, "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return time.monotonic() - began


def there_and_back(root: Path, departments: int) -> tuple[float, float]:
    """Seconds of writing all workbooks, and of making submissions of them. Exits where a figure is another one then."""
    write_demo(root, demo_of(departments, 1, 1, YEAR))
    project = Project(root)
    stated = {each: project.submission(YEAR, each).figures.cells for each in project.submitted(YEAR)}
    folder = root.parent / "workbooks"
    written = run("workbook", "-y", str(YEAR), "-o", str(folder), "-C", str(root))
    for each in stated:
        (root / f"params/{YEAR}/{each}.yaml").unlink()
    collected = run("collect", str(folder), "--yes", "-C", str(root))
    project = Project(root)
    wrong = [each for each, cells in stated.items() if project.submission(YEAR, each).figures.cells != cells]
    if wrong or len(stated) != departments:
        raise SystemExit(f"Other figures came back: {wrong[:5]}")
    return written, collected


def main() -> None:
    found = {}
    for departments, most in BARS.items():
        with TemporaryDirectory(prefix="rk-workbooks-") as name:
            written, collected = there_and_back(Path(name) / "project", departments)
        found[departments] = {"written_s": round(written, 1), "collected_s": round(collected, 1), "most_s": most}
        line = (
            f"{departments:5} workbooks: written in {written:6.1f} s, collected in {collected:6.1f} s (at most {most})"
        )
        sys.stdout.write(f"{line}\n")
    out = REPOSITORY / "outputs" / "bench-workbook.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    missed = [count for count, each in found.items() if max(each["written_s"], each["collected_s"]) > each["most_s"]]
    raise SystemExit(f"Missed: {missed}" if missed else 0)


if __name__ == "__main__":
    main()
