"""The review board and its pages in a real browser: by mouse, by keyboard, on a telephone, without JavaScript."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.building import copy_project

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TYPED = HOSTILE.replace("<", "\\<")
"""As it is typed where it is to be printed: HTML itself is refused."""
SIZES = {"telephone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


def reportkit(root: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "reportkit", *arguments, "-C", str(root)], check=True, capture_output=True)


@pytest.fixture(scope="session")
def board(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of the shipped reports: one approved and changed since, hostile words in its prose and its approval."""
    root = copy_project(built_project, tmp_path_factory.mktemp("board") / "project")
    who = ("-y", "2024", "-d", "suqian", "--as", f"张三{HOSTILE}", "-m", HOSTILE)
    reportkit(root, "approve", "-l", "review", *who)
    path = root / "params/2024/suqian.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("fees: [72701.2578]", "fees: [72701.2579]", 1)
    path.write_text(text.replace("同步考虑。", f"一并考虑。{TYPED}", 1), encoding="utf-8")
    reportkit(root, "build", "--all")
    return root / "outputs/board.html"


@pytest.fixture(scope="session")
def against_last_year(board: Path) -> Path:
    """The review page of 宿迁市 2024 against 2023, with some two hundred changes."""
    path = board.parent / "against-last-year.html"
    reportkit(board.parent.parent, "diff", "-y", "2024", "-d", "suqian", "--against", "last-year", "--html", str(path))
    return path


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES["desk"])
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script has run: {dialog.message}"))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def names(page: Page) -> list[str]:
    """The ids and years of the rows that are seen, from the top."""
    return page.evaluate(
        "[...document.querySelectorAll('tbody tr')].filter(row => !row.hidden)"
        ".map(row => row.querySelector('small').textContent + row.cells[1].textContent)"
    )


def review(page: Page, board: Path) -> None:
    page.goto((board.parent / "review/2024/suqian.html").as_uri())


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent")


def test_heads_sort_and_the_address_keeps_it(page: Page, board: Path) -> None:
    page.goto(board.as_uri())
    assert names(page)[0] == "nangang-ysj2024"
    page.click("th[data-key=missing] button")
    page.click("th[data-key=missing] button")
    assert names(page)[:2] == ["nangang-ysj2023", "shanghai-fgt2019"]
    assert page.get_attribute("th[data-key=missing]", "aria-sort") == "descending"
    assert page.url.endswith("#sort=-missing")
    page.reload()
    assert names(page)[:2] == ["nangang-ysj2023", "shanghai-fgt2019"]
    page.click("th[data-key=missing] button")
    assert names(page)[0] == "nangang-ysj2024"


def test_filters_narrow_and_the_address_can_be_sent(page: Page, board: Path) -> None:
    page.goto(board.as_uri())
    page.select_option("#state", "已发布")
    assert names(page) == ["suqian2024", "suqian2023"]
    page.select_option("#year", "2024")
    page.fill("#q", "SUQIAN")
    assert names(page) == ["suqian2024"]
    assert page.inner_text("#shown") == "显示1份"
    sent = page.url
    page.goto("about:blank")
    page.goto(sent)
    assert names(page) == ["suqian2024"]
    page.fill("#q", "没有这个机关")
    assert page.is_visible("#none")
    page.click("#reset")
    assert len(names(page)) == 7
    page.check("#changed")
    assert names(page) == ["suqian2024"]


