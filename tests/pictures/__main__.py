"""Rewrites the README's pictures from the finished PDFs and the portal; the same outputs give the same bytes."""

import io
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
OUTPUTS = HERE.parent.parent / "outputs"
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
    """Writes report.png (a title page and table 三), draft.png (a title page marked 草稿) and site.png (the portal)."""
    for path in (REPORT, DRAFT, SITE):
        if not path.is_file():
            sys.exit(f"{path.relative_to(OUTPUTS.parent).as_posix()} is not there: `make report`, `reportkit site`.")
    with pdfium.PdfDocument(REPORT) as report, pdfium.PdfDocument(DRAFT) as draft:
        _write(HERE / "report.png", [_picture(report[0]), _picture(_page_with(report, TABLE_THREE))], _palette())
        _write(HERE / "draft.png", [_picture(draft[0])], _palette())
    _write(HERE / "site.png", _portal())


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
