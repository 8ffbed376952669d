"""`make bench-check`: every finding on a thousand departments and two years; how the time grows, and the memory.

Then hostile words, a quarter of them and all: what they cost a character. Writes outputs/bench-check.json and exits 1
where a bar is missed.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from reportkit.build.plan import check_submission
from reportkit.checks.prose.plain import Passage
from reportkit.checks.prose.run_rules import check_prose
from reportkit.demo.write import demo_of, write_demo
from reportkit.inputs.project import Project
from tests.bench.scale import children, pss
from tests.strategies import hostile_words

REPOSITORY = Path(__file__).parents[2]
SIZES = (100, 300, 1000)
YEARS = 2
SAMPLE_S = 0.2
HOSTILE_CHARACTERS = 200_000
BARS: Mapping[str, float] = {"seconds": 20, "pss_gb": 1, "growth": 1.25, "hostile_growth": 1.5}
"""At most: for the largest size; per report against the smallest; per character against a quarter of the words."""


def check(root: Path) -> tuple[float, float]:
    """Seconds and the most memory (GB, pages that processes share counted once) of `reportkit check --all`."""
    command = [sys.executable, "-m", "reportkit", "check", "--all", "--json", "-C", str(root)]
    most = 0
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=REPOSITORY) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.Error, OSError):
                most = max(most, sum(pss(each.pid) for each in [watched, *children(watched)]))
            with suppress(subprocess.TimeoutExpired):
                process.wait(SAMPLE_S)
    if process.returncode:
        raise SystemExit(f"The check failed with {process.returncode}.")
    return time.monotonic() - began, most / 1e9


def hostile_growth() -> dict[str, float]:
    """By kind of words: seconds a character of all of them against those of a quarter."""
    project = Project(REPOSITORY)
    evidence, _ = check_submission(project, project.submission(2024, "suqian"))

    def seconds(words: str) -> float:
        began = time.process_time()
        check_prose(evidence, [Passage("on_request", "依申请公开", words)])
        return time.process_time() - began

    found = {}
    for name, words in hostile_words(HOSTILE_CHARACTERS).items():
        quarter = words[: len(words) // 4]
        found[name] = (seconds(words) / len(words)) / (max(seconds(quarter), 0.02) / len(quarter))
    return found


def main() -> None:
    taken: dict[int, float] = {}
    memory = 0.0
    with TemporaryDirectory(prefix="rk-check-") as name:
        for size in SIZES:
            root = Path(name) / str(size)
            write_demo(root, demo_of(size, YEARS, 1, 2024))
            taken[size], memory = check(root)
            sys.stdout.write(f"{size:5} departments, {YEARS} years: {taken[size]:6.1f} s, {memory:.2f} GB\n")
    hostile = hostile_growth()
    for words, growth in hostile.items():
        sys.stdout.write(f"{words:24} {growth:6.2f} times a character\n")
    found = {
        "seconds": round(taken[SIZES[-1]], 2),
        "pss_gb": round(memory, 2),
        "growth": round(taken[SIZES[-1]] / SIZES[-1] / (taken[SIZES[0]] / SIZES[0]), 2),
        "hostile_growth": round(max(hostile.values()), 2),
    }
    missed = [figure for figure, most in BARS.items() if found[figure] > most]
    for figure, value in found.items():
        sys.stdout.write(f"{figure:14}{value:8}   at most {BARS[figure]}{'   MISSED' if figure in missed else ''}\n")
    content = found | {"by_size": {str(size): round(each, 2) for size, each in taken.items()}}
    (REPOSITORY / "outputs/bench-check.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
