"""The portal in a real browser: read, searched, downloaded from; by keyboard, on a telephone, without JavaScript."""

import io
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.building import copy_project

URL = "https://www.example.gov.cn/xxgknb/"
SIZES = {"telephone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
KINDS = {
    "home": "index.html",
    "year": "2024/index.html",
    "report": "2023/suqian/index.html",
    "bodies": "departments/index.html",
    "body": "departments/suqian/index.html",
    "data": "data/index.html",
    "search": "search/index.html?q=政府信息公开",
}
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TYPED = HOSTILE.replace("<", "\\<")
"""As it is typed where it is to be printed: HTML itself is refused."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@dataclass(frozen=True)
class Site:
    root: Path
    url: str

    @property
    def folder(self) -> Path:
        return self.root / "outputs/site"


def reportkit(root: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "reportkit", *arguments, "-C", str(root)], check=True, capture_output=True)


@pytest.fixture(scope="session")
def site(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The shipped reports as a portal, one of them corrected, hostile words in its prose; served on this machine."""
    root = copy_project(built_project, tmp_path_factory.mktemp("portal") / "project")
    definition = root / "params/report.yaml"
    text = definition.read_text(encoding="utf-8")
    text = text.replace(
        "  name: 政府信息公开年报\n", f"  name: 政府信息公开年报\n  url: {URL}\n  host: 示例市人民政府\n"
    )
    definition.write_text(text, encoding="utf-8")
    reportkit(root, "build", "--all")
    definition.write_text(f"{text}\nopen_years: [2024]\n", encoding="utf-8")
    path = root / "params/2023/suqian.yaml"
    words = path.read_text(encoding="utf-8")
    path.write_text(
        words.replace("prose:\n  overview: |\n", f"prose:\n  overview: |\n    更正的一段。{TYPED}\n\n", 1),
        encoding="utf-8",
    )
    reportkit(root, "build", "-y", "2023", "-d", "suqian", "--reopen", "--reason", "补充一段说明")
    reportkit(root, "site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root / "outputs/site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(root, f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    server.server_close()


@pytest.fixture
def asked() -> list[str]:
    """Every address that a page has asked for."""
    return []


@pytest.fixture
def page(browser: Browser, asked: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES["desk"], accept_downloads=True)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script has run: {dialog.message}"))
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    yield page
    context.close()
    assert errors == []


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent")


def searched(page: Page) -> list[str]:
    expect(page.locator("#told")).to_have_text(re.compile("找到|请至少"))
    return page.locator("#results a").all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_accessible_and_fits(page: Page, site: Site, kind: str, size: str) -> None:
    page.set_viewport_size(SIZES[size])
    page.goto(site.url + KINDS[kind])
    page.wait_for_load_state("networkidle")
    for mode in ("normal", "elder"):
        if mode == "elder":
            page.check("#elder")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{kind} {size} {mode}: {found.generate_report()}"
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], f"{kind} {mode} is {width} wide"


def test_nothing_is_asked_of_another_place(page: Page, site: Site, asked: list[str]) -> None:
    for path in KINDS.values():
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
    assert asked
    assert {each for each in asked if not each.startswith((site.url, "data:"))} == set()


def test_from_the_first_page_to_a_report(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.click("ol.years a >> text=2024")
    assert page.inner_text("h1").startswith("2024")
    page.click("ul.bodies a >> text=宿迁市人民政府")
    assert "宿迁市人民政府" in page.inner_text("h1")
    page.click("nav[aria-labelledby=contents] a >> text=三、")
    assert page.locator("#requests").bounding_box()["y"] < 60
    page.click("aside a >> text=宿迁市人民政府2023年")
    assert "2023" in page.inner_text("h1")
    page.click("nav.site-crumbs a >> text=2023年")
    page.locator("ul.bodies em").first.wait_for()  # reading all of them waits for none
    assert page.locator("ul.bodies em").all_inner_texts().count("尚未公布") == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("更正的一段", ["宿迁市人民政府2023年政府信息公开工作年度报告"]),
        ("政策简明问答98期", ["宿迁市人民政府2024年政府信息公开工作年度报告"]),
        (
            "宿迁市 行政复议",
            ["宿迁市人民政府2024年政府信息公开工作年度报告", "宿迁市人民政府2023年政府信息公开工作年度报告"],
        ),
        ("营商环境建设监督局", []),
        ("宿迁市人民政府2024年政府信息公开工作年度报告", ["宿迁市人民政府2024年政府信息公开工作年度报告"]),
        ("2023年度", ["宿迁市人民政府2023年政府信息公开工作年度报告"]),
    ],
)
def test_the_search_finds_what_is_there(page: Page, site: Site, query: str, found: list[str]) -> None:
    page.goto(site.url)
    page.fill("#site-q", query)
    page.press("#site-q", "Enter")
    assert searched(page) == found
    if found:
        marked = page.locator("#results mark").first.inner_text()
        assert marked == "" or marked in query
        page.click("#results a >> nth=0")
        assert query.split()[0].removesuffix("度") in "".join(page.inner_text("body").split())


def test_the_search_reads_wide_letters_and_asks_for_two(page: Page, site: Site) -> None:
    page.goto(f"{site.url}search/index.html")
    page.fill("#q", "９８期")
    page.press("#q", "Enter")
    assert searched(page) == ["宿迁市人民政府2024年政府信息公开工作年度报告"]
    page.fill("#q", "市")
    page.press("#q", "Enter")
    expect(page.locator("#told")).to_have_text("请至少写两个连着的字。")
    assert page.locator("#results a").count() == 0


def test_it_works_from_a_file_share(page: Page, site: Site) -> None:
    page.goto((site.folder / "index.html").as_uri())
    page.fill("#site-q", "更正的一段")
    page.press("#site-q", "Enter")
    assert len(searched(page)) == 1
    page.click("#results a")
    assert "更正的一段。" in page.inner_text("main")


def test_downloads_are_the_published_files(page: Page, site: Site) -> None:
    page.goto(f"{site.url}2024/suqian/index.html")
    links = page.locator(".downloads a")
    names = {"pdf": "report.pdf", "docx": "report.docx", "csv": "figures.csv", "json": "figures.json"}
    assert links.count() >= 3
    for number in range(links.count()):
        with page.expect_download() as waiting:
            links.nth(number).click()
        download = waiting.value
        ending = download.suggested_filename.rpartition(".")[2]
        assert download.suggested_filename == f"suqian-2024.{ending}"
        assert Path(download.path()).read_bytes() == (site.root / "outputs/2024/suqian" / names[ending]).read_bytes()


def test_the_keyboard_alone_is_enough(page: Page, site: Site) -> None:
    page.goto(f"{site.url}2024/suqian/index.html")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    page.goto(f"{site.url}2024/suqian/index.html")
    seen = []
    for _ in range(10):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    assert seen[1:3] == ["政府信息公开年报", "site-q"]
    assert "size-medium" in seen
    assert "elder" in seen


def test_the_size_of_letters_is_kept_from_page_to_page(page: Page, site: Site) -> None:
    def size() -> float:
        return page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")

    page.goto(site.url)
    medium = size()
    page.check("#size-large")
    assert size() > medium
    page.goto(f"{site.url}2024/suqian/index.html")
    assert page.is_checked("#size-large")
    assert size() > medium
    page.focus("#size-large")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert size() < medium
    page.check("#elder")
    assert size() > medium * 1.3
    page.goto(site.url)
    assert page.is_checked("#elder")


@pytest.mark.parametrize("mode", ["size-medium", "size-large", "elder"])
def test_the_last_column_can_be_read_beside_row_heads_that_stay(page: Page, site: Site, mode: str) -> None:
    page.set_viewport_size(SIZES["telephone"])
    page.goto(f"{site.url}2024/suqian/index.html")
    page.check(f"#{mode}")
    edges = page.evaluate(
        """() => {
          const table = document.querySelector("#table-requests");
          table.parentElement.scrollLeft = 9999;
          const end = (cell) => cell.getBoundingClientRect().right;
          const right = (row) => Math.max(...[...row.querySelectorAll("th")].map(end));
          return [...table.querySelectorAll("tbody tr")].map((row) => [
            right(row), row.querySelector("td:last-child").getBoundingClientRect().left]);
        }"""
    )
    heads = {round(head) for head, _ in edges}
    assert max(heads) - min(heads) <= 1
    assert all(head <= cell + 1 for head, cell in edges)


def test_without_javascript_all_can_be_read(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=SIZES["telephone"])
    page = context.new_page()
    page.goto(site.url)
    page.click("ol.years a >> text=2024")
    page.click("ul.bodies a >> text=宿迁市人民政府")
    assert page.is_visible("table.requests")
    small = page.locator(".report p").first.bounding_box()
    page.check("#size-large")
    large = page.locator(".report p").first.bounding_box()
    assert small is not None
    assert large is not None
    assert large["height"] > small["height"]
    page.goto(f"{site.url}search/index.html")
    assert "查找需要浏览器启用JavaScript" in page.inner_text("main")
    assert not page.is_visible("#search")
    context.close()


def test_the_sign_leads_a_telephone_to_the_page(page: Page, site: Site) -> None:
    page.goto(f"{site.url}2024/suqian/index.html")
    picture = page.locator(".qr svg").screenshot()
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.text == f"{URL}2024/suqian/"


def test_row_heads_stay_in_sight_on_a_telephone(page: Page, site: Site) -> None:
    page.set_viewport_size(SIZES["telephone"])
    page.goto(f"{site.url}2024/suqian/index.html")
    scroll = page.locator(".scroll.wide").first
    scroll.evaluate("each => each.scrollLeft = 300")
    head = scroll.locator("tbody th[scope=row]").first.bounding_box()
    frame = scroll.bounding_box()
    assert head is not None
    assert frame is not None
    assert abs(head["x"] - frame["x"]) < 3


def test_a_correction_is_told(page: Page, site: Site) -> None:
    page.goto(f"{site.url}2023/suqian/index.html")
    told = page.locator("section.corrections")
    assert "第1次更正" in told.inner_text()
    told.locator("summary").click()
    assert told.locator("ins").all_inner_texts() == ["更正的一段。", HOSTILE]
    assert page.locator(f"text={HOSTILE}").count() > 0


def test_on_paper_there_is_the_report_and_nothing_else(page: Page, site: Site) -> None:
    page.goto(f"{site.url}2024/suqian/index.html")
    page.emulate_media(media="print")
    assert page.is_visible("h1")
    assert page.is_visible("table.requests")
    for gone in (".site-search", ".site-size", ".site-crumbs", "aside"):
        assert not page.is_visible(gone), gone
