"""JupyterLab's export menu has each format of ours once, in words, and each of its entries downloads the notebook."""

import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from lxml import html
from nbconvert.exporters.base import get_export_names

from reportkit.lab.export_menu import _names_by_label
from reportkit.publishing.html import ReportHTMLExporter
from tests.jupyterlab import TOKEN, Lab, running_lab
from tests.kernels import PATIENCE_S, own_folders

LABELS = ["年报 HTML", "年报 PDF", "年报 Word", "年报 片段"]
NUMBER = "1573179"
"""A figure of 宿迁市 2024, table 二."""


@pytest.fixture(scope="module")
def lab(built_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on an executed section notebook whose name has Chinese characters and a space."""
    with own_folders(tmp_path_factory) as root:
        (root / "work" / "笔记 本").mkdir(parents=True)
        notebook = built_project / "outputs/2024/suqian/notebooks/02-disclosure.ipynb"
        shutil.copy(notebook, root / "work" / "笔记 本" / "公开.ipynb")
        with running_lab(root, root / "work") as lab:
            yield lab


def export(lab: Lab, format_name: str, token: str = TOKEN) -> tuple[int, str, bytes]:
    """What the menu's download gives: status, the file's name, its bytes."""
    path = urllib.parse.quote(f"nbconvert/{format_name}/笔记 本/公开.ipynb")
    asked = urllib.request.Request(f"{lab.url}{path}?download=true", headers={"Authorization": f"token {token}"})
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            name = answer.headers["Content-Disposition"].rpartition("''")[2]
            return answer.status, urllib.parse.unquote(name), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, "", error.read()


def test_the_menu_has_each_of_our_formats_once_and_first(lab: Lab) -> None:
    listed = list(lab.request("GET", "nbconvert"))
    assert sorted(listed[:4]) == LABELS
    assert [name for name in listed[4:] if "reportkit" in name.lower() or "年报" in name] == []


def test_nbconverts_own_formats_stay_in_the_menu(lab: Lab) -> None:
    listed = lab.request("GET", "nbconvert")
    theirs = {name for name in get_export_names() if not name.startswith("reportkit")}
    assert theirs
    assert set(listed) == {*LABELS, *theirs}
    assert listed["html"] == {"output_mimetype": "text/html"}
    assert export(lab, "html")[:2] == (200, "公开.html")


def test_each_entry_of_the_menu_downloads_the_notebook(lab: Lab) -> None:
    found = {label: export(lab, label) for label in LABELS}
    assert {label: (status, name) for label, (status, name, _) in found.items()} == {
        "年报 HTML": (200, "公开.html"),
        "年报 PDF": (200, "公开.pdf"),
        "年报 Word": (200, "公开.docx"),
        "年报 片段": (200, "公开.fragment.html"),
    }
    files = {label: content for label, (_, _, content) in found.items()}
    page = html.document_fromstring(files["年报 HTML"].decode())
    assert NUMBER in page.get_element_by_id("table-disclosure").text_content()
    assert NUMBER in html.document_fromstring(files["年报 片段"].decode()).text_content()
    with pypdfium2.PdfDocument(files["年报 PDF"]) as pdf:
        assert NUMBER in "".join(each.get_textpage().get_text_range() for each in pdf)
    with zipfile.ZipFile(BytesIO(files["年报 Word"])) as word:
        assert NUMBER in word.read("word/document.xml").decode()


@pytest.mark.parametrize("name", ["年报 WPS", "reportkit-typst", "reportkit-html"])
def test_a_name_that_the_menu_lacks_is_not_found(lab: Lab, name: str) -> None:
    assert export(lab, name)[0] == 404


def test_nothing_is_given_to_strangers(lab: Lab) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{lab.url}api/nbconvert", timeout=PATIENCE_S)
    with caught.value as error:
        assert error.code == 403
    path = urllib.parse.quote("nbconvert/年报 PDF/笔记 本/公开.ipynb")
    with urllib.request.urlopen(f"{lab.url}{path}", timeout=PATIENCE_S) as answer:
        assert "/login?next=" in answer.url


def test_the_command_line_has_the_names_that_it_had(built_project: Path, tmp_path: Path) -> None:
    ours = [name for name in get_export_names() if "reportkit" in name]
    assert ours == ["reportkit-docx", "reportkit-fragment", "reportkit-html", "reportkit-pdf", "reportkit-typst"]
    notebook = built_project / "outputs/2024/suqian/notebooks/02-disclosure.ipynb"
    command = [sys.executable, "-m", "nbconvert", "--to", "reportkit-html", str(notebook), "--output-dir"]
    subprocess.run([*command, str(tmp_path)], check=True, capture_output=True)
    assert NUMBER in (tmp_path / "02-disclosure.html").read_text(encoding="utf-8")


def test_an_exporter_made_of_ours_has_no_label_but_its_own() -> None:
    class Theirs(ReportHTMLExporter):
        pass

    class Labelled(ReportHTMLExporter):
        export_from_notebook = "内网 HTML"

    assert _names_by_label({"ours": ReportHTMLExporter, "theirs": Theirs, "labelled": Labelled}) == {
        "年报 HTML": "ours",
        "内网 HTML": "labelled",
    }
