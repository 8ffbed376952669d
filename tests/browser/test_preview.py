"""The live preview in a real browser: what is saved is seen, errors are shown over the last good page."""

import shutil
import signal
import time
import urllib.error
import urllib.request

import pytest

from tests.browser.conftest import Previewed
from tests.shipped import FORMATS

SUBMISSION = "params/2024/suqian.yaml"


def test_saved_prose_is_seen_and_only_what_read_it_runs(previewed: Previewed) -> None:
    previewed.edit(SUBMISSION, "政策发布与解读同步考虑", "政策的发布与解读一并考虑")
    previewed.wait_for_page(2)
    assert "政策的发布与解读一并考虑" in previewed.words()
    assert "运行了01-overview.ipynb" in previewed.state()


def test_a_saved_notebook_is_seen(previewed: Previewed) -> None:
    previewed.edit("notebooks/04-disputes.ipynb", "因政府信息公开被申请行政复议", "因信息公开被申请行政复议")
    previewed.wait_for_page(2)
    assert "因信息公开被申请行政复议" in previewed.words()
    assert "运行了04-disputes.ipynb" in previewed.state()


def test_the_reader_keeps_the_place(previewed: Previewed) -> None:
    frame = previewed.page.frames[1]
    frame.evaluate("window.scrollTo(0, 1200)")
    previewed.edit(SUBMISSION, "政策发布与解读同步考虑", "政策的发布与解读一并考虑")
    previewed.wait_for_page(2)
    assert previewed.page.frames[1].evaluate("window.scrollY") == 1200


def test_an_error_is_shown_with_its_cell_over_the_last_good_page(previewed: Previewed) -> None:
    previewed.edit("notebooks/05-problems.ipynb", 's.prose(\\"problems\\")', 's.prose(\\"problem\\")')
    previewed.wait_for_state(2)
    told = previewed.page.inner_text("#failure")
    for words in ("没有名为“problem”的文字", "notebooks/05-problems.ipynb，单元格problems第1行", "是否应为“problems”"):
        assert words in told
    assert "生成失败" in previewed.state()
    assert "存在的主要问题" in previewed.words()
    previewed.page.click("#hide")
    assert previewed.page.is_hidden("#failure")
    previewed.edit("notebooks/05-problems.ipynb", 's.prose(\\"problem\\")', 's.prose(\\"problems\\")')
    previewed.wait_for_state(3)
    assert previewed.page.is_hidden("#failure")
    assert "已更新" in previewed.state()


def test_an_unreadable_submission_is_shown_with_its_line(previewed: Previewed) -> None:
    previewed.edit(SUBMISSION, "received: [3440", "recieved: [3440")
    previewed.wait_for_state(2)
    told = previewed.page.inner_text("#failure")
    assert "没有名为“recieved”的行" in told
    assert "params/2024/suqian.yaml第" in told


def test_the_switch_shows_page_pdf_and_findings(previewed: Previewed) -> None:
    page = previewed.page
    page.click("#tab-findings")
    # The frame has its new address before it has the page.
    page.frame_locator('iframe[src^="findings.html"]').get_by_text("核对结果").first.wait_for()
    page.focus("#tab-findings")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector('iframe[src^="report.pdf"]')
    assert page.get_attribute("#tab-pdf", "aria-selected") == "true"
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector('iframe[src^="report.html"]')


def test_a_draft_says_so_and_a_report_without_pdf_has_no_such_tab(previewed: Previewed) -> None:
    previewed.edit(SUBMISSION, "fees: [72701.2578]", "fees: [null]")
    previewed.wait_for_page(2)
    assert "草稿" in previewed.state()
    previewed.edit("params/report.yaml", FORMATS, "formats: [html]")
    previewed.wait_for_page(3)
    assert previewed.page.is_disabled("#tab-pdf")


def test_nothing_is_published_and_checkpoints_make_nothing(previewed: Previewed) -> None:
    previewed.edit(SUBMISSION, "政策发布与解读同步考虑", "政策的发布与解读一并考虑")
    previewed.wait_for_page(2)
    assert not (previewed.root / "outputs/2024").exists()
    (previewed.root / "notebooks/.ipynb_checkpoints").mkdir()
    (previewed.root / "notebooks/.ipynb_checkpoints/05-problems-checkpoint.ipynb").write_text("{}", encoding="utf-8")
    (previewed.root / "params/2024/suqian.yaml~").write_text("x", encoding="utf-8")
    previewed.edit(SUBMISSION, "政策的发布与解读一并考虑", "政策的发布与解读共同考虑")
    previewed.wait_for_page(3)
    assert "政策的发布与解读共同考虑" in previewed.words()


@pytest.mark.parametrize(
    "path", ["report.ipynb", "params/departments.yaml", "../params/departments.yaml", "report.svg"]
)
def test_nothing_else_is_served(previewed: Previewed, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{previewed.page.url}{path}")
    assert refused.value.code == 404
    refused.value.close()


def test_another_sites_name_is_refused(previewed: Previewed) -> None:
    request = urllib.request.Request(previewed.page.url, headers={"Host": "example.org"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
    refused.value.close()


def test_a_notebook_without_an_end_is_left_for_the_next_save(previewed: Previewed) -> None:
    source = 's.prose(\\"problems\\")'
    previewed.edit("notebooks/05-problems.ipynb", source, "while True: pass")
    previewed.page.locator("#state", has_text="正在").wait_for()
    time.sleep(1)
    previewed.edit("notebooks/05-problems.ipynb", "while True: pass", f'{source}\\ns.say(\\"又及。\\")')
    previewed.wait_for_page(2)
    assert "又及。" in previewed.words()


def test_a_preview_ends_at_once_while_a_notebook_runs(previewed: Previewed) -> None:
    previewed.edit("notebooks/05-problems.ipynb", 's.prose(\\"problems\\")', "while True: pass")
    previewed.page.locator("#state", has_text="正在").wait_for()
    previewed.process.send_signal(signal.SIGINT)
    assert previewed.process.wait(timeout=15) == 0


def test_a_broken_register_is_told_on_the_page(previewed: Previewed) -> None:
    previewed.edit("params/departments.yaml", "departments:", "departments: [")
    previewed.wait_for_state(2)
    previewed.page.reload()
    previewed.page.wait_for_selector("#failure", state="visible")
    assert "params/departments.yaml" in previewed.page.inner_text("#failure")


def test_a_folder_that_goes_and_comes_back_is_watched_again(previewed: Previewed) -> None:
    folder = previewed.root / "notebooks"
    folder.rename(previewed.root / "away")
    previewed.page.wait_for_selector("#failure", state="visible")
    time.sleep(1)
    shutil.copytree(previewed.root / "away", folder)
    previewed.page.wait_for_selector("#failure", state="hidden")
    number = previewed.number
    previewed.edit("notebooks/05-problems.ipynb", "（一）存在的主要问题", "（一）主要问题")
    previewed.page.locator(f'html:not([data-number="{number}"])').wait_for(state="attached")
