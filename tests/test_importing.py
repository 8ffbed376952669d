"""Importing reports that are out: what is taken, what is told, and what stays as somebody has made it."""

import json
import shutil
from pathlib import Path

import pytest

from reportkit.build.plan import check_report
from reportkit.collecting.collect import Collected, Standing, collect
from reportkit.collecting.imported import import_files
from reportkit.collecting.keep import keep, undo
from reportkit.collecting.receipts import last_kept
from reportkit.inputs.project import Project
from reportkit.inputs.sources import read_sources
from reportkit.inputs.workbook.titles import Asked
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.word import ReportWordExporter
from tests.building import edit, write_shipped
from tests.documents import report
from tests.test_build import reportkit
from tests.test_collecting import NOW

SUBMISSION = "params/2023/suqian.yaml"
TITLE = {"title": "宿迁市人民政府2023年政府信息公开工作年度报告", "name": "宿迁市人民政府", "year": 2023}
LINES = ["宿迁市人民政府", "2023年政府信息公开工作年度报告"]


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return write_shipped(repository, tmp_path / "project")


def page(
    root: Path, name: str = "年报.html", exporter: type = ReportHTMLExporter, prose: str = "新媒体账号176个。"
) -> Path:
    """The published report of Suqian's year 2023."""
    figures = Project(root).submission(2023, "suqian").figures
    content = exporter().from_notebook_node(report(figures, prose=prose, **TITLE, title_lines=LINES))[0]
    path = root.parent / "published" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(root: Path, path: Path, asked: Asked | None = None) -> Collected:
    (found,) = import_files(Project(root), [path], asked or Asked())
    return found


def test_a_page_becomes_the_submission_that_it_was_made_of(root: Path) -> None:
    stated = Project(root).submission(2023, "suqian").figures
    path = page(root)
    (root / SUBMISSION).unlink()
    found = one(root, path)
    assert (found.standing, found.errors) == (Standing.NEW, ())
    keep(Project(root), found, NOW)
    made = Project(root).submission(2023, "suqian")
    assert made.figures == stated
    assert made.prose["proactive"].strip() == "新媒体账号176个。"
    assert "# facts:\n#   xin_mei_ti_zhang_hao: {value: 176, unit: 个}  # 新媒体账号" in found.after
    again = one(root, path)
    assert (again.standing, again.changes) == (Standing.SAME, ())


def test_where_each_figure_was_read_is_kept_beside_and_the_page_too(root: Path) -> None:
    path = page(root)
    (root / SUBMISSION).unlink()
    keep(Project(root), one(root, path), NOW)
    sources = read_sources((root / "params/2023/suqian.sources.json").read_bytes(), "sources")
    source = sources["requests.received/total"]
    assert (source.kind, source.file, source.text) == ("published", "年报.html", "3511")
    assert source.cell.startswith("/html/body/")
    (kept,) = (root / "params/2023/received").glob("suqian-*-年报.html")
    assert kept.read_bytes() == path.read_bytes()


def test_last_years_page_feeds_this_years_comparisons(root: Path) -> None:
    path = page(root)
    (root / SUBMISSION).unlink()
    before = [each.rule for each in check_report(Project(root), 2024, "suqian")[0] if each.lacks_history]
    assert {"X-1", "T2-1"} <= {*before}
    keep(Project(root), one(root, path), NOW)
    after = [each.rule for each in check_report(Project(root), 2024, "suqian")[0] if each.lacks_history]
    assert after == []


def test_a_doubtful_figure_is_left_blank_with_a_comment_above_its_row(root: Path) -> None:
    path = page(root)
    (root / SUBMISSION).unlink()
    path.write_text(path.read_text(encoding="utf-8").replace(">3402<", ">34<br>02<"), encoding="utf-8")
    found = one(root, path)
    assert found.standing is Standing.NEW
    lines = (found.after or "").split("\n")
    row = next(number for number, line in enumerate(lines) if "received: [~, 99, 0, 4, 5, 1, 3511]" in line)
    assert lines[row - 1].startswith("    # 待核对：自然人（年报.html, 网页!/html/body/")
    assert any("1 figures" in remark.text("what") for remark in found.remarks)
    keep(Project(root), found, NOW)
    assert one(root, path).standing is Standing.SAME


def test_a_doubtful_figure_erases_none_that_is_there(root: Path) -> None:
    path = page(root)
    path.write_text(path.read_text(encoding="utf-8").replace(">3402<", ">34<br>02<"), encoding="utf-8")
    found = one(root, path)
    assert "received: [3402," in (found.after or "")


def test_what_stood_before_is_put_back(root: Path) -> None:
    before = (root / SUBMISSION).read_bytes()
    path = page(root, prose="另外的话。")
    keep(Project(root), one(root, path), NOW)
    assert "另外的话。" in (root / SUBMISSION).read_text(encoding="utf-8")
    (receipt,) = last_kept(Project(root), [2023], [])
    undo(Project(root), receipt, NOW)
    assert (root / SUBMISSION).read_bytes() == before


def test_a_page_of_nobody_known_or_of_a_closed_year_is_refused(root: Path) -> None:
    path = page(root)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("宿迁市人民政府", "某某市人民政府"), encoding="utf-8")
    assert [error.code for error in one(root, path).errors] == ["workbook_unknown_body"]
    path.write_text(text, encoding="utf-8")
    edit(root, "params/report.yaml", "site:", "open_years: [2024]\nsite:")
    assert [error.code for error in one(root, path).errors] == ["collect_closed_year"]


