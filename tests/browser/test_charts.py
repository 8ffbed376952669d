"""A chart on the page in a real browser: whatever it draws, it draws within its own box."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from reportkit.publishing.html import ReportHTMLExporter
from tests.documents import bare_exhibit, output_cell, report

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">{}</svg>'
RED = 'fill="#ff0000"'
OUTSIDE = {
    "far to all sides": f'<rect x="-9999" y="-9999" width="19998" height="19998" {RED}/>',
    "moved": f'<g transform="translate(0 -300)"><rect width="400" height="100" {RED}/></g>',
    "scaled": f'<g transform="scale(99)"><rect x="-9" y="-9" width="18" height="18" {RED}/></g>',
    "a thick line": '<line x1="0" y1="50" x2="400" y2="50" stroke="#ff0000" stroke-width="9999"/>',
    "a copy": f'<defs><rect id="r" width="9999" height="9999" {RED}/></defs><use href="#r" x="-5000" y="-5000"/>',
}
BEYOND = """() => {
  const box = document.querySelector("figure svg").getBoundingClientRect();
  const found = [];
  for (let x = 4; x < innerWidth; x += 8) {
    for (let y = 4; y < innerHeight; y += 8) {
      const inside = x > box.left - 1 && x < box.right + 1 && y > box.top - 1 && y < box.bottom + 1;
      const there = document.elementFromPoint(x, y);
      if (!inside && there && there.closest("svg")) found.push([x, y]);
    }
  }
  return found;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1000, "height": 700})
    yield found
    found.close()


def shown(page: Page, inside: str) -> None:
    chart: Any = {"image/svg+xml": SVG.format(inside)}
    notebook = report(extra=[output_cell(chart, "requests", "mine", bare_exhibit())])
    page.set_content(str(ReportHTMLExporter().from_notebook_node(notebook)[0]))
    page.evaluate("() => [...document.querySelectorAll('figure')].slice(0, -1).forEach((each) => each.remove())")
    page.locator("figure svg").evaluate("(element) => element.scrollIntoView({block: 'center'})")


def red(page: Page) -> int:
    """How many red points there are on the screen outside the chart's box."""
    box = page.locator("figure svg").bounding_box()
    assert box is not None
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    left, top, right, bottom = box["x"] - 1, box["y"] - 1, box["x"] + box["width"] + 1, box["y"] + box["height"] + 1
    return sum(
        picture.getpixel((x, y)) == (255, 0, 0)
        for x in range(0, picture.width, 2)
        for y in range(0, picture.height, 2)
        if not (left <= x <= right and top <= y <= bottom)
    )


@pytest.mark.parametrize("kind", OUTSIDE)
def test_a_chart_draws_nothing_outside_its_box(page: Page, kind: str) -> None:
    shown(page, OUTSIDE[kind])
    assert page.evaluate(BEYOND) == []
    assert red(page) == 0


def test_this_would_be_seen(page: Page) -> None:
    """With the page's own bounds taken off, the same chart covers it."""
    shown(page, OUTSIDE["far to all sides"])
    page.add_style_tag(content="figure,figure svg{overflow:visible!important;contain:none!important}")
    assert page.evaluate(BEYOND)
    assert red(page)
