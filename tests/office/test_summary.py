"""The summary in a real LibreOffice: it opens, and each figure, blank, day and head is what it was."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reportkit.collecting.filings import filings_of
from reportkit.collecting.summary import summary_of
from reportkit.inputs.project import Project
from tests.building import write_shipped
from tests.office.test_workbook import computed


@pytest.fixture(scope="module")
def root(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shipped(repository, tmp_path_factory.mktemp("summary") / "project")


def said(content: bytes) -> dict[str, list[list[Any]]]:
    """A sheet's name → its rows, without empty ones at the end."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[value or None if isinstance(value, str) else value for value in row] for row in sheet.values]
        for sheet in book.worksheets
    }


def test_what_is_summed_up_is_the_same_in_libreoffice(root: Path, tmp_path: Path) -> None:
    project = Project(root)
    written = {
        f"{year}.xlsx": summary_of(project.editions.for_year(year), filings_of(project, year), date(2024, 2, 3))
        for year in (2019, 2023)
    }
    for name, content in computed(tmp_path, written).items():
        assert said(content) == said(written[name]), name