def test_two_pages_that_say_different_things_of_one_report_are_neither_taken(root: Path) -> None:
    paths = [page(root, f"{name}.html", prose=f"{name}。") for name in ("甲", "乙")]
    found = import_files(Project(root), paths, Asked())
    assert [[error.code for error in each.errors] for each in found] == [["versions_differ"], ["versions_differ"]]


def test_collect_takes_a_word_file_but_nothing_doubtful_of_it(root: Path) -> None:
    path = page(root, "年报.docx", ReportWordExporter, prose="Word里的话。")
    (found,) = collect(Project(root), [path], Asked())
    assert (found.standing, found.errors) == (Standing.CHANGED, ())
    assert "Word里的话。" in (found.after or "")


def test_the_command_shows_asks_and_writes(root: Path) -> None:
    path = page(root)
    (root / SUBMISSION).unlink()
    shown = reportkit(root, "import", str(path), "--dry-run")
    assert (shown.returncode, "→3402" in shown.stdout, (root / SUBMISSION).exists()) == (0, True, False)
    assert reportkit(root, "import", str(path)).returncode == 2  # nobody can be asked
    told = json.loads(reportkit(root, "import", str(path.parent), "--yes", "--json").stdout)
    assert [(each["year"], each["department"], each["standing"]) for each in told["collected"]] == [
        (2023, "suqian", "new")
    ]
    assert "received: [3402," in (root / SUBMISSION).read_text(encoding="utf-8")
    assert reportkit(root, "collect", "--undo", "--yes").returncode == 0
    assert not (root / SUBMISSION).exists()


# As published


@pytest.fixture
def closed(root: Path) -> Path:
    """The shipped project with 2023 closed and nothing of it known, and two pages of Suqian's of that year."""
    page(root)
    page(root, "b.html", prose="另外的话。")
    edit(root, "params/report.yaml", "site:", "open_years: [2024]\nsite:")
    (root / SUBMISSION).unlink()
    return root


def test_a_report_that_went_out_elsewhere_is_kept_as_published_and_verified(closed: Path) -> None:
    path = closed.parent / "published" / "年报.html"
    done = reportkit(closed, "import", str(path), "--as-published", "--yes", "--json")
    assert json.loads(done.stdout)["published"] == ["2023/suqian"], done.stderr
    folder = closed / "outputs/2023/suqian"
    assert (folder / "original/年报.html").read_bytes() == path.read_bytes()
    assert not [*folder.glob("report.html"), *folder.glob("report.pdf")]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert (manifest["state"], manifest["as_published"]) == ("published", ["original/年报.html"])
    assert reportkit(closed, "verify", "-y", "2023").returncode == 0
    assert reportkit(closed, "site").returncode == 0
    shown = (closed / "outputs/site/2023/suqian/index.html").read_text(encoding="utf-8")
    assert "见发布机构原来公布的网页" in shown
    assert not [*(closed / "outputs/site").rglob("original/*")]
    built = reportkit(closed, "build", "-y", "2023", "-d", "suqian")
    assert built.returncode == 0
    assert (folder / "original/年报.html").is_file()
    (folder / "original/年报.html").write_text("changed")
    changed = reportkit(closed, "verify", "-y", "2023")
    assert (changed.returncode, "original/年报.html is changed" in changed.stdout + changed.stderr) == (1, True)


def test_what_was_kept_as_published_is_corrected_like_any_other(root: Path) -> None:
    assert reportkit(root, "build", "-y", "2023", "-d", "suqian").returncode == 0
    path = root.parent / "2023年年报.html"
    (root / "outputs/2023/suqian/report.html").rename(path)
    shutil.rmtree(root / "outputs")
    (root / SUBMISSION).unlink()
    edit(root, "params/report.yaml", "site:", "open_years: [2024]\nsite:")
    assert reportkit(root, "import", str(path), "--as-published", "--yes").returncode == 0
    again = reportkit(root, "import", str(path), "--as-published", "--yes")
    assert (again.returncode, (root / "outputs/2023/suqian/original").is_dir()) == (2, True)
    text = (root / SUBMISSION).read_text(encoding="utf-8")
    (root / SUBMISSION).write_text(
        text.replace("management: |\n    ", "management: |\n    另行更正。", 1), encoding="utf-8"
    )
    reopened = reportkit(root, "build", "-y", "2023", "-d", "suqian", "--reopen", "--reason", "补充一句")
    assert (root / "outputs/2023/suqian/report.html").is_file(), reopened.stdout + reopened.stderr
    line = json.loads((root / "params/2023/suqian.corrections.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (line["number"], line["reason"]) == (1, "补充一句")
    assert "另行更正" in json.dumps(line["changes"], ensure_ascii=False)


def test_a_closed_years_submission_is_not_changed_by_an_import(closed: Path) -> None:
    path = closed.parent / "published" / "年报.html"
    keep(Project(closed), import_files(Project(closed), [path], Asked(), closed_too=True)[0], NOW)
    other = path.with_name("b.html")
    (found,) = import_files(Project(closed), [other], Asked(), closed_too=True)
    assert [error.code for error in found.errors] == ["collect_closed_year"]
