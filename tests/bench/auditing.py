"""`make bench-audit`: a thousand published pages audited by the command, seconds and memory.

Forty invented reports are built, and each page stands for twenty-five bodies of a list. Writes
outputs/bench-audit.json and exits 1 where a bar is missed.
"""

import csv
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from reportkit.demo.write import demo_of, write_demo
from reportkit.execution.pool import default_jobs

REPOSITORY = Path(__file__).parents[2]
DEPARTMENTS, YEARS, LAST_YEAR = 20, 2, 2024
REPORTS = 1000
MOST_S, MOST_MB = 300, 1000
_EVERY_S = 0.5


def pages(room: Path) -> Path:
    """A list of a thousand pages, each under another body's name."""
    root = room / "project"
    write_demo(root, demo_of(DEPARTMENTS, YEARS, 1, LAST_YEAR))
    built = subprocess.run(
        [sys.executable, "-m", "reportkit", "build", "--all", "-C", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = sorted(root.glob("outputs/20*/*/report.html"))
    if len(found) != DEPARTMENTS * YEARS:
        raise SystemExit(f"Not all pages were built:\n{built.stderr[-2000:]}")
    list_ = room / "list.csv"
    with list_.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "id", "name", "kind", "level", "parent", "year"])
        for number in range(REPORTS):
            page = found[number % len(found)]
            year, department = page.parts[-3], page.parts[-2]
            shutil.copyfile(page, room / f"{number}.html")
            body = f"{department}-{number // len(found)}"
            writer.writerow([f"{number}.html", body, f"虚构县第{body}局", "department", "county", "", year])
    return list_


def audited(list_: Path) -> tuple[float, float, int]:
    """Seconds of the command, the most megabytes of all its processes together, and how many reports it told of."""
    out = list_.with_name("audit.json")
    command = [
        sys.executable,
        "-m",
        "reportkit",
        "audit",
        str(list_),
        "--json",
        "--html",
        str(list_.with_name("a.html")),
    ]
    began, most = time.monotonic(), 0
    with out.open("wb") as file, psutil.Popen(command, cwd=list_.parent, stdout=file, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            most = max(most, _memory(run))
            time.sleep(_EVERY_S)
    took = time.monotonic() - began
    return took, most / 1e6, len(json.loads(out.read_bytes())["reports"])


def _memory(run: psutil.Popen) -> int:
    """Bytes that a process and those below it have for themselves."""
    total = 0
    for each in [run, *run.children(recursive=True)]:
        try:
            total += each.memory_full_info().uss
        except psutil.Error:
            continue
    return total


def main() -> None:
    with TemporaryDirectory(prefix="rk-audit-") as name:
        took, memory, reports = audited(pages(Path(name)))
    if reports != REPORTS:
        raise SystemExit(f"Only {reports} of {REPORTS} reports were audited.")
    found = {"reports": reports, "seconds": round(took, 1), "memory_mb": round(memory), "jobs": default_jobs()}
    sys.stdout.write(
        f"{reports} pages audited in {took:.1f} s (at most {MOST_S}), {memory:.0f} MB (at most {MOST_MB}), "
        f"{found['jobs']} processes\n"
    )
    out = REPOSITORY / "outputs" / "bench-audit.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    raise SystemExit("Missed." if took > MOST_S or memory > MOST_MB else 0)


if __name__ == "__main__":
    main()
