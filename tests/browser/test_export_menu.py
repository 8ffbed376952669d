"""JupyterLab's export menu in a real browser: what an analyst reads in it, and what a click gives."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from tests.browser.conftest import PATIENCE_MS
from tests.jupyterlab import TOKEN, Lab, running_lab
from tests.kernels import own_folders

OURS = ["年报 HTML", "年报 PDF", "年报 Word", "年报 片段"]
LABELS = "#jp-mainmenu-file-notebookexport .lm-Menu-itemLabel"


@pytest.fixture
def lab(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with own_folders(tmp_path_factory) as root:
        (root / "work").mkdir()
        shutil.copy(built_project / "outputs/2024/suqian/notebooks/02-disclosure.ipynb", root / "work")
        with running_lab(root, root / "work") as lab:
            yield lab


def opened(page: Page) -> Page:
    """The page with the menu open; JupyterLab fills it once it has the list, and doesn't open an empty one."""
    for _ in range(60):
        page.click(".lm-MenuBar-itemLabel:text-is('File')")
        page.hover(".lm-Menu-itemLabel:text-is('Save and Export Notebook As')")
        with suppress(TimeoutError):
            page.wait_for_selector(LABELS, timeout=1000)
            return page
        page.keyboard.press("Escape")
    raise AssertionError("the menu stays empty")


def test_the_menu_shows_four_reports_in_words_and_each_is_downloaded(browser: Browser, lab: Lab) -> None:
    page = browser.new_page()
    with page.expect_response("**/api/nbconvert*", timeout=PATIENCE_MS):
        page.goto(f"{lab.url}lab/tree/02-disclosure.ipynb?token={TOKEN}")
    shown = Counter(each.inner_text() for each in opened(page).locator(LABELS).all())
    assert {label: shown[label] for label in OURS} == dict.fromkeys(OURS, 1)
    assert [label for label in shown if "reportkit" in label.lower()] == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    names = []
    for label in OURS:
        with page.context.expect_event("response", lambda each: "/nbconvert/" in each.url) as answer:
            opened(page).click(f"{LABELS}:text-is('{label}')")
        assert answer.value.status == 200
        names.append(answer.value.headers["content-disposition"].rpartition("''")[2])
    assert names == [f"02-disclosure.{end}" for end in ("html", "pdf", "docx", "fragment.html")]
    page.close()
