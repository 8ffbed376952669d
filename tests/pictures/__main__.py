"""Rewrites the documents' pictures from finished PDFs, the portal and charts; the same outputs give the same bytes."""

import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from tests import golden_scene
from tests.reviewing import build_one

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
OUTPUTS = REPOSITORY / "outputs"
REPORT = OUTPUTS / "2024" / "suqian" / "report.pdf"
DRAFT = OUTPUTS / "drafts" / "2023" / "nangang-ysj" / "report.pdf"
SITE = OUTPUTS / "site/2024/suqian/index.html"
TABLE_THREE = "三、收到和处理政府信息公开申请情况"

PAGE_WIDTH_PX = 760
GAP_PX = 16
BORDER = "#c8c8c8"
GREYS = 32
DRAFT_RED, DRAFT_PALE = (138, 28, 28), (246, 236, 236)  # the colours of the draft mark in report.typ
MOST_BYTES = 200_000


def main() -> None:
    """Writes report.png (a title page and table 三), draft.png (a title page marked 草稿), site.png (the portal).

    And the guides' charts.png: each kind of chart, from a report that is built for it.
    """
    for path in (REPORT, DRAFT, SITE):
        if not path.is_file():
            sys.exit(f"{path.relative_to(OUTPUTS.parent).as_posix()} is not there: `make report`, `reportkit site`.")
    with pdfium.PdfDocument(REPORT) as report, pdfium.PdfDocument(DRAFT) as draft:
        _write(HERE / "report.png", [_picture(report[0]), _picture(_page_with(report, TABLE_THREE))], _palette())
        _write(HERE / "draft.png", [_picture(draft[0])], _palette())
    _write(HERE / "site.png", _portal())
    with tempfile.TemporaryDirectory() as room:
        _write(
            REPOSITORY / "reportkit/docs/charts.png",
            _charts(golden_scene.write_scene(REPOSITORY, Path(room) / "scene")),
        )


def _portal() -> list[Image.Image]:
    """A report on the portal, on a desk and on a telephone; from files, so that no address is in it."""
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width, shown in ((1280, PAGE_WIDTH_PX), (390, 300)):
            page = browser.new_page(viewport={"width": width, "height": round(width * 760 / shown)})
            page.goto(SITE.as_uri())
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture = picture.resize((shown - 2, 758), Image.Resampling.LANCZOS)
            found.append(ImageOps.expand(picture, border=1, fill=BORDER))
        browser.close()
    return found


def _charts(root: Path) -> list[Image.Image]:
    """The charts of a report on the web page, in two columns."""
    bundle = build_one(root)
    if bundle.failure is not None:
        sys.exit(f"The report with charts failed: {bundle.failure}")
    page_file = root / "outputs" / "2024" / "suqian" / "report.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 1200})
        page.goto(page_file.as_uri())
        shots = [each.screenshot() for each in page.locator("figure:has(svg):not(:has(image))").all()]
        browser.close()
    charts = [Image.open(io.BytesIO(each)).convert("RGB") for each in shots]
    return [_stacked(charts[column::2]) for column in range(2)]


def _stacked(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures one below the other, each as wide as half of the sheet."""
    sized = [each.resize((PAGE_WIDTH_PX, round(each.height * PAGE_WIDTH_PX / each.width))) for each in pictures]
    sheet = Image.new("RGB", (PAGE_WIDTH_PX, sum(each.height + GAP_PX for each in sized)), "white")
    top = 0
    for each in sized:
        sheet.paste(each, (0, top))
        top += each.height + GAP_PX
    return sheet


def _page_with(document: pdfium.PdfDocument, words: str) -> pdfium.PdfPage:
    for page in document:
        if words in "".join(page.get_textpage().get_text_bounded().split()):
            return page
    sys.exit(f"No page of {REPORT.relative_to(OUTPUTS.parent).as_posix()} says “{words}”: run `make report` again.")


def _picture(page: pdfium.PdfPage) -> Image.Image:
    """A page at the pictures' width, with a thin border."""
    bitmap = page.render(scale=(PAGE_WIDTH_PX - 2) / page.get_width())
    return ImageOps.expand(bitmap.to_pil().convert("RGB"), border=1, fill=BORDER)


def _write(path: Path, pictures: Sequence[Image.Image], palette: Image.Image | None = None) -> None:
    """Pictures side by side as one PNG of few colours: those of a palette, else the 64 that serve best."""
    width = sum(picture.width for picture in pictures) + GAP_PX * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + GAP_PX
    sheet.quantize(64, palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        sys.exit(f"{path.name} has {path.stat().st_size} bytes, more than {MOST_BYTES}: lower PAGE_WIDTH_PX.")


def _palette() -> Image.Image:
    """The few colours of a printed page: greys, and a draft's reds from dark to white."""
    greys = [(round(255 * step / (GREYS - 1)),) * 3 for step in range(GREYS)]
    reds = [tuple(round(red + (255 - red) * step / 8) for red in DRAFT_RED) for step in range(8)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in (*greys, *reds, DRAFT_PALE) for value in colour])
    return palette


if __name__ == "__main__":
    main()
