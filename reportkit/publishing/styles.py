"""Where the templates are, and the style sheet of finished pages: known without nbconvert, which takes a second."""

from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


@cache
def css() -> str:
    """The style sheet of a report's page."""
    return (TEMPLATES / "reportkit-html" / "report.css").read_text(encoding="utf-8").strip()
