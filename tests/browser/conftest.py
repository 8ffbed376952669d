"""A real browser, and previews of a copy of the shipped project."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.building import edit
from tests.conftest import allow_interrupts

PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path is not None, "Debian's package chromium is needed."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@dataclass
class Previewed:
    """A report's preview: its project, which a test may edit, and the page that shows it."""

    root: Path
    page: Page
    process: "subprocess.Popen[str]"

    @property
    def number(self) -> int:
        return int(self.page.get_attribute("html", "data-number") or 0)

    def edit(self, name: str, old: str, new: str) -> None:
        edit(self.root, name, old, new)

    def wait_for_state(self, number: int) -> None:
        self.page.wait_for_selector(f'html[data-state="{number}"]', state="attached", timeout=PATIENCE_MS)

    def wait_for_page(self, number: int) -> None:
        self.page.wait_for_selector(f'html[data-number="{number}"]', state="attached", timeout=PATIENCE_MS)

    def words(self) -> str:
        return self.page.frame_locator("#view").locator("body").inner_text()

    def state(self) -> str:
        return self.page.inner_text("#state")


@pytest.fixture
def previewed(shipped: Path, browser: Browser) -> Iterator[Previewed]:
    command = [sys.executable, "-m", "reportkit", "preview", "-y", "2024", "-d", "suqian", "--port", "0"]
    command += ["-C", str(shipped)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=allow_interrupts) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
            page = browser.new_page()
            page.goto(address)
            found = Previewed(shipped, page, process)
            found.wait_for_page(1)
            yield found
            page.close()
        finally:
            process.send_signal(signal.SIGINT)
            try:
                assert process.wait(timeout=60) == 0
            finally:
                process.kill()