def test_what_waits_beside_a_publication_is_found(page: Page, board: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(board.parent.parent, root)
    with (root / "params/report.yaml").open("a", encoding="utf-8") as file:
        file.write("\napprovals:\n  required: [review]\n")
    reportkit(root, "build", "-y", "2024", "-d", "suqian")
    page.goto((root / "outputs/board.html").as_uri())
    page.select_option("#state", "待审")
    assert names(page) == ["suqian2024"]
    for link in page.locator("tbody tr:visible a").all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= SIZES["desk"]["width"]
    page.select_option("#state", "已发布")
    assert "suqian2024" in names(page)


def test_the_board_works_by_keyboard_alone(page: Page, board: Path) -> None:
    page.goto(board.as_uri())
    page.keyboard.press("Tab")
    assert focused(page) == "跳到列表"
    page.keyboard.press("Tab")
    assert focused(page) == "q"
    page.keyboard.type("suqian")
    assert names(page) == ["suqian2024", "suqian2023"]
    while focused(page) != "年度":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert names(page) == ["suqian2023", "suqian2024"]
    while not page.evaluate("document.activeElement.matches('tbody a')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/2023/suqian.html")


def test_keys_step_through_the_changes(page: Page, board: Path) -> None:
    review(page, board)
    count = page.locator("#changes li").count()
    assert count == 3  # a sentence, what was added behind it, a figure
    for number in (1, 2, 3, 1):
        page.keyboard.press("j")
        assert focused(page) == f"c{number}"
        assert page.url.endswith(f"#c{number}")
        assert page.inner_text("#where") == f"第{number}处，共3处"
        assert page.locator(f"#c{number}").is_visible()
    page.keyboard.press("k")
    assert focused(page) == "c3"
    assert page.inner_text("#c3").split() == ["72701.2578", "72701.2579"]  # on lines of their own
    page.click("#next")
    assert focused(page) == "c1"
    assert page.locator("#changes a[aria-current]").count() == 1


def test_on_a_telephone_the_steps_stay_in_sight(browser: Browser, board: Path) -> None:
    page = browser.new_page(viewport=SIZES["telephone"])
    review(page, board)
    report = page.locator('.bar a[href="#report"]')
    for number in (1, 2, 3):
        page.click("#next")
        box, bar = page.locator(f"#c{number}").bounding_box(), page.locator("#next").bounding_box()
        assert box is not None
        assert bar is not None
        assert 0 <= bar["y"] < box["y"] < SIZES["telephone"]["height"]
    report.click()
    page.wait_for_function("Math.abs(document.getElementById('report').getBoundingClientRect().top) < 200")
    page.close()


def test_a_board_on_a_telephone_is_sorted_by_a_list_of_choices(browser: Browser, board: Path) -> None:
    page = browser.new_page(viewport=SIZES["telephone"])
    page.goto(board.as_uri())
    assert page.is_hidden("thead")
    page.select_option("#sort", "-missing")
    assert names(page)[:2] == ["nangang-ysj2023", "shanghai-fgt2019"]
    assert page.url.endswith("#sort=-missing")
    page.reload()
    assert names(page)[:2] == ["nangang-ysj2023", "shanghai-fgt2019"]
    assert page.input_value("#sort") == "-missing"
    page.click("#reset")
    assert page.input_value("#sort") == ""
    assert names(page)[0] == "nangang-ysj2024"
    box = page.locator("#filters").bounding_box()
    assert box is not None
    assert box["height"] < 170  # three lines
    page.close()


def test_on_a_desk_the_heads_sort_and_no_list_of_choices_is_shown(page: Page, board: Path) -> None:
    page.goto(board.as_uri())
    assert page.is_hidden("#sort")
    page.click("th[data-key=due] button")
    assert page.input_value("#sort") == "due"
    assert page.evaluate("new Set([...document.querySelectorAll('thead th')].map(each => each.offsetTop)).size") == 1


@pytest.mark.parametrize("script", [True, False])
def test_on_a_telephone_the_report_comes_before_its_lists(
    browser: Browser, board: Path, against_last_year: Path, script: bool
) -> None:
    context = browser.new_context(viewport=SIZES["telephone"], java_script_enabled=script)
    page = context.new_page()
    for path in (board.parent / "review/2024/suqian.html", against_last_year):
        page.goto(path.as_uri())
        boxes = [page.locator(each).bounding_box() for each in ("#report", "#changes-title", "#findings-title")]
        tops = [box["y"] for box in boxes if box is not None]
        assert len(tops) == 3
        assert tops == sorted(tops)
    summary = page.locator(".overview").bounding_box()
    assert summary is not None
    assert summary["y"] + summary["height"] <= tops[0]
    assert summary["height"] < 0.75 * SIZES["telephone"]["height"]
    context.close()


def test_a_review_against_last_year_opens_with_what_changed_by_section(page: Page, against_last_year: Path) -> None:
    page.goto(against_last_year.as_uri())
    lines = [each.inner_text().split() for each in page.locator("#overview > li").all()]
    assert ["二、主动公开政府信息情况", "9个数据"] in [line[:2] for line in lines]
    assert page.locator("#changes li").count() > 200
    assert page.locator("#changes li:visible").count() == 0
    assert page.locator("#changes details:not([open])").count() == len(lines)
    page.click("#overview .largest a >> nth=1")
    assert page.locator("#changes details[open]").count() == 1
    assert page.is_visible(f"#{focused(page)}")
    assert page.locator("#changes a[aria-current]").is_visible()


def test_keys_open_the_section_that_they_step_into(page: Page, against_last_year: Path) -> None:
    page.goto(against_last_year.as_uri())
    for number in (1, 2):
        page.keyboard.press("j")
        assert focused(page) == f"c{number}"
        assert page.locator("#changes details[open]").count() == number
        assert page.locator("#changes a[aria-current]").is_visible()
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert focused(page) == f"c{page.locator('#changes li').count()}"


def test_folded_changes_open_without_javascript(browser: Browser, against_last_year: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=SIZES["telephone"])
    page = context.new_page()
    page.goto(against_last_year.as_uri())
    page.click("#changes summary >> nth=1")
    page.click("#changes details[open] a >> nth=0")
    assert page.url.endswith("#c2")
    assert page.locator("#c2").is_visible()
    context.close()


def test_folded_changes_are_printed(page: Page, against_last_year: Path) -> None:
    page.goto(against_last_year.as_uri())
    page.emulate_media(media="print")
    assert page.locator("#changes li:visible").count() == page.locator("#changes li").count()
    last, report = page.locator("#changes li").last.bounding_box(), page.locator("#report").bounding_box()
    assert last is not None
    assert report is not None
    assert 0 < last["y"] < report["y"]
    assert page.locator("#changes details[open]").count() == 0  # nothing is left open on the screen


def test_a_board_on_a_telephone_needs_no_scrolling_sideways(browser: Browser, board: Path) -> None:
    page = browser.new_page(viewport=SIZES["telephone"])
    page.goto(board.as_uri())
    for box in (each.bounding_box() for each in page.locator("tbody a").all()):
        assert box is not None
        assert box["x"] + box["width"] <= SIZES["telephone"]["width"]
    page.close()


def test_a_figure_that_changed_keeps_its_table_within_its_column(page: Page, board: Path) -> None:
    review(page, board)
    wider = "[...document.querySelectorAll('#report table')].filter(t => t.scrollWidth > t.parentElement.clientWidth)"
    assert page.evaluate(f"{wider}.length") == 0


def test_links_look_like_links(page: Page, board: Path) -> None:
    review(page, board)
    for place in ("#changes a strong", "#findings a strong"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{place}')).textDecorationLine") == "underline"
    page.click('.up a[aria-label="已发布报告网页"]')
    page.wait_for_url("**/outputs/2024/suqian/report.html")


def test_a_click_on_a_finding_goes_to_its_place(page: Page, board: Path) -> None:
    review(page, board)
    link = page.locator("#findings a").first
    place = (link.get_attribute("href") or "").removeprefix("#")
    target = page.locator(f'[id="{place}"]')
    link.click()
    box = target.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < SIZES["desk"]["height"]


def test_typed_numbers_can_be_shown(page: Page, board: Path) -> None:
    review(page, board)
    colour = "getComputedStyle(document.querySelector('.typed')).backgroundColor"
    assert page.evaluate(colour) == "rgba(0, 0, 0, 0)"
    page.check("#show-typed")
    assert page.evaluate(colour) == "rgb(255, 224, 138)"


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize(
    "name", ["board.html", "review/2024/suqian.html", "review/2023/nangang-ysj.html", "against-last-year.html"]
)
def test_pages_fit_and_nobody_is_shut_out(
    browser: Browser, board: Path, against_last_year: Path, name: str, size: str
) -> None:
    page = browser.new_page(viewport=SIZES[size])
    page.goto((board.parent / name).as_uri())
    if name == against_last_year.name:
        page.keyboard.press("j")  # one section open, the others folded
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


@pytest.mark.parametrize("size", list(SIZES))
def test_everything_can_be_read_without_javascript(browser: Browser, board: Path, size: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=SIZES[size])
    page = context.new_page()
    page.goto(board.as_uri())
    assert page.locator("tbody tr").count() == 7
    assert page.is_hidden("#filters")
    page.goto((board.parent / "review/2024/suqian.html").as_uri())
    assert page.is_hidden("#steps")
    page.click("#changes a >> nth=0")
    assert page.locator("#c1").is_visible()
    context.close()


def test_hostile_words_are_text(page: Page, board: Path) -> None:
    review(page, board)
    assert HOSTILE in page.inner_text("#report")
    assert HOSTILE in page.inner_text(".levels")
    assert page.locator("img").count() == 0


def test_the_list_prints_before_the_report(page: Page, board: Path) -> None:
    review(page, board)
    page.emulate_media(media="print")
    assert page.is_hidden(".steps")
    side, report = page.locator("#side").bounding_box(), page.locator("#report").bounding_box()
    assert side is not None
    assert report is not None
    assert side["y"] + side["height"] <= report["y"] + 1
    assert page.pdf().startswith(b"%PDF")
