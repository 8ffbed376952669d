"""`make bench-site`: the portal of a thousand reports: the first time, once more, with one report changed; a search.

Writes outputs/bench-site.json and exits 1 where a bar is missed.
"""

import argparse
import shutil
import statistics
import threading
from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from reportkit.demo.write import demo_of, write_demo
from tests.bench.again import ROUNDS, YEARS, Machine, changed_one, tell

QUERIES = ("营商环境优化", "行政复议案件办理", "教育局 招生")
BARS: Mapping[str, float] = {
    "site_s": 30,
    "one_changed_s": 3,
    "site_mb": 500,
    "page_kb": 120,
    "query_kb": 300,
    "outside": 0,
}
"""What each figure may be at most, for a thousand reports."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


def searched(folder: Path) -> dict[str, float]:
    """What a browser loads for the greediest of some searches, in kB, and how often it asks elsewhere."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}/"
    loaded: list[float] = []
    outside = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for query in QUERIES:
            context = browser.new_context()  # nothing is kept from one search to the next
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(f"{root}search/index.html?q={quote(query)}")
            page.wait_for_load_state("networkidle")
            assert "找到" in page.inner_text("#told"), query
            names = [each.removeprefix(root).partition("?")[0] for each in asked if each.startswith(f"{root}search/")]
            loaded.append(sum((folder / name).stat().st_size for name in names if name.endswith(".js")) / 1e3)
            outside += sum(not each.startswith((root, "data:")) for each in asked)
            context.close()
        browser.close()
    server.shutdown()
    server.server_close()
    return {"query_kb": max(loaded), "outside": outside}


def measured(machine: Machine) -> dict[str, float]:
    _, printed = machine.call("build", "--all")
    names = sorted({each["department"] for each in printed["reports"]})[:ROUNDS]
    found: dict[str, float] = {"site_s": machine.call("site")[0]}
    folder = machine.root / "outputs/site"
    files = [path for path in folder.rglob("*") if path.is_file()]
    found["files"] = len(files)
    found["site_mb"] = sum(path.stat().st_size for path in files) / 1e6
    found["page_kb"] = max(path.stat().st_size for path in files if path.suffix == ".html") / 1e3
    found |= searched(folder)
    found["unchanged_s"] = statistics.median(machine.call("site")[0] for _ in range(ROUNDS))
    rounds = []
    for _ in changed_one(machine, names):
        taken, written = machine.call("site")
        rounds.append(taken)
        assert written["made"] == 1, "one report's page, and no other"
    found["one_changed_s"] = statistics.median(rounds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.portal", description=__doc__)
    parser.add_argument("--departments", type=int, default=500, help="each with two years; the bars are for 500")
    departments = parser.parse_args().departments
    with TemporaryDirectory(prefix="rk-portal-") as name:
        root = Path(name) / "project"
        write_demo(root, demo_of(departments, YEARS, 1))
        path = root / "params/report.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("site:\n", "site:\n  url: https://www.example.gov.cn/\n", 1), encoding="utf-8")
        found = {figure: round(value, 2) for figure, value in measured(Machine(Path(name))).items()}
    tell(found, BARS, departments * YEARS, "bench-site")


if __name__ == "__main__":
    main()
